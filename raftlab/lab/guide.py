"""The lecturer's guide: one page with the notes of each lesson, and its questions with their answers, section by section."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from raftlab.lab.export import as_page, read_notebook, write_page
from raftlab.lab.notes import notes_of
from raftlab.lab.progress import ASKED
from raftlab.lab.questions import QUESTIONS, RECALL
from raftlab.lab.questions.kinds import Number, Order, Question
from raftlab.sim.errors import check_name

HEADING = re.compile(r"^#{1,2} .+$", re.MULTILINE)
RECALLED = re.compile(r"""\brecall\(["'](\w+)["']\)""")


def guide(notebooks: Sequence[str | Path], target: str | Path) -> None:
    """Write the guide to these lessons as one self-contained HTML file.

    Raises UserError if a notebook cannot be read or asks a question that does not exist, or the page cannot be written.
    """
    import nbformat

    paths = [Path(each) for each in notebooks]
    lessons = [nbformat.v4.new_markdown_cell(lesson_as_markdown(read_notebook(path))) for path in paths]
    beside = paths[0].parent / "guide.ipynb"  # a path in the lessons' folder, so that pictures are found
    write_page(Path(target), as_page(nbformat.v4.new_notebook(cells=lessons), beside))


def lesson_as_markdown(notebook: Any) -> str:
    """The guide to one lesson. Of a section without questions and notes, only the heading is shown."""
    return "\n\n".join(part for cell in notebook.cells for part in _parts(cell))


def _parts(cell: Any) -> Iterator[str]:
    if cell.cell_type == "markdown":
        yield from HEADING.findall(cell.source)
    else:
        for id in ASKED.findall(cell.source):
            yield question_as_markdown(QUESTIONS[check_name("question", id, QUESTIONS)])
        for lesson in RECALLED.findall(cell.source):
            yield f"*Asked again, from memory:* {', '.join(RECALL[lesson])}"
    if notes_of(cell):
        yield f"**For the lecturer.** {notes_of(cell)}"


def question_as_markdown(question: Question) -> str:
    """A question with its choices, what is said about each of them, and the right answer."""
    key = _key(question)
    choices = [f"* {'✓' if each.right else '✕'} **{each.text}** {each.answer}" for each in question.choices]
    return "\n\n".join(
        filter(None, [f"**{question.id}** {question.text}", key, "\n".join(choices), question.explanation])
    )


def _key(question: Question) -> str:
    """The right answer, if it is not one of the choices that are shown."""
    if isinstance(question, Number):
        return f"Right: {question.value:g} {question.unit}."
    if isinstance(question, Order):
        return "\n".join(f"{place}. {step}" for place, step in enumerate(question.steps, start=1))
    return ""
