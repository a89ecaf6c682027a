"""The page opened from disk, with the network off: all that can be seen and asked works, and nothing else is offered."""

import ast
import re
from pathlib import Path

import nbformat
import pytest

from raftlab import History, Story, load
from raftlab.colors import term_color
from raftlab.lab.scenes import scene
from raftlab.models.copies import Copies

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
LOCAL = ("file:", "data:", "blob:")
README_KEYS = {  # what the help says for keys that work without a kernel
    "space", "→", "←", ".", ",", "Home", "End", "+", "=", "-", "l", "m", "i", "Escape", "y", "]", "[", "j", "b",
    "v", "?",
}  # fmt: skip
KERNEL_KEYS = set("cCrptodDnasxgkhHwuefz")


# -- Opening ---------------------------------------------------------------------------------------------


def labs_of_the_lessons():
    """(story, tick) of every Lab that a lesson opens by a story's name."""
    found = set()
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        cells = [cell for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]
        for call in (node for cell in cells for node in ast.walk(ast.parse(cell.source))):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "Lab":
                name = getattr(call.args[0], "value", None)
                tick = next((each.value.value for each in call.keywords if each.arg == "tick"), 0)
                found |= {(name, tick)} if isinstance(name, str) and isinstance(tick, int) else set()
    return sorted(found)


@pytest.mark.slow
def test_every_lab_of_the_lessons_opens_with_what_its_story_is_about(show, crash):
    """With what the story has said last; if nothing yet, with its title: never with the delay of the network."""
    shown = show(crash)
    labs = labs_of_the_lessons()
    assert len(labs) > 40
    assert ("two_at_once", 0) in labs, "here a tick began with the network"
    for name, tick in labs:
        story, node_class = scene(name)
        shown.page.evaluate(
            "([bundle, tick]) => raftPlayer.load(bundle, tick)", [History(story, node_class).bundle(), tick]
        )
        said = [sentence for when, sentence in story.stops if when <= tick]
        about = said[-1] if said else f"{story.title.rstrip('.')}. "
        assert shown.sentence().startswith(about), (name, tick)
        assert shown.player.locator("[aria-live=polite]").text_content() == shown.sentence()
    shown.page.evaluate(
        "(bundle) => raftPlayer.load(bundle)", History(scene("two_at_once")[0], Copies).bundle()
    )
    assert shown.sentence() == "Two writes at once, and no cut. Press Next event, or the right arrow key."


def test_a_term_has_the_colour_that_it_has_in_pictures(show, crash):
    shown = show(crash, tick=250)
    terms = (0, 1, 2, 8, 9, 20)
    assert shown.look(f"{list(terms)}.map((term) => p.timeline.color(term))") == [*map(term_color, terms)]
    bodies = shown.player.locator(".rl-node[data-node] .rl-body").all()
    fills = {body.get_attribute("fill") for body in bodies}
    assert fills == {term_color(term) for term in shown.look("p.timeline.nodes.map((n) => w.views[n].term)")}


# -- Time ------------------------------------------------------------------------------------------------


def test_the_page_opens_where_it_was_saved_and_plays_until_the_story_speaks(show, crash):
    shown = show(crash, tick=40)
    assert shown.look("p.position.tick") == 40
    assert shown.player.locator(".rl-clock").inner_text() == "tick 40 · 400 ms"

    shown.player.get_by_label("Ticks a second").select_option("50")
    shown.press(" ")
    assert shown.look("p.playing")
    shown.wait("!p.playing")

    assert shown.look("p.position.tick") == 61
    assert shown.sentence().startswith("The leader is gone.")
    shown.press(" ")
    shown.wait("p.position.tick > 70")
    shown.press(" ")
    assert not shown.look("p.playing")
    stopped = shown.look("p.position.tick")
    shown.page.wait_for_timeout(150)
    assert shown.look("p.position.tick") == stopped


def test_the_end_of_the_trace_ends_the_playing(show, crash):
    shown = show(crash, tick=290)
    shown.player.get_by_label("Ticks a second").select_option("50")
    shown.click("▶ play")
    shown.wait("!p.playing")
    assert shown.look("p.position.tick") == 300


