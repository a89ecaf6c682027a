"""The logs, and space and time: the facts, what each node knows, long logs, and the view of a single node."""

from __future__ import annotations

import pytest
from browser_help import PlayerPage
from sample import a_few

from raftlab import History, Story, load
from raftlab.lab.lessons import STAGES
from raftlab.lab.scenes import scene

pytestmark = pytest.mark.browser

LAPTOP = {"width": 1440, "height": 900}
NOTEBOOK = {"width": 592, "height": 700}

ROW = """(name) => [...document.querySelector(`.rl-log-row${name === "fact" ? "-fact" : `[data-node=${name}]`}`).querySelectorAll(".rl-entry")]
    .map((entry) => [entry.parentElement.style.getPropertyValue("--at"), entry.querySelector("small")?.textContent, entry.querySelector("span")?.textContent,
        entry.parentElement.className.match(/rl-entry-(\\w+)/)[1]])"""


DRAWN = """(() => {
    const svg = document.querySelector(".rl-spacetime");
    const { paddingTop } = getComputedStyle(svg.parentElement);
    return svg.querySelector(".rl-life") && Math.abs(svg.clientHeight + 2 * parseFloat(paddingTop) - svg.parentElement.clientHeight) < 2;
})()"""


class LogsPage(PlayerPage):
    """A player, and what its logs show."""

    def row(self, name):
        """The entries of a row, from the left: (index, term, command, the kind of the entry)."""
        cells = self.page.evaluate(ROW, name)
        return sorted((int(index), int(term or 0), command, state) for index, term, command, state in cells)

    @property
    def diagram(self):
        """The space-time diagram."""
        return self.player.locator(".rl-spacetime")


@pytest.fixture
def show(show):
    """Open the page of a story, or of a history, on a laptop."""

    def open_page(history, tick=0, viewport=LAPTOP, **settings):
        return LogsPage(show(history, tick, viewport=viewport, **settings).page)

    return open_page


def writes(count, nodes=5):
    """A story in which a client writes this many times."""
    actions = tuple((60 + 2 * i, "propose", f"x={i + 1}", "leader") for i in range(count))
    return Story(
        "writes", "Many writes", nodes=nodes, seed=3, ticks=60 + 2 * count + 60, actions=actions, goals=()
    )


# -- Logs ------------------------------------------------------------------------------------------------


def test_the_first_row_shows_committed_entries_even_if_no_node_knows_it(show):
    """Figure 8 (e): at tick 31 a majority has stored x=4, and n5, which leads, does not know it yet."""
    shown = show("figure_8", tick=30)
    assert shown.row("fact") == [(1, 1, "x=1", "known")]
    shown.go(31)
    facts = [(1, 1, "x=1", "known"), (2, 3, "x=3", "known"), (3, 5, "x=4", "known")]
    assert shown.row("fact") == facts
    assert {state for _, _, _, state in shown.row("n5")[1:]} == {"stored"}
    shown.go(33)
    assert shown.row("fact") == facts
    assert {state for _, _, _, state in shown.row("n5")} == {"known"}
    assert {state for _, _, _, state in shown.row("n2")} == {"stored"}, "nobody has told n2 yet"
    shown.go(30)
    assert shown.row("fact") == facts[:1], "back in time it is no fact any more"


def test_an_entry_that_contradicts_the_facts_says_so_until_it_is_deleted(show):
    shown = show("figure_8", tick=33)
    assert shown.row("n1") == [(1, 1, "x=1", "stored"), (2, 2, "x=2", "conflict")]
    entry = shown.player.locator('[data-thing="entry n1 2"]')
    assert "≠" in entry.inner_text()
    assert "something else is committed at this index" in entry.get_attribute("aria-label")
    shown.go(60)
    assert [command for _, _, command, _ in shown.row("n1")] == ["x=1", "x=3", "x=4"]
    assert "≠" not in shown.player.locator(".rl-logs").inner_text()


