"""The space-time diagram: a line for each node, time to the right, every message a sloped line; clients below."""

from typing import TYPE_CHECKING, Any

from raftlab.colors import ON_TERM, Theme, term_color, theme
from raftlab.draw.client_rows import client_bars, client_legend, draw_clients, row_names
from raftlab.draw.history import Fate, Period, check_span, check_trace, fates, periods
from raftlab.draw.legend import messages_of
from raftlab.draw.shapes import Form, form_of
from raftlab.draw.style import styled
from raftlab.draw.timeline import inches_wide, set_legend, set_title, timeline
from raftlab.draw.words import describe_spacetime, listed, plural
from raftlab.sim.protocol import KINDS as RAFT
from raftlab.sim.trace import MessageView, Trace

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FEW = 90  # so many messages can carry their shapes
MARKERS = {"diamond": ("D", 9.5), "circle": ("o", 11), "dot": ("o", 6.5), "square": ("s", 10)}
LOST_AT = 0.4  # of its way: where a message that is lost as it is sent ends


def draw_spacetime(
    trace: Trace,
    start: int | None = None,
    stop: int | None = None,
    ax: "Axes | None" = None,
    dark: bool = False,
) -> "Axes":
    """Draw who said what to whom, and when: a line for each node, messages as sloped lines.

    A node's line is thin while it follows, dashed while it is a candidate, thick (filled with the term's
    colour) while it leads, dotted while it is paused, and gone while it is crashed. Messages carry the
    same shapes as in `draw_cluster` as long as there are few; a lost one ends in an x. Where clients ask, there are
    rows below, with a bar from every question to its answer: one for each client of a workload, and one for all
    that is asked by hand or by the story.

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
        shown = [message for message in map(trace.message, range(len(trace.messages)))
                 if message.sent <= last and _end(message, done) >= first]  # fmt: skip
        for message in shown:
            _draw_message(ax, message, done.get(message.id), rows, (first, last), len(shown) <= FEW, looks)
        _draw_lives(ax, trace, first, last, looks)
        draw_clients(ax, trace, bars, (first, last), looks)
        set_title(ax, _headline(trace, first, last), looks)
        signs, more = _legend(trace, looks), client_legend(bars, looks)
        set_legend(ax, signs[0] + more[0], signs[1] + more[1], looks)
    return ax


def _headline(trace: Trace, first: int, last: int) -> str:
    won: dict[tuple[str, int], int] = {}  # a leader that was paused leads the same term again
    for node, lived in periods(trace, first, last).items():
        for period in lived:
            if period.state == "leader":
                won.setdefault((node, period.term), period.since)
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
    ax: "Axes", message: MessageView, fate: Fate | None, rows: dict[str, int], span: tuple[int, int], shapes: bool,
    looks: Theme,
) -> None:  # fmt: skip
    """The way of one message, clipped to the span by the Axes."""
    lost = fate is not None and fate.what == "lost"
    end, share = float(fate.tick if fate else message.arrives), 1.0
    if lost:
        way = max(1, message.arrives - message.sent)
        share = min(1.0, max(LOST_AT, (end - message.sent) / way))
        end = max(end, message.sent + share * way)
    y0 = rows[message.src]
    y1 = y0 + (rows[message.dst] - y0) * share
    form = form_of(message)
    vote = form.shape in ("diamond", "circle")
    color = looks.bad if lost else looks.accent if vote else looks.faint
    width = 1.5 if vote or (form.shape == "square" and form.solid) else 0.9
    ax.plot((message.sent, end), (y0, y1), color=color, linewidth=width,
            linestyle="-" if form.solid else (0, (4, 2)), zorder=2)  # fmt: skip
    if lost:
        ax.plot([end], [y1], "x", color=looks.bad, markersize=8, markeredgewidth=2.4, zorder=6)
    else:
        _draw_tip(ax, (message.sent, y0), (end, y1), color)
    part = 0.42 if form.solid else 0.57  # not in the middle, where many ways cross
    middle = message.sent + (end - message.sent) * part
    if shapes and span[0] <= middle <= span[1]:
        _draw_form(ax, middle, y0 + (y1 - y0) * part, form, message.term, looks)


def _draw_tip(ax: "Axes", start: tuple[float, float], end: tuple[float, float], color: str) -> None:
    """An arrow's tip where a message arrives."""
    arrow: dict[str, Any] = {"arrowstyle": "-|>,head_width=0.18,head_length=0.36", "color": color, "linewidth": 0.8,
                             "shrinkA": 0, "shrinkB": 1}  # fmt: skip
    near = (start[0] + (end[0] - start[0]) * 0.8, start[1] + (end[1] - start[1]) * 0.8)
    ax.annotate("", xy=end, xytext=near, arrowprops=arrow, zorder=3, annotation_clip=True)


