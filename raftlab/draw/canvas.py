"""A canvas: a rectangle on an Axes with its own units. Texts and strokes scale with it.

Coordinates are as in the player: x to the right, y downwards. Later shapes are drawn on top of earlier ones.
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from raftlab.colors import theme
from raftlab.sim.errors import UserError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

POINTS_PER_UNIT = 0.96  # in a figure that we make ourselves
Point = tuple[float, float]
Dash = tuple[float, ...] | None


def check_axes(ax: object) -> Any:
    """Return Axes to draw on, or None; raise UserError for anything else."""
    from matplotlib.axes import Axes

    if ax is not None and not isinstance(ax, Axes):
        raise UserError(f"ax must be Axes of matplotlib to draw on, or be left out, not {ax!r}.")
    return ax


def new_figure(width: float, height: float, **options: Any) -> "Figure":
    """A new figure; width and height in inches. It is made with pyplot, so a notebook shows it below the cell."""
    from matplotlib import pyplot

    from raftlab.draw.page import Picture

    return pyplot.figure(FigureClass=Picture, figsize=(width, height), **options)


def new_axes(width: float, height: float, paper: str, **options: Any) -> "Axes":
    """The Axes of a new figure; width and height in inches."""
    return new_figure(width, height, facecolor=paper, **options).subplots()


class Canvas:
    """A rectangle of width x height units on given or new Axes."""

    def __init__(self, ax: "Axes | None", width: float, height: float, dark: bool = False):
        self.theme = theme(dark)
        self.width, self.height = width, height
        if check_axes(ax) is None:
            inches_per_unit = POINTS_PER_UNIT / 72
            ax = new_axes(width * inches_per_unit, height * inches_per_unit, self.theme.paper)
            ax.set_position((0, 0, 1, 1))
        self.ax: Axes = ax  # type: ignore[assignment]
        self.ax.set(xlim=(0, width), ylim=(height, 0), aspect="equal")
        self.ax.axis("off")
        inches = self.ax.get_window_extent().transformed(self.ax.figure.dpi_scale_trans.inverted())
        self.scale = 72 * min(inches.width / width, inches.height / height)  # points per unit
        self._order = 0
        self.box(0, 0, width, height, fill=self.theme.paper, edge="none")

    def line(
        self, points: Sequence[Point], width: float = 1, color: str | None = None, dash: Dash = None
    ) -> None:
        """A line through some points. dash: lengths of dash and gap, in units."""
        from matplotlib.lines import Line2D

        style: Any = (0, tuple(each / width for each in dash)) if dash else "-"
        xs, ys = zip(*points, strict=True)
        self._add(Line2D(xs, ys, linewidth=width * self.scale, color=color or self.theme.ink,
                         linestyle=style, dash_capstyle="butt", solid_capstyle="butt"))  # fmt: skip

    def circle(self, x: float, y: float, radius: float, **looks: Any) -> None:
        """A circle around a point; looks as for `shape`."""
        from matplotlib.patches import Circle

        self._add(Circle((x, y), radius, **self._looks(**looks)))

    def shape(self, points: Sequence[Point], **looks: Any) -> None:
        """A closed shape. looks: fill, edge, stroke (the outline's width), dash, alpha."""
        from matplotlib.patches import Polygon

        self._add(Polygon(points, closed=True, **self._looks(**looks)))

    def outline(self, letters: str, x: float, y: float, scale: float, **looks: Any) -> None:
        """An SVG path (only with the commands M, C and Z) centred at a point; looks as for `shape`."""
        from matplotlib.patches import PathPatch
        from matplotlib.path import Path

        points, codes = [], []
        for letter, numbers in re.findall(r"([MCZ])([^MCZ]*)", letters):
            here = [float(each) for each in numbers.split()] or [0.0, 0.0]
            code = {"M": Path.MOVETO, "C": Path.CURVE4, "Z": Path.CLOSEPOLY}[letter]
            for at in range(0, len(here), 2):
                points.append((x + scale * here[at], y + scale * here[at + 1]))
                codes.append(code)
        self._add(PathPatch(Path(points, codes), **self._looks(**looks)))

    def box(self, x: float, y: float, width: float, height: float, round: float = 0, **looks: Any) -> None:
        """A box; x, y: its upper left corner; looks as for `shape`."""
        from matplotlib.patches import FancyBboxPatch

        style = f"round,pad=0,rounding_size={round}" if round else "square,pad=0"
        self._add(FancyBboxPatch((x, y), width, height, boxstyle=style, **self._looks(**looks)))

    def arc(self, x: float, y: float, radius: float, share: float, width: float, color: str) -> None:
        """A share (0 to 1) of a circle, clockwise from the top."""
        from matplotlib.patches import Arc

        end = -90 + 360 * share
        self._add(Arc((x, y), 2 * radius, 2 * radius, theta1=-90, theta2=end, fill=False,
                      linewidth=width * self.scale, edgecolor=color))  # fmt: skip

    def text(
        self, x: float, y: float, words: str, size: float = 12, *, bold: bool = False, color: str | None = None,
        align: str = "center", halo: float = 0,
    ) -> None:  # fmt: skip
        """Words whose middle is at a point; with align "left" or "right", their start or end.

        halo: the width of an edge in the paper's colour around the letters, which keeps them readable on a line.
        """
        from matplotlib.patheffects import withStroke
        from matplotlib.text import Text

        effects = [withStroke(linewidth=2 * halo * self.scale, foreground=self.theme.paper)] if halo else None
        self._add(Text(x, y, words, fontsize=size * self.scale, weight="bold" if bold else "normal",
                       color=color or self.theme.ink, ha=align, va="center_baseline", path_effects=effects))  # fmt: skip

    def _looks(
        self, fill: str | None = None, edge: str | None = None, stroke: float = 1.2, dash: Dash = None,
        alpha: float | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        from matplotlib.colors import to_rgba

        style = (0, tuple(each / stroke for each in dash)) if dash else "-"
        face = to_rgba(fill or self.theme.paper, None if fill == "none" else alpha)
        return {"facecolor": face, "edgecolor": edge or self.theme.ink,
                "linewidth": stroke * self.scale, "linestyle": style}  # fmt: skip

    def _add(self, artist: Any) -> None:
        self._order += 1
        artist.set_zorder(self._order)
        self.ax.add_artist(artist)
