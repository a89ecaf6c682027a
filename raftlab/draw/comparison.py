"""The result of `compare` as a picture: for each story a table with a sign for each verdict."""

from itertools import groupby
from typing import TYPE_CHECKING, Any

from raftlab.draw.canvas import Canvas
from raftlab.draw.style import styled
from raftlab.sim.errors import UserError, type_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH, ROW, HEAD, LEGEND = 1210, 22, 70, 84
BAR = (744, 60)  # x of its start, and its length for the whole time
SIGNS = {"steady": "✓", "churns": "↻", "leader without commits (deadlock)": "‖", "no leader": "✕"}
DIFFERS = "≈"
COLUMNS = (
    (18, "left", "variant"), (288, "left", "verdict"), (584, "center", "elections"), (686, "center", "terms added"),
    (BAR[0], "left", "without a leader"), (1024, "center", "longest commit gap"), (1150, "center", "writes lost"),
)  # fmt: skip

# A comparison has rows and runs; a row has title, variant, verdict, span_ms, leaderless_ms (one a run) and
# cells(): variant, elections, terms, time without a leader, longest gap, writes lost, verdict.
Comparison = Any
Row = Any


def draw_comparison(comparison: Comparison, ax: "Axes | None" = None, dark: bool = False) -> "Axes":
    """Draw how stories went with different extensions: a row for each set of extensions, a sign for each verdict.

    Numbers are medians, with the range over all runs where they differ; the bar is the share of the time
    after the fault in which no leader had a majority.

    Args:
        comparison: the result of `compare`.
        ax: the matplotlib Axes to draw on; left out, those of a new figure.
        dark: light on dark.

    Returns:
        The Axes. Its label says in words what is drawn, as `describe_comparison` does.

    Raises:
        UserError: it is no comparison, or ax is no Axes.

    Example:
        >>> from raftlab.experiments import compare
        >>> ax = draw_comparison(compare("cloudflare_cut", [(), ("PreVote",)], range(2), 500, progress=False))
    """
    blocks = _blocks(comparison)
    rows = sum(len(block) for block in blocks)
    with styled():
        canvas = Canvas(ax, WIDTH, 12 + len(blocks) * HEAD + rows * ROW + LEGEND, dark)
        canvas.ax.set_label(describe_comparison(comparison))
        y = 30.0
        for block in blocks:
            _draw_head(canvas, y, block[0])
            for place, row in enumerate(block):
                _draw_row(canvas, y + 50 + place * ROW, row, shaded=place % 2 == 0)
            y += HEAD + len(block) * ROW
        _draw_legend(canvas, y + 2, comparison.runs)
    return canvas.ax


def describe_comparison(comparison: Comparison) -> str:
    """Say in plain English what `draw_comparison` draws: the verdicts, story by story.

    Raises:
        UserError: it is no comparison.

    Example:
        >>> from raftlab.experiments import compare
        >>> describe_comparison(compare("cloudflare_cut", [()], range(2), 500, progress=False)).partition(". ")[2]
        'The Cloudflare chain: a link is cut, and nobody writes: churns with plain Raft.'
    """
    told = [f"How {len(_blocks(comparison))} stories go, {comparison.runs} runs each"]
    for block in _blocks(comparison):
        rows = [(row.verdict, row.variant) for row in block]
        by = {verdict: [variant for each, variant in rows if each == verdict] for verdict, _ in rows}
        parts = [f"{verdict} with {', '.join(variants)}" for verdict, variants in by.items()]
        told.append(f"{block[0].title}: {'; '.join(parts)}")
    return ". ".join(told).replace("How 1 stories go", "How a story goes") + "."


def _blocks(comparison: Comparison) -> list[list[Row]]:
    """The rows, story by story."""
    rows = getattr(comparison, "rows", None)
    if not rows or not hasattr(rows[0], "cells"):
        raise UserError(f"draw_comparison draws the result of compare, not {type_of(comparison)}.")
    return [list(group) for _, group in groupby(rows, lambda row: row.story)]


def _draw_head(canvas: Canvas, y: float, first: Row) -> None:
    canvas.text(18, y, first.title, 15, bold=True, align="left")
    canvas.text(
        WIDTH - 18,
        y,
        f"{first.span_ms / 1000:.3g} s after the fault",
        12,
        color=canvas.theme.faint,
        align="right",
    )
    for x, align, words in COLUMNS:
        canvas.text(x, y + 26, words, 12, color=canvas.theme.faint, align=align)


def _draw_row(canvas: Canvas, y: float, row: Row, shaded: bool) -> None:
    variant, elections, terms, leaderless, gap, lost, verdict = row.cells()
    if shaded:
        canvas.box(10, y - ROW / 2, WIDTH - 20, ROW, fill=canvas.theme.soft, edge="none", alpha=0.6)
    canvas.text(18, y, variant, 12.5, align="left")
    _draw_verdict(canvas, 288, y, verdict)
    canvas.text(584, y, elections, 12.5)
    canvas.text(686, y, terms, 12.5)
    x, length = BAR
    share = sum(row.leaderless_ms) / len(row.leaderless_ms) / row.span_ms
    canvas.box(x, y - 5, length, 10, fill=canvas.theme.paper, stroke=0.8)
    if share:
        canvas.box(x, y - 5, length * share, 10, fill=canvas.theme.ink, stroke=0.8)
    canvas.text(x + length + 8, y, leaderless, 12.5, align="left")
    canvas.text(1024, y, gap, 12.5)
    canvas.text(1150, y, lost if gap != lost else "", 12.5)


def _draw_verdict(canvas: Canvas, x: float, y: float, verdict: str) -> None:
    steady = verdict == "steady"
    color = canvas.theme.ink if steady else canvas.theme.bad
    canvas.text(x + 6, y, SIGNS.get(verdict, DIFFERS), 14, bold=True, color=color)
    canvas.text(x + 20, y, verdict, min(12.5, 400 / len(verdict)), bold=not steady, color=color, align="left")


def _draw_legend(canvas: Canvas, y: float, runs: int) -> None:
    canvas.line([(18, y - 16), (WIDTH - 18, y - 16)], 1, canvas.theme.soft)
    x = 24.0
    for verdict, sign in {**SIGNS, "the runs differ: how many went which way": DIFFERS}.items():
        canvas.text(x, y + 6, sign, 14, bold=True, color=canvas.theme.ink)
        canvas.text(x + 14, y + 6, verdict, 12, align="left")
        x += 54 + 6.9 * len(verdict)
    told = f"numbers: the median of {runs} runs (least–most)" if runs > 1 else "numbers: of one run"
    canvas.text(18, y + 32, told, 12, align="left")
    canvas.box(400, y + 27, BAR[1], 10, fill=canvas.theme.paper, stroke=0.8)
    canvas.box(400, y + 27, BAR[1] / 3, 10, fill=canvas.theme.ink, stroke=0.8)
    canvas.text(
        470, y + 32, "share of the time after the fault in which no leader had a majority", 12, align="left"
    )
