"""*Read it*: questions about a run that is drawn from the learner's name. The learner does not see the answers."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Any, ClassVar, NamedTuple

from raftlab.exercises.display import SHOWN
from raftlab.exercises.in_child import written
from raftlab.exercises.item import Help, Kind
from raftlab.exercises.points import CHOICES
from raftlab.exercises.questions import Asked, Asking, Question
from raftlab.exercises.result import NOT_WRITTEN, Result
from raftlab.exercises.student import seed_of
from raftlab.raft import Raft
from raftlab.sim.story import Story


class Reading(NamedTuple):
    """A run and the questions about it, in words. In a notebook it shows them, and the run to step through."""

    lesson: str
    story: Story
    questions: tuple[str, ...]
    node_class: type[Raft] | None = None

    def __repr__(self) -> str:
        return "\n".join(f"{number}. {each}" for number, each in enumerate(self.questions, start=1))

    def _ipython_display_(self) -> None:
        from IPython.display import HTML, display

        from raftlab.lab.lab import Lab

        rows = "".join(f"<li>{escape(each)}</li>" for each in self.questions)
        display(HTML(f'<ol style="white-space:pre-line">{rows}</ol>'), metadata={})
        display(Lab(self.story, show=(*SHOWN, "run_until"), node_class=self.node_class))


@dataclass(frozen=True)
class ReadIt:
    """One question of a lesson. make: makes, for a seed, the run and all questions about it. number: which of them, from 1."""

    lesson: str
    number: int
    points: int
    make: Callable[[int], Asked]
    kind: ClassVar[Kind] = "read"

    @property
    def name(self) -> str:
        """Such as "01.2"."""
        return f"{self.lesson}.{self.number}"

    def asked(self, me: str) -> Asking:
        """The question for the learner with this name."""
        return self._drawn(me)[1][self.number - 1]

    def reading(self, me: str) -> Reading:
        """The run for this learner, and all questions about it."""
        story, asked, *node_class = self._drawn(me)
        return Reading(self.lesson, story, tuple(each.text for each in asked), *node_class)

    def help(self, me: str) -> Help:
        """The hints for the question that is drawn."""
        asked = self.asked(me)
        return Help(asked.hints, asked.end)

    def judge(self, answer: Any, me: str) -> Result:
        """Whether the answer is right. Raises UserError if it is of the wrong kind."""
        try:
            given = written(answer)
        except NotImplementedError:
            return Result(self.name, 0, self.points, (NOT_WRITTEN,))
        asked = self.asked(me)
        found = asked.judge(given, self._drawn(me)[0])
        hint = () if found.right >= found.of else (f'For a hint, run hint("{self.name}", me).',)
        return Result(
            self.name, found.points(self.points), self.points, (*found.sentences, *hint), found.runs,
            guess=repr(given) if isinstance(asked, Question) and not found.right else "",
            choices=asked.choices(self._drawn(me)[0]) if isinstance(asked, Question) else CHOICES,
        )  # fmt: skip

    def _drawn(self, me: str) -> Asked:
        return _made(self.make, seed_of(me))


@cache
def _made(make: Callable[[int], Asked], seed: int) -> Asked:
    return make(seed)


def read_it(lesson: str, make: Callable[[int], Asked], *points: int) -> tuple[ReadIt, ...]:
    """The questions of a lesson, with the points for each."""
    return tuple(ReadIt(lesson, number, each, make) for number, each in enumerate(points, start=1))
