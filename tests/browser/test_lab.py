"""The Lab in a real JupyterLab: a person steps, breaks things, goes back, makes branches, and saves the run."""

from importlib.util import find_spec

import pytest
from browser_help import lab_page

pytestmark = pytest.mark.browser


@pytest.fixture
def lab(bench):
    """A new Lab of five nodes that shows everything, on the screen, at the beginning."""
    bench.show('from raftlab import Lab\nlab = Lab("three_nodes", nodes=5, seed=3)\nlab')
    return bench


def test_a_learner_sees_nothing_of_nbgrader_even_where_it_is_installed(bench):
    assert find_spec("nbgrader")
    commands = bench.page.evaluate("() => window.jupyterapp.commands.listCommands()")
    assert "notebook:run-cell" in commands
    assert not [each for each in commands if "nbgrader" in each or "validate" in each]
    seen = bench.page.locator("body").inner_text()
    assert "File" in seen
    for word in ("Nbgrader", "Validate", "Create Assignment", "Formgrader"):
        assert word not in seen


def test_a_person_steps_crashes_the_leader_goes_back_branches_and_replays_the_story(lab):
    lab.click("Next ▶")
    assert "becomes a candidate in term 1" in lab.player.locator(".rl-sentence").inner_text()
    lab.press("l")
    leader = lab.look("w.leader()")
    assert leader

    lab.press("C")

    lab.wait(f"w.views['{leader}'].status === 'crashed'")
    crashed_at = lab.look("p.position.tick")
    lab.press("l")
    second = lab.look("w.leader()")
    assert second not in (None, leader)
    assert lab.look("[p.timeline.branches.size, p.branch.id]") == [2, 1]  # the story itself is never changed

    # The person goes back and does something else there. The first branch is kept.
    lab.press("Home", *["ArrowRight"] * 3)
    lab.press("4", "c")
    lab.wait("w.views.n4.status === 'crashed'")
    assert lab.look("p.timeline.branches.size") == 3
    assert lab.look("p.branch.parent") == 1
    lab.player.get_by_label("branch").select_option("1")
    lab.wait("p.branch.id === 1")
    assert lab.look(f"p.branch.at(p.branch.countAt({crashed_at})).views['{leader}'].status") == "crashed"

    # The actions are printed as Python, and lead to the same trace again.
    lab.player.get_by_label("branch").select_option("2")
    lab.wait("p.branch.id === 2")
    told = lab.run("print(lab.as_python())")
    assert "'crash', 'n4'" in told
    same = lab.run(
        "code = lab.as_python()\nscope = {}\nexec(code.rpartition('Lab(story)')[0], scope)\n"
        "again = Lab(scope['story'])\nn = lab.trace.ticks\n"
        "print(again.trace.events[:300] == lab.trace.events[:300], len(lab.trace.events) > 100)"
    )
    assert same.strip() == "True True"


def test_the_network_is_split_with_the_mouse_and_healed_with_a_key(lab):
    """A line between the upper three nodes and the lower two cuts all links that it crosses."""
    box = lab.player.locator(".rl-graph").bounding_box()
    upper, lower = lab.look("[p.stage.place('n2').y, p.stage.place('n3').y]")
    y = box["y"] + (upper + lower) / 2
    lab.page.mouse.move(box["x"] + 4, y)
    lab.page.mouse.down()
    lab.page.mouse.move(box["x"] + box["width"] - 4, y, steps=5)
    lab.page.mouse.up()

    lab.wait("w.network.down.length === 12")  # two nodes below the line, three above, both ways
    assert lab.look("w.isDown('n1', 'n3') && !w.isDown('n3', 'n4')")
    lab.press("H")
    lab.wait("w.network.down.length === 0")


def test_what_is_asked_before_the_player_is_on_the_page_is_answered_there_and_not_asked_again_later(bench):
    bench.show('from raftlab import Lab\nlab = Lab("three_nodes", tick=30)\nlab.ask("n2")\nlab')
    bench.player.locator(".rl-why").get_by_text("n2").first.wait_for()
    bench.click("Next ▶")
    bench.wait("p.kernel.told === p.kernel.tick")
    assert bench.run("print(lab.asked)").strip() == "None"


