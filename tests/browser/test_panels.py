"""Panels of a saved page, which open and close with one press: the card of a thing, why, events, properties, legend and keys."""

import re

import pytest
from sample import a_few

from raftlab import History, Story, load
from raftlab.lab.lessons import STAGES
from raftlab.lab.scenes import scene
from raftlab.sim.protocol import KINDS

pytestmark = pytest.mark.browser

KEYS_OF_A_PAGE = {  # what the help says for keys that work without a kernel
    "space", "→", "←", ".", ",", "Home", "End", "+", "=", "-", "l", "m", "i", "Escape", "y", "]", "[", "j", "b",
    "v", "?", "q",
}  # fmt: skip
KEYS_OF_A_KERNEL = set("cCrptodDnasxgkhHwuefz")


def is_inside(inner, outer):
    """Does one box lie within another?"""
    return (
        inner["x"] >= outer["x"] - 1
        and inner["y"] >= outer["y"] - 1
        and inner["x"] + inner["width"] <= outer["x"] + outer["width"] + 1
        and inner["y"] + inner["height"] <= outer["y"] + outer["height"] + 1
    )


def do_overlap(one, other):
    """Do two boxes share some room?"""
    return (
        one["x"] < other["x"] + other["width"] - 1
        and other["x"] < one["x"] + one["width"] - 1
        and one["y"] < other["y"] + other["height"] - 1
        and other["y"] < one["y"] + one["height"] - 1
    )


# -- The card ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("width", "height"), a_few([(1440, 900), (1024, 768), (592, 560), (390, 844)], every=3)
)
def test_the_card_of_a_node_stands_over_the_logs_and_covers_no_node(show, crash, width, height):
    shown = show(crash, tick=50, viewport={"width": width, "height": height})
    for node in ("n1", "n2", "n3", "n4", "n5"):
        body = shown.player.locator(f".rl-node[data-node={node}] .rl-body")
        body.click()
        card = shown.player.locator(".rl-card")
        for other in shown.player.locator(".rl-node .rl-body").all():
            assert not do_overlap(card.bounding_box(), other.bounding_box()), node
        assert is_inside(card.bounding_box(), shown.player.locator(".rl-main").bounding_box()), node
        assert card.locator("h3").inner_text().startswith(f"{node}: ")
        shown.press("Escape")
        assert not card.is_visible()


def test_a_press_elsewhere_or_on_its_cross_closes_the_card_and_stepping_leaves_it_open(show, crash):
    shown = show(crash, tick=18)
    card = shown.player.locator(".rl-card")
    node = shown.player.locator(".rl-node[data-node=n3] .rl-body")
    node.click()
    shown.click("Next ▶")
    assert card.is_visible()
    card.get_by_role("button", name="close").click()
    assert not card.is_visible()
    node.click()
    shown.player.locator(".rl-sentence").click()
    assert not card.is_visible()
    shown.press("ArrowRight")  # the player has the focus again
    assert shown.look("p.selected.id") == "n3", "what was chosen stays chosen"


def test_plain_words_come_first_and_every_field_when_it_is_wanted(show, crash):
    shown = show(crash, tick=50)
    shown.press("2")
    card = shown.card()
    leader = shown.look("w.leader()")
    assert card.locator("p").first.inner_text() in (
        "It leads term 1.", f"It follows {leader}, the leader of term 1."
    )  # fmt: skip
    assert not card.locator(".rl-fields").is_visible()
    card.get_by_text("all fields").click()
    assert card.locator(".rl-fields").is_visible()
    shown.press("3")
    assert card.locator(".rl-fields").is_visible(), "it stays open for the next one"


def plain(value):
    """A value as the card writes it."""
    if value is None or value in ([], {}):
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return ", ".join(f"{key}: {each}" for key, each in value.items())
    if isinstance(value, list):
        return ", ".join(":".join(map(str, each)) if isinstance(each, list) else str(each) for each in value)
    return str(value)


VIEW = (
    "status", "role", "term", "voted_for", "leader", "votes", "commit_index", "last_applied", "next_index",
    "match_index",
)  # fmt: skip


def clock(tick):
    """A tick as the player says it."""
    return f"{tick / 100:.2f} s"


