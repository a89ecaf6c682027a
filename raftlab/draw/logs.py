"""The logs at one tick, a row for each node, as a grid."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from raftlab.colors import ON_TERM, term_color
from raftlab.draw.canvas import Canvas
from raftlab.draw.history import Scene, names_voters, scene_at
from raftlab.draw.shapes import SIGNS
from raftlab.draw.style import drawable, styled, width_of
from raftlab.draw.words import headline, leader_of, listed, plural
from raftlab.sim.english import short
from raftlab.sim.marks import MARKS, marks
from raftlab.sim.trace import State, Trace, View

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CELL, ROW = 58, 58
LEFT, TOP = 122, 92  # the upper left corner of the first cell
FACTS = 54  # the height of the row of facts
MOST_TOLD = 8  # so many facts are described one by one
FEWEST, MOST = 6, 12  # the fewest and the most columns
LEGEND = 22  # the height of a row of the legend
LETTERS = 12  # the most letters of a command
MOST_LETTERS = 60  # the most letters of a configuration, which would mean nothing if it were cut
Facts = dict[int, list[tuple[int, str]]]  # index -> the entries committed there: (term, command)
Columns = dict[int, tuple[float, float]]  # index -> x and width of its column


def draw_logs(
    state_or_trace: "State | Trace", tick: int | None = None, ax: "Axes | None" = None, dark: bool = False
) -> "Axes":
    """Draw the logs of all nodes at one tick; of long logs the last twelve columns.

    The first row has the entries that are committed as a fact, even if no node knows it; it needs a trace. An entry
    shows its term (colour and number) and its command; a long command makes the column wider. The entry is filled if its
    node knows that it is committed, hollow if the node has only stored it, and has a ≠ if it contradicts the fact. Below
    each follower's row are the leader's next index (n) and match index (m) for it. Entries that are only in a snapshot
    are a flat, hatched strip.

    Args:
        state_or_trace: a `State` (`trace.at(40)`) or a `Trace`.
        tick: the tick whose end is drawn, from 0 to the trace's last; left out, the last.
        ax: the matplotlib Axes to draw on; left out, those of a new figure.
        dark: light on dark.

    Returns:
        The Axes. Its label says in words what is drawn, as `describe_logs` does.

    Raises:
        UserError: the tick is outside the trace, or an argument is of another type.

    Example:
        >>> from raftlab import Cluster, draw_logs
        >>> cluster = Cluster(nodes=3, seed=1)
        >>> cluster.tick(40)
        >>> ax = draw_logs(cluster.trace)
    """
    scene = scene_at(state_or_trace, tick)
    views = scene.state.views
    leader = leader_of(scene.state)
    facts = scene.facts
    longest = max(
        FEWEST,
        *(facts or ()),
        *(len(view.log) for view in views.values()),
        *(leader.next_index.values() if leader else ()),
    )
    first = max(1, longest - MOST + 1)
    signs = marks(scene.words)
    states = {view.id: _states(scene, view) for view in views.values()}
    shown = ["fact"] * (facts is not None) + ["known", "stored"] * ("known" in signs)
    shown += [
        sign for sign in ("conflict", "claimed") if any(sign in each.values() for each in states.values())
    ]
    shown += ["snapshot"] * any(view.snapshot for view in views.values())
    shown += ["match", "next"] * bool(leader and leader.next_index)
    with styled():
        columns = _columns(views.values(), first, longest)
        width = max(sum(columns[longest]) + 24, 560)
        top = TOP + FACTS * (facts is not None)
        canvas = Canvas(ax, width, top + ROW * len(views) + LEGEND * len(shown) + 20, dark)
        canvas.ax.set_label(describe_logs(state_or_trace, tick))
        _draw_head(canvas, scene, columns)
        if facts is not None:
            _draw_facts(canvas, facts, columns, signs)
        for row, view in enumerate(views.values()):
            lies = view.id in scene.liars
            _draw_row(canvas, view, leader, top + ROW * row, columns, states[view.id], lies)
        _draw_legend(canvas, top + ROW * len(views) + 22, shown, signs)
    return canvas.ax


def describe_logs(state_or_trace: "State | Trace", tick: int | None = None) -> str:
    """Say in plain English what `draw_logs` draws: every log, and how much of it is committed.

    Args:
        state_or_trace: a `State`, or a `Trace`.
        tick: the tick to describe; by default the trace's last.

    Returns:
        A sentence for each node.

    Raises:
        UserError: the tick is outside the trace, or it is no state and no trace.

    Example:
        >>> from raftlab import Cluster
        >>> from raftlab.draw import describe_logs
        >>> describe_logs(Cluster(nodes=1).trace)
        'The logs at tick 0: nobody leads. Nothing is committed yet. The log of n1 is empty.'
    """
    scene = scene_at(state_or_trace, tick)
    state = scene.state
    parts = [f"The logs at tick {state.tick}: {headline(state)}"]
    if scene.facts is not None:
        parts.append(_told_facts(scene.facts, scene.words["committed"]))
    parts += [_log(view) for view in state.views.values()]
    leader = leader_of(state)
    if leader and leader.next_index:
        known = [
            f"{peer} next {index}, match {leader.match_index.get(peer, 0)}"
            for peer, index in leader.next_index.items()
        ]
        parts.append(f"{leader.id} keeps for each follower: {'; '.join(known)}")
    return ". ".join(parts) + "."


def _told_facts(facts: Facts, committed: str) -> str:
    told = [f"entry {index} ({_entry_words(each)})" for index, entries in facts.items() for each in entries]
    if len(told) > MOST_TOLD:
        told = [f"{len(told)} entries, the last of them {told[-1]}"]
    return f"{listed(told).capitalize()} {'is' if len(facts) == 1 else 'are'} {committed}" if told else (
        f"Nothing is {committed} yet"
    )  # fmt: skip


def _entry_words(entry: tuple[int, str]) -> str:
    term, command = entry
    return f"{short(command, MOST_LETTERS)}, term {term}"


def _states(scene: Scene, view: View) -> dict[int, str]:
    """The state of each entry of a node, from what the node knows and from the facts, as in the player."""
    if "committed" not in scene.words:  # this protocol has no commitment
        return dict.fromkeys(range(1, len(view.log) + 1), "plain")
    facts, found = scene.facts or {}, {}
    for index, (term, command) in enumerate(view.log, start=1):
        here = facts.get(index, [])
        # In other protocols the number does not matter: it only says who proposed the value.
        by_term = "leader" in scene.words
        is_fact = any(command == said and (term == number or not by_term) for number, said in here)
        if index <= view.commit_index:
            found[index] = "known" if is_fact or scene.facts is None else "claimed"
        else:
            found[index] = "conflict" if here and not is_fact else "stored"
    return found


def _log(view: View) -> str:
    if not view.log:
        return f"The log of {view.id} is empty"
    last = f"the last of term {view.log[-1][0]}"
    gone = f", {view.snapshot} of them only in its snapshot" if view.snapshot else ""
    voters = [command.split()[1:] for _, command in view.log if names_voters(command)]
    vote = f"; voters: {listed(voters[-1])}" if voters else ""
    return f"{view.id} has {plural(len(view.log), 'entry', 'entries')}, {last}{gone}; {view.commit_index} known to be committed{vote}"


def _columns(views: Iterable[View], first: int, last: int) -> Columns:
    """Columns, each as wide as the longest of its commands."""
    columns: Columns = {}
    x: float = LEFT
    for index in range(first, last + 1):
        texts = {_words(view.log[index - 1][1]) for view in views if view.snapshot < index <= len(view.log)}
        columns[index] = (x, max([CELL, *(width_of(words, size) + 20 for words, size in texts)]))
        x += columns[index][1]
    return columns


def _words(command: object) -> tuple[str, float]:
    """A command as it is written, and its font size."""
    words = drawable(command, MOST_LETTERS if names_voters(command) else LETTERS)
    return words, 12.5 if len(words) < 7 else 10.5


def _draw_head(canvas: Canvas, scene: Scene, columns: Columns) -> None:
    canvas.text(18, 24, f"logs at tick {scene.state.tick}", 15, bold=True, align="left")
    canvas.text(18, 44, headline(scene.state), 12.5, color=canvas.theme.faint, align="left")
    earlier = min(columns) - 1
    words = f"… {earlier} earlier" if earlier else "index"
    canvas.text(LEFT - 10, TOP - 14, words, 11.5, color=canvas.theme.faint, align="right")
    for index, (x, width) in columns.items():
        canvas.text(x + width / 2, TOP - 14, str(index), 11.5, color=canvas.theme.faint)


def _draw_facts(canvas: Canvas, facts: Facts, columns: Columns, signs: Mapping[str, Sequence[str]]) -> None:
    """Draw the entries that are committed as a fact, above the rows of the nodes."""
    word, _ = signs["fact"]
    canvas.text(18, TOP + 19, word, 12.5, bold=True, align="left")
    canvas.line([(18, TOP + FACTS - 8), (canvas.width - 18, TOP + FACTS - 8)], 1, canvas.theme.line)
    for index, (x, width) in columns.items():
        if index in facts:
            (term, command), *others = facts[index]
            _draw_entry(canvas, [term, command], x, TOP, width, "claimed" if others else "known")
    if not facts:
        words = signs["no_fact"][1]
        canvas.text(LEFT + 8, TOP + 19, words, 11.5, color=canvas.theme.faint, align="left")


def _draw_row(
    canvas: Canvas, view: View, leader: View | None, y: float, columns: Columns, states: Mapping[int, str], lies: bool
) -> None:  # fmt: skip
    state = view.state
    canvas.text(18, y + 13, view.id, 14, bold=True, align="left")
    canvas.text(46, y + 13, f"term {view.term}", 11.5, align="left")
    canvas.text(18, y + 30, f"{SIGNS[state]} {state}".strip(), 11.5, bold=state != "follower", align="left")
    if lies:
        canvas.text(18, y + 46, "lies", 11.5, bold=True, color=canvas.theme.bad, align="left")
    if view.snapshot in columns:
        width, words = sum(columns[view.snapshot]) - LEFT, f"1–{view.snapshot}"
        _draw_strip(canvas, LEFT, y + 2, width, f"snapshot {words}" if width > 2 * CELL else words)
    for index, (x, width) in columns.items():
        if view.snapshot < index <= len(view.log):
            _draw_entry(canvas, view.log[index - 1], x, y, width, states[index])
        elif index > view.snapshot:
            canvas.box(x + 3, y + 2, width - 6, 34, round=3, edge=canvas.theme.soft, stroke=1)
        if leader and view.id != leader.id:
            following, match = leader.next_index.get(view.id), leader.match_index.get(view.id)
            _draw_marks(canvas, x + width / 2, y + 45, index, following, match)


def _draw_entry(canvas: Canvas, entry: list[object], x: float, y: float, width: float, state: str) -> None:
    """Draw an entry: filled if its node knows it to be committed (or if the protocol has no commitment), otherwise hollow; with its term in the corner, and a ≠ if it contradicts the facts."""
    term, command = entry
    committed = state in ("known", "claimed", "plain")
    color = term_color(int(str(term)))
    if committed:
        canvas.box(x + 3, y + 2, width - 6, 34, round=5, fill=color, edge=color, stroke=2.6)
    else:
        canvas.box(x + 3, y + 2, width - 6, 34, round=5, edge=color, stroke=2.6)
    ink = ON_TERM if committed else canvas.theme.ink
    words, size = _words(command)
    canvas.text(x + 9, y + 12, str(term), 9.5, color=ink, align="left")
    canvas.text(x + width / 2 + 3, y + 20, words, size, bold=True, color=ink)
    if state in ("conflict", "claimed"):
        canvas.text(
            x + width - 11,
            y + 10,
            MARKS[state][0],
            11,
            bold=True,
            color=ink if committed else canvas.theme.bad,
        )


def _draw_strip(canvas: Canvas, x: float, y: float, width: float, words: str, height: float = 34) -> None:
    """Draw a flat, hatched strip for entries that are in the snapshot and no longer in the log."""
    top, flat = y + height * 0.2, height * 0.6
    canvas.box(x + 3, top, width - 6, flat, fill=canvas.theme.soft, stroke=1.2)
    for step in range(int((width - 6 - flat) / 8) + 1):
        left = x + 3 + 8 * step
        canvas.line([(left, top + flat), (left + flat, top)], 0.8, canvas.theme.line)
    if words:
        canvas.text(x + width / 2, top + flat / 2, words, 11, bold=True, halo=3)


def _draw_marks(
    canvas: Canvas, x: float, y: float, index: int, following: int | None, match: int | None
) -> None:
    """Draw the leader's next index and match index for a follower."""
    if index == match:
        canvas.box(x - 21, y - 7, 17, 14, round=2, fill=canvas.theme.ink, stroke=1)
        canvas.text(x - 12.5, y, "m", 10.5, bold=True, color=canvas.theme.paper)
    if index == following:
        canvas.box(x + 4, y - 7, 17, 14, round=2, stroke=1.2)
        canvas.text(x + 12.5, y, "n", 10.5, bold=True)