NODE_CONTROLS = [  # the keys, and what must be true afterwards
    (["2", "c"], "w.views.n2.status === 'crashed'"),
    (["2", "p"], "w.views.n2.status === 'paused'"),
    (["2", "t"], "w.views.n2.role === 'candidate'"),
    (["2", "o"], "w.isDown('n2', 'n1') && w.isDown('n4', 'n2')"),
    (["j", "k"], "w.isDown('n1', 'n2') && w.isDown('n2', 'n1')"),
    (["a"], "new Set(Object.values(w.views).map((v) => v.timer[1])).size === 1"),
    (["s"], "new Set(Object.values(w.views).map((v) => v.timer[1])).size === 5"),
]


@pytest.mark.slow
def test_every_control_of_a_node_or_a_link_has_a_key_that_changes_the_trace_and_undo_takes_it_back(lab):
    for keys, effect in NODE_CONTROLS:
        assert not lab.look(effect), f"{keys} would prove nothing"
        lab.press("Escape", *keys)
        lab.wait(effect)
        lab.press("u")
        lab.wait(f"!({effect})")
    lab.press("2", "c")
    lab.wait("w.views.n2.status === 'crashed'")
    lab.press("r")
    lab.wait("w.views.n2.status === 'running'")
    lab.press("p")
    lab.wait("w.views.n2.status === 'paused'")
    lab.press("p")
    lab.wait("w.views.n2.status === 'running'")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("key", "effect"),
    [
        ("d", "p.branch.fate(p.selected.id, p.position.count) === 'lost'"),
        ("n", "p.branch.fate(p.selected.id, p.position.count) === 'delivered'"),
        ("D", "p.branch.events.some((e) => e[1] === 'copy' && e[3][1] === p.selected.id)"),
    ],
)
def test_every_control_of_a_message_changes_its_fate(lab, key, effect):
    lab.press("Home", "ArrowRight", "]")
    lab.wait("p.selected?.kind === 'message'")
    assert not lab.look(effect)
    lab.press(key)
    lab.wait(effect)


@pytest.mark.slow
def test_what_is_done_beside_the_story_says_so_and_the_story_keeps_its_stops(lab):
    lab.show('from raftlab import Lab\nlab = Lab("leader_crash", tick=30)\nlab')
    stops = lab.look("p.branch.stops.length")
    assert stops > 2
    lab.press("1", "p")
    lab.wait("w.views.n1.status === 'paused'")
    assert lab.look("[p.branch.id, p.timeline.branch(0).resolve().stops.length]") == [1, stops]
    assert lab.sentence().startswith("n1 is paused")
    assert "branch of your own" in lab.sentence()
    assert "back to the story" in lab.sentence()
    lab.press("ArrowRight", "ArrowRight")
    lab.click("back to the story")
    assert lab.look("[p.branch.id, p.position.tick, p.branch.stops.length]") == [0, 30, stops]


def test_a_player_that_is_shown_after_something_was_done_tells_what_was_done(bench):
    bench.show(
        'from raftlab import Lab\nlab = Lab("three_nodes", tick=30)\nlab.crash("n2")\nlab.next_tick()\nlab'
    )
    bench.player.locator(".rl-sentence", has_text="Last, at 0.30 s: n2 crashes").wait_for()


def picture(lab):
    """All that the cluster and the sentence show."""
    return lab.look("[p.stage.el.outerHTML, JSON.stringify(p.position)]")


