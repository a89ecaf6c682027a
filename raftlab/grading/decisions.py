"""What a lecturer decides, in tables: the points of single people, and how much each kind of item counts."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from raftlab.exercises.item import Kind
from raftlab.exercises.weights import KINDS, WEIGHTS
from raftlab.grading.exercise import Exercise
from raftlab.grading.people import Person, on_list
from raftlab.grading.read_table import read_table
from raftlab.sim.errors import UserError, listed

COLUMNS = ("person", "exercise", "item", "points", "reason")
LATE = "late"  # in the column item: the points are those that being late costs this person
MOST = 1000  # a larger weight must be a slip of the pen


class Override(NamedTuple):
    """A decision of the lecturer's: the points of a person for an item, or the points that being late costs, and the reason."""

    person: str
    exercise: str
    item: str
    points: float
    reason: str


def read_overrides(
    path: Path, people: Sequence[Person], exercises: Mapping[str, Exercise]
) -> dict[str, list[Override]]:
    """The lecturer's decisions, by the key of the person. Raises UserError if a line names no person or no item of this class."""
    found: dict[str, list[Override]] = {}
    table = read_table(path, COLUMNS)
    for line, cells in zip(table.lines, table.rows, strict=True):
        where = f"{path}, line {line}"
        row = {name: cells[name].strip() for name in COLUMNS}
        person = on_list(Person(row["person"]), people)
        if person is None:
            raise UserError(
                f"{where}: nobody in this class is called {row['person']!r}, or several people are; use the id."
            )
        known = {name for name, each in exercises.items() if not row["exercise"] or name == row["exercise"]}
        items = {each.item: each.points for name in known for each in exercises[name].asked}
        items |= {each.name: each.points for name in known for each in exercises[name].by_hand}
        if known:
            items[LATE] = max(exercises[name].points for name in known)
        if row["item"] not in items:
            raise UserError(
                f"{where}: there is no item {row['item']!r} in {row['exercise'] or 'any exercise'}."
            )
        try:
            points = float(row["points"])
        except ValueError:
            points = -1.0
        if not 0 <= points <= items[row["item"]]:
            raise UserError(
                f"{where}: the points must be a number from 0 to {items[row['item']]:g}, not {row['points']!r}."
            )
        made = Override(person.key, row["exercise"], row["item"], points, row["reason"])
        found.setdefault(person.key, []).append(made)
    return found


def read_weights(path: Path | None) -> dict[Kind, float]:
    """The weights from a table with the columns kind and weight and a line for each kind; raftlab's own weights if there is no table.

    Raises UserError if the file is not such a table.
    """
    if path is None:
        return WEIGHTS
    rows = read_table(path).rows
    given = {row.get("kind", "").strip(): row.get("weight", "").strip() for row in rows}
    if len(rows) != len(KINDS) or given.keys() != set(KINDS):
        raise UserError(
            f"{path} should have the columns kind,weight, and one line for each of {listed(KINDS)}."
        )
    weights = {kind: _number(given[kind]) for kind in KINDS}
    for kind, weight in weights.items():
        if weight is None or not 0 <= weight <= MOST:
            raise UserError(
                f"{path}: the weight of {kind} must be a number from 0 to {MOST}, not {given[kind]!r}."
            )
    if not any(weights.values()):
        raise UserError(f"{path}: at least one weight must be above 0.")
    return {kind: weight for kind, weight in weights.items() if weight is not None}


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
