"""A history of operations: bars over time, a row for each client, and an order that explains the answers."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from raftlab.colors import Theme, theme
from raftlab.draw.bars import Bar, bars_of, end_of, in_words, rows_of, span_of
from raftlab.draw.style import drawable, styled
from raftlab.draw.timeline import COLUMN, inches_wide, rows_over_time, set_legend, set_title
from raftlab.draw.words import listed, plural
from raftlab.sim.errors import UserError
from raftlab.sim.operations import Operation

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HALF = 0.2  # half of a bar's height, in rows
MOST = 20  # so many operations are described one by one
INCHES_PER_LETTER = 0.082


def draw_operations(
    operations: Sequence[Operation],
    order: Sequence[Operation] | None = None,
    stuck: Operation | None = None,
    start: int | None = None,
    stop: int | None = None,
    ax: "Axes | None" = None,
    dark: bool = False,
) -> "Axes":
    """Draw the operations of clients over time, and an order in which they may have happened.

    A bar goes from the invocation to the answer; without an answer it is open to the right. A number in a
    circle is the operation's place in the order, at a moment when it may have happened. Operations that are
    not in the order are dashed; the operation that fits nowhere is hatched and has a cross.

    Args:
        operations: the history, such as a verdict's `operations`.
        order: some of them, in an order that agrees with real time, such as a verdict's `longest`.
        stuck: the operation that fits nowhere, such as a verdict's `stuck`.
        start: the first tick; by default that of the first invocation.
        stop: the last tick; by default the last of any operation.
        ax: the matplotlib Axes to draw on, its x in ticks; left out, those of a new figure.
        dark: light on dark.

    Returns:
        The Axes. Its label says in words what is drawn, as `describe_operations` does.

    Raises:
        UserError: there are no operations; the order has others, or does not agree with real time; the start
            comes after the stop, or nothing happens between them.

    Example:
        >>> from raftlab import check_linearizability, draw_operations
        >>> from raftlab.sim.operations import Operation
        >>> write = Operation("c1", "put", "x", 1, None, invoked=0, returned=10)
        >>> read = Operation("c2", "get", "x", None, None, invoked=20, returned=30)
        >>> verdict = check_linearizability([write, read])
        >>> ax = draw_operations(verdict.operations, verdict.longest, verdict.stuck)
    """
    every = bars_of(operations, order, stuck)
    first, last = span_of(operations, start, stop)
    bars = [bar for bar in every if bar.operation.invoked <= last and end_of(bar.operation) >= first]
    if not bars:
        raise UserError(f"Nobody asks or waits for anything from tick {first} to {last}.")
    rows, looks = rows_of(bars), theme(dark)
    names = [client if lane == 0 else "" for client, lane in rows]
    with styled():
        ax = rows_over_time(ax, names, first, last, looks, row=0.8, widest=COLUMN)
        ax.set_label(describe_operations(operations, order, stuck))
        for bar in bars:
            draw_bar(ax, bar, rows.index((bar.operation.client, bar.lane)), (first, last), looks)
        _draw_order(ax, bars, rows, (first, last), looks)
        draw_bar_words(ax, bars, rows, (first, last), looks)
        set_title(ax, drawable(_headline(operations, order, stuck), 90), looks)
        set_legend(ax, *bar_legend(bars, looks), looks)
    return ax


def describe_operations(
    operations: Sequence[Operation], order: Sequence[Operation] | None = None, stuck: Operation | None = None
) -> str:
    """Say in plain English what `draw_operations` draws: the operations, and an order in which they may have happened.

    Args:
        operations: the history.
        order: some of them, in an order that agrees with real time.
        stuck: the operation that fits nowhere.

    Returns:
        A few sentences, in the order of the invocations.

    Raises:
        UserError: there are no operations; the order has others, or does not agree with real time.

    Example:
        >>> from raftlab.sim.operations import Operation
        >>> describe_operations([Operation("c1", "put", "x", 1, None, invoked=0, returned=10)])
        '1 operation of c1. c1: put x 1, ticks 0 to 10.'
    """
    bars = bars_of(operations, order, stuck)
    clients = sorted({operation.client for operation in operations}, key=lambda name: (len(name), name))
    parts = [
        f"{plural(len(operations), 'operation')} of {listed(clients)}",
        *_some([in_words(bar.operation) for bar in bars]),
    ]
    if order:
        numbered = [f"{place}. {each.client}: {each.words()}" for place, each in enumerate(order, start=1)]
        parts.append(f"{'The longest' if stuck else 'An'} order that fits: {', '.join(_some(numbered))}")
    if stuck:
        parts.append(f"{stuck.client}: {stuck.words()} fits nowhere")
    return ". ".join(parts) + "."


def _some(words: list[str]) -> list[str]:
    more = len(words) - MOST
    return [*words[:MOST], f"and {more} more"] if more > 0 else words


def _headline(
    operations: Sequence[Operation], order: Sequence[Operation] | None, stuck: Operation | None
) -> str:
    if stuck:
        return f"{stuck.client}: {stuck.words()} fits nowhere"
    if order:
        return f"{plural(len(order), 'operation')}, in an order that fits"
    return f"{plural(len(operations), 'operation')}"


# -- Drawing ------------------------------------------------------------------------------------------


def _style(state: str, looks: Theme) -> dict[str, Any]:
    different: dict[str, dict[str, Any]] = {
        "plain": {"facecolor": looks.soft, "edgecolor": looks.ink, "linewidth": 1.2},
        "left out": {"facecolor": looks.paper, "edgecolor": looks.ink, "linewidth": 1.2, "linestyle": (0, (3, 2))},
        "stuck": {"facecolor": looks.paper, "edgecolor": looks.bad, "linewidth": 2.4, "hatch": "////"},
    }  # fmt: skip
    return different[state]


def draw_bar(ax: "Axes", bar: Bar, row: int, span: tuple[int, int], looks: Theme) -> None:
    """Draw a bar. If it lasts no time, it is as wide as a stroke; if unanswered, it is an arrow out of the picture."""
    from matplotlib.patches import Polygon

    least = max(1, span[1] - span[0]) * 0.006
    left, right = float(bar.operation.invoked), end_of(bar.operation, span[1])
    if right - left < least:
        left, right = left - least / 2, right + least / 2
    top, bottom = row - HALF, row + HALF
    corners = [(right, top), (left, top), (left, bottom), (right, bottom)]
    if bar.operation.returned is None:
        corners = [(right, top), (left, top), (left, bottom), (right, bottom), (right + 2 * least, row)]
    ax.add_patch(Polygon(corners, closed=True, zorder=3, **_style(bar.state, looks)))
    if bar.state == "stuck":
        middle = (max(left, span[0]) + min(right, span[1])) / 2
        ax.plot([middle], [row], **_cross(looks), zorder=7)


def _cross(looks: Theme) -> dict[str, Any]:
    return {"marker": "X", "markersize": 15, "markerfacecolor": looks.bad, "markeredgecolor": looks.paper,
            "markeredgewidth": 1.5, "linestyle": "none"}  # fmt: skip


def _draw_order(
    ax: "Axes", bars: list[Bar], rows: list[tuple[str, int]], span: tuple[int, int], looks: Theme
) -> None:
    """Draw the numbers of the order, and a thin line from each to the next."""
    placed = sorted(
        (bar for bar in bars if bar.number and span[0] <= bar.moment <= span[1]), key=lambda bar: bar.number
    )
    where = [(bar.moment, rows.index((bar.operation.client, bar.lane))) for bar in placed]
    ax.plot(
        [x for x, _ in where],
        [y for _, y in where],
        color=looks.accent,
        linewidth=1,
        linestyle=(0, (1, 2)),
        zorder=4,
    )
    for bar, (x, y) in zip(placed, where, strict=True):
        ax.plot([x], [y], **_circle(looks), zorder=5)
        ax.text(x, y, str(bar.number), fontsize=8, weight="bold", color=looks.paper, ha="center", va="center_baseline",
                zorder=6, clip_on=True)  # fmt: skip


def _circle(looks: Theme) -> dict[str, Any]:
    return {"marker": "o", "markersize": 15, "markerfacecolor": looks.accent, "markeredgecolor": looks.paper,
            "markeredgewidth": 1, "linestyle": "none"}  # fmt: skip


def draw_bar_words(
    ax: "Axes", bars: list[Bar], rows: list[tuple[str, int]], span: tuple[int, int], looks: Theme
) -> None:
    """Write operation and result above each bar, if there is room for them before the next bar."""
    from matplotlib.patheffects import withStroke

    halo = [withStroke(linewidth=3, foreground=looks.paper)]
    inches = inches_wide(ax) / max(1, span[1] - span[0])
    for row, here in enumerate(rows):
        lane = [bar for bar in bars if (bar.operation.client, bar.lane) == here]
        starts = [max(bar.operation.invoked, span[0]) for bar in lane] + [ax.get_xlim()[1]]
        for bar, start, following in zip(lane, starts, starts[1:], strict=False):
            letters = int((following - start) * inches / INCHES_PER_LETTER)
            words = ("✗ " if bar.state == "stuck" else "") + bar.operation.words()
            if letters >= min(len(words), 8):
                ax.text(start, row - HALF - 0.08, drawable(words, max(letters, 2)), fontsize=9.5, color=looks.ink,
                        weight="bold" if bar.state == "stuck" else "normal", va="bottom", zorder=8,
                        path_effects=halo)  # fmt: skip


def bar_legend(bars: list[Bar], looks: Theme) -> tuple[list[Any], list[str]]:
    """The legend of the signs that occur."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    states = {bar.state for bar in bars}
    entries: list[tuple[Any, str]] = [(Patch(**_style("plain", looks)), "from request to answer")]
    if any(bar.operation.returned is None for bar in bars):
        arrow = Line2D([], [], color=looks.ink, marker=">", markersize=8, markerfacecolor=looks.soft)
        entries.append((arrow, "never answered: open"))
    if any(bar.number for bar in bars):
        entries.append((Line2D([], [], **_circle(looks)), "place in the order"))
    if "left out" in states:
        entries.append((Patch(**_style("left out", looks)), "not in the order"))
    if "stuck" in states:
        entries.append(((Patch(**_style("stuck", looks)), Line2D([], [], **_cross(looks))), "✗ fits nowhere"))
    return [handle for handle, _ in entries], [label for _, label in entries]
