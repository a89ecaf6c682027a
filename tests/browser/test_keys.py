"""No key that is pressed in the player changes the notebook: every key, in every stage, after a click on each kind of thing."""

import json
import string
from itertools import cycle

import pytest

from raftlab.lab.lessons import STAGES

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NAMED = [
    "Enter",
    "Escape",
    "Backspace",
    "Delete",
    "Insert",
    "Home",
    "End",
    "PageUp",
    "PageDown",
    "ArrowUp",
    "ArrowDown",
    "ArrowLeft",
    "ArrowRight",
    "Space",
    "F2",
    "F3",
    "F4",
    "F6",
    "F7",
    "F8",
    "F9",
    "F10",
    "ContextMenu",
]
PRINTED = [*string.ascii_lowercase, *string.digits, *"`-=[];',./\\"]
# Without Tab, which leaves the player (see below), F, which fills the screen (tested once below), and Shift+Enter, which must run a cell.
EVERY_KEY = [
    key
    for key in NAMED + PRINTED + [f"Shift+{key}" for key in NAMED + PRINTED]
    if key not in ("Shift+f", "Shift+Enter")
]
COMBINATIONS = ["Control+m", "Control+Shift+m", "Control+Backspace", "Control+Shift+ArrowUp", "Control+Shift+ArrowDown", "Control+x",
                "Control+v", "Control+z", "Control+Shift+z", "Control+y", "Alt+Enter", "Alt+ArrowUp", "Control+Shift+-"]  # fmt: skip
COUNTS = (
    "() => window.jupyterapp.shell.currentWidget.content.widgets.map((each) => each.model.executionCount)"
)
NOTEBOOK = "() => JSON.stringify(window.jupyterapp.shell.currentWidget.content.model.toJSON().cells.map((c) => [c.cell_type, c.source, c.id]))"


def show(bench, stage):
    """A Lab in the first cell, and a second cell below it that a key could change."""
    bench.show(f'from raftlab import Lab\nlab = Lab("leader_crash", show="{stage}", tick=40)\nlab')
    bench.page.evaluate(
        """async () => {
            const notebook = window.jupyterapp.shell.currentWidget.content;
            notebook.activeCellIndex = 0;
            await window.jupyterapp.commands.execute("notebook:insert-cell-below");
            notebook.activeCell.model.sharedModel.setSource("print('the cell after the player')");
            notebook.activeCellIndex = 0;
        }"""
    )


PLACES = {
    "a node": ".rl-node[data-node=n2]",
    "a message": "[data-thing^=message]",
    "an entry": "[data-thing^=entry]",
    "Next": ".rl-transport .rl-big",
    "the sentence": ".rl-sentence",
    "the timeline": ".rl-transport input[type=range]",
}


def things(bench, names):
    """Those of these kinds of things that the player shows: their names, and the elements. They are looked for in the story itself,
    because earlier keys may have made a branch without them."""
    for name in names:
        bench.settle()
        bench.page.evaluate(
            f"""() => {{
                const p = {bench.player_in_js};
                if (p.sight) p.look(null);
                p.head.branches.choose(0);
                p.goTick(40);
            }}"""
        )
        elements = bench.player.locator(PLACES[name]).filter(visible=True)
        if elements.count():
            yield name, elements.first


def press(bench, keys, name):
    """Press keys one after the other. After each key the notebook must be the same as before."""
    before = bench.page.evaluate(NOTEBOOK)
    for key in keys:
        bench.page.keyboard.press(key)
    if bench.page.evaluate(NOTEBOOK) == before:
        return
    guilty = [key for key in keys if changes(bench, key)]
    raise AssertionError(f"After a click on {name} the notebook was changed, by one of {guilty or keys}")


def changes(bench, key):
    before = bench.page.evaluate(NOTEBOOK)
    bench.page.keyboard.press(key)
    return bench.page.evaluate(NOTEBOOK) != before


IN_TURNS = zip(STAGES, cycle(name for name in PLACES if name != "a node"), strict=False)