def test_the_card_has_every_field_of_a_node(show, crash):
    shown = show(crash)
    for node, tick in (("n1", 20), ("n2", 20), ("n1", 44), ("n2", 44), ("n2", 100)):
        shown.go(tick)
        shown.press(node[1])
        view = crash.branches[0].trace.view(node, tick)
        wanted = {name: plain(getattr(view, name)) for name in VIEW}
        due = "next heartbeat" if view.role == "leader" else "runs out"
        wanted["timer"] = f"{due} at {clock(view.timer[1])}" if view.timer else "none"
        entries = "1 entry" if len(view.log) == 1 else f"{len(view.log)} entries"
        wanted["log"] = f"{entries}, last term {view.log[-1][0] if view.log else 0}"
        if view.status == "crashed":  # only what is on its disk
            wanted = {name: wanted[name] for name in ("status", "role", "term", "voted_for", "log")}
        found = shown.fields()
        if view.status == "crashed":
            found.pop("role", None), wanted.pop("role")
        assert found == wanted
        state = view.role if view.status == "running" else view.status
        assert shown.card().locator("h3").inner_text() == f"{node}: {state}"


def test_the_card_has_every_field_of_every_kind_of_message_and_says_what_became_of_it(show, crash):
    trace = crash.branches[0].trace
    shown = show(crash)
    for kind in KINDS:
        id = next(
            id for id, message in enumerate(trace.messages)
            if message[0] == kind and (kind != "AppendEntries" or trace.message(id).fields["entries"])
        )  # fmt: skip
        message = trace.message(id)
        shown.go(message.sent)
        shown.page.evaluate(f"() => {{ raftPlayer.select({{kind: 'message', id: {id}}}); }}")
        assert shown.card().locator("h3").inner_text().endswith(f", {message.src} → {message.dst}")
        wanted = {"number": id, "kind": kind, "term": message.term, **message.fields}
        wanted |= {"sent": clock(message.sent), "due": clock(message.arrives)}
        assert shown.fields() == {name: plain(value) for name, value in wanted.items()}
        assert f"It is on its way, and due at {message.arrives / 100:.2f} s." in shown.card().inner_text()
        shown.go(message.arrives)
        assert f"It arrived at {message.arrives / 100:.2f} s." in shown.card().inner_text()


def test_a_link_and_an_entry_have_cards_too(show, crash):
    shown = show(crash, tick=50)
    shown.press("j")
    assert "Messages pass both ways." in shown.card().inner_text()
    assert shown.fields()["n1 → n2"] == "works"
    assert shown.fields()["delay"] == "10 to 30 ms"
    shown.press("Escape")
    shown.page.evaluate("() => { raftPlayer.select({kind: 'entry', id: 'n3', index: 1}); }")
    assert shown.fields() == {"command": "x=5", "term": "1", "applied": "yes"}
    assert "The entry is committed: every later leader will have it." in shown.card().inner_text()


def test_nothing_is_offered_in_a_card_that_only_a_kernel_could_do(show, crash):
    shown = show(crash, tick=61)
    lost = shown.look("p.branch.lostAt.findIndex((at) => at !== undefined)")
    for chosen in (
        '{kind: "node", id: "n2"}',
        '{kind: "node", id: "n1"}',
        '{kind: "link", id: "n1>n2"}',
        f'{{kind: "message", id: {lost}}}',
    ):
        shown.page.evaluate(f"() => {{ raftPlayer.select({chosen}); }}")
        buttons = shown.card().get_by_role("button").all_inner_texts()
        assert not [each for each in buttons if each.startswith(("do", "what if"))], chosen


# -- The unit of time --------------------------------------------------------------------------------------------


def test_times_are_in_seconds_and_in_ticks_once_asked_for_and_the_browser_remembers_it(show, crash):
    shown = show(crash, tick=50)

    def times():
        """The time in the head, the first time in an answer to why, and a time in the fields of a card."""
        shown.press("3", "y")
        why = shown.card().locator("strong").inner_text()
        shown.card().get_by_role("button", name="‹ back").click()
        fields = shown.card().locator(".rl-fields").text_content()
        shown.press("Escape")
        timer = re.search(r"(?:runs out|next heartbeat) at (tick \d+|[\d.]+ s)", fields)[1]
        return shown.player.locator(".rl-clock").inner_text(), re.search(r" at (.+?),", why)[1], timer

    first = times()
    assert first[:2] == ("0.50 s", "0.50 s")
    assert first[2].endswith(" s")
    shown.player.get_by_role("button", name="more", exact=True).click()
    shown.player.get_by_role("button", name="times in ticks").click()
    assert shown.player.get_by_role("button", name="times in ticks").get_attribute("aria-pressed") == "true"
    assert "times in ticks" in shown.look("document.activeElement.textContent"), "it keeps the focus"
    shown.press("Escape")
    in_ticks = times()
    assert in_ticks[:2] == ("tick 50", "tick 50")
    assert in_ticks[2].startswith("tick ")
    shown.page.reload()
    shown.page.wait_for_function("window.raftPlayer")
    assert shown.player.locator(".rl-clock").inner_text().startswith("tick ")
    shown.page.evaluate("localStorage.clear()")  # the page is used again


