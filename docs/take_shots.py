"""Take about a hundred pictures of the player for a visual check (`make shots`): build/shots/index.html.

The shots contain every pair of choices of size, looks, zoom and moment, and each of these with every story and every stage of
the Lab. So they show every mistake that needs two of these choices together. `--only phone,three_islands` takes only shots with
these words.
"""

import argparse
import html
import sys
import tempfile
from collections.abc import Iterator
from itertools import combinations, product
from pathlib import Path
from random import Random
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from raftlab import load, save_page
from raftlab.lab.lab import shown
from raftlab.lab.lessons import STAGES
from raftlab.sim.branches import History

ROOT = Path(__file__).parent.parent
sys.path.append(str(ROOT / "tests"))
from browser_help import CHROMIUM_ARGS, LabPage, find_chromium, lab_page, watch  # noqa: E402
from jupyterlab_help import running_jupyterlab  # noqa: E402

FOLDER = ROOT / "build" / "shots"
SIZES = {  # of the window; those in JupyterLab with its file browser open
    "JupyterLab 1440": (1440, 900), "JupyterLab 1024": (1024, 768), "page": (1440, 900), "large page": (2560, 1440),
    "projector": (1280, 720), "phone": (390, 844), "phone lying": (844, 390),
}  # fmt: skip
LOOKS = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced colours": {"forced_colors": "active"},
}
ZOOMS = {"100 %": 1, "200 %": 2}
SMALLEST = (320, 256)  # pixels of CSS: what WCAG 1.4.10 asks for
STORIES = (
    "three_nodes", "leader_crash", "split_vote", "client_write", "figure_7", "figure_8", "three_islands",
    "cloudflare_lossy_90", "cloudflare_one_way", "github_43_seconds", "two_votes_one_term", "stale_read",
)  # fmt: skip
SHOWS = tuple(dict.fromkeys(lesson for lesson in STAGES if lesson not in ("00b", "before", "after")))
MOMENTS = {  # the keys that are pressed before the picture is taken
    "at the start": "", "after nine presses": "ArrowRight " * 9, "in the middle, a node chosen": "middle 1",
    "at the end": "End", "all keys": "?", "the events": "middle E",
    "the card of a node": "middle 1 q", "the settings": "more", "space and time": "middle v",
}  # fmt: skip
CHOICES = {
    "size": tuple(SIZES), "looks": tuple(LOOKS), "zoom": tuple(ZOOMS), "moment": tuple(MOMENTS),
    "story": STORIES, "show": SHOWS,
}  # fmt: skip
# Not all pairs of these are taken: both lists are long, and the two hardly affect each other.
UNPAIRED = {("story", "show")}
# Finds obvious mistakes in a picture: [sentence, ...]
FAULTS = """(root) => {
    const out = [];
    const box = root.getBoundingClientRect();
    const room = document.documentElement;
    if (!root.closest(".jp-Notebook") && room.scrollHeight > innerHeight + 1) out.push(`the page scrolls by ${room.scrollHeight - innerHeight} px`);
    if (!root.closest(".jp-Notebook") && room.scrollWidth > innerWidth + 1) out.push(`the page scrolls sideways by ${room.scrollWidth - innerWidth} px`);
    const panel = root.closest(".jp-WindowedPanel-outer, .jp-Notebook");
    if (panel && box.height > panel.clientHeight) out.push(`the player is ${Math.round(box.height - panel.clientHeight)} px higher than the notebook`);
    const lists = [...root.querySelectorAll("*")].filter((each) => each.scrollHeight > each.clientHeight && getComputedStyle(each).overflowY === "auto");
    const outside = [...root.querySelectorAll("button, input, select, text")].filter((each) => {
        const at = each.getBoundingClientRect();
        return each.checkVisibility() && !lists.some((list) => list.contains(each)) && at.width && (at.right > box.right + 1 || at.bottom > box.bottom + 1 || at.left < box.left - 1 || at.top < box.top - 1);
    });
    if (outside.length) out.push(`outside the player: ${outside.map((each) => each.textContent || each.className).slice(0, 4).join(", ")}`);
    const labels = [...root.querySelectorAll(".rl-cluster svg text")].filter((each) => each.checkVisibility() && each.textContent.trim());
    const boxes = labels.map((each) => each.getBoundingClientRect());
    const touching = [];
    for (let a = 0; a < boxes.length; a++) for (let b = a + 1; b < boxes.length; b++) {
        const [one, other] = [boxes[a], boxes[b]];
        const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
        const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
        if (across > 2 && down > 4) touching.push(`${labels[a].textContent} / ${labels[b].textContent}`);
    }
    if (touching.length) out.push(`texts on each other: ${touching.slice(0, 5).join("; ")}`);
    return out;
}"""

