"""Exercise 03: the simulator says what is right, and a wrong answer gets a case that contradicts it."""

import pytest
from answers import judged

from raftlab import UserError, split_vote_probability
from raftlab.exercises.lessons.l03_split_vote import CLUSTERS, MOST_SPLIT, has_leader, timers

SPLIT = """
def is_split(nodes, times, latency):
    first = min(times.values())
    voters = [node for node, end in times.items() if end >= first + latency]
    return 2 * (1 + len(voters)) <= nodes
"""
WRONG = {
    "whose timer ends when it is asked stands, too": ("end >= first", "end > first"),
    "half is enough": (") <= nodes", ") < nodes"),
    "the dead do not count": ("<= nodes", "<= len(times)"),
    "latency does not matter": ("first + latency", "first + 1"),
}

AT_A_BOUNDARY = ("whose timer ends when it is asked stands, too", "half is enough")


def test_the_right_rule_is_what_is_played():
    assert judged("is_split", SPLIT).points == 10


@pytest.mark.parametrize("mistake", WRONG)
def test_a_wrong_rule_loses_points_and_is_told_a_case(mistake):
    marked = judged("is_split", SPLIT.replace(*WRONG[mistake]))
    assert marked.points == (8 if mistake in AT_A_BOUNDARY else 2)
    assert "In the simulator, " in repr(marked)


@pytest.mark.parametrize(
    "always", ["return False", "return True", "return min(times.values()) == max(times.values())"]
)
def test_who_is_often_right_without_the_idea_keeps_a_fifth(always):
    marked = judged("is_split", f"def is_split(nodes, times, latency):\n    {always}")
    assert marked.points == 2
    assert "The central idea of this rule is missing" in repr(marked)


def test_the_timers_that_are_tried_split_some_votes_and_not_others():
    played = [has_leader(*each) for each in timers()]
    assert 10 < sum(played) < len(played) - 10


def test_an_answer_of_another_kind_is_told():
    with pytest.raises(UserError, match="should return True or False"):
        judged("is_split", "def is_split(nodes, times, latency):\n    return 1")
    with pytest.raises(UserError, match="should return two times"):
        judged("timeout_range", "def timeout_range(one_way_ms, nodes):\n    return 50")
    with pytest.raises(UserError, match="wrong way round"):
        judged("timeout_range", "def timeout_range(one_way_ms, nodes):\n    return 20, 10")


def timeouts(text):
    return judged("timeout_range", f"def timeout_range(one_way_ms, nodes):\n    return {text}")


def test_a_range_measured_in_latencies_suits_every_network():
    assert timeouts("5 * one_way_ms, 40 * one_way_ms").points == 20


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("150, 300", "4 nodes, 20 ms"),  # the paper's, which suits its own network
        ("10 * one_way_ms, 20 * one_way_ms", "3 nodes, 1 ms"),  # good for five, too narrow for three and four
        ("20 * one_way_ms, 90 * one_way_ms", "9 nodes, 10 ms"),  # nobody stands together, and all wait
        ("one_way_ms, 40 * one_way_ms", "no candidate can have its votes"),
    ],
)
def test_a_range_that_does_not_suit_is_told_where(text, word):
    marked = timeouts(text)
    assert marked.points < 20
    assert any(word in line for line in marked.sentences if line.startswith("✗"))


def test_the_closed_form_says_the_same_of_the_bound():
    """After a crash the timers start together: the share of split votes is the formula's, of the range 35 latencies wide."""
    for _, nodes in CLUSTERS:
        assert split_vote_probability(nodes, nodes - 1, 1 / 35) < MOST_SPLIT
    assert split_vote_probability(3, 2, 1 / 10) > MOST_SPLIT
    assert split_vote_probability(4, 3, 1 / 10) > MOST_SPLIT
    assert split_vote_probability(5, 4, 1 / 10) < MOST_SPLIT
