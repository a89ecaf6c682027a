"""Finds the answers in a notebook that somebody handed in, whatever has happened to it.

Nothing of it is run here, and nothing of it is parsed as Python: that could already harm the process that does it.
"""

import json
import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from raftlab.grading.exercise import Asked, ByHand, Exercise
from raftlab.sim.errors import UserError

LONGEST = 100_000  # characters of an answer
MOST_LISTS, MOST_VALUES = (
    1_000_000,
    4_000_000,
)  # in one file: in Python's memory, each can take thirty times as much room
# A name may hold the other kind of quotes: me = "Conor O'Brien".
NAME = re.compile(
    r"""^me\s*(?::\s*str\s*)?=\s*(?P<quote>["'])(?P<name>(?:(?!(?P=quote))[^\\\n]){1,200})(?P=quote)[ \t]*(?:;[ \t]*)?(?:#.*)?$""",
    re.MULTILINE,
)


class Cell(NamedTuple):
    """A cell: its kind ("code" or "markdown"), its ids, Jupyter's and nbgrader's ("" for none), and its text."""

    kind: str
    id: str
    grade_id: str
    text: str


class Answer(NamedTuple):
    """The text of an answer ("": there is none), and sentences about where it was found."""

    text: str
    notes: tuple[str, ...] = ()


def cells_of(data: bytes) -> list[Cell]:
    """The cells of a notebook. Raises UserError if it is none."""
    text = decoded(data)
    if text.count("{") + text.count("[") > MOST_LISTS or text.count(",") > MOST_VALUES:
        raise UserError("Nobody has written this notebook by hand: it has millions of lists or values.")
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError):
        raise UserError("The file is damaged: it is not the JSON of a notebook.") from None
    if not isinstance(notebook, dict):
        raise UserError("The file is JSON, but not a notebook.")
    cells = notebook.get("cells")
    if cells is None and isinstance(notebook.get("worksheets"), list):  # notebooks before 2015
        sheets = [each for each in notebook["worksheets"] if isinstance(each, dict)]
        cells = [cell for each in sheets if isinstance(each.get("cells"), list) for cell in each["cells"]]
    if not isinstance(cells, list):
        raise UserError("The file is JSON, but not a notebook: it has no cells.")
    return [cell_of(each) for each in cells if isinstance(each, dict)]


def decoded(data: bytes) -> str:
    """The text of a file: UTF-8, or another encoding that its first bytes give away, or else that of old Windows."""
    try:
        return data.decode(json.detect_encoding(data))
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def cell_of(cell: dict[str, object]) -> Cell:
    """One cell. What is missing in it, or of another type than it should be, counts as empty."""
    metadata = cell.get("metadata")
    about = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = about.get("grade_id") if isinstance(about, dict) else None
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        source = "".join(each for each in source if isinstance(each, str))
    text = source.encode("utf-8", "replace").decode() if isinstance(source, str) else ""
    kind, id, grade_id = (
        each if isinstance(each, str) else "" for each in (cell.get("cell_type"), cell.get("id"), grade_id)
    )
    return Cell(kind, id, grade_id, text)


def recognised(cells: Iterable[Cell], exercises: Iterable[Exercise]) -> Exercise | None:
    """The exercise that a notebook is an answer to: the one with which it shares most ids and functions; None if there is none."""
    cells = list(cells)
    names = {name for cell in cells for name in (cell.id, cell.grade_id, *defined(cell.text))}
    shared = sorted(((len(each.names & names), each) for each in exercises), key=lambda pair: -pair[0])
    if not shared or shared[0][0] == 0 or (len(shared) > 1 and shared[0][0] == shared[1][0]):
        return None
    return shared[0][1]


def defined(text: str) -> list[str]:
    """The functions and classes that a cell defines."""
    return re.findall(r"^(?:async\s+)?(?:def|class)\s+(\w+)", text, re.MULTILINE)


def name_in(cells: Iterable[Cell]) -> str:
    """The name that the learner wrote after `me =`; "" for none."""
    found = [
        match["name"].strip() for cell in cells if cell.kind == "code" for match in NAME.finditer(cell.text)
    ]
    return found[-1] if found else ""


def answer_in(cells: Sequence[Cell], asked: Asked) -> Answer:
    """The answer to an item: its cell by nbgrader's id, or by Jupyter's, or the cell that defines its function.

    A cell that is as it was handed out gives way to another one that defines the function.
    """
    code = [cell for cell in cells if cell.kind == "code"]
    own = [cell for cell in code if cell.grade_id == asked.answer_id]
    own = own or [cell for cell in code if cell.id and cell.id == asked.cell_id]
    defining = [cell for cell in code if asked.function in defined(cell.text) and not is_blank(cell, asked)]
    notes = []
    if chosen := [cell for cell in own if cell in defining]:
        if len(chosen) > 1:
            notes = [
                f"{len(chosen)} cells have the id of this answer and define {asked.function}: the last one counts."
            ]
    elif defining:
        chosen = defining
        where = "in a cell that is not its own" if own else "in a cell that has lost its id"
        notes = [f"The answer was found {where}, because that cell defines {asked.function}."]
    elif own:
        chosen = own
    else:
        return Answer(
            "", (f"The cell of this answer is missing, and no other cell defines {asked.function}.",)
        )
    cell = chosen[-1]
    if len(cell.text) > LONGEST:
        return Answer("", (f"The answer is longer than {LONGEST:,} characters: it was not read.",))
    notes += split(code, cell)
    return Answer(cell.text, tuple(notes))


def free_text_in(cells: Sequence[Cell], asked: ByHand) -> Answer:
    """What somebody wrote in their own words; "" if the cell is as it was handed out.

    It is the cell with Jupyter's id, or else the one after the cell that asks for it.
    """
    found = [cell.text for cell in cells if cell.id and cell.id == asked.cell_id] or [
        after.text for cell, after in pairwise(cells) if cell.grade_id == asked.name
    ]
    if not found:
        return Answer("", ("The cell of this text is missing. A person should look for it in the notebook.",))
    return Answer("" if found[-1].strip() == asked.handed_out.strip() else found[-1][:LONGEST])


def is_blank(cell: Cell, asked: Asked) -> bool:
    """Whether a cell is as it was handed out."""
    return cell.text.strip() == asked.handed_out.strip()


def split(code: Sequence[Cell], cell: Cell) -> list[str]:
    """A sentence if the cell after an answer begins with indented lines: then the answer was cut in two."""
    after = next((later for this, later in pairwise(code) if this is cell), None)
    written = next((line for line in after.text.splitlines() if line.strip()), "") if after else ""
    if not written.startswith((" ", "\t")):
        return []
    return [
        "The next cell begins with indented lines, so this answer seems to be split: only its first part was judged."
    ]