Shot = dict[str, str]


def paired(choices: dict[str, tuple[str, ...]], unpaired: set[tuple[str, str]]) -> Iterator[Shot]:
    """Shots that contain every pair of choices of different kinds. The list is always the same.

    Each shot begins with a missing pair; then, kind by kind, the choice is added that gives most new pairs.
    """
    kinds = list(choices)
    missing = dict.fromkeys(
        frozenset({(a, one), (b, other)})
        for a, b in combinations(kinds, 2)
        if (a, b) not in unpaired
        for one, other in product(choices[a], choices[b])
    )
    dice = Random("shots")
    while missing:
        shot = dict(sorted(next(iter(missing))))
        for kind in [kind for kind in kinds if kind not in shot]:
            gains = {
                value: sum(frozenset({(kind, value), pair}) in missing for pair in shot.items())
                for value in choices[kind]
            }
            best = [value for value, gain in gains.items() if gain == max(gains.values())]
            shot[kind] = best[int(dice.random() * len(best))]
        for pair in combinations(shot.items(), 2):
            missing.pop(frozenset(pair), None)
        yield {kind: shot[kind] for kind in kinds}


def settings_of(shot: Shot) -> dict[str, Any]:
    """The browser's settings for a shot."""
    width, height = SIZES[shot["size"]]
    zoom = min(ZOOMS[shot["zoom"]], width / SMALLEST[0], height / SMALLEST[1])
    return {
        "viewport": {"width": round(width / zoom), "height": round(height / zoom)},
        "device_scale_factor": zoom,
        "has_touch": "phone" in shot["size"],
        "reduced_motion": "reduce",
        **LOOKS[shot["looks"]],
    }


def prepare(lab: Any, shot: Shot) -> None:
    """Press the keys that lead to the moment."""
    if shot["size"] == "projector":
        lab.press("F")
    for key in MOMENTS[shot["moment"]].split():
        if key == "middle":
            lab.page.evaluate(
                f"() => {{ const p = {lab.player_in_js}; p.goTick(Math.round(p.branch.ticks / 2)); }}"
            )
        elif key == "more":
            lab.click("more")
        else:
            lab.press(key)


def take(lab: Any, shot: Shot, path: Path) -> list[str]:
    """Take a picture of the screen, and return its obvious mistakes."""
    prepare(lab, shot)
    lab.page.evaluate("() => document.fonts.ready")
    lab.page.wait_for_timeout(150)
    faults: list[str] = lab.player.first.evaluate(FAULTS)
    lab.page.screenshot(path=path)
    return faults + lab.complaints


class OnPage(LabPage):
    """The player alone on a page."""

    place = ".rl-player"
    player_in_js = "window.raftPlayer"

    def __init__(self, page: Page):
        super().__init__(page)
        self.complaints = watch(page)


def on_pages(browser: Browser, shots: dict[Path, Shot], folder: Path) -> Iterator[tuple[Path, list[str]]]:
    """The shots of pages."""
    for path, shot in shots.items():
        file = folder / "page.html"
        save_page(History(load(shot["story"])), file, shown(shot["show"]))
        context = browser.new_context(**settings_of(shot))
        page = OnPage(context.new_page())
        page.page.goto(file.as_uri())
        page.player.wait_for()
        yield path, take(page, shot, path)
        context.close()


