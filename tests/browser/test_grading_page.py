"""The page that a person gets from the grader."""

import pytest

from raftlab.exercises.items import ITEMS
from raftlab.grading.exercise import Asked, Exercise
from raftlab.grading.grades import Grade, Row
from raftlab.grading.judging import kept
from raftlab.grading.pages import person_page
from raftlab.grading.people import Person
from raftlab.grading.submissions import Submission

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WRONG = "def is_quorum(node, nodes):\n    return len(nodes) >= len(node.voters()) // 2\n"


def test_a_page_plays_the_run_that_shows_the_mistake_without_a_network(pages, tmp_path):
    item = ITEMS["is_quorum"]
    outcome = kept(item.judge(WRONG, ""), item.points)
    asked = Asked("is_quorum", "is_quorum", item.points, "write", "cell", "points", "")
    exercise = Exercise("02_election", "Elections", (asked,), (), frozenset())
    submission = Submission(Person("<Eve>"), "02_election", "x.ipynb", False, "Eve", {}, {}, ())
    row = Row("is_quorum", outcome.points, outcome.of, WRONG, (), outcome)
    (tmp_path / "eve.html").write_text(
        person_page(Person("<Eve>"), [Grade(Person("<Eve>"), exercise, submission, (row,))])
    )
    page = pages.open(tmp_path / "eve.html")
    assert page.get_by_role("heading", level=1).inner_text() == "<Eve>"
    page.get_by_role("button", name="Play both runs").click()
    frame = page.frame_locator("iframe")
    frame.get_by_role("button", name="Next").first.wait_for()
    assert "Raft's own" in frame.locator("body").inner_text()
