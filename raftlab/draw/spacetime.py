"""The space-time diagram: time runs to the right, each node is a line, each message a sloped line; clients are below."""

from itertools import islice
from typing import TYPE_CHECKING, Any

from raftlab.colors import ON_TERM, Theme, term_color, theme
from raftlab.draw.canvas import Point
from raftlab.draw.client_rows import client_bars, client_legend, draw_clients, row_names
from raftlab.draw.history import Fate, Period, answers_to_heartbeats, check_span, check_trace, fates, periods
from raftlab.draw.shapes import size_of_word
from raftlab.draw.style import drawable, styled
from raftlab.draw.timeline import inches_wide, set_legend, set_title, timeline
from raftlab.draw.words import describe_spacetime, listed, plural
from raftlab.sim.message_names import is_answer, word_on
from raftlab.sim.trace import MessageView, Trace

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FEW = 90  # with more messages, they are drawn without words
LETTERS = 7.5  # points
PARTS = (
    0.42,
    0.3,
    0.55,
    0.2,
    0.68,
    0.8,
    0.1,
    0.9,
)  # of its way, where a message's word may stand; a reply's, from its end
Way = tuple[Point, Point]
LOST_AT = 0.4  # a message that the network loses ends at this share of its way


def draw_spacetime(
    trace: Trace,
    start: int | None = None,
    stop: int | None = None,
    ax: "Axes | None" = None,
    dark: bool = False,
) -> "Axes":
    """Draw the messages between nodes over time: a line for each node, messages as sloped lines.

    A node's line is thin while it follows, dashed while it is a candidate, thick (filled with the term's
    colour) while it leads, dotted while it is paused, and missing while it is crashed. Messages have the
    same words as in `draw_cluster` if there are few of them; a lost one ends in an x; replies to heartbeats
    are left out. If there are clients, rows below have a bar from each request to its answer: one row for
    each client of a workload, and one for all requests by hand or by the story.

    Args:
        trace: the trace.
        start: the first tick; left out, 0.
        stop: the last tick; left out, the trace's last.
        ax: the matplotlib Axes to draw on, its x in ticks; left out, those of a new figure.
        dark: light on dark.

    Returns:
        The Axes. Its label says in words what is drawn, as `describe_spacetime` does.

    Raises:
        UserError: a tick is outside the trace, the start comes after the stop, or an argument is of another type.

    Example:
        >>> from raftlab import Cluster, draw_spacetime
        >>> cluster = Cluster(nodes=3, seed=1)
        >>> cluster.tick(60)
        >>> ax = draw_spacetime(cluster.trace, start=10, stop=40)
    """
    first, last = check_span(check_trace(trace), start, stop)
    looks = theme(dark)
    with styled():
        bars = client_bars(trace, first, last)
        ax = timeline(ax, trace, first, last, looks, row=0.72, more=row_names(bars))
        ax.set_label(describe_spacetime(trace, first, last))
        rows = {node: row for row, node in enumerate(trace.nodes)}
        done = fates(trace)
        murmurs = answers_to_heartbeats(trace)
        shown = [
            message
            for message in (trace.message(id) for id in range(len(trace.messages)) if id not in murmurs)
            if message.sent <= last and _end(message, done) >= first
        ]
        ways = [_draw_message(ax, message, done.get(message.id), rows, looks) for message in shown]
        _draw_lives(ax, trace, first, last, looks)
        if len(shown) <= FEW:
            _draw_words_on(ax, list(zip(shown, ways, strict=True)), (first, last), looks)
        draw_clients(ax, trace, bars, (first, last), looks)
        set_title(ax, _headline(trace, first, last), looks)
        if bars:
            set_legend(ax, *client_legend(bars, looks), looks)
    return ax


