"""What a learner's notebook calls: `check`; `suspect`, `convict`; `questions`, `answer`; `proposed`, `review`; and `hint`.

Each finds an item by its name, and keeps what it gives in the learner's file.
"""

from collections.abc import Callable
from typing import Any

from raftlab.exercises.answer.untouched import check_untouched
from raftlab.exercises.break_it import QUIET, BreakIt, Suspect, check_story
from raftlab.exercises.in_child import written
from raftlab.exercises.item import Kind
from raftlab.exercises.items import ITEMS, in_the_grade
from raftlab.exercises.notes import after_guesses, keep, note, notes_of, with_step
from raftlab.exercises.read_it import Reading, ReadIt
from raftlab.exercises.result import Result
from raftlab.exercises.review_it import Proposed, Review, ReviewIt
from raftlab.exercises.student import NO_NAME, YOUR_NAME, NoName
from raftlab.exercises.verdict import Verdict
from raftlab.sim.errors import check_name
from raftlab.sim.story import Story


def check(item: str, answer: Any, *, progress: Any = ".raftlab") -> Verdict | Result:
    """Judge an answer with handler checks, scripted stories, random runs, and every order of events within small bounds.

    Args:
        item: a rule or another task to write, by its name in `raftlab.exercises.ITEMS`, such as "on_request_vote" or
            "crash_quorum"; or "raft", for a whole class.
        answer: a function or class, or its text. What is judged is the text: the whole cell that defines it, run
            without anything from other cells. If a task needs no function, the answer can be a value.
        progress: the folder in which the points are kept; None keeps none.

    Returns:
        A verdict that shows itself in a notebook: the points, how many checks there are, and how many fail. For the
        first layer with a failure it also shows the rule, what should have happened, what happened instead, and the
        shortest run that shows it. For a task that is not a rule: the points and the reason.

    Raises:
        UserError: there is no such item, or the answer cannot be run on its own; the sentence says why.

    Example:
        >>> from raftlab import check
        >>> text = "def on_request_vote(node, msg): node.reply_vote(msg, vote_granted=False, because='RV-2')"
        >>> check("on_request_vote", text, progress=None).passed
        False
    """
    return _judged("write", "item", item, answer, "", progress)


def suspect(item: str, me: str, story: Story | Callable[[], Story] = QUIET) -> Suspect | NoName:
    """The faulty nodes that are drawn for a name.

    A notebook shows a cluster of them beside a cluster of correct nodes. What is done to the faulty nodes is also done to the
    correct ones, and the button *make this my story* writes it into the cell of the exercise.

    Args:
        item: "01.a" or "01.b" for lesson 01, and so on.
        me: the learner's name.
        story: what both clusters play, or a function that returns it. By default, three nodes to which nothing is done.

    Raises:
        UserError: there is no such item, no name, or no such story.

    Example:
        >>> suspect("01.a", "Ada Lovelace").node_class.__name__
        'FaultyNode'
    """
    found = _of(BreakIt)
    check_name("item", item, found)
    if me == YOUR_NAME:
        return NO_NAME
    wrong = found[item].drawn(me)
    wrong.story = check_story(written(story, Story=found[item].told_story))
    return wrong


def convict(
    item: str, story: Story | Callable[[], Story], me: str, *, progress: Any = ".raftlab"
) -> Verdict | Result:
    """Play a story with the faulty nodes of an item and with Raft: does it prove the mistake?

    Args:
        item: "01.a" or "01.b" for lesson 01, and so on.
        story: a story of at most 8 actions, or a function that returns it. Longer ones get half the points.
        me: the learner's name, from which the faulty nodes are drawn.
        progress: the folder in which the points are kept; None keeps none.

    Raises:
        UserError: there is no such item, `me` is no name, or Raft cannot play the story.

    Example:
        >>> from raftlab import Story
        >>> convict("01.a", Story("quiet", "Nothing happens"), "Ada", progress=None).points
        0
    """
    return _judged("break", "item", item, story, me, progress)


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
    found = {item.lesson: item for item in _of(ReadIt).values()}
    check_name("lesson", lesson, found)
    return NO_NAME if me == YOUR_NAME else found[lesson].reading(me)


