"""The disk: what a node has saved and reads again after a crash; and the ways in which a disk can fail."""

from raftlab.log import Log
from raftlab.messages import HardState, LogEntry, Save, Snapshot


class Disk:
    """The stable storage of one node."""

    def __init__(self, saved: HardState):
        # The tick since which writes are only cached; None: they are written.
        self.cached_since: int | None = None
        self._written: HardState | None = None  # what had been written before that tick
        self._hold(saved)

    def _hold(self, state: HardState) -> None:
        self.term, self.voted_for, self.snapshot = state.term, state.voted_for, state.snapshot
        self.log = Log(state.log, state.snapshot.index, state.snapshot.term)

    def save(self, save: Save) -> None:
        """Store term and vote, and the log from the save's index on."""
        self.term, self.voted_for = save.term, save.voted_for
        self.log.replace_from(save.index, save.entries)

    def save_snapshot(self, snapshot: Snapshot) -> None:
        """Store a snapshot in place of the log up to its index."""
        self.snapshot = snapshot
        self.log.start_after(snapshot.index, snapshot.term)

    def read(self) -> HardState:
        """What a restarted node reads."""
        return HardState(self.term, self.voted_for, tuple(self.log), self.snapshot)

    # -- How it fails -------------------------------------------------------------------------------

    def only_cache(self, now: int) -> None:
        """From now on confirm writes, but keep them only in a cache, which a crash empties."""
        self.cached_since, self._written = now, self.read()

    def lose_cache(self) -> int | None:
        """Empty the cache, as in a crash. Returns the tick since which writes are lost; None if none are."""
        since, written = self.cached_since, self._written
        self.cached_since = self._written = None
        if written is not None:
            self._hold(written)
        return since

    def lose(self) -> None:
        """Lose everything, as if an empty disk took the place of this one."""
        self.lose_cache()
        self._hold(HardState())

    def corrupt(self, index: int, command: str) -> None:
        """Let an entry be read as another command."""
        entry, *later = self.log.entries_from(index)
        self.log.replace_from(index, (LogEntry(entry.term, command), *later))
