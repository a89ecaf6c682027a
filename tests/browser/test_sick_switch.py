"""The sick switch in JupyterLab: one press breaks the link in the player below it, and going back mends the words."""

import pytest
from browser_help import lab_page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def bench(browser, jupyterlab):
    with lab_page(browser, jupyterlab, "sick_switch.ipynb") as lab:
        yield lab
        assert not lab.complaints, "The page complained:\n" + "\n".join(lab.complaints)


def said(bench, state):
    """What stands beside the button; the player has status lines of its own."""
    return bench.panel.get_by_text(f"At this tick the switch {state}")


@pytest.mark.slow
def test_a_learner_makes_the_switch_sick_sees_it_goes_back_and_makes_it_well(bench):
    bench.show("from raftlab import sick_switch\nsick_switch()")
    bench.panel.get_by_role("button", name="make the switch sick", exact=True).click()
    said(bench, "is sick, and loses 90 %").wait_for()
    bench.wait("w.network.odd?.['n1>n3']?.loss === 0.9 && w.network.odd?.['n3>n1']?.loss === 0.9")
    assert bench.look("p.branch.id") != 0, "the healthy course stays as a branch"

    bench.go(100)
    bench.panel.get_by_role("button", name="make the switch well", exact=True).click()
    said(bench, "is well").wait_for()
    bench.wait("!w.network.odd?.['n1>n3']")

    bench.go(90)  # before the deed
    said(bench, "is sick, and loses 90 %").wait_for()
    bench.go(29)
    said(bench, "is well").wait_for()


def test_a_press_acts_at_the_tick_one_looks_at_however_soon_it_comes(bench):
    bench.show("from raftlab import sick_switch\nsick_switch()")
    # JupyterLab keeps no order until the first messages have settled over which way it sends what widgets say.
    bench.panel.get_by_role("button", name="make the switch sick", exact=True).click()
    button = bench.panel.get_by_role("button", name="make the switch well", exact=True)
    button.wait_for()
    bench.wait("p.branch.id !== 0")
    bench.settle()
    button.evaluate(
        f"""(button) => {{
            const player = {bench.player_in_js};
            player.goTick(60);
            player.goTick(80);  // within the pause after the first
            button.dispatchEvent(new PointerEvent("pointerdown", {{ bubbles: true }}));
            button.click();
        }}"""
    )
    said(bench, "is well").wait_for()
    bench.wait("p.branch.fork.tick === 80")
