"""Every verb of the Lab, by its menu and by its key, has its effect on the run. And what happens if the kernel does not answer."""

import json
import re
import time
from pathlib import Path

import pytest
from browser_help import PATIENCE, lab_page

# Every verb and every key are among the slow tests. test_hands, test_lab and test_page use the main ones.
pytestmark = [pytest.mark.browser, pytest.mark.slow]

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def lab(bench):
    """A new Lab of five nodes that shows everything; n3 will lead from tick 24 on."""
    bench.show('from raftlab import Lab\nlab = Lab("three_nodes", nodes=5, seed=3)\nlab')
    return bench


def does(lab, name):
    """Do something to the chosen thing, by its menu."""
    lab.press("Enter")
    lab.player.get_by_role("menuitem", name=name, exact=True).click()


def offered(lab):
    """What the menu offers for the chosen thing, without the keys."""
    lab.press("Enter")
    labels = lab.player.locator(".rl-menu .rl-item span").all_inner_texts()
    lab.page.keyboard.press("Escape")
    return [label for label in labels if not label.startswith(("why", "see it"))]


def with_a_message(lab):
    """Go to a tick at which a message is in flight, and choose the message."""
    lab.page.evaluate(
        f"""() => {{
            const p = {lab.player_in_js};
            const id = p.branch.messages.findIndex(([, , , , sent, arrives]) => arrives - sent > 2);
            p.goTick(p.branch.message(id).sent);
            p.choose({{ kind: "message", id }});
        }}"""
    )


def of_the_cluster(lab, name):
    """Do something to the cluster as a whole, by its menu."""
    lab.press("Escape", "Escape")
    does(lab, name)


def done(lab):
    """The actions in the shown branch, as the kernel has them: [[tick, verb, arguments ...], ...]."""
    return json.loads(lab.run("import json; print(json.dumps(lab.story.actions))"))


def known_to_the_kernel(lab, what, value):
    """Wait until a change on the screen has reached the kernel. Widgets send it when the kernel is not busy."""
    end = time.monotonic() + PATIENCE / 1000
    while (told := lab.run(f"print({what})").strip()) != value:
        assert time.monotonic() < end, f"The kernel has {told}, not {value}."


# -- Nodes, links and messages --------------------------------------------------------------------------


def test_every_verb_of_a_node_changes_the_run_and_only_what_is_possible_is_offered(lab):
    lab.press("l")
    leader = lab.look("w.leader()")
    node = "n1" if leader != "n1" else "n2"
    lab.press(leader[1])
    assert "time out now" not in offered(lab)
    lab.press(node[1])
    for verb, effect in (
        ("pause", f"w.views.{node}.status === 'paused'"),
        ("resume", f"w.views.{node}.status === 'running'"),
        ("crash", f"w.views.{node}.status === 'crashed'"),
        ("restart", f"w.views.{node}.status === 'running' && w.views.{node}.role === 'follower'"),
        ("time out now", f"w.views.{node}.role === 'candidate'"),
        ("cut off", f"w.network.down.length === 8 && w.isDown('{node}', 'n5') && w.isDown('n5', '{node}')"),
        ("heal its links", "w.network.down.length === 0"),
    ):
        assert not lab.look(effect) or verb == "heal its links", f"{verb} would prove nothing"
        does(lab, verb)
        lab.wait(effect)
        running = lab.look(f"w.views.{node}.status === 'running'")
        assert ("pause" in offered(lab)) == running
        assert ("restart" in offered(lab)) == (verb == "crash")

    tick = lab.look("p.position.tick")
    assert done(lab) == [
        [tick, "pause", node], [tick, "resume", node], [tick, "crash", node], [tick, "restart", node],
        [tick, "time_out", node], [tick, "isolate", node], [tick, "heal", node],
    ]  # fmt: skip


def test_a_node_whose_links_stay_cut_is_left_behind(lab):
    """The effect is not only in the picture: the later events are others, too."""
    lab.press("l")
    leader = lab.look("w.leader()")
    lab.press(leader[1])
    does(lab, "cut off")
    lab.wait("w.network.down.length === 8")
    lab.press("l")
    assert lab.look("w.leader()") != leader
    assert lab.look(f"w.views.{leader}.role") == "leader", "it does not know"
    assert lab.look(f"w.views.{leader}.term") < lab.look("w.views[w.leader()].term")


