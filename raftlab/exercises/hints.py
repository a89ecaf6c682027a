"""`hint`: three hints for every item, one at a time, and then where to find the solution."""

from typing import Any

from raftlab.exercises.answer import home_of
from raftlab.exercises.break_it import drawn
from raftlab.exercises.check import RULES_ASKED
from raftlab.exercises.notes import note, notes_of
from raftlab.exercises.pools import POOLS as SUSPECTS
from raftlab.exercises.read_it import asked_of
from raftlab.exercises.readings import POINTS as QUESTIONS
from raftlab.exercises.tasks import TASKS
from raftlab.exercises.whole import WHOLE
from raftlab.sim.errors import check_name


class Hint(str):
    """A sentence that a notebook shows as it is."""

    def _repr_markdown_(self) -> str:
        return str(self)

    def __repr__(self) -> str:
        return str(self)


def hint(item: str, me: str = "", *, progress: Any = ".raftlab") -> Hint:
    """The next hint for an item: the first says where to look, the second what to think about, the third how to do it.

    Args:
        item: a name of `raftlab.exercises.ITEMS`, "raft", or an item that is drawn from a name: "01.a", "01.1".
        me: the learner's name, for an item that is drawn from it.
        progress: the folder in which the number of hints is kept; None keeps none.

    Raises:
        UserError: there is no such item, or the item needs a name.

    Example:
        >>> hint("on_request_vote")  # doctest: +SKIP
        Hint 1 of 3. There are three reasons to refuse. ...
    """
    check_name("item", item, (*RULES_ASKED, *TASKS, *SUSPECTS, *QUESTIONS))
    lesson, hints, end = _of(item, me)
    kept = notes_of(item, progress)
    count = kept.get("hints", 0)
    if count >= len(hints):
        return Hint(f"There are no more hints. {end}")
    note(item, {**kept, "lesson": lesson, "hints": count + 1}, progress)
    return Hint(f"Hint {count + 1} of {len(hints)}. {hints[count]}")


def _of(item: str, me: str) -> tuple[str, tuple[str, str, str], str]:
    """The lesson of an item, its three hints, and what `hint` says after the last hint."""
    lesson = item.partition(".")[0]
    if item in SUSPECTS:
        wrong = drawn(item, me)
        end = f'Play stories of the lesson with these nodes: Lab("leader_crash", node_class=suspect("{item}", me).node_class). {wrong.known}'
        return lesson, wrong.hints, end
    if item in QUESTIONS:
        asked = asked_of(item, me)
        return lesson, asked.hints, asked.end
    if task := TASKS.get(item):
        return task.item.lesson, task.item.hints, task.end
    rule = RULES_ASKED[item]
    home = home_of(item, rule.extensions).__module__
    where = f"the file {home.rpartition('.')[2]}.py"
    where = where if rule is WHOLE else f"the method {item} in {where[9:]}"
    return (
        rule.lesson,
        rule.hints,
        f"The solution is {where} of raftlab. To read it, run: import inspect, {home}; print(inspect.getsource({home}))",
    )
