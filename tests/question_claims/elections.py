"""Lessons 01, 02 and 03: roles, terms, votes and timers."""

from dataclasses import replace
from random import Random

from variants import (
    Run,
    leader,
    leaders,
    moment,
    requests,
    same_term_leaders,
    together,
    up_to_date,
    vary,
)

from question_claims.row import Row
from raftlab import Story


def drawn(story, dice):
    """The story with a random seed."""
    return replace(story, seed=int(dice.random() * 10**6))


def fresh(dice, nodes=(3, 5), ticks=120, actions=(), **more):
    """A story of a cluster of random size that has just been started."""
    size = nodes[int(dice.random() * len(nodes))]
    return drawn(Story("fresh", "A cluster", nodes=size, ticks=ticks, actions=actions, **more), dice)


def changes(run):
    """Every change of a role: (tick of the run, node, from, to)."""
    return [
        (tick, node, before[node].role, after[node].role)
        for tick, (before, after) in enumerate(zip(run.worlds, run.worlds[1:], strict=False), start=1)
        for node in after
        if (before[node].role, before[node].term) != (after[node].role, after[node].term)
    ]


def first_candidate(run):
    """The first candidate and its tick; the first by name, if two nodes become candidates at once."""
    return next((node, tick) for tick, node, _, role in changes(run) if role in ("candidate", "leader"))


def by_patience(run):
    """The nodes in the order in which their first timers run out."""
    return sorted(run.at(0), key=lambda node: run.at(0)[node].timer)


STARTED = Row(
    "a cluster that has just been started",
    lambda dice: Run(fresh(dice), dice=dice),
    {
        "01.start": (
            lambda run: {node.role for node in run.at(0).values()} == {"follower"},
            lambda run: leaders(run.at(0)) == {"n1": 0},
            lambda run: {node.role for node in run.at(0).values()} == {"candidate"},
        ),
        "01.first_move": (
            lambda run: first_candidate(run) == (by_patience(run)[0], run.at(0)[by_patience(run)[0]].timer),
            lambda run: first_candidate(run)[0] == "n1",
            lambda run: bool(run.operations),
        ),
        "01.check_term": (
            lambda run: all(adopted(run, m) for m in run.messages if later_term(run, m)),
            lambda run: not any(adopted(run, m) for m in run.messages if later_term(run, m)),
            lambda run: not any(adopted(run, m) for m in run.messages if later_term(run, m)),
        ),
    },
    lambda run: run.at(0)[by_patience(run)[0]].timer < run.at(0)[by_patience(run)[1]].timer,
)  # fmt: skip


def later_term(run, message):
    """Is the receiver in an earlier term when the message arrives?"""
    return (
        message.arrives < len(run.worlds) and run.worlds[message.arrives - 1][message.dst].term < message.term
    )


def adopted(run, message):
    """Is the receiver afterwards a follower in the message's term, or in a later term?"""
    node = run.worlds[message.arrives][message.dst]
    return (node.term == message.term and node.role == "follower") or node.term > message.term


def crashing(dice):
    """A run in which a leader with an entry crashes at tick 60 and restarts at tick 150."""
    actions = (
        (1, "time_out", "n1"),
        (35, "propose", "x=5", "n1"),
        (60, "crash", "n1"),
        (150, "restart", "n1"),
    )
    return Run(fresh(dice, ticks=150, actions=actions), dice=dice)


def noticed(run):
    """The first change of a node's role after the crash: (tick, node, from, to)."""
    return next(change for change in changes(run) if change[0] > 60 and change[1] != "n1")


CRASH = Row(
    "the leader crashes, and is restarted",
    crashing,
    {
        "01.crash": (
            lambda run: (noticed(run)[0], noticed(run)[1], "FO-2") in run.rules,
            lambda run: any(w[n].leader != "n1" for w in run.since(61, noticed(run)[0] - 1) for n in w if n != "n1"),
            lambda run: any(m.src == "n1" and 60 < m.sent < 150 for m in run.messages),
        ),
        "01.survives": (
            lambda run: run.at(150)["n1"][2:4] == run.at(59)["n1"][2:4] and run.at(150)["n1"].log == run.at(59)["n1"].log
            and run.at(150)["n1"].last_applied == 0 < run.at(59)["n1"].last_applied,
            lambda run: run.at(150)["n1"].role == "leader",
            lambda run: not run.at(150)["n1"].log,
        ),
    },
    lambda run: leaders(run.at(59)) == {"n1": 1},
)  # fmt: skip


