"""Runs side by side in JupyterLab: one set of controls moves all of them, by mouse and by key."""

import pytest
from browser_help import CONTRAST, DRAWN_AGAIN, wait_until_idle

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CODE = "side_by_side('howard_abraham_2', [(), ('PreVote',), ('PreVote', 'CheckQuorum')], tick=30)"


@pytest.fixture(scope="module")
def three(notebook):
    """Three runs of one story, on the screen."""
    notebook.put(f"from raftlab import side_by_side\n{CODE}")
    wait_until_idle(notebook.page)
    notebook.panel.locator(".rl-together").wait_for()


@pytest.fixture
def shown(bench, three):
    """The notebook with the three runs."""
    bench.together = bench.panel.locator(".rl-together")
    bench.root = bench.panel.locator(".rl-player").first
    return bench


def look(shown, expression):
    return shown.page.evaluate(
        f"() => {{ const t = document.querySelector('.rl-together').closest('.rl-player').parentElement.raftTogether; return {expression}; }}"
    )


def ticks(shown):
    """The ticks of all runs, and the tick that their controls show."""
    return look(shown, "[...t.players.map((player) => player.position.tick), t.tick]")


def test_all_of_them_stand_at_the_tick_that_was_asked_for(shown):
    assert ticks(shown) == [30] * 4
    assert shown.together.locator("h3").all_inner_texts() == [
        "plain Raft",
        "PreVote",
        "PreVote + CheckQuorum",
    ]


@pytest.mark.parametrize("way", ["by mouse", "by key"])
def test_a_step_moves_all_to_the_next_thing_that_happens_in_any_of_them(shown, way):
    look(shown, "t.goAndStop(60)")
    if way == "by mouse":
        shown.root.get_by_role("button", name="Next ▶", exact=True).click()
    else:
        shown.root.focus()
        shown.page.keyboard.press("ArrowRight")
    there = ticks(shown)
    assert there[0] > 60
    assert set(there) == {there[0]}
    shown.root.focus()
    shown.page.keyboard.press(".")
    assert ticks(shown) == [there[0] + 1] * 4


def test_playing_moves_all_in_step_and_does_not_stop_before_the_end(shown):
    look(shown, "(t.goAndStop(30), t.speed = 200)")
    shown.root.focus()
    shown.page.keyboard.press(" ")
    shown.root.get_by_role("button", name="❚❚ pause").wait_for()
    shown.root.get_by_role("button", name="▶ play").wait_for()
    assert ticks(shown) == [300] * 4


def test_what_became_of_each_run_is_said_in_words_and_read_aloud(shown):
    look(shown, "t.goAndStop(300)")
    states = shown.together.locator(".rl-state").all_inner_texts()
    assert [state.partition(" ·")[0] for state in states] == ["n2 leads", "n4 leads", "n2 leads"]
    spoken = shown.root.locator("> [aria-live]").text_content()
    assert spoken.startswith("plain Raft: n2 leads")


@pytest.mark.parametrize("theme", ["JupyterLab Dark", "JupyterLab Light"])
@pytest.mark.parametrize("width", [1280, 800])
def test_runs_side_by_side_fit_and_can_be_read(shown, theme, width):
    shown.choose_theme(theme)
    shown.page.set_viewport_size({"width": width, "height": 1000})
    look(shown, "t.goAndStop(95)")
    shown.page.evaluate(DRAWN_AGAIN)
    assert shown.root.evaluate("(root) => root.scrollWidth - root.clientWidth") <= 0
    room = shown.panel.locator(".jp-WindowedPanel-outer").bounding_box()
    assert shown.root.bounding_box()["height"] <= room["height"]
    faint = [f"{name}: {ratio:.1f}" for name, ratio in shown.root.evaluate(CONTRAST) if ratio < 4.5]
    assert faint == []


def test_of_different_stories_each_tells_its_own(bench):
    bench.put(
        "from raftlab import side_by_side\nside_by_side(['cloudflare_cut', 'cloudflare_cut_writes'], tick=30)"
    )
    wait_until_idle(bench.page)
    bench.panel.locator(".rl-together h3", has_text="while clients write").wait_for()
    root = bench.panel.locator(".rl-player").first
    assert root.locator("> .rl-head h2").inner_text() == "Side by side"
    assert root.locator(".rl-cell .rl-say").count() == 2
