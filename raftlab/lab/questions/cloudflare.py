"""The questions of lesson 06, and of the transfer task at its end."""

from raftlab.lab.questions.kinds import Click, Question, no, yes

LESSON = (
    Question(
        "06.verdicts",
        "n3 has heard nothing from n1 for longer than an election timeout. n2 has just heard n1. Which of the two knows whether n1 is running?",
        (
            yes("Neither.", "A node knows which messages have arrived, and they were sent earlier. To n3, a slow node, a slow link and a crashed node look the same."),
            no("n2: it has just heard n1.", "What arrives was sent earlier. In the run below, n2 and n3 have exchanged their roles: n3 is still hearing n1, which has crashed.", "two_verdicts", 93),
            no("n3: so long a silence is proof.", "n1 is running, and it leads. Only its messages to n3 are slow.", "two_verdicts", 44),
        ),
        run=("two_verdicts", 30),
        explanation="The two observers disagree twice: first n3 suspects a node that is running, and later it trusts a node that has crashed. Choose n2 or n3 and press **A** to see the run as that node sees it.",
    ),
    Question(
        "06.which_fault",
        "A faulty switch loses the messages between n1 and n3. So n1 says that there is no leader, n3 says that it leads, and n2 hears both. Which kind of fault is that?",
        (
            yes("An omission: messages are lost.", "Each node says what it knows. Cloudflare later added a postscript to its report. It also calls the fault an omission."),
            no("Byzantine: n1 and n3 contradict each other.", "n1 and n3 know different things, and both tell the truth. A Byzantine node tells two others different things, as n1 does here.", "two_truths", 11),
            no("A crash of n1.", "All three nodes are running all the time.", "cloudflare_cut", 45),
        ),
        explanation="Not knowing which nodes are running is the normal state of every network. Byzantine means that a node may do anything, such as tell different nodes different things.",
    ),
    Question(
        "06.limbo",
        "The link between n1 and n3 is cut and stays cut; both still reach n2. No client writes, so all logs stay equal. The nodes run Raft as in the paper. What happens?",
        (
            yes("n1 and n3 lead in turn, and it does not end.", "When one of them leads, the other hears no leader. It starts an election in a later term, and n2's replies carry that term to the leader.", "cloudflare_cut", 75),
            no("One election, and then no more.", "One election follows another: this is the ninth since the cut, in term 10.", "cloudflare_cut", 281),
            no("n2 soon leads: it hears both others.", "Because n2 hears both others, it always hears some leader. Its timer starts anew with each heartbeat, and never runs out.", "cloudflare_cut", 282, says="n2 hears the heartbeat"),
        ),
        run=("cloudflare_cut", 30),
        explanation="n2 votes for every candidate, because all logs are equal. n1 and n3 know different things, and both tell the truth. Raft stays safe with that. What it can lose is progress.",
    ),
    Click(
        "06.limbo_writes",
        "The same cut, but now clients go on writing. Click the node that leads three seconds later.",
        (
            no("n1", "n1 lacks an entry, so n2 refuses it its vote. n1 can end n3's leadership, but it cannot win an election.", "cloudflare_cut_writes", 47),
            yes("n2", "n1 cannot win any more, but its later term ends n3's leadership. n2 has every committed entry, and both others hear it, so no timer runs out any more.", "cloudflare_cut_writes", 70),
            no("n3", "n3's log is good enough, but that does not protect it from a later term: n3 has become a follower.", "cloudflare_cut_writes", 48),
        ),
        picture="cloudflare_cut_writes", tick=30,
        explanation="All three nodes are running, and n2 is connected to both others all the time. In our model the leadership alternates while all logs are equal, and n2 soon wins when clients write. It is not known which of the two cases happened at Cloudflare.",
    ),
    Question(
        "06.useless_leader",
        "n4 is the leader of five nodes, but it reaches only n2. n5 has crashed. n1, n2 and n3 reach each other. All nodes have PreVote. What happens?",
        (
            yes("Nothing changes: n4 goes on leading, and commits nothing.", "n1 and n3 ask for pre-votes. n2 hears a leader, so it refuses. n1 and n3 alone are not a majority of five.", "useless_leader", 100),
            no("n1 or n3 is elected: they are a majority with n2.", "n2 still hears n4, so it would not vote for them.", "useless_leader", 100),
            no("n4 steps down: it can commit nothing.", "In Raft a leader does not check how many nodes answer it. n4 goes on leading.", "useless_leader", 100),
        ),
        run=("useless_leader", 30),
        explanation="Plain Raft gets out of this state: n1's growing term ends n4's leadership. PreVote keeps n1's term from growing, so the cluster **deadlocks**: it has a leader that can commit nothing, and no other node can replace it. *CheckQuorum* is the cure: a leader that a majority does not answer steps down.",
    ),
    Question(
        "06.check_step_down",
        "A leader no longer reaches a majority, but some follower still hears it. What makes it step down?",
        (
            yes("CheckQuorum.", "A leader that a majority has not answered for an election timeout steps down by itself."),
            no("PreVote.", "PreVote protects this leader: a node that hears it would not vote for another one.", "useless_leader", 100),
            no("Raft as in the paper: it notices that answers are missing.", "n1 has led for a long time without answers from a majority.", "minority_leader", 100),
        ),
    ),
    Question(
        "06.check_disturb",
        "A node cannot hear the leader, and raises its term again and again. What keeps it from deposing a leader that all other nodes hear?",
        (
            yes("PreVote: nodes that hear a leader say no.", "The node raises its term only if a majority says yes."),
            no("CheckQuorum.", "Every leader here has a majority, so CheckQuorum never acts. The leader changes again and again.", "cloudflare_cut_check_quorum", 281),
            no("Writing: its log falls behind.", "Then it cannot win, but n3 has still lost its leadership.", "cloudflare_cut_writes", 48),
        ),
    ),
    Question(
        "06.check_hours",
        "Why did an outage of hours follow from six minutes of a faulty switch?",
        (
            yes("Because of what automation did when it could not write to etcd.", "It promoted replicas, and after each promotion all other replicas had to be rebuilt."),
            no("Because Raft lost committed entries.", "It lost none. All five properties hold through all elections.", "cloudflare_lossy_90", 278, says="a majority holds"),
            no("Because etcd needed hours to find a leader.", "Here a leader is found in less than a second, although the switch is still faulty.", "cloudflare_lossy_90", 96),
        ),
    ),
)  # fmt: skip

