"""What an exercise asks for, read from its own notebook: no second list says it again."""

import ast
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from raftlab.exercises.handout import blank, text
from raftlab.sim.errors import UserError
from raftlab.sim.files import read_file


class Asked(NamedTuple):
    """One item of an exercise.

    item: its name for the judge. function: what the answer defines. answer_id, cell_id: the ids of the cell in which
    learners write it, nbgrader's and Jupyter's. points_id: nbgrader's id of the cell that gives the points.
    handed_out: the text of the answer's cell as learners get it.
    """

    item: str
    function: str
    points: float
    answer_id: str
    cell_id: str
    points_id: str
    handed_out: str


class ByHand(NamedTuple):
    """A free text that a person marks, such as a paragraph. name: nbgrader's id of the cell that asks for it.

    cell_id: Jupyter's id of the cell in which it is written, which is the next one. handed_out: its text as learners get it.
    """

    name: str
    points: float
    cell_id: str
    handed_out: str


class Exercise(NamedTuple):
    """One exercise. name: its file's, without .ipynb. names: the ids and functions by which its notebook is recognised."""

    name: str
    title: str
    asked: tuple[Asked, ...]
    by_hand: tuple[ByHand, ...]
    names: frozenset[str]

    @property
    def points(self) -> float:
        """What the items give that are judged by machine."""
        return sum(each.points for each in self.asked)


def exercises_of(paths: Iterable[Path]) -> dict[str, Exercise]:
    """The exercises in these notebooks, by name. Raises UserError if a file is no exercise."""
    found = (exercise_of(path) for path in sorted(paths, key=lambda path: path.name))
    return {each.name: each for each in found}


def exercise_of(path: Path) -> Exercise:
    """The exercise in a notebook, with or without the answers. Raises UserError if there is none."""
    try:
        cells = json.loads(read_file(path))["cells"]
    except (ValueError, KeyError, TypeError):
        raise UserError(f"{path} is not a notebook.") from None
    asked, by_hand, names, written = [], [], set(), None
    for place, cell in enumerate(cells):
        about = cell["metadata"].get("nbgrader", {})
        names.add(cell.get("id", ""))
        if about.get("solution"):
            written = cell
        elif about.get("task"):
            if place + 1 == len(cells):
                raise UserError(f"{path}: no cell follows {about['grade_id']!r}, in which one could write.")
            after = cells[place + 1]
            handed_out = blank(text(after), after, path.name)
            by_hand.append(ByHand(about["grade_id"], about["points"], after.get("id", ""), handed_out))
        elif about.get("grade"):
            if written is None:
                raise UserError(
                    f"{path}: {about['grade_id']!r} gives points, but no cell before it is for an answer."
                )
            asked.append(asked_in(cell, written, path.name))
            names |= {asked[-1].answer_id, asked[-1].function}
    if not asked:
        raise UserError(f"{path} is not an exercise: none of its cells gives points.")
    return Exercise(
        path.stem, title_of(cells) or path.stem, tuple(asked), tuple(by_hand), frozenset(names - {""})
    )


def title_of(cells: Iterable[dict[str, Any]]) -> str:
    """The first heading of a notebook; "" for none."""
    prose = "\n".join(text(cell) for cell in cells if cell["cell_type"] == "markdown")
    found = re.search(r"^# (.+)$", prose, re.MULTILINE)
    return found[1] if found else ""


def asked_in(points_cell: dict[str, Any], written: dict[str, Any], file: str) -> Asked:
    """The item of two cells: the one in which the answer is written, and the one that gives its points."""
    about = points_cell["metadata"]["nbgrader"]
    called = [node for node in ast.walk(ast.parse(text(points_cell))) if isinstance(node, ast.Call)]
    for call in called:  # such as check("commit", commit), or convict("04.a", story_a, me)
        match call.args:
            case [ast.Constant(value=str(item)), ast.Name(id=function), *_]:
                # fmt: off
                return Asked(item, function, about["points"], written["metadata"]["nbgrader"]["grade_id"],
                             written.get("id", ""), about["grade_id"], blank(text(written), written, file))
                # fmt: on
    raise UserError(f"{file}: the cell {about['grade_id']!r} does not say which item it judges.")