def test_steps_forward_and_back_by_event_and_by_tick_are_exact(show, crash):
    shown = show(crash)
    events = crash.branches[0].trace.events
    for count in (1, 2, 3):
        shown.press("ArrowRight")
        assert shown.look("[p.position.tick, p.position.count]") == [events[count - 1][0], count]
    assert shown.sentence() == "n2 counts n1's vote: it has 2 of the 3 it needs."
    for count in (2, 1, 0):
        shown.press("ArrowLeft")
        assert shown.look("p.position.count") == count
    assert shown.look("p.position.tick") == 0

    shown.go(20)
    before = shown.look("[p.position.tick, p.position.count]")
    for tick in (21, 22):
        shown.press(".")
        count = sum(event[0] <= tick for event in events)
        assert shown.look("[p.position.tick, p.position.count]") == [tick, count]
    shown.press(",", ",")
    assert shown.look("[p.position.tick, p.position.count]") == before

    for name, position in (
        ("Next event ⟩", [21, before[1] + 1]),
        ("⟨ back", before),
        ("tick ⟩", [21, sum(event[0] <= 21 for event in events)]),
        ("⟨ tick", before),
    ):
        shown.click(name)
        assert shown.look("[p.position.tick, p.position.count]") == position, name
    shown.press("End")
    assert shown.look("p.position.tick") == 300
    shown.press("Home")
    assert shown.look("p.position.tick") == 0


def test_from_the_middle_of_a_tick_one_tick_back_is_the_tick_before(show, crash):
    shown = show(crash, tick=20)
    shown.press("ArrowRight", ",")
    assert shown.look("p.position.tick") == 20


def test_the_scrubber_goes_anywhere_and_says_where_it_is(show, crash):
    shown = show(crash)
    shown.player.get_by_label("Tick", exact=True).fill("120")
    assert shown.look("p.position.tick") == 120
    assert shown.player.locator(".rl-clock").inner_text().startswith("tick 120 ")
    box = shown.player.locator(".rl-range").bounding_box()
    shown.page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + box["height"] / 2)
    assert abs(shown.look("p.position.tick") - 150) <= 3
    assert re.fullmatch(
        r"tick 1[45]\d of 300", shown.player.locator(".rl-range").get_attribute("aria-valuetext")
    )


def test_an_event_and_a_mark_are_places_to_go_to(show, crash):
    shown = show(crash, tick=90)
    event = shown.player.locator(".rl-event").first
    there = int(event.get_attribute("data-event"))
    told = event.inner_text().split(" ", 1)[1]
    event.click()
    assert shown.look("p.position.count") == there + 1
    assert shown.sentence() == told

    shown.player.locator(".rl-mark-crash").click(position={"x": 1, "y": 9})  # the next mark is close by
    assert shown.look("p.position.tick") == 60
    assert shown.sentence().startswith("n2 crashes, and loses")
    assert shown.player.locator(".rl-mark-election").count() == 2
    shown.player.locator(".rl-mark-election").nth(1).click()
    assert "becomes leader of term" in shown.sentence()
    assert shown.look("w.leader()") is not None
    shown.player.locator(".rl-mark-fork").click()
    assert shown.look("p.position.tick") == 20


def test_a_sentence_that_tells_nothing_new_comes_without_a_rule(show, crash):
    shown = show(crash)
    shown.press("l")
    assert (
        shown.player.locator(".rl-because")
        .inner_text()
        .startswith("A candidate with the votes of a majority")
    )
    while not shown.sentence().endswith("nothing new."):
        shown.press("ArrowRight")
    assert shown.player.locator(".rl-because").inner_text() == ""


def test_run_until_goes_to_the_next_leader_or_commit_or_says_that_there_is_none(show, crash):
    shown = show(crash)
    until = shown.player.get_by_label("Run until")
    until.select_option(label="a leader is elected")
    shown.click("run until")
    assert "n2 becomes leader of term 1" in shown.sentence()
    shown.press("m")
    assert "n2 knows now that it is committed, and applies it" in shown.sentence()
    shown.press("l")
    assert "becomes leader of term" in shown.sentence()
    assert 60 < shown.look("p.position.tick") < 100
    here = shown.look("p.position.count")
    shown.press("i")
    assert shown.player.get_by_role("alert").inner_text() == "Not within 300 ticks: an invariant is broken."
    assert shown.look("p.position.count") == here