def _headline(trace: Trace, first: int, last: int) -> str:
    won: dict[tuple[str, int], int] = {}  # a leader that was paused leads the same term again
    for node, lived in periods(trace, first, last).items():
        for period in lived:
            if period.state == "leader":
                won.setdefault((node, period.term), period.since)
    if "leader" not in trace.protocol.words:
        return f"ticks {first} to {last}"
    if not 0 < len(won) < 3:
        return f"ticks {first} to {last}: {plural(len(won), 'leader') if won else 'no leader'}"
    return listed(
        [
            f"{node} leads term {term}" + f" from tick {since}" * (since > first)
            for (node, term), since in won.items()
        ]
    )


# -- Messages -----------------------------------------------------------------------------------------


def _end(message: MessageView, done: dict[int, Fate]) -> int:
    fate = done.get(message.id)
    return fate.tick if fate else message.arrives


def _draw_message(
    ax: "Axes", message: MessageView, fate: Fate | None, rows: dict[str, int], looks: Theme,
) -> Way:  # fmt: skip
    """Draw the line of one message; return its start and end. The Axes clip it to the span."""
    lost = fate is not None and fate.what == "lost"
    end, share = float(fate.tick if fate else message.arrives), 1.0
    if lost:
        way = max(1, message.arrives - message.sent)
        share = min(1.0, max(LOST_AT, (end - message.sent) / way))
        end = max(end, message.sent + share * way)
    y0 = rows[message.src]
    y1 = y0 + (rows[message.dst] - y0) * share
    reply, word = is_answer(message.kind), word_on(message.kind, message.fields)
    color = looks.bad if lost else looks.faint
    ax.plot((message.sent, end), (y0, y1), color=color, linewidth=1.5 if word and not reply else 0.9,
            linestyle=(0, (4, 2)) if reply else "-", zorder=2)  # fmt: skip
    if lost:
        ax.plot([end], [y1], "x", color=looks.bad, markersize=8, markeredgewidth=2.4, zorder=6)
    else:
        _draw_tip(ax, (message.sent, y0), (end, y1), color)
    return (message.sent, y0), (end, y1)


def _draw_words_on(
    ax: "Axes", ways: list[tuple[MessageView, Way]], span: tuple[int, int], looks: Theme
) -> None:
    """Draw the words of messages, each at the first place on its line where it covers no other. Without such a place, it is left out."""
    inches = ax.get_window_extent().transformed(ax.figure.dpi_scale_trans.inverted())
    tick, row = (
        inches.width / (span[1] - span[0] + 1),
        inches.height / (abs(ax.get_ylim()[0] - ax.get_ylim()[1])),
    )
    taken: list[Point] = []
    sizes: list[Point] = []
    for message, (start, end) in ways:
        width, height = size_of_word(word_on(message.kind, message.fields), LETTERS / 72)
        parts = [1 - part for part in PARTS] if is_answer(message.kind) else PARTS
        spots = [
            (start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part) for part in parts
        ]
        free = (
            (x, y) for x, y in spots
            if not any(abs(x - x2) * tick < (width + w2) / 2 and abs(y - y2) * row < (height + h2) / 2
                       for (x2, y2), (w2, h2) in zip(taken, sizes, strict=True))
        )  # fmt: skip
        for x, y in islice(free, 1):
            taken.append((x, y))
            sizes.append((width, height))
            if span[0] <= x <= span[1]:
                _draw_word(ax, x, y, message, looks)


def _draw_tip(ax: "Axes", start: tuple[float, float], end: tuple[float, float], color: str) -> None:
    """Draw an arrow's tip where a message arrives."""
    arrow: dict[str, Any] = {"arrowstyle": "-|>,head_width=0.18,head_length=0.36", "color": color, "linewidth": 0.8,
                             "shrinkA": 0, "shrinkB": 1}  # fmt: skip
    near = (start[0] + (end[0] - start[0]) * 0.8, start[1] + (end[1] - start[1]) * 0.8)
    ax.annotate("", xy=end, xytext=near, arrowprops=arrow, zorder=3, annotation_clip=True)


