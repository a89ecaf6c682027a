"""Events, effects and the states of nodes as JSON, and back.

What comes from another process is not trusted: everything that is read is checked, its type and its size. The first
thing that is wrong is named in the error.

A value with one possible type is an object of its fields, `{"command": "x=1", "client": null}`; of several possible types
each names its own, `{"type": "Propose", ...}`. An entry of a log is a pair, `[term, command]`.
"""

from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from raftlab.extensions.read_index import Waiting
from raftlab.log import Log
from raftlab.messages import ChangeVoters, Effect, Event, HardState, LogEntry, Role, Snapshot
from raftlab.sim.errors import NodeError, UserError, check_text

LARGEST = 2**53  # beyond this, not every language has all whole numbers
LONGEST = 10_000  # items in a list
MOST_TEXT = 1_000_000  # characters

Json = Any
Read = Callable[[Json, str], Any]  # (what was sent, where it stands) -> the value
Write = Callable[[Any], Json]

# The fields of a node, in the order in which they are written. Those of extensions come after those of Raft.
FIELDS: dict[str, Any] = {
    "id": str,
    "nodes": tuple[str, ...],
    "election_timeout": tuple[int, int],
    "heartbeat_interval": int,
    "role": Role,
    "term": int,
    "voted_for": str | None,
    "leader": str | None,
    "votes": frozenset[str],
    "log": tuple[LogEntry, ...],
    "log_start": tuple[int, int],  # index and term of the last entry that a snapshot has replaced
    "snapshot": Snapshot,
    "commit_index": int,
    "last_applied": int,
    "next_index": dict[str, int],
    "match_index": dict[str, int],
    "waiting": dict[int, str | None],  # None: a command without a client
    "timer": int,
    "timeout": int,
    "pre_votes": frozenset[str],
    "heard": frozenset[str],
    "since_look": int,
    "waits_for_older_leader": bool,
    "reads": tuple[Waiting, ...],
    "round": int,
    "confirmed": frozenset[str],
    "round_began": int,
    "lease_end": int,
    "clock": int,
    "successor": str | None,
    "ticks_left": int,
    "newcomer": str | None,
    "joining": ChangeVoters | None,
    "rounds": int,
    "round_end": int,
    "round_ticks": int,
    "silent_ticks": int,
}
# These are left out while they have this value.
UNUSED: dict[str, Any] = {"log_start": (0, 0), "snapshot": Snapshot()}


def wrong(where: str, found: Json, words: str) -> NodeError:
    """The error that names what stands in the wrong form, and what would be right."""
    said = repr(found)
    return NodeError(f"{where} is {said if len(said) < 60 else said[:57] + '...'}; it should be {words}.")


# -- Reading ---------------------------------------------------------------------------------------------------


def reader(kind: Any) -> Read:
    """The function that reads a value of this type. It raises NodeError if the value has another type, or is too large."""
    origin, inside = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return _one_of(inside)
    if origin is dict:
        return _dict(*inside)
    if origin is tuple and inside[-1] is not ...:
        return _fixed(tuple(map(reader, inside)))
    if origin in (tuple, frozenset, list):
        return _list(origin, reader(inside[0]))
    if kind is LogEntry:
        return _entry
    if kind in _SIMPLE:
        return _SIMPLE[kind]
    if issubclass(kind, Enum):
        return _enum(kind)
    return _record(kind)


def _int(found: Json, where: str) -> int:
    if type(found) is not int:
        raise wrong(where, found, "a whole number")
    if not -LARGEST <= found <= LARGEST:
        raise wrong(where, found, "a whole number from -2**53 to 2**53")
    return found


def _str(found: Json, where: str) -> str:
    if type(found) is not str:
        raise wrong(where, found, "a text")
    if len(found) > MOST_TEXT:
        raise wrong(where, found, f"a text of at most {MOST_TEXT:,} letters")
    if not found.isprintable():
        try:
            check_text(where, found)
        except UserError as error:
            raise NodeError(str(error)) from None
    return found


def _bool(found: Json, where: str) -> bool:
    if found is not True and found is not False:
        raise wrong(where, found, "true or false")
    return found


def _none(found: Json, where: str) -> None:
    if found is not None:
        raise wrong(where, found, "null")


_SIMPLE: dict[Any, Read] = {int: _int, str: _str, bool: _bool, NoneType: _none}


