"""A notebook that is saved and opened again, in a real JupyterLab: players while their kernel lives, pictures after it."""

import json
import os
import platform
import signal

import nbformat
import pytest
from browser_help import LabPage, new_context, open_notebook, run_all, wait_until_idle, watch

from raftlab.jupyter import KEPT, VIEW

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CELLS = (
    "from raftlab import Lab, predict\nlab = Lab('three_nodes', tick=18)\nlab",
    "question = predict('01.start')\nquestion",
    "import ipywidgets\nipywidgets.IntSlider()",  # a widget that is not raftlab's
)
TEXT_OF_OUTPUTS = """() => [...document.querySelectorAll(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-OutputArea-output")]
    .map((output) => output.innerText).join("\\n")"""
PICTURES = """async () => Promise.all(
    [...document.querySelectorAll(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-RenderedSVG img")]
        .map(async (img) => { await img.decode(); return decodeURIComponent(img.src); }))"""


def command(page, name):
    """Let JupyterLab run a command on the open notebook."""
    page.evaluate("async (name) => { await window.jupyterapp.commands.execute(name); }", name)


def shut_the_kernel_down(page):
    page.evaluate("async () => { await window.jupyterapp.shell.currentWidget.sessionContext.shutdown(); }")


BEGIN_ANOTHER = "await sessionContext.shutdown(); await sessionContext.startKernel();"
RESTART = "await sessionContext.restartKernel();"


def saved(jupyterlab):
    """The outputs of the file: [data, ...]."""
    cells = json.loads((jupyterlab.root / "kept.ipynb").read_text())["cells"]
    return [output["data"] for cell in cells for output in cell["outputs"]]


@pytest.fixture
def notebook(browser, jupyterlab):
    """A notebook with a player, a question and a widget of ipywidgets; its cells have just run."""
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(
        nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), jupyterlab.root / "kept.ipynb"
    )
    context = new_context(browser, viewport={"width": 1400, "height": 1000})
    context.set_default_timeout(60_000)
    page = context.new_page()
    lab = LabPage(page)
    lab.complaints = watch(page)
    open_notebook(page, jupyterlab.url, "kept.ipynb")
    run_all(page)
    lab.player.wait_for()
    yield lab
    shut_the_kernel_down(page)
    context.close()


def reopen(lab, jupyterlab, name="kept.ipynb"):
    """Load the page again."""
    lab.page.goto(f"{jupyterlab.url}/lab/tree/{name}?reset", wait_until="domcontentloaded")
    lab.panel.locator(".jp-Notebook").wait_for()


def test_players_come_back_while_their_kernel_lives_and_pictures_stay_when_it_has_ended(notebook, jupyterlab):
    notebook.go(40)
    notebook.wait("p.kernel.told === 40")
    command(notebook.page, "docmanager:save")
    assert all(VIEW not in data for data in saved(jupyterlab)[:2]), "other programs would try to show it"
    assert "Tick 40" in "".join(saved(jupyterlab)[0]["image/svg+xml"])

    reopen(notebook, jupyterlab)
    notebook.player.wait_for()
    assert notebook.look("p.position.tick") == 40
    notebook.panel.get_by_role("button", name="give an answer").wait_for()
    notebook.panel.get_by_label("All three are followers.").check()
    notebook.panel.get_by_role("button", name="certain").click()
    notebook.panel.get_by_role("button", name="that is my answer").click()
    notebook.panel.get_by_text("✓ Yes.").wait_for()

    command(notebook.page, "docmanager:save")
    shut_the_kernel_down(notebook.page)
    reopen(notebook, jupyterlab)
    notebook.panel.get_by_text("Run this cell to see what was here.").wait_for()  # the last of the outputs
    notebook.panel.locator(".jp-RenderedSVG img").wait_for()
    (picture,) = notebook.page.evaluate(PICTURES)
    assert "Tick 40" in picture
    assert "Run this cell to play." in picture
    told = notebook.page.evaluate(TEXT_OF_OUTPUTS)
    assert "Your answer: “All three are followers.” ✓ Yes." in told
    assert "Run this cell to answer." in told
    assert "Run this cell to see what was here." in told
    assert "Error displaying widget" not in told
    assert not notebook.complaints

    wait_until_idle(notebook.page)  # a new kernel has started, which has not run anything yet
    run_all(notebook.page)
    notebook.player.wait_for()
    notebook.panel.get_by_text("Your answer: “All three are followers.”").wait_for()


