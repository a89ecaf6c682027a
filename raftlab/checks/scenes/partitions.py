"""Stories as checks for lesson 05: old values in reads, and nodes that come back and disturb a leader."""

from dataclasses import replace
from random import Random
from typing import Any

from raftlab.checks.scenes.courses import Course
from raftlab.sim.story import Story
from raftlab.stories import load

READ_INDEX = ("ReadIndex", "NoOp")
SEEDS = tuple(range(1, 7))
LAST_CUT = 150  # tick, in a random course

# -- Reads --------------------------------------------------------------------------------------------------------


def asks(*commands: str, node: str) -> dict[str, Any]:
    """A client that sends these commands to one node, one after the other."""
    return {"commands": commands, "nodes": (node,), "think": (0, 0), "sessions": False}


NEW_LEADER = Story(
    "new_leader_reads", "A new leader is asked at once", nodes=3, seed=1, ticks=80, extensions=READ_INDEX,
    actions=(
        (0, "set_network", (1, 1)), (0, "time_out", "n1"),
        (6, "clients", 1, asks("x=1", node="n1")), (6, "isolate", "n3"),
        (9, "crash", "n1"), (9, "heal"), (9, "time_out", "n2"),
        (11, "clients", 1, asks("x?", node="n2")),
    ),
    goals=(("leader", 12),),
)  # fmt: skip


def cuts(seed: int) -> Story:
    """Random cuts while two clients write and read, and then no more faults."""
    dice = Random(f"cuts/{seed}")
    clients = {"keys": ["x"], "operations": ["get", "put"], "sessions": False}
    actions: list[tuple[Any, ...]] = [(20, "clients", 2, clients)]
    cut = 30
    while cut < LAST_CUT:
        few = sorted({f"n{1 + int(dice.random() * 5)}" for _ in range(2)})
        actions += [
            (cut, "partition", few, [f"n{n}" for n in range(1, 6) if f"n{n}" not in few]),
            (cut + 20, "heal"),
        ]
        cut += 25 + int(dice.random() * 20)
    return Story(
        f"cuts_{seed}", f"Cuts, while clients read (seed {seed})", seed=seed, ticks=280, extensions=READ_INDEX,
        actions=(*actions, (220, "stop_clients")), goals=(("leader", LAST_CUT + 60),),
    )  # fmt: skip


PAST = "No client reads an old value."
READS = (
    Course(load("confirmed_read"), "RI-2", PAST),
    Course(NEW_LEADER, "RI-1", "A new leader learns what is committed before it answers.", answered=True),
    *(Course(cuts(seed), "RI-2", PAST, answered=True) for seed in SEEDS),
)

# -- Nodes that come back -------------------------------------------------------------------------------------------

NOTHING_MISSED = Story(
    "nothing_missed", "A node that has missed nothing comes back", nodes=3, seed=1, ticks=220, extensions=("PreVote",),
    actions=((0, "time_out", "n1"), (20, "isolate", "n3"), (120, "heal"), (120, "time_out", "n3")),
    goals=(("leader", 130),),
)  # fmt: skip
DEAD_LEADER = Story(
    "dead_leader", "The leader of nodes with PreVote crashes", seed=1, ticks=200, extensions=("PreVote",),
    actions=((0, "time_out", "n1"), (40, "crash", "n1")), goals=(("leader", 60),),
)  # fmt: skip
REJOINS = (
    Course(replace(load("rejoin_pre_vote"), goals=(("leader", 240),)), "PV-2", "A node that comes back disturbs nobody.", peace=20),
    Course(NOTHING_MISSED, "PV-2", "A node that hears a leader says yes to no other node.", peace=20),
    Course(DEAD_LEADER, "PV-3", "Nodes that no longer hear a leader elect another one."),
    Course(replace(DEAD_LEADER, seed=2, title="The leader crashes once more"), "PV-3",
        "Nodes that no longer hear a leader elect another one."),
)  # fmt: skip

PARTITION_COURSES: dict[str, tuple[Course, ...]] = {
    "advance_reads": READS,
    "on_confirm_leader_reply": READS,
    "on_request_pre_vote": REJOINS,
    "on_request_pre_vote_reply": REJOINS,
}