def test_known_and_stored_differ_by_more_than_a_colour(show):
    """An entry that is known to be committed is filled; one that is only stored has just a frame."""
    shown = show("figure_8", tick=33)
    fill = "(each) => getComputedStyle(each).backgroundColor"
    known = shown.player.locator('[data-thing="entry n5 1"]').evaluate(fill)
    stored = shown.player.locator('[data-thing="entry n2 1"]').evaluate(fill)
    paper = shown.player.evaluate(fill)
    assert known != paper
    assert stored == paper


def test_next_and_match_index_of_each_follower_are_marked_and_explained(show):
    shown = show("figure_8", tick=33)
    entry = shown.player.locator('[data-thing="entry n2 3"]')
    assert entry.locator("xpath=..").locator(".rl-match").inner_text() == "m"
    assert "match index: the leader knows that the logs agree up to here" in entry.get_attribute("aria-label")
    free = shown.player.locator(".rl-log-row[data-node=n1] .rl-log-cell > .rl-next")
    assert free.get_attribute("title") == "next index: what the leader sends this node next"
    assert shown.player.locator(".rl-log-row[data-node=n5] :is(.rl-next, .rl-match)").count() == 0
    note = shown.player.locator(".rl-log-note").inner_text()
    assert "next index" in note
    assert "match index" in note


def test_with_two_leaders_and_after_an_election_the_logs_say_whose_the_indexes_are(show):
    shown = show("minority_leader", tick=40)
    whose = shown.player.locator(".rl-log-whose")
    assert whose.inner_text() == "", "one leader, and it knows the others' logs"
    shown.look("p.goTick(61)")
    assert whose.inner_text() == (
        "n and m are those of n5, the leader of term 2; "
        "no m yet: n5 does not know of any log how far it agrees with its own"
    )
    shown.look("p.goTick(110)")
    assert whose.inner_text() == "n and m are those of n5, the leader of term 2"
    assert whose.is_visible()


UNCOVERED = """() => {
    const faults = [];
    const box = (part) => { const range = document.createRange(); range.selectNodeContents(part); return range.getBoundingClientRect(); };
    const touch = (a, b) => a.left < b.right - 0.5 && b.left < a.right - 0.5 && a.top < b.bottom - 2 && b.top < a.bottom - 2;
    const { right } = document.querySelector(".rl-logs").getBoundingClientRect();
    for (const cell of document.querySelectorAll(".rl-log-cell")) {
        if (cell.getBoundingClientRect().right > right + 1) faults.push(`${cell.textContent} stands outside`);
        const entry = cell.querySelector(".rl-entry");
        const parts = [...cell.querySelectorAll("small, span, b")].filter((each) => each.checkVisibility());
        parts.forEach((part, place) => {
            if (entry?.contains(part) && (box(part).right > entry.getBoundingClientRect().right - 2 || box(part).left < entry.getBoundingClientRect().left + 2))
                faults.push(`${cell.textContent}: ${part.textContent} is cut off`);
            for (const other of parts.slice(place + 1))
                if (touch(box(part), box(other))) faults.push(`${cell.textContent}: ${part.textContent} on ${other.textContent}`);
        });
    }
    return faults;
}"""


@pytest.mark.parametrize(
    ("width", "height"),
    a_few([(390, 844), (592, 560), (960, 600), (1440, 900), (1024, 768), (1280, 720)], every=3),
)
@pytest.mark.parametrize(("story", "tick"), [("figure_8", 40), ("minority_leader", 110)])
def test_no_mark_covers_an_entry_and_no_entry_is_cut_off(show, story, tick, width, height):
    shown = show(story, tick=tick, viewport={"width": width, "height": height})
    if (width, height) == (1280, 720):
        shown.press("F")
        assert shown.player.get_attribute("data-size") == "projector"
    assert shown.player.locator(".rl-logs .rl-entry").count() > 8
    assert shown.page.evaluate(UNCOVERED) == []


