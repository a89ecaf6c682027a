"""axe-core finds no serious problem in the player, in exported lessons and in what a notebook shows."""

import pytest
from axe_help import serious_findings

from raftlab.lab.lab import shown

pytestmark = pytest.mark.browser

STORIES = ("three_islands", "figure_8")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("story", STORIES)
def test_a_page_with_a_player_has_no_serious_finding(show, story, theme):
    page = show(story, show=shown("everything"), color_scheme=theme).page
    assert serious_findings(page) == []
    page.evaluate("() => raftPlayer.goTick(Math.round(raftPlayer.branch.ticks / 2))")
    for key in ("1", "Escape", "E", "?"):  # a card, the events, the keys
        page.keyboard.press(key)
        assert serious_findings(page) == [], f"after {key}"


@pytest.mark.parametrize("theme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_an_exported_lesson_has_no_serious_finding(pages, exported, theme):
    page = pages.open(exported(theme))
    page.evaluate("() => document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    assert serious_findings(page) == []
    page.get_by_role("button", name="▶ Play this").first.click()
    page.frame_locator("iframe").locator(".rl-player").wait_for()
    assert serious_findings(page.frames[1]) == []


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_what_a_notebook_shows_has_no_serious_finding(bench, theme):
    bench.choose_theme(theme)
    bench.show("from raftlab import Lab, predict\nLab('leader_crash', tick=60)")
    assert serious_findings(bench.page, ".jp-OutputArea") == []
    for asked in ("02.longest_log", "02.figure_7"):  # a choice, and a number
        bench.run(f"predict('{asked}')")
        assert serious_findings(bench.page, ".jp-Cell:last-of-type .jp-OutputArea") == []
