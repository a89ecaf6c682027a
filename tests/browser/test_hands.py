"""Gestures on the stage: presses, drags, long presses and menus, by mouse, finger and key."""

import json

import pytest

pytestmark = pytest.mark.browser


class Hand:
    """A mouse on a player: moves in steps, as a hand does."""

    def __init__(self, shown):
        self.shown, self.mouse = shown, shown.page.mouse

    def at(self, node):
        """The middle of a node in the window."""
        return self.shown.look(
            f"(({{left, top}}, {{x, y}}) => [left + x, top + y])(p.stage.svg.getBoundingClientRect(), p.stage.place('{node}'))"
        )

    def middle(self):
        """The middle of all nodes."""
        places = [self.at(node) for node in self.shown.look("p.timeline.nodes")]
        return [sum(each) / len(places) for each in zip(*places, strict=True)]

    def outward(self, node, share):
        """A point on the line from the middle through a node; at share 1 it is the node itself."""
        return [m + (x - m) * share for x, m in zip(self.at(node), self.middle(), strict=True)]

    def drag(self, start, end, drop=True):
        """Press, move, and let go."""
        self.mouse.move(*start)
        self.mouse.down()
        self.mouse.move(*end, steps=6)
        if drop:
            self.mouse.up()

    def nowhere(self):
        """An empty point of the stage."""
        return self.shown.look(
            "(({left, bottom}) => [left + 8, bottom - 8])(p.stage.svg.getBoundingClientRect())"
        )

    def across(self, node):
        """A line that separates a node from all others."""
        (x, y), (mx, my) = self.outward(node, 0.6), self.middle()
        dx, dy = (y - my) * 3, -(x - mx) * 3
        return [x - dx, y - dy], [x + dx, y + dy]


@pytest.fixture
def lab(bench):
    """A new Lab of five nodes that shows everything, at a moment at which n1 leads and nothing else happens."""
    bench.show('from raftlab import Lab\nlab = Lab("three_nodes", nodes=5, seed=3, tick=40)\nlab')
    return bench


@pytest.fixture
def hand(lab):
    return Hand(lab)


def done(lab):
    """The actions in the shown branch, as the kernel has them: [[verb, arguments ...], ...]."""
    return [action[1:] for action in json.loads(lab.run("import json; print(json.dumps(lab.story.actions))"))]


def menu(shown):
    """What the open menu offers: label -> key."""
    items = shown.player.locator(".rl-menu .rl-item")
    return {
        item.locator("span").inner_text(): "".join(item.locator("kbd").all_inner_texts())
        for item in items.all()
    }


# -- Menus -----------------------------------------------------------------------------------------------------


def test_a_right_click_on_a_node_opens_its_verbs_with_their_keys_and_no_other_menu(lab, hand):
    lab.page.mouse.click(*hand.at("n2"), button="right")
    offered = menu(lab)
    assert {
        "crash": "c",
        "pause": "p",
        "time out now": "t",
        "cut off": "o",
        "why not leader?": "y",
    }.items() <= (offered.items())
    assert "restart" not in offered
    assert lab.page.locator(".lm-Menu:visible").count() == 0, "JupyterLab's menu stays away"
    lab.player.get_by_role("menuitem", name="crash").click()
    lab.wait("w.views.n2.status === 'crashed'")
    lab.page.mouse.click(*hand.at("n2"), button="right")
    assert {"restart", "lose its disk"} <= set(menu(lab))
    assert "crash" not in menu(lab)


@pytest.mark.slow
def test_a_leader_is_asked_why_and_others_why_not(lab, hand):
    leader = lab.look("w.leader()")
    lab.page.mouse.click(*hand.at(leader), button="right")
    assert "why leader?" in menu(lab)
    assert "time out now" not in menu(lab)
    lab.page.keyboard.press("y")
    assert lab.look("p.question") == {"node": leader, "what": "leader", "index": None}


