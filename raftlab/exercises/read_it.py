"""*Read it*: questions on a run that is drawn from the learner's name, with answers computed from its trace."""

from collections.abc import Callable
from functools import cache
from html import escape
from typing import Any, NamedTuple

from raftlab.exercises.marked import Marked
from raftlab.exercises.readings import READINGS, Question
from raftlab.exercises.shown import SHOWN
from raftlab.exercises.student import NO_NAME, YOUR_NAME, NoName, seed_of, written
from raftlab.raft import Raft
from raftlab.sim.errors import check_name, check_number
from raftlab.sim.story import Story

POINTS = 5
ITEMS = tuple(f"{lesson}.{number}" for lesson in READINGS for number in (1, 2, 3))


class Reading(NamedTuple):
    """A run and its questions. Shows itself in a notebook, with the run to step through."""

    lesson: str
    story: Story
    questions: tuple[Question, ...]
    node_class: type[Raft] | None = None

    def __repr__(self) -> str:
        return "\n".join(f"{number}. {each.text}" for number, each in enumerate(self.questions, start=1))

    def _ipython_display_(self) -> None:
        from IPython.display import HTML, display

        from raftlab.lab.lab import Lab

        rows = "".join(f"<li>{escape(each.text)}</li>" for each in self.questions)
        display(HTML(f"<ol>{rows}</ol>"), metadata={})
        display(Lab(self.story, show=SHOWN, node_class=self.node_class))


def questions(lesson: str, me: str) -> Reading | NoName:
    """The run that is drawn for a name, and three questions on it.

    Args:
        lesson: "01", and so on.
        me: the learner's name.

    Raises:
        UserError: there are no questions on this lesson, or `me` is no name.

    Example:
        >>> print(questions("01", "Ada Lovelace").questions[0].text)
        Which node is the first to lead?
    """
    check_name("lesson", lesson, READINGS)
    if me == YOUR_NAME:
        return NO_NAME
    return reading(lesson, seed_of(me))


@cache
def reading(lesson: str, seed: int) -> Reading:
    """The reading of a seed: the first run of its dice in which there is something to ask."""
    return Reading(lesson, *READINGS[lesson](seed))


def answer(item: str, value: object | Callable[[], object], me: str, *, progress: Any = ".raftlab") -> Marked:
    """Is this the answer to a question?

    Args:
        item: "01.2" for the second question of lesson 01.
        value: the name of a node, such as "n2", or a whole number, as the question asks; or a function that
            returns it.
        me: the learner's name, from which the questions are drawn.
        progress: the folder in which the points are kept; None keeps none.

    Raises:
        UserError: there is no such question, `me` is no name, or the value is no answer to such a question.

    Example:
        >>> answer("01.1", "n9", "Ada Lovelace", progress=None)
        Traceback (most recent call last):
        raftlab.sim.errors.UserError: There is no node 'n9'. There are: n1, n2, n3, n4, n5.
    """
    check_name("question", item, ITEMS)
    try:
        given = written(value)
    except NotImplementedError:
        return Marked(item, 0, POINTS, ("Not written yet.",)).kept(progress)
    lesson, number = item.split(".")
    mine = reading(lesson, seed_of(me))
    question = mine.questions[int(number) - 1]
    if question.answers_with_a_node():
        check_name("node", given, mine.story.ids())
    else:
        check_number("the answer", given, 0)
    right = given == question.answer
    said = "That is it." if right else f'{given!r} is not it. A hint: hint("{item}", me).'
    return Marked(item, POINTS if right else 0, POINTS, (question.text, said)).kept(progress)
