"""`check`: the whole judgement of an answer, layer by layer, and the points it gets."""

from types import FunctionType
from typing import Any

from raftlab.checks.layers import Layer, layers_beyond, layers_for, progress_bar, run
from raftlab.exercises.answer import is_textbook, load, text_of
from raftlab.exercises.implement import implement
from raftlab.exercises.items import BEYOND, ITEMS, Item
from raftlab.exercises.notes import note_points
from raftlab.exercises.result import Result
from raftlab.exercises.tasks import TASKS
from raftlab.exercises.untouched import check_untouched
from raftlab.exercises.verdict import Verdict
from raftlab.exercises.whole import WHOLE, judged_whole
from raftlab.raft import Raft
from raftlab.sim.errors import UserError, check_name

RULES_ASKED = ITEMS | BEYOND | {WHOLE.name: WHOLE}
# The share of an item's points that is lost for each layer after the handler checks (scripted stories, random runs,
# explorer) in which a check fails. It makes no difference how many checks of the layer fail.
LATER_LAYER = 0.1


def check(item: str, answer: Any, *, progress: Any = ".raftlab") -> Verdict | Result:
    """Judge an answer with handler checks, scripted stories, random runs, and every order of events within small bounds.

    Args:
        item: a rule, by its name in `raftlab.exercises.ITEMS`; or "raft", for a whole class; or another task of
            an exercise, such as "crash_quorum".
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
    check_name("item", item, (*RULES_ASKED, *TASKS))
    check_untouched()
    task, plain = TASKS.get(item), not isinstance(answer, str | type | FunctionType)
    if task and plain and not task.takes:
        return task.result_of_value(answer).kept(progress, task.item.lesson)
    text, name = text_of(answer), getattr(answer, "__name__", item)
    if task:
        return task.result(text, name).kept(progress, task.item.lesson)
    verdict = judged_whole(text, name) if item == WHOLE.name else judged(RULES_ASKED[item], text, name)
    if progress is not None:
        note_points(verdict, progress)
    return verdict


def judged(item: Item, text: str, name: str) -> Verdict:
    """The verdict on the text of an answer. name: the name of the function or class in it."""
    same = False
    try:
        found = load(text, name)
        same = is_textbook(found, text, item.name, item.extensions)
        made = node_class(item, found)
        layers = layers_of(item)
        with progress_bar(layers) as tell:
            layers = [run(layer, made, tell=tell) for layer in layers]
    except NotImplementedError as error:
        return Verdict(item, None, [], 0, f"Not written yet. {error}".strip(), same)
    return Verdict(item, made, layers, points_for(item, layers), "", same)


def node_class(item: Item, found: Any) -> type[Raft]:
    """The class that an answer makes. Raises UserError if it is not what was asked for."""
    if isinstance(found, type):
        if item.name not in vars(found):
            raise UserError(f"The class {found.__name__} has no {item.name}.")
        found = vars(found)[item.name]
        if "__class__" in found.__code__.co_freevars:
            raise UserError(f"{item.name} calls super(): you are asked to write all of it yourself.")
    return implement(extensions=item.extensions, **{item.name: found})


def layers_of(item: Item) -> list[Layer]:
    """The layers of checks for an item."""
    if item.extensions:
        return layers_beyond(item.name, item.extensions)
    return layers_for((item.name,), item.rules)


def points_for(item: Item, layers: list[Layer]) -> float:
    """The points, rounded down to halves: the share of handler checks that pass, less a tenth for each later layer that fails.

    If any check fails, at least half a point is lost.
    """
    first, later = layers[0], layers[1:]
    share = 1 - len(first.failures) / max(1, len(first.checks))
    share -= LATER_LAYER * sum(bool(layer.failures) for layer in later)
    if not any(layer.failures for layer in layers):
        return item.points
    halves = int(
        round(2 * item.points * share, 6)
    )  # 0.4 may be a bit less than 0.4: it is rounded down after that
    return max(0.0, min(halves / 2, item.points - 0.5))