def _items(found: Json, where: str) -> list[Json]:
    if type(found) is not list:
        raise wrong(where, found, "a list")
    if len(found) > LONGEST:
        raise NodeError(f"{where} has {len(found):,} items; it should have at most {LONGEST:,}.")
    return found


def _list(make: Callable[[Iterable[Any]], Any], item: Read) -> Read:
    def read(found: Json, where: str) -> Any:
        return make([item(each, where) for each in _items(found, where)])

    return read


def _fixed(readers: tuple[Read, ...]) -> Read:
    def read(found: Json, where: str) -> Any:
        if len(_items(found, where)) != len(readers):
            raise wrong(where, found, f"a list of {len(readers)}")
        return tuple(each(value, where) for each, value in zip(readers, found, strict=True))

    return read


def _dict(key: Any, value: Any) -> Read:
    read_value = reader(value)

    def read(found: Json, where: str) -> Any:
        if type(found) is not dict or len(found) > LONGEST:
            raise wrong(where, found, "an object")
        if key is str:
            return {name: read_value(each, f"{where}.{name}") for name, each in found.items()}
        numbers = {name: int(name) if name.isdecimal() and len(name) < 16 else None for name in found}
        if None in numbers.values():
            raise wrong(where, found, "an object whose names are numbers")
        return {numbers[name]: read_value(each, f"{where}.{name}") for name, each in found.items()}

    return read


def _entry(found: Json, where: str) -> LogEntry:
    if type(found) is not list or len(found) != 2:
        raise wrong(where, found, "an entry, [term, command]")
    return LogEntry(_int(found[0], where), _str(found[1], where))


def _enum(kind: type[Enum]) -> Read:
    known = {each.value: each for each in kind}

    def read(found: Json, where: str) -> Enum:
        if type(found) is not str or found not in known:
            raise wrong(where, found, " or ".join(f'"{each}"' for each in known))
        return known[found]

    return read


def _record(kind: Any) -> Read:
    readers = {name: reader(each) for name, each in get_type_hints(kind).items()}

    def read(found: Json, where: str) -> Any:
        if type(found) is not dict:
            raise wrong(where, found, f"an object, a {kind.__name__}")
        if lacking := [name for name in readers if name not in found]:
            raise NodeError(f"{where} is a {kind.__name__} without {' and '.join(lacking)}.")
        return kind(*[each(found[name], f"{where}.{name}") for name, each in readers.items()])

    return read


def _one_of(kinds: tuple[Any, ...]) -> Read:
    """Reads null, if that is allowed, or the only other type, or the one that the object names."""
    known = {kind.__name__: kind for kind in kinds if kind is not NoneType}
    readers = {name: reader(kind) for name, kind in known.items()}
    may_be_null, only = NoneType in kinds, next(iter(readers.values())) if len(readers) == 1 else None

    def read(found: Json, where: str) -> Any:
        if found is None and may_be_null:
            return None
        if only is not None:
            return only(found, where)
        name = found.get("type") if type(found) is dict else None
        if type(name) is not str or name not in readers:
            raise wrong(where, found, f'an object whose "type" is one of {", ".join(readers)}')
        return readers[name](found, name)

    return read


# -- Reading what is trusted ----------------------------------------------------------------------------------------


def maker(kind: Any) -> Write | None:
    """The function that makes a value of this type from JSON that raftlab itself has written; None if the JSON is the value."""
    origin, inside = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        kinds = {each.__name__: maker(each) for each in inside if each is not NoneType}
        if len(kinds) > 1:
            return lambda found: found and kinds[found["type"]](found)  # type: ignore[misc]
        (only,) = kinds.values()
        return only and (lambda found: None if found is None else only(found))
    if origin is dict:
        return None if inside[0] is str else lambda found: {int(name): value for name, value in found.items()}
    if origin in (tuple, frozenset):
        item = maker(inside[0])
        return origin if item is None else lambda found: origin(map(item, found))
    if kind is LogEntry:
        return LogEntry._make
    if kind in _SIMPLE:
        return None
    if issubclass(kind, Enum):
        return {each.value: each for each in kind}.__getitem__
    return _made(kind)


def _made(kind: Any) -> Write:
    fields = [(name, maker(each)) for name, each in get_type_hints(kind).items()]
    make = kind._make

    def of(found: Json) -> Any:
        return make([found[name] if how is None else how(found[name]) for name, how in fields])

    return of


# -- Writing -----------------------------------------------------------------------------------------------------