# -- Why, and why not ----------------------------------------------------------------------------------------


def test_a_follower_says_why_it_is_not_the_leader_and_shows_where(show, crash):
    shown = show(crash, tick=50)
    shown.press("3", "y")
    why = shown.player.locator(".rl-why")
    assert "n3 is a follower at 0.50 s" in why.inner_text()
    assert "It follows n2, the leader of term 1" in why.inner_text()
    assert "In term 1 it has voted for n2." in why.inner_text()
    why.get_by_role("button", name="go to").first.click()
    assert shown.look("p.position.tick") == 21
    assert shown.sentence().endswith("n3 learns of term 1 and grants n2 its vote in term 1.")
    why.get_by_role("button", name="‹ back").click()
    assert not why.is_visible()
    assert shown.player.locator(".rl-card").is_visible(), "one card for what there is to know, and for why"


def test_why_says_that_a_crashed_node_has_no_role(show, crash):
    shown = show(crash, tick=60)
    crashed = shown.look("Object.keys(w.views).find((id) => w.views[id].status === 'crashed')")
    shown.press(crashed[1], "y")
    why = shown.player.locator(".rl-why").inner_text()
    assert f"{crashed} has crashed, and a crashed node has no role." in why
    assert "It led term 1 until 0.60 s." in why


def test_an_entry_that_is_committed_is_never_said_not_to_be(show):
    """x=1 is answered at tick 7, and the leader crashes at tick 8: no running node knows that x=1 is committed."""
    story = Story(
        "answered", "Answered, then a crash", nodes=3, preset="tikv", ticks=40,
        actions=((0, "set_network", (1, 1)), (1, "time_out", "n1"), (5, "propose", "x=1", "n1"), (8, "crash", "n1")),
    )  # fmt: skip
    shown = show(History(story), tick=12)
    shown.page.evaluate("() => { raftPlayer.select({kind: 'entry', id: 'n2', index: 1}); }")
    shown.card().get_by_role("button", name="is it committed?").click()
    why = shown.player.locator(".rl-why").inner_text()
    assert "Entry 1 (x=1, term 1) is committed; n2 does not know it yet." in why
    assert "At 0.06 s a majority had stored it in its own term, 1." in why


def test_a_candidate_says_whose_votes_it_lacks_and_why(show):
    shown = show(History(load("longest_log")), tick=6)
    shown.press("2", "q")
    shown.player.locator(".rl-card").get_by_role("button", name="why not leader?").click()
    why = shown.player.locator(".rl-why").inner_text()
    assert "n1 refused" in why or "n2 was a candidate" in why
    assert "its log ends in term 6" in why


# -- Events ----------------------------------------------------------------------------------------------------


def events_of(shown):
    """The open list of events."""
    drawer = shown.player.get_by_role("dialog", name="Events")
    if not drawer.is_visible():
        shown.press("E")
    return drawer


def test_the_events_open_over_what_stands_beside_the_cluster_and_not_over_the_cluster(show, crash):
    for width, height in ((1440, 900), (1024, 640)):
        shown = show(crash, tick=50, viewport={"width": width, "height": height})
        before = shown.player.locator(".rl-cluster").bounding_box()
        drawer = events_of(shown)
        assert not do_overlap(drawer.bounding_box(), before)
        assert shown.player.locator(".rl-cluster").bounding_box() == before, "nothing was pushed away"
        shown.press("E")
        assert not drawer.is_visible()


def test_the_list_of_events_does_not_give_away_later_events(show, crash):
    shown = show(crash)
    events_of(shown)
    shown.press("ArrowRight")
    assert shown.player.locator(".rl-later").count() == 0
    assert "has not been seen yet" in events_of(shown).inner_text()
    shown.go(60)
    shown.go(20)
    assert shown.player.locator(".rl-later").count() > 0


