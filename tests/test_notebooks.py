"""The lessons: executed from top to bottom, clean, short to read, and true."""

import ast
import json
import re
import statistics
import subprocess
import sys
from functools import cache
from pathlib import Path

import nbformat
import pytest
from evidence import EVIDENCE
from nbclient import NotebookClient

from raftlab import UserError, course, load, play
from raftlab.lab.lessons import CORE_HOURS, LESSONS
from raftlab.lab.moment import moment_at
from raftlab.lab.notes import notes_of
from raftlab.lab.questions import QUESTIONS, RECALL
from raftlab.lab.questions.inventory import INVENTORY
from raftlab.lab.questions.kinds import Click, Number, Order
from raftlab.lab.scenes import scene

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
ALL = sorted(NOTEBOOKS.glob("*.ipynb"))
LESSON_FILES = [path for path in ALL if path.name not in ("index.ipynb", "glossary.ipynb")]


def read(path):
    return nbformat.read(path, as_version=4)


def names(paths):
    return [path.name for path in paths]


@pytest.mark.parametrize("name", ["index", pytest.param("glossary", marks=pytest.mark.slow)])
def test_what_is_no_lesson_runs_from_top_to_bottom(name, tmp_path):
    """Lessons are run for a reader without a kernel (`test_export.py`), and in JupyterLab (`browser/test_lessons.py`)."""
    notebook = read(NOTEBOOKS / f"{name}.ipynb")
    NotebookClient(notebook, timeout=240, resources={"metadata": {"path": str(tmp_path)}}).execute()


@pytest.mark.parametrize("path", ALL, ids=names(ALL))
def test_a_notebook_is_stored_without_outputs_and_with_a_slide_type_on_every_cell(path):
    for cell in read(path).cells:
        assert cell.metadata["slideshow"]["slide_type"] in ("slide", "subslide", "fragment", "skip")
        if cell.cell_type == "code":
            assert cell.outputs == [], "outputs are stripped before committing"
            assert cell.execution_count is None


def test_opening_a_notebook_does_not_change_it():
    """JupyterLab writes what the kernel says of its language into a notebook that does not say the same already."""
    ask = "import json, ipykernel.ipkernel as kernel; print(json.dumps(kernel.IPythonKernel.language_info))"
    said = json.loads(subprocess.check_output([sys.executable, "-c", ask], text=True))
    for path in ALL:
        metadata = read(path).metadata
        assert metadata.kernelspec == {
            "display_name": "Python 3 (ipykernel)",
            "language": "python",
            "name": "python3",
        }
        assert metadata.language_info == said | {"version": metadata.language_info.version}, path.name


@pytest.mark.parametrize("path", ALL, ids=names(ALL))
def test_cells_are_short_define_nothing_and_import_by_name(path):
    lengths = []
    for cell in read(path).cells:
        if cell.cell_type != "code":
            continue
        lengths.append(len(cell.source.splitlines()))
        for node in ast.walk(ast.parse(cell.source)):
            assert not isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Import)
            assert not (isinstance(node, ast.ImportFrom) and node.names[0].name == "*")
    assert max(lengths) <= 12
    assert statistics.median(lengths) <= 4


@pytest.mark.parametrize("path", LESSON_FILES, ids=names(LESSON_FILES))
def test_there_are_at_most_120_words_between_two_things_to_do(path):
    words = 0
    for cell in read(path).cells:
        if cell.cell_type == "code":
            words = 0
        else:
            words += len(
                re.sub(r"<summary>.*?</summary>|<[^>]+>|\(.*?\)|[#*>!\[\]|`-]", " ", cell.source).split()
            )
            assert words <= 120, cell.source


@pytest.mark.parametrize("path", ALL, ids=names(ALL))
def test_every_link_and_picture_of_a_notebook_exists(path):
    number = path.name.partition("_")[0]
    cells = read(path).cells
    explained = [question.explanation for question in QUESTIONS.values() if question.lesson == number]
    told = [cell.source for cell in cells if cell.cell_type == "markdown"]
    for target in re.findall(r"\]\(([^)#]+)\)", "\n".join([*told, *map(notes_of, cells), *explained])):
        if not target.startswith("https://"):  # tests have no network
            assert (NOTEBOOKS / target).exists(), f"{path.name} points to {target}"


@pytest.mark.parametrize("path", LESSON_FILES, ids=names(LESSON_FILES))
def test_a_lesson_says_what_it_gives_what_it_takes_and_what_comes_next(path):
    cells = read(path).cells
    lesson = next(each for each in LESSONS if each.file == path.name)
    top = cells[0].source
    assert "**After this lesson**" in top
    assert f"about {lesson.minutes} minutes" in top
    assert any("![" in cell.source for cell in cells), "a picture"
    assert "## Summary" in cells[-1].source
    assert "What could still go wrong?" in cells[-1].source


