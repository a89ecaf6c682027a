"""The three roles and the transitions between them."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from raftlab.colors import ON_TERM
from raftlab.draw import shapes
from raftlab.draw.canvas import Canvas, Point
from raftlab.draw.history import transitions
from raftlab.draw.style import styled
from raftlab.draw.words import describe_roles
from raftlab.sim.trace import Trace

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH, HEIGHT = 790, 352
RADIUS = 54
PLACES: dict[str, Point] = {"follower": (130, 160), "candidate": (405, 160), "leader": (690, 160)}
# From, to, how far the arc rises above the line (negative: below it), what causes the transition.
WAYS: tuple[tuple[str, str, float, tuple[str, ...]], ...] = (
    ("follower", "candidate", 40, ("the timer runs out:", "next term")),
    ("candidate", "leader", 40, ("the votes", "of a majority")),
    ("candidate", "follower", -40, ("hears the leader,", "or a later term")),
    ("leader", "follower", -145, ("sees a later term",)),
    ("candidate", "candidate", 0, ("no winner in time: next term, again",)),
)


def draw_roles(
    runs: Trace | Sequence[Trace] | None = None, ax: "Axes | None" = None, dark: bool = False
) -> "Axes":
    """Draw the three roles as `draw_cluster` shows them, and the transitions between them with their causes.

    Args:
        runs: one or several traces whose transitions are counted: those that happened are solid and have their
            number, the others are dashed. Without traces, all are solid.
        ax: the matplotlib Axes to draw on; left out, those of a new figure.
        dark: light on dark.

    Returns:
        The Axes. Its label says in words what is drawn, as `describe_roles` does.

    Raises:
        UserError: it is no trace, or ax is no Axes.

    Example:
        >>> from raftlab import Cluster, draw_roles
        >>> cluster = Cluster(nodes=3, seed=1)
        >>> cluster.tick(100)
        >>> ax = draw_roles(cluster.trace)
    """
    seen = None if runs is None else transitions(runs)
    with styled():
        canvas = Canvas(ax, WIDTH, HEIGHT, dark)
        canvas.ax.set_label(describe_roles(runs))
        for start, end, rise, words in WAYS:
            _draw_way(canvas, start, end, rise, words, seen)
        x, y = PLACES["follower"]
        canvas.line([(18, y), (x - RADIUS - 10, y)], 2)
        shapes.draw_tip(canvas, x - RADIUS - 3, y, (1, 0), 8)
        canvas.text(18, y - 15, "start", 13, align="left")
        for role, place in PLACES.items():
            _draw_role(canvas, role, place)
    return canvas.ax


def _draw_role(canvas: Canvas, role: str, place: Point) -> None:
    x, y = place
    shapes.draw_body(canvas, x, y, RADIUS, role, 1 if role == "follower" else 2)
    canvas.text(x, y - 5, role, 15, bold=True, color=ON_TERM)
    if shapes.SIGNS[role]:
        canvas.text(x, y - 24, shapes.SIGNS[role], 15, bold=True, color=ON_TERM)
    canvas.text(x, y + 14, f"term {1 if role == 'follower' else 2}", 11.5, color=ON_TERM)


def _draw_way(
    canvas: Canvas,
    start: str,
    end: str,
    rise: float,
    words: tuple[str, ...],
    seen: "Counter[tuple[str, str]] | None",
) -> None:
    """Draw a transition: a curve from rim to rim, its arrow, its cause and how often it happened."""
    times = None if seen is None else seen[start, end]
    ink = canvas.theme.faint if times == 0 else canvas.theme.ink
    dash = (6.0, 5.0) if times == 0 else None
    points = _loop(PLACES[start]) if start == end else _curve(PLACES[start], PLACES[end], rise)
    tip = points[-1]
    shaft = [point for point in points[:-1] if shapes.direction(point, tip)[0] > 10]
    canvas.line(shaft, 2, ink, dash)
    shapes.draw_tip(canvas, *tip, shapes.direction(shaft[-1], tip)[1], 8, ink)
    x, y = points[len(points) // 2]
    below = rise < 0
    count = [f"{times} times" if times != 1 else "once"] if times is not None else []
    lines = [*words, *count]
    top = y + 16 if below else y - 17 * len(lines) + 3
    for number, line in enumerate(lines):
        canvas.text(x, top + 17 * number, line, 12.5, bold=number >= len(words), color=ink)


def _curve(start: Point, end: Point, rise: float) -> list[Point]:
    """A parabola between the rims of two circles; its ends are above the line through their middles."""
    sign = 1 if end[0] > start[0] else -1
    lift = 0.42 * RADIUS * (1 if rise > 0 else -1) if abs(rise) < 100 else -RADIUS - 6
    inset = 0.97 * RADIUS + 6 if abs(rise) < 100 else 0
    x0, x1 = start[0] + sign * inset, end[0] - sign * inset
    points = []
    for step in range(41):
        share = step / 40
        height = lift + (rise - lift) * 4 * share * (1 - share)
        points.append((x0 + (x1 - x0) * share, start[1] - height))
    return points


def _loop(place: Point) -> list[Point]:
    """A loop above a circle that ends in the same circle."""
    x, y = place
    return [shapes.around(x, y - RADIUS - 26, 30, 0.62 + 0.76 * step / 40) for step in range(41)]
