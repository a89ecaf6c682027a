"""The Byzantine generals: the messages of each round, and what each loyal lieutenant did at the end.

The run is drawn from its attributes alone; this module does not import the model.
"""

from typing import TYPE_CHECKING, Any

from raftlab.draw.canvas import Canvas, Point
from raftlab.draw.shapes import around, direction, draw_tip
from raftlab.draw.style import styled
from raftlab.sim.errors import UserError, type_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_GENERALS = 5  # with more, there are too many arrows to follow, and a table is clearer
PANEL, HEAD, LEGEND = 330, 62, 70
RADIUS, NODE = 122, 32  # the radius of the ring of generals, and that of one general
SIGNS = {"attack": "A", "retreat": "R", None: "–"}
DOES = {"attack": "attacks", "retreat": "retreats"}
LIE_DASH = (6.0, 4.0)


# A run has generals (the commander first), traitors, said (its messages), decisions (loyal -> order) and
# verdict(); a message has round, src, dst, value (None: silence), lie, forged and sentence().
Run = Any
Told = Any


def draw_generals(run: Run, ax: "Axes | None" = None, dark: bool = False) -> "Axes":
    """Draw the rounds of a run side by side: arrows for messages, with A for attack and R for retreat.

    A lie is dashed and has an exclamation mark, a forgery is crossed out, silence is a dash. In the last
    round, the decision of each lieutenant is below its name. Traitors are squares, the loyal are circles.

    Args:
        run: the result of `oral` or `signed` of `raftlab.models.generals`, with at most five generals, and with at
            most one message from one general to another in a round (so m = 1, or four generals).
        ax: the matplotlib Axes to draw on; left out, those of a new figure.
        dark: light on dark.

    Returns:
        The Axes. Its label says in words what is drawn, as `describe_generals` does.

    Raises:
        UserError: there is too much to draw, run is no run, or ax is no Axes.

    Example:
        >>> from raftlab.models.generals import oral
        >>> ax = draw_generals(oral(4, ["L3"], "attack", 1))
    """
    arrows = _arrows(run)
    rounds = max(arrows)
    with styled():
        canvas = Canvas(ax, max(PANEL * rounds, 620), HEAD + PANEL + LEGEND, dark)
        canvas.ax.set_label(describe_generals(run))
        for line, sentence in enumerate(_fitting(run.verdict(), canvas.width)):
            canvas.text(18, 20 + 19 * line, sentence, 13, bold=True, align="left")
        for number in range(1, rounds + 1):
            left = canvas.width / rounds * (number - 1)
            places = _places(run.generals, left + canvas.width / rounds / 2)
            canvas.text(left + 18, HEAD + 22, f"round {number}", 13, color=canvas.theme.faint, align="left")
            for (src, dst), told in arrows[number].items():
                _draw_arrow(canvas, places[src], places[dst], told)
            for general, place in places.items():
                decision = run.decisions.get(general) if number == rounds else None
                _draw_general(canvas, place, general, general in run.traitors, decision)
        _draw_legend(canvas, HEAD + PANEL + 22)
    return canvas.ax


def describe_generals(run: Run) -> str:
    """Say in plain English what `draw_generals` draws: the verdict, then every message.

    Raises:
        UserError: there is too much to draw, or run is no run.

    Example:
        >>> from raftlab.models.generals import oral
        >>> describe_generals(oral(3, ["L2"], "attack", 0)).partition("Traitors")[2]
        ': L2. Round 1: C tells L1 to attack. Round 1: C tells L2 to attack.'
    """
    _arrows(run)
    traitors = ", ".join(run.traitors) or "none"
    return " ".join([*run.verdict(), f"Traitors: {traitors}.", *(told.sentence() for told in run.said)])


def _arrows(run: Run) -> dict[int, dict[tuple[str, str], list[Told]]]:
    """Round -> (from, to) -> the messages there. Raises UserError if `run` is no run, or more than can be drawn."""
    try:
        generals, said, _, _ = run.generals, run.said, run.decisions, run.traitors
    except AttributeError:
        raise UserError(f"draw_generals draws what oral or signed returns, not {type_of(run)}.") from None
    arrows: dict[int, dict[tuple[str, str], list[Told]]] = {}
    for told in said:
        arrows.setdefault(told.round, {}).setdefault((told.src, told.dst), []).append(told)
    paths = len(generals) - 3 if len(arrows) == 3 else len(arrows) > 3 or 1
    if len(generals) > MOST_GENERALS or paths > 1:
        raise UserError(
            f"{len(generals)} generals and {len(arrows)} rounds are too many arrows for a picture; "
            "run.table() lists all messages."
        )
    return arrows


