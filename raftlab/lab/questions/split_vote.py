"""The questions of lesson 03."""

from raftlab.lab.questions.kinds import Click, Question, no, yes

QUESTIONS = (
    Question(
        "03.equal",
        "Five nodes have exactly the same election timeout, and their timers start at the same moment. Who becomes the leader?",
        (
            yes("Perhaps nobody, ever.", "All five become candidates at the same moment, and each votes for itself. The same happens again in the next term.", "no_randomness", 32),
            no("The one whose request arrives first.", "When the first request arrives, all five have already voted, each for itself.", "no_randomness", 32),
            no("One of them, in the second term at the latest.", "In the second term there are again five candidates with one vote each: nothing is different from the first term.", "no_randomness", 62),
        ),
        explanation="Go on with **Next ▶**: in every term all five become candidates together. At 1.40 s, after nine such terms, the story lets n3's timer run out a little early, and only then does the cluster get a leader. "
        "(The code counts time in **ticks**. In this story a tick is 5 ms, and in most others it is 10 ms.)\n\n"
        "The authors of Raft measured this. With timeouts of exactly 150 ms, it **always took more than 10 seconds** to elect a leader ([the paper](https://raft.github.io/raft.pdf), section 9.3, Figure 16).",
        run=("no_randomness", 28),
    ),
    Question(
        "03.tie",
        "Four timers run out at the same moment. How does this election end?",
        (
            yes("With no leader in this term: each node has one vote.", "A majority of four is three. All four have to wait for their next timeouts, which are drawn anew.", "split_vote", 15),
            no("With the node that has the smallest number.", "A node's number does not matter. n1 has its own vote, and each of the others has its own, too.", "split_vote", 15),
            no("With two leaders, each with two votes.", "Two of four is not a majority, and each candidate has only its own vote.", "split_vote", 15),
        ),
        run=("split_vote", 13),
    ),
    Click(
        "03.next",
        "At 0.15 s all four nodes became candidates and voted for themselves. Each has drawn a new timeout. The picture shows how much of it is left at 0.20 s. A message takes 10 to 30 ms. Click the node that will lead next.",
        (
            no("n1", "Its timer had 100 ms left when n2 became a candidate again. Before it ran out, n1 had voted for n2.", "split_vote", 34),
            yes("n2", "Its timer runs out 80 ms before any other, and a message takes at most 30 ms: the others hear of its term before their own timers run out.", "split_vote", 34),
            no("n3", "Its timer would have been the next to run out, 80 ms after n2's. But n2's request arrives within 30 ms.", "split_vote", 34),
            no("n4", "It has the longest timeout. Long before it runs out, n4 hears of n2's term and votes for n2.", "split_vote", 34),
        ),
        picture="split_vote", tick=20,
        explanation="The split vote has cost one term and about 0.2 seconds, and nothing else. The whole run, as a space-time diagram:\n\n![Four nodes become candidates together, and none gets a majority; in the next term n2 is alone, and wins](figures/split_vote.svg)",
    ),
    Question(
        "03.four",
        "Three nodes tolerate the failure of one of them. How many failures do four nodes tolerate?",
        (
            yes("One, as well: a majority of four is three.", "The fourth node can fail like the others, but the cluster tolerates no more failures than before. That is why most clusters have an odd number of nodes.", "two_of_four", 31),
            no("Two.", "Two of four nodes are down. There is still a leader, but what a client has just written cannot be committed.", "two_of_four", 31),
            no("One, but split votes are rarer with four.", "They are more frequent, because the votes of four nodes can also be split two to two. Here each node has one vote.", "split_vote", 15),
        ),
        explanation="In the run of the question, n3 comes back at 1.40 s. Three of four nodes are up then, and the write is committed at once.",
        run=("two_of_four", 20),
    ),
    Question(
        "03.check_network",
        "A message takes about as long as an election timeout. What do you expect?",
        (
            yes("One election after another, and no leader that lasts.", "When the votes come back, the candidate has already begun its next election."),
            no("Elections take a little longer, that is all.", "After two seconds the cluster is in term 10, and there is still no leader.", "slow_network", 200),
            no("Two leaders in one term, sooner or later.", "There is no leader at all here. And safety does not depend on timing: a node still votes only once in each term.", "slow_network", 200),
        ),
    ),
    Question(
        "03.check_patience",
        "Split votes are rare if timeouts are long. Why not set all timeouts to ten seconds?",
        (
            yes("Because a crash of the leader then goes unnoticed for as long.", "Until the others notice it, nobody can write."),
            no("There is no reason: long timeouts cost nothing.", "n1 crashed more than a second ago, and only now has another node reacted.", "long_timeouts", 168),
            no("Because the leader would have to wait ten seconds, too.", "The leader does not wait. The others do, when the leader is gone.", "long_timeouts", 168),
        ),
    ),
    Question(
        "03.check_over",
        "What ends a split vote?",
        (
            yes("The nodes draw new timeouts, and these differ by much more than the time that a message takes.", "Sooner or later one timer is ahead of the others by more than the time that a message takes. Random timeouts alone are not enough: if messages take as long as timeouts, new ones do not help."),
            no("A node that was not a candidate decides.", "There is no such node. n2's timer ran out first this time, and the others heard of it before their own timers ran out.", "split_vote", 34),
            no("The candidates give way to the one with the smallest number.", "n2 wins, not n1: its new timeout was the shortest.", "split_vote", 34),
        ),
    ),
)  # fmt: skip

RECALL = ("02.first_come", "02.how_many", "01.survives")
