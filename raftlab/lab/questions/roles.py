"""The questions of lesson 01."""

from raftlab.lab.questions.kinds import Question, no, yes

QUESTIONS = (
    Question(
        "01.start",
        "Three nodes have just started. Their logs are empty, and they have received no message yet. Which role do they have?",
        (
            yes("All three are followers.", "Every node starts as a follower, and waits."),
            no("n1 leads: it is the first.", "A node has no rank. All three have waited until now, and n2, not n1, is the first to ask for votes.", "three_nodes", 18),
            no("All three are candidates.", "A node becomes a candidate only after it has waited in vain for a leader. At the start no node has waited yet. Here n2 is the first node that becomes a candidate.", "three_nodes", 18),
        ),
    ),
    Question(
        "01.first_move",
        "There is no leader, and nobody appoints one. What causes the first change of role?",
        (
            yes("One node's timer runs out, and it asks for votes.", "Each node waits for a random time, its election timeout. The one with the shortest timeout acts first."),
            no("They agree on the node with the lowest number.", "n2 asks first, and not n1, because n2's timer has run out. The number of a node does not matter.", "three_nodes", 18),
            no("A client picks one.", "There is no client here, and still n2 becomes a candidate.", "three_nodes", 18),
        ),
    ),
    Question(
        "01.crash",
        "The leader is about to crash. How do the others learn of it?",
        (
            yes("No message tells them: they only notice its silence.", "A follower's timer runs out because no heartbeat has come.", "first_steps", 60),
            no("The network reports the broken connection.", "n2 has crashed, and nothing reports it: the timers of the others run as before.", "first_steps", 60),
            no("The leader says goodbye.", "A crash leaves no time for that: n2 has sent nothing.", "first_steps", 60),
        ),
        run=("first_steps", 59),
    ),
    Question(
        "01.survives",
        "A leader crashes, and is restarted. What does it still know?",
        (
            yes("Its term, its vote and its log.", "A node saves these three before it answers a message. Everything else is lost.", "leader_crash", 150),
            no("Everything: it goes on as leader.", "n2 led before its crash. Now it is back, as a follower.", "leader_crash", 150),
            no("Nothing at all.", "n2 has only just restarted, and its log still holds x=5.", "leader_crash", 150),
        ),
        explanation="Term, vote and log are saved on disk **before** a node answers any message. Its role, the votes that it received, and how much of the log it knows to be committed (the **commit index**, lesson 04) are only in memory. So a restarted node is a follower. It knows what it had saved, and learns from the leader what has happened since.",
        besides=("log",),
    ),
    Question(
        "01.check_roles",
        "Which change of role never happens?",
        (
            yes("From follower straight to leader.", "A node leads only after it has been a candidate and has won."),
            no("From candidate back to follower.", "n2 was a candidate. It has heard from n1, the leader of its term, and is a follower again.", "first_come", 7),
            no("From candidate to candidate, in a new term.", "Nobody won the election of term 1. Here n2 is a candidate again, in term 2.", "split_vote", 30),
        ),
        explanation="There is a second change that never happens: a leader does not become a candidate. It already has what a candidate asks for.",
    ),
    Question(
        "01.check_term",
        "A node in term 3 receives a message of term 5. What does it do first?",
        (
            yes("It adopts term 5 and becomes a follower.", "A later term wins, whatever role the node has."),
            no("It ignores the message: it is from the future.", "n3 was in term 0. The first request of term 1 has arrived, and n3 is in term 1.", "three_nodes", 19),
            no("It refuses, and stays in term 3.", "A message is refused for its term only if that term is older than the node's. n3 was in term 0; now it is in term 1, the term of the request.", "three_nodes", 19),
        ),
    ),
    Question(
        "01.check_silence",
        "A follower has heard no leader for a whole election timeout. What does it know about the leader?",
        (
            yes("Nothing for certain.", "The leader may be down, slow, or cut off. The follower acts as if there were no leader."),
            no("That it has crashed.", "n1 is alive here, and leads a minority. n5's timer has run out anyway.", "minority_leader", 55),
            no("That a new leader exists.", "There is none yet: n4 has only just become a candidate.", "leader_crash", 77),
        ),
    ),
)  # fmt: skip
