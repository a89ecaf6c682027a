"""Export lessons as HTML pages that need no kernel and no network; all pictures are in them, and all stories can be played."""

import re
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from raftlab.colors import LIGHT
from raftlab.lab.markdown import with_pictures
from raftlab.lab.notes import add_speaker_notes
from raftlab.lab.static import STATIC
from raftlab.player.page import in_base64, module, shell
from raftlab.sim.errors import UserError, check_name

FOLDER = Path(__file__).parent
THEMES = ("light", "dark")
MODULE_MARK, DATA_MARK = "@module@", "@data@"
SECONDS = 120  # the longest time of a cell
QUIET = ["--log-level=ERROR"]  # these warnings of kernels about their ports do not matter here
# Nbconvert's own URLs would need the network, and the pages do not need these scripts.
SCRIPTS = re.compile(r"<script\b.*?</script>", re.DOTALL)
LINKS = re.compile(r'<a\b[^>]*\bhref="([^"#:]+)(#[^"]*)?"[^>]*>(.*?)</a>', re.DOTALL)


def export(
    notebooks: Sequence[str | Path], folder: str | Path, theme: str = "light", slides: bool = False
) -> list[Path]:
    """Run notebooks, and write each as one self-contained HTML file.

    notebooks: the files. folder: the folder for the pages, which is made if it does not exist. theme: "light" or "dark".
    Links between these notebooks lead to the pages; links to other files become plain text.
    slides: whether to write slides instead, NN_topic.slides.html, with the lecturer's notes as speaker notes; slides
    load reveal.js from the network.

    Returns the pages' paths. Raises UserError if a notebook cannot be read, one of its cells fails, or a page
    cannot be written.
    """
    check_name("theme", theme, THEMES)
    paths = [Path(each) for each in notebooks]
    pages = {path.name: f"{path.stem}{'.slides' if slides else ''}.html" for path in paths}
    written = []
    for path in paths:
        target = Path(folder) / pages[path.name]
        write_page(target, page_of(path, theme, pages, slides))
        written.append(target)
    return written


def write_page(target: Path, text: str) -> None:
    """Write a page, and make its folder if it does not exist. Raises UserError if that fails."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UserError(f"{target} cannot be written: {error.strerror}.") from None


def page_of(path: Path, theme: str, pages: dict[str, str], slides: bool = False) -> str:
    """A notebook's page, or its slides. pages: the names of all exported notebooks -> the names of their pages."""
    notebook = _run(path)
    bundles = _made_static(notebook, path.parent)
    if slides:
        add_speaker_notes(notebook)
    text = LINKS.sub(lambda found: _linked(found, pages), as_page(notebook, path, theme, slides))
    return text.replace("</body>", f"{_played(bundles, theme)}</body>")


def as_page(notebook: Any, path: Path, theme: str = "light", slides: bool = False) -> str:
    """Convert a notebook with its outputs by nbconvert. path: its file, beside which its pictures are."""
    from nbconvert import HTMLExporter, SlidesExporter

    made = SlidesExporter if slides else HTMLExporter
    exporter = made(theme=theme, embed_images=True, exclude_anchor_links=True)
    resources = {"metadata": {"path": str(path.parent), "name": path.stem}}
    text: str = exporter.from_notebook_node(notebook, resources)[0]
    return text if slides else SCRIPTS.sub("", text)


def read_notebook(path: Path) -> Any:
    """Read a notebook from its file. Raises UserError if it cannot be read, or is not a notebook."""
    import nbformat

    try:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
    # With JSON that is not a notebook, nbformat fails with exceptions of several kinds.
    except (OSError, ValueError, AttributeError, TypeError, nbformat.ValidationError) as error:
        reason = getattr(error, "strerror", None) or "it is no notebook"
        raise UserError(f"{path} cannot be read: {reason}.") from None
    return notebook


def _run(path: Path) -> Any:
    """Run a notebook, and return it with its outputs. It runs in an empty folder, so that no learner's progress is shown.

    A notebook without code needs no kernel, which takes a second to start.
    """
    import nbformat
    from jupyter_client.kernelspec import NoSuchKernel
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    notebook = read_notebook(path)
    if all(cell.cell_type != "code" for cell in notebook.cells):
        return notebook
    first = nbformat.v4.new_code_cell("from raftlab.lab.static import be_static\nbe_static()")
    notebook.cells.insert(0, first)
    with TemporaryDirectory() as empty:
        client = NotebookClient(
            notebook, timeout=SECONDS, resources={"metadata": {"path": empty}}, extra_arguments=QUIET
        )
        try:
            client.execute()
        except CellExecutionError as error:
            raise UserError(
                f"{path.name} stops at a cell that fails: {error.ename}: {error.evalue}"
            ) from None
        except (CellTimeoutError, DeadKernelError, NoSuchKernel) as error:
            reason = str(error).strip().partition("\n")[0].rstrip(".")
            raise UserError(f"{path.name} cannot be run to its end: {reason}.") from None
    del notebook.cells[0]
    return notebook


def _made_static(notebook: Any, folder: Path) -> dict[str, str]:
    """Replace widgets and figures by their HTML, and return the bundles that they play.

    folder: the folder with the pictures of the lesson.
    """
    bundles: dict[str, str] = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            found = output.get("data", {}).pop(STATIC, None)
            if found:
                html = with_pictures(found["html"], folder)
                output.data = {"text/html": html, "text/plain": output.data.get("text/plain", "")}
                bundles |= found["bundles"]
    return bundles


def _linked(found: re.Match[str], pages: dict[str, str]) -> str:
    """A link to an exported notebook leads to its page; any other link to a file becomes its text."""
    target, anchor, words = found[1], found[2] or "", found[3]
    return f'<a href="{pages[target]}{anchor}">{words}</a>' if target in pages else words


def _played(bundles: dict[str, str], theme: str) -> str:
    """The scripts at the end of a page."""
    from jinja2 import Environment, FileSystemLoader

    template = Environment(loader=FileSystemLoader(FOLDER), autoescape=True).get_template("export.html.j2")
    around = shell("A story to play", MODULE_MARK, DATA_MARK)
    return template.render(
        shell=in_base64(around), module=in_base64(module()), bundles=bundles,
        theme=theme, light=LIGHT,
        module_mark=MODULE_MARK, data_mark=DATA_MARK,
    )  # fmt: skip
