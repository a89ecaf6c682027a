"""Failure detectors: for each node, whether it would suspect one other node, over time, and whether it is right.

A detector knows only what it hears. It suspects a node from which nothing has arrived for a while. Nodes of
Raft have no detectors; the verdicts are computed here from the deliveries in the trace.
"""

from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from raftlab.colors import Theme, theme
from raftlab.draw.history import check_span, check_trace, periods
from raftlab.draw.style import styled
from raftlab.draw.timeline import COLUMN, inches_wide, set_legend, set_title, timeline
from raftlab.draw.words import listed, plural
from raftlab.sim.errors import check_name, check_number
from raftlab.sim.trace import Trace

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HALF = 0.26  # half of a band's height, in rows
TRUSTS, SUSPECTS = "trusts", "suspects"


class Verdict(NamedTuple):
    """From tick `since` to `until`: "trusts", "suspects", or, if the observer cannot judge, "crashed" or "paused"."""

    since: int
    until: int
    what: str


def draw_detectors(
    trace: Trace,
    about: str = "n1",
    timeout: int = 15,
    start: int | None = None,
    stop: int | None = None,
    ax: "Axes | None" = None,
    dark: bool = False,
) -> "Axes":
    """Draw which nodes suspect one node, and when: a row for each other node, and one for the truth about that node.

    A stroke is a message that arrives from the node. The line after it is plain until nothing has arrived for
    a whole timeout; then it becomes a hatched band: the node is suspected. Where the observers disagree, the
    background is shaded. Choose a leader to watch: followers send nothing to each other, so a follower is
    suspected by all nodes but the leader.

    Args:
        trace: the trace.
        about: the node that the others watch.
        timeout: the ticks without a message after which it is suspected; 15 is the shortest election timeout
            of the preset "lesson". An observer that starts or restarts begins to wait then.
        start: the first tick; left out, 0.
        stop: the last tick; left out, the trace's last.
        ax: the matplotlib Axes to draw on, its x in ticks; left out, those of a new figure.
        dark: light on dark.

    Returns:
        The Axes. Its label says in words what is drawn, as `describe_detectors` does.

    Raises:
        UserError: there is no such node, the timeout is not a whole number of at least 1, a tick is outside
            the trace, the start comes after the stop, or an argument is of another type.

    Example:
        >>> from raftlab import draw_detectors, load, play
        >>> ax = draw_detectors(play(load("two_verdicts")), about="n1")
    """
    told = describe_detectors(trace, about, timeout, start, stop)
    first, last = check_span(trace, start, stop)
    looks = theme(dark)
    with styled():
        ax = timeline(ax, trace, first, last, looks, row=0.62, widest=COLUMN)
        ax.set_label(told)
        names = [f"{node} itself" if node == about else node for node in trace.nodes]
        ax.set_yticks(range(len(names)), names, weight="bold")
        found = verdicts(trace, about, timeout, first, last)
        apart = disagreements(found)
        for since, until in apart:
            ax.axvspan(since, until, color=looks.soft, zorder=0, linewidth=0)
        for row, node in enumerate(trace.nodes):
            if node == about:
                _draw_truth(ax, row, _truth(trace, about, first, last), looks)
            else:
                _draw_observer(ax, row, found[node], about, looks)
                heard = [tick for tick in _heard(trace, about)[node] if first <= tick <= last]
                ax.plot(heard, [row] * len(heard), linestyle="", zorder=5, **_stroke(looks))
        set_title(ax, _headline(about, apart), looks)
        set_legend(ax, *_legend(about, timeout, looks), looks)
    return ax


