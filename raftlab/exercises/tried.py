"""What came of trying an answer."""

from typing import NamedTuple

from raftlab.sim.branches import History


class Tried(NamedTuple):
    """How many of how many tries came out right, and sentences that say what did not, or what comes of it.

    runs: to look at, each with its heading (HTML) and the tick at which it opens.
    """

    right: int
    of: int
    sentences: tuple[str, ...]
    runs: tuple[tuple[str, History, int], ...] = ()

    def points(self, most: int) -> float:
        """Halves of points for the share that is right; whoever fails anything has lost at least half a point."""
        if self.right >= self.of:
            return float(most)
        return max(0.0, min(int(2 * most * self.right / self.of) / 2, most - 0.5))
