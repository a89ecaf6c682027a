"""The questions of lesson 07."""

from raftlab.lab.questions.kinds import Question, no, yes

QUESTIONS = (
    Question(
        "07.snapshot",
        "n1 has put its state into a snapshot and dropped entries 1 to 3. n3 crashed before it had stored anything, and comes back now. What does n1 send it?",
        (
            yes("Its snapshot: what the state machine held after entry 3.", "With it n3 gets the index and the term of entry 3, so that entry 4 has something to follow."),
            no("Entries 1 to 3, one after the other.", "n1 no longer has them. Look at n3's log: three places that say only that something was there.", "snapshot", 61),
            no("Nothing: n3 can no longer take part.", "n3 holds entry 4 by now, and knows that it is committed.", "snapshot", 66),
        ),
    ),
    Question(
        "07.sibling",
        "n1 to n4 have votes. n1, in term 3 and cut off with n5, gives n5 a vote. n2, in term 4, takes n1's vote away; n3 stores that, too. Each changed only one node. Now n1 asks n4 and n5 for their votes. What happens?",
        (
            yes("n1 wins, and lacks what n2 has committed.", "Three of n1's five voters elect it. Two of n2's three had committed. The two majorities have no node in common."),
            no("n1 cannot win: it needs n2 or n3.", "By its own log there are five voters, and n1, n4 and n5 are three of them.", "membership_bug", 44),
            no("n1 wins, and no harm is done: nothing was committed.", "n2 counts three voters. It had committed entry 3 with n3 before.", "membership_bug", 44),
        ),
    ),
    Question(
        "07.handover",
        "n1 hands over to n4. All nodes have PreVote and sticky votes, all hear n1, and no timer has run out. Who votes for n4?",
        (
            yes("Whoever it asks.", "Its request says that it comes in the old leader's name. So nobody needs to be protected from it."),
            no("Nobody: they all hear a leader.", "n1, n2 and n3 have just voted for n4.", "handover", 52, says="n3 learns"),
            no("Nobody: n4 has to wait for its timer.", "TimeoutNow takes the place of the timer: n4 stands already.", "handover", 51),
        ),
    ),
    Question(
        "07.lease",
        "n1 leads, and reads by its lease. Its clock is five times too slow, and it is alone. On the other side x has become 2. A client asks n1 for x. What is it told?",
        (
            yes("1: the old value.", "By n1's clock the lease still holds. In everybody else's time it ended long ago."),
            no("2: reads are linearizable.", "n1 has not heard of x=2: look at its log. It has answered from there.", "slow_clock", 82),
            no("Nothing: n1 sees that nobody confirms it.", "It would look only when its lease has ended, and by its clock that is far away. It still leads.", "slow_clock", 82),
        ),
    ),
    Question(
        "07.check_snapshot",
        "What must be in a snapshot beside the state?",
        (
            yes("The index and the term of the last entry that is in it.", "The next append asks for just that: what stands before it. The voters of that time and the sessions of clients belong to it, too."),
            no("Nothing: the state says it all.", "n3 has taken entry 4. It could, as it knew that entry 3 had been there, and in which term.", "snapshot", 66),
            no("The commands of all entries in it.", "They are gone for good, and nobody misses them: n3 shows them as dots.", "snapshot", 61),
        ),
    ),
    Question(
        "07.check_configuration",
        "A leader appends a new configuration. From when on does a node count by it?",
        (
            yes("As soon as it stands in its own log.", "Committed or not. If it is overwritten, the one before counts again."),
            no("When it is committed.", "n1 won by an entry 3 that only n1 and n5 hold. It knows of two committed entries.", "membership_bug", 44),
            no("When all nodes have it.", "n4 does not have entry 3 yet, and n1 has won by it.", "membership_bug", 44),
        ),
    ),
    Question(
        "07.check_lease",
        "What does a lease read rest on that ReadIndex does without?",
        (
            yes("On clocks, and on voters that remember whom they have heard.", "ReadIndex asks a majority each time. That takes a round of messages, and trusts no clock."),
            no("On nothing more: both ask a majority.", "All clocks are right here. n2 has forgotten in a crash whom it had confirmed; n3 leads, and x is 2. n1's lease still holds.", "forgotten_promise", 58),
            no("On a network that is fast enough.", "n1 has been cut off for long. Its clock is right, so its lease has ended, and it answers no read.", "right_clock", 81),
        ),
    ),
)  # fmt: skip
RECALL = ("04b.check_guard", "05.stale", "06.check_disturb")
