"""Helpers of browser tests: finding Chromium, running notebooks in JupyterLab, and methods for what a player shows."""

from __future__ import annotations

import os
import shutil
import sys
import time
from contextlib import contextmanager
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

VIEWPORT = {"width": 1400, "height": 1000}
PATIENCE = 30_000  # ms: the longest wait; even on a busy machine, things come sooner or not at all
MOST_OF_A_STACK = 1200  # characters of an uncaught error that are told
LOCAL = ("file:", "data:", "blob:", "about:")

# Errors of JupyterLab and Chromium that are not about raftlab.
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


def new_context(browser, **settings):
    """A context in which nothing moves, so that no test waits for a film. A test of motion sets `reduced_motion="no-preference"`."""
    return browser.new_context(**{"viewport": VIEWPORT, "reduced_motion": "reduce"} | settings)


def watch(page) -> list[str]:
    """A list to which every error on the page's console, and every uncaught one, is added."""
    errors: list[str] = []

    def on_console(message) -> None:
        text = f"{message.text} ({message.location.get('url', '')})"
        if message.type == "error" and not any(word in text for word in HARMLESS):
            errors.append(f"console: {text}")

    def on_page_error(error) -> None:
        if not any(word in str(error) for word in HARMLESS) and not removes_twice(error.stack or ""):
            errors.append(f"uncaught: {(error.stack or str(error))[:MOST_OF_A_STACK]}")

    page.on("console", on_console)
    page.on("pageerror", on_page_error)
    return errors


def removes_twice(stack: str) -> bool:
    """Whether JupyterLab took an element out of the page that was gone already, with none of our code on the stack.

    On a busy machine, JupyterLab does this now and then when the output of a cell is replaced.
    """
    frames = [line for line in stack.splitlines() if line.lstrip().startswith("at ")]
    return (
        "'removeChild'" in stack and bool(frames) and all("/static/lab/jlab_core" in each for each in frames)
    )


class Pages:
    """Files opened in the browser, with the network off, and the errors on their consoles.

    A page that one test has done with is given to the next, and shows another file there: to begin with a
    new context costs Chromium four times as much.
    """

    def __init__(self, browser):
        self.browser = browser
        self.free: dict[tuple, list] = {}  # settings -> [(page, complaints), ...]
        self.lent: list[tuple] = []  # [(settings, page, complaints), ...]

    def open(
        self, file: Path, viewport=None, color_scheme="light", reduced_motion="reduce", forced_colors="none",
        script="", **settings,
    ):  # fmt: skip
        """A page that shows a file; `script` runs before any of its own, and the other settings are those of a context."""
        kind = (script, *sorted(settings.items()))
        free = self.free.setdefault(kind, [])
        page, complaints = free.pop() if free else self.begin(script, settings)
        self.lent.append((kind, page, complaints))
        page.set_viewport_size(viewport or {"width": 1280, "height": 900})
        page.emulate_media(
            color_scheme=color_scheme, reduced_motion=reduced_motion, forced_colors=forced_colors
        )
        page.goto(file.as_uri())
        return page

    def begin(self, script, settings):
        """A new page, and the list of its complaints."""
        page = new_context(self.browser, offline=True, **settings).new_page()
        page.set_default_timeout(PATIENCE)
        if script:
            page.add_init_script(script)
        complaints = watch(page)

        def on_request(request) -> None:
            if not request.url.startswith(LOCAL):
                complaints.append(f"asked for {request.url}")

        def on_dialog(dialog) -> None:
            complaints.append(f"dialog: {dialog.message}")
            dialog.dismiss()

        page.on("request", on_request)
        page.on("dialog", on_dialog)
        return page, complaints

    def take_back(self) -> list[str]:
        """Take back all pages, which then show nothing; returns their errors."""
        said = []
        for kind, page, complaints in self.lent:
            page.goto("about:blank")
            page.mouse.move(0, 0)
            said += complaints
            complaints.clear()
            self.free[kind].append((page, complaints))
        self.lent.clear()
        return said


def open_notebook(page, url: str, path: str, timeout: float = 60) -> None:
    """Open the notebook `path` in JupyterLab at `url`; returns when its kernel is idle."""
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


def run_all(page, timeout: float = 150) -> None:
    """Run every cell of the notebook in front; returns when the last one is done."""
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
    wait_until_idle(page, timeout)


# What watches sizes is told of them in a frame, and what it changes is drawn in the next.
DRAWN_AGAIN = (
    """async () => { for (let frames = 0; frames < 4; frames++) await new Promise(requestAnimationFrame); }"""
)

