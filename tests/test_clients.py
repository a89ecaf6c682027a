"""The clients of workloads, and their histories: linearizable, or found not to be."""

from dataclasses import replace
from itertools import pairwise
from random import Random

import pytest
from faulty import disturb, drawn, faulty_run, heal

from raftlab import STORIES, Cluster, Story, UserError, draw_spacetime, load, play
from raftlab.checks.linearizability.judge import check_linearizability
from raftlab.draw import describe_spacetime
from raftlab.sim.branches import History
from raftlab.sim.narrate import as_text
from raftlab.sim.operations import Operation, RecordedOperation, is_stale, recorded_operations
from raftlab.stories.clients import CLIENTS

LEASES = ("StickyVotes", "LeaseReads", "NoOp")
QUIET = {"think": (0, 0), "timeout": 10}


def led(*extensions, nodes=3, seed=1):
    """A cluster with a leader that all nodes follow."""
    cluster = Cluster(Story("led", "Led", nodes, seed, extensions=extensions, goals=()))
    assert cluster.run_until("leader", within=200)
    cluster.tick(10)
    return cluster


def words(cluster):
    return [operation.words() for operation in cluster.trace.operations()]


def events(cluster, what):
    return [event for event in cluster.trace.events if event.what == what]


# -- How a client behaves -------------------------------------------------------------------------------


def test_a_client_asks_one_thing_after_the_other_and_is_told_what_the_machine_says():
    cluster = led()
    assert cluster.clients(1, {"commands": ["x?", "x=5", "x+=6", "x:5->7", "x:56->8", "x?"], **QUIET}) == [
        "c1"
    ]
    cluster.tick(100)
    assert words(cluster) == [
        "get x → nothing", "put x 5", "append x 6", "cas x (5, 7) → refused", "cas x (56, 8) → done", "get x → 8",
    ]  # fmt: skip
    operations = cluster.trace.operations()
    assert operations[3] == Operation("c1", "cas", "x", ("5", "7"), False, *operations[3][5:])
    for one, next_one in pairwise(operations):
        assert one.invoked < one.returned <= next_one.invoked


def test_clients_write_no_value_twice_and_have_one_operation_each_at_a_time():
    cluster = led()
    cluster.clients(4, {"operations": ["put", "append"], "think": (0, 5)})
    cluster.tick(300)
    operations = cluster.trace.operations()
    assert {each.client for each in operations} == {"c1", "c2", "c3", "c4"}
    written = [each.argument.strip(",") for each in operations]
    assert len(written) > 60
    assert len(set(written)) == len(written)
    for client in ("c1", "c2", "c3", "c4"):
        assert [each.returned is None for each in operations if each.client == client].count(True) <= 1


def test_a_client_that_asks_a_follower_goes_where_it_is_sent():
    cluster = led()
    follower = next(id for id in cluster.ids if id != cluster.leader())
    cluster.clients(1, {"commands": ["x?"], "nodes": [follower, cluster.leader()], **QUIET})
    cluster.tick(20)
    assert [event.node for event in events(cluster, "propose")] == [follower, cluster.leader()]
    assert words(cluster) == ["get x → nothing"]


def test_a_swap_that_fails_tells_what_is_there_so_that_the_next_one_can_fit():
    cluster = led()
    cluster.write("x", "old")
    cluster.clients(1, {"operations": ["cas"], "keys": ["x"], **QUIET})
    cluster.tick(30)
    results = [
        operation.result for operation in cluster.trace.operations(by_hand=False) if operation.returned
    ]
    assert results[0] is False
    assert set(results[1:]) == {True}


@pytest.mark.parametrize("seed", range(5))
def test_a_client_that_knows_all_nodes_needs_two_questions_at_most_to_find_the_leader(seed):
    cluster = led(nodes=5, seed=seed)
    cluster.clients(1, {"operations": ["get"], **QUIET})
    cluster.tick(5)
    asked = [event.node for event in events(cluster, "propose")]
    assert asked[-1] == cluster.leader()
    assert len(asked) <= 2


def test_a_client_that_knows_one_node_asks_no_other():
    cluster = led()
    follower = next(id for id in cluster.ids if id != cluster.leader())
    cluster.clients(1, {"commands": ["x?"], "nodes": [follower], **QUIET})
    cluster.tick(50)
    given = events(cluster, "propose")
    assert {event.node for event in given} == {follower}
    assert {later.tick - event.tick for event, later in pairwise(given)} == {
        6
    }  # a heartbeat interval, once it is told
    assert words(cluster) == ["get x → ?"]


