"""One HTML file that plays a history from disk, with no network and no kernel."""

import base64
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from raftlab.colors import DARK, LIGHT, ON_TERM
from raftlab.sim.errors import check_drawable
from raftlab.sim.files import write_file

FOLDER = Path(__file__).parent
SOURCES = FOLDER / "src"
IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+)\.js";\n', re.MULTILINE)
SHARED_COLORS = f""".rl-player {{
  --rl-accent: {LIGHT.accent};
  --rl-button: {LIGHT.accent}; /* white text stands on it, in both themes */
  --rl-bad: {LIGHT.bad};
  --rl-on-term: {ON_TERM};
}}
:is([data-jp-theme-light="false"], .rl-dark) .rl-player, .rl-player.rl-dark {{
  --rl-accent: {DARK.accent};
  --rl-bad: {DARK.bad};
}}
"""


class Playable(Protocol):
    """What a page can be made of: anything that has a bundle, such as `History`."""

    def bundle(self) -> dict[str, Any]:
        """The trace with its branches, as the player reads it."""


def page(
    history: Playable, show: Sequence[str] = ("everything",), tick: int = 0, lab: str | None = None
) -> str:
    """The page's text. show: what of the player is shown, as for `Lab`; tick: where it begins; lab: the Python that
    opens the same story in a notebook, where it can be changed."""
    bundle = history.bundle()
    check_drawable(len(bundle["nodes"]))
    parts = {"bundle": bundle, "show": list(show), "tick": tick, "lab": lab}
    data = json.dumps(parts, separators=(",", ":"))
    return shell(bundle["title"], in_base64(module()), in_base64(data))


def module(entry: str = "main") -> str:
    """The player as one module: its sources, each after those that it imports, without their imports.

    They then share one scope, so a name stands for the same thing in all of them (a test says so).
    """
    texts: dict[str, str] = {}

    def add(name: str) -> None:
        text = (SOURCES / f"{name}.js").read_text(encoding="utf-8")
        for needed in IMPORT.findall(text):
            if needed not in texts:
                add(needed)
        texts[name] = IMPORT.sub("", text)

    add(entry)
    return "".join(texts.values())


def style() -> str:
    """Its style sheets, one for each part that has one."""
    return SHARED_COLORS + "".join(path.read_text(encoding="utf-8") for path in sorted(SOURCES.glob("*.css")))


def shell(title: str, module: str, data: str) -> str:
    """A page around a player. module, data: in Base64, or marks that are replaced by these later."""
    from jinja2 import Environment, FileSystemLoader

    loader = Environment(loader=FileSystemLoader(FOLDER), autoescape=True)
    template = loader.get_template("page.html.j2")
    return template.render(title=title, style=style(), module=module, data=data)


def save_page(
    history: Playable,
    path: str | Path,
    show: Sequence[str] = ("everything",),
    tick: int = 0,
    lab: str | None = None,
) -> None:
    """Write the page. Raises UserError if the file cannot be written."""
    write_file(path, page(history, show, tick, lab))


def in_base64(text: str) -> str:
    """Text in letters that neither HTML nor JavaScript can take for something else, whatever a command holds."""
    return base64.b64encode(text.encode()).decode()
