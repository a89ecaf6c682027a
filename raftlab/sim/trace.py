"""The trace: the record of a run. Everything that a person sees is read from it.

A trace only grows. It has a list of messages (a message's id is its index in the list) and a list of events. Each
event holds its effects and its changes of one node's view, both in the form in which they are saved as JSON. A reader
computes the state at any tick by applying the changes of all events up to it.

    message  [kind, src, dst, term, sent tick, planned arrival tick, the kind's own fields ...];
             in a file the kind is its place in `kinds`: [["RequestVote", [its fields]], ...]
    event    [tick, what, node, detail, effects, changes], without the nulls at its end
    effects  in order: "RV-1" a rule was applied, "save", the id of a message that was sent,
             ["apply", index, result], ["answer", client, text], ["snapshot", index] taken or received,
             ["restore", index] the state machine was set to it
    detail   depends on `what`; for a client's "invoke" {client, kind, key, argument}, for its "return" {client, result, text};
             for a "stop" ["tell", sentence], or ["ask", question, {"answers": [...], "right": the right one, "until": the
             kind of turning point that shows it, "then": what is said after the guess}]. right, until and then may be
             missing; without "right", the node of the next turning point of the kind "until" is right
    changes  {field: new value} of the node's view; for next_index and match_index only the changed keys
             ({} = cleared); log as [from index, [[term, command], ...]]; for links {"network": {...}} with the
             settings of most links, the links that are `down`, the links that differ from most,
             {"odd": {"n1>n2": {"loss": 0.5}}}, and those that flap, {"flapping": {"n1>n2": [ticks up, ticks down]}}

A trace also has the facts of commitment (`raftlab.sim.commitment`): rows [event, index, term], oldest first. From that
event on (its index in the list of events; -1: from the start), the entry of that index and term is committed, with all
entries before it in its log, even if no node knows it yet.
"""

from bisect import bisect_right
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from raftlab.sim.errors import check_name, check_number
from raftlab.sim.events import Event
from raftlab.sim.invariants import WATCHED
from raftlab.sim.operations import Operation, operations_at_start, recorded_operations
from raftlab.sim.protocol import Protocol
from raftlab.sim.story import Story

VERSION = 4
UNKNOWN = "…"  # the command of an entry that a node has only as part of a snapshot


# Events between two states that a reader keeps; not saved, so that a file cannot contradict itself.
KEY_FRAME_EVERY = 500


@dataclass(frozen=True)
class View:
    """The visible state of one node. `log` is a list of [term, command]; `timer` is [set at, due at], in ticks.

    snapshot: the last index that is in its snapshot and no longer in its log; `log` still lists the entries up to it.
    voters: the nodes that have a vote by its log; quorum: how many of them are a majority. In a protocol without votes
    they are empty and 0.
    For a crashed node, term, vote, log and snapshot are those on its disk; all else is as for a new node, and role and
    timer are None. A paused node keeps its state, but its timer is None, because it stands still.
    """

    id: str
    status: str
    role: str | None
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
    snapshot: int
    voters: list[str]
    quorum: int

    @property
    def state(self) -> str:
        """Its role; but "crashed" or "paused" if it is that."""
        return self.role if self.role is not None and self.status == "running" else self.status


