"""Stops: questions come before the actions of their tick, sentences after them, even if other things are done by hand."""

import json
import re
from dataclasses import replace
from functools import cache

import pytest

from raftlab import STORIES, Ask, Cluster, History, Lab, Stop, Story, UserError, load, play
from raftlab.lab.scenes import WITH_A_MISTAKE, scene
from raftlab.models.scenes import SCENES
from raftlab.sim.narrate import Narration
from raftlab.sim.turning import TurningPoints


def crashing(*stops, ticks=60):
    """Three nodes; n1 leads from tick 3 on and crashes at tick 30."""
    return Story(
        "crashing", "The leader crashes", nodes=3, seed=1, ticks=ticks,
        actions=((0, "set_network", (1, 1)), (1, "time_out", "n1"), (30, "crash", "n1"), (30, "heal")),
        stops=stops,
    )  # fmt: skip


def course(trace, around=0):
    """What happened from a tick on, in order: the kinds of events, and of stops what is said."""
    return [
        event.detail[1] if event.what == "stop" else event.what
        for event in trace.events
        if event.tick >= around and event.what not in ("deliver", "timer", "lost", "goal")
    ]


def test_at_a_tick_a_question_comes_before_the_deeds_and_what_is_told_after_them():
    story = crashing(Ask(30, "What now?", ("a", "b"), "a"), (30, "It is down."))
    assert course(play(story, 30), 30) == ["What now?", "crash", "heal", "It is down."]


def test_a_stop_may_stand_between_two_deeds_of_a_tick():
    told = Stop(30, "It is down.", deeds=1)
    assert course(play(crashing(told), 30), 30) == ["crash", "It is down.", "heal"]


def test_a_stop_at_a_turning_point_follows_right_after_it():
    trace = play(crashing(("leader", "n1 leads."), (("leader", 31), "Another one leads."), ticks=100))
    for said, since in (("n1 leads.", 0), ("Another one leads.", 31)):
        (place,) = [number for number, event in enumerate(trace.events) if event.detail == ["tell", said]]
        assert trace.events[place - 1].changes["role"] == "leader"
        assert trace.events[place].tick >= since


def test_a_stop_waits_for_its_own_node():
    story = Story(
        "both", "Two stand", nodes=3, ticks=2, actions=((1, "time_out", "n1"), (1, "time_out", "n2")),
        stops=((("candidacy", 0, "n2"), "n2 stands."), (("candidacy", 0, "n1"), "n1 stands.")),
    )  # fmt: skip
    nodes = [event.node for event in play(story).events if event.what in ("time_out", "stop")]
    assert nodes == ["n1", None, "n2", None]


def test_a_stop_at_a_turning_point_names_its_node_and_its_term_whoever_it_is():
    story = crashing(("leader", "{node} leads term {term}."), (("crash", 0), "{node} is down. {x}"))
    said = [each for each in course(play(story, 40)) if each.startswith("n1")]
    assert said == ["n1 leads term 1.", "n1 is down. {x}"]


def test_a_question_says_in_the_trace_what_can_be_answered_and_what_shows_the_answer():
    ask = Ask(0, "Who asks first?", until="candidacy", then="{answer} did.")
    (event,) = [event for event in play(crashing(ask)).events if event.what == "stop"]
    assert event.detail == [
        "ask", "Who asks first?", {"answers": ["n1", "n2", "n3"], "until": "candidacy", "then": "{answer} did."}
    ]  # fmt: skip
    assert Narration(play(crashing(ask), 0)).sentences()[0].text == "Who asks first?"


def test_stops_survive_a_file_and_python_whatever_their_form():
    story = crashing(
        Ask(0, "Who?", until="leader"), Ask(("crash", 20), "Which?", ["a", "b"], "b", then="It is b."),
        (30, "Down."), ("leader", "Up."), Stop(40, "Quiet.", deeds=0),
    )  # fmt: skip
    assert Story.from_json(story.to_json()) == story
    scope = {}
    exec(story.as_python(), scope)
    assert scope["story"] == story
    assert scope["story"].checksum() == story.checksum()


