"""Membership: nodes get and lose their vote one at a time. (thesis 4.1, 4.2; single-server changes)

Unlike Raft:
- Who has a vote stands in the log: the newest entry "voters n1 n2 n3" counts as soon as it is there, and
  no longer if it is overwritten. Without such an entry all nodes have a vote.
- A leader changes one node at a time, and only after the last change is committed: any two majorities
  then share a node.
- And only after it has committed an entry of its own term. This was missing at first: two leaders could
  each make a change of their own from the same configuration, with majorities that do not meet.
- A node whose loss of its vote is committed starts no election. A leader that loses its vote steps down
  when that is committed. A new node has its vote at once; catching up first (thesis 4.2.1) is left out.
"""

from collections.abc import Collection

from raftlab.messages import (
    AppendEntriesReply,
    ChangeVoters,
    ElectionTimeout,
    NotLeader,
    Propose,
    Refused,
    Role,
)
from raftlab.raft import Raft

PREFIX = "voters "


class UnsafeMembership(Raft):
    """Raft with single-server changes as they were first published: with a bug. (thesis 4.1)"""

    excludes: tuple[str, ...] = ("Membership",)

    def voters(self) -> tuple[str, ...]:
        """The newest configuration in the log, committed or not. (MC-1, thesis 4.1)"""
        return self.voters_at(self.log.last_index)

    def voters_at(self, index: int) -> tuple[str, ...]:
        """The configuration as it was when the log ended at an index."""
        for place in range(index, self.log.start, -1):
            if (command := self.log.entry(place).command).startswith(PREFIX):
                return tuple(command.removeprefix(PREFIX).split())
        return self.snapshot.voters or self.nodes

    def is_quorum(self, nodes: Collection[str]) -> bool:
        """A majority of those that have a vote; the others do not count. (MC-1, thesis 4.1)"""
        voters = self.voters()
        return super().is_quorum([node for node in nodes if node in voters])

    def on_change_voters(self, event: ChangeVoters) -> None:
        """Append the new configuration, if this is a moment for it. (MC-1, MC-2, thesis 4.1)"""
        if self.role is not Role.LEADER:
            self.answer(event.client, NotLeader(self.leader))
        elif objection := self.objection(event.voters):
            rule, why = objection
            self.because(rule)
            self.answer(event.client, Refused(why))
        else:
            self.because("MC-1")
            self.on_propose(Propose(PREFIX + " ".join(event.voters), event.client))

    def objection(self, voters: tuple[str, ...]) -> tuple[str, str] | None:
        """Why these cannot be the voters now: the rule, and the sentence. (MC-2, thesis 4.1)"""
        if len(set(voters) ^ set(self.voters())) != 1 or not voters:
            return "MC-2", "one node at a time may get a vote or lose it"
        if any(
            self.log.entry(index).command.startswith(PREFIX)
            for index in range(max(self.commit_index, self.log.start) + 1, self.log.last_index + 1)
        ):
            return "MC-2", "the last change is not committed yet"
        return None

    def on_election_timeout(self, event: ElectionTimeout) -> None:
        """Who has no vote, and knows that for sure, does not ask for any. (MC-5, thesis 4.2.2)"""
        # Until its loss is committed it may be the only one whose log is good enough to win.
        if self.id in self.voters() or self.is_losing_its_vote():
            super().on_election_timeout(event)
        else:
            self.because("MC-5")
            self.reset_election_timer()

    def is_losing_its_vote(self) -> bool:
        """Had this node a vote before the newest configuration, and is that not committed, as far as it knows?"""
        index = self.log.last_index
        while index > self.commit_index and not self.log.entry(index).command.startswith(PREFIX):
            index -= 1
        return index > self.commit_index and index > 1 and self.id in self.voters_at(index - 1)

    def replicate(self, peer: str) -> None:
        """Of a node that has just got its vote, the leader knows nothing yet. (ST-L1, ST-L2)"""
        self.next_index.setdefault(peer, self.log.last_index + 1)
        self.match_index.setdefault(peer, 0)
        super().replicate(peer)

    def on_append_entries_reply(self, msg: AppendEntriesReply) -> None:
        """Who had no vote when this leader was elected, and has none now, does not matter. (thesis 4.2.2)"""
        if msg.src in self.next_index or self.role is not Role.LEADER:
            super().on_append_entries_reply(msg)

    def commit(self, index: int, because: str) -> None:
        """A leader that has lost its vote has done its last work. (MC-4, thesis 4.2.2)"""
        super().commit(index, because)
        if self.role is Role.LEADER and self.id not in self.voters_at(self.commit_index):
            self.because("MC-4")
            self.become_follower(self.term)


class Membership(UnsafeMembership):
    """Raft whose nodes come and go, safely."""

    excludes = ("UnsafeMembership",)

    def objection(self, voters: tuple[str, ...]) -> tuple[str, str] | None:
        """First the leader must know that it leads: it has committed something itself. (MC-3, Ongaro 2015)"""
        if self.log.term_at(self.commit_index) != self.term:
            return "MC-3", "the leader has not committed an entry of its own term yet"
        return super().objection(voters)
