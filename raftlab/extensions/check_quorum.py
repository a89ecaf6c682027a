"""CheckQuorum: a leader that reaches no majority steps down. (thesis 6.2)

Unlike Raft:
- A leader notes which followers have answered it in its term. Only an answer to an append, a heartbeat, a
  snapshot or a ConfirmLeader proves that a node follows it. Votes and questions prove nothing.
- Once in every shortest election timeout it counts them. If they are fewer than a majority, itself included, it
  becomes a follower. Otherwise it starts to note again.
- So a leader that can commit nothing soon steps down, and clients need not wait for it.
"""

from typing import Any

from raftlab.messages import (
    AppendEntriesReply,
    ConfirmLeaderReply,
    InstallSnapshotReply,
    Message,
    Role,
    Tick,
)
from raftlab.raft import Raft

FOLLOWS = (AppendEntriesReply, InstallSnapshotReply, ConfirmLeaderReply)


class CheckQuorum(Raft):
    """Raft whose leaders step down without a majority."""

    def __init__(self, *arguments: Any, **named: Any):
        super().__init__(*arguments, **named)
        self.heard: frozenset[str] = frozenset()  # nodes that have answered since the last check
        self.since_look = 0  # ticks since the last check

    def admit(self, msg: Message) -> bool:
        """Note a follower that has answered in the leader's own term. (CQ-1, thesis 6.2)"""
        admitted = super().admit(msg)
        if admitted and self.role is Role.LEADER and msg.term == self.term and isinstance(msg, FOLLOWS):
            self.heard |= {msg.src}
        return admitted

    def on_tick(self, event: Tick) -> None:
        """Check once in every shortest election timeout, if this node leads. (CQ-1, thesis 6.2)"""
        if self.role is Role.LEADER:
            self.since_look += event.n
            if self.since_look >= self.election_timeout[0]:
                self.check_quorum()
        super().on_tick(event)

    def check_quorum(self) -> None:
        """Step down unless a majority has answered. (CQ-1, thesis 6.2)"""
        if not self.is_quorum(self.heard | {self.id}):
            self.because("CQ-1")
            self.become_follower(self.term)
        self.heard, self.since_look = frozenset(), 0

    def become_leader(self) -> None:
        """Give the new leader a whole election timeout until the first check. (CQ-1, thesis 6.2)"""
        self.heard, self.since_look = frozenset(), 0
        super().become_leader()
