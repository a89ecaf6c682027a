"""The still form of a widget in a saved notebook: words, and a picture if there is one. It is shown where the widget cannot be."""

import atexit
import json
import os
from pathlib import Path
from typing import Any, ClassVar
from weakref import WeakKeyDictionary

from raftlab.jupyter import KEPT, STILLS

MOST = 100  # the most stills that are kept in a folder


class Still:
    """A mixin for widgets. It must be the first base class, because it extends the widget's `_repr_mimebundle_`: `class Lab(Still, PlayerWidget)`."""

    invitation = "Run this cell to play."
    # The widgets that were shown in this kernel -> the still form that their notebook has.
    _shown: ClassVar[WeakKeyDictionary["Still", str]] = WeakKeyDictionary()

    def words(self) -> str:
        """The widget in words."""
        return repr(self)

    def still(self) -> dict[str, str]:
        """What is shown besides these words, as {"text/html": ...} or {"image/svg+xml": ...}; empty if there is only words."""
        return {}

    def left_behind(self) -> dict[str, str]:
        """Words and picture, and how to bring the widget back. The words are also below the picture, in case only it is shown."""
        words, left = self.words(), self.still()
        if "image/svg+xml" in left:
            from raftlab.draw.svg import with_words_below

            told = words.partition("\n")[2] or words
            left["image/svg+xml"] = with_words_below(left["image/svg+xml"], f"{told}\n{self.invitation}")
        if "text/html" in left:
            left["text/html"] += f"<p><em>{self.invitation}</em></p>"
        return {"text/plain": f"{words}\n{self.invitation}", **left}

    def _repr_mimebundle_(self, **keywords: Any) -> Any:
        """The data of every widget for the notebook, together with the still form."""
        found = super()._repr_mimebundle_(**keywords)  # type: ignore[misc]
        data, metadata = found if isinstance(found, tuple) else (found, {})
        if not data:
            return found
        Still._shown.setdefault(self, self.words())
        return data | self.left_behind(), metadata | {KEPT: {"process": os.getpid()}}


def keep_stills(folder: Path) -> None:
    """Save the still form of all widgets that have changed since they were shown or since the last call."""
    changed = [widget for widget, words in Still._shown.items() if words != widget.words()]
    if not changed:
        return
    folder.mkdir(parents=True, exist_ok=True)
    for widget in changed:
        model: str = widget.model_id  # type: ignore[attr-defined]
        (folder / f"{model}.json").write_text(json.dumps(widget.left_behind()), encoding="utf-8")
        Still._shown[widget] = widget.words()
    by_age = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in by_age[MOST:]:
        path.unlink(missing_ok=True)  # another kernel may delete it at the same moment


BESIDE_THE_NOTEBOOK = Path.cwd() / STILLS  # a kernel starts in the notebook's folder


def keep_stills_of_this_kernel() -> None:
    """Save the stills beside the notebook. The Jupyter server calls this whenever the notebook is saved."""
    keep_stills(BESIDE_THE_NOTEBOOK)


def keep_stills_at_the_end() -> None:
    """Also save the stills when this kernel ends. Without a kernel this does nothing."""
    from IPython import get_ipython

    if hasattr(get_ipython(), "kernel"):
        atexit.register(keep_stills_of_this_kernel)


keep_stills_at_the_end()
