"""Claims and a node played by hand as graded items: what the explorer and the rules say gives the points."""

import pytest

from raftlab import UserError, check, hint, load
from raftlab.checks.by_hand.judge import HandPlayed, by_the_rules
from raftlab.checks.claims import MenuClaim
from raftlab.lab.progress import Progress

ONLY = ("a leader", "always", "is the only leader")
SAFETY = ("a leader", "always", "is the only leader of its term")
ON_A_MAJORITY = ("an entry that a majority holds", "always", "is in the log of the newest leader")


def judged(item, answer):
    return check(item, answer, progress=None)


@pytest.mark.parametrize(
    ("item", "claim", "points", "word"),
    [
        ("false_claim", ONLY, 10, "takes 10 events"),
        ("false_claim", ("a candidate", "never", "has voted for itself"), 5, "too easy to see"),
        ("false_claim", SAFETY, 0, "Find a claim that a run contradicts."),
        ("true_claim", SAFETY, 10, "of two_votes_one_term, where a node lies, n"),
        pytest.param(
            "true_claim",
            ("a committed entry", "always", "is in the log of the newest leader"),
            10,
            "Nothing",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            "true_claim",
            ("a candidate", "always", "has voted for itself"),
            5,
            "it is true even if nodes lie",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            "true_claim", ON_A_MAJORITY, 5, "If the run begins at Figure 8 (b): ", marks=pytest.mark.slow
        ),
        ("true_claim", ("a candidate", "always", "is the newest leader"), 0, "no run contradicts"),
        ("true_claim", ONLY, 0, "Find a claim that no run contradicts."),
    ],
)
def test_a_claim_gets_the_points_that_the_explorer_gives_it(item, claim, points, word):
    marked = judged(item, claim)
    assert (marked.points, marked.of) == (points, 10)
    assert word in repr(marked)


@pytest.mark.slow
def test_a_false_claim_is_shown_with_the_run_that_contradicts_it():
    ((heading, run, tick),) = judged("false_claim", ONLY).runs
    assert "shortest run" in heading
    assert not MenuClaim(*ONLY)(run.branch.trace.at(tick).views)
    assert judged("true_claim", SAFETY).runs == ()
    ((_, run, tick),) = judged("true_claim", ON_A_MAJORITY).runs
    assert not MenuClaim(*ON_A_MAJORITY)(run.branch.trace.at(tick).views)


def test_an_answer_may_be_a_function_as_in_an_exercise_or_what_it_returns():
    text = f"def false_claim():\n    return {ONLY!r}"
    assert repr(judged("false_claim", text)) == repr(judged("false_claim", MenuClaim(*ONLY)))
    blank = judged("false_claim", "def false_claim():\n    raise NotImplementedError")
    assert blank.points == 0
    assert "Not written yet" in repr(blank)


@pytest.fixture(scope="module")
def answers():
    """What the rules answer, event by event."""
    game, given = HandPlayed(load("you_are_n3")), []
    while game.situation:
        given.append(by_the_rules(game))
        game.answer(**given[-1])
    return given, game


def test_playing_by_the_rules_gets_all_points(answers):
    given, game = answers
    assert judged("played_by_hand", given).points == 20
    assert judged("played_by_hand", game.moves).points == 20
    assert judged("played_by_hand", f"def played_by_hand():\n    return {given!r}").points == 20


def test_a_vote_given_twice_costs_points_names_its_rule_and_shows_the_run(answers):
    given, _ = answers
    wrong = judged("played_by_hand", [given[0], {"voted_for": "n2", "reply": "yes"}])
    assert 0 < wrong.points < 5
    assert "A node votes once in each term" in repr(wrong)
    assert "You have not answered this event: " in repr(wrong)
    ((_, run, _),) = wrong.runs
    assert run.branch.trace.nodes == ("n1", "n2", "n3")


def test_stopping_early_gets_points_for_the_right_answers(answers):
    given, _ = answers
    marked = judged("played_by_hand", given[:5])
    assert marked.points == int(10 * 20 * 5 / len(given)) / 10
    nothing = judged("played_by_hand", [])
    assert (nothing.points, nothing.runs) == (0, ()), "before the first answer the run stays in the fog"


@pytest.mark.parametrize(
    ("item", "answer", "sentence"),
    [
        ("false_claim", 5, "A claim is three words"),
        ("false_claim", ("a leader", "often", "is the only leader"), "often"),
        ("true_claim", ("the king", "always", "is the only leader"), "the king"),
        ("played_by_hand", "def played_by_hand(): return 5", "The answers are a list"),
        ("played_by_hand", [{"vote": "n1"}], "Answer 1, to the event “you receive from n1 a request"),
        ("crash_quorum", 5, "An answer is a function"),
    ],
)
def test_what_is_no_answer_is_told_in_a_sentence(item, answer, sentence):
    with pytest.raises(UserError, match=sentence):
        judged(item, answer)


def test_points_and_hints_are_kept_in_lesson_09(tmp_path):
    check("false_claim", ONLY, progress=tmp_path)
    told = [hint("false_claim", progress=tmp_path) for _ in range(4)]
    assert told[2].startswith("Hint 3 of 3")
    assert "ProveMeWrong()" in told[3]
    assert Progress(tmp_path).points("09") == (10, 10)
