"""Lesson 06b, and the questions of lesson 08 about nodes that break a rule."""

from random import Random

from variants import Run, committed, holders, leaders, replies, same_term_leaders, together, vary

from question_claims.row import Row
from raftlab import Raft, Story
from raftlab.checks.mutants import MUTANTS


def both_lead(run, tick):
    """Do n1 and n2 both lead term 1?"""
    return leaders(run.at(tick)) == {"n1": 1, "n2": 1}


TWO_VOTES = Row(
    "two_votes_one_term",
    vary("two_votes_one_term", 40),
    {
        "inventory.liar": (
            lambda run: any(map(same_term_leaders, run.worlds)),
            lambda run: not run.broken,
            lambda run: not run.broken,
        ),
        "06b.double_vote": (
            lambda run: both_lead(run, 5),
            lambda run: not any(map(same_term_leaders, run.worlds)),
            lambda run: both_lead(run, 5) and not both_lead(run, 40),
        ),
        "09.check_twice": (
            lambda run: both_lead(run, 5) and all(len(run.at(5)[n].votes) == 3 for n in ("n1", "n2")),
            lambda run: not both_lead(run, 5),
            lambda run: "P5" not in run.broken and "P3" not in run.broken,
        ),
    },
)  # fmt: skip

SELF_MADE = Row(
    "self_made_leader",
    vary("self_made_leader", 50),
    {
        "06b.proof": (
            lambda run: any(w["n2"].leader == "n3" for w in run.worlds) and any(w["n2"].leader == "n1" for w in run.worlds),
            lambda run: any(m.kind.startswith("RequestVote") and (m.src, m.dst) == ("n2", "n3") and not m.kind.endswith("Reply") for m in run.messages),
            lambda run: not any(m.fields["success"] and m.dst == "n3" for m in replies(run, "n2")),
        ),
    },
    lambda run: run.first(lambda w: w["n2"].voted_for == "n1" and "n1" in leaders(w)) is not None,
)  # fmt: skip

DEAF = Row(
    "deaf_leader",
    vary("deaf_leader", 119),
    {
        "06b.check_deaf": (
            lambda run: not run.broken and len(holders(run.at(119), "x=1")) == 3
            and not any(node.commit_index for node in run.at(119).values()),
            lambda run: "P5" in run.broken,
            lambda run: set(leaders(run.at(119))) != {"n1"},
        ),
    },
    lambda run: leaders(run.at(9)) == {"n1": 1},
)  # fmt: skip

PROTECTS = Row(
    "a boastful candidate, and endless terms",
    together(vary("boastful_candidate", 59), vary("endless_terms", 140)),
    {
        "06b.check_protects": (
            lambda runs: bool(runs[0].broken) and max(n.term for n in runs[1].at(140).values()) > 10,
            lambda runs: not runs[0].broken,
            lambda runs: max(n.term for n in runs[1].at(140).values()) < 4,
        ),
    },
    lambda runs: "x=1" in committed(runs[0].at(12)["n1"]),
)  # fmt: skip


def unsaved_vote(dice):
    """Two runs: n5 does not save its vote, and n5 saves it. It votes for n1, crashes and restarts, and n2 asks it in the same term."""
    actions = (
        (0, "set_network", (1, 1)),
        (0, "cut", "n1", "n2"), (0, "cut", "n1", "n4"), (0, "cut", "n2", "n3"),
        (1, "time_out", "n1"), (2, "crash", "n5"), (2, "restart", "n5"), (2, "time_out", "n2"),
    )  # fmt: skip
    seed, order, stretch = (int(dice.random() * 10**6) for _ in range(3))
    story = Story("unsaved", "A vote and a crash", nodes=5, seed=seed, ticks=14, actions=actions)
    return tuple(
        Run(story, kind, Random(order), 1 + stretch % 3)
        for kind in (MUTANTS["vote not saved"].node_class(), Raft)
    )


UNSAVED = Row(
    "a vote, and a crash of the voter",
    unsaved_vote,
    {
        "06b.storage": (
            lambda runs: "P1" in runs[0].broken and "P1" not in runs[1].broken and not lied(runs[0]),
            lambda runs: lied(runs[0]),
            lambda runs: "P1" not in runs[0].broken,
        ),
    },
    lambda runs: runs[0].at(2)["n5"].term == 1 and any(m.src == "n5" and m.dst == "n1" for m in runs[0].messages),
)  # fmt: skip


def lied(run):
    """Did n5 know, when it voted for n2, that it had voted for n1 in the same term?"""
    return any(
        before["n5"].voted_for == "n1"
        and after["n5"].voted_for == "n2"
        and before["n5"].term == after["n5"].term
        for before, after in zip(run.worlds, run.worlds[1:], strict=False)
    )


FOUR = Row(
    "a lost disk among four",
    vary("lost_disk_of_four"),
    {
        "06b.four_disks": (
            lambda run: not run.broken and not any("n3" in leaders(w) for w in run.worlds),
            lambda run: any("n3" in leaders(w) for w in run.worlds),
            lambda run: run.first(lambda w: leaders(w).get("n4", 0) > 1) is None,
        ),
    },
    lambda run: len(holders(run.at(9), "x=1")) == 3 and not run.at(13)["n2"].log,
)  # fmt: skip


def misread(run):
    """Does a node restart with an entry that it never had? A checksum can detect this."""
    return any(
        set(after[id].log) - {entry for world in run.worlds[:place] for entry in world[id].log}
        for place, (before, after) in enumerate(zip(run.worlds, run.worlds[1:], strict=False), start=1)
        for id in after
        if (before[id].status, after[id].status) == ("crashed", "running")
    )


CHECKSUMS = Row(
    "three disks that fail",
    together(vary("corrupted_entry"), vary("forgotten_vote"), vary("lost_disk")),
    {
        "06b.checksum": (
            lambda runs: [misread(run) for run in runs] == [True, False, False],
            lambda runs: misread(runs[0]) and misread(runs[1]),
            lambda runs: all(map(misread, runs)),
        ),
    },
    lambda runs: all(run.broken for run in runs),
)  # fmt: skip


ROWS = (TWO_VOTES, SELF_MADE, DEAF, PROTECTS, UNSAVED, FOUR, CHECKSUMS)
