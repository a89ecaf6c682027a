"""The kinds of questions in lessons. A wrong answer leads to the event of a story that contradicts it.

There are four kinds. Every answer of a learner belongs to one of the choices of the question. In the last three kinds
the learner does not pick a choice, and the order of the choices matters:

    Question  picks one of the choices (write it with `yes` and `no`)
    Number    types a number; choices: right, too small, too large
    Order     puts steps in order; choices: right, any other order
    Click     clicks a node on a small picture; one choice for each node, its text is the node's name

>>> Number("03.bound", "How many ticks at least?", (yes("5", "..."), no("less", "...", "split_vote", 30),
...     no("more", "...", "split_vote", 30)), value=5, unit="ticks", tolerance=1).place(6)
0
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, NamedTuple


class Choice(NamedTuple):
    """A possible answer, and the sentence about it.

    story, tick: a run and a tick that show it. Every wrong choice has them. says: words of the sentence that the player
    shows there, if it is not the one that `raftlab.lab.moment` chooses.
    """

    text: str
    right: bool
    answer: str
    story: str | None = None
    tick: int = 0
    says: str = ""


@dataclass(frozen=True)
class Question:
    """One question of a lesson. Its id begins with the lesson's number.

    explanation: Markdown that is shown with any answer, but not before: everything that reveals the answer must be here.
    A picture of the lessons is included as `![what it shows](figures/name.svg)`.
    run: the story that the question is about, and the tick at which its player opens, before there is an answer.
    besides: further parts of the Lab that its players show, in addition to those of its lesson.
    """

    id: str
    text: str
    choices: tuple[Choice, ...]
    explanation: str = field(default="", kw_only=True)
    run: tuple[str, int] | None = field(default=None, kw_only=True)
    besides: tuple[str, ...] = field(default=(), kw_only=True)

    @property
    def lesson(self) -> str:
        """The number of its lesson."""
        return self.id.partition(".")[0]

    def place(self, answer: Any) -> int:
        """The index of the choice to which an answer belongs; here the answer is this index."""
        return int(answer)

    def mixed(self) -> list[int]:
        """The indexes of the choices in the order in which they are shown. The order is always the same; the right one can be anywhere."""
        dice = Random(f"mixed {self.id}")
        return sorted(range(len(self.choices)), key=lambda _: dice.random())

    def in_words(self, answer: Any) -> str:
        """An answer as the learner gave it."""
        return self.choices[self.place(answer)].text


@dataclass(frozen=True)
class Number(Question):
    """A question for a number. Its three choices: right, too small, too large.

    value: the right number. unit: "ms", "ticks", "votes" ... tolerance: the largest error that still counts as right.
    """

    value: float
    unit: str
    tolerance: float = 0

    def place(self, answer: float) -> int:
        """The index of the choice: 0 if the answer is near enough, 1 if it is too small, 2 if it is too large."""
        if abs(answer - self.value) <= self.tolerance:
            return 0
        return 1 if answer < self.value else 2

    def in_words(self, answer: float) -> str:
        """The number with its unit."""
        return f"{answer:.12g} {self.unit}"


@dataclass(frozen=True)
class Order(Question):
    """Steps to put in order. Its two choices: the right order, any other. steps: in the right order."""

    steps: tuple[str, ...]

    def place(self, answer: Sequence[str]) -> int:
        """The index of the choice: 0 if the answer is the right order, 1 if not."""
        return 0 if tuple(answer) == self.steps else 1

    def shuffled(self) -> list[str]:
        """The steps in the order in which they are shown: always the same, and never the right one."""
        dice = Random(f"order {self.id}")
        while (steps := sorted(self.steps, key=lambda _: dice.random())) == list(self.steps):
            pass
        return steps

    def in_words(self, answer: Sequence[str]) -> str:
        """The steps in the learner's order."""
        return ", ".join(f"{place}. {step}" for place, step in enumerate(answer, start=1))


@dataclass(frozen=True)
class Click(Question):
    """A node to click, on a picture of a story at a tick. One choice for each node, named by its text.

    picture: the story's name. tick: the tick of the picture.
    """

    picture: str
    tick: int

    def place(self, answer: str) -> int:
        """The index of the node's choice."""
        return [choice.text for choice in self.choices].index(answer)


def yes(text: str, answer: str, story: str | None = None, tick: int = 0, says: str = "") -> Choice:
    """A right choice and, if a run shows that it is right, the story and tick."""
    return Choice(text, True, answer, story, tick, says)


def no(text: str, answer: str, story: str | None = None, tick: int = 0, says: str = "") -> Choice:
    """A wrong choice, with the story and tick that show that it is wrong."""
    return Choice(text, False, answer, story, tick, says)
