"""The questions of lesson 09."""

from raftlab.lab.questions.kinds import Question, no, yes

QUESTIONS = (
    Question(
        "09.highest",
        "A claim: the node with the highest term always leads, if anybody does. What will come of it?",
        (
            yes("It is contradicted, as soon as anybody stands beside a leader.", "A new term begins with a candidate, not with a leader. Whoever stands has the highest term, and may lose."),
            no("Nothing contradicts it: a term belongs to its leader.", "n5 has term 2 here, n1 leads in term 1. A term begins before anybody leads in it.", "minority_leader", 55),
            no("It is contradicted only where there are two leaders.", "One leader is enough: n1. n5 only stands, and has the highest term all the same.", "minority_leader", 55),
        ),
    ),
    Question(
        "09.majority",
        "An entry stands in a majority of the logs. Will every later leader have it?",
        (
            yes("Not always: that is sure only if it is committed.", "And an entry of an older term is not committed by its copies alone. That is Figure 8 of the paper."),
            no("Yes: a majority holds it.", "Three of five hold x=2 of term 2 here, and n5 leads without it: its last entry has a later term.", "figure_8", 20),
            no("No: whatever stands in a log may be lost.", "x=1 was committed before the cut. n5 has it, who leads now, and so has everybody.", "minority_leader", 207),
        ),
    ),
    Question(
        "09.fog",
        "You are n3, a follower. You have heard nobody for a whole election timeout. What do you know?",
        (
            yes("That you have heard nobody, and nothing else.", "A node cannot tell a dead leader from a dead link, or from a slow one. So it does the same in all three cases: it stands."),
            no("The leader is down.", "n5 stands here because it hears nobody. But n1 runs, and leads: a link is cut.", "minority_leader", 55),
            no("You are cut off from the others.", "n4 stands here because it hears nobody. But all its links are up: the leader is down.", "leader_crash", 77),
        ),
    ),
    Question(
        "09.check_none",
        "An answer reads: nothing contradicts it within 3 nodes, terms up to 2. What do you know of the claim?",
        (
            yes("No run of three nodes within two terms contradicts it.", "The explorer has looked at all of those, and at no others."),
            no("It is true.", "That an entry on a majority stays with every later leader has the same answer. Here are five nodes in term 5, and it does not.", "figure_8", 20),
            no("It is true of every cluster of three nodes.", "Here are three nodes, and x=1 stood on two of them. n3 leads in term 4, without it.", "overtaken_copies", 14),
        ),
    ),
    Question(
        "09.check_leaders",
        "In a run that contradicts your claim, two nodes lead at the same time. What follows?",
        (
            yes("Their terms differ, and a new write can only be committed by the newer one.", "Each had a majority once. The voters that they share have moved on to the newer term."),
            no("Election Safety is broken.", "n1 leads term 1, n5 leads term 2, and the mark at the top says that P1 holds: one leader a term.", "minority_leader", 61),
            no("Both answer reads with the newest value.", "n1 still believes that x is 1. n3 has committed x=2 in the newer term.", "stale_read", 82),
        ),
    ),
    Question(
        "09.check_twice",
        "In the fog you have said yes to two candidates of the same term. Who can see that this was wrong?",
        (
            yes("Only somebody who sees both of them.", "Each candidate got an ordinary vote. That is why a node keeps its vote, and why a mistake is found when the fog lifts."),
            no("The second candidate, which does not become leader.", "n5 has done it here. Both n1 and n2 lead, and neither has noticed anything.", "two_votes_one_term", 3),
            no("Nobody: one of the two loses in the end.", "A little later n1 has applied x=1 and n2 x=2, at the same index. No later leader can make that good.", "two_votes_one_term", 12),
        ),
    ),
)  # fmt: skip
RECALL = ("08.bounds", "04b.new_entry", "05.check_islands")
