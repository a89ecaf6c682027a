"""Every control of the Lab by its effect on the run, every documented key, and what a lesson leaves out."""

import json
import re
from pathlib import Path

import pytest
from browser_help import PlayerPage, lab_page, new_context

from raftlab import Story
from raftlab.lab.lessons import STAGES
from raftlab.sim.presets import PRESETS
from raftlab.stories import STORIES

# Every control and every key, a minute and a half: with the slow tests; test_lab and test_page use the main ones.
pytestmark = [pytest.mark.browser, pytest.mark.slow]

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def bench(browser, jupyterlab):
    """One notebook with one kernel for all these tests."""
    with lab_page(browser, jupyterlab, "controls.ipynb") as bench:
        bench.folder = jupyterlab.root
        yield bench


@pytest.fixture
def lab(bench):
    """A new Lab of five nodes that shows everything; n3 will lead from tick 24 on."""
    bench.show('from raftlab import Lab\nlab = Lab("three_nodes", nodes=5, seed=3)\nlab')
    bench.complaints.clear()
    yield bench
    assert not bench.complaints, "The page complained:\n" + "\n".join(bench.complaints)


def does(lab, name):
    """Click a button of the inspector: what can be done with what is chosen."""
    lab.player.locator(".rl-inspector button").filter(has_text=re.compile(rf"^{re.escape(name)}")).click()


def offered(lab):
    """What the inspector offers to do with what is chosen, without the keys."""
    return lab.player.locator(".rl-inspector button").evaluate_all(
        "(buttons) => buttons.map((button) => (button.querySelector('span') || button).firstChild.textContent.trim())"
    )


def done(lab):
    """What the kernel says was done in the branch one looks at: [[tick, verb, arguments ...], ...]."""
    return json.loads(lab.run("import json; print(json.dumps(lab.story.actions))"))


# -- What stands in the inspector --------------------------------------------------------------------------


def test_every_button_of_a_node_changes_the_run_and_only_what_is_possible_is_offered(lab):
    lab.press("l")
    leader = lab.look("w.leader()")
    node = "n1" if leader != "n1" else "n2"
    lab.player.locator(f".rl-node[data-node={leader}]").first.click()
    assert "time out now" not in offered(lab)
    lab.player.locator(f".rl-node[data-node={node}]").first.click()
    for button, effect in (
        ("pause", f"w.views.{node}.status === 'paused'"),
        ("resume", f"w.views.{node}.status === 'running'"),
        ("crash", f"w.views.{node}.status === 'crashed'"),
        ("restart", f"w.views.{node}.status === 'running' && w.views.{node}.role === 'follower'"),
        ("time out now", f"w.views.{node}.role === 'candidate'"),
        ("cut off", f"w.network.down.length === 8 && w.isDown('{node}', 'n5') && w.isDown('n5', '{node}')"),
        ("heal its links", "w.network.down.length === 0"),
    ):
        assert not lab.look(effect) or button == "heal its links", f"{button} would prove nothing"
        does(lab, button)
        lab.wait(effect)
        running = lab.look(f"w.views.{node}.status === 'running'")
        assert ("pause" in offered(lab)) == running
        assert ("restart" in offered(lab)) == (button == "crash")

    tick = lab.look("p.position.tick")
    assert done(lab) == [
        [tick, "pause", node], [tick, "resume", node], [tick, "crash", node], [tick, "restart", node],
        [tick, "time_out", node], [tick, "isolate", node], [tick, "heal", node],
    ]  # fmt: skip


def test_a_node_whose_links_stay_cut_is_left_behind(lab):
    """The effect is not only in the picture: what comes later is another course of events."""
    lab.press("l")
    leader = lab.look("w.leader()")
    lab.press(leader[1])
    does(lab, "cut off")
    lab.wait("w.network.down.length === 8")
    lab.press("l")
    assert lab.look("w.leader()") != leader
    assert lab.look(f"w.views.{leader}.role") == "leader", "it does not know"
    assert lab.look(f"w.views.{leader}.term") < lab.look("w.views[w.leader()].term")


