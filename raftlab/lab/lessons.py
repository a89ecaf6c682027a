"""The lessons of the course, in their order, and the parts of the Lab that each of them shows."""

from typing import NamedTuple


class Lesson(NamedTuple):
    """One notebook of the course: its number, file, title, minutes, and what a learner can do after it (gain).

    shows: the parts of the Lab that it introduces; later lessons show them, too. alone: it shows only these, and
    later lessons do not. besides: parts that it shows, too, and later lessons do not. core: the minutes that it takes on the core path, without its sections that are headed
    "(optional)"; 0 if it is not on the core path.
    """

    number: str
    file: str
    title: str
    minutes: int
    gain: str
    shows: tuple[str, ...] = ()
    alone: bool = False
    besides: tuple[str, ...] = ()
    core: int = 0


LESSONS = (
    Lesson("00", "00_consensus.ipynb", "Consensus", 45,
           "say why copies must agree on an order, why a majority is enough, and what a reader may expect",
           shows=("narration", "messages", "log", "votes", "values", "crash", "restart"), alone=True, core=30),
    Lesson("00b", "00b_paxos.ipynb", "Paxos (optional)", 35,
           "say how Paxos chooses one value, which value must survive, and why Raft was made",
           shows=("narration", "messages", "timers", "log", "crash", "restart", "drop", "inspector", "seed"), alone=True),
    Lesson("01", "01_roles.ipynb", "Roles", 40, "tell the three roles apart, and say what a node keeps after a crash",
           shows=("narration", "messages", "timers", "votes", "crash", "restart"), core=35),
    Lesson("02", "02_election.ipynb", "Leader election, the best case", 50,
           "follow an election message by message, and say who may vote for whom",
           shows=("time_out", "safety_election", "log", "why", "events", "inspector", "spacetime"), core=40),
    Lesson("03", "03_split_vote.ipynb", "Split vote", 50,
           "say why timeouts are random, how often a vote is split, and which range suits a network",
           shows=("align", "seed", "preset", "run_until"), core=30),
    Lesson("04", "04_replication.ipynb", "Log replication", 60,
           "follow a write from the client to every state machine, and say when each node learns that it is committed",
           shows=("client", "indexes", "drop", "duplicate", "deliver", "delay", "properties"), core=40),
    Lesson("04b", "04b_log_repair.ipynb", "Log repair", 85,
           "say when an entry that a majority has stored is committed, how a leader brings other logs into line, and why every later leader has all committed entries",
           besides=("log_first",)),
    Lesson("05", "05_partitions.ipynb", "Partitions", 75,
           "say what each side of a cut can do, what becomes of entries that were never committed, and when a leader may answer a read",
           shows=("cuts", "partitions", "branches", "network", "pause", "sight"), core=40),
    Lesson("06", "06_byzantine.ipynb", "A Byzantine failure: etcd and Cloudflare", 75,
           "say what a node can know about the others, what one bad link does to three nodes, and which setting helps against which fault", core=35),
    Lesson("06b", "06b_liars_and_generals.ipynb", "Liars and generals", 70,
           "say which lie breaks which property, what protects against failing disks, why three generals cannot tolerate a traitor, and what it costs to tolerate liars",
           shows=("disks",)),
    Lesson("07", "07_beyond_figure_2.ipynb", "Beyond Figure 2", 100,
           "shorten a log, let nodes come and go, let a leader hand over, and say what a read with a lease relies on"),
    Lesson("08", "08_find_the_bug.ipynb", "Find the bug", 60,
           "say what an explorer looks at and how far you can trust its verdict, and find a mistake that you have not seen"),
    Lesson("09", "09_sandbox.ipynb", "Sandbox", 45,
           "make claims about Raft that can be wrong, judge an answer by its bounds, and do a node's work by hand",
           shows=("everything",), alone=True),
)  # fmt: skip


def _stages() -> dict[str, tuple[str, ...]]:
    """Lesson -> the parts that its Labs show: those that this lesson and earlier ones have introduced."""
    stages: dict[str, tuple[str, ...]] = {}
    so_far: tuple[str, ...] = ()
    for lesson in LESSONS:
        so_far = so_far if lesson.alone else tuple(dict.fromkeys(so_far + lesson.shows))
        stages[lesson.number] = (lesson.shows if lesson.alone else so_far) + lesson.besides
    return stages | dict.fromkeys(("before", "after"), stages["05"])  # for the inventory


STAGES = _stages()
CORE_HOURS = round(sum(lesson.core for lesson in LESSONS) / 60)
