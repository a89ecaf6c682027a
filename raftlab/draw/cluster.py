"""The cluster at one tick: nodes on a circle, the links that do not work as the others do, the messages on their way."""

from itertools import combinations
from typing import TYPE_CHECKING

from raftlab.colors import ON_TERM
from raftlab.draw import shapes
from raftlab.draw.canvas import Canvas, Point
from raftlab.draw.history import Scene, link_words, scene_at
from raftlab.draw.legend import LOSSY, draw_legend
from raftlab.draw.legend import height_of as legend_height
from raftlab.draw.shapes import SIGNS, direction, form_of
from raftlab.draw.style import styled
from raftlab.draw.words import describe, headline
from raftlab.sim.trace import MessageView, State, Trace, View

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH, HEIGHT = 740, 462
MIDDLE = (265, 246)
WIDE, HIGH = 178, 142  # the half axes of the ellipse on which the nodes stand
LANE = 8  # how far right of its link a message travels, so that two ways do not cover each other


def draw_cluster(
    state_or_trace: "State | Trace", tick: int | None = None, ax: "Axes | None" = None, dark: bool = False
) -> "Axes":
    """Draw the cluster at one tick: nodes, links, and messages where they are on their way.

    The term is a node's fill and number, the role its outline and badge; an arc around it is the time
    left on its timer, dots are the votes it has asked for. Requests are solid, replies hollow.

    Args:
        state_or_trace: a `State` (`trace.at(40)`), or a `Trace`, which also tells of votes that were
            refused and of messages lost a moment ago.
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
        canvas = Canvas(ax, WIDTH, height_of(scene), dark)
        canvas.ax.set_label(describe(state_or_trace, tick))
        places = places_of(list(scene.state.views))
        radius = 26 if len(places) > 6 else 31
        _draw_title(canvas, scene)
        _draw_links(canvas, scene.state, places, radius)
        _draw_odd_links(canvas, scene.state, places)
        for node, view in scene.state.views.items():
            _draw_node(canvas, view, places[node], radius, scene)
        for message in scene.state.in_flight:
            _draw_message(canvas, message, places, radius, scene.state.tick)
        for message in scene.lost:
            _draw_message(canvas, message, places, radius, None)
        draw_legend(canvas, 520, 44, scene)
    return canvas.ax


def height_of(scene: Scene) -> float:
    """How high the picture is: as the legend needs it."""
    return max(HEIGHT, legend_height(scene) + 34)


def places_of(nodes: list[str]) -> dict[str, Point]:
    """Where the nodes stand: on a circle, the first on top, the others clockwise."""
    import networkx

    if len(nodes) == 1:
        return {nodes[0]: MIDDLE}
    circle = networkx.circular_layout(nodes)  # from the right, counter-clockwise: x and y change places
    # Rounded, so that the last bits of another processor's sine change no picture.
    return {
        node: (round(MIDDLE[0] + WIDE * float(y), 1), round(MIDDLE[1] - HIGH * float(x), 1))
        for node, (x, y) in circle.items()
    }


def _draw_title(canvas: Canvas, scene: Scene) -> None:
    tick = scene.state.tick
    clock = f"tick {tick}" + (f" ({tick * scene.ms_per_tick} ms)" if scene.ms_per_tick else "")
    canvas.text(18, 24, clock, 15, bold=True, align="left")
    for line, words in enumerate(headline(scene.state).replace(" and ", "\nand ").splitlines()):
        canvas.text(18, 44 + 17 * line, words, 12.5, color=canvas.theme.faint, align="left")
    if scene.state.broken:
        properties = ", ".join(scene.state.broken)
        canvas.text(18, canvas.height - 14, f"! broken: {properties}", 13, bold=True,
                    color=canvas.theme.bad, align="left")  # fmt: skip


# -- Links --------------------------------------------------------------------------------------------


def _draw_links(canvas: Canvas, state: State, places: dict[str, Point], radius: float) -> None:
    """Those that are cut or differ from most: of links at rest there is nothing to see."""
    down, odd = set(state.network["down"]), state.network.get("odd", {})
    size = 9 if len(down) <= 16 else 5.5  # many cuts cross in the middle
    for a, b in combinations(places, 2):
        there, back = f"{a}>{b}" in down, f"{b}>{a}" in down
        if there and back:
            draw_cut(canvas, places[a], places[b], size)
        elif there or back:
            deaf, heard = (b, a) if there else (a, b)
            draw_one_way(canvas, places[deaf], places[heard], radius)
        elif f"{a}>{b}" in odd or f"{b}>{a}" in odd:
            canvas.line([places[a], places[b]], 1.8, canvas.theme.faint, dash=LOSSY)


def _draw_odd_links(canvas: Canvas, state: State, places: dict[str, Point]) -> None:
    """What a link does that differs from most; for each way on its own where the two differ."""
    odd, down = state.network.get("odd", {}), state.network["down"]
    for a, b in combinations(places, 2):
        told = {way: odd.get(f"{way[0]}>{way[1]}") for way in ((a, b), (b, a))}
        if told[a, b] == told[b, a] and told[a, b] and f"{a}>{b}" not in down:
            _draw_link_words(canvas, places[a], places[b], 0.42, link_words(told[a, b]))
            continue
        for (src, dst), numbers in told.items():
            if numbers and f"{src}>{dst}" not in down:
                words = f"{src}→{dst}: {link_words(numbers)}"
                _draw_link_words(canvas, places[src], places[dst], 0.36, words)


def _draw_link_words(canvas: Canvas, start: Point, end: Point, share: float, words: str) -> None:
    """Beside the link, on its outer side, where the messages do not cover it."""
    length, way = direction(start, end)
    x, y = _along(start, way, length * share)
    outer = 1 if (MIDDLE[0] - x) * way[1] + (y - MIDDLE[1]) * way[0] >= 0 else -1
    x, y = _along(start, way, length * share, aside=20 * outer)
    across = -way[1] * outer
    canvas.text(x, y, words, 11, bold=True, halo=3,
                align="left" if across > 0.4 else "right" if across < -0.4 else "center")  # fmt: skip


def draw_cut(canvas: Canvas, a: Point, b: Point, size: float) -> None:
    """A gap with a stroke on each side."""
    length, way = direction(a, b)
    for end, sign in ((a, 1), (b, -1)):
        stub = _along(end, way, sign * (length / 2 - 7))
        canvas.line([end, stub], 1.2, canvas.theme.line, dash=(2, 5))
        _draw_stroke(canvas, stub, way, size)


def draw_one_way(canvas: Canvas, deaf: Point, heard: Point, radius: float) -> None:
    """An arrow the way that still works, and two strokes near the node that hears nothing."""
    length, way = direction(deaf, heard)
    tip = _along(deaf, way, length - radius - 10)
    canvas.line([deaf, tip], 1.4, canvas.theme.faint, dash=(9, 4))
    shapes.draw_tip(canvas, *tip, way, 7, canvas.theme.faint)
    for shift in (-3.5, 3.5):
        _draw_stroke(canvas, _along(deaf, way, length * 0.3 + shift), way)


def _draw_stroke(canvas: Canvas, at: Point, way: Point, size: float = 9) -> None:
    x, y = at
    across = (-way[1] * size, way[0] * size)
    canvas.line([(x - across[0], y - across[1]), (x + across[0], y + across[1])], size / 3, canvas.theme.bad)


def _along(start: Point, way: Point, length: float, aside: float = 0) -> Point:
    return start[0] + way[0] * length - way[1] * aside, start[1] + way[1] * length + way[0] * aside


# -- Nodes --------------------------------------------------------------------------------------------


def _draw_node(canvas: Canvas, view: View, place: Point, radius: float, scene: Scene) -> None:
    x, y = place
    state = view.state
    if view.timer and view.status == "running":
        since, due = view.timer
        left = min(1.0, max(0.0, (due - scene.state.tick) / max(1, due - since)))
        canvas.circle(x, y, radius + 7, fill=canvas.theme.paper, edge=canvas.theme.soft, stroke=4)
        if left:
            canvas.arc(x, y, radius + 7, left, 4, canvas.theme.faint)
    shapes.draw_body(canvas, x, y, radius, state, view.term)
    if state == "crashed":
        canvas.circle(x, y, radius * 0.7, fill=canvas.theme.soft, edge="none")  # its name stays legible
    ink = canvas.theme.ink if state in ("crashed", "paused") else ON_TERM
    canvas.text(x, y - 5, view.id, 14.5, bold=True, color=ink)
    canvas.text(x, y + 10, f"term {view.term}", 10.5, color=ink)
    lies = view.id in scene.liars
    if lies:
        shapes.draw_lie(canvas, x, y, radius + 11)
    _draw_badge(canvas, place, radius + 6 * lies, state, list(scene.votes.get(view.id, {}).values()), lies)


def _draw_badge(
    canvas: Canvas, place: Point, radius: float, state: str, votes: list[str], lies: bool
) -> None:
    """The role in words and the votes, on the node's outer side: the links leave the other way."""
    x, y = place
    outwards = -1 if y <= MIDDLE[1] + 1 else 1
    x += 24 * ((x - MIDDLE[0]) / WIDE) ** 3  # beside only where the neighbour's link would cross it
    if lies or state != "follower":  # what most nodes are needs no words
        words = f"{SIGNS[state]} {state}".strip() + (", lies" if lies else "")
        canvas.text(x, y + outwards * (radius + 22), words, 12.5, bold=True, halo=2)
    for number, vote in enumerate(votes):
        across = (number - (len(votes) - 1) / 2) * 13
        shapes.draw_vote(canvas, x + across, y + outwards * (radius + 38), vote)


# -- Messages -----------------------------------------------------------------------------------------


def _draw_message(
    canvas: Canvas, message: MessageView, places: dict[str, Point], radius: float, tick: int | None
) -> None:
    """A message where it is at a tick, its way behind it; without a tick, a lost one."""
    start, end = places[message.src], places[message.dst]
    length, way = direction(start, end)
    share = 0.35
    if tick is not None:
        share = min(0.97, max(0.12, (tick - message.sent) / max(1, message.arrives - message.sent)))
    rim = radius + 12
    x, y = _along(start, way, rim + (length - 2 * rim) * share, LANE)
    trail = _along(start, way, rim - 4, LANE)
    canvas.line([trail, (x, y)], 1.4, canvas.theme.faint, dash=(3, 2.5))
    form = form_of(message)
    reach = {"diamond": 18, "dot": 13}.get(form.shape, 16.5)
    if tick is not None:
        shapes.draw_tip(canvas, x + way[0] * reach, y + way[1] * reach, way, 5)
    shapes.draw_form(canvas, x, y, form, message.term)
    if tick is None:
        shapes.draw_cross(canvas, x, y)