@pytest.mark.slow
def test_links_messages_entries_and_the_empty_stage_have_menus_of_their_own(lab, hand):
    (x, y), (x2, y2) = hand.at("n1"), hand.at("n2")
    lab.page.mouse.click((x + x2) / 2, (y + y2) / 2, button="right")
    assert lab.player.locator(".rl-menu-title").inner_text() == "link n1 – n2"
    assert {"cut both ways", "cut only n1 → n2", "cut only n2 → n1", "heal"} == set(menu(lab))
    lab.page.keyboard.press("Escape")

    lab.page.mouse.click(*hand.nowhere(), button="right")
    assert {"crash the leader", "align timers", "heal all", "split into groups …", "write or read …"} <= set(
        menu(lab)
    )
    assert not {"undo", "redo"} & set(menu(lab)), "nothing was done yet"
    lab.page.keyboard.press("Escape")

    lab.press("w")
    lab.page.keyboard.press("Escape")
    lab.run('lab.write("x", 5)')
    lab.wait("w.views[w.leader()].log.length === 1")
    lab.player.locator("[data-thing^='entry']").first.click(button="right")
    assert {"corrupt it on disk", "is it committed?"} == set(menu(lab))


@pytest.mark.slow
def test_a_menu_is_walked_through_by_keys_and_gives_the_focus_back(lab):
    lab.press("2")
    lab.page.keyboard.press("ArrowDown")
    assert lab.look("p.selected.id") == "n3"
    focused = "document.activeElement.dataset.thing"
    assert lab.look(focused) == "node n3"
    for key in ("Enter", "ContextMenu", "Shift+F10"):
        lab.page.keyboard.press(key)
        assert lab.player.get_by_role("menu").get_attribute("aria-label").startswith("n3")
        lab.page.keyboard.press("ArrowDown")
        lab.page.keyboard.press("ArrowDown")
        assert lab.look("document.activeElement.textContent").startswith("pause")
        lab.page.keyboard.press("Escape")
        assert lab.player.get_by_role("menu").count() == 0
        assert lab.look(focused) == "node n3"
    lab.page.keyboard.press("Enter")
    lab.page.keyboard.press("ArrowDown")
    lab.page.keyboard.press("Enter")
    lab.wait("w.views.n3.status === 'crashed'")
    assert lab.look("p.root.contains(document.activeElement)")


@pytest.mark.slow
def test_a_verbs_own_key_works_while_the_menu_is_open(lab, hand):
    lab.page.mouse.click(*hand.at("n4"), button="right")
    lab.page.keyboard.press("p")
    lab.wait("w.views.n4.status === 'paused'")
    assert lab.player.get_by_role("menu").count() == 0


# -- Double click ----------------------------------------------------------------------------------------------


def test_a_double_click_crashes_a_node_and_another_restarts_it(lab, hand):
    lab.page.mouse.dblclick(*hand.at("n3"))
    lab.wait("w.views.n3.status === 'crashed'")
    assert lab.look("p.selected.id") == "n3"
    lab.page.mouse.dblclick(*hand.at("n3"))
    lab.wait("w.views.n3.status === 'running'")
    assert done(lab) == [["crash", "n3"], ["restart", "n3"]]


# -- Cutting, and carrying nodes ---------------------------------------------------------------------------------


def test_a_line_drawn_across_links_parts_the_nodes_and_says_so(lab, hand):
    hand.drag(*hand.across("n1"), drop=False)
    assert lab.player.locator(".rl-knife").get_attribute("visibility") == "visible"
    assert lab.player.locator(".rl-hand-words").text_content() == "n1 | n2, n3, n4, n5"
    hand.mouse.up()
    lab.wait("w.network.down.length === 8")
    assert lab.sentence().startswith("The network is split: n1 | n2, n3, n4, n5")
    assert lab.player.locator(".rl-knife").count() == 0
    assert done(lab) == [["partition", ["n1"], ["n2", "n3", "n4", "n5"]]]