@dataclass(frozen=True)
class MessageView:
    """A message: its id, sender, receiver and times, and its other fields in `fields`."""

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

    def __init__(self, story: Story, start: dict[str, Any], ms_per_tick: int, protocol: Protocol):
        self.story = story
        self.protocol = protocol
        self.nodes = story.ids()
        self.ms_per_tick = ms_per_tick
        self.start = start
        self.ticks = 0
        self.messages: list[list[Any]] = []
        self.committed: list[list[int]] = []
        self.watched: tuple[str, ...] = tuple(WATCHED)  # ids of the properties that are checked
        self.events: list[Event] = []
        self._frames: list[Fold] = []

    def at(self, tick: int) -> State:
        """The state at the end of a tick. Raises UserError if the trace ends before it."""
        check_number("the tick", tick, 0, self.ticks)
        last = bisect_right(self.events, tick, key=lambda event: event.tick)
        while len(self._frames) <= last // KEY_FRAME_EVERY:
            frame = deepcopy(self._frames[-1]) if self._frames else self.fold()
            frame.apply(self.events, len(self._frames) * KEY_FRAME_EVERY if self._frames else 0)
            self._frames.append(frame)
        fold = deepcopy(self._frames[last // KEY_FRAME_EVERY])
        fold.apply(self.events, last)
        return self._state(tick, fold)

    def fold(self) -> "Fold":
        """The state before the first event, to which events can be applied one after the other."""
        return Fold(deepcopy(self.start))

    def view(self, node: str, tick: int) -> View:
        """The view of one node at the end of a tick."""
        return self.at(tick).views[check_name("node", node, self.nodes)]

    def broken(self) -> dict[str, tuple[int, str]]:
        """The properties that were broken: property -> (tick, sentence)."""
        return {
            event.detail[0]: (event.tick, event.detail[1]) for event in self.events if event.what == "broken"
        }

    def goals(self) -> list[tuple[int, str]]:
        """The goals that were reached: (tick, sentence)."""
        return [(event.tick, event.detail) for event in self.events if event.what == "goal"]

    def rules(self) -> Iterator[tuple[int, str, str]]:
        """Every rule that was applied: (tick, node, rule id)."""
        for event in self.events:
            for rule in event.rules():
                yield event.tick, str(event.node), rule

    def message(self, id: int) -> MessageView:
        """A message, by its id. Raises UserError if there is none."""
        check_number("a message id", id, 0, len(self.messages) - 1)
        kind, src, dst, term, sent, arrives, *values = self.messages[id]
        return MessageView(
            id, kind, src, dst, term, sent, arrives, dict(zip(self.protocol.kinds[kind], values, strict=True))
        )

    def operations(self, by_hand: bool = True, before: bool = True) -> list[Operation]:
        """The history: the operations of clients, in the order in which they were asked for.

        by_hand: whether to include reads and writes by hand or by a story, too, not only those of workloads.
        before: whether to include the entries that logs held at the beginning, as writes of a client "before".
        To check a history for linearizability, both are needed.

        >>> from raftlab import Cluster
        >>> cluster = Cluster(nodes=3, seed=1)
        >>> _ = cluster.clients(1, {"commands": ["x=5", "x?"]})
        >>> cluster.tick(100)
        >>> [operation.words() for operation in cluster.trace.operations()]
        ['put x 5', 'get x → 5']
        """
        found = [
            Operation(each.client, each.kind, each.key, each.argument, each.result,
                      self.events[each.invoked].tick,
                      None if each.returned is None else self.events[each.returned].tick)
            for each in sorted(recorded_operations(self.events), key=lambda each: not each.by_hand)
            if by_hand or not each.by_hand
        ]  # fmt: skip
        old = operations_at_start(self.start["views"]) if by_hand and before else ()
        return sorted([*old, *found], key=lambda each: each.invoked)

    def packed_messages(self, first: int = 0) -> list[list[Any]]:
        """The messages from an id on in the form of a file, with numbers for kinds: names would be a tenth of its size."""
        places = {kind: place for place, kind in enumerate(self.protocol.kinds)}
        return [[places[kind], *rest] for kind, *rest in self.messages[first:]]

    def _state(self, tick: int, fold: "Fold") -> State:
        sent = bisect_right(self.messages, tick, key=lambda message: message[4])
        in_flight = [self.message(id) for id in range(sent) if id not in fold.gone]
        views = {node: View(node, **fold.views[node]) for node in self.nodes}
        return State(tick, views, in_flight, fold.network, fold.broken)


class Fold:
    """The state of the cluster after some number of events, which are applied one after the other."""

    def __init__(self, start: dict[str, Any]):
        self.views: dict[str, dict[str, Any]] = start["views"]
        self.network: dict[str, Any] = start["network"]
        self.gone: set[int] = set()
        self.broken: dict[str, tuple[int, str]] = {}
        self.count = 0

    def apply(self, events: list[Event], until: int) -> None:
        """Apply the events up to a number."""
        for tick, what, node, detail, _, changes in events[self.count : until]:
            if what == "deliver":
                self.gone.add(detail)
            elif what == "lost":
                self.gone.add(detail[0])
            elif what == "broken":
                self.broken[detail[0]] = (tick, detail[1])
            for name, value in changes.items():
                self._change(node, name, value)
        self.count = max(self.count, until)

    def _change(self, node: Any, name: str, value: Any) -> None:
        if name == "network":
            self.network.update(value)
        elif name == "log":
            self.views[node]["log"][value[0] - 1 :] = value[1]
        elif name in ("next_index", "match_index") and value:
            self.views[node][name] = {**self.views[node][name], **value}
        else:
            self.views[node][name] = value