@pytest.mark.parametrize(
    ("width", "height"), a_few([(390, 844), (592, 560), (960, 600), (1440, 900)], every=3)
)
def test_the_facts_are_called_what_they_are_in_their_row_s_name_and_not_beside_the_next_index(
    show, width, height
):
    shown = show("minority_leader", tick=110, viewport={"width": width, "height": height})
    name = shown.player.locator(".rl-log-row-fact .rl-log-name")
    assert name.inner_text() == "committed"
    assert name.evaluate("(e) => e.scrollWidth <= e.clientWidth"), "it is seen in full"
    assert shown.player.locator(".rl-log-word").inner_text() == ""


def test_of_two_hundred_entries_the_newest_are_in_view_and_the_equal_ones_are_folded_until_asked_for(show):
    shown = show(writes(200), tick=60 + 400 + 50)
    row = shown.row("n3")
    assert row[-1][:3] == (200, 1, "x=200")
    assert row[0][0] > 150
    fold = shown.player.locator(".rl-log-fold")
    assert fold.inner_text().split() == [f"1–{row[0][0] - 1}", "equal,", "committed"]
    box = shown.player.locator('[data-thing="entry n3 200"]').bounding_box()
    logs = shown.player.locator(".rl-logs").bounding_box()
    assert logs["x"] < box["x"] < box["x"] + box["width"] <= logs["x"] + logs["width"]
    fold.click()
    assert shown.row("n3")[0][:3] == (1, 1, "x=1")
    assert len(shown.row("n3")) < 60, "only what is seen is made"
    shown.player.locator(".rl-log-unfold").click()
    assert shown.row("n3")[0] == row[0]


@pytest.mark.parametrize(
    ("width", "height"), a_few([(390, 844), (592, 560), (1024, 768), (2560, 1440)], every=3)
)
def test_at_every_size_the_newest_of_many_entries_are_in_view(show, width, height):
    shown = show(writes(200), tick=60 + 400 + 50, viewport={"width": width, "height": height})
    if shown.look("p.beside.arrangement.place") == "tab":
        shown.player.get_by_role("tab", name="Logs").click()
    row = shown.row("n3")
    assert row[-1][0] == 200
    box = shown.player.locator('[data-thing="entry n3 200"]').bounding_box()
    logs = shown.player.locator(".rl-logs").bounding_box()
    assert box["x"] + box["width"] <= logs["x"] + logs["width"] + 1
    assert shown.player.locator(".rl-log-fold").is_visible()
    assert shown.page.evaluate(UNCOVERED) == []


@pytest.mark.parametrize(("size", "least"), [((1440, 900), 12), ((1280, 720), 22)])
def test_next_and_match_index_are_explained_in_letters_that_can_be_read(show, size, least):
    shown = show("figure_8", tick=40, viewport={"width": size[0], "height": size[1]})
    if least == 22:
        shown.press("F")
    note = shown.player.locator(".rl-log-note")
    assert note.is_visible()
    assert float(note.evaluate("(e) => parseFloat(getComputedStyle(e).fontSize)")) >= least


def test_where_folded_entries_differ_each_row_says_how_far_it_reaches(show):
    """n3 was down while the others wrote."""
    story = Story(
        "behind", "One is behind", nodes=3, seed=3, ticks=600,
        actions=((60, "crash", "a follower"), *((70 + 4 * i, "propose", f"x={i + 1}", "leader") for i in range(60))), goals=(),
    )  # fmt: skip
    shown = show(story, tick=500)
    lines = shown.player.locator(".rl-log-fold span").all_inner_texts()
    assert len(lines) == 5, "what is folded, the facts, and three logs"
    assert sorted(bool(line.strip()) for line in lines) == [False, True, True, True, True]


