"""The cluster at one tick: nodes on their islands, links that differ from most, and messages on their way."""

from collections.abc import Collection
from itertools import combinations, permutations
from typing import TYPE_CHECKING

from raftlab.colors import ON_TERM
from raftlab.draw import shapes
from raftlab.draw.canvas import Canvas, Point
from raftlab.draw.cuts import along, draw_cut, draw_one_way, draw_passage, draw_wall
from raftlab.draw.history import Scene, link_words, scene_at
from raftlab.draw.islands import Layout, layout_of
from raftlab.draw.shapes import SIGNS, direction
from raftlab.draw.style import styled
from raftlab.draw.words import describe, headline
from raftlab.sim.marks import MARKS
from raftlab.sim.message_names import word_on
from raftlab.sim.sayings import SAYINGS
from raftlab.sim.trace import MessageView, State, Trace, View

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH, HEIGHT = 740, 462
TOP, BOTTOM, SIDE = 46, 16, 14  # margins around the islands
LOSSY = (2.0, 3.0)  # the dash pattern of a link that differs from most
LANE = 14  # messages travel so far to the right of their link, so that the two directions do not cover each other
WORD = 12  # the size of the word on a message
LOST_AT = 0.4  # a lost message is drawn at this share of its way
# Shifts to try, as shares of the way, the nearest first.
ASIDE = (0, 0.08, -0.08, 0.16, -0.16, 0.24, -0.24, 0.32, -0.32)
SOON = 0.2  # a timer with this share or less left has almost run out
Box = tuple[float, float, float, float]  # left, top, right, bottom


def draw_cluster(
    state_or_trace: "State | Trace", tick: int | None = None, ax: "Axes | None" = None, dark: bool = False
) -> "Axes":
    """Draw the cluster at one tick: nodes, links, and messages where they are on their way.

    The term is a node's fill and number; a leader has a thick ring and a star; the arc around a node is the time
    left on its timer; a candidate's dots are its votes, before and behind a gate at the majority. A message is its
    word, a reply's is hollow, a heartbeat is a dot; replies to heartbeats are left out. Nodes that reach each other,
    directly or through others, are on one island, between walls; an arrow passes a wall where one direction works.

    Args:
        state_or_trace: a `State` (`trace.at(40)`), or a `Trace`, with which refused votes and messages that
            were just lost are drawn, too.
        tick: the tick whose end is drawn, from 0 to the trace's last; left out, the last.
        ax: the matplotlib Axes to draw on; left out, those of a new figure.
        dark: light on dark.

    Returns:
        The Axes. Its label (`ax.get_label()`) says in words what is drawn, as `describe` does.

    Raises:
        UserError: the tick is outside the trace, or an argument is of another type.

    Example:
        >>> from raftlab import Cluster, draw_cluster
        >>> cluster = Cluster(nodes=3, seed=1)
        >>> cluster.tick(40)
        >>> ax = draw_cluster(cluster.trace, tick=38)
    """
    scene = scene_at(state_or_trace, tick)
    with styled():
        canvas = Canvas(ax, WIDTH, HEIGHT, dark)
        canvas.ax.set_label(describe(state_or_trace, tick))
        bottom = BOTTOM + 16 * bool(scene.state.broken)
        down = scene.state.network["down"]
        layout = layout_of(list(scene.state.views), down, SIDE, TOP, WIDTH - 2 * SIDE, HEIGHT - TOP - bottom)
        _draw_title(canvas, scene)
        _draw_islands(canvas, layout)
        _draw_links(canvas, scene.state, layout)
        for view in scene.state.views.values():
            _draw_node(canvas, view, layout, scene)
        _draw_odd_links(canvas, scene.state, layout)
        _draw_passages(canvas, scene.state, layout)
        _draw_messages(canvas, scene, layout)
    return canvas.ax


def _draw_title(canvas: Canvas, scene: Scene) -> None:
    tick = scene.state.tick
    clock = f"tick {tick}" + (f" ({tick * scene.ms_per_tick} ms)" if scene.ms_per_tick else "")
    canvas.text(18, 24, clock, 15, bold=True, align="left")
    canvas.text(WIDTH - 18, 24, headline(scene.state), 13, color=canvas.theme.faint, align="right")
    if scene.state.broken:
        (_, first), *others = scene.state.broken.values()
        more = f" (and {len(others)} more)" if others else ""
        canvas.text(18, HEIGHT - 15, f"✕ {first}{more}", 12, bold=True, color=canvas.theme.bad, align="left")


