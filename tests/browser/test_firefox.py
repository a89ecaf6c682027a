"""A page in Firefox: it plays, goes back, opens a card and reports no error."""

import pytest
from firefox_help import find_firefox, running_firefox

from raftlab import History, load, save_page

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def firefox(tmp_path_factory):
    program = find_firefox()
    if program is None:
        pytest.skip("These tests need a Firefox on this machine, and none was found.")
    with running_firefox(program, tmp_path_factory.mktemp("firefox") / "profile") as firefox:
        yield firefox


@pytest.fixture
def page(firefox, tmp_path):
    """The newly opened page of a story of five nodes."""
    save_page(History(load("leader_crash")), tmp_path / "page.html")
    firefox.open((tmp_path / "page.html").as_uri())
    firefox.wait("Boolean(window.raftPlayer)")
    firefox.complaints.clear()
    yield firefox
    assert firefox.complaints == []


def test_keys_step_and_go_back_without_a_click_before(page):
    page.press("ArrowRight", "ArrowRight")
    page.wait("raftPlayer.position.count > 0")
    told = page.evaluate("document.querySelector('.rl-sentence').textContent")
    assert told
    page.press("Home")
    page.wait("raftPlayer.position.tick === 0 && raftPlayer.position.count === 0")


def test_the_nodes_are_drawn_apart_and_inside_the_window(page):
    boxes = page.evaluate(
        """[...document.querySelectorAll("[data-node] .rl-body")].map((node) => {
            const { left, right, top, bottom } = node.getBoundingClientRect(); return { left, right, top, bottom }; })"""
    )
    assert len(boxes) >= 5
    inside = page.evaluate("({ width: innerWidth, height: innerHeight })")
    for box in boxes:
        assert 0 <= box["left"] <= box["right"] - 40 <= inside["width"] - 40
        assert 0 <= box["top"] <= box["bottom"] - 40 <= inside["height"] - 40
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")


def test_a_press_on_a_node_opens_its_card_and_escape_closes_it(page):
    x, y = page.evaluate(
        """(() => { const box = document.querySelector('[data-node="n2"] .rl-body').getBoundingClientRect();
            return [box.left + box.width / 2, box.top + box.height / 2]; })()"""
    )
    page.click(x, y)
    page.wait("Boolean(raftPlayer.layer.shown)")
    assert page.evaluate("raftPlayer.selected") == {"kind": "node", "id": "n2"}
    page.press("Escape")
    page.wait("!raftPlayer.layer.shown")


def test_play_moves_on_and_pauses(page):
    page.press(" ")
    page.wait("raftPlayer.position.tick > 3")
    page.press(" ")
    page.wait("!raftPlayer.playing")