def writer(kind: Any) -> Write | None:
    """The function that writes a value of this type. None: `json` writes it as it is."""
    origin, inside = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        others = [each for each in inside if each is not NoneType]
        if len(others) > 1:
            return write_named
        only = writer(others[0])
        return only and (lambda value: None if value is None else only(value))
    if origin is frozenset:
        return sorted
    if origin is tuple and inside[-1] is ...:
        each_of = writer(inside[0])
        return each_of and (lambda value: [each_of(each) for each in value])
    if kind in _SIMPLE or origin is not None or kind is LogEntry:
        return None
    if issubclass(kind, Enum):
        return lambda value: value.value
    return _written(kind)


def _written(kind: Any) -> Write:
    hints = get_type_hints(kind)
    special = [(name, how) for name, each in hints.items() if (how := writer(each))]
    names = tuple(hints)

    def write(value: Any) -> Json:
        made = dict(zip(names, value, strict=True))
        for name, how in special:
            made[name] = how(made[name])
        return made

    return write


_WRITERS: dict[type, Write] = {}


def write_named(value: Any) -> Json:
    """An event, effect, message or result as an object that names its type."""
    kind = type(value)
    if kind not in _WRITERS:
        _WRITERS[kind] = _written(kind)
    return {"type": kind.__name__, **_WRITERS[kind](value)}


# -- What is said --------------------------------------------------------------------------------------------------

_effects: Read = reader(tuple[Effect, ...])
event_of: Any = maker(Event)
saved_of: Any = maker(HardState)
write_saved: Write = _written(HardState)
_READERS: dict[str, Read] = {name: reader(kind) for name, kind in FIELDS.items()}
_MAKERS: dict[str, Write | None] = {name: maker(kind) for name, kind in FIELDS.items()}
_SPECIAL: dict[str, Write] = {name: write for name, kind in FIELDS.items() if (write := writer(kind))}


def read_effects(found: Json) -> tuple[Effect, ...]:
    """The effects of a step. Raises NodeError."""
    return _effects(found, "effects")


def state_of(node: Any, names: Iterable[str] = FIELDS, copying: bool = True) -> dict[str, Any]:
    """The fields of a node with these names, as plain values: its log is a tuple of entries, dicts are copied."""
    has = vars(node)
    state = {name: has[name] for name in names if name in has}
    for name in CHANGED_IN_PLACE if copying else ():
        if name in state:
            state[name] = copied(state[name])
    log = has.get("log")
    if type(log) is Log:
        state["log"], state["log_start"] = tuple(log), (log.start, log.start_term)
    return state


CHANGED_IN_PLACE = [name for name, kind in FIELDS.items() if get_origin(kind) in (dict, frozenset)]


def copied(value: Any) -> Any:
    """A copy of what can change: of a dict or a set. What is in it cannot change."""
    return value.copy() if isinstance(value, dict | set) else value


def put(node: Any, state: Mapping[str, Any]) -> None:
    """Give a node these values. Dicts are copied; a log is made of the entries and of `log_start`."""
    for name, value in state.items():
        if name == "log":
            node.log = Log(value, *state.get("log_start", state.get("snapshot", (0, 0))[:2]))
        elif name != "log_start":
            before = vars(node).get(name)
            if type(before) is set or (isinstance(before, dict) and type(before) is not dict):
                before.clear()  # a node that keeps this in its own form goes on to do so
                before.update(value)
            else:
                setattr(node, name, copied(value))


def write_fields(state: Mapping[str, Any]) -> dict[str, Json]:
    """Fields of a state as JSON."""
    return {name: _SPECIAL[name](value) if name in _SPECIAL else value for name, value in state.items()}


def write_state(state: Mapping[str, Any]) -> dict[str, Json]:
    """A state as JSON, without what is unused."""
    return write_fields(
        {name: value for name, value in state.items() if name not in UNUSED or value != UNUSED[name]}
    )


def read_state(found: Json) -> dict[str, Any]:
    """The fields of a state that are known here. Raises NodeError."""
    if type(found) is not dict:
        raise wrong("state", found, "an object")
    return {name: read(found[name], name) for name, read in _READERS.items() if name in found}


def state_from(found: Json) -> dict[str, Any]:
    """The same for a state that raftlab itself has written."""
    return {
        name: value if (make := _MAKERS[name]) is None else make(value)
        for name, value in found.items()
        if name in _MAKERS
    }
