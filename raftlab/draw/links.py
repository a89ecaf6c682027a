"""The links between nodes: up, lossy, one way or cut; and the nodes that could lead."""

from itertools import combinations
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from raftlab.draw.canvas import Canvas, Point
from raftlab.draw.cuts import draw_cut, draw_one_way
from raftlab.draw.islands import around_the_middle
from raftlab.draw.shapes import direction, draw_body
from raftlab.draw.style import styled
from raftlab.sim.errors import UserError, check_drawable, type_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH, HEIGHT = 730, 520
RADIUS = 30
MIDDLE, WIDE, HIGH = (265, 304), 178, 142  # middle and half axes of the ellipse on which the nodes stand
LOSSY = (3.0, 4.0)
KINDS = ("undisturbed", "quorum", "too few", "crashed")

# A reach has nodes, crashed, losses ((src, dst) -> share), quorum_connected, undisturbed, and why().
Reach = Any


def draw_links(reach: Reach, ax: "Axes | None" = None, dark: bool = False) -> "Axes":
    """Draw the links between nodes, and what they allow.

    A node that reaches a majority has a heavy outline and the word "quorum"; if no node that may miss its
    heartbeats could depose it, the outline is double, and the word is "undisturbed". A lossy link is dotted,
    with its loss in per cent.

    Args:
        reach: the result of `raftlab.sim.reach.reach`.
        ax: the matplotlib Axes to draw on; left out, those of a new figure.
        dark: light on dark.

    Returns:
        The Axes. Its label says in words what is drawn: `reach.why()`.

    Raises:
        UserError: it is no reach, or ax is no Axes.

    Example:
        >>> from raftlab import Cluster
        >>> from raftlab.sim.reach import reach
        >>> cluster = Cluster(nodes=3)
        >>> cluster.cut("n1", "n3")
        >>> ax = draw_links(reach(cluster.network))
    """
    if not hasattr(reach, "quorum_connected"):
        raise UserError(f"draw_links draws what reach(cluster.network) returns, not {type_of(reach)}.")
    check_drawable(len(reach.nodes))
    with styled():
        canvas = Canvas(ax, WIDTH, HEIGHT, dark)
        canvas.ax.set_label(reach.why())
        first, *rest = reach.why().split(". ", 1)
        canvas.text(18, 22, first.rstrip(".") + ".", 13, bold=True, align="left")
        for line, words in enumerate(wrap("".join(rest), 100)):
            canvas.text(18, 44 + 18 * line, words, 12, align="left")
        places = around_the_middle(list(reach.nodes), MIDDLE, (WIDE, HIGH))
        for a, b in combinations(reach.nodes, 2):
            if a not in reach.crashed and b not in reach.crashed:
                _draw_link(canvas, places[a], places[b], reach.losses.get((a, b)), reach.losses.get((b, a)))
        for node in reach.nodes:
            _draw_node(canvas, places[node], node, kind_of(reach, node))
        _draw_legend(canvas, 514, 190)
    return canvas.ax


def kind_of(reach: Reach, node: str) -> str:
    """What a node could do with these links, as a word of the picture."""
    if node in reach.crashed:
        return "crashed"
    if node in reach.undisturbed:
        return "undisturbed"
    return "quorum" if node in reach.quorum_connected else "too few"


def _draw_link(canvas: Canvas, a: Point, b: Point, there: float | None, back: float | None) -> None:
    """Draw a link. there, back: the loss in each direction, as a share; None: cut."""
    if there is None and back is None:
        draw_cut(canvas, a, b)
    elif there is None or back is None:
        draw_one_way(canvas, *((b, a) if there is None else (a, b)), RADIUS)
    elif there or back:
        canvas.line([a, b], 2.4, canvas.theme.ink, dash=LOSSY)
        (x, y), (x2, y2) = a, b
        words = " / ".join(dict.fromkeys(f"{100 * share:.0f} %" for share in (there, back)))
        canvas.text((x + x2) / 2, (y + y2) / 2, words + " lost", 12, bold=True, halo=3)
    else:
        canvas.line([a, b], 2.4, canvas.theme.ink)


def _draw_node(canvas: Canvas, place: Point, name: str, kind: str) -> None:
    x, y = place
    _draw_body(canvas, x, y, RADIUS, kind)
    canvas.text(x, y, name, 15, bold=True)
    outwards = -1 if y <= MIDDLE[1] + 1 else 1
    words = "" if kind == "too few" else kind
    canvas.text(x, y + outwards * (RADIUS + 14), words, 12, bold=kind != "crashed", halo=2)


def _draw_body(canvas: Canvas, x: float, y: float, radius: float, kind: str) -> None:
    """A node without its name."""
    fill, unit = canvas.theme.paper, max(0.55, radius / 30)
    if kind == "crashed":
        draw_body(canvas, x, y, radius, "crashed", 0)
    elif kind == "too few":
        canvas.circle(x, y, radius, fill=fill, stroke=1.2)
    else:
        canvas.circle(x, y, radius, fill=fill, stroke=4 * unit)
        if kind == "undisturbed":
            canvas.circle(x, y, radius - 6 * unit, fill="none", stroke=1.6 * unit)


def _draw_legend(canvas: Canvas, x: float, y: float) -> None:
    """Draw all signs, one below the other."""
    words = {
        "undisturbed": "could lead undisturbed", "quorum": "reaches a majority",
        "too few": "reaches too few to lead", "crashed": "crashed",
    }  # fmt: skip
    canvas.box(x - 14, y - 22, 212, 236, round=6, edge=canvas.theme.line, stroke=1)
    for kind in KINDS:
        _draw_body(canvas, x + 14, y, 10, kind)
        canvas.text(x + 40, y, words[kind], 12, align="left")
        y += 28
    links: tuple[tuple[str, float | None, float | None], ...] = (
        ("link", 0, 0), ("lossy link", 0.5, 0.5), ("works one way", 0, None), ("cut", None, None),
    )  # fmt: skip
    for label, there, back in links:
        _draw_sample(canvas, (x - 2, y), (x + 60, y), there, back)
        canvas.text(x + 74, y, label, 12, align="left")
        y += 27


def _draw_sample(canvas: Canvas, a: Point, b: Point, there: float | None, back: float | None) -> None:
    """Draw a link for the legend: shorter, and without a number."""
    if there and back:
        canvas.line([a, b], 2.4, canvas.theme.ink, dash=LOSSY)
    elif there is not None and back is None:
        _, way = direction(a, b)
        draw_one_way(canvas, a, (b[0] + way[0] * (RADIUS + 10), b[1]), RADIUS)
    else:
        _draw_link(canvas, a, b, there, back)
