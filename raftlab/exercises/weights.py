"""How much each kind of item counts in the grade of an exercise. A lecturer can change it with a table."""

from collections.abc import Mapping
from typing import get_args

from raftlab.exercises.item import Kind

KINDS: tuple[Kind, ...] = get_args(Kind)
WEIGHTS: dict[Kind, float] = {"write": 30, "break": 30, "read": 20, "review": 20}


def worth(most: Mapping[Kind, float], weights: Mapping[Kind, float] = WEIGHTS) -> dict[Kind, float]:
    """What one point of each kind is worth in the grade. most: the points that all items of a kind give together.

    All items of a kind together are worth its weight. An exercise without items of one of the kinds has no weights.

    >>> worth({"write": 40, "break": 40, "read": 20, "review": 20})["write"]
    0.75
    """
    if not all(most.get(kind) for kind in KINDS):
        return dict.fromkeys(KINDS, 1.0)
    return {kind: weights[kind] / most[kind] for kind in KINDS}