def test_figure_7_shows_all_its_terms_as_the_paper_does(show):
    shown = show("figure_7", tick=12)
    terms = {name: [term for _, term, _, _ in shown.row(name)] for name in ("n1", "n5", "n7")}
    assert terms["n5"] == [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7]
    assert terms["n7"] == [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3]
    assert [term for _, term, _, _ in shown.row("fact")] == [1, 1, 1], "more is not certain to survive"


@pytest.mark.parametrize(
    ("width", "height"), a_few([(390, 844), (592, 700), (1024, 700), (1440, 900)], every=3)
)
def test_no_row_is_cut_off_and_no_letter_is_smaller_than_12_pixels(show, width, height):
    shown = show("figure_8", tick=33, viewport={"width": width, "height": height})
    seen = shown.page.evaluate(
        """() => {
            const panel = document.querySelector(".rl-log-panel").getBoundingClientRect();
            const rows = [...document.querySelectorAll(".rl-log-row")].map((row) => row.getBoundingClientRect());
            const letters = [...document.querySelectorAll(".rl-log-panel :is(small, span, button, i)")].filter((each) => each.checkVisibility());
            return {
                inside: rows.every(({ top, bottom, height }) => height > 0 && top >= panel.top - 1 && bottom <= panel.bottom + 1),
                smallest: Math.min(...letters.map((each) => parseFloat(getComputedStyle(each).fontSize))),
            };
        }"""
    )
    assert seen["inside"]
    assert seen["smallest"] >= 12


def test_a_step_keeps_the_entries_that_stay_and_the_focus_with_them(show):
    shown = show("figure_8", tick=30)
    shown.page.evaluate(
        """() => { window.kept = document.querySelector('[data-thing="entry n2 1"]'); window.kept.focus(); }"""
    )
    for _ in range(4):
        shown.page.keyboard.press("ArrowRight")
    assert shown.look("p.position.tick") > 30
    assert shown.page.evaluate("window.kept === document.querySelector('[data-thing=\"entry n2 1\"]')")
    assert shown.page.evaluate("document.activeElement === window.kept")


def test_who_has_a_vote_can_be_read_in_full_in_the_log(show):
    shown = show("membership_bug", tick=140)
    entry = shown.player.locator(".rl-logs .rl-entry").filter(has_text="n1–n5").last
    assert entry.inner_text().split()[:2] == ["3", "n1–n5"]
    assert entry.evaluate("(e) => e.scrollWidth <= e.clientWidth + 1 && e.scrollHeight <= e.clientHeight + 1")
    assert "voters n1 n2 n3 n4 n5" in entry.get_attribute("title")
    told = shown.look("p.branch.told.map(([text]) => text).join(' ')")
    assert "(voters n1 n2 n3 n4 n5)" in told


def test_paxos_calls_it_chosen_and_knows_no_next_index(show):
    shown = show(History(*scene("paxos_round")), tick=8)
    assert "nothing is chosen yet" in shown.player.locator(".rl-log-row-fact").inner_text()
    shown.go(shown.look("p.branch.ticks"))
    assert [command for _, _, command, _ in shown.row("fact")] == ["X"]
    assert "chosen" in shown.player.locator(".rl-log-row-fact").inner_text()
    assert shown.player.locator(".rl-logs :is(.rl-next, .rl-match)").count() == 0


def test_where_nothing_is_ever_committed_there_are_no_facts(show):
    shown = show(History(*scene("two_copies")), tick=20)
    assert shown.player.locator(".rl-log-row-fact").count() == 0
    assert {state for _, _, _, state in shown.row("n1")} <= {"plain"}