def test_a_story_that_only_tells_at_ticks_can_be_read_by_an_older_raftlab():
    assert json.loads(crashing((30, "Down.")).to_json())["version"] == 2
    assert json.loads(crashing(("leader", "Up.")).to_json())["version"] == 3
    assert json.loads(crashing(Ask(0, "Who?", until="leader")).to_json())["version"] == 3


@pytest.mark.parametrize(
    "stop", [(20, "Look."), (30, "Look."), Ask(20, "Who?", until="crash"), ("leader", "Look.")]
)
def test_what_was_said_before_a_deed_by_hand_is_said_before_it_in_every_replay(stop):
    history = History(crashing(stop))
    tick = stop.at if isinstance(stop, Ask) else stop[0] if isinstance(stop[0], int) else 3
    before = course(history.branch.trace)
    branch = history.act("crash", "n2", tick=tick, seen=60)
    assert course(branch.trace)[-2:] == [
        before[-1] if tick == 30 else stop.question if isinstance(stop, Ask) else "Look.",
        "crash",
    ]
    assert branch.trace.events[: branch.fork[1]] == history.branches[0].trace.events[: branch.fork[1]]
    again = History.from_json(history.to_json())
    assert not again.is_recorded
    assert again.to_json() == history.to_json()
    second = history.act("heal", tick=tick, seen=60)
    assert course(History(second.story).branch.trace) == course(second.trace)


def test_what_was_to_be_said_later_is_left_with_the_plan():
    history = History(crashing((10, "Soon."), ("crash", "Down."), (50, "Later.")))
    branch = history.act("crash", "n1", tick=20, seen=60)
    assert [stop.says for stop in branch.story.stops] == ["Soon."]
    assert course(branch.trace, 20) == ["crash"]


def test_a_leap_comes_to_rest_where_something_is_said():
    story = replace(crashing((("leader", 31), "Another one."), (50, "Look.")), goals=())
    ticked, leapt = Cluster(story), Cluster(story)
    ticked.tick(60)
    while leapt.now < 60:
        leapt.leap(until=60)
    assert leapt.trace.events == ticked.trace.events


def test_without_a_trace_nothing_is_said_and_the_run_is_the_same():
    story = crashing(("leader", "n1 leads."), Ask(30, "What now?", ("a", "b"), "a"))
    silent, told = Cluster(story, record=False), Cluster(story)
    silent.tick(60)
    told.tick(60)
    assert silent.done == told.done
    assert silent.leader() == told.leader()


@pytest.mark.parametrize(
    ("stop", "sentence"),
    [
        (("lader", "a"), "There is no kind of turning point 'lader'. Did you mean 'leader'?"),
        (
            (("leader", -1), "a"),
            "The tick from which a stop waits for its turning point must be a whole number",
        ),
        ((("leader", 0, "n9"), "a"), "There is no node 'n9'."),
        (((), "a"), "A stop must be at a tick or at a turning point such as ('leader', 60), not at ()."),
        ((5, "a", -1), "The number of actions before a stop must be a whole number of at least 0, not -1."),
        ({"at": 5}, "A question of a story must be Ask(at, question, ...), not {'at': 5}."),
        ({"at": 5, "question": "a", "colour": 1}, "A question of a story must be Ask(at, question, ...)"),
        ("a", "Each stop of a story must be (tick, sentence) or an Ask, not 'a'."),
    ],
)
def test_a_stop_that_cannot_be_is_refused_in_a_sentence(stop, sentence):
    with pytest.raises(UserError) as error:
        crashing(stop)
    assert sentence in str(error.value)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({}, "An Ask must say which answer is right, or which turning point shows it"),
        ({"until": "lead"}, "There is no kind of turning point 'lead'. Did you mean 'leader'?"),
        ({"answers": ("yes", "no"), "right": "maybe"}, "There is no answer 'maybe'."),
        ({"answers": ("yes",), "right": "yes"}, "An Ask needs at least two answers to choose from."),
        (
            {"answers": "yes", "right": "yes"},
            "The answers of an Ask must be a list such as ['yes', 'no'], not 'yes'.",
        ),
        ({"answers": (1, 2), "right": "1"}, "An answer of an Ask is text, not 1."),
        ({"until": 5}, "An Ask whose answer is shown at a tick must say which answer is right: right='yes'."),
        ({"right": "n1", "until": -1}, "The tick at which the answer is shown must be a whole number"),
        ({"right": "n1", "then": 5}, "The sentence after the answer of an Ask must be text, not 5."),
        ({"right": "n9"}, "There is no node 'n9'."),
    ],
)
def test_a_question_that_cannot_be_is_refused_in_a_sentence(arguments, sentence):
    with pytest.raises(UserError) as error:
        crashing(Ask(0, "Who?", **arguments))
    assert sentence in str(error.value)


