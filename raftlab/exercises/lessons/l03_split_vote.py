"""Lesson 03: the random timeout; when a vote is split, and timeouts that make it rare; four timers that end together."""

import math
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

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
from raftlab.experiments.setting import Setting, check_range_ms
from raftlab.experiments.trial import run_trial
from raftlab.messages import Role
from raftlab.raft import majority
from raftlab.sim.cluster import Cluster
from raftlab.sim.errors import UserError
from raftlab.sim.play import play
from raftlab.sim.story import Story

# -- Is this vote split? -----------------------------------------------------------------------------------------------

CALM = "tikv"  # the preset with the longest timeouts, so that no node starts a second election
Timers = tuple[int, dict[str, int], int]


def timers() -> Iterator[Timers]:
    """Cases: how many nodes there are, the ticks at which the timers of running nodes end, and how long a message takes."""
    yield 3, {"n1": 10, "n2": 10, "n3": 10}, 2
    yield 3, {"n1": 10, "n2": 10, "n3": 12}, 2
    yield 3, {"n1": 10, "n2": 11, "n3": 11}, 2
    yield 4, {"n1": 10, "n2": 10, "n3": 20, "n4": 20}, 1
    yield 4, {"n1": 10, "n2": 10, "n3": 10, "n4": 20}, 1
    yield 3, {"n2": 10, "n3": 14}, 4
    yield 3, {"n2": 10, "n3": 13}, 4
    yield 5, {"n1": 10, "n2": 20, "n3": 20}, 4
    yield 5, {"n1": 10, "n2": 12, "n3": 20}, 4
    yield 1, {"n1": 10}, 3
    dice = Random("timers")
    for _ in range(90):
        nodes, latency = 3 + int(dice.random() * 9), 1 + int(dice.random() * 6)
        down = int(dice.random() * (1 + nodes - majority(nodes)))
        ends = {f"n{place}": 10 + int(dice.random() * 12) for place in range(1 + down, nodes + 1)}
        yield nodes, ends, latency


def has_leader(nodes: int, ends: dict[str, int], latency: int) -> bool:
    """Play a case: is there a leader in the first term?"""
    cluster = Cluster(Story("timers", "Timers", nodes=nodes, preset=CALM, goals=()), record=False)
    cluster.set_network(delay=(latency, latency))
    for id, node in cluster.nodes.items():
        if id in ends:
            node.timer = ends[id]
        else:
            cluster.crash(id)
    cluster.tick(max(ends.values()) + 3 * latency)
    return any(node.role is Role.LEADER for node in cluster.running().values())


def is_close(nodes: int, ends: dict[str, int], latency: int) -> bool:
    """Does the result depend on whether a request counts that arrives when a timer runs out, or on whether half of the nodes are enough?"""
    first = min(ends.values())
    votes, later = (1 + sum(end >= first + wait for end in ends.values()) for wait in (latency, latency + 1))
    return 2 * votes == nodes or (2 * votes > nodes) is not (2 * later > nodes)


def is_split(function: Callable[..., Any]) -> Tries:
    """Compare an answer with the simulator, in each case of `timers`.

    The number of right cases does not count, because most votes are not split, and a function that always says so is often
    right. If only close cases are wrong, it is a slip.
    """
    right, of, slip = 0, 0, True
    sentences: tuple[str, ...] = ()
    for nodes, ends, latency in timers():
        said, split = function(nodes, dict(ends), latency), not has_leader(nodes, ends, latency)
        if not isinstance(said, bool):
            raise UserError(f"is_split should return True or False, not {said!r}.")
        of, right = of + 1, right + (said is split)
        slip = slip and (said is split or is_close(nodes, ends, latency))
        if said is not split and not sentences:
            told = ", ".join(f"{node} at {end}" for node, end in ends.items())
            came = "nobody leads in the first term" if split else "there is a leader in the first term"
            what = f"{nodes} nodes, {told}, and every message travels {latency} ticks"
            sentences = (f"Your function returns {said} for this: {what}.", f"In the simulator, {came}.")
    if right == of:
        return Tries(right, of, (f"Right in all {of} cases that were played.",))
    shown = Shown.SLIP if slip else Shown.MISCONCEPTION
    return Tries(right, of, (*sentences, shown.value), left=1 - SLIP if slip else CENTRAL)


