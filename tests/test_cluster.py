"""The cluster: every verb by its effect on the trace, and every mistake by a sentence that changes nothing."""

import json

import pytest
from faulty import disturbed, faulty_story

from raftlab import Cluster, Raft, Story, UserError
from raftlab.sim.verbs import VERBS


def snapshot(cluster):
    """Everything that must stay the same after a mistake."""
    trace = cluster.trace
    return json.dumps([trace.events, trace.messages, trace.ticks, cluster.done]), dict(cluster.status)


def led(nodes=5, seed=2, extensions=()):
    """A cluster with a leader that all nodes follow."""
    cluster = Cluster(Story("led", "Led", nodes, seed, extensions=extensions, goals=()))
    assert cluster.run_until("leader", within=200)
    cluster.tick(10)
    return cluster


def events(cluster, what):
    return [event for event in cluster.trace.events if event.what == what]


def test_a_new_leader_is_elected_after_a_crash_and_no_written_value_is_lost():
    """Paper 5.2, 5.4: a majority goes on without the leader, with everything committed."""
    cluster = led()
    first = cluster.leader()
    cluster.write("x", 5)
    cluster.tick(30)

    cluster.crash("leader")

    assert cluster.run_until("leader", within=200)
    assert cluster.leader() != first
    cluster.read("x")
    cluster.tick(30)
    assert cluster.answers[-1][2] == "5"
    assert cluster.trace.broken() == {}


def test_a_crashed_node_does_nothing_until_it_is_restarted_with_what_it_saved():
    cluster = led()
    cluster.write("x", 5)
    cluster.tick(20)
    term, log = cluster.nodes["n2"].term, list(cluster.nodes["n2"].log)
    cluster.crash("n2")
    cluster.tick(50)
    assert cluster.trace.view("n2", cluster.now).status == "crashed"
    cluster.restart("n2")
    node = cluster.nodes["n2"]
    assert (node.term, list(node.log)) == (term, log)
    assert (node.role.value, node.commit_index, node.last_applied) == ("follower", 0, 0)


def test_a_crash_between_saving_and_sending_keeps_the_vote_and_sends_no_reply():
    """ST-P0: what was saved is there after the restart, although no other node was told."""
    cluster = Cluster(nodes=3, seed=1)
    cluster.crash("n2", after="Save")
    cluster.time_out("n1")
    for _ in range(10):
        cluster.tick()
        if cluster.status["n2"] == "crashed":
            break
    deliveries = [e for e in events(cluster, "deliver") if e.node == "n2"]
    assert deliveries[-1][4] == ["ALL-2", "save"], "it fell over right after its first save"
    assert not [m for m in cluster.trace.messages if m[1] == "n2"]
    cluster.restart("n2")
    assert (cluster.nodes["n2"].term, cluster.nodes["n2"].voted_for) == (1, None)


def test_a_vote_that_was_saved_but_never_sent_is_kept_after_the_restart():
    """ST-P0, 5.2: n2 has voted, although no other node knows it, and so it refuses n3 in the same term."""
    story = Story("vote", "A vote nobody hears of", nodes=3, start={"n2": {"term": 1}}, goals=())
    cluster = Cluster(story)
    cluster.set_network(delay=(1, 1))
    cluster.cut("n1", "n3")
    cluster.crash("n2", after="Save")
    cluster.time_out("n1")
    cluster.tick()
    assert cluster.status["n2"] == "crashed"
    assert not [m for m in cluster.trace.messages if m[1] == "n2"]

    cluster.restart("n2")
    assert (cluster.nodes["n2"].term, cluster.nodes["n2"].voted_for) == (1, "n1")
    cluster.time_out("n3")
    cluster.tick(2)
    (reply,) = [m for m in cluster.trace.messages if m[1] == "n2"]
    assert reply[:4] + reply[6:] == ["RequestVoteReply", "n2", "n3", 1, False]


