"""A story: an experiment as data.

It holds a seed, a preset, the state in which the nodes start, and the actions that people take at which
tick. The same story always gives the same trace. A story prints as Python and is saved as JSON, so it can
be shared, graded and replayed.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from raftlab.extensions.membership import PREFIX
from raftlab.messages import HardState, LogEntry
from raftlab.raft import Raft
from raftlab.sim.byzantine import lying
from raftlab.sim.errors import (
    MOST_NODES,
    UserError,
    check_name,
    check_number,
    check_short,
    check_text,
    checks_call,
    type_of,
)
from raftlab.sim.goals import goal_sentence
from raftlab.sim.stops import Ask, Stop, read_stop
from raftlab.sim.systems import build, extensions_of, objection
from raftlab.sim.verbs import check_verb, check_voters

VERSION = 3  # since version 3 a story can have questions, and stops at turning points
BEFORE_QUESTIONS = 2


@dataclass(frozen=True)
class Story:
    """What happens in a run, and when.

    actions: `(tick, verb, *arguments)`, in order of ticks; each takes place at the end of its tick.
    start: node -> its hard state at tick 0, as `{"term": 3, "log": ["1:a", "3:b"], "voted_for": "n1"}`.
    extensions: the extensions that the nodes have, by the names that `build` knows: `("PreVote", "CheckQuorum")`.
    liars: node -> how it breaks the rules on purpose, a name of `raftlab.sim.byzantine`.
    goals: `(name, *arguments)`, see `raftlab.sim.goals`; a run that reaches none of them has failed.
    stops: where a walkthrough pauses: `(tick, sentence)` after the actions of that tick, `(("leader", 60), sentence)`
    after the first leader from tick 60 on (see `Stop`), and questions before the actions, each an `Ask`.
    ticks: the length of the story.

    Raises UserError if a value is impossible.
    """

    name: str
    title: str
    nodes: int = 5
    seed: int = 1
    preset: str = "lesson"
    ticks: int = 300
    actions: tuple[tuple[Any, ...], ...] = ()
    start: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    extensions: tuple[str, ...] = ()
    liars: Mapping[str, str] = field(default_factory=dict)
    goals: tuple[tuple[Any, ...], ...] = (("leader",),)
    stops: tuple[Any, ...] = ()  # given in any of the forms above; after __post_init__, Stops and Asks

    def __post_init__(self) -> None:
        for name in ("name", "title", "preset"):
            check_text(f"The {name} of a story", getattr(self, name))
        check_number("the number of nodes", self.nodes, 1, MOST_NODES)
        check_number("ticks", self.ticks, 0)
        if isinstance(self.seed, bool) or not isinstance(self.seed, int):
            raise UserError(f"A seed must be a whole number, not {self.seed!r}.")
        for number in (self.ticks, self.seed):
            check_short(number)
        for name in ("actions", "goals", "start", "extensions", "liars"):
            # Lists, tuples and JSON all become tuples, so that equal stories compare equal.
            object.__setattr__(self, name, _frozen(getattr(self, name)))
        _check_rows("actions", self.actions, "(tick, verb, arguments ...)", 2)
        _check_rows("goals", self.goals, "(name, arguments ...)", 1)
        if not isinstance(self.stops, list | tuple):
            raise UserError(f"The stops of a story must be a list of (tick, sentence), not {self.stops!r}.")
        object.__setattr__(self, "stops", tuple(map(self._stop, self.stops)))
        for tick, verb, *arguments in self.actions:
            check_number("the tick of an action", tick, 0)
            check_verb(verb).check(arguments)
        for goal in self.goals:
            goal_sentence(*goal)
        at_ticks = [stop.at for stop in self.stops if isinstance(stop.at, int)]
        for what, ticks in (("actions", [action[0] for action in self.actions]), ("stops", at_ticks)):
            if ticks != sorted(ticks):
                raise UserError(f"The {what} of a story must be in the order of their ticks.")
        if not isinstance(self.start, Mapping):
            raise UserError(
                f"The start of a story must say what nodes have on their disks, as {{'n1': {{'term': 3}}}}; {self.start!r} does not."
            )
        if not isinstance(self.extensions, tuple) or not isinstance(self.liars, Mapping):
            raise UserError(
                "The extensions of a story must be a list such as ['PreVote'], and its liars like {'n1': 'double_voter'}."
            )
        for node in self.start:
            self.hard_state(node)
        for node in self.liars:
            check_name("node", node, self.ids())
        self.node_class(), self.liar_classes()

    def _stop(self, value: Any) -> Stop | Ask:
        """Read and check a stop of this story."""
        stop = read_stop(value)
        if isinstance(stop.at, int):
            check_short(stop.at)
        if isinstance(stop.at, tuple) and len(stop.at) > 2:
            check_name("node", stop.at[2], self.ids())
        if isinstance(stop, Ask) and not stop.answers and stop.right is not None:
            check_name("node", stop.right, self.ids())
        return stop

    def ids(self) -> tuple[str, ...]:
        """The names of the nodes: n1, n2, ..."""
        return tuple(f"n{number}" for number in range(1, self.nodes + 1))

    def hard_state(self, node: str) -> HardState:
        """What a node has on its disk when the story begins. Raises UserError if there is no such node."""
        start = self.start.get(check_name("node", node, self.ids()), {})
        try:
            log = tuple(LogEntry(int(term), command) for term, command in
                        (entry.split(":", 1) for entry in start.get("log", ())))  # fmt: skip
            unknown = set(start) - {"term", "voted_for", "log"}
        except (AttributeError, TypeError, ValueError):
            unknown, log = {"form"}, ()
        if unknown:
            raise UserError(
                f"The start of {node} should look like {{'term': 3, 'log': ['1:a', '3:b']}}, not {start!r}."
            )
        term, voted_for = start.get("term", 0), start.get("voted_for")
        check_number(f"the term of {node} at the start", term, 0)
        if voted_for is not None:
            check_name("node", voted_for, self.ids())
        for entry in log:
            if entry.command.startswith(PREFIX):
                check_voters(entry.command.removeprefix(PREFIX).split(), self.ids())
        terms = [0, *(entry.term for entry in log), term]
        if terms != sorted(terms):
            raise UserError(
                f"In the log of {node}, terms must not decrease, and none may be later than its term {term}."
            )
        return HardState(term, voted_for, log)

    def node_class(self) -> type[Raft]:
        """The class of the story's nodes: Raft with its extensions."""
        return build(*self.extensions)

    def liar_classes(self, node_class: type[Raft] | None = None) -> dict[str, type[Raft]]:
        """The classes of its liars: node -> class."""
        base = node_class or self.node_class()
        return {node: lying(name, base) for node, name in self.liars.items()}

    def until(self, tick: int) -> "Story":
        """The part of the story up to a tick, that tick included. All stops at turning points stay."""
        actions = tuple(action for action in self.actions if action[0] <= tick)
        stops = tuple(stop for stop in self.stops if not isinstance(stop.at, int) or stop.at <= tick)
        return replace(self, actions=actions, stops=stops)

    def checksum(self) -> str:
        """A fingerprint of everything that the run depends on."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()[:16]

    # -- As text ----------------------------------------------------------------------------------

    def as_python(self) -> str:
        """Python code that makes this story."""
        asks = "Ask, " if any(isinstance(stop, Ask) for stop in self.stops) else ""
        placed = "Stop, " if any(isinstance(s, Stop) and s.deeds is not None for s in self.stops) else ""
        lines = [f"from raftlab import {asks}{placed}Story", "", "story = Story("]
        for each in fields(self):
            value = getattr(self, each.name)
            if value == each.default or (each.name in ("start", "liars") and not value):
                continue
            if each.name in ("actions", "stops") and value:
                items = [item.as_python() if each.name == "stops" else repr(item) for item in value]
                lines += [f"    {each.name}=("] + [f"        {item}," for item in items] + ["    ),"]
            else:
                lines.append(f"    {each.name}={value!r},")
        return "\n".join([*lines, ")"])

    def to_json(self) -> str:
        """The story as one line of JSON, in the oldest version of the format that can hold it."""
        stops = [stop.row() for stop in self.stops]
        is_new = any(isinstance(row, dict) or len(row) > 2 or not isinstance(row[0], int) for row in stops)
        head = {"format": "raftlab story", "version": VERSION if is_new else BEFORE_QUESTIONS}
        return json.dumps(head | asdict(replace(self, stops=())) | {"stops": stops}, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "Story":
        """Read a story from such a line. Raises UserError if it is cut short, or was made by a newer raftlab."""
        data = read_json(text, "story", VERSION)
        names = {each.name for each in fields(cls)}
        unknown = sorted(set(data) - names - {"format", "version"})
        if unknown:
            raise UserError(f"A story has no {unknown[0]!r}; it has {', '.join(sorted(names))}.")
        missing = {"name", "title"} - set(data)
        if missing:
            raise UserError(f"This story has no {sorted(missing)[0]}.")
        return cls(**{name: data[name] for name in names if name in data})


Story.__init__ = checks_call(Story.__init__)  # type: ignore[method-assign]


def check_story(story: object) -> Story:
    """Return `story` if it is a Story; otherwise raise UserError."""
    if not isinstance(story, Story):
        raise UserError(f"A story must be a Story, such as load('leader_crash'), not {story!r}.")
    return story


def check_classes(classes: object, nodes: Iterable[str]) -> dict[str, type[Raft]]:
    """Check the classes that are given for some nodes. None stands for the class of all other nodes."""
    if not isinstance(classes, Mapping):
        raise UserError(
            f"The classes of nodes must be given by name, as in {{'n3': ETCD.node_class}}, not {classes!r}."
        )
    for node in classes:
        check_name("node", node, nodes)
    checked = {node: check_node_class(node_class) for node, node_class in classes.items()}
    return {node: node_class for node, node_class in checked.items() if node_class is not None}


def check_node_class(node_class: Any) -> type[Raft] | None:
    """Check a node class: Raft, a subclass of it, or a class with the same interface. None stands for the story's class."""
    if node_class is not None and not (isinstance(node_class, type) and hasattr(node_class, "step")):
        raise UserError(
            "node_class must be Raft or a subclass of it, such as build('PreVote') or ETCD.node_class, "
            f"not {node_class!r}."
        )
    if node_class is not None and (why := objection(extensions_of(node_class))):
        raise UserError(why)
    return node_class