def _draw_word(ax: "Axes", x: float, y: float, message: MessageView, looks: Theme) -> None:
    """Draw a message's word in a box of its term's colour, a reply's in a hollow box; without a word, a dot."""
    word, color, reply = (
        word_on(message.kind, message.fields),
        term_color(message.term),
        is_answer(message.kind),
    )
    if not word:
        ax.plot([x], [y], "o", markersize=6.5, markerfacecolor=color, markeredgecolor=looks.ink, markeredgewidth=1,
                zorder=7)  # fmt: skip
        return
    box = {"boxstyle": f"round,pad=0.25,rounding_size={0.7 if reply else 0.25}", "linewidth": 1.8 if reply else 1,
           "facecolor": looks.paper if reply else color, "edgecolor": color if reply else looks.ink}  # fmt: skip
    ax.text(x, y, drawable(word), fontsize=LETTERS, weight="bold", ha="center", va="center_baseline", zorder=8, bbox=box,
            color=looks.ink if reply else ON_TERM, clip_on=True)  # fmt: skip


# -- Nodes --------------------------------------------------------------------------------------------

STROKES: dict[str, dict[str, Any]] = {
    "follower": {"linewidth": 1.3},
    "candidate": {"linewidth": 3, "linestyle": (0, (1.6, 1))},
    "leader": {"linewidth": 8, "solid_capstyle": "butt"},
    "paused": {"linewidth": 2, "linestyle": (0, (1, 3))},
}
SIGNS = {"candidate": "?", "leader": "★", "crashed": "✕", "paused": "‖"}


def _draw_lives(ax: "Axes", trace: Trace, first: int, last: int, looks: Theme) -> None:
    inches = inches_wide(ax)
    lowest = len(trace.nodes) - 1  # its words are below its line, where no message is
    for row, lived in enumerate(periods(trace, first, last).values()):
        for period in lived:
            if period.state in STROKES:
                ax.plot(
                    (period.since, period.until),
                    (row, row),
                    color=looks.ink,
                    zorder=4,
                    **STROKES[period.state],
                )
            if period.state == "leader":
                ax.plot((period.since, period.until), (row, row), color=term_color(period.term), linewidth=5,
                        solid_capstyle="butt", zorder=5)  # fmt: skip
        told = _arrivals(lived, trace.protocol.words)
        for place, (tick, words) in enumerate(told):
            following = told[place + 1][0] if place + 1 < len(told) else last
            room = (following - tick) / max(1, last - first) * inches
            _draw_words(ax, tick, row, words if room > 0.95 else _shortened(words), row == lowest, looks)


def _arrivals(lived: list[Period], words: dict[str, str]) -> list[tuple[int, str]]:
    """The words where a node's state changes. A change of the term alone gets none: the messages show it."""
    told, before = [], None
    for period in lived:
        state = period.state
        if state != before or state == "candidate":
            if before in ("crashed", "paused") and state == "follower":
                told.append((period.since, "↻ back"))
            elif state in SIGNS:
                term = f" {period.term}" if state in ("candidate", "leader") else ""
                told.append((period.since, f"{SIGNS[state]} {words.get(state, state)}{term}"))
        before = state
    return told


def _shortened(words: str) -> str:
    """The sign and the term only, for places with little room."""
    return " ".join(word for word in words.split() if not word.isalpha())


def _draw_words(ax: "Axes", x: float, row: int, words: str, below: bool, looks: Theme) -> None:
    from matplotlib.patheffects import withStroke

    ax.plot([x], [row], "|", color=looks.ink, markersize=13, markeredgewidth=1.6, zorder=6)
    ax.annotate(words, (x, row), (2, -17 if below else 9), textcoords="offset points", fontsize=9, weight="bold", color=looks.ink,
                zorder=9, annotation_clip=True, path_effects=[withStroke(linewidth=3, foreground=looks.paper)])  # fmt: skip