def test_every_button_of_a_link_changes_the_run(lab):
    lab.player.locator(".rl-link").first.locator(".rl-hit").click()
    assert lab.player.locator(".rl-inspector h4").inner_text() == "Link n1 – n2"
    for button, there, back in (
        ("cut both ways", True, True),
        ("heal", False, False),
        ("cut only n1 → n2", True, False),
        ("heal", False, False),
        ("cut only n2 → n1", False, True),
        ("cut only n1 → n2", True, True),
    ):
        does(lab, button)
        lab.wait(
            f"w.isDown('n1', 'n2') === {str(there).lower()} && w.isDown('n2', 'n1') === {str(back).lower()}"
        )
        assert lab.fields()["n1 → n2"] == ("cut" if there else "works")
        assert lab.fields()["n2 → n1"] == ("cut" if back else "works")
    lab.press("j", "k")
    lab.wait("w.network.down.length === 4")
    lab.click("heal all")
    lab.wait("w.network.down.length === 0")

    assert done(lab) == [
        [0, "cut", "n1", "n2"], [0, "heal", "n1", "n2"], [0, "cut", "n1", "n2", True], [0, "heal", "n1", "n2"],
        [0, "cut", "n2", "n1", True], [0, "cut", "n1", "n2", True], [0, "cut", "n1", "n3"], [0, "heal"],
    ]  # fmt: skip


def test_a_link_that_is_cut_one_way_loses_messages_that_way_alone(lab):
    lab.press("l")
    leader = lab.look("w.leader()")
    other = "n1" if leader != "n1" else "n2"
    known_to_the_kernel(lab, "lab.tick", str(lab.look("p.position.tick")))
    lab.run(f'lab.cut("{leader}", "{other}", one_way=True)')
    lab.wait(f"w.isDown('{leader}', '{other}')")
    lost = json.loads(
        lab.run(
            "t = lab.trace\nprint(json.dumps(sorted({(t.message(e[3][0]).src, t.message(e[3][0]).dst) "
            "for e in t.events if e[1] == 'lost'})))"
        )
        or "[]"
    )
    assert lost == [[leader, other]]


def test_every_button_of_a_message_changes_its_fate(lab):
    fate = "p.branch.fate(p.selected.id, p.position.count)"
    lab.press("ArrowRight", "]")
    assert offered(lab) == ["drop", "duplicate", "deliver now"]
    does(lab, "drop")
    lab.wait(f"{fate} === 'lost'")
    assert offered(lab) == ["deliver now", "what if it had arrived?"]
    does(lab, "deliver now")
    lab.wait(f"{fate} === 'delivered'")
    assert offered(lab) == []

    lab.press("]")
    does(lab, "duplicate")
    lab.wait("p.branch.events.some((e) => e[1] === 'copy' && e[3][1] === p.selected.id)")
    first, second = lab.look("[p.selected.id, p.branch.events.find((e) => e[1] === 'copy')[3][0]]")
    arrivals = f"[{first}, {second}].map((id) => p.branch.message(id).arrives)"
    assert lab.look(f"{arrivals}[1] - {arrivals}[0]") == 1
    lab.press("]")
    does(lab, "deliver now")
    lab.wait(f"{fate} === 'delivered'")
    assert [action[1] for action in done(lab)] == ["drop", "deliver", "duplicate", "deliver"]


def test_what_if_a_message_had_arrived_opens_a_branch_beside_the_one_where_it_was_lost(lab):
    lab.press("ArrowRight", "]", "d")
    lab.wait("p.branch.lostAt.length > 0")
    lost = lab.look("p.selected.id")
    lab.press(".", ".", ".", ".")
    assert lab.look(f"p.branch.fate({lost}, p.position.count)") == "lost"
    does(lab, "what if it had arrived?")
    lab.wait("p.timeline.branches.size === 2 && p.branch.id === 1")
    assert lab.look(f"p.branch.fate({lost}, p.position.count)") == "delivered"
    assert lab.look(f"p.timeline.branch(0).fate({lost}, p.timeline.branch(0).events.length)") == "lost"


# -- What stands above the picture -----------------------------------------------------------------------


def timers(lab):
    return lab.look("Object.values(w.views).map((view) => view.timer[1])")


def test_every_tool_changes_the_run_and_undo_takes_it_back_one_by_one(lab):
    before = timers(lab)
    lab.click("align timers")
    lab.wait("new Set(Object.values(w.views).map((view) => view.timer[1])).size === 1")
    lab.click("spread timers")
    lab.wait("new Set(Object.values(w.views).map((view) => view.timer[1])).size === 5")
    assert timers(lab) == sorted(timers(lab))
    lab.click("pick groups")
    form = lab.player.locator("form:visible")
    assert [form.get_by_label(f"group of n{i}").input_value() for i in range(1, 6)] == list("11122")
    for node, group in (("n1", "3"), ("n5", "3"), ("n2", "2")):
        form.get_by_label(f"group of {node}").select_option(group)
    form.get_by_role("button", name="split").click()
    lab.wait("w.network.down.length > 0")
    assert lab.look(
        "!w.isDown('n1', 'n5') && !w.isDown('n2', 'n4') && w.isDown('n3', 'n1') && w.isDown('n3', 'n4')"
    )
    assert done(lab)[-1] == [0, "partition", ["n1", "n5"], ["n2", "n4"], ["n3"]] or sorted(
        done(lab)[-1][2:]
    ) == [["n1", "n5"], ["n2", "n4"], ["n3"]]

    lab.click("undo")
    lab.wait("w.network.down.length === 0")
    assert len(set(timers(lab))) == 5
    lab.click("undo")
    lab.wait("new Set(Object.values(w.views).map((view) => view.timer[1])).size === 1")
    lab.click("undo")
    lab.wait(
        f"JSON.stringify(Object.values(w.views).map((view) => view.timer[1])) === '{json.dumps(before, separators=(',', ':'))}'"
    )
    lab.press("u")
    lab.wait("!p.message.hidden")
    assert lab.player.get_by_role("alert").inner_text() == "There is nothing to undo."


