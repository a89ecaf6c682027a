"""Lease reads: for a while after a majority has confirmed it, a leader answers reads without asking. (thesis 6.4.1)

Unlike Raft:
- With every round of heartbeats the leader asks who still follows it. If a majority answers, the leader has a
  lease: for the shortest election timeout from when the round began, divided by a bound for wrong clocks, no
  other node can be elected. Until the lease ends, the leader answers reads at once.

A lease holds only as long as all of this is true; otherwise a read may be arbitrarily old:
- All voters are sticky. Each waits for the shortest election timeout after it has heard a leader before it votes
  for another one. A trial election (PreVote) or a message of a later term does not end this wait.
- Clocks are right within the bound: from the round's beginning until the lease ends, none runs more than
  `clock_drift_bound` times as fast as another. The clock of a paused process stands still. To make an election
  timer run out early is to make a clock run fast.
- No voter restarts within the lease: it would have forgotten that it has confirmed a leader, and could vote at once (the
  story `forgotten_promise`). Real systems let a node wait for an election timeout after its start.
- No node is elected without a timeout: there is no leadership transfer.
- Voters change one at a time, and only after the last change is committed, so that each majority shares a
  node with the one that has confirmed the leader.
`build` refuses extensions that break this. It cannot check clocks and restarts.
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
    """Raft whose leaders answer reads by a lease."""

    needs = ("NoOp", "StickyVotes")
    excludes: ClassVar[dict[str, str]] = {
        "LocalReads": "",
        "ReadIndex": "",
        "Transfer": "a successor is elected while the old leader's lease still holds",
        "UnsafeMembership": "two majorities that share no node may each have a leader while a lease holds",
    }
    messages = (ConfirmLeader, ConfirmLeaderReply)
    clock_drift_bound = 1.2  # the fastest clock runs at most 1.2 times as fast as the slowest

    def __init__(self, *arguments: Any, **named: Any):
        super().__init__(*arguments, **named)
        self.clock = 0  # ticks since this node started
        # The number of the last round; a clock value would not do: two rounds may begin in one tick.
        self.round = 0
        self.round_began = 0  # when it began, on this node's clock
        self.confirmed: frozenset[str] = frozenset()  # nodes that have answered in this round
        self.lease_end = 0  # on this node's clock

    def on_tick(self, event: Tick) -> None:
        """Measure the lease on the node's own clock, and ask again after a heartbeat interval. (LR-1, thesis 6.4.1)"""
        self.clock += event.n
        super().on_tick(event)
        # A leader that gets commands all the time sends no heartbeats. It must renew its lease all the same.
        if self.role is Role.LEADER and self.clock - self.round_began >= self.heartbeat_interval:
            self.ask_for_lease()

    def on_heartbeat_timeout(self, event: HeartbeatTimeout) -> None:
        """Ask who still follows, together with the heartbeats. (LR-1, thesis 6.4.1)"""
        super().on_heartbeat_timeout(event)
        if self.role is Role.LEADER:
            self.ask_for_lease()

    def ask_for_lease(self) -> None:
        """Begin a round: ask all other voters, and note the time. (LR-1, thesis 6.4.1)"""
        self.round += 1
        self.round_began, self.confirmed = self.clock, frozenset({self.id})
        for peer in self.peers():
            self.send(ConfirmLeader(self.id, peer, self.term, self.round))
        self.renew_lease()

    def on_confirm_leader(self, msg: ConfirmLeader) -> None:
        """Confirm the leader. The timer restarts, so this node will not vote for another one for a while. (LR-1, thesis 6.4.1)"""
        if msg.term == self.term and self.role is Role.FOLLOWER:
            self.leader = msg.src
            self.reset_election_timer()
            self.because("LR-1")
            self.send(ConfirmLeaderReply(self.id, msg.src, self.term, msg.round))

    def on_confirm_leader_reply(self, msg: ConfirmLeaderReply) -> None:
        """Count an answer of the current round. (LR-1, thesis 6.4.1)"""
        if self.role is Role.LEADER and msg.term == self.term and msg.round == self.round:
            self.confirmed |= {msg.src}
            self.renew_lease()

    def renew_lease(self) -> None:
        """If a majority has answered, extend the lease. It is counted from the beginning of the round. (LR-1, thesis 6.4.1)"""
        if self.is_quorum(self.confirmed):
            self.lease_end = self.round_began + int(self.election_timeout[0] / self.clock_drift_bound)

    def on_read(self, event: Read) -> None:
        """Answer at once within the lease, if an entry of this term is committed; refuse otherwise. (LR-1, thesis 6.4.1)"""
        knows = self.log.term_at(self.commit_index) == self.term
        if self.role is not Role.LEADER or not knows or self.clock >= self.lease_end:
            self.answer(event.client, NotLeader(self.leader if self.leader != self.id else None))
            return
        self.because("LR-1")
        self.answer(event.client, ReadNow(event.command))

    def become_leader(self) -> None:
        """Start without a lease. (LR-1, thesis 6.4.1)"""
        self.lease_end, self.confirmed, self.round_began = 0, frozenset(), self.clock
        self.round += 1  # answers to an earlier round do not count
        super().become_leader()
