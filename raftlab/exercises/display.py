"""How a verdict is shown in a notebook: a text with a coloured edge, and players side by side."""

import html
from collections.abc import Sequence
from typing import Any

from raftlab.sim.branches import History

SHOWN = (
    "narration",
    "messages",
    "timers",
    "votes",
    "log",
    "events",
    "inspector",
    "why",
    "properties",
    "cuts",
    "ticks",
)
GREEN, ORANGE = "#1a7f37", "#b35900"


def show_text(text: str, passed: bool) -> None:
    """Show lines of text in a notebook, with a green or an orange edge. If a line wraps, the rest is indented by two letters."""
    from IPython.display import HTML, display

    color = GREEN if passed else ORANGE
    style = f"white-space:pre-wrap;word-break:normal;overflow-wrap:anywhere;border-left:4px solid {color};padding-left:1em"
    lines = "".join(map(_hanging, text.splitlines()))
    display(HTML(f'<pre style="{style}">{lines}</pre>'), metadata={})


def _hanging(line: str) -> str:
    """One line as HTML. If it wraps, the rest is indented."""
    bare = line.lstrip()
    style = f"margin-left:{len(line) - len(bare)}ch;padding-left:2ch;text-indent:-2ch"
    return f'<div style="{style}">{html.escape(bare) or "&nbsp;"}</div>'


def side_by_side(runs: Sequence[tuple[str, History, int]], show: Sequence[str] = SHOWN) -> Any:
    """Players side by side, one for each run, each under its heading (HTML) and opened at its tick.

    show: what the players show, as for `Lab`.
    """
    import ipywidgets

    from raftlab.lab.lab import Lab

    columns = [
        ipywidgets.VBox(
            [ipywidgets.HTML(heading), Lab(run, show=show, tick=tick)],
            layout=ipywidgets.Layout(flex="1 1 30em", min_width="0"),
        )
        for heading, run, tick in runs
    ]
    return ipywidgets.HBox(columns, layout=ipywidgets.Layout(flex_flow="row wrap"))
