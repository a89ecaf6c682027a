"""The base of widgets that are made of ipywidgets, such as a question."""

from collections.abc import Sequence
from typing import Any

import anywidget
import ipywidgets

from raftlab.lab.still import Still
from raftlab.player import module


class Attendant(anywidget.AnyWidget):
    """An invisible widget in a panel. It keeps keys that are pressed in the panel from changing the notebook; only
    Shift+Enter still runs the next cell. When the panel's cell has run, it scrolls the top of the panel into view."""

    _esm = module("panel")


class Panel(Still, ipywidgets.VBox):
    """Widgets, one below the other. Keys that are pressed in them do not reach JupyterLab."""

    def __init__(self, children: Sequence[Any]):
        super().__init__([*children, Attendant(layout={"height": "0", "margin": "0"})])
        self.add_class("rl-own-keys")
