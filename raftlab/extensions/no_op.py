"""NoOp: a new leader begins with an entry that does nothing. (8; thesis 6.4)

Unlike Raft:
- A new leader appends an entry of its own term at once. When it is committed, so are all entries before it.
  Without it, entries of older terms would stay uncommitted until a client writes (LE-4).
"""

from raftlab.messages import Propose
from raftlab.raft import Raft

NO_OP = "no-op"


class NoOp(Raft):
    """Raft whose leaders have something to commit from the start."""

    def become_leader(self) -> None:
        """Lead, and append an entry that does nothing. (NO-1, 8)"""
        super().become_leader()
        self.because("NO-1")
        self.on_propose(Propose(NO_OP))
