"""The questions of lesson 00."""

from raftlab.lab.questions.kinds import Number, Order, Question, no, yes

QUESTIONS = (
    Question(
        "00.at_once",
        "Two nodes hold the same data. Ann writes x=1 at n1, and Bob x=2 at n2, at the same moment. Each node does what it is told, and passes it on. No message is lost. What is x in the end?",
        (
            yes("2 at n1, and 1 at n2.", "Each did its own command first. Both did the same commands, but in different orders."),
            no("The same at both: no message was lost.", "Both have both commands. Look at their order.", "two_at_once", 30),
            no("1 at both: n1 comes first.", "n2 cannot know that n1 was asked, too: it has already done x=2.", "two_at_once", 5),
        ),
    ),
    Question(
        "00.cut",
        "The link between the two copies is cut. Ann writes x=2 at n1, and is told that it is done. Then Bob reads x at n2, where it was 1. What should n2 tell him?",
        (
            yes("Nothing for certain: it cannot know whether x is still 1.", "If it answers, the answer may be old. If it must not be old, n2 has to wait. While a link is cut, the nodes on both sides cannot all answer and all be up to date."),
            no("1: that is its value.", "n2 tells him 1, and 2 has been written and confirmed ten ticks before.", "two_copies", 40),
            no("2: that was written last.", "n2 has never heard of it: the message is lost.", "two_copies", 30),
        ),
    ),
    Number(
        "00.common",
        "Five nodes. Choose any two majorities of them. How many nodes have they at least in common?",
        (
            yes("1", "3 + 3 = 6 is one more than there are. That node has taken part in both decisions."),
            no("fewer", "Electing a leader takes a majority, too: n2 was elected by n1, n2 and n3, and after its crash n4 by n1, n4 and n5. They share n1: six votes, five nodes.", "leader_crash", 81, says="n1, n4 and n5"),
            no("more", "Electing a leader takes a majority, too: n2 was elected by n1, n2 and n3, and after its crash n4 by n1, n4 and n5. They share n1 alone, and that is enough: in one election a node votes only once.", "leader_crash", 81, says="n1, n4 and n5"),
        ),
        value=1, unit="nodes",
    ),
    Order(
        "00.order",
        "A cluster that agrees writes x=5. Put it in order.",
        (
            yes("as it happens", "The client is answered when the leader knows that a majority holds the entry, and not before. The others need not know that yet."),
            no("another order", "Here n1 and n3 have saved the entry and say so. Nobody has done it yet, and the client still waits.", "one_write", 18),
        ),
        steps=(
            "The client asks the leader.",
            "The leader saves the command in its log.",
            "Others save it in theirs, at the same place, until a majority holds it.",
            "The leader hears that a majority holds it.",
            "The client is told that it is done.",
        ),
    ),
    Question(
        "00.check_machines",
        "When are two state machines certain to be in the same state?",
        (
            yes("If they began alike and did the same commands in the same order.", "That is all that is needed, as long as a command means the same everywhere: no clocks and no dice in it."),
            no("If they did the same commands.", "Both did x=1 and x=2, and x differs.", "two_at_once", 30),
            no("If both answer their clients.", "Both have answered every client, and their logs differ.", "two_copies", 90),
        ),
    ),
    Question(
        "00.check_linearizable",
        "Bob's read began after Ann's write was confirmed. Bob was told the value from before. Is that linearizable?",
        (
            yes("No.", "Each operation must look as if it had happened at one moment between its question and its answer. No such moment fits here."),
            no("Yes, if n2 had not yet heard of the write.", "A client neither knows nor cares what a node has heard. n2 is cut off, and yet it answers.", "two_copies", 40),
            no("Yes: the two are different clients.", "The history of all clients together is judged. x was written at tick 30 and read at tick 40.", "two_copies", 40),
        ),
    ),
    Question(
        "00.check_majority",
        "Three of five nodes run and reach each other. Can they go on without the other two?",
        (
            yes("Yes, and only they.", "Three are a majority. The other two can decide nothing meanwhile, so nothing can contradict it."),
            no("No: all five must agree.", "Two are cut off, and x=3 is committed all the same.", "minority_leader", 103),
            no("Yes, and so can the other two.", "n1 still takes commands, but its x=2 is never committed.", "minority_leader", 60),
        ),
    ),
)  # fmt: skip
