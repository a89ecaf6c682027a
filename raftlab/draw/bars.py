"""What stands where in the picture of a history: bars, their lanes, and the moments of an order."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from raftlab.sim.errors import UserError, check_number
from raftlab.sim.operations import Operation
from raftlab.sim.trace import Trace

BY_HAND = "by hand"  # whose row it is that shows what no client of a workload asked


class Bar(NamedTuple):
    """An operation, its lane among its client's, and its number and moment in the order (0: it has none)."""

    operation: Operation
    lane: int
    number: int
    moment: float
    state: str  # "plain", "left out", "stuck"


def asked_in(trace: Trace) -> list[Operation]:
    """What was asked in a trace: by each client of a workload, and by hand or by a story, all under one name."""
    clients = {each.client for each in trace.operations(by_hand=False)}
    return [
        each if each.client in clients else each._replace(client=BY_HAND)
        for each in trace.operations(before=False)
    ]


def bars_of(operations: object, order: Sequence[Operation] | None, stuck: Operation | None) -> list[Bar]:
    """The operations as they are drawn, in the order of their invocations, checked."""
    every = sorted(_check_operations(operations), key=lambda each: (each.invoked, end_of(each)))
    if stuck is not None and stuck not in every:
        raise UserError(f"What is stuck, {stuck!r}, is not among the operations.")
    chosen = _places(every, order or [])
    moment_of = dict(zip(chosen, moments([every[place] for place in chosen]), strict=True))
    lanes: dict[str, list[float]] = {}  # client -> until when each of its lanes is taken
    bars = []
    for place, operation in enumerate(every):
        taken = lanes.setdefault(operation.client, [])
        lane = next((lane for lane, end in enumerate(taken) if end <= operation.invoked), len(taken))
        taken[lane : lane + 1] = [end_of(operation)]
        number = chosen.index(place) + 1 if place in moment_of else 0
        state = "stuck" if operation == stuck else "left out" if order is not None and not number else "plain"
        bars.append(Bar(operation, lane, number, moment_of.get(place, 0.0), state))
    return bars


def _check_operations(operations: object) -> list[Operation]:
    if not isinstance(operations, Sequence) or not all(isinstance(each, Operation) for each in operations):
        raise UserError("draw_operations draws a list of Operations, such as a trace's or a verdict's.")
    if not operations:
        raise UserError("There is no operation to draw.")
    return list(operations)


def _places(operations: list[Operation], order: Sequence[Operation]) -> list[int]:
    """Where the operations of an order stand among all; of equal ones each is taken once."""
    left: list[Operation | None] = list(operations)
    places = []
    for operation in order:
        if operation not in left:
            raise UserError(f"The order has {operation!r}, which is not (so often) among the operations.")
        places.append(left.index(operation))
        left[places[-1]] = None
    return places


def moments(order: Sequence[Operation]) -> list[float]:
    """A moment for each operation of an order, within its own time, later ones later, as far apart as is easy."""
    if not order:
        return []
    end = max(end_of(operation, operation.invoked) for operation in order)
    earliest = list(accumulate((operation.invoked for operation in order), max))
    latest = list(accumulate((max(end_of(each, end), each.invoked) for each in reversed(order)), min))[::-1]
    found: list[float] = []
    for place, (least, most) in enumerate(zip(earliest, latest, strict=True)):
        if least > most:
            raise UserError(f"The order does not keep to real time: {told(order[place])}, comes too late.")
        since = max(least, found[-1]) if found else float(least)
        sharing = max(1, bisect_left(earliest, most, place) - place)  # so many must fit in before `most`
        found.append(since + (most - since) / (sharing + 1))
    return found


def end_of(operation: Operation, without: float = float("inf")) -> float:
    """When it was answered, or what is said instead."""
    return without if operation.returned is None else operation.returned


def rows_of(bars: list[Bar]) -> list[tuple[str, int]]:
    """Client and lane of each row; a second lane only where a client went on without an answer."""
    return sorted(
        {(bar.operation.client, bar.lane) for bar in bars}, key=lambda row: (_natural(row[0]), row[1])
    )


def _natural(name: str) -> tuple[int, str]:
    """So that c10 comes after c9."""
    return len(name), name


def span_of(operations: Sequence[Operation], start: int | None, stop: int | None) -> tuple[int, int]:
    """The ticks to draw; left out, all that the operations name."""
    ticks = [tick for each in operations for tick in (each.invoked, each.returned) if tick is not None]
    first = min(ticks) if start is None else check_number("start", start, 0)
    last = max(ticks) if stop is None else check_number("stop", stop, 0)
    if first > last:
        raise UserError(
            f"The start (tick {first}) comes after the stop (tick {last}); the earlier one comes first."
        )
    return first, last


def told(operation: Operation) -> str:
    """An operation in words, with its client and ticks."""
    asked = f"{operation.client}: {operation.words()}, "
    if operation.returned is None:
        return f"{asked}from tick {operation.invoked} on, never answered"
    return f"{asked}ticks {operation.invoked} to {operation.returned}"


def asked_words(operations: Sequence[Operation], first: int, last: int, most: int) -> list[str]:
    """What was asked between two ticks, and what was told by the second; so many one by one."""
    asked = [each for each in operations if first <= each.invoked <= last]
    parts = [
        told(each)
        if end_of(each) <= last
        else f"{each.client} asks {each.kind} {each.key} at tick {each.invoked} and is not answered by tick {last}"
        for each in asked[:most]
    ]
    return parts + ([f"Clients ask {len(asked) - most} times more"] if len(asked) > most else [])
