"""A step is shown as a film: messages fly, votes land, and the sentence waits for them. The tests count frames and use no clock."""

from __future__ import annotations

import pytest

from raftlab import History
from raftlab.lab.scenes import scene
from raftlab.sim.story import Story

pytestmark = pytest.mark.browser

# The test itself asks for each frame, 1/60 s after the one before.
FRAMES = """(() => {
    let [now, waiting] = [performance.now(), []];
    window.requestAnimationFrame = (task) => waiting.push(task);
    window.frames = (count) => {
        for (let i = 0; i < count; i++) {
            now += 1000 / 60;
            const tasks = waiting;
            waiting = [];
            for (const task of tasks) task(now);
        }
    };
    window.places = () => Object.fromEntries([...document.querySelectorAll(".rl-graph .rl-message")]
        .filter((each) => each.getAttribute("visibility") !== "hidden")
        .map((each) => [each.dataset.message, each.style.transform]));
})()"""

# Press Next this many times. For each step: how many frames it took, and in how many places each message was drawn that left or arrived.
WATCH_STEPS = """(steps) => {
    const p = raftPlayer;
    const seen = [];
    for (let step = 0; step < steps && p.position.tick < p.branch.ticks; step++) {
        p.next();
        const film = p.motion.film;
        if (!film) continue;
        const [places, ways] = [{}, {}];
        let frames = 0;
        while (p.motion.film === film) {
            frames++;
            window.frames(1);
            if (p.motion.film !== film) break;
            for (const [id, place] of Object.entries(window.places())) (places[id] ??= new Set()).add(place);
            for (const { id, start, goal } of p.stage.messages.running) ways[id] = Math.abs(goal.far - start.far);
        }
        // One that rested just before the wall at which it dies has no way left to go.
        const moving = film.flights.filter(({ id, from, fate }) => from === 0 || (fate !== "rests" && !(ways[id] < 10)));
        seen.push({
            frames,
            messages: moving.map(({ id, fate, message }) => [message.kind, fate, places[id]?.size ?? 0]),
        });
    }
    return seen;
}"""

MOVING = {"viewport": {"width": 1400, "height": 1000}, "reduced_motion": "no-preference"}
STORIES = [
    "leader_crash", "minority_leader", "split_vote", "client_write", "figure_8", "three_islands",
    "two_truths", "late_replies", "snapshot", "handover", "cloudflare_lossy_50", "rejoin_pre_vote",
]  # fmt: skip


@pytest.fixture
def play(show):
    """Open the page of a story. Its frames come only when the test asks for them."""

    def open_page(story, tick=0, **settings):
        return show(story, tick, script=FRAMES, **MOVING | settings)

    return open_page


def is_seen_to_move(shown, steps):
    """Every message that leaves or arrives in these steps is drawn in eight places or more."""
    films = shown.page.evaluate(WATCH_STEPS, steps)
    moved = [(film["frames"], *message) for film in films for message in film["messages"]]
    assert [message for message in moved if message[3] < 8] == []
    assert all(24 <= film["frames"] <= 40 for film in films), "400 to 600 ms"
    return moved


def test_every_message_of_a_step_is_seen_in_eight_places_on_its_way(play):
    moved = is_seen_to_move(play("leader_crash"), steps=12)
    assert {kind for _, kind, _, _ in moved} >= {"RequestVote", "RequestVoteReply"}
    assert {fate for _, _, fate, _ in moved} == {"rests", "arrives"}


def test_what_is_sent_into_a_cut_is_seen_to_die_there(play):
    shown = play("minority_leader")
    cut = shown.look("p.branch.find(0, ([, what, , detail]) => what === 'lost' && detail[1] === 'cut')")
    shown.go(shown.look(f"p.branch.tickOf({cut}) - 1"))
    moved = is_seen_to_move(shown, steps=12)
    assert {fate for _, _, fate, _ in moved} >= {"cut"}


@pytest.mark.slow
@pytest.mark.parametrize("story", STORIES)
def test_every_message_of_twelve_stories_is_seen_on_its_way(play, story):
    assert is_seen_to_move(play(story), steps=120)


def test_the_picture_changes_from_frame_to_frame_of_a_step(play):
    shown = play("leader_crash", tick=17)
    cluster = shown.page.locator(".rl-cluster")
    shown.page.evaluate("() => { raftPlayer.next(); frames(4); }")
    pictures = []
    for _ in range(4):
        shown.page.evaluate("frames(6)")
        pictures.append(cluster.screenshot())
    assert len(set(pictures)) == 4


