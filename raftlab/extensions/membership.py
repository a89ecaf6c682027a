"""Membership: nodes get and lose their vote one at a time. (thesis 4.1, 4.2; single-server changes)

Unlike Raft:
- Who has a vote stands in the log: the newest entry "voters n1 n2 n3" counts as soon as it is there, and
  no longer if it is overwritten. Without such an entry all nodes have a vote.
- A leader changes one node at a time, and only after the last change is committed: any two majorities
  then share a node.
- And only after it has committed an entry of its own term. This was missing at first: two leaders could
  each make a change of their own from the same configuration, with majorities that do not meet.
- A new node first catches up without a vote. Otherwise a cluster could wait for it with every commit. In each round
  it is sent what the leader's log holds at that moment; once a round has taken less than an election timeout, it
  gets its vote. If it does not answer, or ten rounds were too slow, the change is refused.
- A leader that loses its vote steps down when that is committed. A removed node that knows of its removal starts
  no election. But usually it does not know: leaders stop sending to it as soon as they have removed it. Then it
  times out again and again, and its later terms depose one leader after another (the story `removed_node`).
  PreVote or StickyVotes cures that. (thesis 4.2.3)
"""

from collections.abc import Collection
from typing import Any, ClassVar

from raftlab.log import Log
from raftlab.messages import (
    AppendEntriesReply,
    ChangeVoters,
    ElectionTimeout,
    InstallSnapshotReply,
    Message,
    NotLeader,
    Propose,
    Refused,
    Role,
    Snapshot,
    Tick,
)
from raftlab.raft import Raft

PREFIX = "voters "
ROUNDS = 10


def configuration(log: Log, snapshot: Snapshot, nodes: tuple[str, ...], index: int) -> tuple[str, ...]:
    """Who has a vote as a log says that ends at an index: its newest entry of the kind, or what came before it."""
    for place in range(index, log.start, -1):
        if (command := log.entry(place).command).startswith(PREFIX):
            return tuple(command.removeprefix(PREFIX).split())
    return snapshot.voters or nodes


