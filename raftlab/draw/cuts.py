"""Walls, which no message passes."""

from raftlab.draw.canvas import Canvas, Point
from raftlab.draw.shapes import direction, draw_tip

BRICKS = (11.0, 3.0)
BEFORE = 17  # the distance from an island's edge to the wall
ACROSS = 17  # half of the length of a wall across one link


def draw_wall(canvas: Canvas, start: Point, end: Point, width: float = 5) -> None:
    """Draw a wall from one point to another."""
    canvas.line([start, end], width, canvas.theme.bad, dash=BRICKS)


def draw_cut(canvas: Canvas, a: Point, b: Point) -> None:
    """Draw a link with a short wall across its middle."""
    canvas.line([a, b], 1.2, canvas.theme.faint, dash=(2, 5))
    _draw_across(canvas, a, b)


def draw_passage(canvas: Canvas, at: Point, way: Point, reach: float) -> None:
    """Draw an arrow through a wall, in the direction that still works. at: a point before the wall; reach: half of the wall's length."""
    middle = along(at, way, BEFORE)
    _draw_arrow(canvas, along(middle, way, -reach), along(middle, way, reach), way)


def draw_one_way(canvas: Canvas, deaf: Point, heard: Point, radius: float) -> None:
    """Draw a link with a short wall and an arrow through it, in the direction that still works. radius: that of the nodes."""
    length, way = direction(deaf, heard)
    _draw_across(canvas, deaf, heard)
    tip = along(deaf, way, length - radius - 10)
    start = along(deaf, way, radius + 10)
    _draw_arrow(canvas, start, tip, way)


def along(start: Point, way: Point, length: float, aside: float = 0) -> Point:
    """The point at a distance from `start` in a direction; aside: how far to the right of that line."""
    return start[0] + way[0] * length - way[1] * aside, start[1] + way[1] * length + way[0] * aside


def _draw_arrow(canvas: Canvas, start: Point, tip: Point, way: Point) -> None:
    canvas.line([start, tip], 8, canvas.theme.paper)
    canvas.line([start, tip], 2, canvas.theme.ink)
    draw_tip(canvas, *tip, way, 7)


def _draw_across(canvas: Canvas, a: Point, b: Point) -> None:
    length, way = direction(a, b)
    reach = min(ACROSS, length / 8)
    start, end = (along(a, way, length / 2, side * reach) for side in (-1, 1))
    draw_wall(canvas, start, end)
