"""A run that shows a mistake is shrunk until nothing more can be left out of it."""

from contextlib import suppress
from dataclasses import replace

import pytest

from raftlab import Story
from raftlab.checks.differential import differential
from raftlab.checks.failure import FELL_OVER
from raftlab.checks.layers import Layer, run
from raftlab.checks.mutants import MUTANTS
from raftlab.checks.random_runs import RUNS
from raftlab.checks.scenes.scripted import SCENES, first_mistake
from raftlab.checks.shortest_run import counted, run_of
from raftlab.checks.shrink import Found, Shown, length, shrunk
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
    """Shows it at the tick that is wanted, if any, and counts how often it is asked."""

    def shows(story):
        shows.times += 1
        return (tick := wanted(story)) and Shown(tick)

    shows.times = 0
    return shows


def test_what_does_not_show_it_is_left_as_it_is():
    assert shrunk(LONG, lambda story: None) is LONG


def test_what_comes_later_than_it_shows_is_cut_off():
    assert shrunk(LONG, asked(lambda story: 3 if len(story.actions) > 2 else None)).ticks == 3


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
    assert shrunk(story, asked(shows)).actions == ()


def test_what_needs_no_time_happens_at_once():
    """And what has to come later comes as early as it can."""

    def shows(story):
        ticks = {verb: tick for tick, verb, *_ in story.actions}
        return 90 if ticks.get("heal", 0) >= ticks.get("cut", 99) + 7 else None

    assert shrunk(LONG, asked(shows)).actions == ((0, "cut", "n1", "n2"), (7, "heal"))


def test_no_more_work_is_done_than_allowed_and_no_story_is_tried_twice():
    """A try costs the ticks of all its nodes."""
    done = []
    shows = asked(lambda story: 9 if len(story.actions) % 2 == 0 else None)
    shrunk(LONG, shows, most=400, tell=done.append)
    assert 400 <= sum(done) < 400 + max(done)
    assert shows.times == len(done) + 1
    seen = []
    shrunk(LONG, lambda story: seen.append(story) or (Shown(9) if story.nodes == 5 else None))
    assert len(seen) == len({story.to_json() for story in seen})


def test_a_node_goes_with_all_that_is_done_to_it_and_no_number_is_missing():
    def shows(story):
        return 5 if any(verb == "partition" for _, verb, *_ in story.actions) and story.nodes > 2 else None

    story = replace(LONG, start={}, actions=((1, "partition", ("n1", "n2"), ("n3", "n4", "n5")),))
    assert shrunk(story, asked(shows)).actions == ((0, "partition", ("n1", "n2"), ("n3",)),)


def test_an_action_is_added_only_where_it_makes_the_run_shorter():
    """A message is lost if that saves three events, and not for two: the action is an event, too, and has to be understood."""
    quiet = Story("quiet", "Little is done", nodes=1, ticks=9)
    for saved, actions in ((3, ((3, "drop", 0),)), (2, ())):

        def shows(story, saved=saved):
            lost = sum(action[:2] == (3, "drop") for action in story.actions[:1])
            return Shown(9, 20 + len(story.actions) - saved * lost, sent=(3,))

        assert shrunk(quiet, shows).actions == actions


def shown(story, raft):
    """What a run shows: the rule that is broken first, and the first property that breaks in its time."""
    first, broken = first_mistake(story, raft), {}
    with suppress(UserError, *FELL_OVER):
        cluster = Cluster(story, node_class=raft, record=False)
        broken = cluster.invariants.broken
        while cluster.now < story.ticks and not broken:
            cluster.tick()
    return first and first.rule, next(iter(broken), None)


def needless(story, raft, shows):
    """What can be left out of a story, or come a tick sooner, and it still shows the same; and each message that can be lost.

    What would make the run longer to a reader (see `length`) is not left out.
    """
    now = counted(story, raft, story.ticks)
    short = length(Found(story, now))

    def better(part):
        return shows(part) and length(Found(part, counted(part, raft, part.ticks))) < short

    for place, (tick, *_) in enumerate(story.actions):
        without = (*story.actions[:place], *story.actions[place + 1 :])
        if better(replace(story, actions=without)):
            yield f"without {story.actions[place]}"
        before = story.actions[place - 1][0] if place else 0
        sooner = tuple((each[0] - 1, *each[1:]) for each in story.actions[place:])
        actions = (*story.actions[:place], *sooner)
        if tick > before and better(replace(story, actions=actions, ticks=story.ticks - 1)):
            yield f"{story.actions[place]} a tick sooner"
    for message, tick in enumerate(now.sent):
        place = sum(each[0] <= tick for each in story.actions)
        actions = (*story.actions[:place], (tick, "drop", message), *story.actions[place:])
        if better(replace(story, actions=actions)):
            yield f"message {message} lost"
    if (
        story.nodes > 1
        and not story.start
        and not story.actions
        and better(replace(story, nodes=story.nodes - 1))
    ):
        yield "a node"
    if (
        story.ticks
        and shows(story.until(story.ticks - 1))
        and shows(replace(story.until(story.ticks - 1), ticks=story.ticks - 1))
    ):
        yield "the last tick"


CHECKS = (*SCENES, *RUNS[:6])


def run_in_verdict(name):
    """The run that a verdict on a mistake shows, if its sentence is about a small situation; None if there is none. And its nodes."""
    raft = MUTANTS[name].node_class()
    layers = [run(Layer("some", CHECKS), raft)]
    failure = differential("raft").run(raft) or next(each for layer in layers for each in layer.failures)
    return run_of(failure._replace(story=None), layers, raft), raft


# Mistakes that no run can show, each with the reason. The small situations show them.
SEEN_IN_NO_RUN = {
    "a leader stands for election": "no cluster lets the election timer of a leader run out: a leader has none",
    "several ticks count as one": "a cluster tells its nodes of each tick alone",
    "match index kept from an earlier leadership": "it is empty then, because Raft's own become_follower forgets it",
    "next index kept from an earlier leadership": "it is empty then, because Raft's own become_follower forgets it",
    "follower's commit without the minimum": "Raft's own leaders send all entries after the one before, so the minimum is their commit index",
}


# No single step of them is wrong: their run shows that nobody is ever elected.
NO_SINGLE_STEP = {"election timeout not random", "a candidate always waits for the shortest timeout"}
FEW = list(MUTANTS)[::26]
SOME = [each for each in MUTANTS if each in {*list(MUTANTS)[::4], *SEEN_IN_NO_RUN, *NO_SINGLE_STEP}]


@pytest.mark.parametrize(
    "name", [pytest.param(each, marks=() if each in FEW else pytest.mark.slow) for each in SOME]
)
def test_nothing_of_the_run_in_a_verdict_can_be_left_out(name):
    """Without it another rule is broken first, or none, or that property does not break; or the run gets longer."""
    found, raft = run_in_verdict(name)
    assert (found is None) == (name in SEEN_IN_NO_RUN)
    if found is not None and name not in NO_SINGLE_STEP:
        shows = (found.rule, found.broke or None)
        assert shown(found.story, raft) == shows
        assert list(needless(found.story, raft, lambda story: shown(story, raft) == shows)) == []
