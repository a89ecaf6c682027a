"""The inventory: a tick of a run contradicts every misconception, and a learner's answers of both times are compared."""

from pathlib import Path

import nbformat
import pytest

from raftlab import UserError, load, play
from raftlab.lab.inventory import Inventory, inventory
from raftlab.lab.misconceptions import MISCONCEPTIONS
from raftlab.lab.progress import CourseMap, Progress, optional_questions
from raftlab.lab.questions import QUESTIONS
from raftlab.lab.questions.inventory import INVENTORY

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"


def committed(view):
    """The commands that a node knows to be committed."""
    return [command for _, command in view.log[: view.commit_index]]


def leaders(seen):
    return {node: view.term for node, view in seen.views.items() if view.role == "leader"}


# What is to be seen at the tick: `s` is the world then, `before` gives it at any other tick.
SEEN = {
    1: lambda s, before: max(s.views, key=lambda n: len(s.views[n].log)) == "n2" and not {s.views[n].voted_for for n in ("n1", "n3")} & {"n2"},
    2: lambda s, before: before(10).views["n3"].log == [[1, "x=1"], [2, "x=2"]] and sum([2, "x=2"] in v.log for v in before(10).views.values()) == 3 and all([2, "x=2"] not in v.log for n, v in s.views.items() if n != "n1"),
    3: lambda s, before: any(sum([1, "x=1"] in v.log for v in before(t).views.values()) == 1 for t in range(35)) and all(v.log == [[1, "x=1"]] for v in s.views.values()),
    4: lambda s, before: leaders(s) == {"n1": 1, "n5": 2},
    5: lambda s, before: s.views["n3"].voted_for == "n1" and len(s.views["n2"].log) > len(s.views["n1"].log),
    6: lambda s, before: [v.status for v in s.views.values()].count("running") == 2 and s.views["n1"].log == s.views["n2"].log == [[1, "x=1"]] and s.views["n1"].commit_index == 0,
    7: lambda s, before: before(100).views["n1"].status == "paused" and s.views["n1"].status == "running" and leaders(s) == {"n1": 1, "n2": 2},
    8: lambda s, before: before(230).views["n2"].term > before(230).views["n1"].term and leaders(before(230)) == {"n1": 1} and list(leaders(s)) == ["n1"],
    9: lambda s, before: s.views["n1"].role == "leader" and len(committed(s.views["n3"])) > len(committed(s.views["n1"])),
    10: lambda s, before: [v.status for v in s.views.values()].count("running") == 2 and s.views["n1"].log and not committed(s.views["n1"]),
    11: lambda s, before: any(not m.fields.get("success", True) and m.src == "n3" for m in s.in_flight),
    12: lambda s, before: [2, "x=3"] in s.views["n1"].log and [1, "x=2"] in before(200).views["n1"].log and not any([1, "x=2"] in v.log for v in s.views.values()),
    13: lambda s, before: [c for _, c in s.views["n2"].log].count("x+=2") == 2,
    14: lambda s, before: all(v.log for v in s.views.values()) and [v.commit_index for v in s.views.values()] == [0, 1, 0],
    15: lambda s, before: "P1" in s.broken and len([t for t in leaders(s).values() if t == 1]) == 2,
}  # fmt: skip


@pytest.mark.parametrize("number", MISCONCEPTIONS)
def test_a_misconception_is_contradicted_by_what_happens(number):
    found = MISCONCEPTIONS[number]
    trace = play(load(found.story))
    assert SEEN[number](trace.at(found.tick), trace.at)


# The other wrong choices of the inventory.
OTHERS = {
    ("inventory.majority", "minority_leader", 207): lambda s: not any([1, "x=2"] in v.log for v in s.views.values()),
    ("inventory.two_leaders", "minority_leader", 61): lambda s: len(set(leaders(s).values())) == 2,
    ("inventory.silence", "leader_crash", 77): lambda s: s.views["n2"].status == "crashed" and not s.network["down"],
    ("inventory.comes_back", "rejoin_huge_term", 237): lambda s: s.views["n1"].role == "follower" and s.views["n1"].term == 10,
    ("inventory.read", "stale_read", 82): lambda s: len(leaders(s)) == 2 and "n3>n1" in s.network["down"],
    ("inventory.heartbeat", "short_log", 7): lambda s: s.views["n1"].next_index["n3"] == 2,
    ("inventory.no_answer", "two_of_five", 41): lambda s: s.views["n1"].log and s.views["n1"].commit_index == 0,
    ("inventory.when", "one_write", 18): lambda s: all(v.log and v.commit_index == 0 for v in s.views.values()),
    ("inventory.liar", "cloudflare_cut", 281): lambda s: not s.broken and s.views["n1"].term == 10,
}  # fmt: skip


