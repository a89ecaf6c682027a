"""Pictures of lessons in JupyterLab: they follow its theme while it changes; a learner's own figure stays as it is."""

import pytest

from raftlab.colors import DARK, LIGHT

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAPER = "(svg) => getComputedStyle(svg.querySelector('path')).fill"


def rgb(color):
    return f"rgb({', '.join(str(int(color[place : place + 2], 16)) for place in (1, 3, 5))})"


def test_a_picture_follows_the_theme_and_has_a_text_for_screen_readers(bench):
    bench.put("from raftlab import draw_logs, load, play\ndraw_logs(play(load('figure_7')), tick=0);")
    picture = bench.panel.locator(".raftlab-picture svg")
    assert picture.evaluate(PAPER) == rgb(LIGHT.paper)
    bench.choose_theme("JupyterLab Dark")
    assert picture.evaluate(PAPER) == rgb(DARK.paper)
    assert 'img "The logs at tick 0: nobody leads."' in picture.aria_snapshot()
    bench.choose_theme("JupyterLab Light")
    assert picture.evaluate(PAPER) == rgb(LIGHT.paper)


def test_a_figure_that_a_learner_has_made_is_matplotlibs_own(bench):
    before = bench.panel.locator(".raftlab-picture").count()
    bench.run("from matplotlib import pyplot\npyplot.plot([1, 2]);")
    bench.panel.locator(".jp-OutputArea-output img[src^='data:image/png']").wait_for()
    assert bench.panel.locator(".raftlab-picture").count() == before
