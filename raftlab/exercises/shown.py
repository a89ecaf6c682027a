"""How an answer's judgement is shown in a notebook: a text with a coloured edge, and players beside each other."""

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
)
GREEN, ORANGE = "#1a7f37", "#b35900"


def show_text(text: str, passed: bool) -> None:
    """Lines of text in a notebook, with a green or an orange edge."""
    from IPython.display import HTML, display

    color = GREEN if passed else ORANGE
    style = f"white-space:pre-wrap;word-break:normal;overflow-wrap:anywhere;border-left:4px solid {color};padding-left:1em"
    display(HTML(f'<pre style="{style}">{html.escape(text)}</pre>'), metadata={})


def side_by_side(runs: Sequence[tuple[str, History, int]], show: Sequence[str] = SHOWN) -> Any:
    """Players beside each other, one for each run, each under its heading (HTML) and opened at its tick.

    show: what of the player is shown, as for `Lab`.
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
