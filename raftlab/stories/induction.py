"""Why every later leader has a committed entry: the steps of the paper's proof (5.4.3), each in a short run.

x=1 is committed in term 1. A node without it then stands for a later term, or a node with it does: the voters decide,
and they see nothing but how a log ends.
"""

from raftlab.sim.story import Story

INDUCTION: dict[str, Story] = {
    story.name: story
    for story in (
        Story(
            "shared_voter", "A majority stored it, and a majority must vote", nodes=5, seed=1, ticks=80,
            actions=(
                (0, "set_network", (1, 1)), (1, "time_out", "n1"),
                (5, "partition", ["n1", "n2", "n3"], ["n4", "n5"]), (6, "propose", "x=1", "n1"),
                (13, "crash", "n1"), (13, "heal"), (13, "time_out", "n5"),
                (18, "time_out", "n2"),
                (40, "restart", "n1"), (45, "propose", "x=2", "leader"),
            ),
            goals=(("leader",), ("leader", 14), ("applied", "x=1"), ("applied", "x=2"), ("same_logs", 46)),
            stops=(
                (7, "n1 leads term 1. It reaches n2 and n3 only, and has taken x=1."),
                (12, "x=1 is committed: n1, n2 and n3 have stored it. n4 and n5 have not."),
                (15, "n1 has crashed, and n5 stands for term 2. It has two votes; n2 and n3 have refused."),
                (20, "n2 has won term 3. Everybody voted for it, for no log ends later than its own."),
                (45, "n1 is back. The next entry brings all logs together."),
            ),
        ),
        Story(
            "late_heartbeat", "A heartbeat that is older than what the follower has", nodes=5, seed=1, ticks=80,
            actions=(
                (0, "set_network", (1, 1)), (1, "time_out", "n1"),
                (5, "partition", ["n1", "n2", "n3"], ["n4", "n5"]),
                (6, "set_network", (5, 5), None, None, "n1", "n3"),
                (7, "set_network", (1, 1), None, None, "n1", "n3"), (7, "propose", "x=1", "n1"),
                (12, "crash", "n1"), (12, "heal"), (12, "time_out", "n5"),
                (17, "time_out", "n3"),
                (40, "restart", "n1"), (45, "propose", "x=2", "leader"),
            ),
            goals=(("leader",), ("leader", 13), ("applied", "x=1"), ("applied", "x=2"), ("same_logs", 46)),
            stops=(
                (8, "n1 has sent n3 a heartbeat that is slow, and then x=1, which is faster: n3 has stored it."),
                (9, "x=1 is committed: n1, n2 and n3 have stored it."),
                (12, "The old heartbeat has arrived. It names no entry before it, and n3 still has x=1."),
                (14, "n1 has crashed, and n5 stands for term 2. n2 and n3 have refused."),
                (19, "n3 has won term 3, with x=1."),
            ),
        ),
        Story(
            "voted_first", "A vote first, and then an append of the term before", nodes=3, seed=1, ticks=70,
            actions=(
                (0, "set_network", (1, 1)), (1, "time_out", "n1"),
                (10, "cut", "n1", "n2"), (10, "set_network", (6, 6), None, None, "n1", "n3"), (10, "propose", "x=1", "n1"),
                (11, "time_out", "n2"),
                (25, "heal"), (25, "set_network", (1, 1)), (30, "propose", "x=2", "n2"),
            ),
            goals=(("leader",), ("leader", 14), ("applied", "x=2"), ("same_logs", 31)),
            stops=(
                (11, "n1 leads term 1 and has taken x=1. It no longer reaches n2, and what it sends to n3 takes six ticks."),
                (12, "n3 has voted for n2, in term 2. The append of term 1 is still on its way."),
                (16, "The append has arrived, and n3 has refused it: its term is 2 by now."),
                (17, "n1 has heard of term 2. It never had a majority for x=1: that is not committed."),
                (31, "x=2 of term 2 takes the place."),
            ),
        ),
        Story(
            "entry_outlives_leaders", "An entry that outlives two leaders", nodes=5, seed=1, ticks=100,
            actions=(
                (0, "set_network", (1, 1)), (1, "time_out", "n1"),
                (5, "partition", ["n1", "n2", "n3"], ["n4", "n5"]), (6, "propose", "x=1", "n1"),
                (8, "cut", "n1", "n3"), (8, "propose", "x=2", "n1"),
                (9, "crash", "n1"),
                (12, "partition", ["n1", "n5"], ["n2", "n3", "n4"]), (12, "time_out", "n3"),
                (16, "time_out", "n2"), (17, "cut", "n2", "n3", True),
                (24, "propose", "x=3", "n2"),
                (26, "crash", "n2"), (26, "heal"), (27, "time_out", "n4"),
                (40, "propose", "x=4", "n4"), (50, "restart", "n1"), (50, "restart", "n2"),
            ),
            goals=(("leader",), ("leader", 28), ("applied", "x=1"), ("applied", "x=4"), ("same_logs", 51)),
            stops=(
                (8, "n1 leads term 1. x=1 is committed: n1, n2 and n3 have stored it. n3 does not know that it is."),
                (10, "x=2 has reached n2 only, and n1 has crashed."),
                (13, "n3 stands for term 2. n2 has refused: both logs end in term 1, and n3's is shorter."),
                (17, "n2 stands for term 3, and n3 has voted for it: the same last term, and n2's log is longer."),
                (25, "n2 leads term 3, and reaches n4 only: n4 has taken x=1, x=2 and x=3."),
                (28, "n2 has crashed. n4 stands for term 4, and n3 has voted for it: n4's log ends in a later term."),
                (41, "n4 leads term 4. It has x=1, like every leader since term 1, and has taken x=4."),
            ),
        ),
    )
}  # fmt: skip
