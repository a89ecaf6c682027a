"""Lesson 06: CheckQuorum; how large a group must be; the lie that breaks an agreement among three; one link of three is cut."""

from collections.abc import Callable, Iterator
from random import Random
from typing import Any, NamedTuple

from raftlab.exercises.break_it import BreakIt
from raftlab.exercises.item import Item
from raftlab.exercises.points import CENTRAL, SLIP
from raftlab.exercises.questions import Asked, Question, became, drawn, first_usable
from raftlab.exercises.read_it import read_it
from raftlab.exercises.review_it import ReviewIt
from raftlab.exercises.tasks import Task
from raftlab.exercises.tries import Tries
from raftlab.exercises.understood import Shown
from raftlab.exercises.write_it import Rule
from raftlab.models.generals import oral, signed
from raftlab.raft import majority
from raftlab.sim.errors import UserError
from raftlab.sim.play import play
from raftlab.sim.story import Story

# -- How large must a group be? ----------------------------------------------------------------------------------------


def names(first: int, last: int) -> str:
    """The nodes from `first` to `last`, in words."""
    return " ".join(f"n{number}" for number in range(first, last + 1))


def overlap(n: int, size: int) -> str:
    """Two groups that share as few nodes as possible, and what they share, in words."""
    shared = 2 * size - n
    both = f"{names(1, size)} and {names(n - size + 1, n)}"
    return f"{both} share {f'only {names(n - size + 1, size)}' if shared > 0 else 'nobody'}"


class Case(NamedTuple):
    """What is given and what is right; why it is not less, and why not more. grave: an answer that says less misses the idea."""

    given: tuple[int, ...]
    wanted: int
    less: str
    more: str
    grave: bool = True


def compared(function: Callable[..., Any], cases: Iterator[Case]) -> Tries:
    """Compare an answer with the right result in each case. A sentence explains the first difference.

    The number of right results does not count, because a table or a constant can get many right. If a result is too small
    where that is grave, or half of all results are wrong, the central idea is missing; otherwise it is a slip.
    """
    right, of, grave = 0, 0, False
    sentences: tuple[str, ...] = ()
    for given, wanted, less, more, is_grave in cases:
        said = function(*given)
        if not isinstance(said, int) or isinstance(said, bool):
            raise UserError(f"Your function should return a whole number; for {given} it returned {said!r}.")
        of, right = of + 1, right + (said == wanted)
        grave = grave or (said < wanted and is_grave)
        if said != wanted and not sentences:
            why = less if said < wanted else more
            sentences = (f"Your function returns {said} for ({', '.join(map(str, given))}). {why}",)
    if right == of:
        return Tries(right, of, (f"Right in all {of} cases.",))
    if grave or 2 * right <= of:
        return Tries(right, of, (*sentences, Shown.MISCONCEPTION.value), left=CENTRAL)
    return Tries(right, of, (*sentences, A_SLIP), left=1 - SLIP)


A_SLIP = "The idea is right, so this costs only a fifth of the points."
MORE = "Fewer nodes are enough: a larger group only has to wait for more of them."
SIZES = range(1, 10)  # of clusters: small enough for an answer that tries all pairs of groups


def least_common() -> Iterator[Case]:
    """How many nodes two groups must share, for groups of many sizes."""
    for n in SIZES:
        for size in range(1, n + 1):
            why = f"Look at this pair: {overlap(n, size)}."
            yield Case((n, size), max(0, 2 * size - n), why, why, 2 * size > n)


def crash_quorum() -> Iterator[Case]:
    """The size of a quorum if nodes may crash but do not lie."""
    for n in SIZES:
        size = majority(n)
        less = (
            f"That is too few: {overlap(n, size - 1)}."
            if size > 1
            else "A group must have at least one node."
        )
        yield Case((n,), size, less, MORE)


