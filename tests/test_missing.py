"""What a story still lacks to prove a mistake is told without telling the mistake."""

import pytest

from raftlab.checks.mutants import KNOWN
from raftlab.checks.mutants.stories import STORIES, three
from raftlab.exercises.break_it import Suspect, judged
from raftlab.exercises.items import ITEMS
from raftlab.exercises.missing import CIRCUMSTANCES, circumstances, missing

QUIET = three()
FORGETS = Suspect(ITEMS["02.a"], KNOWN["vote not saved"])


def lacks(story, wrong):
    return missing(story, wrong.node_class, wrong.reference, wrong.shortest)


def test_of_each_story_the_first_thing_that_it_lacks_is_named():
    """A voter must crash between two requests of one term, and must not hear the first leader."""
    told = [
        lacks(three(*actions), FORGETS)
        for actions in (
            ((0, "time_out", "n1"),),
            ((0, "time_out", "n1"), (0, "time_out", "n3")),
            ((0, "cut", "n1", "n3"), (0, "time_out", "n1"), (0, "time_out", "n3")),
            ((0, "cut", "n1", "n3"), (0, "time_out", "n1"), (0, "time_out", "n3"), (3, "crash", "n2")),
        )
    ]
    assert told[0].endswith(
        "In your story a leader is elected, but no two nodes are candidates in the same term."
    )
    assert told[1].endswith("In your story two nodes are candidates in one term, but no link is cut.")
    assert told[2].endswith("but no node crashes.")
    assert told[3].endswith("but no node restarts.")


def test_it_says_whether_the_nodes_have_done_anything_wrong_yet():
    double = Suspect(ITEMS["03.a"], KNOWN["grants two votes in one term"])
    assert lacks(three(ticks=10), double).startswith("The wrong nodes have done nothing yet that right nodes")
    together = three((0, "time_out", "n1"), (0, "time_out", "n2"))
    assert lacks(together, double).startswith(
        "By tick 1 a node has done what a right node would not have done"
    )


def test_a_verdict_says_what_is_missing_and_not_what_the_mistake_is():
    marked = judged(FORGETS, QUIET)
    assert "but no two nodes are candidates in the same term." in repr(marked)
    assert "saved" not in repr(marked)


def test_everything_in_the_list_is_there_in_some_story():
    found = set()
    for name, story in STORIES.items():
        found |= circumstances(story, KNOWN[name].node_class())
    assert found == CIRCUMSTANCES.keys()


@pytest.mark.parametrize("item", [item for item in ITEMS.values() if item.kind == "break"], ids=str)
def test_the_example_of_no_item_lacks_nothing(item):
    """There is always something to say about a story in which nothing is done."""
    for name in item.pool:
        assert lacks(three(ticks=5), Suspect(item, KNOWN[name]))
