"""A story proves a mistake by what the nodes do: with all dice, and never for correct nodes."""

from dataclasses import replace

import pytest

from raftlab import Raft, Story, UserError, build
from raftlab.checks.conviction import (
    ELECTIONS,
    GOALS,
    MOST_TICKS,
    PATIENCE,
    UNSAFE,
    check_bounded,
    correct_nodes,
    harm_in,
    needed_events,
    tried,
)
from raftlab.checks.mutants import KNOWN, MUTANTS
from raftlab.checks.mutants.stories import STORIES, three
from raftlab.exercises.break_it import Suspect, judged
from raftlab.exercises.items import ITEMS

DOUBLE = MUTANTS["grants two votes in one term"].node_class()
TOGETHER = ((0, "time_out", "n1"), (0, "time_out", "n3"))


def test_a_story_that_depends_on_the_dice_proves_nothing_and_says_with_which_dice():
    """With some dice the heartbeat of the first leader comes before the second vote."""
    lucky = three(*TOGETHER)
    trial = tried(lucky, DOUBLE, Raft, UNSAFE)
    assert trial.harm[0].what == "P1"
    assert not trial.proved
    assert trial.lucky
    for seed in trial.seeds:
        harmless = harm_in(replace(lucky, seed=seed), DOUBLE, UNSAFE) is None
        assert harmless == (seed in trial.lucky)


def test_what_takes_the_luck_out_of_it_is_told_if_it_is_enough():
    marked = judged(Suspect(ITEMS["03.a"], MUTANTS["grants two votes in one term"]), three(*TOGETHER))
    assert marked.points == 0
    assert "your story depends on luck: Election Safety is broken at tick" in repr(marked)
    assert "Begin your story with (0, 'set_network', (1, 1)): then every message takes one tick." in repr(
        marked
    )
    assert "with seed=" in marked.runs[0][0], "the players show a run in which nothing goes wrong"
    steady = three((0, "set_network", (1, 1)), *TOGETHER)
    assert judged(Suspect(ITEMS["03.a"], MUTANTS["grants two votes in one term"]), steady).points == 20


LOSSY = three((0, "set_network", None, 0.5), ticks=200)
LITTLE = three((0, "set_network", None, 0.1), ticks=200, goals=(("leader", 100),))


def test_heavy_loss_is_refused_in_a_sentence():
    for loss in (0.5, 0.11, 0.99):
        with pytest.raises(UserError, match="With more than 10 %, luck decides what happens"):
            check_bounded(three((0, "set_network", None, loss)))
    assert check_bounded(LITTLE) is LITTLE
    cut = three((9, "set_network", None, 1.0, None, "n1"))
    assert check_bounded(cut) is cut, "all lost is a cut, and leaves nothing to luck"


def test_loss_alone_proves_no_mistake_whether_heavy_or_little():
    for item in ("06.a", "06.b"):
        for name in ITEMS[item].pool:
            wrong = Suspect(ITEMS[item], KNOWN[name])
            if tried(three(ticks=200), wrong.node_class, wrong.reference, wrong.kinds).proved:
                continue  # it needs no loss
            for story in (replace(LOSSY, goals=()), replace(LITTLE, goals=())):
                assert not tried(story, wrong.node_class, wrong.reference, wrong.kinds).proved, (item, name)


@pytest.mark.slow
def test_no_correct_nodes_are_ever_convicted():
    """With loss, with patience, and with every story of a mistake."""
    for reference, kinds in ((Raft, GOALS), (build("PreVote", "CheckQuorum"), ELECTIONS)):
        stories = [LOSSY, LITTLE, *list(STORIES.values())[::4]]
        for right in correct_nodes(reference).values():
            for story in stories:
                try:
                    assert not tried(story, right, reference, kinds).proved, (right, story.name)
                except UserError:
                    continue  # it needs another extension


def test_an_action_after_the_end_does_not_cancel_the_patience():
    """The faulty nodes would get 300 ticks more to reach the goals, in which the correct ones are not watched."""
    late = three((130, "set_network", None, 1.0), ticks=120)
    with pytest.raises(UserError, match="ends at tick 120, but its action 'set_network' is at tick 130"):
        check_bounded(late)


@pytest.mark.parametrize(
    ("story", "sentence"),
    [
        (Story("l", "Too long", ticks=MOST_TICKS + 1), "ticks of your story"),
        (Story("n", "Too many", nodes=10), "number of nodes"),
    ],
)
def test_time_and_nodes_are_bounded(story, sentence):
    with pytest.raises(UserError, match=sentence):
        check_bounded(story)


def test_a_message_is_the_same_with_other_dice_whatever_its_number_is():
    """The story delivers message 26, which is another one with other dice and in other correct nodes."""
    wrong = Suspect(ITEMS["05.b"], KNOWN["an old answer confirms a newer read"])
    story = STORIES["an old answer confirms a newer read"]
    assert any(verb == "deliver" for _, verb, *_ in story.actions)
    assert tried(story, wrong.node_class, wrong.reference, UNSAFE).proved


def test_each_event_is_said_to_be_needed_or_not():
    """Without the second candidate the mistake is not proved; without the crash of a third node it is."""
    steady = (0, "set_network", (1, 1))
    story = three(steady, *TOGETHER, (9, "crash", "n2"), ticks=12)
    assert needed_events(story, DOUBLE, Raft, UNSAFE) == (True, True, True, False)


def test_where_only_what_must_never_happen_counts_a_missed_goal_proves_nothing():
    silent = MUTANTS["followers never hear what is committed"].node_class()
    story = STORIES["followers never hear what is committed"]
    assert tried(story, silent, Raft, GOALS).proved
    assert not tried(story, silent, Raft, UNSAFE).proved


def test_faulty_nodes_that_are_only_late_have_missed_no_goal():
    """Their goal is reached one tick later than Raft reaches it."""
    soon = Story("soon", "A leader by tick 27", nodes=3, ticks=27)
    late = MUTANTS["the timer runs out one tick late"].node_class()
    assert harm_in(soon, Raft) is None
    assert harm_in(soon, late).what == ("leader",)
    assert harm_in(soon, late, patience=PATIENCE) is None


class Idle(Raft):
    """It never stands for election."""

    def campaign(self):
        """Do nothing."""


def test_correct_nodes_that_fail_in_a_story_are_named():
    """With the dice of the story, correct nodes have a leader just in time."""
    soon = Story("soon", "A leader by tick 27", nodes=3, ticks=27)
    assert harm_in(soon, Raft) is None
    nodes, seed, harm = tried(soon, Idle, Raft).correct
    assert (nodes, seed != soon.seed, harm.what) == ("Raft", True, ("leader",))
    assert tried(replace(soon, ticks=120), Idle, Raft).proved
