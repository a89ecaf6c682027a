"""The player fits into any window: all of it is visible at once, and nothing scrolls."""

import pytest
from sample import a_few

from raftlab import History, Story, load
from raftlab.lab.lab import shown as words_of

pytestmark = pytest.mark.browser

# Faults in the layout of a player in its window, as sentences.
FAULTS = """([root, viewport]) => {
    const faults = [];
    const view = viewport.getBoundingClientRect();
    const height = viewport.clientHeight;
    if (viewport === document.documentElement && (viewport.scrollHeight > innerHeight + 1 || viewport.scrollWidth > innerWidth + 1))
        faults.push(`the page scrolls: ${viewport.scrollWidth} x ${viewport.scrollHeight}`);
    const box = root.getBoundingClientRect();
    if (box.height > height + 0.5) faults.push(`the player is ${box.height} px high, its room ${height}`);
    for (const part of root.querySelectorAll(".rl-head, .rl-main, .rl-cluster, .rl-view, .rl-say, .rl-sentence, .rl-transport, .rl-transport > *, .rl-head > *, .rl-tabs, .rl-log-row, .rl-node .rl-body, .rl-name, .rl-term, .rl-badge")) {
        if (!part.checkVisibility({visibilityProperty: true}) || !part.getBoundingClientRect().width) continue;
        const {left, right, top, bottom} = part.getBoundingClientRect();
        const inside = part.closest(".rl-cluster, .rl-view") || root;
        const room = (inside === part ? root : inside).getBoundingClientRect();
        if (left < room.left - 1.5 || right > room.right + 1.5 || top < room.top - 1.5 || bottom > room.bottom + 1.5)
            faults.push(`${part.getAttribute("class")} "${part.textContent.slice(0, 20)}" is cut off`);
    }
    const text = root.querySelector(".rl-text");
    if (text.scrollHeight > text.clientHeight + 1) faults.push("the sentence is cut off");
    const bodies = [...root.querySelectorAll(".rl-node[data-node] .rl-body")].filter((body) => body.checkVisibility());
    const least = root.dataset.size === "projector" ? 96 : 52;
    for (const body of bodies) if (body.getBoundingClientRect().width < least - 0.5) faults.push(`a node is only ${body.getBoundingClientRect().width} px across`);
    return faults;
}"""
# The mark of the properties does not count as a control: it shows something, and may be pressed like everything that is shown.
CONTROLS = """(root) => [...root.querySelectorAll("button, select, input, [role=tablist]")]
    .filter((each) => each.checkVisibility({visibilityProperty: true}) && !each.closest(".rl-cluster, .rl-view, .rl-safe") && !each.parentElement.closest("[role=tablist]"))
    .map((each) => each.getAttribute("aria-label") || each.textContent)"""
PAGE = "document.documentElement"
SIZES = {
    "laptop": (1440, 900), "small": (1024, 768), "large": (2560, 1440), "notebook": (592, 650),
    "phone": (390, 844), "lying": (844, 390), "projector": (1280, 720),
}  # fmt: skip


@pytest.fixture
def show(show):
    """Open a history as a page in a window of some size."""

    def open_page(history, width, height, tick=0, words="everything", **settings):
        shown = show(history, tick, words_of(words), viewport={"width": width, "height": height}, **settings)
        shown.wait("p.form && p.stage.layout")
        return shown

    return open_page


def faults(shown):
    root = shown.page.evaluate_handle("() => raftPlayer.root")
    return shown.page.evaluate(FAULTS, [root, shown.page.evaluate_handle(PAGE)])


@pytest.fixture(scope="module")
def crash():
    return History(load("leader_crash"))


@pytest.fixture(scope="module")
def nine():
    writes = tuple((60 + 5 * i, "propose", f"a-rather-long-key={i}", "leader") for i in range(12))
    title = "A story of nine nodes whose title is so long that it fills more than a line of the page"
    return History(Story("nine", title, nodes=9, seed=2, ticks=300, actions=writes))


@pytest.fixture(scope="module")
def broken_branch(broken):
    """A history with a second branch, in which two nodes lead in one term."""
    broken.act("crash", "n3", tick=40, seen=90)
    return broken


@pytest.mark.parametrize("size", a_few(SIZES, every=3))
def test_all_of_the_player_is_seen_at_once_and_nothing_scrolls(show, crash, size):
    width, height = SIZES[size]
    shown = show(crash, width, height)
    if size == "projector":
        shown.press("F")
        shown.wait("p.form.size === 'projector'")
    assert faults(shown) == []
    assert len(shown.player.evaluate(CONTROLS)) <= 8
    for tick in (22, 61, 100, 200):
        shown.go(tick)
        assert faults(shown) == [], f"at tick {tick}"
    box = shown.player.bounding_box()
    assert (round(box["width"]), round(box["height"])) == (width, height), "all of the window is used"


