"""Stories that show a mistake have no unnecessary event: without any one of them, the mistake does not show by the same time.

If an event is there only for the reader, `FOR_THE_READER` lists it, with the reason.
"""

from contextlib import suppress
from dataclasses import replace

import pytest

from raftlab import Cluster, Raft, UserError, build
from raftlab.checks.conviction import GOALS, harm_in, tried
from raftlab.checks.failure import FELL_OVER
from raftlab.checks.mistake_finder import MistakeFinder
from raftlab.checks.mutants import KNOWN, MUTANTS
from raftlab.checks.mutants.stories import BESIDE, FOR_THE_READER, HIDDEN, STORIES
from raftlab.checks.scenes.logs import FOR_THE_READER as SCENES_FOR_THE_READER
from raftlab.checks.scenes.scripted import SCENES
from raftlab.checks.scenes.staging import begin_with, missed
from raftlab.exercises.break_it import MOST_EVENTS, BreakIt, Suspect
from raftlab.exercises.items import ITEMS
from raftlab.extensions import EXTENSIONS
from raftlab.rules import PROPERTIES

BY_NAME = {scene.name: scene for scene in SCENES}
SHOWN_BY_SCENES = [name for name in MUTANTS if MUTANTS[name].shown_by in BY_NAME]


def without_each(story):
    """Each event, and the story without it."""
    for place, action in enumerate(story.actions):
        yield action, replace(story, actions=story.actions[:place] + story.actions[place + 1 :])


def needless(story, seen):
    """The events without which the mistake still shows, and no later."""
    return {action[1:] for action, shorter in without_each(story) if seen(shorter) <= seen(story)}


# -- Stories of mistakes ----------------------------------------------------------------------------------------

NEVER = float("inf")


def trials(name, story):
    """The correct and the faulty nodes of a mistake, and what proves it; as in the exercises that draw it, if any does."""
    suspects = (
        Suspect(item, KNOWN[name])
        for item in ITEMS.values()
        if isinstance(item, BreakIt) and name in item.pool
    )
    drawn = [each for each in suspects if each.shortest == story]
    if drawn:
        return [(each.reference, each.node_class, each.kinds) for each in drawn]
    mutant = KNOWN[name]
    needs = getattr(EXTENSIONS[mutant.extension], "needs", ()) if mutant.extension else ()
    right = build(*filter(None, (mutant.extension, *needs)))
    return [(right, mutant.node_class(), GOALS)]


def convicted_at(story, right, wrong, kinds):
    """The tick at which a story has proved the mistake with all dice; NEVER if it does not."""
    try:
        trial = tried(story, wrong, right, kinds)
    except UserError:  # it cannot be played
        return NEVER
    return max(harm.tick for harm in trial.harm) if trial.proved else NEVER


def differs_at(story, right, wrong, _kinds=GOALS):
    """The tick of the first step that differs from the correct nodes'; NEVER if there is none."""
    made = type("Beside the correct ones", (wrong,), {"reference": right})
    finder = MistakeFinder()
    try:
        finder.cluster = cluster = Cluster(story, node_class=finder.watching(made), record=False)
        with suppress(*FELL_OVER):  # that shows it, too
            cluster.tick(story.ticks)
    except UserError:
        return NEVER
    return NEVER if finder.first is None else finder.first.tick


ALL_STORIES = [*STORIES.items(), *(each for told in BESIDE.values() for each in told.items())]


@pytest.mark.parametrize(("name", "story"), ALL_STORIES)
def test_a_mistakes_story_is_short_harms_no_correct_node_and_shows_it(name, story):
    assert len(story.actions) <= MOST_EVENTS
    for right, wrong, kinds in trials(name, story):
        assert harm_in(story, right) is None
        # No single step shows that timeouts are always the same; that nobody is ever elected does.
        shown = differs_at(story, right, wrong) < NEVER
        assert shown or convicted_at(story, right, wrong, kinds) < NEVER


@pytest.mark.slow
@pytest.mark.parametrize(("name", "story"), ALL_STORIES)
def test_a_mistakes_story_needs_each_of_its_events(name, story):
    """A breach, a missed goal or a wrong answer to a client proves the mistake. Otherwise at least one step differs."""
    all_trials = trials(name, story)
    convicts = max(convicted_at(story, *each) for each in all_trials) < NEVER
    when = convicted_at if convicts else differs_at

    def seen(shorter):
        return max(when(shorter, *each) for each in all_trials)

    assert seen(story) < NEVER
    assert needless(story, seen) == FOR_THE_READER.get(name, {}).keys()


def test_every_mistake_has_a_story_or_a_reason_why_none_shows_it():
    assert STORIES.keys() >= MUTANTS.keys() - HIDDEN.keys()
    assert HIDDEN.keys() <= MUTANTS.keys() - STORIES.keys()


# -- Scenes -----------------------------------------------------------------------------------------------------


def as_story(scene, raft):
    """The actions of a scene, as a story; and those that only prepare it: how fast messages are, and which node leads."""
    made, stage = [], []

    def begin(*arguments, **start):
        cluster = begin_with(raft, made=made)(*arguments, **start)
        stage.extend(action[1:] for action in cluster.done)
        return cluster

    with suppress(UserError, *FELL_OVER):
        scene.play(begin)
    cluster = made[-1]
    return replace(cluster.story, actions=tuple(cluster.done), ticks=cluster.now), stage


def harmed_at(story, raft):
    """The tick at which a property breaks or a node's code fails; the last tick, if a goal is missed; else NEVER."""
    cluster = Cluster(story, node_class=raft, record=False)
    try:
        cluster.tick(story.ticks)
        reached = not missed(cluster)
    except UserError:  # it cannot be played
        return NEVER
    except FELL_OVER:
        return cluster.now
    broken = [breach.tick for id, breach in cluster.invariants.broken.items() if id in PROPERTIES]
    return min(broken, default=NEVER if reached else story.ticks)


@pytest.mark.parametrize("name", SHOWN_BY_SCENES)
def test_a_scene_needs_each_of_its_events_for_the_mistake_it_is_there_for(name):
    scene, wrong = BY_NAME[MUTANTS[name].shown_by], MUTANTS[name].node_class()
    story, stage = as_story(scene, wrong)

    def seen(shorter):
        return harmed_at(shorter, wrong) if harmed_at(shorter, Raft) == NEVER else NEVER

    assert seen(story) < NEVER
    told_for_the_reader = {*stage, *SCENES_FOR_THE_READER.get(scene.name, {})}
    assert needless(story, seen) <= told_for_the_reader


def test_what_a_scene_tells_for_the_reader_only_is_needless_to_some_mistake():
    for name, told in SCENES_FOR_THE_READER.items():
        found = set()
        for mutant in (MUTANTS[each] for each in SHOWN_BY_SCENES if MUTANTS[each].shown_by == name):
            wrong = mutant.node_class()
            found |= needless(
                as_story(BY_NAME[name], wrong)[0], lambda story, wrong=wrong: harmed_at(story, wrong)
            )
        assert told.keys() <= found
