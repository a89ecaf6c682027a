"""The picture of the cluster: no parts touch, a cut is a wall, and each kind of link shows what it does."""

from __future__ import annotations

import pytest

from raftlab import History, Story, load
from raftlab.models.paxos import DUEL, Paxos

pytestmark = pytest.mark.browser

SIZES = ((1440, 900), (1024, 768), (592, 560), (390, 844), (844, 390), (1280, 720))

# Words and discs that touch each other, or leave the picture. A distance of one pixel is enough.
FAULTS = """() => {
    const graph = document.querySelector(".rl-graph");
    const box = (element) => {
        const { left, top, right, bottom, width, height } = element.getBoundingClientRect();
        const inset = element.tagName === "text" ? height * 0.16 : 0;  // a letter does not fill its line
        return { left, top: top + inset, right, bottom: bottom - inset, width };
    };
    const things = [...graph.querySelectorAll(".rl-node text, .rl-client text, .rl-wall-words, .rl-odd-words, .rl-node .rl-body, .rl-vote")]
        .filter((each) => each.checkVisibility() && (each.tagName !== "text" || each.textContent))
        .map((each) => ({ of: each.closest("[data-node]")?.dataset.node, words: each.textContent || each.getAttribute("class"), ...box(each) }));
    const whole = graph.getBoundingClientRect();
    const found = [];
    things.forEach((a, i) => {
        if (a.left < whole.left - 1 || a.right > whole.right + 1 || a.top < whole.top - 1 || a.bottom > whole.bottom + 1)
            found.push(`${a.of}'s ${a.words} leaves the picture`);
        for (const b of things.slice(i + 1)) {
            const apart = a.right < b.left + 1 || b.right < a.left + 1 || a.bottom < b.top + 1 || b.bottom < a.top + 1;
            if (!apart && (a.of !== b.of || a.of === undefined)) found.push(`${a.of}'s ${a.words} touches ${b.of}'s ${b.words}`);
        }
    });
    const small = [...graph.querySelectorAll(".rl-node .rl-body")].filter((each) => each.getBoundingClientRect().width < 51.9);
    return [...found, ...small.map((each) => `${each.closest("[data-node]").dataset.node} is small`)];
}"""


@pytest.fixture
def show(show):
    """Open the page of a story at a tick."""

    def open_page(story, tick=0, node_class=None, size=(1280, 900)):
        history = History(load(story) if isinstance(story, str) else story, node_class)
        shown = show(history, tick, viewport={"width": size[0], "height": size[1]})
        shown.wait("p.stage.size")
        return shown

    return open_page


def parts(shown, name, selector):
    """Parts of a node's picture."""
    return shown.player.locator(f".rl-node[data-node={name}] {selector}")


