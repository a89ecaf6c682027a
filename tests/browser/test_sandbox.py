"""The two widgets of lesson 09 in JupyterLab, by keyboard: a claim is proved wrong, and n3 is played by hand."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def begin(bench, code):
    """Replace the last widget by the one that this code makes, and wait until it is there."""
    bench.show("from raftlab import Lab, ProveMeWrong, YouAre\nLab()")  # a clean notebook
    bench.page.locator(".rl-player").last.wait_for()
    bench.run(code)


def choose(bench, menu, option):
    """Choose an option in the menu with this name, which a screen reader reads, too."""
    bench.panel.get_by_role("combobox", name=menu, exact=True).select_option(option)


def press(bench, button):
    """Press a button with the keyboard."""
    bench.panel.get_by_role("button", name=button, exact=True).focus()
    bench.page.keyboard.press("Enter")


def status(bench, text):
    bench.panel.get_by_role("status").filter(has_text=text).wait_for()


def test_a_learner_makes_a_claim_and_sees_the_shortest_run_against_it(bench):
    begin(bench, "ProveMeWrong()")
    choose(bench, "who or what", "a leader")
    choose(bench, "does what", "is the only leader")
    press(bench, "prove me wrong")
    status(bench, "A leader is always the only leader. This is false: n")
    status(bench, "The shortest run against it takes 10 events.")
    players = bench.panel.locator(".rl-player")
    players.nth(1).wait_for()
    assert players.nth(1).locator(".rl-sentence").inner_text(), "the run is told in words, too"

    choose(bench, "does what", "is the only leader of its term")
    press(bench, "prove me wrong")
    status(bench, "Nothing contradicts it within 3 nodes, terms up to 2")
    players.nth(1).wait_for(state="detached")  # there is no run to be shown


def test_the_menu_of_what_is_said_follows_the_subject(bench):
    begin(bench, "ProveMeWrong()")
    choose(bench, "who or what", "a committed entry")
    choose(bench, "does what", "is in every log")
    press(bench, "prove me wrong")
    status(bench, "A committed entry is always in every log. This is false: x=1 of term 1 at index 1")


def test_a_learner_plays_n3_in_the_fog_is_judged_and_sees_the_whole_run(bench):
    begin(bench, 'YouAre("n3")')
    players = bench.panel.locator(".rl-player")
    status(bench, "You are n3. Event 1, at tick 2: you receive from n1 a request for your vote in term 3")
    assert players.count() == 1, "in the fog nothing of the cluster is seen"
    bench.panel.get_by_role("spinbutton", name="your term").fill("3")
    choose(bench, "your vote", "n1")
    choose(bench, "your reply", "yes")
    press(bench, "that is my answer")

    status(bench, "Event 2, at tick 4: you receive from n2 a request for your vote in term 3")
    choose(bench, "your vote", "n2")
    choose(bench, "your reply", "yes")  # a second vote in one term
    press(bench, "that is my answer")
    status(bench, "Event 3")
    press(bench, "lift the fog")

    status(bench, "The fog has lifted. 1 of 2 answers are what the rules say.")
    judged = bench.panel.get_by_role("listitem")
    judged.filter(has_text="✓ tick 2").wait_for()
    judged.filter(has_text="✕ tick 4").wait_for()
    judged.filter(has_text="A node votes once in each term").wait_for()
    players.nth(1).wait_for()
    assert players.nth(1).locator(".rl-sentence").inner_text()