# Every text in a player and its contrast with its background: [[text, contrast], ...]
CONTRAST = """(root) => {
    const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
    const rgba = (color) => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = color;
        canvas.fillRect(0, 0, 1, 1);
        const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
        return [r, g, b, a / 255];
    };
    const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a), 1];
    const behind = (element) => {
        const layers = [];
        for (let at = element; at; at = at.parentElement) layers.push(rgba(getComputedStyle(at).backgroundColor));
        return layers.reverse().reduce((below, layer) => over(layer, below), rgba("Canvas"));
    };
    const light = (color) => {
        const [r, g, b] = color.map((c) => (c / 255 <= 0.03928 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ratio = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
    const seen = {};
    const note = (element, color, ground) => {
        const faded = Number(getComputedStyle(element).opacity);
        const text = over([...rgba(color).slice(0, 3), rgba(color)[3] * faded], ground);
        const name = `${element.tagName.toLowerCase()}.${element.getAttribute("class") || ""} "${element.textContent.slice(0, 20)}"`;
        const kind = `${element.tagName}${element.getAttribute("class")}${color}${ground}`;
        seen[kind] = [name, ratio(text, ground)];
    };
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let text; (text = walker.nextNode());) {
        const element = text.parentElement;
        if (!text.textContent.trim() || !element.checkVisibility() || element.closest(".rl-hidden, title, option")) continue;
        const style = getComputedStyle(element);
        if (!element.closest("svg")) note(element, style.color, behind(element));
        else if (element.matches(".rl-name, .rl-term")) {
            const group = element.closest(".rl-node");
            const body = getComputedStyle(group.querySelector(".rl-body"));
            const fill = rgba(body.fill);
            fill[3] *= Number(body.fillOpacity);
            note(element, style.fill, over(fill, behind(element.closest("div"))));
        } else if (!element.closest(".rl-message")) note(element, style.fill, behind(element.closest("div")));
        else {
            const shape = getComputedStyle(element.parentElement.querySelector(".rl-solid, .rl-hollow"));
            const fill = rgba(shape.fill);
            fill[3] *= Number(shape.fillOpacity);
            note(element, style.fill, over(fill, behind(element.closest("div"))));
        }
    }
    return Object.values(seen);
}"""


class PlayerPage:
    """A page with a player, and methods for tests."""

    player_in_js = "window.raftPlayer"
    place = ".rl-player"

    def __init__(self, page):
        self.page = page
        self.player = page.locator(self.place)

    def press(self, *keys):
        """Press keys while the player has the focus."""
        self.player.focus()
        for key in keys:
            self.page.keyboard.press(key)

    def button(self, name, exact=True):
        return self.player.get_by_role("button", name=name, exact=exact)

    def click(self, name, exact=True):
        self.button(name, exact).click()

    def further(self, name):
        """Choose an item of the menu behind ▾."""
        self.click("further")
        self.player.get_by_role("menuitem", name=name).click()

    def look(self, expression):
        """Evaluate an expression in which `p` is the player and `w` the world that it shows."""
        return self.page.evaluate(
            f"() => {{ const p = {self.player_in_js}; const w = p.branch.at(p.position.count); return {expression}; }}"
        )

    def wait(self, expression, seconds=PATIENCE / 1000):
        """Wait until something is true of the player."""
        end = time.monotonic() + seconds
        while not self.look(expression):
            assert time.monotonic() < end, f"Not within {seconds} seconds: {expression}"
            self.page.wait_for_timeout(15)

    def go(self, tick):
        """Show a tick."""
        self.page.evaluate(f"() => {{ {self.player_in_js}.goTick({tick}); }}")

    def sentence(self):
        """The sentence that is shown."""
        return self.player.locator(".rl-sentence").inner_text()

    def card(self):
        """The card of the chosen thing. It is opened if it is not open yet."""
        card = self.player.locator(".rl-card")
        if not card.is_visible():
            self.press("q")
        return card

    def fields(self):
        """All fields in the card of the chosen thing: name -> value."""
        card = self.card()
        card.locator("details").evaluate("(details) => { details.open = true; }")
        return dict(row.split("\t") for row in card.locator(".rl-fields tr").all_inner_texts())

    def texts(self):
        """Every text that can be seen in the first player, with its contrast to what is behind it."""
        return self.player.first.evaluate(CONTRAST)