def test_the_list_of_events_shows_the_one_that_is_told_and_goes_to_others(show, crash):
    inside = """(list) => {
        const [present, room] = [list.querySelector("[aria-current]"), list.getBoundingClientRect()];
        return [list.scrollHeight > list.clientHeight, present && present.getBoundingClientRect().bottom <= room.bottom + 1];
    }"""
    shown = show(crash, tick=61, viewport={"width": 1024, "height": 500})
    events_of(shown)
    while shown.player.locator(".rl-event[aria-current]").count() == 0:
        shown.press("ArrowRight")
    assert shown.player.locator(".rl-events").evaluate(inside) == [True, True]
    first = shown.player.locator(".rl-event").first
    event = int(first.get_attribute("data-event"))
    first.click()
    assert shown.look("p.position.count") == event + 1
    assert events_of(shown).is_visible(), "one can go on reading"


def test_heartbeats_are_listed_when_they_are_asked_for(show, crash):
    shown = show(crash, tick=50)
    drawer = events_of(shown)
    few = drawer.locator(".rl-event").count()
    drawer.get_by_label("also heartbeats").check()
    assert drawer.locator(".rl-event").count() > few


@pytest.mark.parametrize(
    ("name", "tick", "sentences"),
    [
        ("stale_read", 82, ["A client comes, and will ask one thing after the other.", "Client c3 asks: read x.", "Client c3.1 asks n1 “x?”, and is answered at once: 1.", "Client c3 is told: 1."]),
        ("confirmed_read", 82, ["Client c3.1 asks n1 “x?”, and n1 does not answer yet."]),
        ("slow_clock", 36, ["n1's clock runs slow from now on, at 20 % of its speed."]),
    ],
)  # fmt: skip
def test_what_clients_and_clocks_do_is_told_in_the_events(show, name, tick, sentences):
    shown = show(History(load(name)), tick=tick)
    text = events_of(shown).text_content()
    for sentence in sentences:
        assert sentence in text


# -- Properties --------------------------------------------------------------------------------------------------


def test_what_is_watched_is_one_mark_that_opens_to_sentences(show, crash):
    shown = show(crash, tick=100)
    assert shown.player.locator(".rl-head").get_by_role("button", name="safe").inner_text() == "✓ safe"
    shown.click("✓ safe")
    listed = shown.player.get_by_role("dialog", name="What must always be true").locator("li")
    assert [each.splitlines()[0] for each in listed.all_inner_texts()] == [
        "✓ Election Safety", "✓ Leader Append-Only", "✓ Log Matching", "✓ Leader Completeness",
        "✓ State Machine Safety", "✓ Sound Knowledge",
    ]  # fmt: skip
    assert all(len(each) > 40 for each in listed.all_inner_texts())
    shown.press("Escape")
    assert not listed.first.is_visible()


HEAD = """() => {
  const head = raftPlayer.head.el;
  const parts = [...head.querySelectorAll("h2, output, select, button, .rl-chip")].filter((each) => each.checkVisibility());
  const boxes = parts.map((each) => each.getBoundingClientRect());
  const { left, right } = head.getBoundingClientRect();
  return {
    outside: parts.filter((_, i) => boxes[i].left < left || boxes[i].right > right + 0.5).map((each) => each.outerHTML),
    covered: parts.filter((_, i) => i && boxes[i].left < boxes[i - 1].right - 0.5).map((each) => each.outerHTML),
    cut: parts.filter((each) => each.matches(".rl-safe") && each.scrollWidth > each.clientWidth + 1).length,
    title: boxes[0].width,
    mark: raftPlayer.properties.mark.innerText,
  };
}"""


@pytest.mark.parametrize(
    ("width", "height"), a_few([(1440, 900), (1024, 768), (592, 560), (390, 844)], every=3)
)
def test_the_mark_and_the_title_stay_visible_with_anything_else_in_the_head(show, broken, width, height):
    history = History(broken.story, node_class=broken.node_class)
    history.act("crash", "n3", tick=2)
    history.act("restart", "n3", tick=4)
    shown = show(history, viewport={"width": width, "height": height})
    for key in ("Home", "End", "A"):
        shown.press(key)
        found = shown.page.evaluate(HEAD)
        assert (found["outside"], found["covered"], found["cut"]) == ([], [], 0), key
        assert found["title"] >= 40, "some of the title can be read"
        if key == "Home":
            assert found["mark"].startswith("✓ safe" if width > 500 else "✓")
    shown.press("A")
    assert shown.player.get_by_role("button", name=re.compile(r"^✕ \d broken$")).is_visible()
    shown.press("Home")
    assert shown.player.get_by_role("button", name="✓ safe").is_visible(), (
        "the word is spoken on a phone, too"
    )