def test_a_node_that_is_to_crash_after_an_effect_lives_until_it_has_one():
    cluster = led()
    cluster.isolate("n2")
    cluster.crash("n2", after="Send")
    for _ in range(40):
        cluster.tick()
        if cluster.status["n2"] == "crashed":
            break
        assert not [m for m in cluster.trace.messages if m[1] == "n2" and m[4] == cluster.now]
    assert cluster.trace.messages[-1][:2] == ["RequestVote", "n2"], "it fell over when it asked for votes"


def test_entries_that_were_saved_but_not_confirmed_are_there_after_the_restart():
    """ST-P0, ST-P3"""
    cluster = led(nodes=3)
    follower = next(id for id in cluster.ids if id != cluster.leader())
    cluster.crash(follower, after="Save")
    cluster.write("x", 5)
    cluster.tick(4)
    assert cluster.status[follower] == "crashed"
    cluster.restart(follower)
    assert [entry.command for entry in cluster.nodes[follower].log] == ["x=5"]


def test_a_crash_that_was_armed_does_not_wait_for_the_next_life():
    cluster = led(nodes=3)
    follower = next(id for id in cluster.ids if id != cluster.leader())
    cluster.crash(follower, after="Save")
    cluster.crash(follower)
    cluster.restart(follower)
    cluster.write("x", 5)
    cluster.tick(20)
    assert cluster.status[follower] == "running"


def test_what_a_crash_cuts_off_is_not_done():
    """A leader that crashes after its first save has told no other node of the command."""
    cluster = led(nodes=3)
    leader = cluster.leader()
    cluster.tick(2)
    sent = len(cluster.trace.messages)
    cluster.crash(leader, after="Save")
    cluster.write("x", 5)
    assert len(cluster.trace.messages) == sent
    assert events(cluster, "propose")[-1][4] == ["LE-2", "save"]
    assert cluster.disks[leader].log.entries_from(1)[-1].command == "x=5"


def test_a_crash_after_the_first_message_leaves_the_others_unsent():
    cluster = Cluster(nodes=5, seed=1)
    cluster.crash("n1", after="Send")
    cluster.time_out("n1")
    assert len(cluster.trace.messages) == 1
    assert cluster.status["n1"] == "crashed"


def test_a_paused_node_is_frozen_and_finds_its_messages_when_it_goes_on():
    cluster = led()
    follower = next(id for id in cluster.ids if id != cluster.leader())
    cluster.pause(follower)
    before = len([e for e in events(cluster, "deliver") if e.node == follower])
    cluster.tick(40)
    assert len([e for e in events(cluster, "deliver") if e.node == follower]) == before
    cluster.resume(follower)
    cluster.tick()
    assert len([e for e in events(cluster, "deliver") if e.node == follower]) > before + 3


def test_a_partition_lets_nothing_through_and_a_heal_lets_everything():
    cluster = led()
    cluster.partition(["n1", "n2"], ["n3", "n4", "n5"])
    cluster.tick(60)
    since = [e for e in events(cluster, "lost") if e.detail[1] == "cut"]
    assert since
    sides = [{"n1", "n2"}, {"n3", "n4", "n5"}]
    for _, _, _, (id, _), *_ in since:
        message = cluster.trace.message(id)
        assert not any({message.src, message.dst} <= side for side in sides)
    cluster.heal()
    cluster.tick(5)
    lost = len(events(cluster, "lost"))
    cluster.tick(60)
    assert len(events(cluster, "lost")) == lost


def test_a_one_way_cut_loses_one_direction_only():
    cluster = led()
    leader = cluster.leader()
    other = next(id for id in cluster.ids if id != leader)
    cluster.cut(leader, other, one_way=True)
    cluster.tick(10)
    lost = {
        (cluster.trace.message(e.detail[0]).src, cluster.trace.message(e.detail[0]).dst)
        for e in events(cluster, "lost")
    }
    assert lost == {(leader, other)}


def test_a_flapping_link_is_up_and_down_in_turn():
    cluster = Cluster(nodes=3, seed=1)
    cluster.flap("n1", "n2", 4, 3)
    states = []
    for _ in range(14):
        cluster.tick()
        states.append(cluster.network.links["n1", "n2"].up)
    assert states == ([True] * 3 + [False] * 3 + [True]) * 2


