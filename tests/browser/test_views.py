"""Several players at once: two views of one Lab follow each other, and two Labs on one page leave each other alone."""

import pytest
from browser_help import PlayerPage

pytestmark = [pytest.mark.browser, pytest.mark.slow]


class View(PlayerPage):
    """One of several players on a page."""

    def __init__(self, page, number):
        super().__init__(page)
        self.player = page.locator(".rl-player").nth(number)
        self.player_in_js = f'document.querySelectorAll(".rl-player")[{number}].parentElement.raftPlayer'

    def where(self):
        return self.look("[p.branch.id, p.position.tick, p.position.count]")


@pytest.fixture
def views(bench):
    """A Lab that is displayed in two cells."""
    bench.show('from raftlab import Lab\nlab = Lab("three_nodes", nodes=5, seed=3)\nlab')
    bench.run("display(lab)")
    bench.page.locator(".rl-player").nth(1).wait_for()
    return View(bench.page, 0), View(bench.page, 1)


def test_two_views_of_one_lab_look_at_the_same_moment(views):
    first, second = views
    first.press(*["ArrowRight"] * 4)
    assert first.where()[2] >= 4
    assert second.where() == first.where()
    second.press("Home")
    assert first.where() == second.where() == [0, 0, 0]


def test_what_is_done_in_one_view_is_done_in_the_other(views):
    first, second = views
    first.press("2", "c")
    for view in views:
        view.wait("w.views.n2.status === 'crashed'")
    second.press("4", "c")
    for view in views:
        view.wait("w.views.n4.status === 'crashed'")
    assert first.where() == second.where()
    second.press("u")
    for view in views:
        view.wait("w.views.n4.status === 'running' && w.views.n2.status === 'crashed'")


def test_what_cannot_be_done_is_told_where_it_was_tried(views):
    first, second = views
    first.press("2", "r")  # it runs
    first.wait("!p.saying.message.hidden")
    assert second.look("p.saying.message.hidden")


def test_a_view_that_comes_later_shows_what_was_done_before(bench):
    bench.show('from raftlab import Lab\nlab = Lab("three_nodes", nodes=5, seed=3)\nlab.crash("n3")\nlab')
    bench.wait("w.views.n3.status === 'crashed'")
    bench.press("1", "c")
    bench.wait("w.views.n1.status === 'crashed'")
    bench.run("display(lab)")
    later = View(bench.page, 1)
    later.wait("w.views.n3.status === 'crashed' && w.views.n1.status === 'crashed'")
    assert later.where() == View(bench.page, 0).where()


def test_two_labs_in_one_notebook_leave_each_other_alone(bench):
    bench.show('from raftlab import Lab\nlab = Lab("three_nodes")\nlab')
    bench.run('other = Lab("leader_crash")\nother')
    first, second = View(bench.page, 0), View(bench.page, 1)
    second.player.wait_for()
    before = first.where()
    second.press("ArrowRight", "1", "c")
    second.wait("w.views.n1.status === 'crashed'")
    assert first.where() == before
    assert first.look("w.views.n1.status") == "running"
