"""The questions of lesson 00."""

from raftlab.lab.questions.kinds import Number, Order, Question, no, yes

QUESTIONS = (
    Question(
        "00.at_once",
        "At the same moment, Ann writes x=1 to n1 and Bob writes x=2 to n2. Each node executes the write of its own client at once, and then sends it to the other node. No message is lost. What is x in the end?",
        (
            yes("2 at n1, and 1 at n2.", "Each node executed its own client's write first and the other write second. Both executed the same commands, but in a different order.", "two_at_once", 30),
            no("The same at both: no message was lost.", "Both nodes have executed both commands. But look at the order: n1 executed x=2 last, and n2 executed x=1 last.", "two_at_once", 30),
            no("1 at both: n1 comes first.", "Nothing puts n1 first. When n2 executes x=2, it cannot know that n1 was asked at the same moment.", "two_at_once", 5),
        ),
        run=("two_at_once", 0),
        explanation="What the two nodes lack is an **order** on which both agree.\n\nA machine that executes commands one after another, and in which the same command always has the same effect, is a **state machine**. Two state machines stay equal if they start equal and execute the same commands in the same order. This is called **state-machine replication**. Agreeing on the order is called **consensus** ([Schneider 1990](https://doi.org/10.1145/98163.98167)).",
    ),
    Question(
        "00.cut",
        "The link between n1 and n2 is cut. Ann has written x=2 to n1, and n1 has confirmed it. Now Bob reads x from n2, where it was 1 before the cut. What should n2 answer?",
        (
            yes("Nothing for certain: it cannot know whether x is still 1.", "If n2 answers, its answer may be out of date. To be sure, it has to wait until the link works again. While a link is cut, the nodes on both sides cannot all answer and all be up to date.", "two_copies", 40),
            no("1: that is its value.", "That is what n2 answers here. But n1 confirmed x=2 a tenth of a second earlier, so Bob reads a value that is out of date.", "two_copies", 40),
            no("2: that was written last.", "n2 cannot know that: the message about x=2 is lost at the cut.", "two_copies", 30),
        ),
        run=("two_copies", 30),
        explanation="An answer that is out of date, as n2's answer is here, is called a **stale read**.\n\nGo on with **Next ▶** to the end. By then, both writes have been confirmed to their clients. If the copies are to become equal again, one of the two writes must be undone, although it was confirmed.",
    ),
    Number(
        "00.common",
        "Choose any two majorities of five nodes. At least how many nodes do they have in common?",
        (
            yes("1", "Each majority has at least 3 nodes, and 3 + 3 is one more than 5. At least one node has taken part in both decisions."),
            no("fewer", "Each majority has at least 3 nodes, and 3 + 3 is more than 5, so one node is in both. Here three nodes voted for n2 and, after n2's crash, three for n4: n1 has voted both times.", "leader_crash", 81, says="n1, n4 and n5"),
            no("more", "Two majorities of three may share a single node. Here n1, n2 and n3 voted for n2 and, after n2's crash, n1, n4 and n5 for n4: only n1 has voted both times.", "leader_crash", 81, says="n1, n4 and n5"),
        ),
        value=1, unit="nodes",
        explanation="So for any two decisions there is a node that knows of both. **Raft**, the algorithm of this course, is built on this fact.\n\nIt also determines how many failures a **cluster** (all nodes together) can survive. Of five nodes, three must run, so two may fail. Of four nodes, three must run as well, so only one may fail, just as in a cluster of three.",
    ),
    Order(
        "00.order",
        "A cluster that agrees on the order writes x=5. Put the steps in order.",
        (
            yes("as it happens", "The leader answers its client when it knows that a majority holds the entry, and not before.", "one_write", 15),
            no("another order", "At this moment n1 and n3 have saved the entry and are telling the leader so. No node has done the command yet, and the client is still waiting.", "one_write", 18),
        ),
        steps=(
            "The client asks the leader.",
            "The leader saves the command in its log.",
            "Others save it in their logs, at the same place, until a majority holds it.",
            "The leader hears that a majority holds it.",
            "The leader tells the client that it is done.",
        ),
        run=("one_write", 15),
    ),
    Question(
        "00.check_machines",
        "When are two state machines certain to be in the same state?",
        (
            yes("If they started equal and executed the same commands in the same order.", "Nothing else is needed, as long as a command has the same effect everywhere: it must not depend on a clock or on chance."),
            no("If they executed the same commands.", "Both have executed x=1 and x=2, and still x differs.", "two_at_once", 30),
            no("If both answer their clients.", "Both have answered every client, and their logs differ.", "two_copies", 90),
        ),
    ),
    Question(
        "00.check_linearizable",
        "Bob's read began after Ann's write was confirmed, and it returned the value from before the write. Is that linearizable?",
        (
            yes("No.", "Each operation must look as if it had happened at one moment between its request and its answer. There is no such moment for Bob's read."),
            no("Yes, if n2 had not yet heard of the write.", "What n2 has heard makes no difference to a client. n2 is cut off, but it answers anyway.", "two_copies", 40),
            no("Yes: the two are different clients.", "Linearizability is about all clients together. x=2 was confirmed at 0.30 s, and Bob reads 1 at 0.40 s.", "two_copies", 40),
        ),
    ),
    Question(
        "00.check_majority",
        "Three of five nodes run and reach each other. Can they go on without the other two?",
        (
            yes("Yes, and only they.", "Three of five are a majority. In the meantime the other two cannot decide anything."),
            no("No: all five must agree.", "Two nodes are cut off, and x=3 is still committed.", "minority_leader", 103),
            no("Yes, and so can the other two.", "n1 still accepts commands, but its x=2 is never committed.", "minority_leader", 60),
        ),
    ),
)  # fmt: skip
