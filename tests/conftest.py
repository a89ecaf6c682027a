"""Fixtures for all tests; the browser's come with a sentence when they have to skip."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import NamedTuple

import pytest
from browser_help import CHROMIUM_ARGS, find_chromium, new_context, watch
from hypothesis import settings

from raftlab.cli import config_path
from raftlab.sim.narrate import as_text

ROOT = Path(__file__).resolve().parent.parent
settings.register_profile("no deadline", deadline=None)  # a busy machine is no mistake of the code
settings.load_profile("no deadline")


def pytest_addoption(parser):
    parser.addoption(
        "--rewrite", action="store_true", help="write the golden traces again instead of comparing with them"
    )


def pytest_configure(config):
    if config.getoption("--rewrite") and config.getoption("numprocesses", None):
        raise pytest.UsageError("--rewrite writes the golden traces one after the other: leave -n out.")


def pytest_collection_modifyitems(items):
    """Browser tests go last: the quick ones fail first, and playwright's event loop disturbs no one."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture(autouse=True)
def no_figure_stays_open():
    """What a test draws is closed after it: of more than twenty matplotlib complains, in whichever test comes next."""
    yield
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close("all")


@pytest.fixture
def golden(request):
    """Compares a trace, told as prose, with that of its name in tests/stories/; or, with --rewrite, writes it there."""

    def compare(name, trace):
        path = ROOT / "tests" / "stories" / f"{name}.txt"
        if request.config.getoption("--rewrite"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(as_text(trace, data=True))
        assert path.read_text() == as_text(trace, data=True)

    return compare


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference data beside the checkout (RAFTLAB_SHARED says where)."""
    place = os.environ.get("RAFTLAB_SHARED")
    if not place:
        pytest.skip("The reference data is not here: RAFTLAB_SHARED is not set.")
    return Path(place)


@pytest.fixture(scope="session")
def browser():
    """One Chromium for all browser tests."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        pytest.skip(f"Browser tests need playwright, which can't be imported here ({error}).")
    chromium = find_chromium()
    if chromium is None:
        pytest.skip("Browser tests need a Chromium or Chrome on this machine, and none was found.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser):
    """A fresh page; the test fails if anything on it complains."""
    context = new_context(browser)
    page = context.new_page()
    errors = watch(page)
    yield page
    context.close()
    assert not errors, "The page complained:\n" + "\n".join(errors)


class JupyterLab(NamedTuple):
    """A running JupyterLab: its address, and the folder that it serves."""

    url: str
    root: Path


@pytest.fixture(scope="session")
def jupyterlab(tmp_path_factory):
    """A real JupyterLab over a copy of notebooks/ and exercises/, with settings of its own."""
    home = tmp_path_factory.mktemp("jupyter")
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
        "--LabApp.expose_app_in_browser=True",  # its own word on whether a kernel is idle
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    return command


def jupyterlab_env(home: Path) -> dict[str, str]:
    """An environment in which the user's own Jupyter settings neither matter nor change."""
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


def wait_for_answer(url: str, process: subprocess.Popen, log, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    log.seek(0)
    pytest.fail(f"JupyterLab did not start:\n{log.read()}")
