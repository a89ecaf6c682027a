"""Fixtures of tests of saved pages: opening a page with the network off, and runs that several tests use."""

from dataclasses import replace
from functools import cache

import pytest
from browser_help import VIEWPORT, Pages, PlayerPage, lab_page

from raftlab import History, Raft, Story, load
from raftlab.lab.export import export
from raftlab.player import save_page


class Usurper(Raft):
    """Leads whenever its timer runs out."""

    def campaign(self):
        self.become_candidate()
        self.become_leader()


@pytest.fixture(scope="session")
def all_pages(browser):
    """The pages that tests open one after the other."""
    return Pages(browser)


@pytest.fixture
def pages(all_pages):
    """Opens files in pages. A test fails if a page reports an error."""
    yield all_pages
    complaints = all_pages.take_back()
    assert not complaints, complaints


@pytest.fixture(scope="session")
def notebook(browser, jupyterlab):
    """One notebook with one kernel, for the Labs of all tests, because starting one takes longer than most tests."""
    with lab_page(browser, jupyterlab, "labs.ipynb") as notebook:
        yield notebook


@pytest.fixture
def bench(notebook):
    """The notebook for the Labs of a test, in its usual size and theme. The test fails if the page reports an error."""
    notebook.page.set_viewport_size(VIEWPORT)
    notebook.choose_theme("JupyterLab Light")
    notebook.complaints.clear()
    yield notebook
    assert not notebook.complaints, "The page complained:\n" + "\n".join(notebook.complaints)


WORDS = "# A lesson\n\nSee [Raft](https://raft.github.io) and `raft.py`.\n\n```python\ncluster.crash('n1')  # now\n```"
CELLS = (
    "from raftlab import Lab, draw_logs, load, play, predict, show_rule, side_by_side\nLab('leader_crash', show='04', tick=40)",
    "predict('02.longest_log')",
    "show_rule('RV-1')",
    "draw_logs(play(load('figure_7')), tick=0);",
    "print('done')",
    "side_by_side('howard_abraham_2', [(), ('PreVote',)], tick=30)",
)


@pytest.fixture(scope="session")
def exported(tmp_path_factory):
    """The file of a small lesson that is exported with this theme; a kernel runs it once."""
    import nbformat

    @cache
    def file(theme):
        folder = tmp_path_factory.mktemp("exported")
        cells = [nbformat.v4.new_markdown_cell(WORDS), *map(nbformat.v4.new_code_cell, CELLS)]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "lesson.ipynb")
        return export([folder / "lesson.ipynb"], folder / "html", theme=theme)[0]

    return file


@pytest.fixture(scope="session")
def two_stops():
    """The story of the leader that crashes, with two stops."""
    stops = (
        (61, "The leader is gone. The others are not told: they only stop hearing from it."),
        (151, "The old leader comes back. Does it still lead?"),
    )
    return replace(load("leader_crash"), stops=stops)


@pytest.fixture(scope="session")
def crash(two_stops):
    """The leader crashes. In a second branch, which is not shown, n1 is paused."""
    history = History(two_stops)
    history.act("pause", "n1", tick=20, seen=300)
    history.select(0)
    return history


@pytest.fixture(scope="session")
def broken():
    """Two nodes make themselves leaders of one term at tick 5."""
    both = ((5, "time_out", "n1"), (5, "time_out", "n2"))
    return History(Story("usurpers", "Usurpers", nodes=3, ticks=90, actions=both), node_class=Usurper)


@pytest.fixture
def show(pages, tmp_path):
    """Open the page of a history or of a story, like a person who got the file."""

    def open_page(history, tick=0, show=("everything",), **settings):
        if not isinstance(history, History):
            history = History(load(history) if isinstance(history, str) else history)
        file = tmp_path / f"{len(pages.lent)}.html"
        save_page(history, file, show, tick)
        shown = PlayerPage(pages.open(file, **settings))
        shown.player.wait_for()
        return shown

    return open_page
