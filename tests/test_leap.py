"""Leaping over empty ticks: the same run, to the byte, in fewer steps."""

import json
from dataclasses import replace

import pytest
from faulty import faulty_story

from raftlab import STORIES, Cluster, Raft, Story, UserError

STORY = Story("quiet", "Nobody looks", nodes=3, goals=())
FAULTY = {f"faulty {seed}": faulty_story(seed) for seed in range(5)}


def leapt(story, **options):
    """The story, played in leaps."""
    cluster = Cluster(story, **options)
    leaps = 0
    while cluster.now < story.ticks:
        cluster.leap(until=story.ticks)
        leaps += 1
    return cluster, leaps


def record(cluster):
    trace = cluster.trace
    return json.dumps([trace.ticks, trace.start, trace.messages, trace.events])


@pytest.mark.parametrize("name", [*STORIES, *FAULTY])
def test_a_run_in_leaps_is_the_run_tick_by_tick_to_the_byte(name):
    story = replace((STORIES | FAULTY)[name], goals=())
    ticked = Cluster(story)
    ticked.tick(story.ticks)

    found, leaps = leapt(story)

    assert record(found) == record(ticked)
    assert leaps <= story.ticks
    assert {id: node.timer for id, node in found.running().items()} == {
        id: node.timer for id, node in ticked.running().items()
    }


def test_where_little_happens_few_ticks_are_looked_at():
    _, leaps = leapt(replace(STORY, preset="etcd", ticks=1_000))
    assert leaps < 500


def test_a_goal_is_reached_at_the_same_tick_although_nothing_else_is_due_then():
    story = replace(STORY, ticks=60, goals=(("leader", 45),))
    ticked = Cluster(story)
    ticked.tick(60)

    found, _ = leapt(story)

    assert found.reached == ticked.reached != {}


def test_a_node_with_a_clock_of_its_own_is_ticked_through():
    ticks = []

    class Counting(Raft):
        def on_tick(self, event):
            ticks.append(event.n)
            super().on_tick(event)

    leapt(replace(STORY, ticks=50), node_class=Counting)

    assert set(ticks) == {1}


def test_a_leap_ends_where_it_is_told_to_and_not_at_the_next_event():
    cluster = Cluster(STORY)
    cluster.leap(until=2)
    assert cluster.now == cluster.ticked == 2


def test_nobody_leaps_back():
    cluster = Cluster(STORY)
    cluster.tick(5)
    with pytest.raises(UserError, match="The tick to leap to must be a whole number of at least 6, not 5"):
        cluster.leap(until=5)


def test_where_nobody_runs_one_leap_is_enough():
    cluster = Cluster(STORY)
    for id in cluster.ids:
        cluster.crash(id)
    cluster.leap(until=1_000_000)
    assert cluster.now == 1_000_000
