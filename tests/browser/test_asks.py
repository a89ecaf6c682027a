"""At a question of a story the player waits for a guess, and says nothing that gives the answer away. Then it says whether the guess was right."""

import pytest

from raftlab import STORIES, Ask, History, Story, load
from raftlab.lab.scenes import WITH_A_MISTAKE, scene
from raftlab.models.scenes import SCENES

pytestmark = pytest.mark.browser

VEILED = "First your guess: the answer comes after it."
ASKING = Story(
    "asking", "A question before the deed", nodes=3, seed=4, ticks=120,
    actions=((60, "crash", "leader"),),
    stops=(
        Ask(0, "Who asks first?", until="candidacy", then="It is {answer}: its timer ran out first."),
        ("leader", "{node} leads."),
        Ask(60, "What do the others do?", answers=("nothing", "they stop"), right="nothing", until="crash",
            then="Nothing: they have not noticed."),
        (60, "It is down."),
        Ask(70, "Is it committed?", answers=("yes", "no"), right="no", then="No: nobody has written."),
    ),
)  # fmt: skip
ASKERS = [
    name
    for name in [*STORIES, *SCENES, *WITH_A_MISTAKE]
    if any(isinstance(s, Ask) for s in scene(name)[0].stops)
]


@pytest.fixture
def asking(show):
    return show(History(ASKING))


def answers(shown):
    return shown.player.get_by_role("group", name="Your guess").get_by_role("button")


def verdict(shown):
    """The verdict on the guess, or ""."""
    said = shown.player.locator(".rl-verdict")
    return said.inner_text() if said.is_visible() else ""


def first_candidate(shown):
    return shown.look("p.branch.turns.find(([, kind]) => kind === 'candidacy')[2]")


# -- The guess and the verdict ------------------------------------------------------------------------------------


def test_a_guess_is_judged_when_the_player_shows_what_happens(asking):
    assert asking.sentence() == "Who asks first?"
    assert answers(asking).all_inner_texts() == ["n1", "n2", "n3"]
    first = first_candidate(asking)
    wrong = next(node for node in ("n1", "n2", "n3") if node != first)
    asking.button(wrong).click()
    assert asking.look("p.position.count") == 1, "and still tells nothing"
    assert verdict(asking) == f"You say {wrong}. Press Next to see."
    asking.press("ArrowRight")
    assert "becomes a candidate" in asking.sentence()
    assert verdict(asking) == f"✗ You said {wrong}. It is {first}: its timer ran out first."
    assert verdict(asking) in asking.player.locator("[aria-live=polite]").text_content()
    asking.press("ArrowRight")
    assert verdict(asking) == ""


def test_the_knob_stops_at_an_open_question_but_not_at_an_answered_one(asking):
    knob = asking.player.get_by_label("time", exact=True)
    knob.fill("60")
    assert asking.sentence() == "What do the others do?"
    assert asking.look("w.leader()"), "it has not crashed yet"
    asking.button("nothing").click()
    asking.press("ArrowRight")
    knob.fill("65")
    knob.fill("60")
    assert asking.sentence() == "It is down."
    assert asking.look("w.leader()") is None
    knob.fill("70")
    assert asking.sentence() == "Is it committed?"


def test_if_there_were_only_heartbeats_for_long_the_sentence_says_since_when(show):
    shown = show("three_nodes")
    shown.page.evaluate("raftPlayer.goTick(200)")
    assert shown.sentence() == "Since 0.24 s there have been only heartbeats."


def test_a_stop_that_tells_of_what_was_asked_says_who_was_right_too(asking):
    asking.page.evaluate("raftPlayer.goTick(50)")
    asking.press("PageDown")
    asking.button("nothing").click()
    asking.press("PageDown")
    assert asking.sentence() == "It is down."
    assert verdict(asking) == "✓ As you said. Nothing: they have not noticed."


