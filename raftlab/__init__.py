"""raftlab: learn Raft by stepping it, breaking it and writing it.

The public names, each loaded when it is first asked for, so that `import raftlab` costs nothing.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_WHERE = {
    "Cluster": "raftlab.sim.cluster",
    "Story": "raftlab.sim.story",
    "Trace": "raftlab.sim.trace",
    "UserError": "raftlab.sim.errors",
    "PRESETS": "raftlab.sim.presets",
    "RULES": "raftlab.rules",
    "PROPERTIES": "raftlab.rules",
    "Raft": "raftlab.raft",
    "load": "raftlab.stories",
    "play": "raftlab.sim.play",
    "draw_roles": "raftlab.draw",
    "STORIES": "raftlab.stories",
    "Lab": "raftlab.lab",
    "predict": "raftlab.lab",
    "show_rule": "raftlab.lab",
    "course": "raftlab.lab",
    "History": "raftlab.sim.branches",
    "draw_cluster": "raftlab.draw",
    "draw_logs": "raftlab.draw",
    "draw_spacetime": "raftlab.draw",
    "draw_terms": "raftlab.draw",
    "save_gif": "raftlab.draw",
    "save_page": "raftlab.player",
}
__all__ = sorted(_WHERE)


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"raftlab has no {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(_WHERE[name]), name)


def __dir__() -> list[str]:
    return __all__
