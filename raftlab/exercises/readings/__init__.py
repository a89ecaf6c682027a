"""The runs that are read, one module per lesson, and what is asked of them. Every answer is computed from the trace."""

from collections.abc import Callable

from raftlab.exercises.readings.asked import Asked, Question
from raftlab.exercises.readings.limbo import limbo
from raftlab.exercises.readings.partitions import partitions
from raftlab.exercises.readings.replication import replication
from raftlab.exercises.readings.roles import roles
from raftlab.exercises.readings.ties import ties
from raftlab.exercises.readings.votes import votes
from raftlab.exercises.readings.wrong_runs import wrong_run

__all__ = ["READINGS", "Question"]

READINGS: dict[str, Callable[[int], Asked]] = {
    "01": roles,
    "02": votes,
    "03": ties,
    "04": replication,
    "05": partitions,
    "06": limbo,
    "08": wrong_run,
}
