"""A widget that is made of the notebook's own widgets, such as a question."""

from collections.abc import Sequence
from typing import Any

import anywidget
import ipywidgets

from raftlab.lab.still import Still
from raftlab.player import module


class OwnKeys(anywidget.AnyWidget):
    """Shows nothing. No key that is pressed in the panel around it changes the notebook; Shift+Enter runs the next cell."""

    _esm = module("own_keys")


class Panel(Still, ipywidgets.VBox):
    """Widgets, one below the other, which keep the keys that are pressed in them."""

    def __init__(self, children: Sequence[Any]):
        super().__init__([*children, OwnKeys(layout={"display": "none"})])
        self.add_class("rl-own-keys")
