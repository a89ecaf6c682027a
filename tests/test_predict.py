"""Predictions without a browser: what is typed, put in order or clicked is judged and kept like a choice."""

import pytest

from raftlab.lab.predict import Prediction
from raftlab.lab.progress import Progress
from raftlab.lab.questions import QUESTIONS
from raftlab.lab.questions.kinds import Click, Number, Order, Question, no, yes
from raftlab.lab.static import Static
from raftlab.lab.two_majorities import two_majorities

HALF = ("two_of_five", 100)
NUMBER = Number(
    "02.number", "How many votes win among five?",
    (yes("3", "A majority."), no("fewer", "Too few.", *HALF), no("more", "Too many.", *HALF)),
    value=3, unit="votes", tolerance=0.5,
)  # fmt: skip
ORDER = Order(
    "02.order", "What comes first?",
    (yes("as it happens", "So it is."), no("another order", "Look.", "best_case_election", 17)),
    steps=("a timer runs out", "a vote is asked for", "a vote is given", "a leader is heard"),
)  # fmt: skip
CLICK = Click(
    "02.click", "Who will win?",
    (no("n1", "It refuses itself nothing, but others do.", "longest_log", 3), no("n2", "Its log.", "longest_log", 3), yes("n3", "Yes, n3.")),
    picture="longest_log", tick=0,
)  # fmt: skip


def asked(question, folder):
    return Prediction(question, Progress(folder))


def evidence(prediction):
    """The story and the tick that an answer has opened, or None."""
    found = prediction.evidence.children
    return (found[1].story.name, found[1].tick) if found else None


@pytest.mark.parametrize(
    ("typed", "place", "seen"),
    [("3", 0, None), (" 3.4 ", 0, None), ("2", 1, HALF), ("-1", 1, HALF), ("1,000", 2, HALF)],
)
def test_a_number_is_right_within_its_tolerance_and_else_too_small_or_too_large(tmp_path, typed, place, seen):
    prediction = asked(NUMBER, tmp_path)
    prediction.answering.field.value = typed
    prediction.commit.click()
    kept = prediction.progress.answers()["02.number"]
    assert kept == {"choice": place, "confidence": 2, "right": place == 0}
    assert NUMBER.choices[place].answer in prediction.answer.value
    assert evidence(prediction) == seen


@pytest.mark.parametrize("typed", ["", "three", "3 votes", "nan", "inf"])
def test_what_is_no_number_is_no_answer(tmp_path, typed):
    prediction = asked(NUMBER, tmp_path)
    prediction.answering.field.value = "3"
    prediction.answering.field.value = typed
    assert prediction.commit.disabled


def test_steps_are_shuffled_the_same_way_each_time_and_never_as_they_are_right():
    assert ORDER.shuffled() == ORDER.shuffled() != list(ORDER.steps)
    assert sorted(ORDER.shuffled()) == sorted(ORDER.steps)


def press(prediction, *steps):
    for step in steps:
        next(b for b in prediction.answering.buttons if b.description.endswith(step)).click()


@pytest.mark.parametrize("right", [True, False])
def test_an_order_is_an_answer_once_every_step_has_its_place(tmp_path, right):
    prediction = asked(ORDER, tmp_path)
    steps = ORDER.steps if right else ORDER.steps[::-1]
    press(prediction, *steps[:-1])
    assert prediction.commit.disabled
    press(prediction, steps[-1])
    prediction.commit.click()
    assert prediction.progress.answers()["02.order"]["right"] is right
    assert evidence(prediction) == (None if right else ("best_case_election", 17))


def test_a_step_pressed_again_is_taken_back_and_the_later_ones_move_up(tmp_path):
    prediction = asked(ORDER, tmp_path)
    first, *others = ORDER.steps
    press(prediction, *others, first)  # the first comes last: wrong
    press(prediction, *others)
    assert prediction.commit.disabled
    press(prediction, *others)
    assert prediction.answering.answer == ORDER.steps


@pytest.mark.parametrize(("node", "right", "seen"), [("n3", True, None), ("n2", False, ("longest_log", 3))])
def test_a_clicked_node_is_judged_by_its_name(tmp_path, node, right, seen):
    prediction = asked(CLICK, tmp_path)
    assert prediction.commit.disabled
    prediction.answering.picture.node = node
    prediction.commit.click()
    assert prediction.progress.answers()["02.click"]["right"] is right
    assert evidence(prediction) == seen