def test_every_verb_of_a_link_changes_the_run(lab):
    lab.press("j")
    assert lab.look("p.selected") == {"kind": "link", "id": "n1>n2"}
    for verb, there, back in (
        ("cut both ways", True, True),
        ("heal", False, False),
        ("cut only n1 → n2", True, False),
        ("heal", False, False),
        ("cut only n2 → n1", False, True),
        ("cut only n1 → n2", True, True),
    ):
        does(lab, verb)
        lab.wait(
            f"w.isDown('n1', 'n2') === {str(there).lower()} && w.isDown('n2', 'n1') === {str(back).lower()}"
        )
    lab.press("j", "k")
    lab.wait("w.network.down.length === 4")
    of_the_cluster(lab, "heal all")
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
    lost = lab.look(
        "[...new Set(p.branch.events.filter(([, what]) => what === 'lost').map(([, , , [id]]) => p.branch.messages[id].slice(1, 3).join()))]"
    )
    assert lost == [f"{leader},{other}"]


def test_every_verb_of_a_message_changes_its_fate(lab):
    fate = "p.branch.fate(p.selected.id, p.position.count)"
    with_a_message(lab)
    assert offered(lab) == ["drop", "duplicate", "deliver now", "hold back"]
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
    with_a_message(lab)
    lab.press("d")
    lab.wait("p.branch.fate(p.selected.id, p.position.count) === 'lost'")
    lost, branch = lab.look("[p.selected.id, p.branch.id]")
    lab.press(".", ".", ".", ".")
    assert lab.look(f"p.branch.fate({lost}, p.position.count)") == "lost"
    does(lab, "what if it had arrived?")
    lab.wait(f"p.branch.parent === {branch}")
    assert lab.look(f"p.branch.fate({lost}, p.position.count)") == "delivered"
    assert (
        lab.look(f"p.timeline.branch({branch}).fate({lost}, p.timeline.branch({branch}).events.length)")
        == "lost"
    )


# -- The cluster, and undo --------------------------------------------------------------------------------


def timers(lab):
    return lab.look("Object.values(w.views).map((view) => view.timer[1])")


def test_timers_are_aligned_and_spread_and_undo_takes_it_back_one_by_one(lab):
    before = timers(lab)
    of_the_cluster(lab, "align timers")
    lab.wait("new Set(Object.values(w.views).map((view) => view.timer[1])).size === 1")
    of_the_cluster(lab, "spread timers")
    lab.wait("new Set(Object.values(w.views).map((view) => view.timer[1])).size === 5")
    assert timers(lab) == sorted(timers(lab))
    of_the_cluster(lab, "undo")
    lab.wait("new Set(Object.values(w.views).map((view) => view.timer[1])).size === 1")
    of_the_cluster(lab, "undo")
    lab.wait(
        f"JSON.stringify(Object.values(w.views).map((view) => view.timer[1])) === '{json.dumps(before, separators=(',', ':'))}'"
    )
    assert "undo" not in offered(lab)
    lab.press("u")
    assert lab.player.get_by_role("alert").inner_text() == "There is nothing to undo."
    of_the_cluster(lab, "redo")
    lab.wait("new Set(Object.values(w.views).map((view) => view.timer[1])).size === 1")


def test_undo_is_offered_only_where_there_is_something_to_take_back_also_of_what_a_cell_did(bench):
    bench.show('lab = Lab("three_nodes", show="01", tick=30)\nlab')
    assert "undo" not in offered(bench)
    bench.press("1", "c")
    bench.wait("w.views.n1.status === 'crashed' && p.kernel.canUndo")
    of_the_cluster(bench, "undo")
    bench.wait("w.views.n1.status === 'running' && !p.kernel.canUndo")
    bench.page.keyboard.press("ArrowLeft")  # the player still has the focus
    assert bench.look("p.position.tick") < 30
    bench.run("lab.crash('n2')")
    bench.wait("p.kernel.canUndo")
    bench.press("Escape", "Escape")
    assert "undo" in offered(bench)


def test_aligned_timers_bring_a_split_vote_and_spread_ones_a_leader_at_once(lab):
    """Lessons use these tools for this."""
    of_the_cluster(lab, "align timers")
    lab.wait("new Set(Object.values(w.views).map((view) => view.timer[1])).size === 1")
    due = timers(lab)[0]
    assert (
        lab.look(f"Object.values(p.branch.at(p.branch.countAt({due})).views).map((view) => view.role)")
        == ["candidate"] * 5
    )
    of_the_cluster(lab, "spread timers")
    lab.wait("new Set(Object.values(w.views).map((view) => view.timer[1])).size === 5")
    first = timers(lab)[0]
    lab.press("l")
    assert lab.look("w.leader()") == "n1"
    assert lab.look("p.position.tick") <= first + 8


def test_crash_the_leader_needs_one(lab):
    of_the_cluster(lab, "crash the leader")
    assert lab.player.get_by_role("alert").inner_text() == "There is no leader now (tick 0)."
    lab.press("l")
    leader = lab.look("w.leader()")
    of_the_cluster(lab, "crash the leader")
    lab.wait(f"w.views.{leader}.status === 'crashed'")
    assert done(lab) == [[lab.look("p.position.tick"), "crash", leader]]


# -- Keys ------------------------------------------------------------------------------------------------------

