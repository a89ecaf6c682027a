"""Wrong answers of learners: whatever is unsafe, or not what the rule is for, keeps at most a fifth of the points."""

from unittest.mock import ANY

import pytest
from wrong_answers import CENTRAL, SLIGHT, text
from wrong_answers_beyond import CENTRAL as CENTRAL_BEYOND
from wrong_answers_beyond import RIGHT, text_beyond
from wrong_answers_beyond import SLIGHT as SLIGHT_BEYOND

from raftlab import implement
from raftlab.checks.layers import run
from raftlab.exercises.answer.text import load
from raftlab.exercises.items import BEYOND, FIGURE_2
from raftlab.exercises.points import grade_of
from raftlab.exercises.write_it import layers_of


def share(item, wrong):
    """The share of the points that a wrong answer keeps, and why."""
    made = implement(**{item: load(text(item, wrong), item)})
    return grade_of(FIGURE_2[item], [run(layer, made) for layer in layers_of(FIGURE_2[item])])


@pytest.mark.parametrize(
    ("item", "title", "why"),
    [
        ("on_request_vote", "always refuses", "With such nodes hardly anything is ever committed"),
        ("on_request_vote", "refuses in its own term", "With such nodes hardly anything is ever committed"),
        ("advance_commit_index", "Figure 8 in other clothes", "Such nodes break a property"),
    ],
)
def test_what_looks_like_a_slip_and_is_unsafe_or_useless_keeps_a_fifth(item, title, why):
    kept, told = share(item, CENTRAL[item][title])
    assert kept <= 0.2
    assert told.startswith(why)


def test_nodes_that_cannot_even_begin_are_judged_all_the_same():
    item = "reset_election_timer"
    assert share(item, CENTRAL[item]["does nothing"]) == (0, ANY)


def test_there_are_about_ten_wrong_answers_for_each_rule():
    assert CENTRAL.keys() == FIGURE_2.keys()
    assert all(len(CENTRAL[item]) + len(SLIGHT.get(item, ())) >= 9 for item in CENTRAL)


@pytest.mark.slow
@pytest.mark.parametrize("item", CENTRAL)
def test_what_is_unsafe_or_useless_keeps_at_most_a_fifth(item):
    kept = {title: share(item, wrong)[0] for title, wrong in CENTRAL[item].items()}
    assert {title: each for title, each in kept.items() if each > 0.2} == {}


@pytest.mark.slow
@pytest.mark.parametrize("item", SLIGHT)
def test_what_is_safe_and_useful_keeps_more_than_a_fifth(item):
    kept = {title: share(item, wrong)[0] for title, wrong in SLIGHT[item].items()}
    assert {title: each for title, each in kept.items() if not 0.2 < each < 1} == {}


# -- Rules of extensions ---------------------------------------------------------------------------------------


def share_beyond(item, answer):
    """The share of the points that an answer to a rule of an extension keeps, and why."""
    made = implement(extensions=BEYOND[item].extensions, **{item: load(answer, item)})
    return grade_of(BEYOND[item], [run(layer, made) for layer in layers_of(BEYOND[item])])


@pytest.mark.parametrize(
    ("item", "title", "why"),
    [
        ("hand_over", "in the term before", "The central idea"),
        ("hand_over", "is content with any entry of the last term", "The central idea"),
        ("hand_over", "is content with a guess", "The central idea"),
        ("save_snapshot", "keeps all that follows", "Such nodes break a property"),
        (
            "save_snapshot",
            "deletes what follows on the disk, and writes it again",
            "Such nodes break a property",
        ),
        ("save_snapshot", "keeps three entries that follow", "Such nodes break a property"),
        ("save_snapshot", "saves it with the term of the node", "Such nodes break a property"),
        ("save_snapshot", "makes it again without who has a vote", "Such nodes break a property"),
        ("on_install_snapshot", "throws its log away before it saves", "Such nodes break a property"),
    ],
)
def test_a_rule_of_an_extension_that_is_unsafe_or_useless_keeps_a_fifth(item, title, why):
    assert share_beyond(item, RIGHT[item]) == (1, "")
    kept, told = share_beyond(item, text_beyond(item, CENTRAL_BEYOND[item][title]))
    assert kept <= 0.2
    assert told.startswith(why)


def test_a_situation_says_where_the_log_begins_if_its_beginning_is_in_a_snapshot():
    answer = text_beyond("objection", CENTRAL_BEYOND["objection"]["while the last change is pending"])
    made = implement(extensions=BEYOND["objection"].extensions, objection=load(answer, "objection"))
    (failure,) = run(layers_of(BEYOND["objection"])[0], made).failures
    assert failure.sentence.startswith(
        "Leader in term 2 with a snapshot up to entry 2 and the log [2:voters n2 n3] after it, 4 nodes, "
    )
    assert failure.sentence.endswith(": it begins the change of voters instead of refusing it.")


@pytest.mark.slow
@pytest.mark.parametrize("item", CENTRAL_BEYOND)
def test_what_is_unsafe_or_useless_in_an_extension_keeps_at_most_a_fifth(item):
    assert share_beyond(item, RIGHT[item]) == (1, "")
    kept = {
        title: share_beyond(item, text_beyond(item, wrong))[0]
        for title, wrong in CENTRAL_BEYOND[item].items()
    }
    assert {title: each for title, each in kept.items() if each > 0.2} == {}


@pytest.mark.slow
@pytest.mark.parametrize("item", SLIGHT_BEYOND)
def test_what_is_safe_and_useful_in_an_extension_keeps_more_than_a_fifth(item):
    kept = {
        title: share_beyond(item, text_beyond(item, wrong))[0] for title, wrong in SLIGHT_BEYOND[item].items()
    }
    assert {title: each for title, each in kept.items() if not 0.2 < each < 1} == {}
