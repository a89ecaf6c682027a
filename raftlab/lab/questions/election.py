"""The questions of lesson 02."""

from raftlab.lab.questions.kinds import Click, Number, Order, Question, no, yes

QUESTIONS = (
    Click(
        "02.who_first",
        "Five followers wait. Their timers run out after so many ticks. Click the one that becomes a candidate first.",
        (
            no("n1", "Names do not matter, and its timer is one of the longest. Step on and see.", "best_case_election", 15),
            no("n2", "Its timer is the second to run out; before that, a request for its vote has started it anew.", "best_case_election", 16, says="n2 learns"),
            no("n3", "It has the longest time to wait.", "best_case_election", 15),
            no("n4", "Its timer runs on while another node already asks for votes.", "best_case_election", 15),
            yes("n5", "Its timer runs out first; the arc shows what is left of it. The timers were drawn at random, so that they seldom run out together."),
        ),
        picture="best_case_election", tick=0,
    ),
    Number(
        "02.how_many",
        "How many votes, its own included, does a candidate of five nodes need?",
        (
            yes("3", "A majority of all five: two majorities always share a node."),
            no("fewer", "With two votes n4 is still a candidate: two others could have as many in the same term.", "leader_crash", 79),
            no("more", "Then two crashed nodes would stop the cluster. With three votes n5 leads here, before the others have even answered.", "best_case_election", 18),
        ),
        value=3, unit="votes",
    ),
    Order(
        "02.order",
        "Put the election in order.",
        (
            yes("as it happens", "The term is raised before anybody is asked, and the vote is saved before the answer is on its way."),
            no("another order", "n5 has raised its term and voted for itself; its requests are on their way; n2 and n3 have saved their votes and answer.", "best_case_election", 16),
        ),
        steps=(
            "Its timer runs out.",
            "It raises its term and votes for itself.",
            "It asks all others for their votes.",
            "A voter saves its vote and answers.",
            "A majority has voted: it leads.",
            "The others hear its first heartbeat.",
        ),
    ),
    Question(
        "02.longest_log",
        "n2 has the longest log, 11 entries; the last is of term 3. n1 has 9 entries; the last is of term 6. n3 has 4; the last is of term 4. n2 asks for votes. Who votes for it?",
        (
            yes("Neither of them.", "The later last term decides; length only counts between equal terms."),
            no("Both: the longest log wins.", "Both refuse: their logs end in later terms, though they are shorter.", "longest_log", 3),
            no("Only n3, whose log is the shortest.", "n3's log ends in term 4, later than 3. It refuses, too.", "longest_log", 3),
        ),
    ),
    Question(
        "02.first_come",
        "Two candidates of one term ask n3: first n1, with a log as good as n3's, then n2, with a better one. Who gets the vote?",
        (
            yes("n1: it asked first.", "One vote a term. A voter does not look for the best candidate, only for one that is good enough."),
            no("n2: its log is better.", "n3 has already given its vote of this term away.", "first_come", 3),
            no("Both.", "Then both could win the same term. A node votes once a term.", "first_come", 3),
        ),
    ),
    Number(
        "02.figure_7",
        "Seven logs. The top node, n1, asks for votes in term 8. How many votes does it get, its own included?",
        (
            yes("5", "n2, n3, n6 and n7 vote for it. n4's log is longer with the same last term; n5's ends in a later one."),
            no("fewer", "A voter only compares the ends of the logs, not what is in them: n6 and n7 vote for it, too.", "figure_7", 4, says="n6 learns"),
            no("more", "n4 and n5 refuse: their logs are more up to date.", "figure_7", 4, says="n4 learns"),
        ),
        value=5, unit="votes",
    ),
    Click(
        "02.last",
        "The same logs; now all seven nodes are in term 7. Who wins depends on who asks first. Click the node with the least up-to-date log that can still win.",
        (
            no("n1", "It can win, but a worse one can, too: n2 has four of seven votes here, and leads.", "figure_7_last", 7),
            yes("n2", "n3, n6 and n7 vote for it: with its own that is four of seven, just enough."),
            no("n3", "Only n7's log is no better than n3's. Even n6, whose log is better, has only three votes here.", "figure_7_behind", 7),
            no("n4", "It can win, but worse ones can, too: n2 has four of seven votes here, and leads.", "figure_7_last", 7),
            no("n5", "Everybody would vote for it: it is the best. But n2 leads here, with four of seven votes.", "figure_7_last", 7),
            no("n6", "n3 and n7 vote for it. With its own vote it has three of seven: not enough.", "figure_7_behind", 7),
            no("n7", "Its log is among the longest, but ends in term 3: all others are better. n6 is better, too, and fails here.", "figure_7_behind", 7),
        ),
        picture="figure_7_last", tick=0,
    ),
    Question(
        "02.check_two_leaders",
        "Can two nodes be leader of the same term?",
        (
            yes("No, never.", "Both would need a majority; the majorities share a node, and a node votes once a term. (That holds for nodes that keep the rules and do not lose what they have saved; lesson 06b is about the others.)"),
            no("Yes, if the network is split.", "Then there can be two leaders, but look at their terms.", "minority_leader", 61),
            no("Yes, if two timers run out together.", "Then the votes split, and often nobody wins.", "split_vote", 15),
        ),
    ),
    Question(
        "02.check_safety",
        "All messages are lost for a while. What can that cost?",
        (
            yes("Progress, and nothing else.", "There may be no leader for a while (liveness). Nothing wrong ever happens (safety)."),
            no("Two leaders in one term.", "Without messages there are no votes, and without votes no leader.", "split_vote", 15),
            no("Committed entries.", "What a majority has saved is on disk, whatever the network does.", "minority_leader", 64),
        ),
    ),
    Question(
        "02.check_timer",
        "A node refuses a vote. Does it start its election timer anew?",
        (
            yes("No.", "Only a granted vote or a message of the current leader does: hopeless candidates must not hold others back."),
            no("Yes: it has heard from somebody.", "Look at n1's timer when it refuses n2: it runs on.", "longest_log", 2),
            no("It stops the timer.", "A follower's timer always runs.", "longest_log", 2),
        ),
    ),
)  # fmt: skip
RECALL = ("00.common", "01.check_silence", "01.crash")
