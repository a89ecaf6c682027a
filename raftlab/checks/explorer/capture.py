"""The state of a node as a value, for any node class whose attributes are ordinary Python values.

`freeze` turns a value into one that can be compared and looked up. `copied` makes a copy of a node; a step of the
copy does not change the original. `renamed` gives the frozen value that there would be if the nodes had other
names. None of them knows Raft.
"""

from collections import deque
from collections.abc import Callable, Hashable, Mapping
from copy import deepcopy
from enum import Enum
from random import Random
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

from raftlab.sim.errors import UserError

Frozen = Hashable
PLAIN = frozenset((type(None), int, str, bytes))
CODE = (type, FunctionType, BuiltinFunctionType, ModuleType)


class Die(Random):
    """A die that always shows the same number: what a node draws is not part of its state."""

    def random(self) -> float:
        """The same number every time."""
        return 0.5

    def __deepcopy__(self, memo: dict[int, Any]) -> "Die":
        return self


DIE = Die()


class CannotCompareError(Exception):
    """A value that cannot be compared with others: a file, a lock, or dice other than DIE."""


def freeze(value: Any, path: tuple[int, ...] = ()) -> Frozen:
    """A value in a form that can be looked up. Two frozen values are equal if and only if type and content are equal.

    The type matters, because two messages of different kinds with equal fields are equal tuples. The order of a
    dict does not matter, as in Python's own comparison. Raises CannotCompareError.
    """
    kind = type(value)
    if kind in PLAIN:
        return value
    if kind in (bool, float):
        return kind, value
    if isinstance(value, Enum):
        return kind, value.name
    if isinstance(value, CODE) or value is DIE:
        return value
    if id(value) in path:
        return "cycle", path.index(id(value))
    path = (*path, id(value))
    if isinstance(value, tuple | list | deque):
        return (kind, *[each if type(each) in PLAIN else freeze(each, path) for each in value])
    if isinstance(value, set | frozenset):
        return kind, frozenset([freeze(each, path) for each in value])
    if isinstance(value, dict):
        return kind, frozenset([(freeze(key, path), freeze(each, path)) for key, each in value.items()])
    if isinstance(value, MethodType):
        return kind, value.__func__, freeze(value.__self__, path)
    if isinstance(value, Random) or not (hasattr(value, "__dict__") or hasattr(value, "__slots__")):
        raise CannotCompareError(kind.__name__)
    return kind, frozenset([(name, freeze(each, path)) for name, each in attributes(value).items()])


def attributes(thing: Any) -> dict[str, Any]:
    """All attributes of an object, including those in slots."""
    slots: list[str] = []
    for each in type(thing).__mro__:
        names = getattr(each, "__slots__", ())
        slots += [names] if isinstance(names, str) else names
    found = {name: getattr(thing, name) for name in slots if hasattr(thing, name)}
    return found | getattr(thing, "__dict__", {})


def freeze_node(node: Any) -> tuple[tuple[str, Frozen], ...]:
    """A node's attributes, by name. Raises UserError if one of them can't be compared."""
    frozen = []
    for name, value in sorted(attributes(node).items()):
        try:
            frozen.append((name, freeze(value, (id(node),))))
        except CannotCompareError as error:
            raise UserError(
                f"The explorer cannot compare two nodes, because `{name}` of {type(node).__name__} holds "
                f"a {error}; numbers, text, lists, tuples, dicts and sets can be compared."
            ) from None
    return tuple(frozen)


def copied(node: Any) -> Any:
    """A copy of a node. The copy shares with the original only what cannot change."""
    kind: Any = type(node)
    made = kind.__new__(kind)
    memo = {id(node): made} | {id(entry): entry for entry in node.log if cannot_change(entry)}
    for name, value in attributes(node).items():
        object.__setattr__(made, name, value if cannot_change(value) else deepcopy(value, memo))
    return made


def cannot_change(value: Any) -> bool:
    """Whether a value is immutable with all that it contains; a tuple of lists is not."""
    if type(value) in PLAIN:
        return True
    try:
        return isinstance(value, tuple | frozenset) and hash(value) is not None
    except TypeError:
        return False


def renamed(frozen: Frozen, names: Mapping[str, str]) -> Frozen:
    """The frozen value in which every node has its new name. names: old name -> new name."""
    if isinstance(frozen, str):
        return names.get(frozen, frozen)
    if isinstance(frozen, tuple):
        return tuple(renamed(each, names) for each in frozen)
    if isinstance(frozen, frozenset):
        return frozenset(renamed(each, names) for each in frozen)
    return frozen


def thawed(frozen: Frozen) -> Any:
    """The value that was frozen. An object other than a named tuple is built anew, with the same attributes."""
    if not isinstance(frozen, tuple) or not frozen:
        return frozen
    kind, *rest = frozen
    if not isinstance(kind, type):
        raise CannotCompareError("value that refers to itself")
    if kind in (bool, float):
        return rest[0]
    if issubclass(kind, Enum):
        return kind[rest[0]]
    if issubclass(kind, tuple) and hasattr(kind, "_make"):
        make: Callable[[Any], Any] = kind._make
        return make(map(thawed, rest))
    if issubclass(kind, tuple | list | deque):
        return kind(map(thawed, rest))
    if issubclass(kind, set | frozenset):
        return kind(thawed(each) for each in sorted(rest[0], key=repr))
    if issubclass(kind, dict):
        made_dict = kind()
        made_dict.update((thawed(key), thawed(each)) for key, each in sorted(rest[0], key=repr))
        return made_dict
    made = kind.__new__(kind)
    for name, each in rest[0]:
        object.__setattr__(made, name, thawed(each))
    return made
