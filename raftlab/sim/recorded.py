"""Traces that were made by other rules: traces of files whose stories, played again, would give another run.

Such a trace is read as it was recorded. It can be played like any other, but nothing can be done in it, because what
would follow by those rules is not known here.
"""

from typing import Any, NamedTuple

from raftlab.extensions.membership import PREFIX
from raftlab.raft import majority
from raftlab.rules import PROPERTIES, Rule
from raftlab.sim.events import Event, from_rows
from raftlab.sim.protocol import WORDS, Protocol
from raftlab.sim.story import Story
from raftlab.sim.trace import UNKNOWN, Trace

MADE_BY_OTHER_RULES = (
    "This trace was made by other rules than those of this raftlab: it can be played, but nothing can be done in it."
    " A new Lab with its story plays the story by today's rules."
)


class Recording(NamedTuple):
    """One branch of such a file: its story and its trace as recorded."""

    story: Story
    trace: Trace


def read_recording(
    bundle: dict[str, Any], data: dict[str, Any], story: Story, parent: Trace | None
) -> Recording:
    """Read one branch of a file as it was recorded. parent: the trace of its parent branch, already read."""
    trace = Trace(
        story, data["start"] if parent is None else parent.start, bundle["ms_per_tick"], _protocol(bundle)
    )
    fork = data["fork"] or {"events": 0, "messages": 0}
    kinds = list(trace.protocol.kinds)
    messages = [[kind if isinstance(kind, str) else kinds[kind], *rest] for kind, *rest in data["messages"]]
    events = from_rows(data.get("event_kinds", ()), data["events"])
    if bundle["version"] < 4:
        events = [_as_stop(event) if event.what == "stop" else event for event in events]
    if parent is not None:
        messages[:0] = parent.messages[: fork["messages"]]
        events[:0] = parent.events[: fork["events"]]
    trace.messages, trace.events, trace.ticks = messages, events, data["ticks"]
    trace.watched = tuple(bundle.get("watched", PROPERTIES))
    if bundle["version"] >= 3:
        before = parent.committed if parent is not None else []
        trace.committed = [row for row in before if row[0] < fork["events"]] + data["committed"]
    if bundle["version"] < 3 and parent is None:
        _complete(trace)
    if bundle["version"] < 3:
        trace.events = _with_voters(trace)
        trace.committed = _first_known(trace)
    return Recording(story, trace)


def _as_stop(event: Event) -> Event:
    """A stop of an old file, in which all stops were sentences, in today's form."""
    return event._replace(detail=["tell", event.detail])


def _protocol(bundle: dict[str, Any]) -> Protocol:
    rules = {id: Rule(id, text, section) for id, (text, section) in bundle["rules"].items()}
    kinds = {kind: fields for kind, fields, *_ in bundle["kinds"]}
    return Protocol(kinds, rules, bundle.get("words", WORDS), bundle.get("extensions", []))


def _complete(trace: Trace) -> None:
    """Add the fields that the views of an old trace lack. At the beginning every node has a vote."""
    for view in trace.start["views"].values():
        view.setdefault("snapshot", 0)
        view |= {"voters": list(trace.nodes), "quorum": majority(len(trace.nodes))}


def _with_voters(trace: Trace) -> list[Event]:
    """The events of an old trace, with the voters of a node added wherever its log changes them."""
    fold, events = trace.fold(), []
    for number, event in enumerate(trace.events):
        fold.apply(trace.events, number + 1)
        if "log" in event.changes and "voters" not in event.changes:
            view = fold.views[str(event.node)]
            named = next(
                (each for _, each in reversed(view["log"]) if each.startswith((PREFIX, UNKNOWN))), ""
            )
            voters = named.removeprefix(PREFIX).split() if named.startswith(PREFIX) else list(trace.nodes)
            if named != UNKNOWN and voters != view["voters"]:
                changes = {"voters": voters, "quorum": majority(len(voters))}
                view |= changes
                event = event._replace(changes={**event.changes, **changes})
        events.append(event)
    return events


def _first_known(trace: Trace) -> list[list[int]]:
    """Rows that take the place of the facts of commitment, which an old file lacks: when a node first knew an entry as committed."""
    fold, found, newest = trace.fold(), [], 0
    for number, event in enumerate(trace.events):
        fold.apply(trace.events, number + 1)
        index = event.changes.get("commit_index") or 0
        if index > newest:
            newest = index
            found.append([number, index, fold.views[str(event.node)]["log"][index - 1][0]])
    return found
