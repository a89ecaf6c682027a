"""What lecturers get from the lessons: notes that learners do not see, speaker notes of slides, and the guide."""

from pathlib import Path

import nbformat
import pytest

from raftlab import UserError
from raftlab.cli import main
from raftlab.lab.export import as_page
from raftlab.lab.guide import guide, lesson_as_markdown, question_as_markdown
from raftlab.lab.notes import add_speaker_notes, notes_of
from raftlab.lab.questions import QUESTIONS

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
LESSONS = sorted(NOTEBOOKS.glob("0*.ipynb"))


def lesson(*cells):
    """A notebook of code and Markdown; a cell with notes is given as a pair."""
    made = []
    for each in cells:
        source, notes = each if isinstance(each, tuple) else (each, "")
        make = nbformat.v4.new_markdown_cell if source.startswith("#") else nbformat.v4.new_code_cell
        metadata = {"slideshow": {"slide_type": "slide"}} | ({"raftlab": {"notes": notes}} if notes else {})
        made.append(make(source, metadata=metadata))
    return nbformat.v4.new_notebook(cells=made)


SMALL = lesson(
    ("# 01 Roles", "Who should **lead**?"), "## Alone", "predict('01.start')", ("1 + 1", "Two."), "# The end"
)


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.name)
def test_no_cell_of_a_lesson_speaks_to_the_lecturer_and_every_lesson_has_notes(path):
    cells = nbformat.read(path, as_version=4).cells
    assert not [cell.source for cell in cells if "lecturer" in cell.source.lower()]
    assert any(notes_of(cell) for cell in cells)
    assert all(notes_of(cell) == notes_of(cell).strip() for cell in cells)


def test_slides_have_the_notes_as_speaker_notes():
    notebook = lesson(*[(cell.source, notes_of(cell)) for cell in SMALL.cells])
    assert "Who should" not in as_page(notebook, NOTEBOOKS / "small.ipynb", slides=True)
    add_speaker_notes(notebook)
    page = as_page(notebook, NOTEBOOKS / "small.ipynb", slides=True)
    first, second = page.split('<aside class="notes">')[1:]
    assert "<p>Who should <strong>lead</strong>?</p>" in first.partition("</aside>")[0]
    assert "<p>Two.</p>" in second.partition("</aside>")[0]


def test_the_guide_has_of_each_section_the_notes_and_the_questions_with_their_answers():
    told = lesson_as_markdown(SMALL)
    start = QUESTIONS["01.start"]
    order = [
        "# 01 Roles",
        "Who should **lead**?",
        "## Alone",
        start.text,
        "✓ **All three are followers.**",
        "Two.",
        "# The end",
    ]
    places = [told.index(each) for each in order]
    assert places == sorted(places)
    assert all(choice.answer in told for choice in start.choices)
    assert "1 + 1" not in told


@pytest.mark.parametrize(
    ("id", "key"),
    [
        ("00.common", "Right: 1 nodes."),
        ("00.order", "1. The client asks the leader."),
        ("02.who_first", "✓ **n5**"),
    ],
)
def test_the_guide_gives_the_right_answer_of_every_kind_of_question(id, key):
    assert key in question_as_markdown(QUESTIONS[id])


def test_the_guide_to_all_lessons_is_one_page_that_asks_nothing_of_the_network(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(NOTEBOOKS.parent)
    page = tmp_path / "guide.html"
    assert main(["guide", "--out", str(page)]) == 0
    assert capsys.readouterr().out.strip() == str(page)
    text = page.read_text(encoding="utf-8")
    assert "<script" not in text
    assert all(id in text for id, question in QUESTIONS.items())
    with pytest.raises(UserError, match="cannot be read"):
        guide([tmp_path / "none.ipynb"], page)
