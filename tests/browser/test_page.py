"""The page, opened from disk without a network: everything that only shows or explains works, and the page offers nothing else."""

import ast
import re
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

from raftlab import History, Story, load
from raftlab.colors import term_color
from raftlab.lab.questions import QUESTIONS
from raftlab.lab.scenes import scene

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
README_KEYS = {  # what the help says for keys that work without a kernel
    "space", "→", "←", ".", ",", "Home", "End", "+", "=", "-", "l", "m", "i", "Escape", "y", "]", "[", "j", "b",
    "v", "?",
}  # fmt: skip
KERNEL_KEYS = set("cCrptodDnasgkhHwuez")  # "f" is spare on a page, and does what "F" does


# -- Opening ---------------------------------------------------------------------------------------------


def labs_of_the_lessons():
    """(story, tick) of every Lab that a lesson opens by the name of a story, and of every run that a question is about."""
    found = {question.run for question in QUESTIONS.values() if question.run is not None}
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
    """It shows the story's latest sentence. If there is none yet, it says how things stand, but never the delay of the network."""
    shown = show(crash)
    labs = labs_of_the_lessons()
    assert len(labs) > 40
    assert ("two_at_once", 0) in labs, "here a tick began with the network"
    for name, tick in labs:
        story, node_class = scene(name)
        history = History(story, node_class)
        history.more(tick)
        shown.page.evaluate("([bundle, tick]) => raftPlayer.load(bundle, tick)", [history.bundle(), tick])
        said = [
            event.detail[1]
            for event in history.branch.trace.events
            if event.what == "stop" and event.tick <= tick
        ]
        begins = shown.look(
            "p.timeline.about.beginning"
        )  # of Raft's nodes; of other protocols the title is said
        about = f"{story.nodes} nodes: each is a follower" if begins else story.title
        about = said[-1] if said else "" if tick else about
        assert shown.sentence().startswith(about), (name, tick)
        assert "From now on messages take" not in shown.sentence()
        spoken = shown.player.locator("[aria-live=polite]").text_content()
        assert spoken == shown.sentence() or " is broken. " in spoken  # which comes first, where it is so
    shown.page.evaluate("(bundle) => raftPlayer.load(bundle)", History(*scene("paxos_round")).bundle())
    assert shown.sentence() == "One proposer, and nothing goes wrong. Press Next."


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
    assert shown.player.locator(".rl-clock").inner_text() == "0.40 s"
    assert shown.player.locator(".rl-clock").get_attribute("title") == "tick 40"

    shown.player.get_by_label("speed").select_option("50")
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
    shown.player.get_by_label("speed").select_option("50")
    shown.click("▶ play")
    shown.wait("!p.playing")
    assert shown.look("p.position.tick") == 300


POSITION = "[p.position.tick, p.position.count]"


def test_one_press_of_next_shows_what_belongs_together(show, crash):
    """The steps of an election are those of the course: it asks; one node answers; this vote counts; the others answer; it leads."""
    shown = show(crash)
    election = [
        (18, 1, "n2 has heard no leader for a whole election timeout"),
        (19, 2, "n1 learns of term 1 and grants n2 its vote"),
        (20, 3, "n2 counts n1's vote: it has 2 of the 3 it needs."),
        (21, 6, "n3 learns of term 1 and grants n2 its vote in term 1. Likewise n4 and n5."),
        (22, 7, "n2 becomes leader of term 1"),
    ]
    for tick, count, sentence in election:
        shown.press("ArrowRight")
        assert shown.look(POSITION) == [tick, count]
        assert shown.sentence().startswith(sentence)
    for tick, count, sentence in reversed(election[:-1]):
        shown.click("back")
        assert shown.look(POSITION) == [tick, count]
        assert shown.sentence().startswith(sentence)
    shown.press("ArrowLeft")
    assert shown.look(POSITION) == [0, 0]
    shown.click("Next ▶")
    assert shown.look(POSITION) == [18, 1]


def test_no_press_of_next_is_spent_on_heartbeats_and_the_time_that_passes_is_told(show, crash):
    shown = show(crash, tick=25)
    shown.press("ArrowRight")
    assert shown.look("p.position.tick") == 35
    assert shown.player.locator(".rl-skip").inner_text() == "+100 ms"
    shown.press("ArrowRight")
    assert shown.look("p.position.tick") == 36
    assert not shown.player.locator(".rl-skip").is_visible()