def test_the_speed_goes_from_1_to_50_ticks_a_second(show, crash):
    shown = show(crash, tick=100)
    choice = shown.player.get_by_label("Ticks a second")
    assert [int(o.split()[0]) for o in choice.locator("option").all_inner_texts()] == [1, 2, 5, 10, 20, 50]
    pace = {}
    for speed in ("1", "50"):
        choice.select_option(speed)
        pace[speed] = shown.page.evaluate(
            """async () => {
                const [from, began] = [raftPlayer.position.tick, performance.now()];
                raftPlayer.play();
                await new Promise((resolve) => setTimeout(resolve, 700));
                raftPlayer.stop();
                return (raftPlayer.position.tick - from) / (performance.now() - began) * 1000;
            }"""
        )
    assert pace["1"] <= 1.5, "no more than the one tick of a second"
    assert 10 < pace["50"] <= 51
    shown.press("-", "-")
    assert choice.input_value() == "10"
    shown.press("+")
    assert choice.input_value() == "20"
    shown.press("+", "+", "+")
    assert choice.input_value() == "50"


def test_the_keys_of_the_player_do_not_scroll_the_page(show, crash):
    shown = show(crash, tick=40, viewport={"width": 800, "height": 400})
    assert shown.page.evaluate("document.scrollingElement.scrollHeight") > 800, "there is something to scroll"
    shown.player.focus()
    shown.page.evaluate("() => scrollTo(0, 100)")
    shown.press(" ", " ", "End", "Home", "ArrowRight")
    shown.page.wait_for_timeout(150)
    assert shown.page.evaluate("scrollY") == 100


# -- Seeing and asking -------------------------------------------------------------------------------------


def test_a_mark_never_covers_another_and_says_for_which_it_stands(show):
    shown = show(History(load("membership_bug")), viewport={"width": 800, "height": 900})
    boxes = [mark.bounding_box() for mark in shown.player.locator(".rl-mark").all()]
    assert len(boxes) > 6
    for i, a in enumerate(boxes):
        for b in boxes[:i]:
            assert abs(a["y"] - b["y"]) > 8 or abs(a["x"] + a["width"] / 2 - b["x"] - b["width"] / 2) > 6
    broken = shown.player.locator(".rl-mark-broken").first.get_attribute("title")
    assert "an invariant is broken" in broken
    assert "a leader is elected" in broken


@pytest.mark.parametrize(
    "count", [5, 9, *(pytest.param(count, marks=pytest.mark.slow) for count in (1, 2, 3, 4, 6, 7, 8))]
)
def test_what_is_said_of_a_node_is_covered_by_no_message(show, count):
    """Of whom leads above all: its heartbeats begin where its name is read."""
    story = Story("many", "Many", nodes=count, seed=3, ticks=120)
    shown = show(History(story))
    shown.press("l", "1")
    hidden = shown.page.evaluate(
        """async () => {
            const covered = [];
            const box = (element) => element.getBoundingClientRect();
            for (let tick = 0; tick < 60; tick++) {
                raftPlayer.goTick(tick);
                for (const badge of document.querySelectorAll(".rl-badge")) for (const message of document.querySelectorAll(".rl-graph .rl-message :is(.rl-solid, .rl-hollow)")) {
                    const [a, b] = [box(badge), box(message)];
                    const [x, y] = [b.left + b.width / 2, b.top + b.height / 2];
                    if (x > a.left && x < a.right && y > a.top && y < a.bottom) covered.push([tick, badge.textContent]);
                }
            }
            return covered;
        }"""
    )
    assert hidden == []


def test_all_branches_are_there_and_can_be_chosen(show, crash):
    shown = show(crash, tick=50)
    choice = shown.player.get_by_label("Branch")
    assert choice.locator("option").all_inner_texts() == ["main", "↳ pause n1 at 20"]
    assert shown.look("w.views.n1.status") == "running"
    choice.select_option("1")
    assert shown.look("w.views.n1.status") == "paused"
    assert shown.look("p.position.tick") == 50
    shown.press("b")
    assert shown.look("w.views.n1.status") == "running"
    assert choice.input_value() == "0"


