"""Lessons as HTML pages for readers without a kernel and without a network: every picture is there, every story plays."""

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
SECONDS = 120  # a cell may take
QUIET = [
    "--log-level=ERROR"
]  # kernels warn of their ports: on one machine, for a minute, that only frightens
SCRIPTS = re.compile(
    r"<script\b.*?</script>", re.DOTALL
)  # those of nbconvert ask the network, and none is needed
LINKS = re.compile(r'<a\b[^>]*\bhref="([^"#:]+)(#[^"]*)?"[^>]*>(.*?)</a>', re.DOTALL)


def export(
    notebooks: Sequence[str | Path], folder: str | Path, theme: str = "light", slides: bool = False
) -> list[Path]:
    """Run notebooks, and write each as one HTML file that needs nothing else.

    notebooks: their files. folder: where the pages go; it is made if it is not there. theme: "light" or "dark".
    Links between these notebooks lead to the pages; links to other files become plain words.
    slides: whether to write slides instead, NN_topic.slides.html, with the lecturer's notes as speaker notes; these
    ask the network for reveal.js.

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
    """Write a page, and make its folder if need be. Raises UserError if that cannot be done."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UserError(f"{target} cannot be written: {error.strerror}.") from None


def page_of(path: Path, theme: str, pages: dict[str, str], slides: bool = False) -> str:
    """A notebook's page, or its slides. pages: notebooks for which there will be pages, too, by their names."""
    notebook = _run(path)
    bundles = _made_static(notebook, path.parent)
    if slides:
        add_speaker_notes(notebook)
    text = LINKS.sub(lambda found: _linked(found, pages), as_page(notebook, path, theme, slides))
    return text.replace("</body>", f"{_played(bundles, theme)}</body>")


def as_page(notebook: Any, path: Path, theme: str = "light", slides: bool = False) -> str:
    """What nbconvert makes of a notebook with its outputs. path: its file, beside which its pictures lie."""
    from nbconvert import HTMLExporter, SlidesExporter

    made = SlidesExporter if slides else HTMLExporter
    exporter = made(theme=theme, embed_images=True, exclude_anchor_links=True)
    resources = {"metadata": {"path": str(path.parent), "name": path.stem}}
    text: str = exporter.from_notebook_node(notebook, resources)[0]
    return text if slides else SCRIPTS.sub("", text)


def read_notebook(path: Path) -> Any:
    """A notebook from its file. Raises UserError if it cannot be read, or is no notebook."""
    import nbformat

    try:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
    # What is JSON and no notebook makes nbformat fall over in several ways.
    except (OSError, ValueError, AttributeError, TypeError, nbformat.ValidationError) as error:
        reason = getattr(error, "strerror", None) or "it is no notebook"
        raise UserError(f"{path} cannot be read: {reason}.") from None
    return notebook


def _run(path: Path) -> Any:
    """The notebook with its outputs; it runs in an empty folder, so that nobody's progress is shown."""
    import nbformat
    from jupyter_client.kernelspec import NoSuchKernel
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    notebook = read_notebook(path)
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
    """Put what widgets and figures show in their places as HTML, and take out what they play.

    folder: in which the pictures of the lesson lie.
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
    """A link to a notebook leads to its page; one to a file that does not come along is only its words."""
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
