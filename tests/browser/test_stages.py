"""A lesson shows what it has introduced, and nothing of later lessons. The test uses a page that pretends to have a kernel."""

import pytest

from raftlab import History, load
from raftlab.lab.lab import CHOICES
from raftlab.lab.lessons import STAGES

pytestmark = pytest.mark.browser

PARTS = {  # how a part of the player is found, and the first lesson that may show it
    "crash the leader": (1, "more"),
    "crash": (1, "verbs"),
    "the messages": (1, ".rl-graph .rl-message"),
    "the timers": (1, ".rl-graph .rl-timer:not([visibility=hidden])"),
    "the votes": (1, ".rl-graph .rl-vote"),
    "events": (2, "more"),
    "time out now": (2, "verbs"),
    "why not leader?": (2, "verbs"),
    "the mark of safety": (2, ".rl-head .rl-safe:not([hidden])"),
    "the logs": (2, ".rl-logs"),
    "align timers": (3, "more"),
    "another run …": (3, "more"),
    "write or read …": (4, "more"),
    "split into groups …": (5, "more"),
    "heal all": (5, "more"),
    "cut off": (5, "verbs"),
    "pause": (5, "verbs"),
    "network …": (5, "more"),
    "let its disk forget": (6.5, "verbs"),
    "save and load …": (9, "more"),
}
# Before Raft begins: nodes without elections, and nodes of Paxos. The inventory shows as much as lesson 05.
OF_THEIR_OWN = {
    "00": {"the logs", "the messages", "the votes", "crash", "crash the leader"},
    "00b": {"the logs", "the messages", "the timers", "crash", "crash the leader", "another run …"},
}
LATER = {"06b": 6.5, "everything": 9, "before": 5, "after": 5}

PRETEND = """(choices) => {
    const p = window.raftPlayer;
    p.kernel = {choices, canUndo: false, canRedo: false, look() {}, ask: () => new Promise(() => {})};
    p.layer.toggle(p.settings);
}"""


def parts_of(shown):
    """The parts that are there. The menu of n1 says what can be done to it."""
    shown.page.evaluate(PRETEND, CHOICES)
    words = {"more": shown.player.locator(".rl-settings .rl-item span").all_inner_texts()}
    shown.page.evaluate("() => raftPlayer.openMenu({kind: 'node', id: 'n1'})")
    words["verbs"] = shown.player.locator(".rl-menu .rl-item span").all_inner_texts()
    return {
        part for part, (_, place) in PARTS.items()
        if (part in words[place] if place in words else shown.player.locator(place).count() > 0)
    }  # fmt: skip


@pytest.mark.parametrize(
    "lesson",
    [
        pytest.param(each, marks=[pytest.mark.slow] * (each not in ("00", "02", "05")))
        for each in (*STAGES, "everything")
    ],
)
def test_a_lesson_shows_what_it_has_introduced_and_nothing_that_comes_later(show, lesson):
    shown = show(History(load("best_case_election")), tick=19, show=STAGES.get(lesson, (lesson,)))
    found = parts_of(shown)
    if lesson in OF_THEIR_OWN:
        assert found == OF_THEIR_OWN[lesson]
        return
    number = LATER.get(lesson) or int(lesson[:2])  # 04b shows the same parts as 04
    assert found == {part for part, (first, _) in PARTS.items() if first <= number}


@pytest.mark.parametrize(("lesson", "there"), [("01", False), ("02", False), ("04", True)])
def test_what_a_node_counts_of_logs_is_told_from_lesson_04_on(show, lesson, there):
    shown = show(History(load("three_nodes")), tick=40, show=STAGES[lesson])
    shown.press("1")
    assert {"term", "voted_for", "log"} <= set(shown.fields())
    counted = {"commit_index", "last_applied", "next_index", "match_index"}
    assert counted & set(shown.fields()) == (counted if there else set())


@pytest.mark.parametrize(("lesson", "there"), [("00", False), ("02", False), ("04", True)])
def test_the_logs_have_marks_of_what_is_counted_from_lesson_04_on(show, lesson, there):
    shown = show(History(load("one_write")), tick=40, show=STAGES[lesson])
    assert shown.player.locator(".rl-logs .rl-entry").count() > 0
    assert (shown.player.locator(".rl-logs .rl-match").count() > 0) is there
