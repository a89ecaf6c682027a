"""The runs that learners read, one module for each lesson, and the questions about them.

Every answer to a question is computed from the trace. Two items are not questions about a run: in 02 learners find a
false claim, and in 04 they play a node by hand.
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

# The points for each item of a lesson.
_EACH: dict[str, tuple[int, ...]] = dict.fromkeys(READINGS, (5, 5, 5)) | {"04": (5, 10)}
POINTS = {
    f"{lesson}.{number}": points for lesson, each in _EACH.items() for number, points in enumerate(each, 1)
}
