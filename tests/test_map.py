"""The map of the course: every topic has its lesson and its story, and every word and source has its place."""

import re
from pathlib import Path

import nbformat
import pytest

from raftlab.lab.notes import notes_of
from raftlab.lab.questions import QUESTIONS
from raftlab.lab.scenes import scene

ROOT = Path(__file__).parent.parent
NOTEBOOKS = ROOT / "notebooks"
LESSONS = sorted(NOTEBOOKS.glob("0*.ipynb"))

DECK = (
    "distributed = many",
    "consensus = agreement",
    "consistent core",
    "linearizability",
    "examples",
    "Paxos",
    "the three roles, with an example",
    "leader election, best case",
    "leader election, split vote",
    "log replication, with a diagram",
    "log replication with network partitions",
    "a Byzantine failure: imperfect information, different symptoms to different observers",
    "etcd uses Raft; members are assumed to give accurate information or none",
    "Cloudflare, 2 November 2020",
    "API success rate down to 75 %",
    "redundant nodes in a limbo of leader election",
    "a read-only database, more pressure on a single cluster",
    "6 h 33 min, a dashboard 80 times slower",
)
ROWS = re.findall(
    r"^\| (.+?) \| \[(\w+)\]\((notebooks/\w+\.ipynb)\) \| `(\w+)` \|$",
    (ROOT / "README.md").read_text(),
    re.MULTILINE,
)


def source(path):
    return "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells)


def markdown(path):
    cells = nbformat.read(path, as_version=4).cells
    return "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def links(path):
    """The addresses that a lesson names: in its text, in the notes for the lecturer, and in what its questions explain."""
    cells = nbformat.read(path, as_version=4).cells
    number = path.name.partition("_")[0]
    explained = [question.explanation for question in QUESTIONS.values() if question.lesson == number]
    told = "\n".join([markdown(path), *map(notes_of, cells), *explained])
    return set(re.findall(r"\]\((https://[^)\s#]+)", told))


def test_every_line_of_the_deck_has_a_row_in_the_readme():
    assert [line for line, *_ in ROWS] == list(DECK)


@pytest.mark.parametrize(("line", "number", "path", "story"), ROWS)
def test_the_story_of_a_line_is_played_in_its_lesson(line, number, path, story):
    assert Path(path).name.startswith(f"{number}_")
    scene(story)  # it exists
    shown = {choice.story for q in QUESTIONS.values() if q.lesson == number for choice in q.choices}
    assert f'"{story}"' in source(ROOT / path) or story in shown


def test_every_source_of_every_lesson_stands_in_the_bibliography_and_nothing_else_does():
    cited = set().union(*(links(path) for path in LESSONS))
    assert links(NOTEBOOKS / "glossary.ipynb") == cited


def test_a_word_of_the_glossary_is_used_in_the_lesson_in_which_it_is_met():
    rows = re.findall(
        r"^\| \*\*(.+?)\*\* \| (.+?) \| \[(\w+)\]\((\w+\.ipynb)\) \|$",
        markdown(NOTEBOOKS / "glossary.ipynb"),
        re.MULTILINE,
    )
    assert len(rows) > 30
    assert rows == sorted(rows, key=lambda row: row[0].lower())
    for word, _, number, file in rows:
        told = source(NOTEBOOKS / file)
        asked = " ".join(
            f"{q.text} {[c.answer for c in q.choices]} {q.explanation}"
            for q in QUESTIONS.values()
            if q.lesson == number
        )
        assert word.lower() in f"{told} {asked}".lower(), f"{word} is not a word of {file}"


def test_the_index_says_where_a_learner_and_a_lecturer_start():
    told = source(NOTEBOOKS / "index.ipynb")
    for word in (
        "Where a learner starts",
        "Where a lecturer starts",
        "course()",
        "glossary.ipynb",
        'inventory("before")',
    ):
        assert word in told
