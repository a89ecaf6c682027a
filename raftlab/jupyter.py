"""An extension of the Jupyter server, so that a saved notebook shows a still picture, and no error, in place of a player.

A player is an object in a kernel, and a notebook holds only a reference to it. So a notebook is saved with a still
picture in place of each player, and with the reference beside it. The kernel draws the picture of the moment that the
player shows. If the kernel still runs when the notebook is read, the players come back. If it has ended, the pictures
stay. They show the players as they were when the kernel ended; if it was killed, as they were when the notebook was
saved. A new kernel for the notebook changes nothing, because it does not know the players.

`raftlab lab` loads this extension, and so does every Jupyter server of an environment in which raftlab is installed.
(The configuration file for that is not part of an editable installation; `make` copies it.)
"""

import json
import platform
import re
import sys
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from inspect import iscoroutinefunction
from pathlib import Path
from typing import Any

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
# What an output's metadata say of its player: {"process": the kernel's, "view": the reference}.
KEPT = "raftlab"
# The folder beside the notebook with a file for each player that was used after its cell had run.
STILLS = Path(".raftlab") / "stills"
# What the server runs in the kernel. It changes no name of the user's.
KEEP = "__import__('raftlab.lab.still').lab.still.keep_stills_of_this_kernel()"
SECONDS = 2  # how long saving a notebook waits for its kernel
RUN = "Run this cell to see what was here."


def put_away(notebook: dict[str, Any]) -> list[str]:
    """Move the references to players from the outputs, which then show still pictures, to the metadata.

    Returns the model ids of all widgets that the notebook shows.
    """
    models = []
    for output in _outputs(notebook):
        kept = output.get("metadata", {}).get(KEPT)
        if VIEW in output["data"]:
            models.append(output["data"][VIEW].get("model_id"))
            if kept is not None:
                kept["view"] = output["data"].pop(VIEW)
    return models


def bring_up_to_date(notebook: dict[str, Any], stills: Path | None) -> None:
    """Update the still pictures of players to the last ones that their kernels have saved.

    stills: the folder with the pictures that kernels have saved.
    """
    for output, model in _put_away(notebook):
        output["data"].update(_left(stills, model))


def bring_back(
    notebook: dict[str, Any], lives: Callable[[str, int | None], bool], stills: Path | None
) -> None:
    """Put back the references to players whose kernels run; for the others, show the last still pictures.

    lives: says whether the kernel of a model id runs; the second argument is the number of the kernel's process, or None
    if the output does not say it.
    stills: the folder with the pictures that kernels have saved.
    """
    states = notebook.get("metadata", {}).get("widgets", {}).get(STATE, {}).get("state", {})
    for output in _outputs(notebook):
        data, kept = output["data"], output.get("metadata", {}).get(KEPT, {})
        view = kept.pop("view", None) or data.pop(VIEW, None)
        if view is None:
            continue
        if lives(view.get("model_id"), kept.get("process")) or view.get("model_id") in states:
            data[VIEW] = view
        elif KEPT in output["metadata"]:
            del output["metadata"][KEPT]
            data.update(_left(stills, view.get("model_id")))
        else:
            data["text/plain"] = RUN


