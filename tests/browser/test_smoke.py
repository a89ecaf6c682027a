"""A real JupyterLab opens, runs a cell and shows what came out."""

import nbformat
import pytest
from browser_help import open_notebook, run_all

pytestmark = pytest.mark.browser


def test_jupyterlab_runs_a_cell(page, jupyterlab):
    cells = [nbformat.v4.new_code_cell("print('six times', 'seven is', 6 * 7)")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    nbformat.write(notebook, jupyterlab.root / "smoke.ipynb")
    open_notebook(page, jupyterlab.url, "smoke.ipynb")
    run_all(page)
    assert "six times seven is 42" in page.locator(".jp-OutputArea-output").inner_text()
