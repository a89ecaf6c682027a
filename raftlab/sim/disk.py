"""The disk: what a node has saved, and finds again after a crash."""

from raftlab.log import Log
from raftlab.messages import HardState, Save, Snapshot


class Disk:
    """A node's stable storage: the sum of its saves."""

    def __init__(self, saved: HardState):
        self.term, self.voted_for, self.snapshot = saved.term, saved.voted_for, saved.snapshot
        self.log = Log(saved.log, saved.snapshot.index, saved.snapshot.term)

    def save(self, save: Save) -> None:
        """Write what has changed."""
        self.term, self.voted_for = save.term, save.voted_for
        self.log.replace_from(save.index, save.entries)

    def save_snapshot(self, snapshot: Snapshot) -> None:
        """Put a snapshot in the place of the log up to its index."""
        self.snapshot = snapshot
        self.log.start_after(snapshot.index, snapshot.term)

    def read(self) -> HardState:
        """What a restarted node finds."""
        return HardState(self.term, self.voted_for, tuple(self.log), self.snapshot)
