"""What the player shows of liars, snapshots, extensions and unusual links; and the answers to "why not?" stay true there."""

import re
from dataclasses import replace

import pytest

from raftlab import STORIES, History, Story, load
from raftlab.models.paxos import DUEL, Paxos

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ISOLATED_LEADER = Story(
    "isolated_leader", "A leader that is cut off doubts itself", nodes=3, ticks=120, extensions=("CheckQuorum",),
    actions=((0, "set_network", (1, 1)), (1, "time_out", "n1"), (20, "isolate", "n1")),
)  # fmt: skip


@pytest.fixture
def show(show):
    """Open the page of a story at a tick, with the changes that the test names."""

    def open_page(story, tick, node_class=None, **changes):
        story = load(story) if isinstance(story, str) else story
        history = History(replace(story, **changes), node_class)
        return show(history, tick, viewport={"width": 1280, "height": 1000})

    return open_page


def node(shown, name):
    return shown.player.locator(f".rl-node[data-node={name}]")


def legend(shown):
    """All that the legend explains in this run."""
    return "\n".join(shown.look("p.legend.items().map((item) => item.textContent)"))


def why(shown, name):
    """What the player answers to the question whether a node leads."""
    shown.page.evaluate(f"() => {{ raftPlayer.ask('{name}', 'leader'); }}")
    return shown.player.locator(".rl-why").inner_text()


def why_not_committed(shown, name, index):
    shown.page.evaluate(f"() => {{ raftPlayer.ask('{name}', 'committed', {index}); }}")
    return shown.player.locator(".rl-why").inner_text()


# -- Liars ------------------------------------------------------------------------------------------------


def test_what_a_liar_does_is_told_on_its_card_and_in_the_legend(show):
    shown = show("two_votes_one_term", 14)
    assert any("lie" in line for line in legend(shown).lower().splitlines())
    shown.press("5")
    assert "RV-2: A node votes once in each term" in shown.fields()["lies"]


def test_a_liar_that_crashes_is_both(show):
    shown = show("endless_terms", 160)
    assert node(shown, "n3").locator(".rl-badge").text_content() == "✕ crashed (lies)"


def test_without_liars_and_extensions_no_word_is_about_them(show):
    shown = show("leader_crash", 60)
    assert shown.player.locator(".rl-mask").count() == 0
    for word in ("lies", "snapshot", "pre-vote", "unlike"):
        assert word not in legend(shown)
    shown.press("1")
    assert "lies" not in shown.fields()


def test_a_leader_that_elected_itself_is_not_said_to_have_a_majority(show):
    shown = show("self_made_leader", 2)
    assert "n3" in why(shown, "n3")
    assert "Since 0.01 s, without the votes of a majority." in why(shown, "n3")


def test_an_append_that_a_liar_confirms_is_not_said_to_be_stored(show):
    shown = show("empty_promise", 8)
    assert "n2 confirms n1's append, and does not have what is in it." in events(shown)


def test_a_leader_that_counts_on_a_liar_says_that_the_liar_lies(show):
    story = Story(
        "alone_with_a_liar", "Alone with a liar", ticks=60, liars={"n2": "false_acker"},
        actions=(
            (0, "set_network", (1, 1)), (1, "time_out", "n1"),
            (10, "partition", ["n1", "n2"], ["n3", "n4", "n5"]), (10, "propose", "x=1", "n1"),
        ),
    )  # fmt: skip
    text = why_not_committed(show(story, 14), "n1", 1)
    assert "needs 3 nodes, and n1 knows of 2: n1 and n2." in text
    assert "n2 lies: what it has confirmed need not be in its log." in text


# -- Snapshots --------------------------------------------------------------------------------------------


def test_an_entry_that_a_node_knows_only_from_a_snapshot_is_not_given_a_term(show):
    text = why_not_committed(show("snapshot", 70), "n3", 2)
    assert "Entry 2, which n3 has only as part of a snapshot, is committed" in text


# -- Sentences --------------------------------------------------------------------------------------------


def events(shown):
    """The open list of events."""
    drawer = shown.player.get_by_role("dialog", name="Events")
    if not drawer.is_visible():
        shown.press("E")
    return drawer.text_content()