# -- Turning points ----------------------------------------------------------------------------------------


def turns(name):
    return [(turn.tick, turn.kind, turn.node, turn.counts) for turn in TurningPoints(play(load(name))).all()]


def test_a_run_turns_where_a_node_stands_a_vote_splits_a_leader_rises_and_a_node_refuses():
    assert [turn[1] for turn in turns("split_vote") if turn[3]] == ["candidacy", "split", "refusal", "leader"]


def test_of_what_comes_again_the_first_of_a_phase_counts_and_a_deed_begins_a_phase():
    story = crashing(ticks=100)
    leaders = [turn for turn in TurningPoints(play(story)).all() if turn.kind == "leader"]
    assert [turn.counts for turn in leaders] == [True, True], "one before the crash, one after it"
    quiet = [turn for turn in turns("no_randomness") if turn[1] == "candidacy"]
    assert sum(counts for *_, counts in quiet) == 1 < len(quiet)


def test_turning_points_of_a_growing_trace_are_those_of_the_whole():
    cluster = Cluster(load("minority_leader"))
    growing = TurningPoints(cluster.trace)
    for _ in range(10):
        cluster.tick(30)
        growing.all()
    assert growing.all() == TurningPoints(cluster.trace).all()


def test_a_player_is_handed_every_turning_point_with_its_event_and_what_each_kind_is_called():
    history = History(load("leader_crash"))
    history.act("crash", "n1", tick=40, seen=300)
    bundle = json.loads(history.to_json())
    for data, branch in zip(bundle["branches"], history.branches.values(), strict=True):
        first = branch.fork[1] if branch.fork else 0
        whole = [turn for turn in TurningPoints(branch.trace).all() if turn.event >= first]
        assert data["turns"] == [[turn.event, turn.kind, turn.node, int(turn.counts)] for turn in whole]
        assert {kind for _, kind, _, _ in data["turns"]} <= set(bundle["turns"])


# -- Every story speaks --------------------------------------------------------------------------------------

SCENE_NAMES = [*STORIES, *SCENES, *WITH_A_MISTAKE]
SOON = 5  # ticks: what is said of a turning point is said by then
ONLY_IF_IT_COMES_TO_THAT = {"three_nodes", "best_case_election"}  # with other seeds their votes may be split


@cache
def played(name):
    story, node_class = scene(name)
    return play(story, node_class=node_class)


def told(trace):
    """(number of the event, tick, what is said or asked) for each stop."""
    return [
        (number, event.tick, event.detail)
        for number, event in enumerate(trace.events)
        if event.what == "stop"
    ]


@pytest.mark.parametrize("name", SCENE_NAMES)
def test_no_turning_point_of_a_story_goes_by_without_a_word(name):
    trace = played(name)
    stops = told(trace)
    silent = [
        turn for turn in TurningPoints(trace).all()
        if turn.counts and not any(number > turn.event and tick <= turn.tick + SOON for number, tick, _ in stops)
    ]  # fmt: skip
    assert silent == []


@pytest.mark.parametrize("name", SCENE_NAMES)
def test_a_property_that_breaks_is_told_in_the_words_of_the_story(name):
    """Not only the list of properties says it: a press on Next shows a sentence that says what differs."""
    trace = played(name)
    broken = [(number, event.tick) for number, event in enumerate(trace.events) if event.what == "broken"]
    silent = [
        (tick, trace.events[number].detail)
        for number, tick in broken
        if not any(
            after > number and at == tick and "roken" in detail[1] for after, at, detail in told(trace)
        )
    ]
    assert silent == []


