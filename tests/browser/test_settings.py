"""The forms behind ⋯ in JupyterLab: another run, the network, a client, groups, files and Python."""

import json

import pytest
from browser_help import PlayerPage

from raftlab import Story
from raftlab.sim.presets import PRESETS
from raftlab.stories import STORIES

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def lab(bench):
    """A new Lab of five nodes that shows everything; n3 will lead from tick 24 on."""
    bench.show('from raftlab import Lab\nlab = Lab("three_nodes", nodes=5, seed=3)\nlab')
    return bench


def form_of(lab, name):
    """A form, opened from behind ⋯."""
    lab.press("Escape")
    lab.click("more")
    lab.player.get_by_role("button", name=name).click()
    return lab.player.locator(".rl-settings form")


def said(lab):
    """The message above the sentence: what went wrong, or what was done."""
    lab.wait("!p.saying.message.hidden")
    return lab.look("p.saying.message.textContent")


def done(lab):
    """The actions in the shown branch, as the kernel has them: [[tick, verb, arguments ...], ...]."""
    return json.loads(lab.run("import json; print(json.dumps(lab.story.actions))"))


# -- Another run ---------------------------------------------------------------------------------------------


def test_a_form_of_a_story_with_islands_goes_on_working_after_other_nodes_were_chosen(bench):
    """There was once an error here, and no control worked any more."""
    bench.show('lab = Lab("three_islands")\nlab')
    for count in (7, 1, 5):
        form = form_of(bench, "another run …")
        warned = "it becomes a free run" in form.inner_text()
        form.get_by_label("Nodes", exact=True).fill(str(count))
        assert not warned
        assert "it becomes a free run" in form.inner_text(), "said before it is done"
        form.get_by_role("button", name="begin anew").click()
        bench.wait(f"p.timeline.nodes.length === {count}")
        assert bench.look("p.timeline.title") == f"A free run of {count} node{'s'[: count > 1]}"
        assert not bench.player.locator(".rl-settings").is_visible()


def test_story_timing_and_seed_begin_another_run_and_undo_brings_back_the_old_one(lab):
    form = form_of(lab, "another run …")
    titles = {
        title.replace("\xa0", " ")
        for title in form.get_by_label("Story", exact=True).locator("option").all_inner_texts()
    }
    assert titles >= {story.title for story in STORIES.values() if story.nodes <= 9}
    form.get_by_label("Story", exact=True).select_option(label="A leader in a minority")
    story = STORIES["minority_leader"]
    assert form.get_by_label("Seed", exact=True).input_value() == str(story.seed), (
        "its own, until one chooses another"
    )
    form.get_by_role("button", name="begin anew").click()
    lab.wait("p.timeline.title === 'A leader in a minority'")
    assert lab.look("p.position.tick") == 0

    form = form_of(lab, "another run …")
    names = [
        name.replace("\xa0", " ")
        for name in form.get_by_label("Timing", exact=True).locator("option").all_inner_texts()
    ]
    assert names == [f"{preset.name} ({preset.version}, {preset.year})" for preset in PRESETS.values()]
    form.get_by_label("Nodes", exact=True).fill("9")
    form.get_by_label("Timing", exact=True).select_option(label="etcd (3.5, 2021)")
    form.get_by_label("Seed", exact=True).fill("11")
    form.get_by_label("Seed", exact=True).press("Enter")
    lab.wait("p.timeline.nodes.length === 9")
    assert lab.run("print(lab.story.nodes, lab.story.seed, lab.story.preset)").split() == ["9", "11", "etcd"]
    lab.press("u")
    lab.wait("p.timeline.title === 'A leader in a minority'")


def test_what_cannot_be_is_refused_in_a_sentence_and_the_run_stays(lab):
    for label, value, sentence in (
        ("Nodes", "12", "Pictures and the player show at most 9 nodes, not 12"),
        ("Nodes", "many", "The number of nodes must be a whole number of at least 1, not 'many'."),
        ("Seed", "0.5", "A seed must be a whole number, not 0.5."),
    ):
        form = form_of(lab, "another run …")
        form.get_by_label(label, exact=True).fill(value)
        form.get_by_role("button", name="begin anew").click()
        lab.wait(f"p.saying.message.textContent.startsWith({json.dumps(sentence)})")
        assert form.get_by_label(label, exact=True).input_value() == value, "it can be put right there"
    assert lab.look("p.timeline.nodes.length") == 5


