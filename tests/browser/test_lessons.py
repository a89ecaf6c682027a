"""The lessons as a learner meets them: opened in JupyterLab, run from top to bottom, every question answered."""

import re

import pytest
from browser_help import DRAWN_AGAIN, PATIENCE, LabPage, new_context, open_notebook, wait_until_idle, watch

from raftlab import play
from raftlab.lab.lessons import LESSONS
from raftlab.lab.moment import moment_at
from raftlab.lab.questions import QUESTIONS
from raftlab.lab.questions.kinds import Click, Number, Order
from raftlab.lab.scenes import scene_that_asks_nothing

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FILES = ["index.ipynb", *(lesson.file for lesson in LESSONS)]
ERRORS = """() => window.jupyterapp.shell.currentWidget.content.widgets
    .flatMap((cell) => cell.model.type === "code" ? cell.model.outputs.toJSON() : [])
    .filter((output) => output.output_type === "error" || output.name === "stderr")
    .map((output) => output.evalue || output.text)"""

# Players that are wider than their container, and elements that are wider than their player: [how much, what]
OVERFLOWS = """() => [...document.querySelectorAll(".jp-NotebookPanel:not(.lm-mod-hidden) .rl-player")].flatMap((root) => {
    const box = root.getBoundingClientRect();
    const cell = root.closest(".jp-OutputArea-output, .jp-Cell").getBoundingClientRect();
    const scrolls = (element) => element.closest(".rl-panel, .rl-hidden, .rl-graph, .rl-spacetime");
    const out = [...root.querySelectorAll("*")].filter((element) => element.checkVisibility() && !scrolls(element)
        && element.getBoundingClientRect().right > box.right + 1).map((element) => element.className);
    if (box.right > cell.right + 1) out.push(`the player: ${box.right - cell.right} px`);
    if (root.scrollWidth > root.clientWidth) out.push(`inside: ${root.scrollWidth - root.clientWidth} px`);
    return out;
})"""


@pytest.fixture(scope="module", params=FILES)
def lesson(request, browser, jupyterlab):
    """A lesson that is opened and run once for all its tests."""
    context = new_context(browser, viewport={"width": 1280, "height": 1000})
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    complaints = watch(page)
    open_notebook(page, jupyterlab.url, f"notebooks/{request.param}")
    lesson = LabPage(page)
    lesson.number = request.param.partition("_")[0]
    page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }")
    lesson.player.first.wait_for()
    wait_until_idle(page, 150)  # the longest lesson takes a quarter of a minute on an idle machine
    cells = page.evaluate("() => window.jupyterapp.shell.currentWidget.content.widgets.length")
    for cell in range(cells):  # JupyterLab draws a cell only when it is near the screen
        page.evaluate(
            "async (cell) => { await window.jupyterapp.shell.currentWidget.content.scrollToItem(cell); }",
            cell,
        )
    yield lesson
    context.close()
    assert not complaints, "The page complained:\n" + "\n".join(complaints)


def test_a_lesson_runs_without_an_error_and_fits_in_every_width(lesson):
    assert lesson.page.evaluate(ERRORS) == []
    for width in (1280, 800):
        lesson.page.set_viewport_size({"width": width, "height": 1000})
        for player in lesson.player.all():
            player.scroll_into_view_if_needed()  # a player out of view is laid out again only when it comes into view
            lesson.page.evaluate(DRAWN_AGAIN)
        assert lesson.page.evaluate(OVERFLOWS) == [], f"at {width} px"


def give(asked, question, choice):
    """Give the answer that is this choice. If there is more than one box to tick, use the keyboard."""
    if isinstance(question, Number):
        right, small, _ = question.choices
        off = (
            0
            if choice is right
            else -2 * question.tolerance - 1
            if choice is small
            else 2 * question.tolerance + 1
        )
        asked.get_by_role("textbox").fill(str(question.value + off))
    elif isinstance(question, Order):
        steps = question.steps if choice.right else question.steps[::-1]
        button = {step: asked.get_by_role("button", name=re.compile(re.escape(step) + "$")) for step in steps}
        for step in steps:  # first take back the steps of an earlier answer
            if button[step].inner_text()[:1].isdigit():  # not "no dash": at first there is no text
                button[step].press("Space")  # Enter belongs to JupyterLab
                asked.get_by_role("button", name=f"–  {step}").wait_for()
        for place, step in enumerate(steps, start=1):
            button[step].press("Space")
            asked.get_by_role("button", name=f"{place}  {step}").wait_for()
    elif isinstance(question, Click):
        nodes = asked.get_by_role("radiogroup", name="the nodes").get_by_role("radio")
        nodes.nth(0).check()
        nodes.nth(0).focus()
        for place in range(1, 1 + [each.text for each in question.choices].index(choice.text)):
            asked.page.keyboard.press("ArrowDown")
            nodes.nth(place).and_(asked.get_by_role("radio", checked=True)).wait_for()
    else:
        asked.get_by_label(choice.text, exact=True).check()


