"""The Lab in a real JupyterLab: a person steps, breaks, goes back, branches, and keeps what was done."""

import json

import nbformat
import pytest
from browser_help import open_notebook, run_all, wait_until_idle

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

PLAYER = ".jp-NotebookPanel:not(.lm-mod-hidden) .rl-player"


def write_notebook(root, name, *cells):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, root / name)


@pytest.fixture
def lab(page, jupyterlab):
    """A notebook with a Lab that shows everything, run and on the screen."""
    write_notebook(
        jupyterlab.root,
        "lab.ipynb",
        'from raftlab import Lab\nlab = Lab("three_nodes", nodes=5)\nlab',
        "print(lab.as_python())",
    )
    open_notebook(page, jupyterlab.url, "lab.ipynb")
    run_all(page)
    page.locator(PLAYER).wait_for()
    return page


def tick(page):
    return int(page.locator(f"{PLAYER} .rl-clock").inner_text().split()[1])


def test_a_lab_steps_and_goes_back_without_its_kernel(lab):
    lab.locator(PLAYER).get_by_role("button", name="Next event").click()
    first = tick(lab)
    assert first > 0
    assert "candidate" in lab.locator(f"{PLAYER} .rl-sentence").inner_text()
    lab.keyboard.press("ArrowRight")
    lab.keyboard.press("ArrowLeft")
    assert tick(lab) == first
