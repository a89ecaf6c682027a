"""How much each kind of item counts in a grade, and what a wrong guess costs there."""

import pytest

from raftlab import UserError, check
from raftlab.exercises.points import lost_by_guesses
from raftlab.exercises.weights import WEIGHTS, worth
from raftlab.grading.decisions import Override, read_weights
from raftlab.grading.exercise import Exercise
from raftlab.grading.grades import Grade, Row
from raftlab.grading.judging import Job, Outcome, judged
from raftlab.grading.people import Person
from raftlab.lab.progress import CourseMap, Progress

EXERCISE = Exercise("02", "Two", (), (), frozenset())


def row(item, points, of, **more):
    return Row(item, points, of, "", (), Outcome(points, of, ("said",), **more))


def graded(*rows, **more):
    return Grade(Person("Ada", "1"), EXERCISE, None, rows, **more)


ROWS = (row("on_request_vote", 20, 40), row("02.a", 40, 40), row("02.1", 5, 20), row("02.c", 10, 20))


def test_each_kind_counts_by_its_weight_and_not_by_its_points():
    found = graded(*ROWS)
    assert {part.kind: (part.grade, part.most) for part in found.parts} == {
        "write": (15, 30), "break": (30, 30), "read": (5, 20), "review": (10, 20),
    }  # fmt: skip
    assert (found.points, found.of, found.is_weighted) == (60, 100, True)
    other = graded(*ROWS, weights={"write": 10, "break": 0, "read": 40, "review": 50})
    assert (other.points, other.of) == (5 + 10 + 25, 100)


def test_an_exercise_without_one_of_the_kinds_has_no_weights():
    found = graded(*ROWS[:3])
    assert (found.points, found.of, found.is_weighted) == (65, 100, False)
    assert set(worth({"write": 5}).values()) == {1}


def test_a_wrong_guess_costs_points_of_the_exercise_and_never_more_than_there_are():
    wrong = row("02.2", 0, 5, costs=1.25)
    assert graded(row("02.1", 5, 5), wrong, row("on_request_vote", 4, 10)).points == 7.75
    assert graded(wrong, row("on_request_vote", 4, 10)).points == 2.75, (
        "also if it is the only one of its kind"
    )
    assert graded(wrong, row("on_request_vote", 1, 10)).points == 0
    weighed = graded(*ROWS[:3], row("02.c", 0, 20, costs=6.67))
    assert weighed.points == 50 - 6.67
    decided = wrong._replace(override=Override("Ada", "", "02.2", 0, "a slip"))
    assert graded(row("02.1", 5, 5), decided).points == 5


def test_in_a_grade_a_wrong_answer_costs_what_one_try_costs_in_check():
    text = "def answer_1():\n    return {!r}\n"
    wrong, right = (
        [found for node in ("n1", "n2", "n3", "n4", "n5")
         if ((found := judged(Job("01.1", "answer_1", text.format(node), "Ada"))).points > 0) is is_right]
        for is_right in (False, True)
    )  # fmt: skip
    assert [each.costs for each in right] == [0]
    assert [each.costs for each in wrong] == [1.25] * 4 == [5 * lost_by_guesses(1, 5)] * 4
    assert sum(each.points - each.costs for each in (*wrong, *right)) == 0, "guessing wins nothing"
    assert judged(Job("01.1", "answer_1", "def answer_1():\n    raise NotImplementedError", "Ada")).costs == 0


def test_the_weights_are_a_table_that_a_lecturer_can_change(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("\ufeffkind,weight\nreview,0\nwrite,40\nread,20\nbreak,40.5\n")
    assert read_weights(path) == {"write": 40, "break": 40.5, "read": 20, "review": 0}
    path.write_text("kind;weight\nreview ; 0\nwrite;40\nread;20\nbreak;40.5\n")
    assert read_weights(path) == {"write": 40, "break": 40.5, "read": 20, "review": 0}
    assert read_weights(None) == WEIGHTS
    assert sum(WEIGHTS.values()) == 100


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "should have the columns kind,weight, and one line for each of write, break, read and review"),
        ("write,40\nbreak,30\n", "should have the columns"),
        ("kind,weight\nwrite,40\nbreak,30\nread,30\n", "one line for each of write"),
        ("kind,weight\nwrite,1\nwrite,1\nbreak,3\nread,3\nreview,1", "one line for each of write"),
        (
            "kind,weight\nwrite,40\nbreak,30\nread,x\nreview,1\n",
            "the weight of read must be a number from 0 to 1000, not 'x'",
        ),
        ("kind,weight\nwrite,-1\nbreak,30\nread,2\nreview,1\n", "the weight of write must be a number"),
        ("kind,weight\nwrite,nan\nbreak,30\nread,2\nreview,1\n", "not 'nan'"),
        ("kind,weight\nwrite\nbreak,30\nread,2\nreview,1\n", "the weight of write must be a number"),
        ("kind,weight\nwrite,0\nbreak,0\nread,0\nreview,0\n", "at least one weight must be above 0"),
    ],
)
def test_a_table_that_is_none_is_refused_in_a_sentence(tmp_path, text, sentence):
    path = tmp_path / "mine.csv"
    path.write_text(text)
    with pytest.raises(UserError, match=sentence):
        read_weights(path)


def test_a_table_that_is_not_there_is_told(tmp_path):
    with pytest.raises(UserError, match="cannot be read"):
        read_weights(tmp_path / "none.csv")


def test_the_map_of_the_course_shows_what_points_count_in_the_grade(tmp_path):
    check("crash_quorum", "def crash_quorum(n):\n    return n // 2 + 1", progress=tmp_path)
    assert (
        "5 of 5 points in the exercises tried, which is 3.75 of 100 in the grade"
        in CourseMap(Progress(tmp_path))._repr_markdown_()
    )
