"""Sequential machines, with which a history of concurrent operations is compared.

A model knows nothing of time, waiting clients or networks. It carries out one operation after the other, and says
whether the answer that the client got is the right one.
"""

from collections.abc import Hashable
from typing import Any

from raftlab.sim.errors import UserError, check_name
from raftlab.sim.operations import Operation, in_brief


class Model:
    """A machine that carries out one operation after the other. Subclass it for a machine of your own.

    Attributes:
        name: its name in sentences.
        kinds: the kinds of operations that it knows; if empty, it accepts all kinds.
        initial: its state at the beginning. States must be hashable: numbers, texts, tuples.

    Example:
        >>> class Counter(Model):
        ...     name, kinds, initial = "counter", ("inc", "read"), 0
        ...     def step(self, state, operation):
        ...         after = state + 1 if operation.kind == "inc" else state
        ...         return after, operation.result == after
        >>> Counter().step(1, Operation("c1", "inc", "x", None, 2, invoked=0, returned=5))
        (2, True)
    """

    name = "machine"
    kinds: tuple[str, ...] = ()
    initial: Hashable = None

    def step(self, state: Any, operation: Operation) -> tuple[Hashable, bool]:
        """The state after an operation, and whether the operation's result is what the machine would answer.

        Both must depend only on the state and on the operation's client, kind, argument and result. If an operation
        has no answer, the second value is not used.
        """
        raise NotImplementedError(f"{type(self).__name__} has no step(state, operation).")

    def partition(self, operation: Operation) -> Hashable:
        """The part of the machine that an operation uses. Parts must be independent, because each is checked alone."""
        return operation.key

    def words(self, part: Hashable, state: Any) -> str:
        """A state as a clause, such as "x is 1"."""
        return f"{part or 'the ' + self.name} is {'nothing' if state is None else in_brief(state)}"


class Register(Model):
    """A cell that is read, written, and swapped if it holds what is expected.

    Kinds: "read", "write" and "cas" (compare and swap), whose argument is (expected, new) and whose
    result says whether it took place.
    """

    name = "register"
    kinds = ("read", "write", "cas")

    def __init__(self, initial: Hashable = 0):
        self.initial = initial

    def step(self, state: Any, operation: Operation) -> tuple[Hashable, bool]:
        """A read must be told the state, a cas whether it took place; a write's answer tells nothing."""
        match operation.kind:
            case "read":
                return state, operation.result == state
            case "write":
                return operation.argument, True
        return _compare_and_swap(state, operation)


class Map(Model):
    """Keys with values, each of which is got, put, appended to, and swapped if it is what is expected.

    Kinds: "get", "put", "append" (text to text), and "cas" as for a Register. Keys are independent.
    """

    name = "map"
    kinds = ("get", "put", "append", "cas")

    def __init__(self, initial: Hashable = None):
        self.initial = initial  # what a key holds before anything is put there

    def step(self, state: Any, operation: Operation) -> tuple[Hashable, bool]:
        """A get must return the value, and a cas whether it took place. Other answers say nothing about the state."""
        match operation.kind:
            case "get":
                return state, operation.result == state
            case "put":
                return operation.argument, True
            case "append":
                return f"{'' if state is None else state}{operation.argument}", True
        return _compare_and_swap(state, operation)


class Queue(Model):
    """First in, first out. Kinds: "enq" (puts its argument in) and "deq" (returns what came out, or None if empty)."""

    name = "queue"
    kinds = ("enq", "deq")
    initial = ()

    def step(self, state: Any, operation: Operation) -> tuple[Hashable, bool]:
        """A deq must return the first value. The answer to an enq says nothing about the state."""
        if operation.kind == "enq":
            return (*state, operation.argument), True
        first = state[0] if state else None
        return state[1:], operation.result == first

    def words(self, part: Hashable, state: Any) -> str:
        """A state as a clause, such as "the queue holds 'a', 'b'"."""
        return (
            f"{part or 'the queue'} holds {', '.join(map(in_brief, state))}"
            if state
            else f"{part or 'the queue'} is empty"
        )


def _compare_and_swap(state: Any, operation: Operation) -> tuple[Hashable, bool]:
    try:
        expected, new = operation.argument
    except (TypeError, ValueError):
        raise UserError(
            f"A cas takes a pair, what it expects and what it writes, not {in_brief(operation.argument)}."
        ) from None
    took_place = state == expected
    return (new if took_place else state), operation.result == took_place


MODELS: dict[str, type[Model]] = {"register": Register, "map": Map, "queue": Queue}


def model_of(model: object) -> Model:
    """A model by its name, or one of the user's own."""
    if isinstance(model, Model):
        return model
    if isinstance(model, type) and issubclass(model, Model):
        return model()
    return MODELS[check_name("model", model, MODELS)]()