def test_next_comes_to_an_end_and_says_so(show):
    """A cluster in which nothing but heartbeats happens any more."""
    shown = show(History(replace(load("three_nodes"), stops=())))
    before = -1
    presses = 0
    while shown.look("p.position.count") > before:
        before = shown.look("p.position.count")
        shown.press("ArrowRight")
        presses += 1
    assert presses < 10
    assert shown.look("p.position.tick") < 60
    said = shown.sentence()
    assert shown.player.locator(".rl-because").inner_text().startswith("The story ends here.")
    shown.press("ArrowRight")
    assert shown.sentence() == said, "the last sentence stays"


def test_a_story_that_has_the_last_word_ends_with_it(show):
    """No round of heartbeats is shown after it."""
    shown = show(History(load("one_write")))
    shown.page.evaluate("raftPlayer.go(raftPlayer.branch.afterEvent(raftPlayer.branch.stops.at(-2)))")
    shown.press("ArrowRight", "ArrowRight", "ArrowRight")
    assert shown.sentence().startswith("In short: a majority stores the entry")
    assert shown.look("p.position.tick") == load("one_write").ticks


def test_play_says_that_a_stop_has_halted_it_and_at_the_end_begins_again(show):
    shown = show("leader_crash", tick=100)
    shown.page.evaluate("raftPlayer.speed = 50")
    shown.click("▶ play")
    shown.wait("!p.playing")
    assert shown.look("p.branch.events[p.position.count - 1][1]") == "stop"
    assert shown.button("▶ play on").is_visible()
    shown.press("End")
    shown.click("↺ again")
    shown.wait("p.position.tick < 100")
    assert not shown.button("↺ again").is_visible()


def test_with_one_branch_the_key_for_the_next_one_says_so(show):
    shown = show("leader_crash")
    shown.press("b")
    assert shown.player.get_by_role("alert").inner_text().startswith("There is only one version of this run.")


def test_the_sentence_of_before_is_faint_until_the_motion_has_ended(show):
    shown = show("leader_crash", tick=20, reduced_motion="no-preference")
    faint = "p.saying.el.hasAttribute('data-old')"
    assert shown.page.evaluate(
        "() => { raftPlayer.next(); return raftPlayer.saying.el.hasAttribute('data-old'); }"
    )
    shown.wait("p.motion.film === null")
    assert not shown.look(faint)
    assert shown.page.evaluate(
        "() => { raftPlayer.nextStop(); return raftPlayer.saying.el.hasAttribute('data-old'); }"
    )
    shown.page.evaluate("raftPlayer.stop()")
    assert not shown.look(faint)


def test_steps_by_event_and_by_tick_are_exact(show, crash):
    shown = show(crash)
    events = crash.branches[0].trace.events
    for count in (1, 2, 3):
        shown.page.evaluate("() => { raftPlayer.step('nextEvent'); }")
        assert shown.look(POSITION) == [events[count - 1][0], count]
    shown.page.evaluate("() => { raftPlayer.step('lastEvent'); }")
    assert shown.look(POSITION) == [events[1][0], 2]

    shown.go(20)
    before = shown.look(POSITION)
    for tick in (21, 22):
        shown.press(".")
        count = sum(event[0] <= tick for event in events)
        assert shown.look(POSITION) == [tick, count]
    shown.press(",", ",")
    assert shown.look(POSITION) == before
    for name, tick in (("on by one tick", 21), ("back by one tick", 20)):
        shown.further(name)
        assert shown.look("p.position.tick") == tick
    shown.press("End")
    assert shown.look("p.position.tick") == 300
    shown.press("Home")
    assert shown.look("p.position.tick") == 0


def test_page_down_and_page_up_go_from_stop_to_stop_with_the_focus_anywhere_in_the_player(show, crash):
    """With reduced motion it goes there at once. Other tests are about the films."""
    shown = show(crash)
    for inside in (".rl-big", ".rl-range", ".rl-speed", ".rl-play"):
        shown.go(0)
        shown.player.locator(inside).focus()
        for tick in (61, 151):
            shown.page.keyboard.press("PageDown")
            assert shown.look("p.position.tick") == tick
        assert shown.sentence() == "The old leader comes back. Does it still lead?"
        shown.page.keyboard.press("PageUp")
        assert shown.look("p.position.tick") == 61
        shown.page.keyboard.press("PageUp")
        assert shown.look("p.position.tick") == 0
    shown.further("next stop")
    assert shown.look("p.position.tick") == 61
    shown.further("back a stop")
    assert shown.look("p.position.tick") == 0


