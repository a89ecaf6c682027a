"""Sequential machines, with which a history of concurrent operations is compared.

A model knows nothing of time, waiting clients or networks. It carries out one operation after the other, and says
whether the answer that the client got is the right one.
"""

from collections.abc import Hashable, Iterable
from typing import Any

from raftlab.sim.errors import UserError, check_name
from raftlab.sim.operations import Operation, in_brief


class Model:
    """A machine that carries out one operation after the other. Subclass it for a machine of your own.

    Attributes:
        name: its name in sentences.
        kinds: the kinds of operations that it knows; if empty, it accepts all kinds.
        initial: its state at the beginning. States must be hashable: numbers, texts, tuples.
        anonymous: is it all the same to `step` who asks? Then equal operations of several clients are searched as one.

    `anonymous`, `only_reads`, `sets` and `may_fit` are hints that make the search shorter, and may be left out. A hint
    counts only for the `step` beside which it stands, not for that of a subclass.

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
    anonymous = False

    def step(self, state: Any, operation: Operation) -> tuple[Hashable, bool]:
        """The state after an operation, and whether the operation's result is what the machine would answer.

        Both must depend only on the state and on the operation's client, kind, argument and result. If an operation
        has no answer, the second value is not used.
        """
        raise NotImplementedError(f"{type(self).__name__} has no step(state, operation).")

    def only_reads(self, operation: Operation) -> bool:
        """Whether an answered operation leaves every state as it is in which its answer fits."""
        raise NotImplementedError(f"{type(self).__name__} has no only_reads(operation).")

    def sets(self, operation: Operation) -> Iterable[Hashable]:
        """The states that an operation may set, whatever the state was before; those that depend on it are left out."""
        raise NotImplementedError(f"{type(self).__name__} has no sets(operation).")

    def may_fit(self, state: Any, operation: Operation) -> bool:
        """Whether an operation may get its answer in a state, or after others that set none. True if in doubt."""
        raise NotImplementedError(f"{type(self).__name__} has no may_fit(state, operation).")

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
    anonymous = True

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

    def only_reads(self, operation: Operation) -> bool:
        """A read, and a cas that did not take place."""
        return _only_reads(operation)

    def sets(self, operation: Operation) -> tuple[Hashable, ...]:
        """The states that an operation may leave, whatever the state was before."""
        return _written(operation)

    def may_fit(self, state: Any, operation: Operation) -> bool:
        """Whether an operation gets its answer in a state that no other operation sets anew."""
        wanted = _wanted(operation)
        return wanted is ANY or wanted == state


class Map(Model):
    """Keys with values, each of which is got, put, appended to, and swapped if it is what is expected.

    Kinds: "get", "put", "append" (text to text), and "cas" as for a Register. Keys are independent.
    """

    name = "map"
    kinds = ("get", "put", "append", "cas")
    anonymous = True

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

    def only_reads(self, operation: Operation) -> bool:
        """A read, and a cas that did not take place."""
        return _only_reads(operation)

    def sets(self, operation: Operation) -> tuple[Hashable, ...]:
        """The states that an operation may leave, whatever the state was before."""
        return _written(operation)

    def may_fit(self, state: Any, operation: Operation) -> bool:
        """Whether an operation may get its answer after something was appended to a state, or nothing."""
        wanted = _wanted(operation)
        if wanted is ANY or wanted == state:
            return True
        return isinstance(wanted, str) and wanted.startswith("" if state is None else str(state))


class Queue(Model):
    """First in, first out. Kinds: "enq" (puts its argument in) and "deq" (returns what came out, or None if empty)."""

    name = "queue"
    kinds = ("enq", "deq")
    initial = ()
    anonymous = True

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


ANY = object()  # an operation that may get its answer in any state


def _only_reads(operation: Operation) -> bool:
    return operation.kind in ("read", "get") or (operation.kind == "cas" and not operation.result)


def _wanted(operation: Operation) -> Any:
    """The state in which an answered operation of a register or of a key gets its answer; ANY if it may be any."""
    if operation.kind in ("read", "get"):
        return operation.result
    return _pair(operation)[0] if operation.kind == "cas" and operation.result else ANY


def _written(operation: Operation) -> tuple[Hashable, ...]:
    """What an operation of a register or of a key writes in the place of what is there."""
    if operation.kind == "cas":
        return (_pair(operation)[1],)
    return (operation.argument,) if operation.kind in ("write", "put") else ()


def _compare_and_swap(state: Any, operation: Operation) -> tuple[Hashable, bool]:
    expected, new = _pair(operation)
    took_place = state == expected
    return (new if took_place else state), operation.result == took_place


def _pair(operation: Operation) -> tuple[Hashable, Hashable]:
    try:
        expected, new = operation.argument
    except (TypeError, ValueError):
        raise UserError(
            f"A cas takes a pair, what it expects and what it writes, not {in_brief(operation.argument)}."
        ) from None
    return expected, new


MODELS: dict[str, type[Model]] = {"register": Register, "map": Map, "queue": Queue}


def is_told(model: Model, hint: str) -> bool:
    """Does a model give a hint for the `step` that it has? One that stands beside the `step` of a base class proves nothing."""
    for each in type(model).__mro__[:-2]:  # without Model itself
        if hint in vars(each):
            return True
        if "step" in vars(each):
            break
    return False


def model_of(model: object) -> Model:
    """A model by its name, or one of the user's own."""
    if isinstance(model, Model):
        return model
    if isinstance(model, type) and issubclass(model, Model):
        return model()
    return MODELS[check_name("model", model, MODELS)]()
