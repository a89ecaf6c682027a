"""Events of a trace, and their form in a file.

In a file an event is a row, [tick, kind, node, detail, effects, changes], without the nulls at its end. A timer is
always set in the tick of its event, so a row holds only the tick at which it is due. All other modules use the fields
of `Event` and need not know this form.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple


class Event(NamedTuple):
    """Something that happened.

    tick: when, in ticks. what: the kind of event: "deliver", "timer", "crash" and so on.
    node: the node to which it happened; None if it is about no node, or about several.
    detail: more about it; its form depends on `what` (see `raftlab.sim.trace`).
    effects: the node's effects, in order (see `raftlab.sim.trace`).
    changes: field -> new value of the node's view; under "network", the changes of links.
    """

    tick: int
    what: str
    node: str | None = None
    detail: Any = None
    effects: Sequence[Any] = ()
    changes: Mapping[str, Any] = {}

    def rules(self) -> list[str]:
        """The ids of the rules that were applied, in order."""
        return [effect for effect in self.effects if isinstance(effect, str) and effect != "save"]

    def sent(self) -> list[int]:
        """The ids of the messages that were sent, in order."""
        return [effect for effect in self.effects if isinstance(effect, int)]

    def answers(self) -> list[tuple[str, str | None]]:
        """The answers to clients: (client, text)."""
        return [(each[1], each[2]) for each in self.effects if isinstance(each, list) and each[0] == "answer"]


def as_rows(events: Sequence[Event]) -> tuple[list[str], list[list[Any]]]:
    """The events in the form of a file: the kinds that occur, and rows in which a kind is an index into these."""
    kinds: dict[str, int] = {}
    rows = []
    for tick, what, node, detail, effects, changes in events:
        changed = dict(changes)
        if changed.get("timer"):
            changed["timer"] = changed["timer"][1]
        row = [tick, kinds.setdefault(what, len(kinds)), node, detail, list(effects) or None, changed or None]
        while row[-1] is None:
            row.pop()
        rows.append(row)
    return list(kinds), rows


def from_rows(kinds: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[Event]:
    """The events of such rows. In a file of version 1 or 2 a row holds the name of its kind."""
    events = []
    for row in rows:
        whole: list[Any] = list(row) + [None] * (len(Event._fields) - len(row))
        tick, what, node, detail, effects, changes = whole
        kind = what if isinstance(what, str) else kinds[what]
        if isinstance((changes or {}).get("timer"), int):
            changes = {**changes, "timer": [tick, changes["timer"]]}
        events.append(Event(tick, kind, node, detail, effects or (), changes or {}))
    return events