def test_undo_is_offered_only_where_there_is_something_to_take_back(bench):
    """Also of what a cell did; and where nothing can be done at all it is not there."""
    bench.show('lab = Lab("two_copies", show="00")\nlab')
    assert not bench.button("undo").is_visible()
    bench.show('lab = Lab("three_nodes", show="01", tick=30)\nlab')
    assert bench.button("undo").is_disabled()
    bench.press("1", "c")
    bench.wait("w.views.n1.status === 'crashed' && p.kernel.canUndo")
    assert bench.button("undo").is_enabled()
    bench.button("undo").focus()
    bench.page.keyboard.press("Enter")
    bench.wait("w.views.n1.status === 'running' && !p.kernel.canUndo")
    assert bench.button("undo").is_disabled()
    bench.page.keyboard.press("ArrowLeft")  # the focus is still the player's
    assert bench.look("p.position.tick") < 30
    bench.run("lab.crash('n2')")
    bench.wait("p.kernel.canUndo")
    assert bench.button("undo").is_enabled()


def test_aligned_timers_bring_a_split_vote_and_spread_ones_a_leader_at_once(lab):
    """What the tools are for."""
    lab.click("align timers")
    lab.wait("new Set(Object.values(w.views).map((view) => view.timer[1])).size === 1")
    due = timers(lab)[0]
    assert (
        lab.look(f"Object.values(p.branch.at(p.branch.countAt({due})).views).map((view) => view.role)")
        == ["candidate"] * 5
    )
    lab.click("spread timers")
    lab.wait("new Set(Object.values(w.views).map((view) => view.timer[1])).size === 5")
    first = timers(lab)[0]
    lab.press("l")
    assert lab.look("w.leader()") == "n1"
    assert lab.look("p.position.tick") <= first + 8


def test_a_client_asks_the_leader_or_the_node_that_is_chosen(lab):
    lab.click("client …")
    form = lab.player.locator("form:visible")
    form.get_by_role("button", name="write").click()
    lab.wait("!p.message.hidden")
    assert lab.player.get_by_role("alert").inner_text() == "There is no leader now (tick 0)."

    lab.press("l")
    leader = lab.look("w.leader()")
    other = "n1" if leader != "n1" else "n2"
    form.get_by_label("key").fill("Grüße")
    form.get_by_label("value").fill("7 und 8")
    form.get_by_role("button", name="write").click()
    lab.wait(f"w.views.{leader}.log.length === 1")
    assert lab.look(f"w.views.{leader}.log.entry(1)[1]") == "Grüße=7 und 8"
    lab.press("m")
    assert lab.look(f"w.views.{leader}.commit_index") == 1
    form.get_by_role("button", name="read").click()
    lab.wait(f"w.views.{leader}.log.length === 2")
    lab.press(other[1])
    form.get_by_role("button", name="read").click()
    lab.wait("p.branch.events.filter((event) => event[1] === 'propose').length === 3")

    lab.press("End")
    answers = json.loads(lab.run("import json; print(json.dumps(lab.branch.cluster.answers))"))
    assert sorted([client, answer] for _, client, answer in answers) == [
        ["c1", "ok"], ["c2", "7 und 8"], ["c3", f"not the leader; try {leader}"],
    ]  # fmt: skip


@pytest.mark.parametrize("key", ["", "  ", "a=b", "x?", "x+"])
def test_a_key_that_could_be_taken_for_something_else_is_refused_in_a_sentence(lab, key):
    lab.press("l", "w")
    form = lab.player.locator("form:visible")
    form.get_by_label("key").fill(key)
    for word in ("write", "read"):
        lab.page.evaluate(f"() => {{ {lab.player_in_js}.message.hidden = true; }}")
        form.get_by_role("button", name=word).click()
        assert (
            lab.player.get_by_role("alert").inner_text() == "A key is a word of its own, without = : ? and +."
        )
    assert done(lab) == []


