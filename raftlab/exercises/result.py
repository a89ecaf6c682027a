"""The points of an answer that is not a rule, with the reasons, and runs that show them."""

from raftlab.exercises.display import show_text, side_by_side
from raftlab.exercises.points import CHOICES, lost_by_guesses
from raftlab.sim.branches import History

NOT_WRITTEN = "Not written yet."


class Result:
    """The points of an answer that does not run as a node, sentences that say why, and runs to look at: (heading, run, tick).

    An answer that runs as a node has a `Verdict`, which is made of layers of checks. Only a Result can be a guess, and can
    hint at what is missing, one step more each time.

    guess: a wrong answer as text, if it can be a guess. choices: how many answers there are to choose from. steps: hints
    about what is missing, from vague to exact; only the one at `step` is shown, and `more` after it. In a notebook it
    shows all but the guess; elsewhere it is text.
    """

    def __init__(
        self,
        item: str,
        points: float,
        of: int,
        sentences: tuple[str, ...],
        runs: tuple[tuple[str, History, int], ...] = (),
        guess: str = "",
        steps: tuple[str, ...] = (),
        choices: int = CHOICES,
    ):
        self.item, self.points, self.of = item, points, of
        self.sentences, self.runs, self.guess = sentences, runs, guess
        self.steps, self.step, self.more, self.choices = steps, 0, "", choices

    @property
    def costs(self) -> float:
        """The points that a wrong guess takes off the rest of the exercise. An answer that has points is not all wrong, so it costs nothing."""
        return round(self.of * lost_by_guesses(1, self.choices), 2) if self.guess and not self.points else 0.0

    @property
    def passed(self) -> bool:
        """Has the answer got all points?"""
        return self.points == self.of

    def __repr__(self) -> str:
        points = f"{self.item}: {self.points:g} of {self.of} points."
        hint = [self.steps[self.step] + self.more] if self.steps else []
        costs = [
            f"A wrong answer takes {self.costs:g} points off the exercise." for _ in range(bool(self.costs))
        ]
        return "\n".join([points, *self.sentences[:1], *hint, *self.sentences[1:], *costs])

    def _ipython_display_(self) -> None:
        from IPython.display import display

        show_text(repr(self), self.passed)
        if self.runs:
            display(side_by_side(self.runs))