def crowded(count):
    """Candidates, a crashed and a paused node, and then as many islands as possible, with up to three nodes each."""
    nodes = [f"n{i}" for i in range(1, count + 1)]
    third = -(-count // 3)
    islands = [nodes[i : i + third] for i in range(0, count, third)]
    return Story(
        f"crowded_{count}", "Crowded", nodes=count, ticks=90, seed=2,
        actions=(
            (0, "set_network", (3, 3)), (5, "time_out", "n1"), (5, "time_out", "n2"), (8, "crash", nodes[-1]),
            (8, "pause", nodes[-2]), (30, "propose", "x=1", "n1"), (40, "partition", *islands),
            (60, "partition", *([node] for node in nodes)),
        ),
    )  # fmt: skip


def test_a_phone_on_its_side_has_the_word_candidate_beside_its_votes(show):
    shown = show("split_vote", 15, size=(844, 390))
    assert shown.page.evaluate(FAULTS) == []
    for node in ("n1", "n2", "n3", "n4"):
        (badge,) = parts(shown, node, ".rl-badge").all()
        assert "candidate" in badge.text_content()
        word, *votes = (each.bounding_box() for each in [badge, *parts(shown, node, ".rl-vote").all()])
        assert len(votes) == 4
        assert all(vote["x"] > word["x"] + word["width"] for vote in votes)


@pytest.mark.slow
@pytest.mark.parametrize("count", range(3, 10))
def test_no_words_touch_each_other_at_any_size(show, count):
    shown = show(crowded(count))
    for width, height in SIZES:
        shown.page.set_viewport_size({"width": width, "height": height})
        shown.wait(f"p.form.width <= {width} && p.form.height <= {height}")
        for tick in (9, 33, 50, 70):
            shown.go(tick)
            # With the first entry the logs appear, and the cluster has less room.
            shown.wait("Math.abs(p.stage.size.width - p.stage.el.clientWidth) < 1")
            assert shown.page.evaluate(FAULTS) == [], (width, height, tick)


def test_a_partition_is_islands_with_a_wall_between_them_and_heals(show):
    shown = show("three_islands", tick=55, size=(1024, 768))
    graph = shown.player.locator(".rl-graph")
    assert graph.locator(".rl-island").count() == 3
    assert graph.locator(".rl-wall").count() == 2
    assert graph.locator(".rl-wall-words").all_text_contents() == ["cut", "cut"]
    assert shown.page.evaluate(FAULTS) == []
    assert shown.look("p.stage.wallBetween('n1', 'n9').x < p.stage.layout.islands[1].x")
    shown.go(10)
    assert graph.locator(".rl-island, .rl-wall").count() == 0
    assert shown.look("p.stage.wallBetween('n1', 'n9')") is None


def test_nothing_is_drawn_between_nodes_that_simply_hear_each_other(show):
    shown = show("leader_crash", tick=40)
    drawn = shown.player.locator(
        ".rl-graph :is(.rl-wall, .rl-passage, .rl-odd-line, .rl-lever, .rl-chosen-link)"
    )
    assert [each for each in drawn.all() if each.is_visible()] == []


LINKS = [
    ("cloudflare_one_way", 40, {".rl-wall": 1, ".rl-passage": 1, ".rl-island": 0}),
    ("cloudflare_cut", 40, {".rl-wall": 1, ".rl-passage": 0, ".rl-island": 0}),
    ("cloudflare_lossy_90", 60, {".rl-wall": 0, ".rl-sick-switch": 1, ".rl-odd-words": 1}),
    ("two_verdicts", 60, {".rl-slow": 1, ".rl-sick-switch": 0}),
]


def test_of_a_link_that_is_cut_one_way_it_is_said_which_way_is_cut(show):
    shown = show("cloudflare_one_way", tick=40)
    assert shown.player.locator(".rl-odd-words").all_text_contents() == ["n3 → n1: cut"]


@pytest.mark.parametrize(("name", "tick", "signs"), LINKS, ids=[row[0] for row in LINKS])
def test_a_link_looks_like_what_it_does(show, name, tick, signs):
    shown = show(name, tick)
    graph = shown.player.locator(".rl-graph")
    assert {sign: graph.locator(sign).count() for sign in signs} == signs
    shown.go(0)
    assert [graph.locator(sign).count() for sign in signs] == [0] * len(signs)


def test_a_link_that_comes_and_goes_is_a_lever_that_opens_and_closes(show):
    shown = show("cloudflare_flapping", tick=140)
    lever = shown.player.locator(".rl-graph .rl-lever")
    assert lever.locator("title").text_content() == "a link that comes and goes: it works now"
    shown.go(240)
    assert lever.locator("title").text_content() == "a link that comes and goes: it is cut now"
    assert shown.player.locator(".rl-odd-words").all_text_contents() == ["comes and goes: cut now"]
    shown.go(100)
    assert lever.count() == 0, "so far it was only cut"


def test_where_all_that_parts_two_islands_comes_and_goes_one_lever_stands_in_their_wall(show):
    shown = show("flapping_leader", tick=70)
    assert shown.player.locator(".rl-graph .rl-island").count() == 2
    assert shown.player.locator(".rl-graph .rl-lever").count() == 1
    up = shown.look(
        "p.branch.events.find(([, what, , detail]) => what === 'flap' && detail.includes('up'))[0]"
    )
    shown.go(up)
    assert shown.player.locator(".rl-graph .rl-island").count() == 0
    assert shown.player.locator(".rl-graph .rl-lever").count() == 4


def test_a_refusal_is_crossed_only_once_it_has_arrived(show):
    shown = show("split_vote", tick=0)
    seen = shown.page.evaluate(
        """() => {
            const p = raftPlayer;
            const seen = [];
            let arrived = 0;
            for (let event = 0; event < p.branch.events.length && p.branch.tickOf(event) < 25; event++) {
                const [, what, node, id] = p.branch.events[event];
                if (what === "deliver" && node === "n1") {
                    const message = p.branch.message(id);
                    if (message.kind === "RequestVoteReply" && !message.fields.vote_granted) arrived++;
                }
                p.go(p.branch.afterEvent(event));
                seen.push([document.querySelectorAll("[data-node=n1] .rl-vote-refused").length, arrived]);
            }
            return seen;
        }"""
    )
    assert all(crossed == arrived for crossed, arrived in seen)
    assert max(arrived for _, arrived in seen) == 3


def test_the_gate_stands_at_the_majority(show):
    shown = show("split_vote", tick=16)
    order = shown.page.evaluate(
        """() => {
            const votes = document.querySelector("[data-node=n1] .rl-votes");
            const left = (element) => element.getBoundingClientRect().left;
            const gate = left(votes.querySelector(".rl-gate"));
            return [...votes.querySelectorAll(".rl-vote")].map((dot) => left(dot) < gate);
        }"""
    )
    assert order == [True, True, True, False]


def test_all_timers_have_the_same_scale(show):
    shown = show("leader_crash", tick=10)
    waits = shown.page.evaluate(
        """() => {
            const p = raftPlayer;
            const views = p.branch.at(p.position.count).views;
            return p.timeline.nodes.map((node) => {
                const share = parseFloat(document.querySelector(`[data-node=${node}] .rl-timer`).getAttribute("stroke-dasharray"));
                return share / (views[node].timer[1] - p.position.tick);
            });
        }"""
    )
    assert max(waits) - min(waits) < 0.01 * max(waits)  # attributes are rounded


def test_what_a_client_asked_stands_on_the_stage_until_it_is_told_something_else(show):
    shown = show("stale_read", tick=9)
    told = shown.player.locator(".rl-client-words")
    assert told.all_text_contents() == []
    waits = shown.look("p.branch.operations[1].invoked")
    shown.page.evaluate("(event) => raftPlayer.go(raftPlayer.branch.afterEvent(event))", waits)
    assert "write x=2: waiting" in told.all_text_contents()
    shown.go(90)
    assert told.all_text_contents() == ["read x: 1 (stale)", "write x=2: ok"]


def test_an_acceptor_of_paxos_shows_its_card(show):
    shown = show(DUEL, 14, Paxos)
    assert parts(shown, "n1", ".rl-value").all_text_contents() == ["promised 8", "accepted 3:x=1"]
    assert parts(shown, "n2", ".rl-value").all_text_contents() == ["promised 8", "accepted –"]
    assert parts(shown, "n2", ".rl-badge").text_content() == "acceptor"
    assert "★" not in shown.player.locator(".rl-graph").text_content()


def test_as_one_node_sees_it_the_others_show_only_what_they_have_claimed(show):
    shown = show("three_islands", tick=55)
    shown.page.evaluate("() => raftPlayer.look('n2')")
    assert shown.player.locator(".rl-graph :is(.rl-island, .rl-wall)").count() == 0, (
        "nobody has told n2 of a cut"
    )
    assert parts(shown, "n1", ".rl-badge").text_content() == "★ leader"
    assert parts(shown, "n1", ".rl-timer").is_hidden()
    assert parts(shown, "n9", ".rl-term").text_content() == "?"
    assert parts(shown, "n2", ".rl-term").text_content() == "term 1"


def test_as_one_node_sees_it_it_has_what_has_arrived_and_nothing_that_is_on_its_way(show):
    shown = show("leader_crash", tick=0)
    shown.page.evaluate("() => raftPlayer.look('n2')")
    vote = shown.look(
        "p.branch.events.findIndex(([, what, node, id]) => what === 'deliver' && node === 'n2' && p.branch.messages[id][0] === 'RequestVoteReply')"
    )
    go = "(event) => raftPlayer.go(raftPlayer.branch.afterEvent(event))"
    shown.page.evaluate(go, vote - 1)
    graph = shown.player.locator(".rl-graph")
    assert shown.look("w.flying.size") > 0
    assert [each for each in graph.locator(".rl-message").all() if each.is_visible()] == []
    assert "yes" not in graph.locator(".rl-inbox").text_content()
    shown.page.evaluate(go, vote)
    assert graph.locator(".rl-arrived").first.text_content().endswith(": yes")


def test_a_draw_touches_only_what_has_changed(show):
    shown = show("leader_crash", tick=40)
    changes = """(act) => {
        const found = new Set();
        const watcher = new MutationObserver(() => {});
        const graph = document.querySelector(".rl-graph");
        watcher.observe(graph, { subtree: true, childList: true, attributes: true, characterData: true });
        new Function("p", act)(raftPlayer);
        for (const { type, target, attributeName } of watcher.takeRecords())
            if (!target.closest(".rl-message, .rl-messages")) found.add(`${type} ${target.getAttribute("class")} ${attributeName ?? ""}`.trim());
        return [...found];
    }"""
    assert shown.page.evaluate(changes, "p.draw()") == []
    quiet = shown.look(
        "[...Array(p.branch.ticks).keys()].find((t) => t > 20 && p.branch.countAt(t) === p.branch.countAt(t + 1))"
    )
    shown.go(quiet)
    touched = shown.page.evaluate(changes, f"p.goTick({quiet + 1})")
    assert touched
    assert all(each.startswith("attributes rl-timer") for each in touched)


def test_a_liar_wears_a_mask_and_its_name_says_what_it_does(show):
    shown = show("two_votes_one_term", 14)
    assert parts(shown, "n5", ".rl-mask").is_visible()
    assert parts(shown, "n5", ".rl-badge").text_content() == "(lies)"
    name = shown.player.locator(".rl-node[data-node=n5]").get_attribute("aria-label")
    assert name.startswith("n5, term 1, follower")
    assert "lies: Votes for every candidate that asks" in name
    assert shown.player.locator(".rl-graph .rl-mask").count() == 1
