"""The sick switch in JupyterLab: a button breaks the link in the player below it; if the learner goes back, its words change back."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def said(bench, state):
    """The words beside the button. The player has status lines of its own."""
    return bench.panel.get_by_text(f"At this moment the switch {state}")


def test_a_learner_makes_the_switch_sick_sees_it_goes_back_and_makes_it_well(bench):
    bench.show("from raftlab import sick_switch\nsick_switch()")
    bench.panel.get_by_role("button", name="make the switch sick", exact=True).click()
    said(bench, "is sick and loses 90 %").wait_for()
    bench.wait("w.network.odd?.['n1>n3']?.loss === 0.9 && w.network.odd?.['n3>n1']?.loss === 0.9")
    assert bench.look("p.branch.id") != 0, "the healthy course stays as a branch"

    bench.go(100)
    bench.panel.get_by_role("button", name="repair the switch", exact=True).click()
    said(bench, "works").wait_for()
    bench.wait("!w.network.odd?.['n1>n3']")

    bench.go(90)  # before the action
    said(bench, "is sick and loses 90 %").wait_for()
    bench.go(29)
    said(bench, "works").wait_for()


def test_a_press_acts_at_the_shown_tick_even_right_after_a_move(bench):
    bench.show("from raftlab import sick_switch\nsick_switch()")
    # JupyterLab may change the order of widgets' messages until it has settled, with the first ones, how it sends them.
    bench.panel.get_by_role("button", name="make the switch sick", exact=True).click()
    button = bench.panel.get_by_role("button", name="repair the switch", exact=True)
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
    said(bench, "works").wait_for()
    bench.wait("p.branch.fork.tick === 80")