@pytest.mark.parametrize("size", a_few(["small", "notebook", "phone", "lying"], every=3))
def test_nine_nodes_with_long_logs_are_seen_too_the_logs_as_a_tab_where_they_do_not_fit(show, nine, size):
    shown = show(nine, *SIZES[size], tick=250)
    assert faults(shown) == []
    if shown.look("p.beside.arrangement.place") == "tab":
        shown.player.get_by_role("tab", name="Logs").click()
        assert shown.player.locator(".rl-logs").is_visible()
        assert faults(shown) == []


@pytest.mark.parametrize("size", a_few(["laptop", "small", "notebook", "phone"], every=3))
def test_the_longest_sentences_are_read_in_full(show, size):
    """They have smaller letters, and nothing else moves."""
    shown = show(History(load("github_43_seconds")), *SIZES[size])
    lengths = shown.look("p.branch.told.map(([text]) => text.length)")
    longest = max(range(len(lengths)), key=lengths.__getitem__)
    cluster = "p.stage.el.getBoundingClientRect().height"
    shown.press("End")  # the logs are shown once there are entries
    before = shown.look(cluster)
    shown.page.evaluate(f"() => raftPlayer.go(raftPlayer.branch.afterEvent({longest}))")
    assert lengths[longest] > 150
    assert faults(shown) == []
    assert shown.look(cluster) == before


@pytest.mark.parametrize("size", a_few(["small", "notebook", "phone", "lying", "flat"], every=2))
def test_a_question_is_seen_with_all_its_answers_and_the_way_on(show, size):
    shown = show(History(load("figure_8")), *(SIZES | {"flat": (592, 560)})[size])
    asks = shown.look("p.branch.stops.filter((event) => p.branch.events[event][3][0] === 'ask')")
    assert asks
    for event in asks:
        shown.page.evaluate(f"() => raftPlayer.go(raftPlayer.branch.afterEvent({event}))")
        assert shown.player.locator(".rl-quiz button").count() >= 2
        shown.press("ArrowRight")
        assert shown.player.locator(".rl-quiz .rl-way-on").is_visible()
        assert shown.button("Show me ▶").is_visible()
        assert faults(shown) == []


@pytest.mark.parametrize("size", a_few(["laptop", "small", "notebook", "phone", "lying", "tiny"], every=3))
def test_in_the_head_nothing_is_pushed_out_by_a_branch_and_broken_properties(show, broken_branch, size):
    shown = show(broken_branch, *(SIZES | {"tiny": (340, 300)})[size], tick=89)
    assert shown.look("p.timeline.branches.size") == 2
    assert shown.player.locator(".rl-safe").inner_text().startswith("✕ ")
    assert faults(shown) == []
    cut = shown.player.locator(".rl-head").evaluate(
        "(head) => [...head.querySelectorAll('button, output, select')].filter((each) => each.checkVisibility() && each.scrollWidth > each.clientWidth + 1).map((each) => each.textContent)"
    )
    assert cut == []
    if size != "tiny":
        assert shown.player.locator(".rl-head h2").evaluate("(title) => title.clientWidth") >= 30


def test_the_cluster_has_three_fifths_of_the_width_and_all_the_height_of_a_laptop(show, crash):
    shown = show(crash, 1440, 900, tick=40)
    stage, main, logs = (
        shown.player.locator(each).bounding_box() for each in (".rl-cluster", ".rl-main", ".rl-logs")
    )
    assert 0.55 < stage["width"] / main["width"] < 0.65
    assert stage["height"] == main["height"] > 600
    assert logs["x"] > stage["x"] + stage["width"]
    assert not shown.player.locator(".rl-spacetime").is_visible(), "it comes when asked for"


def test_one_key_brings_space_and_time_beside_the_cluster_and_takes_it_away(show, crash):
    shown = show(crash, 1440, 900, tick=40)
    visible = lambda: [shown.player.locator(each).is_visible() for each in (".rl-cluster", ".rl-logs", ".rl-spacetime")]  # noqa: E731  # fmt: skip
    shown.press("v")
    assert visible() == [True, True, True]
    assert faults(shown) == []
    shown.press("v")
    assert visible() == [True, True, False]


def test_where_there_is_little_width_tabs_choose_between_logs_and_time(show, crash):
    shown = show(crash, 592, 650, tick=40)
    shown.player.get_by_role("tab", name="Time").click()
    assert shown.player.locator(".rl-spacetime").is_visible()
    assert not shown.player.locator(".rl-logs").is_visible()
    shown.player.get_by_role("tab", name="Time").press("ArrowLeft")
    assert shown.player.locator(".rl-logs").is_visible()


@pytest.mark.parametrize("size", ["phone", "lying"])
def test_on_a_phone_the_tabs_stay_where_they_are_and_lead_back_to_the_cluster(show, crash, size):
    shown = show(crash, *SIZES[size])
    tabs = shown.player.locator(".rl-tabs")
    before = tabs.bounding_box()
    for tick in (0, 60):  # before there are entries, and afterwards
        shown.go(tick)
        for name, seen in (("Logs", ".rl-logs"), ("Time", ".rl-spacetime"), ("Cluster", ".rl-cluster")):
            shown.player.get_by_role("tab", name=name).click()
            assert shown.player.locator(seen).is_visible()
            assert tabs.bounding_box() == before
            assert shown.player.get_by_role("tab", selected=True).all_inner_texts() == [name]
            assert faults(shown) == []
        assert not shown.player.locator(".rl-beside .rl-view").locator("visible=true").count()