SENTENCES = [
    ("snapshot", {}, 30, ["n1 takes a snapshot of what it has applied: its log begins after entry 3 now."]),
    ("snapshot", {}, 61, [
        "n3 takes over n1's snapshot, the state after entries 1 to 3; its log begins after that.",
        "sends its snapshot to n3, because its own log no longer has the missing entries",
    ]),
    ("handover", {}, 52, [
        "The leader n1 is asked to hand over to n4: it takes no more commands, and tells n4 to start an election at once.",
        "n4 is told by n1 to start an election at once: it becomes a candidate in term 2 and asks for votes on n1's behalf.",
    ]),
    ("rejoin_huge_term", {"extensions": ("PreVote",)}, 239, [
        "n2 has heard no leader for a whole election timeout: it asks everyone whether they would vote for it in term 2. Its own term stays 1.",
        "n3 tells n2 that it would not vote for it in term 2: its log is longer (15 against 1, both ending in term 1).",
    ]),
    ("rejoin_huge_term", {"extensions": ("PreVote",)}, 5, [
        "n2 tells n1 that it would vote for it in term 1. That changes nothing for n2.",
        "n1 hears that a majority would vote for it: it becomes a candidate in term 1",
    ]),
    ("forgotten_promise", {}, 49, ["n2 ignores n3's vote request: it hears a leader, n1."]),
    ("membership_bug", {}, 25, ["n5 must first catch up with the log."]),
    ("membership_bug", {}, 29, ["and appends entry 3, after which n1, n2, n3, n4 and n5 have a vote."]),
    ("membership_bug", {}, 33, ["It appends that as entry 3, and from now on it counts there: a majority is 2 of 3."]),
    ("membership_bug", {}, 15, ["n5 has heard no leader for a whole election timeout: it starts no election, because it has no vote."]),
    ("membership_cured", {}, 25, ["It is refused: the leader has not committed an entry of its own term yet."]),
    ("new_node", {}, 62, ["n1 steps down, because it has no vote any more."]),
    ("new_node", {}, 4, ["n1 becomes leader of term 2: it has the votes of n1 and n2, and appends entry 2, which does nothing"]),
    ("figure_7", {"extensions": ("FastBackup",)}, 8, ["and says that the logs can agree up to entry 9 at most."]),
    ("confirmed_read", {}, 82, ["n1 does not answer yet. It notes that entry 2 is committed, and asks everyone whether it still leads."]),
    ("stale_read", {}, 82, ["n1 has not asked whether it still leads."]),
    ("cloudflare_lossy_90", {}, 30, ["From now on messages from n1 to n3 are lost in 90 % of all cases."]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "changes", "tick", "sentences"), SENTENCES, ids=[f"{row[0]}-{row[2]}" for row in SENTENCES]
)
def test_what_an_extension_does_is_told_in_a_sentence(show, name, changes, tick, sentences):
    shown = show(name, tick, **changes)
    for sentence in sentences:
        assert sentence in events(shown)


def test_a_leader_without_a_majority_steps_down_and_says_whom_it_heard_last(show):
    shown = show(ISOLATED_LEADER, 22)
    assert "It must hear a majority, itself included, in every election timeout." in why(shown, "n1")
    assert re.search(r"It last heard n2 at [\d.]+ s and n3 at [\d.]+ s\.", why(shown, "n1"))
    shown.go(60)
    assert (
        "n1, the leader of term 1, has not heard a majority for an election timeout: it steps down."
        in events(shown)
    )
    assert re.search(
        r"It led term 1 until [\d.]+ s, and stepped down by itself\..*A leader steps down when a majority has not answered it",
        why(shown, "n1").replace("\n", " "),
    )
    assert "has not asked for votes in term 1" not in why(shown, "n1")


def test_no_story_makes_the_player_say_undefined_or_the_like(show):
    """Every event of every story, and every answer to why a node does not lead, is a whole sentence without gaps."""
    shown = show("snapshot", 0)
    for name, story in STORIES.items():
        if story.ticks > 1000:
            continue
        found = shown.page.evaluate(
            """(bundle) => {
                const p = raftPlayer;
                p.load(bundle);
                const strange = (text) => /undefined|null|NaN|\\[object|\\{"|: *\\.|  /.test(text);
                const found = [];
                for (let event = 0; event < p.branch.events.length; event++) {
                    p.saying.tell(event);
                    if (strange(p.saying.sentence.textContent)) found.push(p.saying.sentence.textContent);
                }
                for (let tick = 0; tick <= p.branch.ticks; tick += 25) {
                    p.goTick(tick);
                    for (const node of p.timeline.nodes) {
                        p.ask(node, "leader");
                        if (strange(p.card.el.textContent)) found.push(p.card.el.textContent);
                        p.ask(node, "committed", 1);
                        if (strange(p.card.el.textContent)) found.push(p.card.el.textContent);
                    }
                }
                return found;
            }""",
            History(story).bundle(),
        )
        assert found == [], name


# -- Why, and why not -------------------------------------------------------------------------------------


def test_a_node_that_asks_on_trial_says_what_it_lacks_and_where_its_questions_went(show):
    shown = show("rejoin_huge_term", 100, extensions=("PreVote",))
    text = why(shown, "n2")
    assert (
        "n2 asks whether it would win term 2: 2 nodes must say that they would vote for it, and 1 does: n2."
        in text
    )
    assert "The request to n1 was lost: the link was cut." in text
    assert "If no majority says yes, it asks again at " in text
    shown.go(237)
    assert "n3 would not vote for it: its log is longer (15 against 1, both ending in term 1)." in why(
        shown, "n2"
    )
    shown.go(240)
    assert "n2 is a follower at 2.40 s" in why(shown, "n2")


