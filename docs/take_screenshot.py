"""Take README's picture of the player into docs/player.png (`make figures`), where there is a Chromium."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from raftlab import load, save_page
from raftlab.sim.branches import History

DOCS = Path(__file__).parent
sys.path.append(str(DOCS.parent / "tests"))
from browser_help import CHROMIUM_ARGS, find_chromium  # noqa: E402


def main() -> None:
    """Two leaders at once, and why the older one still believes that it leads."""
    chromium = find_chromium()
    if chromium is None:
        print("There is no Chromium here: docs/player.png stays as it is.")
        return
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page_file = Path(folder) / "page.html"
        save_page(History(load("minority_leader")), page_file)
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGS)
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        page.goto(page_file.as_uri())
        page.locator(".rl-player").focus()
        page.evaluate("raftPlayer.goTick(113)")
        for key in "1y":
            page.keyboard.press(key)
        page.locator(".rl-player").screenshot(path=DOCS / "player.png")
        browser.close()


if __name__ == "__main__":
    main()