def test_groups_that_split_nothing_are_refused_in_a_sentence(lab):
    lab.click("pick groups")
    form = lab.player.locator("form:visible")
    for number in range(1, 6):
        form.get_by_label(f"group of n{number}").select_option("2")
    form.get_by_role("button", name="split").click()
    assert "that splits nothing" in lab.player.get_by_role("alert").inner_text()
    assert form.is_visible(), "it can be put right there"
    assert done(lab) == []


def test_a_button_and_its_key_are_heard_as_two_words(lab):
    lab.press("2")
    lab.player.get_by_role("button", name="time out now t", exact=True).click(timeout=1000)
    lab.wait("w.views.n2.role === 'candidate'")


def test_crash_the_leader_needs_one(lab):
    lab.click("crash the leader")
    assert lab.player.get_by_role("alert").inner_text() == "There is no leader now (tick 0)."
    lab.press("l")
    leader = lab.look("w.leader()")
    lab.click("crash the leader")
    lab.wait(f"w.views.{leader}.status === 'crashed'")
    assert done(lab) == [[lab.look("p.position.tick"), "crash", leader]]


# -- What stands around the player -------------------------------------------------------------------------


def known_to_the_kernel(lab, what, value):
    """Wait until what was moved on the screen has reached the kernel: widgets tell it when it is not busy."""
    for _ in range(20):
        if (told := lab.run(f"print({what})").strip()) == value:
            return
        lab.page.wait_for_timeout(100)
    raise AssertionError(f"The kernel has {told}, not {value}.")


def test_delay_loss_and_duplication_change_the_network_from_this_tick_on(lab):
    lab.press("l")
    tick = lab.look("p.position.tick")
    for name, value in (
        ("Delay from (ticks)", 2),
        ("to", 7),
        ("Loss (0 to 1)", 0.3),
        ("Duplication (0 to 1)", 0.2),
    ):
        field = lab.panel.get_by_role("spinbutton", name=name, exact=True)
        field.fill(str(value))
        field.press("Enter")
    fields = ("shortest", "longest", "loss", "duplication")
    known_to_the_kernel(
        lab, f"lab.tick, {', '.join(f'lab.settings.{each}.value' for each in fields)}", f"{tick} 2 7 0.3 0.2"
    )
    lab.panel.get_by_role("button", name="apply").click()
    lab.wait("w.network.loss === 0.3")

    assert lab.look("[w.network.delay, w.network.duplication]") == [[2, 7], 0.2]
    lab.panel.get_by_text("The network is changed from this tick on.").wait_for()
    ((when, verb, *_),) = done(lab)
    assert (when, verb) == (tick, "set_network")
    found = json.loads(
        lab.run(
            f"sent = [m for m in lab.trace.messages if m[4] > {tick}]\n"
            "what = [e[1] for e in lab.trace.events]\n"
            "print(json.dumps([len(sent), max(m[5] - m[4] for m in sent), what.count('lost'), what.count('copy')]))"
        )
    )
    sent, slowest, lost, copies = found
    assert slowest in (6, 7)
    assert 0.15 < lost / sent < 0.45
    assert copies > 0


def test_story_nodes_timing_and_seed_begin_another_run(lab):
    menu = lab.panel.get_by_role("combobox", name="Story")
    titles = [title.replace("\xa0", " ") for title in menu.locator("option").all_inner_texts()]
    assert set(titles) >= {story.title for story in STORIES.values()}
    menu.select_option(label="A leader in a minority")
    lab.wait("p.timeline.title === 'A leader in a minority'")
    assert lab.panel.get_by_role("spinbutton", name="Seed").input_value() == "3"
    assert lab.look("p.position.tick") == 0

    nodes = lab.panel.get_by_role("spinbutton", name="Nodes")
    for count in (1, 2, 9):
        nodes.fill(str(count))
        nodes.press("Enter")
        lab.wait(f"p.timeline.nodes.length === {count}")
        assert lab.player.locator(".rl-node[data-node]").count() == count
        lab.press("l")
        assert lab.look("w.leader()") is not None
    nodes.fill("12")
    nodes.press("Enter")
    lab.page.wait_for_timeout(200)
    assert nodes.input_value() == "9", "at most nine"

    timing = lab.panel.get_by_role("combobox", name="Timing")
    names = [name.replace("\xa0", " ") for name in timing.locator("option").all_inner_texts()]
    assert names == [f"{preset.name} ({preset.version}, {preset.year})" for preset in PRESETS.values()]
    timing.select_option(label="etcd (3.5, 2021)")
    lab.wait("Math.min(...Object.values(w.views).map((view) => view.timer[1])) >= 100")
    first = timers(lab)
    seed = lab.panel.get_by_role("spinbutton", name="Seed")
    seed.fill("11")
    seed.press("Enter")
    lab.wait(
        f"JSON.stringify(Object.values(w.views).map((view) => view.timer[1])) !== '{json.dumps(first, separators=(',', ':'))}'"
    )

    told = lab.run("print(lab.story.nodes, lab.story.seed, lab.story.preset)")
    assert told.split() == ["9", "11", "etcd"]


