"""Stops: where a walkthrough pauses to show a sentence or to ask a question.

A sentence comes after the actions of its tick, a question before them. A stop is placed at a tick or at a turning
point of the run. At a turning point it stays right when times change.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from raftlab.sim.errors import UserError, check_name, check_number, check_text

# The kinds of turning points: kind -> what happens. `raftlab.sim.turning` finds them in a trace.
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
    """A sentence about what is seen, shown after the actions of its tick. In a story, `(at, says)` is short for it.

    at: a tick, or a turning point: `("leader", 60)` is the first leader of tick 60 or later, `("leader", 60, "n3")`
    the first time from then on that n3 becomes leader, `("leader",)` the first leader of all. `TURNS` lists the kinds.
    says: the sentence. At a turning point, `{node}` in it stands for the node of the turning point, `{term}` for its term.
    deeds: if `at` is a tick, how many actions of that tick come before the sentence; None: all of them.

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
        """Does it name a node? If so, it may be wrong with another seed."""
        return _names_a_node(self.words)

    def row(self) -> Any:
        """The stop in the form of a file."""
        return [self.at, self.says] if self.deeds is None else [self.at, self.says, self.deeds]

    def detail(self, nodes: tuple[str, ...], node: str | None = None, term: int = 0) -> list[Any]:
        """The stop as the detail of an event in a trace. node, term: those of its turning point."""
        return ["tell", _filled(self.says, node, term)]

    def as_python(self) -> str:
        """Python code for it, as part of a story."""
        return repr((self.at, self.says)) if self.deeds is None else repr(self)


@dataclass(frozen=True)
class Ask:
    """A question about what comes next. The player waits for an answer before it goes on.

    at: as in `Stop`; at a tick, the question comes before the actions of that tick.
    answers: the possible answers, in a few words each; if left out, the nodes of the story.
    right: the right answer; if left out, the node of the next turning point of the kind `until`.
    until: when the answer is shown: a kind of turning point, such as `"candidacy"`, or the tick of a stop that tells it.
        If left out, the answer is shown at once. With a tick, `right` must be given; without `until`, too.
    then: a sentence that comes with the answer; `{answer}` in it stands for the right answer.
    deeds: if `at` is a tick, how many actions of that tick come before the question.

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
            raise UserError(
                f"The answers of an Ask must be a list such as ['yes', 'no'], not {self.answers!r}."
            )
        object.__setattr__(
            self, "answers", tuple(check_text("An answer of an Ask", each) for each in self.answers)
        )
        if self.right is None and self.until is None:
            raise UserError(
                "An Ask must say which answer is right, or which turning point shows it: "
                "right='yes', or until='leader'."
            )
        if isinstance(self.until, int) and self.right is None:
            raise UserError(
                "An Ask whose answer is shown at a tick must say which answer is right: right='yes'."
            )
        if isinstance(self.until, int):
            check_number("the tick at which the answer is shown", self.until, 0)
        elif self.until is not None:
            check_name("kind of turning point", self.until, TURNS)
        if self.right is not None and self.answers:
            check_name("answer", self.right, self.answers)
        if len(self.answers) == 1:
            raise UserError("An Ask needs at least two answers to choose from.")
        if not isinstance(self.then, str):
            raise UserError(f"The sentence after the answer of an Ask must be text, not {self.then!r}.")
        _check_deeds(self.deeds)

    @property
    def words(self) -> tuple[str, ...]:
        """All the texts of the stop."""
        return (self.question, *self.answers, *([self.then] if self.then else []))

    @property
    def names_a_node(self) -> bool:
        """Does it name a node? If so, it may be wrong with another seed."""
        return _names_a_node(self.words)

    def row(self) -> Any:
        """The question in the form of a file."""
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
        """Python code for it, as part of a story."""
        return f"Ask({', '.join(f'{name}={value!r}' for name, value in self.row().items())})"


_DEFAULTS = {"answers": (), "right": None, "until": None, "then": "", "deeds": 0}


def _names_a_node(words: tuple[str, ...]) -> bool:
    return any(re.search(r"\bn[0-9]", text) for text in words)


def _filled(text: str, node: str | None, term: int) -> str:
    """A text with the node and the term of a turning point filled in."""
    return text if node is None else text.replace("{node}", node).replace("{term}", str(term))


def read_stop(value: Any) -> Stop | Ask:
    """Read a stop from any form in which a story may hold it. Raises UserError for anything else."""
    if isinstance(value, Stop | Ask):
        return value
    if isinstance(value, Mapping):
        unknown = sorted(set(value) - {"at", "question"} - set(_DEFAULTS))
        if unknown or not {"at", "question"} <= set(value):
            raise UserError(f"A question of a story must be Ask(at, question, ...), not {dict(value)!r}.")
        return Ask(**value)
    if isinstance(value, list | tuple) and len(value) in (2, 3):
        return Stop(*value)
    raise UserError(f"Each stop of a story must be (tick, sentence) or an Ask, not {value!r}.")


def stands_at(stop: Stop | Ask, kind: str, tick: int, node: str | None) -> bool:
    """Does a stop belong to such a turning point? Whether it has been shown before is not checked."""
    if isinstance(stop.at, int):
        return False
    wanted, since, *whose = stop.at
    return kind == wanted and tick >= since and node in (whose or [node])


def _place(at: Any) -> At:
    """Check the place of a stop, and return it as a tick or as (kind, since, node)."""
    if isinstance(at, str):
        at = (at,)
    if not isinstance(at, list | tuple):
        return check_number("the tick of a stop", at, 0)
    if not 1 <= len(at) <= 3:
        raise UserError(
            f"A stop must be at a tick or at a turning point such as ('leader', 60), not at {at!r}."
        )
    check_name("kind of turning point", at[0], TURNS)
    if len(at) > 1:
        check_number("the tick from which a stop waits for its turning point", at[1], 0)
    if len(at) > 2:
        check_text("The node of a stop", at[2])
    return (at[0], at[1] if len(at) > 1 else 0, *at[2:])


def _check_deeds(deeds: object) -> None:
    if deeds is not None:
        check_number("the number of actions before a stop", deeds, 0)