@pytest.mark.parametrize(
    ("stage", "names"),
    [("everything", PLACES), *((stage, ("a node", other)) for stage, other in IN_TURNS)],
    ids=["everything", *STAGES],
)
def test_no_key_changes_the_notebook(bench, stage, names):
    """Every key is pressed after a click on each kind of thing; in the stages of the lessons, on a node and on another kind in turns."""
    show(bench, stage)
    for name, element in things(bench, names):
        element.click(force=True)
        press(bench, EVERY_KEY, name)
        bench.page.keyboard.press("Escape")
        bench.page.keyboard.press("Escape")
        assert bench.look("p.root.contains(document.activeElement)"), (
            f"after {name} the keys are the player's still"
        )
    press(bench, COMBINATIONS, "all of them")


def test_keys_in_a_text_field_of_the_player_write_there_and_nowhere_else(bench):
    show(bench, "everything")
    bench.press("w")
    field = bench.player.get_by_label("value", exact=True)
    field.fill("")
    field.focus()
    before = bench.page.evaluate(NOTEBOOK)
    for key in ["x", "d", "d", "Shift+a", "Control+z", "b", "y", "Backspace"]:
        bench.page.keyboard.press(key)
    assert field.input_value()
    assert bench.page.evaluate(NOTEBOOK) == before
    assert bench.look("p.position.tick") == 40


@pytest.mark.parametrize("place", [".rl-node[data-node=n2]", ".rl-transport .rl-big", ".rl-sentence"])
def test_shift_enter_runs_the_cell_after_the_player_and_ctrl_enter_its_own(bench, place):
    show(bench, "everything")
    own, after = bench.page.evaluate(COUNTS)[:2]
    bench.player.locator(place).first.click()
    position = bench.look("[p.position.tick, p.playing]")
    bench.page.keyboard.press("Shift+Enter")
    bench.page.wait_for_function(f"() => ({COUNTS})()[1] > {after or 0}")
    assert bench.page.evaluate(COUNTS)[0] == own
    assert bench.look("[p.position.tick, p.playing]") == position, "and nothing is pressed in the player"
    bench.player.locator(place).first.click()
    bench.page.keyboard.press("Control+Enter")
    bench.page.wait_for_function(f"() => ({COUNTS})()[0] > {own}")