def _places(generals: tuple[str, ...], x: float) -> dict[str, Point]:
    """The places of the generals: the commander on top, the others around the ring."""
    y = HEAD + PANEL / 2 - 4
    return {general: around(x, y, RADIUS, place / len(generals)) for place, general in enumerate(generals)}


def _draw_general(canvas: Canvas, place: Point, name: str, traitor: bool, decision: str | None) -> None:
    x, y = place
    if traitor:
        canvas.box(x - NODE, y - NODE, 2 * NODE, 2 * NODE, round=3, stroke=3.2)
    else:
        canvas.circle(x, y, NODE, stroke=1.6)
    below = "traitor" if traitor else DOES.get(decision or "", "")
    canvas.text(x, y - 7 * bool(below), name, 15, bold=True)
    canvas.text(x, y + 11, below, 10.5, bold=not traitor)


def _draw_arrow(canvas: Canvas, start: Point, end: Point, told: list[Told]) -> None:
    """Draw an arrow from rim to rim, a little to the right of the middle line, because there may be one back."""
    length, (ux, uy) = direction(start, end)
    aside = (-uy * 11, ux * 11)
    gap = NODE + 6

    def point(distance: float) -> Point:
        return start[0] + ux * distance + aside[0], start[1] + uy * distance + aside[1]

    lie = any(each.lie for each in told)
    color = canvas.theme.bad if lie else canvas.theme.ink
    canvas.line([point(gap), point(length - gap - 8)], 1.8, color, LIE_DASH if lie else None)
    draw_tip(canvas, *point(length - gap), (ux, uy), 6, color)
    for number, each in enumerate(told):
        x, y = point(gap + 21 + 27 * number)
        _draw_word(canvas, x, y, each.value, each.lie, each.forged)


def _draw_word(
    canvas: Canvas, x: float, y: float, value: str | None, lie: bool = False, forged: bool = False
) -> None:
    """Draw A or R in a box; a lie has an exclamation mark and a heavy edge, a forgery is crossed out."""
    half = 13 if lie else 9
    color = canvas.theme.bad if lie else canvas.theme.ink
    canvas.box(x - half, y - 9, 2 * half, 18, round=3, edge=color, stroke=2.4 if lie else 1.1)
    canvas.text(x, y, SIGNS[value] + "!" * lie, 12.5, bold=True, color=color)
    if forged:
        canvas.line([(x - half - 3, y + 11), (x + half + 3, y - 11)], 2.6, color)


def _draw_legend(canvas: Canvas, y: float) -> None:
    """Draw a legend of two rows: the words, and the generals."""
    canvas.line([(18, y - 18), (canvas.width - 18, y - 18)], 1, canvas.theme.soft)
    words = (
        (30, "attack", False, False, "attack"), (112, "retreat", False, False, "retreat"),
        (204, "retreat", True, False, "a lie"), (282, None, True, False, "silence"),
        (372, "retreat", True, True, "a forgery, not believed"),
    )  # fmt: skip
    for x, value, lie, forged, meaning in words:
        _draw_word(canvas, x, y, value, lie, forged)
        canvas.text(x + 19, y, meaning, 12, align="left")
    y += 27
    canvas.circle(30, y, 9, stroke=1.6)
    canvas.text(49, y, "loyal; C commands", 12, align="left")
    canvas.box(195, y - 9, 18, 18, round=2, stroke=3)
    canvas.text(223, y, "traitor", 12, align="left")
    canvas.text(282, y, "below a name: what it does in the end", 12, align="left")


def _fitting(sentences: list[str], width: float) -> list[str]:
    """Each sentence, shortened if it is too wide for one line: only the part before its colon, or only the reason."""
    most = int(width / 7.6)
    return [each if len(each) <= most else f"{each.partition(':')[0]}." for each in sentences]