class LabPage(PlayerPage):
    """A notebook in JupyterLab with one Lab. The same kernel is used for one Lab after the other."""

    place = ".jp-NotebookPanel:not(.lm-mod-hidden) .rl-player"
    player_in_js = f'document.querySelector("{place}").parentElement.raftPlayer'

    def __init__(self, page):
        super().__init__(page)
        self.panel = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")

    def put(self, code):
        """Run code in the first cell of the notebook. All other cells are deleted."""
        self.page.evaluate(
            """async (code) => {
                const notebook = window.jupyterapp.shell.currentWidget.content;
                const cells = notebook.model.sharedModel;
                cells.deleteCellRange(1, cells.cells.length);
                notebook.activeCellIndex = 0;
                notebook.activeCell.model.sharedModel.setSource(code);
                notebook.node.querySelector(".rl-player")?.classList.replace("rl-player", "rl-of-before");
                await window.jupyterapp.commands.execute("notebook:run-cell");
            }""",
            code,
        )

    def show(self, code):
        """Make a new Lab in the only cell of the notebook, and wait until it is on the screen."""
        self.put(code)
        self.player.wait_for()

    def choose_theme(self, name):
        """Give JupyterLab this theme, if it has another one."""
        self.page.evaluate(
            """(theme) => document.body.dataset.jpThemeName === theme
                || window.jupyterapp.commands.execute("apputils:change-theme", {theme})""",
            name,
        )
        self.page.locator(f"body[data-jp-theme-name='{name}']").wait_for(state="attached")

    @contextmanager
    def silent_kernel(self):
        """Inside this, nothing that the kernel says arrives at the player; all of it does at the end."""
        self.page.evaluate(
            f"""() => {{
                const {{ kernel }} = {self.player_in_js};
                const held = [];
                const hold = (message) => held.push(message);
                kernel.model.off("msg:custom", kernel.onMessage);
                kernel.model.on("msg:custom", hold);
                window.letGo = () => {{
                    kernel.model.off("msg:custom", hold);
                    kernel.model.on("msg:custom", kernel.onMessage);
                    held.forEach(kernel.onMessage);
                }};
            }}"""
        )
        yield
        self.page.evaluate("() => window.letGo()")

    def settle(self):
        """Wait until the kernel has answered everything that the player has asked so far.

        It is asked for something that changes nothing, because the player does not see the answer. The player gives the
        kernel up after some seconds; this waits longer, because the kernel of a busy machine is only slow.
        """
        self.page.evaluate(
            f"""async (patience) => {{
                const p = document.querySelector("{self.place}")?.parentElement.raftPlayer;
                const end = performance.now() + patience;
                for (;;)
                    try {{
                        return await p?.kernel?.ask({{more: 0, until: 0}});
                    }} catch (problem) {{
                        if (p.kernel.stopped || performance.now() > end) throw problem;
                    }}
            }}""",
            PATIENCE,
        )

    def run(self, code):
        """Run code in a new cell at the end, and return what it printed.

        JupyterLab runs what a widget asks in a second thread, so that a cell may overtake it: what the
        player has asked so far is answered before the cell runs.
        """
        self.settle()
        self.page.evaluate(
            """async (code) => {
                const notebook = window.jupyterapp.shell.currentWidget.content;
                notebook.activeCellIndex = notebook.widgets.length - 1;
                await window.jupyterapp.commands.execute("notebook:insert-cell-below");
                notebook.activeCell.model.sharedModel.setSource(code);
                await window.jupyterapp.commands.execute("notebook:run-cell");
            }""",
            code,
        )
        wait_until_idle(self.page)
        return self.page.evaluate(
            """() => window.jupyterapp.shell.currentWidget.content.activeCell.model.outputs.toJSON()
                .map((output) => [output.text || output.traceback || ""].flat().join("")).join("")"""
        )


@contextmanager
def lab_page(browser, jupyterlab, name, **settings):
    """A page with an empty notebook of this name, on which one Lab after the other can be shown.

    `complaints` of the page is what its console has complained of, `folder` where the notebook is.
    """
    import nbformat  # it takes more than a second, and only these tests need it

    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell("from raftlab import Lab")],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    nbformat.write(notebook, jupyterlab.root / name)
    context = new_context(browser, **settings)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    lab = LabPage(page)
    lab.complaints = watch(page)
    lab.folder = jupyterlab.root
    open_notebook(page, jupyterlab.url, name)
    run_all(page)
    yield lab
    context.close()
