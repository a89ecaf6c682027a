"""Review it: a change is right or wrong, one place of it matters, and neither "always right" nor "always wrong" pays."""

import inspect
from random import Random

import pytest
from textbook import SOURCE

from raftlab import Review, Story, UserError, answer, proposed, review
from raftlab.checks.differences import difference, methods_of, reworded
from raftlab.checks.layers import HANDLERS, layers_for, run
from raftlab.checks.mutants.stories import STORIES, story_of
from raftlab.checks.right.choices import CHOICES_BEYOND
from raftlab.exercises.figure_2 import FIGURE_2
from raftlab.exercises.items import BEYOND, ITEMS
from raftlab.exercises.review_it import REASONS, Proposed
from raftlab.exercises.student import YOUR_NAME, personal_code
from raftlab.exercises.write_it import layers_of
from raftlab.extensions import EXTENSIONS
from raftlab.lab.progress import Progress
from raftlab.sim.systems import build

REVIEW = {name: item for name, item in ITEMS.items() if item.kind == "review"}
QUIET = Story("quiet", "Nothing is done")
WRONG = Proposed(REVIEW["03.c"], "vote not saved", "Ada")
RIGHT = Proposed(REVIEW["03.c"], "a vote is saved twice", "Ada")
(LINE,) = [row.number for row in WRONG.rows if row.matters]
OTHER = next(row.number for row in WRONG.rows if row.mark == "+")
PROOF = STORIES["vote not saved"]


def name_that_draws(item, change):
    """A learner for whom this change is drawn."""
    return next(
        name for name in map("learner {}".format, range(999)) if REVIEW[item].proposed(name).is_about(change)
    )


# -- What is drawn ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("item", REVIEW.values(), ids=REVIEW)
def test_as_many_changes_are_right_as_wrong_and_one_place_of_each_matters(item):
    assert len(item.wrong) == len(item.right) >= 4
    assert {each for reasons in item.right.values() for each in reasons} <= REASONS.keys()
    asked = {name for name, each in {**FIGURE_2, **BEYOND}.items() if each.lesson == item.lesson}
    for name in (*item.wrong, *item.right):
        rows = Proposed(item, name, "Ada").rows
        matter = [row for row in rows if row.matters]
        others = [row for row in rows if row.mark != " " and not row.matters]
        assert matter, name
        assert len(others) == 4, "two other places, each with a line that goes and a line that comes"
        assert [row.number for row in rows] == list(range(1, len(rows) + 1))
        assert not any(f"def {rule}(" in row.text for row in rows for rule in asked), "it would give it away"
        assert not any("  # " in row.text for row in rows), "a comment may say what is right"


@pytest.mark.parametrize("item", REVIEW.values(), ids=REVIEW)
def test_an_answer_without_looking_wins_nothing_on_average(item):
    """Each is drawn equally often. A guess is the same for everybody: a reason, or a rule and a place among the changed lines."""
    changes = [Proposed(item, name, "Ada") for name in (*item.wrong, *item.right)]

    def won(guess):
        outcomes = [each.judge(guess(each)) for each in changes]
        return sum(each.points - each.costs for each in outcomes)

    def line(change, place):
        return [row.number for row in change.rows if row.mark != " "][place]

    for because in REASONS:
        assert won(lambda each, because=because: Review(right=True, because=because)) <= 0
    for place in range(4):
        for rule in item.offered:
            assert won(lambda each, place=place, rule=rule: Review(line(each, place), rule)) <= 0


def test_what_a_review_gets_for_a_line_that_cannot_be_wrong_does_not_tell_whether_the_change_is_right():
    impossible = Story("odd", "Odd", nodes=3, actions=((5, "crash", "n9"),), ticks=9)
    for said in (Review(1, "ST-P0"), Review(float(LINE), "ST-P0"), Review(99, "ST-P0")):
        for change in (WRONG, RIGHT):
            with pytest.raises(UserError, match="wrong_line must be one of the lines that change"):
                change.judge(said)
    for change, line in ((WRONG, LINE), (RIGHT, next(row.number for row in RIGHT.rows if row.matters))):
        with pytest.raises(UserError, match="Raft cannot play your story to its end"):
            change.judge(Review(line, "ST-P0", impossible))