def test_every_misconception_can_be_chosen_and_every_wrong_choice_is_met_by_evidence():
    told = {(each.story, each.tick, each.truth): number for number, each in MISCONCEPTIONS.items()}
    believed, others = [], set()
    for question in INVENTORY:
        assert [choice.right for choice in question.choices] == [True, False, False]
        for choice in question.choices[1:]:
            number = told.get((choice.story, choice.tick, choice.answer))
            if number:
                believed.append(number)
            else:
                others.add((question.id, choice.story, choice.tick))
    assert len(INVENTORY) == 12
    assert sorted(believed) == sorted(MISCONCEPTIONS) == list(range(1, 16))
    assert others == set(OTHERS)


@pytest.mark.parametrize(("question", "story", "tick"), OTHERS)
def test_the_other_wrong_choices_are_contradicted_too(question, story, tick):
    assert OTHERS[question, story, tick](play(load(story)).at(tick))


def answer_all(inventory, place):
    for question in inventory.questions:
        question.answering.buttons.value = place
        question.confidence.value = 2
        question.commit.click()


def test_before_nothing_is_told_and_after_it_is_compared(tmp_path):
    progress = Progress(tmp_path)
    before = Inventory("before", progress)
    answer_all(before, 1)
    assert {question.answer.value for question in before.questions} == {'<p role="status">Kept.</p>'}
    assert not any(question.evidence.children for question in before.questions)
    assert "12 of 12 answered" in before.summary.value

    after = Inventory("after", Progress(tmp_path))
    assert "0 of 12 answered" in after.summary.value
    answer_all(after, 0)
    assert all("✓ Yes." in question.answer.value for question in after.questions)
    assert after.summary.value.count("<td>✕ rather sure</td><td>✓ rather sure</td>") == 12
    assert "<th>right</th><td>0</td><td>12</td>" in after.summary.value


def test_what_is_missing_is_said_and_another_choice_is_not_called_kept(tmp_path):
    before = Inventory("before", Progress(tmp_path))
    second = before.questions[1]
    second.answering.buttons.value, second.confidence.value = 0, 1
    second.commit.click()
    assert "1 of 12 answered. Not answered yet: 1, 3, 4," in before.summary.value
    assert "Kept." in second.answer.value
    second.answering.buttons.value = 2
    assert second.answer.value == ""


def test_a_wrong_answer_afterwards_opens_the_story_that_contradicts_it(tmp_path):
    question = Inventory("after", Progress(tmp_path)).questions[0]
    question.answering.buttons.value = 1
    question.confidence.value = 3
    question.commit.click()
    lab = question.evidence.children[-1]
    assert (lab.story.name, lab.tick) == ("longest_log", 3)


def test_an_inventory_is_taken_before_or_after():
    with pytest.raises(UserError, match="before"):
        inventory("now")


@pytest.mark.parametrize(("when", "notebook"), [("before", "index"), ("after", "06_byzantine")])
def test_it_is_taken_at_the_beginning_of_the_course_and_after_lesson_06(when, notebook):
    cells = nbformat.read(NOTEBOOKS / f"{notebook}.ipynb", as_version=4).cells
    assert any(f'inventory("{when}")' in cell.source for cell in cells)


def test_the_first_answers_are_closed_once_the_second_ones_have_begun(tmp_path):
    progress = Progress(tmp_path)
    assert "can no longer be changed" not in Inventory("before", progress).words()
    after = Inventory("after", progress).questions[0]
    after.answering.buttons.value, after.confidence.value = 0, 1
    after.commit.click()
    before = Inventory("before", progress)
    assert "can no longer be changed" in before.words()
    assert all(question.commit.layout.display == "none" for question in before.questions)


def test_the_map_of_the_course_counts_the_questions_of_optional_sections_apart(tmp_path, monkeypatch):
    monkeypatch.chdir(NOTEBOOKS)
    progress = Progress(tmp_path)
    optional = optional_questions(NOTEBOOKS / "02_election.ipynb")
    assert optional == {"02.last"}
    for question in QUESTIONS.values():
        if question.lesson == "02" and question.id not in optional:
            progress.note(question.id, 0, 1, True, 0)
    row = next(line for line in CourseMap(progress)._repr_markdown_().splitlines() if "02_election" in line)
    assert row.endswith("| 9 of 9, 9 right at once; optional: 0 of 1 |")