def test_page_down_plays_to_the_stop_within_six_seconds_and_a_second_press_jumps(show, crash):
    shown = show(crash, reduced_motion="no-preference")
    shown.press("PageDown")
    assert shown.look("p.playing")
    assert shown.look("61 / p.motion.speed <= 6"), "on a machine that keeps up"
    shown.wait("p.position.tick > 20")
    shown.wait("!p.playing && p.position.tick === 61")
    shown.press("PageDown")
    shown.wait("p.playing && p.position.tick > 61")
    shown.press("PageDown")
    assert shown.look("[p.playing, p.position.tick]") == [False, 151]


def test_without_stops_page_down_goes_to_what_the_run_turns_on(show):
    shown = show(History(replace(load("three_nodes"), stops=())))
    shown.press("PageDown", "PageDown")
    assert "becomes leader" in shown.sentence()
    shown.press("PageUp")
    assert "becomes a candidate" in shown.sentence()


def test_space_plays_and_pauses_and_presses_a_button_that_has_the_focus(show, crash):
    shown = show(crash)
    shown.player.locator(".rl-big").focus()
    shown.page.keyboard.press(" ")
    assert shown.look("[p.playing, p.position.count]") == [False, 1]
    shown.press(" ")
    assert shown.look("p.playing")
    assert shown.button("❚❚ pause").is_visible()
    shown.press(" ")
    assert not shown.look("p.playing")


def test_a_page_has_the_focus_from_the_start(show, crash):
    shown = show(crash)
    shown.page.keyboard.press("ArrowRight")
    assert shown.look("p.position.count") == 1


def test_from_the_middle_of_a_tick_one_tick_back_is_the_tick_before(show, crash):
    shown = show(crash, tick=20)
    shown.press("ArrowRight", ",")
    assert shown.look("p.position.tick") == 20


def test_the_timeline_goes_anywhere_and_says_where_it_is(show, crash):
    shown = show(crash)
    shown.player.get_by_label("time", exact=True).fill("120")
    assert shown.look("p.position.tick") == 120
    assert shown.player.locator(".rl-clock").inner_text() == "1.20 s"
    box = shown.player.locator(".rl-range").bounding_box()
    shown.page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + box["height"] / 2)
    assert abs(shown.look("p.position.tick") - 150) <= 3
    assert re.fullmatch(
        r"1\.[45]\d s of 3\.00 s", shown.player.locator(".rl-range").get_attribute("aria-valuetext")
    )


def test_a_mark_is_a_place_to_go_to(show, crash):
    shown = show(crash, tick=90)
    shown.player.locator(".rl-mark-crash").click(position={"x": 1, "y": 9})  # the next mark is close by
    assert shown.look("p.position.tick") == 60
    assert shown.sentence().startswith("n2 crashes, and loses")
    assert shown.player.locator(".rl-mark-leader").count() == 2
    shown.player.locator(".rl-mark-leader").nth(1).click()
    assert "becomes leader of term" in shown.sentence()
    assert shown.look("w.leader()") is not None
    shown.player.locator(".rl-mark-fork").click()
    assert shown.look("p.position.tick") == 20


def test_the_timeline_does_not_tell_what_lies_ahead_unless_asked(show, two_stops):
    shown = show(History(two_stops))
    marks = shown.player.locator(".rl-mark")
    assert marks.all_inner_texts() == ["◇", "◇"], "that the story will say something, and no more"
    shown.press("l")
    assert marks.all_inner_texts() == ["◇", "◇", "★"]
    shown.press("Home")
    assert marks.all_inner_texts() == ["◇", "◇", "★"], "what has been seen stays"
    shown.further("show what lies ahead")
    assert set(marks.all_inner_texts()) == {"◆", "★", "✕", "✓"}
    shown.further("hide what lies ahead")
    assert marks.all_inner_texts() == ["◇", "◇", "★"]