def test_reset_forgets_what_was_done(lab):
    lab.press("2", "c")
    lab.wait("w.views.n2.status === 'crashed'")
    lab.press("ArrowRight")
    lab.panel.get_by_role("button", name="reset").click()
    lab.wait("w.views.n2.status === 'running'")
    assert lab.look("[p.position.tick, p.timeline.branches.size]") == [0, 1]
    assert done(lab) == []


def test_a_run_is_kept_as_a_trace_and_a_page_and_comes_back(lab, browser):
    lab.press("l", "C")
    lab.wait("w.leader() === null")
    kept = lab.look("JSON.stringify([p.branch.ticks, p.branch.events])")
    name = lab.panel.get_by_role("textbox", name="File")
    name.fill("mine")
    name.press("Tab")
    lab.panel.get_by_role("button", name="save trace").click()
    status = lab.panel.locator("[role=status]", has_text="beside this notebook")
    status.wait_for()
    assert status.inner_text() == "Written: mine.json, beside this notebook."
    assert json.loads((lab.folder / "mine.json").read_text(encoding="utf-8"))["format"] == "raftlab trace"
    lab.panel.get_by_role("button", name="save page").click()
    lab.panel.locator("[role=status]", has_text="mine.html").wait_for()

    lab.panel.get_by_role("button", name="reset").click()
    lab.wait("p.branch.events.every((event) => event[1] !== 'crash')")
    lab.panel.get_by_role("button", name="load trace").click()
    lab.wait("p.branch.events.some((event) => event[1] === 'crash')")
    assert lab.look("JSON.stringify([p.branch.ticks, p.branch.events])") == kept

    offline = new_context(browser, offline=True)
    page = offline.new_page()
    page.goto((lab.folder / "mine.html").as_uri())
    shown = PlayerPage(page)
    shown.player.wait_for()
    assert shown.look("JSON.stringify([p.branch.ticks, p.branch.events])") == kept
    offline.close()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (None, "no-such.json cannot be read: No such file or directory."),
        ('{"format": "raftlab tra', "This trace is not whole: it is cut short, or was never JSON."),
        (
            '{"format": "raftlab trace", "version": 99}',
            "This trace has version 99; this raftlab reads up to 3.",
        ),
        (Story("a", "A").to_json(), "This is not a raftlab trace; it is a raftlab story."),
    ],
    ids=["missing", "cut short", "newer", "a story"],
)
def test_a_file_that_cannot_be_loaded_is_answered_in_a_sentence_and_changes_nothing(lab, text, sentence):
    before = lab.look("JSON.stringify(p.branch.events)")
    name = "no-such" if text is None else "damaged"
    if text is not None:
        (lab.folder / "damaged.json").write_text(text, encoding="utf-8")
    field = lab.panel.get_by_role("textbox", name="File")
    field.fill(name)
    field.press("Tab")
    lab.panel.get_by_role("button", name="load trace").click()
    lab.panel.locator("[role=status]", has_text=sentence).wait_for()
    assert lab.look("JSON.stringify(p.branch.events)") == before


def test_what_was_clicked_is_shown_as_a_story_that_gives_the_same_run(lab):
    lab.press("l", "C")
    lab.wait("w.leader() === null")
    button = lab.panel.get_by_role("button", name="show as a story")
    text = lab.panel.get_by_role("textbox", name="Python")
    assert not text.is_visible()
    button.click()
    text.wait_for()
    code = text.input_value()
    assert "'crash', 'n" in code
    assert code.endswith("Lab(story)")
    same = lab.run(
        f"scope = {{}}\nexec({code!r}, scope)\nagain = Lab(scope['story'])\nprint(again.trace.events == lab.trace.events)"
    )
    assert same.strip() == "True"
    button.click()
    text.wait_for(state="hidden")


# -- Keys ------------------------------------------------------------------------------------------------------

