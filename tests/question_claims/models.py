"""Lessons 00 and 00b: copies without agreement, and Paxos."""

from dataclasses import replace
from random import Random

from variants import Run, moment, vary

from question_claims.row import Row
from raftlab import Story
from raftlab.checks.linearizability.judge import check_linearizability
from raftlab.messages import Save
from raftlab.models.paxos import Paxos


def last_commands(run):
    """The last command of each node at the end of the run. It decides the value of x there."""
    return {id: node.log[-1][1] for id, node in run.worlds[-1].items()}


AT_ONCE = Row(
    "two_at_once",
    vary("two_at_once"),
    {
        "00.at_once": (
            lambda run: last_commands(run) == {"n1": "x=2", "n2": "x=1"},
            lambda run: len(set(last_commands(run).values())) == 1,
            lambda run: set(last_commands(run).values()) == {"x=1"},
        ),
        "00.check_machines": (
            lambda run: all(node.last_applied == 2 for node in run.worlds[-1].values()),
            lambda run: "P5" not in run.broken and len(set(last_commands(run).values())) == 1,
            lambda run: len(run.cluster.answers) == 4 and len(set(last_commands(run).values())) == 1,
        ),
    },
)  # fmt: skip


def without_the_second_write(story, dice):
    return replace(story, actions=tuple(action for action in story.actions if "x=2" not in action))


def until_the_read(run):
    """All operations of clients up to Bob's read at n2."""
    return [operation for operation in run.operations if operation.invoked <= 40 * run.stretch]


def twins(dice):
    """Two runs with the same dice, so that they differ only in the second write."""
    seed = int(dice.random() * 10**6)
    made = (vary("two_copies"), vary("two_copies", change=without_the_second_write))
    return tuple(make(Random(seed)) for make in made)


CUT = Row(
    "two_copies, with and without the write that n2 cannot hear of",
    twins,
    {
        "00.cut": (
            lambda runs: [w["n2"].log for w in runs[0].since(30, 49)][-1] == [w["n2"].log for w in runs[1].since(30, 49)][-1]
            and len(runs[0].at(42)["n1"].log) != len(runs[1].at(42)["n1"].log),
            lambda runs: all(run.at(40)["n1"].log[-1][1] == "x=1" for run in runs),
            lambda runs: any(run.at(40)["n2"].log[-1][1] == "x=2" for run in runs),
        ),
        "00.check_linearizable": (
            lambda runs: not check_linearizability(until_the_read(runs[0])),
            lambda runs: bool(check_linearizability(until_the_read(runs[0]))),
            lambda runs: bool(check_linearizability(until_the_read(runs[0]))),
        ),
    },
)  # fmt: skip

# -- Paxos ------------------------------------------------------------------------------------------------------


def proposed(run, node):
    """The values that a node asks the others to accept."""
    return {m.fields["value"] for m in run.messages if m.kind == "Accept" and m.src == node}


def chosen(world):
    """The values that some node knows to be chosen."""
    return {node.log[-1][1] for node in world.values() if node.commit_index}


def round_in_order(run):
    """Do the four steps of 00b.order happen in this order?"""
    asks = [m for m in run.messages if m.kind == "Accept" and m.src == "n1"]
    promises = sorted(m.arrives for m in run.messages if m.kind == "Promise" and m.dst == "n1")
    took = next(m.sent for m in run.messages if m.kind == "Prepare")
    return took < promises[0] == asks[0].sent < moment(run, chosen)


ROUND = Row(
    "paxos_round",
    vary("paxos_round"),
    {"00b.order": (round_in_order, lambda run: not round_in_order(run))},
)

SURVIVE = Row(
    "paxos_survivor",
    vary("paxos_survivor", 39),
    {
        "00b.survive": (
            lambda run: proposed(run, "n3") == {"X"} and promised_before(run) == {"n1"},
            lambda run: "n2" in promised_before(run),
            lambda run: proposed(run, "n3") == {"Y"},
        ),
    },
    lambda run: first_try(run, "n3"),
)  # fmt: skip


def first_try(run, node):
    """Does a node propose a value with its first number, because this is the highest?"""
    asked = [m.term for m in run.messages if m.kind == "Prepare" and m.src == node]
    return bool(proposed(run, node)) and set(asked) == {asked[0]}


def promised_before(run):
    """The nodes whose promises n3 has when it proposes."""
    asked = min(m.sent for m in run.messages if m.kind == "Accept" and m.src == "n3")
    return {m.src for m in run.messages if m.kind == "Promise" and m.dst == "n3" and m.arrives <= asked}


