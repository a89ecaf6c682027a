"""The questions of lesson 08."""

from raftlab.lab.questions.kinds import Question, no, yes

QUESTIONS = (
    Question(
        "08.states",
        "Three nodes hold elections and do nothing else, and no node goes beyond term 1. How many different states does this cluster have?",
        (
            yes("About 8,000.", "8,005. The role of a node is only a part of the state, which also includes the votes and every message on its way."),
            no("27: three roles for each of three nodes.", "These three nodes are two candidates and a follower, as they were 10 ms before. But since then n3 has given its vote, and other messages are on their way, so this is another state.", "first_come", 2),
            no("Infinitely many: time goes on for ever.", "The clock is not part of a state. This cluster has been in the same few states since 0.5 s, and stays in them for ever.", "three_nodes", 154, says="n2, the leader"),
        ),
        explanation="The same cluster was also written as a model in TLA+, a language made for that. That model has 8,005 states, too.",
    ),
    Question(
        "08.calls",
        "81,222 transitions lead out of all these states: a message arrives or is lost, a node times out or crashes. How often must the code of a node run to find them all?",
        (
            yes("85 times.", "A node in a given state always does the same with a given message. So the explorer runs the code once, and remembers what it did."),
            no("81,222 times: once for each transition.", "In this other cluster, what n3 does with n1's request depends on n3 and on the request. It makes no difference that n2 has become a candidate in the meantime. So one run of the code serves many states.", "first_come", 2),
            no("Once for each state.", "In this other cluster a state has five nodes, and only one of them has changed in the last 10 ms: n4. The explorer already knows what the other nodes would do.", "best_case_election", 17),
        ),
        explanation="Three nodes with a few states each make thousands of combinations. But what *one* node does depends only on its own state and on what happens to it. The explorer runs the node's code once for each such pair, and remembers the result. This is called **memoising**.",
    ),
    Question(
        "08.bounds",
        "A node considers an entry committed as soon as a majority holds it. The explorer has looked at every state up to term 2, and no property is broken. What do you know?",
        (
            yes("That nothing breaks up to term 2, and nothing about term 3.", "A verdict holds for the states that were looked at. The run of Figure 8 needs a fourth term."),
            no("That the node is right.", "Two terms are not all terms. Here n1 and n2 held x=1, two of three; then n3 won term 4, and has overwritten n1's copy. The node of the question would have considered x=1 committed.", "overtaken_copies", 17),
            no("Nothing at all: the bounds are too small.", "Many mistakes need very little. This node gives two votes in one term, and after 30 ms there are two leaders.", "two_votes_one_term", 3),
        ),
        explanation="With four terms there is a very large number of states, and no property breaks in the first ones. So the explorer needs help: it has to start closer to the mistake.",
    ),
    Question(
        "08.hunt_1",
        "Which mistake does the first unknown node make?",
        (
            yes("It does not save its vote.", "It votes, crashes and restarts, and votes again in the same term. Without the crash it does nothing wrong."),
            no("It votes for every node that asks.", "n5 is such a node here. It needs no crash: it votes twice at the same time.", "two_votes_one_term", 3),
            no("It leads without a majority.", "n3 is such a node here: it leads with its own vote alone. In your run, each of the two leaders had two votes of three.", "self_made_leader", 3),
            no("It does not compare logs.", "n3 is such a node here, and then Leader Completeness breaks. In your run all logs are empty.", "flattered_candidate", 15),
        ),
        explanation="In the run of the unknown node, n1 votes for n3 at 0.02 s and for n2 at 0.09 s, both times in term 1. Between the two votes it crashes and restarts.",
    ),
    Question(
        "08.hunt_2",
        "Which mistake does the second unknown node make?",
        (
            yes("It votes for a candidate whose log is behind its own.", "A node that lacks a committed entry becomes leader. The voter that held the entry should have refused."),
            no("It votes twice in one term.", "Then Election Safety breaks first, as here: two leaders of term 1. In your run each term has one leader.", "two_votes_one_term", 3),
            no("It confirms entries that it does not store.", "n2 is such a node here: its log is empty, although n1 has counted it. In your run the entry is in two logs.", "empty_promise", 7),
            no("As leader, it commits too early.", "n1 is such a node here: n2 has applied x=1, which two of five hold. In your run a majority held the entry.", "hasty_commit", 11),
        ),
        explanation="In the run of the unknown node, n1 and n2 have x=1 at 0.09 s, so it is committed. At 0.12 s, n1 votes for n3, whose log is empty.",
    ),
    Question(
        "08.check_random",
        "30 random runs with crashes and losses did not find the mistake of not saving a vote. The explorer needs less than a second. Why?",
        (
            yes("The crash must come between two requests of the same term.", "In random runs, nodes crash at any time, but this mistake needs a crash at one particular moment. The explorer tries every moment."),
            no("Nodes do not crash in random runs.", "They do, but mostly in a quiet moment, as here: n2 is down, no node asks for votes, and nothing follows from it.", "crash_restart", 50),
            no("Random runs do not look for two leaders in a term.", "All five properties are checked at every moment of every run. Here Election Safety is broken at 0.03 s, and the mark at the top says so.", "two_votes_one_term", 3),
        ),
    ),
    Question(
        "08.check_memory",
        "When would it be wrong to remember what a node's code did?",
        (
            yes("If the code looks at a clock, or draws random numbers of its own.", "Then the same node may do different things with the same message. Now and then the explorer runs the code again to check this, and rejects such code."),
            no("If two nodes get the same message.", "The explorer remembers which node it was. Here n2, n3 and n4 have answered the same request, one after the other.", "best_case_election", 17),
            no("If messages overtake each other.", "Then a node gets them in another order: these are other states, each with a result of its own. Here n1's request came to n3 before n2's.", "first_come", 3),
        ),
    ),
    Question(
        "08.check_layers",
        "Checks of single rules find every mistake in our list. The explorer finds only some of them. What is the explorer good for?",
        (
            yes("It finds mistakes that nobody has thought of.", "A check of a rule knows what to look for. The explorer knows only what must never happen."),
            no("Nothing: if each rule is right, the whole program is right.", "Each node here follows every rule of a method for changing who has a vote (lesson 07), as it was published. A run that was found in 2015 breaks it.", "membership_bug", 44),
            no("It finds clusters in which nothing gets done.", "No node wins here, and no property is broken. Unless it is asked to do more, the explorer looks only for what must never happen.", "split_vote", 15),
        ),
    ),
)  # fmt: skip

RECALL = ("04.check_majority", "01.survives", "02.longest_log")