def aligned(dice):
    """A run of four or five nodes whose timers run out together."""
    return Run(fresh(dice, nodes=(4, 5), ticks=200, actions=((0, "align_timers"),)), dice=dice)


def next_timers(run):
    """The timers after all nodes have become candidates, when their first requests arrive: (ticks, node), the shortest first."""
    world = run.at(run.at(0)["n1"].timer)
    return sorted((node.timer, id) for id, node in world.items())


def first_leader(run):
    return next((leader(world) for world in run.worlds if leaders(world)), None)


SPLIT = Row(
    "split_vote",
    aligned,
    {
        "01.check_roles": (
            lambda run: not any((a, b) == ("follower", "leader") for _, _, a, b in changes(run)),
            lambda run: not any((a, b) == ("candidate", "follower") for _, _, a, b in changes(run)),
            lambda run: not any((a, b) == ("candidate", "candidate") for _, _, a, b in changes(run)),
        ),
        "03.tie": (
            lambda run: not any(term == 1 for w in run.worlds for term in leaders(w).values()),
            lambda run: any(leaders(w).get("n1") == 1 for w in run.worlds),
            lambda run: any(len(leaders(w)) == 2 and same_term_leaders(w) for w in run.worlds),
        ),
        "03.next": (
            lambda run: first_leader(run) == next_timers(run)[3][1],
            lambda run: first_leader(run) == next_timers(run)[0][1],
            lambda run: first_leader(run) == next_timers(run)[1][1],
            lambda run: first_leader(run) == next_timers(run)[2][1],
        ),
        "03.check_over": (
            lambda run: first_leader(run) == next_timers(run)[0][1],
            lambda run: any(node.role == "follower" for node in run.at(run.at(0)["n1"].timer).values()),
            lambda run: first_leader(run) == "n1",
        ),
        "02.check_two_leaders": (
            lambda run: not any(map(same_term_leaders, run.worlds)),
            lambda run: any(map(same_term_leaders, run.worlds)),
            lambda run: any(map(same_term_leaders, run.worlds)),
        ),
    },
    # As in the picture of these questions: the first timer ends earlier than the others by more than a message takes.
    lambda run: next_timers(run)[1][0] - next_timers(run)[0][0] > 3,
)  # fmt: skip

FREE = Row(
    "best_case_election",
    vary("best_case_election", 60),
    {
        "02.who_first": tuple(
            lambda run, place=place: first_candidate(run)[0] == by_patience(run)[place] for place in (2, 1, 4, 3, 0)
        ),
        "02.how_many": (
            lambda run: at_the_win(run) >= 3 > at_the_win(run, before=1),
            lambda run: at_the_win(run, before=1) >= 3 or at_the_win(run) < 3,
            lambda run: at_the_win(run) > 3,
        ),
        "02.order": (
            lambda run: election_in_order(run),
            lambda run: not election_in_order(run),
        ),
    },
    lambda run: run.at(0)[by_patience(run)[0]].timer + 3 * run.stretch < run.at(0)[by_patience(run)[1]].timer,
)  # fmt: skip


def won(run):
    """The tick at which there is a leader for the first time."""
    return moment(run, leaders)


def at_the_win(run, before=0):
    """How many votes the first leader had when it won, or `before` ticks earlier."""
    return len(run.worlds[won(run) - before][first_leader(run)].votes)


def election_in_order(run):
    """Do the six steps of 02.order happen in this order?"""
    winner, tick = first_candidate(run)
    asked = [m.sent for m in requests(run) if m.src == winner]
    voted = moment(run, lambda w: any(w[n].voted_for == winner for n in w if n != winner))
    heard = moment(run, lambda w: any(w[n].leader == winner for n in w if n != winner))
    stood = run.worlds[tick][winner]
    return (
        set(asked) == {tick}
        and stood.term == 1
        and stood.voted_for == winner
        and tick < voted < won(run) < heard
    )