def test_a_question_whose_answer_is_no_event_is_answered_at_once(asking):
    asking.page.evaluate("raftPlayer.goTick(65)")
    asking.press("PageDown")
    assert asking.sentence() == "Is it committed?"
    asking.button("yes").click()
    assert asking.sentence() == "Is it committed?"
    assert verdict(asking) == "✗ You said yes. No: nobody has written."
    assert answers(asking).count() == 0


def test_a_node_can_be_tapped_for_an_answer(asking):
    first = first_candidate(asking)
    asking.player.locator(f".rl-node[data-node={first}]").click()
    asking.press("ArrowRight")
    assert verdict(asking) == f"✓ As you said. It is {first}: its timer ran out first."


@pytest.mark.parametrize("key", ["ArrowRight", "PageDown", " "])
def test_every_key_that_goes_on_waits_once_for_a_guess_and_then_shows_the_answer(asking, key):
    assert "Choose an answer." in asking.player.inner_text(), "one sees from the start what is to be done"
    asking.press(key)
    assert asking.look("[p.position.count, p.playing]") == [1, False], "it waits"
    assert "Choose an answer, or press “Show me”." in asking.player.inner_text()
    assert asking.button("Show me ▶").is_visible()
    asking.press(key)
    asking.wait("p.position.count > 1 || p.playing")
    asking.press("PageDown") if key == " " else None
    assert answers(asking).count() == 0


def test_an_answer_that_is_no_event_is_shown_on_request_before_the_run_goes_on(asking):
    asking.page.evaluate("raftPlayer.goTick(65)")
    asking.press("PageDown", "ArrowRight")
    before = asking.look("p.position.count")
    assert answers(asking).count() == 2
    asking.press("ArrowRight")
    assert verdict(asking) == "No: nobody has written."
    assert asking.look("p.position.count") == before
    asking.press("ArrowRight")
    assert asking.look("p.position.count") > before


@pytest.mark.parametrize("key", ["ArrowLeft", "Home"])
def test_going_back_to_a_question_asks_it_again(asking, key):
    asking.button("n1").click()
    assert verdict(asking) == "You say n1. Press Next to see."
    asking.press("ArrowRight", key)
    assert asking.sentence() == "Who asks first?"
    assert answers(asking).all_inner_texts() == ["n1", "n2", "n3"]


def test_a_second_press_does_not_skip_a_question(show):
    """A second press while the film before the question still plays shows the question, and does no more."""
    shown = show(History(ASKING), tick=50, reduced_motion="no-preference")
    shown.page.evaluate("() => { raftPlayer.next(); raftPlayer.next(); }")
    assert shown.look("p.motion.film") is None
    assert shown.sentence() == "What do the others do?"
    assert answers(shown).count() == 2


def test_one_can_go_back_before_a_question_without_a_guess_and_it_waits_again(asking):
    asking.page.evaluate("raftPlayer.goTick(50)")
    asking.press("PageDown", "ArrowLeft")
    assert asking.look("p.position.tick") < 60
    assert answers(asking).count() == 0
    asking.press("PageDown")
    assert answers(asking).all_inner_texts() == ["nothing", "they stop"]


def test_another_story_asks_anew(asking):
    asking.button("n1").click()
    asking.page.evaluate("raftPlayer.load(raftPlayer.bundle)")
    assert answers(asking).count() == 3


def test_in_the_view_of_a_node_the_question_is_still_asked(asking):
    asking.page.evaluate("raftPlayer.goTick(50); raftPlayer.look('n1')")
    asking.press("ArrowRight")
    assert asking.sentence() == "What do the others do?"
    assert answers(asking).count() == 2


