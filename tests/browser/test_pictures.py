"""Pictures of lessons in JupyterLab: they follow its theme while it changes; a learner's own figure stays as it is."""

import pytest
from browser_help import lab_page

from raftlab.colors import DARK, LIGHT

pytestmark = pytest.mark.browser

PAPER = "(svg) => getComputedStyle(svg.querySelector('path')).fill"
THEME = "(name) => window.jupyterapp.commands.execute('apputils:change-theme', {theme: name})"


@pytest.fixture(scope="module")
def notebook(browser, jupyterlab):
    with lab_page(browser, jupyterlab, "pictures.ipynb") as lab:
        yield lab


def rgb(color):
    return f"rgb({', '.join(str(int(color[place : place + 2], 16)) for place in (1, 3, 5))})"


def test_a_picture_follows_the_theme_and_is_told_to_who_cannot_see_it(notebook):
    notebook.run("from raftlab import draw_logs, load, play\ndraw_logs(play(load('figure_7')), tick=0);")
    picture = notebook.panel.locator(".raftlab-picture svg")
    assert picture.evaluate(PAPER) == rgb(LIGHT.paper)
    notebook.page.evaluate(THEME, "JupyterLab Dark")
    notebook.page.wait_for_selector('[data-jp-theme-light="false"]', state="attached")
    assert picture.evaluate(PAPER) == rgb(DARK.paper)
    assert 'img "The logs at tick 0: nobody leads."' in picture.aria_snapshot()
    notebook.page.evaluate(THEME, "JupyterLab Light")
    notebook.page.wait_for_selector('[data-jp-theme-light="true"]', state="attached")
    assert picture.evaluate(PAPER) == rgb(LIGHT.paper)


def test_a_figure_that_a_learner_has_made_is_matplotlibs_own(notebook):
    before = notebook.panel.locator(".raftlab-picture").count()
    notebook.run("from matplotlib import pyplot\npyplot.plot([1, 2]);")
    notebook.panel.locator(".jp-OutputArea-output img[src^='data:image/png']").wait_for()
    assert notebook.panel.locator(".raftlab-picture").count() == before
