"""An exported lesson, opened from disk without a network: it shows pictures, and a button turns one into a player."""

import pytest

pytestmark = pytest.mark.browser


@pytest.fixture
def page(pages, exported):
    """The page, opened by a person who got the file."""
    return pages.open(exported("light"), color_scheme="dark")


def test_a_picture_becomes_a_player_at_its_tick(page):
    figure = page.locator(".raftlab-play").first
    picture = figure.locator("img")
    assert "Tick 40" in picture.get_attribute("alt")
    assert picture.evaluate("(img) => img.complete && img.naturalWidth > 300")
    figure.get_by_role("button", name="▶ Play this").click()
    player = figure.frame_locator("iframe").locator(".rl-player")
    player.wait_for()
    assert player.locator(".rl-clock").inner_text() == "0.40 s"
    player.press(".")
    assert player.locator(".rl-clock").inner_text() == "0.41 s"
    assert picture.count() == 0


def test_the_player_fits_in_its_frame_and_is_as_light_as_the_page(page):
    figure = page.locator(".raftlab-play").first
    figure.get_by_role("button", name="▶ Play this").click()
    figure.frame_locator("iframe").locator(".rl-player").wait_for()
    body = figure.frame_locator("iframe").locator("body")
    hidden = body.evaluate("(body) => document.documentElement.scrollHeight - innerHeight")
    assert hidden <= 1
    assert "rl-dark" not in (body.get_attribute("class") or "")


def test_a_folded_answer_opens_with_its_evidence_which_plays(page):
    answer = page.locator(".raftlab-question details").filter(has_text="✕ Not so.").first
    evidence = answer.locator(".raftlab-play")
    assert not evidence.is_visible()
    answer.locator("summary").first.click()
    evidence.get_by_role("button", name="▶ Play this").click()
    evidence.frame_locator("iframe").locator(".rl-player .rl-clock").wait_for()


def test_runs_side_by_side_play_in_step(page):
    figure = page.locator(".raftlab-play").last
    figure.get_by_role("button", name="▶ Play this").click()
    player = figure.frame_locator("iframe").locator(".rl-player").first
    player.press(".")
    assert player.locator(".rl-clock").first.inner_text() == "0.31 s"
    assert player.locator("h3").all_inner_texts() == ["plain Raft", "PreVote"]