def test_a_client_without_an_answer_asks_again_after_its_timeout():
    """Two of three nodes are down: no node can commit, and the leader cannot answer."""
    cluster = led()
    for follower in [id for id in cluster.ids if id != cluster.leader()]:
        cluster.crash(follower)
    leader = cluster.leader()
    cluster.clients(1, {"commands": ["x?"], "nodes": [leader], "think": (0, 0), "timeout": 7})
    start = cluster.now
    cluster.tick(30)
    assert [event.tick - start for event in events(cluster, "propose")] == [1, 8, 15, 22, 29]
    assert {event.detail["client"] for event in events(cluster, "propose")} == {"c1.1"}


def test_a_client_gives_up_when_its_patience_ends_and_never_knows_what_happened():
    cluster = led()
    for follower in [id for id in cluster.ids if id != cluster.leader()]:
        cluster.crash(follower)
    cluster.clients(1, {"operations": ["put"], "patience": 25, "sessions": False, **QUIET})
    cluster.tick(100)
    operations = cluster.trace.operations()
    assert len(operations) > 2
    assert all(each.returned is None for each in operations)
    assert operations[1].invoked - operations[0].invoked == 26
    assert len(events(cluster, "give_up")) == len(operations) - 1


def test_an_answer_to_an_older_question_is_no_answer():
    """The leader answers a request that the client gave up long ago. Now the client waits for something else."""
    cluster = led()
    cluster.set_network((1, 1))
    cluster.tick(5)
    leader = cluster.leader()
    for follower in [id for id in cluster.ids if id != leader]:
        cluster.cut(follower, leader, one_way=True)
    settings = {
        "commands": ["x=1", "x?"],
        "nodes": [leader],
        "patience": 10,
        "sessions": False,
        "think": (0, 0),
    }
    cluster.clients(1, settings | {"timeout": 99})
    cluster.tick(11)
    cluster.heal()
    cluster.tick(14)
    (tick, *old), (later, *new) = cluster.answers
    assert (old, new) == (["c1.1", "ok"], ["c1.2", "1"])
    assert events(cluster, "invoke")[1][0] < tick < later
    assert words(cluster) == ["put x 1 → ?", "get x → 1"]


def test_clients_that_are_stopped_finish_what_they_have_begun_and_begin_nothing():
    cluster = led()
    cluster.clients(3, {"think": (0, 3)})
    cluster.tick(50)
    cluster.stop_clients()
    stopped = cluster.now
    cluster.tick(50)
    operations = cluster.trace.operations()
    assert max(each.invoked for each in operations) <= stopped
    assert all(each.returned is not None for each in operations)
    assert any(each.returned > stopped for each in operations)


def test_a_crashed_or_paused_node_says_nothing():
    cluster = led()
    leader = cluster.leader()
    cluster.pause(leader)
    cluster.clients(1, {"commands": ["x?"], "nodes": [leader], **QUIET})
    cluster.tick(25)
    assert events(cluster, "propose") == []
    cluster.resume(leader)
    cluster.tick(10)
    assert len(events(cluster, "propose")) > 0


MISTAKES = [
    ((0,), "The number of clients must be a whole number from 1 to 20, not 0."),
    ((1, {"sessions": "no"}), "The sessions of clients must be True or False, not 'no'."),
    ((1, ["x"]), "The settings of clients must be like {'keys': ['x']}, not ['x']."),
    ((1, {"key": ["x"]}), "There is no setting of clients 'key'. Did you mean 'keys'?"),
    ((1, {"keys": "xy"}), "The keys of clients must be a list of texts, not 'xy'."),
    ((1, {"keys": []}), "The keys of clients must be a list of texts, not []."),
    ((1, {"keys": ["x="]}), "A key of clients must be a word such as 'x', not 'x='."),
    ((1, {"operations": ["read"]}), "There is no operation 'read'."),
    ((1, {"commands": ["hello"]}), "A command of clients must be like 'x=5', 'x?', 'x+=5' or 'x:5->6', not 'hello'."),
    ((1, {"nodes": ["n9"]}), "There is no node 'n9'."),
    ((1, {"think": 5}), "The think time of clients is a pair of ticks such as (1, 20), not 5."),
    ((1, {"think": (5, 1)}), "The think time of clients is the wrong way round: of (5, 1) the shorter one must come first."),
    ((1, {"timeout": 0}), "The timeout of clients must be a whole number of at least 1, not 0."),
    ((1, {"patience": "long"}), "The patience of clients must be a whole number of at least 1, not 'long'."),
]  # fmt: skip