def test_a_class_draws_with_the_secret_of_its_lecturer():
    drawn = {repr(proposed("03.c", personal_code("Ada", f"secret {number}"))) for number in range(9)}
    assert len(drawn) > 4
    assert "Write your own name" in repr(proposed("03.c", YOUR_NAME))


# -- The difference -----------------------------------------------------------------------------------------


def test_other_places_say_the_same_in_other_words():
    """All of them at once, in all of Raft: the handler checks see no difference."""
    changed = SOURCE
    for text in methods_of(SOURCE, "Raft").values():
        for old, new in dict(reworded(text)).items():
            changed = changed.replace(f"    {old}\n", f"    {new}\n")
    assert changed != SOURCE
    space = {"__name__": "reworded"}
    exec(compile(changed, "reworded", "exec"), space)
    (rows,) = (layer for layer in layers_for("raft", tuple(FIGURE_2)) if layer.name == HANDLERS)
    assert run(rows, space["Raft"], brief=True).failures == []


def test_a_difference_numbers_its_lines_and_marks_what_goes_and_what_comes():
    changed = SOURCE.replace(
        "msg.term < self.term:\n            self.reply_vote",
        "msg.term <= self.term:\n            self.reply_vote",
    )
    rows = difference(SOURCE, changed, "Raft", (), Random(1))
    assert [(row.number, row.mark, row.text.strip()) for row in rows if row.matters] == [
        (3, "-", "if msg.term < self.term:"), (4, "+", "if msg.term <= self.term:"),
    ]  # fmt: skip


def test_it_is_shown_with_signs_and_not_by_colour_alone():
    shown = WRONG._repr_html_()
    assert "<del " in shown
    assert "<ins " in shown
    assert ">-  " in shown
    assert all(rule in shown for rule in WRONG.item.offered)
    assert all(reason in shown for reason in REASONS)


@pytest.mark.slow
@pytest.mark.parametrize("name", CHOICES_BEYOND)
def test_a_right_change_to_an_extension_gets_all_points(name):
    extension, pairs = CHOICES_BEYOND[name]
    text = inspect.getsource(inspect.getmodule(EXTENSIONS[extension]))
    for there, instead in pairs:
        text = text.replace(there, instead)
    space = {"__name__": "changed"}
    exec(compile(text, "changed", "exec"), space)
    # Exercises ask only for rules of safe nodes, which extend the unsafe ones.
    asked = extension.removeprefix("Unsafe")
    made = type("Changed", (space[asked],), {})
    assert build(asked).messages == made.messages
    items = [each for each in BEYOND.values() if each.extensions == (asked,)]
    assert items
    for item in items:
        assert [f for layer in layers_of(item) for f in run(layer, made, brief=True).failures] == []


# -- Points -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "said", "points", "words"),
    [
        (WRONG, Review(LINE, "ST-P0", PROOF), 20, "Proved, with"),
        (WRONG, Review(LINE, "ST-P0"), 10, "Without a story"),
        (WRONG, Review(OTHER, "ST-P0", PROOF), 15, f"Line {OTHER} is not the line that is wrong."),
        (WRONG, Review(LINE, "UTD", PROOF), 15, "UTD is not the rule that it breaks."),
        (WRONG, Review(LINE, "ST-P0", QUIET), 10, "Not proved"),
        (WRONG, Review(OTHER, "UTD", QUIET), 0, "Not proved"),
        (WRONG, Review(right=True, because="saves more"), 0, "The change is not right"),
        (RIGHT, Review(right=True, because="saves more"), 20, "The change is right. It only saves more"),
        (RIGHT, Review(right=True, because="dice"), 0, "The change is right, but for another reason."),
        (RIGHT, Review(OTHER, "ST-P0", PROOF), 0, "The change is right: no line of it is wrong."),
    ],
)
def test_line_rule_and_story_give_points_and_so_does_the_reason_of_a_right_change(
    change, said, points, words
):
    marked = change.judge(said)
    assert marked.points == points, marked
    assert words in repr(marked)
    assert marked.passed is (points == 20)


