"""Lessons for readers without a kernel: every picture is there, every story can be played, and no network is used."""

import base64
import html
import json
import re
from pathlib import Path

import nbformat
import pytest

from raftlab import Lab, UserError, load, play, predict, side_by_side
from raftlab.cli import main
from raftlab.lab.export import export
from raftlab.lab.lessons import LESSONS
from raftlab.lab.questions import QUESTIONS
from raftlab.lab.static import static

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
CELLS = (
    "# A lesson\n\n![A cluster](figures/05_partitions.svg)\n\n[The other](other.ipynb#end), [a table](table.md), [Raft](https://raft.github.io).",
    "from raftlab import Lab, draw_logs, load, play, predict, side_by_side\nLab('three_nodes', show='01', tick=18)",
    "predict('02.longest_log')",
    "side_by_side('howard_abraham_2', [(), ('PreVote',)])",
    "draw_logs(play(load('figure_7')), tick=0);",
    "from matplotlib import pyplot\npyplot.plot([1, 2])\npyplot.gca().set_label('My own')",
)


def written(path, cells):
    """A notebook file; the first cell is Markdown."""
    first, *rest = cells
    made = [nbformat.v4.new_markdown_cell(first), *map(nbformat.v4.new_code_cell, rest)]
    nbformat.write(nbformat.v4.new_notebook(cells=made), path)
    return path


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The page of a small lesson, in a folder of its own."""
    folder = tmp_path_factory.mktemp("lessons")
    (folder / "figures").symlink_to(NOTEBOOKS / "figures")
    lesson = written(folder / "lesson.ipynb", CELLS)
    other = written(folder / "other.ipynb", ["# The end"])
    pages = export([lesson, other], folder / "html")
    assert [each.name for each in pages] == ["lesson.html", "other.html"]
    return pages[0].read_text(encoding="utf-8")


def figures(text):
    """The run that each figure plays, and the words of its picture."""
    played = [json.loads(html.unescape(play)) for _, play in re.findall(r"""data-play=(['"])(.*?)\1""", text)]
    pictures = re.findall(r"<img[^>]*data:image/svg[^>]*>", text)
    told = [html.unescape(re.search(r"""alt=(['"])(.*?)\1""", each)[2]) for each in pictures]
    return list(zip(played, told[-len(played) :], strict=True))  # before them come the lesson's own figures


def bundle(text, key):
    """What is played under a key."""
    packed = re.search(rf'<script type="text/plain" id="raftlab-{key}">([^<]*)<', text)[1]
    return json.loads(base64.b64decode(packed))


def test_a_lab_is_a_still_picture_at_its_tick_and_can_be_played(page):
    played, told = figures(page)[0]
    assert told.startswith("Three nodes come to life. Tick 18:")
    assert (played["tick"], "crash" in played["show"]) == (18, True)
    assert bundle(page, played["keys"][0])["title"] == load("three_nodes").title


def test_a_question_has_all_its_answers_folded_and_the_evidence_against_each_wrong_one(page):
    question = QUESTIONS["02.longest_log"]
    assert page.count("<details>") == len(question.choices)
    for choice in question.choices:
        assert f"<summary>{choice.text}</summary>" in html.unescape(page)
        assert choice.answer in html.unescape(page)
    evidence = [(c.story, c.tick) for c in [question.choices[place] for place in question.mixed()] if c.story]
    first = 2  # behind the Lab and the run that the question is about
    assert figures(page)[1][0]["tick"] == question.run[1]
    shown = figures(page)[first : first + len(evidence)]
    for (story, tick), (played, told) in zip(evidence, shown, strict=True):
        assert played["tick"] == tick
        assert told.startswith(f"{load(story).title}. Tick {tick}:")


def test_runs_side_by_side_are_all_there(page):
    played, told = figures(page)[-1]
    assert played["names"] == ["plain Raft", "PreVote"]
    assert len({json.dumps(bundle(page, key)) for key in played["keys"]}) == 2
    assert "plain Raft:" in told
    assert "PreVote:" in told


def test_what_is_played_twice_is_there_once(page):
    keys = re.findall(r'id="raftlab-([0-9a-f]{12})"', page)
    assert len(keys) == len(set(keys))
    assert set(keys) == {key for played, _ in figures(page) for key in played["keys"]}


def test_pictures_are_in_the_page_and_nothing_is_asked_of_the_network(page):
    drawn = re.findall(r'<div class="raftlab-picture">\s*<svg [^>]*role="img".*?</svg>', page, re.DOTALL)
    assert len(drawn) == 1
    assert "<title>The logs at tick 0: nobody leads.</title>" in drawn[0]
    own = re.findall(r"<img[^>]*data:image/png[^>]*>", page)
    assert len(own) == 1
    assert 'alt="My own"' in own[0]
    sources = re.findall(r'(?:\bsrc|<link[^>]*\bhref)="([^"]*)"', page)
    assert len(sources) >= 5
    assert all(source.startswith("data:image/") for source in sources)
    assert not re.search(r"\bimport\b.*https?:", page)
    assert "@import" not in page


def test_links_lead_to_other_pages_and_to_the_web_and_what_does_not_come_along_is_only_words(page):
    assert 'href="other.html#end"' in page
    assert ">Raft</a>" in page
    assert "a table" in page
    assert "table.md" not in page


def test_without_scripts_nothing_is_lost_but_the_playing(page):
    """Without JavaScript there is no button, but there are the picture and its words."""
    buttons = re.findall(r"<button[^>]*>", page)
    assert len(buttons) == len(figures(page))
    assert all(" hidden" in button for button in buttons)


def test_a_picture_has_its_title_below_and_its_words_folded(page):
    """The words of a long run would be a wall of text."""
    for _, told in figures(page):
        title = told.partition(". ")[0]
        below = re.search(
            rf"<figcaption>[^\n]*?{re.escape(title)}<details class=\"raftlab-words\">", html.unescape(page)
        )
        assert below
    assert page.count('<details class="raftlab-words">') == len(figures(page))


@pytest.mark.slow
def test_every_kind_of_widget_has_something_to_read():
    shown = static(side_by_side("cloudflare_cut", [(), ("PreVote",)]))
    assert "<figure" in shown["html"]
    assert len(shown["bundles"]) == 2
    assert "✓ Yes." in static(predict("01.start"))["html"]
    assert play(load("three_nodes")).nodes[0] in static(Lab("three_nodes"))["html"]


@pytest.mark.slow
def test_a_cell_that_fails_or_a_file_that_is_no_notebook_is_told_in_a_sentence(tmp_path):
    broken = written(tmp_path / "broken.ipynb", ["# Broken", "1 / 0"])
    with pytest.raises(
        UserError, match=r"broken\.ipynb stops at a cell that fails: ZeroDivisionError: division by zero"
    ):
        export([broken], tmp_path)
    for text in (
        "no notebook",
        "[]",
        "{}",
        '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [1]}',
    ):
        (tmp_path / "text.ipynb").write_text(text)
        with pytest.raises(UserError, match=r"text\.ipynb cannot be read: it is no notebook\."):
            export([tmp_path / "text.ipynb"], tmp_path)
    other = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell("1")],
        metadata={"kernelspec": {"name": "nosuch", "display_name": "No such"}},
    )
    nbformat.write(other, tmp_path / "other.ipynb")
    with pytest.raises(
        UserError, match=r"other\.ipynb cannot be run to its end: No such kernel named nosuch\."
    ):
        export([tmp_path / "other.ipynb"], tmp_path)
    with pytest.raises(UserError, match="There is no theme 'blue'"):
        export([broken], tmp_path, theme="blue")


