"""Is there one order of all operations that explains every answer?

Linearizable (Herlihy and Wing 1990) means: each operation seems to happen at one moment between its
invocation and its answer. So we look for an order that agrees with real time and in which a machine that
carries out one operation after the other gives the same answers. Independent keys are searched one by one,
because a history is linearizable if it is linearizable on each key.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from html import escape

from raftlab.checks.models import Model, model_of
from raftlab.checks.orders import Search
from raftlab.sim.errors import UserError, check_name, check_number, type_of
from raftlab.sim.operations import Operation

MOST_STATES = 3  # the most states that a sentence lists


@dataclass(frozen=True, repr=False)
class Verdict:
    """Whether a history is linearizable, and why. A verdict is true if the history is.

    Attributes:
        ok: whether an order explains every answer.
        order: such an order, with only those unanswered operations that must have happened; None if there is none.
        key: the key on which every order fails, or another part into which the model divides; None if `ok`.
        operations: the operations on that key; all operations if `ok`.
        longest: the longest order of these operations that fits; the whole order if `ok`.
        stuck: the operation with the first answer that no order explains together with all answers before it;
            None if `ok`.
        why: the reason, in a sentence.
    """

    ok: bool
    order: list[Operation] | None
    key: Hashable
    operations: list[Operation]
    longest: list[Operation]
    stuck: Operation | None
    why: str

    def __bool__(self) -> bool:
        return self.ok

    def __repr__(self) -> str:
        return f"{'linearizable' if self.ok else 'not linearizable'}: {self.why}"

    def _repr_html_(self) -> str:
        return escape(repr(self))  # a notebook breaks HTML between words, and plain text anywhere


def check_linearizability(
    operations: Iterable[Operation], model: "str | Model | type[Model]" = "map"
) -> Verdict:
    """Look for an order of a history's operations that agrees with real time and explains every answer.

    An operation comes before another if it was answered at an earlier tick than the other was invoked. At the
    same tick they count as concurrent, except that one client's operations on one key keep their order.
    An operation without an answer may have happened at any time after its invocation, or never.

    Args:
        operations: the history; times in ticks or any other whole numbers. List what one client asks at the same
            tick in the order in which it asks.
        model: "register", "map", "queue", or a `raftlab.checks.models.Model` of your own.

    Returns:
        The Verdict: an order, or the key on which every order fails. Keys with few operations are searched
        first. The time of the search can double with each operation that overlaps with many others.

    Raises:
        UserError: the model does not know an operation, or the times are impossible: an answer before its
            invocation, or two answered operations of one client at once.

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
    parts: dict[Hashable, list[Operation]] = {}
    for operation in history:
        parts.setdefault(machine.partition(operation), []).append(operation)
    orders = []
    for key, its in sorted(parts.items(), key=lambda part: len(part[1])):
        search = Search(its, machine)
        fits = search.run()
        longest = [its[place] for place in search.longest]
        if not fits:
            stuck, states = search.stuck(), [search.steps.states[number] for number in search.barred_in]
            return Verdict(False, None, key, its, longest, stuck, _why(stuck, key, states, machine))
        orders.append(longest)
    order = _merged(orders)
    left = len(history) - len(order)
    never = f"; {left} of the unanswered operations need not have happened" if left else ""
    return Verdict(True, order, None, history, order, None, f"one order explains every answer{never}.")


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
