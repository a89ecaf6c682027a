"""What a widget leaves in a notebook for where no widget can be shown: words, and a picture if there is one."""

import atexit
import json
import os
from pathlib import Path
from typing import Any, ClassVar
from weakref import WeakKeyDictionary

from raftlab.jupyter import KEPT, STILLS

MOST = 100  # stills that are kept in a folder


class Still:
    """A base class for widgets, named before the widget's own: `class Lab(Still, PlayerWidget)`."""

    invitation = "Run this cell to play."
    # The widgets that were shown in this kernel, and the words that their notebook has of them.
    _shown: ClassVar[WeakKeyDictionary["Still", str]] = WeakKeyDictionary()

    def words(self) -> str:
        """What is said instead of the widget."""
        return repr(self)

    def still(self) -> dict[str, str]:
        """What is shown with these words: "text/html" or "image/svg+xml", if there is more than words."""
        return {}

    def left_behind(self) -> dict[str, str]:
        """Both, and how to bring the widget back. A picture has its words below it, in case only the picture is shown."""
        words, left = self.words(), self.still()
        if "image/svg+xml" in left:
            from raftlab.draw.svg import with_words_below

            told = words.partition("\n")[2] or words
            left["image/svg+xml"] = with_words_below(left["image/svg+xml"], f"{told}\n{self.invitation}")
        if "text/html" in left:
            left["text/html"] += f"<p><em>{self.invitation}</em></p>"
        return {"text/plain": f"{words}\n{self.invitation}", **left}

    def _repr_mimebundle_(self, **keywords: Any) -> Any:
        """What every widget returns, and what is shown instead of it."""
        found = super()._repr_mimebundle_(**keywords)  # type: ignore[misc]
        data, metadata = found if isinstance(found, tuple) else (found, {})
        if not data:
            return found
        Still._shown.setdefault(self, self.words())
        return data | self.left_behind(), metadata | {KEPT: {"process": os.getpid()}}


def keep_stills(folder: Path) -> None:
    """Keep how those widgets look now that have changed since they were shown, or since this was last done."""
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
        path.unlink(missing_ok=True)  # another kernel may end at the same moment


BESIDE_THE_NOTEBOOK = Path.cwd() / STILLS  # a kernel begins in the notebook's folder


def keep_stills_of_this_kernel() -> None:
    """Keep the stills beside the notebook. Whenever it is saved, the Jupyter server asks for this."""
    keep_stills(BESIDE_THE_NOTEBOOK)


def keep_stills_at_the_end() -> None:
    """Keep them, too, when this kernel ends. Without a kernel this does nothing."""
    from IPython import get_ipython

    if hasattr(get_ipython(), "kernel"):
        atexit.register(keep_stills_of_this_kernel)


keep_stills_at_the_end()
