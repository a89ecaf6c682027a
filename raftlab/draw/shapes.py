"""Shapes that several pictures use: nodes, votes and messages, as the player draws them."""

from collections.abc import Iterable
from math import cos, hypot, sin, tau
from typing import Any

from raftlab.colors import ON_TERM, term_color
from raftlab.draw.canvas import Canvas, Dash, Point
from raftlab.draw.style import drawable
from raftlab.sim.marks import MASK
from raftlab.sim.message_names import is_answer, word_on
from raftlab.sim.trace import MessageView

SIGNS = {"leader": "★", "candidate": "?", "follower": "", "crashed": "✕", "paused": "‖"}
VOTES = ("granted", "on the way", "refused", "open")  # in the order of their dots
LETTER = 0.62  # the width of a letter, as a share of the font size


def size_of_word(word: str, size: float) -> Point:
    """The width and height of a message's box; without a word it is a dot."""
    return ((len(word) * LETTER + 0.9) * size, 1.7 * size) if word else (0.9 * size, 0.9 * size)


def draw_word(
    canvas: Canvas, x: float, y: float, message: MessageView, size: float = 12, lost: int = 0
) -> None:
    """Draw a message: its word in a box of its term's colour, a reply's in a hollow box; without a word, a dot.

    lost: how many lost messages it stands for; they are pale and have a cross. 0: it is not lost.
    """
    word, fill, reply = (
        word_on(message.kind, message.fields),
        term_color(message.term),
        is_answer(message.kind),
    )
    dash: Dash = (3.0, 3.0) if lost else None
    width, height = size_of_word(word, size)
    if not word:
        canvas.circle(x, y, width / 2, fill=fill, stroke=1.3, dash=dash, alpha=0.35 if lost else None)
    elif reply:
        if not lost:  # a rim of ink around the ring of the term's colour
            _draw_box(canvas, x, y, width + 3, height + 3, height / 2, edge=canvas.theme.ink, stroke=1.2)
        _draw_box(canvas, x, y, width, height, height / 2 - 0.1, edge=fill, stroke=2.4, dash=dash)
    else:
        if lost:
            _draw_box(canvas, x, y, width, height, 4, edge="none")
        _draw_box(
            canvas, x, y, width, height, 4, fill=fill, stroke=1.3, dash=dash, alpha=0.35 if lost else None
        )
    if word:
        ink = canvas.theme.ink if lost or reply else ON_TERM
        canvas.text(x, y, drawable(word), size, bold=True, color=ink)
    if lost:
        draw_cross(canvas, x + width / 2 + 7, y, 5.5)
    if lost > 1:
        canvas.text(x - width / 2 - 4, y, f"×{lost}", size, bold=True, align="right")


def _draw_box(
    canvas: Canvas, x: float, y: float, width: float, height: float, round: float, **looks: Any
) -> None:
    canvas.box(x - width / 2, y - height / 2, width, height, round=round, **looks)


def draw_body(canvas: Canvas, x: float, y: float, r: float, state: str, term: int) -> None:
    """Draw a node without words: its outline shows its state, its fill shows its term."""
    fill = term_color(term)
    unit = max(0.5, r / 30)  # in a legend, strokes shrink less than the node
    canvas.circle(x, y, r, fill=canvas.theme.paper, edge="none")  # hides what is behind the node
    if state == "leader":
        canvas.circle(x, y, r, fill=fill, stroke=4.5 * unit)
    elif state == "candidate":
        canvas.circle(x, y, r, fill=fill, stroke=2.5 * unit)
    elif state == "crashed":
        canvas.circle(x, y, r, fill=canvas.theme.paper, edge=canvas.theme.faint, stroke=1.4 * unit,
                      dash=(4 * unit, 4 * unit))  # fmt: skip
    elif state == "paused":
        canvas.circle(x, y, r, fill=fill, stroke=1.6 * unit, dash=(9 * unit, 4 * unit), alpha=0.4)
    else:
        canvas.circle(x, y, r, fill=fill, stroke=1.3 * unit)


def draw_mask(canvas: Canvas, x: float, y: float, r: float) -> None:
    """Draw the mask of a node that lies, on its upper rim."""
    canvas.outline(
        MASK, x, y - 0.78 * r, 0.013 * r, fill=canvas.theme.ink, edge=canvas.theme.paper, stroke=0.026 * r
    )


def draw_vote(canvas: Canvas, x: float, y: float, vote: str, r: float = 4.8) -> None:
    """Draw one voter's dot: filled = granted, crossed = refused, dotted = on the way, empty = no answer yet."""
    ink = canvas.theme.ink
    dash = (1.8, 1.8) if vote == "on the way" else None
    canvas.circle(x, y, r, fill=ink if vote == "granted" else canvas.theme.paper, stroke=1.3, dash=dash)
    if vote == "refused":
        for way in (1, -1):
            canvas.line([(x - r, y - way * r), (x + r, y + way * r)], 1.5, ink)


def draw_votes(canvas: Canvas, x: float, y: float, votes: Iterable[str], needed: int) -> None:
    """Draw a dot for each voter, granted votes first, and a line (the gate) after as many dots as are a majority."""
    dots, pitch, gate = sorted(votes, key=VOTES.index), 13, 8
    left = x - (len(dots) * pitch + gate) / 2
    for number, vote in enumerate(dots):
        draw_vote(canvas, left + pitch * (number + 0.5) + gate * (number >= needed), y, vote)
    line = left + pitch * needed + gate / 2
    canvas.line([(line, y - 8), (line, y + 8)], 2.2)


def draw_cross(canvas: Canvas, x: float, y: float, r: float = 8.5) -> None:
    """Draw a cross for something that is lost."""
    for way in (1, -1):
        canvas.line([(x - r, y - way * r), (x + r, y + way * r)], 2.6, canvas.theme.bad)


def draw_tip(canvas: Canvas, x: float, y: float, direction: Point, size: float = 6, color: str = "") -> None:
    """Draw an arrow's tip at a point."""
    ux, uy = direction
    back = (x - ux * size * 1.5, y - uy * size * 1.5)
    sides = [(back[0] - uy * size * 0.75 * side, back[1] + ux * size * 0.75 * side) for side in (1, -1)]
    canvas.shape([(x, y), *sides], fill=color or canvas.theme.ink, edge="none")


def direction(start: Point, end: Point) -> tuple[float, Point]:
    """The distance from one point to another, and the direction."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = hypot(dx, dy)
    return length, (dx / length, dy / length)


def around(x: float, y: float, r: float, share: float) -> Point:
    """The point on a circle after a share of the full circle, clockwise from the top."""
    return x + r * sin(tau * share), y - r * cos(tau * share)
