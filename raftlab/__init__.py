"""raftlab: learn Raft by stepping it, breaking it and writing it.

The public names, each loaded when it is first asked for, so that `import raftlab` costs nothing.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_NAMES = {
    "raftlab.raft": ("Raft",),
    "raftlab.rules": ("PROPERTIES", "RULES"),
    "raftlab.sim.cluster": ("Cluster",),
    "raftlab.sim.story": ("Story",),
    "raftlab.sim.trace": ("Trace",),
    "raftlab.sim.branches": ("History",),
    "raftlab.sim.play": ("play",),
    "raftlab.sim.presets": ("PRESETS",),
    "raftlab.sim.errors": ("UserError",),
    "raftlab.stories": ("STORIES", "load"),
    "raftlab.draw": (
        "describe", "draw_cluster", "draw_logs", "draw_roles", "draw_spacetime", "draw_terms", "save_gif", "save_svg",
    ),
    "raftlab.player": ("save_page",),
    "raftlab.lab": ("Lab", "course", "predict", "show_rule"),
}  # fmt: skip
_WHERE = {name: module for module, names in _NAMES.items() for name in names}
__all__ = sorted(_WHERE)


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"raftlab has no {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(_WHERE[name]), name)


def __dir__() -> list[str]:
    return __all__