def test_the_page_begins_in_the_branch_that_was_looked_at(show):
    history = History(load("leader_crash"))
    history.act("pause", "n1", tick=20, seen=300)
    shown = show(history, tick=50)
    assert shown.look("p.branch.id") == 1
    assert shown.look("w.views.n1.status") == "paused"


def test_nothing_is_offered_that_only_a_kernel_could_do(show, crash):
    shown = show(crash, tick=61)
    verbs = re.compile(
        r"crash|restart|pause|resume|time out|cut|heal|drop|duplicate|deliver|align|spread|client|undo|groups|"
        r"what if"
    )
    offered = lambda: shown.player.locator("button.rl-button").filter(has_text=verbs).all_inner_texts()  # noqa: E731
    assert offered() == []
    lost = shown.look("p.branch.lostAt.findIndex((at) => at !== undefined)")
    for chosen in (
        '{kind: "node", id: "n2"}',
        '{kind: "node", id: "n1"}',
        '{kind: "link", id: "n1>n2"}',
        f'{{kind: "message", id: {lost}}}',
    ):
        shown.page.evaluate(f"() => {{ raftPlayer.select({chosen}); }}")
        assert shown.player.locator(".rl-inspector .rl-fields").is_visible()
        assert offered() == [], chosen
        assert "open this in a Lab" in shown.player.locator(".rl-inspector").inner_text()
    shown.press("1", "y")
    assert offered() == []


def test_a_key_that_needs_a_kernel_says_so_and_changes_nothing(show, crash):
    shown = show(crash, tick=22)
    before = shown.look("JSON.stringify([p.position, p.branch.events])")
    silent = []
    for key in sorted(KERNEL_KEYS):
        shown.page.evaluate("() => { raftPlayer.message.hidden = true; raftPlayer.selected = null; }")
        shown.press({"d": "]", "D": "]", "n": "]", "k": "j", "h": "j"}.get(key, "1"), key)
        alert = shown.player.get_by_role("alert")
        if not (alert.is_visible() and "open it in a Lab" in alert.inner_text()):
            silent.append(key)
        if shown.player.locator("form:visible").count():
            silent.append(f"{key} opens a form")
            shown.press(key)
    assert silent == []
    assert shown.look("JSON.stringify([p.position, p.branch.events])") == before


def test_whoever_listens_hears_each_step_and_a_summary_while_it_plays(show, crash):
    shown = show(crash)
    live = shown.player.locator("[aria-live=polite]")
    shown.press("ArrowRight")
    assert live.text_content() == shown.sentence()
    first = live.text_content()
    shown.press("ArrowRight")
    assert live.text_content() == shown.sentence() != first
    shown.press("3")
    assert live.text_content() == "n3: follower selected"
    spoken = shown.page.evaluate(
        """async () => {
            const live = raftPlayer.root.querySelector("[aria-live]");
            let count = 0;
            new MutationObserver(() => (count += 1)).observe(live, {childList: true, characterData: true, subtree: true});
            raftPlayer.speed = 50;
            raftPlayer.play();
            await new Promise((resolve) => setTimeout(resolve, 600));
            raftPlayer.stop();
            return [count, raftPlayer.position.tick];
        }"""
    )
    assert spoken[0] <= 1
    assert spoken[1] > 25


def test_a_story_from_elsewhere_can_be_called_anything(show):
    hostile = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
    story = Story(
        "own", hostile, nodes=3, seed=4, ticks=60,
        actions=((30, "propose", f"x={hostile}", "leader"),), stops=((40, hostile),),
    )  # fmt: skip
    shown = show(History(story), tick=40)
    assert shown.player.locator("h2").inner_text() == hostile
    assert shown.page.title() == f"{hostile} – raftlab"
    assert shown.sentence() == hostile
    entry = shown.player.locator(".rl-entry:not(.rl-key)").first
    assert entry.get_attribute("title").startswith(f"entry 1 of n1: x={hostile}")
    entry.click()
    assert shown.fields()["command"] == f"x={hostile}"
    assert shown.player.locator("img, script").count() == 0


