"""The result of trying an answer."""

from typing import NamedTuple

from raftlab.exercises.points import part_of
from raftlab.sim.branches import History


class Tries(NamedTuple):
    """How many of the tries were right (`right` of `of`), and sentences that say what went wrong or what follows.

    runs: for players, each with its heading (HTML) and the tick at which it opens.
    """

    right: int
    of: int
    sentences: tuple[str, ...]
    runs: tuple[tuple[str, History, int], ...] = ()

    def points(self, most: int) -> float:
        """The points for the share that is right."""
        return part_of(most, self.right / self.of)