@pytest.mark.slow
def test_a_line_across_one_link_cuts_that_one_and_one_across_none_says_so(lab, hand):
    (x, y), (x2, y2) = hand.at("n3"), hand.at("n4")
    middle = [(x + x2) / 2, (y + y2) / 2]
    hand.drag([middle[0], middle[1] - 15], [middle[0], middle[1] + 15])
    lab.wait("w.network.down.length === 2")
    assert lab.look("w.isDown('n3', 'n4') && w.isDown('n4', 'n3')")
    hand.drag([middle[0], middle[1] + 25], [middle[0], middle[1] + 45])
    assert lab.player.get_by_role("alert").inner_text().startswith("That line crosses no link that works.")
    assert done(lab) == [["cut", "n3", "n4"]]


@pytest.mark.slow
def test_a_stroke_across_several_links_is_one_deed_and_one_undo_takes_it_back(lab, hand):
    """The stroke runs between n1 and the line from n2 to n5, so that it crosses n1–n3 and n1–n4."""
    (x, y), (x3, y3), (x4, y4) = (hand.at(node) for node in ("n1", "n3", "n4"))
    middle = [x + ((x3 + x4) / 2 - x) * 0.25, y + ((y3 + y4) / 2 - y) * 0.25]
    across = [(x3 - x4) * 0.3, (y3 - y4) * 0.3]
    start, end = ([m + way * a for m, a in zip(middle, across, strict=True)] for way in (-1, 1))
    hand.drag(start, end, drop=False)
    assert lab.player.locator(".rl-hand-words").text_content() == "n1–n3 and n1–n4"
    hand.mouse.up()
    lab.wait("w.network.down.length === 4 && p.kernel.canUndo")
    assert lab.sentence().startswith("The link between n1 and n3 is cut. The link between n1 and n4 is cut.")
    assert done(lab) == [["cut", "n1", "n3"], ["cut", "n1", "n4"]]
    lab.press("Control+z")
    lab.wait("w.network.down.length === 0")
    assert done(lab) == []
    lab.press("Control+y")
    lab.wait("w.network.down.length === 4")


@pytest.mark.slow
def test_a_node_that_is_pulled_away_is_alone_and_brought_back_it_is_healed(lab, hand):
    hand.drag(hand.at("n2"), hand.outward("n2", 1.7), drop=False)
    assert lab.player.locator(".rl-hand-words").text_content() == "n1, n3, n4, n5 | n2"
    hand.mouse.up()
    lab.wait("w.network.down.length === 8 && w.isDown('n2', 'n1')")
    lab.page.wait_for_function("() => !document.querySelector('.rl-node').getAnimations().length")
    hand.drag(hand.at("n2"), hand.at("n3"))
    lab.wait("w.network.down.length === 0")
    assert done(lab) == [["isolate", "n2"], ["heal", "n2"]]


@pytest.mark.slow
def test_a_node_is_carried_from_one_island_to_another(lab, hand):
    lab.run("lab.partition(['n1', 'n2', 'n3'], ['n4', 'n5'])")
    lab.wait("w.network.down.length === 12")
    hand.drag(hand.at("n3"), hand.at("n4"))
    lab.wait("!w.isDown('n3', 'n4') && w.isDown('n3', 'n1')")
    assert done(lab)[-1] == ["partition", ["n1", "n2"], ["n3", "n4", "n5"]]


@pytest.mark.slow
def test_a_small_drag_and_one_that_is_broken_off_do_nothing(lab, hand):
    x, y = hand.at("n2")
    hand.drag([x, y], [x + 14, y + 6])
    assert (
        lab.player.get_by_role("alert").inner_text()
        == "Drag a node away from all others to cut it off, or to another group to join it."
    )
    hand.drag([x, y], hand.outward("n2", 1.7), drop=False)
    lab.page.keyboard.press("Escape")
    hand.mouse.up()
    hand.drag([x, y], hand.outward("n2", 1.7), drop=False)
    hand.mouse.down(button="right")
    hand.mouse.up(button="right")
    hand.mouse.up()
    assert lab.player.locator(".rl-sketch").count() == 0
    assert lab.player.get_by_role("menu").count() == 0
    assert lab.page.locator(".lm-Menu:visible").count() == 0
    assert done(lab) == []