# -- A range that suits a network ------------------------------------------------------------------------------------

TRIALS = 100
MOST_SPLIT = 0.15  # the greatest share of elections that may be split
SLOWEST = 20  # the longest median time without a leader, in one-way latencies
HOPELESS = 60  # an election that takes longer is given up; in one-way latencies
CLUSTERS = ((1, 3), (20, 4), (50, 3), (10, 9), (100, 5))  # one-way latency in ms, nodes


def timeout_range(function: Callable[..., Any]) -> Tries:
    """Try an answer: play elections after a crash, in clusters of several sizes on networks of several speeds."""
    right, sentences = 0, []
    for one_way_ms, nodes in CLUSTERS:
        good, told = suits(function(one_way_ms, nodes), one_way_ms, nodes)
        right += good
        sentences.append(f"{'✓' if good else '✗'} {nodes} nodes, {one_way_ms} ms: {told}")
    return Tries(right, len(CLUSTERS), tuple(sentences))


def suits(said: Any, one_way_ms: int, nodes: int) -> tuple[bool, str]:
    """Is this range of timeouts good for a cluster, and why? Raises UserError if it is no range."""
    if not isinstance(said, tuple | list):
        raise UserError(
            f"timeout_range should return two times in milliseconds, (shortest, longest), not {said!r}."
        )
    shortest, longest = check_range_ms("timeout_range", said, least=1)
    if shortest <= 2 * one_way_ms:
        return (
            False,
            f"after {shortest:g} ms no candidate can have its votes: a request and its reply take {2 * one_way_ms} ms",
        )
    split, median = measured((shortest, longest), one_way_ms, nodes)
    slow = (
        f"after {median:,.0f} ms" if median < math.inf else f"mostly not within {HOPELESS * one_way_ms:,} ms"
    )
    limit = f"the median; at most {SLOWEST * one_way_ms:,} ms are allowed"
    return (
        split <= MOST_SPLIT and median <= SLOWEST * one_way_ms,
        f"{split:.0%} of the votes split, a leader {slow} ({limit})",
    )