@pytest.mark.parametrize("path", LESSON_FILES, ids=names(LESSON_FILES))
def test_a_lesson_asks_all_its_questions_and_no_others(path):
    number = path.name.partition("_")[0]
    asked = re.findall(r'predict\("([^"]+)"\)', "\n".join(c.source for c in read(path).cells))
    assert sorted(asked) == sorted(id for id, q in QUESTIONS.items() if q.lesson == number)


@pytest.mark.parametrize("id", QUESTIONS)
def test_a_question_has_one_right_answer_and_evidence_against_every_other(id):
    question = QUESTIONS[id]
    assert sum(choice.right for choice in question.choices) == 1
    if isinstance(question, Number | Order):  # right first, then what is wrong with the others
        assert [choice.right for choice in question.choices] == [True, False, False][: len(question.choices)]
        assert question.place(question.value if isinstance(question, Number) else question.steps) == 0
    if isinstance(question, Click):
        assert [choice.text for choice in question.choices] == list(scene(question.picture)[0].ids())
    for choice in question.choices:
        assert choice.answer
        if not choice.right:
            assert choice.story, "a wrong choice is met by a tick that contradicts it"
            assert choice.tick <= scene(choice.story)[0].ticks


@cache
def run_of(story):
    found, node_class = scene(story)
    return play(found, node_class=node_class)


@pytest.mark.parametrize(("question", "story", "tick", "seen"), EVIDENCE)
def test_the_evidence_shows_what_the_answer_says(question, story, tick, seen):
    assert (story, tick) in [(c.story, c.tick) for c in QUESTIONS[question].choices]
    assert seen(run_of(story).at(tick))


@pytest.mark.parametrize("question", [*QUESTIONS.values(), *INVENTORY], ids=lambda question: question.id)
def test_an_answer_is_met_on_an_event_and_by_the_sentence_of_that_event(question):
    """Not by the words with which the story has begun, nor by what has happened some time ago."""
    for choice in question.choices:
        if choice.story is not None:
            trace = run_of(choice.story)
            moment = moment_at(trace, choice.tick, choice.says)
            opening = next(event for event in trace.events if event.what == "stop").detail[1]
            assert trace.events[moment.event].tick == choice.tick
            assert moment.sentence != opening


def test_a_story_s_opening_a_question_and_a_quiet_tick_are_no_evidence():
    trace = run_of("longest_log")
    assert moment_at(trace, 3).sentence.startswith("n3 learns of term 8 and refuses")
    with pytest.raises(UserError, match="At tick 0 nothing is told"):
        moment_at(trace, 0)
    with pytest.raises(UserError, match="At tick 42 nothing is told"):
        moment_at(run_of("two_copies"), 42)


def test_figure_7_gives_its_leader_five_votes():
    votes = play(load("figure_7")).at(15).views
    assert sorted(node for node, view in votes.items() if view.voted_for == "n1") == [
        "n1", "n2", "n3", "n6", "n7",
    ]  # fmt: skip


BEGINS_WITH_QUESTIONS = [path for path in LESSON_FILES if path.name >= "02"]


@pytest.mark.parametrize("path", BEGINS_WITH_QUESTIONS, ids=names(BEGINS_WITH_QUESTIONS))
def test_from_02_on_a_lesson_begins_with_three_questions_of_earlier_lessons(path):
    number = path.name.partition("_")[0]
    order = [lesson.number for lesson in LESSONS]
    _, first, *_ = [cell.source for cell in read(path).cells if cell.cell_type == "code"]
    assert f'recall("{number}")' in first
    assert len(set(RECALL[number])) == 3
    assert all(order.index(QUESTIONS[id].lesson) < order.index(number) for id in RECALL[number])


def test_the_core_path_takes_about_four_hours_and_goes_from_00_to_06():
    core = [lesson for lesson in LESSONS if lesson.core]
    assert [lesson.number for lesson in core] == ["00", "01", "02", "03", "04", "05", "06"]
    assert all(lesson.core <= lesson.minutes for lesson in core)
    assert 210 <= sum(lesson.core for lesson in core) <= 270
    assert f"about {CORE_HOURS} hours" in course()._repr_markdown_()


@pytest.mark.parametrize("path", LESSON_FILES, ids=names(LESSON_FILES))
def test_a_lesson_that_is_shorter_on_the_core_path_says_which_sections_are_optional(path):
    lesson = next(each for each in LESSONS if each.file == path.name)
    headings = [
        line for cell in read(path).cells for line in cell.source.splitlines() if line.startswith("## ")
    ]
    optional = [heading for heading in headings if heading.endswith("(optional)")]
    assert bool(optional) == (lesson.core < lesson.minutes) or not lesson.core
