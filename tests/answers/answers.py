"""What each choice of a question claims, as something that is so or not in a run of the question's story.

A row: what makes variants of the story (`variants.py`), which of them are its story at all (`given`), and for each
question its choices' claims, in the order of the choices. Where a question is about what may or may not happen, or
about what a node can know, a variant is several runs that begin alike, and the claim speaks about all of them.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

from variants import (
    committed,
    holders,
    leaders,
    led_by,
    same_term_leaders,
    up_to_date,
    vary,
)

Claim = Callable[[Any], bool]


class Row(NamedTuple):
    """Questions of one story. variant: makes one from dice; given: is it still what the questions tell?"""

    name: str
    variant: Callable[[Any], Any]
    claims: dict[str, tuple[Claim, ...]]
    given: Claim = lambda run: True


def together(*makers):
    """Several runs of one variant."""
    return lambda dice: tuple(maker(dice) for maker in makers)


# -- Elections ------------------------------------------------------------------------------------------------


def first_come(story, dice):
    """n3's log, one of n1's that is as good, one of n2's that is better; the rest is drawn."""
    old = [f"{1 + i // 2}:x={i}" for i in range(1, 2 + int(dice.random() * 4))]
    better = [*old, f"{int(old[-1][0]) + (dice.random() < 0.5)}:y=1"]
    start = {"n1": old, "n2": better, "n3": old}
    return replace(story, start={node: {"term": 5, "log": log} for node, log in start.items()})


def asked_first(run, voter):
    """Whose request arrives first at a voter."""
    asked = [m for m in run.messages if m.kind == "RequestVote" and m.dst == voter]
    return min(asked, key=lambda m: (m.arrives, m.id)).src


def vote(run, voter, term):
    """Whom a node votes for in a term."""
    return next((w[voter].voted_for for w in run.worlds if w[voter].term == term and w[voter].voted_for), None)


ELECTIONS = (
    Row(
        "first_come",
        vary("first_come", 12, change=first_come),
        {
            "inventory.vote": (
                lambda run: vote(run, "n3", 6) == asked_first(run, "n3"),
                lambda run: vote(run, "n3", 6) == max("n1", "n2", key=lambda n: len(run.at(0)[n].log)),
                lambda run: vote(run, "n3", 6) == max("n1", "n2", key=lambda n: up_to_date(run.at(0)[n])),
            ),
        },
        lambda run: asked_first(run, "n3") == "n1",
    ),
)

# -- Logs -----------------------------------------------------------------------------------------------------

LOGS = (
    Row(
        "figure_8 and figure_8_e",
        together(vary("figure_8", 60), vary("figure_8_e", 60)),
        {
            "inventory.majority": (
                lambda runs: [bool(holders(run.at(60), "x=2")) for run in runs] == [False, True],
                lambda runs: all(holders(run.at(60), "x=2") for run in runs),
                lambda runs: all(holders(run.at(16), "x=2") <= holders(run.at(60), "x=2") for run in runs),
            ),
        },
        lambda runs: all(run.first(lambda w: len(holders(w, "x=2")) >= 3) for run in runs),
    ),
    Row(
        "only_holder and holder_too_late",
        together(vary("only_holder", 59), vary("holder_too_late", 70)),
        {
            "inventory.unconfirmed": (
                lambda runs: [len(holders(run.worlds[-1], "x=1")) for run in runs] == [3, 0],
                lambda runs: not any(holders(run.worlds[-1], "x=1") for run in runs),
                lambda runs: all(len(holders(run.worlds[-1], "x=1")) == 3 for run in runs),
            ),
        },
        lambda runs: all(len(holders(run.at(24), "x=1")) == 1 for run in runs) and leaders(runs[1].at(49)) == {"n2": 2},
    ),
    Row(
        "a_gap",
        vary("a_gap", 12),
        {
            "inventory.heartbeat": (
                lambda run: not first_reply(run, "n3").fields["success"],
                lambda run: first_reply(run, "n3").fields["success"],
                lambda run: any((m.src, m.dst) == ("n3", "n2") for m in run.messages if m.kind.startswith("App")),
            ),
        },
        lambda run: leaders(run.at(5)) == {"n1": 2},
    ),
    Row(
        "one_write",
        vary("one_write", 40),
        {
            "inventory.when": (
                lambda run: moments(run, "n2") < min(moments(run, "n1"), moments(run, "n3")) and all(
                    (run.rules.count((moments(run, n), n, "AE-5")) == 1) for n in ("n1", "n3")),
                lambda run: len({moments(run, n) for n in ("n1", "n2", "n3")}) == 1,
                lambda run: all(moments(run, n) == stored(run, n) for n in ("n1", "n2", "n3")),
            ),
        },
    ),
)  # fmt: skip


def first_reply(run, node):
    """The first answer of a node to an append."""
    return next(m for m in run.messages if m.src == node and m.kind == "AppendEntriesReply")


def moments(run, node, index=1):
    """The tick of the run at which a node knows that an entry is committed."""
    return next(tick for tick, world in enumerate(run.worlds) if world[node].commit_index >= index)


def stored(run, node, index=1):
    """The tick of the run at which a node stores its entry of an index."""
    return next(tick for tick, world in enumerate(run.worlds) if len(world[node].log) >= index)


# -- Faults ---------------------------------------------------------------------------------------------------

FAULTS = (
    Row(
        "minority_leader",
        vary("minority_leader", 199, change=led_by("n1")),
        {
            "inventory.two_leaders": (
                lambda run: any(len(leaders(w)) == 2 for w in run.worlds) and not any(map(same_term_leaders, run.worlds)),
                lambda run: all(len(leaders(w)) < 2 for w in run.worlds),
                lambda run: any(map(same_term_leaders, run.worlds)),
            ),
        },
        lambda run: leaders(run.at(44)) == {"n1": 1} and len(leaders(run.at(99))) == 2,
    ),
)  # fmt: skip

ROWS = (*ELECTIONS, *LOGS, *FAULTS)