# -- Islands and links --------------------------------------------------------------------------------


def _draw_islands(canvas: Canvas, layout: Layout) -> None:
    """Draw the islands and the walls between them, if there are several."""
    if not layout.walls:
        return
    for island in layout.islands:
        canvas.box(island.x, island.y, island.width, island.height, round=14, fill=canvas.theme.soft,
                   edge=canvas.theme.line, stroke=0.8)  # fmt: skip
    word, _ = MARKS["wall"]
    for start, end in layout.walls:
        draw_wall(canvas, start, end)
        canvas.text(
            (start[0] + end[0]) / 2, start[1] + 9, word, 12, bold=True, color=canvas.theme.bad, halo=4
        )


def _draw_links(canvas: Canvas, state: State, layout: Layout) -> None:
    """Draw the links on an island that are cut or differ from most; ordinary links are not drawn."""
    down, odd = set(state.network["down"]), state.network.get("odd", {})
    for island in layout.islands:
        for a, b in combinations(island.nodes, 2):
            there, back = f"{a}>{b}" in down, f"{b}>{a}" in down
            start, end = layout.places[a], layout.places[b]
            if there and back:
                draw_cut(canvas, start, end)
            elif there or back:
                draw_one_way(canvas, *((end, start) if there else (start, end)), layout.radius)
            elif f"{a}>{b}" in odd or f"{b}>{a}" in odd:
                canvas.line([start, end], 1.8, canvas.theme.faint, dash=LOSSY)


def _draw_passages(canvas: Canvas, state: State, layout: Layout) -> None:
    """Draw an arrow through a wall where one direction between two islands still works."""
    down = set(state.network["down"])
    for home, other in permutations(layout.islands, 2):
        for src in home.nodes:
            for dst in other.nodes:
                if f"{src}>{dst}" not in down:
                    draw_passage(canvas, *_leaving(src, dst, layout), 0.8 * layout.radius)


def _draw_odd_links(canvas: Canvas, state: State, layout: Layout) -> None:
    """Draw links that differ from most, with words; if their two directions differ, each has its own words."""
    odd, down, places = state.network.get("odd", {}), state.network["down"], layout.places
    for a, b in combinations(places, 2):
        told = {way: odd.get(f"{way[0]}>{way[1]}") for way in ((a, b), (b, a))}
        if told[a, b] == told[b, a] and told[a, b] and f"{a}>{b}" not in down:
            _draw_link_words(canvas, places[a], places[b], 0.5, link_words(told[a, b]))
            continue
        for (src, dst), numbers in told.items():
            if numbers and f"{src}>{dst}" not in down:
                words = f"{src}→{dst}: {link_words(numbers)}"
                _draw_link_words(canvas, places[src], places[dst], 0.36, words)


def _draw_link_words(canvas: Canvas, start: Point, end: Point, share: float, words: str) -> None:
    """Write words on a link, in a gap between its dots."""
    length, way = direction(start, end)
    canvas.text(*along(start, way, length * share), words, 11.5, bold=True, halo=4)


# -- Nodes --------------------------------------------------------------------------------------------


def _draw_node(canvas: Canvas, view: View, layout: Layout, scene: Scene) -> None:
    (x, y), radius, state = layout.places[view.id], layout.radius, view.state
    ring = radius + 6
    if view.timer and state not in ("leader", "crashed", "paused"):
        since, due = view.timer
        left = min(1.0, max(0.0, (due - scene.state.tick) / max(1, due - since)))
        canvas.circle(x, y, ring, fill=canvas.theme.paper, edge=canvas.theme.line, stroke=2.5)
        if left:
            soon = left <= SOON
            canvas.arc(x, y, ring, left, 6 if soon else 3, canvas.theme.bad if soon else canvas.theme.faint)
    shapes.draw_body(canvas, x, y, radius, state, view.term)
    ink = {"crashed": canvas.theme.faint, "paused": canvas.theme.ink}.get(state, ON_TERM)
    unit = radius / 34
    canvas.text(x, y - 6 * unit, view.id, 17 * unit, bold=True, color=ink)
    canvas.text(x, y + 12 * unit, f"term {view.term}", 11.5 * unit, color=ink)
    lies = view.id in scene.liars
    if lies:
        shapes.draw_mask(canvas, x, y, radius)
    _draw_badge(canvas, view, layout, scene.votes.get(view.id, {}).values(), lies)


