"""What is asked without a workload, as part of the history: by hand, by a story, or before it began.

Whoever checks a history must know everything that may have changed what clients read. Where it is not
certain that something was done, it counts as unanswered: then it may have happened, or not.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from raftlab.kv import NOTHING, parse, without_session
from raftlab.sim.events import Event

BEFORE = "before"  # the client of what stands in a log when a story begins
# Told at once, these mean that nothing was done; told later, they say nothing of what becomes of the entry.
NO_ANSWER = ("not the leader", "refused: ")

Asked = tuple[str, str, str, Any, Any, int, int | None]  # the fields of an Operation


def at_the_start(views: dict[str, dict[str, Any]]) -> Iterator[Asked]:
    """What stands in logs at the beginning, each entry once; nobody waits for an answer."""
    entries = {(place, *entry) for view in views.values() for place, entry in enumerate(view["log"])}
    for _, _, command in sorted(entries):
        yield from _asked(BEFORE, command, 0)


def asked_by_hand(events: Iterable[Event], workers: Collection[str]) -> Iterator[Asked]:
    """What others than these clients asked, and were told for certain."""
    found: list[Asked | None] = []
    waiting: dict[str, int] = {}  # client -> the place of what it asked
    # Clients that asked again unanswered, or repeat what was done: what is an answer to what?
    mistakable: set[str] = set()
    for event in events:
        place = None
        is_asked = event.what in ("propose", "read")
        if is_asked and event.detail["client"].partition(".")[0] not in workers:
            client, command = event.detail["client"], event.detail["command"]
            for asked in _asked(client, command, event.tick):
                if client in waiting or command != without_session(command):
                    mistakable.add(client)
                place = waiting[client] = len(found)
                found.append(asked)
        for client, text in event.answers():
            if client in waiting:
                told = waiting.pop(client)
                if str(text).startswith(NO_ANSWER):
                    found[told] = None if told == place else found[told]
                elif client not in mistakable:
                    found[told] = _answered(found[told], text, event.tick)
    yield from (each for each in found if each is not None)


def _asked(client: str, command: str, tick: int) -> Iterator[Asked]:
    """An unanswered operation; none if the command means nothing."""
    if wish := parse(without_session(command)):
        argument: Any = wish.argument
        if isinstance(argument, tuple):
            argument = tuple(None if each == NOTHING else each for each in argument)
        yield client, wish.kind, wish.key, argument, None, tick, None


def _answered(asked: Asked | None, text: Any, tick: int) -> Asked | None:
    """The same with its answer."""
    if asked is None:
        return None
    client, kind, key, argument, _, invoked, _ = asked
    result = {"get": None if text == NOTHING else text, "cas": text == "ok"}.get(kind)
    return client, kind, key, argument, result, invoked, tick
