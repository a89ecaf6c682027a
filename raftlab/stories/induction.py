"""Why every later leader has a committed entry: the steps of the paper's proof (5.4.3), each in a short run.

x=1 is committed in term 1. A node without it then stands for a later term, or a node with it does: the voters decide,
and they see nothing but how a log ends.
"""

from raftlab.sim.story import Story
from raftlab.stories.sentences import elected

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
                (("candidacy",), "n1 stands for term 1 and asks the others for their votes."),
                (("leader",), "n1 leads term 1."),
                (5, "n1 reaches n2 and n3 only."),
                (7, "n1 has taken x=1, and n2 and n3 have stored it."),
                (12, "x=1 is committed: n1, n2 and n3 have stored it. n4 and n5 have not."),
                (13, "n1 has crashed, and the others reach each other again. n5 stands for term 2, without x=1."),
                (15, "n5 has two votes. n2 and n3 have refused: their logs end in term 1, and n5's is empty."),
                (20, "n2 has won term 3. Everybody voted for it, for no log ends later than its own."),
                (("refusal", 21), "n4 refuses n2's heartbeat: its log is too short. n2 will send it x=1."),
                (40, "n1 is back."),
                (45, "The next entry, x=2, goes to all of them."),
                (("commit", 45), "x=2 is committed: n2, n1 and n3 have stored it, after x=1."),
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
                (("candidacy",), "n1 stands for term 1 and asks the others for their votes."),
                (("leader",), "n1 leads term 1."),
                (5, "n1 reaches n2 and n3 only."),
                (8, "n1 has sent n3 a heartbeat that is slow, and then x=1, which is faster: n3 has stored it."),
                (9, "x=1 is committed: n1, n2 and n3 have stored it."),
                (12, "The old heartbeat has arrived. It names no entry before it, and n3 still has x=1. n1 has crashed."),
                (14, "n5 stands for term 2. n2 and n3 have refused: they have x=1, and n5 has not."),
                (19, "n3 has won term 3, with x=1."),
                (("refusal", 20), "n4 refuses n3's heartbeat: its log is too short. n3 will send it x=1."),
                (40, "n1 is back."),
                (("commit", 45), "x=2 is committed: n3, n1 and n2 have stored it, after x=1."),
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
                *elected(),
                (11, "n1 leads term 1 and has taken x=1. It no longer reaches n2, and what it sends to n3 takes six ticks. n2 stands for term 2."),
                (12, "n3 has voted for n2, in term 2. The append of term 1 is still on its way."),
                (("leader", 13), "n2 leads term 2. n1 has not heard of it, and still leads term 1."),
                (16, "The append has arrived, and n3 has refused it: its term is 2 by now."),
                (17, "n1 has heard of term 2. It never had a majority for x=1: that is not committed."),
                (25, "All links work again."),
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
                (("candidacy",), "n1 stands for term 1 and asks the others for their votes."),
                (("leader",), "n1 leads term 1."),
                (5, "n1 reaches n2 and n3 only."),
                (8, "n1 leads term 1. x=1 is committed: n1, n2 and n3 have stored it. n3 does not know that it is."),
                (10, "x=2 has reached n2 only, and n1 has crashed."),
                (13, "n3 stands for term 2. n2 has refused: both logs end in term 1, and n3's is shorter."),
                (17, "n2 stands for term 3, and n3 has voted for it: the same last term, and n2's log is longer."),
                (("leader", 17), "n2 leads term 3. It has x=1."),
                (("refusal", 19), "n4 refuses n2's heartbeat: its log is too short. n2 will send it what is missing."),
                (25, "n2 leads term 3, and reaches n4 only: n4 has taken x=1, x=2 and x=3."),
                (28, "n2 has crashed. n4 stands for term 4, and n3 has voted for it: n4's log ends in a later term."),
                (("leader", 28), "n4 leads term 4. It has x=1, too."),
                (("refusal", 30), "n3 refuses n4's heartbeat: its log is too short. n4 will send it what is missing."),
                (41, "n4 leads term 4. It has x=1, like every leader since term 1, and has taken x=4."),
                (53, "n1 and n2 are back, and have all four entries."),
            ),
        ),
    )
}  # fmt: skip