def test_a_sentence_that_tells_nothing_new_comes_without_a_rule(show, crash):
    shown = show(crash)
    shown.press("l")
    assert (
        shown.player.locator(".rl-because")
        .inner_text()
        .startswith("A candidate with the votes of a majority")
    )
    quiet = shown.look("p.branch.told.findIndex(([text]) => text.endsWith('has nothing new.'))")
    shown.page.evaluate("(event) => raftPlayer.go(raftPlayer.branch.afterEvent(event))", quiet)
    assert shown.sentence().endswith("nothing new.")
    assert shown.player.locator(".rl-because").inner_text() == ""


def test_run_until_goes_to_what_is_said_in_words_or_says_that_there_is_none(show, crash):
    shown = show(crash)
    shown.further("run until a leader is elected")
    assert "n2 becomes leader of term 1" in shown.sentence()
    shown.press("m")
    assert "A majority has stored entry 1 now: it is committed." in shown.sentence()
    shown.press("l")
    assert "becomes leader of term" in shown.sentence()
    assert 60 < shown.look("p.position.tick") < 100
    here = shown.look("p.position.count")
    shown.press("i")
    assert (
        shown.player.get_by_role("alert").inner_text()
        == "Up to 3.00 s this has not happened: a property is broken."
    )
    assert shown.look("p.position.count") == here


def test_the_speed_goes_from_1_to_50_ticks_a_second(show, crash):
    shown = show(crash, tick=100)
    choice = shown.player.get_by_label("speed")
    assert choice.locator("option").all_inner_texts() == ["0.2×", "0.4×", "1×", "2×", "4×", "10×"]
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


def test_the_keys_of_the_player_do_not_scroll_what_is_around_it(show, crash):
    shown = show(crash, tick=40, viewport={"width": 800, "height": 400})
    shown.page.evaluate(
        "() => { document.body.style.paddingTop = '500px'; raftPlayer.root.focus(); scrollTo(0, 100); }"
    )
    shown.press(" ", " ", "End", "Home", "ArrowRight", "PageDown", "PageUp")
    shown.page.wait_for_timeout(150)
    assert shown.page.evaluate("scrollY") == 100


# -- Seeing and asking -------------------------------------------------------------------------------------


def test_a_mark_never_covers_another_and_says_for_which_it_stands(show):
    shown = show(History(load("membership_bug")), viewport={"width": 800, "height": 900})
    shown.press("End")
    boxes = [mark.bounding_box() for mark in shown.player.locator(".rl-mark").all()]
    assert len(boxes) > 6
    for i, a in enumerate(boxes):
        for b in boxes[:i]:
            assert abs(a["y"] - b["y"]) > 8 or abs(a["x"] + a["width"] / 2 - b["x"] - b["width"] / 2) > 3
    broken = shown.player.locator(".rl-mark-broken").first.get_attribute("title")
    assert "a property is broken" in broken
    assert "a leader is elected" in broken


@pytest.mark.parametrize(
    "count", [5, 9, *(pytest.param(count, marks=pytest.mark.slow) for count in (1, 2, 3, 4, 6, 7, 8))]
)
def test_what_is_said_of_a_node_is_covered_by_no_message(show, count):
    """This matters most for the leader, because its heartbeats start near its name."""
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
    choice = shown.player.get_by_label("branch")
    assert choice.locator("option").all_inner_texts() == ["the story", "↳ n1 is paused at 0.20 s"]
    assert shown.look("w.views.n1.status") == "running"
    choice.select_option("1")
    assert shown.look("w.views.n1.status") == "paused"
    assert shown.look("p.position.tick") == 50
    shown.press("b")
    assert shown.look("w.views.n1.status") == "running"
    assert choice.input_value() == "0"


def test_back_to_the_story_returns_to_where_it_was_left_with_all_its_stops(show, crash):
    shown = show(crash, tick=50)
    assert not shown.button("back to the story").is_visible()
    shown.press("b")
    shown.go(200)
    shown.click("back to the story")
    assert shown.look("[p.branch.id, p.position.tick]") == [0, 20]
    shown.press("PageDown")
    assert shown.sentence().startswith("The leader is gone.")


