"""How much each kind of item counts in the grade of an exercise. A lecturer can change it with a table."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import get_args

from raftlab.exercises.item import Kind
from raftlab.sim.errors import UserError, listed
from raftlab.sim.files import read_file

KINDS: tuple[Kind, ...] = get_args(Kind)
WEIGHTS: dict[Kind, float] = {"write": 30, "break": 30, "read": 20, "review": 20}
MOST = 1000  # a larger weight must be a slip of the pen


def worth(most: Mapping[Kind, float], weights: Mapping[Kind, float] = WEIGHTS) -> dict[Kind, float]:
    """What one point of each kind is worth in the grade. most: the points that all items of a kind give together.

    All items of a kind together are worth its weight. An exercise without items of one of the kinds has no weights.

    >>> worth({"write": 40, "break": 40, "read": 20, "review": 20})["write"]
    0.75
    """
    if not all(most.get(kind) for kind in KINDS):
        return dict.fromkeys(KINDS, 1.0)
    return {kind: weights[kind] / most[kind] for kind in KINDS}


def read_weights(path: Path | None) -> dict[Kind, float]:
    """The weights in a table with the columns kind and weight, and a line for each kind; raftlab's own if there is none.

    Raises UserError if the file is no such table.
    """
    if path is None:
        return WEIGHTS
    rows = list(csv.DictReader(io.StringIO(read_file(path).removeprefix("\ufeff"))))
    given = {row.get("kind"): row.get("weight") for row in rows}
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


def _number(text: str | None) -> float | None:
    try:
        return float(text or "")
    except ValueError:
        return None
