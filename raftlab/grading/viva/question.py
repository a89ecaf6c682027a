"""A question to one person about an answer of theirs, with the right reply."""

from random import Random
from typing import Any, NamedTuple, TypeVar

from raftlab.exercises.answer.text import Written
from raftlab.exercises.item import Item
from raftlab.exercises.items import ITEMS
from raftlab.grading.judging import Job
from raftlab.rules import RULE_BOOK
from raftlab.sim.english import short
from raftlab.sim.invariants import WATCHED

T = TypeVar("T")
BOOK = RULE_BOOK | WATCHED
LONGEST = 120  # letters of a quoted line
LONG = 600  # letters of a sentence


class Given(NamedTuple):
    """One answer of a person.

    points: what it got, of `of`. rule: the id of the rule that it breaks, or "". handed_out: the text of its cell before
    anything was written.
    """

    job: Job
    points: float
    of: float
    rule: str
    handed_out: str

    @property
    def item(self) -> Item:
        """The item that it answers."""
        return ITEMS[self.job.item]

    @property
    def written(self) -> Written:
        """The answer in the form that a judge takes."""
        return Written(self.job.text, self.job.function)


class Question(NamedTuple):
    """One question.

    kind: a name of `KINDS`. about: the item. text: what is asked. answer: what is right, in sentences. quoted: lines of
    code, of a story or of a run. node: the fields of a node, each with its name. log: its entries with their indexes; None
    if no node is shown.
    """

    kind: str
    about: str
    text: str
    answer: tuple[str, ...]
    quoted: tuple[str, ...] = ()
    node: tuple[tuple[str, str], ...] = ()
    log: tuple[tuple[int, str], ...] | None = None

    @classmethod
    def of(cls, record: list[Any]) -> "Question":
        """The question that was kept as JSON."""
        kind, about, text, answer, quoted, node, log = record
        entries = None if log is None else tuple(map(tuple, log))
        return cls(kind, about, text, tuple(answer), tuple(quoted), tuple(map(tuple, node)), entries)


def shortened(found: Question) -> Question:
    """The question, with every line short enough for a sheet."""
    return found._replace(
        text=short(printable(found.text), LONG),
        answer=tuple(short(printable(each), LONG) for each in found.answer),
        quoted=tuple(short(printable(each), LONGEST) for each in found.quoted),
    )


def printable(text: str) -> str:
    """A line in which every character is visible, and none changes the direction of the others."""
    return "".join(each if each.isprintable() else "·" for each in text.expandtabs(4))


def drawn(dice: Random, some: list[T]) -> list[T]:
    """These things in an order that the dice choose."""
    return [each for _, each in sorted(((dice.random(), place), each) for place, each in enumerate(some))]


def rule_words(id: str) -> str:
    """A rule with its id."""
    return f"The rule: {BOOK[id].text} ({id})"
