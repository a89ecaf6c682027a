"""Partitions to the end: islands that are all too small, and a node that comes back without harm."""

from dataclasses import replace

from raftlab.sim.stops import Ask
from raftlab.sim.story import Story
from raftlab.stories.partial import FAULT, PARTIAL
from raftlab.stories.sentences import elected

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
                *elected(),
                (FAULT, "From now on each node reaches two others. How many leaders will there be, and who can commit?"),
                (("candidacy", FAULT + 1), "n4 hears no leader any more: it stands for term 2. It reaches two others, and needs five votes."),
                (60, "A client writes to n1. Its whole island will store that."),
                (("refusal", 61), "n4 refuses n6: it has voted for itself. On this island nobody can ever win."),
                (200, "The islands meet again. x=1 is not committed. Is it lost?"),
                (("candidacy", 200), "n8 stands for term {term}: on its island the term has grown all the time."),
                (("refusal", 200), "n4 refuses n1's append: term 1 has long been over."),
                (207, "n1 has refused n8 its vote: n8's log is empty."),
                (("leader", 200), "n6 leads term 11. None of the five that voted for it has x=1."),
                (("leader", 222), "n2 leads term 12, and it has x=1. It had stood before it heard of n6."),
                (240, "Whoever leads now decided it. A new write commits what stands before it, too."),
                (("commit", 240), "x=2 is committed, and x=1 before it with it."),
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
                (1, "n3 is cut off. n1 stands for term 3."),
                (("leader",), "n1 leads term 3, with n2's vote."),
                (("refusal",), "n2 refuses n1's heartbeat: it lacks entry 1. n1 will send it."),
                Ask(9, "n1 leads term 3 and has copied x=1 to n2. Two of three hold it: is it committed?", ("yes", "no"), "no",
                    then="No: it is an entry of term 1, and n1 leads term 3."),
                (12, "Now n2 is cut off, and n3 can be reached: it stands for term 4."),
                (16, "n3 has won term 4 with n1's vote: its log ends in the later term."),
                (17, "n1 has x=2 now. Where two of three held x=1, only n2 still does."),
                (("commit", 18), "x=3 is committed, and x=2 before it with it."),
                (40, "n2 can be reached again. It still has x=1, and stands for election again and again."),
                (("refusal", 43), "n1 refuses: its log ends in term 4, and n2's in term 1."),
                (("leader", 43), "n1 leads term 7. n2 could make everybody adopt a later term, but it could not win."),
                (("refusal", 67), "n2 refuses n1's heartbeat: it lacks the entries of the later terms."),
                (72, "n2 has the same log as the others. x=1 is gone."),
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
                *elected(),
                (4, "From now on whatever is sent to n1 takes 14 ticks."),
                (6, "n2 and n3 have stored x=1, and their answers are on the way to n1."),
                (("candidacy", 12), "n2 stands for term 2."),
                (15, "n2 leads term 2. n1 does not know that, and still leads term 1. What will it do when the replies arrive?"),
                (20, "n1 commits x=1, and tells its client. That is safe: a majority had stored x=1 before n2 was elected."),
            ),
        ),
        replace(
            PARTIAL["rejoin_huge_term"], name="rejoin_pre_vote", title="A node comes back, and has only asked",
            extensions=("PreVote",),
            stops=(
                (0, "n1 will lead. All nodes have PreVote."),
                *elected(after_asking=True),
                (("commit", 0), "x=15 is committed: n1 and n2 have stored it."),
                (FAULT, "n2 is cut off. Its timer runs out again and again. What becomes of its term?"),
                (("commit", FAULT), "x=30 is committed without n2: n1 and n3 are two of three."),
                (230, "n2 is back, with the term it left with. What does n1 do now?"),
                (("refusal", 230), "n3 tells n2 that it would not vote for it: its own log is longer. Nobody's term changes."),
                (("commit", 237), "x=240 is committed: n1 leads as before."),
            ),
        ),
    )
}  # fmt: skip