def measured(timeout_ms: tuple[float, float], one_way_ms: float, nodes: int) -> tuple[float, float]:
    """The share of split votes, and the median time without a leader, in milliseconds."""
    setting = Setting(
        timeout_ms,
        (one_way_ms, one_way_ms),
        timeout_ms[0] / 2,
        0,
        nodes,
        1,
        0,
        False,
        HOPELESS * one_way_ms,
        200,
        1,
    )
    elections = [run_trial(setting, number) for number in range(TRIALS)]
    times = sorted(each.time_ms for each in elections)
    return sum(each.terms > 1 for each in elections) / TRIALS, times[TRIALS // 2]


# -- A run to read: four timers end together ---------------------------------------------------------------------------

PLAYED = 240


def ties(seed: int) -> Asked:
    """03: a vote that is split, once or more often."""

    def make(dice: Random) -> Asked:
        align = drawn(dice, 0, 12)
        story = Story("read_03", "Four timers end together", nodes=4, seed=drawn(dice, 1, 99_999), ticks=PLAYED,
            actions=((align, "align_timers"),))  # fmt: skip
        trace = play(story)
        first, _ = became(trace, "candidate")[0]
        leads, winner = became(trace, "leader")[0]
        stood = [node for tick, node in became(trace, "candidate") if tick == first]
        again = min(tick for tick, _ in became(trace, "candidate", first))
        if again >= leads or len(stood) < 2:
            raise IndexError("no split vote")
        return story, (
            Question(f"The timers are made equal at tick {align}. At which tick do nodes become candidates for the first time?", first, (
                f"Step on from tick {align} and watch the arcs.",
                "They all end at the same tick: that is what equal timers do.",
                "It is the tick at which the first requests for votes are sent.")),
            Question("Which node becomes leader in the end?", winner, (
                "The first votes are split: each has its own, and nobody has three.",
                "Each candidate draws a new election timeout. Whose timer runs out first, so early that its requests arrive before the other timers run out?",
                "Press l: the player runs until there is a leader.")),
            Question("The first votes are split. At which tick is there a candidate again?", again, (
                "Every node drew a new election timeout when it became a candidate.",
                "Follow the arcs: one of them ends before all others.",
                "It is the tick at which requests of the second term are sent.")),
        )  # fmt: skip

    return first_usable("03", seed, make)


ITEMS: tuple[Item, ...] = (
    Rule("reset_election_timer", "03", 10, ("FO-2",), (
        "If all nodes wait equally long, they may all become candidates at the same moment, again and again.",
        "A node may use no other dice than its own: node.random.random() is a number from 0 up to, but not including, 1.",
        "shortest, longest = node.election_timeout; set node.timeout and node.timer to shortest + int(node.random.random() * (longest - shortest + 1))."),
        misconceptions=("election timeout not random", "each node always waits equally long")),
    Task("is_split", "03", 10, (
        "Which nodes become candidates, and which are asked in time? A node that hears a candidate before its own timer runs out votes for it, and starts its timer again.",
        "A node whose timer runs out less than one latency after the first also becomes a candidate, because no request has reached it yet. All other running nodes vote for the first.",
        "first = min(times.values()); the voters are those with a time of first + latency or later. The first candidate has their votes and its own. Is that more than half of all nodes, including those that are down?"),
        ("nodes", "times", "latency"), is_split, "Play it: Cluster(...), set_network(delay=(2, 2)), and a timer is node.timer."),
    Task("timeout_range", "03", 20, (
        "What matters is the width of the range, measured in latencies. The wider it is, the less often two timers run out together.",
        "In a small cluster a vote is split more easily: with one of three nodes down, two candidates are all that is left. Four nodes are worse than three. And long timeouts mean a long time without a leader.",
        "Choose both ends in latencies: a shortest timeout of a few round trips, and a range of 30 to 40 latencies above it, are good for all these clusters."),
        ("one_way_ms", "nodes"), timeout_range, "Measure: election_times((150, 300), 10, nodes=3), with its split_vote_rate and median_ms."),
    BreakIt("03.a", 20, (
        "grants two votes in one term", "majority is n // 2", "counts votes as a number",
        "a candidate does not vote for itself", "no up-to-date check",
        "counts vote replies of an older term", "votes of the election before are kept",
        "a vote is told before it is saved", "an older term takes the term back", "a majority of those alive",
        "up-to-date compares only length", "up-to-date compares only the last term")),
    BreakIt("03.b", 20, (
        "a candidate always waits for the shortest timeout", "candidate never starts a second election",
        "a candidate is deaf to later terms", "a new leader takes its own log for everybody's",
        "an election timer starts no election", "a later term is not adopted",
        "heartbeat slower than the election timeout", "vote not cleared on a new term",
        "election without term + 1")),
    ReviewIt("03.c", 20, wrong={
        "vote not saved": ("ST-P2",), "a candidate does not vote for itself": ("RV-2", "ST-P2"), "counts refusals": (),
        "a majority of those alive": (), "majority is n // 2": (), "counts vote replies of an older term": ()},
        right={"a vote is saved twice": ("saves more",), "a refusal is saved": ("saves more",),
            "the timer is set after the vote is sent": ("order", "same"), "votes are added one by one": ("same",),
            "a quorum is counted": ("same",), "messages go out in the opposite order": ("order",)},
        rules=("RV-1", "UTD", "CA-4"), beside=("on_request_vote", "on_request_vote_reply", "is_quorum", "on_tick")),
    *read_it("03", ties, 5, 5, 5),
)  # fmt: skip
