"""The questions of lesson 08."""

from raftlab.lab.questions.kinds import Question, no, yes

QUESTIONS = (
    Question(
        "08.states",
        "Three nodes hold elections and nothing else, and nobody goes beyond term 1. In how many different states can this cluster be?",
        (
            yes("In about 8,000.", "8,005. A role is only part of a state: votes belong to it, and every message on its way."),
            no("In 27: three roles for each of three nodes.", "Here are two candidates and a follower, as one tick before. But n3 has given its vote since, and other messages are on their way: another state.", "first_come", 2),
            no("In endlessly many: time goes on for ever.", "The clock is not part of a state. This cluster has been in the same few states since tick 50, and will be for ever.", "three_nodes", 154, says="n2, the leader"),
        ),
    ),
    Question(
        "08.calls",
        "81,222 transitions lead out of those 8,005 states: a message arrives or is lost, a node times out or crashes. How often did the code of a node have to run to find them all?",
        (
            yes("85 times.", "The same node in the same state, given the same message, does the same. So the explorer asks once, and remembers the answer."),
            no("81,222 times: once for each transition.", "What n3 does with n1's request depends on n3 and on the request. That n2 has become a candidate meanwhile changes nothing: one answer serves many states.", "first_come", 2),
            no("8,005 times: once for each state.", "A state has five nodes here, and only one of them has changed since the tick before: n4. What the others would do is known already.", "best_case_election", 17),
        ),
    ),
    Question(
        "08.bounds",
        "A node counts copies and nothing else: what a majority holds, it calls committed. The explorer has seen every state up to term 2, and nothing is broken. What do you know?",
        (
            yes("That nothing breaks up to term 2, and nothing about term 3.", "A verdict never says more than was looked at. The famous run needs a fourth term."),
            no("That the node is right.", "Two terms are not all terms. Here n1 and n2 held x=1, two of three; then n3 won term 4 and has overwritten n1's copy. The node of the question would have called x=1 committed.", "overtaken_copies", 17),
            no("Nothing at all: the bounds are too small.", "Many mistakes need very little. This node gives two votes in one term, and after three ticks there are two leaders.", "two_votes_one_term", 3),
        ),
    ),
    Question(
        "08.hunt_1",
        "Which mistake does the first unknown node make?",
        (
            yes("It does not save its vote.", "It votes, crashes, restarts, and votes again in the same term. Without the crash it is as good as any."),
            no("It votes for everyone who asks.", "Such a node is n5 here. It needs no crash: two votes within one tick.", "two_votes_one_term", 3),
            no("It leads without a majority.", "Such a node is n3 here: it leads with its own vote alone. In your run each of the two leaders had two votes of three.", "self_made_leader", 3),
            no("It does not compare logs.", "Such a node is n3 here, and then Leader Completeness breaks. In your run all logs are empty.", "flattered_candidate", 15),
        ),
    ),
    Question(
        "08.hunt_2",
        "Which mistake does the second unknown node make?",
        (
            yes("It votes for a candidate whose log is behind its own.", "Somebody who lacks a committed entry becomes leader. Whoever held the entry should have refused."),
            no("It votes twice in one term.", "Then Election Safety breaks first, as here: two leaders of term 1. In your run each term has one leader.", "two_votes_one_term", 3),
            no("It confirms entries that it does not store.", "Such a node is n2 here: its log is empty, although n1 has counted it. In your run the entry does stand in two logs.", "empty_promise", 13),
            no("As leader, it commits too early.", "Such a node is n1 here: n2 has applied x=1, which two of five hold. In your run a majority held the entry.", "hasty_commit", 14),
        ),
    ),
    Question(
        "08.check_random",
        "30 random runs with crashes and losses did not find the vote that is not saved. The explorer needs less than a second. Why?",
        (
            yes("The crash must fall between two requests of the same term.", "Random runs crash nodes at some time; this mistake needs one certain moment. The explorer tries every moment."),
            no("Nodes do not crash in random runs.", "They do, but mostly in a quiet moment, as here: n2 is down, nobody stands for election, and nothing comes of it.", "crash_restart", 50),
            no("Random runs do not look for two leaders in a term.", "All five properties are checked at every tick of every run. Here P1 is broken at tick 3, and the strip above says so.", "two_votes_one_term", 3),
        ),
    ),
    Question(
        "08.check_memory",
        "When would it be wrong to remember what a node's code did?",
        (
            yes("If the code looks at a clock, or throws dice of its own.", "Then the same node does different things with the same message. The explorer asks again now and then, and refuses such code."),
            no("If two nodes get the same message.", "It remembers for which node an answer was. Here n2, n3 and n4 have answered the same request, one after the other.", "best_case_election", 17),
            no("If messages overtake each other.", "Then a node gets them in another order: other states, each with its own answer. Here n1's request came to n3 before n2's.", "first_come", 3),
        ),
    ),
    Question(
        "08.check_layers",
        "Checks of single rules find every mistake in our list, the explorer only some. What is the explorer good for?",
        (
            yes("It finds mistakes that nobody has thought of.", "A check of a rule knows what to look for. The explorer only knows what must never happen."),
            no("For nothing: if each rule is right, all is right.", "Here each node follows every rule of a method as it was published. A run that was found in 2015 breaks it.", "membership_bug", 44),
            no("It finds clusters that get nothing done.", "Here nobody wins, and no property is broken. Unless it is asked, the explorer only looks for what must never happen.", "split_vote", 30),
        ),
    ),
)  # fmt: skip
RECALL = ("04b.majority", "02.check_timer", "06b.check_protects")
