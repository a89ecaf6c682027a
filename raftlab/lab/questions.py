"""The questions of the lessons, as data. A wrong choice leads to the tick of a story that contradicts it."""

from typing import NamedTuple


class Choice(NamedTuple):
    """A possible answer: what is said about it; for a wrong one, the story and tick that contradict it."""

    text: str
    right: bool
    answer: str
    story: str | None = None
    tick: int = 0


class Question(NamedTuple):
    """One question of a lesson. Its id begins with the lesson's number."""

    id: str
    text: str
    choices: tuple[Choice, ...]

    @property
    def lesson(self) -> str:
        """The number of its lesson."""
        return self.id.partition(".")[0]


def yes(text: str, answer: str) -> Choice:
    """A right choice."""
    return Choice(text, True, answer)


def no(text: str, answer: str, story: str | None = None, tick: int = 0) -> Choice:
    """A wrong choice, and where to see that it is wrong."""
    return Choice(text, False, answer, story, tick)


_ALL = (
    Question(
        "01.start",
        "Three nodes have just been started, with empty logs. Nobody has told them anything. What is each of them?",
        (
            yes("All three are followers.", "Every node begins as a follower, and waits."),
            no("n1 leads: it is the first.", "Nodes have no rank. At tick 0 all three wait.", "three_nodes", 0),
            no("All three are candidates.", "A candidate has waited in vain first; nobody has yet.", "three_nodes", 0),
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
            no("The network reports the broken connection.", "Nothing arrives after the crash but what was on its way.", "leader_crash", 64),
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
            no("It refuses, and stays in term 3.", "Only messages of an older term are refused.", "three_nodes", 19),
        ),
    ),
    Question(
        "01.check_silence",
        "A follower has heard no leader for a whole election timeout. What does it know about the leader?",
        (
            yes("Nothing for certain.", "The leader may be down, slow, or cut off. The follower only acts as if it were gone."),
            no("That it has crashed.", "Here the leader is alive and leads a minority, and yet a timer runs out.", "minority_leader", 57),
            no("That a new leader exists.", "At this tick there is none yet.", "leader_crash", 77),
        ),
    ),
    Question(
        "02.who_first",
        "Five followers wait. Their timers are the arcs. Who becomes a candidate first?",
        (
            yes("The one whose arc is shortest.", "Its timer runs out first; the arc shows what is left of it."),
            no("n1.", "Names do not matter. Step on and see.", "best_case_election", 16),
            no("All at once.", "The timers were drawn at random, so that they seldom run out together.", "best_case_election", 16),
        ),
    ),
    Question(
        "02.how_many",
        "How many votes, its own included, does a candidate of five nodes need?",
        (
            yes("3.", "A majority of all five: two majorities always share a node."),
            no("2: one more than its own.", "Two others could do the same at the same time, and there would be two leaders.", "best_case_election", 17),
            no("5: all of them.", "Then one crashed node would stop the cluster. Here one is down, and there is a leader.", "leader_crash", 82),
        ),
    ),
    Question(
        "02.longest_log",
        "n2 has the longest log, 11 entries; the last is of term 3. n1 has 9 entries; the last is of term 6. n2 asks for votes. Who votes for it?",
        (
            yes("Nobody.", "The later last term decides; length only counts between equal terms."),
            no("Both: the longest log wins.", "Both refuse: their logs end in later terms, though they are shorter.", "longest_log", 3),
            no("Only n3, whose log is the shortest.", "n3's log ends in term 4, later than 3. It refuses, too.", "longest_log", 3),
        ),
    ),
    Question(
        "02.first_come",
        "Two candidates of one term ask n3: first n1, with a log as good as n3's, then n2, with a better one. Who gets the vote?",
        (
            yes("n1: it asked first.", "One vote a term. A voter does not look for the best candidate, only for one that is good enough."),
            no("n2: its log is better.", "n3 has already given its vote of this term away.", "first_come", 3),
            no("Both.", "Then both could win the same term. A node votes once a term.", "first_come", 3),
        ),
    ),
    Question(
        "02.figure_7",
        "Seven logs. The top node, n1, asks for votes in term 8. How many votes does it get, its own included?",
        (
            yes("5.", "n2, n3, n6 and n7 vote for it. n4's log is longer with the same last term; n5's ends in a later one."),
            no("7: it was the leader before.", "n4 and n5 refuse: their logs are more up to date.", "figure_7", 8),
            no("3: only logs that are prefixes of its own.", "A voter only compares the ends of the logs, not what is in them.", "figure_7", 8),
        ),
    ),
    Question(
        "02.check_two_leaders",
        "Can two nodes be leader of the same term?",
        (
            yes("No, never.", "Both would need a majority; the majorities share a node, and a node votes once a term."),
            no("Yes, in a partition.", "In a partition there can be two leaders, but look at their terms.", "minority_leader", 64),
            no("Yes, if two timers run out together.", "Then the votes split, and often nobody wins.", "split_vote", 30),
        ),
    ),
    Question(
        "02.check_safety",
        "All messages are lost for a while. What can that cost?",
        (
            yes("Progress, and nothing else.", "There may be no leader for a while (liveness). Nothing wrong ever happens (safety)."),
            no("Two leaders in one term.", "Without messages there are no votes, and without votes no leader.", "split_vote", 30),
            no("Committed entries.", "What a majority has saved is on disk, whatever the network does.", "minority_leader", 64),
        ),
    ),
    Question(
        "02.check_timer",
        "A node refuses a vote. Does it start its election timer anew?",
        (
            yes("No.", "Only a granted vote or a message of the current leader does: hopeless candidates must not hold others back."),
            no("Yes: it has heard from somebody.", "Look at n1's timer when it refuses n2: it runs on.", "longest_log", 2),
            no("It stops the timer.", "A follower's timer always runs.", "longest_log", 2),
        ),
    ),
)  # fmt: skip

QUESTIONS: dict[str, Question] = {question.id: question for question in _ALL}
