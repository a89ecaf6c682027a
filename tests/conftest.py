"""Fixtures for all tests. If a browser test must be skipped, a sentence says why."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import sys
import tempfile
from functools import partial
from pathlib import Path

import pytest
from browser_help import CHROMIUM_ARGS, find_chromium
from hypothesis import settings
from jupyterlab_help import running_jupyterlab

from raftlab.sim.narrate import as_text

ROOT = Path(__file__).resolve().parent.parent
# The many objects of traces in caches would make garbage collection take longer than some tests.
gc.set_threshold(50_000, 20, 50)
# jsonschema imports this package if it is there, which takes more than a second. No test needs it.
sys.modules["rfc3987_syntax"] = None
# On a busy machine, a slow example is not a mistake of the code.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")


def pytest_addoption(parser):
    parser.addoption(
        "--rewrite", action="store_true", help="write the golden traces again instead of comparing with them"
    )


def pytest_configure(config):
    if config.getoption("--rewrite") and config.getoption("numprocesses", None):
        raise pytest.UsageError("--rewrite writes the golden traces one after the other: leave -n out.")
    # A run in the background inherits that interrupts are ignored, and so would the programs that it starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if "RAFTLAB_CACHE" not in os.environ:  # all workers share a cache, and the user's own stays as it is
        os.environ["RAFTLAB_CACHE"] = cache = tempfile.mkdtemp(prefix="raftlab-cache-")
        config.add_cleanup(partial(shutil.rmtree, cache, ignore_errors=True))


def pytest_collection_modifyitems(items):
    """Browser tests go last, so that quick tests fail first, and playwright's event loop does not disturb other tests.

    Those in JupyterLab come first among them: a worker that has nothing left to do takes the last tests
    from another, and starts a JupyterLab of its own only if it must. Tests with a time limit of their own are the longest,
    and come first of all, so that no worker has such a test to itself when all others are done.
    """

    def place(item):
        is_short = item.get_closest_marker("timeout") is None
        return item.get_closest_marker("browser") is not None, is_short, "jupyterlab" not in item.fixturenames

    items.sort(key=place)


def pytest_collection_finish():
    """What is in memory now stays to the end, so the garbage collector need not look at it again and again."""
    gc.freeze()


@pytest.fixture(autouse=True)
def no_figure_stays_open():
    """Close all figures after each test: with more than twenty open ones, matplotlib would warn in some later test."""
    yield
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close("all")


@pytest.fixture
def golden(request):
    """Compares the prose of a trace with the file of its name in tests/stories/; with --rewrite, writes it."""

    def compare(name, trace):
        path = ROOT / "tests" / "stories" / f"{name}.txt"
        if request.config.getoption("--rewrite"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(as_text(trace, data=True))
        assert path.read_text() == as_text(trace, data=True)

    return compare


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference data beside the checkout (see RAFTLAB_SHARED)."""
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


@pytest.fixture(scope="session")
def jupyterlab(tmp_path_factory):
    """A real JupyterLab over a copy of notebooks/ and exercises/, with settings of its own."""
    with running_jupyterlab(tmp_path_factory.mktemp("jupyter")) as jupyterlab:
        yield jupyterlab