# Press Next, and list for each frame what is in flight and what is written beside the client.
WATCH_CLIENT = """() => {
    const p = raftPlayer;
    p.next();
    const frames = [];
    while (p.motion.film && frames.length < 100) {
        window.frames(1);
        const flying = document.querySelector(".rl-errand");
        frames.push([
            flying?.dataset.errand ?? null, flying?.textContent, flying?.style.transform,
            document.querySelector(".rl-client-words")?.textContent, document.querySelectorAll(".rl-client-tie.rl-waiting").length,
        ]);
    }
    return frames;
}"""


def test_a_request_travels_an_answer_comes_back_and_only_then_is_it_told(play):
    shown = play(History(*scene("two_copies")))
    while "about to read" not in shown.sentence():
        shown.page.evaluate("async () => { raftPlayer.next(); frames(90); await raftPlayer.settled; }")
    ahead = (
        "p.branch.operations.find(({ client, invoked }) => client === 'Bob' && invoked >= p.position.count)"
    )
    assert shown.look(ahead + ".words") == "read x"
    shown.page.evaluate("() => { const { quiz } = raftPlayer; if (quiz.waiting) raftPlayer.next(); }")
    seen = shown.page.evaluate(WATCH_CLIENT.replace(".rl-client-words", "[data-client=Bob] .rl-client-words"))
    ways = {kind: [each for each in seen if each[0] == kind] for kind in ("request", "answer")}
    for kind, word in (("request", "read x"), ("answer", "1")):
        assert {each[1] for each in ways[kind]} == {word}
        assert len({each[2] for each in ways[kind]}) >= 8, f"places of the {kind}"
        assert {(each[3], each[4]) for each in ways[kind]} == {("read x: waiting", 1)}, (
            "a line ties it to its node"
        )
    assert seen.index(ways["request"][-1]) < seen.index(ways["answer"][0])
    assert seen[-1][0] is None
    assert seen[-1][3].startswith("read x: 1")
    assert seen[-1][4] == 0


# Play for a while. Each time that the clients' words change, or the element of the first client, list both.
WATCH_FIGURES = """() => {
    raftPlayer.speed = 50;
    raftPlayer.play();
    const looks = [], figures = [];
    let errands = 0;
    for (let n = 0; n < 120; n++) {
        window.frames(1);
        errands += document.querySelectorAll(".rl-errand").length;
        const figure = document.querySelector(".rl-client");
        if (!figure) continue;
        const look = figure.parentNode.innerHTML;
        if (look !== looks.at(-1)) looks.push(look);
        if (figure !== figures.at(-1)) figures.push(figure);
    }
    return [errands, looks.length, figures.length];
}"""


def test_clients_are_drawn_again_only_when_the_state_of_one_changes(play):
    writes = tuple((tick, "propose", f"x={tick}") for tick in range(401, 500, 5))
    busy = Story(
        "busy", "Many ask", preset="etcd", ticks=500, actions=((0, "set_network", (10, 15)), *writes)
    )
    errands, looks, figures = play(History(busy), tick=440).page.evaluate(WATCH_FIGURES)
    assert errands > 10, "requests and answers travel meanwhile"
    assert looks > 1
    assert figures == looks


def test_space_and_time_is_drawn_by_the_same_motion(play):
    """The line of the present moves and the arrows grow together with the cluster's messages, from frame to frame."""
    shown = play("leader_crash", tick=19)
    shown.press("v")
    shown.page.wait_for_selector(".rl-spacetime .rl-life")
    diagram = shown.page.locator(".rl-spacetime")
    shown.page.evaluate("() => { raftPlayer.next(); frames(3); }")
    tip = """[document.querySelector(".rl-now").getAttribute("x1"), ...[...document.querySelectorAll(".rl-flight-line")].map((each) => each.getAttribute("d"))]"""
    pictures, tips = [], []
    for _ in range(4):
        shown.page.evaluate("frames(5)")
        pictures.append(diagram.screenshot())
        tips.append(shown.page.evaluate(tip))
    assert len(set(pictures)) == 4
    assert len({now for now, *_ in tips}) == 4, "the line of now"
    assert len({"".join(arrows) for _, *arrows in tips}) == 4, "the arrows"