@pytest.mark.slow
def test_a_drag_may_end_outside_the_player(lab, hand):
    hand.drag(hand.at("n1"), [hand.at("n1")[0], 5])
    lab.wait("w.network.down.length === 8 && w.isDown('n1', 'n2')")
    assert done(lab) == [["isolate", "n1"]]


# -- Messages ----------------------------------------------------------------------------------------------------


@pytest.fixture
def message(lab):
    """A message somewhere in the middle of its way: {id, x, y, and the direction in which it flies}."""
    lab.page.evaluate(
        f"""() => {{
            const p = {lab.player_in_js};
            p.heartbeats = true;
            const id = p.branch.messages.findIndex(([, , , , sent, arrives], id) => sent >= p.position.tick && arrives - sent >= 3);
            p.goTick(p.branch.message(id).sent + 1);
            p.choose({{ kind: "message", id }});
            p.root.focus();
        }}"""
    )
    return lab.look(
        """(({left, top, width, height}, {src, dst, id}) => {
            const [a, b] = [p.stage.place(src), p.stage.place(dst)];
            const long = Math.hypot(b.x - a.x, b.y - a.y);
            return {id, x: left + width / 2, y: top + height / 2, dx: (b.x - a.x) / long, dy: (b.y - a.y) / long};
        })(p.hands.elementOf(p.selected).getBoundingClientRect(), p.branch.message(p.selected.id))"""
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("along", "across", "verb"), [(45, 0, "deliver"), (-45, 0, "delay"), (0, 60, "drop")]
)
def test_a_message_is_pulled_to_its_end_back_or_off_its_way(lab, hand, message, along, across, verb):
    x, y, dx, dy = (message[name] for name in ("x", "y", "dx", "dy"))
    hand.drag([x, y], [x + along * dx - across * dy, y + along * dy + across * dx])
    lab.wait("p.kernel.canUndo")
    assert done(lab)[-1][:2] == [verb, message["id"]]


@pytest.mark.slow
def test_a_message_can_be_caught_while_it_flies(lab, hand, message):
    lab.page.keyboard.press("Space")
    assert lab.look("p.playing")
    lab.page.mouse.move(message["x"], message["y"])
    lab.page.evaluate(
        f"""() => {{
            const p = {lab.player_in_js};
            const element = p.hands.elementOf({{ kind: "message", id: {message["id"]} }});
            const {{ left, top, width, height }} = element.getBoundingClientRect();
            const point = {{ clientX: left + width / 2, clientY: top + height / 2, bubbles: true, isPrimary: true, pointerType: "mouse" }};
            element.dispatchEvent(new PointerEvent("pointerdown", point));
            element.dispatchEvent(new PointerEvent("pointerup", point));
        }}"""
    )
    assert not lab.look("p.playing")


@pytest.mark.slow
def test_what_is_done_to_a_message_by_keys(lab, message):
    lab.page.keyboard.press("Shift+B")
    lab.wait("p.branch.events.some(([, what]) => what === 'delay')")
    assert "is held back for 200 ms" in lab.sentence()
    lab.page.keyboard.press("Shift+D")
    lab.wait("p.branch.events.some(([, what]) => what === 'copy')")
    lab.page.keyboard.press("d")
    lab.wait("p.branch.events.some(([, what]) => what === 'drop')")
    assert [action[0] for action in done(lab)] == ["delay", "duplicate", "drop"]


