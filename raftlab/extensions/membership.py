"""Membership: nodes get and lose their vote one at a time. (thesis 4.1, 4.2; single-server changes)

Unlike Raft:
- The log says who has a vote: a node uses the newest entry "voters n1 n2 n3" of its log from when it is stored
  until it is overwritten. Without such an entry all nodes have a vote.
- A leader gives or takes one vote at a time, and only when the last change is committed: any two majorities
  then share a node.
- And only when it has committed an entry of its own term. The first version lacked this rule: two leaders could
  each make a change from the same configuration, and get majorities that share no node.
- A new node first catches up without a vote. Otherwise the cluster might have to wait for it with every commit. It
  catches up in rounds: in each it is sent what the leader's log holds when the round begins. When a round has taken
  less than an election timeout, it gets its vote. If it does not answer, or ten rounds were too slow, the change is
  refused.
- A leader that loses its vote steps down when that is committed. A removed node that knows of its removal starts
  no election. But usually it does not know: leaders stop sending to it as soon as they have removed it. Then it
  times out again and again, and its later terms depose one leader after another (the story `removed_node`).
  PreVote or StickyVotes prevents that. (thesis 4.2.3)
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
    """Who has a vote by the log up to an index: by its newest configuration entry, else by the snapshot, else all nodes."""
    for place in range(index, log.start, -1):
        if (command := log.entry(place).command).startswith(PREFIX):
            return tuple(command.removeprefix(PREFIX).split())
    return snapshot.voters or nodes


class UnsafeMembership(Raft):
    """Raft with single-server changes as they were first published, which have a bug. (thesis 4.1)"""

    excludes: ClassVar[dict[str, str]] = {"Membership": ""}

    def __init__(self, *arguments: Any, **named: Any):
        super().__init__(*arguments, **named)
        self.newcomer: str | None = None  # catches up, and has no vote yet
        self.joining: ChangeVoters | None = None  # the change that gives it its vote
        self.rounds = 0  # rounds of catching up that have begun
        self.round_end = 0  # the index that the newcomer must reach in this round
        self.round_ticks = 0  # ticks since this round began
        self.silent_ticks = 0  # ticks since the newcomer last answered

    # -- Who has a vote ---------------------------------------------------------------------------

    def voters(self) -> tuple[str, ...]:
        """The voters of the newest configuration in the log, committed or not. (MC-1, thesis 4.1)"""
        return self.voters_at(self.log.last_index)

    def voters_at(self, index: int) -> tuple[str, ...]:
        """The voters by the log up to an index."""
        return configuration(self.log, self.snapshot, self.nodes, index)

    def is_quorum(self, nodes: Collection[str]) -> bool:
        """Is a majority of the voters among these nodes? Nodes without a vote do not count. (MC-1, thesis 4.1)"""
        voters = self.voters()
        return super().is_quorum([node for node in nodes if node in voters])

    # -- Changes ----------------------------------------------------------------------------------

    def on_change_voters(self, event: ChangeVoters) -> None:
        """Append the new configuration, if nothing forbids it now; a new node first catches up. (MC-1, MC-6, thesis 4.1)"""
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
        """Append the new configuration, which counts from now on. (MC-1, thesis 4.1)"""
        self.because("MC-1")
        self.on_propose(Propose(PREFIX + " ".join(event.voters), event.client))

    def refuse(self, event: ChangeVoters, rule: str, why: str) -> None:
        """Answer that the voters stay as they are, and why."""
        self.because(rule)
        self.answer(event.client, Refused(why))

    def objection(self, voters: tuple[str, ...]) -> tuple[str, str] | None:
        """The rule that forbids this change now, and the reason in words; None if it is allowed. (MC-2, thesis 4.1)"""
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
        """Step down if the loss of this leader's vote is now committed. (MC-4, thesis 4.2.2)"""
        super().commit(index, because)
        if self.role is Role.LEADER and self.id not in self.voters_at(self.commit_index):
            self.because("MC-4")
            self.become_follower(self.term)

    # -- A new node catches up ----------------------------------------------------------------------

    def begin_round(self) -> None:
        """Begin a round: in it the new node must receive everything that the log holds now. (MC-6, thesis 4.2.1)"""
        self.rounds += 1
        self.round_end, self.round_ticks = self.log.last_index, 0

    def end_round(self) -> None:
        """Give the new node its vote if the round was short: then it lacks little. Otherwise begin another round. (MC-6, thesis 4.2.1)"""
        short = self.round_ticks < self.election_timeout[0]
        if short and self.joining:
            event, self.newcomer, self.joining = self.joining, None, None
            self.change(event)
        elif self.rounds < ROUNDS:
            self.begin_round()
        else:
            self.give_up(f"{self.newcomer} has not caught up with the leader's log in {ROUNDS} rounds")

    def give_up(self, why: str) -> None:
        """Refuse the change: the new node gets no vote. (MC-6, thesis 4.2.1)"""
        if self.joining:
            self.refuse(self.joining, "MC-6", why)
        self.newcomer = self.joining = None

    def admit(self, msg: Message) -> bool:
        """Note that the new node has answered. (MC-6, thesis 4.2.1)"""
        if msg.src == self.newcomer and isinstance(msg, AppendEntriesReply | InstallSnapshotReply):
            self.silent_ticks = 0
        return super().admit(msg)

    def on_tick(self, event: Tick) -> None:
        """Give up on a new node that has not answered for an election timeout. (MC-6, thesis 4.2.1)"""
        super().on_tick(event)
        if self.newcomer:
            self.round_ticks += event.n
            self.silent_ticks += event.n
            if self.silent_ticks >= self.election_timeout[1]:
                self.give_up(f"{self.newcomer} has not answered for an election timeout")

    def broadcast_entries(self) -> None:
        """Send entries and heartbeats to the new node, too. (MC-6, thesis 4.2.1)"""
        super().broadcast_entries()
        if self.newcomer:
            self.replicate(self.newcomer)

    # -- What depends on who has a vote ---------------------------------------------------------------

    def on_election_timeout(self, event: ElectionTimeout) -> None:
        """Start no election if this node knows that it has lost its vote. (MC-5, thesis 4.2.2)"""
        # Until that change is committed, this may be the only node whose log is up to date enough to win.
        if self.id in self.voters() or self.is_losing_its_vote():
            super().on_election_timeout(event)
        else:
            self.because("MC-5")
            self.reset_election_timer()

    def is_losing_its_vote(self) -> bool:
        """Had this node a vote before the newest configuration, and does it not know yet that this one is committed?"""
        index = self.log.last_index
        while index > self.commit_index and not self.log.entry(index).command.startswith(PREFIX):
            index -= 1
        return index > self.commit_index and index > 1 and self.id in self.voters_at(index - 1)

    def replicate(self, peer: str) -> None:
        """Start with the usual guesses about a node that has just joined. (ST-L1, ST-L2)"""
        self.next_index.setdefault(peer, self.log.last_index + 1)
        self.match_index.setdefault(peer, 0)
        super().replicate(peer)

    def on_append_entries_reply(self, msg: AppendEntriesReply) -> None:
        """Ignore the reply of a node to which this leader sends nothing. (thesis 4.2.2)"""
        if msg.src in self.next_index or self.role is not Role.LEADER:
            super().on_append_entries_reply(msg)

    def advance_commit_index(self) -> None:
        """End the round if the new node has received all of it. (MC-6, thesis 4.2.1)"""
        super().advance_commit_index()
        if self.newcomer and self.match_index.get(self.newcomer, 0) >= self.round_end:
            self.end_round()

    def become_follower(self, term: int) -> None:
        """Give up a change that is not in the log yet: the next leader cannot know of it, so it must be asked for again."""
        self.give_up(f"the leader stepped down before {self.newcomer} had caught up")
        super().become_follower(term)


class Membership(UnsafeMembership):
    """Raft with safe single-server changes. (thesis 4.1, Ongaro 2015)"""

    excludes: ClassVar[dict[str, str]] = {"UnsafeMembership": ""}

    def objection(self, voters: tuple[str, ...]) -> tuple[str, str] | None:
        """Also refuse a change before the leader has committed an entry of its own term. (MC-3, Ongaro 2015)"""
        if self.log.term_at(self.commit_index) != self.term:
            return "MC-3", "the leader has not committed an entry of its own term yet"
        return super().objection(voters)
