"""The questions of lesson 05."""

from raftlab.lab.questions.kinds import Number, Question, no, yes

QUESTIONS = (
    Question(
        "05.two_leaders",
        "n1 leads five nodes. A cut now separates n1 and n2 from the other three. Who leads a little later?",
        (
            yes("Two nodes, each in a term of its own.", "n1 has not been told anything, and the other three elect somebody. Only one of the two can commit anything new."),
            no("Only n1: there are never two leaders.", "Never two in one term. Look at the terms of n1 and n5.", "minority_leader", 61),
            no("Nobody: without all five there is no leader.", "Three of five are a majority, and elect one.", "minority_leader", 61),
            no("Only one on the larger side: n1 steps down at once.", "How should n1 know? It only gets fewer answers, and goes on.", "minority_leader", 61),
        ),
    ),
    Question(
        "05.heal",
        "n1 holds x=2, n5 has committed x=3 at the same place of its log. The partition heals. What is in the logs then?",
        (
            yes("x=3 in all of them; x=2 is gone.", "x=3 is committed, so every later leader has it. x=2 had not been committed, and its client was not told that it was."),
            no("Both: the logs are merged.", "One entry for each place. What contradicts the leader is deleted.", "minority_leader", 207),
            no("x=2 in all of them: it came first.", "Not the clock decides, but which of the two was committed.", "minority_leader", 207),
            no("Each side keeps its own.", "Look at n1 and n2: they now hold what the others hold.", "minority_leader", 207),
        ),
    ),
    Number(
        "05.retry",
        "x is 1. A client asks the leader to append a 2, so that x becomes 12. The other nodes store that, but the leader crashes before it answers. The client asks the next leader the same. What is x in the end?",
        (
            yes("122", "It was done twice: the first request was in the logs already. Silence does not mean: not done."),
            no("less", "Silence does not mean: not done. Look at n2's log: the command is there twice, and both are committed.", "asked_twice", 84),
            no("more", "It was asked for twice, so it was done twice, and no more.", "asked_twice", 106),
        ),
        value=122, unit="is what x holds",
    ),
    Question(
        "05.stale",
        "n1 was a leader. The majority has elected another one since, and has changed x there. n1 does not know. A client asks n1 for x, and n1 answers from its own memory. What is the client told?",
        (
            yes("A value of the past.", "The majority has changed x meanwhile, and n1 was not there."),
            no("The newest value: a leader's state is current.", "x was 2 already, and the client is told 1.", "stale_read", 82),
            no("Nothing: n1 knows that it no longer leads.", "It still believes that it leads. It answers at once.", "stale_read", 82),
        ),
    ),
    Question(
        "05.rejoin",
        "n2 was alone for two seconds and stood for election again and again. Its term is now the highest of all, its log the shortest. It comes back. What happens?",
        (
            yes("It ends n1's leadership, but cannot win before it has caught up.", "The term makes all others followers. Then they compare logs, and refuse."),
            no("It leads: the highest term wins.", "A high term ends others' leadership. It does not win a vote.", "rejoin_huge_term", 280),
            no("Nothing: a node with an old log is ignored.", "Its log is only looked at for a vote. Its term counts in every message.", "rejoin_huge_term", 237),
        ),
    ),
    Question(
        "05.check_ladder",
        "A switch throws away some of the messages between two nodes. Both nodes do all that the rules say. Which fault is that?",
        (
            yes("An omission.", "Messages are missing; no node forgets anything or says anything untrue. Raft was made for that."),
            no("A crash.", "Both nodes run. Here half of the messages between n1 and n3 are lost, and n3 leads.", "cloudflare_lossy_50", 30),
            no("A Byzantine fault: others see different things.", "Byzantine is a node that breaks the rules, as n5 here: two votes in one term.", "two_votes_one_term", 3),
        ),
    ),
    Question(
        "05.check_islands",
        "Nine nodes are cut into groups of 4, 3 and 2. The leader is in the group of 3. Who can commit something new?",
        (
            yes("Nobody.", "It takes five of nine, whoever is within reach. No group has them."),
            no("The group of 4: it is the largest.", "Not the largest group, but a majority of all nine. Here a group stands for election in vain.", "three_islands", 63),
            no("The group of 3: it has the leader.", "It may store entries, as here x=1 on all three. It cannot commit them.", "three_islands", 200),
        ),
    ),
    Question(
        "05.check_prevote",
        "What does PreVote change for a node that is alone?",
        (
            yes("Its term does not grow.", "It asks whether it would win, and nobody answers. So it does not stand for election."),
            no("Its timer stops.", "The timer runs out as before. The node asks, and nothing else happens.", "rejoin_pre_vote", 88, says="n2 has heard"),
            no("Its log is kept up to date.", "Nothing reaches it. Its log is as short as without PreVote.", "rejoin_pre_vote", 200, says="to n2 is lost"),
        ),
    ),
)  # fmt: skip
RECALL = ("04.check_majority", "04.all_at_once", "02.first_come")