def test_loss_duplication_and_delay_do_what_they_say():
    cluster = led()
    cluster.set_network(loss=1.0)
    cluster.tick(6)
    assert {e.detail[1] for e in events(cluster, "lost")} == {"loss"}
    cluster.set_network(delay=(7, 7), loss=0, duplication=1.0)
    sent = len(cluster.trace.messages)
    cluster.tick(20)
    late = cluster.trace.messages[sent:]
    assert {arrives - at for _, _, _, _, at, arrives, *_ in late} == {7}
    assert len(events(cluster, "copy")) * 2 == len(late)


def test_a_message_can_be_dropped_doubled_and_delivered_now():
    for verb, told in (("drop", "lost"), ("duplicate", "copy"), ("deliver", "deliver")):
        cluster = Cluster(nodes=3, seed=1)
        cluster.time_out("n1")
        getattr(cluster, verb)(0)
        found = events(cluster, told)
        assert len(found) == 1
        cluster.tick(10)
        arrived = [
            e
            for e in events(cluster, "deliver")
            if cluster.trace.messages[e.detail][:3] == ["RequestVote", "n1", "n2"]
        ]
        assert len(arrived) == {"drop": 0, "duplicate": 2, "deliver": 1}[verb]


def test_a_message_can_be_held_back_and_is_let_go_by_delivering_it():
    cluster = Cluster(nodes=3, seed=1)
    cluster.time_out("n1")
    due = cluster.trace.messages[0][5]
    cluster.delay(0, 30)
    cluster.delay(1, 30)
    cluster.deliver(1)
    cluster.tick(60)
    arrived = {e.detail: e.tick for e in events(cluster, "deliver") if e.detail in (0, 1)}
    assert arrived == {0: due + 30, 1: 0}
    assert cluster.done == [
        (0, "time_out", "n1"),
        (0, "delay", 0, 30),
        (0, "delay", 1, 30),
        (0, "deliver", 1),
    ]


def test_only_what_is_on_its_way_can_be_held_back():
    cluster = Cluster(nodes=3, seed=1)
    cluster.time_out("n1")
    cluster.pause("n2")
    cluster.drop(1)
    before = list(cluster.done)
    with pytest.raises(UserError, match="Message 1 is not in flight"):
        cluster.delay(1)
    with pytest.raises(UserError, match="to hold a message back"):
        cluster.delay(0, 0)
    cluster.tick(10)
    with pytest.raises(UserError, match="Message 0 has arrived, and waits until n2 goes on"):
        cluster.delay(0)
    assert cluster.done == before


def test_a_lost_message_may_still_turn_out_to_be_late():
    cluster = Cluster(nodes=3, seed=1)
    cluster.time_out("n1")
    cluster.drop(0)
    cluster.tick(5)
    cluster.deliver(0)
    assert events(cluster, "deliver")[-1][3] == 0


def test_aligned_timers_run_out_together_and_spread_ones_one_after_the_other():
    cluster = Cluster(nodes=4, seed=1)
    cluster.align_timers()
    assert len({view.timer[1] for view in cluster.trace.at(0).views.values()}) == 1
    cluster.spread_timers()
    assert len({view.timer[1] for view in cluster.trace.at(0).views.values()}) == 4


def test_a_client_is_told_once_its_command_is_applied_or_who_leads():
    cluster = led()
    cluster.write("x", 5)
    follower = next(id for id in cluster.ids if id != cluster.leader())
    cluster.write("x", 6, follower)
    assert cluster.answers[-1][2] == f"not the leader; try {cluster.leader()}"
    cluster.tick(30)
    assert cluster.answers[-1][1:] == ("c1", "ok")


