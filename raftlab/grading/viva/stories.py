"""Questions about a story that proves a mistake: is an action needed, who leads, does it prove another mistake, too?"""

from dataclasses import replace
from random import Random

from raftlab.checks.conviction import OtherDice, seeds_of
from raftlab.checks.failure import FELL_OVER
from raftlab.checks.mutants import KNOWN
from raftlab.exercises.break_it import BreakIt, Suspect, check_goal, check_story
from raftlab.exercises.break_it import judged as judged_story
from raftlab.exercises.in_child import written
from raftlab.exercises.result import Result
from raftlab.grading.viva.question import Given, Question, drawn
from raftlab.messages import Role
from raftlab.raft import Raft
from raftlab.sim.cluster import Cluster
from raftlab.sim.english import plural
from raftlab.sim.errors import UserError, listed
from raftlab.sim.presets import preset_named
from raftlab.sim.story import Story

MOST_ACTIONS = 8  # of a story that are quoted
NUMBERS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")


def story_in(given: Given) -> tuple[Story, Suspect]:
    """The story of an answer, and the nodes that it is to prove wrong. Raises UserError if the answer is not a story."""
    assert isinstance(given.item, BreakIt)
    wrong = given.item.drawn(given.job.me)
    story = check_story(written(given.written, Story=given.item.told_story))
    return check_goal(story, wrong), wrong


def action(given: Given, dice: Random) -> Question | None:
    """Does the story still prove the mistake without one of its actions? If it proves nothing: what is missing?"""
    story, wrong = story_in(given)
    if not given.points:
        asked = "Your story proves nothing about the faulty nodes. What is missing from it?"
        answer = (why(judged_story(wrong, story)), *wrong.hints[1:])
        return Question("action", given.job.item, asked, answer, actions_of(story))
    if not story.actions:
        return None
    at = drawn(dice, list(range(min(len(story.actions), MOST_ACTIONS))))[0]
    part = replace(story, actions=story.actions[:at] + story.actions[at + 1 :])
    try:
        result = judged_story(wrong, part)
        proved, reason = result.points > 0, why(result)
    except UserError as error:
        proved, reason = False, str(error)
    asked = f"This is your story. Does it still prove the mistake of the faulty nodes without its {NUMBERS[at]} action? Why?"
    head = "Yes, that action is not needed." if proved else "No, that action is needed."
    return Question("action", given.job.item, asked, (head, reason), actions_of(story))


def why(result: Result) -> str:
    """Why a story proves a mistake; or why not, and what it lacks."""
    return " ".join((result.sentences[0], *result.steps[-1:]))


def actions_of(story: Story) -> tuple[str, ...]:
    """What a story begins with, and its first actions, numbered."""
    start = "".join(f"; {node} starts with {dict(state)!r}" for node, state in story.start.items())
    goals = f"; goals {list(story.goals)!r}" if story.goals else ""
    rows = [f"{number}. {each!r}" for number, each in enumerate(story.actions[:MOST_ACTIONS], start=1)]
    more = len(story.actions) - MOST_ACTIONS
    head = f"{plural(story.nodes, 'node')}, {plural(story.ticks, 'tick')}{start}{goals}"
    return (head, *rows, *([f"and {plural(more, 'more action')}"] if more > 0 else []))


def leader(given: Given, dice: Random) -> Question | None:
    """Which nodes lead at some tick of the story? Only what is the same with all dice can be known without a computer."""
    story, wrong = story_in(given)
    runs = OtherDice(story, wrong.node_class)
    try:
        seen = [leaders(runs.story(seed, wrong.node_class), wrong.node_class) for seed in seeds_of(story)]
    except FELL_OVER:
        return None
    sure = [tick for tick, each in enumerate(seen[0]) if each and all(other[tick] == each for other in seen)]
    if not sure:
        return None
    several = [tick for tick in sure if len(seen[0][tick]) > 1]
    which = drawn(dice, list(dict.fromkeys(tuple(seen[0][tick]) for tick in several or sure)))[0]
    tick = drawn(dice, [tick for tick in sure if tuple(seen[0][tick]) == which])[0]
    time = f"at tick {tick} ({tick * preset_named(story.preset).ms_per_tick / 1000:.2f} s)"
    asked = f"The faulty nodes play your story. Which nodes are leaders {time}, and in which terms? The dice make no difference."
    told = [
        f"{id} in term {term}, since tick {since(seen[0], tick, (id, term))}" for id, term in seen[0][tick]
    ]
    return Question("leader", given.job.item, asked, (f"{listed(told)}.",), actions_of(story))


def leaders(story: Story, raft: type[Raft]) -> list[list[tuple[str, int]]]:
    """For each tick of a story the nodes that lead, with their terms. Raises UserError if it cannot be played."""
    cluster = Cluster(story, node_class=raft, record=False)
    found = []
    while True:
        found.append([(id, node.term) for id, node in cluster.running().items() if node.role is Role.LEADER])
        if cluster.now >= story.ticks:
            return found
        cluster.tick()


def since(seen: list[list[tuple[str, int]]], tick: int, who: tuple[str, int]) -> int:
    """The tick from which on a node leads."""
    while tick and who in seen[tick - 1]:
        tick -= 1
    return tick


def other_mistake(given: Given, dice: Random) -> Question | None:
    """Does the story prove another mistake, too?"""
    story, wrong = story_in(given)
    if not given.points:
        return None
    all_of_them = [Suspect(wrong.item, KNOWN[each]) for each in wrong.item.pool]
    others = [each for each in all_of_them if each._mutant != wrong._mutant and each.kinds == wrong.kinds]
    if not others:
        return None
    suspect = drawn(dice, others)[0]
    other, result = suspect._mutant, judged_story(suspect, story)
    asked = (
        f"Your story proves what is wrong with your faulty nodes. Other nodes have another mistake, in {other.where}: "
        f"“{other.name}”. Does your story prove that, too? Why?"
    )
    head = "Yes." if result.points else "No."
    return Question("other mistake", given.job.item, asked, (head, why(result)), actions_of(story))