def test_the_command_says_what_it_wrote_and_what_is_missing(tmp_path, monkeypatch, capfd):
    written(tmp_path / "small.ipynb", ["# Small", "1 + 1"])
    assert main(["export", str(tmp_path / "small.ipynb"), "--to", str(tmp_path / "out"), "--dark"]) == 0
    told, aside = capfd.readouterr()
    assert told.strip() == str(tmp_path / "out" / "small.html")
    assert "WARNING" not in aside, "the kernel's warnings are not the reader's"
    assert 'data-jp-theme-light="false"' in (tmp_path / "out" / "small.html").read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["export"]) == 2
    assert "name the notebooks to export" in capfd.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.file)
def test_every_lesson_can_be_read_and_played_without_a_kernel(lesson, tmp_path):
    assert main(["export", str(NOTEBOOKS / lesson.file), "--to", str(tmp_path)]) == 0
    text = (tmp_path / lesson.file).with_suffix(".html").read_text(encoding="utf-8")
    cells = [cell.source for cell in nbformat.read(NOTEBOOKS / lesson.file, as_version=4).cells]
    drawings = [cell for cell in cells if cell.splitlines()[-1].startswith("draw_")]
    assert text.count('<div class="raftlab-picture">') >= len(drawings)
    source = "\n".join(cells)
    asked = re.findall(r'predict\("([^"]+)"\)', source)
    wrong = [choice for id in asked for choice in QUESTIONS[id].choices if choice.story]
    assert len(figures(text)) >= len(wrong) + len(re.findall(r"^Lab\(", source, re.MULTILINE))
    assert "vnd.jupyter.widget" not in text
    assert len(text) < 30_000_000


@pytest.mark.slow
def test_slides_have_their_speaker_notes_and_a_name_of_their_own(tmp_path):
    small = written(tmp_path / "small.ipynb", ["# Small", "1 + 1"])
    notebook = nbformat.read(small, as_version=4)
    for cell in notebook.cells:
        cell.metadata["slideshow"] = {"slide_type": "slide"}
    notebook.cells[1].metadata["raftlab"] = {"notes": "Ask what it will be."}
    nbformat.write(notebook, small)
    assert main(["export", "--slides", str(small), "--to", str(tmp_path)]) == 0
    slides = (tmp_path / "small.slides.html").read_text(encoding="utf-8")
    assert "Ask what it will be." in slides.partition('<aside class="notes">')[2].partition("</aside>")[0]
    assert main(["export", str(small), "--to", str(tmp_path)]) == 0
    assert "Ask what" not in (tmp_path / "small.html").read_text(encoding="utf-8")