def test_settings_of_any_form_can_be_replayed_from_a_file():
    """A set or a generator can be given, but the story contains a list."""
    cluster = led()
    cluster.clients(1, {"keys": {"x"}, "commands": (f"x={number}" for number in range(3)), "think": range(2)})
    story = replace(cluster.story, actions=tuple(cluster.done), ticks=200)
    cluster.tick(200 - cluster.now)
    assert play(Story.from_json(story.to_json())).operations() == cluster.trace.operations()


@pytest.mark.parametrize(("arguments", "sentence"), MISTAKES, ids=[sentence[:45] for _, sentence in MISTAKES])
def test_a_mistake_is_one_sentence_and_brings_no_client(arguments, sentence):
    cluster = led()
    with pytest.raises(UserError) as error:
        cluster.clients(*arguments)
    assert str(error.value).startswith(sentence)
    assert (cluster.done, cluster.workers) == ([], {})


# -- As part of a story -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CLIENTS)
def test_a_story_with_clients_is_data_that_gives_the_same_history_again(name):
    story = load(name)
    scope = {}
    exec(story.as_python(), scope)
    histories = []
    for each in (story, Story.from_json(story.to_json()), scope["story"]):
        cluster = Cluster(each)
        cluster.tick(each.ticks)
        histories.append((cluster.trace.operations(), cluster.trace.events))
    assert histories[0][0]
    assert histories[1] == histories[0] == histories[2]


def test_what_a_client_does_can_be_changed_in_the_past_and_saved_with_its_branches():
    history = History(load("stale_read"))
    before = history.branch.trace.operations()
    branch = history.act("clients", 1, {"commands": ["x?"], "nodes": ["n3"]}, tick=70)
    assert branch.trace.operations()[:2] == before[:2]
    assert branch.trace.operations()[2].result == "2"
    again = History.from_json(history.to_json())
    assert again.branch.trace.operations() == branch.trace.operations()


def test_every_client_has_dice_of_its_own():
    """One more client does not change what the first one asks for."""
    wishes = []
    for count in (1, 2):
        cluster = led()
        cluster.clients(count, {"operations": ["get"], "keys": ["x", "y", "z"]})
        cluster.tick(200)
        wishes.append([each.key for each in cluster.trace.operations() if each.client == "c1"])
    assert len(wishes[0]) > 5
    shorter = min(map(len, wishes))
    assert wishes[0][:shorter] == wishes[1][:shorter]


def test_the_prose_of_a_trace_tells_what_clients_want_and_hear():
    cluster = Cluster(load("stale_read"))
    cluster.tick(100)
    text = as_text(cluster.trace)
    for line in (
        "Client c2 asks: write x=2.",
        "Client c3.1 asks n1 “x?”, and is answered at once: 1.",
        "Client c3 is told: 1.",
    ):
        assert line in text


def test_the_space_time_diagram_has_a_row_for_each_client_only_where_there_are_any():
    def drawn(name):
        ax = draw_spacetime(play(load(name)))
        return (
            ax,
            [label.get_text() for label in ax.get_yticklabels()],
            {text.get_text() for text in ax.texts},
        )

    ax, rows, texts = drawn("asked_twice")
    assert rows == ["n1", "n2", "n3", "", "c1"]
    assert {"append x 2", "get x → 122"} <= texts
    assert "client: from request to answer" in [text.get_text() for text in ax.get_legend().get_texts()]
    assert "c1: append x 2, ticks 52 to 84." in ax.get_label()
    ax, rows, _ = drawn("three_nodes")
    assert rows == ["n1", "n2", "n3"]
    assert ax.get_legend() is None


def test_an_operation_that_is_answered_after_the_picture_ends_is_open_in_it():
    trace = play(load("asked_twice"))
    told = describe_spacetime(trace, 40, 80)
    assert "c1 asks append x at tick 52 and is not answered by tick 80." in told
    legend = draw_spacetime(trace, 40, 80).get_legend()
    assert "client: never answered: open" in [text.get_text() for text in legend.get_texts()]