@pytest.mark.parametrize(("width", "height"), [(592, 560), (390, 844), (844, 390)])
def test_a_question_its_answers_and_the_verdict_are_fully_visible_in_small_windows(show, width, height):
    shown = show(History(scene("github_43_seconds")[0]), viewport={"width": width, "height": height})
    shown.page.evaluate("raftPlayer.goTick(4899); raftPlayer.nextStop(); raftPlayer.nextStop()")
    cut = """(() => {
        const box = p.saying.el.getBoundingClientRect();
        return [p.saying.sentence, ...p.quiz.el.children].filter((each) => each.getBoundingClientRect().bottom > box.bottom).length;
    })()"""
    assert shown.look("p.quiz.asked !== null && p.quiz.isUrged")
    assert shown.look(cut) == 0
    shown.page.evaluate(
        "raftPlayer.quiz.take(raftPlayer.quiz.waiting.answers[0]); raftPlayer.go(raftPlayer.branch.afterEvent(raftPlayer.branch.stops.at(-1)))"
    )
    assert verdict(shown).startswith("✗ You said the east's.")
    assert shown.look(cut) == 0
    assert shown.button("Next ▶").is_visible()
    assert shown.page.evaluate("document.documentElement.scrollHeight <= innerHeight")


def test_in_the_view_of_a_node_the_timeline_marks_only_what_the_node_has_noticed(show):
    shown = show(History(scene("minority_leader")[0]), tick=90)
    stars = shown.player.locator(".rl-mark-leader")
    assert stars.count() == 2
    shown.page.evaluate("raftPlayer.look('n1')")
    assert stars.count() == 1, "n1 does not know of the other leader"
    shown.page.evaluate("raftPlayer.look('n1')")
    assert stars.count() == 2


# -- The veil --------------------------------------------------------------------------------------------------


def test_while_a_question_waits_the_list_of_events_the_cards_and_every_why_say_so(asking):
    asking.press("E")
    assert asking.player.locator(".rl-events").inner_text() == VEILED
    asking.page.evaluate("raftPlayer.openCard({kind: 'node', id: 'n1'})")
    assert VEILED in asking.player.locator(".rl-card").inner_text()
    assert asking.player.locator(".rl-card details").count() == 0
    asking.page.evaluate("raftPlayer.ask('n1', 'leader')")
    assert asking.player.locator(".rl-note").inner_text() == VEILED
    asking.page.evaluate("raftPlayer.quiz.take('n1')")
    assert VEILED not in asking.player.inner_text()
    assert asking.player.locator(".rl-card details").count() == 1


def test_a_why_that_is_open_is_veiled_when_a_question_comes(asking):
    asking.page.evaluate("raftPlayer.goTick(50); raftPlayer.ask('n1', 'leader')")
    assert asking.player.get_by_role("region", name="why").is_visible()
    asking.press("ArrowRight")
    assert asking.sentence() == "What do the others do?"
    assert asking.player.get_by_role("region", name="why").count() == 0
    assert VEILED in asking.player.locator(".rl-card").inner_text()


def test_facts_that_answer_the_question_are_veiled_but_not_those_that_it_mentions(show):
    shown = show(History(load("one_write")))
    place = "raftPlayer.branch.stops.find((event) => raftPlayer.branch.events[event][3][0] === 'ask')"
    shown.page.evaluate(f"raftPlayer.go(raftPlayer.branch.afterEvent({place}))")
    entries = shown.player.locator(".rl-log-row-node .rl-log-cell:has(.rl-entry)")
    states = "all => all.map(each => each.className.match(/rl-entry-\\w+/)[0])"
    assert entries.evaluate_all(states) == ["rl-entry-asked", "rl-entry-known", "rl-entry-asked"]
    assert "?" in entries.nth(0).inner_text()
    assert "?" not in entries.nth(1).inner_text()
    assert shown.player.locator(".rl-log-row-fact .rl-entry-known").count() == 1
    shown.button("nobody").click()
    assert entries.evaluate_all(states) == ["rl-entry-stored", "rl-entry-known", "rl-entry-stored"]


def test_whether_an_entry_is_committed_is_veiled_for_this_entry_only(show):
    shown = show(History(load("figure_8")))
    shown.page.evaluate("raftPlayer.goTick(8); raftPlayer.nextStop()")
    assert shown.sentence().endswith("Is it committed?")
    facts = shown.player.locator(".rl-log-row-fact .rl-log-cell")
    assert facts.evaluate_all("all => all.map(each => each.innerText.trim())")[-1] == "?"
    assert shown.player.locator(".rl-log-row-node .rl-entry-asked").count() == 3


