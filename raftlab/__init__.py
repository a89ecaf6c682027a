"""raftlab: learn Raft by stepping it, breaking it and writing it.

The public names, each loaded when it is first asked for, so that `import raftlab` costs nothing.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_NAMES = {
    "raftlab.raft": ("Raft",),
    "raftlab.rules": ("PROPERTIES", "RULES"),
    "raftlab.extensions": (
        "CheckQuorum", "FastBackup", "LeaseReads", "LocalReads", "Membership", "NoOp", "PreVote", "ReadIndex",
        "Snapshots", "StickyVotes", "Transfer", "UnsafeMembership",
    ),
    "raftlab.sim.systems": ("ETCD", "HASHICORP", "PAPER", "SYSTEMS", "build"),
    "raftlab.sim.cluster": ("Cluster",),
    "raftlab.sim.story": ("Story",),
    "raftlab.sim.trace": ("Trace",),
    "raftlab.sim.branches": ("History",),
    "raftlab.sim.play": ("play",),
    "raftlab.sim.presets": ("PRESETS",),
    "raftlab.sim.reach": ("reach",),
    "raftlab.sim.errors": ("UserError",),
    "raftlab.stories": ("STORIES", "load"),
    "raftlab.experiments": (
        "FIGURE_16", "compare", "election_times", "figure_16", "split_vote_probability", "split_vote_rate",
    ),
    "raftlab.checks.claims": ("MenuClaim", "disprove"),
    "raftlab.checks.explorer": ("explore",),
    "raftlab.checks.hand_played": ("HandPlayed",),
    "raftlab.checks.linearizability": ("check_linearizability",),
    "raftlab.draw": (
        "describe", "draw_cluster", "draw_comparison", "draw_detectors", "draw_election_times", "draw_links", "draw_logs",
        "draw_operations", "draw_outage", "draw_roles", "draw_side_by_side", "draw_spacetime", "draw_terms", "draw_topology",
        "draw_utc", "save_gif", "save_svg",
    ),
    "raftlab.player": ("save_page",),
    "raftlab.lab": (
        "Lab", "ProveMeWrong", "YouAre", "course", "inventory", "log_books", "predict", "show_difference", "show_rule",
        "sick_switch", "side_by_side", "two_majorities",
    ),
    "raftlab.exercises": ("answer", "check", "convict", "hint", "implement", "questions", "suspect"),
}  # fmt: skip
_WHERE = {name: module for module, names in _NAMES.items() for name in names}
__all__ = sorted(_WHERE)


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"raftlab has no {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(_WHERE[name]), name)


def __dir__() -> list[str]:
    return __all__