def test_a_message_that_arrives_before_anything_could_be_done_to_it_says_when(lab):
    """In the middle of a tick it is still shown as flying, but an action would happen only at the end of the tick."""
    when = lab.look(
        """(() => {
            const event = p.branch.events.findIndex(([tick, what], i) => what === "deliver" && i && p.branch.tickOf(i - 1) === tick);
            p.go(p.branch.afterEvent(event - 1));
            const id = p.branch.events[event][3];
            p.select({ kind: "message", id });
            p.root.focus();
            return [p.branch.fate(id, p.position.count), p.timeline.time(p.branch.tickOf(event))];
        })()"""
    )
    why = f"This message arrives at {when[1]}. Go back to an earlier time to catch it."
    assert when[0] == "flying"
    lab.look("p.openMenu(p.selected)")
    assert menu(lab) == {}
    assert why in lab.player.locator(".rl-menu").inner_text()
    lab.press("Escape", "d")
    assert lab.player.locator(".rl-error").inner_text() == why
    assert done(lab) == []


# -- Undo and redo -----------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_ctrl_z_undoes_on_the_stage_and_ctrl_y_does_it_again(lab):
    cells = lab.panel.locator(".jp-Cell").count()
    lab.press("2", "c")
    lab.wait("w.views.n2.status === 'crashed' && p.kernel.canUndo && !p.guess")
    for undo, redo in (("Control+z", "Control+y"), ("Control+z", "Control+Shift+z"), ("u", "Shift+U")):
        lab.page.keyboard.press(undo)
        lab.wait("w.views.n2.status === 'running' && p.kernel.canRedo")
        lab.page.keyboard.press(redo)
        lab.wait("w.views.n2.status === 'crashed' && !p.kernel.canRedo")
    lab.page.keyboard.press("Control+y")
    assert lab.player.get_by_role("alert").inner_text() == "There is nothing to do again."
    assert lab.panel.locator(".jp-Cell").count() == cells


# -- At once -----------------------------------------------------------------------------------------------------


def test_a_crash_is_seen_before_the_kernel_has_answered_and_taken_back_where_it_is_refused(lab):
    """Before the kernel has said anything, the player shows a result that is certain."""
    fallen = lab.player.locator(".rl-node.rl-crashed[data-node=n2]")
    with lab.silent_kernel():
        lab.press("2", "c")
        assert fallen.count() == 1
        assert lab.look("w.views.n2.status") == "running", "the trace does not know it yet"
    lab.wait("w.views.n2.status === 'crashed'")
    assert fallen.count() == 1

    lab.page.evaluate(f"() => {{ {lab.player_in_js}.act('restart', ['n3']); }}")
    lab.player.get_by_role("alert").filter(has_text="n3 is running").wait_for()
    assert lab.player.locator(".rl-node.rl-crashed[data-node=n3]").count() == 0


@pytest.mark.slow
def test_undo_and_redo_lead_through_deeds_settings_and_changes_of_the_network(lab):
    lab.press("2", "c")
    lab.wait("p.kernel.canUndo && w.views.n2.status === 'crashed'")
    lab.page.evaluate(f"() => {lab.player_in_js}.act('set_network', [[2, 4], 0.1, 0])")
    lab.wait("w.network.loss === 0.1 && !p.guess")
    lab.page.evaluate(f"() => {lab.player_in_js}.send({{settings: {{nodes: 3}}}})")
    lab.wait("p.timeline.nodes.length === 3")
    for key, nodes, loss, status in (
        ("Control+z", 5, 0.1, "crashed"),
        ("Control+z", 5, 0, "crashed"),
        ("Control+z", 5, 0, "running"),
        ("Control+y", 5, 0, "crashed"),
        ("Control+y", 5, 0.1, "crashed"),
        ("Control+y", 3, 0, "running"),
    ):
        lab.press(key)
        lab.wait(
            f"p.timeline.nodes.length === {nodes} && w.network.loss === {loss} && w.views.n2.status === '{status}'"
        )
    assert not lab.player.get_by_role("alert").is_visible()


# -- On a page, and with fingers -----------------------------------------------------------------------------------