def test_every_verb_is_recorded_and_replays_to_the_same_trace():
    extensions = ("ReadIndex", "Transfer", "NoOp", "Membership", "Snapshots")
    cluster = led(nodes=4, extensions=extensions)
    leader = cluster.leader()
    other, third = [id for id in cluster.ids if id != leader][:2]
    cluster.write("x", 1)
    cluster.duplicate(len(cluster.trace.messages) - 1)
    cluster.delay(len(cluster.trace.messages) - 1, 5)
    cluster.drop(len(cluster.trace.messages) - 2)
    cluster.deliver(len(cluster.trace.messages) - 3)
    for verb, *arguments in (
        ("heartbeat", "leader"), ("read", "x"), ("corrupt", leader, 2), ("snapshot", "leader"), ("snapshot_every", 3), ("clients", 2, {"keys": ["x"], "think": (1, 3)}),
        ("change_voters", *cluster.ids[:3]), ("transfer", third), ("stop_clients",), ("drift", other, 0.5),
        ("pause", other), ("resume", other), ("time_out", other), ("isolate", other), ("heal",),
        ("cut", leader, other, True), ("flap", leader, other, 3, 4), ("partition", [leader], [id for id in cluster.ids if id != leader]),
        ("heal", leader), ("set_network", (1, 5), 0.2, 0.1), ("crash", other), ("restart", other),
        ("forget_writes", other), ("crash", other), ("lose_disk", other), ("restart", other),
        ("crash", other, "Save"), ("align_timers",), ("spread_timers",),
    ):  # fmt: skip
        getattr(cluster, verb)(*arguments)
        cluster.tick(7)
    assert {action[1] for action in cluster.done} == set(VERBS) - {"write"}, (
        "a write is recorded as a proposal"
    )

    story = Story(
        "again", "Again", nodes=4, seed=2, actions=tuple(cluster.done), extensions=extensions, goals=()
    )
    again = Cluster(Story.from_json(story.to_json()))
    again.tick(cluster.now)

    def without_goals(trace):
        return [event for event in trace.events if event.what != "goal"]

    assert again.trace.messages == cluster.trace.messages
    assert without_goals(again.trace) == without_goals(cluster.trace)


@pytest.mark.parametrize("seed", range(20))
def test_what_was_done_in_a_faulty_run_is_a_story_that_gives_the_same_trace(seed):
    cluster = disturbed(seed)
    again = Cluster(Story.from_json(faulty_story(seed).to_json()))
    again.tick(cluster.now)
    assert again.trace.messages == cluster.trace.messages
    assert again.trace.events == cluster.trace.events
    assert again.done == cluster.done
    assert again.answers == cluster.answers


@pytest.mark.parametrize("seed", [*range(5), 20, 98])
def test_a_cluster_that_keeps_no_trace_behaves_no_differently(seed):
    kept, unkept = disturbed(seed), disturbed(seed, record=False)
    assert unkept.done == kept.done
    assert unkept.answers == kept.answers
    assert [vars_of(node) for node in unkept.nodes.values()] == [
        vars_of(node) for node in kept.nodes.values()
    ]


def vars_of(node):
    return node.role, node.term, node.voted_for, list(node.log), node.commit_index, node.timer


# Every verb leaves one event: what it is called in the trace, of which node, and its detail.
EVENTS = [
    (lambda c: c.crash("n4"), ["crash", "n4"]),
    (lambda c: c.crash("n4", after="Save"), ["crash", None, ["n4", "Save"]]),
    (lambda c: c.restart("n5"), ["restart", "n5"]),
    (lambda c: c.pause("n4"), ["pause", "n4"]),
    (lambda c: c.resume("n3"), ["resume", "n3"]),
    (lambda c: c.time_out("n4"), ["time_out", "n4"]),
    (lambda c: c.partition(["n1", "n2"], ["n3", "n4", "n5"]), ["partition", None, [["n1", "n2"], ["n3", "n4", "n5"]]]),
    (lambda c: c.cut("n1", "n4"), ["cut", None, ["n1", "n4"]]),
    (lambda c: c.cut("n1", "n4", one_way=True), ["cut", None, ["n1", "n4", True]]),
    (lambda c: c.heal("n1"), ["heal", None, ["n1"]]),
    (lambda c: c.heal(b="n1"), ["heal", None, ["n1"]]),
    (lambda c: c.heal("n1", "n4"), ["heal", None, ["n1", "n4"]]),
    (lambda c: c.heal(), ["heal", None, []]),
    (lambda c: c.isolate("n1"), ["isolate", None, ["n1"]]),
    (lambda c: c.flap("n1", "n4", 3, 5), ["flap", None, ["n1", "n4", 3, 5]]),
    (lambda c: c.set_network(delay=(2, 5), src="n1"), ["network", None, [[2, 5], None, None, "n1", None]]),
    (lambda c: c.set_network(loss=0.5), ["network", None, [None, 0.5, None, None, None]]),
    (lambda c: c.write("x", 5, "n4"), ["propose", "n4", {"command": "x=5", "client": "c1"}]),
    (lambda c: c.read("x", "n4"), ["propose", "n4", {"command": "x?", "client": "c1"}]),
    (lambda c: c.propose("x=5", "n4", "Ada"), ["propose", "n4", {"command": "x=5", "client": "Ada"}]),
]  # fmt: skip