LONGEST = Row(
    "longest_log",
    vary("longest_log", 14),
    {
        "02.longest_log": (
            lambda run: voters(run, "n2", 8) == {"n2"},
            lambda run: voters(run, "n2", 8) == {"n1", "n2", "n3"},
            lambda run: voters(run, "n2", 8) == {"n2", "n3"},
        ),
        "02.check_timer": (
            lambda run: timer_at_refusal(run) == 1,
            lambda run: timer_at_refusal(run) <= 0,
            lambda run: run.worlds[requests(run, "n1")[0].arrives]["n1"].timer is None,
        ),
    },
)  # fmt: skip


def voters(run, candidate, term):
    """The nodes that vote for a candidate in a term."""
    return {
        id for w in run.worlds for id, node in w.items() if (node.term, node.voted_for) == (term, candidate)
    }


def timer_at_refusal(run):
    """By how many ticks n1's timer goes down in the tick in which n1 refuses its vote."""
    tick = requests(run, "n1")[0].arrives
    return run.worlds[tick - 1]["n1"].timer - run.worlds[tick]["n1"].timer


def good_and_better(story, dice):
    """The story with random logs: n1's is as up to date as n3's, and n2's is more up to date and longer."""
    old = [f"{1 + i // 2}:x={i}" for i in range(1, 2 + int(dice.random() * 4))]
    better = [*old, f"{int(old[-1][0]) + (dice.random() < 0.5)}:y=1"]
    start = {"n1": old, "n2": better, "n3": old}
    return replace(story, start={node: {"term": 5, "log": log} for node, log in start.items()})


def vote(run, voter, term):
    """The candidate for which a node votes in a term; None if it does not vote."""
    return next(
        (w[voter].voted_for for w in run.worlds if w[voter].term == term and w[voter].voted_for), None
    )


FIRST_COME = Row(
    "first_come",
    vary("first_come", 12, change=good_and_better),
    {
        "inventory.vote": (
            lambda run: vote(run, "n3", 6) == requests(run, "n3")[0].src,
            lambda run: vote(run, "n3", 6) == max("n1", "n2", key=lambda n: len(run.at(0)[n].log)),
            lambda run: vote(run, "n3", 6) == max("n1", "n2", key=lambda n: up_to_date(run.at(0)[n])),
        ),
        "02.first_come": (
            lambda run: vote(run, "n3", 6) == "n1",
            lambda run: vote(run, "n3", 6) == "n2",
            lambda run: {"n1", "n2"} <= {w["n3"].voted_for for w in run.worlds if w["n3"].term == 6},
        ),
    },
    lambda run: requests(run, "n3")[0].src == "n1",
)  # fmt: skip

SEVEN = tuple(f"n{number}" for number in range(1, 8))


def asking(node):
    """A change of Figure 7: this node asks for votes."""
    return lambda story, dice: replace(story, actions=((1, "time_out", node),))


def last_that_wins(runs):
    """The node with the least up-to-date log that still wins."""
    winners = [
        node for node, run in zip(SEVEN, runs, strict=True) if run.first(lambda w, n=node: n in leaders(w))
    ]
    return min(winners, key=lambda node: up_to_date(runs[0].at(0)[node]))


FIGURE_7_LAST = Row(
    "figure_7_last",
    together(*(vary("figure_7_last", 12, stretch=(1,), change=asking(node)) for node in SEVEN)),
    {"02.last": tuple(lambda runs, node=node: last_that_wins(runs) == node for node in SEVEN)},
)  # fmt: skip

# -- Timers ---------------------------------------------------------------------------------------------------

EQUAL = Row(
    "no_randomness",
    vary("no_randomness", 279),
    {
        "03.equal": (
            lambda run: not any(leaders(w) for w in run.worlds),
            lambda run: first_leader(run) == requests(run)[0].src,
            lambda run: any(2 in leaders(w).values() for w in run.worlds),
        ),
    },
)  # fmt: skip

SLOW = Row(
    "slow_network",
    vary("slow_network", 299, stretch=(1,)),
    {
        "03.check_network": (
            lambda run: max(node.term for node in run.at(299).values()) >= 5 and led(run) < 0.5,
            lambda run: led(run) > 0.5,
            lambda run: any(map(same_term_leaders, run.worlds)),
        ),
    },
)  # fmt: skip


def led(run):
    """The share of the time in which there is a leader."""
    return sum(bool(leaders(world)) for world in run.worlds) / len(run.worlds)


