"""What lies over the stage comes when it is asked for and goes again, by mouse, finger and key."""

import pytest

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
    shown.page.keyboard.press("Home")
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
    shown.page.evaluate(f"() => raftPlayer.openCard({message})")
    assert "arrived" in shown.card().inner_text()
