"""What is asked of a run: questions, hints, and what is read off a trace to answer them."""

from collections.abc import Callable
from random import Random
from typing import Any, NamedTuple, Protocol

from raftlab.exercises.tried import Tried
from raftlab.raft import Raft
from raftlab.sim.errors import UserError, check_name, check_number
from raftlab.sim.story import Story
from raftlab.sim.trace import Trace

Hints = tuple[str, str, str]


class Asking(Protocol):
    """What is asked, and what comes of an answer."""

    @property
    def text(self) -> str:
        """It, in words."""

    @property
    def hints(self) -> Hints:
        """Three, one at a time."""

    @property
    def end(self) -> str:
        """What is said after the last hint."""

    def tried(self, value: Any, story: Story, /) -> Tried:
        """What comes of an answer. Raises UserError for what is no answer to this."""


class Question(NamedTuple):
    """One question on a run, its answer (a node or a whole number), and three hints."""

    text: str
    answer: str | int
    hints: Hints
    end: str = "Everything is in the run: step through it once more."

    def answers_with_a_node(self) -> bool:
        """Is a node asked for, or a number?"""
        return isinstance(self.answer, str)

    def tried(self, value: Any, story: Story, /) -> Tried:
        """Right or not; a wrong answer is not told what would be right."""
        if self.answers_with_a_node():
            check_name("node", value, story.ids())
        else:
            check_number("the answer", value, 0)
        right = value == self.answer
        return Tried(int(right), 1, (self.text, "Right." if right else f"{value!r} is not right."))


# A run and what is asked of it; and what its nodes are, if they are not what the story says.
Asked = tuple[Story, tuple[Asking, ...]] | tuple[Story, tuple[Asking, ...], type[Raft]]


# -- What is read off a trace --------------------------------------------------------------------------------


def changes(trace: Trace, field: str) -> list[tuple[int, str, object]]:
    """Every new value of a field: (tick, node, value)."""
    return [
        (event.tick, str(event.node), event.changes[field])
        for event in trace.events
        if field in event.changes
    ]


def became(trace: Trace, role: str, after: int = -1) -> list[tuple[int, str]]:
    """Who took a role later than a tick, and when; for candidates, every new candidacy."""
    if role == "candidate":
        return [(tick, node) for tick, node, rule in trace.rules() if rule == "CA-1" and tick > after]
    return [(tick, node) for tick, node, value in changes(trace, "role") if value == role and tick > after]


def sent(trace: Trace, kind: str) -> list[list[object]]:
    """The messages of a kind: [kind, from, to, term, tick, planned arrival, ...]."""
    return [message for message in trace.messages if message[0] == kind]


def drawn(dice: Random, least: int, most: int) -> int:
    """A whole number, both ends included."""
    return least + int(dice.random() * (most - least + 1))


# -- The first run of which everything can be asked ----------------------------------------


def first_usable(lesson: str, seed: int, make: Callable[[Random], Asked]) -> Asked:
    """The first run of these dice in which everything that is asked about does happen."""
    for number in range(100):
        try:
            return make(Random(f"{seed} {lesson} {number}"))
        except (IndexError, UserError):
            continue
    raise AssertionError(f"No run of lesson {lesson} can be asked about with seed {seed}.")