def test_the_logs_do_not_answer_a_question_about_what_nodes_know(show):
    shown = show("one_write", tick=16)
    asked = shown.look(
        """p.branch.events.findIndex(([, what, , detail]) => what === "stop" && detail[0] === "ask" && detail[1].includes("committed"))"""
    )
    shown.page.evaluate(f"raftPlayer.go(raftPlayer.branch.afterEvent({asked}))")
    assert shown.look("p.quiz.waiting.question.includes('committed')")
    leader, followers = shown.look("[w.leader(), p.timeline.nodes.filter((node) => node !== w.leader())]")
    assert [state for _, _, _, state in shown.row(leader)] == ["known"], "this is not asked"
    for node in followers:
        assert [state for _, _, _, state in shown.row(node)] == ["asked"]
    shown.page.evaluate("raftPlayer.quiz.take(raftPlayer.quiz.waiting.answers[0])")
    for node in followers:
        assert [state for _, _, _, state in shown.row(node)] == ["stored"]


@pytest.mark.parametrize("size", [(592, 700), (1024, 768), (1440, 900)])
def test_until_the_first_entry_the_cluster_has_the_room_of_the_logs(show, size):
    shown = show("client_write", viewport={"width": size[0], "height": size[1]})
    logs, stage = shown.player.locator(".rl-logs"), shown.player.locator(".rl-cluster")
    assert not logs.is_visible()
    before = stage.bounding_box()
    shown.go(shown.look("p.branch.ticks"))
    assert logs.is_visible()
    after = stage.bounding_box()
    assert before["width"] * before["height"] > 1.3 * after["width"] * after["height"]
    shown.go(0)
    assert not logs.is_visible()


def test_with_the_first_entry_the_logs_slide_in_and_the_cluster_does_not_jump(show):
    shown = show("client_write", reduced_motion="no-preference")
    before, after = shown.look(
        """(() => {
            const middle = () => { const { x, width } = p.stage.el.getBoundingClientRect(); return x + width / 2; };
            const before = middle();
            p.goTick(p.branch.ticks);
            return [before, middle()];
        })()"""
    )
    assert abs(before - after) < 2
    shown.wait("p.stage.el.getAnimations().length === 0")
    left = shown.player.locator(".rl-cluster").bounding_box()
    assert left["x"] + left["width"] / 2 < before - 100


# -- Snapshots ----------------------------------------------------------------------------------------------


def test_what_is_only_in_the_snapshot_is_one_strip_and_what_follows_are_entries(show):
    shown = show("snapshot", tick=70)
    strips = shown.player.locator(".rl-log-row-node .rl-snapshot")
    assert strips.all_inner_texts() == ["snapshot 1–3", "snapshot 1–3"]
    assert [len(shown.row(name)) for name in ("n1", "n2", "n3")] == [1, 4, 1]
    label = strips.first.get_attribute("aria-label")
    assert label.startswith("n1, snapshot 1–3: in the snapshot, and no longer in the log")
    assert label.endswith("x=1, y=2, x=3"), "what was in it, as far as it is known"
    assert not strips.last.get_attribute("aria-label").endswith("x=3"), "n3 was sent the snapshot only"
    assert (
        strips.first.bounding_box()["width"]
        > 2 * shown.player.locator('[data-thing="entry n2 1"]').bounding_box()["width"]
    )


def test_snapshots_of_any_length_leave_the_newest_entries_in_view(show):
    story = Story(
        "long_snapshots", "Logs that are cut short again and again", nodes=3, ticks=260, extensions=("Snapshots",),
        actions=(
            (0, "set_network", (1, 1)), (1, "time_out", "n1"), (5, "snapshot_every", 20), (5, "crash", "n3"),
            *((tick, "propose", f"x={tick}", "n1") for tick in range(10, 200, 3)), (202, "restart", "n3"),
        ),
    )  # fmt: skip
    shown = show(story, tick=150)
    for tick in (60, 150, 199, 210, 250):
        shown.go(tick)
        newest = shown.look("w.views.n1.log.length")
        box = shown.player.locator(f'[data-thing="entry n1 {newest}"]').bounding_box()
        logs = shown.player.locator(".rl-logs").bounding_box()
        assert box["x"] + box["width"] <= logs["x"] + logs["width"]


# -- As n1 sees it ----------------------------------------------------------------------------------------