def test_a_deed_in_the_middle_of_a_tick_is_told_and_undo_brings_back_the_very_moment(bench):
    """The learner has seen only the first of two votes that arrive in the same tick."""
    bench.show('from raftlab import Lab\nlab = Lab("leader_crash", tick=30)\nlab')
    middle = bench.look(
        "p.branch.events.findIndex(([tick, what], at, all) => what === 'deliver' && all[at + 1]?.[0] === tick && all[at + 1][1] === 'deliver')"
    )
    bench.page.evaluate(f"() => {{ const p = {bench.player_in_js}; p.go(p.branch.afterEvent({middle})); }}")
    before = picture(bench)
    bench.press("3", "c")
    bench.wait("w.views.n3.status === 'crashed'")
    assert bench.look("p.position.count > p.branch.fork.events && p.branch.fork.events > " + str(middle + 1))
    assert bench.sentence().startswith("n3 crashes")
    assert "Just before, at the same time: " in bench.sentence()
    assert "branch of your own" in bench.sentence()
    bench.press("u")
    bench.wait("w.views.n3.status === 'running' && p.branch.id === 0")
    bench.press("Escape")
    assert picture(bench) == before
    bench.press("3", "c")
    bench.wait("p.branch.id > 0")
    bench.click("back to the story")
    assert bench.look("p.position.count") == middle + 1


@pytest.mark.slow
def test_a_message_that_is_held_back_says_so(lab):
    lab.press("Home", "ArrowRight", "]")
    lab.wait("p.selected?.kind === 'message'")
    held = lab.player.locator(".rl-message .rl-count", has_text="held")
    assert held.count() == 0
    lab.press("Shift+B")
    held.wait_for()
    assert lab.sentence().startswith("The ")
    assert "is held back" in lab.sentence()


@pytest.mark.slow
def test_next_comes_to_an_end_in_a_lab_too(lab):
    """It simulates on, and then says that only an action of the learner leads to something new."""
    before = -1
    while lab.look("p.position.count") > before:
        before = lab.look("p.position.count")
        lab.press("ArrowRight")
        lab.settle()
    lab.wait("p.saying.live.textContent.includes('unless you do something')")


def test_a_player_stays_whole_where_jupyterlab_would_make_its_output_a_box_that_scrolls(lab):
    size = "(element) => [element.clientWidth, element.clientHeight]"
    before = lab.player.evaluate(size)
    left_of_it = lab.panel.locator(".jp-OutputArea-promptOverlay").first
    left_of_it.click()
    area = lab.panel.locator(".jp-mod-outputsScrolled .jp-Cell-outputArea").first
    assert area.evaluate("(area) => area.clientHeight") >= before[1]
    assert area.evaluate("(area) => getComputedStyle(area).overflowY") == "visible"
    assert lab.player.evaluate(size) == before
    left_of_it.click()


KNOB = "Number(p.transport.range.value) / Number(p.transport.range.max)"


def test_the_knob_of_the_timeline_never_goes_back_while_time_goes_on(lab):
    lab.press("End")
    end = lab.look("p.position.tick")
    assert lab.look(KNOB) == 1
    lab.press("ArrowRight")  # the run is simulated further, and nothing new happens
    lab.wait("p.root.querySelector('.rl-because').textContent.startsWith('Nothing new')")
    assert lab.look(f"[p.position.tick, {KNOB}]") == [end, 1]
    assert lab.look("p.branch.ticks") > end
    lab.press(".", ".", ".")
    assert lab.look(f"[p.position.tick, {KNOB}]") == [end + 3, 1]

    # An action makes a branch, which has been simulated further than this tick. The time is the same.
    lab.go(40)
    knob = lab.look(KNOB)
    lab.press("C")
    lab.wait("p.branch.id > 0")
    assert lab.look(KNOB) == knob


def test_a_goal_that_is_not_reached_leaves_the_moment_and_the_timeline_as_they_were(lab):
    lab.press("l")
    before = lab.look(f"[p.position.tick, {KNOB}]")
    lab.press("m")  # no client has written anything
    lab.wait("!p.saying.message.hidden")
    assert "this has not happened: an entry is committed" in lab.player.get_by_role("alert").inner_text()
    assert lab.look(f"[p.position.tick, {KNOB}]") == before
    assert lab.look("p.branch.ticks") > 2000, "so far it was looked for"
    lab.press("C")
    lab.wait("p.branch.id !== 0 && !p.guess")
    lab.press("u")
    lab.wait("p.branch.id === 0 && !p.guess")
    assert lab.look(f"[p.position.tick, {KNOB}]") == before
    lab.press("End")
    lab.wait(f"{KNOB} === 1")  # the kernel must first simulate this branch to there