def test_the_sentence_changes_when_its_film_has_ended(play):
    shown = play("leader_crash", tick=17)
    before = shown.sentence()
    shown.page.evaluate("() => { raftPlayer.next(); frames(10); }")
    assert shown.look("p.motion.film !== null && p.position.tick === 18")
    assert shown.sentence() == before
    shown.page.evaluate("async () => { frames(60); await raftPlayer.settled; }")
    assert shown.look("p.motion.film === null")
    assert shown.sentence() not in ("", before)


def test_a_press_ends_the_film_and_begins_the_next(play):
    shown = play("leader_crash", tick=17)
    shown.page.evaluate("() => { raftPlayer.next(); frames(5); window.first = raftPlayer.motion.film; }")
    shown.page.evaluate("() => { raftPlayer.next(); frames(2); }")
    assert shown.look("p.motion.film !== null && p.motion.film !== first")
    assert shown.look("p.motion.shown.count === first.scenes.at(-1).position.count")
    shown.page.evaluate("frames(60)")


def test_a_step_back_is_rewound_quickly(play):
    """The nodes are at once in their earlier state. Messages in flight glide back, and messages that had arrived come out again."""
    shown = play("leader_crash", tick=17)
    shown.page.evaluate("() => { raftPlayer.next(); frames(60); }")
    requests = shown.look("places()")
    assert len(requests) == 4
    shown.page.evaluate("() => { raftPlayer.next(); frames(60); }")
    answers = shown.look("places()")
    assert set(requests) - set(answers), "one has arrived"
    assert set(answers) - set(requests), "and was answered"
    shown.page.evaluate("() => { raftPlayer.back(); frames(8); }")
    assert shown.look("p.position.tick === 18 && p.motion.film !== null")
    assert set(shown.look("places()")) == {*requests, *answers}
    shown.page.evaluate("frames(9)")
    assert shown.look("p.motion.film === null"), "after 250 ms"
    assert shown.look("places()") == requests
    shown.page.evaluate("() => { raftPlayer.back(); frames(5); raftPlayer.next(); }")
    assert shown.look("p.motion.film.duration >= 400 && p.position.tick === 18"), "a press ends a rewind, too"


def test_the_world_changes_when_its_message_has_arrived(play):
    """The vote is counted when it lands, not when the step begins."""
    shown = play("leader_crash")
    vote = shown.look(
        "p.branch.find(0, ([, what, , id]) => what === 'deliver' && p.branch.message(id).kind === 'RequestVoteReply')"
    )
    shown.page.evaluate(f"raftPlayer.go(raftPlayer.branch.afterEvent({vote} - 1))")
    granted = "document.querySelectorAll('[data-node=n2] .rl-vote-granted').length"
    before = shown.look(granted)
    shown.page.evaluate(
        f"() => {{ raftPlayer.go(raftPlayer.branch.afterEvent({vote}), {{ film: true }}); frames(10); }}"
    )
    assert shown.look(granted) == before
    shown.page.evaluate("frames(60)")
    assert shown.look(granted) == before + 1


def test_a_leader_rises_and_a_crash_falls(play):
    shown = play("leader_crash", tick=21)
    animated = "document.querySelector('[data-node=n2]').getAnimations().length"
    shown.page.evaluate(
        "() => { raftPlayer.go(raftPlayer.branch.endOfTick(22), { film: true }); frames(60); }"
    )
    assert shown.look("w.views.n2.role") == "leader"
    assert shown.look(animated) == 1
    crash = shown.look("p.branch.find(0, ([, what]) => what === 'crash')")
    node = shown.look(f"p.branch.events[{crash}][2]")
    shown.page.evaluate(
        f"""() => {{
            for (const each of document.getAnimations()) each.finish();
            raftPlayer.go(raftPlayer.branch.afterEvent({crash} - 1));
            raftPlayer.go(raftPlayer.branch.afterEvent({crash}), {{ film: true }});
            frames(60);
        }}"""
    )
    assert shown.look(f"document.querySelector('[data-node={node}]').getAnimations().length") == 1


