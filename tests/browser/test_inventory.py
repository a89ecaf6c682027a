"""The inventory in JupyterLab: the first time it gives no verdicts; the second time it does, and compares both times."""

import pytest
from browser_help import wait_until_idle

from raftlab.lab.questions.inventory import INVENTORY

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def take(bench, when):
    """Show the inventory in the only cell, and wait for its last line."""
    bench.put(f'from raftlab import inventory\n\ninventory("{when}")')
    bench.panel.get_by_text("0 of 12 answered.").wait_for()


def answer(bench, question, right):
    text = bench.page.get_by_text(question.text)
    asked = bench.panel.locator(".widget-vbox").filter(has=text).last
    choice = next(choice for choice in question.choices if choice.right is right)
    asked.get_by_label(choice.text, exact=True).check()
    asked.get_by_role("button", name="rather sure").click()
    asked.get_by_role("button", name="that is my answer").click()
    verdict_of(asked).wait_for()
    return asked, choice


def verdict_of(asked):
    """The verdict on an answer. Below a wrong one, the player has status lines of its own."""
    return asked.locator("p[role=status]")


def test_the_end_shows_both_times_side_by_side(bench):
    first, second = INVENTORY[:2]
    take(bench, "before")
    asked, _ = answer(bench, first, right=False)
    assert verdict_of(asked).inner_text() == "Kept."
    assert bench.panel.locator(".rl-player").count() == 0
    bench.panel.get_by_text("1 of 12 answered.").wait_for()

    take(bench, "after")
    answer(bench, first, right=True)
    asked, choice = answer(bench, second, right=False)
    asked.locator(f".rl-clock[title='tick {choice.tick}']").wait_for()
    bench.panel.get_by_text("2 of 12 answered.").wait_for()
    rows = bench.panel.locator("table tr")
    assert rows.filter(has_text=first.text).locator("td").all_inner_texts()[1:] == [
        "✕ rather sure",
        "✓ rather sure",
    ]
    assert rows.filter(has_text=second.text).locator("td").all_inner_texts()[1:] == [
        "not answered",
        "✕ rather sure",
    ]
    wait_until_idle(bench.page)
