"""What browser tests share: finding a Chromium, and opening and running notebooks in JupyterLab."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from urllib.parse import quote

CHROMIUM_ARGS = [
    "--no-sandbox",  # root in a container has no user namespaces
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
PLACES = {
    "darwin": [
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    ],
    "win32": [
        rf"{os.environ.get(folder, 'C:')}\{path}"
        for folder in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
        for path in (
            r"Chromium\Application\chrome.exe",
            r"Google\Chrome\Application\chrome.exe",
            r"Microsoft\Edge\Application\msedge.exe",
        )
    ],
}

# Complaints of JupyterLab and of Chromium that say nothing about raftlab.
HARMLESS = (
    "favicon",
    "ResizeObserver loop",
    "/api/workspaces",  # a workspace that no one has saved yet
    "/lsp/status",  # no language servers here
)


def find_chromium() -> str | None:
    """The system's Chromium, or None."""
    for name in NAMES:
        if found := shutil.which(name):
            return found
    return next((place for place in PLACES.get(sys.platform, []) if Path(place).exists()), None)


def watch(page) -> list[str]:
    """A list to which every error on the page's console, and every uncaught one, is added."""
    errors: list[str] = []

    def on_console(message) -> None:
        text = f"{message.text} ({message.location.get('url', '')})"
        if message.type == "error" and not any(word in text for word in HARMLESS):
            errors.append(f"console: {text}")

    def on_page_error(error) -> None:
        if not any(word in str(error) for word in HARMLESS):
            errors.append(f"uncaught: {error}")

    page.on("console", on_console)
    page.on("pageerror", on_page_error)
    return errors


def open_notebook(page, url: str, path: str, timeout: float = 60) -> None:
    """Open the notebook `path` in JupyterLab at `url`; back when its kernel is idle."""
    page.goto(f"{url}/lab/tree/{quote(path)}?reset", wait_until="domcontentloaded")
    page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook").wait_for(timeout=timeout * 1000)
    wait_until_idle(page, timeout)


def wait_until_idle(page, timeout: float = 60) -> None:
    """Wait for the kernel of the notebook in front to be idle, and for no cell to be waiting."""
    page.wait_for_function(
        """() => {
            const panel = window.jupyterapp?.shell.currentWidget;
            const kernel = panel?.sessionContext?.session?.kernel;
            const waiting = [...(panel?.node.querySelectorAll(".jp-InputPrompt") || [])]
                .some((prompt) => prompt.textContent.includes("[*]"));
            return kernel?.status === "idle" && kernel.connectionStatus === "connected" && !waiting;
        }""",
        timeout=timeout * 1000,
    )


def run_all(page, timeout: float = 60) -> None:
    """Run every cell of the notebook in front; back when the last one is done."""
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
    wait_until_idle(page, timeout)
