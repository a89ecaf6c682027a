"""What clients asked and were told: the operations of a trace.

Whoever checks a history must know everything that may have changed what clients read: also what was asked
without a workload, by hand or by a story, and what stands in logs at the beginning. Where it is not certain
that something was done, it counts as unanswered: then it may have happened, or not.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from reprlib import repr as brief
from typing import Any, NamedTuple

from raftlab.kv import NOTHING, Command, parse, without_session
from raftlab.sim.events import Event

BEFORE = "before"  # the client of what stands in a log when a story begins
# Told at once, these mean that nothing was done; told later, they say nothing of what becomes of the entry.
NO_ANSWER = ("not the leader", "refused: ")


class Operation(NamedTuple):
    """What a client asked for and what it was told; ticks. Unanswered, `returned` is None: nobody knows if it happened.

    kind: "get", "put", "append", "cas" (argument: what it expects, what it writes) of a map; other
    machines have other words. result: what a get read, whether a cas took place.
    """

    client: str
    kind: str
    key: str
    argument: Any
    result: Any
    invoked: int
    returned: int | None

    def words(self) -> str:
        """What was asked and answered: "put x 5", "get x → 5", "cas x (5, 6) → refused", "get x → ?"."""
        asked = [self.kind, self.key, "" if self.argument is None else in_brief(self.argument)]
        if self.returned is None:
            result = "?"
        elif isinstance(self.result, bool):
            result = "done" if self.result else "refused"
        elif self.result is None and self.argument is None:
            result = "nothing"
        else:
            result = "" if self.result is None else in_brief(self.result)
        return " ".join(word for word in asked if word) + (f" → {result}" if result else "")


def in_brief(value: Any) -> str:
    """A value in few letters; a text as it is."""
    if isinstance(value, tuple):
        return f"({', '.join('nothing' if each is None else in_brief(each) for each in value)})"
    return value if isinstance(value, str) and 0 < len(value) < 30 else brief(value)


@dataclass
class Asked:
    """An operation as the events of a trace tell it; invoked, ended and returned are numbers of events.

    It ends when it is answered or given up. Where it is open which operation an answer belongs to, neither ends.
    text: the answer as the client was told it.
    """

    client: str
    by_hand: bool
    kind: str
    key: str
    argument: Any
    invoked: int
    ended: int | None = None
    returned: int | None = None
    result: Any = None
    text: str | None = None


def at_the_start(views: dict[str, dict[str, Any]]) -> Iterator[Operation]:
    """What stands in logs at the beginning, each entry once; nobody waits for an answer."""
    entries = {(place, *entry) for view in views.values() for place, entry in enumerate(view["log"])}
    for _, _, command in sorted(entries):
        if wish := parse(without_session(command)):
            yield Operation(BEFORE, wish.kind, wish.key, _argument(wish), None, 0, None)


def asked_in(events: Iterable[Event]) -> list[Asked]:
    """What was asked, in the order in which it was asked."""
    found: list[Asked] = []
    latest: dict[str, Asked] = {}  # client of a workload -> what it asked last
    waiting: dict[str, Asked] = {}  # who has asked by hand -> what
    # Clients that asked again unanswered, or repeat what was done: which one is answered?
    mistakable: set[str] = set()
    for number, event in enumerate(events):
        detail = event.detail
        if event.what == "invoke":
            argument = (
                tuple(detail["argument"]) if isinstance(detail["argument"], list) else detail["argument"]
            )
            asked = Asked(detail["client"], False, detail["kind"], detail["key"], argument, number)
            latest[detail["client"]] = asked
            found.append(asked)
        elif event.what == "return":
            asked = latest[detail["client"]]
            asked.ended = asked.returned = number
            asked.result, asked.text = detail["result"], detail["text"]
        elif event.what == "give_up":
            if detail["client"] in latest:  # without: it gives up to open a session
                latest[detail["client"]].ended = number
        elif event.what in ("propose", "read") and detail["client"].partition(".")[0] not in latest:
            client, command = detail["client"], detail["command"]
            if wish := parse(without_session(command)):
                if client in waiting or command != without_session(command):
                    mistakable.add(client)
                waiting[client] = Asked(client, True, wish.kind, wish.key, _argument(wish), number)
                found.append(waiting[client])
        for client, text in event.answers() if waiting else ():
            if client in waiting:
                asked = waiting.pop(client)
                if str(text).startswith(NO_ANSWER):
                    if asked.invoked == number:
                        found.remove(asked)
                elif client not in mistakable:
                    asked.ended = asked.returned = number
                    asked.result, asked.text = _result(asked.kind, text), text
    return found


def is_stale(asked: Asked, history: Iterable[Asked]) -> bool:
    """Did a read tell what had certainly been overwritten before it was asked? Events of the whole history are compared.

    A write that was answered before the read was asked is newer than what was read, if every write of that value was
    answered before this one was asked. What appends leave under a key is not followed.
    """
    if asked.kind != "get" or asked.returned is None:
        return False
    others = [
        each for each in history if each.key == asked.key and each.kind != "get" and each.result is not False
    ]
    if any(each.kind == "append" for each in others):
        return False
    sources = [each for each in others if _written(each) == asked.result]
    last = max((asked.invoked if each.returned is None else each.returned for each in sources), default=-1)
    return any(
        each.invoked > last
        and each.returned is not None
        and each.returned < asked.invoked
        and each not in sources
        for each in others
    )


def _written(asked: Asked) -> Any:
    return asked.argument[1] if isinstance(asked.argument, tuple) else asked.argument


def _argument(wish: Command) -> Any:
    """What is written; of a cas, with None for nothing."""
    if isinstance(wish.argument, tuple):
        return tuple(None if each == NOTHING else each for each in wish.argument)
    return wish.argument


def _result(kind: str, text: str | None) -> Any:
    """What an answer says: of a get what it read, of a cas whether it was done."""
    return {"get": None if text == NOTHING else text, "cas": text == "ok"}.get(kind)