def test_heartbeats_are_one_pulse_unless_each_is_asked_for(play):
    for show, dots, pulses in ((("everything",), 0, 1), (("everything", "heartbeats"), 4, 0)):
        shown = play("leader_crash", tick=52, show=show)
        beat = shown.look(
            "p.branch.find(p.position.count, ([, what, , why]) => what === 'timer' && why === 'heartbeat')"
        )
        shown.page.evaluate(f"() => {{ raftPlayer.go(raftPlayer.branch.afterEvent({beat} - 1)); }}")
        shown.page.evaluate(
            f"() => {{ raftPlayer.go(raftPlayer.branch.afterEvent({beat}), {{ film: true }}); frames(15); }}"
        )
        assert shown.page.locator(".rl-pulse").count() == pulses
        sent = shown.look(f"p.branch.events[{beat}][4].filter((id) => id in places()).length")
        assert sent == dots


def test_with_reduced_motion_nothing_moves(play):
    shown = play("leader_crash", tick=17, reduced_motion="reduce")
    shown.press("ArrowRight")
    assert shown.look("p.motion.film === null && p.motion.shown === null")
    assert "n2" in shown.sentence()
    assert shown.look("document.getAnimations().length") == 0


def test_in_the_view_of_a_node_its_messages_leave_and_messages_for_it_arrive(play):
    shown = play("leader_crash", tick=17)
    candidate = shown.look("p.branch.events.find(([, , , , effects]) => effects?.includes('CA-1'))[2]")
    shown.page.evaluate(f"() => {{ raftPlayer.look('{candidate}'); }}")
    seen = shown.page.evaluate(
        """() => {
            const [p, ways, places] = [raftPlayer, new Set(), {}];
            for (let step = 0; step < 10; step++) {
                p.step("nextTick");
                for (let frame = 0; frame < 60 && p.motion.film; frame++) {
                    frames(1);
                    if (!p.motion.film) break;
                    for (const [id, place] of Object.entries(window.places())) {
                        if (getComputedStyle(p.stage.messages.el).display === "none") throw new Error("Nothing is shown.");
                        const { src, dst } = p.branch.message(Number(id));
                        ways.add(`${src} ${dst}`);
                        (places[id] ??= new Set()).add(place);
                    }
                }
                if (Object.keys(window.places()).length) throw new Error("At rest something is on its way.");
            }
            return { ways: [...ways].map((way) => way.split(" ")), places: Object.values(places).map(({ size }) => size) };
        }"""
    )
    assert len(seen["ways"]) == 8, "to each of the four others, and back"
    assert all(candidate in way for way in seen["ways"]), "nothing between two others"
    assert min(seen["places"]) >= 8


# -- Playing ----------------------------------------------------------------------------------------------


def test_messages_glide_while_time_runs_but_not_with_reduced_motion(play):
    glide = """() => {
        raftPlayer.speed = 1;
        raftPlayer.play();
        const seen = new Set();
        for (let frame = 0; frame < 40; frame++) { frames(1); seen.add(JSON.stringify(places())); }
        raftPlayer.stop();
        return seen.size;
    }"""
    assert play("leader_crash", tick=18).page.evaluate(glide) > 30
    still = play("leader_crash", tick=18, reduced_motion="reduce")
    assert still.look("Object.keys(places()).length") == 4
    assert still.page.evaluate(glide) == 1


def test_when_time_stops_the_messages_come_to_rest_between_the_nodes(play):
    shown = play("leader_crash", tick=18)
    shown.page.evaluate("() => { raftPlayer.speed = 5; raftPlayer.play(); frames(9); raftPlayer.stop(); }")
    running = shown.look("places()")
    assert shown.look("p.motion.film !== null")
    shown.page.evaluate("frames(60)")
    rested = shown.look("places()")
    assert running != rested
    shown.page.evaluate("raftPlayer.draw()")
    assert shown.look("places()") == rested


def test_time_stops_where_the_story_has_something_to_say(play):
    shown = play("minority_leader", tick=1)
    stop = shown.look("p.branch.find(p.position.count, ([, what]) => what === 'stop')")
    shown.page.evaluate("() => { raftPlayer.speed = 50; raftPlayer.play(); frames(300); }")
    assert shown.look("p.playing") is False
    assert shown.look("p.position.count") == stop + 1