KEYS = {  # key: what is pressed before (after a ! what is waited for), what the key makes true, its name for the browser
    "→": ([], "p.position.count === 1", "ArrowRight"),
    "←": (["ArrowRight", "ArrowRight"], "p.position.count === 1", "ArrowLeft"),
    "space": ([], "p.playing", " "),
    ".": ([], "p.position.tick === 1"),
    ",": (["End"], "p.position.tick === p.branch.ticks - 1"),
    "+": ([], "p.speed === 10"),
    "-": ([], "p.speed === 2"),
    "l": ([], "w.leader() !== null"),
    "m": (["l", "@write"], "Object.values(w.views).some((view) => view.commit_index === 1)"),
    "i": ([], "p.message.textContent.endsWith('an invariant is broken.')"),
    "Home": (["l"], "p.position.tick === 0"),
    "End": ([], "p.position.tick === p.branch.ticks"),
    "j": ([], "p.selected?.kind === 'link'"),
    "]": (["ArrowRight"], "p.selected?.kind === 'message'"),
    "[": (["ArrowRight"], "p.selected?.kind === 'message'"),
    "Escape": (["2"], "p.selected === null"),
    "c": (["2"], "w.views.n2.status === 'crashed'"),
    "r": (["2", "c", "!w.views.n2.status === 'crashed'"], "w.views.n2.status === 'running'"),
    "p": (["2"], "w.views.n2.status === 'paused'"),
    "t": (["2"], "w.views.n2.role === 'candidate'"),
    "C": (["l"], "w.leader() === null"),
    "d": (["ArrowRight", "]"], "p.branch.fate(p.selected.id, p.position.count) === 'lost'"),
    "D": (["ArrowRight", "]"], "p.branch.events.some((event) => event[1] === 'copy')"),
    "e": (
        ["2", "c", "!w.views.n2.status === 'crashed'"],
        "p.branch.events.some((event) => event[1] === 'lose_disk')",
    ),
    "f": (["2"], "p.branch.events.some((event) => event[1] === 'forget_writes')"),
    "z": (["l", "@write", "ArrowRight", "@entry"], "p.branch.events.some((event) => event[1] === 'corrupt')"),
    "n": (["ArrowRight", "]"], "p.branch.fate(p.selected.id, p.position.count) === 'delivered'"),
    "o": (["2"], "w.network.down.length === 16"),
    "k": (["j"], "w.network.down.length === 2"),
    "h": (["j", "k", "!w.network.down.length === 2"], "w.network.down.length === 0"),
    "H": (["2", "o", "!w.network.down.length === 16"], "w.network.down.length === 0"),
    "x": ([], "p.knife && p.root.classList.contains('rl-cutting')"),
    "g": ([], "!p.groupsForm.hidden"),
    "a": ([], "new Set(Object.values(w.views).map((view) => view.timer[1])).size === 1"),
    "s": ([], "new Set(Object.values(w.views).map((view) => view.timer[1])).size === 9"),
    "w": ([], "!p.clientForm.hidden"),
    "y": (["2"], "p.question?.node === 'n2' && !p.why.el.hidden"),
    "u": (["2", "c", "!w.views.n2.status === 'crashed'"], "w.views.n2.status === 'running'"),
    "b": (["End", "Home", "2", "c", "!p.branch.id === 1"], "p.branch.id === 0"),
    "v": ([], "p.spacetimeEl.hidden"),
    "?": ([], "!p.helpPanel.hidden"),
    **{str(number): ([], f"p.selected?.id === 'n{number}'") for number in range(1, 10)},
}


def documented_keys():
    """The keys of the table in README: "l m i" are three, "1 to 9" nine."""
    table = README.partition("## The player's keys")[2].partition("## ")[0]
    rows = [line.strip("|").split("|") for line in table.splitlines() if line.startswith("|")][2:]
    cells = [cell for row in rows for cell in (row[0], row[2])]
    words = [word for cell in cells for word in cell.replace("1 to 9", "1 2 3 4 5 6 7 8 9").split()]
    return [*words, *re.findall(r"`(.)` lists them", README)]


def test_every_documented_key_is_tested_here_and_the_help_lists_it(lab):
    assert sorted(documented_keys()) == sorted(KEYS)
    lab.press("?")
    shown = lab.player.get_by_role("region", name="Keys").locator("kbd").all_inner_texts()
    assert set(KEYS) - set("123456789") <= set(shown)


@pytest.fixture(scope="module")
def nine(bench):
    """One Lab of nine nodes for all keys; each begins it anew."""
    bench.show('from raftlab import Lab\nlab = Lab("three_nodes", nodes=9, seed=3)\nlab')
    return bench


ANEW = """
    p.stop();
    p.speed = 5;
    p.question = null;
    p.toggleKnife(false);
    p.message.textContent = "";
    p.helpPanel.hidden = p.groupsForm.hidden = p.clientForm.hidden = true;
    p.spacetimeEl.hidden = false;
"""
TOUCHED = "p.timeline.branches.size > 1 || p.branch.events.some((event) => !['timer', 'deliver', 'goal'].includes(event[1]))"


