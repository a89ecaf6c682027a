"""Explorations by name, as `raftlab explore` runs them."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from raftlab.checks.explorer.found_story import CALM
from raftlab.extensions.local_reads import LocalReads
from raftlab.raft import Raft
from raftlab.sim.errors import check_name
from raftlab.sim.story import Story


class ElectionsOnly(Raft):
    """Raft whose leaders send nothing, so that there are only elections."""

    def broadcast_entries(self) -> None:
        """Send nothing, so that logs stay empty."""


class CountsCopies(Raft):
    """Raft without the last rule of Figure 2: an entry on a majority is committed, even if its term is older. (Figure 8)"""

    def advance_commit_index(self) -> None:
        """Commit the newest entry that a majority holds."""
        for index in sorted(self.match_index.values(), reverse=True):
            holders = [node for node, match in self.match_index.items() if match >= index]
            if index > self.commit_index and self.is_quorum(holders):
                self.commit(index, because="LE-4")
                return


FIGURE_8_B = Story(
    "figure_8_b", "Figure 8 (b), of three nodes: n1 led term 1, n3 led term 2, and each kept its entry to itself",
    nodes=3, preset=CALM, ticks=0, goals=(),
    start={
        "n1": {"term": 2, "log": ["1:x=1"]},
        "n2": {"term": 2, "voted_for": "n3"},
        "n3": {"term": 2, "voted_for": "n3", "log": ["2:x=2"]},
    },
)  # fmt: skip


class Scenario(NamedTuple):
    """A node class, and the arguments of `explore` for it."""

    title: str
    node_class: type[Raft]
    settings: Mapping[str, Any]


SCENARIOS: dict[str, Scenario] = {
    "elections": Scenario(
        "elections alone, logs stay empty", ElectionsOnly,
        {"max_term": 2, "in_flight": 4, "entries": 0, "remember": False},
    ),
    "replication": Scenario(
        "elections, appends and commits, with one command a term", Raft,
        {"max_term": 2, "in_flight": 2, "entries": 1},
    ),
    "figure_8": Scenario(
        "a leader that commits by counting copies, without a hint", CountsCopies,
        {"max_term": 4, "in_flight": 2, "entries": 1, "crashes": 0, "symmetry": True},
    ),
    "figure_8_b": Scenario(
        "the same, from Figure 8 (b) on", CountsCopies,
        {"start": FIGURE_8_B, "max_term": 4, "in_flight": 2, "entries": 1},
    ),
    "local_reads": Scenario(
        "a leader that answers reads without asking anybody", LocalReads,
        {"max_term": 2, "in_flight": 3, "entries": 1, "reads": 1, "crashes": 0},
    ),
}  # fmt: skip


def scenario(name: str) -> Scenario:
    """An exploration by its name. Raises UserError if there is none."""
    return SCENARIOS[check_name("exploration", name, SCENARIOS)]
