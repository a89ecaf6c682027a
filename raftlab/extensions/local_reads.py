"""Local reads: a well-known wrong way to read, in which a leader answers without asking. (thesis 6.4 says why it is wrong)

Unlike Raft:
- A node that takes itself for the leader answers a read from its own state, and asks no other node. If there is
  already a new leader, the answer may be stale. Early versions of two well-known systems did this. ReadIndex
  avoids it.
"""

from raftlab.messages import NotLeader, Read, ReadNow, Role
from raftlab.raft import Raft


class LocalReads(Raft):
    """Raft whose leaders may give stale answers to reads."""

    def on_read(self, event: Read) -> None:
        """Answer from what this node has applied. (LR-0, thesis 6.4)"""
        if self.role is not Role.LEADER:
            self.answer(event.client, NotLeader(self.leader))
            return
        self.because("LR-0")
        self.answer(event.client, ReadNow(event.command))
