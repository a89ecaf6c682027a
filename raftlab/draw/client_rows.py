"""The rows of clients below the nodes of a space-time diagram: a bar from each request to its answer.

Each client of a workload has its own row; requests by hand or by a story share one row.
"""

from typing import TYPE_CHECKING, Any

from raftlab.colors import Theme
from raftlab.draw.bars import Bar, bars_of, end_of, operations_of, rows_of
from raftlab.draw.operations import bar_legend, draw_bar, draw_bar_words
from raftlab.sim.trace import Trace

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def client_bars(trace: Trace, first: int, last: int) -> list[Bar]:
    """The bars of operations between two ticks. An operation that is answered later has no end."""
    asked = [each for each in operations_of(trace) if each.invoked <= last and end_of(each) >= first]
    asked = [each if end_of(each) <= last else each._replace(result=None, returned=None) for each in asked]
    return bars_of(asked, None, None) if asked else []


def row_names(bars: list[Bar]) -> list[str]:
    """The labels of the rows: none for the first row, which separates clients from nodes; then each client's name once."""
    return ["", *(client if lane == 0 else "" for client, lane in rows_of(bars))] if bars else []


def draw_clients(ax: "Axes", trace: Trace, bars: list[Bar], span: tuple[int, int], looks: Theme) -> None:
    """Draw the bars, below a line in a row of its own."""
    if not bars:
        return
    ax.axhline(len(trace.nodes), color=looks.line, linewidth=0.8)
    rows = [*((name, 0) for name in (*trace.nodes, "")), *rows_of(bars)]
    for bar in bars:
        draw_bar(ax, bar, rows.index((bar.operation.client, bar.lane)), span, looks)
    draw_bar_words(ax, bars, rows, span, looks)


def client_legend(bars: list[Bar], looks: Theme) -> tuple[list[Any], list[str]]:
    """The legend of the bars, if there are any."""
    handles, labels = bar_legend(bars, looks) if bars else ([], [])
    return handles, [f"client: {label}" for label in labels]
