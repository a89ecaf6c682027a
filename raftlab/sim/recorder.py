"""The recorder: it writes the trace of a cluster. Only this module turns nodes into views."""

from typing import Any

from raftlab.messages import Answer, Apply, Because, Effect, Message, Restore, Save, SaveSnapshot
from raftlab.raft import Raft, majority
from raftlab.sim.clock import Clock
from raftlab.sim.events import Event
from raftlab.sim.protocol import protocol_of
from raftlab.sim.story import Story
from raftlab.sim.trace import UNKNOWN, Trace

SIMPLE = ("role", "term", "voted_for", "leader", "votes", "commit_index", "last_applied")


class Recorder:
    """Writes the trace of one cluster."""

    def __init__(
        self, story: Story, nodes: dict[str, Raft], network: dict[str, Any], ms_per_tick: int,
        node_classes: tuple[type[Raft], ...], clocks: dict[str, Clock],
    ):  # fmt: skip
        self._clocks = clocks  # node -> its clock, for slow clocks
        self._last: dict[str, dict[str, Any]] = {}
        self._raw: dict[str, tuple[Any, ...]] = {}
        self._network = network
        views: dict[str, dict[str, Any]] = {}
        for id, node in nodes.items():
            blank: dict[str, Any] = {
                "log": [],
                "next_index": {},
                "match_index": {},
                "timer": None,
                "snapshot": 0,
                "voters": None,
                "quorum": None,
            }
            self._last[id] = blank | dict.fromkeys(SIMPLE)
            changes = self.changes(0, node, edited_from=1, ticked=0)
            log = changes.get("log", [1, []])[1]
            views[id] = self._last[id] | changes | {"status": "running", "log": log}
        self.trace = Trace(
            story, {"views": views, "network": network}, ms_per_tick, protocol_of(node_classes)
        )

    def sent(self, tick: int, message: Message, arrives: int) -> None:
        """Record a message that was sent."""
        src, dst, term, *values = message
        self.trace.messages.append(
            [type(message).__name__, src, dst, term, tick, arrives, *map(_plain, values)]
        )

    def event(self, tick: int, what: str, node: str | None = None, detail: Any = None,
              effects: list[Any] | None = None, changes: dict[str, Any] | None = None) -> None:  # fmt: skip
        """Record an event."""
        self.trace.events.append(Event(tick, what, node, detail, effects or (), changes or {}))

    def committed(self, index: int, term: int, event: int | None = None) -> None:
        """Record that an entry is committed as a fact by the next event, or from the start on (-1)."""
        self.trace.committed.append([len(self.trace.events) if event is None else event, index, term])

    def network(self, tick: int, what: str, arguments: list[Any], network: dict[str, Any]) -> None:
        """Record a change of the network by a person or by a flapping link."""
        before = self._network  # it has the key "odd" only while some links differ from most
        changes = {
            name: network.get(name, {})
            for name in before | network
            if network.get(name, {}) != before.get(name, {})
        }
        self._network = network
        self.event(tick, what, None, arguments, None, {"network": changes} if changes else None)

    def effect(self, effect: Effect, result: str | None) -> Any:
        """An effect other than Send, in the form of a trace."""
        match effect:
            case Because(rule):
                return rule
            case Save():
                return "save"
            case SaveSnapshot(snapshot):
                return ["snapshot", snapshot.index]
            case Restore(snapshot):
                return ["restore", snapshot.index]
            case Apply(index, _):
                return ["apply", index, result]
            case Answer(client, _):
                return ["answer", client, result]
        raise TypeError(f"unknown effect {effect!r}")

    def changes(self, tick: int, node: Raft, edited_from: int | None, ticked: int) -> dict[str, Any]:
        """The fields of a node's view that have changed since they were last recorded. ticked: the tick that its clock has reached."""
        last, changes = self._last[node.id], {}
        raw = tuple(getattr(node, name) for name in SIMPLE)
        if raw != self._raw.get(node.id):
            self._raw[node.id] = raw
            for name, value in zip(SIMPLE, raw, strict=True):
                if name == "role":
                    value = value.value
                elif name == "votes":
                    value = [peer for peer in node.nodes if peer in value]
                if last[name] != value:
                    last[name] = changes[name] = value
        clock = self._clocks.get(node.id)
        due = None
        if node.timer is not None:  # in another protocol, a node may have no timer running
            due = ticked + node.timer if clock is None else clock.due(ticked, node.timer)
        if due != (last["timer"] and last["timer"][1]):
            last["timer"] = changes["timer"] = None if due is None else [tick, due]
        for name in ("next_index", "match_index"):
            before, after = last[name], getattr(node, name)
            if before != after:
                last[name] = dict(after)
                changes[name] = {key: value for key, value in after.items() if before.get(key) != value}
        log = node.log
        if edited_from is not None or last["snapshot"] != log.start:  # a log may say who has a vote
            changes |= self._voters(node)
        if last["snapshot"] != log.start:
            last["snapshot"] = changes["snapshot"] = log.start
            if edited_from == log.start + 1:
                # The node received this snapshot from a leader, so it does not know the entries in it.
                unknown = [[log.start_term, UNKNOWN]] * log.start
                changes["log"] = [1, unknown + [list(entry) for entry in log]]
                return changes
        if edited_from is not None:
            edited_from = max(edited_from, log.start + 1)
        if edited_from is not None and (edited_from <= node.log.last_index or last["log"]):
            entries = [list(entry) for entry in node.log.entries_from(edited_from)]
            last["log"] = True  # it has had entries, so that a change may delete some
            changes["log"] = [edited_from, entries]
        return changes

    def _voters(self, node: Raft) -> dict[str, Any]:
        """The voters by a node's log and the size of a quorum, if they have changed; otherwise nothing."""
        voters = list(node.voters())
        if self._last[node.id]["voters"] == voters:
            return {}
        changes = {"voters": voters, "quorum": majority(len(voters)) if voters else 0}
        self._last[node.id] |= changes
        return changes

    def crashed(self, tick: int, left: Raft, edited_from: int | None) -> dict[str, Any]:
        """What a crash changes in a node's view. left: a new node made from its disk, which is all that is left."""
        before = dict(self._last[left.id])
        nothing = {"role": None, "timer": None}  # a node that does not run has neither
        changes = self.changes(tick, left, edited_from, ticked=0) | nothing
        self._last[left.id] |= nothing
        self._raw.pop(left.id)
        return {name: value for name, value in changes.items() if name == "log" or value != before[name]}

    def paused(self, id: str) -> dict[str, Any]:
        """What a pause changes in a node's view: only the timer, because the clock stands still."""
        self._last[id]["timer"] = None
        return {"timer": None}


def _plain(value: Any) -> Any:
    """A field of a message in the form of JSON: tuples become lists."""
    return list(map(_plain, value)) if isinstance(value, tuple) else value
