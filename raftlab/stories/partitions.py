"""Partitions and what comes after them: islands that are all too small, and a node that comes back without harm."""

from dataclasses import replace

from raftlab.sim.stops import Ask
from raftlab.sim.story import Story
from raftlab.stories.partial import FAULT, PARTIAL
from raftlab.stories.sentences import STANDS_AFTER_ASKING, STANDS_EARLY, elected

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
                (0, "Nine nodes. The story lets n1's timer run out: n1 is about to ask for votes."),
                *elected(STANDS_EARLY),
                (FAULT, "The network is cut into three islands. Each node reaches only two others."),
                Ask(FAULT + 1, "Can an island without a leader elect one?", ("yes", "no"), "no", "refusal",
                    then="No: it has three nodes, and a majority of nine is five."),
                (("candidacy", FAULT + 1), "n4 no longer hears a leader: it becomes a candidate in term 2. It reaches only two others, and needs five votes."),
                (60, "A client writes x=1 to n1. All three nodes of its island will store it."),
                (("refusal", 61), "n4 refuses n6: it has voted for itself. An island has only three nodes, so no node of it can win."),
                (200, "All links work again. x=1 is on three of nine nodes, and is not committed."),
                (("candidacy", 200), "n8 becomes a candidate in term {term}: on its island there was one election after another."),
                (("refusal", 200), "n4 refuses n1's append: it comes from term 1, and n4 is in a much later term."),
                (207, "n1 has refused to vote for n8: n8's log is empty."),
                (("leader", 200), "n6 leads term 11. None of the five nodes that voted for it has x=1."),
                (("leader", 222), "n2 leads term 12, and it has x=1. It had asked for votes before it heard of n6."),
                (240, "A client writes x=2 to n2, the leader. Once a majority has stored x=2, x=1 before it will be committed, too."),
                (("commit", 240), "x=2 is committed, and so is x=1 before it."),
                (320, "In short: none of the three islands had a majority, so nothing was committed until the links worked again."),
            ),
        ),
        Story(
            "overtaken_copies", "An old entry on two of three nodes", nodes=3, ticks=90,
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
                (0, "n1 has led term 1, and n3 term 2. Each has an entry that no other node has. This is Figure 8 (b), with three nodes."),
                (1, "n3 is cut off. n1 becomes a candidate in term 3."),
                (("leader",), "n1 leads term 3, with n2's vote."),
                (("refusal",), "n2 refuses n1's heartbeat: it lacks entry 1. n1 will send it."),
                Ask(9, "n1 leads term 3 and has copied x=1 to n2. Two of three have it: is it committed?", ("yes", "no"), "no",
                    then="No: it is an entry of term 1, and n1 leads term 3. A leader counts copies only of entries of its own term."),
                (12, "Now n2 is cut off, and n3 can be reached again. n3 becomes a candidate in term 4."),
                (16, "n3 has won term 4 with n1's vote: n3's log ends in term 2, and n1's in term 1."),
                (17, "n1 now has x=2 where it had x=1. Only n2 still has x=1."),
                (("commit", 18), "x=3 is committed, and so is x=2 before it."),
                (40, "n2 can be reached again. It still has x=1, and is a candidate in term 4."),
                (("refusal", 43), "n1 refuses: its log ends in term 4, and n2's in term 1."),
                (("leader", 43), "n1 leads term 7. n2 made the others adopt later terms, but its log was too old to win."),
                (("refusal", 67), "n2 refuses n1's heartbeat: it does not have the entries of the later terms."),
                (72, "n2 has the same log as the others. No node has x=1 any more."),
            ),
        ),
        Story(
            "late_replies", "Replies that arrive after the next election", nodes=3, ticks=80,
            actions=(
                (0, "set_network", (1, 1)), (1, "time_out", "n1"),
                (4, "set_network", (14, 14), None, None, None, "n1"),
                (5, "propose", "x=1", "n1"),
                (12, "time_out", "n2"),
                (30, "set_network", (1, 1), None, None, None, "n1"), (40, "propose", "x=2", "n2"),
            ),
            goals=(("leader",), ("leader", 13), ("applied", "x=2"), ("same_logs", 41)),
            stops=(
                *elected(STANDS_EARLY),
                (4, "From now on, messages to n1 take 14 times as long as all others."),
                (6, "n2 and n3 have stored x=1, and their replies are on the way to n1."),
                (("candidacy", 12), "n2 becomes a candidate in term 2."),
                (15, "n2 leads term 2. n1 does not know that, and still leads term 1. The replies to n1 are still on the way."),
                Ask(19, "The replies to n1 are about to arrive. n2 leads a later term. May n1 still consider x=1 committed?", ("yes", "no"), "yes", 20,
                    then="Yes: a majority had stored x=1 before n2 was elected, so n2 has it, too."),
                (20, "The replies have arrived: n1 knows now that x=1 is committed. That is safe: a majority had stored x=1 before n2 was elected."),
            ),
        ),
        replace(
            PARTIAL["rejoin_huge_term"], name="rejoin_pre_vote", title="A node with PreVote comes back",
            extensions=("PreVote",),
            stops=(
                (0, "All nodes have PreVote: before an election, a node asks whether it would win."),
                *elected(STANDS_AFTER_ASKING),
                (("commit", 0), "x=15 is committed: n1 and n2 have stored it."),
                (FAULT, "n2 is cut off. Whenever its timer runs out, it only asks whether it would win, and its term stays as it is."),
                (("commit", FAULT), "x=30 is committed without n2: n1 and n3 are two of three."),
                Ask(230, "n2 is about to be heard again. It could not win an election while it was cut off. Will n1 go on leading?", ("yes", "no"), "yes", "refusal",
                    then="Yes: n2's term has not grown, and n3 tells it that it would not win."),
                (230, "n2 can be reached again. Its term has not grown."),
                (("refusal", 230), "n3 tells n2 that it would not vote for it: its own log is longer. No node's term changes."),
                (("commit", 237), "x=240 is committed: n1 leads as before."),
            ),
        ),
    )
}  # fmt: skip
