"""The questions of lesson 04."""

from raftlab.lab.questions.kinds import Order, Question, no, yes

QUESTIONS = (
    Question(
        "04.answer",
        "A client has written x=5 to n2, the leader of three nodes, and n2 has appended it to its log. When does n2 tell the client that the write is done?",
        (
            yes("When it knows that a majority has stored x=5.", "The leader and one follower are a majority of three. When the leader has heard from one follower, it commits the entry, applies it and answers."),
            no("At once, because the leader has stored it.", "No other node has x=5 yet: the messages are on their way. If n2 crashed now and they were lost, no other node would ever have it.", "one_write", 16),
            no("When both followers have applied it.", "n2 has answered the client, and no follower has applied anything yet.", "one_write", 20),
        ),
        explanation="Once a majority of all nodes has stored an entry, while the term in which it was created lasts, the entry is **committed**. Then the state machines may **apply** it, which means that they execute its command.",
        run=("one_write", 16),
    ),
    Question(
        "04.all_at_once",
        "The leader has just committed x=5. Both followers have stored it. Do they know that it is committed?",
        (
            yes("No: they learn it with the next append or heartbeat.", "A node only knows what it has been sent. The leader's next message carries its commit index."),
            no("Yes: all nodes commit at the same moment.", "Look at their commit indexes: n2 has 1, the others have 0. There is no common moment.", "one_write", 20),
            no("Yes: a follower that has confirmed it knows that a majority has it.", "A follower knows of its own copy, but not of the other follower's.", "one_write", 20),
        ),
    ),
    Order(
        "04.order",
        "Put the steps of a write in order.",
        (
            yes("as it happens", "The leader stores the entry first, waits for a majority, and only then answers the client. The followers are the last to learn that the entry is committed."),
            no("another order", "At 0.20 s both followers have stored x=5. n2 has committed it, applied it and answered. The followers have done none of this yet.", "one_write", 20),
        ),
        steps=(
            "The leader stores the entry in its own log.",
            "A majority has stored it.",
            "The leader hears that a majority has stored it.",
            "The leader commits and applies it, and answers.",
            "The followers hear of it with the next message.",
            "The followers apply it.",
        ),
        explanation="![The write as a space-time diagram: leader stores; followers store and reply; leader commits, applies and answers; followers commit and apply](figures/one_write.svg)\n\n"
        "Four things happen to an entry:\n\n"
        "1. It is **stored**: it is in a node's log, on its disk.\n"
        "2. It is **committed**: a majority of all nodes has stored it, while the term in which it was created lasts. This is true even before any node knows it. The leader learns it from the replies, and the others learn it from the leader's next message. Each node keeps a **commit index**: the index of the last entry that it knows to be committed.\n"
        "3. It is **applied**: a node's state machine has executed the command.\n"
        "4. It is **answered**: the leader tells the client.\n\n"
        "Every later leader will have a committed entry in its log (lesson 04b shows why). That is what the client can rely on.",
    ),
    Question(
        "04.heartbeat",
        "n1 has just become the leader. Its first heartbeats carry no entry. n3's log lacks the last two entries. What does n3 answer?",
        (
            yes("No: n3 lacks the entry that the heartbeat names.", "A heartbeat is an append without entries, and is checked like any other. That is how the leader learns that n3's log ends too early.", "short_log", 4),
            no("Yes: there is nothing to store, so there is nothing to check.", "n3 refuses. If it said yes, the leader would believe that all three logs are equal.", "short_log", 4),
            no("Nothing: heartbeats are not answered.", "n3's refusal is on its way to n1.", "short_log", 4),
        ),
        explanation="A follower that does not have the named entry refuses the append. If it has that entry, then all earlier entries are the same in both logs, too, because each of them was checked in the same way when it arrived. This property is called **Log Matching**.\n\n"
        "Go on with **Next ▶** until 0.08 s. n3 refuses twice. For each follower, n1 keeps a **next index**: the index of the entry that it will send next. After each refusal, n1 lowers its next index for n3 by one, until both logs agree on the entry before it. Then one append brings all missing entries.",
        run=("short_log", 3),
    ),
    Question(
        "04.uncommitted",
        "Only n1's log has x=1, so it is not committed. n1 crashes. Is x=1 lost?",
        (
            yes("Perhaps, perhaps not.", "n1's log is on its disk. If n1 leads again in time, it copies x=1 to the others. If another leader first sends n1 an entry with the same index, x=1 is overwritten."),
            no("Yes: what is not committed is lost.", "n1 came back and won the election, and now x=1 is in all three logs.", "only_holder", 35),
            no("No: what a leader has written stays.", "Here n2 became leader before n1 was back, and x=2 has taken the place of x=1.", "holder_too_late", 56),
        ),
        explanation="An entry that is not committed is **not promised**: it may survive or be lost. A client that got no answer has to ask again; lesson 05 shows how it can do so safely.\n\nIn the run of the question, all three nodes have x=1 at 0.35 s, and still it is **not committed**. An entry of an older term can still be overwritten, even if a majority has stored it (lesson 04b shows how). So a leader counts copies only of entries of its own term. An old entry is committed together with the first entry of the leader's own term: at 0.61 s, with x=2.",
        run=("only_holder", 20),
    ),
    Question(
        "04.check_majority",
        "Three of five nodes are down. The leader and one follower are left, and a client writes. When is the entry committed?",
        (
            yes("Not before a third node is back.", "A majority is counted among all five nodes, whether they are up or not."),
            no("When both nodes that are still up have stored it.", "Both have stored it, and it is not committed. The other three might be running and only be cut off.", "two_of_five", 41),
            no("At once: the leader cannot wait for nodes that are down.", "It waits. It cannot tell a node that is down from a slow one.", "two_of_five", 41),
        ),
    ),
    Question(
        "04.check_gap",
        "A new leader has sent its first heartbeats. How does it find out what a follower lacks?",
        (
            yes("From refusals: it goes back, entry by entry, until the follower says yes.", "At first it guesses that all logs end where its own does."),
            no("The follower tells the leader where its log ends.", "Its reply only says no. (In a faster variant, an extension of Raft, it says more.)", "short_log", 4),
            no("It does not have to: it sends its whole log.", "It sends only what comes after the place up to which both logs agree: here two entries of three.", "short_log", 7),
        ),
    ),
    Question(
        "04.check_applied",
        "A follower has just stored x=5 and confirmed it. You ask its state machine for x. What does it say?",
        (
            yes("Nothing yet: it applies an entry when it knows that it is committed.", "Stored, committed and applied are three different things."),
            no("5: what is in the log has been applied.", "n1 and n3 have the entry, and have applied nothing.", "one_write", 18),
            no("5, if it is one of the majority.", "It cannot know that yet. Only the leader counts copies.", "one_write", 20),
        ),
    ),
)  # fmt: skip

RECALL = ("01.check_term", "02.check_two_leaders", "03.four")