# -- How it looks --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_stands_out_from_what_is_behind_it(show, crash, broken, theme):
    shown = show(crash, tick=61, color_scheme=theme)
    shown.press("?", "2", "y")
    texts = shown.texts()
    for tick, key in ((24, "]"), (37, "j"), (180, "3")):
        shown.go(tick)
        shown.press(key)
        texts += shown.texts()
    shown.page.evaluate("() => { raftPlayer.fail('Something was wrong.'); }")
    shown.player.get_by_label("Branch").select_option("1")
    texts += shown.texts()
    shown = show(broken, tick=80, color_scheme=theme)
    texts += shown.texts()
    shown = show(History(load("figure_7")), tick=24, color_scheme=theme)
    texts += shown.texts()

    assert len(texts) > 200
    assert [f"{name}: {ratio:.1f}" for name, ratio in texts if ratio < 4.5] == []


def test_dark_is_dark_and_light_is_light(show, crash):
    look = {}
    for theme in ("light", "dark"):
        shown = show(crash, tick=40, color_scheme=theme)
        look[theme] = shown.page.evaluate(
            """() => {
                const canvas = document.createElement("canvas").getContext("2d");
                const grey = (color) => { canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1); return canvas.getImageData(0, 0, 1, 1).data[1]; };
                const style = getComputedStyle(raftPlayer.root);
                return [grey(style.backgroundColor), grey(style.color)];
            }"""
        )
    (paper, ink), (dark_paper, dark_ink) = look["light"], look["dark"]
    assert paper > 200 > 60 > ink
    assert dark_paper < 60 < 200 < dark_ink


def test_the_page_turns_dark_with_the_machine_while_it_is_open(show, crash):
    shown = show(crash, tick=40)
    accent = "getComputedStyle(p.root).getPropertyValue('--rl-accent').trim()"
    by_day = shown.look(accent)
    shown.page.emulate_media(color_scheme="dark")
    shown.wait(f"{accent} !== '{by_day}'", seconds=1)
    shown.page.emulate_media(color_scheme="light")
    shown.wait(f"{accent} === '{by_day}'", seconds=1)


OVERFLOWS = """() => {
    const page = document.scrollingElement;
    const root = document.querySelector(".rl-player");
    const right = root.getBoundingClientRect().right;
    const scrolls = (element) => element.closest(".rl-panel, .rl-hidden, .rl-graph, .rl-spacetime");
    const out = [...root.querySelectorAll("*")].filter((element) => element.checkVisibility() && !scrolls(element)
        && element.getBoundingClientRect().right > right + 1);
    return [page.scrollWidth - page.clientWidth, root.scrollWidth - root.clientWidth, out.map((element) => element.className)];
}"""


@pytest.mark.parametrize("width", [480, 1280, pytest.param(800, marks=pytest.mark.slow)])
def test_nothing_overflows_whatever_the_width(show, crash, broken, width):
    """With everything open, nine nodes, long logs, and every property broken that can be."""
    nine = Story(
        "nine", "A story of nine nodes whose title is so long that it fills more than a line of the page",
        nodes=9, seed=2, ticks=300,
        actions=tuple((60 + 5 * i, "propose", f"a-rather-long-key={i}", "leader") for i in range(12)),
    )  # fmt: skip
    for history, tick in ((crash, 61), (broken, 80), (History(nine), 250)):
        shown = show(history, tick=tick, viewport={"width": width, "height": 900})
        shown.press("?", "2", "y")
        assert shown.page.evaluate(OVERFLOWS) == [0, 0, []]
        shown.press("]", "Escape", "j")
        assert shown.page.evaluate(OVERFLOWS) == [0, 0, []]


