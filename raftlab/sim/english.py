"""Helpers to make English sentences: plurals, lists of entries, shortened texts."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from raftlab.extensions.membership import PREFIX
from raftlab.sim.errors import listed

MOST_LETTERS = 24  # a longer command is shortened within a sentence


def plural(number: int, one: str, many: str = "") -> str:
    """A number and its noun: "1 entry", "2 entries"."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def short(text: object, most: int = MOST_LETTERS) -> str:
    """A text that a person typed, cut to at most so many characters, on one line."""
    plain = str(text)
    return plain if len(plain) <= most else f"{plain[: most - 1]}…"


def command_words(command: str) -> str:
    """A command for a sentence: shortened, but a configuration ("voters n1 n2 n3") in full."""
    return command if command.startswith(PREFIX) else short(command)


def names_in_short(names: Sequence[str]) -> str:
    """Names for little room: of three or more whose numbers follow each other, the first and the last.

    >>> names_in_short(["n1", "n3", "n4", "n5"])
    'n1 n3–n5'
    """
    parts: list[str] = []
    for _, group in groupby(enumerate(names), _stem_and_start):
        run = [name for _, name in group]
        parts += [f"{run[0]}–{run[-1]}"] if len(run) > 2 else run
    return " ".join(parts)


def _stem_and_start(placed: tuple[int, str]) -> tuple[str, int]:
    """The same for neighbours whose numbers follow each other."""
    place, name = placed
    stem = name.rstrip("0123456789")
    return (stem, int(name[len(stem) :]) - place) if stem != name else (name, 0)


def entries_up_to(index: int) -> str:
    """The entries up to an index: "entry 1", "entries 1 to 3"."""
    return "entry 1" if index == 1 else f"entries 1 to {index}"


def entry_words(first: int, entries: Sequence[Sequence[Any]]) -> str:
    """Entries from an index on, in words: "entry 4 (x=5)", "entries 4 to 7"."""
    if not entries:
        return "nothing"
    if len(entries) > 2:
        return f"entries {first} to {first + len(entries) - 1}"
    return listed([f"entry {first + i} ({command_words(each[1])})" for i, each in enumerate(entries)])


def log_words(view: Mapping[str, Any]) -> str:
    """The contents of a node's log in words: "4 entries", "a snapshot of entries 1 to 3 and 1 entry"."""
    rest = len(view["log"]) - view["snapshot"]
    entries = plural(rest, "entry", "entries") if rest else "an empty log"
    return f"a snapshot of {entries_up_to(view['snapshot'])} and {entries}" if view["snapshot"] else entries


def wish_words(kind: str, key: str, argument: Any) -> str:
    """A client's request in words: "write x=5", "append 5 to x", "change x from nothing to 6", "read x"."""
    if isinstance(argument, list | tuple):
        before = "nothing" if argument[0] is None else short(argument[0])
        return f"change {key} from {before} to {short(argument[1])}"
    if argument is None:
        return f"read {key}"
    return f"append {short(argument)} to {key}" if kind == "append" else f"write {key}={short(argument)}"
