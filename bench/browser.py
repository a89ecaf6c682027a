"""The speed of the player in Chromium without a GPU: alone on a page, and with a kernel in JupyterLab."""

import re
import statistics
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from browser_help import CHROMIUM_ARGS, LabPage, find_chromium, lab_page
from jupyterlab_help import JupyterLab, free_port, jupyterlab_command, jupyterlab_env, wait_for_answer

from bench.rows import SHARE, CannotMeasureError, Row, Sample, p95
from raftlab.cli import config_path
from raftlab.player import save_page
from raftlab.sim.branches import History
from raftlab.sim.story import Story

PROBE = (Path(__file__).parent / "probe.js").read_text(encoding="utf-8")
PROBE_FIRST = f"({PROBE.rstrip().removesuffix(';')})()"  # before the page's own scripts: the player keeps its keys to itself
KEYS = ["ArrowRight"] * 4 + ["."] * 4 + ["ArrowLeft"] * 3 + [","] * 3 + ["End", "Home"]


def writes(first: int, last: int, every: int) -> tuple[tuple[int, str, str], ...]:
    return tuple((tick, "propose", f"x={tick}") for tick in range(first, last, every))


# There is a write every five ticks, and each message takes 10 to 15 ticks: about twenty words at a time, and twice as many
# where there are nine nodes.
SLOW = (0, "set_network", (10, 15))
SCENE = Story(
    "scene", "Twenty messages in flight", preset="etcd", ticks=1_600, actions=(SLOW, *writes(401, 1_600, 5)),
)  # fmt: skip
CROWD = Story(
    "crowd", "Forty messages in flight", nodes=9, preset="etcd", ticks=1_600,
    actions=(SLOW, *writes(401, 1_600, 5)),
)  # fmt: skip
# First there is much to draw, and then a long time of nothing but heartbeats.
LONG = Story("long", "Nine nodes, 10,000 ticks", nodes=9, ticks=10_000, actions=writes(100, 3_000, 50))


# -- Without a kernel -------------------------------------------------------------------------------