KEYS = {  # key: what to press before it (after a !: what to wait for), what it makes true, its name for the browser
    "→": ([], "p.position.count > 0", "ArrowRight"),
    "←": (["End"], "p.position.count < p.branch.events.length", "ArrowLeft"),
    "space": ([], "p.playing", " "),
    ".": ([], "p.position.tick === 1"),
    ",": (["End"], "p.position.tick === p.end - 1"),
    "+": ([], "p.speed === 10"),
    "-": ([], "p.speed === 2"),
    "l": ([], "w.leader() !== null"),
    "m": (
        ["l", "@write"],
        "p.branch.turns.some(([event, kind]) => kind === 'commit' && event === p.position.count - 1)",
    ),
    "i": ([], "p.saying.message.textContent.endsWith('a property is broken.')"),
    "Home": (["l"], "p.position.tick === 0"),
    "End": ([], "p.position.tick === p.end"),
    "j": ([], "p.selected?.kind === 'link'"),
    "]": (["@flying"], "p.selected?.kind === 'message'"),
    "[": (["@flying"], "p.selected?.kind === 'message'"),
    "Escape": (["2"], "p.selected === null"),
    "c": (["2"], "w.views.n2.status === 'crashed'"),
    "r": (["2", "c", "!w.views.n2.status === 'crashed'"], "w.views.n2.status === 'running'"),
    "p": (["2"], "w.views.n2.status === 'paused'"),
    "t": (["2"], "w.views.n2.role === 'candidate'"),
    "C": (["l"], "w.leader() === null"),
    "d": (["@message"], "p.branch.fate(p.selected.id, p.position.count) === 'lost'"),
    "D": (["@message"], "p.branch.events.some((event) => event[1] === 'copy')"),
    "e": (
        ["2", "c", "!w.views.n2.status === 'crashed'"],
        "p.branch.events.some((event) => event[1] === 'lose_disk')",
    ),
    "f": (["2"], "p.branch.events.some((event) => event[1] === 'forget_writes')"),
    "z": (["l", "@write", "ArrowRight", "@entry"], "p.branch.events.some((event) => event[1] === 'corrupt')"),
    "n": (["@message"], "p.branch.fate(p.selected.id, p.position.count) === 'delivered'"),
    "o": (["2"], "w.network.down.length === 16"),
    "k": (["j"], "w.network.down.length === 2"),
    "h": (["j", "k", "!w.network.down.length === 2"], "w.network.down.length === 0"),
    "H": (["2", "o", "!w.network.down.length === 16"], "w.network.down.length === 0"),
    "g": ([], "p.layer.shown !== null"),
    "a": ([], "new Set(Object.values(w.views).map((view) => view.timer[1])).size === 1"),
    "s": ([], "new Set(Object.values(w.views).map((view) => view.timer[1])).size === 9"),
    "w": ([], "p.layer.shown !== null"),
    "y": (["2"], "p.question?.node === 'n2' && p.layer.shown === p.card"),
    "U": (
        ["2", "c", "!w.views.n2.status === 'crashed'", "u", "!p.kernel.canRedo"],
        "w.views.n2.status === 'crashed'",
    ),
    "u": (["2", "c", "!w.views.n2.status === 'crashed'"], "w.views.n2.status === 'running'"),
    "b": (["End", "Home", "2", "c", "!p.branch.id > 0"], "p.branch.id === 0"),
    "v": ([], "p.beside.wanted === 'spacetime'"),
    "?": ([], "p.layer.shown === p.help"),
    "E": ([], "p.layer.shown !== null"),
    "F": ([], "p.form.size === 'projector'"),
    "A": (["2"], "p.sight === 'n2'"),
    "B": (["@message"], "p.branch.events.some((event) => event[1] === 'delay')"),
    "q": (["2"], "p.layer.shown === p.card"),
    "↓": ([], "p.selected?.id === 'n1'", "ArrowDown"),
    "↑": ([], "p.selected?.kind === 'link'", "ArrowUp"),
    "Enter": (["2"], "p.layer.shown === p.menu"),
    "PageDown": ([], "p.position.count > 0"),
    "PageUp": (["End"], "p.position.tick < p.end"),
    **{str(number): ([], f"p.selected?.id === 'n{number}'") for number in range(1, 10)},
}


def documented_keys():
    """The keys of the table in README: "l m i" are three keys, "1 to 9" are nine."""
    table = README.partition("## The player's keys")[2].partition("## ")[0]
    rows = [line.strip("|").split("|") for line in table.splitlines() if line.startswith("|")][2:]
    cells = [cell for row in rows for cell in (row[0], row[2])]
    words = [word for cell in cells for word in cell.replace("1 to 9", "1 2 3 4 5 6 7 8 9").split()]
    return [*words, *re.findall(r"`(.)` lists them", README)]


