"""Stories as checks for snapshots, changes of voters and the transfer of leadership."""

from raftlab.checks.courses import Course
from raftlab.stories import load

SNAPSHOT = (
    Course(load("snapshot"), "SN-3", "A node that lacks what the log has forgotten gets it from a snapshot."),
)

BEYOND_COURSES: dict[str, tuple[Course, ...]] = {
    "save_snapshot": SNAPSHOT,
    "on_install_snapshot": SNAPSHOT,
    "objection": (
        Course(load("membership_cured"), "MC-3", "Two leaders never change the same configuration."),
        Course(load("removed_node"), "MC-2", "A node is removed when nothing forbids it."),
    ),
    "hand_over": (Course(load("handover"), "TL-2", "A leader hands over, and its successor leads soon."),),
}  # fmt: skip
