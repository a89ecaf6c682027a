"""Stories as checks for snapshots, changes of voters and the transfer of leadership."""

from raftlab.checks.scenes.courses import Course
from raftlab.sim.story import Story
from raftlab.stories import load

FEWER = Story(
    "fewer", "A node gets a vote, and two others lose theirs and crash", nodes=4, ticks=140,
    start={f"n{number}": {"term": 1, "log": ["1:voters n1 n2 n3"]} for number in range(1, 5)},
    actions=(
        (0, "set_network", (1, 1)), (0, "time_out", "n1"), (5, "propose", "a", "n1"),
        (20, "change_voters", "n1", "n2", "n3", "n4"), (50, "change_voters", "n1", "n2", "n4"), (80, "change_voters", "n1", "n4"),
        (100, "crash", "n2"), (100, "crash", "n3"), (105, "propose", "b", "n1"),
    ),
    goals=(("applied", "b"),),
)  # fmt: skip
SOON = Story(
    "soon", "A leader hands over, and crashes soon afterwards", nodes=5, ticks=70,
    actions=(
        (0, "set_network", (1, 2)), (0, "time_out", "n1"), (30, "propose", "a", "n1"),
        (45, "transfer", "n4"), (62, "crash", "n1"),
    ),
    goals=(("leader", 62),),
)  # fmt: skip

SNAPSHOT = (
    Course(
        load("snapshot"),
        "SN-3",
        "A node that lacks what the log has forgotten gets it from a snapshot.",
        peace=61,
    ),
)

BEYOND_COURSES: dict[str, tuple[Course, ...]] = {
    "save_snapshot": SNAPSHOT,
    "on_install_snapshot": SNAPSHOT,
    "objection": (
        Course(FEWER, "MC-2", "Changes that nothing forbids are made, one after the other."),
        Course(load("membership_cured"), "MC-3", "Two leaders never change the same configuration."),
        Course(load("removed_node"), "MC-2", "A node is removed when nothing forbids it."),
    ),
    "hand_over": (
        Course(SOON, "TL-2", "A successor that has the whole log leads before any timer runs out."),
        Course(load("handover"), "TL-2", "A leader hands over, and its successor leads soon."),
    ),
}  # fmt: skip
