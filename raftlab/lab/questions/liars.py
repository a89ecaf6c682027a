"""The questions of lesson 06b."""

from raftlab.lab.questions.kinds import Number, Question, no, yes

REMEDIES = """Which remedy protects against which fault, and how many faulty nodes it tolerates:

| | forgetting | damage | lies |
|---|---|---|---|
| 2f + 1 nodes, a majority decides | no | no | no |
| a checksum | no | yes | no |
| 3f + 1 nodes, 2f + 1 decide | f | no | f false votes, no false leader |
| the same, plus a round of comparison (PBFT) | f | f | f |

All these faults are *Byzantine*, but some are cheaper to tolerate than others."""

QUESTIONS = (
    Question(
        "06b.double_vote",
        "In a cluster of five nodes, n1 reaches n3 and n5, and n2 reaches n4 and n5. n1 and n2 are candidates in term 1, and n5 votes for both. What is the result?",
        (
            yes("Two leaders in one term.", "Each has three of five votes. The only voter that both share is the one that lies.", "two_votes_one_term", 3),
            no("Nothing: four honest nodes outvote one liar.", "n1 has the votes of n1, n3 and n5; n2 has those of n2, n4 and n5. No other node could have prevented it.", "two_votes_one_term", 3),
            no("Two leaders for a moment, and then one steps down.", "They are in the same term, so neither steps down. By now each has committed a write.", "two_votes_one_term", 12),
        ),
        run=("two_votes_one_term", 1),
        explanation="Go to 0.12 s: each of the two leaders has taken a write, and has applied it. Then press the mark at the top of the player. It shows which properties are broken: four of Raft's five, and Sound Knowledge, which says that what a node takes for committed is committed.",
    ),
    Question(
        "06b.proof",
        "n1 was elected in term 1. n3 got no vote, but claims that it leads term 1, too. n2 receives an append from n3. What does n2 do?",
        (
            yes("It obeys n3, as it obeys n1.", "An append says who leads, and in which term. It carries no proof of an election.", "self_made_leader", 11),
            no("It asks n3 for its votes.", "There is no such message. Here n2 follows n3, which has one vote: its own.", "self_made_leader", 11),
            no("It refuses: it has voted for n1.", "A node looks at its vote only when it is asked for a vote. n2 did vote for n1, and it follows n3.", "self_made_leader", 11),
        ),
        explanation="n2 obeys both leaders. Its log holds n1's x=1, and yet it confirms x=3 to n3: both entries have index 1 and term 1, and a follower compares nothing else.",
    ),
    Question(
        "06b.storage",
        "A voter's disk loses its vote in a crash. The voter comes back, and votes for another candidate in the same term. Did it lie?",
        (
            yes("No: it says what it believes. Its storage failed.", "The harm is the same: two leaders in one term. Raft's remedy is to wait for the disk before a node answers, and it works only as well as the disk does.", "forgotten_vote", 8),
            no("Yes: a node that votes twice in one term lies.", "n3 is about to vote for the second time here, and it follows every rule: on its disk it finds term 0 and no vote. To the others, a liar would look the same.", "forgotten_vote", 5),
            no("No, it is a crash, and Raft tolerates crashes.", "Raft tolerates a crash if the node afterwards finds what it had saved. n3 had saved its vote in term 1. Here it is back, and finds term 0 and no vote.", "forgotten_vote", 5),
        ),
        run=("forgotten_vote", 3),
        explanation="Raft demands that a vote is saved before the reply (*persistent state* in Figure 2), and n3 did that. But the disk confirmed the vote before it had saved it, and the crash erased the vote. So in the end two nodes lead term 1, although every node has followed every rule.",
    ),
    Question(
        "06b.four_disks",
        "In a cluster of four nodes, three are a majority. x=1 is committed on n1, n2 and n4. n2 loses its disk and comes back, and n1 is cut off. n3, which does not have x=1, asks for votes. Can it win?",
        (
            yes("No: one of its three voters would have to be n4, which still has x=1.", "Two majorities of four nodes share two nodes, and only one of those two has forgotten.", "lost_disk_of_four", 15),
            no("Yes: n2 votes for it, and that is enough, as with three nodes.", "n2 did vote for it. That makes two of the three votes that n3 needs, and n4 refuses.", "lost_disk_of_four", 15),
            no("No, and no other node can win either: too few remember.", "n4 leads, with the votes of n2 and n3. And n2 has x=1 again.", "lost_disk_of_four", 23),
        ),
        run=("lost_disk_of_four", 13),
    ),
    Question(
        "06b.checksum",
        "A checksum is saved beside each entry. Consider three faults: a disk is lost; a disk forgets what it confirmed last; a disk flips a bit of an entry. Which of them do the checksums reveal when the node restarts?",
        (
            yes("The flipped bit.", "The entry does not match its checksum. Data that was forgotten is just missing, and the rest is undamaged."),
            no("The flipped bit and what was forgotten.", "n3 has forgotten a term and a vote here. The data that its disk still holds is older, and matches every checksum.", "forgotten_vote", 5),
            no("All three.", "n2 finds an empty disk here, as a new node does. Nothing on it has a wrong checksum.", "lost_disk", 12),
        ),
        explanation=REMEDIES,
    ),
    Question(
        "06b.three_generals",
        "The commander C orders L1 to attack. L2 tells L1: \"C ordered me to retreat.\" One of the three may be a traitor. What does L1 know?",
        (
            yes("That C or L2 lies, but not which of them.", "Both cases look the same to L1. With three generals and spoken orders there is no remedy."),
            no("That L2 lies: an order counts more than a report.", "Take n1 for the commander, and n2 and n3 for L1 and L2. Here the commander lies: n1 sent n2 and n3 different entries for the same index. Both n2 and n3 would report the truth.", "two_truths", 11),
            no("That C lies: L2 has no reason to.", "A node that reports can lie, too. Here n2 has told n1 that it stored x=1, but it has stored nothing.", "empty_promise", 7),
        ),
    ),
    Number(
        "06b.quorum",
        "Two of seven nodes may lie or may never answer. Any two quorums must share an honest node, and a quorum must be reached even if two nodes never answer. How large must a quorum be?",
        (
            yes("5", "It is 2f + 1. Two quorums of five share three nodes, of which two may lie. And five nodes answer, even if two never do."),
            no("fewer", "Of seven nodes, two groups of four may share a single node, and that node may lie. The same happens here to five nodes: two groups of three share only n5, and n5 lies.", "two_votes_one_term", 3),
            no("more", "Then a node may wait for others that never answer, and it cannot tell whether they are down: n1 runs here, and n3 hears nothing from it for 0.22 s.", "two_verdicts", 44),
        ),
        value=5, unit="nodes",
        explanation="PBFT's leader cannot wait for all n nodes, because f may never answer. So it goes on with n - f = **2f + 1** answers. But the f nodes that did not answer may just have been slow, and f of the 2f + 1 that answered may lie. Two such quorums share f + 1 nodes, one of which is honest. With fewer than 3f + 1 nodes, two quorums might share no honest node.",
    ),
    Question(
        "06b.check_deaf",
        "A leader loses every reply that is sent to it, but its heartbeats arrive. Which property breaks?",
        (
            yes("None. But nothing gets done any more.", "That is a loss of liveness. Losing messages is an omission: Raft stays safe."),
            no("State Machine Safety: entries are applied too early.", "Three nodes hold x=1, so it is committed. But n1 hears no confirmation, so no node knows that it is committed, and no node has applied x=1.", "deaf_leader", 100),
            no("None: the others soon elect another leader.", "They hear a leader, so their timers do not run out. n1 still leads.", "deaf_leader", 100),
        ),
    ),
    Question(
        "06b.check_pbft",
        "Generals with spoken orders need 3m + 1, and PBFT needs 3f + 1. With signed orders, three generals tolerate a traitor. So what do signatures change for PBFT?",
        (
            yes("Not the 3f + 1: it comes from not knowing how late a message may be.", "These are two theorems. The generals know when a round is over. PBFT does not: a silent node may just be slow. So PBFT has to continue when f answers are missing, and f of the answers that it has may be lies."),
            no("With signatures, PBFT needs a majority only.", "A signature proves who said something, and not that it is true. Both of n5's votes here are really from n5.", "two_votes_one_term", 3),
            no("With signatures a node knows which others are silent, so 2f + 1 nodes are enough.", "Silence may just be slowness. n1 runs here, and n3 hears nothing from it for 0.22 s.", "two_verdicts", 44),
        ),
    ),
    Question(
        "06b.check_protects",
        "What protects a Raft cluster from a member that lies?",
        (
            yes("Nothing in Raft. It trusts its members.", "That is an assumption about the nodes and about the people who run them. Other means have to make sure that it holds."),
            no("The majority: it outvotes a single liar.", "One of three nodes lies here, and a node that lacks a committed entry leads.", "boastful_candidate", 15),
            no("The terms: a liar has the wrong one.", "A node believes a term, as it believes everything else. n3 raises the term for ever here, and all others follow.", "endless_terms", 100),
        ),
    ),
)  # fmt: skip

RECALL = ("06.limbo", "06.verdicts", "00.common")
