"""Axes of the pictures over time: x is the tick, and each node has a row."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from raftlab.colors import Theme
from raftlab.draw.canvas import check_axes, new_axes
from raftlab.sim.trace import Trace

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NARROW, COLUMN, WIDE = (
    7.5,
    8.4,
    16.0,
)  # inches: as wide as a notebook's column, so that words have their full size there


def timeline(
    ax: "Axes | None", trace: Trace, first: int, last: int, looks: Theme, row: float, more: Sequence[str] = (),
    widest: float = WIDE,
) -> "Axes":  # fmt: skip
    """Axes from tick `first` to `last`, n1 on top, `more` rows below.

    row: the height of each row, widest: the largest width, both in inches; used only for a new figure.
    """
    ax = rows_over_time(ax, [*trace.nodes, *more], first, last, looks, row, widest)
    ax.set_xlabel(f"tick (one is {trace.ms_per_tick} ms)", fontsize=10, color=looks.faint)
    return ax


def rows_over_time(
    ax: "Axes | None",
    names: Sequence[str],
    first: int,
    last: int,
    looks: Theme,
    row: float,
    widest: float = WIDE,
) -> "Axes":
    """Axes with a row for each name, whose x is the tick.

    row: the height of each row, widest: the largest width, both in inches; used only for a new figure.
    """
    from matplotlib.ticker import MaxNLocator

    if check_axes(ax) is None:
        width = min(widest, max(NARROW, (last - first) * 0.16))
        ax = new_axes(width, 1.7 + row * len(names), looks.paper, layout="constrained")
    assert ax is not None
    ax.set_facecolor(looks.paper)
    margin = max(1, last - first) * 0.02
    ax.set(xlim=(first - margin, max(last, first + 1) + margin), ylim=(len(names) - 0.4, -0.7))
    ax.set_yticks(range(len(names)), list(names), weight="bold")
    ax.set_xlabel("tick", fontsize=10, color=looks.faint)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))
    ax.tick_params(axis="x", length=0, labelsize=10, colors=looks.ink)
    ax.tick_params(axis="y", length=0, labelsize=11, colors=looks.ink)
    ax.grid(axis="x", color=looks.soft)
    ax.set_axisbelow(True)
    for spine in ax.spines.values():
        spine.set_visible(False)
    return ax


def set_title(ax: "Axes", words: str, looks: Theme) -> None:
    """The picture's headline."""
    ax.set_title(words, loc="left", weight="bold", fontsize=12.5, color=looks.ink)


def set_legend(ax: "Axes", handles: Sequence[Any], labels: Sequence[str], looks: Theme) -> None:
    """Draw the legend below the picture, not wider than the picture."""
    ax.legend(
        handles, labels, loc="upper left", bbox_to_anchor=(0, -0.1 - 0.5 / max(2, len(ax.get_yticks()))),
        ncols=min(5, max(1, int(inches_wide(ax) / 2.45))), frameon=False, fontsize=9.5, labelcolor=looks.ink, handlelength=2.3, columnspacing=1.3,
        borderaxespad=0, numpoints=1,
    )  # fmt: skip


def inches_wide(ax: "Axes") -> float:
    """The width of the Axes in inches, which decides how many words fit."""
    return ax.get_window_extent().transformed(ax.figure.dpi_scale_trans.inverted()).width
