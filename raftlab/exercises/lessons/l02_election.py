"""Lesson 02: who gets a vote and who has won; faulty voters; an election among five logs, and a claim that is false."""

from random import Random
from typing import Any, NamedTuple

from raftlab.checks.claims import NODES
from raftlab.exercises.break_it import BreakIt
from raftlab.exercises.item import Hints, Item
from raftlab.exercises.prove_me_wrong import LONG, claim_of, false_claim
from raftlab.exercises.questions import Asked, Question, became, drawn, first_usable, sent
from raftlab.exercises.read_it import read_it
from raftlab.exercises.review_it import ReviewIt
from raftlab.exercises.tries import Tries
from raftlab.exercises.write_it import Rule
from raftlab.sim.errors import UserError
from raftlab.sim.play import play
from raftlab.sim.story import Story

# -- A run to read: five nodes with different logs ---------------------------------------------------------------------


def five_logs(seed: int) -> Asked:
    """02: an election among five nodes with different logs."""

    def make(dice: Random) -> Asked:
        logs = [["1:a", "1:b", "2:c"][: drawn(dice, 1, 3)] for _ in range(5)]
        start = {f"n{place}": {"term": 2, "log": log} for place, log in enumerate(logs, start=1)}
        story = Story("read_02", "Five logs", seed=drawn(dice, 1, 99_999), start=start, ticks=150)
        trace = play(story)
        leads, _ = became(trace, "leader")[0]
        refusals = [message for message in sent(trace, "RequestVoteReply") if not message[6]]
        return story, (
            Question("Which node is the first to refuse its vote?", str(refusals[0][1]), (
                "Press Next until somebody has been asked: vote? is a request.",
                "A vote says yes. Look for a reply that says no.",
                "Choose a reply with ] and read its field vote_granted.")),
            Question("At which tick does the first leader get the vote that makes it leader?", leads, (
                "A majority of five, its own vote included.",
                "Count the filled dots at the candidate.",
                "Press l: it becomes leader at the tick at which that vote arrives.")),
            believed(dice),
        )  # fmt: skip

    return first_usable("02", seed, make)


# -- A claim about a node that is easily believed, and false ------------------------------------------------------------


class Believed(NamedTuple):
    """The learner finds a false claim. who: the subject of the claim."""

    who: str
    hints: Hints = (
        'A claim with "never" is contradicted soon, because most things happen at some time. A claim that is nearly always true takes longer.',
        "A node that has lost touch does not know it: an old leader, a candidate without votes, a node with entries that no other node has.",
        f'Say "always", and choose what is true as long as every node hears the leader. The run must be at least {LONG} events long; an election alone takes fewer.',
    )
    end: str = "ProveMeWrong() shows for any claim what contradicts it."

    @property
    def text(self) -> str:
        """What the item asks for."""
        return (
            f'Find a claim about "{self.who}" that sounds right and is wrong. The shortest run that contradicts it must have '
            f'at least {LONG} events. Answer with three parts from the menus, such as ("{self.who}", "never", '
            '"has the highest term"); ProveMeWrong() shows the menus.'
        )

    def judge(self, value: Any, _story: Story) -> Tries:
        """What the explorer says of the claim. Raises UserError if it is no claim, or has another subject."""
        claim = claim_of(value)
        if claim.who != self.who:
            raise UserError(f'Your claim is to be about "{self.who}", not about "{claim.who}".')
        return false_claim(lambda: claim)


def believed(dice: Random) -> Believed:
    """The item for these dice, which draw the subject of the claim."""
    return Believed(tuple(NODES)[drawn(dice, 0, len(NODES) - 1)])