TRANSFER = (
    Question(
        "06.transfer_cut",
        "What was cut in the cluster of the three logs?",
        (
            yes("What n2 and n3 say to n1 is lost; what n1 says arrives.", "Only n1 reports that it reads nothing from its peers. n2 and n3 append what n1 sends until the end."),
            no("n1 is cut off, in both directions.", "Then n2 and n3 would lack x=3, x=4 and x=5, and would start an election.", "log_books", 203, says="n2 appends"),
            no("n2 and n3 do not hear each other.", "Followers send each other nothing, and the links between them work.", "log_books", 60),
            no("Nothing: n1 has crashed and come back.", "n1 runs and leads all the time, in term 1.", "log_books", 120),
        ),
    ),
    Question(
        "06.transfer_assumption",
        "Which assumption did not hold?",
        (
            yes("A leader that the others hear can also hear a majority.", "A heartbeat says that the leader is running. It does not say that the leader can commit."),
            no("A majority of the nodes runs.", "All three nodes run.", "log_books", 120),
            no("There is at most one leader in a term.", "n1 is the only leader all the time.", "log_books", 120),
            no("No message is ever lost.", "Raft does not assume that. Nothing wrong happens here either: all three nodes have x=3, n1 cannot know that, and no client was told that x=3 was written.", "log_books", 120),
        ),
    ),
    Question(
        "06.transfer_setting",
        "Which setting was missing?",
        (
            yes("CheckQuorum.", "With it, n1 steps down after an election timeout, and n2 or n3 can win. PreVote then keeps n1 from disturbing them."),
            no("PreVote.", "It is on, as the first line of each log says: here n3 answers the pre-vote of n1. It is one of the reasons why n1 stays leader.", "log_books", 3),
            no("A longer election timeout.", "No timer of n2 or n3 runs out, because they hear n1's heartbeats. Longer timeouts change nothing.", "log_books", 200),
            no("An entry at the beginning of each term.", "n1 has appended enough entries. What it lacks are the answers.", "log_books", 200),
        ),
    ),
)  # fmt: skip

QUESTIONS = LESSON + TRANSFER

RECALL = ("05.stale", "05.rejoin", "04.check_majority")
