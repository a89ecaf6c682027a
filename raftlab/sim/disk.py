"""The disk: what a node has saved, and finds again after a crash. Also the ways in which a disk fails."""

from raftlab.log import Log
from raftlab.messages import HardState, LogEntry, Save, Snapshot


class Disk:
    """A node's stable storage: the sum of its saves."""

    def __init__(self, saved: HardState):
        self.cached_since: int | None = None  # the tick from which on writes are only cached
        self._written: HardState | None = None  # what was really written before that
        self._hold(saved)

    def _hold(self, state: HardState) -> None:
        self.term, self.voted_for, self.snapshot = state.term, state.voted_for, state.snapshot
        self.log = Log(state.log, state.snapshot.index, state.snapshot.term)

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

    # -- How it fails -------------------------------------------------------------------------------

    def only_cache(self, now: int) -> None:
        """From now on confirm writes that are only in the cache: a crash forgets them."""
        self.cached_since, self._written = now, self.read()

    def lose_cache(self) -> int | None:
        """The power goes. The tick since which all writes are forgotten; None if everything was written."""
        since, written = self.cached_since, self._written
        self.cached_since = self._written = None
        if written is not None:
            self._hold(written)
        return since

    def lose(self) -> None:
        """Put an empty disk in the place of this one."""
        self.lose_cache()
        self._hold(HardState())

    def corrupt(self, index: int, command: str) -> None:
        """Let an entry read as if it held another command."""
        entry, *later = self.log.entries_from(index)
        self.log.replace_from(index, (LogEntry(entry.term, command), *later))