def test_everything_that_can_be_clicked_can_be_reached_and_named(show, crash):
    """A button without a name is silent to those who listen."""
    shown = show(crash, tick=40)
    shown.press("2", "y")
    nameless = shown.page.evaluate(
        """() => [...document.querySelectorAll("button, select, input, [role=button], [role=img]")]
            .filter((element) => element.checkVisibility())
            .filter((element) => !(element.getAttribute("aria-label") || element.textContent.trim() || element.labels?.length))
            .map((element) => element.outerHTML.slice(0, 80))"""
    )
    assert nameless == []
    shown.player.locator(".rl-node[data-node=n4]").focus()
    shown.page.keyboard.press("Enter")
    assert shown.look("p.selected.id") == "n4"


SMALL = """() => [...document.querySelectorAll(".rl-player :is(button, select, input), .rl-graph .rl-node")]
    .filter((element) => element.checkVisibility())
    .map((element) => [element.textContent.slice(0, 20) || element.type, Math.min(element.getBoundingClientRect().width, element.getBoundingClientRect().height)])
    .filter(([, size]) => size < 24)"""


def test_with_a_finger_nothing_is_too_small_and_everything_can_be_tapped(show, crash):
    shown = show(crash, tick=40, has_touch=True, is_mobile=True, viewport={"width": 800, "height": 1000})
    shown.player.locator(".rl-node[data-node=n3]").tap()
    assert shown.look("p.selected.id") == "n3"
    shown.button("Why is it not the leader?").tap()
    assert shown.player.locator(".rl-why").is_visible()
    shown.player.locator(".rl-entry:not(.rl-key)").first.tap()
    assert shown.look("p.selected.kind") == "entry"
    before = shown.look("p.position.count")
    shown.button("Next event ⟩").tap()
    assert shown.look("p.position.count") == before + 1
    shown.go(18)
    shown.player.locator(".rl-graph .rl-message").first.tap()
    assert shown.look("p.selected.kind") == "message"
    assert shown.page.evaluate(SMALL) == []
    assert shown.page.evaluate(OVERFLOWS) == [0, 0, []]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_where_the_machine_forces_its_colours_what_is_chosen_and_what_is_told_still_differ(
    show, crash, theme
):
    shown = show(crash, tick=60, forced_colors="active", color_scheme=theme)
    shown.press("2")
    ring = "(e) => getComputedStyle(e).stroke"
    rings = {
        node: shown.player.locator(f".rl-node[data-node={node}] .rl-chosen").evaluate(ring)
        for node in ("n1", "n2")
    }
    assert rings["n1"] == "none" != rings["n2"]
    edge = "(e) => getComputedStyle(e).borderLeftColor"
    edges = shown.player.locator(".rl-event:not([aria-current])").evaluate_all(f"(all) => all.map({edge})")
    assert len(set(edges)) == 1
    assert shown.player.locator(".rl-event[aria-current]").evaluate(edge) != edges[0]


def test_with_keys_alone_one_always_sees_where_one_is(show, crash):
    shown = show(crash, tick=44)
    plain = shown.page.evaluate(
        """async () => {
            const unmarked = [];
            const all = [...document.querySelectorAll(".rl-player, .rl-player :is(button, select, input, [tabindex])")];
            for (const each of all.filter((element) => element.checkVisibility())) {
                each.focus({focusVisible: true});
                const {outlineStyle, outlineWidth} = getComputedStyle(each);
                if (document.activeElement !== each || outlineStyle === "none" || parseFloat(outlineWidth) < 2) unmarked.push(each.outerHTML.slice(0, 80));
            }
            return [all.length > 30, unmarked];
        }"""
    )
    assert plain == [True, []]


def test_what_other_rules_made_is_marked_and_only_played(show):
    text = (Path(__file__).parent.parent / "data" / "trace_version_2.json").read_text()
    shown = show(History.from_json(text), tick=40)
    assert shown.player.locator(".rl-recorded").inner_text() == "made by other rules"
    shown.press("ArrowRight", "1", "c")
    assert "made by other rules" in shown.player.locator(".rl-error").inner_text()
    assert shown.look("p.timeline.branches.size") == 2
    shown.go(60)
    assert "n1 crashes" not in shown.player.locator(".rl-events").text_content()


def test_of_what_these_rules_made_nothing_is_marked(show, crash):
    assert show(crash).player.locator(".rl-recorded").is_hidden()
