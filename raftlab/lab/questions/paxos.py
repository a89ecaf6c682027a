"""The questions of lesson 00b."""

from raftlab.lab.questions.kinds import Click, Order, Question, no, yes

QUESTIONS = (
    Order(
        "00b.order",
        "Put one round of Paxos in order.",
        (
            yes("as it happens", "First a majority promises, then the proposer names a value. Before it has the promises, it does not know what the others have accepted."),
            no("another order", "n1 has its number and the promises, and only now does it ask the others to accept X. Without the promises it could not know which value to name.", "paxos_round", 7),
        ),
        steps=(
            "A proposer takes a new number.",
            "A majority promises to refuse lower numbers.",
            "The proposer names a value.",
            "A majority accepts it: it is chosen.",
        ),
    ),
    Click(
        "00b.survive",
        "n1 has accepted X, and n2 is cut off. n3's client wants Y. Click the node whose answer decides which value n3 proposes.",
        (
            yes("n1", "Its promise says that it has accepted X. So n3 proposes X, because X may have been chosen.", "paxos_survivor", 4),
            no("n2", "n2 is cut off and answers nothing. n3 has its own promise and n1's, and only n1's names a value.", "paxos_survivor", 7),
            no("n3", "n3 wants Y, and still it proposes and accepts X, because of n1's promise.", "paxos_survivor", 10),
        ),
        picture="paxos_survivor", tick=0,
        explanation="n3 cannot know whether X was chosen, so it must act as if it were: it proposes X under its own number. You can see that n2 has accepted nothing, but n3 cannot. n3's client hears that another value was chosen.",
    ),
    Question(
        "00b.free",
        "n1 has accepted X and is cut off. n2 and n3 have accepted nothing. n3's client wants Y. Which value is chosen?",
        (
            yes("Y.", "Without n2 or n3, no majority can have accepted X.", "paxos_free", 10),
            no("X: it was accepted first.", "Only one node has accepted X, and one node is not a majority. n3 and n2 choose Y.", "paxos_free", 10),
            no("None, until n1 is back.", "n1 is still cut off, and Y is chosen: two of three are a majority.", "paxos_free", 10),
        ),
        run=("paxos_free", 1),
        explanation="n2 and n3 are a majority and have accepted nothing. If X had been chosen, one of them would have accepted it. This case and the previous one are based on the same fact from lesson 00: any two majorities share a node.\n\nNow press **Next** up to 0.53 s. The cut heals at 0.4 s, and n1 still has X. It asks for promises, and the promises of n2 and n3 say that they have accepted Y. So n1 proposes Y.",
    ),
    Question(
        "00b.duel",
        "Two proposers on a slow network. Each proposal arrives just after the other proposer's higher number, and both wait for the same time before they try again. How does the duel end?",
        (
            yes("It need not end.", "As long as nothing changes, each higher number makes the other proposal fail, again and again. With faster messages, one of the two would succeed.", "paxos_duel_for_ever", 293, says="refuses a request"),
            no("The higher number wins.", "Look at the numbers: each of the two soon takes a higher one, and no value is chosen.", "paxos_duel_for_ever", 293, says="refuses a request"),
            no("n1 wins: it began.", "Each time its proposal came too late: the others had promised a higher number before.", "paxos_duel_for_ever", 293, says="refuses a request"),
        ),
        run=("paxos_duel_for_ever", 8),
        explanation="By now both even ask for the same value, x=1: at 0.18 s, n3 learnt of it from n1's promise. Both have accepted it, but under different numbers, so it is not chosen. No wrong value is ever chosen; this is called **safety**. But no value is chosen at all: **liveness** is missing.\n\nIf messages may take any time and one node may crash, no algorithm without randomness can exclude such a run ([Fischer, Lynch and Paterson 1985](https://doi.org/10.1145/3149.214121)). With randomness such a run becomes unlikely. Besides, real networks are slow only for a while ([Dwork, Lynch and Stockmeyer 1988](https://doi.org/10.1145/42282.42283) call this *partial synchrony*): with **random** waiting times, one of the two proposers soon has enough time.",
    ),
    Question(
        "00b.check_study",
        "What does the study show?",
        (
            yes("That most of these students did better on Raft, each time right after a video.", "It is one study, with one pair of videos, made by Raft's authors. They say themselves what may have helped Paxos: 15 of the 43 knew some of it before, and its video was 14 % longer."),
            no("That Paxos is wrong.", "Paxos is just as safe: no wrong value is chosen here, however long the duel lasts.", "paxos_duel_for_ever", 293, says="refuses a request"),
            no("That Raft cannot be held up by bad luck.", "Four Raft nodes ask for votes at the same time here, and none of them wins.", "split_vote", 15),
        ),
        explanation="33 of the 43 students did better on Raft. Of 60 points, the mean was 25.7 for Raft; for Paxos it was 20.8 in the paper (section 9.1), and 21.0 in [Ongaro's thesis](https://github.com/ongardie/dissertation) (chapter 7).",
    ),
    Question(
        "00b.check_promise",
        "An acceptor promises a number, crashes and restarts, and has forgotten the promise. Is that harmless?",
        (
            yes("No: two values may be chosen.", "It could then accept a lower number, although another proposer relies on its promise. So a node saves its promise and what it has accepted before it answers, as Raft does with votes."),
            no("Yes: the proposer asks again.", "Let n2 be that acceptor. n3 already relies on n2's promise here, and proposes its value. No node asks again.", "paxos_free", 7),
            no("Yes: the others still know it.", "Let n2 be that acceptor. The other nodes here are n1, which is cut off, and n3. The majority consists of n3 and n2, so both must remember.", "paxos_free", 10),
        ),
        explanation="Suppose that n2 promises number 5 to n3 and says that it has accepted nothing. It crashes and forgets this. Then n1's old request arrives, and n2 accepts X under number 3: n1 and n2 have chosen X. n3 relies on the promise and proposes Y; n2 accepts it, too, and n2 and n3 have chosen Y.",
    ),
    Question(
        "00b.check_safety",
        "What do Paxos and Raft lose if messages are lost or late?",
        (
            yes("At most liveness.", "For a while, no value may be chosen. But a wrong value is never chosen."),
            no("Safety: two values may be chosen.", "Messages to n1 are lost. n1 still holds X, but does not consider it chosen. Only one value is chosen: Y.", "paxos_free", 10),
            no("Nothing.", "Late messages keep these two proposers from choosing anything.", "paxos_duel_for_ever", 293, says="refuses a request"),
        ),
    ),
)  # fmt: skip