PATIENT = Row(
    "long_timeouts",
    vary("long_timeouts", 150, change=lambda story, dice: replace(story, nodes=(3, 5)[dice.random() < 0.5])),
    {
        "03.check_patience": (
            lambda run: {n.role for w in run.since(51, 140) for id, n in w.items() if id != "n1"} == {"follower"},
            lambda run: bool(leaders(run.at(140))),
            lambda run: not any(m.src == "n1" and m.sent > 20 * run.stretch for m in run.messages),
        ),
    },
    lambda run: leaders(run.at(49)) == {"n1": 1},
)  # fmt: skip


def silent(dice):
    """Three runs in which n1 leads, and no node hears it from tick 60 on: it has crashed, its messages are lost, or they are late."""
    seed, size = int(dice.random() * 10**6), (3, 5)[dice.random() < 0.5]
    faults = (
        (60, "crash", "n1"),
        (60, "set_network", None, 1.0, None, "n1"),
        (60, "set_network", (99, 99), None, None, "n1"),
    )
    order = int(dice.random() * 10**6)

    def run(fault):
        actions = ((1, "time_out", "n1"), fault)
        return Run(
            Story("silent", "Silence", nodes=size, seed=seed, ticks=95, actions=actions), dice=Random(order)
        )

    return tuple(map(run, faults))


def impatient(runs):
    """The first node whose timer runs out, and the tick."""
    return next((node, tick) for tick, node, _, role in changes(runs[0]) if tick > 60 and node != "n1")


def cannot_tell(runs):
    """Does this node see the same in all runs until its timeout, although its leader has crashed only in some of them?"""
    node, tick = impatient(runs)
    lives = {tuple(world[node] for world in run.worlds[: tick + 1]) for run in map(Hashable, runs)}
    return len(lives) == 1 and len({run.worlds[tick]["n1"].status for run in runs}) == 2


class Hashable:
    """A run whose nodes can be compared as a whole."""

    def __init__(self, run):
        self.worlds = [{id: repr(node) for id, node in world.items()} for world in run.worlds]


def at_the_timeout(runs, holds):
    """Is something true in all runs when the first timer runs out?"""
    return all(holds(run.worlds[impatient(runs)[1]]) for run in runs)


def links_failing(run):
    """Is any link cut, or does it lose messages?"""
    return any(not link.up or link.loss for link in run.cluster.network.links.values())


SILENCE = Row(
    "silence of three kinds",
    silent,
    {
        "inventory.silence": (
            cannot_tell,
            lambda runs: at_the_timeout(runs, lambda w: w["n1"].status == "crashed"),
            lambda runs: all(map(links_failing, runs)),
        ),
        "01.check_silence": (
            cannot_tell,
            lambda runs: at_the_timeout(runs, lambda w: w["n1"].status == "crashed"),
            lambda runs: at_the_timeout(runs, lambda w: any(term > 1 for term in leaders(w).values())),
        ),
        "09.fog": (
            cannot_tell,
            lambda runs: at_the_timeout(runs, lambda w: w["n1"].status == "crashed"),
            lambda runs: all(map(links_failing, runs)),
        ),
    },
    lambda runs: leaders(runs[0].at(59)) == {"n1": 1} and len({impatient((run,)) for run in runs}) == 1,
)  # fmt: skip


def losing_all(dice):
    """A run with two writes, in which no message arrives for a second."""
    actions = (
        (1, "time_out", "n1"), (20, "propose", "x=1", "n1"),
        (50, "set_network", None, 1.0), (70, "propose", "x=2", "n1"), (150, "set_network", None, 0.0),
    )  # fmt: skip
    return Run(fresh(dice, ticks=250, actions=actions), dice=dice)


LOST = Row(
    "no message arrives for a second",
    losing_all,
    {
        "02.check_safety": (
            lambda run: not run.broken and run.at(55)["n1"].commit_index == run.at(149)["n1"].commit_index == 1,
            lambda run: any(map(same_term_leaders, run.worlds)),
            lambda run: any("x=1" not in {c for _, c in run.at(250)[n].log} for n in leaders(run.at(250))),
        ),
    },
    lambda run: leaders(run.at(49)) == {"n1": 1} and run.at(49)["n1"].commit_index == 1 and leaders(run.at(250)),
)  # fmt: skip

ROWS = (
    STARTED, CRASH, SPLIT, FREE, LONGEST, FIRST_COME, FIGURE_7_LAST, EQUAL, SLOW, PATIENT, SILENCE, LOST,
)  # fmt: skip
