"""Predictions without a browser: an answer that is typed, ordered or clicked is judged and kept like a choice."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from raftlab import UserError, load, play, recall
from raftlab.lab.markdown import as_html
from raftlab.lab.moment import moment_at
from raftlab.lab.predict import Prediction
from raftlab.lab.progress import Progress
from raftlab.lab.questions import QUESTIONS, RECALL
from raftlab.lab.questions.kinds import Click, Number, Order, Question, no, yes
from raftlab.lab.recall import Recall
from raftlab.lab.static import Static, static
from raftlab.lab.two_majorities import two_majorities
from raftlab.sim.narrate import Narration
from raftlab.sim.stops import Ask

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
HALF = ("two_of_five", 41)
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


def commit(prediction, confidence=2):
    """Choose how sure the learner is, and give the answer."""
    prediction.confidence.value = confidence
    prediction.commit.click()


def player(prediction):
    """The player that stands below the question, or None."""
    return prediction.evidence.children[-1] if prediction.evidence.children else None


def evidence(prediction):
    """The story and the tick that an answer has opened, or None."""
    lab = player(prediction)
    return (lab.story.name, lab.tick) if lab else None


def said_first(lab):
    """The sentence that a player says when it is opened by an answer."""
    return Narration(lab.trace).sentences()[lab.event].text


@pytest.mark.parametrize(
    ("typed", "place", "seen"),
    [("3", 0, None), (" 3.4 ", 0, None), ("2", 1, HALF), ("-1", 1, HALF), ("1,000", 2, HALF)],
)
def test_a_number_is_right_within_its_tolerance_and_else_too_small_or_too_large(tmp_path, typed, place, seen):
    prediction = asked(NUMBER, tmp_path)
    prediction.answering.field.value = typed
    commit(prediction)
    kept = prediction.progress.answers()["02.number"]
    given = float(typed.replace(",", ""))
    assert kept == {"choice": place, "confidence": 2, "right": place == 0, "given": given}
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
    commit(prediction)
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
    commit(prediction)
    assert prediction.progress.answers()["02.click"]["right"] is right
    assert evidence(prediction) == seen


def test_the_picture_to_click_says_what_is_known_of_each_node():
    picture = asked(CLICK, "unused").answering.picture
    assert [(id, facts) for id, facts in picture.nodes] == [
        ("n1", "follower, term 7\nlog 1 1 1 4 4 5 5 6 6"),
        ("n2", "follower, term 7\nlog 1 1 1 2 2 2 3 3 3 3 3"),
        ("n3", "follower, term 7\nlog 1 1 1 4"),
    ]


def test_the_right_choice_stands_anywhere_and_always_at_the_same_place(tmp_path):
    picked = [question for question in QUESTIONS.values() if type(question) is Question]
    places = {
        question.id: [question.choices[place].right for place in question.mixed()].index(True)
        for question in picked
    }
    assert {0, 1, 2} <= set(places.values())
    first = sum(place == 0 for place in places.values())
    assert first < len(places) / 2, "a learner who always takes the first choice learns nothing"
    assert [question.mixed() for question in picked] == [question.mixed() for question in picked]


def test_a_picked_choice_is_kept_by_its_place_in_the_question_wherever_it_was_shown(tmp_path):
    question = QUESTIONS["06.verdicts"]
    prediction = asked(question, tmp_path)
    shown = [question.choices[place].text for place in question.mixed()]
    assert [text for text, _ in prediction.answering.buttons.options] == shown
    prediction.answering.buttons.index = shown.index(question.choices[0].text)
    commit(prediction)
    kept = prediction.progress.answers()["06.verdicts"]
    assert kept == {"choice": 0, "confidence": 2, "right": True, "given": 0}


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


GIVEN = [(NUMBER, 2.0), (ORDER, list(ORDER.steps[::-1])), (CLICK, "n2")]


@pytest.mark.parametrize(("question", "given"), GIVEN)
def test_a_question_that_was_answered_comes_back_with_the_answer_and_all_that_is_said_about_it(
    tmp_path, question, given
):
    progress = Progress(tmp_path)
    assert "Your answer" not in Prediction(question, progress).still()["text/html"]
    choice = question.choices[1]
    progress.note(question.id, 1, 3, choice.right, given)
    again = Prediction(question, progress)
    assert f"“{question.in_words(given)}” <b>✕ Not so.</b> {choice.answer}" in again.answer.value
    assert again.confidence.value == 3
    assert question.place(again.answering.answer) == 1
    assert evidence(again) == (choice.story, choice.tick)
    assert again.words().endswith(f"Your answer: “{question.in_words(given)}”")
    assert not again.commit.disabled, "one may try again"
    commit(again, confidence=1)
    assert progress.answers()[question.id]["confidence"] == 3, "the first answer is what counts"


def test_a_picked_choice_comes_back_chosen(tmp_path):
    progress = Progress(tmp_path)
    first = Prediction(PICK, progress)
    first.answering.buttons.value = 1
    commit(first)
    assert Prediction(PICK, progress).answering.buttons.value == 1


def test_an_answer_of_which_only_the_choice_was_kept_comes_back_in_words(tmp_path):
    """The progress files of earlier versions have this form."""
    progress = Progress(tmp_path)
    progress.keep(NUMBER.id, {"choice": 1, "confidence": 3, "right": False})
    again = Prediction(NUMBER, progress)
    assert again.answer.value.startswith("<p>Your answer: “fewer” <b>✕ Not so.</b>")
    assert again.commit.disabled


def test_where_nothing_is_told_yet_an_answer_that_was_kept_is_named_and_not_judged(tmp_path):
    progress = Progress(tmp_path)
    progress.note(CLICK.id, 0, 1, False, "n1")
    again = Prediction(CLICK, progress, told=False)
    assert again.answer.value == "<p>Your answer: “n1” Kept.</p>"
    assert player(again) is None


def test_an_answer_to_a_question_that_has_changed_is_not_told(tmp_path):
    progress = Progress(tmp_path)
    progress.note(CLICK.id, 7, 1, False, "n8")
    assert Prediction(CLICK, progress).answer.value == ""


PICK = Question(
    "02.pick", "Who votes for n2?",
    (yes("Nobody.", "The later last term decides.", "longest_log", 4), no("Both.", "Both refuse.", "longest_log", 2, says="n1 learns")),
    explanation="It is **not** the length.",
)  # fmt: skip


def test_the_button_says_what_is_missing_and_no_confidence_is_chosen_for_the_learner(tmp_path):
    prediction = asked(PICK, tmp_path)
    seen = [prediction.commit.description]
    prediction.answering.buttons.value = 0
    seen.append(prediction.commit.description)
    assert prediction.commit.disabled
    prediction.confidence.value = 1
    assert [*seen, prediction.commit.description] == [
        "give an answer", "say how sure you are", "that is my answer",
    ]  # fmt: skip
    assert not prediction.commit.disabled


@pytest.mark.parametrize("place", [0, 1])
def test_what_tells_the_answer_appears_with_it_and_not_before(tmp_path, place):
    prediction = asked(PICK, tmp_path)
    assert (prediction.explanation.value, player(prediction)) == ("", None)
    prediction.answering.buttons.value = place
    commit(prediction)
    assert "<strong>not</strong>" in prediction.explanation.value
    assert prediction.explanation.value in prediction.still()["text/html"]


def test_a_picture_of_an_explanation_is_in_it(monkeypatch):
    picture = "![Two logs](figures/00_consensus.svg)"
    monkeypatch.chdir(NOTEBOOKS.parent)  # an exported page finds it later
    assert 'src="figures/00_consensus.svg"' in as_html(picture)
    monkeypatch.chdir(NOTEBOOKS)  # where a lesson's kernel runs
    html = as_html(picture)
    assert '<img src="data:image/svg+xml;base64,' in html
    assert 'alt="Two logs"' in html


def test_a_wrong_answer_is_met_by_the_sentence_of_the_event_that_contradicts_it(tmp_path):
    prediction = asked(PICK, tmp_path)
    prediction.answering.buttons.value = 1
    commit(prediction)
    assert said_first(player(prediction)).startswith("n1 learns of term 8 and refuses n2 its vote")
    prediction = asked(CLICK, tmp_path)
    prediction.answering.picture.node = "n2"
    commit(prediction)
    assert said_first(player(prediction)).startswith("n3 learns of term 8 and refuses n2 its vote")


def test_in_an_exported_page_all_that_tells_the_answer_is_folded(tmp_path):
    page = Static()
    page.add(asked(replace(PICK, run=("longest_log", 0)), tmp_path))
    html = "".join(page.html)
    seen = re.sub(r"<details>.*</details>", "", html, flags=re.DOTALL)
    assert PICK.text in seen
    assert seen.count("<figure") == 1, "the run that the question is about"
    assert "<summary>The answer</summary><p>It is <strong>not</strong> the length.</p>" in html
    assert "<p>Look, at 0.02 s: n1 learns of term 8 and refuses n2 its vote" in html
    assert html.count("<figure") == 3


def test_an_exported_page_has_all_questions_with_which_a_lesson_begins(tmp_path):
    page = Static()
    page.add(Recall("02", Progress(tmp_path)))
    assert all(QUESTIONS[id].text in "".join(page.html) for id in RECALL["02"])


def test_a_moment_at_which_nothing_is_told_is_refused_in_a_sentence():
    trace = play(load("longest_log"))
    with pytest.raises(
        UserError, match=r"At tick 0 nothing is told with the words '', but: n2 has the longest log"
    ):
        moment_at(trace, 0)  # only a question
    with pytest.raises(UserError, match="At tick 3 nothing is told with the words 'wins', but: n"):
        moment_at(trace, 3, says="wins")


def test_the_players_of_a_question_ask_nothing_themselves(tmp_path):
    prediction = asked(replace(PICK, run=("longest_log", 0)), tmp_path)
    assert any(isinstance(stop, Ask) for stop in load("longest_log").stops)
    assert not any(isinstance(stop, Ask) for stop in player(prediction).story.stops)


def test_the_run_that_a_question_is_about_stands_below_it_before_the_answer(tmp_path):
    prediction = asked(replace(PICK, run=("longest_log", 0)), tmp_path)
    before = player(prediction)
    assert (before.story.name, before.tick, before.event) == ("longest_log", 0, None)
    prediction.answering.buttons.value = 0
    commit(prediction)
    assert evidence(prediction) == ("longest_log", 4), "the same run, where it shows the answer"
    assert len(prediction.evidence.children) == 1, "in its place"


def test_the_right_answer_after_a_wrong_one_brings_back_the_run_that_the_question_is_about(tmp_path):
    prediction = asked(QUESTIONS["04b.still_there"], tmp_path)
    prediction.answering.answer = 1
    commit(prediction)
    assert player(prediction).story.name == "figure_8"
    prediction.answering.answer = 0
    commit(prediction)
    assert (player(prediction).story.name, player(prediction).tick) == prediction.question.run


def test_a_lesson_begins_with_three_questions_of_earlier_lessons_one_after_the_other(tmp_path):
    progress = Progress(tmp_path)
    for id in RECALL["02"]:
        progress.note(id, 0, 3, True, 0)
    asked = Recall("02", progress)
    assert asked.shown.children == (asked.questions[0],), "the first answers do not count here"
    first = asked.questions[0]
    first.answering.put(0)
    commit(first)
    assert asked.shown.children == tuple(asked.questions[:2])
    assert Recall("02", progress).shown.children[0].answering.answer == first.answering.answer
    assert first.question.text in asked.still()["text/html"]
    with pytest.raises(UserError, match="02"):
        recall("01")


def test_what_is_left_in_a_notebook_lists_what_can_be_answered_and_not_the_right_number(tmp_path):
    number, order = (Prediction(each, Progress(tmp_path)) for each in (NUMBER, ORDER))
    assert f"<li>{NUMBER.choices[0].text}<" not in number.still()["text/html"]
    assert (
        f">{NUMBER.choices[0].text}</summary>" not in static(Prediction(NUMBER, Progress(tmp_path)))["html"]
    )
    assert all(f"<li>{step}</li>" in order.still()["text/html"] for step in ORDER.steps)
    assert ORDER.in_words(ORDER.steps).startswith("1. a timer runs out, 2. a vote is asked for")
    assert NUMBER.in_words(2.0) == "2 votes"