@pytest.mark.parametrize("name", KEYS)
def test_a_key_does_what_is_said_of_it(nine, name):
    before, effect, *key = KEYS[name]
    nine.complaints.clear()
    nine.page.evaluate(f"() => {{ const p = {nine.player_in_js}; {ANEW} }}")
    if nine.look(TOUCHED):
        nine.run("lab.reset()")
        nine.wait(f"!({TOUCHED})")
    nine.press("Home", "Escape")
    for step in before:
        if step.startswith("!"):
            nine.wait(step[1:])
        elif step == "@write":
            known_to_the_kernel(nine, "lab.tick", str(nine.look("p.position.tick")))
            nine.run('lab.write("x", 5)')
            nine.wait("p.branch.events.some((event) => event[1] === 'propose')")
        elif step == "@entry":
            nine.wait("Object.values(w.views).some((view) => view.log.length)")
            nine.page.evaluate(
                f"() => {{ const p = {nine.player_in_js}; p.select({{ kind: 'entry', id: p.branch.at(p.position.count).leader(), index: 1 }}); }}"
            )
        else:
            nine.press(step)
    assert not nine.look(effect), "this would prove nothing"
    cells = nine.panel.locator(".jp-CodeCell").count()

    nine.press(*(key or [name]))

    nine.wait(effect)
    assert nine.panel.locator(".jp-CodeCell").count() == cells, "JupyterLab has taken the key for its own"
    assert not nine.complaints


def test_keys_are_the_players_only_while_it_has_the_focus(lab):
    lab.page.evaluate("() => window.jupyterapp.shell.currentWidget.content.node.focus()")
    lab.page.keyboard.press("ArrowRight")
    assert lab.look("p.position.count") == 0
    lab.player.focus()
    lab.page.keyboard.press("Control+ArrowRight")
    assert lab.look("p.position.count") == 0
    lab.press("w")
    lab.page.keyboard.type("cl")  # into the form's field, where letters are letters
    assert lab.look("p.position.count") == 0
    assert lab.look("document.activeElement.value.includes('cl')")


def test_after_a_button_was_clicked_the_keys_still_work(lab):
    """The button is drawn anew when the node crashes; the focus must not get lost with it."""
    lab.press("2")
    lab.player.locator(".rl-inspector button[title=crash]").click()
    lab.wait("w.views.n2.status === 'crashed'")
    tick = lab.look("p.position.tick")
    lab.page.keyboard.press(".")
    assert lab.look("p.position.tick") == tick + 1


def test_escape_closes_whatever_is_open(lab):
    for key, panel in (("?", "helpPanel"), ("g", "groupsForm"), ("w", "clientForm"), ("y", "why.el")):
        lab.press("2", key)
        assert not lab.look(f"p.{panel}.hidden")
        lab.page.keyboard.press("Escape")  # out of a field
        lab.page.keyboard.press("Escape")
        assert lab.look(f"p.{panel}.hidden"), key


# -- What a lesson leaves out ------------------------------------------------------------------------------------

PARTS = {  # what can be seen of a part of the player, and the first lesson in which it may be seen
    "crash the leader": (1, "buttons"),
    "crash": (1, "inspector"),
    "the messages": (2, ".rl-graph .rl-message"),
    "the timers": (2, ".rl-graph .rl-timer[d^=M]"),
    "the votes": (2, ".rl-graph .rl-vote"),
    "the events": (2, ".rl-events"),
    "time out now": (2, "inspector"),
    "Why is it not the leader?": (2, "inspector"),
    "✓ Election Safety": (2, "strip"),
    "align timers": (3, "buttons"),
    "spread timers": (3, "buttons"),
    "run until": (3, "buttons"),
    "Seed": (3, "settings"),
    "Timing": (3, "settings"),
    "client …": (4, "buttons"),
    "the logs": (4, ".rl-logs"),
    "space-time": (4, "buttons"),
    "the space-time diagram": (4, ".rl-spacetime"),
    "✓ Log Matching": (4, "strip"),
    "✓ State Machine Safety": (4, "strip"),
    "✂ draw a cut": (5, "buttons"),
    "pick groups": (5, "buttons"),
    "heal all": (5, "buttons"),
    "cut off": (5, "inspector"),
    "pause": (5, "inspector"),
    "the branches": (5, "select[aria-label=Branch]"),
    "Loss (0 to 1)": (5, "settings"),
    "let its disk forget": (6.5, "inspector"),
    "Story": (9, "settings"),
    "Nodes": (9, "settings"),
    "File": (9, "settings"),
}

