"""The people of a class, and the list of them that Moodle, Canvas or the lecturer writes."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from raftlab.exercises.student import folded
from raftlab.grading.read_table import read_table
from raftlab.sim.errors import UserError

REVERSING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


class Person(NamedTuple):
    """Somebody who hands in. id: the number that the learning platform gave, or ""."""

    name: str
    id: str = ""

    @property
    def key(self) -> str:
        """What tells people apart: the id, or else the name."""
        return self.id or self.name


class ClassList(NamedTuple):
    """A class list: the table as it is in the file, and for each row its person, or None if it is about nobody."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Person | None, dict[str, str]], ...] = ()

    @property
    def people(self) -> list[Person]:
        """The people, in the order of the file."""
        return [person for person, _ in self.rows if person]

    @property
    def form(self) -> str:
        """The platform that wrote the file: "Moodle", "Canvas", or "" for another program."""
        if {"Identifier", "Full name"} <= set(self.columns):
            return "Moodle"
        return "Canvas" if {"Student", "ID"} <= set(self.columns) else ""


# The columns that may hold a name and an id: of Moodle's grading worksheet, of Canvas's gradebook, and plain ones.
NAMES = ("Full name", "Student", "name", "Name", "person")
IDS = ("Identifier", "ID", "id", "Id")


def read_class(path: Path) -> ClassList:
    """A class list, from a csv file. Raises UserError if it has no column with names, or if two people in it have the same id."""
    columns, rows, lines = read_table(path)
    name, id = (next((each for each in names if each in columns), None) for names in (NAMES, IDS))
    if name is None:
        raise UserError(
            f"{path} has no column with names; it should be called {', '.join(NAMES[:-1])} or {NAMES[-1]}."
        )
    people = [Person(in_one_line(row[name]), _id_of(row, id) if id else "") for row in rows]
    if not people:
        raise UserError(f"There is nobody in {path}: it has only the first line.")
    # Canvas's file has a row that is no person: the points possible.
    kept = [each if each.name and "Points Possible" not in each.name else None for each in people]
    _check_different(path, [(each, line) for each, line in zip(kept, lines, strict=True) if each])
    return ClassList(columns, tuple(zip(kept, rows, strict=True)))


def _check_different(path: Path, people: Sequence[tuple[Person, int]]) -> None:
    """Raise UserError if two people could not be told apart. people: with their lines in the file."""
    before: dict[str, tuple[Person, int]] = {}
    for person, line in people:
        other, where = before.setdefault(person.key, (person, line))
        if where == line or (person.id and person == other):  # one person may have two lines
            continue
        if person.id:
            raise UserError(
                f"{path}, lines {where} and {line}: {other.name} and {person.name} have the same id, {person.id}."
            )
        raise UserError(
            f"{path}, lines {where} and {line}: {person.name} is listed twice. If these are two people, add a column id to tell them apart."
        )


def on_list(person: Person, people: Iterable[Person]) -> Person | None:
    """The same person on a class list: by id, or else by exactly this name, or else by one that differs only in capitals and order.

    None if there is none, or if two have this name. The name of a folder may be an id, too.
    """
    people = list(people)
    for same in (
        [each for each in people if each.id == (person.id or person.name)],
        [each for each in people if each.name == person.name],
        with_name(person, people),
    ):
        if same:
            return same[0] if len(same) == 1 else None
    return None


def with_name(person: Person, people: Iterable[Person]) -> list[Person]:
    """Those with this name, whatever its capitals and the order of its words."""
    return [each for each in people if folded(each.name) == folded(person.name)]


def _id_of(row: dict[str, str], column: str) -> str:
    """The id in a row. Moodle writes a word before the number, such as "Participant 123"; other ids count as they are."""
    text = row[column].strip()
    number = re.search(r"\d+", text) if column == "Identifier" else None
    return number[0] if number else text


def in_one_line(name: str) -> str:
    """A name that can be written to any file: spaces and line breaks become one space, and unsafe characters are replaced."""
    return shown_name(" ".join(name.split()))


def shown_name(name: str) -> str:
    """A text with composed letters, and with a sign in place of each unsafe character."""
    safe = name.encode("utf-8", "replace").decode()
    return unicodedata.normalize("NFC", "".join("�" if is_unsafe(each) else each for each in safe))


def is_unsafe(letter: str) -> bool:
    """Whether a character can change how the text around it is shown: control characters, and those that reverse the direction of writing."""
    return unicodedata.category(letter) in ("Cc", "Cs", "Co", "Cn") or letter in REVERSING
