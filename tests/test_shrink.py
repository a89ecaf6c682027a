"""A run that shows a mistake is shrunk until nothing more can be left out of it."""

from dataclasses import replace

import pytest

from raftlab import Story
from raftlab.checks.layers import shortened
from raftlab.checks.mutants import MUTANTS
from raftlab.checks.random_runs import RUNS
from raftlab.checks.scripted import SCENES, first_mistake
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
    assert short.actions == ((2, "set_network", None, 0.1, None),)
    assert short.start == {"n1": {"term": 2, "log": ("1:a",), "voted_for": None}}
    assert (short.nodes, short.ticks) == (1, 50)


def test_two_actions_that_need_each_other_go_together():
    def shows(story):
        crashed = {node for _, verb, node, *_ in story.actions[:-1] if verb == "crash" and node == "n1"}
        restarted = {action[2] for action in story.actions if action[1] == "restart"}
        return 9 if crashed == restarted else None

    story = replace(LONG, actions=((1, "crash", "n1"), (2, "crash", "n3"), (3, "restart", "n1"), (9, "heal")))
    assert shrunk(story, shows).actions == ()


def test_no_more_stories_are_tried_than_allowed_and_none_twice():
    shows = asked(lambda story: 9 if len(story.actions) % 2 == 0 else None)
    shrunk(LONG, shows, most=5)
    assert shows.times <= 6
    seen = []
    shrunk(LONG, lambda story: seen.append(story) or (9 if story.nodes == 5 else None))
    assert len(seen) == len({story.to_json() for story in seen})


def broken_in(story, raft):
    """The first property that breaks, and the rule that the first mistake is against; None if none breaks."""
    cluster = Cluster(story, node_class=raft, record=False)
    try:
        for _ in range(story.ticks):
            if cluster.invariants.broken:
                break
            cluster.tick()
    except (UserError, AssertionError, LookupError, TypeError, AttributeError):
        return None
    if not cluster.invariants.broken:
        return None
    first = first_mistake(story.until(cluster.now), raft)
    return next(iter(cluster.invariants.broken)), first and first.rule


def first_breach(name):
    """The first random run or scene in which a mistake breaks a property."""
    raft = MUTANTS[name].node_class()
    for check in (*RUNS[:12], *SCENES):
        failure = check.brief(raft) and check.run(raft)
        if failure and failure.breach is not None:
            return failure
    return None


@pytest.mark.slow
@pytest.mark.parametrize("name", MUTANTS)
def test_no_single_action_of_the_run_in_a_verdict_can_be_left_out(name):
    """Without it that property does not break, or it breaks by what is a mistake against another rule."""
    failure, raft = first_breach(name), MUTANTS[name].node_class()
    if failure is None:
        return  # it breaks no property there
    short = shortened(failure, raft)
    shown = broken_in(short.story, raft)
    assert shown == (broken_in(failure.story, raft)[0], failure.rule)
    assert len(short.story.actions) <= len(failure.story.actions)
    for place in range(len(short.story.actions)):
        actions = short.story.actions[:place] + short.story.actions[place + 1 :]
        assert broken_in(replace(short.story, actions=actions), raft) != shown, short.story.actions[place]