def _draw_form(ax: "Axes", x: float, y: float, form: Form, term: int, looks: Theme) -> None:
    ax.plot([x], [y], zorder=7, **_marker(form, term, looks))
    if form.sign:
        ax.text(x, y, form.sign, fontsize=7, weight="bold", ha="center", va="center_baseline", zorder=8,
                color=ON_TERM if form.solid else looks.ink, clip_on=True)  # fmt: skip


def _marker(form: Form, term: int, looks: Theme) -> dict[str, Any]:
    sign, size = MARKERS[form.shape]
    fill = term_color(term) if form.solid else looks.paper
    return {"marker": sign, "markersize": size if form.solid else size - 1.5, "markerfacecolor": fill,
            "markeredgecolor": looks.ink, "markeredgewidth": 1.1}  # fmt: skip


# -- Nodes --------------------------------------------------------------------------------------------

STROKES: dict[str, dict[str, Any]] = {
    "follower": {"linewidth": 1.3},
    "candidate": {"linewidth": 3, "linestyle": (0, (1.6, 1))},
    "leader": {"linewidth": 8, "solid_capstyle": "butt"},
    "paused": {"linewidth": 2, "linestyle": (0, (1, 3))},
}
SIGNED = {"candidate": "? candidate", "leader": "★ leader", "crashed": "✕ crashed", "paused": "‖ paused"}


def _draw_lives(ax: "Axes", trace: Trace, first: int, last: int, looks: Theme) -> None:
    inches = inches_wide(ax)
    lowest = len(trace.nodes) - 1  # its words stand below: no message goes there
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
        told = _arrivals(lived)
        for place, (tick, words) in enumerate(told):
            following = told[place + 1][0] if place + 1 < len(told) else last
            room = (following - tick) / max(1, last - first) * inches
            _draw_words(ax, tick, row, words if room > 0.95 else _shortened(words), row == lowest, looks)


def _arrivals(lived: list[Period]) -> list[tuple[int, str]]:
    """What is said where a node's state changes; a new term alone is told by the messages."""
    told, before = [], None
    for period in lived:
        state = period.state
        if state != before or state == "candidate":
            if before in ("crashed", "paused") and state == "follower":
                told.append((period.since, "↻ back"))
            elif state in SIGNED:
                term = f" {period.term}" if state in ("candidate", "leader") else ""
                told.append((period.since, SIGNED[state] + term))
        before = state
    return told


def _shortened(words: str) -> str:
    """Where there is no room: the sign and the term."""
    return " ".join(word for word in words.split() if not word.isalpha())


def _draw_words(ax: "Axes", x: float, row: int, words: str, below: bool, looks: Theme) -> None:
    from matplotlib.patheffects import withStroke

    ax.plot([x], [row], "|", color=looks.ink, markersize=13, markeredgewidth=1.6, zorder=6)
    ax.annotate(words, (x, row), (2, -17 if below else 9), textcoords="offset points", fontsize=9, weight="bold", color=looks.ink,
                zorder=9, annotation_clip=True, path_effects=[withStroke(linewidth=3, foreground=looks.paper)])  # fmt: skip


# -- Legend -------------------------------------------------------------------------------------------


def _legend(trace: Trace, looks: Theme) -> tuple[list[Any], list[str]]:
    """Raft's messages, unless only others are sent, and whatever else is sent."""
    from matplotlib.lines import Line2D

    def stroke(state: str) -> Any:
        return Line2D([], [], color=looks.ink, **STROKES[state])

    def message(form: Form, color: str) -> Any:
        return Line2D(
            [], [], color=color, linestyle="-" if form.solid else (0, (4, 2)), **_marker(form, 1, looks)
        )

    lead = (stroke("leader"), Line2D([], [], color=term_color(1), linewidth=5, solid_capstyle="butt"))
    lost = Line2D([], [], color=looks.bad, marker="x", markersize=8, markeredgewidth=2.4)
    raft = [
        (message(Form("diamond", True, "?"), looks.accent), "request for a vote"),
        (message(Form("circle", False, "+"), looks.accent), "+ vote, − refusal"),
        (message(Form("dot", True, ""), looks.faint), "heartbeat"),
        (message(Form("square", True, "1"), looks.faint), "append of so many entries"),
        (message(Form("square", False, "+"), looks.faint), "reply: + success, − refused"),
    ]  # fmt: skip
    sent = {message[0] for message in trace.messages}
    others = tuple(kind for kind in trace.protocol.kinds if kind in sent and kind not in RAFT)
    more = [
        (message(form, looks.accent), f"{form.sign} {words}") for form, words in messages_of(others) if others
    ]
    entries = [
        (stroke("follower"), "follower"), (stroke("candidate"), "? candidate, with its term"),
        (lead, "★ leader, with its term"), (stroke("paused"), "‖ paused (no line: ✕ crashed)"),
        *(raft if sent & set(RAFT) or not others else ()), *more, (lost, "lost"),
    ]  # fmt: skip
    return [handle for handle, _ in entries], [label for _, label in entries]