def liar_quorum() -> Iterator[Case]:
    """The size of a quorum if less than a third of the nodes may lie."""
    for n in SIZES:
        liars = (n - 1) // 3
        size = (n + liars) // 2 + 1
        lie = f"{liars} may lie" if liars else "one node must be in both"
        less = (
            f"That is too few: {overlap(n, size - 1)}, and {lie}."
            if size > 1
            else "A group must have at least one node."
        )
        yield Case((n,), size, less, MORE)


# -- The traitor among three -------------------------------------------------------------------------------------------

FORM = (
    'Return three things: the traitor in a list, the order, and the lies, such as ["L1"], "retreat", {...}.'
)


def traitor(function: Callable[..., Any]) -> Tries:
    """OM(1) among three generals, one of them a traitor: is IC1 or IC2 broken?"""
    said = function()
    if not isinstance(said, tuple) or len(said) != 3:
        raise UserError(FORM)
    traitors, order, lies = said
    run = oral(3, traitors, order, 1, lies)
    told = (*run.table(), *run.verdict())
    if len(run.traitors) != 1:
        return Tries(0, 1, (*told, "There must be exactly one traitor."))
    if run.ic1 and run.ic2:
        return Tries(0, 1, (*told, "Neither IC1 nor IC2 is broken: this traitor does no harm."))
    four = oral(4, traitors, order, 1, lies)
    sealed = signed(3, traitors, order, 1, lies)
    return Tries(
        1,
        1,
        (*told, f"With a fourth general: {four.verdict()[1]}", f"With signed orders: {sealed.verdict()[1]}"),
    )


# -- A run to read: two of three nodes no longer hear each other, but both hear the third ------------------------------

AFTER = 80, 320  # the least and the most ticks that are played after the cut


def limbo(seed: int) -> Asked:
    """06: a link is cut, nobody writes, and leadership goes back and forth."""
    return first_usable("06", seed, _make)


def _make(dice: Random) -> Asked:
    begun = Story("read_06", "One link of three is cut", nodes=3, seed=drawn(dice, 1, 99_999), ticks=60)
    _, leader = became(play(begun), "leader")[-1]
    far = [node for node in begun.ids() if node != leader][drawn(dice, 0, 1)]
    cut, after = drawn(dice, 62, 90), drawn(dice, *AFTER)
    actions = ((cut, "cut", leader, far),)
    story = Story(begun.name, begun.title, nodes=3, seed=begun.seed, ticks=cut + after, actions=actions)
    return story, _asked(story, leader, far, cut)


def _asked(story: Story, leader: str, far: str, cut: int) -> tuple[Question, ...]:
    """Raises IndexError if another leader comes before the cut."""
    trace = play(story)
    leads = became(trace, "leader", cut)
    steps_down = [tick for tick, node in became(trace, "follower", cut) if node == leader]
    if leads[0][1] != far:
        raise IndexError("somebody else leads first")
    return (
        Question(f"The link between {leader} and {far} is cut at tick {cut}. Which node becomes leader next?", far, (
            f"Go to tick {cut}, and step on. Who no longer hears the leader?",
            "Its timer runs out, it asks for votes, and one vote beside its own is enough.",
            f"Press l after tick {cut}.")),
        Question(f"At which tick does {leader}, which led until then, become a follower?", steps_down[0], (
            "The new leader's messages do not reach it. Who tells it of the later term, then?",
            "The third node has voted in the later term, so it refuses the next heartbeat of the old leader.",
            "It is the tick at which that refusal arrives.")),
        Question(f"How often does a node become leader after tick {cut}, until the end of the run?", len(leads), (
            "Each star above the slider is a new leader.",
            "Nobody writes, so all logs are equal, and each of the two can win again and again.",
            f"Press l again and again from tick {cut} on, and count.")),
    )  # fmt: skip


