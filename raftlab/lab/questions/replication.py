"""The questions of lesson 04."""

from raftlab.lab.questions.kinds import Order, Question, no, yes

QUESTIONS = (
    Question(
        "04.answer",
        "The leader of three nodes has appended x=5 to its log. When does it tell the client that this is done?",
        (
            yes("When it knows that a majority has stored it.", "With its own copy, one follower is enough. Then it commits, applies, and answers."),
            no("At once: the leader has it.", "Nobody else has x=5 yet: it is on its way. If n2 crashed now and its messages were lost, no other node would ever have it.", "one_write", 16),
            no("When both followers have applied it.", "Here it has answered, and no follower has applied anything.", "one_write", 20),
        ),
    ),
    Question(
        "04.all_at_once",
        "The leader has just committed x=5. Both followers have stored it. Do they know that it is committed?",
        (
            yes("No: they learn it with the next append or heartbeat.", "Each one only sees what it is sent. The leader's next message carries its commit index."),
            no("Yes: all nodes commit at the same moment.", "Look at their commit indexes: n2 has 1, the others 0. There is no common moment.", "one_write", 20),
            no("Yes: whoever has confirmed it knows that a majority has it.", "A follower knows of its own copy, not of the other's.", "one_write", 20),
        ),
    ),
    Order(
        "04.order",
        "Put the write in order.",
        (
            yes("as it happens", "The leader stores first, counts, and only then promises. The followers learn last what it has promised."),
            no("another order", "Tick 20: both followers have stored x=5. n2 has committed it, applied it and answered; the followers have done none of this yet.", "one_write", 20),
        ),
        steps=(
            "The leader stores the entry in its own log.",
            "A majority has stored it.",
            "The leader hears that a majority has stored it.",
            "The leader commits and applies it, and answers.",
            "The followers hear of it with the next message.",
            "The followers apply it.",
        ),
    ),
    Question(
        "04.heartbeat",
        "n1 has just become the leader. Its first heartbeats carry no entry. n3's log lacks the last two. What does n3 answer?",
        (
            yes("No: n3 lacks the entry that the heartbeat names.", "A heartbeat is an append without entries, and is checked like any other. That is how the leader learns that n3's log ends too early."),
            no("Yes: there is nothing to store, so there is nothing to check.", "It refuses. With a yes, the leader would believe that all three logs are equal.", "short_log", 4),
            no("Nothing: heartbeats are not answered.", "The refusal is on its way to n1.", "short_log", 4),
        ),
    ),
    Question(
        "04.uncommitted",
        "x=1 is in n1's log only, not committed. n1 crashes. Is x=1 lost?",
        (
            yes("Perhaps, perhaps not.", "Its log is on its disk. If n1 leads again in time, it copies x=1 to the others; if another leader sends n1 an entry for the same place first, x=1 is overwritten."),
            no("Yes: what is not committed is lost.", "n1 came back, won, and x=1 is now in all three logs.", "only_holder", 35),
            no("No: what a leader has written stays.", "Here n2 led before n1 was back, and x=2 has taken the place.", "holder_too_late", 56),
        ),
    ),
    Question(
        "04.check_majority",
        "Three of five nodes are down. The leader and one follower are left, and a client writes. When is the entry committed?",
        (
            yes("Not before a third node is back.", "A majority is counted of all five nodes, whoever is up."),
            no("When both that are left have it: all who are alive.", "Both have it, and nothing is committed. The other three might be alive and cut off.", "two_of_five", 41),
            no("At once: the leader cannot wait for the dead.", "It waits. It cannot tell a dead node from a slow one.", "two_of_five", 41),
        ),
    ),
    Question(
        "04.check_gap",
        "A new leader has sent its first heartbeats. How does it find out what a follower lacks?",
        (
            yes("From refusals: it steps back, entry by entry, until the follower says yes.", "It begins with the guess that all logs end where its own does."),
            no("The follower tells the leader where its log ends.", "Its reply only says no (a faster way is an extension of Raft).", "short_log", 4),
            no("It need not: it sends its whole log.", "Only what comes after the place at which both agree: here two entries of three.", "short_log", 7),
        ),
    ),
    Question(
        "04.check_applied",
        "A follower has just stored x=5 and confirmed it. Somebody asks its own state machine for x. What does it say?",
        (
            yes("Nothing yet: it applies an entry when it knows that it is committed.", "Stored, committed and applied are three different things."),
            no("5: what is in the log has been applied.", "n1 and n3 have the entry, and have applied nothing.", "one_write", 18),
            no("5, if it is one of the majority.", "It cannot know that yet. Only the leader counts.", "one_write", 20),
        ),
    ),
)  # fmt: skip
RECALL = ("03.four", "02.check_two_leaders", "00.check_machines")