def test_a_lesson_that_knows_elections_only_watches_election_safety_only(show, crash):
    shown = show(crash, show=STAGES["02"])
    shown.click("✓ safe")
    listed = shown.player.get_by_role("dialog", name="What must always be true").locator("li")
    assert [each.splitlines()[0] for each in listed.all_inner_texts()] == ["✓ Election Safety"]
    assert show(crash, show=STAGES["01"]).player.get_by_role("button", name="safe").count() == 0


def test_a_broken_property_shouts_says_what_is_wrong_and_leads_there(show, broken):
    tick, sentence = broken.branch.trace.broken()["P1"]
    assert tick == 5
    shown = show(broken)
    mark = shown.player.locator(".rl-head .rl-safe")
    assert mark.inner_text() == "✓ safe"
    shown.press("i")  # run until an invariant is broken
    assert shown.look("p.position.tick") == 5
    assert mark.inner_text() == "✕ 1 broken"
    assert mark.get_attribute("title") == "Election Safety"
    assert sentence in shown.player.locator("[aria-live=polite]").text_content()
    shown.press("ArrowLeft")
    assert mark.inner_text() == "✓ safe"
    shown.press("End")
    mark.click()
    opened = shown.player.get_by_role("dialog", name="What must always be true")
    assert sentence in opened.inner_text()
    opened.get_by_role("button", name="go to 0.05 s").click()
    assert shown.look("p.position.tick") == 5
    assert shown.sentence() == f"Broken: {sentence}"


# -- Legend and keys -----------------------------------------------------------------------------------------------


def legend_of(shown):
    """What the legend explains. It is opened from ⋯ if it is not open."""
    legend = shown.player.get_by_role("dialog", name="Legend")
    if not legend.is_visible():
        shown.click("more")
        shown.player.get_by_role("button", name="what the signs mean").click()
    return [
        each.splitlines()[-1] for each in legend.locator(".rl-legend").first.locator("li").all_inner_texts()
    ]


def test_the_legend_explains_what_is_on_the_stage_and_grows_with_it(show, crash):
    shown = show(crash)
    assert not [each for each in legend_of(shown) if "candidate: it asks" in each or each == "the leader"]
    shown.press("l")
    assert "the leader" in legend_of(shown)
    assert "crashed" not in legend_of(shown)
    shown.go(61)
    assert "crashed" in legend_of(shown)


def test_below_it_stand_all_other_signs_on_demand(show, crash):
    shown = show(crash, tick=20)
    now = legend_of(shown)
    shown.player.get_by_text("all other signs").click()
    others = shown.player.locator(".rl-legend").last.inner_text()
    assert not [each for each in now if each in others.splitlines()]
    for meaning in ("crashed", "its timer has almost run out", "a message that is lost"):
        assert meaning in others
    assert "on the timeline: the story has something to say" in others


def test_the_legend_explains_a_cut_where_there_is_one(show):
    shown = show(History(load("three_islands")), tick=90)
    assert {"cut: nothing passes", "the nodes of an island can reach each other"} <= set(legend_of(shown))
    shown = show(History(load("three_nodes")), tick=90)
    assert "cut: nothing passes" not in legend_of(shown)


def test_the_legend_explains_a_client_where_one_asks(show):
    client = "a client: a line leads to the node for which it waits, dots to the one that has answered it"
    shown = show(History(load("one_write")), tick=15)
    assert client not in legend_of(shown), "nobody has asked yet"
    shown.go(18)
    assert client in legend_of(shown)
    assert shown.player.get_by_role("dialog", name="Legend").locator("svg .rl-client-body").count()
    shown = show(History(load("three_nodes")), tick=90)
    legend_of(shown)
    shown.player.get_by_text("all other signs").click()
    assert client not in shown.player.locator(".rl-legend").last.inner_text(), "in this run nobody asks"


def test_next_and_match_index_are_explained_where_there_are_logs(show, crash):
    words = " ".join(legend_of(show(crash, tick=100)))
    assert "next index: what the leader sends this node next" in words
    assert "match index:" in words
    assert "index" not in " ".join(legend_of(show(crash, tick=100, show=STAGES["01"])))


def test_the_help_lists_the_keys_that_work_here_and_no_others(show, crash):
    shown = show(crash)
    panel = shown.player.get_by_role("dialog", name="Keys")
    assert not panel.is_visible()
    shown.press("?")
    assert panel.locator("h3").inner_text() == "Keys, while the player has the focus"
    keys = set(panel.locator("kbd").all_inner_texts())
    assert keys >= KEYS_OF_A_PAGE
    assert not keys & KEYS_OF_A_KERNEL, "nothing can be changed here"
    shown.press("?")
    assert not panel.is_visible()


