"""A widget that is made of the notebook's own widgets, such as a question."""

from collections.abc import Sequence
from typing import Any

import anywidget
import ipywidgets

from raftlab.lab.still import Still
from raftlab.player import module


class Attendant(anywidget.AnyWidget):
    """Shows nothing. No key that is pressed in the panel around it changes the notebook; Shift+Enter runs the next cell.
    When the panel's cell has run, it brings the panel into view, from its top."""

    _esm = module("panel")


class Panel(Still, ipywidgets.VBox):
    """Widgets, one below the other, which keep the keys that are pressed in them."""

    def __init__(self, children: Sequence[Any]):
        super().__init__([*children, Attendant(layout={"height": "0", "margin": "0"})])
        self.add_class("rl-own-keys")
