"""How many of its points an answer gets."""

from collections.abc import Sequence

from raftlab.checks.layers import SITUATIONS, Layer

# The share of an item's points that is lost for each layer after the handler checks (scripted stories, random runs,
# explorer) in which a check fails. It makes no difference how many checks of the layer fail.
LATER_LAYER = 0.1
SMALL_SITUATION = 0.2  # the share that is lost at least if an answer goes wrong in a small situation


def part_of(points: int, share: float) -> float:
    """This share of the points, rounded down to halves. If the share is less than 1, at least half a point is lost."""
    if share >= 1:
        return float(points)
    halves = int(
        round(2 * points * share, 6)
    )  # 0.4 may be a bit less than 0.4: it is rounded down after that
    return max(0.0, min(halves / 2, points - 0.5))


def points_for(points: int, layers: Sequence[Layer]) -> float:
    """The share of handler checks that pass, less a tenth for each later layer in which a check fails.

    An answer that goes wrong in a small situation loses at least a fifth, even if no other check fails.
    """
    if not any(layer.failures for layer in layers):
        return float(points)
    first, *later = (layer for layer in layers if layer.name != SITUATIONS)
    share = passing(first) - LATER_LAYER * sum(bool(layer.failures) for layer in later)
    if any(layer.failures for layer in layers if layer.name == SITUATIONS):
        share = min(share, 1 - SMALL_SITUATION)
    return part_of(points, share)


def passing(layer: Layer) -> float:
    """The share of the checks of a layer that pass."""
    return 1 - len(layer.failures) / max(1, len(layer.checks))
