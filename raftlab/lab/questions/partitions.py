"""The questions of lesson 05."""

from raftlab.lab.questions.kinds import Number, Question, no, yes

QUESTIONS = (
    Question(
        "05.two_leaders",
        "n1 leads five nodes. A cut now separates n1 and n2 from the other three. Who leads half a second later?",
        (
            yes("Two nodes, each in a term of its own.", "n1 has heard nothing of an election, so it goes on leading term 1. The other three no longer hear a leader, and elect one in term 2.", "minority_leader", 61),
            no("Only n1: there are never two leaders.", "There are never two leaders of one term. Compare the terms of n1 and n5.", "minority_leader", 61),
            no("None: without all five nodes there is no leader.", "Three of five nodes are a majority. They have elected n5.", "minority_leader", 61),
            no("Only one on the larger side: n1 steps down at once.", "n1 cannot know about the election. It gets fewer replies than before, and goes on leading.", "minority_leader", 61),
        ),
        run=("minority_leader", 45),
        explanation="Go on with **Next ▶** until both leaders have received a write from a client: x=2 at n1, and x=3 at n5. Only n5 can commit its entry: it reaches three of five nodes, and n1 reaches only two. Open **Logs**, click x=2 in n1's row and choose **is it committed?**",
    ),
    Question(
        "05.heal",
        "The network is still cut. x=2 is in the logs of n1 and n2. x=3 has the same index in the logs of n3, n4 and n5, and it is committed. Now the cut heals. What is in the logs a little later?",
        (
            yes("x=3 in all of them; x=2 is gone.", "x=3 is committed, so every later leader has it. x=2 was not committed, so it could be replaced. Its client never got an answer.", "minority_leader", 207),
            no("Both: the logs are merged.", "A log has one entry for each index. n1 and n2 have deleted what contradicts the leader's log.", "minority_leader", 207),
            no("x=2 in all of them: it came first.", "What counts is which entry was committed, not which was written first.", "minority_leader", 207),
            no("Each side keeps its own.", "Look at n1 and n2: they now have the same log as the others.", "minority_leader", 207),
        ),
        run=("minority_leader", 199),
        explanation="An uncommitted entry is not always lost. Suppose x=2 had reached n3 before the cut, but not n2. Two of five nodes would have it, so it would not be committed. But n3 would have refused n5 its vote, and could have won the election itself. Then x=2 would have survived. Raft promises nothing about an entry that is not committed.",
        besides=("log_first",),
    ),
    Number(
        "05.retry",
        "x is 1. A client asks the leader n1 to append a 2, so that x becomes 12. The other nodes store that command, but n1 crashes before it answers. The client then sends the same command to the next leader. What is x in the end?",
        (
            yes("122", "The command was carried out twice, so x is 122. The first request had already reached the logs of all three nodes.", "asked_twice", 106),
            no("less", "The first request was not lost. The command is in n2's log twice, and both entries are committed, so x becomes 122.", "asked_twice", 84),
            no("more", "The client sent the command twice, so it was carried out twice, and no more than that: x is 122.", "asked_twice", 106),
        ),
        value=122, unit="is the value of x",
        run=("asked_twice", 45),
        explanation="A client that gets no answer cannot know whether its command was carried out. The cure is a **session**: the client opens one and numbers its commands. For each session, every state machine remembers the number of the last command that it has carried out, and the answer. If the same number arrives again, the state machine only repeats that answer. ([Ongaro's thesis](https://github.com/ongardie/dissertation), section 6.3.)",
    ),
    Question(
        "05.stale",
        "n1 was the leader. A cut separates it from the majority, which has elected n3. A client changes x from 1 to 2 at n3. Then another client asks n1 for x. In this run, a leader answers reads from its own state. What answer does the client get?",
        (
            yes("The old value, 1.", "The majority has changed x, and n1 has not heard of it.", "stale_read", 82),
            no("The newest value: a leader's state is current.", "x is 2 already, and the client has read 1.", "stale_read", 82),
            no("None: n1 knows that it no longer leads.", "n1 still believes that it leads, and has answered at once.", "stale_read", 82),
        ),
        run=("stale_read", 60),
        explanation="All logs are right, and all safety properties hold, and yet a client has read an old value. A leader that has been replaced cannot find this out by itself. So every leader must **ask before it answers**. With *ReadIndex*, a leader that receives a read first asks all nodes whether it still leads. It answers the read when a majority has confirmed this. (Thesis, section 6.4.)",
    ),
    Question(
        "05.rejoin",
        "n2 has been cut off for two seconds and has asked for votes again and again. Its term is now the highest of all, and its log is the shortest. Now the other nodes can hear it again. What happens?",
        (
            yes("It ends n1's leadership, but cannot win before it has caught up.", "The higher term makes the other nodes followers. But they also compare logs, and refuse n2 their votes.", "rejoin_huge_term", 237),
            no("It leads: the highest term wins.", "A higher term ends the leadership of others. It does not win votes.", "rejoin_huge_term", 280),
            no("Nothing: a node with an old log is ignored.", "Only a vote depends on the log. The term counts in every message.", "rejoin_huge_term", 237),
        ),
        run=("rejoin_huge_term", 229),
        explanation="The cluster did not need n2, but n2 still cost it its leader, here for almost half a second. Users of etcd have reported [such a case](https://github.com/etcd-io/etcd/issues/12959), in which it took a minute.\n\nThe cure: **ask before you raise your term**. With *PreVote*, a node whose timer runs out first asks the others whether they would vote for it. These answers are not votes, and they change no term. The node becomes a candidate only if a majority would vote for it. (Thesis, section 9.6.)",
    ),
    Question(
        "05.check_ladder",
        "A switch loses some of the messages between two nodes. Both nodes follow all rules. Which kind of fault is that?",
        (
            yes("An omission.", "Messages are missing. No node forgets anything or says anything untrue. Raft tolerates this kind of fault, but not a Byzantine one: in the run below, n5 votes twice in term 1, and that term has two leaders. One node that lies can break safety.", "two_votes_one_term", 3),
            no("A crash.", "Both nodes run. Here half of the messages between n1 and n3 are lost, and n3 leads.", "cloudflare_lossy_50", 30),
            no("A Byzantine fault: others see different things.", "A node is Byzantine if it breaks the rules, as n5 does here: it votes twice in one term.", "two_votes_one_term", 3),
        ),
    ),
    Question(
        "05.check_islands",
        "Nine nodes are cut into groups of 4, 3 and 2. The leader is in the group of 3. Which group can commit new entries?",
        (
            yes("None of them.", "A majority of nine is five, however many nodes can be reached. No group has five."),
            no("The group of 4: it is the largest.", "It takes a majority of all nine, not the largest group. In the run below the groups have three nodes each. n4's group tries to elect a leader, and cannot.", "three_islands", 63),
            no("The group of 3: it has the leader.", "It can store entries, but not commit them. In the run below the leader is in a group of 3, too: its group has stored x=1, and six of nine nodes lack it.", "three_islands", 200),
        ),
    ),
    Question(
        "05.check_prevote",
        "What does PreVote change for a node that is cut off from all others?",
        (
            yes("Its term does not grow.", "It asks whether it would win, and gets no answer. So it does not become a candidate."),
            no("Its timer stops.", "The timer runs out as before. Then the node asks, and nothing else happens.", "rejoin_pre_vote", 88, says="n2 has heard"),
            no("Its log is kept up to date.", "No message reaches it. Its log is as short as without PreVote.", "rejoin_pre_vote", 200, says="to n2 is lost"),
        ),
    ),
)  # fmt: skip

RECALL = ("01.check_term", "04.uncommitted", "00.check_linearizable")
