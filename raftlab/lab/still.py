"""What a widget leaves in a notebook for where no widget can be shown: words, and a picture if there is one."""

import atexit
import json
import os
from pathlib import Path
from typing import Any, ClassVar
from weakref import WeakSet

from raftlab.jupyter import KEPT, STILLS

MOST = 100  # stills that are kept in a folder


class Still:
    """A base class for widgets, named before the widget's own: `class Lab(Still, PlayerWidget)`."""

    invitation = "Run this cell to play."
    _shown: ClassVar[WeakSet["Still"]] = WeakSet()  # in this kernel

    def still(self) -> dict[str, str]:
        """What is shown instead of the widget: "text/plain", and "text/html" or "image/svg+xml" if there is more than words."""
        return {"text/plain": repr(self)}

    def left_behind(self) -> dict[str, str]:
        """The same, and how to bring the widget back. A picture has its words below it, in case only the picture is shown."""
        left = self.still()
        words = left["text/plain"].partition("\n")[2] or left["text/plain"]
        if "image/svg+xml" in left:
            from raftlab.draw.svg import with_words_below

            left["image/svg+xml"] = with_words_below(left["image/svg+xml"], f"{words}\n{self.invitation}")
        if "text/html" in left:
            left["text/html"] += f"<p><em>{self.invitation}</em></p>"
        left["text/plain"] += f"\n{self.invitation}"
        return left

    def _repr_mimebundle_(self, **keywords: Any) -> Any:
        """What every widget returns, and what is shown instead of it."""
        found = super()._repr_mimebundle_(**keywords)  # type: ignore[misc]
        data, metadata = found if isinstance(found, tuple) else (found, {})
        if not data:
            return found
        left = self.left_behind()
        self._looked_like = left["text/plain"]
        Still._shown.add(self)
        return data | left, metadata | {KEPT: {"process": os.getpid()}}


def keep_stills(folder: Path) -> None:
    """Keep how those widgets look now that have changed since they were shown: they end with the kernel."""
    looks = {widget: widget.left_behind() for widget in Still._shown}
    changed = {widget: left for widget, left in looks.items() if left["text/plain"] != widget._looked_like}
    if not changed:
        return
    folder.mkdir(parents=True, exist_ok=True)
    for widget, left in changed.items():
        model: str = widget.model_id  # type: ignore[attr-defined]
        (folder / f"{model}.json").write_text(json.dumps(left), encoding="utf-8")
    by_age = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in by_age[MOST:]:
        path.unlink(missing_ok=True)  # another kernel may end at the same moment


def keep_stills_of_this_kernel() -> None:
    """When this kernel ends, keep the stills beside the notebook. Without a kernel this does nothing."""
    from IPython import get_ipython

    if hasattr(get_ipython(), "kernel"):
        atexit.register(keep_stills, Path.cwd() / STILLS)


keep_stills_of_this_kernel()