class UnsafeMembership(Raft):
    """Raft with single-server changes as they were first published: with a bug. (thesis 4.1)"""

    excludes: ClassVar[dict[str, str]] = {"Membership": ""}

    def __init__(self, *arguments: Any, **named: Any):
        super().__init__(*arguments, **named)
        self.newcomer: str | None = None  # catches up, and has no vote yet
        self.joining: ChangeVoters | None = None  # what was asked for
        self.rounds = 0  # that were begun
        self.round_end = 0  # the index at which this round ends
        self.round_ticks = 0  # that this round has taken
        self.silent_ticks = 0  # since the newcomer last answered

    # -- Who has a vote ---------------------------------------------------------------------------

    def voters(self) -> tuple[str, ...]:
        """The newest configuration in the log, committed or not. (MC-1, thesis 4.1)"""
        return self.voters_at(self.log.last_index)

    def voters_at(self, index: int) -> tuple[str, ...]:
        """The configuration as it was when the log ended at an index."""
        return configuration(self.log, self.snapshot, self.nodes, index)

    def is_quorum(self, nodes: Collection[str]) -> bool:
        """A majority of those that have a vote; the others do not count. (MC-1, thesis 4.1)"""
        voters = self.voters()
        return super().is_quorum([node for node in nodes if node in voters])

    # -- Changes ----------------------------------------------------------------------------------

    def on_change_voters(self, event: ChangeVoters) -> None:
        """Append the new configuration, if this is a moment for it; a new node first catches up. (MC-1, MC-6, thesis 4.1)"""
        if self.role is not Role.LEADER:
            self.answer(event.client, NotLeader(self.leader))
        elif objection := self.objection(event.voters):
            self.refuse(event, *objection)
        elif new := [node for node in event.voters if node not in self.voters()]:
            self.because("MC-6")
            self.newcomer, self.joining = new[0], event
            self.rounds, self.silent_ticks = 0, 0
            self.begin_round()
            self.replicate(self.newcomer)
        else:
            self.change(event)

    def change(self, event: ChangeVoters) -> None:
        """From now on these have a vote. (MC-1, thesis 4.1)"""
        self.because("MC-1")
        self.on_propose(Propose(PREFIX + " ".join(event.voters), event.client))

    def refuse(self, event: ChangeVoters, rule: str, why: str) -> None:
        """Tell who asked why the voters stay as they are."""
        self.because(rule)
        self.answer(event.client, Refused(why))

    def objection(self, voters: tuple[str, ...]) -> tuple[str, str] | None:
        """Why these cannot be the voters now: the rule, and the sentence. (MC-2, thesis 4.1)"""
        if len(set(voters) ^ set(self.voters())) != 1 or not voters:
            return "MC-2", "one node at a time may get a vote or lose it"
        if self.newcomer:
            return "MC-2", f"{self.newcomer} is still catching up"
        if any(
            self.log.entry(index).command.startswith(PREFIX)
            for index in range(max(self.commit_index, self.log.start) + 1, self.log.last_index + 1)
        ):
            return "MC-2", "the last change is not committed yet"
        return None

    def commit(self, index: int, because: str) -> None:
        """A leader that has lost its vote has done its last work. (MC-4, thesis 4.2.2)"""
        super().commit(index, because)
        if self.role is Role.LEADER and self.id not in self.voters_at(self.commit_index):
            self.because("MC-4")
            self.become_follower(self.term)

    # -- A new node catches up ----------------------------------------------------------------------

    def begin_round(self) -> None:
        """All that the log holds now is to reach the new node in this round. (MC-6, thesis 4.2.1)"""
        self.rounds += 1
        self.round_end, self.round_ticks = self.log.last_index, 0

    def end_round(self) -> None:
        """A short round leaves little to catch up with: now a vote does no harm. (MC-6, thesis 4.2.1)"""
        short = self.round_ticks < self.election_timeout[0]
        if short and self.joining:
            event, self.newcomer, self.joining = self.joining, None, None
            self.change(event)
        elif self.rounds < ROUNDS:
            self.begin_round()
        else:
            self.give_up(f"{self.newcomer} has not caught up with the leader's log in {ROUNDS} rounds")

    def give_up(self, why: str) -> None:
        """The new node gets no vote now. (MC-6, thesis 4.2.1)"""
        if self.joining:
            self.refuse(self.joining, "MC-6", why)
        self.newcomer = self.joining = None

    def admit(self, msg: Message) -> bool:
        """A new node that answers is not silent. (MC-6, thesis 4.2.1)"""
        if msg.src == self.newcomer and isinstance(msg, AppendEntriesReply | InstallSnapshotReply):
            self.silent_ticks = 0
        return super().admit(msg)

    def on_tick(self, event: Tick) -> None:
        """A new node that does not answer for an election timeout gets no vote. (MC-6, thesis 4.2.1)"""
        super().on_tick(event)
        if self.newcomer:
            self.round_ticks += event.n
            self.silent_ticks += event.n
            if self.silent_ticks >= self.election_timeout[1]:
                self.give_up(f"{self.newcomer} has not answered for an election timeout")

    def broadcast_entries(self) -> None:
        """A node that catches up is sent entries and heartbeats like all others. (MC-6, thesis 4.2.1)"""
        super().broadcast_entries()
        if self.newcomer:
            self.replicate(self.newcomer)

    # -- Where Raft counts voters ---------------------------------------------------------------------

    def on_election_timeout(self, event: ElectionTimeout) -> None:
        """A node that knows that it has lost its vote does not ask for any. (MC-5, thesis 4.2.2)"""
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
        """Of a node that has just joined, the leader knows nothing yet. (ST-L1, ST-L2)"""
        self.next_index.setdefault(peer, self.log.last_index + 1)
        self.match_index.setdefault(peer, 0)
        super().replicate(peer)

    def on_append_entries_reply(self, msg: AppendEntriesReply) -> None:
        """Nodes of which this leader keeps no count do not matter to it. (thesis 4.2.2)"""
        if msg.src in self.next_index or self.role is not Role.LEADER:
            super().on_append_entries_reply(msg)

    def advance_commit_index(self) -> None:
        """Whatever has reached a new node may end its round. (MC-6, thesis 4.2.1)"""
        super().advance_commit_index()
        if self.newcomer and self.match_index.get(self.newcomer, 0) >= self.round_end:
            self.end_round()

    def become_follower(self, term: int) -> None:
        """A new leader knows nothing of a change that is not in the log: whoever asked must ask it again."""
        self.give_up(f"the leader stepped down before {self.newcomer} had caught up")
        super().become_follower(term)


class Membership(UnsafeMembership):
    """Raft whose nodes come and go, safely."""

    excludes: ClassVar[dict[str, str]] = {"UnsafeMembership": ""}

    def objection(self, voters: tuple[str, ...]) -> tuple[str, str] | None:
        """First the leader must know that it leads: it has committed something itself. (MC-3, Ongaro 2015)"""
        if self.log.term_at(self.commit_index) != self.term:
            return "MC-3", "the leader has not committed an entry of its own term yet"
        return super().objection(voters)