@pytest.mark.parametrize(("deed", "event"), EVENTS, ids=[" ".join(map(str, event)) for _, event in EVENTS])
def test_a_deed_is_one_event_and_the_last_thing_done(deed, event):
    cluster = led(seed=4)
    cluster.crash("n5")
    cluster.pause("n3")
    before, done = len(cluster.trace.events), len(cluster.done)
    deed(cluster)
    told = cluster.trace.events[before][1:4]
    assert told[: len(event)] == tuple(event)
    assert not any(told[len(event) :])
    assert len(cluster.done) == done + 1


def test_a_role_is_recorded_as_the_node_that_has_it():
    """Otherwise a change of the story could make the same name mean another node."""
    cluster = led()
    leader = cluster.leader()
    cluster.crash("leader")
    cluster.pause("a follower")
    assert cluster.done[-2][1:] == ("crash", leader)
    assert cluster.done[-1][2] in set(cluster.ids) - {leader}


def test_nobody_hears_an_isolated_node_and_healing_it_mends_its_links_alone():
    cluster = led(nodes=4)
    cluster.isolate("n1")
    cluster.cut("n2", "n3")
    cluster.heal("n1")
    assert cluster.network.down() == ["n2>n3", "n3>n2"]
    cluster.heal("n3", "n2")
    assert cluster.network.down() == []


@pytest.mark.parametrize("arguments", [(), ("n1",), ("n2", "n1")])
def test_healing_also_ends_a_flapping_link(arguments):
    cluster = Cluster(nodes=3, seed=1)
    cluster.flap("n1", "n2", 2, 2)
    cluster.flap("n2", "n3", 2, 2)
    cluster.tick(3)
    cluster.heal(*arguments)
    cluster.tick(40)
    assert ("n1", "n2") not in cluster.flapping
    assert len(cluster.flapping) == (0 if arguments == () else 1)
    assert not [
        event for event in events(cluster, "flap") if event.tick > 3 and event.detail[:2] == ["n1", "n2"]
    ]


def test_a_timeout_by_hand_is_an_election_like_any_other():
    """FO-2, CA-1"""
    cluster = Cluster(nodes=3, seed=1)
    cluster.time_out("n2")
    (event,) = events(cluster, "time_out")
    assert event.effects == ["FO-2", "CA-1", "save", 0, 1]
    assert cluster.trace.view("n2", 0).role == "candidate"


def test_messages_of_a_paused_node_are_lost_if_it_crashes_instead():
    cluster = led(nodes=3)
    follower = next(id for id in cluster.ids if id != cluster.leader())
    cluster.pause(follower)
    cluster.tick(30)
    waiting = {
        m.id
        for m in cluster.trace.at(cluster.now).in_flight
        if m.dst == follower and m.arrives <= cluster.now
    }
    assert waiting
    cluster.crash(follower)
    assert waiting <= {e.detail[0] for e in events(cluster, "lost") if e.detail[1] == "crashed"}


