"""Lesson 07: snapshots, membership, a leader that hands over, leases."""

from dataclasses import replace

from variants import leaders, moment, together, vary

from question_claims.row import Row
from raftlab.checks.linearizability.judge import check_linearizability

SNAPSHOT = Row(
    "snapshot",
    vary("snapshot", 120),
    {
        "07.snapshot": (
            lambda run: any(m.kind == "InstallSnapshot" and m.dst == "n3" for m in run.messages)
            and run.at(120)["n3"].commit_index >= 4,
            lambda run: any("x=1" in str(m.fields) for m in run.messages if m.dst == "n3" and m.sent > 60 * run.stretch and m.kind == "AppendEntries"),
            lambda run: run.at(120)["n3"].commit_index < 4,
        ),
    },
    lambda run: set(leaders(run.at(120))) == {"n1"} and run.at(60)["n1"].commit_index == 4,
)  # fmt: skip

SIBLINGS = Row(
    "membership_bug",
    vary("membership_bug", 59),
    {
        "07.sibling": (
            lambda run: "n1" in leaders(run.at(59)) and "P4" in run.broken,
            lambda run: "n1" not in leaders(run.at(59)),
            lambda run: "P4" not in run.broken,
        ),
        "07.check_configuration": (
            lambda run: run.worlds[n1_wins(run)]["n1"].commit_index == 2,
            lambda run: run.worlds[n1_wins(run)]["n1"].commit_index > 2,
            lambda run: all(len(node.log) > 2 and node.log[2][0] == 3 for node in run.worlds[n1_wins(run)].values()),
        ),
    },
    lambda run: leaders(run.at(31)).get("n1") == 3 and leaders(run.at(41)).get("n2") == 4 and run.at(41)["n2"].commit_index == 3
    and run.at(41)["n1"].commit_index == 2 and n1_wins(run),
)  # fmt: skip


def n1_wins(run):
    """The tick at which n1 first leads a term later than 4."""
    return moment(run, lambda w: leaders(w).get("n1", 0) > 4)


HANDOVER = Row(
    "handover",
    vary("handover", 79),
    {
        "07.handover": (
            lambda run: voters(run) == set(run.at(0)),
            lambda run: not voters(run) - {"n4"},
            lambda run: moment(run, lambda w: w["n4"].role == "candidate") > 60 * run.stretch,
        ),
    },
    lambda run: leaders(run.at(49)) == {"n1": 1} and all(node.leader == "n1" for node in run.at(49).values()),
)  # fmt: skip


def voters(run):
    """The nodes that vote for n4 in term 2."""
    return {id for w in run.worlds for id, node in w.items() if (node.term, node.voted_for) == (2, "n4")}


def reads(run):
    """The answers to reads of x."""
    return [str(o.result) for o in run.operations if o.kind == "get" and o.returned is not None]


def asked_at_once(extension):
    """The same story, with another extension for reads."""
    return lambda story, dice: replace(story, extensions=("StickyVotes", extension, "NoOp"))


LEASES = Row(
    "slow_clock, right_clock and forgotten_promise, by lease and by ReadIndex",
    together(
        *(vary(name, 99, stretch=(1,)) for name in ("slow_clock", "right_clock", "forgotten_promise")),
        *(vary(name, 99, stretch=(1,), change=asked_at_once("ReadIndex")) for name in ("slow_clock", "forgotten_promise")),
    ),
    {
        "07.lease": (
            lambda runs: reads(runs[0]) == ["1"],
            lambda runs: reads(runs[0]) == ["2"],
            lambda runs: not reads(runs[0]),
        ),
        "07.check_lease": (
            lambda runs: [bool(check_linearizability(run.operations)) for run in runs] == [False, True, False, True, True],
            lambda runs: bool(check_linearizability(runs[2].operations)),
            lambda runs: reads(runs[1]) == ["1"],
        ),
    },
    lambda runs: written(runs[0]) < 80 and written(runs[1]) < 80 and written(runs[2]) < 57,
)  # fmt: skip


def written(run):
    """The tick at which a client learns that x=2 is written; 999 if it never does."""
    return next(
        (o.returned or 999 for o in run.operations if o.kind == "put" and str(o.argument) == "2"), 999
    )


ROWS = (SNAPSHOT, SIBLINGS, HANDOVER, LEASES)
