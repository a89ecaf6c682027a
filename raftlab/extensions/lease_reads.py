"""Lease reads: a leader that was confirmed a moment ago need not ask again. (thesis 6.4.1)

Unlike Raft:
- With every round of heartbeats the leader asks who still follows it. A majority's answer is a lease:
  for the shortest election timeout from when the round began, less a bound for wrong clocks, nobody
  else can have been elected, and reads are answered at once.

A lease holds only as long as all of this is true; otherwise a read may be arbitrarily old:
- All voters are sticky. Each waits for the shortest election timeout after it has heard a leader before it votes
  for another one. A trial election (PreVote) or a message of a later term does not end this wait.
- Clocks are right within the bound: from the round's beginning until the lease ends, none runs more than
  `clock_drift_bound` times as fast as another. A process that is paused has a clock that stands still, and a
  person who makes an election timer run out early makes a clock run fast.
- No voter restarts within the lease: it would have forgotten whom it confirmed, and could vote at once (the
  story `forgotten_promise`). A system cures that by having a node wait for an election timeout after its start.
- Nobody is elected without a timeout: no leadership transfer.
- Voters change one at a time, and only after the last change is committed, so that each majority shares a
  node with the one that has confirmed the leader.
`build` refuses the extensions that break this; clocks and restarts it cannot know.
"""

from typing import Any, ClassVar

from raftlab.messages import (
    ConfirmLeader,
    ConfirmLeaderReply,
    HeartbeatTimeout,
    NotLeader,
    Read,
    ReadNow,
    Role,
    Tick,
)
from raftlab.raft import Raft


class LeaseReads(Raft):
    """Raft that reads by the clock."""

    needs = ("NoOp", "StickyVotes")
    excludes: ClassVar[dict[str, str]] = {
        "LocalReads": "",
        "ReadIndex": "",
        "Transfer": "a successor is elected while the old leader's lease still holds",
        "UnsafeMembership": "two majorities that share no node may each have a leader while a lease holds",
    }
    messages = (ConfirmLeader, ConfirmLeaderReply)
    clock_drift_bound = 1.2  # the fastest clock may run so many times as fast as the slowest

    def __init__(self, *arguments: Any, **named: Any):
        super().__init__(*arguments, **named)
        self.clock = 0  # ticks since this node started
        self.round = 0  # counted: the clock at its beginning would tell no two rounds of one tick apart
        self.round_began = 0
        self.confirmed: frozenset[str] = frozenset()
        self.lease_end = 0

    def on_tick(self, event: Tick) -> None:
        """A lease is measured on the node's own clock. (LR-1, thesis 6.4.1)"""
        self.clock += event.n
        super().on_tick(event)
        # A leader that is written to all the time sends no heartbeats; its lease must not end for that.
        if self.role is Role.LEADER and self.clock - self.round_began >= self.heartbeat_interval:
            self.ask_for_lease()

    def on_heartbeat_timeout(self, event: HeartbeatTimeout) -> None:
        """With the heartbeats, ask who still follows. (LR-1, thesis 6.4.1)"""
        super().on_heartbeat_timeout(event)
        if self.role is Role.LEADER:
            self.ask_for_lease()

    def ask_for_lease(self) -> None:
        """Ask everyone, and note when that was. (LR-1, thesis 6.4.1)"""
        self.round += 1
        self.round_began, self.confirmed = self.clock, frozenset({self.id})
        for peer in self.peers():
            self.send(ConfirmLeader(self.id, peer, self.term, self.round))
        self.renew_lease()

    def on_confirm_leader(self, msg: ConfirmLeader) -> None:
        """Who confirms a leader will not vote against it for a while. (LR-1, thesis 6.4.1)"""
        if msg.term == self.term and self.role is Role.FOLLOWER:
            self.leader = msg.src
            self.reset_election_timer()
            self.because("LR-1")
            self.send(ConfirmLeaderReply(self.id, msg.src, self.term, msg.round))

    def on_confirm_leader_reply(self, msg: ConfirmLeaderReply) -> None:
        """Count who still follows. (LR-1, thesis 6.4.1)"""
        if self.role is Role.LEADER and msg.term == self.term and msg.round == self.round:
            self.confirmed |= {msg.src}
            self.renew_lease()

    def renew_lease(self) -> None:
        """A majority's answer is good for a while from when it was asked for. (LR-1, thesis 6.4.1)"""
        if self.is_quorum(self.confirmed):
            self.lease_end = self.round_began + int(self.election_timeout[0] / self.clock_drift_bound)

    def on_read(self, event: Read) -> None:
        """Within the lease, and knowing what is committed, answer at once. (LR-1, thesis 6.4.1)"""
        knows = self.log.term_at(self.commit_index) == self.term
        if self.role is not Role.LEADER or not knows or self.clock >= self.lease_end:
            self.answer(event.client, NotLeader(self.leader if self.leader != self.id else None))
            return
        self.because("LR-1")
        self.answer(event.client, ReadNow(event.command))

    def become_leader(self) -> None:
        """A new leader has no lease yet. (LR-1, thesis 6.4.1)"""
        self.lease_end, self.confirmed, self.round_began = 0, frozenset(), self.clock
        self.round += 1  # an answer to an older round would not count for this term
        super().become_leader()
