"""A switch between two nodes: what it lets through, and what it loses."""

from typing import TYPE_CHECKING

from raftlab.draw.canvas import Canvas
from raftlab.draw.cuts import draw_cut
from raftlab.draw.style import styled
from raftlab.sim.errors import UserError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH, HEIGHT = 420, 190
LEFT, RIGHT, SWITCH, MIDDLE = (48, 56), (372, 56), (210, 56), (210, 152)


def draw_switch(
    loss: float, ends: tuple[str, str] = ("n1", "n3"), middle: str = "n2", ax: "Axes | None" = None,
    dark: bool = False,
) -> "Axes":  # fmt: skip
    """Draw three nodes, two of which reach each other only through a switch.

    Args:
        loss: which share of the messages the switch loses, from 0 (it is well) to 1 (it loses all).
        ends: the two nodes on its sides.
        middle: the node that both of them reach without it.
        ax: the matplotlib Axes to draw on; left out, those of a new figure.
        dark: light on dark.

    Returns:
        The Axes. Its label says in words what is drawn.

    Raises:
        UserError: the loss is no share.

    Example:
        >>> from raftlab.draw import draw_switch
        >>> draw_switch(0.9).get_label()
        'n1 and n3 reach each other through a switch that loses 90 % of their messages; both reach n2 without it.'
    """
    if isinstance(loss, bool) or not isinstance(loss, int | float) or not 0 <= loss <= 1:
        raise UserError(f"The loss of a switch is a share from 0 to 1, not {loss!r}.")
    does = f"loses {100 * loss:.0f} % of their messages" if loss else "lets all messages through"
    with styled():
        canvas = Canvas(ax, WIDTH, HEIGHT, dark)
        looks = canvas.theme
        canvas.ax.set_label(
            f"{ends[0]} and {ends[1]} reach each other through a switch that {does}; both reach {middle} without it."
        )
        for end in (LEFT, RIGHT):
            canvas.line([end, MIDDLE], 2.2, looks.ink)
            if loss == 1:
                draw_cut(canvas, end, SWITCH)
            else:
                canvas.line(
                    [end, SWITCH], 2.2, looks.bad if loss else looks.ink, dash=(5, 4) if loss else None
                )
        canvas.box(
            SWITCH[0] - 62,
            SWITCH[1] - 18,
            124,
            36,
            round=4,
            edge=looks.bad if loss else looks.ink,
            stroke=2.2,
        )
        canvas.text(*SWITCH, f"switch: {'sick' if loss else 'well'}", 14, bold=True)
        canvas.text(SWITCH[0], SWITCH[1] - 36, does, 13, color=looks.bad if loss else looks.ink)
        for name, (x, y) in zip((*ends, middle), (LEFT, RIGHT, MIDDLE), strict=True):
            canvas.circle(x, y, 27, stroke=1.6)
            canvas.text(x, y, name, 14, bold=True)
    return canvas.ax
