"""Show how an extension differs from the class that it extends: the source of each method, side by side."""

import html
import inspect
import textwrap
from typing import NamedTuple

from raftlab.extensions import EXTENSIONS
from raftlab.lab.markdown import as_html
from raftlab.lab.show_rule import WHOLE_WORDS
from raftlab.raft import Raft
from raftlab.sim.errors import check_name

ROW = "display:flex;flex-wrap:wrap;gap:0 1em"
SETS_UP = "def __init__(self, ...):\n    ...  # all that a node of the paper has"
MOST_OPEN = 2  # methods that are shown at once; of more, each is folded
HALF = "flex:1 1 26em;min-width:0"


class Difference(NamedTuple):
    """One method: its name, its source in the base (empty if it is new), its source in the extension."""

    method: str
    before: str
    after: str


class ShownDifference:
    """An extension, as a notebook shows it."""

    def __init__(self, extension: type[Raft]):
        self.extension = extension
        self.base = extension.__bases__[0]
        self.unlike = (inspect.getdoc(inspect.getmodule(extension)) or "").strip()
        self.differences = [
            Difference(
                name,
                SETS_UP if name == "__init__" else source_of(self.base, name),
                source_of(extension, name),
            )
            for name, value in vars(extension).items()
            if inspect.isfunction(value)
        ]

    def __repr__(self) -> str:
        lines = [self.unlike, ""]
        for each in self.differences:
            lines += [f"{self.base.__name__}.{each.method}:", each.before or "(there is none)", ""]
            lines += [f"{self.extension.__name__}.{each.method}:", each.after, ""]
        return "\n".join(lines).rstrip()

    def _repr_html_(self) -> str:
        opened = "open" if len(self.differences) <= MOST_OPEN else ""
        methods = [
            f"<details {opened}><summary><code>{each.method}</code></summary>"
            f'<div style="{ROW}">{self._half(self.base, each.before)}{self._half(self.extension, each.after)}</div></details>'
            for each in self.differences
        ]
        return f'{WHOLE_WORDS}<div class="raftlab-code">{as_html(self.unlike)}{"".join(methods)}</div>'

    def _half(self, owner: type[Raft], source: str) -> str:
        shown = f"<pre>{html.escape(source)}</pre>" if source else "<p><em>has no such method</em></p>"
        return f'<div style="{HALF}"><strong>{owner.__name__}</strong>{shown}</div>'


def source_of(owner: type[Raft], method: str) -> str:
    """A method as it stands in its file; empty if the class has none."""
    function = getattr(owner, method, None)
    return textwrap.dedent(inspect.getsource(function)).strip() if function else ""


def show_difference(extension: str | type[Raft], *methods: str) -> ShownDifference:
    """Show what an extension changes: its methods beside those they stand in front of.

    extension: a class such as `PreVote`, or its name. methods: only these; left out, all.
    Raises UserError, with the nearest name, if there is no such extension or method.

    >>> from raftlab import NoOp, show_difference
    >>> [each.method for each in show_difference(NoOp).differences]
    ['become_leader']
    """
    name = extension if isinstance(extension, str) else getattr(extension, "__name__", repr(extension))
    shown = ShownDifference(EXTENSIONS[check_name("extension", name, EXTENSIONS)])
    if methods:
        there = {each.method: each for each in shown.differences}
        shown.differences = [there[check_name("method", method, there)] for method in methods]
    return shown