@pytest.mark.parametrize("lesson", FILES[1:], indirect=True)
def test_wrong_answers_are_met_by_evidence_and_the_right_one_by_a_yes(lesson):
    for question in QUESTIONS.values():
        if question.lesson != lesson.number:
            continue
        text = lesson.page.get_by_text(question.text, exact=True)
        asked = lesson.panel.locator(".widget-vbox").filter(has=text).last
        what = "press the steps in order" if isinstance(question, Order) else "give an answer"
        missing = asked.get_by_role("button", name=what)
        missing.scroll_into_view_if_needed()
        assert missing.is_disabled(), "nothing is chosen yet"
        for place, choice in enumerate(sorted(question.choices, key=lambda choice: choice.right)):
            give(asked, question, choice)
            if place == 0:
                assert asked.get_by_role("button", name="say how sure you are").is_disabled()
                asked.get_by_role("button", name="rather sure").click()
            asked.get_by_role("button", name="that is my answer").click()
            verdict = "✓ Yes." if choice.right else "✕ Not so."
            asked.get_by_role("status").filter(has_text=f"{verdict} {choice.answer}").wait_for()
            evidence = asked.locator(".rl-player")
            if choice.story:  # the player opens at the evidence, with the sentence of an event there
                story, node_class = scene_that_asks_nothing(choice.story)
                told = moment_at(play(story, node_class=node_class), choice.tick, choice.says).sentence
                evidence.locator("h2", has_text=story.title).wait_for()
                evidence.locator(f".rl-clock[title='tick {choice.tick}']").wait_for()
                evidence.locator(".rl-sentence", has_text=told.partition(" tick")[0]).wait_for()
            elif question.run is None:
                evidence.wait_for(state="detached")
    wait_until_idle(lesson.page)
    assert lesson.page.evaluate(ERRORS) == []


@pytest.mark.parametrize("theme", ["JupyterLab Dark", "JupyterLab Light"])
def test_a_lesson_can_be_read_in_both_themes(lesson, theme):
    lesson.choose_theme(theme)
    lesson.player.first.locator(".rl-big").click()
    texts = lesson.texts()
    assert len(texts) > 10
    assert [f"{name}: {ratio:.1f}" for name, ratio in texts if ratio < 4.5] == []
    paper, ink = lesson.player.first.evaluate(
        "(root) => [getComputedStyle(root).backgroundColor, getComputedStyle(root).color].map((color) => Number(color.match(/\\d+/)[0]))"
    )
    assert (paper < 64 < 192 < ink) if "Dark" in theme else (ink < 64 < 192 < paper)


def run_cells(page, *beginnings):
    """Run the cells that begin with these words, each as with Shift+Enter."""
    cells = page.evaluate(
        """() => window.jupyterapp.shell.currentWidget.content.widgets.map((cell) => cell.model.sharedModel.getSource())"""
    )
    for beginning in beginnings:
        page.evaluate(
            """async (cell) => { window.jupyterapp.shell.currentWidget.content.activeCellIndex = cell;
                await window.jupyterapp.commands.execute("notebook:run-cell-and-select-next"); }""",
            next(place for place, cell in enumerate(cells) if cell.startswith(beginning)),
        )
        wait_until_idle(page)


def test_map_and_inventory_are_in_view_from_their_tops_once_their_cells_have_run(browser, jupyterlab):
    context = new_context(browser, viewport={"width": 1024, "height": 768})
    page = context.new_page()
    open_notebook(page, jupyterlab.url, "notebooks/index.ipynb")
    begins_in_view = """(begin) => {
        const seen = document.querySelector(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-WindowedPanel-outer").getBoundingClientRect();
        const { top, bottom } = begin.getBoundingClientRect();
        return seen.top - 1 <= top && bottom <= seen.bottom; }"""
    run_cells(page, "from raftlab import course")
    page.wait_for_function(
        begins_in_view, arg=page.get_by_text("The core path:", exact=True).element_handle()
    )
    run_cells(page, "from raftlab import inventory")
    page.wait_for_function(begins_in_view, arg=page.get_by_text("You need not know").element_handle())
    context.close()


def test_a_question_its_verdict_and_its_player_fit_one_small_screen(browser, jupyterlab):
    context = new_context(browser, viewport={"width": 1024, "height": 768})
    page = context.new_page()
    open_notebook(page, jupyterlab.url, "notebooks/03_split_vote.ipynb")
    run_cells(page, "from raftlab import", 'predict("03.tie")')
    question = page.locator(".rl-question")
    in_view = """(question) => {
        const seen = document.querySelector(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-WindowedPanel-outer").getBoundingClientRect();
        const next = [...question.querySelectorAll(".rl-player button")].find((each) => each.textContent.startsWith("Next"));
        return Boolean(next) && question.getBoundingClientRect().top >= seen.top - 1
            && next.getBoundingClientRect().bottom <= seen.bottom; }"""
    page.wait_for_function(in_view, arg=question.element_handle())
    question.get_by_text("With two leaders, each with two votes.").click()
    question.get_by_role("button", name="a guess").click()
    question.get_by_role("button", name="that is my answer").click()
    question.get_by_text("Not so.").wait_for()
    page.wait_for_function(in_view, arg=question.element_handle())
    context.close()
