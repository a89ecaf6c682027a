"""The questions of lesson 01."""

from raftlab.lab.questions.kinds import Question, no, yes

QUESTIONS = (
    Question(
        "01.start",
        "Three nodes have just been started, with empty logs. Nobody has told them anything. What is each of them?",
        (
            yes("All three are followers.", "Every node begins as a follower, and waits."),
            no("n1 leads: it is the first.", "Nodes have no rank. All three have waited until here, and n2, not n1, is the first to ask for votes.", "three_nodes", 18),
            no("All three are candidates.", "A candidate has waited in vain first. At the start nobody has; here n2 is the first that has.", "three_nodes", 18),
        ),
    ),
    Question(
        "01.first_move",
        "No leader exists, and none is appointed. How does the first change of role come about?",
        (
            yes("One node's timer runs out, and it asks for votes.", "Its election timeout is a random time; the shortest acts first."),
            no("They agree on the node with the lowest number.", "Look which node asks first, and why: its timer, not its name.", "three_nodes", 18),
            no("A client picks one.", "No client is there at all, and still somebody becomes a candidate.", "three_nodes", 18),
        ),
    ),
    Question(
        "01.crash",
        "You will crash the leader. How do the others learn of it?",
        (
            yes("They are not told: they only notice its silence.", "No message says so. A follower's timer runs out because no heartbeat came."),
            no("The network reports the broken connection.", "Nothing arrives after the crash but what was on its way.", "leader_crash", 77),
            no("The leader says goodbye.", "A crash leaves no time for that. Look at the tick of the crash.", "leader_crash", 60),
        ),
    ),
    Question(
        "01.survives",
        "The crashed node is restarted. What does it still know?",
        (
            yes("Its term, its vote and its log.", "These three are saved before any message is answered; the rest begins anew."),
            no("Everything: it goes on as leader.", "A restarted node is a follower. Look at the old leader after its restart.", "leader_crash", 150),
            no("Nothing at all.", "Look at its log just after the restart: the entry is there.", "leader_crash", 150),
        ),
    ),
    Question(
        "01.check_roles",
        "Which change of role never happens?",
        (
            yes("From follower straight to leader.", "Whoever leads has been a candidate and has won."),
            no("From candidate back to follower.", "It happens whenever a candidate hears of another leader or of a later term.", "first_come", 7),
            no("From candidate to candidate, in a new term.", "It happens when an election brings no winner.", "split_vote", 30),
        ),
    ),
    Question(
        "01.check_term",
        "A node in term 3 receives a message of term 5. What does it do first?",
        (
            yes("It adopts term 5 and is a follower.", "Later terms win, whatever one's role is. (ALL-2)"),
            no("It ignores the message: it is from the future.", "Look at the voters when the first request of a new term arrives.", "three_nodes", 19),
            no("It refuses, and stays in term 3.", "A message is refused for its term only if that term is older.", "three_nodes", 19),
        ),
    ),
    Question(
        "01.check_silence",
        "A follower has heard no leader for a whole election timeout. What does it know about the leader?",
        (
            yes("Nothing for certain.", "The leader may be down, slow, or cut off. The follower only acts as if it were gone."),
            no("That it has crashed.", "Here the leader is alive and leads a minority, and yet n5's timer has run out.", "minority_leader", 55),
            no("That a new leader exists.", "At this tick there is none yet.", "leader_crash", 77),
        ),
    ),
)  # fmt: skip
