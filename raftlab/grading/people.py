"""The people of a class, and the list of them that Moodle, Canvas or the lecturer writes."""

import csv
import io
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from raftlab.exercises.student import folded
from raftlab.sim.errors import UserError


class Person(NamedTuple):
    """Somebody who hands in. id: the number that the learning platform gave, or ""."""

    name: str
    id: str = ""

    @property
    def key(self) -> str:
        """What tells people apart: the id, or else the name without regard to capitals."""
        return self.id or folded(self.name)


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
        """Who wrote the file: "moodle", "canvas", or "" for somebody else."""
        if {"Identifier", "Full name"} <= set(self.columns):
            return "moodle"
        return "canvas" if {"Student", "ID"} <= set(self.columns) else ""


# The columns that may hold a name and an id: of Moodle's grading worksheet, of Canvas's gradebook, and plain ones.
NAMES = ("Full name", "Student", "name", "Name", "person")
IDS = ("Identifier", "ID", "id", "Id")


def read_class(path: Path) -> ClassList:
    """A class list, from a csv file. Raises UserError if it has no column with names."""
    try:
        text = text_of_table(path.read_bytes())
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}.") from None
    table = csv.DictReader(io.StringIO(text), delimiter=delimiter(text))
    columns = tuple(table.fieldnames or ())
    name, id = (next((each for each in names if each in columns), None) for names in (NAMES, IDS))
    if name is None:
        raise UserError(
            f"{path} has no column with names; it should be called {', '.join(NAMES[:-1])} or {NAMES[-1]}."
        )
    rows = [{key: value or "" for key, value in row.items() if key is not None} for row in table]
    people = [Person(row[name].strip(), _id_of(row, id) if id else "") for row in rows]
    if not people:
        raise UserError(f"There is nobody in {path}: it has no line but the first.")
    # Canvas's file has a row that is no person: the points possible.
    kept = [each if each.name and "Points Possible" not in each.name else None for each in people]
    return ClassList(columns, tuple(zip(kept, rows, strict=True)))


def on_list(person: Person, people: Iterable[Person]) -> Person | None:
    """The same person on a class list, by id or else by name; None if there is none, or if two have this name."""
    people = list(people)
    same = [each for each in people if person.id and each.id == person.id]
    same = same or [each for each in people if folded(each.name) == folded(person.name)]
    return same[0] if len(same) == 1 else None


def _id_of(row: dict[str, str], column: str) -> str:
    """The id in a row. Moodle writes a word before the number, such as "Participant 123"; other ids count as they are."""
    text = row[column].strip()
    number = re.search(r"\d+", text) if column == "Identifier" else None
    return number[0] if number else text


def text_of_table(data: bytes) -> str:
    """The text of a csv file, whichever program wrote it, with newlines as line ends."""
    text = _decoded(data)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decoded(data: bytes) -> str:
    for encoding in ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", "replace")


def delimiter(text: str) -> str:
    """The character between the columns: that which is most frequent in the first line."""
    first = text.partition("\n")[0]
    return max(",;\t", key=first.count)
