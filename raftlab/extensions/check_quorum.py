"""CheckQuorum: a leader that reaches no majority steps down. (thesis 6.2)

Unlike Raft:
- A leader notes which followers have answered it in its term: only an answer to an append, a heartbeat, a
  snapshot or a ConfirmLeader proves that somebody follows. Votes and questions of others prove nothing.
- Once in a shortest election timeout it looks: fewer than a majority, itself included, and it becomes a
  follower. Otherwise it starts to note anew.
- So no leader goes on for long that can commit nothing, and clients need not wait for one.
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
    """Raft whose leaders doubt themselves."""

    def __init__(self, *arguments: Any, **named: Any):
        super().__init__(*arguments, **named)
        self.heard: frozenset[str] = frozenset()  # since the last look
        self.since_look = 0  # ticks

    def admit(self, msg: Message) -> bool:
        """A follower that answers in the leader's own term is heard; a question is no answer. (CQ-1, thesis 6.2)"""
        admitted = super().admit(msg)
        if admitted and self.role is Role.LEADER and msg.term == self.term and isinstance(msg, FOLLOWS):
            self.heard |= {msg.src}
        return admitted

    def on_tick(self, event: Tick) -> None:
        """A leader looks once in an election timeout whether it still has its majority. (CQ-1, thesis 6.2)"""
        if self.role is Role.LEADER:
            self.since_look += event.n
            if self.since_look >= self.election_timeout[0]:
                self.check_quorum()
        super().on_tick(event)

    def check_quorum(self) -> None:
        """Go on with a majority; step down without. (CQ-1, thesis 6.2)"""
        if not self.is_quorum(self.heard | {self.id}):
            self.because("CQ-1")
            self.become_follower(self.term)
        self.heard, self.since_look = frozenset(), 0

    def become_leader(self) -> None:
        """A new leader has a whole election timeout to be answered. (CQ-1, thesis 6.2)"""
        self.heard, self.since_look = frozenset(), 0
        super().become_leader()
