"""The trace: the record of what happened, from which everything a person sees is read.

Append-only. A list of messages (a message's id is its place in it) and a list of events, each with
the effects it had and what it changed in one node's view, both already in the form in which they
travel as JSON. A reader folds the events into the state at any tick.

    message  [kind, src, dst, term, sent tick, planned arrival tick, the kind's own fields ...];
             in a file the kind is its place in `kinds`: [["RequestVote", [its fields]], ...]
    event    [tick, what, node, detail, effects, changes], trailing nulls cut off
    effects  in order: "RV-1" a rule fired, "save", a message id that was sent,
             ["apply", index, result], ["answer", client, text]
    changes  {field: new value} of the node's view; next_index and match_index only the changed keys
             ({} = cleared); log as [from index, [[term, command], ...]]; {"network": {...}} for links
"""

from bisect import bisect_right
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from raftlab.messages import AppendEntries, AppendEntriesReply, RequestVote, RequestVoteReply
from raftlab.sim.errors import check_name, check_number
from raftlab.sim.story import Story

VERSION = 1
KINDS = {
    kind.__name__: list(kind._fields[3:])
    for kind in (RequestVote, RequestVoteReply, AppendEntries, AppendEntriesReply)
}
KEY_FRAME_EVERY = 500  # events; a reader's own shortcut, never stored: a file could then contradict itself


@dataclass(frozen=True)
class View:
    """What can be seen of one node. `log` is a list of [term, command]; `timer` is [set at, due at] in ticks."""

    id: str
    status: str
    role: str
    term: int
    voted_for: str | None
    leader: str | None
    votes: list[str]
    log: list[list[Any]]
    commit_index: int
    last_applied: int
    next_index: dict[str, int]
    match_index: dict[str, int]
    timer: list[int] | None


@dataclass(frozen=True)
class MessageView:
    """A message in flight: its id, where from and to, and `fields`, what it says."""

    id: int
    kind: str
    src: str
    dst: str
    term: int
    sent: int
    arrives: int
    fields: dict[str, Any]


@dataclass(frozen=True)
class State:
    """The whole cluster at the end of a tick."""

    tick: int
    views: dict[str, View]
    in_flight: list[MessageView]
    network: dict[str, Any]
    broken: dict[str, tuple[int, str]]


class Trace:
    """One run of one story."""

    def __init__(self, story: Story, start: dict[str, Any], ms_per_tick: int):
        self.story = story
        self.nodes = story.ids()
        self.ms_per_tick = ms_per_tick
        self.start = start
        self.ticks = 0
        self.messages: list[list[Any]] = []
        self.events: list[list[Any]] = []
        self._frames: list[_Fold] = []

    def at(self, tick: int) -> State:
        """The state at the end of a tick. Raises UserError if the trace does not go so far."""
        check_number("the tick", tick, 0, self.ticks)
        last = bisect_right(self.events, tick, key=lambda event: event[0])
        while len(self._frames) <= last // KEY_FRAME_EVERY:
            frame = deepcopy(self._frames[-1]) if self._frames else _Fold(deepcopy(self.start))
            frame.apply(self.events, len(self._frames) * KEY_FRAME_EVERY if self._frames else 0)
            self._frames.append(frame)
        fold = deepcopy(self._frames[last // KEY_FRAME_EVERY])
        fold.apply(self.events, last)
        return self._state(tick, fold)

    def view(self, node: str, tick: int) -> View:
        """What can be seen of one node at the end of a tick."""
        return self.at(tick).views[check_name("node", node, self.nodes)]

    def broken(self) -> dict[str, tuple[int, str]]:
        """The properties that were broken: property -> (tick, sentence)."""
        return {event[3][0]: (event[0], event[3][1]) for event in self.events if event[1] == "broken"}

    def goals(self) -> list[tuple[int, str]]:
        """The goals that were reached: (tick, sentence)."""
        return [(event[0], event[3]) for event in self.events if event[1] == "goal"]

    def rules(self) -> Iterator[tuple[int, str, str]]:
        """Every rule that fired: (tick, node, rule id)."""
        for event in self.events:
            for effect in event[4] if len(event) > 4 and event[4] else ():
                if isinstance(effect, str) and effect != "save":
                    yield event[0], event[2], effect

    def message(self, id: int) -> MessageView:
        """A message, by its id."""
        kind, src, dst, term, sent, arrives, *values = self.messages[id]
        return MessageView(
            id, kind, src, dst, term, sent, arrives, dict(zip(KINDS[kind], values, strict=True))
        )

    def packed_messages(self, first: int = 0) -> list[list[Any]]:
        """The messages from an id on as they stand in a file: a tenth of its size would be names of kinds."""
        places = {kind: place for place, kind in enumerate(KINDS)}
        return [[places[kind], *rest] for kind, *rest in self.messages[first:]]

    def _state(self, tick: int, fold: "_Fold") -> State:
        sent = bisect_right(self.messages, tick, key=lambda message: message[4])
        in_flight = [self.message(id) for id in range(sent) if id not in fold.gone]
        views = {node: View(node, **fold.views[node]) for node in self.nodes}
        return State(tick, views, in_flight, fold.network, fold.broken)


class _Fold:
    """The world after some number of events."""

    def __init__(self, start: dict[str, Any]):
        self.views: dict[str, dict[str, Any]] = start["views"]
        self.network: dict[str, Any] = start["network"]
        self.gone: set[int] = set()
        self.broken: dict[str, tuple[int, str]] = {}
        self.count = 0

    def apply(self, events: list[list[Any]], until: int) -> None:
        for event in events[self.count : until]:
            tick, what, node, detail, _, changes = event + [None] * (6 - len(event))
            if what == "deliver":
                self.gone.add(detail)
            elif what == "lost":
                self.gone.add(detail[0])
            elif what == "broken":
                self.broken[detail[0]] = (tick, detail[1])
            for name, value in (changes or {}).items():
                self._change(node, name, value)
        self.count = max(self.count, until)

    def _change(self, node: str, name: str, value: Any) -> None:
        if name == "network":
            self.network.update(value)
        elif name == "log":
            self.views[node]["log"][value[0] - 1 :] = value[1]
        elif name in ("next_index", "match_index") and value:
            self.views[node][name] = {**self.views[node][name], **value}
        else:
            self.views[node][name] = value