ITEMS: tuple[Item, ...] = (
    Rule("on_request_vote", "02", 10, ("RV-2", "RV-1", "UTD", "FO-2", "ST-P0"), (
        "There are three reasons to refuse. Read rules RV-1, RV-2 and UTD, and write one branch for each.",
        "A node may say yes twice to the same candidate, but to no other one in that term. What must it remember, and where, if it crashes right after the reply?",
        "To agree: set node.voted_for, then node.save(), node.reset_election_timer(), and only then node.reply_vote(...). To refuse: only the reply."),
        misconceptions=("vote not saved", "a vote is told before it is saved", "grants two votes in one term",
            "no up-to-date check", "up-to-date compares only length", "up-to-date compares only the last term")),
    Rule("on_request_vote_reply", "02", 8, ("CA-2",), (
        "When does a reply count as a vote? Think of late replies, of copies, and of refusals.",
        "Each voter counts once, so a number is not enough. And a vote counts only in the election in which it was given.",
        "If the node is a candidate, the terms are equal and the vote is granted: add msg.src to node.votes. If node.is_quorum(node.votes), then node.become_leader()."),
        misconceptions=("counts vote replies of an older term", "counts refusals", "counts votes as a number")),
    Rule("is_quorum", "02", 6, ("CA-2", "LE-4"), (
        "A majority of which nodes? Of all voters, also of those that are down.",
        "Try four voters: are two of them enough? What could the other two decide?",
        "More than half: len(nodes) > len(node.voters()) // 2."),
        misconceptions=("majority is n // 2", "a majority of those alive", "a majority is everybody")),
    Rule("campaign", "02", 6, ("CA-1", "CA-4"), (
        "First the term goes up, and then everyone is asked.",
        "A request says how the candidate's log ends. And what if the node is alone in its cluster?",
        "node.become_candidate(); then a RequestVote to each of node.peers(), with node.log.last_index and node.log.last_term; then node.count_votes()."),
        misconceptions=("the request tells the commit index instead of the log's end", "a candidate asks one node only",
            "a candidate campaigns again in the same term")),
    Rule("on_tick", "02", 6, ("FO-2", "CA-4", "LE-1"), (
        "A node has one timer. Its role decides what the timer means.",
        "event.n ticks have passed. The timer has run out when 0 or less is left.",
        "Lower node.timer by event.n. At 0 or below, a leader calls node.on_heartbeat_timeout(HeartbeatTimeout()), and every other node calls node.on_election_timeout(ElectionTimeout())."),
        misconceptions=("a leader's timer starts elections", "an election timer starts no election", "a candidate's timer does nothing",
            "the timer of a node that knows a leader does nothing")),
    Rule("on_election_timeout", "02", 4, ("FO-2", "CA-4"), (
        "Which nodes start an election, and which never do?",
        "A candidate that has not won must try again.",
        "Every node except a leader: node.campaign()."),
        misconceptions=("candidate never starts a second election", "a candidate only asks once more",
            "waits for ever for the leader that it knows")),
    BreakIt("02.a", 20, (
        "vote not saved", "grants two votes in one term", "counts refusals", "counts votes as a number",
        "majority is n // 2", "no up-to-date check", "the new term of a candidate is not saved",
        "up-to-date compares only the last term", "counts vote replies of an older term",
        "an older term takes the term back", "up-to-date compares only length",
        "votes of the election before are kept")),
    BreakIt("02.b", 20, (
        "candidate never starts a second election", "a candidate is deaf to later terms",
        "the request tells the commit index instead of the log's end", "vote not cleared on a new term",
        "election without term + 1", "a leader's timer starts elections", "an election timer starts no election",
        "a later term is not adopted", "a new leader takes its own log for everybody's")),
    ReviewIt("02.c", 20, wrong={
        "a later term is adopted, but a leader goes on leading": (), "a candidate is deaf to later terms": (),
        "the new term of a candidate is not saved": ("ST-P1",), "votes of the election before are kept": ("CA-2",),
        "new leader drops its uncommitted entries": (), "vote not cleared on a new term": ()},
        right={"a candidate saves its term, and then its vote": ("saves more",),
            "the timer is set before the term is saved": ("order", "same"), "a new leader forgets the votes": ("unused",),
            "a follower keeps the votes of its last election": ("unused",),
            "next and match index are made in loops": ("same",), "a new leader begins after its commit index": ("guess",)},
        rules=("CA-1", "LE-1"), beside=("admit", "become_follower", "become_candidate")),
    *read_it("02", five_logs, 5, 5, 5),
)  # fmt: skip