# Before Raft begins: nodes without elections, and nodes of Paxos. The inventory shows as much as lesson 05.
OF_THEIR_OWN = {
    "00": {"the logs", "the votes"},
    "00b": {"the logs", "the messages", "the timers", "crash", "crash the leader", "Seed"},
}
LATER = {"06b": 6.5, "everything": 9, "before": 5, "after": 5}


def parts_of(lab):
    """Which of these parts are on the screen."""
    words = {
        "buttons": lab.player.locator("button").all_inner_texts(),
        "inspector": offered(lab),
        "strip": lab.player.locator(".rl-chip").all_inner_texts(),
        "settings": lab.panel.locator(".widget-label").all_inner_texts(),
    }
    return {
        part for part, (_, place) in PARTS.items()
        if (part in words[place] if place in words else lab.player.locator(place).count() > 0)
    }  # fmt: skip


@pytest.mark.parametrize("lesson", [*STAGES, "everything"])
def test_a_lesson_shows_what_it_has_introduced_and_nothing_that_comes_later(bench, lesson):
    bench.show(f'lab = Lab("best_case_election", show="{lesson}", tick=19)\nlab')
    bench.press("1")
    if lesson in OF_THEIR_OWN:
        assert parts_of(bench) == OF_THEIR_OWN[lesson]
        return
    number = LATER.get(lesson) or int(lesson[:2])  # 04b shows what 04 does
    assert parts_of(bench) == {part for part, (first, _) in PARTS.items() if first <= number}


@pytest.mark.parametrize(("lesson", "there"), [("01", False), ("03", False), ("04", True), ("09", True)])
def test_what_is_counted_of_logs_is_told_from_the_lesson_on_that_shows_logs(bench, lesson, there):
    bench.show(f'lab = Lab("three_nodes", show="{lesson}", tick=40)\nlab')
    bench.press("1")
    assert {"term", "voted_for", "log"} <= set(bench.fields())
    counted = {"commit_index", "last_applied", "next_index", "match_index"}
    assert counted & set(bench.fields()) == (counted if there else set())


def test_in_lesson_1_the_keys_of_later_lessons_do_nothing(bench):
    bench.show('lab = Lab("three_nodes", show="01", tick=30)\nlab')
    assert bench.player.get_by_role("button").all_inner_texts()[:5] == [
        "⟨ tick",
        "⟨ back",
        "Next event ⟩",
        "tick ⟩",
        "▶ play",
    ]
    before = bench.look("JSON.stringify([p.branch.events, p.position])")
    bench.press("1", *"ptoasxgkhHwydDnbvjmli[]")
    assert bench.look("JSON.stringify([p.branch.events, p.position])") == before
    assert bench.player.locator("form:visible").count() == 0
    bench.press("?")
    shown = set(bench.player.get_by_role("region", name="Keys").locator("kbd").all_inner_texts())
    assert shown >= {"→", "←", ".", ",", "space", "c", "C", "r", "u"}
    assert not shown & set("ptoasxgkhHwydDnbvjmli[]")
    bench.press("c")
    bench.wait("w.views.n1.status === 'crashed'")


# -- The kernel --------------------------------------------------------------------------------------------------


def execute(lab, code):
    """Have the kernel run something, without waiting for it."""
    lab.page.evaluate(
        """(code) => {
            window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.requestExecute({code});
        }""",
        code,
    )


def test_a_kernel_that_is_busy_and_one_that_was_killed_are_told_and_what_is_here_still_plays(
    browser, jupyterlab
):
    with lab_page(browser, jupyterlab, "killed.ipynb") as lab:
        lab.show('from raftlab import Lab\nlab = Lab("leader_crash")\nlab')
        execute(lab, "import time; time.sleep(8)")
        lab.press("1", "c")
        lab.wait("!p.message.hidden", seconds=7)
        assert "The kernel does not answer. If it is busy" in lab.player.get_by_role("alert").inner_text()
        lab.press("l")
        assert lab.look("w.leader()") == "n2"
        lab.wait(
            "p.branch.events.some((event) => event[1] === 'crash' && event[2] === 'n1')"
        )  # late, but done

        # As when memory runs out. JupyterLab starts another kernel, which knows nothing of this run.
        execute(lab, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
        lab.page.get_by_text(re.compile("Kernel Restarting|appears to have died")).first.wait_for()
        lab.page.keyboard.press("Escape")
        before = lab.look("JSON.stringify(p.branch.events)")
        lab.press("l", "2", "p")
        lab.wait("!p.message.hidden")
        assert "What is here can still be played" in lab.player.get_by_role("alert").inner_text()
        assert lab.look("JSON.stringify(p.branch.events)") == before
        lab.press("End")
        assert lab.look("p.position.tick === p.branch.ticks")
        lab.press("Home", " ")
        lab.wait("p.position.tick > 2")