def frames(story: Story, messages: int, width: int, quick: bool) -> Iterator[Sample]:
    """Frames per second while time runs slowly and fast, compared with an empty page in between: the lowest ratio."""
    seconds = 1 if quick else 3
    with playing_page(story, tick=500, viewport={"width": width, "height": width * 9 // 16}) as page:
        empty = page.context.browser.new_page()
        empty.evaluate(PROBE)
        while True:
            ratios = {}
            for speed in (5, 10, 50):
                page.bring_to_front()
                page.evaluate(
                    "(speed) => { raftPlayer.goTick(500); raftPlayer.speed = speed; raftPlayer.play(); }",
                    speed,
                )
                page.wait_for_timeout(500)  # until enough messages are on their way
                here = page.evaluate("(seconds) => bench.countFrames(seconds)", seconds)
                page.evaluate("raftPlayer.stop()")
                empty.bring_to_front()
                ratios[speed] = (
                    here["rate"] / empty.evaluate("(seconds) => bench.countFrames(seconds)", seconds)["rate"]
                )
                if not 0.7 <= here["shown"] / messages <= 1.3:
                    raise RuntimeError(
                        f"The scene should show {messages} messages, and shows {here['shown']:.1f}."
                    )
            told = ", ".join(f"{ratio:.2f} at {speed}" for speed, ratio in ratios.items())
            yield Sample(
                100 * min(ratios.values()), f"{told} ticks/s; {here['shown']:.1f} messages on average"
            )


def steps(quick: bool) -> Iterator[Sample]:
    """Steps by event and by tick, forwards and backwards, to both ends, and to any place with the mouse."""
    with playing_page(SCENE, tick=500) as page:
        while True:
            page.locator(".rl-player").focus()
            keys = islice(cycle(KEYS), 16 if quick else 80)
            pressed = times_to_paint(page, [partial(page.keyboard.press, key) for key in keys])
            scrubbed = times_to_paint(page, scrubs(page, 5 if quick else 40))
            note = f"keys {p95(pressed):.0f} ms, scrubbing {p95(scrubbed):.0f} ms"
            yield Sample(p95(pressed + scrubbed), note)


def long_scrub(quick: bool) -> Iterator[Sample]:
    """A long trace of the largest cluster, from one end to the other."""
    slowest = 0.0
    with playing_page(LONG, tick=0) as page:
        while True:
            times = times_to_paint(page, scrubs(page, 10 if quick else 100))
            slowest = max(slowest, *times)
            yield Sample(p95(times), f"the slowest of all rounds {slowest:.0f} ms")


def scrubs(page: Any, count: int) -> list[Callable[[], None]]:
    """Clicks on the scrubber, each far from the one before."""
    box = page.locator(".rl-range").bounding_box()
    shares = [number * 0.618 % 1 for number in range(count)]  # with the golden ratio, no two are close
    return [
        partial(page.mouse.click, box["x"] + box["width"] * share, box["y"] + box["height"] / 2)
        for share in shares
    ]


def times_to_paint(page: Any, acts: Iterable[Callable[[], None]]) -> list[float]:
    """Do one thing after the other; returns for each the milliseconds until it was painted."""
    times = []
    for number, act in enumerate(acts):
        page.wait_for_timeout(20 + number * 7 % 17)  # people do not act in step with the frames
        act()
        times.append(page.wait_for_function("() => bench.samples.shift()").json_value())
    return times


@contextmanager
def playing_page(story: Story, tick: int, **settings: Any) -> Iterator[Any]:
    """The page of a story, played from disk, with the probe on it."""
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        file = Path(folder) / "page.html"
        save_page(History(story), file, tick=tick)
        page = browser.new_page(**{"viewport": {"width": 1280, "height": 1000}} | settings)
        page.add_init_script(PROBE_FIRST)
        page.goto(file.as_uri())
        page.locator(".rl-player").wait_for()
        yield page


@contextmanager
def chromium() -> Iterator[Any]:
    """A Chromium. Raises CannotMeasureError, with the reason, if there is none."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise CannotMeasureError(f"playwright can't be imported here ({error})") from None
    found = find_chromium()
    if found is None:
        raise CannotMeasureError("there is no Chromium or Chrome on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=CHROMIUM_ARGS)
        yield browser
        browser.close()


# -- With a kernel ----------------------------------------------------------------------------------


def crash(quick: bool) -> Iterator[Sample]:
    """Crash and restart a node from its menu, in turn, with a tick in between."""
    with (
        chromium() as browser,
        jupyterlab() as server,
        lab_page(browser, server, "bench.ipynb", reduced_motion="no-preference") as lab,
    ):
        lab.show('Lab("three_nodes", nodes=5, seed=3)')
        lab.page.evaluate(PROBE)
        lab.go(100)
        lab.press("2")
        while True:
            times = []
            for _ in range(3 if quick else 20):
                times.append(time_to_state(lab, "crash", "rl-crashed"))
                times.append(time_to_state(lab, "restart", "rl-follower"))
            yield Sample(p95(times), f"half of them within {statistics.median(times):.0f} ms")


def time_to_state(lab: LabPage, button: str, state: str) -> float:
    """The milliseconds from the click on a button of n2's to the paint that shows n2 in that state."""
    lab.press(".")
    # A person does not click sooner, and until then the page still reports to the kernel which tick it shows.
    lab.page.wait_for_timeout(250)
    lab.page.evaluate(
        "([node, state]) => { bench.click = bench.clickToClass(document.querySelector(node), state); }",
        [f"{lab.place} [data-node=n2]", state],
    )
    lab.page.evaluate(f"() => {{ {lab.player_in_js}.openMenu({{ kind: 'node', id: 'n2' }}); }}")
    lab.player.get_by_role("menuitem", name=re.compile(f"^{button}")).first.click()
    return lab.page.evaluate("bench.click")


@contextmanager
def jupyterlab() -> Iterator[JupyterLab]:
    """A JupyterLab over an empty folder, with settings of its own, and set up as `raftlab lab` does it."""
    with tempfile.TemporaryDirectory() as folder:
        home, root, port = Path(folder), Path(folder) / "root", free_port()
        root.mkdir()
        env = jupyterlab_env(home) | {"JUPYTER_CONFIG_PATH": config_path()}
        with (home / "jupyterlab.log").open("w+") as log:
            command = jupyterlab_command(port, root)
            process = subprocess.Popen(command, cwd=root, env=env, stdout=log, stderr=log)
            try:
                wait_for_answer(f"http://127.0.0.1:{port}/api/status", process, log)
                yield JupyterLab(f"http://127.0.0.1:{port}", root)
            finally:
                process.terminate()
                process.wait(20)


ROWS = [
    Row("frames", "playing, 5 nodes, 20 messages in flight", SHARE, 92, partial(frames, SCENE, 20, 1280)),
    Row(
        "frames-large",
        "playing, 9 nodes, 40 messages, 2560 px",
        SHARE,
        85,
        partial(frames, CROWD, 40, 2560),
    ),
    Row("steps", "step, back, scrub: key press to paint, p95", "ms", 33, steps),
    Row("crash", "crash in a Lab: click to paint, p95", "ms", 120, crash),
    Row("scrub-long", "9 nodes, 10,000 ticks: scrub to paint, p95", "ms", 33, long_scrub),
]
