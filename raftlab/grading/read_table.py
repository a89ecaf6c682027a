"""Reads the tables that lecturers give: the class list, their decisions and weights, whichever program wrote them."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from raftlab.sim.errors import UserError

_SEPARATORS = {",": "a comma", ";": "a semicolon", "\t": "a tab"}


class Table(NamedTuple):
    """A table. columns: their names. rows: the text of each cell by its column, "" for an empty one. lines: where each row ends."""

    columns: tuple[str, ...]
    rows: tuple[dict[str, str], ...]
    lines: tuple[int, ...]


def read_table(path: Path, columns: Sequence[str] = ()) -> Table:
    """The table in a csv file. columns: those that it must have.

    Raises UserError if the file cannot be read, is not a table, lacks one of the columns, or has a row that is too long.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}.") from None
    if data.startswith(b"PK\x03\x04"):
        raise UserError(f"{path} is a spreadsheet, not a csv file. Save it as csv first.")
    text = _text(data)
    delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    rows, lines, too_long = [], [], list[int]()
    try:
        names = tuple(each.strip() for each in next(reader, ()))
        for cells in reader:
            if any(each.strip() for each in cells[len(names) :]):
                too_long.append(reader.line_num)
            if any(each.strip() for each in cells):
                rows.append(dict.fromkeys(names, "") | dict(zip(names, cells, strict=False)))
                lines.append(reader.line_num)
    except csv.Error as error:
        raise UserError(
            f"{path} cannot be read as a table from line {reader.line_num or 1} on: {error}. Is a quotation mark missing there?"
        ) from None
    if missing := [each for each in columns if each not in names]:
        raise UserError(
            f"{path} lacks the column {missing[0]}; the first line should be {','.join(columns)}."
        )
    if too_long:
        raise UserError(
            f"{path}, line {too_long[0]}, has more cells than the first line. A cell with {_SEPARATORS[delimiter]} in it needs quotation marks around it."
        )
    return Table(names, tuple(rows), tuple(lines))


def _text(data: bytes) -> str:
    """The text of a csv file, with newlines as line ends."""
    return _decoded(data).replace("\r\n", "\n").replace("\r", "\n")


def _decoded(data: bytes) -> str:
    for encoding in ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", "replace")


def _delimiter(text: str) -> str:
    """The character between the columns: the most frequent one in the first line."""
    first = text.partition("\n")[0]
    return max(_SEPARATORS, key=first.count)
