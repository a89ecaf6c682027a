"""Why every later leader has each committed entry: the steps of the paper's proof (5.4.3), each in a short run.

x=1 is committed in term 1. Then a node without it, or one with it, asks for votes in a later term. The voters decide,
and all they know of a candidate's log is its last entry.
"""

from raftlab.sim.stops import Ask
from raftlab.sim.story import Story
from raftlab.stories.sentences import STANDS_EARLY, elected

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
                (("candidacy",), "n1 becomes a candidate in term 1 and asks the others for their votes."),
                (("leader",), "n1 leads term 1."),
                (5, "Now n1 reaches only n2 and n3."),
                (7, "A client has written x=1 to n1. n2 and n3 have stored it."),
                (12, "x=1 is committed: n1, n2 and n3 have stored it. n4 and n5 have not."),
                Ask(13, "n1 is about to crash, and n5, which does not have x=1, to ask for votes. Can it win?", ("yes", "no"), "no", 15,
                    then="No: n2 and n3 have x=1, and refuse. Without them n5 cannot get three votes."),
                (13, "n1 has crashed, and the others reach each other again. n5, which does not have x=1, becomes a candidate in term 2."),
                (15, "n5 has two votes. n2 and n3 have refused: their logs end in term 1, and n5's is empty."),
                (20, "n2 has won term 3. All the others that are up voted for it: no log is more up to date than n2's."),
                (("refusal", 21), "n4 refuses n2's heartbeat: its log is too short. n2 will send it x=1."),
                (40, "n1 is back, with x=1 on its disk. It has forgotten that x=1 is committed, and will hear it from n2, the leader."),
                (45, "A client writes x=2. n2 sends it to all the others."),
                (("commit", 45), "x=2 is committed: n2, n1 and n3 have stored it, after x=1."),
            ),
        ),
        Story(
            "late_heartbeat", "An old heartbeat that arrives late", nodes=5, seed=1, ticks=80,
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
                (("candidacy",), "n1 becomes a candidate in term 1 and asks the others for their votes."),
                (("leader",), "n1 leads term 1."),
                (5, "Now n1 reaches only n2 and n3."),
                (8, "n1 has sent n3 a heartbeat, which is slow, and then x=1, which was faster: n3 has stored x=1."),
                (9, "x=1 is committed: n1, n2 and n3 have stored it."),
                Ask(11, "An old heartbeat of n1 is about to arrive at n3. n1 sent it when its log was empty. Will n3 delete x=1?", ("yes", "no"), "no", 12,
                    then="No: a message without entries contradicts no entry."),
                (12, "The old heartbeat has arrived at n3. n1 sent it when its log was empty, and n3 still has x=1. n1 has crashed."),
                (14, "n5 is a candidate in term 2. n2 and n3 have refused: their logs end in term 1, and n5's is empty."),
                (19, "n3 has won term 3, and it has x=1."),
                (("refusal", 20), "n4 refuses n3's heartbeat: its log is too short. n3 will send it x=1."),
                (40, "n1 is back, with x=1 on its disk. It has forgotten that x=1 is committed, and will hear it from n3, the leader."),
                (("commit", 45), "x=2 is committed: n3, n1 and n2 have stored it, after x=1."),
            ),
        ),
        Story(
            "voted_first", "A vote first, and then an append from the term before", nodes=3, seed=1, ticks=70,
            actions=(
                (0, "set_network", (1, 1)), (1, "time_out", "n1"),
                (10, "cut", "n1", "n2"), (10, "set_network", (6, 6), None, None, "n1", "n3"), (10, "propose", "x=1", "n1"),
                (11, "time_out", "n2"),
                (25, "heal"), (25, "set_network", (1, 1)), (30, "propose", "x=2", "n2"),
            ),
            goals=(("leader",), ("leader", 14), ("applied", "x=2"), ("same_logs", 31)),
            stops=(
                *elected(STANDS_EARLY),
                (11, "n1 leads term 1, and has appended x=1. It no longer reaches n2, and its messages to n3 take six times as long as before. n2 becomes a candidate in term 2."),
                (12, "n3 has voted for n2 in term 2. n1's append of term 1 is still on its way."),
                (("leader", 13), "n2 leads term 2. n1 has not heard of it, and still leads term 1."),
                Ask(15, "n1's append of term 1 is about to arrive at n3, which is in term 2. Will n3 store x=1?", ("yes", "no"), "no", 16,
                    then="No: a node refuses what comes from an earlier term."),
                (16, "The append has arrived, and n3 has refused it: n3 is in term 2 now."),
                (17, "n1 has heard of term 2, and no longer leads. Only n1 has stored x=1: it is not committed."),
                (25, "All links work again."),
                (31, "n1 now has x=2 of term 2 where it had x=1."),
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
                (("candidacy",), "n1 becomes a candidate in term 1 and asks the others for their votes."),
                (("leader",), "n1 leads term 1."),
                (5, "Now n1 reaches only n2 and n3."),
                (8, "x=1 is committed: n1, n2 and n3 have stored it. n3 does not know yet that it is committed."),
                (10, "x=2 has reached n2 only, and n1 has crashed."),
                Ask(12, "The story lets n3's timer run out: n3 is about to ask for votes. Its log has x=1; n2's has x=1 and x=2. Will n2 vote for it?", ("yes", "no"), "no", "refusal",
                    then="No: both logs end in term 1, and n2's is longer."),
                (13, "n3 is a candidate in term 2. n2 has refused: both logs end in term 1, and n3's is shorter."),
                (17, "n2 is a candidate in term 3, and n3 has voted for it: both logs end in term 1, and n2's is longer."),
                (("leader", 17), "n2 leads term 3. It has x=1."),
                (("refusal", 19), "n4 refuses n2's heartbeat: its log is too short. n2 will send it the missing entries."),
                (25, "n2 leads term 3. n4 has stored x=1, x=2 and x=3."),
                (28, "n2 has crashed. n4 is a candidate in term 4, and n3 has voted for it: n4's log ends in a later term than n3's."),
                (("leader", 28), "n4 leads term 4. It has x=1, too."),
                (("refusal", 30), "n3 refuses n4's heartbeat: its log is too short. n4 will send it the missing entries."),
                (41, "n4 leads term 4. It has x=1, like every leader since term 1. A client has written x=4 to it."),
                (50, "n1 and n2 are back, each with the log of its disk. They have forgotten which entries are committed, and will hear it from n4."),
                (53, "n1 and n2 have all four entries."),
            ),
        ),
    )
}  # fmt: skip