def _draw_badge(canvas: Canvas, view: View, layout: Layout, votes: Collection[str], lies: bool) -> None:
    """Draw the role in words and the votes, on the node's outer side. Followers get no words."""
    (x, y), outwards = layout.places[view.id], layout.outwards[view.id]
    away = layout.radius + 19
    if votes and view.status == "running":
        shapes.draw_votes(canvas, x, y + outwards * away, votes, view.quorum)
        away += 18
    if lies or view.state != "follower":
        words = f"{SIGNS[view.state]} {view.state}".strip() + f" {SAYINGS['liar']}" * lies
        canvas.text(x, y + outwards * away, words, 13, bold=True)


# -- Messages -----------------------------------------------------------------------------------------


def _draw_messages(canvas: Canvas, scene: Scene, layout: Layout) -> None:
    """Draw each message at its place on the way, or at the nearest free place."""
    reach = layout.radius + 9
    taken: list[Box] = [(x - reach, y - reach, x + reach, y + reach) for x, y in layout.places.values()]
    for node, view in scene.state.views.items():
        if view.state != "follower":  # its badge takes up this place
            x, y = layout.places[node]
            away = y + layout.outwards[node] * (layout.radius + 28)
            taken.append((x - 54, away - 20, x + 54, away + 20))

    def draw(message: MessageView, spots: list[Point], lost: int) -> None:
        width, height = shapes.size_of_word(word_on(message.kind, message.fields), WORD)
        right, left = width / 2 + (14 if lost else 0), width / 2 + (24 if lost > 1 else 0)
        boxes = [(x - left, y - height / 2, x + right, y + height / 2) for x, y in spots]
        free = (at for at, box in enumerate(boxes) if not any(_overlap(box, other) for other in taken))
        best = next(free, 0)
        taken.append(boxes[best])
        shapes.draw_word(canvas, *spots[best], message, WORD, lost)

    for message in scene.flying:
        whole = max(1, message.arrives - message.sent)
        draw(message, _spots(message, layout, (scene.state.tick - message.sent) / whole), 0)
    for alike in _heaps(scene.lost, layout):
        message = alike[0]
        at_wall = (
            message.dst not in layout.island_of(message.src).nodes
            and f"{message.src}>{message.dst}" in scene.state.network["down"]
        )
        many = len(alike)
        draw(
            message,
            _at_the_wall(message, many, layout) if at_wall else _spots(message, layout, LOST_AT),
            many,
        )


def _spots(message: MessageView, layout: Layout, share: float) -> list[Point]:
    """Points on a message's way from rim to rim, beside the link, the nearest to a share of the way first."""
    start, end = layout.places[message.src], layout.places[message.dst]
    length, way = direction(start, end)
    rim = layout.radius + 10
    shares = [min(0.88, max(0.12, share)) + aside for aside in ASIDE]
    return [
        along(start, way, rim + (length - 2 * rim) * each, LANE) for each in shares if 0.05 <= each <= 0.95
    ]


def _heaps(lost: list[MessageView], layout: Layout) -> list[list[MessageView]]:
    """Group lost messages: those with the same sender, the same word and the same island of the receiver are one group."""
    heaps: dict[tuple[object, ...], list[MessageView]] = {}
    for message in lost:
        island = layout.island_of(message.dst)
        into = message.dst if message.src in island.nodes else (island.x, island.y)
        heaps.setdefault((message.src, message.kind, word_on(message.kind, message.fields), into), []).append(
            message
        )
    return list(heaps.values())


def _at_the_wall(message: MessageView, many: int, layout: Layout) -> list[Point]:
    """Points on the sender's island, where the message's way leaves it, and further ones along the edge. many: the size of its group."""
    home = layout.island_of(message.src)
    (x, y), _ = _leaving(message.src, message.dst, layout)
    width, height = shapes.size_of_word(word_on(message.kind, message.fields), WORD)
    x = min(max(x, home.x + width / 2 + (28 if many > 1 else 4)), home.x + home.width - width / 2 - 14)
    edge = range(int(home.y + height), int(home.y + home.height - height), 8)
    return [(x, near) for near in sorted(edge, key=lambda other: abs(other - y))]


def _leaving(src: str, dst: str, layout: Layout) -> tuple[Point, Point]:
    """The point where the straight way to another island leaves the node's island, and the direction of the way."""
    home, start = layout.island_of(src), layout.places[src]
    _, way = direction(start, layout.places[dst])
    far = next(far for far in range(WIDTH) if not home.holds(along(start, way, far)))
    return along(start, way, far), way


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
