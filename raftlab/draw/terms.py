"""Roles and terms over time: a band for each node."""

from typing import TYPE_CHECKING, Any

from raftlab.colors import ON_TERM, Theme, term_color, theme
from raftlab.draw.history import Period, check_span, check_trace, periods
from raftlab.draw.shapes import SIGNS
from raftlab.draw.style import pale, styled
from raftlab.draw.timeline import COLUMN, inches_wide, set_legend, set_title, timeline
from raftlab.draw.words import describe_terms, plural
from raftlab.sim.trace import Trace

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HALF = 0.34  # half of a band's height, in rows
STATES = ("follower", "candidate", "leader", "crashed", "paused")


def draw_terms(trace: Trace, ax: "Axes | None" = None, dark: bool = False) -> "Axes":
    """Draw the roles and terms of all nodes over the whole trace: a band for each node.

    A band's fill and number are the term. A follower's is plain, a candidate's hatched, a leader's
    framed; a crashed node's is grey and crossed, a paused one's pale and dotted.

    Args:
        trace: the trace.
        ax: the matplotlib Axes to draw on, its x in ticks; left out, those of a new figure.
        dark: light on dark.

    Returns:
        The Axes. Its label says in words what is drawn, as `describe_terms` does.

    Raises:
        UserError: it is no trace, or ax is no Axes.

    Example:
        >>> from raftlab import Cluster, draw_terms
        >>> cluster = Cluster(nodes=3, seed=1)
        >>> cluster.tick(100)
        >>> ax = draw_terms(cluster.trace)
    """
    first, last = check_span(check_trace(trace), None, None)
    looks = theme(dark)
    with styled():
        ax = timeline(ax, trace, first, last, looks, row=0.5, widest=COLUMN)
        ax.set_label(describe_terms(trace))
        lives = periods(trace, first, last)
        led = {period.term for lived in lives.values() for period in lived if period.state == "leader"}
        highest = max((period.term for lived in lives.values() for period in lived), default=0)
        for row, lived in enumerate(lives.values()):
            for period in lived:
                _draw_period(ax, row, period, last - first, looks)
        set_title(ax, f"{plural(highest, 'term')}, {len(led) or 'none'} with a leader", looks)
        set_legend(ax, *_legend(looks), looks)
    return ax


def _draw_period(ax: "Axes", row: int, period: Period, span: int, looks: Theme) -> None:
    from matplotlib.patches import Rectangle

    width = period.until - period.since
    inches = width / max(1, span) * inches_wide(ax)
    style = _style(period.state, period.term, looks)
    ax.add_patch(Rectangle((period.since, row - HALF), width, 2 * HALF, **style))
    words = f"{SIGNS[period.state]} {period.term}".strip()
    if period.state == "leader" and inches > 1:
        words = f"★ leader {period.term}"
    if inches > 0.09 * (len(words) + 1):
        ink = ON_TERM if period.state not in ("crashed", "paused") else looks.ink
        box = {"facecolor": style["facecolor"], "edgecolor": "none", "pad": 1.2}
        ax.text(period.since + width / 2, row, words, fontsize=9, weight="bold", color=ink, ha="center",
                va="center_baseline", zorder=style["zorder"] + 1, bbox=box, clip_on=True)  # fmt: skip


def _style(state: str, term: int, looks: Theme) -> dict[str, Any]:
    """The style of a band. A leader's is drawn on top, so that its whole frame is visible."""
    plain: dict[str, Any] = {
        "facecolor": term_color(term),
        "edgecolor": ON_TERM,
        "linewidth": 0.7,
        "zorder": 3,
    }
    different: dict[str, dict[str, Any]] = {
        "follower": {},
        "candidate": {"hatch": "////", "linewidth": 1.2},
        "leader": {"linewidth": 3, "zorder": 5, "edgecolor": looks.ink},
        "crashed": {"facecolor": looks.soft, "hatch": "xx", "edgecolor": looks.faint},
        "paused": {"facecolor": pale(term_color(term), looks.paper), "hatch": "..", "edgecolor": looks.faint},
    }  # fmt: skip
    return plain | different[state]


def _legend(looks: Theme) -> tuple[list[Any], list[str]]:
    from matplotlib.patches import Patch

    patches = [Patch(**_style(state, 1, looks)) for state in STATES]
    return patches, [f"{SIGNS[state]} {state}".strip() for state in STATES]
