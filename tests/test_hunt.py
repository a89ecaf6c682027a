"""The hunt of lesson 08: faulty nodes that do not say what is wrong with them, and how they are found."""

import pytest

from raftlab import UserError, explore
from raftlab.checks.explorer.hunt import HUNTED, mistake_of, unknown_node
from raftlab.checks.explorer.scenarios import FIGURE_8_B, CountsCopies

BOUNDS = {
    1: {"max_term": 1, "entries": 0},
    2: {"max_term": 2, "crashes": 0},
    3: {"max_term": 2, "crashes": 0},
}


@pytest.mark.parametrize(("number", "property"), [(1, "P1"), (2, "P4"), (3, "P4")])
def test_an_unknown_node_is_convicted_within_the_bounds_of_the_lesson(number, property):
    found = explore(unknown_node(number), **BOUNDS[number])
    assert found.breach.property == property
    assert property in found.replay().trace.broken()


@pytest.mark.parametrize("number", BOUNDS)
def test_an_unknown_node_does_not_give_itself_away(number):
    shown = repr(unknown_node(number))
    assert "UnknownNode" in shown
    assert not any(word in shown for word in HUNTED)
    assert mistake_of(number, " ") == "First write your answer between the quotation marks."
    assert mistake_of(number, "it forgets").startswith(
        f"The mistake: {HUNTED[number - 1]}. The rule that it breaks: "
    )


def test_there_are_three_of_them():
    with pytest.raises(
        UserError, match="number of the unknown node must be a whole number from 1 to 3, not 4"
    ):
        unknown_node(4)
    with pytest.raises(UserError, match="not 'first'"):
        mistake_of("first", "it forgets")


def test_counting_copies_breaks_nothing_in_two_terms_and_in_four_it_does():
    assert explore(CountsCopies, max_term=2, in_flight=2, crashes=0, symmetry=True).ok
    assert explore(CountsCopies, start=FIGURE_8_B, max_term=4).breach.property == "P4"


def test_a_notebook_is_told_the_verdict_and_the_counts():
    shown = explore(unknown_node(1), **BOUNDS[1])._repr_markdown_()
    assert shown.startswith(
        "**P1, Election Safety: n3 and n2 both became leader of term 1. It takes 7 events and 3 losses.**"
    )
    assert "different states" in shown
    assert "the nodes' code ran" in shown