def test_in_the_list_of_keys_every_key_stands_right_beside_what_it_does(show, crash):
    shown = show(crash, viewport={"width": 1024, "height": 640})
    shown.press("?")
    rows = shown.player.get_by_role("dialog", name="Keys").locator("dl > div")
    boxes = rows.evaluate_all(
        "(rows) => rows.map((row) => [row.querySelector('kbd'), row.querySelector('dd')].map((each) => each.getBoundingClientRect().toJSON()))"
    )
    assert len(boxes) > 20
    for key, what in boxes:
        assert abs(key["top"] + key["height"] / 2 - (what["top"] + min(what["height"], 22) / 2)) < 8
        assert key["right"] <= what["left"]
    assert len({round(what["left"]) for _, what in boxes}) <= 2, "two columns, each on one line"


# -- Who plays -------------------------------------------------------------------------------------------

EVERY_WORD = """(chosen) => {
    const root = document.querySelector(".rl-player");
    const heard = new Set();
    const listen = () => {
        const texts = document.createNodeIterator(root, NodeFilter.SHOW_TEXT);
        for (let text; (text = texts.nextNode());) heard.add(text.data);
        for (const each of [root, ...root.querySelectorAll("[title], [aria-label]")]) heard.add(`${each.getAttribute("title")} | ${each.getAttribute("aria-label")}`);
    };
    for (const each of [null, ...chosen]) {
        raftPlayer.select(each);
        for (let event = 0; event < raftPlayer.branch.events.length; event++) {
            raftPlayer.go(raftPlayer.branch.afterEvent(event));
            listen();
        }
    }
    return [...heard];
}"""
CHOSEN = [
    {"kind": "node", "id": "n1"}, {"kind": "node", "id": "n2"}, {"kind": "message", "id": 0},
    {"kind": "entry", "id": "n1", "index": 1}, {"kind": "link", "id": "n1>n2"},
]  # fmt: skip
OF_RAFT = re.compile(
    r"\b(leads?|leaders?|followers?|candidates?|elect\w*|terms?|commit|commits|committed|next.index)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("name", a_few(["paxos_round", "paxos_duel", "two_copies", "two_at_once"], every=2))
@pytest.mark.parametrize(
    "lesson", [*(pytest.param(each, marks=pytest.mark.slow) for each in ("00", "00b")), "09"]
)
def test_without_raft_the_player_uses_no_words_of_raft(show, name, lesson):
    """No node leads there, so no word is about leaders: not in an event, in a card or in a key's description."""
    shown = show(History(*scene(name)), show=STAGES[lesson])
    shown.press("?")
    heard = [text for text in shown.page.evaluate(EVERY_WORD, CHOSEN) if OF_RAFT.search(text)]
    assert heard == []


def test_paxos_is_told_in_its_own_words(show):
    shown = show(History(*scene("paxos_round")), tick=9)
    label = shown.player.locator(".rl-node[data-node=n1]").get_attribute("aria-label")
    assert label.startswith("n1, number 3, proposer")
    assert shown.player.locator(".rl-node[data-node=n2] .rl-badge").text_content() == "acceptor"
    shown.press("1")
    assert "why" not in shown.card().inner_text(), "nobody leads there"
    shown.press("Escape")
    shown.press("m")
    assert shown.look("Object.values(w.views).filter((view) => view.commit_index === 1).length") == 1
    shown.page.evaluate("() => { raftPlayer.select({kind: 'entry', id: 'n1', index: 1}); }")
    assert "It does not know yet whether this entry is chosen." in shown.card().inner_text()
    shown.press("y")
    why = shown.player.locator(".rl-why").inner_text()
    assert "Entry 1 (X, number 3) is chosen; n1 does not know it yet." in why
    assert "At 0.10 s a majority had accepted number 3." in why


@pytest.mark.slow
def test_with_raft_the_player_uses_the_words_of_raft(show, crash):
    """The words that the test above forbids are found in a run of Raft. So the test can fail."""
    shown = show(crash, tick=50)
    shown.press("?", "1")
    texts = " | ".join(shown.page.evaluate(EVERY_WORD, CHOSEN[:1]))
    heard = {found.group().lower() for found in OF_RAFT.finditer(texts)}
    assert heard >= {"leader", "follower", "candidate", "term", "committed", "elected"}
