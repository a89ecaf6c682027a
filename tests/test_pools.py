"""Nobody proves the mistakes of others: no story, and no attempt to break everything, proves more than a third of a pool."""

from dataclasses import replace
from random import Random

import pytest

from raftlab import Story, UserError
from raftlab.checks.conviction import MOST_TICKS, harm_in, tried
from raftlab.checks.mutants import KNOWN
from raftlab.checks.mutants.stories import BESIDE, STORIES
from raftlab.exercises.break_it import BreakIt, Suspect, check_goal
from raftlab.exercises.items import ITEMS
from raftlab.exercises.review_it import ReviewIt

LEAST = 8
ITEM_NAMES = [name for name, item in ITEMS.items() if isinstance(item, BreakIt)]
STEADY = (0, "set_network", (1, 1))


def suspects(name):
    """All faulty nodes that can be drawn."""
    return [Suspect(ITEMS[name], KNOWN[mistake]) for mistake in ITEMS[name].pool]


# -- Stories that try to break everything at once ------------------------------------------------------------------


def crash_everything(ids):
    """One node after another crashes and comes back."""
    begin = [(0, "time_out", "n1"), (9, "propose", "x=1", "n1")]
    return begin + [
        each
        for place, id in enumerate(ids)
        for each in ((12 + 8 * place, "crash", id), (16 + 8 * place, "restart", id))
    ]


def cut_everything(ids):
    """One node after another is alone, stands there, and comes back."""
    begin = [(0, "time_out", "n1"), (9, "propose", "x=1", "n1")]
    return begin + [
        each
        for place, id in enumerate(ids[1:])
        for each in (
            (20 + 40 * place, "isolate", id), (20 + 40 * place, "time_out", id), (45 + 40 * place, "heal"),
        )
    ]  # fmt: skip


def lose_and_double(ids):
    """All messages come twice, some are lost, and everyone stands."""
    return [
        (0, "set_network", None, 0.1, 1.0),
        *((0, "time_out", id) for id in ids),
        (40, "propose", "x=1", "n1"),
    ]


def all_stand(ids):
    """All timers run out together; then each node gets a command."""
    return [*((0, "time_out", id) for id in ids), *((40, "propose", f"x={id}", id) for id in ids)]


def change_leaders(ids):
    """A leader is cut off with a command of its own; the next one crashes, too; the third takes a command."""
    return [
        (0, "time_out", "n1"), (9, "propose", "x=1", "n1"), (15, "isolate", "n1"), (15, "propose", "x=2", "n1"),
        (16, "time_out", "n2"), (26, "propose", "x=3", "n2"), (30, "heal"), (50, "crash", "n2"),
        (52, "time_out", ids[-1]), (66, "propose", "x=4", ids[-1]), (70, "restart", "n2"), (70, "read", "x", ids[-1]),
    ]  # fmt: skip


def change_everything(ids):
    """For nodes with snapshots, changes of voters and transfers: all of that, and one node is away."""
    return [
        (0, "time_out", "n1"), (9, "propose", "x=1", "n1"), (15, "isolate", "n3"), (15, "propose", "x=2", "n1"),
        (21, "snapshot", "n1"), (21, "heal"), (40, "change_voters", *ids[:-1]), (45, "propose", "x=3", "n1"),
        (60, "change_voters", *ids), (80, "transfer", "n2"), (100, "propose", "x=4", "n2"), (110, "crash", "n2"),
    ]  # fmt: skip


SHOTGUNS = (crash_everything, cut_everything, lose_and_double, all_stand, change_leaders, change_everything)


# A follower that no longer hears the leader, and lacks an entry.
DEAF = [STEADY, (0, "time_out", "n1"), (20, "cut", "n1", "n3", True), (20, "propose", "x=1", "n1")]