def read_json(text: str, kind: str, version: int) -> dict[str, Any]:
    """Parse a story or a trace. Raises UserError if the text is neither, or is of a newer version."""
    if not isinstance(text, str):
        raise UserError(
            f"A {kind} must be read from text, such as Path(...).read_text(), not from {type_of(text)}."
        )
    try:
        data = json.loads(text)
        json.dumps(data, ensure_ascii=False).encode()  # fails for lone surrogates, which could not be printed
    except (ValueError, RecursionError):
        raise UserError(f"This {kind} is damaged: it was cut short, or is not JSON.") from None
    found = data.get("format") if isinstance(data, dict) else None
    if found != f"raftlab {kind}":
        known = found in ("raftlab story", "raftlab trace")
        raise UserError(f"This is not a raftlab {kind}" + (f"; it is a {found}." if known else "."))
    check_number(f"the version of a {kind}", data.get("version"), 1)
    if data["version"] > version:
        raise UserError(
            f"This {kind} has version {data['version']}; this raftlab reads up to {version}. "
            "A newer raftlab will read it."
        )
    return data


def _check_rows(what: str, rows: object, form: str, least: int) -> None:
    """Raise UserError unless `rows` is a list of rows with at least `least` items each."""
    if not isinstance(rows, tuple):
        raise UserError(f"The {what} of a story must be a list of {form}, not {rows!r}.")
    for row in rows:
        if not isinstance(row, tuple) or len(row) < least:
            lone = not isinstance(row, tuple) and len(rows) >= least and isinstance(rows[least - 1], str)
            comma = f" If there is only one, put a comma after it: {what}=({rows!r},)." if lone else ""
            raise UserError(f"Each of the {what} of a story must be {form}, not {row!r}.{comma}")


def _frozen(value: Any) -> Any:
    """Turn lists into tuples. Raises UserError for a value that JSON cannot hold."""
    if isinstance(value, str):
        return check_text("A text of a story", value)
    if isinstance(value, list | tuple):
        return tuple(_frozen(item) for item in value)
    if isinstance(value, Mapping):
        return {_frozen(key): _frozen(item) for key, item in value.items()}
    if isinstance(value, int | float):
        check_short(value)
    elif value is not None:
        raise UserError(
            f"A story can hold only what fits into a file: texts, numbers and lists, not {value!r}."
        )
    return value