def test_a_notebook_whose_kernel_was_killed_shows_its_players_as_they_were_when_it_was_saved(
    notebook, jupyterlab
):
    notebook.go(40)
    notebook.wait("p.kernel.told === 40")
    command(notebook.page, "docmanager:save")
    lab, _, _ = saved(jupyterlab)
    assert "tick 40" in "".join(lab["text/plain"])
    assert "Tick 40" in "".join(lab["image/svg+xml"])
    notebook.go(30)
    notebook.wait("p.kernel.told === 30")
    kept = json.loads((jupyterlab.root / "kept.ipynb").read_text())["cells"][0]["outputs"][0]["metadata"]
    os.kill(kept[KEPT]["process"], signal.SIGKILL)
    reopen(notebook, jupyterlab)
    notebook.panel.locator(".jp-RenderedSVG img").wait_for()
    (picture,) = notebook.page.evaluate(PICTURES)
    assert "Tick 40" in picture
    assert "Error displaying widget" not in notebook.page.evaluate(TEXT_OF_OUTPUTS)


def test_a_notebook_of_another_python_is_not_changed_by_opening_it(browser, jupyterlab):
    ours = json.loads((jupyterlab.root / "notebooks" / "00_consensus.ipynb").read_text())
    ours["metadata"]["language_info"]["version"] = "3.0.0"
    (jupyterlab.root / "older.ipynb").write_text(json.dumps(ours))
    context = new_context(browser)
    context.set_default_timeout(60_000)
    page = context.new_page()
    open_notebook(page, jupyterlab.url, "older.ipynb")
    wait_until_idle(page)
    named = page.evaluate("jupyterapp.shell.currentWidget.model.getMetadata('language_info').version")
    assert named == platform.python_version()
    assert not page.evaluate("jupyterapp.shell.currentWidget.context.model.dirty")
    shut_the_kernel_down(page)
    context.close()


@pytest.mark.parametrize("way", [BEGIN_ANOTHER, RESTART], ids=["another", "restarted"])
def test_a_new_kernel_knows_none_of_the_players_so_their_pictures_stay(notebook, jupyterlab, way):
    """JupyterLab may begin a kernel before it reads the notebook."""
    notebook.go(40)
    notebook.wait("p.kernel.told === 40")
    command(notebook.page, "docmanager:save")
    notebook.page.evaluate(
        f"async () => {{ const {{ sessionContext }} = jupyterapp.shell.currentWidget; {way} }}"
    )
    wait_until_idle(notebook.page)
    reopen(notebook, jupyterlab)
    notebook.panel.get_by_text("Run this cell to see what was here.").wait_for()
    (picture,) = notebook.page.evaluate(PICTURES)
    assert "Tick 40" in picture
    assert "Error displaying widget" not in notebook.page.evaluate(TEXT_OF_OUTPUTS)


def test_a_notebook_with_another_name_keeps_its_players_and_a_copy_of_it_has_their_pictures(
    notebook, jupyterlab
):
    command(notebook.page, "docmanager:save")
    names = notebook.page.evaluate(
        """async () => {
            const { context } = window.jupyterapp.shell.currentWidget;
            const contents = window.jupyterapp.serviceManager.contents;
            const copy = await contents.copy("kept.ipynb", "");
            await context.rename("renamed.ipynb");
            return [copy.path, context.path];
        }"""
    )
    copied, renamed = names
    assert renamed == "renamed.ipynb"
    reopen(notebook, jupyterlab, renamed)
    notebook.player.wait_for()
    assert notebook.look("p.position.tick") == 18
    of_copy = json.loads((jupyterlab.root / copied).read_text())["cells"][0]["outputs"][0]
    assert "image/svg+xml" in of_copy["data"]
    assert "model_id" not in json.dumps(of_copy)
