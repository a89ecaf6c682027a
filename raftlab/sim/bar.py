"""A bar that says how far a long computation is, and is gone when it is done."""

import sys
from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tqdm.std import tqdm


def progress_bar(things: Iterable[Any] | None = None, **settings: Any) -> "tqdm[Any]":
    """A bar of tqdm with these settings: on stderr, or, in a notebook, in an output of its own.

    >>> list(progress_bar(range(3), disable=True))
    [0, 1, 2]
    """
    from tqdm.std import tqdm  # only loaded where a bar is needed

    return tqdm(things, leave=False, file=BarOutput() if _in_notebook() else None, **settings)


class BarOutput:
    """A file that shows in a notebook what was written to it last.

    The bar writes blanks when it is done, and they leave an empty output. (A widget would leave a reference to
    itself, which is an error in a notebook that is opened the next day.)
    """

    encoding = "utf-8"  # or tqdm draws the bar with ASCII characters

    def __init__(self) -> None:
        self._place: Any = None

    def write(self, text: str) -> None:
        """Show this in place of what was shown before."""
        from IPython.display import HTML, display

        shown = HTML(f"<pre>{escape(text.strip())}</pre>" if text.strip() else "")
        if self._place is not None:
            self._place.update(shown)
        elif text.strip():
            self._place = display(shown, display_id=True)

    def flush(self) -> None:
        """Everything has been shown at once."""


def _in_notebook() -> bool:
    """Does this run in a Jupyter kernel?"""
    ipython = sys.modules.get("IPython")
    return hasattr(ipython.get_ipython(), "kernel") if ipython else False
