"""A run that shows a mistake is shrunk until nothing more can be left out of it."""

from contextlib import suppress
from dataclasses import replace

import pytest

from raftlab import Story
from raftlab.checks.failure import FELL_OVER
from raftlab.checks.layers import Layer, run
from raftlab.checks.mutants import MUTANTS
from raftlab.checks.random_runs import RUNS
from raftlab.checks.scripted import SCENES, first_mistake
from raftlab.checks.shortest_run import run_of
from raftlab.checks.shrink import shrunk
from raftlab.sim.cluster import Cluster
from raftlab.sim.errors import UserError

LONG = Story(
    "long",
    "Much is done",
    nodes=5,
    ticks=100,
    actions=(
        (1, "crash", "n1"),
        (2, "set_network", (1, 3), 0.1, 0.2),
        (3, "cut", "n2", "n3"),
        (4, "restart", "n1"),
        (5, "crash", "n2"),
        (60, "heal"),
    ),
    start={"n1": {"term": 2, "log": ["1:a", "2:b"], "voted_for": "n2"}, "n2": {"term": 1}},
)


def asked(wanted):
    """Shows what is wanted, and counts how often it is asked."""

    def shows(story):
        shows.times += 1
        return wanted(story)

    shows.times = 0
    return shows


def test_what_does_not_show_it_is_left_as_it_is():
    assert shrunk(LONG, lambda story: None) is LONG


def test_what_comes_later_than_it_shows_is_cut_off():
    assert shrunk(LONG, lambda story: 3 if len(story.actions) > 2 else None).ticks == 3


def test_all_that_is_not_needed_is_left_out():
    """Actions, disks, nodes, and the ways in which the network is changed."""

    def shows(story):
        loses = any(action[1] == "set_network" and action[3] for action in story.actions)
        return 50 if loses and story.start.get("n1", {}).get("log") else None

    short = shrunk(LONG, asked(shows))
    assert short.actions == ((0, "set_network", None, 0.1, None),)
    assert short.start == {"n1": {"term": 2, "log": ("1:a",), "voted_for": None}}
    assert (short.nodes, short.ticks) == (1, 50)


def test_two_actions_that_need_each_other_go_together():
    def shows(story):
        crashed = {node for _, verb, node, *_ in story.actions[:-1] if verb == "crash" and node == "n1"}
        restarted = {action[2] for action in story.actions if action[1] == "restart"}
        return 9 if crashed == restarted else None

    story = replace(LONG, actions=((1, "crash", "n1"), (2, "crash", "n3"), (3, "restart", "n1"), (9, "heal")))
    assert shrunk(story, shows).actions == ()


def test_what_needs_no_time_happens_at_once():
    """And what has to come later comes as early as it can."""

    def shows(story):
        ticks = {verb: tick for tick, verb, *_ in story.actions}
        return 90 if ticks.get("heal", 0) >= ticks.get("cut", 99) + 7 else None

    assert shrunk(LONG, shows).actions == ((0, "cut", "n2", "n3"), (7, "heal"))


def test_no_more_stories_are_tried_than_allowed_and_none_twice():
    shows = asked(lambda story: 9 if len(story.actions) % 2 == 0 else None)
    shrunk(LONG, shows, most=5)
    assert shows.times <= 6
    seen = []
    shrunk(LONG, lambda story: seen.append(story) or (9 if story.nodes == 5 else None))
    assert len(seen) == len({story.to_json() for story in seen})


def shown(story, raft):
    """What a run shows: the rule that is broken first, and the first property that breaks in its time."""
    first, broken = first_mistake(story, raft), {}
    with suppress(UserError, *FELL_OVER):
        cluster = Cluster(story, node_class=raft, record=False)
        broken = cluster.invariants.broken
        while cluster.now < story.ticks and not broken:
            cluster.tick()
    return first and first.rule, next(iter(broken), None)


def needless(story, shows):
    """What can be left out of a story, or come a tick sooner, and it still shows the same."""
    later = Story(
        "later", "Later", **{name: getattr(story, name) for name in ("nodes", "seed", "start", "goals")}
    )
    for place, (tick, *_) in enumerate(story.actions):
        without = (*story.actions[:place], *story.actions[place + 1 :])
        sooner = tuple((each[0] - 1, *each[1:]) for each in story.actions[place:])
        if shows(replace(later, actions=without, ticks=story.ticks)):
            yield f"without {story.actions[place]}"
        before = story.actions[place - 1][0] if place else 0
        actions = (*story.actions[:place], *sooner)
        if tick > before and shows(replace(later, actions=actions, ticks=story.ticks - 1)):
            yield f"{story.actions[place]} a tick sooner"
    if story.ticks and shows(replace(story, ticks=story.ticks - 1)):
        yield "the last tick"


CHECKS = (*SCENES, *RUNS[:6])


def run_in_verdict(name):
    """The run that a verdict on a mistake shows; None if the mistake is seen in none of these checks. And its nodes."""
    raft = MUTANTS[name].node_class()
    failure = next((failure for check in CHECKS if (failure := check.mistake(raft))), None)
    return failure and run_of(failure._replace(story=None), [run(Layer("some", CHECKS), raft)], raft), raft


SOME = list(MUTANTS)[::8]
# Mistakes that no scene and no random run comes upon, or that no single step shows.
SEEN_IN_NO_RUN = {
    "requests of an older term are granted", "votes count for a follower, too", "a leader stands for election",
    "a candidate always waits for the shortest timeout", "several ticks count as one",
    "match index kept from an earlier leadership", "next index kept from an earlier leadership",
    "deletes only the entry that conflicts", "follower's commit without the minimum",
    "replies of an older term count", "nextIndex below 1",
}  # fmt: skip


@pytest.mark.parametrize(
    "name", [pytest.param(each, marks=() if each in SOME else pytest.mark.slow) for each in MUTANTS]
)
def test_nothing_of_the_run_in_a_verdict_can_be_left_out(name):
    """Without it another rule is broken first, or none, or that property does not break."""
    found, raft = run_in_verdict(name)
    assert (found is None) == (name in SEEN_IN_NO_RUN)
    if found is not None:
        shows = (found.rule, found.broke or None)
        assert shown(found.story, raft) == shows
        assert list(needless(found.story, lambda story: shown(story, raft) == shows)) == []
