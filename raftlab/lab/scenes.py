"""What can be played under a name: a story of Raft, one of a model with nodes of its own, or one whose nodes are wrong."""

from dataclasses import replace
from typing import Any

from raftlab.checks.known_mutants import MUTANTS
from raftlab.models.scenes import SCENES
from raftlab.sim.story import Story
from raftlab.stories import load

STORED = "x=1 is committed: n1, n2 and n3 have stored it. n4 and n5 have not."
# A story of the library, played by nodes that make a mistake; and what its stops say then.
WITH_A_MISTAKE: dict[str, tuple[str, str, tuple[tuple[int, str], ...]]] = {
    "figure_8_counted": (
        "figure_8", "commits an older term's entry by counting copies",
        (
            (7, "n1 leads term 4, and calls x=2 of term 2 committed: three of five have it."),
            (19, "n1 has crashed. n5, whose log ends in term 3, has been voted for by n2, n3 and n4."),
            (23, "n5 leads term 5, and its log is the law."),
        ),
    ),
    "shared_voter_any_log": (
        "shared_voter", "no up-to-date check",
        ((12, STORED), (14, "n1 has crashed, and n5 stands for term 2. All the others have voted."), (15, "n5 leads term 2.")),
    ),
    "late_heartbeat_cuts": (
        "late_heartbeat", "a heartbeat cuts the log",
        ((9, STORED), (12, "An old heartbeat has come to n3. n1 has crashed."), (14, "n5 leads term 2.")),
    ),
}  # fmt: skip


def scene(name: str) -> tuple[Story, Any]:
    """The story of a name, and what its nodes are (None: what the story says).

    Raises UserError, with the nearest name, if there is none.
    """
    if name in WITH_A_MISTAKE:
        story, mistake, stops = WITH_A_MISTAKE[name]
        return replace(load(story), name=name, goals=(), stops=stops), MUTANTS[mistake].node_class()
    return SCENES[name] if name in SCENES else (load(name), None)
