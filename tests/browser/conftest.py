"""What the tests of saved pages share: opening one, with the network off, and the runs that several of them look at."""

from dataclasses import replace

import pytest
from browser_help import PlayerPage, new_context, watch

from raftlab import History, Raft, Story, load
from raftlab.player import save_page

LOCAL = ("file:", "data:", "blob:")


class Usurper(Raft):
    """Leads whenever its timer runs out."""

    def campaign(self):
        self.become_candidate()
        self.become_leader()


@pytest.fixture(scope="session")
def two_stops():
    """The story of the leader that crashes, with two stops."""
    stops = (
        (61, "The leader is gone. The others are not told: they only stop hearing from it."),
        (151, "The old leader comes back. Does it still lead?"),
    )
    return replace(load("leader_crash"), stops=stops)


@pytest.fixture(scope="module")
def crash(two_stops):
    """The leader crashes; and n1 is paused in a second branch, at which one does not look."""
    history = History(two_stops)
    history.act("pause", "n1", tick=20, seen=300)
    history.select(0)
    return history


@pytest.fixture(scope="module")
def broken():
    """Two nodes make themselves leaders of one term at tick 5."""
    both = ((5, "time_out", "n1"), (5, "time_out", "n2"))
    return History(Story("usurpers", "Usurpers", nodes=3, ticks=90, actions=both), node_class=Usurper)


@pytest.fixture
def show(browser, tmp_path):
    """Open the page of a history as a person would who was sent the file; any request for more fails the test."""
    contexts, complaints = [], []

    def open_page(history, tick=0, show=("everything",), **settings):
        file = tmp_path / f"{len(contexts)}.html"
        save_page(history, file, show, tick)
        context = new_context(
            browser, offline=True, **{"viewport": {"width": 1280, "height": 900}} | settings
        )
        context.set_default_timeout(5000)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda r: r.url.startswith(LOCAL) or complaints.append(f"asked for {r.url}"))
        page.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))
        complaints.append(watch(page))
        page.goto(file.as_uri())
        shown = PlayerPage(page)
        shown.player.wait_for()
        return shown

    yield open_page
    for context in contexts:
        context.close()
    assert not any(complaints), complaints
