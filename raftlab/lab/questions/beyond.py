"""The questions of lesson 07."""

from raftlab.lab.questions.kinds import Question, no, yes

QUESTIONS = (
    Question(
        "07.snapshot",
        "n1 has put its state into a snapshot and deleted entries 1 to 3. n3 crashed before it had stored anything, and is about to come back. What does n1 send it?",
        (
            yes("Its snapshot: the state after entry 3.", "With the snapshot, n3 gets the index and the term of entry 3, so that it can check entry 4 against them.", "snapshot", 61),
            no("Entries 1 to 3, one after the other.", "n1 no longer has them. Look at n3's log: one bar stands where these entries would be.", "snapshot", 61),
            no("Nothing: n3 can no longer take part.", "By now n3 holds entry 4, and knows that it is committed.", "snapshot", 66),
        ),
        run=("snapshot", 59),
        explanation="n3 lacks entries that n1 no longer has. So n1 sends **InstallSnapshot** in place of an append.",
    ),
    Question(
        "07.sibling",
        "n1 to n4 had a vote, and each of two leaders has changed one node. By the log of n1, which led term 3, n5 has a vote, too. By the logs of n2, which leads term 4, and n3, n1 has none. Now n1 can reach n4 and n5, and asks them for their votes. What happens?",
        (
            yes("n1 wins, and lacks what n2 has committed.", "Three of n1's five voters elect it, and two of n2's three voters had committed the change. These two majorities have no node in common.", "membership_bug", 44),
            no("n1 cannot win: it needs n2 or n3.", "By its own log there are five voters, and n1, n4 and n5 are three of them.", "membership_bug", 44),
            no("n1 wins, and no harm is done: nothing was committed.", "n2 counts three voters. It had committed entry 3 with n3 before.", "membership_bug", 44),
        ),
        run=("membership_bug", 41),
        explanation="Both leaders changed the same four voters, and neither knew of the other's change. Three of four voters and three of five must share a node; so must three of four and two of three. **But three of five and two of three need not.**",
        besides=("log_first",),
    ),
    Question(
        "07.handover",
        "n1 hands over to n4. All nodes have PreVote and sticky votes, all of them hear n1, and no timer has run out. Which nodes vote for n4?",
        (
            yes("All that it asks.", "Its request says that the leader itself told n4 to ask. So the leader does not have to be protected from it. (The two *no* come from n4: it refuses n1's last heartbeats.)", "handover", 52, says="n3 learns"),
            no("None: they all hear a leader.", "n1, n2 and n3 have just voted for n4, because its request says that the leader itself told it to ask. (The two *no* come from n4: it refuses n1's last heartbeats.)", "handover", 52, says="n3 learns"),
            no("None: n4 has to wait for its timer.", "TimeoutNow takes the place of the timer: n4 is a candidate already.", "handover", 51),
        ),
        run=("handover", 50),
        explanation="n4 leads 40 ms after n1 was asked to hand over; an election by timeout would have taken several times as long. Sticky votes and PreVote protect a leader that other nodes still hear. Here the leader itself wants to hand over, and the request says so.",
    ),
    Question(
        "07.lease",
        "n1 leads, and answers reads by its lease. Its clock is five times too slow, and it is cut off. On the other side, x has become 2. A client asks n1 for x. What does it get?",
        (
            yes("1: the old value.", "By n1's clock the lease is still valid. By all other clocks it ended long ago.", "slow_clock", 82),
            no("2: reads are linearizable.", "n1 does not know of x=2: look at its log. It has answered from there.", "slow_clock", 82),
            no("Nothing: n1 notices that no node confirms it.", "It would check that only at the end of its lease, and by its clock that is far away. It still leads.", "slow_clock", 82),
        ),
        run=("slow_clock", 79),
        explanation="None of the five properties is broken: all logs are right. It is the **client** that got an old value.",
    ),
    Question(
        "07.check_snapshot",
        "What must a snapshot contain besides the state?",
        (
            yes("The index and the term of the last entry that is in it.", "The next append is checked against that entry. The configuration of that time and the sessions of clients belong to a snapshot, too."),
            no("Nothing: the state is enough.", "n3 has taken entry 4. It could do so because it knew the index and the term of entry 3.", "snapshot", 66),
            no("The commands of all entries in it.", "They are deleted, and no node needs them: in n3's log, one bar stands for all of them.", "snapshot", 61),
        ),
    ),
    Question(
        "07.check_configuration",
        "A leader appends a new configuration. From which moment on does a node use it?",
        (
            yes("As soon as it is in the node's own log.", "It need not be committed. If it is overwritten, the node uses the previous configuration again."),
            no("When it is committed.", "n1 won because of an entry 3 that only n1 and n5 hold. It knows of two committed entries.", "membership_bug", 44),
            no("When all nodes have it.", "n4 does not have entry 3 yet, and n1 has won because of it.", "membership_bug", 44),
        ),
        besides=("log_first",),
    ),
    Question(
        "07.check_lease",
        "What does a lease read rely on that ReadIndex does not need?",
        (
            yes("On clocks, and on voters that remember which leader they have heard.", "ReadIndex asks a majority each time. That takes a round of messages, and needs no clock."),
            no("On nothing more: both ask a majority.", "All clocks are correct here. n2 crashed, and forgot which leader it had confirmed. Now n3 leads, and x is 2, but n1's lease is still valid.", "forgotten_promise", 58),
            no("On a network that is fast enough.", "n1 has been cut off for a long time. Its clock is correct, so its lease has ended, and it answers no read.", "right_clock", 81),
        ),
    ),
)  # fmt: skip

RECALL = ("05.stale", "04.check_gap", "05.check_prevote")