MISTAKES = [
    (lambda c: c.crash(["n1"]), "There is no node ['n1']."),
    (lambda c: c.crash(None), "There is no node None."),
    (lambda c: c.heal(b="n9"), "There is no node 'n9'."),
    (lambda c: c.heal("n1", "n9"), "There is no node 'n9'."),
    (lambda c: c.isolate("a candidate"), "There is no candidate now"),
    (lambda c: c.pause("n5"), "n5 is crashed; this needs a node that is running."),
    (lambda c: c.partition("n1", "n2"), "A group must be a list of nodes such as ['n1', 'n2'], not 'n1'."),
    (lambda c: c.partition(5), "A group must be a list of nodes such as ['n1', 'n2'], not 5."),
    (lambda c: c.partition(["n1", "n1", "n2", "n3", "n4", "n5"]), "n1 is named twice; a node can only be on one side."),
    (lambda c: c.partition(), "not in any group: n1, n2, n3, n4, n5."),
    (lambda c: c.partition(["n1", "n2", "n3", "n4", "n6"]), "There is no node 'n6'."),
    (lambda c: c.cut("n1", "n7"), "There is no node 'n7'."),
    (lambda c: c.flap("n1", "n2", 3, 1.5), "The ticks down must be a whole number of at least 1, not 1.5."),
    (lambda c: c.tick("3"), "The number of ticks must be a whole number of at least 0, not '3'."),
    (lambda c: c.tick(True), "The number of ticks must be a whole number of at least 0, not True."),
    (lambda c: c.set_network(delay=(2, 3), loss=2), "The loss must be a number from 0"),
    (lambda c: c.set_network(loss=0.5, src="n9"), "There is no node 'n9'."),
    (lambda c: c.duplicate(10**6), "Message 1000000 is not in flight"),
    (lambda c: c.deliver(-1), "A message id must be a whole number of at least 0, not -1."),
    (lambda c: c.deliver(next(m.id for m in c.trace.at(c.now).in_flight if m.dst == "n5")), "n5 is crashed"),
    (lambda c: c.propose("x=1", "n9"), "There is no node 'n9'."),
    (lambda c: c.propose(5), "A command must be text such as 'x=5' (write) or 'x?' (read), not 5."),
    (lambda c: c.run_until("leader", within=-1), "Within must be a whole number of at least 0, not -1."),
    (lambda c: c.crash("n9"), "There is no node 'n9'. There are: n1"),
    (lambda c: c.crash("N3"), "There is no node 'N3'. Did you mean 'n3'?"),
    (lambda c: c.crash("leadr"), "There is no node 'leadr'."),
    (lambda c: c.restart("n1"), "n1 is running; this needs a node that is crashed."),
    (lambda c: c.resume("n1"), "n1 is running; this needs a node that is paused."),
    (lambda c: c.time_out("n5"), "n5 is crashed; this needs a node that is running."),
    (lambda c: c.propose("x=1", "n5"), "n5 is crashed; this needs a node that is running."),
    (lambda c: c.crash("n5"), "n5 is crashed; this needs a node that is running or paused."),
    (lambda c: c.crash("n1", after="Sned"), "There is no effect 'Sned'. Did you mean 'Send'?"),
    (lambda c: c.time_out("leader"), "is the leader, and a leader has no election timeout"),
    (lambda c: c.partition(["n1", "n2"], ["n2", "n3", "n4", "n5"]), "n2 is named twice; a node can only be on one side."),
    (lambda c: c.partition(["n1", "n2"], ["n3"]), "Every node must be in a group; not in any group: n4, n5."),
    (lambda c: c.cut("n1", "n1"), "A link joins two nodes; both ends are n1."),
    (lambda c: c.flap("n1", "n2", 0, 3), "The ticks up must be a whole number of at least 1, not 0."),
    (lambda c: c.tick(-1), "The number of ticks must be a whole number of at least 0, not -1."),
    (lambda c: c.tick(1.5), "not 1.5."),
    (lambda c: c.set_network(loss=1.5), "The loss must be a number from 0 (never) to 1 (always), not 1.5."),
    (lambda c: c.set_network(duplication=-0.1), "The duplication must be a number from 0"),
    (lambda c: c.set_network(delay=(5, 2)), "The delay is the wrong way round: of (5, 2) the shorter one must come first."),
    (lambda c: c.set_network(delay=3), "The delay is a pair of ticks such as (1, 3), not 3."),
    (lambda c: c.set_network(delay=(0, 2)), "Each delay in ticks must be a whole number from 1 to 20000, not 0."),
    (lambda c: c.drop(10**6), "Message 1000000 is not in flight"),
    (lambda c: c.drop("0"), "A message id must be a whole number of at least 0, not '0'."),
    (lambda c: c.propose(" "), "A command must be text such as 'x=5' (write) or 'x?' (read), not ' '."),
    (lambda c: c.crash("n1", "n2"), "One node crashes at a time: call crash('n1'), and then crash('n2')."),
    (lambda c: c.propose(""), "A command must be text such as 'x=5' (write) or 'x?' (read), not ''."),
    (lambda c: c.run_until("lader"), "There is no goal 'lader'. Did you mean 'leader'?"),
    (lambda c: c.run_until(None), "A goal is a name such as 'leader', or a function of the cluster, not None."),
    (lambda c: c.propose("x=\ud800"), "A command has a character in it that cannot be shown: 'x=\\ud800'; leave it out."),
    (lambda c: c.propose("x=1", client=5), "The name of a client is text, not 5."),
    (lambda c: c.read(None), "A key is text, not None."),
    (lambda c: c.write(" ", 5), "A key must be a word such as 'x', not ' '."),
    (lambda c: c.trace.message(10**6), "A message id must be a whole number from 0 to "),
]  # fmt: skip