def _outputs(notebook: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The outputs that have data."""
    for cell in notebook.get("cells", ()):
        yield from (output for output in cell.get("outputs", ()) if "data" in output)


def _put_away(notebook: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    """The outputs whose reference was moved to the metadata, and the model ids of their players."""
    for output in _outputs(notebook):
        view = output.get("metadata", {}).get(KEPT, {}).get("view")
        if view is not None:
            yield output, view.get("model_id")


def _left(stills: Path | None, model: object) -> dict[str, str]:
    """The still form that a kernel has saved of a player; empty if there is none."""
    if stills is None or not re.fullmatch(r"[0-9a-f]{32}", str(model)):
        return {}
    try:
        found: dict[str, str] = json.loads((stills / f"{model}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}  # the picture from when the cell ran stays
    return found


def speak_of_this_python(notebook: dict[str, Any]) -> None:
    """Write the version of the Python that will run a notebook into it. Otherwise JupyterLab does it, and marks the notebook as changed."""
    metadata = notebook.get("metadata", {})
    language = metadata.get("language_info", {})
    if metadata.get("kernelspec", {}).get("name") == "python3" and language.get("name") == "python":
        language["version"] = platform.python_version()


# -- The extension ---------------------------------------------------------------------------------------------


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "raftlab.jupyter"}]


def _load_jupyter_server_extension(server: Any) -> None:
    """Called by the Jupyter server when it starts."""
    contents = server.contents_manager
    read: Callable[..., Awaitable[Any]] = contents.get
    save: Callable[..., Awaitable[Any]] = contents.save
    if not (iscoroutinefunction(read) and iscoroutinefunction(save)):
        server.log.warning(
            "raftlab: this server reads files in a way in which players cannot be brought back."
        )
        return
    kernels_of = KernelsOfModels()
    runs_this_python = _runs_this_python(server.kernel_spec_manager)

    async def save_with_stills(model: dict[str, Any], path: str = "") -> Any:
        if model.get("type") == "notebook" and model.get("content"):
            notebook, kernels = model["content"], await _kernels_of(server, path)
            kernels_of.remember(put_away(notebook), kernels)
            players = [model for _, model in _put_away(notebook)]
            for name in kernels_of.that_know(players, kernels):
                await _have_stills_kept(server, name)
            bring_up_to_date(notebook, stills_beside(path))
        return await save(model, path)

    async def read_with_players(path: str, content: bool = True, *rest: Any, **named: Any) -> Any:
        model = await read(path, content, *rest, **named)
        if content and model["type"] == "notebook" and model["content"]:
            # A page that shows a notebook says which type of file it wants; an export or a copy does not.
            kernels = await _kernels_of(server, path) if "type" in named else set()
            bring_back(model["content"], partial(kernels_of.lives, kernels), stills_beside(path))
            if "type" in named and runs_this_python:
                speak_of_this_python(model["content"])
        return model

    def stills_beside(path: str) -> Path | None:
        root = getattr(contents, "root_dir", None)
        return Path(root, path.strip("/")).parent / STILLS if root else None

    contents.get = read_with_players
    contents.save = save_with_stills


# The kernel's id, which a restart keeps, and its process number, None if it is not known.
Kernel = tuple[str, int | None]


class KernelsOfModels:
    """Which kernels may have a widget's model: those of its notebook when it was first saved with this widget.

    A server that has just started remembers none, and no kernel runs yet that could have one.
    """

    def __init__(self) -> None:
        self._kernels: dict[str, set[Kernel]] = {}

    def remember(self, models: list[str], kernels: set[Kernel]) -> None:
        """Note that a notebook with these models is saved while it has these kernels."""
        for model in models:
            self._kernels.setdefault(model, kernels)

    def lives(self, kernels: set[Kernel], model: str, process: int | None) -> bool:
        """Is the model's kernel one of these? process: the kernel's process number, if the output says it."""
        return any(
            None in (process, of_kernel) or process == of_kernel
            for _, of_kernel in kernels & self._kernels.get(model, set())
        )

    def that_know(self, models: list[str], kernels: set[Kernel]) -> set[str]:
        """The ids of those of these kernels that may have one of these models."""
        known = set().union(*(self._kernels.get(model, set()) for model in models))
        return {name for name, _ in kernels & known}


async def _have_stills_kept(server: Any, name: str) -> None:
    """Let a kernel on this machine save its stills, and wait for it. A busy kernel does it later."""
    kernel = server.kernel_manager.get_kernel(name)
    if kernel.provisioner is None:
        return  # it runs on another machine
    client = kernel.client()
    client.start_channels(shell=True, iopub=False, stdin=False, hb=False, control=False)
    try:
        reply = await client.execute(
            "", silent=True, user_expressions={"kept": KEEP}, stop_on_error=False, reply=True, timeout=SECONDS
        )
        kept = reply["content"].get("user_expressions", {}).get("kept", {})
        if kept.get("status") == "error":
            server.log.warning("raftlab could not draw a player: %s", kept.get("evalue"))
    except TimeoutError:
        server.log.info(
            "raftlab: a kernel is busy, and its notebook is saved with the pictures that there are."
        )
    finally:
        client.stop_channels()


def _runs_this_python(specs: Any) -> bool:
    """Does the kernel "python3" run the same Python as the server?"""
    try:
        command = specs.get_kernel_spec("python3").argv
    except KeyError:  # there is no such kernel
        return False
    return bool(command) and command[0] in ("python", "python3", sys.executable)


async def _kernels_of(server: Any, path: str) -> set[Kernel]:
    """The kernels of a notebook that run. One that was killed is listed until somebody notices, so its process is looked at."""
    names = [
        each["kernel"]["id"]
        for each in await server.session_manager.list_sessions()
        if each["path"].strip("/") == path.strip("/")
    ]
    found = {name: server.kernel_manager.get_kernel(name).provisioner for name in names}
    running = {name: each for name, each in found.items() if each is None or await each.poll() is None}
    # The process number of a kernel on another machine is unknown. On Windows it may be that of the program that started the kernel.
    return {
        (name, None if sys.platform == "win32" else getattr(each, "pid", None))
        for name, each in running.items()
    }