def test_the_view_of_n1_shows_nothing_that_n1_cannot_know(show):
    """A leader in a minority does not know that the others have elected another one, and committed something else."""
    shown = show("minority_leader", tick=110)
    assert [command for _, _, command, _ in shown.row("fact")] == ["x=1", "x=3"]
    shown.press("1", "A")
    assert shown.look("p.sight") == "n1"
    assert [command for _, _, command, _ in shown.row("fact")] == ["x=1"], (
        "what n1 itself knows to be committed"
    )
    assert shown.row("n1") == [(1, 1, "x=1", "known"), (2, 1, "x=2", "stored")], "no contradiction is seen"
    assert [command for _, _, command, _ in shown.row("n4")] == ["x=1"], "what n4 has confirmed"
    assert shown.player.locator(".rl-log-row[data-node=n4] .rl-log-unknown").inner_text() == "?"
    assert "x=3" not in shown.player.locator(".rl-logs").inner_text()
    assert "n1, the leader of term 1, sends" in shown.sentence(), "n1's own last doing"
    shown.button("as n1 sees it ✕").click()
    assert shown.look("p.sight") is None
    assert [command for _, _, command, _ in shown.row("fact")] == ["x=1", "x=3"]
    assert shown.player.locator(".rl-log-row.rl-veiled").count() == 0, "every row is plain again"


