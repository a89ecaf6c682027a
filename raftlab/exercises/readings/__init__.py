"""The runs that are read, one module per lesson, and what is asked of them.

Every answer to a question is computed from the trace. Two things are asked that are no questions on a run: in 02
a claim that is not so, in 04 a node to be played by hand.
"""

from collections.abc import Callable

from raftlab.exercises.readings.asked import Asked, Asking
from raftlab.exercises.readings.limbo import limbo
from raftlab.exercises.readings.partitions import partitions
from raftlab.exercises.readings.replication import replication
from raftlab.exercises.readings.roles import roles
from raftlab.exercises.readings.ties import ties
from raftlab.exercises.readings.votes import votes
from raftlab.exercises.readings.wrong_runs import wrong_run

__all__ = ["POINTS", "READINGS", "Asked", "Asking"]

READINGS: dict[str, Callable[[int], Asked]] = {
    "01": roles,
    "02": votes,
    "03": ties,
    "04": replication,
    "05": partitions,
    "06": limbo,
    "08": wrong_run,
}

# What each lesson asks, and the points for it.
_EACH: dict[str, tuple[int, ...]] = dict.fromkeys(READINGS, (5, 5, 5)) | {"04": (5, 10)}
POINTS = {
    f"{lesson}.{number}": points for lesson, each in _EACH.items() for number, points in enumerate(each, 1)
}