TO_STAND = re.compile(r"about to\b[^.?]*\b(for votes|votes?|candidates?|become leader|would win|ask again)\b")


def said_to_stand(trace):
    """The sentences that say which node will ask for votes soon: (tick, sentence, node, how long each node would still wait)."""
    fold, stops = trace.fold(), told(trace)
    for number, tick, (_, says, *_) in stops:
        if not TO_STAND.search(says):
            continue
        fold.apply(trace.events, number)
        waiting = {
            node: view["timer"][1] - tick
            for node, view in fold.views.items()
            if view["status"] == "running" and view["role"] != "leader" and view["timer"]
        }
        for event in trace.events[number:]:
            if event.tick > tick + 3:
                break
            stands = event.changes.get("role") == "candidate" or {"CA-1", "PV-1"} & set(event.rules())
            if stands and event.node in waiting and event.node in says:
                yield tick, says, event.node, waiting
                break


def test_who_is_said_to_stand_soon_has_the_shortest_ring_or_the_story_is_said_to_let_its_timer_run_out():
    found = [(name, *each) for name in SCENE_NAMES for each in said_to_stand(played(name))]
    assert len(found) > 30
    wrong = [
        (name, tick, says, waiting)
        for name, tick, says, node, waiting in found
        if waiting[node] > min(waiting.values()) and not re.search("story lets .*run out", says)
    ]
    assert wrong == []


def forgetful(trace):
    """The nodes that restart with entries that they had known to be committed: (event, node)."""
    fold, knew = trace.fold(), {}
    for number, event in enumerate(trace.events):
        if event.what == "crash" and "status" in event.changes:
            knew[event.node] = fold.views[event.node]["commit_index"]
        fold.apply(trace.events, number + 1)
        if event.what == "restart" and "leader" in trace.protocol.words:
            view = fold.views[event.node]
            if view["commit_index"] < min(knew[event.node], len(view["log"])):
                yield number, event.node


@pytest.mark.parametrize("name", SCENE_NAMES)
def test_who_restarts_does_not_know_what_is_committed_and_the_story_says_so(name):
    trace = played(name)
    sentences = [each.text for each in Narration(trace).sentences()]
    for number, node in forgetful(trace):
        tick = trace.events[number].tick
        said = [
            detail[1] + detail[2].get("then", "") if detail[0] == "ask" else detail[1]
            for after, at, detail in told(trace)
            if after > number and at <= tick + 1
        ]
        assert any("committed" in text for text in said), (name, tick, node)
        assert f"{node} restarts" in sentences[number]
        assert "does not know which of its entries are committed" in sentences[number]


def test_only_who_knew_of_a_commitment_forgets_it():
    assert [node for _, node in forgetful(played("leader_crash"))] == ["n2"]
    assert [node for _, node in forgetful(played("first_steps"))] == []


def test_a_story_that_says_too_little_would_be_found():
    story = replace(load("leader_crash"), stops=load("leader_crash").stops[:1])
    trace = play(story)
    counted = [turn for turn in TurningPoints(trace).all() if turn.counts]
    assert len(counted) > len(told(trace)) + 3


@pytest.mark.parametrize("name", SCENE_NAMES)
def test_every_stop_of_a_story_is_reached(name):
    trace = played(name)
    assert len(told(trace)) == len(trace.story.stops) or name in ONLY_IF_IT_COMES_TO_THAT


@pytest.mark.parametrize("name", SCENE_NAMES)
def test_the_right_answer_to_each_question_is_one_of_the_answers_and_the_run_shows_it(name):
    trace = played(name)
    turns = TurningPoints(trace).all()
    for number, _, (kind, *rest) in told(trace):
        if kind != "ask":
            continue
        asked = rest[1]
        until = asked.get("until")
        shown = next((turn for turn in turns if turn.event > number and turn.kind == until), None)
        if isinstance(until, int):
            assert until in [tick for other, tick, _ in told(trace) if other > number], (name, rest[0])
        right = asked.get("right", shown and shown.node)
        assert right in asked["answers"], (name, rest[0])
        assert isinstance(until, int | None) or shown, "what is waited for does come"
        assert asked.get("then"), "something is said after the guess"


