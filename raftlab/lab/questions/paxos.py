"""The questions of lesson 00b."""

from raftlab.lab.questions.kinds import Click, Order, Question, no, yes

QUESTIONS = (
    Order(
        "00b.order",
        "Put one round of Paxos in order.",
        (
            yes("as it happens", "First the promises of a majority, then the value: nobody may name a value before it knows what was accepted."),
            no("another order", "n1 has its number and the promises, and only now asks to accept X. Before, it could not know which value to name.", "paxos_round", 7),
        ),
        steps=(
            "A proposer takes a new number.",
            "A majority promises to take nothing lower.",
            "The proposer names a value.",
            "A majority accepts it: it is chosen.",
        ),
    ),
    Click(
        "00b.survive",
        "n1 has accepted X, and n2 cannot be reached. n3 wants Y. Click the node whose answer decides what n3 proposes.",
        (
            yes("n1", "Its promise says that it has accepted X. So n3 proposes X: it may have been chosen."),
            no("n2", "It is cut off and says nothing at all; n1's promise is here.", "paxos_survivor", 7),
            no("n3", "n3 wants Y, and accepts X: n1's promise has told it to.", "paxos_survivor", 10),
        ),
        picture="paxos_survivor", tick=0,
    ),
    Question(
        "00b.free",
        "n1 has accepted X and cannot be reached. n2 and n3 have accepted nothing. n3 wants Y. What is chosen?",
        (
            yes("Y.", "Without n2 or n3 no majority can have accepted X."),
            no("X: it was accepted first.", "Accepted by one node is not chosen. n3 and n2 choose Y.", "paxos_free", 10),
            no("Nothing, until n1 is back.", "n1 is still cut off, and Y is chosen: two of three are a majority.", "paxos_free", 10),
        ),
    ),
    Question(
        "00b.duel",
        "Two proposers on a slow network. Each value arrives just after the other proposer's higher number, and both wait equally long before they try again. How does the duel end?",
        (
            yes("It need not end.", "As long as nothing changes, each higher number spoils the other's value, again and again. With faster messages one of the two would get through."),
            no("The higher number wins.", "Look at the numbers: each of the two soon has a higher one, and nothing is chosen.", "paxos_duel_for_ever", 293),
            no("n1 wins: it began.", "Its value came too late each time: others had promised a higher number before.", "paxos_duel_for_ever", 293),
        ),
    ),
    Question(
        "00b.check_study",
        "What does the study show?",
        (
            yes("That most of these students did better on Raft, each time right after a video.", "It is one study, with one pair of videos, made by Raft's authors. They say themselves what may have helped Paxos: 15 of the 43 knew some of it before, and its video was 14 % longer."),
            no("That Paxos is wrong.", "Paxos is as safe: here nothing wrong is chosen, however long the duel lasts.", "paxos_duel_for_ever", 293),
            no("That Raft cannot be held up by bad luck.", "Here four Raft nodes stand for election at once, and nobody wins.", "split_vote", 30),
        ),
    ),
    Question(
        "00b.check_promise",
        "An acceptor promises a number, crashes, restarts, and has forgotten the promise. Is that harmless?",
        (
            yes("No: two values may be chosen.", "It could then accept a lower number, although another proposer counts on its promise. So both are saved before the answer, like votes in Raft."),
            no("Yes: the proposer asks again.", "n3 already counts on n2's promise, and proposes its value: nobody asks again.", "paxos_free", 7),
            no("Yes: the others still know it.", "The others here are n1, which is cut off, and n3. The majority is n3 and n2, and needs both memories.", "paxos_free", 10),
        ),
    ),
    Question(
        "00b.check_safety",
        "What do Paxos and Raft lose if messages are lost or late?",
        (
            yes("At most liveness.", "Nothing may be chosen for a while; nothing wrong ever is."),
            no("Safety: two values may be chosen.", "Messages to n1 are lost; it still holds X, and knows of no choice. Only one value, Y, is chosen.", "paxos_free", 10),
            no("Nothing.", "Late messages keep these two from choosing anything.", "paxos_duel_for_ever", 293),
        ),
    ),
)  # fmt: skip