FREE = Row(
    "paxos_free",
    vary("paxos_free", 39),
    {
        "00b.free": (
            lambda run: chosen(run.at(39)) == {"Y"},
            lambda run: "X" in chosen(run.at(39)),
            lambda run: not chosen(run.at(39)),
        ),
    },
    lambda run: first_try(run, "n3"),
)  # fmt: skip


def half_a_round_later(story, dice):
    """All messages take the same time, and the second proposer begins when the first one has its promises."""
    delay = 5 + (dice.random() < 0.5)
    (_, *network, _), first, (_, *second) = story.actions
    later = delay + 1 + int(dice.random() * 3)
    return replace(story, actions=((0, *network, (delay, delay)), first, (1 + later, *second)))


DUEL = Row(
    "paxos_duel_for_ever",
    vary("paxos_duel_for_ever", stretch=(1,), change=half_a_round_later),
    {
        "00b.duel": (
            lambda run: not chosen(run.worlds[-1]) and run.worlds[-1]["n2"].term > 50,
            lambda run: bool(chosen(run.worlds[-1])),
            lambda run: chosen(run.worlds[-1]) == {"x=1"},
        ),
    },
)  # fmt: skip


class ForgetsPromises(Paxos):
    """Paxos that does not save what it promises."""

    def on_prepare(self, msg):
        super().on_prepare(msg)
        self._effects = [effect for effect in self._effects if type(effect) is not Save]


def forgetting(dice):
    """Two runs: n2 forgets its promises in a crash, and n2 keeps them.

    n2 promises n1, and then n3, whose number is higher. It crashes and restarts, and n1 asks it to accept.
    """
    actions = (
        (0, "set_network", (1, 1)), (0, "cut", "n1", "n3"),
        (1, "propose", "X", "n1"), (2, "propose", "Y", "n3"), (3, "crash", "n2"), (3, "restart", "n2"),
    )  # fmt: skip
    story = Story("forgetting", "A promise is forgotten", nodes=3, ticks=12, goals=(), actions=actions)
    story = replace(story, seed=int(dice.random() * 10**6))
    order, stretch = int(dice.random() * 10**6), 1 + (dice.random() < 0.5)
    return tuple(Run(story, kind, Random(order), stretch) for kind in (ForgetsPromises, Paxos))


def learnt(run):
    """All values that some node has learnt as chosen."""
    return set().union(*(chosen(world) for world in run.worlds))


FORGETTING = Row(
    "an acceptor forgets a promise",
    forgetting,
    {
        "00b.check_promise": (
            lambda runs: "P5" in runs[0].broken and "P5" not in runs[1].broken,
            lambda runs: len([m for m in runs[0].messages if m.kind == "Prepare" and m.src == "n3"]) > 2,
            lambda runs: "P5" not in runs[0].broken,
        ),
    },
    lambda runs: numbers(runs[0]) == sorted(numbers(runs[0])) and accepted_late(runs[0]),
)  # fmt: skip


def numbers(run):
    """The first numbers of n1 and n3."""
    return [
        next(m.term for m in run.messages if m.kind == "Prepare" and m.src == node) for node in ("n1", "n3")
    ]


def accepted_late(run):
    """Does n2 promise both before its crash, and is n1's value the first that reaches it afterwards?"""
    promised = [
        m.dst for m in run.messages if m.kind == "Promise" and m.src == "n2" and m.sent <= 3 * run.stretch
    ]
    asked = sorted((m.arrives, m.src) for m in run.messages if m.kind == "Accept" and m.dst == "n2")
    return promised == ["n1", "n3"] and asked[0][0] > 3 * run.stretch and asked[0][1] == "n1"


def losing(dice):
    """Two runs with two proposers. In the first, a third of the messages or all are lost; in the second, all are lost."""
    loss = (0.3, 1.0)[dice.random() < 0.5]
    actions = ((0, "set_network", (1, 3), loss), (1, "propose", "X", "n1"), (1, "propose", "Y", "n3"))
    story = Story("losing", "Messages are lost", nodes=3, ticks=25, goals=(), actions=actions)
    story = replace(story, seed=int(dice.random() * 10**6))
    return Run(story, Paxos, dice), Run(
        replace(story, actions=((0, "set_network", (1, 3), 1.0), *actions[1:])), Paxos
    )


LOSING = Row(
    "messages of two proposers are lost",
    losing,
    {
        "00b.check_safety": (
            lambda runs: not any(run.broken for run in runs) and not learnt(runs[1]),
            lambda runs: any(len(learnt(run)) > 1 for run in runs),
            lambda runs: all(learnt(run) for run in runs),
        ),
    },
)  # fmt: skip

ROWS = (AT_ONCE, CUT, ROUND, SURVIVE, FREE, DUEL, FORGETTING, LOSING)
