"""Statements of the lessons that a run can show: each test plays the run and checks the statement."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from raftlab import STORIES, Cluster, check_linearizability, load, play
from raftlab.models.scenes import SCENES

SEEDS = range(20)


def told(name, seed=1, **changes):
    """A story of the library without its words, played to its end."""
    story = replace(load(name), seed=seed, stops=(), goals=(), **changes)
    cluster = Cluster(story)
    cluster.tick(story.ticks)
    return cluster


def leaders(trace, first, last):
    """The leaders and their terms during these ticks."""
    return {
        (node, view.term)
        for tick in range(first, last, 2)
        for node, view in trace.at(tick).views.items()
        if view.role == "leader"
    }


def first_after_the_return(seed, missed_something):
    """The winner of the first election after n2 is back, in `rejoin_huge_term`."""
    story = load("rejoin_huge_term")
    actions = [each for each in story.actions if missed_something or each[1] != "propose"]
    trace = told("rejoin_huge_term", seed, actions=tuple(actions), ticks=300).trace
    before = trace.at(229).views
    assert max(before, key=lambda node: before[node].term) == "n2"
    assert before["n1"].role == "leader"
    after = {term: node for node, term in leaders(trace, 231, 300) if term > before["n2"].term}
    assert ("n1", before["n1"].term) not in leaders(trace, 270, 300), "it has stepped down"
    return after[min(after)]


def test_the_highest_term_ends_a_leadership_and_wins_only_where_nothing_was_missed():
    """inventory.comes_back, 05.rejoin: what decides is whether the node lacks what is committed."""
    assert {first_after_the_return(seed, missed_something=True) for seed in SEEDS} == {"n1", "n3"}
    others = [first_after_the_return(seed, missed_something=False) for seed in SEEDS]
    assert others.count("n2") > len(SEEDS) / 2


def test_a_crash_may_forget_what_an_omission_does_not():
    """05, the ladder of faults: the same story, once with a crash and once with lost messages."""
    forgotten, kept = play(load("forgotten_promise")), play(load("kept_promise"))
    assert not check_linearizability(forgotten.operations()).ok
    assert check_linearizability(kept.operations()).ok
    assert not forgotten.broken(), "the logs are right; it is a client that was told an old value"


def test_an_old_leader_may_commit_what_a_majority_had_stored_before_and_nothing_new():
    """05, inventory.two_leaders: late replies are still replies of its term."""
    trace = play(load("late_replies"))
    seen = trace.at(20).views
    assert {n: v.term for n, v in seen.items() if v.role == "leader"} == {"n1": 1, "n2": 2}
    assert (seen["n1"].commit_index, seen["n2"].commit_index) == (1, 0)
    assert not trace.broken(), "n2 could not have won without the entry"
    minority = play(load("minority_leader"))
    assert minority.at(199).views["n1"].commit_index == 1, "x=2 came when no majority could store it any more"


def decided(scene, delay, seed=1):
    """Is the duel of two proposers over within 3,000 ticks, if a message takes this many ticks?"""
    story, node_class = SCENES[scene]
    actions = ((0, "set_network", (delay, delay)), *story.actions[1:])
    cluster = Cluster(
        replace(story, actions=actions, seed=seed, stops=(), goals=()), node_class=node_class, record=False
    )
    cluster.tick(3_000)
    return any(node.commit_index for node in cluster.nodes.values())


@pytest.mark.parametrize(("delay", "decides"), [(5, True), (12, True), (20, False), (45, False)])
def test_dice_end_a_duel_only_if_answers_come_within_the_waits(delay, decides):
    """00b: chance needs a network that is fast enough (partial synchrony); a wait is 15 to 30 ticks here."""
    assert {decided("paxos_duel", delay, seed) for seed in range(10)} == {decides}


@pytest.mark.parametrize("delay", [5, 8, 12, 20])
def test_without_dice_the_duel_of_a_slow_network_goes_on(delay):
    """00b.duel: with faster messages one of the two gets through."""
    assert decided("paxos_duel_for_ever", 2)
    assert not decided("paxos_duel_for_ever", delay)


def test_one_liar_breaks_each_of_the_five_properties_among_honest_nodes():
    """06b: whose log or role it is that breaks the property stands first in the sentence."""
    blamed = {"P1": "two_votes_one_term", "P3": "two_truths", "P4": "flattered_candidate", "P5": "two_truths"}
    for id, name in blamed.items():
        story = load(name)
        assert play(story).broken()[id][1].split(",")[0].split()[0] not in story.liars, id
    rewritten = load("rewritten_log")
    assert play(rewritten).broken()["P2"][1].split(",")[0] in rewritten.liars
    voted_twice = replace(
        load("two_votes_one_term"),
        start={"n1": {"term": 2, "log": ["1:a"]}, "n2": {"term": 2, "log": ["2:b"]}}
        | {node: {"term": 2} for node in ("n3", "n4", "n5")},
        actions=(*load("two_votes_one_term").actions[:6], (10, "heal")),
        goals=(),
    )
    assert play(voted_twice).broken()["P2"][1].startswith("n2, leader of term 3, rewrote its log")


@pytest.mark.parametrize(("lost", "holders"), [(False, ["n1", "n2", "n3"]), (True, ["n2"])])
def test_a_crash_of_the_leader_does_not_stop_what_is_on_its_way_but_loss_does(lost, holders):
    cut = ((17, "isolate", "n2"),) if lost else ()
    write = tuple(each for each in load("one_write").actions if each[0] <= 16)
    trace = told("one_write", actions=(*write, (17, "crash", "n2"), *cut), ticks=25).trace
    assert [node for node, view in trace.at(25).views.items() if view.log] == holders


def test_what_the_errata_point_to_is_there():
    root = Path(__file__).parent.parent
    rows = [
        line.split(" | ")[-1]
        for line in (root / "docs" / "errata.md").read_text().splitlines()
        if line.startswith("| ")
    ]
    pointed = [name for cell in rows for name in re.findall(r"`([^`]+)`", cell)]
    files = [name for name in pointed if "/" in name]
    assert files
    assert all((root / name).is_file() for name in files), files
    stories = [name for name in pointed if re.fullmatch("[a-z0-9_]+", name)]
    assert len(stories) > 5
    assert [name for name in stories if name not in STORIES.keys() | SCENES.keys()] == []
