"""What a question of a lesson is. A wrong answer leads to the event of a story that contradicts it.

Four kinds. Whatever the learner answers comes to one of the choices of the question. Where the learner
does not pick one of them, their order matters:

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
    """A possible answer, and what is said about it.

    story, tick: where a run shows that this is so. Every wrong choice has them. says: words of the sentence that the
    player says there, if it is not the one that `raftlab.lab.moment` would choose.
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

    explanation: Markdown that appears with any answer, and not before: what tells the answer is part of the question.
    A picture of the lessons stands in it as `![what it shows](figures/name.svg)`.
    run: the story that the question is about, and the tick at which its player opens, before there is an answer.
    besides: parts of the Lab that its players show besides those of its lesson.
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
        """Which of the choices an answer comes to; here the answer is the place itself."""
        return int(answer)

    def mixed(self) -> list[int]:
        """The places of the choices as they are shown: always the same order, and the right one anywhere in it."""
        dice = Random(f"mixed {self.id}")
        return sorted(range(len(self.choices)), key=lambda _: dice.random())


@dataclass(frozen=True)
class Number(Question):
    """A question for a number. Its three choices: right, too small, too large.

    value: the right number. unit: "ms", "ticks", "votes" ... tolerance: how far off is still right.
    """

    value: float
    unit: str
    tolerance: float = 0

    def place(self, answer: float) -> int:
        """0 if the answer is near enough, 1 if it is too small, 2 if it is too large."""
        if abs(answer - self.value) <= self.tolerance:
            return 0
        return 1 if answer < self.value else 2


@dataclass(frozen=True)
class Order(Question):
    """Steps to put in order. Its two choices: the right order, any other. steps: in the right order."""

    steps: tuple[str, ...]

    def place(self, answer: Sequence[str]) -> int:
        """0 if the answer is the right order, 1 if not."""
        return 0 if tuple(answer) == self.steps else 1

    def shuffled(self) -> list[str]:
        """The steps as they are shown: always the same order, and never the right one."""
        dice = Random(f"order {self.id}")
        while (steps := sorted(self.steps, key=lambda _: dice.random())) == list(self.steps):
            pass
        return steps


@dataclass(frozen=True)
class Click(Question):
    """A node to click, on a picture of a story at a tick. One choice for each node, named by its text.

    picture: the story's name. tick: when.
    """

    picture: str
    tick: int

    def place(self, answer: str) -> int:
        """The place of the node's choice."""
        return [choice.text for choice in self.choices].index(answer)


def yes(text: str, answer: str, story: str | None = None, tick: int = 0, says: str = "") -> Choice:
    """A right choice, and, where a run shows it, where to see that it is right."""
    return Choice(text, True, answer, story, tick, says)


def no(text: str, answer: str, story: str | None = None, tick: int = 0, says: str = "") -> Choice:
    """A wrong choice, and where to see that it is wrong."""
    return Choice(text, False, answer, story, tick, says)