def test_the_projector_is_read_from_the_last_row(show, crash):
    shown = show(crash, 1280, 720, tick=120)
    shown.button("large, for a projector").click()
    shown.wait("p.form.size === 'projector'")
    size = "(e) => parseFloat(getComputedStyle(e).fontSize)"
    assert shown.player.locator(".rl-sentence").evaluate(size) == 32
    for label in (".rl-badge", ".rl-name", ".rl-log-name", ".rl-clock"):
        assert shown.player.locator(label).first.evaluate(size) >= 22, label
    shown.press("f")
    shown.wait("p.form.size === 'laptop'")


def test_the_player_follows_a_window_that_changes(show, crash):
    shown = show(crash, 1440, 900, tick=61)
    for width, height in ((500, 700), (1000, 500), (1440, 900)):
        shown.page.set_viewport_size({"width": width, "height": height})
        shown.wait(f"p.form.width === {width} && p.form.height === {height}")
        shown.wait(f"p.root.getBoundingClientRect().height === {height}")
        assert faults(shown) == []


# -- In JupyterLab -----------------------------------------------------------------------------------------

IN_NOTEBOOK = "document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden) .rl-player')"


@pytest.mark.slow
@pytest.mark.parametrize(("width", "height"), [(1024, 768), (1440, 900)])
def test_in_jupyterlab_the_whole_lab_is_seen_beside_the_file_browser(bench, width, height):
    bench.page.set_viewport_size({"width": width, "height": height})
    bench.show('Lab("leader_crash", tick=40)')
    bench.wait("p.form && p.stage.layout")
    assert bench.page.locator(".jp-FileBrowser").is_visible()
    root = bench.page.evaluate_handle(f"() => {IN_NOTEBOOK}")
    viewport = bench.page.evaluate_handle("() => document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-WindowedPanel-outer')")  # fmt: skip
    bench.player.evaluate("(root) => root.scrollIntoView({block: 'start'})")
    assert bench.page.evaluate(FAULTS, [root, viewport]) == []
    assert len(bench.player.evaluate(CONTROLS)) <= 8
    box, room = bench.player.bounding_box(), viewport.bounding_box()
    assert box["y"] >= room["y"] - 1
    assert box["y"] + box["height"] <= room["y"] + room["height"] + 1
    assert bench.look("p.stage.radius") >= 26
    bench.show('Lab("leader_crash", tick=40, height=400)')
    bench.wait("p.form?.height === 400")


@pytest.mark.slow
def test_a_player_whose_cell_is_run_is_seen_whole_though_the_notebook_has_gone_on_to_the_next_cell(bench):
    long = "Words.\n\n" * 12
    bench.page.set_viewport_size({"width": 1024, "height": 768})
    bench.put("from raftlab import Lab")
    bench.page.evaluate(
        """async (long) => {
            const notebook = window.jupyterapp.shell.currentWidget.content;
            const words = {cell_type: "markdown", source: long};
            notebook.model.sharedModel.insertCells(1, [words, {cell_type: "code", source: "Lab('leader_crash')"}, words]);
            notebook.activeCellIndex = 2;
            await window.jupyterapp.commands.execute("notebook:run-cell-and-select-next");
        }""",
        long,
    )
    bench.player.wait_for()
    bench.wait("p.form && p.stage.layout")
    bench.page.wait_for_function(
        """() => {
            const seen = document.querySelector(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-WindowedPanel-outer").getBoundingClientRect();
            const player = document.querySelector(".rl-player").getBoundingClientRect();
            return player.top >= seen.top - 1 && player.bottom <= seen.bottom + 1;
        }"""
    )


@pytest.mark.parametrize(("width", "height"), [(300, 250), (422, 256)])
def test_where_there_is_hardly_any_room_cluster_sentence_answers_and_next_are_seen(show, width, height):
    """As in JupyterLab in a small window at 200 %."""
    shown = show(History(load("first_steps")), width, height)
    for part in (".rl-cluster", ".rl-sentence", ".rl-quiz button", ".rl-big"):
        for each in shown.player.locator(part).all():
            box = each.bounding_box()
            assert box["y"] >= 0, part
            assert box["y"] + box["height"] <= height, part
            below = shown.page.evaluate(
                "([x, y]) => document.elementFromPoint(x, y).closest('.rl-cluster, .rl-sentence, button').className",
                [box["x"] + box["width"] / 2, box["y"] + box["height"] - 3],
            )
            assert part.split()[-1].lstrip(".") in (below, *below.split(), "button"), part
    radius = shown.look("p.stage.radius")
    assert radius >= 18
    assert [each for each in faults(shown) if "cut off" in each or "scrolls" in each] == []