def test_the_picture_to_click_says_what_is_known_of_each_node_and_keeps_them_apart():
    picture = asked(CLICK, "unused").answering.picture
    assert [(id, facts) for id, facts, _, _ in picture.nodes] == [
        ("n1", "follower, term 7\nlog 1 1 1 4 4 5 5 6 6"),
        ("n2", "follower, term 7\nlog 1 1 1 2 2 2 3 3 3 3 3"),
        ("n3", "follower, term 7\nlog 1 1 1 4"),
    ]
    assert len({(round(x), round(y)) for _, _, x, y in picture.nodes}) == 3


def test_the_right_choice_stands_anywhere_and_always_at_the_same_place(tmp_path):
    picked = [question for question in QUESTIONS.values() if type(question) is Question]
    places = {
        question.id: [question.choices[place].right for place in question.mixed()].index(True)
        for question in picked
    }
    assert {0, 1, 2} <= set(places.values())
    first = sum(place == 0 for place in places.values())
    assert first < len(places) / 2, "whoever always takes the first learns nothing"
    assert [question.mixed() for question in picked] == [question.mixed() for question in picked]


def test_a_picked_choice_is_kept_by_its_place_in_the_question_wherever_it_was_shown(tmp_path):
    question = QUESTIONS["06.verdicts"]
    prediction = asked(question, tmp_path)
    shown = [question.choices[place].text for place in question.mixed()]
    assert [text for text, _ in prediction.answering.buttons.options] == shown
    prediction.answering.buttons.index = shown.index(question.choices[0].text)
    prediction.commit.click()
    assert prediction.progress.answers()["06.verdicts"] == {"choice": 0, "confidence": 2, "right": True}


def test_no_two_majorities_of_five_are_without_a_common_node():
    widget = two_majorities()
    for group, chosen in zip(widget.groups, ("n1 n2 n3", "n3 n4 n5"), strict=True):
        for button in group:
            button.value = button.description in chosen
    assert "A: 3 of 5, a majority. B: 3 of 5, a majority. In both: n3." in widget.verdict.value
    widget.groups[1][2].value = False
    assert "B: 2 of 5, no majority. In both: none." in widget.verdict.value


def test_without_a_kernel_one_reads_the_steps_and_the_nodes_that_are_asked_for():
    page = Static()
    page.add_question(ORDER)
    page.add_question(CLICK)
    text = "".join(page.html)
    assert all(text.count(f"<li>{step}</li>") == 2 for step in ORDER.steps)  # mixed, and in their order
    assert text.index("<ul>") < text.index("<details>")
    assert "<li>n3: follower, term 7, log 1 1 1 4</li>" in text


@pytest.mark.parametrize("question", [NUMBER, ORDER, CLICK])
def test_a_question_that_was_answered_comes_back_answered_and_can_be_answered_again(tmp_path, question):
    progress = Progress(tmp_path)
    assert "Your answer" not in Prediction(question, progress).still()["text/html"]
    progress.note(question.id, 1, 3, question.choices[1].right)
    again = Prediction(question, progress)
    assert f"“{question.choices[1].text}” <b>✕ Not so.</b> {question.choices[1].answer}" in again.answer.value
    assert again.confidence.value == 3
    assert again.words().endswith(f"Your answer: “{question.choices[1].text}”")
    assert again.commit.disabled, "the next answer is the learner's"
    assert not again.evidence.children


def test_where_nothing_is_told_yet_an_answer_that_was_kept_is_named_and_not_judged(tmp_path):
    progress = Progress(tmp_path)
    progress.note(CLICK.id, 0, 1, False)
    again = Prediction(CLICK, progress, told=False)
    assert again.answer.value == "<p>Your answer: “n1” Kept.</p>"


def test_an_answer_to_a_question_that_has_changed_is_not_told(tmp_path):
    progress = Progress(tmp_path)
    progress.note(CLICK.id, 7, 1, False)
    assert Prediction(CLICK, progress).answer.value == ""
