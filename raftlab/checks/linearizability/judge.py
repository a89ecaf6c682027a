"""Is there one order of all operations that explains every answer?

Linearizable (Herlihy and Wing 1990) means: each operation seems to happen at one moment between its
invocation and its answer. So we look for an order that agrees with real time and in which a machine that
carries out one operation after the other gives the same answers. Independent keys are searched one by one,
because a history is linearizable if it is linearizable on each key.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from html import escape

from raftlab.checks.linearizability.models import Model, model_of
from raftlab.checks.linearizability.orders import OutOfStepsError, Search
from raftlab.sim.errors import UserError, check_name, check_number, type_of
from raftlab.sim.operations import Operation

LIMIT = 300_000  # steps of the search
MOST_STATES = 3  # the most states that a sentence lists


@dataclass(frozen=True, repr=False)
class Verdict:
    """Whether a history is linearizable, and why. A verdict is true if the history is, and false if it is not.

    Attributes:
        ok: whether an order explains every answer; None if the search has reached its limit before this was decided.
            Such a verdict is neither true nor false: `bool(verdict)` raises UserError.
        order: such an order, with only those unanswered operations that must have happened; None if there is none.
        key: the key on which every order fails, or another part into which the model divides, or whose search has
            reached its limit; None if `ok`.
        operations: the operations on that key; all operations if `ok`.
        longest: the longest order of these operations that fits; the whole order if `ok`. If the search has reached its
            limit, the longest that it has seen.
        stuck: the operation with the first answer that no order explains together with all answers before it;
            None if `ok`, or if the search for it has reached its limit.
        why: the reason, in a sentence.
    """

    ok: bool | None
    order: list[Operation] | None
    key: Hashable
    operations: list[Operation]
    longest: list[Operation]
    stuck: Operation | None
    why: str

    def __bool__(self) -> bool:
        if self.ok is None:
            raise UserError(f"Whether this history is linearizable is not known: {self.why}")
        return self.ok

    def __repr__(self) -> str:
        told = {True: "linearizable", False: "not linearizable", None: "not known to be linearizable or not"}
        return f"{told[self.ok]}: {self.why}"

    def _repr_html_(self) -> str:
        return escape(repr(self))  # a notebook breaks HTML between words, and plain text anywhere


def check_linearizability(
    operations: Iterable[Operation], model: "str | Model | type[Model]" = "map", *, limit: int = LIMIT
) -> Verdict:
    """Look for an order of a history's operations that agrees with real time and explains every answer.

    An operation comes before another if it was answered at an earlier tick than the other was invoked. At the
    same tick they count as concurrent, except that one client's operations on one key keep their order.
    An operation without an answer may have happened at any time after its invocation, or never.

    Args:
        operations: the history; times in ticks or any other whole numbers. List what one client asks at the same
            tick in the order in which it asks.
        model: "register", "map", "queue", or a `raftlab.checks.linearizability.models.Model` of your own.
        limit: how many steps the search on a key may take. A step puts an operation into an order. By default 300,000,
            which takes a few seconds.

    Returns:
        The Verdict: an order, or the key on which every order fails, or, if the limit was reached, that it was not
        decided. Keys with few operations are searched first. The time of the search can double with each operation that
        overlaps with many others.

    Raises:
        UserError: the model does not know an operation, or the times are impossible: an answer before its
            invocation, or two answered operations of one client at once; or the limit is not a whole number from 1 on.

    Example:
        >>> from raftlab.sim.operations import Operation
        >>> write = Operation("c1", "put", "x", 1, None, invoked=0, returned=10)
        >>> read = Operation("c2", "get", "x", None, None, invoked=5, returned=30)
        >>> check_linearizability([write, read])
        linearizable: one order explains every answer.
        >>> check_linearizability([write, read._replace(invoked=20)])  # doctest: +NORMALIZE_WHITESPACE
        not linearizable: c2: get x → nothing (ticks 20 to 30) fits nowhere:
        in every order that explains the answers before it, x is 1 by then.
    """
    machine = model_of(model)
    history = _checked(operations, machine)
    check_number("the limit", limit, 1)
    parts: dict[Hashable, list[Operation]] = {}
    for operation in history:
        parts.setdefault(machine.partition(operation), []).append(operation)
    orders = []
    undecided = None
    for key, its in sorted(parts.items(), key=lambda part: len(part[1])):
        found = _searched(key, its, machine, limit)
        if found.ok is False:
            return found
        if found.order is not None:
            orders.append(found.order)
        elif undecided is None:
            undecided = found
    if undecided is not None:
        return undecided
    order = _merged(orders)
    left = len(history) - len(order)
    never = f"; {left} of the unanswered operations need not have happened" if left else ""
    return Verdict(True, order, None, history, order, None, f"one order explains every answer{never}.")


def _searched(key: Hashable, its: list[Operation], machine: Model, limit: int) -> Verdict:
    """The verdict on the operations of one key."""
    search = Search(its, machine)
    ok = None
    try:
        ok = search.run(limit, looks_ahead=True)
        if not ok:
            search.run(limit)  # finds the answer that no order explains
    except OutOfStepsError:
        stuck = None
        on, within = f" on {key}" if key else "", f"within {limit:,} steps of the search."
        why = f"it was not decided{on} {within}"
        if ok is False:
            why = f"no order explains every answer{on}. Which answer is the first that fits nowhere was not found {within}"
    else:
        stuck = None if ok else search.stuck()
        why = (
            _why(stuck, key, [search.steps.states[number] for number in search.barred_in], machine)
            if stuck
            else ""
        )
    longest = [its[place] for place in search.longest]
    return Verdict(ok, longest if ok else None, key, its, longest, stuck, why)


def _checked(operations: Iterable[Operation], model: Model) -> list[Operation]:
    """The history in the order of invocations. Raises UserError if there can be no such history."""
    if not isinstance(operations, Iterable):
        kind = type_of(operations)
        raise UserError(f"A history is a list of Operations, such as trace.operations(), not {kind}.")
    history = list(operations)
    for operation in history:
        if not isinstance(operation, Operation):
            raise UserError(f"A history consists of Operations, not of {operation!r}.")
        if not isinstance(operation.key, Hashable):
            raise UserError(f"A key is a text or a number, not {operation.key!r}.")
        if model.kinds:
            check_name(f"operation of a {model.name}", operation.kind, model.kinds)
        invoked = check_number("the tick of an invocation", operation.invoked, 0)
        if (
            operation.returned is not None
            and check_number("the tick of an answer", operation.returned, 0) < invoked
        ):
            raise UserError(f"{_told(operation)} is answered before it is invoked.")
    history.sort(key=lambda operation: operation.invoked)
    last: dict[str, Operation] = {}
    for operation in history:
        if operation.returned is not None:
            before = last.get(operation.client)
            if before and before.returned is not None and before.returned > operation.invoked:
                raise UserError(
                    f"{_told(before)} and {_told(operation)} overlap: a client asks one thing at a time."
                )
            last[operation.client] = operation
    return history


def _merged(orders: list[list[Operation]]) -> list[Operation]:
    """One order of the operations on all keys: each happens as early as the operations before it on its key allow."""
    moments = []
    for order in orders:
        moment = 0
        for operation in order:
            moment = max(moment, operation.invoked)
            moments.append((moment, operation))
    return [operation for _, operation in sorted(moments, key=lambda pair: pair[0])]


def _why(stuck: Operation, key: Hashable, states: list[Hashable], model: Model) -> str:
    told = [model.words(key, state) for state in states[:MOST_STATES]]
    more = len(states) - len(told)
    if more:
        told.append(f"it is in one of {more} other states" if more > 1 else "it is in another state")
    return (
        f"{_told(stuck)} fits nowhere: in every order that explains the answers before it, "
        f"{', or '.join(told)} by then."
    )


def _told(operation: Operation) -> str:
    return f"{operation.client}: {operation.words()} (ticks {operation.invoked} to {operation.returned})"