def test_a_majority_is_one_of_those_that_have_a_vote_as_the_log_says(show):
    shown = show("new_node", 2)
    # A majority of three voters, although there are four nodes.
    assert "n1 needs 2 votes in term 2, and has 1: n1." in why(shown, "n1")
    assert "It has no vote: as its log says, n1, n2 and n3 have one each, and nobody else." in why(
        shown, "n4"
    )
    shown.go(40)
    assert "It has no vote" not in why(shown, "n4")
    assert "needs 3 nodes, and n1 knows of 1: n1." in why_not_committed(shown, "n1", 4)
    shown.go(60)
    text = why_not_committed(shown, "n1", 5)
    assert "needs 2 nodes, and n1 knows of none." in text  # it does not count itself
    shown.press("1")
    assert shown.fields()["who has a vote, by its log"] == "n2, n3 and n4"


def test_in_the_bug_of_2015_two_nodes_count_by_two_configurations(show):
    shown = show("membership_bug", 43)
    assert "n1 needs 3 votes in term 5, and has 1: n1." in why(shown, "n1")
    shown.go(32)
    assert "needs 2 nodes, and n2 knows of 1: n2." in why_not_committed(shown, "n2", 3)


def test_a_command_that_looks_like_a_configuration_is_none_without_membership(show):
    story = Story("words", "Words", nodes=3, ticks=60, actions=((0, "set_network", (1, 1)), (1, "time_out", "n1"), (10, "propose", "voters n1", "n1")))  # fmt: skip
    assert "needs 2 nodes, and n1 knows of 1: n1." in why_not_committed(show(story, 10), "n1", 1)


def test_a_node_that_ignores_a_candidate_is_not_said_to_refuse(show):
    assert "n2 took no notice of the request: it hears a leader, n1." in why(
        show("forgotten_promise", 49), "n3"
    )


# -- Links and messages -----------------------------------------------------------------------------------


def test_a_lossy_link_says_how_much_it_loses_on_the_stage_and_on_its_card(show):
    shown = show("cloudflare_lossy_90", 60)
    assert shown.player.locator(".rl-odd-words").all_text_contents() == ["90 % lost"]
    shown.page.evaluate("() => { raftPlayer.select({ kind: 'link', id: 'n1>n3' }); }")
    assert shown.fields()["loss"] == "90 %"
    assert "90 % lost" in shown.card().inner_text()
    shown.go(20)
    assert shown.player.locator(".rl-odd-words").all_text_contents() == []


def test_a_link_that_is_slow_one_way_says_which_way(show):
    shown = show("two_verdicts", 60)
    assert "n1 → n3: 220 ms" in shown.player.locator(".rl-odd-words").all_text_contents()


def test_kinds_of_messages_that_are_not_sent_are_not_in_the_legend(show):
    shown = show("handover", 52)
    for word in (
        "pre-vote request",
        "refusal of a pre-vote",
        "request to start an election at once",
        "vote request on the old leader's behalf",
    ):
        assert word in legend(shown)
    assert "snapshot" not in legend(shown)
    assert "pre-vote" not in legend(show("snapshot", 50))


def test_another_protocol_is_told_by_its_own_rules_and_drawn_with_letters(show):
    shown = show(DUEL, 16, node_class=Paxos)
    assert (
        "n2 receives the prepare of n1. An acceptor promises a number that is higher than all before"
        in events(shown)
    )
    assert "leader" not in events(shown).replace("nobody leads", "")
    assert "vote request" not in legend(shown)
    for word in ("prepare", "promise", "accept", "accepted", "refusal"):
        assert word in legend(shown)


# -- How it looks -----------------------------------------------------------------------------------------

CLIPPED = """() => {
    const graph = document.querySelector(".rl-graph").getBoundingClientRect();
    return [...document.querySelectorAll(".rl-graph text")].filter((text) => text.textContent).map((text) => [text.textContent, text.getBoundingClientRect()])
        .filter(([, box]) => box.width && (box.left < graph.left - 1 || box.right > graph.right + 1 || box.top < graph.top - 1 || box.bottom > graph.bottom + 1))
        .map(([text]) => text);
}"""
SCENES = [("two_votes_one_term", 3), ("snapshot", 70), ("membership_bug", 40), ("handover", 52), ("new_node", 62), ("cloudflare_lossy_90", 60), ("two_verdicts", 60)]  # fmt: skip


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("name", "tick"), SCENES, ids=[name for name, _ in SCENES])
def test_everything_fits_and_can_be_read(show, name, tick, theme):
    shown = show(name, tick)
    shown.page.emulate_media(color_scheme=theme)
    shown.press("1", "y")
    for width in (1280, 800, 480):
        shown.page.set_viewport_size({"width": width, "height": 1000})
        shown.wait("Math.abs(p.stage.size.width - document.querySelector('.rl-graph').clientWidth) < 1")
        assert (
            shown.page.evaluate(
                "() => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
            )
            == 0
        )
        assert shown.page.evaluate(CLIPPED) == []
    assert [f"{text}: {ratio:.1f}" for text, ratio in shown.texts() if ratio < 4.5] == []