def answer(item: str, value: Any, me: str, *, progress: Any = ".raftlab") -> Verdict | Result:
    """Is this the answer to a question? Each different wrong answer before it costs points; the same one again costs nothing.

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
    return _judged("read", "question", item, value, me, progress)


def proposed(item: str, me: str) -> Proposed | NoName:
    """The change to a rule of raftlab that is drawn for a name, as a difference.

    Args:
        item: "01.c" for lesson 01, and so on.
        me: the learner's name.

    Raises:
        UserError: there is no such change, or `me` is no name.

    Example:
        >>> print(proposed("01.c", "Ada Lovelace").rows[0].text)
        def on_tick(self, event: Tick) -> None:
    """
    found = _of(ReviewIt)
    check_name("change", item, found)
    return NO_NAME if me == YOUR_NAME else found[item].proposed(me)


def review(
    item: str, value: Review | Callable[[], Review], me: str, *, progress: Any = ".raftlab"
) -> Verdict | Result:
    """Is a change judged rightly? Each different wrong answer before costs points; the same one again costs nothing.

    Args:
        item: "01.c" for lesson 01, and so on.
        value: a `Review`, or a function that returns it: that the change is right, and why; or which line of the
            difference is wrong, which rule it breaks, and a story that proves it.
        me: the learner's name, from which the change is drawn.
        progress: the folder in which the points are kept; None keeps none.

    Raises:
        UserError: there is no such change, `me` is no name, the review is none, or Raft cannot play its story.

    Example:
        >>> from raftlab import Review
        >>> review("01.c", Review(right=True, because="saves more"), "Ada Lovelace", progress=None).passed
        False
    """
    return _judged("review", "change", item, value, me, progress)


class Hint(str):
    """A sentence that a notebook shows as it is."""

    def _repr_markdown_(self) -> str:
        return str(self)

    def __repr__(self) -> str:
        return str(self)


def hint(item: str, me: str = "", *, progress: Any = ".raftlab") -> Hint:
    """The next hint for an item: the first says where to look, the second what to think about, the third how to do it.

    Args:
        item: a name of `raftlab.exercises.ITEMS`, such as "on_request_vote", "raft", "01.a" or "01.1".
        me: the learner's name, for an item that is drawn from it.
        progress: the folder in which the number of hints is kept; None keeps none.

    Raises:
        UserError: there is no such item, or the item needs a name.

    Example:
        >>> hint("on_request_vote")  # doctest: +SKIP
        Hint 1 of 3. There are three reasons to refuse. ...
    """
    check_name("item", item, ITEMS)
    hints, end = ITEMS[item].help(me)
    kept = notes_of(item, progress)
    count = kept.get("hints", 0)
    if count >= len(hints):
        return Hint(f"There are no more hints. {end}")
    note(item, {**kept, "lesson": ITEMS[item].lesson, "hints": count + 1}, progress)
    return Hint(f"Hint {count + 1} of {len(hints)}. {hints[count]}")


def _judged(kind: Kind, word: str, name: str, answer: Any, me: str, folder: Any) -> Any:
    """Judge an answer to an item of a kind, and keep its points. word: what such an item is called in an error."""
    found = {name: item for name, item in ITEMS.items() if item.kind == kind}
    check_name(word, name, found)
    check_untouched()
    outcome = found[name].judge(answer, me)
    if isinstance(outcome, Result):
        outcome = with_step(found[name], after_guesses(found[name], outcome, folder), folder)
    keep(found[name], outcome, folder, in_the_grade(found[name]))
    return outcome


def _of(kind: type[Any]) -> dict[str, Any]:
    """The items of a class, by name."""
    return {name: item for name, item in ITEMS.items() if isinstance(item, kind)}