LEADS = re.compile(
    r"\b(n\d)(?:, n\d)*(?: and (n\d))?(?: both| still| again)? leads?(?: again,)?(?: (?:in )?term (\d+))?(?!, with)\b"
)
STANDS = re.compile(r"\b(n\d)(?: and (n\d))? (?:becomes a|is a|are both|are) candidates? in term (\d+)")
FALLEN = re.compile(r"\b(n\d) (?:has crashed|crashes|is down|are down)\b")
BACK = re.compile(r"\b(n\d) (?:is back|is a follower|restarts)\b")
COMMITTED = re.compile(r"(\w+=\w+)(?: is committed|[^.:]*: (?:now )?it is committed)")


def world_at(trace, number):
    fold = trace.fold()
    fold.apply(trace.events, number)
    return fold.views


def wrong(trace, number, said):
    """What a sentence claims about its moment although the moment does not show it."""
    views = world_at(trace, number)
    yield from (f"there is no {node}" for node in re.findall(r"\bn\d\b", said) if node not in views)
    for match in LEADS.finditer(said):
        *nodes, term = match.groups()
        for node in filter(None, nodes):
            view = views[node]
            if view["role"] != "leader" or (term and view["term"] != int(term)):
                yield f"{node} does not lead term {term}"
    for first, second, term in STANDS.findall(said):
        for node in filter(None, (first, second)):
            if (views[node]["role"], views[node]["term"]) != ("candidate", int(term)):
                yield f"{node} does not stand for term {term}"
    yield from (f"{node} is up" for node in FALLEN.findall(said) if views[node]["status"] != "crashed")
    yield from (f"{node} is not up" for node in BACK.findall(said) if views[node]["status"] != "running")
    if "timer has run out" in said and trace.events[number - 1].what == "time_out":
        yield "its timer did not run out by itself"
    facts = [(index, term) for event, index, term in trace.committed if event < number]
    for command in COMMITTED.findall(said):
        places = {
            (index, term)
            for view in views.values()
            for index, (term, each) in enumerate(view["log"], 1)
            if each == command
        }
        if not any(place[0] <= index for place in places for index, _ in facts):
            yield f"{command} is not committed"


def test_a_sentence_that_is_not_so_is_found():
    trace = played("leader_crash")
    (crash,) = [number for number, tick, detail in told(trace) if tick == 60]
    claims = (
        "n2 leads.",
        "n1 is down.",
        "n2 is back.",
        "n3 becomes a candidate in term 2.",
        "n9 is here.",
        "x=9 is committed.",
    )
    for claim in claims:
        assert list(wrong(trace, crash, claim)), claim
    assert not list(wrong(trace, crash, "n2 has crashed. x=5 is committed."))


@pytest.mark.parametrize("name", SCENE_NAMES)
def test_what_is_told_is_so_when_it_is_told(name):
    trace = played(name)
    for number, tick, (kind, said, *_) in told(trace):
        if kind == "tell":
            assert list(wrong(trace, number, said)) == [], (name, tick, said)


def test_with_other_dice_a_lab_says_nothing_of_a_node_that_may_do_something_else():
    assert Lab("first_come").story.stops == load("first_come").stops == Lab("first_come", seed=4).story.stops
    for lab in (
        Lab("first_come", seed=5),
        Lab("best_case_election", seed=9),
        Lab("leader_crash", nodes=7, seed=3),
    ):
        assert not any(stop.names_a_node for stop in lab.story.stops)
        for number, _, (kind, said, *_) in told(lab.trace):
            assert kind == "ask" or list(wrong(lab.trace, number, said)) == []
    assert len(told(Lab("three_nodes", nodes=9, seed=2).trace)) >= 2


def test_a_lab_with_questions_prints_as_python_that_makes_it_again():
    scope = {}
    exec(Lab("leader_crash").as_python().removesuffix("Lab(story)"), scope)
    assert scope["story"] == Lab("leader_crash").story
