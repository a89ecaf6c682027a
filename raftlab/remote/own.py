"""What a node of Python keeps beyond the known fields, as JSON and back: any ordinary values, under any names.

None, numbers, texts and lists are themselves. Everything else is an object whose first name says what it is:
`{"set": [1, 2]}`, `{"dict": [["a", 1]]}`, `{"LogEntry": [1, "x"]}`.
"""

from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Mapping
from enum import Enum
from random import Random
from types import FunctionType, MethodType
from typing import Any

from raftlab import messages
from raftlab.log import Log
from raftlab.raft import Raft
from raftlab.sim.errors import NodeError

Json = Any
COLLECTIONS: dict[str, Callable[[list[Any]], Any]] = {
    "tuple": tuple, "set": set, "frozenset": frozenset, "deque": deque,
}  # fmt: skip
DICTS: dict[str, type] = {
    "dict": dict, "Counter": Counter, "OrderedDict": OrderedDict, "defaultdict": defaultdict,
}  # fmt: skip
KINDS: dict[str, Any] = {
    name: kind
    for name, kind in (vars(messages) | {"Log": Log, "Raft": Raft} | DICTS | COLLECTIONS).items()
    if isinstance(kind, type)
} | {each.__name__: each for each in (int, str, bool, float, list)}


class Packer:
    """Packs and unpacks what one node keeps.

    node: its methods, and it itself, may be among its values. names: the classes and functions of its own text.
    dice: what is put wherever the node kept dice.
    """

    def __init__(self, node: Any = None, names: Mapping[str, Any] | None = None, dice: Random | None = None):
        self.node, self.dice = node, dice
        self.names: dict[str, Any] = {**KINDS, **(names or {})}

    def pack(self, value: Any) -> Json:
        """A value as JSON. Raises NodeError if it is of no ordinary kind, such as an open file."""
        kind: Any = type(value)
        name: str = kind.__name__
        if value is None or kind in (bool, int, float, str):
            return value
        if kind is list:
            return [self.pack(each) for each in value]
        if kind in (set, frozenset):
            return {name: sorted((self.pack(each) for each in value), key=repr)}
        if COLLECTIONS.get(name) is kind:
            return {name: [self.pack(each) for each in value]}
        if DICTS.get(name) is kind:
            pairs = [[self.pack(key), self.pack(each)] for key, each in value.items()]
            factory = getattr(value, "default_factory", None)
            return {name: pairs} if factory is None else {name: pairs, "factory": self.pack(factory)}
        if value is self.node:
            return {"node": None}
        if isinstance(value, bytes):
            return {"bytes": value.hex()}
        if isinstance(value, Random):
            return {"dice": None}
        if isinstance(value, MethodType) and value.__self__ is self.node:
            return {"method": value.__func__.__name__}
        if isinstance(value, type | FunctionType):
            called = str(getattr(value, "__name__", ""))
            if self.names.get(called) is not value:
                raise _strange(value)
            return {"name": called}
        if self.names.get(name) is not kind:
            raise _strange(value)
        if isinstance(value, Enum):
            return {"enum": [name, value.name]}
        if isinstance(value, tuple):
            return {"tuple of": [name, *map(self.pack, value)]}
        return {
            "object": [name, [[each, self.pack(what)] for each, what in sorted(_attributes(value).items())]]
        }

    def unpack(self, found: Json) -> Any:
        """The value that was packed."""
        if isinstance(found, list):
            return [self.unpack(each) for each in found]
        if not isinstance(found, dict):
            return found
        name, inside = next(iter(found.items()))
        if name in COLLECTIONS:
            return COLLECTIONS[name]([self.unpack(each) for each in inside])
        if name in DICTS:
            made = DICTS[name]()
            if "factory" in found:
                made.default_factory = self.unpack(found["factory"])
            for key, value in inside:  # the update of a Counter would count the pairs
                made[self.unpack(key)] = self.unpack(value)
            return made
        return getattr(self, f"_{name.replace(' ', '_')}")(inside)

    def _node(self, _: None) -> Any:
        return self.node

    def _dice(self, _: None) -> Any:
        return self.dice

    def _bytes(self, inside: str) -> bytes:
        return bytes.fromhex(inside)

    def _method(self, inside: str) -> Any:
        return getattr(self.node, inside)

    def _name(self, inside: str) -> Any:
        return self.names[inside]

    def _enum(self, inside: list[str]) -> Any:
        return self.names[inside[0]][inside[1]]

    def _tuple_of(self, inside: list[Json]) -> Any:
        kind, *values = inside
        return self.names[kind]._make(map(self.unpack, values))

    def _object(self, inside: list[Json]) -> Any:
        kind = self.names[inside[0]]
        made = kind.__new__(kind)
        for name, value in inside[1]:
            object.__setattr__(made, name, self.unpack(value))
        return made


def _attributes(thing: Any) -> dict[str, Any]:
    """All attributes of an object, including those in slots."""
    slots = [
        name for each in type(thing).__mro__ for name in getattr(each, "__slots__", ()) if name[:2] != "__"
    ]
    return {name: getattr(thing, name) for name in slots if hasattr(thing, name)} | getattr(
        thing, "__dict__", {}
    )


def _strange(value: Any) -> NodeError:
    return NodeError(
        f"A node keeps {str(value)[:60]!r}; it may keep numbers, texts, lists, tuples, dicts, sets, and objects of classes "
        "that its text defines."
    )
