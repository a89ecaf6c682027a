"""The kinds of questions. Nothing in them is written by hand: everything is computed, and the code of an answer runs only in a process of its own.

Each kind is a function. It gets one answer and dice, and returns a question, or None if it cannot ask about this answer.
"""

from collections.abc import Callable
from random import Random
from typing import Any, NamedTuple

from raftlab.exercises.break_it import BreakIt
from raftlab.exercises.read_it import ReadIt
from raftlab.exercises.review_it import ReviewIt
from raftlab.exercises.whole import Whole
from raftlab.exercises.write_it import Rule
from raftlab.grading.viva.lines import line
from raftlab.grading.viva.question import Given, Question, shortened
from raftlab.grading.viva.readings import reading
from raftlab.grading.viva.reviews import review
from raftlab.grading.viva.situations import situation, wrong_situation
from raftlab.grading.viva.stories import action, leader, other_mistake
from raftlab.sim.errors import UserError


class Kind(NamedTuple):
    """A kind of question. items: the class of the items whose answers it asks about."""

    items: Any
    question: Callable[[Given, Random], Question | None]


KINDS = {
    "wrong situation": Kind(Rule | Whole, wrong_situation),
    "situation": Kind(Rule | Whole, situation),
    "line": Kind(Rule | Whole, line),
    "action": Kind(BreakIt, action),
    "leader": Kind(BreakIt, leader),
    "other mistake": Kind(BreakIt, other_mistake),
    "reading": Kind(ReadIt, reading),
    "review": Kind(ReviewIt, review),
}


def ask(kind: str, given: Given, dice: Random) -> Question | None:
    """A question of a kind about an answer; None if there is none. An error of the answer is not raised."""
    try:
        found = KINDS[kind].question(given, dice)
    except (NotImplementedError, UserError):  # nothing was written, or it cannot be run
        return None
    return shortened(found) if found else None
