"""What a story still lacks to prove a mistake is told in three steps, and without telling the mistake."""

import pytest

from raftlab import convict
from raftlab.checks.mutants import KNOWN
from raftlab.checks.mutants.stories import BESIDE, STORIES, three
from raftlab.exercises.break_it import Suspect, judged
from raftlab.exercises.items import ITEMS
from raftlab.exercises.missing import NOTHING_YET, WORDS, begun, missing, seen

FORGETS = Suspect(ITEMS["02.a"], KNOWN["vote not saved"])
CUT = (0, "cut", "n1", "n3")
STAND = (0, "time_out", "n1")


def lacks(*actions, wrong=FORGETS, **more):
    return missing(three(*actions, **more), wrong.node_class, wrong.shortest, wrong.kinds)


def test_the_first_thing_that_is_missing_is_told_in_three_steps():
    """A voter must crash between two requests of one term, and the second candidate must not hear the first."""
    assert lacks(STAND) == (
        "The first thing that is missing has to do with which links work.",
        "First, a link must be cut.",
        "First, n3 must not hear n1.",
    )
    assert lacks(CUT, STAND) == (
        "The first thing that is missing has to do with a crash.",
        "After n1 stands for election, a node must crash.",
        "After n1 stands for election, n2 must crash.",
    )
    assert lacks(CUT, STAND, (3, "crash", "n2"))[2] == "After n2 crashes, n2 must restart."
    back = (CUT, STAND, (3, "crash", "n2"), (3, "restart", "n2"))
    assert lacks(*back, ticks=8)[2] == "After n2 restarts, n3 must stand for election."


def test_the_nodes_may_have_other_names_than_in_the_story_that_is_known():
    """Here n3 stands first, and n1 votes for it."""
    assert (
        lacks((0, "cut", "n3", "n2"), (0, "time_out", "n3"))[2]
        == "After n3 stands for election, n1 must crash."
    )


def test_something_of_the_kind_at_the_wrong_moment_is_said_to_be_there():
    early = lacks((0, "crash", "n2"), (1, "restart", "n2"), (1, "cut", "n1", "n3"), (2, "time_out", "n1"))
    assert (
        early[0]
        == "The first thing that is missing has to do with a crash, though there is something of the kind in your story."
    )


def test_a_story_without_actions_is_told_so_and_what_nodes_do_by_themselves_is_not_called_its_own():
    told = judged(FORGETS, three(ticks=60)).sentences
    assert "Your story has no actions: nobody does anything to the nodes." in told[0]
    own_timer = Suspect(ITEMS["02.a"], KNOWN["counts votes as a number"])
    assert lacks(ticks=60, wrong=own_timer)[0].count("though") == 0


def test_if_everything_happens_the_time_between_two_events_is_told():
    """The second candidate comes when the first has become leader, so it stands in the next term."""
    late = lacks(CUT, STAND, (3, "crash", "n2"), (3, "restart", "n2"), (12, "time_out", "n3"))
    assert late[0].startswith("All that is needed happens, and in the right order.")
    assert late[2].endswith(
        "From the moment at which n2 restarts to the moment at which n3 stands for election, your story takes 9 ticks. Try 0 ticks."
    )


def test_it_says_whether_the_nodes_have_done_anything_wrong_yet():
    double = Suspect(ITEMS["03.a"], KNOWN["grants two votes in one term"])
    assert begun(three(STAND, ticks=10), double.node_class, double.reference) == NOTHING_YET
    together = three((0, "time_out", "n1"), (0, "time_out", "n2"))
    assert begun(together, double.node_class, double.reference).startswith(
        "By tick 1 a node has done what a correct node would not have done"
    )


def test_a_learner_who_lacks_the_same_again_is_told_more_and_never_the_mistake(tmp_path):
    me = next(name for name in map(str, range(1000)) if ITEMS["02.a"].drawn(name)._mutant == FORGETS._mutant)
    told = [
        repr(convict("02.a", three(*actions), me, progress=tmp_path))
        for actions in ((STAND,), (STAND,), (STAND,), (CUT, STAND))
    ]
    for text, step in zip(told, (*lacks(STAND), lacks(CUT, STAND)[0]), strict=True):
        assert f"\n{step}" in text
        assert "saved" not in text
    assert [text.count("you are told more") for text in told] == [1, 1, 0, 1]
    assert f"{lacks(STAND)[0]}\nFor a hint" in repr(judged(FORGETS, three(STAND))), (
        "without notes, the first step is told"
    )


def test_all_kinds_of_events_happen_in_some_story_that_is_known():
    known = [(KNOWN[name].node_class(), story) for name, story in STORIES.items()]
    known += [
        (KNOWN[name].node_class(have), story) for have in BESIDE for name, story in BESIDE[have].items()
    ]
    found = {each.kind for nodes, story in known for each in seen(story, nodes).happenings}
    assert found == WORDS.keys()


@pytest.mark.parametrize(
    "item", [item for item in ITEMS.values() if item.kind == "break"], ids=lambda item: item.name
)
def test_there_is_something_to_say_about_a_story_in_which_nothing_is_done(item):
    for name in item.pool:
        steps = lacks(wrong=Suspect(item, KNOWN[name]), ticks=5)
        assert len(set(steps)) > 1, (name, steps)