def test_a_frame_of_playing_touches_only_what_moves(play):
    """Between two ticks no element is made, removed or measured: messages and timers only get new places."""
    shown = play("slow_network", tick=120)
    touched = shown.page.evaluate(
        """() => {
            raftPlayer.speed = 1;
            raftPlayer.play();
            frames(50);
            const tick = raftPlayer.position.tick;
            const observer = new MutationObserver(() => {});
            observer.observe(raftPlayer.root, {attributes: true, childList: true, characterData: true, subtree: true});
            frames(8);
            if (raftPlayer.position.tick !== tick) throw new Error("A tick began meanwhile.");
            const records = observer.takeRecords();
            return {
                kinds: [...new Set(records.map(({ type, attributeName, target }) =>
                    `${type} ${attributeName} ${target.getAttribute("class").split(" ")[0]}`))],
                each: records.length / 8,
                moving: document.querySelectorAll(".rl-message").length,
            };
        }"""
    )
    assert set(touched["kinds"]) <= {
        "attributes style rl-message",
        "attributes stroke-dasharray rl-timer",
    }
    assert touched["moving"] >= 3
    assert touched["each"] <= touched["moving"] + 5


# Press Next over the first event of a kind. For each frame: where the nodes and walls are drawn, and how visible the islands are.
WATCH_PARTING = """([what, most]) => {
    const p = raftPlayer;
    p.go(p.branch.afterEvent(p.branch.events.findIndex(([, each]) => each === what) - 1));
    window.frames(60);
    p.next();
    const seen = [];
    for (let frame = 0; frame < most && p.motion.film; frame++) {
        window.frames(1);
        seen.push({
            nodes: [...document.querySelectorAll(".rl-graph .rl-node")].map((each) => each.style.transform),
            wall: [...document.querySelectorAll(".rl-graph .rl-wall")].reduce((sum, each) => sum + each.getTotalLength(), 0),
            shown: Number(document.querySelector(".rl-graph .rl-island")?.parentElement.getAttribute("opacity") ?? 0),
        });
    }
    return seen;
}"""


def test_a_cut_is_seen_to_part_the_nodes_and_a_heal_to_join_them(play):
    shown = play("three_islands")
    cut = shown.page.evaluate(WATCH_PARTING, ["partition", 100])
    assert len({frame["nodes"][0] for frame in cut}) >= 8, "n1 glides"
    walls = [frame["wall"] for frame in cut]
    assert walls == sorted(walls), "the walls are built"
    assert 0 < walls[len(walls) // 2] < walls[-1]
    assert [frame["shown"] for frame in cut][-1] == 1
    heal = shown.page.evaluate(WATCH_PARTING, ["heal", 100])
    assert len({frame["nodes"][0] for frame in heal}) >= 8
    walls = [frame["wall"] for frame in heal]
    assert walls == sorted(walls, reverse=True)
    assert walls[-1] == 0
    assert shown.player.locator(".rl-graph .rl-island").count() == 0


def test_the_next_press_cuts_the_parting_short(play):
    shown = play("three_islands")
    shown.page.evaluate(WATCH_PARTING, ["partition", 8])
    assert shown.look("p.stage.glide !== null")
    shown.page.evaluate("() => { raftPlayer.next(); window.frames(1); }")
    places = shown.look(
        "[...document.querySelectorAll('.rl-graph .rl-node')].map((each) => [each.style.transform, p.stage.place(each.dataset.node)])"
    )
    for transform, place in places:
        assert transform == f"translate({round(place['x'], 1):g}px, {round(place['y'], 1):g}px)"


def test_with_reduced_motion_the_parted_cluster_stands_at_once(play):
    shown = play("three_islands", reduced_motion="reduce")
    assert shown.page.evaluate(WATCH_PARTING, ["partition", 100]) == []
    assert shown.look("p.stage.glide") is None
    assert shown.player.locator(".rl-graph .rl-island").count() == 3


def test_what_is_read_follows_ten_times_a_second_and_is_right_when_time_stops(play):
    """While time runs fast, only the stage is drawn at every tick."""
    shown = play("slow_network", tick=120)
    seen = shown.page.evaluate(
        """() => {
            const clock = document.querySelector(".rl-clock");
            raftPlayer.speed = 50;
            raftPlayer.play();
            const [ticks, told] = [new Set(), new Set()];
            for (let frame = 0; frame < 60; frame++) {
                frames(1);
                ticks.add(raftPlayer.stage.state.position.tick);
                told.add(clock.textContent);
            }
            raftPlayer.stop();
            frames(60);
            const { tick } = raftPlayer.position;
            return { ticks: ticks.size, told: told.size, last: clock.textContent, now: raftPlayer.timeline.time(tick) };
        }"""
    )
    assert seen["ticks"] >= 40
    assert 8 <= seen["told"] <= 12
    assert seen["last"] == seen["now"]
