"""The questions of lesson 03."""

from raftlab.lab.questions.kinds import Click, Question, no, yes

QUESTIONS = (
    Question(
        "03.equal",
        "Five nodes have exactly the same election timeout, and they all start now. Who becomes the leader?",
        (
            yes("Perhaps nobody, ever.", "All stand at the same moment, each votes for itself, and so on in every term."),
            no("The one whose request arrives first.", "By then all five have voted, for themselves.", "no_randomness", 32),
            no("Somebody in the second term: it sorts itself out.", "Second term, again five candidates with a vote each. What should sort it out?", "no_randomness", 62),
        ),
    ),
    Question(
        "03.tie",
        "Four timers run out at the same moment. How does this election end?",
        (
            yes("With no leader in this term: one vote each.", "Nobody has three of four. They wait for their next timeouts, which are drawn anew."),
            no("With the node that has the smallest number.", "Names do not matter: n1 has its own vote, like the others.", "split_vote", 15),
            no("With two leaders of two votes each.", "Two of four are no majority, and each one only has its own vote.", "split_vote", 15),
        ),
    ),
    Click(
        "03.next",
        "All four have stood at 0.15 s and voted for themselves. Each has drawn its next timeout; a message takes 10 to 30 ms. Click the node that leads next.",
        (
            no("n1", "Its timer had 100 ms to go when n2 stood. By then it has voted for n2, and follows.", "split_vote", 34),
            yes("n2", "It is ahead of all others by more than a message takes: they hear of its term before they stand themselves."),
            no("n3", "It would have been the next, 80 ms after n2; n2's request takes 30.", "split_vote", 34),
            no("n4", "It has the longest timeout. Long before, it hears of n2's term and votes.", "split_vote", 34),
        ),
        picture="split_vote", tick=20,
    ),
    Question(
        "03.four",
        "Three nodes can do without one of them. How many can four nodes do without?",
        (
            yes("One, as well: a majority of four is three.", "The fourth node can fail like the others, but the cluster bears no more failures than before. That is why most clusters have an odd number of nodes."),
            no("Two.", "Two of four are down. There is even a leader left, but what a client has just written cannot be committed.", "two_of_four", 31),
            no("One, but ties are rarer with four.", "They are more frequent: an even vote can also end two to two. Here it is one each.", "split_vote", 15),
        ),
    ),
    Question(
        "03.check_network",
        "A message takes about as long as a timer. What do you expect?",
        (
            yes("Elections again and again, and no leader for long.", "The votes come back when the candidate has already begun its next election."),
            no("Elections take a little longer, that is all.", "Two seconds, term 10, and still no leader.", "slow_network", 200),
            no("Two leaders in one term, sooner or later.", "None at all here. And safety does not depend on timing: one vote a term remains one vote a term.", "slow_network", 200),
        ),
    ),
    Question(
        "03.check_patience",
        "Splits are rare if timeouts are long. Why not set them to ten seconds and forget about it?",
        (
            yes("Because a crash goes unnoticed for as long.", "Until then nobody can write."),
            no("One should: there is nothing to lose.", "n1 crashed more than a second ago. Nobody has moved until now.", "long_timeouts", 168),
            no("Because the leader would have to wait ten seconds, too.", "The leader does not wait. The others do, when it is gone.", "long_timeouts", 168),
        ),
    ),
    Question(
        "03.check_over",
        "What ends a split vote?",
        (
            yes("The next timeouts are drawn anew, and messages are much faster than they differ.", "Sooner or later one timer is ahead of the others by more than a message needs. Chance alone would not be enough: if messages take as long as timeouts, new timeouts do not help."),
            no("A node that takes no part, and decides.", "There is no such node. n2's timer ran out first this time, and the others had time to hear it.", "split_vote", 34),
            no("The highest number gives way to the lowest.", "n2 wins, not n1: its new timer was the shortest.", "split_vote", 34),
        ),
    ),
)  # fmt: skip
RECALL = ("02.how_many", "02.check_timer", "01.check_term")
