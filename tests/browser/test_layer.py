"""Panels, cards and menus over the stage open and close again, by mouse, finger and key."""

import pytest
from sample import a_few

pytestmark = pytest.mark.browser

OPEN = "p.layer.shown !== null"


@pytest.mark.parametrize("name", ["further", "more", "✓ safe"])
def test_a_button_that_opens_something_closes_it_when_it_is_pressed_again(show, crash, name):
    shown = show(crash)
    for is_open in (True, False, True):
        shown.click(name)
        assert shown.look(OPEN) is is_open
    shown.page.keyboard.press("Escape")
    assert not shown.look(OPEN)


def test_one_of_these_buttons_opens_its_part_in_the_place_of_another(show, crash):
    shown = show(crash)
    shown.click("more")
    shown.click("✓ safe")
    assert shown.look("p.layer.shown === p.properties")
    shown.click("further")
    assert shown.player.get_by_role("menu", name="further").is_visible()


SENT_LATE = "p.branch.messages.findIndex(([, , , , sent]) => sent > 41)"


@pytest.mark.parametrize("open_it", ["openMenu", "openCard"])
def test_what_is_open_about_a_message_closes_where_that_message_is_not_yet_sent(show, crash, open_it):
    shown = show(crash)
    shown.page.evaluate(
        f"""() => {{
            const p = raftPlayer;
            const id = {SENT_LATE};
            p.goTick(p.branch.message(id).sent);
            p.{open_it}({{kind: "message", id}});
        }}"""
    )
    assert shown.look(OPEN)
    shown.go(10)
    assert not shown.look(OPEN)
    assert shown.look("p.selected") is None
    assert shown.look("p.root.contains(document.activeElement)"), "the keys are the player's still"


def test_a_message_that_arrives_while_its_menu_is_open_has_nothing_more_to_offer_and_its_card_says_when(
    show, crash
):
    shown = show(crash, 40)
    message = f"{{kind: 'message', id: {SENT_LATE}}}"
    shown.page.evaluate(
        f"() => {{ const p = raftPlayer; const m = {message}; p.goTick(p.branch.message(m.id).sent); p.openMenu(m); }}"
    )
    arrives = shown.look(f"p.branch.message({SENT_LATE}).arrives")
    shown.go(arrives)
    assert shown.player.locator(".rl-menu .rl-item").count() == 0
    shown.page.evaluate(f"() => {{ const p = raftPlayer; p.openCard({message}); }}")
    assert "arrived" in shown.card().inner_text()


# -- In small rooms, with fingers --------------------------------------------------------------------------

PHONES = {"upright": (390, 844), "lying": (844, 390), "lying, at 200 %": (422, 256)}
PARTS = {
    "the menu behind ▾": "p.transport.more.click()",
    "the panel behind ⋯": "p.layer.open(p.settings)",
    "the events": "p.layer.open(p.drawer)",
    "the legend": "p.layer.open(p.legend)",
    "the keys": "p.layer.open(p.help)",
    "the properties": "p.layer.open(p.properties)",
    "a card": "p.openCard({kind: 'node', id: 'n2'})",
    "an answer to why": "p.ask('n2', 'leader')",
    "a menu": "p.openMenu({kind: 'node', id: 'n2'})",
}
# Is an element inside the window, and not covered?
IN_REACH = """(element) => {
    const {left, top, right, bottom} = element.getBoundingClientRect();
    const isInside = left >= 0 && top >= 0 && right <= innerWidth + 0.5 && bottom <= innerHeight + 0.5;
    return isInside && element.contains(document.elementFromPoint((left + right) / 2, (top + bottom) / 2));
}"""


