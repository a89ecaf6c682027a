"""The questions of lesson 02."""

from raftlab.lab.questions.kinds import Click, Number, Order, Question, no, yes

QUESTIONS = (
    Click(
        "02.who_first",
        "Five followers wait. The picture shows how much time is left on each timer. Click the node that becomes a candidate first.",
        (
            no("n1", "The name of a node does not matter, and n1's timer is one of the longest. n5 is already a candidate.", "best_case_election", 15),
            no("n2", "n2's timer would have run out second. But n2 has voted for n5, and has reset its timer.", "best_case_election", 16, says="n2 learns"),
            no("n3", "n3 has the longest time to wait. n5 is already a candidate.", "best_case_election", 15),
            no("n4", "n4's timer is still running, and n5 is already asking for votes.", "best_case_election", 15),
            yes("n5", "n5's timer runs out first. The timers are set at random, so that they seldom run out together."),
        ),
        picture="best_case_election", tick=0,
    ),
    Number(
        "02.how_many",
        "How many votes does a candidate need in a cluster of five nodes, its own included?",
        (
            yes("3", "It needs a majority of all five: two majorities always share a node."),
            no("fewer", "n4 has two votes, and is still a candidate. If two votes were enough, two candidates could win the same term.", "leader_crash", 79),
            no("more", "n5 leads here with three votes, before the other two nodes have answered. If it needed more, two crashed nodes could stop the cluster.", "best_case_election", 18),
        ),
        value=3, unit="votes",
    ),
    Order(
        "02.order",
        "Put the election in order.",
        (
            yes("as it happens", "A candidate raises its term before it asks for votes. A voter saves its vote before it answers."),
            no("another order", "n5 has raised its term and voted for itself, and its requests are on their way. n2 and n3 have saved their votes, and their answers are on their way.", "best_case_election", 16),
        ),
        steps=(
            "Its timer runs out.",
            "It raises its term and votes for itself.",
            "It asks all others for their votes.",
            "A voter saves its vote and answers.",
            "A majority has voted for it: it becomes the leader.",
            "The others receive its first heartbeat.",
        ),
        explanation="The whole election over time, with a line for each node and an arrow for each message:\n\n![An election over time: a timeout, four requests, the votes, the first heartbeats](figures/02_election.svg)",
    ),
    Question(
        "02.longest_log",
        "n2 has the longest log: 11 entries, the last of term 3. n1 has 9 entries, the last of term 6. n3 has 4 entries, the last of term 4. n2 asks for votes. Who votes for it?",
        (
            yes("Neither of them.", "The term of the last entry counts first. The length counts only if these terms are equal.", "longest_log", 3),
            no("Both: the longest log wins.", "Both refuse: their logs are shorter, but they end in later terms.", "longest_log", 3),
            no("Only n3, whose log is the shortest.", "n3 refuses, too: its log ends in term 4, and n2's in term 3.", "longest_log", 3),
        ),
        run=("longest_log", 1),
    ),
    Question(
        "02.first_come",
        "Two candidates in the same term ask n3 for its vote. n1 asks first, and its log is as good as n3's. n2 asks second, and its log is better. Who gets the vote?",
        (
            yes("n1: it asked first.", "A node has one vote in each term. It does not look for the best candidate: it votes for the first one that is good enough.", "first_come", 3),
            no("n2: its log is better.", "n3 has already given its vote in this term to n1.", "first_come", 3),
            no("Both.", "If n3 voted for both, both could win the same term. A node votes once in a term.", "first_come", 3),
        ),
        run=("first_come", 1),
    ),
    Number(
        "02.figure_7",
        "Here are seven logs. The node at the top, n1, asks for votes in term 8. How many votes does it get, its own included?",
        (
            yes("5", "n2, n3, n6 and n7 vote for it. n4 refuses: its log has the same last term and is longer. n5 refuses: its log ends in a later term. It leads as soon as it has four of the seven, and the fifth comes later.", "figure_7", 1),
            no("fewer", "Five: n1 itself, n2, n3, n6 and n7. A voter compares only how the logs end, and not what is in them, so n6 and n7 vote for n1, too.", "figure_7", 4, says="n6 learns"),
            no("more", "Five: n1 itself, n2, n3, n6 and n7. n4 and n5 refuse: their logs are more up to date.", "figure_7", 4, says="n4 learns"),
        ),
        value=5, unit="votes", besides=("log_first",),
    ),
    Click(
        "02.last",
        "These are the same logs, but now all seven nodes are in term 7, and any of them may be the first to ask for votes. Click the node with the least up-to-date log that can still win.",
        (
            no("n1", "n1 can win, but so can a node with a worse log: n2 leads here, with four of seven votes.", "figure_7_last", 7),
            yes("n2", "n3, n6 and n7 vote for n2. With its own vote it has four of seven: just enough.", "figure_7_last", 7),
            no("n3", "Only n7 could vote for n3. Even n6, whose log is better than n3's, has only three votes here.", "figure_7_behind", 7),
            no("n4", "n4 can win, but so can a node with a worse log: n2 leads here, with four of seven votes.", "figure_7_last", 7),
            no("n5", "Every node would vote for n5, because its log is the most up to date. But n2's log is worse, and n2 leads here, with four of seven votes.", "figure_7_last", 7),
            no("n6", "n3 and n7 vote for n6. With its own vote it has three of seven: not enough.", "figure_7_behind", 7),
            no("n7", "n7's log is one of the longest, but it ends in term 3, and all others end in later terms. Even n6, whose log is better, fails here.", "figure_7_behind", 7),
        ),
        picture="figure_7_last", tick=0,
        besides=("log_first",),
    ),
    Question(
        "02.check_two_leaders",
        "Can two nodes be leader of the same term?",
        (
            yes("No, never.", "Both would need a majority. Any two majorities share a node, and a node votes once in a term. (This holds for nodes that follow the rules and do not lose what they have saved. Lesson 06b is about nodes that do not.)"),
            no("Yes, if the network is split.", "There are two leaders here. But look at their terms.", "minority_leader", 61),
            no("Yes, if two timers run out together.", "Then the votes are split, and often nobody wins.", "split_vote", 15),
        ),
    ),
    Question(
        "02.check_safety",
        "All messages are lost for a while. What can that cost?",
        (
            yes("Progress, and nothing else.", "For a while there may be no leader (liveness). Nothing bad happens (safety)."),
            no("Two leaders in one term.", "All messages between the two sides are lost here, and there are two leaders, but each in a term of its own. A node has only one vote in each term.", "minority_leader", 61),
            no("Committed entries.", "What a majority has saved is on disk, whatever the network does. Here messages between n1 and n3 are lost, and the new leader, n2, has every committed entry.", "cloudflare_cut_writes", 70),
        ),
        explanation="This is true of all lost and late messages: they can cost Raft its liveness, but never its safety.",
    ),
    Question(
        "02.check_timer",
        "A node refuses to vote for a candidate. Does it reset its own election timer?",
        (
            yes("No.", "It does so only when it votes for a candidate or hears from the current leader. So a candidate that cannot win does not hold the others back."),
            no("Yes: it has received a message.", "n1 has refused to vote for n2. Look at n1's timer: it has not been reset.", "longest_log", 2),
            no("It stops the timer.", "A follower's timer always runs.", "longest_log", 2),
        ),
    ),
)  # fmt: skip

# Asked again at the beginning of this lesson.
RECALL = ("00.common", "01.check_silence", "01.crash")