def describe_detectors(
    trace: Trace, about: str = "n1", timeout: int = 15, start: int | None = None, stop: int | None = None
) -> str:
    """Say in plain English what `draw_detectors` draws: which nodes suspect the node when, and what is true then.

    Args:
        trace: the trace.
        about: the node that the others watch.
        timeout: the ticks without a message after which it is suspected.
        start: the first tick; left out, 0.
        stop: the last tick; left out, the trace's last.

    Returns:
        A sentence for each observer, and one about where they disagree.

    Raises:
        UserError: as `draw_detectors`.

    Example:
        >>> from raftlab import Cluster
        >>> from raftlab.draw import describe_detectors
        >>> cluster = Cluster(nodes=2, seed=1)
        >>> cluster.tick(10)
        >>> describe_detectors(cluster.trace)
        'Who suspects n1 after 15 ticks without a word, ticks 0 to 10. n2 never suspects it. They never disagree.'
    """
    first, last = check_span(check_trace(trace), start, stop)
    check_name("node", about, trace.nodes)
    check_number("the timeout", timeout, 1)
    truth = _truth(trace, about, first, last)
    parts = [f"Who suspects {about} after {plural(timeout, 'tick')} without a word, ticks {first} to {last}"]
    parts += [f"{about} is {each.what} {_span(each, last)}" for each in truth if each.what != "running"]
    found = verdicts(trace, about, timeout, first, last)
    for node, said in found.items():
        told = [_told(each, truth, last) for each in said if each.what != TRUSTS]
        parts.append(f"{node} {'; '.join(told) or 'never suspects it'}")
    apart = [f"from tick {since} to {until}" for since, until in disagreements(found)]
    parts.append(f"They disagree {listed(apart)}" if apart else "They never disagree")
    return ". ".join(parts) + "."


# -- Verdicts from the trace --------------------------------------------------------------------------


def verdicts(trace: Trace, about: str, timeout: int, first: int, last: int) -> dict[str, list[Verdict]]:
    """Node -> its verdicts about one node between two ticks, without gaps."""
    heard, lives = _heard(trace, about), periods(trace, 0, last)
    found: dict[str, list[Verdict]] = {}
    for node in trace.nodes:
        if node == about:
            continue
        whole: list[Verdict] = []
        for life in _lives(lives[node]):
            if life.what != "running":
                whole.append(life)
                continue
            words = [tick for tick in heard[node] if life.since < tick < life.until]
            for since, until in pairwise([life.since, *words, life.until]):
                patience = min(since + timeout, until)
                whole += [Verdict(since, patience, TRUSTS), Verdict(patience, until, SUSPECTS)]
        found[node] = _joined([each._replace(since=max(first, each.since)) for each in whole])
    return found


def disagreements(found: dict[str, list[Verdict]]) -> list[tuple[int, int]]:
    """The times when one observer trusts a node that another suspects: (since, until)."""
    ticks = sorted({tick for each in found.values() for verdict in each for tick in verdict[:2]})
    apart = []
    for since, until in pairwise(ticks):
        said = {verdict.what for each in found.values() for verdict in each
                if verdict.since <= since < verdict.until}  # fmt: skip
        if {TRUSTS, SUSPECTS} <= said:
            apart.append(Verdict(since, until, "apart"))
    return [(each.since, each.until) for each in _joined(apart)]


def _heard(trace: Trace, about: str) -> dict[str, list[int]]:
    """Node -> the ticks at which messages from one node arrived at it."""
    heard: dict[str, list[int]] = {node: [] for node in trace.nodes}
    for event in trace.events:
        if event.what == "deliver" and trace.messages[event.detail][1] == about:
            heard[str(event.node)].append(event.tick)
    return heard


def _lives(lived: list[Any]) -> list[Verdict]:
    """The times when a node was running, crashed or paused."""
    return _joined([Verdict(each.since, each.until, each.state if each.state in ("crashed", "paused") else "running")
                    for each in lived])  # fmt: skip


def _truth(trace: Trace, about: str, first: int, last: int) -> list[Verdict]:
    return _lives(periods(trace, first, last)[about])


def _joined(parts: list[Verdict]) -> list[Verdict]:
    """The same without empty times; neighbours with the same verdict are joined."""
    joined: list[Verdict] = []
    for part in parts:
        if part.until <= part.since:
            continue
        if joined and joined[-1].what == part.what and joined[-1].until == part.since:
            joined[-1] = joined[-1]._replace(until=part.until)
        else:
            joined.append(part)
    return joined


def _span(verdict: Verdict, last: int) -> str:
    return f"from tick {verdict.since} " + ("on" if verdict.until == last else f"to {verdict.until}")


def _told(said: Verdict, truth: list[Verdict], last: int) -> str:
    """A verdict in words, and whether a suspicion is right when it begins."""
    if said.what != SUSPECTS:
        return f"is {said.what} {_span(said, last)}"
    then = next(each.what for each in truth if each.since <= said.since < each.until)
    return f"suspects it {_span(said, last)}, when it is {then}"


