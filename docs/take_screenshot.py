"""Take README's picture and film of the player into notebooks/figures/player.png and docs/player.webp (`make figures`).

This needs Chromium. The film shows one press of Next after the other. It lasts ten seconds, even if it was taken on a busy
machine.
"""

import sys
import tempfile
from base64 import b64decode
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from raftlab import load, save_page
from raftlab.sim.branches import History

DOCS = Path(__file__).parent
PICTURE = DOCS.parent / "notebooks" / "figures" / "player.png"  # the index of the course shows it, too
sys.path.append(str(DOCS.parent / "tests"))
from browser_help import CHROMIUM_ARGS, find_chromium  # noqa: E402

SIZE = {"width": 960, "height": 600}
SECONDS = 10
SHOW_THE_COMMIT = """() => {
    const { branch } = raftPlayer;
    const stop = branch.stops.find((stop) => branch.tickOf(stop) === 103);
    raftPlayer.go({ tick: 103, count: stop + 1 });
}"""
SECOND_LEADER = """() => {
    const world = raftPlayer.branch.at(raftPlayer.position.count);
    return (world.views[world.leader()]?.term ?? 0) > 1;
}"""
PAUSE = 150  # ms between a film and the next press
RATE = 12  # frames per second in the film
LARGEST = 2_000_000  # bytes: the largest size of the film


def opened(browser: Browser, folder: Path, story: str, **settings: Any) -> Page:
    """A page that plays a story."""
    save_page(History(load(story)), folder / "page.html")
    page = browser.new_page(viewport=SIZE, **settings)
    page.goto((folder / "page.html").as_uri())
    page.locator(".rl-player").focus()
    return page


def take_picture(browser: Browser, folder: Path) -> None:
    """Take a picture of two leaders: the older one is cut off and still believes that it leads; the other's entry is committed."""
    page = opened(browser, folder, "minority_leader", device_scale_factor=2, reduced_motion="reduce")
    page.evaluate(SHOW_THE_COMMIT)
    page.locator(".rl-player").screenshot(path=PICTURE)
    page.close()


def take_film(browser: Browser, folder: Path) -> None:
    """Take a film: a leader is elected, a client writes, the leader crashes, and another node takes its place."""
    page = opened(browser, folder, "leader_crash")
    frames: list[tuple[float, bytes]] = []
    cast = page.context.new_cdp_session(page)

    def keep(frame: dict[str, Any]) -> None:
        frames.append((frame["metadata"]["timestamp"], b64decode(frame["data"])))
        cast.send("Page.screencastFrameAck", {"sessionId": frame["sessionId"]})

    cast.on("Page.screencastFrame", keep)
    cast.send("Page.startScreencast", {"format": "png"})
    page.wait_for_timeout(2 * PAUSE)
    while not page.evaluate(SECOND_LEADER):
        page.keyboard.press("ArrowRight")
        page.evaluate("raftPlayer.settled")
        page.wait_for_timeout(PAUSE)
    cast.send("Page.stopScreencast")
    page.close()
    write_film(frames)


def write_film(frames: list[tuple[float, bytes]]) -> None:
    """Write the frames as a film. Each is shown for its share of the time; the last one is shown longer."""
    frames = sorted(frames, key=lambda frame: frame[0])  # they arrive in another order now and then
    scale = SECONDS / (frames[-1][0] - frames[0][0])
    kept = {
        int(scale * (when - frames[0][0]) * RATE): (when, data) for when, data in frames
    }  # the last of each
    times = [scale * when for when, _ in kept.values()]
    lasts = [round(1000 * (after - before)) for before, after in pairwise(times)] + [1500]
    images = [Image.open(BytesIO(data)).convert("RGB") for _, data in kept.values()]
    film = BytesIO()
    images[0].save(
        film, "WEBP", save_all=True, append_images=images[1:], duration=lasts, loop=0, quality=50, method=4
    )
    if film.tell() > LARGEST:
        raise SystemExit(f"The film has {film.tell()} bytes, more than {LARGEST}.")
    (DOCS / "player.webp").write_bytes(film.getvalue())
    print(f"docs/player.webp: {len(images)} frames, {film.tell()} bytes")


def main() -> None:
    """Take the picture and the film."""
    chromium = find_chromium()
    if chromium is None:
        print(
            "There is no Chromium here: notebooks/figures/player.png and docs/player.webp stay as they are."
        )
        return
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGS)
        take_picture(browser, Path(folder))
        take_film(browser, Path(folder))
        browser.close()


if __name__ == "__main__":
    main()
