"""A progress bar for long computations; it disappears at the end."""

import sys
from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tqdm.std import tqdm


def progress_bar(things: Iterable[Any] | None = None, **settings: Any) -> "tqdm[Any]":
    """A tqdm bar with these settings, on stderr or, in a notebook, in an output of its own.

    >>> list(progress_bar(range(3), disable=True))
    [0, 1, 2]
    """
    from tqdm.std import tqdm  # loaded only when a bar is needed

    return tqdm(things, leave=False, file=BarOutput() if _in_notebook() else None, **settings)


class BarOutput:
    """A file for tqdm that shows in a notebook the text that was written last.

    At its end the bar writes blanks, which leaves an empty output. (A tqdm widget would leave a reference to itself in
    the notebook, which shows as an error when the notebook is opened again without its kernel.)
    """

    encoding = "utf-8"  # without it, tqdm draws the bar with ASCII characters

    def __init__(self) -> None:
        self._place: Any = None

    def write(self, text: str) -> None:
        """Show this text in place of the last one."""
        from IPython.display import HTML, display

        shown = HTML(f"<pre>{escape(text.strip())}</pre>" if text.strip() else "")
        if self._place is not None:
            self._place.update(shown)
        elif text.strip():
            self._place = display(shown, display_id=True)

    def flush(self) -> None:
        """Do nothing: `write` shows everything at once."""


def _in_notebook() -> bool:
    """Does this run in a Jupyter kernel?"""
    ipython = sys.modules.get("IPython")
    return hasattr(ipython.get_ipython(), "kernel") if ipython else False