def test_beginning_anew_forgets_what_was_done(lab):
    lab.press("2", "c")
    lab.wait("w.views.n2.status === 'crashed'")
    form = form_of(lab, "another run …")
    assert "without the branches that you have made. Undo brings them back." in form.inner_text()
    form.get_by_role("button", name="begin anew").click()
    lab.wait("w.views.n2.status === 'running'")
    lab.wait("p.saying.message.textContent.includes('Undo brings back')")
    assert lab.look("[p.position.tick, p.timeline.branches.size]") == [0, 1]
    assert done(lab) == []
    lab.press("u")
    lab.wait("p.timeline.branches.size === 2")


def test_a_seed_with_which_an_action_of_the_story_is_impossible_is_refused_and_the_run_stays(bench):
    """With seed 2 another node leads and crashes, but the story would restart n2, which still runs."""
    bench.show('lab = Lab("leader_crash")\nlab')
    bench.press("ArrowRight")
    before = bench.look("[p.position.tick, p.branch.events.length, p.timeline.title]")
    form = form_of(bench, "another run …")
    form.get_by_label("Seed", exact=True).fill("2")
    form.get_by_role("button", name="begin anew").click()
    assert said(bench) == (
        "With seed 2 this story cannot be played. At tick 150 of 'The leader crashes': n2 is running; "
        "this needs a node that is crashed. Try another seed."
    )
    assert form.get_by_label("Seed", exact=True).input_value() == "2", "what was typed can be mended"
    assert bench.look("[p.position.tick, p.branch.events.length, p.timeline.title]") == before
    assert bench.run("print(lab.story.seed, lab.can_undo)").split() == ["5", "False"]


# -- The network, a client, groups ---------------------------------------------------------------------------


def test_delay_loss_and_duplication_change_the_network_from_this_tick_on(lab):
    lab.press("l")
    tick = lab.look("p.position.tick")
    form = form_of(lab, "network …")
    for label, value in (
        ("Delay from (ms)", 20),
        ("to", 70),
        ("Loss (0 to 1)", 0.3),
        ("Duplication (0 to 1)", 0.2),
    ):
        form.get_by_label(label, exact=True).fill(str(value))
    form.get_by_role("button", name="change it from here on").click()
    lab.wait("w.network.loss === 0.3")
    assert lab.look("[w.network.delay, w.network.duplication]") == [[2, 7], 0.2]
    ((when, verb, *_),) = done(lab)
    assert (when, verb) == (tick, "set_network")


def test_a_delay_that_cannot_be_is_refused_in_the_unit_in_which_it_was_typed(lab):
    form = form_of(lab, "network …")
    for shortest, longest, sentence in (
        (10, 25, "Here time goes in steps of 10 ms, so a delay must be a multiple of 10 ms."),
        (-5, 20, "A delay is at least 10 ms, not -5 ms."),
        (0, 20, "A delay is at least 10 ms, not 0 ms."),
        (50, 20, "The delay from 50 ms to 20 ms is the wrong way round: the shorter time must come first."),
        (10, 10**9, "A delay is at most 200000 ms, not 1000000000 ms."),
    ):
        form.get_by_label("Delay from (ms)").fill(str(shortest))
        form.get_by_label("to", exact=True).fill(str(longest))
        form.get_by_role("button", name="change it from here on").click()
        assert said(lab) == sentence
    assert done(lab) == []


def test_a_loss_of_2_is_not_silently_made_one_of_1(lab):
    form = form_of(lab, "network …")
    form.get_by_label("Loss (0 to 1)", exact=True).fill("2")
    form.get_by_role("button", name="change it from here on").click()
    assert said(lab) == "The loss must be a number from 0 (never) to 1 (always), not 2."
    assert done(lab) == []


def test_a_client_asks_the_leader_or_the_node_that_is_chosen(lab):
    form = form_of(lab, "write or read …")
    form.get_by_role("button", name="write").click()
    assert said(lab) == "There is no leader now (tick 0)."
    lab.press("Escape", "l", "w")
    leader = lab.look("w.leader()")
    assert "It asks the leader." in form.inner_text()
    form.get_by_label("key", exact=True).fill("Grüße")
    form.get_by_label("value", exact=True).fill("7 und 8")
    form.get_by_role("button", name="write").click()
    lab.wait(f"w.views.{leader}.log.length === 1")
    assert lab.look(f"w.views.{leader}.log.entry(1)[1]") == "Grüße=7 und 8"
    other = "1" if leader != "n1" else "2"
    lab.press("Escape", other, "w")
    assert f"It asks n{other}." in form.inner_text()
    form.get_by_role("button", name="read").click()
    lab.wait("p.branch.events.filter((event) => event[1] === 'propose').length === 2")


