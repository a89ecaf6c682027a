"""A Firefox that is driven over WebDriver BiDi. Firefox has this protocol built in, so no other program is needed."""

from __future__ import annotations

import itertools
import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import websocket

NAMES = ("firefox-esr", "firefox")
KEYS = {"ArrowRight": "\ue014", "ArrowLeft": "\ue012", "Home": "\ue011", "Escape": "\ue00c"}


def find_firefox() -> str | None:
    """The system's Firefox, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Firefox:
    """One page of a running Firefox."""

    def __init__(self, address: str):
        self.socket = websocket.create_connection(address, timeout=60, suppress_origin=True)
        self.numbers = itertools.count()
        self.complaints: list[str] = []
        self.command("session.new", capabilities={})
        self.command("session.subscribe", events=["log.entryAdded"])
        (page, *_) = self.command("browsingContext.getTree")["contexts"]
        self.page = page["context"]

    def command(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command, and return its result. Messages that the page logs meanwhile are noted."""
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("method") == "log.entryAdded" and answer["params"]["level"] == "error":
                self.complaints.append(str(answer["params"]["text"]))
            if answer.get("id") == number:
                assert answer["type"] == "success", f"{method}: {answer.get('message')}"
                found: dict[str, Any] = answer["result"]
                return found

    def open(self, address: str) -> None:
        self.command("browsingContext.navigate", context=self.page, url=address, wait="complete")

    def evaluate(self, expression: str) -> Any:
        """The value of an expression in the page, as JSON can express it."""
        answer = self.command(
            "script.evaluate",
            expression=f"JSON.stringify({expression})",
            target={"context": self.page},
            awaitPromise=True,
        )
        assert answer["type"] == "success", answer.get("exceptionDetails", {}).get("text")
        return json.loads(answer["result"].get("value", "null"))

    def wait(self, expression: str, seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while not self.evaluate(expression):
            assert time.monotonic() < end, f"Not within {seconds} seconds: {expression}"
            time.sleep(0.05)

    def press(self, *keys: str) -> None:
        actions = [{"type": way, "value": KEYS.get(key, key)} for key in keys for way in ("keyDown", "keyUp")]
        source = {"type": "key", "id": "keyboard", "actions": actions}
        self.command("input.performActions", context=self.page, actions=[source])

    def click(self, x: float, y: float) -> None:
        moves = [{"type": "pointerMove", "x": round(x), "y": round(y)}]
        presses = [{"type": way, "button": 0} for way in ("pointerDown", "pointerUp")]
        source = {"type": "pointer", "id": "mouse", "actions": moves + presses}
        self.command("input.performActions", context=self.page, actions=[source])


@contextmanager
def running_firefox(program: str, profile: Path) -> Iterator[Firefox]:
    """A Firefox without a window, with its own profile."""
    profile.mkdir()
    preferences = {"ui.prefersReducedMotion": 1, "browser.shell.checkDefaultBrowser": False,
                   "datareporting.policy.dataSubmissionEnabled": False, "app.update.enabled": False}  # fmt: skip
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in preferences.items()]
    (profile / "user.js").write_text("\n".join(lines))
    process = subprocess.Popen(
        [program, "--headless", "--remote-debugging-port=0", "--profile", str(profile), "--no-remote"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        firefox = Firefox(address_in(profile, process))
        yield firefox
        firefox.socket.close()
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def address_in(profile: Path, process: subprocess.Popen[bytes], seconds: float = 60) -> str:
    """The address at which Firefox can be driven. Firefox writes it into a file of its profile when it is ready."""
    file, end = profile / "WebDriverBiDiServer.json", time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        try:
            found = json.loads(file.read_text())
        except (OSError, ValueError):  # not there yet, or not yet whole
            time.sleep(0.1)
        else:
            return f"ws://{found['ws_host']}:{found['ws_port']}/session"
    raise RuntimeError("Firefox did not start.")