ITEMS: tuple[Item, ...] = (
    Rule("check_quorum", "06", 14, ("CQ-1",), (
        "The leader counts the nodes that have answered it since the last check. Which node must it not forget to count?",
        "It becomes a follower without a new term, for no other node has done anything. And an answer counts only until the next check.",
        "Unless node.is_quorum(node.heard | {node.id}): node.become_follower(node.term). In both cases node.heard = frozenset() and node.since_look = 0."),
        extensions=("PreVote", "CheckQuorum"),
        misconceptions=("a leader never doubts", "a leader never forgets whom it has heard", "a leader does not count itself among those it hears")),
    Task("least_common", "06", 5, (
        "Draw n nodes in a row. Take one group from the left end, the other from the right.",
        "Two groups of q have 2 q members, counted with those that are in both. There are only n nodes.",
        "What is more than n must be counted twice: 2 * q - n. But a number of nodes is never below 0."),
        ("n", "q"), lambda function: compared(function, least_common()), "Try small numbers on paper: 3, 4 and 5 nodes."),
    Task("crash_quorum", "06", 5, (
        "Any two groups must have a node in common: it remembers what the first group has decided.",
        "Half of an even number is not enough: two halves may have no node in common.",
        "More than half: n // 2 + 1."),
        ("n",), lambda function: compared(function, crash_quorum()), "Try small numbers on paper: 3, 4 and 5 nodes."),
    Task("liar_quorum", "06", 6, (
        "One common node is not enough now: it may be the liar, and tell each group something else.",
        "Any two groups must have so many nodes in common that one of them is honest: f + 1, where f = (n - 1) // 3.",
        "The smallest q with 2 * q - n >= f + 1. For n = 3 f + 1 that is 2 f + 1; for other n it is rounded up."),
        ("n",), lambda function: compared(function, liar_quorum()), "Try 4, 5 and 7 nodes on paper."),
    Task("traitor", "06", 10, (
        "If the commander lies, both lieutenants still hear the same two words, so they do the same. Who else could be the traitor?",
        "A tie means retreat. Which order of a loyal commander can a tie spoil?",
        "A lieutenant lies about the order \"attack\". The name of a message lists all generals that it passes: (\"C\", \"L2\", \"L1\") is what L2 tells L1 that C has said."),
        (), traitor, "Try the 2 orders and the 3 traitors one after the other: oral(3, [\"L1\"], order, 1, \"retreat\").verdict()."),
    BreakIt("06.a", 20, (
        "grants two votes in one term", "counts refusals", "majority is n // 2", "the entry before is not checked",
        "a pre-vote is given although a leader is heard", "refused pre-votes count", "one pre-vote is enough",
        "a leader does not count itself among those it hears", "prev check looks at the index only",
        "applies only the newest committed entry", "never deletes conflicting entries",
        "deletes only the entry that conflicts"), have=("PreVote", "CheckQuorum")),
    BreakIt("06.b", 20, (
        "followers never hear what is committed", "a success commits nothing",
        "the leader does not count itself", "nextIndex never decremented", "sends log[next + 1:]",
        "the entry before is named with the leader's own term", "a leader never doubts",
        "a pre-voter counts only what it knows to be committed",
        "a pre-voter remembers a leader it no longer hears"), have=("PreVote", "CheckQuorum")),
    ReviewIt("06.c", 20, wrong={
        "a pre-vote raises the term": (), "a pre-vote is given although a leader is heard": (),
        "refused pre-votes count": (), "one pre-vote is enough": ()},
        right={"a yes that is known already is not counted again": ("same",),
            "the questions go out in the opposite order": ("order",),
            "a voter saves before it says whether it would vote": ("saves more",),
            "the log is not compared if the term is not later": ("same",)},
        rules=("SV-1", "UTD", "ALL-2"), beside=("on_request_pre_vote", "on_request_pre_vote_reply"),
        have=("PreVote", "CheckQuorum")),
    *read_it("06", limbo, 5, 5, 5),
)  # fmt: skip