@pytest.mark.parametrize("key", ["", "  ", "a=b", "x?", "x+"])
def test_a_key_that_could_be_taken_for_something_else_is_refused_in_a_sentence(lab, key):
    lab.press("l", "w")
    form = lab.player.locator(".rl-settings form")
    form.get_by_label("key", exact=True).fill(key)
    form.get_by_role("button", name="read").click()
    assert said(lab) == "A key must be one word, without = : ? and +."
    assert done(lab) == []


def test_groups_are_split_and_groups_that_split_nothing_are_refused_in_a_sentence(lab):
    form = form_of(lab, "split into groups …")
    assert [form.get_by_label(f"group of n{i}").input_value() for i in range(1, 6)] == list("11122")
    for number in range(1, 6):
        form.get_by_label(f"group of n{number}").select_option("2")
    form.get_by_role("button", name="split").click()
    assert "so nothing is split" in said(lab)
    assert form.is_visible(), "it can be put right there"
    form.get_by_label("group of n1", exact=True).select_option("3")
    form.get_by_role("button", name="split").click()
    lab.wait("w.isDown('n1', 'n2') && !w.isDown('n2', 'n3')")
    assert done(lab) == [[0, "partition", ["n2", "n3", "n4", "n5"], ["n1"]]]


# -- Files, and Python ---------------------------------------------------------------------------------------


def test_a_run_is_kept_as_a_trace_and_a_page_and_comes_back(lab, pages):
    lab.press("l", "C")
    lab.wait("w.leader() === null")
    kept = lab.look("JSON.stringify([p.branch.ticks, p.branch.events])")
    form = form_of(lab, "save and load …")
    form.get_by_label("File", exact=True).fill("mine")
    form.get_by_role("button", name="save", exact=True).click()
    lab.wait("p.saying.message.textContent === 'Written: mine.json, in the folder of this notebook.'")
    assert json.loads((lab.folder / "mine.json").read_text(encoding="utf-8"))["format"] == "raftlab trace"
    form.get_by_role("button", name="save page").click()
    lab.wait("p.saying.message.textContent.includes('mine.html')")

    form_of(lab, "another run …").get_by_role("button", name="begin anew").click()
    lab.wait("p.branch.events.every((event) => event[1] !== 'crash')")
    form = form_of(lab, "save and load …")
    form.get_by_label("File", exact=True).fill("mine")
    form.get_by_role("button", name="load").click()
    lab.wait("p.branch.events.some((event) => event[1] === 'crash')")
    assert lab.look("JSON.stringify([p.branch.ticks, p.branch.events])") == kept
    lab.press("u")  # the load is taken back
    lab.wait("p.branch.events.every((event) => event[1] !== 'crash')")

    shown = PlayerPage(pages.open(lab.folder / "mine.html"))
    shown.player.wait_for()
    assert shown.look("JSON.stringify([p.branch.ticks, p.branch.events])") == kept


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (None, "There is no no-such.json in the folder of this notebook."),
        ('{"format": "raftlab tra', "This trace is damaged: it was cut short, or is not JSON."),
        (
            '{"format": "raftlab trace", "version": 99}',
            "This trace has version 99; this raftlab reads up to 4.",
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
    form = form_of(lab, "save and load …")
    form.get_by_label("File", exact=True).fill(name)
    form.get_by_role("button", name="load").click()
    assert said(lab).startswith(sentence)
    assert lab.look("JSON.stringify(p.branch.events)") == before


def test_what_was_done_is_shown_as_python_that_gives_the_same_run(lab):
    lab.press("l", "C")
    lab.wait("w.leader() === null")
    form = form_of(lab, "show as Python …")
    lab.wait("p.settings.el.querySelector('textarea').value")
    code = form.get_by_label("Python", exact=True).input_value()
    assert "'crash', 'n" in code
    assert code.endswith("Lab(story)")
    same = lab.run(
        f"scope = {{}}\nexec({code!r}, scope)\nagain = Lab(scope['story'])\nprint(again.trace.events == lab.trace.events)"
    )
    assert same.strip() == "True"


# -- The list ------------------------------------------------------------------------------------------------


def test_each_heartbeat_is_drawn_when_that_is_asked_for(lab):
    lab.press("l", "ArrowRight", "ArrowRight")
    lab.click("more")
    button = lab.player.get_by_role("button", name="draw every heartbeat")
    button.click()
    assert lab.look("p.heartbeats")
    assert button.get_attribute("aria-pressed") == "true"
    button.click()
    assert not lab.look("p.heartbeats")
