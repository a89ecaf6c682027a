"""The questions of lesson 06b."""

from raftlab.lab.questions.kinds import Number, Question, no, yes

QUESTIONS = (
    Question(
        "06b.double_vote",
        "Five nodes. n1 reaches n3 and n5, n2 reaches n4 and n5; both are candidates in term 1. n5 votes for both. What comes of it?",
        (
            yes("Two leaders in one term.", "Each has three of five votes. The only voter that both share is the one that lies."),
            no("Nothing: one liar is outvoted by four honest nodes.", "n1 has the votes of n1, n3 and n5; n2 has those of n2, n4 and n5. Nobody else could have stopped it.", "two_votes_one_term", 3),
            no("Two leaders for a moment, and then one gives way.", "They are in the same term, so neither gives way. Each has committed a write by now.", "two_votes_one_term", 12),
        ),
    ),
    Question(
        "06b.proof",
        "n1 was elected in term 1. n3 got no vote, and says that it leads term 1, too. n2 gets an append from n3. What does n2 do?",
        (
            yes("It obeys n3, as it obeys n1.", "An append says who leads and in which term. It carries no proof of an election."),
            no("It asks n3 for its votes.", "There is no such message. Here n2 follows n3, which has one vote: its own.", "self_made_leader", 12),
            no("It refuses: it has voted for n1.", "A vote is only looked at when somebody asks for one. n2 did vote for n1, and follows n3.", "self_made_leader", 12),
        ),
    ),
    Question(
        "06b.storage",
        "A voter's disk loses its vote in a crash. The voter comes back, and votes for another candidate in the same term. Did it lie?",
        (
            yes("No: it says what it believes. Its storage failed.", "The harm is the same, two leaders in one term. Waiting for the disk before one answers is Raft's cure, and it is worth as much as the disk's word. (Larger quorums would mask such a voter: two quorums of 2f + 1 among 3f + 1 nodes share f + 1.)"),
            no("Yes: who votes twice in one term lies.", "n3 here is about to vote for a second time, and keeps every rule: on its disk it finds term 0 and no vote. To the others, a liar would look the same.", "forgotten_vote", 5),
            no("No, that is a crash, and Raft bears crashes.", "Raft bears crashes of nodes that find again what they saved. n2 here comes back, and still has its term and its vote.", "crash_restart", 100, says="what it had saved"),
        ),
    ),
    Question(
        "06b.four_disks",
        "Four nodes; three are a majority. x=1 is committed on n1, n2 and n4. n2 loses its disk and comes back; n1 is cut off. n3, without x=1, stands for election. Can it win?",
        (
            yes("No: one of its three voters would have to be n4, which still has x=1.", "Two majorities of four nodes share two nodes, and only one of them forgot."),
            no("Yes: n2 votes for it, and that is enough, as among three nodes.", "n2 did vote for it. That makes two votes of the three that n3 needs, and n4 refuses.", "lost_disk_of_four", 15),
            no("No, and no other node can win either: too few remember.", "n4 leads, with the votes of n2 and n3. And n2 has x=1 again.", "lost_disk_of_four", 23),
        ),
    ),
    Question(
        "06b.checksum",
        "A checksum is saved beside each entry. A disk is lost; a disk forgets what it confirmed last; a disk flips a bit of an entry. Of which of these does a node learn by its checksums when it restarts?",
        (
            yes("Of the flipped bit.", "The entry does not fit its checksum. What was forgotten is just missing, and what is left is whole."),
            no("Of the flipped bit and of what was forgotten.", "n3 here has forgotten a term and a vote. What its disk holds is older, and fits every checksum.", "forgotten_vote", 5),
            no("Of all three.", "n2 here finds an empty disk, as a new node does: there is nothing with a wrong checksum on it.", "lost_disk", 13),
        ),
    ),
    Question(
        "06b.three_generals",
        "The commander C sends L1 the order to attack. L2 tells L1: \"C told me to retreat.\" One of the three may be a traitor. What does L1 know?",
        (
            yes("That C or L2 lies, and not which of them.", "Both cases look the same to L1. With three generals and spoken orders there is no way out."),
            no("That L2 lies: an order counts more than gossip.", "Here it is the one who commands: n1 sent n2 and n3 different entries for the same place. n2 and n3 would both report the truth.", "two_truths", 11),
            no("That C lies: L2 has no reason to.", "Here it is the one who reports: n2 has told n1 that it stored x=1, and stored nothing.", "empty_promise", 13),
        ),
    ),
    Number(
        "06b.quorum",
        "Seven nodes. Two of them may lie, or never answer. How many nodes must a quorum have, so that any two quorums share an honest node, and there is always one to be had?",
        (
            yes("5", "2f + 1. Two quorums of five share three nodes, of which two may lie; and five answer, even if two never do."),
            no("fewer", "Two majorities of four may share a single node, and that may be a liar. As n5 is here: the one voter that both leaders have in common.", "two_votes_one_term", 3),
            no("more", "Then one would wait for somebody who may never answer, and silence tells nothing: n1 is well here, and n3 hears nothing of it for 22 ticks.", "two_verdicts", 44),
        ),
        value=5, unit="nodes",
    ),
    Question(
        "06b.check_deaf",
        "A leader loses every reply that is sent to it, but its heartbeats arrive. Which property breaks?",
        (
            yes("None. But nothing is done any more.", "That is lost liveness. Losing messages is an omission: Raft stays safe."),
            no("State Machine Safety: entries are applied too early.", "Three nodes hold x=1, so it is committed. But n1 hears no confirmation: nobody knows it, and nobody has applied it.", "deaf_leader", 100),
            no("None: the others soon elect another leader.", "They hear a leader, so their timers never run out. n1 still leads.", "deaf_leader", 100),
        ),
    ),
    Question(
        "06b.check_pbft",
        "Generals with spoken orders: 3m + 1. PBFT: 3f + 1. Signed orders bear a traitor among three generals. So what do signatures change in PBFT?",
        (
            yes("Not the 3f + 1: it comes from not knowing how late a message may be.", "Two theorems. The generals know when a round is over. PBFT does not: who is silent may be slow, so it goes on without f answers, and among those it got f may be lies."),
            no("With signatures PBFT needs a majority only.", "A signature proves who said something, and not that it is true. Both of n5's votes are its own.", "two_votes_one_term", 3),
            no("With signatures one knows who is silent, so 2f + 1 nodes are enough.", "Silence may mean slow. n1 is well here, and n3 hears nothing of it for 22 ticks.", "two_verdicts", 44),
        ),
    ),
    Question(
        "06b.check_protects",
        "What protects a Raft cluster from a member that lies?",
        (
            yes("Nothing in Raft. Its members are trusted.", "That is an assumption about the nodes and those who run them, and it must be kept by other means."),
            no("The majority: it outvotes a single liar.", "One liar of three, and a node that lacks a committed entry leads.", "boastful_candidate", 15),
            no("The terms: who lies has the wrong one.", "Terms are believed as all else is. n3 raises them for ever, and all others follow.", "endless_terms", 100),
        ),
    ),
)  # fmt: skip
RECALL = ("06.check_step_down", "02.check_two_leaders", "00.common")
