"""Stops: where a walkthrough pauses. A sentence comes after what is done there, a question before it.

A stop is placed at a tick, or at a turning point of the run; at a turning point it stays right when times change.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from raftlab.sim.errors import UserError, check_name, check_number, check_text

# The turning points of a run: kind -> what happens then. `raftlab.sim.turning` finds them in a trace.
TURNS = {
    "candidacy": "a node stands for election",
    "split": "a vote is split",
    "leader": "a leader is elected",
    "commit": "an entry is committed",
    "refusal": "a request is refused",
    "cut": "a link is cut",
    "heal": "a link works again",
    "crash": "a node crashes",
    "restart": "a node restarts",
    "pause": "a node is paused",
    "resume": "a node goes on",
    "broken": "a property is broken",
}
At = int | tuple[Any, ...]


@dataclass(frozen=True)
class Stop:
    """A sentence about what one sees, shown after what is done there. In a story, `(at, says)` is short for it.

    at: a tick, or a turning point: `("leader", 60)` is the first leader of tick 60 or later, `("leader", 60, "n3")`
    the first time from then on that n3 becomes leader, `("leader",)` the first leader of all. `TURNS` lists the kinds.
    says: the sentence. At a turning point, `{node}` in it stands for the node that it is about, `{term}` for its term.
    deeds: how many actions of its tick come before it, where `at` is a tick; None: all of them.

    Raises UserError if one of these is wrong.
    """

    at: At
    says: str
    deeds: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", _place(self.at))
        check_text("What is said at a stop", self.says)
        _check_deeds(self.deeds)

    @property
    def words(self) -> tuple[str, ...]:
        """All the texts of the stop."""
        return (self.says,)

    @property
    def names_a_node(self) -> bool:
        """Does it name a node? Then it may be wrong with another seed."""
        return _names_a_node(self.words)

    def row(self) -> Any:
        """The stop as it is written in a file."""
        return [self.at, self.says] if self.deeds is None else [self.at, self.says, self.deeds]

    def detail(self, nodes: tuple[str, ...], node: str | None = None, term: int = 0) -> list[Any]:
        """The stop as the detail of an event in a trace. node, term: those of its turning point."""
        return ["tell", _filled(self.says, node, term)]

    def as_python(self) -> str:
        """The Python that makes it, as a part of a story."""
        return repr((self.at, self.says)) if self.deeds is None else repr(self)


@dataclass(frozen=True)
class Ask:
    """A question about what comes next. The player waits for a guess before it goes on.

    at: as in `Stop`; at a tick, the question comes before what is done at that tick.
    answers: short words or nodes; if left out, all nodes of the story.
    right: the right answer; if left out, the node of the next turning point of the kind `until`.
    until: what shows the answer: the kind of turning point, such as `"candidacy"`, or the tick of a stop that tells it.
        If left out, the answer is said at once. A tick needs a `right` answer; one of `right` and `until` is needed.
    then: what is said after the guess; `{answer}` in it stands for the right answer.
    deeds: how many actions of its tick come before it, where `at` is a tick.

    Raises UserError if one of these is wrong.

    >>> Ask(0, "Who asks first?", until="candidacy", then="It is {answer}: its timer runs out first.").until
    'candidacy'
    """

    at: At
    question: str
    answers: tuple[str, ...] = ()
    right: str | None = None
    until: str | int | None = None
    then: str = ""
    deeds: int | None = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", _place(self.at))
        check_text("The question of an Ask", self.question)
        if not isinstance(self.answers, list | tuple):
            raise UserError(f"The answers of an Ask are a list such as ['yes', 'no'], not {self.answers!r}.")
        object.__setattr__(
            self, "answers", tuple(check_text("An answer of an Ask", each) for each in self.answers)
        )
        if self.right is None and self.until is None:
            raise UserError(
                "An Ask says which answer is right, or until which turning point one has to wait for it: "
                "right='yes', or until='leader'."
            )
        if isinstance(self.until, int) and self.right is None:
            raise UserError("An Ask whose answer is told at a tick says which answer is right: right='yes'.")
        if isinstance(self.until, int):
            check_number("the tick at which the answer is told", self.until, 0)
        elif self.until is not None:
            check_name("kind of turning point", self.until, TURNS)
        if self.right is not None and self.answers:
            check_name("answer", self.right, self.answers)
        if len(self.answers) == 1:
            raise UserError("An Ask with one answer is no question; give at least two.")
        if not isinstance(self.then, str):
            raise UserError(f"What an Ask says after the guess is text, not {self.then!r}.")
        _check_deeds(self.deeds)

    @property
    def words(self) -> tuple[str, ...]:
        """All the texts of the stop."""
        return (self.question, *self.answers, *([self.then] if self.then else []))

    @property
    def names_a_node(self) -> bool:
        """Does it name a node? Then it may be wrong with another seed."""
        return _names_a_node(self.words)

    def row(self) -> Any:
        """The question as it is written in a file."""
        return {
            name: value
            for name, value in vars(self).items()
            if name not in _DEFAULTS or value != _DEFAULTS[name]
        }

    def detail(self, nodes: tuple[str, ...], node: str | None = None, term: int = 0) -> list[Any]:
        """The question as the detail of an event in a trace. node, term: those of its turning point."""
        more = {"right": self.right, "until": self.until, "then": self.then or None}
        return [
            "ask",
            _filled(self.question, node, term),
            {"answers": list(self.answers or nodes)} | {key: value for key, value in more.items() if value},
        ]

    def as_python(self) -> str:
        """The Python that makes it."""
        return f"Ask({', '.join(f'{name}={value!r}' for name, value in self.row().items())})"


_DEFAULTS = {"answers": (), "right": None, "until": None, "then": "", "deeds": 0}


def _names_a_node(words: tuple[str, ...]) -> bool:
    return any(re.search(r"\bn[0-9]", text) for text in words)


def _filled(text: str, node: str | None, term: int) -> str:
    """A text with the node and the term of a turning point filled in."""
    return text if node is None else text.replace("{node}", node).replace("{term}", str(term))


def read_stop(value: Any) -> Stop | Ask:
    """A stop of a story, from any form in which it can be written. Raises UserError for anything else."""
    if isinstance(value, Stop | Ask):
        return value
    if isinstance(value, Mapping):
        unknown = sorted(set(value) - {"at", "question"} - set(_DEFAULTS))
        if unknown or not {"at", "question"} <= set(value):
            raise UserError(f"A question of a story is Ask(at, question, ...), not {dict(value)!r}.")
        return Ask(**value)
    if isinstance(value, list | tuple) and len(value) in (2, 3):
        return Stop(*value)
    raise UserError(f"Each of the stops of a story is (tick, sentence), or an Ask, not {value!r}.")


def stands_at(stop: Stop | Ask, kind: str, tick: int, node: str | None) -> bool:
    """Does a stop belong to such a turning point, if the stop has not been reached before?"""
    if isinstance(stop.at, int):
        return False
    wanted, since, *whose = stop.at
    return kind == wanted and tick >= since and node in (whose or [node])


def _place(at: Any) -> At:
    """The place of a stop, checked: a tick, or (kind, since, node)."""
    if isinstance(at, str):
        at = (at,)
    if not isinstance(at, list | tuple):
        return check_number("the tick of a stop", at, 0)
    if not 1 <= len(at) <= 3:
        raise UserError(
            f"A stop stands at a tick, or at a turning point such as ('leader', 60), not at {at!r}."
        )
    check_name("kind of turning point", at[0], TURNS)
    if len(at) > 1:
        check_number("the tick since which a stop waits for its turning point", at[1], 0)
    if len(at) > 2:
        check_text("The node of a stop", at[2])
    return (at[0], at[1] if len(at) > 1 else 0, *at[2:])


def _check_deeds(deeds: object) -> None:
    if deeds is not None:
        check_number("the number of deeds before a stop", deeds, 0)