def in_jupyterlab(
    browser: Browser, shots: dict[Path, Shot], folder: Path
) -> Iterator[tuple[Path, list[str]]]:
    """The shots in JupyterLab, whose page is loaded once for each size, looks and zoom."""
    with running_jupyterlab(folder) as jupyterlab:
        for size, looks, zoom in dict.fromkeys((s["size"], s["looks"], s["zoom"]) for s in shots.values()):
            some = {
                p: s for p, s in shots.items() if (s["size"], s["looks"], s["zoom"]) == (size, looks, zoom)
            }
            with lab_page(
                browser, jupyterlab, "shots.ipynb", **settings_of(next(iter(some.values())))
            ) as lab:
                theme = "JupyterLab Dark" if looks == "dark" else "JupyterLab Light"
                lab.page.evaluate(
                    "async (theme) => { await window.jupyterapp.commands.execute('apputils:change-theme', {theme}); }",
                    theme,
                )
                for path, shot in some.items():
                    lab.complaints.clear()
                    lab.show(f"from raftlab import Lab\nLab({shot['story']!r}, show={shot['show']!r})")
                    lab.player.evaluate(
                        "(root) => root.closest('.jp-Cell').querySelector('.jp-Cell-outputWrapper').scrollIntoView()"
                    )
                    yield path, take(lab, shot, path)


def write_index(shots: dict[Path, Shot], faults: dict[Path, list[str]]) -> Path:
    """The page with all pictures, those of one size together."""
    parts = []
    for size in SIZES:
        parts.append(f"<h2>{size}</h2><div>")
        for path, shot in shots.items():
            if shot["size"] == size and path in faults:
                words = html.escape(
                    f"{path.stem}. " + ", ".join(value for kind, value in shot.items() if kind != "size")
                )
                found = "".join(f"<li>{html.escape(each)}</li>" for each in faults[path])
                parts.append(
                    f'<figure><a href="{path.name}"><img src="{path.name}" alt="{words}"></a>'
                    f"<figcaption>{words}<ul>{found}</ul></figcaption></figure>"
                )
        parts.append("</div>")
    style = (
        "body { font: 14px system-ui, sans-serif; margin: 16px } div { display: flex; flex-wrap: wrap; gap: 16px }"
        "figure { margin: 0; max-width: 600px } img { max-width: 100%; border: 1px solid #888 } ul { color: #b00 }"
    )
    index = FOLDER / "index.html"
    index.write_text(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>The player, {len(faults)} times</title>'
        f"<style>{style}</style><h1>The player, {len(faults)} times</h1>{''.join(parts)}</html>",
        encoding="utf-8",
    )
    return index


def main() -> None:
    """Take all shots, or those with some words."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--only", default="", help="words that a shot's choices must contain, with commas between them"
    )
    words = [word for word in parser.parse_args().only.split(",") if word]
    chromium = find_chromium()
    if chromium is None:
        print("There is no Chromium here, so there are no pictures.")
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    every = {
        FOLDER / f"{number:03}.png": shot for number, shot in enumerate(paired(CHOICES, UNPAIRED), start=1)
    }
    shots = {
        path: shot for path, shot in every.items() if all(word in " ".join(shot.values()) for word in words)
    }
    jupyter = {path: shot for path, shot in shots.items() if "JupyterLab" in shot["size"]}
    pages = {path: shot for path, shot in shots.items() if path not in jupyter}
    faults: dict[Path, list[str]] = {}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGS)
        for taken in (
            on_pages(browser, pages, Path(folder)),
            in_jupyterlab(browser, jupyter, Path(folder) / "jupyter"),
        ):
            for path, found in taken if shots else ():
                faults[path] = found
                print(
                    f"{path.name}: {', '.join(shots[path].values())}{''.join(f'{chr(10)}    {each}' for each in found)}",
                    flush=True,
                )
        browser.close()
    print(
        f"{len(faults)} pictures, {sum(map(bool, faults.values()))} with something wrong at first sight: {write_index(shots, faults)}"
    )


if __name__ == "__main__":
    main()