def test_a_branch_and_the_story_that_it_left_are_laid_side_by_side_in_step(show, crash):
    shown = show(crash, tick=50)
    shown.press("b")
    shown.click("side by side")
    both = shown.page.locator(".rl-together")
    assert both.locator("h3").all_inner_texts() == ["the story", "n1 is paused at 0.20 s"]
    badges = "(cell) => cell.querySelector('[data-node=n1] .rl-badge').textContent"
    assert ["paused" in cell.evaluate(badges) for cell in both.locator(".rl-cell").all()] == [False, True]
    shown.page.keyboard.press("End")
    shown.page.keyboard.press("Escape")
    assert both.count() == 0
    assert shown.look("[p.branch.id, p.position.tick]") == [1, 300]
    shown.page.keyboard.press("Home")
    assert shown.look("p.position.tick") == 0


def test_side_by_side_each_says_what_has_happened_in_it_at_the_speed_of_before(show):
    history = History(load("leader_crash"))
    history.act("pause", "n1", tick=20, seen=300)
    history.act("crash", "n2", tick=60, seen=300)
    shown = show(history, tick=100)
    shown.press("+")
    shown.click("side by side")
    both = shown.page.locator(".rl-together")
    assert both.locator("h3").all_inner_texts() == ["the story", "n2 crashes at 0.60 s"]
    assert shown.page.get_by_label("speed").last.evaluate("(choice) => choice.value") == "10"
    alone = {}
    told = lambda: both.locator(".rl-sentence").all_inner_texts()  # noqa: E731
    first = told()
    assert first[0] != first[1]
    shown.page.keyboard.press("End")
    assert told()[0] != first[0]
    shown.page.keyboard.press("Escape")
    for branch in ("2", "0"):
        shown.player.get_by_label("branch").select_option(branch)
        shown.go(100)
        alone[branch] = shown.sentence()
    assert first == [alone["0"], alone["2"]]


def test_where_there_is_one_branch_nothing_is_said_of_branches(show):
    shown = show(History(load("leader_crash")))
    assert not shown.player.get_by_label("branch").is_visible()
    assert not shown.button("back to the story").is_visible()


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
    shown.go(shown.look(f"p.branch.message({lost}).sent"))
    for chosen in (
        '{kind: "node", id: "n2"}',
        '{kind: "node", id: "n1"}',
        '{kind: "link", id: "n1>n2"}',
        f'{{kind: "message", id: {lost}}}',
    ):
        shown.page.evaluate(f"() => {{ raftPlayer.openCard({chosen}); }}")
        assert shown.player.locator(".rl-card").is_visible()
        assert offered() == [], chosen
    shown.press("1", "y")
    assert offered() == []


def test_a_key_that_needs_a_kernel_says_so_and_changes_nothing(show, crash):
    shown = show(crash, tick=22)
    before = shown.look("JSON.stringify([p.position, p.branch.events])")
    silent = []
    for key in sorted(KERNEL_KEYS):
        shown.page.evaluate("() => { raftPlayer.escape(); raftPlayer.selected = null; }")
        shown.press({"d": "]", "D": "]", "n": "]", "k": "j", "h": "j"}.get(key, "1"), key)
        if "This page plays a recording" not in shown.player.inner_text():
            silent.append(key)
        if shown.player.locator("form:visible").count():
            silent.append(f"{key} opens a form")
            shown.press(key)
    assert silent == []
    assert shown.look("JSON.stringify([p.position, p.branch.events])") == before


def test_a_screen_reader_reads_each_step_and_a_summary_while_it_plays(show, crash):
    shown = show(crash)
    live = shown.player.locator("[aria-live=polite]")
    shown.press("ArrowRight")
    assert live.text_content() == shown.sentence()
    first = live.text_content()
    shown.press("ArrowRight")
    assert live.text_content() == shown.sentence() != first
    shown.press("3")
    assert live.text_content() == "n3: follower, selected"
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
    entry = shown.player.locator("[data-thing='entry n1 1']")
    assert f"x={hostile}" in entry.get_attribute("title")
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
    shown.player.get_by_label("branch").select_option("1")
    texts += shown.texts()
    shown = show(broken, tick=80, color_scheme=theme)
    texts += shown.texts()
    shown = show(History(load("figure_7")), tick=24, color_scheme=theme)
    texts += shown.texts()

    assert len(texts) > 150
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
    shown.wait(f"{accent} !== '{by_day}'")
    shown.page.emulate_media(color_scheme="light")
    shown.wait(f"{accent} === '{by_day}'")


