"""Nothing in view reveals the answer of a question before it is answered; the explanation is part of the question."""

from pathlib import Path

import nbformat
import pytest
from keyed_words import KEYED_WORDS
from spoilers import spoilers, tells

from raftlab.lab.questions import QUESTIONS

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
LESSONS = sorted(NOTEBOOKS.glob("0*.ipynb"))


def lesson(*cells):
    """A notebook; what begins with "predict", "Lab" or "show_rule" is code."""
    made = [
        nbformat.v4.new_code_cell(each)
        if each.startswith(("predict(", "recall(", "Lab(", "show_rule("))
        else nbformat.v4.new_markdown_cell(each)
        for each in cells
    ]
    return nbformat.v4.new_notebook(cells=made)


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.name)
def test_nothing_in_view_of_a_question_tells_its_answer(path):
    assert list(spoilers(nbformat.read(path, as_version=4))) == []


def test_every_question_has_words_that_would_tell_its_answer_and_does_not_tell_it_itself():
    assert set(KEYED_WORDS) == set(QUESTIONS)
    assert [id for id, question in QUESTIONS.items() if tells(question.text, question)] == []


# What once stood in view of the question.
ONCE_TOLD = [
    ("00.at_once", "Both end with the same two commands, and with different values of x."),
    ("00.cut", "Ann reads 2, and Bob reads 3, though nothing is cut any more."),
    ("00.common", "You cannot: 3 + 3 is more than 5."),
    ("01.crash", "Silence is all that a follower ever has."),
    ("02.last", "n2 needs n3, n6 and n7: four of seven."),
    ("03.check_over", "It is enough that one timer is ahead by more than a message travels."),
    ("04.all_at_once", "A majority has stored x=5, so it is committed, and nobody knows. Who will be the first to know?"),
    ("05.check_islands", "x=1 is on three of nine nodes: no group has five."),
    ("05.two_leaders", "![n1 leads term 1 and reaches n2; n5 leads term 2](figures/05_partitions.svg)"),
    ("06.limbo", "In our model the leadership alternates while the logs are equal."),
    ("08.hunt_1", "The first one does not save its vote."),
]  # fmt: skip


# Above a question and below it, unless its own player stands there and fills the screen.
BESIDE = [
    (id, text, above)
    for id, text in ONCE_TOLD for above in (True, False) if above or QUESTIONS[id].run is None
]  # fmt: skip


@pytest.mark.parametrize(("id", "text", "is_above"), BESIDE)
def test_a_text_beside_a_question_that_tells_its_answer_is_found(id, text, is_above):
    ask = f'predict("{id}")'
    cells = (text, ask, "Go on.") if is_above else ("Go on.", ask, text)
    assert list(spoilers(lesson("# A lesson", *cells)))
    assert not list(spoilers(lesson("# A lesson", "Go on.", ask, "Go on.")))


def test_the_top_of_a_lesson_a_player_and_a_rule_can_tell_it_too():
    ask = 'predict("01.crash")'
    far = ["A long text. " * 200]
    assert list(spoilers(lesson("# Roles\n\n![The others notice the silence](figures/x.svg)", *far, ask)))
    assert list(spoilers(lesson("# Roles", 'Lab("leader_crash", tick=60)', ask)))
    assert list(spoilers(lesson("# Election", 'predict("02.check_two_leaders")', 'show_rule("P1")')))


def test_what_tells_the_answer_to_a_question_of_an_earlier_lesson_is_found_too():
    assert list(spoilers(lesson("# Election", "The others notice the silence.", 'recall("02")')))


def test_what_is_folded_or_far_away_tells_nothing():
    ask, told = 'predict("01.crash")', "Silence is all that a follower has."
    far = "A long text. " * 200
    folded = f"<details><summary>Show the summary</summary>\n\n{told}\n\n</details>"
    assert not list(spoilers(lesson("# Roles", folded, ask, folded)))
    assert not list(spoilers(lesson("# Roles", told, far, ask, far, told)))


def test_what_repeats_the_right_choice_word_for_word_is_found_without_keyed_words():
    question = QUESTIONS["01.first_move"]
    right = next(choice for choice in question.choices if choice.right)
    assert "is what is said about the right choice" in str(tells(f"Remember! {right.answer}", question))
    assert tells("Remember what you have read.", question) is None
