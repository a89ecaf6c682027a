"""Questions about a run: their hints, and functions that find the answers in a trace."""

from collections.abc import Callable
from random import Random
from typing import Any, NamedTuple, Protocol

from raftlab.exercises.points import CHOICES
from raftlab.exercises.tries import Tries
from raftlab.raft import Raft
from raftlab.sim.errors import UserError, check_name, check_number
from raftlab.sim.story import Story
from raftlab.sim.trace import Trace

Hints = tuple[str, str, str]


class Asking(Protocol):
    """An item of "Read it": what it asks, and how an answer is judged."""

    @property
    def text(self) -> str:
        """What it asks, in words."""

    @property
    def hints(self) -> Hints:
        """Three hints, which are shown one at a time."""

    @property
    def end(self) -> str:
        """What is said after the last hint."""

    def judge(self, value: Any, story: Story, /) -> Tries:
        """The result of an answer. Raises UserError if the value is of the wrong kind."""


class Question(NamedTuple):
    """One question about a run, its answer (a node or a whole number), and three hints."""

    text: str
    answer: str | int
    hints: Hints
    end: str = "Everything is in the run: step through it once more."

    def answers_with_a_node(self) -> bool:
        """Is the answer a node? Otherwise it is a number."""
        return isinstance(self.answer, str)

    def choices(self, story: Story) -> int:
        """How many answers there are to choose from."""
        return len(story.ids()) if self.answers_with_a_node() else CHOICES

    def judge(self, value: Any, story: Story, /) -> Tries:
        """Whether the answer is right. For a wrong answer it does not say what would be right."""
        if self.answers_with_a_node():
            check_name("node", value, story.ids())
        else:
            check_number("the answer", value, 0)
        right = value == self.answer
        return Tries(int(right), 1, (self.text, "Right." if right else f"{value!r} is not right."))


# A run and the items about it; and the class of its nodes, if it is not the story's.
Asked = tuple[Story, tuple[Asking, ...]] | tuple[Story, tuple[Asking, ...], type[Raft]]


# -- What a trace says ---------------------------------------------------------------------------------------


def changes(trace: Trace, field: str) -> list[tuple[int, str, object]]:
    """Every new value of a field: (tick, node, value)."""
    return [
        (event.tick, str(event.node), event.changes[field])
        for event in trace.events
        if field in event.changes
    ]


def became(trace: Trace, role: str, after: int = -1) -> list[tuple[int, str]]:
    """The nodes that took a role after a tick, as (tick, node). A candidate counts again for each new election."""
    if role == "candidate":
        return [(tick, node) for tick, node, rule in trace.rules() if rule == "CA-1" and tick > after]
    return [(tick, node) for tick, node, value in changes(trace, "role") if value == role and tick > after]


def sent(trace: Trace, kind: str) -> list[list[object]]:
    """The messages of a kind: [kind, from, to, term, tick, planned arrival, ...]."""
    return [message for message in trace.messages if message[0] == kind]


def drawn(dice: Random, least: int, most: int) -> int:
    """A random whole number from `least` to `most`, both included."""
    return least + int(dice.random() * (most - least + 1))


# -- The first run in which all that is asked about happens ----------------------------------


def first_usable(lesson: str, seed: int, make: Callable[[Random], Asked]) -> Asked:
    """The first run of these dice in which all that is asked about happens. make: raises IndexError or UserError for others."""
    for number in range(100):
        try:
            return make(Random(f"{seed} {lesson} {number}"))
        except (IndexError, UserError):
            continue
    raise AssertionError(f"No run of lesson {lesson} can be asked about with seed {seed}.")
