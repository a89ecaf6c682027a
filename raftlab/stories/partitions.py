"""Partitions to the end: islands that are all too small, and a node that comes back without harm."""

from dataclasses import replace

from raftlab.sim.story import Story
from raftlab.stories.partial import FAULT, PARTIAL

ISLANDS = (["n1", "n2", "n3"], ["n4", "n5", "n6"], ["n7", "n8", "n9"])

PARTITIONS: dict[str, Story] = {
    story.name: story
    for story in (
        Story(
            "three_islands", "Nine nodes, cut into three islands", nodes=9, seed=6, ticks=320,
            actions=(
                (1, "time_out", "n1"),
                (FAULT, "partition", *ISLANDS),
                (60, "propose", "x=1", "n1"),
                (200, "heal"),
                (240, "propose", "x=2", "leader"),
            ),
            goals=(("leader",), ("leader", 200), ("applied", "x=1"), ("applied", "x=2"), ("same_logs", 241)),
            stops=(
                (0, "Nine nodes; n1 will lead."),
                (FAULT, "From now on each node reaches two others. How many leaders will there be, and who can commit?"),
                (60, "A client writes to n1. Its whole island will store that."),
                (200, "The islands meet again. x=1 is not committed. Is it lost?"),
                (240, "Whoever leads now decided it. A new write commits what stands before it, too."),
            ),
        ),
        Story(
            "overtaken_copies", "Two of three hold an entry, and it is overwritten all the same", nodes=3, ticks=90,
            start={
                "n1": {"term": 2, "log": ["1:x=1"]},
                "n2": {"term": 2, "voted_for": "n3"},
                "n3": {"term": 2, "voted_for": "n3", "log": ["2:x=2"]},
            },
            actions=(
                (0, "set_network", (1, 1)),
                (1, "isolate", "n3"), (1, "time_out", "n1"),
                (8, "time_out", "n3"), (12, "heal"), (12, "isolate", "n2"), (12, "time_out", "n3"),
                (18, "propose", "x=3", "n3"),
                (40, "heal"),
            ),
            goals=(("leader",), ("applied", "x=3"), ("same_logs", 41)),
            stops=(
                (0, "n1 led term 1, n3 led term 2. Each kept its entry to itself: Figure 8 (b), of three nodes."),
                (9, "n1 leads term 3 and has copied x=1 to n2. Two of three hold it: is it committed?"),
                (16, "n3 has won term 4 with n1's vote: its log ends in the later term."),
            ),
        ),
        Story(
            "late_replies", "A leader of the past commits what a majority has stored", nodes=3, ticks=80,
            actions=(
                (0, "set_network", (1, 1)), (1, "time_out", "n1"),
                (4, "set_network", (14, 14), None, None, None, "n1"),
                (5, "propose", "x=1", "n1"),
                (12, "time_out", "n2"),
                (30, "set_network", (1, 1), None, None, None, "n1"), (40, "propose", "x=2", "n2"),
            ),
            goals=(("leader",), ("leader", 13), ("applied", "x=2"), ("same_logs", 41)),
            stops=(
                (6, "n1 leads. n2 and n3 have stored x=1 and answer, but whatever is sent to n1 now takes 14 ticks."),
                (15, "n2 leads term 2. n1 does not know that, and still leads term 1. What will it do when the replies arrive?"),
                (20, "n1 commits x=1, and tells its client. That is safe: a majority had stored x=1 before n2 was elected."),
            ),
        ),
        replace(
            PARTIAL["rejoin_huge_term"], name="rejoin_pre_vote", title="A node comes back, and has only asked",
            extensions=("PreVote",),
            stops=(
                (0, "n1 will lead. All nodes have PreVote."),
                (FAULT, "n2 is cut off. Its timer runs out again and again. What becomes of its term?"),
                (230, "n2 is back, with the term it left with. What does n1 do now?"),
            ),
        ),
    )
}  # fmt: skip
