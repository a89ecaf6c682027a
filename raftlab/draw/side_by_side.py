"""Several runs, one below the other: roles and terms over time."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from raftlab.colors import theme
from raftlab.draw.canvas import new_figure
from raftlab.draw.history import check_trace
from raftlab.draw.style import styled
from raftlab.draw.svg import as_svg
from raftlab.draw.terms import draw_terms
from raftlab.draw.timeline import set_title
from raftlab.sim.errors import UserError
from raftlab.sim.trace import Trace

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDE, PER_NODE, AROUND, LEGEND = 10.5, 0.36, 0.8, 0.4  # inches


def draw_side_by_side(
    traces: Mapping[str, Trace], figure: "Figure | None" = None, dark: bool = False
) -> "Figure":
    """Draw roles and terms of several runs: one picture of `draw_terms` below the other.

    Args:
        traces: name -> trace; the name stands above each.
        figure: the matplotlib Figure to draw on; left out, a new one.
        dark: light on dark.

    Returns:
        The Figure. Each of its Axes says in words what is drawn on it.

    Raises:
        UserError: there are no traces, or they have no names.

    Example:
        >>> from raftlab import load, play
        >>> from raftlab.draw import draw_side_by_side
        >>> runs = {"cut": play(load("cloudflare_cut")), "and writes": play(load("cloudflare_cut_writes"))}
        >>> figure = draw_side_by_side(runs)
    """
    looks, inches = theme(dark), _inches(traces)
    with styled():
        if figure is None:
            figure = new_figure(WIDE, sum(inches) + LEGEND, layout="constrained")
        figure.set_facecolor(looks.paper)
        axes = figure.subplots(len(traces), 1, squeeze=False, height_ratios=inches)[:, 0]
        for ax, (name, trace) in zip(axes, traces.items(), strict=True):
            draw_terms(trace, ax=ax, dark=dark)
            ax.set_label(f"{name}. {ax.get_label()}")
            set_title(ax, f"{name}: {ax.get_title(loc='left')}", looks)
            legend = ax.get_legend()
            signs, words = legend.legend_handles, [text.get_text() for text in legend.get_texts()]
            legend.remove()
            if ax is not axes[-1]:
                ax.set_xlabel("")
        figure.legend(signs, words, loc="outside lower left", ncols=len(words), frameon=False, fontsize=9.5,
                      labelcolor=looks.ink)  # fmt: skip
    return figure


def still_side_by_side(traces: Mapping[str, Trace]) -> str:
    """The same as the text of an SVG. It is made without pyplot, or a notebook would show it a second time."""
    from matplotlib.figure import Figure

    size = (WIDE, sum(_inches(traces)) + LEGEND)
    return as_svg(draw_side_by_side(traces, Figure(figsize=size, layout="constrained")))


def _inches(traces: Mapping[str, Trace]) -> list[float]:
    """The height of each run's picture."""
    if not isinstance(traces, Mapping) or not traces:
        raise UserError(f"Give the runs by name, such as {{'plain Raft': trace}}, not {traces!r}.")
    return [AROUND + PER_NODE * len(check_trace(trace).nodes) for trace in traces.values()]
