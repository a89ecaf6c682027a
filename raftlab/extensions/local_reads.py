"""Local reads: the famous wrong way to read, in which a leader just answers. (thesis 6.4 says why not)

Unlike Raft:
- A node that believes it leads answers a read from its own state, asking nobody. If it was deposed and
  has not noticed, the answer may be old: early versions of two well-known systems did this.
  ReadIndex is the cure.
"""

from raftlab.messages import NotLeader, Read, ReadNow, Role
from raftlab.raft import Raft


class LocalReads(Raft):
    """Raft that reads wrongly."""

    def on_read(self, event: Read) -> None:
        """Answer from what this node has applied. (LR-0, thesis 6.4)"""
        if self.role is not Role.LEADER:
            self.answer(event.client, NotLeader(self.leader))
            return
        self.because("LR-0")
        self.answer(event.client, ReadNow(event.command))