@pytest.mark.parametrize(("mistake", "sentence"), MISTAKES, ids=[sentence[:40] for _, sentence in MISTAKES])
def test_a_mistake_is_one_sentence_and_changes_nothing(mistake, sentence):
    cluster = led()
    cluster.crash("n5")
    before = snapshot(cluster)
    with pytest.raises(UserError) as error:
        mistake(cluster)
    assert sentence in str(error.value)
    assert "\n" not in str(error.value)
    assert snapshot(cluster) == before

    cluster.tick(60)  # nor did it change anything that shows only later: dice, timers, what is on its way
    untouched = led()
    untouched.crash("n5")
    untouched.tick(60)
    assert snapshot(cluster) == snapshot(untouched)


@pytest.mark.parametrize("nodes", [0, 100, 2.5, "3", True])
def test_a_cluster_has_1_to_99_nodes(nodes):
    with pytest.raises(UserError, match="The number of nodes must be a whole number from 1 to 99"):
        Cluster(nodes=nodes)


@pytest.mark.parametrize("nodes", range(1, 10))
def test_clusters_of_every_size_elect_a_leader(nodes):
    assert Cluster(nodes=nodes, seed=2).run_until("leader", within=400)


CLASSES = [
    (True, "The classes of nodes must be given by name, as in {'n3': ETCD.node_class}, not True."),
    (False, "The classes of nodes must be given by name"),
    ({"n9": Raft}, "There is no node 'n9'. There are: n1, n2, n3."),
    ({"n1": "Raft"}, "node_class must be Raft or a subclass of it"),
]


@pytest.mark.parametrize(("classes", "sentence"), CLASSES)
def test_classes_are_given_for_nodes_that_there_are(classes, sentence):
    with pytest.raises(UserError) as error:
        Cluster(nodes=3, classes=classes)
    assert sentence in str(error.value)


def test_a_node_without_a_class_of_its_own_is_what_the_others_are():
    assert Cluster(nodes=3, classes={"n1": None}).node_classes() == (Raft,)


def test_a_cluster_that_keeps_no_trace_says_so():
    with pytest.raises(UserError, match="make it with record=True"):
        _ = Cluster(record=False).trace


def test_a_mistake_in_a_story_is_told_with_its_tick_and_title():
    story = Story("wrong", "A wrong story", nodes=3, actions=((5, "restart", "n1"),))
    cluster = Cluster(story)
    with pytest.raises(UserError, match="At tick 5 of 'A wrong story': n1 is running"):
        cluster.tick(10)
