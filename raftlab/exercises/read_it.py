"""*Read it*: questions about a run that is drawn from the learner's name. The learner does not see the answers."""

from functools import cache
from html import escape
from typing import Any, NamedTuple

from raftlab.exercises.called import written
from raftlab.exercises.display import SHOWN
from raftlab.exercises.readings import POINTS, READINGS, Asked, Asking
from raftlab.exercises.result import Result
from raftlab.exercises.student import NO_NAME, YOUR_NAME, NoName, seed_of
from raftlab.exercises.untouched import check_untouched
from raftlab.raft import Raft
from raftlab.sim.errors import check_name
from raftlab.sim.story import Story


class Reading(NamedTuple):
    """A run and the questions about it, in words. In a notebook it shows them, and the run to step through."""

    lesson: str
    story: Story
    questions: tuple[str, ...]
    node_class: type[Raft] | None = None

    def __repr__(self) -> str:
        return "\n".join(f"{number}. {each}" for number, each in enumerate(self.questions, start=1))

    def _ipython_display_(self) -> None:
        from IPython.display import HTML, display

        from raftlab.lab.lab import Lab

        rows = "".join(f"<li>{escape(each)}</li>" for each in self.questions)
        display(HTML(f'<ol style="white-space:pre-line">{rows}</ol>'), metadata={})
        display(Lab(self.story, show=(*SHOWN, "run_until"), node_class=self.node_class))


def questions(lesson: str, me: str) -> Reading | NoName:
    """The run that is drawn for a name, and the questions about it.

    Args:
        lesson: "01", and so on.
        me: the learner's name.

    Raises:
        UserError: there are no questions on this lesson, or `me` is no name.

    Example:
        >>> print(questions("01", "Ada Lovelace").questions[0])
        Which node is the first to become leader?
    """
    check_name("lesson", lesson, READINGS)
    if me == YOUR_NAME:
        return NO_NAME
    story, asked, *node_class = reading(lesson, seed_of(me))
    return Reading(lesson, story, tuple(each.text for each in asked), *node_class)


@cache
def reading(lesson: str, seed: int) -> Asked:
    """The run and the questions of a seed: the first run of its dice in which all that is asked about happens."""
    return READINGS[lesson](seed)


def asked_of(item: str, me: str) -> Asking:
    """The question of one item for the learner with this name."""
    lesson, number = item.split(".")
    return reading(lesson, seed_of(me))[1][int(number) - 1]


def answer(item: str, value: Any, me: str, *, progress: Any = ".raftlab") -> Result:
    """Is this the answer to a question?

    Args:
        item: "01.2" for the second question of lesson 01.
        value: what the question asks for: the name of a node, such as "n2", a whole number, the words of a claim,
            a list of dicts; or a function that returns it, whose text is run on its own.
        me: the learner's name, from which the questions are drawn.
        progress: the folder in which the points are kept; None keeps none.

    Raises:
        UserError: there is no such question, `me` is no name, or the value is no answer to such a question.

    Example:
        >>> answer("01.1", "n9", "Ada Lovelace", progress=None)
        Traceback (most recent call last):
        raftlab.sim.errors.UserError: There is no node 'n9'. There are: n1, n2, n3, n4, n5.
    """
    check_name("question", item, POINTS)
    check_untouched()
    points = POINTS[item]
    try:
        given = written(value)
    except NotImplementedError:
        return Result(item, 0, points, ("Not written yet.",)).kept(progress)
    lesson = item.partition(".")[0]
    found = asked_of(item, me).judge(given, reading(lesson, seed_of(me))[0])
    hint = () if found.right >= found.of else (f'For a hint, run hint("{item}", me).',)
    return Result(item, found.points(points), points, (*found.sentences, *hint), found.runs).kept(progress)