def _draw_legend(canvas: Canvas, y: float, shown: list[str], signs: Mapping[str, Sequence[str]]) -> None:
    """Draw the legend of the marks that occur."""
    if not shown:
        return
    canvas.line([(18, y - 16), (canvas.width - 18, y - 16)], 1, canvas.theme.soft)
    for place, mark in enumerate(shown):
        x, row, reach = 18, y + LEGEND * place, 34.0
        if mark in ("known", "stored"):
            color = term_color(1)
            canvas.box(
                x, row - 8, 26, 16, round=3, fill=color if mark == "known" else None, edge=color, stroke=2.4
            )
        elif mark == "fact":
            word = signs[mark][0]
            canvas.text(x, row, word, 10.5, bold=True, align="left")
            reach = width_of(word, 10.5) + 16
        elif mark in ("conflict", "claimed"):
            canvas.text(x + 13, row, signs[mark][0], 10.5, bold=True)
        elif mark == "snapshot":
            _draw_strip(canvas, x - 3, row - 8, 32, "", 16)
        else:
            middle = x + 13 + (-12.5 if mark == "next" else 12.5)
            _draw_marks(canvas, middle, row, 1, *((1, None) if mark == "next" else (None, 1)))
        canvas.text(x + reach, row, signs[mark][1], 11, align="left")
