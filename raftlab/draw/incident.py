"""Pictures of an incident as it was reported: the network and the times. Nothing here is simulated."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from raftlab.colors import Theme, theme
from raftlab.draw.canvas import Canvas, new_figure
from raftlab.draw.cuts import draw_cut
from raftlab.draw.style import styled
from raftlab.sim.errors import UserError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# A span has `what`, `start` and `end` (minutes since midnight), `status` (how certain it is) and `about` (True if the
# times are approximate).
Span = Any
PLACES = {"n1": (130, 190), "A": (330, 100), "B": (330, 280), "n3": (640, 100), "n2": (640, 280)}
BOXES = {"A": "switch A: sick", "B": "switch B: well"}
TOPOLOGY = (
    "Three members of etcd, one of them behind two switches. n1 stands in a rack with two switches. Its way to n3, "
    "which led, goes through switch A, which was sick and lost a part of the packets. Its way to n2 goes through "
    "switch B, which was well. n2 and n3 reached each other without these switches."
)


def draw_topology(ax: "Axes | None" = None, dark: bool = False) -> "Axes":
    """Draw the nodes and switches at Cloudflare on 2 November 2020, as far as they were published.

    Args:
        ax: the matplotlib Axes to draw on; left out, those of a new figure.
        dark: light on dark.

    Returns:
        The Axes. Its label says in words what is drawn.

    Example:
        >>> from raftlab.draw import draw_topology
        >>> draw_topology().get_label().partition(".")[0]
        'Three members of etcd, one of them behind two switches'
    """
    with styled():
        canvas = Canvas(ax, 780, 420, dark)
        canvas.ax.set_label(TOPOLOGY)
        looks = canvas.theme
        canvas.box(30, 50, 400, 290, round=8, fill=looks.soft, edge=looks.line)
        canvas.text(46, 72, "one rack", 12.5, align="left", color=looks.faint)
        for a, b in (("n1", "B"), ("B", "n2"), ("n3", "n2")):
            canvas.line([PLACES[a], PLACES[b]], 3, looks.ink)
        canvas.line([PLACES["n1"], PLACES["A"]], 2.2, looks.bad, dash=(4, 3))
        canvas.line([PLACES["A"], PLACES["n3"]], 2.2, looks.bad, dash=(4, 3))
        draw_cut(canvas, PLACES["A"], PLACES["n3"])
        for name, words in BOXES.items():
            _draw_switch(canvas, name, words)
        _draw_member(canvas, "n1", "hears n3 badly or not at all")
        _draw_member(canvas, "n2", "hears both")
        _draw_member(canvas, "n3", "★ led")
        _draw_key(canvas)
    return canvas.ax


def _draw_switch(canvas: Canvas, name: str, words: str) -> None:
    x, y = PLACES[name]
    sick = name == "A"
    canvas.box(x - 66, y - 17, 132, 34, round=4, fill=canvas.theme.paper, edge=canvas.theme.bad if sick else canvas.theme.ink,
               stroke=2.2)  # fmt: skip
    canvas.text(x, y, words, 12.5, bold=True)


def _draw_member(canvas: Canvas, name: str, words: str) -> None:
    x, y = PLACES[name]
    canvas.circle(x, y, 34, fill=canvas.theme.paper, edge=canvas.theme.ink, stroke=4 if name == "n3" else 1.6)
    canvas.text(x, y, name, 15, bold=True)
    canvas.text(x, y + (-48 if name == "n3" else 50), words, 12)


def _draw_key(canvas: Canvas) -> None:
    looks = canvas.theme
    canvas.line([(46, 382), (86, 382)], 3, looks.ink)
    canvas.text(96, 382, "works", 12, align="left")
    canvas.line([(180, 382), (220, 382)], 2.2, looks.bad, dash=(4, 3))
    canvas.text(230, 382, "loses a part of the packets", 12, align="left")
    canvas.circle(460, 382, 10, fill=looks.paper, edge=looks.ink, stroke=1.6)
    canvas.text(480, 382, "member of etcd", 12, align="left")
    canvas.circle(620, 382, 10, fill=looks.paper, edge=looks.ink, stroke=4)
    canvas.text(640, 382, "its leader", 12, align="left")


def draw_utc(spans: Sequence[Span], figure: "Figure | None" = None, dark: bool = False) -> "Figure":
    """Draw spans of time against UTC: on the left the first minutes, on the right all of them.

    Args:
        spans: the spans, from the top, such as `raftlab.models.cloudflare.TIMELINE`.
        figure: the matplotlib Figure to draw on; left out, a new one.
        dark: light on dark.

    Returns:
        The Figure. The label of its first Axes says in words what is drawn.

    Raises:
        UserError: there are no spans.

    Example:
        >>> from raftlab.draw import draw_utc
        >>> from raftlab.models.cloudflare import TIMELINE
        >>> draw_utc(TIMELINE).axes[0].get_label().partition(":")[0]
        'Against UTC'
    """
    if not isinstance(spans, Sequence) or not spans or not all(hasattr(span, "start") for span in spans):
        raise UserError(f"draw_utc needs a list of spans such as TIMELINE, not {spans!r}.")
    looks = theme(dark)
    with styled():
        if figure is None:
            figure = new_figure(8.4, 3.4, layout="constrained")
        figure.set_facecolor(looks.paper)
        first, last = min(span.start for span in spans), max(span.end for span in spans)
        axes = figure.subplots(1, 2, width_ratios=(1, 1.5), sharey=True)
        for ax, (start, end, every, title) in zip(
            axes, ((first - 1, first + 9, 2, "the first minutes"), (first - 13, last + 10, 60, "all of it")), strict=True
        ):  # fmt: skip
            _set_axes(ax, spans, (start, end, every), title, looks)
        axes[0].set_label("Against UTC: " + ". ".join(_told(span) for span in spans) + ".")
        _set_legend(figure, looks)
    return figure


def _set_axes(
    ax: "Axes", spans: Sequence[Span], scale: tuple[float, float, int], title: str, looks: Theme
) -> None:
    from matplotlib.ticker import FuncFormatter, MultipleLocator

    start, end, every = scale
    ax.set_facecolor(looks.paper)
    for row, span in enumerate(spans):
        ax.barh(row, span.end - span.start, left=span.start, **_style(span, looks))
    ax.set(xlim=(start, end), ylim=(len(spans) - 0.4, -0.6))
    ax.set_yticks(range(len(spans)), [span.what.replace(": ", ":\n").replace(", ", ",\n") for span in spans])
    ax.xaxis.set_major_locator(MultipleLocator(every))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda minute, _: clock(minute)))
    ax.tick_params(which="both", length=0, labelsize=10, colors=looks.ink)
    ax.grid(axis="x", color=looks.soft)
    ax.set_axisbelow(True)
    ax.set_title(title, loc="left", fontsize=10.5, color=looks.faint)
    for spine in ax.spines.values():
        spine.set_visible(False)


def _style(span: Span, looks: Theme) -> dict[str, Any]:
    """Plain if the times are known, hatched if they are approximate."""
    return {"height": 0.5, "facecolor": looks.paper if span.about else looks.accent, "edgecolor": looks.accent,
            "linewidth": 1.6, "hatch": "///" if span.about else ""}  # fmt: skip


def _set_legend(figure: "Figure", looks: Theme) -> None:
    from matplotlib.patches import Patch

    plain: dict[str, Any] = {"edgecolor": looks.accent, "linewidth": 1.6}
    patches = [Patch(facecolor=looks.accent, **plain), Patch(facecolor=looks.paper, hatch="///", **plain)]
    figure.legend(patches, ["reported", "about: to the minute not known"], loc="outside lower left", ncols=2, frameon=False,
                  fontsize=9.5, labelcolor=looks.ink)  # fmt: skip


def clock(minute: float) -> str:
    """Minutes since midnight as a time of day.

    >>> clock(883)
    '14:43'
    """
    return f"{int(minute) // 60:02d}:{int(minute) % 60:02d}"


def _told(span: Span) -> str:
    about = "about " if span.about else ""
    return (
        f"{span.what.replace(':', ',')}, from {about}{clock(span.start)} to {clock(span.end)} ({span.status})"
    )