@pytest.mark.parametrize("story", a_few(["minority_leader", "figure_8", "one_write"]))
def test_after_the_view_of_a_node_the_logs_are_as_before(show, story):
    """This is also true after steps in the view of the node."""
    shown = show(story)
    begin = shown.look("p.branch.tickOf(Math.max(0, p.branch.committed[0][0]))")
    ticks = shown.look("p.branch.ticks")
    table = "document.querySelector('.rl-logs .rl-log-row').parentElement.innerText"
    for tick in range(begin + 2, ticks, (ticks - begin) // 3):
        shown.page.evaluate(f"raftPlayer.goTick({tick})")
        before = shown.page.evaluate(table)
        shown.page.evaluate("raftPlayer.look('n1')")
        shown.page.evaluate(f"raftPlayer.goTick({tick - 1}); raftPlayer.goTick({tick})")
        assert shown.page.evaluate(table) != before
        shown.page.evaluate("raftPlayer.look(null)")
        assert shown.page.evaluate(table) == before


def test_as_a_follower_sees_it_no_sentence_says_that_an_entry_is_committed_before_the_follower_hears_so(show):
    shown = show("one_write")
    event, node = shown.look(
        """(() => {
            const event = p.branch.told.findIndex(([text, , beyond]) => beyond && text.includes("appends"));
            return [event, p.branch.events[event][2]];
        })()"""
    )
    shown.page.evaluate(f"raftPlayer.go(raftPlayer.branch.afterEvent({event}))")
    assert "it is committed" in shown.sentence()
    shown.press(node[1:], "A")
    shown.page.evaluate(f"raftPlayer.go(raftPlayer.branch.afterEvent({event}))")
    assert shown.sentence().startswith(f"{node} appends")
    assert "committed" not in shown.sentence()


def test_the_sight_of_a_node_is_offered_from_lesson_05_on(show):
    before, then = (
        show("minority_leader", tick=110, show=STAGES["04"]),
        show("minority_leader", tick=110, show=STAGES["05"]),
    )
    before.press("1", "A")
    assert before.look("p.sight") is None
    then.press("1", "A")
    assert then.look("p.sight") == "n1"


# -- Space and time ----------------------------------------------------------------------------------------


def with_time(shown):
    """Open space and time."""
    shown.press("v")
    shown.wait(DRAWN)
    return shown


def test_space_and_time_comes_and_goes_by_one_key_from_lesson_02_on(show):
    shown = show("leader_crash", tick=40, show=STAGES["02"])
    with_time(shown)
    assert shown.player.locator(".rl-graph").is_visible(), "both at once, where there is room"
    assert shown.diagram.locator("[data-row=n5]").count() == 1
    shown.press("v")
    assert not shown.diagram.is_visible()


def test_nothing_of_the_future_is_drawn_and_a_step_adds_to_what_is_there(show):
    shown = with_time(show("leader_crash", tick=20))
    now = shown.look("p.position.tick")
    drawn = "[...document.querySelectorAll('.rl-flight[data-message]')].map((each) => Number(each.dataset.message))"
    sent = shown.page.evaluate(f"{drawn}.map((id) => raftPlayer.branch.message(id).sent)")
    assert sent
    assert max(sent) <= now
    first = shown.page.evaluate(f"{drawn}[0]")
    shown.page.evaluate(
        f"() => {{ window.kept = document.querySelector('.rl-flight[data-message=\"{first}\"]'); }}"
    )
    shown.press("ArrowRight")
    assert shown.page.evaluate("window.kept.isConnected")


def test_pressing_the_axis_goes_there_and_pressing_a_line_chooses_the_node(show):
    shown = with_time(show("leader_crash", tick=40))
    mark = shown.diagram.locator(".rl-axis[data-tick]").first
    tick = round(float(mark.get_attribute("data-tick")))
    mark.click()
    assert shown.look("p.position.tick") == tick
    shown.diagram.locator(".rl-row-name[data-row=n3]").click()
    assert shown.look("p.selected") == {"kind": "node", "id": "n3"}


def test_where_there_is_less_room_space_and_time_shows_less_and_not_smaller(show):
    seen = {}
    for width, height in ((1100, 900), (1700, 900)):
        shown = with_time(show("leader_crash", tick=100, viewport={"width": width, "height": height}))
        name = shown.diagram.locator(".rl-row-name").first.bounding_box()["height"]
        ticks = [float(each.get_attribute("data-tick")) for each in shown.diagram.locator(".rl-axis").all()]
        seen[width] = (name, max(ticks) - min(ticks))
    assert abs(seen[1100][0] - seen[1700][0]) < 1
    assert seen[1100][1] < seen[1700][1]


def test_a_large_screen_has_space_and_time_beside_the_logs_from_the_start(show):
    shown = show("leader_crash", tick=100, viewport={"width": 2560, "height": 1440})
    assert shown.diagram.is_visible()
    assert shown.player.locator(".rl-logs").is_visible()
    shown.press("v")
    assert not shown.diagram.is_visible()


def test_the_axis_counts_in_seconds(show):
    shown = with_time(show("leader_crash", tick=40))
    assert all(each.endswith(" s") for each in shown.diagram.locator(".rl-axis").all_text_contents())


def test_what_is_sent_across_a_cut_dies_at_the_wall(show):
    shown = with_time(show("minority_leader", tick=110))
    wall = shown.diagram.locator(".rl-time-wall").first.bounding_box()
    crosses = [each.bounding_box() for each in shown.diagram.locator(".rl-flight-lost").all()]
    assert any(abs(each["y"] + each["height"] / 2 - wall["y"] - wall["height"] / 2) < 8 for each in crosses)


def test_what_clients_ask_stands_as_bars_below_the_nodes(show):
    """A bar is open until the answer, and then closed, with the answer. Before the request there is no bar."""
    shown = with_time(show("asked_twice", tick=70))
    assert shown.diagram.locator(".rl-row-name").all_text_contents()[-1] == "c1"
    assert "append 2 to x → ?" in shown.diagram.locator(".rl-asked").all_text_contents()
    assert shown.diagram.locator(".rl-operation.rl-open").count() == 1
    shown.go(110)
    assert "read x → 122" in shown.diagram.locator(".rl-asked").all_text_contents()
    assert shown.diagram.locator(".rl-operation.rl-open").count() == 0
    shown.go(20)
    assert shown.diagram.locator(".rl-operation").count() == 0


def test_what_is_asked_by_hand_stands_as_bars_too_and_what_is_refused_at_once_does_not(show):
    """A write that the leader of a minority can never commit stays open; the next write is below it."""
    history = History(load("minority_leader"))
    history.act("read", "x", "n1", client="reader", tick=108)
    history.act("write", "y", 7, "n2", tick=110)
    shown = with_time(show(history, tick=106))
    titles = shown.diagram.locator(".rl-operation title").all_text_contents()
    assert "c3: write x=3, answered" in titles
    shown.go(125)
    titles = shown.diagram.locator(".rl-operation title").all_text_contents()
    assert "reader: read x → ?, not answered yet" in titles
    assert "c2: write x=2 → ?, not answered yet" in titles
    assert not any("write y" in title for title in titles)


def test_where_nothing_is_asked_there_are_no_bars(show):
    shown = with_time(show("three_nodes", tick=40))
    assert shown.diagram.locator(".rl-operation").count() == 0


@pytest.mark.slow
def test_a_long_run_draws_no_more_than_what_is_in_view(show):
    """After ten thousand ticks, no more is drawn than near the beginning."""
    shown = with_time(show(Story("long", "Long", nodes=5, seed=3, ticks=10_000, goals=()), tick=200))
    count = "document.querySelectorAll('.rl-spacetime *').length"
    early = shown.page.evaluate(count)
    shown.go(9_900)
    assert shown.page.evaluate(count) < 1.5 * early
    assert early < 2500


def test_walls_stand_only_where_nothing_passes_and_what_else_is_cut_is_said_above_the_lanes(show):
    """n1 and n3 are separated from n2, n4 and n5. A wall between two lanes would be wrong, because other messages pass there."""
    history = History(load("leader_crash"))
    history.act("partition", ["n1", "n3"], ["n2", "n4", "n5"], tick=60)
    shown = with_time(show(history, tick=100))
    assert shown.diagram.locator(".rl-time-wall-word").all_text_contents() == ["cut: n1 n3 | n2 n4 n5"]
    neighbours = History(load("leader_crash"))
    neighbours.act("partition", ["n1", "n2"], ["n3", "n4", "n5"], tick=60)
    assert with_time(show(neighbours, tick=100)).diagram.locator(
        ".rl-time-wall-word"
    ).all_text_contents() == ["cut"]


def test_when_the_logs_move_on_by_one_entry_what_stays_in_view_is_not_laid_out_again(show):
    """All rows move as a whole. Only the first and the last column change, and the marks of who has these entries."""
    writes = tuple((tick, "propose", f"x={tick}") for tick in range(60, 500, 4))
    shown = show(History(Story("many", "Many writes", seed=3, ticks=500, actions=writes)), tick=0)
    moved = shown.page.evaluate(
        """() => {
            const logs = raftPlayer.beside.views.find(({ name }) => name === "log").view;
            for (let tick = 100; tick <= raftPlayer.branch.ticks; tick++) {
                const { first } = logs.last;
                const kept = [...document.querySelectorAll(".rl-log-row-index .rl-log-cell")].slice(1, -1);
                const watcher = new MutationObserver(() => {});
                watcher.observe(logs.table, { subtree: true, attributes: true, attributeFilter: ["style"] });
                raftPlayer.goTick(tick);
                const touched = new Set(watcher.takeRecords().map(({ target }) => target));
                watcher.disconnect();
                if (first < 3 || logs.last.first <= first) continue;
                return {
                    strips: [...touched].filter((each) => each.matches(".rl-log-strip")).length,
                    rows: document.querySelectorAll(".rl-log-row").length,
                    again: kept.filter((cell) => touched.has(cell)).length,
                    kept: kept.length,
                };
            }
            return null;
        }"""
    )
    assert moved
    assert moved["strips"] == moved["rows"]
    assert moved["kept"] > 2
    assert moved["again"] == 0