def at_random(seed):
    """Forty random actions that every node can play, whatever its role; then all works again."""
    dice = Random(seed)
    ids = [f"n{number}" for number in range(1, (3, 5)[seed % 2] + 1)]
    tick, crashed, actions = 0, set(), [STEADY, (0, "time_out", "n1")]
    for number in range(40):
        tick += dice.randrange(1, 8)
        running = [id for id in ids if id not in crashed]
        what = dice.choice(("crash", "restart", "isolate", "partition", "cut", "heal", "propose", "propose"))
        if what == "crash" and len(running) > 1:
            crashed.add(id := dice.choice(running))
            actions.append((tick, what, id))
        elif what == "restart" and crashed:
            crashed.remove(id := dice.choice(sorted(crashed)))
            actions.append((tick, what, id))
        elif what == "isolate":
            actions.append((tick, what, dice.choice(ids)))
        elif what == "partition":
            mixed = sorted(ids, key=lambda _: dice.random())
            actions.append((tick, what, mixed[: len(ids) // 2], mixed[len(ids) // 2 :]))
        elif what == "cut":
            actions.append((tick, what, *sorted(ids, key=lambda _: dice.random())[:2]))
        elif what == "propose":
            actions.append((tick, what, f"x={number}", dice.choice(running)))
        elif what == "heal":
            actions.append((tick, what))
    return [*actions, *((tick, "restart", id) for id in sorted(crashed)), (tick, "heal")], len(ids)


def many_stories(have=()):
    """All short stories of all mistakes; and those that try to break everything, by what they are called."""
    yield from STORIES.items()
    yield from BESIDE.get(have, {}).items()
    yield "deaf, and behind", of_all(DEAF, nodes=3)
    for gun in SHOTGUNS:
        for nodes in (3, 4, 5):
            for begin in ([], [STEADY]):
                actions = begin + gun([f"n{number}" for number in range(1, nodes + 1)])
                yield f"{gun.__name__}, {nodes} nodes, {len(begin)}", of_all(actions, nodes)
    for seed in range(20):
        yield f"at random, {seed}", of_all(*at_random(seed))


def of_all(actions, nodes):
    """A story with these actions."""
    ticks = min(MOST_TICKS, actions[-1][0] + 100)
    return Story("all", "Everything", nodes=nodes, ticks=ticks, actions=actions, goals=())


def with_each_goal(story):
    """The story, and it with each goal that can be asked for at its end."""
    yield story
    tick = story.actions[-1][0] if story.actions else 0
    commands = [each[2] for each in story.actions if each[1] == "propose"]
    for goal in (("leader", tick), ("same_logs", tick), *(("applied", command) for command in commands[-1:])):
        yield replace(story, goals=(goal,))


def stories_for(name):
    """The stories that are tried on a pool, by what they are called."""
    for told, story in many_stories(ITEMS[name].have):
        for each in with_each_goal(story) if any(wrong.goal for wrong in suspects(name)) else [story]:
            yield told, each


# -- What they prove -------------------------------------------------------------------------------------------------


def harms(story, wrong):
    """Do these nodes do harm in a story with each of the first dice? A story that proves their mistake does that, at least."""
    try:
        check_goal(story, wrong)
        if "election" in wrong.kinds:  # it depends on correct nodes which elections are unnecessary
            return tried(story, wrong.node_class, wrong.reference, wrong.kinds).proved
        return all(harm_in(replace(story, seed=seed), wrong.node_class, wrong.kinds) for seed in (1, 2, 3))
    except UserError:  # it has another goal, or cannot be played
        return False


def is_played(story, wrong):
    """Can correct nodes play a story, and without harm?"""
    try:
        return harm_in(story, wrong.reference, wrong.kinds) is None
    except UserError:
        return False


@pytest.mark.parametrize("name", ITEM_NAMES)
def test_a_pool_is_large_and_each_suspect_has_a_story_that_is_known(name):
    pool = ITEMS[name].pool
    assert len(pool) == len(set(pool)) >= LEAST
    assert all(each.shortest for each in suspects(name))


# The rules that a lesson teaches, those of Figure 2 only; from 05 on, all of them are known.
TAUGHT = {
    "01": "FO-2 CA-1 CA-2 CA-3 CA-4 LE-1 ALL-2 ST-P0 ST-P1 ST-P2 ST-L1 ST-L2 P2",
    "02": "RV-1 RV-2 UTD",
    "03": "",
    "04": "FO-1 AE-1 AE-2 AE-3 AE-4 AE-5 ALL-1 ST-V1 ST-V2 LE-2 LE-3 LE-3a LE-3b LE-4",
}


@pytest.mark.parametrize(
    "name", [name for name, item in ITEMS.items() if isinstance(item, BreakIt | ReviewIt)]
)
def test_a_pool_has_only_mistakes_against_rules_that_were_taught(name):
    item = ITEMS[name]
    known = {rule for lesson, rules in TAUGHT.items() if lesson <= item.lesson for rule in rules.split()}
    later = {rule for rules in TAUGHT.values() for rule in rules.split()} - known
    drawn = item.pool if isinstance(item, BreakIt) else item.wrong
    assert not {mistake for mistake in drawn if KNOWN[mistake].rule in later}


@pytest.mark.parametrize("name", ITEM_NAMES)
def test_the_last_hint_says_what_to_bring_about_and_with_what(name):
    for each in suspects(name):
        verbs = {verb for _, verb, *_ in each.shortest.actions}
        last = each.hints[-1]
        assert last.startswith("Bring this about: ")
        assert all(verb in last for verb in verbs)


@pytest.mark.slow
@pytest.mark.parametrize("name", ITEM_NAMES)
def test_each_suspect_is_proved_by_other_stories_than_the_others(name):
    groups = [suspects(name)]  # of those that no story has told apart yet
    for _, story in stories_for(name):
        groups = [part for group in groups for part in told_apart(group, story)]
    assert not groups, [[each._mutant.name for each in group] for group in groups]


def told_apart(group, story):
    """Those that a story proves, and those that it does not; without what stands alone."""
    proved = {wrong: harms(story, wrong) for wrong in group}
    parts = ([wrong for wrong in group if proved[wrong] is each] for each in (True, False))
    return [part for part in parts if len(part) > 1]


@pytest.mark.slow
@pytest.mark.parametrize("name", ITEM_NAMES)
def test_no_story_proves_more_than_a_third_of_a_pool(name):
    """More than a third can do no harm in any of these stories, even if one does not ask whether correct nodes do any."""
    pool = suspects(name)
    most = len(pool) // 3
    for told, story in stories_for(name):
        fitting = [wrong for wrong in pool if wrong.goal in ("", *(goal for goal, *_ in story.goals))]
        if len(fitting) <= most:
            continue  # of goals, a story has only one
        proved = [wrong for wrong in fitting if harms(story, wrong) and is_played(story, wrong)]
        assert len(proved) <= most, (told, story.goals, [each._mutant.name for each in proved])
