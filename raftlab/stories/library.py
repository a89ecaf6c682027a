"""The stories themselves. Seeds are chosen so that what the title promises happens soon."""

from dataclasses import replace

from raftlab.sim.story import Story
from raftlab.stories.by_hand import BY_HAND
from raftlab.stories.byzantine import BYZANTINE
from raftlab.stories.clients import CLIENTS
from raftlab.stories.disks import DISKS
from raftlab.stories.extensions import EXTENSION_STORIES
from raftlab.stories.induction import INDUCTION
from raftlab.stories.logs import LOGS
from raftlab.stories.partial import PARTIAL
from raftlab.stories.partitions import PARTITIONS
from raftlab.stories.switch import SWITCH
from raftlab.stories.timing import TIMING


def log_of(terms: str) -> list[str]:
    """A log as the paper's figures draw it: "1 1 4" becomes three entries; entry i writes i under x."""
    return [f"{term}:x={index}" for index, term in enumerate(terms.split(), start=1)]


def figure_7() -> Story:
    """The six followers of Figure 7 around the leader of term 8: a, b, c, d, e, f are n2 to n7."""
    logs = {
        "n1": (7, "1 1 1 4 4 5 5 6 6 6"),
        "n2": (6, "1 1 1 4 4 5 5 6 6"),
        "n3": (4, "1 1 1 4"),
        "n4": (6, "1 1 1 4 4 5 5 6 6 6 6"),
        "n5": (7, "1 1 1 4 4 5 5 6 6 6 7 7"),
        "n6": (4, "1 1 1 4 4 4 4"),
        "n7": (3, "1 1 1 2 2 2 3 3 3 3 3"),
    }
    return Story(
        "figure_7", "Six followers whose logs went astray (Figure 7)", nodes=7, seed=1, ticks=150,
        start={node: {"term": term, "log": log_of(terms)} for node, (term, terms) in logs.items()},
        actions=((1, "time_out", "n1"), (20, "propose", "y=8", "n1")),
        goals=(("leader",), ("applied", "y=8"), ("same_logs", 20)),
        stops=(
            (0, "n1 will lead term 8. Which of the others can vote for it?"),
            (20, "n1 leads. Its first entry of term 8 will bring every log into line."),
        ),
    )  # fmt: skip


def asking(node: str, name: str, title: str, question: str) -> Story:
    """The logs of Figure 7, everybody in term 7, and another node that asks for votes."""
    logs = figure_7().start
    return replace(
        figure_7(), name=name, title=title, ticks=60, goals=(("leader",),), actions=((1, "time_out", node),),
        start={id: {"term": 7, "log": logs[id]["log"]} for id in logs}, stops=((0, question),),
    )  # fmt: skip


STORIES: dict[str, Story] = {
    story.name: story
    for story in (
        Story(
            "three_nodes", "Three nodes come to life", nodes=3, seed=4, ticks=300,
        ),
        Story(
            "best_case_election", "An election, the best case", nodes=5, seed=4, ticks=120,
            stops=((0, "Five followers, no leader. Whose timer runs out first?"),),
        ),
        Story(
            "leader_crash", "The leader crashes", nodes=5, seed=5, ticks=300,
            actions=((35, "propose", "x=5", "leader"), (60, "crash", "leader"), (150, "restart", "n2")),
            goals=(("leader",), ("applied", "x=5"), ("leader", 61), ("same_logs", 151)),
            stops=(
                (61, "The leader is gone. Nobody is told: the others can only notice its silence."),
                (151, "The old leader comes back. Does it still lead?"),
            ),
        ),
        Story(
            "crash_restart", "What survives a crash", nodes=3, seed=3, ticks=200,
            actions=(
                (30, "propose", "x=5", "leader"), (50, "crash", "a follower"),
                (60, "propose", "x=6", "leader"), (100, "restart", "n2"),
            ),
            goals=(("leader",), ("applied", "x=6"), ("same_logs", 101)),
            stops=((101, "n2 restarts. Its log is there again; what it had applied is not."),),
        ),
        Story(
            "longest_log", "The longest log asks for votes", nodes=3, seed=1, ticks=60,
            start={
                "n1": {"term": 7, "log": log_of("1 1 1 4 4 5 5 6 6")},
                "n2": {"term": 7, "log": log_of("1 1 1 2 2 2 3 3 3 3 3")},
                "n3": {"term": 7, "log": log_of("1 1 1 4")},
            },
            actions=((1, "time_out", "n2"),),
            goals=(("leader",),),
            stops=((0, "n2 has the longest log, and asks first. Who votes for it?"),),
        ),
        Story(
            "first_come", "Two candidates, and a voter who asks no further", nodes=3, seed=4, ticks=60,
            start={
                "n1": {"term": 2, "log": log_of("1 2")},
                "n2": {"term": 2, "log": log_of("1 2 2")},
                "n3": {"term": 2, "log": log_of("1 2")},
            },
            actions=((1, "time_out", "n1"), (1, "time_out", "n2")),
            goals=(("leader",),),
            stops=((0, "n1 and n2 will ask at the same time. n2 has the better log."),),
        ),
        Story(
            "split_vote", "Four nodes, and nobody wins", nodes=4, seed=2, ticks=200,
            actions=((0, "align_timers"),),
            goals=(("leader",),),
            stops=((0, "All four timers will run out at the same tick. Who wins?"),),
        ),
        Story(
            "minority_leader", "A leader in a minority", nodes=5, seed=3, ticks=300,
            actions=(
                (30, "propose", "x=1", "leader"),
                (45, "partition", ["n1", "n2"], ["n3", "n4", "n5"]),
                (60, "propose", "x=2", "n1"),
                (100, "propose", "x=3", "leader"),
                (200, "heal"),
            ),
            goals=(("leader",), ("leader", 60), ("same_logs", 205)),
            stops=(
                (46, "n1 still leads, but reaches only n2."),
                (61, "A client writes to n1. Will this ever be committed?"),
                (101, "Two leaders, in different terms. The majority's leader takes a write, too."),
                (201, "The partition heals. What becomes of x=2?"),
            ),
        ),
        Story(
            "client_write", "A write, from the client to every node", nodes=5, seed=7, ticks=100,
            actions=((30, "propose", "x=5", "leader"), (60, "propose", "x?", "leader")),
            goals=(("leader",), ("applied", "x=5")),
            stops=((31, "A client asks the leader to write 5 under x."),),
        ),
        figure_7(),
        asking(
            "n2", "figure_7_last", "The last of these logs that can still win (Figure 7)",
            "n2 asks for votes. Three logs are more up to date than its own. Can it win?",
        ),
        asking(
            "n6", "figure_7_behind", "A log that is too far behind (Figure 7)",
            "n6 asks for votes. Only two logs are no more up to date than its own. Can it win?",
        ),
        replace(
            figure_7(), name="figure_7_fast", title="The same logs, with refusals that say more (Figure 7)",
            extensions=("FastBackup",),
        ),
    )
} | TIMING | LOGS | INDUCTION | EXTENSION_STORIES | PARTIAL | PARTITIONS | SWITCH | BYZANTINE | DISKS | CLIENTS | BY_HAND  # fmt: skip