# -- Drawing ------------------------------------------------------------------------------------------


def _headline(about: str, apart: list[tuple[int, int]]) -> str:
    if not apart:
        return f"Is {about} alive? All agree at every moment"
    ticks = sum(until - since for since, until in apart)
    return f"Is {about} alive? For {plural(ticks, 'tick')} the others disagree"


def _stroke(looks: Theme) -> dict[str, Any]:
    return {"marker": "|", "markersize": 12, "markeredgewidth": 1.8, "color": looks.ink}


def _band(looks: Theme) -> dict[str, Any]:
    return {"facecolor": looks.paper, "edgecolor": looks.bad, "hatch": "////", "linewidth": 1.4}


LINES: dict[str, dict[str, Any]] = {
    TRUSTS: {"linewidth": 1.3},
    "running": {"linewidth": 6, "solid_capstyle": "butt"},
    "paused": {"linewidth": 2, "linestyle": (0, (1, 3))},
}
SIGNS = {"crashed": "✕ crashed", "paused": "‖ paused"}


def _draw_observer(ax: "Axes", row: int, said: list[Verdict], about: str, looks: Theme) -> None:
    from matplotlib.patches import Rectangle

    for verdict in said:
        width = verdict.until - verdict.since
        if verdict.what == SUSPECTS:
            ax.add_patch(Rectangle((verdict.since, row - HALF), width, 2 * HALF, zorder=3, **_band(looks)))
            for words in (f"suspects {about}", "?"):
                if _room(ax, width) > 0.085 * len(words) + 0.1:
                    box = {"facecolor": looks.paper, "edgecolor": "none", "pad": 1.2}
                    ax.text(verdict.since + width / 2, row, words, fontsize=9, weight="bold", color=looks.ink, bbox=box,
                            ha="center", va="center_baseline", zorder=6, clip_on=True)  # fmt: skip
                    break
        else:
            _draw_line(ax, row, verdict, looks)


def _draw_truth(ax: "Axes", row: int, truth: list[Verdict], looks: Theme) -> None:
    for place, life in enumerate(truth):
        _draw_line(ax, row, life, looks)
        if place and life.what == "running":
            _draw_sign(ax, row, life, "↻ back", looks)


def _draw_line(ax: "Axes", row: int, verdict: Verdict, looks: Theme) -> None:
    """Draw the line of a verdict; a crashed node has no line. "crashed" and "paused" are written as words."""
    if verdict.what in LINES:
        ax.plot(verdict[:2], (row, row), color=looks.ink, zorder=2, **LINES[verdict.what])
    if verdict.what in SIGNS:
        _draw_sign(ax, row, verdict, SIGNS[verdict.what], looks)


def _draw_sign(ax: "Axes", row: int, verdict: Verdict, words: str, looks: Theme) -> None:
    """Write words at the beginning of a verdict, if there is room for them."""
    if _room(ax, verdict.until - verdict.since) < 0.09 * len(words) + 0.1:
        words = words[:1]
    ax.annotate(words, (verdict.since, row), (3, 7), textcoords="offset points", fontsize=9, weight="bold",
                color=looks.ink, zorder=6, annotation_clip=True)  # fmt: skip


def _room(ax: "Axes", ticks: int) -> float:
    """The width of some ticks, in inches."""
    left, right = ax.get_xlim()
    return inches_wide(ax) * ticks / (right - left)


def _legend(about: str, timeout: int, looks: Theme) -> tuple[list[Any], list[str]]:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    def line(what: str) -> Any:
        return Line2D([], [], color=looks.ink, **LINES[what])

    entries = [
        (Line2D([], [], linestyle="", **_stroke(looks)), f"a message from {about} arrives"),
        (line(TRUSTS), f"trusts {about}"),
        (Patch(**_band(looks)), f"? suspects {about}: silent for {plural(timeout, 'tick')}"),
        (line("running"), f"{about} is running"),
        (line("paused"), "‖ paused (no line: ✕ crashed)"),
        (Patch(facecolor=looks.soft, edgecolor=looks.faint, linewidth=0.5), "background: they disagree"),
    ]
    return [handle for handle, _ in entries], [label for _, label in entries]
