"""Make one HTML file that plays a history, without a network and without a kernel."""

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
  --rl-button: {LIGHT.accent}; /* the text on it is white in both themes */
  --rl-bad: {LIGHT.bad};
  --rl-on-term: {ON_TERM};
}}
:is([data-jp-theme-light="false"], .rl-dark) .rl-player, .rl-player.rl-dark {{
  --rl-accent: {DARK.accent};
  --rl-bad: {DARK.bad};
}}
"""


class Playable(Protocol):
    """Anything that has a bundle, such as `History`."""

    def bundle(self) -> dict[str, Any]:
        """The trace with its branches, in the form that the player reads."""


def page(
    history: Playable, show: Sequence[str] = ("everything",), tick: int = 0, lab: str | None = None
) -> str:
    """The page's text. show: the parts that are shown, as for `Lab`; tick: the tick that is shown first; lab: Python
    code that opens the same story in a notebook, where it can be changed."""
    bundle = history.bundle()
    check_drawable(len(bundle["nodes"]))
    parts = {"bundle": bundle, "show": list(show), "tick": tick, "lab": lab}
    data = json.dumps(parts, separators=(",", ":"))
    return shell(bundle["title"], in_base64(module()), in_base64(data))


def module(entry: str = "main") -> str:
    """The player as one module: the sources without their imports, each after those that it imports.

    They share one scope, so a top-level name must be unique in all of them, which a test checks.
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
    """The player's style sheets, joined."""
    return SHARED_COLORS + "".join(path.read_text(encoding="utf-8") for path in sorted(SOURCES.glob("*.css")))


def shell(title: str, module: str, data: str) -> str:
    """A page with a player. module, data: in Base64, or placeholders that are replaced later."""
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
    """Text in Base64, so that no command in it can be taken for HTML or JavaScript."""
    return base64.b64encode(text.encode()).decode()