# -- Sessions: once, whatever happens -----------------------------------------------------------------------


def test_what_was_done_in_a_session_is_not_done_again_after_a_snapshot_was_installed_or_a_node_restarted():
    """The client repeats a command with the same number, at a node that knows its session only from a snapshot."""
    cluster = led("Snapshots", nodes=3, seed=1)
    leader = cluster.leader()
    late, other = [id for id in cluster.ids if id != leader]
    cluster.crash(late)
    for command in ("open", "s1.1 x=1", "s1.2 x+=2", "y=1", "y=2"):
        cluster.propose(command)
        cluster.tick(5)
    cluster.snapshot(leader)
    cluster.tick(5)
    cluster.restart(late)
    cluster.run_until(lambda c: c.nodes[late].log.start > 0, within=50)
    assert any(message[0] == "InstallSnapshot" for message in cluster.trace.messages)

    cluster.snapshot(other)
    cluster.crash(leader)
    cluster.crash(other)
    cluster.restart(other)  # what it knows, it knows from its disk
    cluster.time_out(late)
    cluster.run_until("leader", cluster.now, within=100)
    assert cluster.leader() == late
    client = cluster.propose("s1.2 x+=2")
    cluster.propose("x?")
    cluster.tick(20)
    answers = {name: text for _, name, text in cluster.answers}
    assert answers[client] == "ok"
    assert cluster.answers[-1][2] == "12"
    assert {cluster.machines[id].values["x"] for id in (late, other)} == {"12"}


def test_a_client_whose_session_has_expired_gives_up_and_opens_another():
    """It does not repeat a command with a new number, because then the command could be carried out twice."""
    cluster = led()
    for machine in cluster.machines.values():
        machine.most_sessions = 1
    cluster.clients(1, {"operations": ["append"], "think": (10, 10)})
    cluster.tick(30)
    cluster.propose("open")
    cluster.tick(60)
    assert len(events(cluster, "give_up")) == 1
    given = [event.detail["command"] for event in events(cluster, "propose")]
    assert "open" in given[:1]
    assert any(command.startswith("s3.") for command in given)
    assert check_linearizability(cluster.trace.operations())
    appended = [command.rpartition(",")[2] for command in given if "+=" in command]
    assert len(appended) == len(set(appended))


# -- The truth --------------------------------------------------------------------------------------------------

WRONG_AND_RIGHT = [
    ("stale_read", "confirmed_read"),
    ("asked_twice", "asked_in_session"),
    ("slow_clock", "right_clock"),
]


def verdict(story):
    cluster = Cluster(story)
    cluster.tick(story.ticks)
    assert cluster.trace.broken() == {}, (
        "no property of Figure 3 may break: only what clients are told is wrong"
    )
    return check_linearizability(cluster.trace.operations())


@pytest.mark.parametrize(("wrong", "right"), WRONG_AND_RIGHT)
def test_what_cannot_be_is_convicted_and_its_cure_is_not(wrong, right):
    found = verdict(load(wrong))
    assert not found
    assert found.stuck.kind == "get"
    assert verdict(load(right))


def without_sessions(action):
    return [{**each, "sessions": None} if isinstance(each, dict) else each for each in action]


@pytest.mark.parametrize(("wrong", "right"), WRONG_AND_RIGHT)
def test_a_cure_differs_from_its_disease_in_one_thing(wrong, right):
    """They differ in the extensions, the session or the clock, but not in what people do and when."""
    one, other = load(wrong), load(right)
    plain = [
        [without_sessions(action) for action in story.actions if action[1] != "drift"]
        for story in (one, other)
    ]
    assert plain[0] == plain[1]
    assert (one.seed, one.nodes, one.start) == (other.seed, other.nodes, other.start)


def test_a_voter_that_crashes_forgets_its_promise_and_a_lease_is_worth_nothing_although_all_clocks_are_right():
    assert not verdict(load("forgotten_promise"))
    kept = load("forgotten_promise")
    actions = tuple(action for action in kept.actions if action[1] not in ("crash", "restart"))
    assert verdict(replace(kept, actions=actions))


