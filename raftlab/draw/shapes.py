"""The shapes that cluster, role diagram and legends share: nodes and messages, as the player draws them."""

from math import cos, hypot, sin, tau
from typing import NamedTuple

from raftlab.colors import ON_TERM, term_color
from raftlab.draw.canvas import Canvas, Point
from raftlab.sim.trace import MessageView

SIGNS = {"leader": "★", "candidate": "?", "follower": "", "crashed": "✕", "paused": "‖"}
ANSWERS = (
    "Promise",
    "Accepted",
    "Refusal",
)  # kinds of other protocols whose names do not say that they reply
VOTE_LOOKS = {"granted": "granted", "on the way": "on the way", "refused": "refused", "open": "no answer yet"}


class Form(NamedTuple):
    """How a kind of message looks: solid or hollow diamond, circle, dot or square, and a sign in it."""

    shape: str
    solid: bool
    sign: str


def form_of(message: MessageView) -> Form:
    """Requests are solid, replies hollow with + or -; an append says how many entries, a heartbeat is a dot.

    Of a pre-vote both are hollow: nothing of it counts. What is not known here has its first letter.
    """
    fields = message.fields
    match message.kind:
        case "RequestVote":
            return Form("diamond", True, "?")
        case "RequestVoteReply":
            return Form("circle", False, "+" if fields["vote_granted"] else "−")
        case "AppendEntries" if fields["entries"]:
            return Form("square", True, str(len(fields["entries"])))
        case "AppendEntriesReply":
            return Form("square", False, "+" if fields["success"] else "−")
        case "AppendEntries":
            return Form("dot", True, "")
        case "RequestPreVote":
            return Form("diamond", False, "?")
        case "RequestPreVoteReply":
            return Form("diamond", False, "+" if fields["vote_granted"] else "−")
        case "RequestVoteNow":
            return Form("diamond", True, "!")
    return letter_of(message.kind)


def letter_of(kind: str) -> Form:
    """The form of a kind of message that has none of its own."""
    return Form("circle", not kind.endswith("Reply") and kind not in ANSWERS, kind[0])


def draw_form(canvas: Canvas, x: float, y: float, form: Form, term: int, size: float = 1) -> None:
    """One message."""
    fill = term_color(term) if form.solid else canvas.theme.paper
    r = {"diamond": 10.5, "circle": 8.5, "square": 8, "dot": 5.5}[form.shape] * size
    if not form.solid:  # the term's colour is a ring inside the outline
        _outline(canvas, x, y, form.shape, r + 1.2, fill=canvas.theme.ink, edge="none")
        _outline(canvas, x, y, form.shape, r, fill=term_color(term), edge="none")
        _outline(canvas, x, y, form.shape, r - 2.4, fill=fill, edge="none")
    else:
        _outline(canvas, x, y, form.shape, r, fill=fill, stroke=1.4)
    ink = ON_TERM if form.solid else canvas.theme.ink
    if form.sign:
        canvas.text(x, y, form.sign, 11.5 * size, bold=True, color=ink)


def _outline(canvas: Canvas, x: float, y: float, shape: str, r: float, **looks: object) -> None:
    if shape in ("circle", "dot"):
        canvas.circle(x, y, r, **looks)
    elif shape == "diamond":
        canvas.shape([(x, y - r), (x + r, y), (x, y + r), (x - r, y)], **looks)
    else:
        canvas.shape([(x - r, y - r), (x + r, y - r), (x + r, y + r), (x - r, y + r)], **looks)


def draw_body(canvas: Canvas, x: float, y: float, r: float, state: str, term: int) -> None:
    """A node without its words: the outline tells its state, the fill its term."""
    ink, fill = canvas.theme.ink, term_color(term)
    unit = max(0.5, r / 30)  # in a legend, strokes shrink less than the node
    if state == "leader":
        canvas.circle(x, y, r, fill=fill, stroke=4 * unit)
        canvas.circle(x, y, r - 5.5 * unit, fill="none", edge=ON_TERM, stroke=1.6 * unit)
    elif state == "candidate":
        canvas.circle(x, y, r, fill=fill, stroke=3.2 * unit, dash=(6 * unit, 4.2 * unit))
    elif state == "crashed":
        canvas.circle(x, y, r, fill=canvas.theme.soft, stroke=1.4 * unit, dash=(2 * unit, 3 * unit))
        for way in (1, -1):
            canvas.line([(x - r, y - way * r), (x + r, y + way * r)], 2.6 * unit, canvas.theme.faint)
    elif state == "paused":
        canvas.circle(x, y, r, fill=canvas.theme.paper, edge="none")  # no link shines through
        canvas.circle(x, y, r, fill=fill, stroke=1.6 * unit, dash=(9 * unit, 4 * unit), alpha=0.4)
        for side in (-1, 1):
            bar = x + side * 0.17 * r
            canvas.line([(bar, y - r * 0.86), (bar, y - r * 0.5)], 0.13 * r, ink)
    else:
        canvas.circle(x, y, r, fill=fill, stroke=1.3 * unit)


def draw_lie(canvas: Canvas, x: float, y: float, r: float, depth: float = 4) -> None:
    """A jagged line around a node that lies."""
    teeth = 2 * round(r * 0.62) if r > 15 else 20
    points = [around(x, y, r + (depth if tooth % 2 else 0), tooth / teeth) for tooth in range(teeth)]
    canvas.shape(points, fill="none", edge=canvas.theme.bad, stroke=1.8 if r > 15 else 1.2)


def draw_vote(canvas: Canvas, x: float, y: float, vote: str, r: float = 4.8) -> None:
    """One voter's dot: filled = granted, crossed = refused, dotted = on the way, empty = no answer yet."""
    ink = canvas.theme.ink
    dash = (1.8, 1.8) if vote == "on the way" else None
    canvas.circle(x, y, r, fill=ink if vote == "granted" else canvas.theme.paper, stroke=1.3, dash=dash)
    if vote == "refused":
        for way in (1, -1):
            canvas.line([(x - r, y - way * r), (x + r, y + way * r)], 1.5, ink)


def draw_cross(canvas: Canvas, x: float, y: float, r: float = 8.5) -> None:
    """What is lost."""
    for way in (1, -1):
        canvas.line([(x - r, y - way * r), (x + r, y + way * r)], 2.6, canvas.theme.bad)


def draw_tip(canvas: Canvas, x: float, y: float, direction: Point, size: float = 6, color: str = "") -> None:
    """An arrow's tip at a point."""
    ux, uy = direction
    back = (x - ux * size * 1.5, y - uy * size * 1.5)
    sides = [(back[0] - uy * size * 0.75 * side, back[1] + ux * size * 0.75 * side) for side in (1, -1)]
    canvas.shape([(x, y), *sides], fill=color or canvas.theme.ink, edge="none")


def direction(start: Point, end: Point) -> tuple[float, Point]:
    """How far it is from one point to another, and which way."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = hypot(dx, dy)
    return length, (dx / length, dy / length)


def around(x: float, y: float, r: float, share: float) -> Point:
    """The point on a circle at a share of the way round, clockwise from the top."""
    return x + r * sin(tau * share), y - r * cos(tau * share)