@pytest.mark.slow
def test_a_lost_message_can_be_asked_about_and_let_arrive(lab):
    lab.press("ArrowRight", "]", "d")
    lab.wait("p.branch.lostAt.length > 0")
    lost = lab.look("p.selected.id")
    candidate = lab.look("p.branch.message(p.selected.id).src")
    lab.press(candidate[1], "y")
    lab.player.locator(".rl-why").get_by_role("button", name="what if it had arrived?").click()
    lab.wait(f"p.branch.fate({lost}, p.position.count) === 'delivered'")
    assert lab.look("p.timeline.branches.size") >= 2


@pytest.mark.slow
def test_a_client_writes_and_the_entry_is_committed_and_explained(lab):
    lab.press("l", "w")
    lab.player.locator("form").get_by_role("button", name="write").click()
    lab.wait("w.views[w.leader()].log.length === 1")
    lab.press("Escape")
    lab.player.locator(".rl-logs button.rl-entry").first.click()
    lab.press("y")
    assert "not committed" in lab.player.locator(".rl-why").inner_text()
    lab.press("m")
    lab.wait("p.branch.committed.some(([event]) => event < p.position.count)")


def test_methods_in_a_cell_do_what_clicks_do_and_mistakes_are_one_sentence(lab):
    lab.run("lab.go(40)")
    lab.wait("p.position.tick === 40")
    lab.run('lab.crash("leader")')
    lab.wait("Object.values(w.views).some((v) => v.status === 'crashed')")
    before = lab.look("p.branch.events.length")
    said = lab.run('lab.crash("n99")')
    assert said.strip().startswith("There is no node 'n99'.")
    assert "Traceback" not in said
    assert lab.look("p.branch.events.length") == before
    lab.run("lab.undo()")
    lab.wait("Object.values(w.views).every((v) => v.status === 'running')")
    lab.run('lab.ask("n1")')
    lab.wait("p.question?.node === 'n1'")


@pytest.mark.slow
def test_branches_survive_save_load_reload_and_a_page(lab, pages):
    lab.press("l", "C")
    lab.wait("Object.values(w.views).some((v) => v.status === 'crashed')")
    lab.press("End", "Home", "ArrowRight", "1", "p")
    lab.wait("w.views.n1.status === 'paused'")
    want = lab.look("[...p.timeline.branches.values()].map((b) => [b.id, b.name, b.parent, b.ticks])")
    assert len(want) == 3

    lab.run('lab.save("kept.json"); lab.save_page("kept.html"); lab.reset()')
    lab.wait("p.timeline.branches.size === 1")
    lab.run('lab.load("kept.json")')
    lab.wait("p.timeline.branches.size === 3")
    look = "[...p.timeline.branches.values()].map((b) => [b.id, b.name, b.parent, b.ticks])"
    assert lab.look(look) == want

    page = pages.open(lab.folder / "kept.html")
    page.locator(".rl-player").wait_for()
    branches = "[...raftPlayer.timeline.branches.values()].map((b) => [b.id, b.name, b.parent, b.ticks])"
    assert page.evaluate(branches) == want


@pytest.mark.slow
def test_a_lab_whose_kernel_died_says_so_and_still_plays(browser, jupyterlab):
    with lab_page(browser, jupyterlab, "dead.ipynb") as lab:
        lab.show('Lab("three_nodes", nodes=5, seed=3)')
        lab.page.evaluate(
            "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.shutdown()"
        )
        lab.press("ArrowRight")
        assert lab.look("p.position.tick") > 0
        lab.press("2", "c")
        lab.wait("!p.saying.message.hidden")
        assert "kernel" in lab.player.locator(".rl-error").inner_text()
        before = lab.look("p.position.count")
        lab.press("ArrowRight")
        assert lab.look("p.position.count") > before