def test_when_the_player_is_gone_its_keys_are_the_notebooks_again(bench):
    show(bench, "everything")
    bench.player.locator(".rl-node").first.click()
    bench.page.evaluate("() => window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
    bench.player.wait_for(state="detached")
    bench.page.evaluate(
        "() => { const notebook = window.jupyterapp.shell.currentWidget.content; notebook.activeCellIndex = 1; notebook.activeCell.node.focus(); }"
    )
    before = len(json.loads(bench.page.evaluate(NOTEBOOK)))
    bench.page.keyboard.press("b")
    assert len(json.loads(bench.page.evaluate(NOTEBOOK))) == before + 1


def test_keys_go_to_the_player_that_has_the_focus(bench):
    bench.show('from raftlab import Lab\nLab("three_nodes")')
    bench.run('Lab("three_nodes")')
    bench.page.wait_for_function("() => document.querySelectorAll('.rl-player').length === 2")
    ticks = "() => [...document.querySelectorAll('.rl-player')].map((each) => each.parentElement.raftPlayer.position.tick)"
    for number in (0, 1):
        before = bench.page.evaluate(ticks)
        bench.player.nth(number).locator(".rl-sentence").click()
        bench.page.keyboard.press(".")
        moved = [now > then for now, then in zip(bench.page.evaluate(ticks), before, strict=True)]
        assert moved == [number == 0, number == 1]


def test_everything_is_reached_with_few_tab_stops(bench):
    """Each group of things is one stop, and arrow keys move inside it."""
    show(bench, "everything")
    bench.player.evaluate("(root) => root.focus()")
    stops = []
    while True:
        bench.page.keyboard.press("Tab")
        stop = bench.page.evaluate(
            """() => {
                const each = document.activeElement;
                const inside = each.closest(".rl-player");
                return inside && (each.dataset.thing || each.getAttribute("aria-label") || each.textContent);
            }"""
        )
        if not stop:
            break
        assert stop not in stops, f"the focus is caught: {stops} {stop}"
        stops.append(stop)
    assert 8 <= len(stops) < 12, stops
    assert "node n1" in stops


def test_choosing_a_thing_is_spoken(bench):
    show(bench, "everything")
    live = "p.saying.live.textContent"
    bench.press("2")
    assert bench.look(live).startswith("n2: ")
    bench.press("2")
    assert bench.look("p.selected.id") == "n2", "the number of a chosen node does not unchoose it"
    bench.press("j")
    assert bench.look(live) == "link n1 – n2, selected"
    bench.page.evaluate(
        f"""() => {{
            const p = {bench.player_in_js};
            p.goTick(p.branch.messages.find(([, , , , sent, arrives]) => sent > 40 && arrives - sent > 1)[4]);
        }}"""
    )
    bench.press("]")
    assert bench.look("p.selected.kind") == "message"
    assert bench.look(live).endswith(", selected")
    for _ in range(2):
        bench.press("ArrowDown")
    assert bench.look(live).endswith(", selected")
    bench.press("?")
    spoken = bench.player.locator(".rl-help dt .rl-hidden").all_inner_texts()
    assert {"letter j", "shift and letter H", "right arrow", "full stop"} <= set(spoken)


def runs_the_next_cell_only(bench, asking):
    """Shift+Enter runs the cell below the question, and does not run the question's cell again."""
    before = bench.page.evaluate(COUNTS)[asking]
    bench.page.keyboard.press("Shift+Enter")
    bench.page.wait_for_function(f"() => ({COUNTS})()[{asking + 1}]")
    assert bench.page.evaluate(COUNTS)[asking] == before


def test_after_an_answer_shift_enter_runs_the_next_cell_and_does_not_ask_anew(bench):
    show(bench, "01")
    bench.page.evaluate(
        """async () => {
            const notebook = window.jupyterapp.shell.currentWidget.content;
            const { commands } = window.jupyterapp;
            notebook.activeCellIndex = 1;
            notebook.activeCell.model.sharedModel.setSource("from raftlab.lab import predict\\npredict('01.start')");
            await commands.execute("notebook:insert-cell-below");
            notebook.activeCell.model.sharedModel.setSource("print('the next cell')");
            notebook.activeCellIndex = 1;
            await commands.execute("notebook:run-cell");
        }"""
    )
    bench.panel.get_by_role("radio").first.click()
    runs_the_next_cell_only(bench, asking=1)
    assert bench.panel.get_by_role("radio").first.is_checked()


PANELS = {
    "a question": ("from raftlab import predict\npredict('01.start')", "radio"),
    "nodes to click": ("from raftlab import predict\npredict('02.last')", "radio"),
    "two majorities": ("from raftlab import two_majorities\ntwo_majorities()", "button"),
    "a claim": ("from raftlab import ProveMeWrong\nProveMeWrong()", "button"),
}
EDITING = ["x", "d", "d", "a", "b", "m", "y", "Shift+m", "z", "Delete", "Control+x", "Enter", "Escape", "x"]


def below(bench, code):
    """Add a cell below the only one, without running it."""
    bench.page.evaluate(
        """async (code) => {
            const notebook = window.jupyterapp.shell.currentWidget.content;
            await window.jupyterapp.commands.execute("notebook:insert-cell-below");
            notebook.activeCell.model.sharedModel.setSource(code);
            notebook.activeCellIndex = 0;
        }""",
        code,
    )


@pytest.mark.parametrize("panel", PANELS)
def test_no_key_pressed_in_a_panel_changes_a_notebook_in_which_nothing_plays(bench, panel):
    code, role = PANELS[panel]
    bench.put(code)
    inside = bench.panel.locator(".rl-own-keys").get_by_role(role).filter(visible=True)
    inside.first.click()
    below(bench, "print('a cell that could be hurt')")
    inside.first.click()
    press(bench, EDITING, panel)


@pytest.mark.parametrize("on", ["an answer", "a button"])
def test_shift_enter_on_a_question_alone_runs_the_next_cell_and_does_not_ask_anew(bench, on):
    bench.put("from raftlab import predict\npredict('01.start')")
    question = bench.panel.locator(".rl-own-keys")
    question.get_by_role("radio").first.wait_for()
    below(bench, "print('the next cell')")
    question.get_by_role("radio").first.click()
    if on == "a button":
        question.get_by_role("button", name="a guess").click()
    runs_the_next_cell_only(bench, asking=0)
    assert question.get_by_role("radio").first.is_checked()
