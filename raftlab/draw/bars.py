"""The layout of the picture of a history: bars, their lanes, and the moments of an order."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from raftlab.sim.errors import UserError, check_number
from raftlab.sim.operations import Operation
from raftlab.sim.trace import Trace

BY_HAND = "by hand"  # the name of the row for operations of no client of a workload


class Bar(NamedTuple):
    """An operation, its lane in its client's row, and its number and moment in the order (0: it is not in the order)."""

    operation: Operation
    lane: int
    number: int
    moment: float
    state: str  # "plain", "left out", "stuck"


def operations_of(trace: Trace) -> list[Operation]:
    """The operations of a trace: those of each client of a workload, and all others under the name BY_HAND."""
    clients = {each.client for each in trace.operations(by_hand=False)}
    return [
        each if each.client in clients else each._replace(client=BY_HAND)
        for each in trace.operations(before=False)
    ]


def bars_of(operations: object, order: Sequence[Operation] | None, stuck: Operation | None) -> list[Bar]:
    """The bars of some operations, in the order of their invocations. Raises UserError if they cannot be drawn."""
    every = sorted(_check_operations(operations), key=lambda each: (each.invoked, end_of(each)))
    if stuck is not None and stuck not in every:
        raise UserError(f"The stuck operation, {stuck!r}, is not among the operations.")
    chosen = _places(every, order or [])
    moment_of = dict(zip(chosen, moments([every[place] for place in chosen]), strict=True))
    lanes: dict[str, list[float]] = {}  # client -> the end of the last bar in each of its lanes
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
        raise UserError("draw_operations needs a list of Operations, such as a trace's or a verdict's.")
    if not operations:
        raise UserError("There is no operation to draw.")
    return list(operations)


def _places(operations: list[Operation], order: Sequence[Operation]) -> list[int]:
    """The places of an order's operations in the list of all; each of several equal operations is used once."""
    left: list[Operation | None] = list(operations)
    places = []
    for operation in order:
        if operation not in left:
            raise UserError(f"The order has {operation!r}, which is not (so often) among the operations.")
        places.append(left.index(operation))
        left[places[-1]] = None
    return places


def moments(order: Sequence[Operation]) -> list[float]:
    """A moment for each operation of an order, between its invocation and its answer, in this order and spread out."""
    if not order:
        return []
    end = max(end_of(operation, operation.invoked) for operation in order)
    earliest = list(accumulate((operation.invoked for operation in order), max))
    latest = list(accumulate((max(end_of(each, end), each.invoked) for each in reversed(order)), min))[::-1]
    found: list[float] = []
    for place, (least, most) in enumerate(zip(earliest, latest, strict=True)):
        if least > most:
            raise UserError(
                f"The order does not keep to real time: {in_words(order[place])}, comes too late."
            )
        since = max(least, found[-1]) if found else float(least)
        # So many moments must fit in before `most`.
        sharing = max(1, bisect_left(earliest, most, place) - place)
        found.append(since + (most - since) / (sharing + 1))
    return found


def end_of(operation: Operation, without: float = float("inf")) -> float:
    """The tick of its answer; `without` if it has none."""
    return without if operation.returned is None else operation.returned


def rows_of(bars: list[Bar]) -> list[tuple[str, int]]:
    """The client and lane of each row. A client has a second lane only if it went on without an answer."""
    return sorted(
        {(bar.operation.client, bar.lane) for bar in bars}, key=lambda row: (_natural(row[0]), row[1])
    )


def _natural(name: str) -> tuple[int, str]:
    """A key for sorting, by which c10 comes after c9."""
    return len(name), name


def span_of(operations: Sequence[Operation], start: int | None, stop: int | None) -> tuple[int, int]:
    """The first and the last tick to draw; by default those of the operations."""
    ticks = [tick for each in operations for tick in (each.invoked, each.returned) if tick is not None]
    first = min(ticks) if start is None else check_number("start", start, 0)
    last = max(ticks) if stop is None else check_number("stop", stop, 0)
    if first > last:
        raise UserError(
            f"The start (tick {first}) comes after the stop (tick {last}); the earlier one comes first."
        )
    return first, last


def in_words(operation: Operation) -> str:
    """An operation in words, with its client and ticks."""
    asked = f"{operation.client}: {operation.words()}, "
    if operation.returned is None:
        return f"{asked}from tick {operation.invoked} on, never answered"
    return f"{asked}ticks {operation.invoked} to {operation.returned}"


def operations_in_words(operations: Sequence[Operation], first: int, last: int, most: int) -> list[str]:
    """The operations between two ticks in words, with the answers until the second; at most `most` one by one."""
    asked = [each for each in operations if first <= each.invoked <= last]
    parts = [
        in_words(each)
        if end_of(each) <= last
        else f"{each.client} asks {each.kind} {each.key} at tick {each.invoked} and is not answered by tick {last}"
        for each in asked[:most]
    ]
    return parts + ([f"Clients ask {len(asked) - most} times more"] if len(asked) > most else [])