def test_a_slow_clock_does_no_harm_within_the_bound_that_the_lease_allows_for():
    story = load("slow_clock")
    actions = tuple((*action[:3], 0.84) if action[1] == "drift" else action for action in story.actions)
    assert actions != story.actions
    assert verdict(replace(story, actions=actions))


RIGHT = {
    "Raft": (),
    "Raft with snapshots": ("Snapshots",),
    "ReadIndex": ("ReadIndex", "NoOp"),
    "everything": ("StickyVotes", "PreVote", "CheckQuorum", "ReadIndex", "NoOp", "Transfer", "Snapshots", "FastBackup"),
}  # fmt: skip


def faulty_history(seed, *extensions, **settings):
    """The operations of three clients during many faults and after their repair. tests/faulty.py writes other keys."""
    dice = Random(f"clients/{seed}")
    cluster = Cluster(
        Story("faulty", "A faulty run", dice.choice([3, 4, 5]), seed, extensions=extensions, goals=())
    )
    if "Snapshots" in extensions:
        cluster.snapshot_every(dice.choice([1, 3, 10]))
    cluster.clients(3, {"keys": ["a", "b"], **settings})
    for _ in range(400):
        cluster.tick()
        if dice.random() < 0.1:
            disturb(cluster, dice)
    heal(cluster)
    cluster.tick(200)
    cluster.stop_clients()
    cluster.tick(200)
    assert cluster.trace.broken() == {}
    operations = cluster.trace.operations()
    assert len(operations) > 10, "a run in which nobody was told anything shows nothing"
    return operations


@pytest.mark.parametrize("name", RIGHT)
@pytest.mark.parametrize("seed", range(5))
def test_what_clients_are_told_is_linearizable_whatever_goes_wrong(name, seed):
    assert check_linearizability(faulty_history(seed, *RIGHT[name]))


@pytest.mark.slow
@pytest.mark.parametrize("name", RIGHT)
def test_what_clients_are_told_is_linearizable_over_many_seeds(name):
    wrong = [seed for seed in range(5, 205) if not check_linearizability(faulty_history(seed, *RIGHT[name]))]
    assert wrong == []


def test_clients_that_give_up_leave_histories_that_are_linearizable():
    for seed in range(5):
        operations = faulty_history(seed, patience=20)
        assert check_linearizability(operations)


def test_what_is_written_by_hand_belongs_to_the_history():
    """Otherwise a correct run would be refused for a value that no client of a workload has written."""
    cluster = led()
    cluster.write("x", 1)
    cluster.tick(30)
    cluster.clients(2, {"keys": ["x"]})
    cluster.tick(120)
    operations = cluster.trace.operations()
    assert operations[0].words() == "put x 1"
    assert check_linearizability(operations)
    assert not check_linearizability(cluster.trace.operations(by_hand=False))


def test_a_read_by_hand_can_convict():
    verdict_on = {}
    for name in (
        "frozen_leader",
        "false_witness",
        "client_write",
        "quorum_loss",
        "github_43_seconds",
        "figure_7",
    ):
        cluster = Cluster(load(name), record=True)
        cluster.tick(cluster.story.ticks)
        verdict_on[name] = check_linearizability(cluster.trace.operations()).ok
    assert [name for name, ok in verdict_on.items() if not ok] == ["frozen_leader", "false_witness"]


def test_what_is_asked_by_hand_counts_as_answered_only_where_that_is_certain():
    cluster = led()
    cluster.propose("x=1", "a follower")  # refused at once: it was never done
    cluster.propose("nonsense")
    cluster.propose("x:1->2", client="twin")
    cluster.propose("x=3", client="twin")  # which of the two is answered?
    cluster.propose("s1.1 x=4")  # done once, or never
    cluster.read("x", client="reader")
    cluster.tick(30)
    told = [operation.words() for operation in cluster.trace.operations()]
    assert told == ["cas x (1, 2) → ?", "put x 3 → ?", "put x 4 → ?", "get x → 3"]
    assert check_linearizability(cluster.trace.operations())


def test_what_logs_hold_when_a_story_begins_may_be_read_later():
    cluster = Cluster(
        Story("old", "Old entries", 3, start={f"n{n}": {"term": 1, "log": ["1:x=7"]} for n in (1, 2, 3)})
    )
    cluster.run_until("leader")
    cluster.write("y", 1)
    cluster.read("x")
    cluster.tick(30)
    told = [operation.words() for operation in cluster.trace.operations()]
    assert told == ["put x 7 → ?", "put y 1", "get x → 7"]
    assert check_linearizability(cluster.trace.operations())