def test_everything_that_can_be_clicked_can_be_reached_and_named(show, crash):
    """A screen reader cannot say anything of a button without a name."""
    shown = show(crash, tick=40)
    shown.press("2", "y")
    nameless = shown.page.evaluate(
        """() => [...document.querySelectorAll("button, select, input, [role=button], [role=img]")]
            .filter((element) => element.checkVisibility({visibilityProperty: true}))
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
    assert shown.player.locator(".rl-card").is_visible()
    shown.press("Escape")
    shown.player.locator("button.rl-entry").first.tap()
    assert shown.look("p.selected.kind") == "entry"
    before = shown.look("p.position.count")
    shown.button("Next ▶").tap()
    assert shown.look("p.position.count") > before
    shown.press("Escape")
    shown.go(18)
    shown.player.locator(".rl-graph .rl-message").first.tap()
    assert shown.look("p.selected.kind") == "message"
    assert shown.page.evaluate(SMALL) == []


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
    shown.press("Escape", "E")
    edge = "(e) => getComputedStyle(e).borderLeftColor"
    edges = shown.player.locator(".rl-event:not([aria-current])").evaluate_all(f"(all) => all.map({edge})")
    assert len(set(edges)) == 1
    assert shown.player.locator(".rl-event[aria-current]").evaluate(edge) != edges[0]


def test_the_focus_is_always_visible_when_only_keys_are_used(show, crash):
    shown = show(crash, tick=44)
    plain = shown.page.evaluate(
        """async () => {
            const unmarked = [];
            raftPlayer.root.removeAttribute("data-page"); // as in a notebook: on a page of its own nothing else could have the focus
            const all = [...document.querySelectorAll(".rl-player, .rl-player :is(button, select, input, [tabindex='0'], [data-thing]):not([data-rove])")];
            for (const each of all.filter((element) => element.checkVisibility({visibilityProperty: true}))) {
                each.focus({focusVisible: true});
                const {outlineStyle, outlineWidth, boxShadow} = getComputedStyle(each);
                const isOutlined = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
                const isFramed = each === raftPlayer.root && boxShadow.includes("inset"); // its border has the same colour
                if (document.activeElement !== each || !(isOutlined || isFramed)) unmarked.push(each.outerHTML.slice(0, 80));
            }
            return [all.length > 20, unmarked];
        }"""
    )
    assert plain == [True, []]


@pytest.mark.parametrize("version", [1, 2, 3])
def test_a_trace_of_other_rules_is_marked_and_can_only_be_played(show, version):
    text = (ROOT / "tests" / "data" / f"trace_version_{version}.json").read_text()
    shown = show(History.from_json(text), tick=40)
    assert shown.player.locator(".rl-recorded").inner_text() == "made by other rules"
    shown.press("ArrowRight", "1", "c")
    assert "made by other rules" in shown.player.get_by_role("alert").inner_text()
    assert shown.look("p.timeline.branches.size") == 2
    assert "n1 crashes" not in shown.player.inner_text()


@pytest.mark.slow
@pytest.mark.parametrize("version", [1, 2, 3])
def test_a_trace_of_other_rules_can_be_stepped_through_to_its_end(show, version):
    text = (ROOT / "tests" / "data" / f"trace_version_{version}.json").read_text()
    shown = show(History.from_json(text))
    said = []
    while shown.look("p.position.count < p.branch.events.length"):
        before = shown.look("p.position.count")
        shown.look("p.step('nextEvent')")
        assert shown.look("p.position.count") > before
        said.append(shown.sentence())
    assert any("becomes leader of term 1" in each for each in said)
    assert any("x=5" in each for each in said)
    while shown.look("p.position.count > 0"):
        before = shown.look("p.position.count")
        shown.press("ArrowLeft")
        assert shown.look("p.position.count") < before
    while shown.look("p.branch.nextBeat(p.position)"):
        before = shown.look("p.position.count")
        shown.press("ArrowRight")
        assert shown.look("p.position.count") > before
    assert not shown.player.locator(".rl-error").is_visible()


def test_a_trace_of_the_present_rules_has_no_mark(show, crash):
    assert show(crash).player.locator(".rl-recorded").is_hidden()