@pytest.mark.parametrize("phone", a_few(PHONES))
def test_what_opens_on_a_phone_fits_leaves_next_in_reach_and_is_closed_by_a_finger(show, crash, phone):
    width, height = PHONES[phone]
    shown = show(crash, 40, viewport={"width": width, "height": height}, has_touch=True, is_mobile=True)
    further = shown.player.get_by_role("button", name="further").bounding_box()
    faults = [] if min(further["width"], further["height"]) >= 40 else ["▾ is too small for a finger"]
    for name, opens in PARTS.items():

        def open_it(opens=opens):
            shown.page.evaluate(f"() => {{ const p = raftPlayer; p.closeLayer(); {opens}; }}")

        open_it()
        part = shown.player.locator(".rl-open")
        box = part.bounding_box()
        if (
            box["x"] < 0
            or box["y"] < 0
            or box["x"] + box["width"] > width
            or box["y"] + box["height"] > height
        ):
            faults.append(f"{name} leaves the window")
        if box["height"] < 90:
            faults.append(f"{name} is only {box['height']} pixels high")
        if not shown.player.locator(".rl-big").evaluate(IN_REACH):
            faults.append(f"Next is covered by {name}")
        close = part.get_by_label("close", exact=True)
        size = close.bounding_box()
        if not close.evaluate(IN_REACH) or min(size["width"], size["height"]) < 40:
            faults.append(f"{name} has no button of 40 pixels that closes it")
        close.tap()
        if shown.look(OPEN):
            faults.append(f"{name} is not closed by its button")
        open_it()
        shown.player.locator(".rl-head h2").tap()
        if shown.look(OPEN):
            faults.append(f"{name} is not closed by a press beside it")
        if shown.page.evaluate(
            "scrollX || scrollY || document.documentElement.scrollHeight > innerHeight + 1"
        ):
            faults.append(f"the page scrolls with {name}")
    assert faults == []


SWIPE = 60  # pixels that a finger moves


def swipe_up(shown, box):
    """Swipe up with a finger in the middle of a box."""
    touch = shown.page.context.new_cdp_session(shown.page)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for kind, moved in (("touchStart", 0), *(("touchMove", step) for step in range(10, SWIPE + 1, 10))):
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y - moved}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    touch.detach()


# The element that scrolls in the open part, if some of it is out of sight; and all that it contains.
SCROLLS = """(open) => [open, ...open.querySelectorAll("*")].find(
    (each) => each.scrollHeight > each.clientHeight + 1 && getComputedStyle(each).overflowY === "auto") || null"""
CUT_OFF = """(open) => [open, ...open.querySelectorAll("*")].filter(
    (each) => each.clientHeight > 20 && each.scrollHeight > each.clientHeight + 1 && getComputedStyle(each).overflowY === "hidden"
).map((each) => each.className)"""


@pytest.mark.parametrize("phone", a_few(PHONES))
def test_all_that_a_part_holds_comes_into_reach_by_a_finger(show, crash, phone):
    width, height = PHONES[phone]
    shown = show(crash, 40, viewport={"width": width, "height": height}, has_touch=True, is_mobile=True)
    faults, scrolled = [], []
    for name, opens in PARTS.items():
        shown.page.evaluate(f"() => {{ const p = raftPlayer; p.closeLayer(); {opens}; }}")
        part = shown.player.locator(".rl-open")
        faults += [f"{name}: {each} cuts off what it holds" for each in part.evaluate(CUT_OFF)]
        scroller = part.evaluate_handle(SCROLLS).as_element()
        if not scroller:
            continue
        scroller.evaluate("(each) => (each.scrollTop = 0)")
        swipe_up(shown, scroller.bounding_box())
        shown.page.wait_for_function("(each) => each.scrollTop > 0", arg=scroller)
        scrolled.append(name)
        scroller.evaluate("(each) => (each.scrollTop = each.scrollHeight)")
        last = part.locator("button, summary").last
        if not last.evaluate(IN_REACH):
            faults.append(f"{name}: its last control stays out of reach")
    assert faults == []
    assert "the events" in scrolled


# -- An open part does not cover the thing that it is about ------------------------------------------------


def touches(one, other):
    """Do two boxes have a point in common?"""
    return (
        one["x"] < other["x"] + other["width"]
        and other["x"] < one["x"] + one["width"]
        and one["y"] < other["y"] + other["height"]
        and other["y"] < one["y"] + one["height"]
    )


@pytest.mark.parametrize("phone", ["upright", "lying"])
def test_a_menu_that_is_opened_in_the_middle_of_a_node_stands_beside_it(show, crash, phone):
    width, height = PHONES[phone]
    shown = show(crash, 40, viewport={"width": width, "height": height}, has_touch=True, is_mobile=True)
    node = shown.player.locator(".rl-cluster [data-thing='node n1']")
    box = node.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    shown.page.evaluate(f"raftPlayer.openMenu({{kind: 'node', id: 'n1'}}, {x}, {y})")
    assert not touches(shown.player.locator(".rl-open").bounding_box(), node.bounding_box())


def test_go_to_folds_a_card_away_that_stands_over_the_cluster(show, crash):
    shown = show(crash, 40, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    shown.page.evaluate("raftPlayer.ask('n2', 'leader')")
    before = shown.look("p.position.tick")
    shown.player.locator(".rl-why").get_by_text("go to ").first.tap()
    assert shown.look("p.position.tick") != before
    assert not shown.look(OPEN)