def test_a_page_says_that_it_only_plays_and_still_answers_questions(show):
    shown = show("leader_crash", tick=40)
    page = shown.page
    hand = Hand(shown)
    page.evaluate("raftPlayer.lab = 'Lab(\\'leader_crash\\')'")
    only_plays = (
        "This page plays a recording: nothing can be changed here. In JupyterLab you can: Lab('leader_crash')"
    )
    page.mouse.click(*hand.at("n3"), button="right")
    assert shown.player.locator(".rl-menu .rl-hint").inner_text() == only_plays
    assert menu(shown)["why not leader?"] == "y"
    assert "crash" not in menu(shown)
    page.keyboard.press("Escape")
    alert = shown.player.get_by_role("alert")
    page.mouse.dblclick(*hand.at("n3"))
    assert alert.inner_text() == only_plays
    assert not shown.player.locator(".rl-error").is_visible(), "nothing went wrong"
    page.keyboard.press("1")
    assert not alert.is_visible(), "it is gone with the next key"
    hand.drag(hand.nowhere(), hand.middle())
    assert alert.inner_text() == only_plays
    page.mouse.click(*hand.at("n3"))
    assert not alert.is_visible(), "and with the next click"
    page.keyboard.press("Escape")
    hand.drag(hand.at("n3"), hand.middle())
    assert alert.inner_text() == only_plays, "a node that is carried away is a change, too"
    page.keyboard.press("Control+z")
    assert shown.player.get_by_role("alert").inner_text() == only_plays


def test_what_was_opened_by_hand_goes_with_one_escape_and_nothing_stays_marked(show):
    shown = show("leader_crash", tick=40)
    node = Hand(shown).at("n3")
    for button in ("left", "right"):
        shown.page.mouse.click(*node, button=button)
        assert shown.look("p.selected.id === 'n3' && p.layer.shown !== null")
        shown.page.keyboard.press("Escape")
        assert shown.look("p.selected === null && p.layer.shown === null")
        assert shown.player.locator(".rl-node.rl-selected").count() == 0
        assert shown.look("document.activeElement === p.root")
        frame = "(root) => [getComputedStyle(root).boxShadow, getComputedStyle(root).borderLeftWidth]"
        assert shown.player.evaluate(frame) == ["none", "0px"]
    shown.page.keyboard.press("3")
    shown.page.keyboard.press("q")
    shown.page.keyboard.press("Escape")
    assert shown.look("p.selected.id") == "n3", "who uses keys goes on from there"


def test_a_long_press_opens_the_menu_and_a_second_finger_breaks_a_drag_off(show):
    shown = show(
        "leader_crash", tick=22, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    fingers = shown.page.context.new_cdp_session(shown.page)

    def touch(kind, *points):
        fingers.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(points)]},
        )

    node = Hand(shown).at("n2")
    touch("touchStart", node)
    shown.player.get_by_role("menu").wait_for()
    touch("touchEnd")
    assert shown.player.locator(".rl-menu-title").inner_text().startswith("n2")
    sizes = shown.player.locator(".rl-item").evaluate_all("(items) => items.map((each) => each.offsetHeight)")
    assert min(sizes) >= 40
    shown.page.keyboard.press("Escape")

    # The page pretends to have a kernel, because no line can be drawn where nothing can be changed.
    shown.page.evaluate("() => { raftPlayer.kernel = { canUndo: false, canRedo: false, look() {} }; }")
    start, end = Hand(shown).nowhere(), Hand(shown).middle()
    touch("touchStart", start)
    touch("touchMove", [(a + b) / 2 for a, b in zip(start, end, strict=True)])
    assert shown.player.locator(".rl-sketch").count() == 1
    touch("touchStart", end, node)
    assert shown.player.locator(".rl-sketch").count() == 0
    touch("touchEnd")
    assert not shown.player.get_by_role("alert").is_visible(), "nothing was cut, so nothing is refused"
