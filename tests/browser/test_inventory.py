"""The inventory in JupyterLab: taken before, nothing is told; taken again, each answer is met, and both are compared."""

import pytest
from browser_help import lab_page, wait_until_idle

from raftlab.lab.questions.inventory import INVENTORY

pytestmark = pytest.mark.browser


@pytest.fixture
def lab(browser, jupyterlab):
    with lab_page(browser, jupyterlab, "inventory.ipynb") as lab:
        yield lab
        assert not lab.complaints


def take(lab, when):
    """Show the inventory in the only cell, and wait for its last line."""
    lab.page.evaluate(
        """async (code) => {
            const notebook = window.jupyterapp.shell.currentWidget.content;
            notebook.activeCellIndex = 0;
            notebook.activeCell.model.sharedModel.setSource(code);
            await window.jupyterapp.commands.execute("notebook:run-cell");
        }""",
        f'from raftlab import inventory\n\ninventory("{when}")',
    )
    lab.panel.get_by_text("0 of 12 answered.").wait_for()


def answer(lab, question, right):
    text = lab.page.get_by_text(question.text, exact=True)
    asked = lab.panel.locator(".widget-vbox").filter(has=text).last
    choice = next(choice for choice in question.choices if choice.right is right)
    asked.get_by_label(choice.text, exact=True).check()
    asked.get_by_role("button", name="that is my answer").click()
    verdict_of(asked).wait_for()
    return asked, choice


def verdict_of(asked):
    """The answer's verdict: the player below a wrong one has status lines of its own."""
    return asked.locator("p[role=status]")


def test_both_times_stand_side_by_side_at_the_end(lab):
    first, second = INVENTORY[:2]
    take(lab, "before")
    asked, _ = answer(lab, first, right=False)
    assert verdict_of(asked).inner_text() == "Kept."
    assert lab.panel.locator(".rl-player").count() == 0
    lab.panel.get_by_text("1 of 12 answered.").wait_for()

    take(lab, "after")
    answer(lab, first, right=True)
    asked, choice = answer(lab, second, right=False)
    asked.locator(f".rl-clock[title='tick {choice.tick}']").wait_for()
    lab.panel.get_by_text("2 of 12 answered.").wait_for()
    rows = lab.panel.locator("table tr")
    assert rows.filter(has_text=first.text).locator("td").all_inner_texts()[1:] == [
        "✕ rather sure",
        "✓ rather sure",
    ]
    assert rows.filter(has_text=second.text).locator("td").all_inner_texts()[1:] == [
        "not answered",
        "✕ rather sure",
    ]
    wait_until_idle(lab.page)