def test_facts_that_were_seen_before_are_veiled_again_while_a_question_waits(asking):
    asking.page.evaluate("raftPlayer.goTick(120)")
    marks = asking.player.locator(".rl-mark:not(.rl-ahead)")
    assert marks.count() > 3
    asking.page.evaluate("raftPlayer.go(raftPlayer.branch.afterEvent(raftPlayer.branch.stops[2]))")
    assert asking.sentence() == "What do the others do?"
    assert asking.player.locator(".rl-mark-crash").count() == 0
    asking.further("show what lies ahead")
    assert asking.player.locator(".rl-mark-crash").count() == 0
    asking.button("they stop").click()
    assert asking.player.locator(".rl-mark-crash").count() == 1


# Everything that can be read in the player: texts, tooltips and names, with every panel opened in turn, and both views.
READ = """(count) => {
    const p = raftPlayer, { branch } = p;
    p.closeLayer();
    p.go({tick: branch.tickOf(count - 1), count});
    const read = () => [p.root.innerText, ...[...p.root.querySelectorAll("*")].flatMap((each) =>
        ["title", "aria-label", "aria-valuetext"].map((name) => each.getAttribute(name) ?? ""),
    ), ...[...p.root.querySelectorAll("svg text, svg title")].map((each) => each.textContent)].join("\\n");
    const texts = [read()];
    const world = branch.at(count);
    const things = p.timeline.nodes.flatMap((id) => [
        {kind: "node", id},
        ...Array.from({length: world.views[id].log.length}, (_, at) => ({kind: "entry", id, index: at + 1})),
    ]).concat([...world.flying].map((id) => ({kind: "message", id})));
    for (const thing of things) { p.openCard(thing); texts.push(read()); }
    for (const id of p.timeline.nodes) {
        p.ask(id, "leader"); texts.push(read());
        if (p.timeline.words.committed) { p.ask(id, "committed", 1); texts.push(read()); }
    }
    for (const part of [p.drawer, p.legend, p.properties]) { p.layer.open(part); texts.push(read()); }
    p.closeLayer();
    p.beside.choose("spacetime"); texts.push(read());
    p.beside.choose("cluster");
    return texts.join("\\n");
}"""


@pytest.mark.slow
def test_no_story_answers_its_own_questions_before_the_guess(show):
    """It shows neither the verdict, nor the later stops, nor the sentences of later turning points."""
    shown = show(History(scene(ASKERS[0])[0]))
    asked = 0
    for name in ASKERS:
        history = History(*scene(name))
        shown.page.evaluate("(bundle) => raftPlayer.load(bundle)", history.bundle())
        shown.page.evaluate("raftPlayer.goTick(raftPlayer.branch.ticks)")  # all of it has been seen once
        asks = shown.look(
            """p.branch.stops.filter((event) => p.branch.events[event][3][0] === "ask").map((event) => {
                const before = new Set(p.branch.told.slice(0, event + 1).map(([text]) => text));
                const later = [...p.branch.stops, ...p.branch.turning].filter((each) => each > event);
                const [, question, {answers, right, then}] = p.branch.events[event][3];
                return [event + 1, question, answers, right, then.replace("{answer}", ""),
                        later.map((each) => p.branch.told[each][0]).filter((text) => !before.has(text))];
            })"""
        )
        assert asks
        for count, question, choices, right, then, later in asks:
            asked += 1
            read = shown.page.evaluate(READ, count)
            assert question in read
            assert shown.look("p.quiz.waiting !== null"), (name, question)
            for told in (then, *later):
                assert told not in read, (name, question, told)
            title = history.story.title.lower()
            if right and len(right) > 3:
                assert right.lower() not in title, (name, right)
            assert len(choices) >= 2
    assert asked >= len(ASKERS)
