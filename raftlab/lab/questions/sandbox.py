"""The questions of lesson 09."""

from raftlab.lab.questions.kinds import Question, no, yes

QUESTIONS = (
    Question(
        "09.highest",
        "A claim: the node with the highest term always leads, if any node leads. What will the explorer find?",
        (
            yes("A run in which another node becomes a candidate while a node leads.", "A new term begins with a candidate, and not with a leader. The candidate has the highest term, and it may lose.", "minority_leader", 55),
            no("Nothing: a term belongs to its leader.", "n5 is in term 2 here, and n1 leads in term 1. A term begins before any node leads in it.", "minority_leader", 55),
            no("A run against the claim, but only one with two leaders.", "One leader is enough: n1. n5 is only a candidate, and still it has the highest term.", "minority_leader", 55),
        ),
    ),
    Question(
        "09.majority",
        "An entry is in a majority of the logs. Will every later leader have it?",
        (
            yes("Not always: this is certain only if it is committed.", "An entry of an older term is not committed by its copies alone. That is Figure 8 of the paper.", "figure_8", 20),
            no("Yes: a majority holds it.", "Three of five hold x=2 of term 2 here, and n5 leads without it: its last entry has a later term.", "figure_8", 20),
            no("No: any entry of a log may be lost.", "A committed entry is never lost. Here the leader has changed, and the new leader, n2, has every committed entry.", "cloudflare_cut_writes", 70),
        ),
    ),
    Question(
        "09.fog",
        "You are n3, a follower. You have heard no other node for a whole election timeout. What do you know?",
        (
            yes("That I have heard no other node, and nothing else.", "A node cannot tell a leader that is down from one that is slow, or from a link that is cut. So it does the same in all three cases: it becomes a candidate."),
            no("The leader is down.", "n5 becomes a candidate here because it hears no other node. But n1 runs and leads: a link is cut.", "minority_leader", 55),
            no("I am cut off from the others.", "n4 becomes a candidate here because it hears no other node. But all its links work: the leader is down.", "leader_crash", 77),
        ),
    ),
    Question(
        "09.check_none",
        "The explorer answers: \"Nothing contradicts it within 3 nodes, terms up to 2.\" What do you know about the claim?",
        (
            yes("No run of three nodes within two terms contradicts it.", "The explorer has looked at all of these runs, and at no others."),
            no("It is true.", "The explorer answers the same about the claim that every later leader has an entry that a majority holds. But here, with five nodes in term 5, it is false.", "figure_8", 20),
            no("It is true of every cluster of three nodes.", "Here two of three nodes had x=1, and n3 leads in term 4 without it.", "overtaken_copies", 14),
        ),
    ),
    Question(
        "09.check_leaders",
        "In a run that contradicts your claim, two nodes lead at the same time. What follows from that?",
        (
            yes("Their terms differ, and only the newer one can commit a new write.", "Each had a majority once. The voters that both had have moved on to the newer term."),
            no("Election Safety is broken.", "n1 leads term 1, and n5 leads term 2. Press the mark at the top: Election Safety holds, with one leader in each term.", "minority_leader", 61),
            no("Both answer reads with the newest value.", "n1 still believes that x is 1. n3 has committed x=2 in the newer term.", "stale_read", 82),
        ),
    ),
    Question(
        "09.check_twice",
        "In the fog, you have said yes to two candidates of the same term. Who can see that this was wrong?",
        (
            yes("Only somebody who sees both of them.", "Each candidate got an ordinary vote. That is why a node saves its vote, and why such a mistake is found only when the fog lifts."),
            no("The second candidate, which does not become leader.", "n5 has said yes to both here. n1 and n2 both lead, and neither has noticed anything.", "two_votes_one_term", 3),
            no("Nobody: one of the two loses in the end.", "A little later, n1 has applied x=1 and n2 has applied x=2 at the same index. No later leader can repair that.", "two_votes_one_term", 12),
        ),
    ),
)  # fmt: skip

RECALL = ("04.all_at_once", "05.check_islands", "02.longest_log")
