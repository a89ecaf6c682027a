"""What a Jupyter server does with notebooks that hold players, so that none of them shows an error in a player's place.

A player lives in a kernel, and a notebook holds only a reference to it. So a notebook is saved with a still picture
in each player's place, and with the reference beside it. If the kernel still lives when the notebook is read, the
players come back. If it has ended, the pictures stay, and show the players as they were when it ended.

`raftlab lab` loads this extension, and so does every Jupyter server that runs where raftlab is installed.
"""

import json
import re
import sys
from collections.abc import Awaitable, Callable, Iterator
from inspect import iscoroutinefunction
from pathlib import Path
from typing import Any

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
KEPT = (
    "raftlab"  # what an output's metadata say of its player: {"process": the kernel's, "view": the reference}
)
# Beside the notebook: a file for each player that was used after its cell had run.
STILLS = Path(".raftlab") / "stills"
RUN = "Run this cell to see what was here."


def put_away(notebook: dict[str, Any]) -> None:
    """Take the references to players out of the outputs, which then show still pictures; keep each in the metadata."""
    for output in _outputs(notebook):
        kept = output.get("metadata", {}).get(KEPT)
        if kept is not None and VIEW in output["data"]:
            kept["view"] = output["data"].pop(VIEW)


def bring_back(notebook: dict[str, Any], lives: Callable[[int | None], bool], stills: Path | None) -> None:
    """Put back the references to players that live; show how the others looked when their kernel ended.

    lives: says whether the kernel with a process number lives; for None, whether any kernel does.
    stills: the folder with the pictures that kernels have left.
    """
    states = notebook.get("metadata", {}).get("widgets", {}).get(STATE, {}).get("state", {})
    for output in _outputs(notebook):
        data, kept = output["data"], output.get("metadata", {}).get(KEPT, {})
        view = kept.pop("view", None) or data.pop(VIEW, None)
        if view is None:
            continue
        if lives(kept.get("process")) or view.get("model_id") in states:
            data[VIEW] = view
        elif KEPT in output["metadata"]:
            del output["metadata"][KEPT]
            data.update(_left(stills, view.get("model_id")))
        else:
            data["text/plain"] = RUN


def _outputs(notebook: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The outputs that show something."""
    for cell in notebook.get("cells", ()):
        yield from (output for output in cell.get("outputs", ()) if "data" in output)


def _left(stills: Path | None, model: object) -> dict[str, str]:
    """The still that a kernel has left of a player that was used after its cell had run."""
    if stills is None or not re.fullmatch(r"[0-9a-f]{32}", str(model)):
        return {}
    try:
        found: dict[str, str] = json.loads((stills / f"{model}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}  # then the picture from when the cell ran stays
    return found


# -- The extension ---------------------------------------------------------------------------------------------


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "raftlab.jupyter"}]


def _load_jupyter_server_extension(server: Any) -> None:
    """Called by the Jupyter server when it starts."""
    contents = server.contents_manager
    read: Callable[..., Awaitable[Any]] = contents.get
    if not iscoroutinefunction(read):
        server.log.warning(
            "raftlab: this server reads files in a way in which players cannot be brought back."
        )
        return

    async def read_with_players(path: str, content: bool = True, *rest: Any, **named: Any) -> Any:
        model = await read(path, content, *rest, **named)
        if content and model["type"] == "notebook" and model["content"]:
            root = getattr(contents, "root_dir", None)
            stills = Path(root, path.strip("/")).parent / STILLS if root else None
            # A page that shows a notebook says which type of file it wants; an export or a copy does not.
            lives = await _kernels_of(server, path) if "type" in named else _nobody
            bring_back(model["content"], lives, stills)
        return model

    contents.get = read_with_players
    contents.register_pre_save_hook(_put_away_before_saving)


def _put_away_before_saving(model: dict[str, Any], **_: Any) -> None:
    if model["type"] == "notebook" and model.get("content"):
        put_away(model["content"])


def _nobody(_process: int | None) -> bool:
    return False


async def _kernels_of(server: Any, path: str) -> Callable[[int | None], bool]:
    """Which kernels of a notebook live, in the form that `bring_back` needs."""
    sessions = [
        each
        for each in await server.session_manager.list_sessions()
        if each["path"].strip("/") == path.strip("/")
    ]
    provisioners = [server.kernel_manager.get_kernel(each["kernel"]["id"]).provisioner for each in sessions]
    # The number of a kernel elsewhere is unknown; on Windows it may be that of the program that started the kernel.
    living = [None if sys.platform == "win32" else getattr(each, "pid", None) for each in provisioners]
    return lambda process: any(process is None or pid is None or process == pid for pid in living)
