"""A separate JupyterLab, for browser tests and for the pictures of the player in JupyterLab."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from raftlab.cli import config_path

ROOT = Path(__file__).resolve().parent.parent


class JupyterLab(NamedTuple):
    """A running JupyterLab: its address, and the folder that it serves."""

    url: str
    root: Path


@contextmanager
def running_jupyterlab(home: Path) -> Iterator[JupyterLab]:
    """A JupyterLab as `raftlab lab` starts it, over a copy of notebooks/ and exercises/; all of it is in `home`."""
    root = home / "root"
    skip = shutil.ignore_patterns(".ipynb_checkpoints", "__pycache__", ".raftlab")
    for folder in ("notebooks", "exercises"):
        if (ROOT / folder).is_dir():
            shutil.copytree(ROOT / folder, root / folder, ignore=skip)
    root.mkdir(exist_ok=True)
    log = (home / "jupyterlab.log").open("w+")
    port = free_port()
    process = subprocess.Popen(
        jupyterlab_command(port, root), cwd=root, env=jupyterlab_env(home), stdout=log, stderr=log
    )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for_answer(f"{url}/api/status", process, log)
        yield JupyterLab(url, root)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.close()


def jupyterlab_command(port: int, root: Path) -> list[str]:
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", f"--port={port}"),
        "--ServerApp.port_retries=0",
        "--IdentityProvider.token=",
        "--ServerApp.disable_check_xsrf=True",
        f"--ServerApp.root_dir={root}",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
        "--LabApp.news_url=",
        "--LabApp.expose_app_in_browser=True",  # so that tests can ask it whether a kernel is idle
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    return command


def jupyterlab_env(home: Path) -> dict[str, str]:
    """An environment in which the user's own Jupyter settings are neither used nor changed."""
    settings = home / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text(
        '{"fetchNews": "false", "checkForUpdates": false}'
    )
    return os.environ | {
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_CONFIG_PATH": config_path(),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "IPYTHONDIR": str(home / "ipython"),
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_answer(url: str, process: subprocess.Popen, log, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    log.seek(0)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read()}")