@pytest.mark.parametrize("seed", range(20))
def test_what_is_asked_by_hand_and_by_clients_of_drawn_worlds_is_linearizable_whatever_goes_wrong(seed):
    operations = faulty_run(seed, drawn(seed), record=True).trace.operations()
    assert operations
    assert check_linearizability(operations)


def test_without_sessions_faults_convict_within_a_few_runs():
    convicted = [
        seed for seed in range(20) if not check_linearizability(faulty_history(seed, sessions=False))
    ]
    assert len(convicted) > 2


def lonely_leaders(seed, *extensions, rate=1.0):
    """Four leaders, one after the other, each cut off while a reader stands beside every node.

    rate: of the leader's clock, from when it is cut off until it is back.
    """
    cluster = Cluster(Story("lonely", "Lonely leaders", 3, seed, extensions=extensions, goals=()))
    cluster.clients(2, {"keys": ["a"], "operations": ["put"], "think": (0, 4), "timeout": 6})
    for id in cluster.ids:
        cluster.clients(
            1, {"keys": ["a"], "operations": ["get"], "think": (0, 4), "timeout": 6, "nodes": [id]}
        )
    dice = Random(f"lonely/{seed}")
    for _ in range(4):
        cluster.run_until("leader", cluster.now, within=300)
        leader = cluster.leader()
        cluster.tick(int(dice.random() * 10))
        cluster.drift(leader, rate)
        cluster.isolate(leader)
        cluster.tick(60)
        cluster.heal()
        cluster.drift(leader, 1)
        cluster.tick(30)
    return cluster.trace.operations()


def convicted(seeds, *extensions, rate=1.0):
    return [seed for seed in seeds if not check_linearizability(lonely_leaders(seed, *extensions, rate=rate))]


def test_lonely_leaders_are_convicted_if_they_just_answer_and_not_if_they_ask_first():
    assert len(convicted(range(10), "LocalReads")) == 10
    assert convicted(range(10), "ReadIndex", "NoOp") == []


def test_leases_convict_where_a_clock_is_far_too_slow_and_not_within_their_bound():
    assert len(convicted(range(10), *LEASES, rate=0.1)) > 2
    assert convicted(range(10), *LEASES) == convicted(range(10), *LEASES, rate=0.84) == []


@pytest.mark.slow
def test_leases_hold_within_the_bound_of_clock_drift_over_many_seeds():
    assert convicted(range(10, 210), *LEASES, rate=0.84) == []
    assert convicted(range(10, 110), *LEASES) == []


def test_a_read_is_stale_that_tells_what_was_overwritten_before_it_was_asked():
    trace = play(load("stale_read"))
    asked = recorded_operations(trace.events)
    reads = [each for each in asked if each.kind == "get"]
    assert [each.text for each in reads if is_stale(each, asked)] == ["1"]
    answered = [
        each for each in recorded_operations(play(load("confirmed_read")).events) if each.returned is not None
    ]
    assert any(each.kind == "get" for each in answered)
    assert not any(is_stale(each, answered) for each in answered)


def test_a_read_beside_the_write_that_it_misses_is_not_stale():
    """The write of 2 is answered after the read was asked: then both orders are possible."""
    one = RecordedOperation("a", False, "put", "x", "1", invoked=0, ended=2, returned=2)
    two = RecordedOperation("a", False, "put", "x", "2", invoked=3, ended=6, returned=6)
    early = RecordedOperation("b", False, "get", "x", None, invoked=5, ended=8, returned=8, result="1")
    late = RecordedOperation("b", False, "get", "x", None, invoked=7, ended=8, returned=8, result="1")
    again = RecordedOperation("c", False, "put", "x", "1", invoked=4)
    assert not is_stale(early, [one, two, early])
    assert is_stale(late, [one, two, late])
    assert not is_stale(late, [one, two, again, late]), "an unanswered write of 1 may have come last"


@pytest.mark.slow
def test_a_stale_read_is_never_linearizable():
    """If a story of the library calls a read stale, no order of its operations explains it."""
    for story in STORIES.values():
        trace = play(story)
        asked = recorded_operations(trace.events)
        if any(is_stale(each, asked) for each in asked):
            assert not check_linearizability(trace.operations()), story.name