@pytest.mark.slow
@pytest.mark.parametrize("item", REVIEW.values(), ids=REVIEW)
def test_each_wrong_change_can_be_proved_wrong(item):
    for name in item.wrong:
        change = Proposed(item, name, "Ada")
        (line, *_) = (row.number for row in change.rows if row.matters)
        for rule in item.broken_by(name):
            assert change.judge(Review(line, rule)).points == 10
        assert change.judge(Review(line, rule, story_of(name, item.have))).passed, name


def test_each_wrong_guess_costs_points_and_the_same_again_costs_nothing(tmp_path):
    me = name_that_draws("03.c", "a vote is saved twice")

    def points(because):
        return review("03.c", Review(right=True, because=because), me, progress=tmp_path).points

    assert [points(each) for each in ("dice", "dice", "saves more", "same")] == [0, 0, 13.3, 0]
    assert points("saves more") == 6.6
    assert Progress(tmp_path).points("03") == (13.3, 20), "points that one has are kept"


def test_a_wrong_guess_costs_points_of_the_exercise_until_something_is_right(tmp_path):
    me = name_that_draws("03.c", "a vote is saved twice")
    for question in ("03.1", "03.2", "03.3"):
        answer(question, ITEMS[question].asked(me).answer, me, progress=tmp_path)
    assert Progress(tmp_path).points("03") == (15, 15)
    told = review("03.c", Review(right=True, because="dice"), me, progress=tmp_path)
    assert "03.c: 0 of 20 points." in repr(told)
    assert "A wrong answer takes 6.67 points off the exercise." in repr(told)
    assert Progress(tmp_path).points("03") == (15 - 6.67, 35)
    review("03.c", Review(right=True, because="saves more"), me, progress=tmp_path)
    assert Progress(tmp_path).points("03") == (15 + 13.3, 35)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("wrong", "Return a Review, such as"),
        (Review(), "your review says neither"),
        (Review(3, "RV-2", right=True, because="same"), "your review says both"),
        (Review(right=1, because="same"), "right is True or False, not 1"),
        (
            Review(right=True),
            'Say why the change is right, such as because="same". The reasons are: same, order',
        ),
        (Review(right=True, because="sames"), "Did you mean 'same'"),
        (Review(right=True, because="same", story=QUIET), "No story proves that a change is right"),
        (Review(3, "RV-2", because="same"), "because is for a change that is right"),
        (Review(3, "RV-9"), "There is no rule 'RV-9'"),
        (Review(3), 'Name the rule that the line breaks, such as breaks="'),
        (Review(99, "RV-2"), "wrong_line must be one of the lines that change"),
        (Review("3", "RV-2"), "wrong_line must be one of the lines that change"),
        (Review(3, "RV-2", story="a story"), "Return a story, such as"),
    ],
)
def test_what_is_no_review_is_refused_in_a_sentence_and_costs_nothing(said, sentence, tmp_path):
    me = name_that_draws("03.c", "vote not saved")
    with pytest.raises(UserError, match=sentence):
        review("03.c", said, me, progress=tmp_path)
    assert Progress(tmp_path).answers() == {}


def test_a_review_is_written_as_a_function_that_is_run_alone():
    def review_c():
        return Review(right=True, because="saves more")

    def other():
        return Review(wrongline=3)

    me = name_that_draws("03.c", "a vote is saved twice")
    assert review("03.c", review_c, me, progress=None).passed
    with pytest.raises(UserError, match=r"no argument 'wrongline'. Did you mean 'wrong_line'"):
        review("03.c", other, me, progress=None)
