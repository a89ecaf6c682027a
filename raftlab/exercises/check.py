"""`check`: the whole judgement of an answer, layer by layer, and the points it gets."""

from types import FunctionType
from typing import Any

from raftlab.checks.layers import Layer, layers_beyond, layers_for, progress_bar, run
from raftlab.exercises.answer import is_textbook, load, text_of
from raftlab.exercises.implement import implement
from raftlab.exercises.items import BEYOND, ITEMS, Item
from raftlab.exercises.marked import Marked
from raftlab.exercises.notes import note_points
from raftlab.exercises.tasks import TASKS
from raftlab.exercises.untouched import check_untouched
from raftlab.exercises.verdict import Verdict
from raftlab.exercises.whole import WHOLE, judged_whole
from raftlab.raft import Raft
from raftlab.sim.errors import UserError, check_name

RULES_ASKED = ITEMS | BEYOND | {WHOLE.name: WHOLE}
# The share of an item's points that is lost for each layer after the handler checks in which anything fails:
# scripted stories, random runs, every order. How much fails in a layer makes no difference.
LATER_LAYER = 0.1


def check(item: str, answer: Any, *, progress: Any = ".raftlab") -> Verdict | Marked:
    """Judge an answer: handler checks, scripted stories, seeded random runs, every order within small bounds.

    Args:
        item: the rule that is asked for, a name of `raftlab.exercises.ITEMS`; or "raft", for a whole class; or
            what else an exercise asks for, such as "crash_quorum".
        answer: a function (or class), or its text. Its text is what is judged, on its own: the cell in which it
            stands, in a namespace without anything else. Where nothing is to be computed, what it would return.
        progress: the folder in which the points are kept; None keeps none.

    Returns:
        A verdict that shows itself in a notebook: the points, how many checks there are and fail, and of the
        first layer that fails the rule, what should have happened, what did, and the shortest run that shows it.
        Of what is no rule, the points and the reason.

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
        return task.marked_value(answer).kept(progress, task.item.lesson)
    text, name = text_of(answer), getattr(answer, "__name__", item)
    if task:
        return task.marked(text, name).kept(progress, task.item.lesson)
    verdict = judged_whole(text, name) if item == WHOLE.name else judged(RULES_ASKED[item], text, name)
    if progress is not None:
        note_points(verdict, progress)
    return verdict


def judged(item: Item, text: str, name: str) -> Verdict:
    """The verdict on an answer's text. name: what the function or class is called in it."""
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
    """What is checked of an item."""
    if item.extensions:
        return layers_beyond(item.name, item.extensions)
    return layers_for((item.name,), item.rules)


def points_for(item: Item, layers: list[Layer]) -> float:
    """Points in halves: for the share of handler checks that pass, less a tenth for each later layer that fails.

    Whoever fails anything has lost at least half a point.
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
