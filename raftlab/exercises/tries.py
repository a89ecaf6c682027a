"""The result of trying an answer."""

from typing import NamedTuple

from raftlab.exercises.points import part_of
from raftlab.sim.branches import History


class Tries(NamedTuple):
    """How many of the tries were right (`right` of `of`), and sentences that say what went wrong or what follows.

    runs: for players, each with its heading (HTML) and the tick at which it opens. left: the share of the points that is
    left if the answer makes a known mistake, whatever the share of its right tries.
    """

    right: int
    of: int
    sentences: tuple[str, ...]
    runs: tuple[tuple[str, History, int], ...] = ()
    left: float | None = None

    def points(self, most: int) -> float:
        """The points for the share that is right, or that is left."""
        return part_of(most, self.right / self.of if self.left is None else self.left)
