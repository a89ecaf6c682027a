"""The operations of a trace: what clients asked for, and their answers.

A check of a history needs everything that may have changed what clients read: also what was written by hand or by a
story, and the entries that logs hold at the beginning. If it is not certain whether an operation was carried out, it
counts as unanswered: it may have happened or not.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from reprlib import repr as brief
from typing import Any, NamedTuple

from raftlab.kv import NOTHING, Command, parse, without_session
from raftlab.sim.events import Event

BEFORE = "before"  # the client of the entries that logs hold when a story begins
# As an answer at once, these mean that nothing was done. As a later answer, they leave open whether it will be done.
NO_ANSWER = ("not the leader", "refused: ")


class Operation(NamedTuple):
    """What a client asked for and its answer. `invoked` and `returned` are ticks; `returned` is None without an answer.

    kind: for a map "get", "put", "append" or "cas" (argument: the expected and the new value); other state machines
    have other kinds. result: the value that a get read; whether a cas changed the value.
    """

    client: str
    kind: str
    key: str
    argument: Any
    result: Any
    invoked: int
    returned: int | None

    def words(self) -> str:
        """The operation and its result in words: "put x 5", "get x → 5", "cas x (5, 6) → refused", "get x → ?"."""
        words = [self.kind, self.key, "" if self.argument is None else in_brief(self.argument)]
        if self.returned is None:
            result = "?"
        elif isinstance(self.result, bool):
            result = "done" if self.result else "refused"
        elif self.result is None and self.argument is None:
            result = "nothing"
        else:
            result = "" if self.result is None else in_brief(self.result)
        return " ".join(word for word in words if word) + (f" → {result}" if result else "")


def in_brief(value: Any) -> str:
    """A value in few letters; text stays as it is."""
    if isinstance(value, tuple):
        return f"({', '.join('nothing' if each is None else in_brief(each) for each in value)})"
    return value if isinstance(value, str) and 0 < len(value) < 30 else brief(value)


@dataclass
class RecordedOperation:
    """An operation as the events of a trace record it; invoked, ended and returned are numbers of events.

    It ends when it is answered or given up. If an answer may belong to either of two operations, neither of them ends.
    text: the client's answer as text.
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


def operations_at_start(views: dict[str, dict[str, Any]]) -> Iterator[Operation]:
    """The entries that logs hold at the beginning, each once, as operations without an answer."""
    entries = {(place, *entry) for view in views.values() for place, entry in enumerate(view["log"])}
    for _, _, command in sorted(entries):
        if wish := parse(without_session(command)):
            yield Operation(BEFORE, wish.kind, wish.key, _argument(wish), None, 0, None)


def recorded_operations(events: Iterable[Event]) -> list[RecordedOperation]:
    """The operations in some events, in the order in which they were asked for."""
    found: list[RecordedOperation] = []
    latest: dict[str, RecordedOperation] = {}  # client of a workload -> its last operation
    waiting: dict[str, RecordedOperation] = {}  # client by hand -> the operation that it waits for
    # Clients whose answers may belong to either of two operations: they asked again too early, or used a session.
    ambiguous: set[str] = set()
    for number, event in enumerate(events):
        detail = event.detail
        if event.what == "invoke":
            client, argument = detail["client"], detail["argument"]
            argument = tuple(argument) if isinstance(argument, list) else argument
            operation = RecordedOperation(client, False, detail["kind"], detail["key"], argument, number)
            latest[client] = operation
            found.append(operation)
        elif event.what == "return":
            operation = latest[detail["client"]]
            operation.ended = operation.returned = number
            operation.result, operation.text = detail["result"], detail["text"]
        elif event.what == "give_up":
            if detail["client"] in latest:  # otherwise it has only tried to open a session
                latest[detail["client"]].ended = number
        elif event.what in ("propose", "read") and detail["client"].partition(".")[0] not in latest:
            client, command = detail["client"], detail["command"]
            if wish := parse(without_session(command)):
                if client in waiting or command != without_session(command):
                    ambiguous.add(client)
                waiting[client] = RecordedOperation(
                    client, True, wish.kind, wish.key, _argument(wish), number
                )
                found.append(waiting[client])
        for client, text in event.answers() if waiting else ():
            if client in waiting:
                operation = waiting.pop(client)
                if str(text).startswith(NO_ANSWER):
                    if operation.invoked == number:
                        found.remove(operation)
                elif client not in ambiguous:
                    operation.ended = operation.returned = number
                    operation.result, operation.text = _result(operation.kind, text), text
    return found


def is_stale(operation: RecordedOperation, history: Iterable[RecordedOperation]) -> bool:
    """Did a read return a value that had certainly been overwritten before the read was asked for?

    It did if another write was asked for after every write of that value had been answered, and was itself answered
    before the read was asked for. Keys with appends are not judged.
    """
    if operation.kind != "get" or operation.returned is None:
        return False
    others = [
        each
        for each in history
        if each.key == operation.key and each.kind != "get" and each.result is not False
    ]
    if any(each.kind == "append" for each in others):
        return False
    sources = [each for each in others if _written(each) == operation.result]
    last = max(
        (operation.invoked if each.returned is None else each.returned for each in sources), default=-1
    )
    return any(
        each.invoked > last
        and each.returned is not None
        and each.returned < operation.invoked
        and each not in sources
        for each in others
    )


def _written(operation: RecordedOperation) -> Any:
    return operation.argument[1] if isinstance(operation.argument, tuple) else operation.argument


def _argument(wish: Command) -> Any:
    """The argument of a command; in that of a cas, None stands for "nothing"."""
    if isinstance(wish.argument, tuple):
        return tuple(None if each == NOTHING else each for each in wish.argument)
    return wish.argument


def _result(kind: str, text: str | None) -> Any:
    """The result in an answer: the value that a get read; whether a cas changed the value."""
    return {"get": None if text == NOTHING else text, "cas": text == "ok"}.get(kind)
