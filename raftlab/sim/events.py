"""One event of a trace, as its readers see it.

In a file an event is a row, [tick, what, node, detail, effects, changes] with trailing nulls cut off.
Only this module knows that; everybody else reads an event's fields by their names.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple


class Event(NamedTuple):
    """Something that happened.

    tick: when, in ticks. what: the kind of event: "deliver", "timer", "crash" and so on.
    node: the node it happened to; None if it happened to none, or to several.
    detail: what it was about; its form depends on the kind (see `raftlab.sim.trace`).
    effects: what the node did about it, in order (see `raftlab.sim.trace`).
    changes: what it changed of the node's view, or under "network" of the links: field -> new value.
    """

    tick: int
    what: str
    node: str | None = None
    detail: Any = None
    effects: Sequence[Any] = ()
    changes: Mapping[str, Any] = {}

    def rules(self) -> list[str]:
        """The ids of the rules that fired, in order."""
        return [effect for effect in self.effects if isinstance(effect, str) and effect != "save"]

    def sent(self) -> list[int]:
        """The ids of the messages that were sent, in order."""
        return [effect for effect in self.effects if isinstance(effect, int)]

    def answers(self) -> list[tuple[str, str | None]]:
        """What clients were answered: (client, text)."""
        return [(each[1], each[2]) for each in self.effects if isinstance(each, list) and each[0] == "answer"]

    def row(self) -> list[Any]:
        """The event as it stands in a file."""
        row = [*self[:4], list(self.effects) or None, dict(self.changes) or None]
        while row[-1] is None:
            row.pop()
        return row


def read_row(row: Sequence[Any]) -> Event:
    """The event of such a row."""
    whole: list[Any] = list(row) + [None] * (len(Event._fields) - len(row))
    tick, what, node, detail, effects, changes = whole
    return Event(tick, what, node, detail, effects or (), changes or {})
