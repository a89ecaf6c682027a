"""The questions of lesson 06, and of the transfer task at its end."""

from raftlab.lab.questions.kinds import Click, Question, no, yes

LESSON = (
    Question(
        "06.verdicts",
        "n3 has heard nothing from n1 for longer than an election timeout. n2 heard n1 just now. Which of the two knows whether n1 is alive?",
        (
            yes("Neither.", "Each knows what has arrived, and that was sent earlier. A slow node, a slow link and a dead node look alike."),
            no("n2: it has just heard n1.", "What one hears is old. Here n1 has crashed, and n3 still hears it.", "two_verdicts", 93),
            no("n3: so long a silence is proof.", "n1 runs and leads. Only its messages to n3 are slow.", "two_verdicts", 44),
        ),
    ),
    Question(
        "06.which_fault",
        "A sick switch loses what n1 and n3 say to each other. So n1 says that there is no leader, n3 says that it leads, and n2 hears both. Which fault is that?",
        (
            yes("An omission: messages are lost.", "Each of them says what it knows. Cloudflare's own postscript calls it an omission, too."),
            no("Byzantine: n1 and n3 contradict each other.", "They know different things. Byzantine is one node that tells two others different things, as n1 does here.", "two_truths", 11),
            no("A crash of n1.", "All three run all the time.", "cloudflare_cut", 45),
        ),
    ),
    Question(
        "06.limbo",
        "The link between n1 and n3 is cut for good; both reach n2. Nobody writes, so all logs stay equal. Raft is as in the paper. How does it go on?",
        (
            yes("n1 and n3 lead in turn, and it does not end.", "Whoever leads, the other does not hear it, and its next term ends it through n2."),
            no("One election, and then there is peace.", "Look at the terms at the end: the leader still changes.", "cloudflare_cut", 281),
            no("n2 soon leads: it hears everybody.", "That is why it never leads: it always hears some leader, so its timer never runs out.", "cloudflare_cut", 281),
        ),
    ),
    Click(
        "06.limbo_writes",
        "The same cut, but clients go on writing. Now it ends: click the node that leads at last, and keeps the lead.",
        (
            no("n1", "n1 misses an entry, so n2 refuses it. It can end n3's leadership, and not win.", "cloudflare_cut_writes", 47),
            yes("n2", "n1 can no longer win, but ends n3's leadership. n2 has all that is committed, and everybody hears it: peace."),
            no("n3", "Its log is good, but that does not keep a later term away: n3 has become a follower.", "cloudflare_cut_writes", 48),
        ),
        picture="cloudflare_cut_writes", tick=30,
    ),
    Question(
        "06.useless_leader",
        "n4 leads five nodes, but reaches only n2. n5 is down. n1, n2 and n3 reach each other. All have PreVote. What happens?",
        (
            yes("Nothing changes: n4 goes on leading, and commits nothing.", "n1 and n3 ask for pre-votes. n2 hears a leader, so it refuses: two of five are no majority."),
            no("n1 or n3 is elected: they are a majority with n2.", "n2 still hears n4, and would not vote for them.", "useless_leader", 100),
            no("n4 steps down: it can commit nothing.", "Raft's leader does not count who answers. n4 goes on.", "useless_leader", 100),
        ),
    ),
    Question(
        "06.check_step_down",
        "A leader reaches no majority any more, but some follower still hears it. What makes it step down?",
        (
            yes("CheckQuorum.", "A leader that a majority has not answered for an election timeout steps down by itself."),
            no("PreVote.", "PreVote protects it: nobody who hears it would vote for another.", "useless_leader", 100),
            no("Raft as in the paper: it notices that answers are missing.", "n1 has led for a long time without an answer from a majority.", "minority_leader", 100),
        ),
    ),
    Question(
        "06.check_disturb",
        "A node cannot hear the leader, and raises the term again and again. What keeps it from deposing a leader that all others hear?",
        (
            yes("PreVote: whoever hears a leader says no.", "Without a majority of yes it does not even raise its term."),
            no("CheckQuorum.", "Every leader here has a majority, so CheckQuorum never acts. The leader changes again and again.", "cloudflare_cut_check_quorum", 281),
            no("Writing: its log falls behind.", "It cannot win then, but n3 has lost its leadership all the same.", "cloudflare_cut_writes", 48),
        ),
    ),
    Question(
        "06.check_hours",
        "What made hours out of six minutes?",
        (
            yes("What automation did when it could not write to etcd.", "It promoted replicas, and all others had to be rebuilt."),
            no("Raft lost committed entries.", "It never did. All five properties hold, through all elections.", "cloudflare_lossy_90", 278, says="a majority holds"),
            no("etcd needed hours to find a leader.", "Here a leader was found in less than a second, though the switch is still sick.", "cloudflare_lossy_90", 96),
        ),
    ),
)  # fmt: skip

TRANSFER = (
    Question(
        "06.transfer_cut",
        "The three logs: what was cut?",
        (
            yes("What n2 and n3 say to n1 is lost; what n1 says arrives.", "Only n1 complains of silence. n2 and n3 append what n1 sends, to the end."),
            no("n1 is cut off, in both directions.", "Then n2 and n3 would lack x=3, x=4 and x=5, and would stand for election.", "log_books", 203, says="n2 appends"),
            no("n2 and n3 do not hear each other.", "Followers say nothing to each other; and the links between them work.", "log_books", 60),
            no("Nothing: n1 has crashed and come back.", "n1 runs and leads all the time, in term 1.", "log_books", 120),
        ),
    ),
    Question(
        "06.transfer_assumption",
        "Which assumption broke?",
        (
            yes("Whoever is heard as a leader can hear a majority.", "Heartbeats say: I am here. They do not say: I can commit."),
            no("A majority of the nodes runs.", "All three run.", "log_books", 120),
            no("There is at most one leader in a term.", "n1 is the only one, all the time.", "log_books", 120),
            no("No message is ever lost.", "Raft has never assumed that. Here, too, nothing wrong happens: all three have x=3, but n1 cannot know that, and nobody was told that it is done.", "log_books", 120),
        ),
    ),
    Question(
        "06.transfer_setting",
        "Which setting was missing?",
        (
            yes("CheckQuorum.", "With it n1 steps down after an election timeout, and n2 or n3 can win. PreVote then keeps n1 from disturbing them."),
            no("PreVote.", "It is on: the first line says so. It is part of what keeps n1 in its place.", "log_books", 3),
            no("A longer election timeout.", "No timer of n2 or n3 runs out: they hear n1's heartbeats. Longer ones change nothing.", "log_books", 200),
            no("An entry at the beginning of each term.", "n1 has written entries enough. What is missing are the answers.", "log_books", 200),
        ),
    ),
)  # fmt: skip

QUESTIONS = LESSON + TRANSFER
RECALL = ("05.check_ladder", "05.rejoin", "03.check_over")
