"""The result of an answer that is not a rule: its points, the reasons, and runs that show them."""

from typing import Any

from raftlab.exercises.notes import note_result
from raftlab.exercises.shown import show_text, side_by_side
from raftlab.sim.branches import History


class Marked:
    """The points of one item, with sentences that say why, and runs to look at: (heading, run, tick).

    Shows itself in a notebook; elsewhere it is text.
    """

    def __init__(
        self,
        item: str,
        points: float,
        of: int,
        sentences: tuple[str, ...],
        runs: tuple[tuple[str, History, int], ...] = (),
    ):
        self.item, self.points, self.of = item, points, of
        self.sentences, self.runs = sentences, runs

    @property
    def passed(self) -> bool:
        """Are these all the points?"""
        return self.points == self.of

    def __repr__(self) -> str:
        return "\n".join([f"{self.item}: {self.points:g} of {self.of} points.", *self.sentences])

    def kept(self, folder: Any, lesson: str = "") -> "Marked":
        """The same, with the points noted in the learner's one file; None notes nothing.

        lesson: which one, if the item does not begin with it.
        """
        if folder is not None:
            note_result(self.item, lesson or self.item.partition(".")[0], self.points, self.of, folder)
        return self

    def _ipython_display_(self) -> None:
        from IPython.display import display

        show_text(repr(self), self.passed)
        if self.runs:
            display(side_by_side(self.runs))
