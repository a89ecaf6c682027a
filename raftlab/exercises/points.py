"""How many of its points an answer gets: what counts is what was understood."""

from collections.abc import Sequence

from raftlab.checks.layers import HANDLERS, SITUATIONS, Layer
from raftlab.exercises.understood import ARule, Shown, shown_by

CENTRAL = 0.2  # at most this share of the points is left if a central idea of the item is missing
SLIP = 0.2  # the share that any mistake costs, even a slip at a boundary
# The share that is lost for each layer after the handler checks (scripted stories, random runs, explorer) in which a
# check fails. It makes no difference how many checks of the layer fail.
LATER_LAYER = 0.1

# A guess costs as much as if there were this many choices.
CHOICES = 5  # if the answer is a number
REVIEWS = 4  # in a review: no reason is right for more than a quarter of the changes


def lost_by_guesses(wrong: int, choices: int) -> float:
    """The share of a question's points that so many wrong answers cost: who only guesses wins nothing in the long run.

    >>> lost_by_guesses(1, 5), lost_by_guesses(4, 5), lost_by_guesses(9, 5)
    (0.25, 1.0, 1.0)
    """
    return min(1.0, wrong / (choices - 1))


def part_of(points: int, share: float) -> float:
    """This share of the points, rounded down to tenths; an int if it is whole. If the share is less than 1, at least half a point is lost.

    >>> part_of(10, 1), part_of(10, 0.8), part_of(6, 0.4)
    (10, 8, 2.4)
    """
    if share >= 1:
        return points
    tenths = int(round(10 * points * share, 6))  # 0.4 may be a bit less than 0.4
    left = max(0.0, min(tenths / 10, points - 0.5))
    return int(left) if left.is_integer() else left


def grade_of(item: ARule, layers: Sequence[Layer]) -> tuple[float, str]:
    """The share of an item's points that is left after these checks, and a sentence that says why; "" if none is needed.

    If a central misconception shows (see `understood.py`), at most a fifth is left. If all that is wrong is a slip at a
    boundary, four fifths. Else the share of handler checks that pass, less a tenth for each later layer in which a check
    fails, and at most four fifths.
    """
    if not any(layer.failures for layer in layers):
        return 1, ""
    handlers = next(layer for layer in layers if layer.name == HANDLERS)
    later = sum(bool(layer.failures) for layer in layers if layer.name not in (HANDLERS, SITUATIONS))
    share = max(0.0, passing(handlers) - LATER_LAYER * later)
    shown = shown_by(item, handlers, layers)
    most = CENTRAL if shown in (Shown.UNSAFE, Shown.IDLE, Shown.MISCONCEPTION) else 1 - SLIP
    return most if shown is Shown.SLIP else min(share, most), shown.value


def points_for(item: ARule, layers: Sequence[Layer]) -> float:
    """The points for an answer to a rule."""
    return part_of(item.points, grade_of(item, layers)[0])


def passing(layer: Layer) -> float:
    """The share of the checks of a layer that pass."""
    return 1 - len(layer.failures) / max(1, len(layer.checks))
