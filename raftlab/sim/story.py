"""A story: a whole experiment as data.

A seed, a preset, where the nodes start, and what people do to the cluster at which tick. The same
story always gives the same trace. It prints as Python, travels as JSON, and can be shared, graded
and replayed.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from raftlab.messages import HardState, LogEntry
from raftlab.sim.errors import UserError, check_name, check_number
from raftlab.sim.goals import GOALS

VERSION = 1

VERBS = (
    "crash", "restart", "pause", "resume", "time_out",
    "partition", "cut", "heal", "isolate", "flap", "set_network",
    "drop", "duplicate", "deliver",
    "propose", "align_timers", "spread_timers",
)  # fmt: skip


@dataclass(frozen=True)
class Story:
    """What happens, and when.

    actions: `(tick, verb, *arguments)`, in order of ticks; each takes place at the end of its tick.
    start: node -> its hard state at tick 0, as `{"term": 3, "log": ["1:a", "3:b"], "voted_for": "n1"}`.
    goals: `(name, *arguments)`, see `raftlab.sim.goals`; a run that reaches none of them has failed.
    stops: `(tick, sentence)`: where a walkthrough pauses, and what is said there.
    ticks: how long the story is.

    Raises UserError if anything of it cannot be.
    """

    name: str
    title: str
    nodes: int = 5
    seed: int = 1
    preset: str = "lesson"
    ticks: int = 300
    actions: tuple[tuple[Any, ...], ...] = ()
    start: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    goals: tuple[tuple[Any, ...], ...] = (("leader",),)
    stops: tuple[tuple[int, str], ...] = ()

    def __post_init__(self) -> None:
        check_number("the number of nodes", self.nodes, 1, 9)
        check_number("ticks", self.ticks, 0)
        if isinstance(self.seed, bool) or not isinstance(self.seed, int):
            raise UserError(f"A seed is a whole number, not {self.seed!r}.")
        for action in self.actions:
            if len(action) < 2:
                raise UserError(f"An action is (tick, verb, arguments ...), not {action!r}.")
            check_number("the tick of an action", action[0], 0)
            check_name("verb", action[1], VERBS)
        for goal in self.goals:
            if isinstance(goal, str) or not goal:
                raise UserError(f"A goal is (name, arguments ...), not {goal!r}.")
            check_name("goal", goal[0], GOALS)
        for stop in self.stops:
            check_number("the tick of a stop", stop[0], 0)
        for what, which in (("actions", self.actions), ("stops", self.stops)):
            ticks = [each[0] for each in which]
            if ticks != sorted(ticks):
                raise UserError(f"The {what} of a story must be in the order of their ticks.")
        if not isinstance(self.start, Mapping):
            raise UserError(f"The start of a story names what nodes have on their disks, not {self.start!r}.")
        for node in self.start:
            check_name("node", node, self.ids())
            self.hard_state(node)

    def ids(self) -> tuple[str, ...]:
        """The names of the nodes: n1, n2, ..."""
        return tuple(f"n{number}" for number in range(1, self.nodes + 1))

    def hard_state(self, node: str) -> HardState:
        """What a node has on its disk when the story begins."""
        start = self.start.get(node, {})
        try:
            log = tuple(LogEntry(int(term), command) for term, _, command in
                        (entry.partition(":") for entry in start.get("log", ())))  # fmt: skip
            return HardState(start.get("term", 0), start.get("voted_for"), log)
        except (AttributeError, TypeError, ValueError):
            raise UserError(
                f"The start of {node} should look like {{'term': 3, 'log': ['1:a', '3:b']}}, not {start!r}."
            ) from None

    def until(self, tick: int) -> "Story":
        """The part of the story up to a tick, that tick included."""
        actions = tuple(action for action in self.actions if action[0] <= tick)
        return replace(self, actions=actions, stops=tuple(stop for stop in self.stops if stop[0] <= tick))

    def checksum(self) -> str:
        """A fingerprint of everything the run depends on."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()[:16]

    # -- As text ----------------------------------------------------------------------------------

    def as_python(self) -> str:
        """The Python that makes this story again."""
        lines = ["from raftlab import Story", "", "story = Story("]
        for each in fields(self):
            value = getattr(self, each.name)
            if value == each.default or (each.name == "start" and not value):
                continue
            if each.name in ("actions", "stops") and value:
                lines += [f"    {each.name}=("] + [f"        {item!r}," for item in value] + ["    ),"]
            else:
                lines.append(f"    {each.name}={value!r},")
        return "\n".join([*lines, ")"])

    def to_json(self) -> str:
        """The story as one line of JSON."""
        return json.dumps({"format": "raftlab story", "version": VERSION, **asdict(self)}, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "Story":
        """The story of such a line. Raises UserError if it is cut short, or made by a newer raftlab."""
        data = read_json(text, "story", VERSION)
        names = {each.name for each in fields(cls)}
        unknown = sorted(set(data) - names - {"format", "version"})
        if unknown:
            raise UserError(f"A story has no {unknown[0]!r}; it has {', '.join(sorted(names))}.")
        missing = {"name", "title"} - set(data)
        if missing:
            raise UserError(f"This story has no {sorted(missing)[0]}.")
        try:
            return cls(**{name: _frozen(data[name]) for name in names if name in data})
        except (AttributeError, LookupError, TypeError):
            raise UserError(
                "This story is not whole: a part of it does not have the form that it should."
            ) from None


def read_json(text: str, kind: str, version: int) -> dict[str, Any]:
    """Parse a file of ours, or say in one sentence why it is none."""
    try:
        data = json.loads(text)
    except ValueError:
        raise UserError(f"This {kind} is not whole: it is cut short, or was never JSON.") from None
    if not isinstance(data, dict) or data.get("format") != f"raftlab {kind}":
        raise UserError(f"This is not a raftlab {kind}.")
    if not isinstance(data.get("version"), int) or data["version"] > version:
        raise UserError(
            f"This {kind} has version {data.get('version')}; this raftlab reads up to {version}. "
            "A newer raftlab will read it."
        )
    return data


def _frozen(value: Any) -> Any:
    """JSON knows no tuples; stories are made of them."""
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    if isinstance(value, dict):
        return {key: _frozen(item) for key, item in value.items()}
    return value