def test_every_documented_key_is_tested_here_and_the_help_lists_it(lab):
    assert sorted(documented_keys()) == sorted(KEYS)
    lab.press("?")
    shown = lab.player.get_by_role("dialog", name="Keys").locator("kbd").all_inner_texts()
    spelt = {"PageDown": "Page Down", "PageUp": "Page Up"} | {
        key: f"shift {key}" for key in KEYS if key.isupper()
    }
    assert {spelt.get(key, key) for key in set(KEYS) - set("123456789")} <= set(shown)


@pytest.fixture(scope="module")
def nine(notebook):
    """One Lab of nine nodes for the tests of all keys. Each test starts it again."""
    notebook.show('from raftlab import Lab\nlab = Lab("three_nodes", nodes=9, seed=3)\nlab')
    return notebook


ANEW = """
    p.stop();
    p.speed = 5;
    p.question = null;
    p.sight = null;
    p.saying.calm();
    p.saying.message.textContent = "";
    p.layer.close();
    p.beside.choose("cluster");
    if (p.form.size === "projector") p.toggleProjector();
    p.draw();
"""
TOUCHED = "p.timeline.branches.size > 1 || p.branch.events.some((event) => !['timer', 'deliver', 'goal', 'stop'].includes(event[1]))"


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
        elif step in ("@flying", "@message"):
            nine.page.evaluate(
                f"""() => {{
                    const p = {nine.player_in_js};
                    const id = p.branch.messages.findIndex(([, , , , sent, arrives]) => arrives - sent > 1);
                    p.goTick(p.branch.message(id).sent);
                    if ({json.dumps(step == "@message")}) p.choose({{ kind: "message", id }});
                }}"""
            )
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
    lab.page.keyboard.type("cl")  # in the field of the form, where a letter is no key of the player
    assert lab.look("p.position.count") == 0
    assert lab.look("document.activeElement.value.includes('cl')")


def test_after_a_menu_was_used_the_keys_still_work(lab):
    """The menu is gone and the node is drawn again, but the player must keep the focus."""
    lab.press("2")
    does(lab, "crash")
    lab.wait("w.views.n2.status === 'crashed'")
    tick = lab.look("p.position.tick")
    lab.page.keyboard.press(".")
    assert lab.look("p.position.tick") == tick + 1


def test_escape_closes_open_parts_one_after_the_other(lab):
    for key in ("?", "g", "w", "y", "E", "Enter"):
        lab.press("2", key)
        assert lab.look("p.layer.shown !== null"), key
        lab.page.keyboard.press("Escape")
        assert lab.look("p.layer.shown === null && p.selected.id === 'n2'"), key
        lab.page.keyboard.press("Escape")
        assert lab.look("p.selected === null"), key


def test_in_lesson_1_the_keys_of_later_lessons_do_nothing(bench):
    bench.show('lab = Lab("three_nodes", show="01", tick=30)\nlab')
    before = bench.look("JSON.stringify([p.branch.events, p.position])")
    later = "ptoasgkhHwydDnBbvjmliE"
    bench.press("1", *later)
    assert bench.look("JSON.stringify([p.branch.events, p.position])") == before
    assert bench.player.locator("form:visible").count() == 0
    bench.press("?")
    shown = set(bench.player.get_by_role("dialog", name="Keys").locator("kbd").all_inner_texts())
    assert shown >= {"→", "←", ".", ",", "space", "c", "shift C", "r", "u"}
    assert not shown & set(later)
    bench.press("Escape", "c")
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
        go_on = lab.folder / "go on"
        execute(
            lab,
            f"import pathlib, time\nwhile not pathlib.Path({str(go_on)!r}).exists():\n    time.sleep(0.05)",
        )
        lab.press("1", "c")
        lab.wait("!p.saying.message.hidden")
        assert "The kernel does not answer. If it is busy" in lab.player.get_by_role("alert").inner_text()
        lab.press("l")
        assert lab.look("w.leader()") == "n2"
        go_on.touch()
        lab.wait(
            "p.branch.events.some((event) => event[1] === 'crash' && event[2] === 'n1')"
        )  # late, but done

        # As if the memory were full. JupyterLab starts another kernel, which knows nothing of this run.
        execute(lab, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
        lab.page.get_by_text(re.compile("Kernel Restarting|appears to have died")).first.wait_for()
        lab.page.keyboard.press("Escape")
        before = lab.look("JSON.stringify(p.branch.events)")
        lab.press("l", "2", "p")
        lab.wait("!p.saying.message.hidden")
        assert "What is here can still be played" in lab.player.get_by_role("alert").inner_text()
        assert lab.look("JSON.stringify(p.branch.events)") == before
        lab.press("End")
        assert lab.look("p.position.tick === p.end")
        lab.press("Home", " ")
        lab.wait("p.position.tick > 2")
