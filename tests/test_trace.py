"""The trace: its state at any tick is what the cluster was then."""

import contextlib
import json

import pytest
from faulty import faulty_story

from raftlab import Cluster, Raft, UserError, load
from raftlab.raft import majority
from raftlab.sim.events import as_rows, from_rows
from raftlab.sim.narrate import as_text
from raftlab.stories import STORIES


def truth(cluster):
    """What is true of a live cluster now, in the words of a trace."""
    found = {}
    for id, node in cluster.nodes.items():
        if cluster.status[id] == "crashed":
            found[id] = what_a_crash_leaves(cluster, id)
            continue
        found[id] = {
            "status": cluster.status[id],
            "role": node.role.value,
            "term": node.term,
            "voted_for": node.voted_for,
            "leader": node.leader,
            "votes": [each for each in cluster.ids if each in node.votes],
            "log": [list(entry) for entry in node.log],
            "snapshot": node.log.start,
            "commit_index": node.commit_index,
            "last_applied": node.last_applied,
            "next_index": dict(node.next_index),
            "match_index": dict(node.match_index),
            "due": due(cluster, id) if cluster.status[id] == "running" else None,
            "voters": list(node.voters()),
            "quorum": majority(len(node.voters())),
        }
    return found


def what_a_crash_leaves(cluster, id):
    """Term, vote, log and snapshot are as on the disk. Everything else that the node knew is gone."""
    disk = cluster.disks[id]
    voters = next(
        (command.split()[1:] for _, command in reversed(list(disk.log)) if command.startswith("voters ")),
        None,
    )
    voters = voters or list(disk.snapshot.voters or cluster.ids)
    return {
        "status": "crashed", "role": None, "leader": None, "votes": [], "next_index": {}, "match_index": {}, "due": None,
        "term": disk.term, "voted_for": disk.voted_for, "log": [list(entry) for entry in disk.log],
        "snapshot": disk.log.start, "commit_index": disk.log.start, "last_applied": disk.log.start,
        "voters": voters, "quorum": majority(len(voters)),
    }  # fmt: skip


def due(cluster, id):
    """When a node's timer will run out, also by a clock that is slow."""
    timer = cluster.nodes[id].timer
    return cluster.clocks[id].due(cluster.now, timer) if id in cluster.clocks else cluster.now + timer


def seen(state):
    return {
        id: {**{name: value for name, value in vars(view).items() if name not in ("id", "timer")},
             "log": view.log[view.snapshot:],
             "due": view.timer[1] if view.timer else None}
        for id, view in state.views.items()
    }  # fmt: skip


@pytest.mark.parametrize("name", STORIES)
def test_every_tick_of_a_trace_says_what_was_true(name):
    cluster = Cluster(load(name))
    truths = {0: truth(cluster)}
    flying = {}
    for _ in range(cluster.story.ticks):
        cluster.tick()
        truths[cluster.now] = truth(cluster)
        held = [id for waiting in cluster._held.values() for id, _ in waiting]
        flying[cluster.now] = sorted([id for due in cluster._arrivals.values() for id, _ in due] + held)
    for tick in sorted(truths, reverse=True)[::7]:
        state = cluster.trace.at(tick)
        assert seen(state) == truths[tick], tick
        if tick in flying:
            assert sorted(message.id for message in state.in_flight) == flying[tick]


class Reckless(Raft):
    """Leads without an election, so that a property breaks sooner or later."""

    def campaign(self):
        self.become_candidate()
        self.become_leader()


def world(cluster):
    """All that a trace says of a moment, as the live cluster has it."""
    held = [id for waiting in cluster._held.values() for id, _ in waiting]
    return (
        truth(cluster),
        sorted([id for due in cluster._arrivals.values() for id, _ in due] + held),
        cluster.network_settings(),
        {breach.property: (breach.tick, breach.sentence) for breach in cluster.invariants.broken.values()},
    )


@pytest.mark.parametrize("node_class", [Raft, Reckless])
@pytest.mark.parametrize("seed", range(6))
def test_every_tick_of_a_faulty_run_is_told_as_it_was(seed, node_class):
    """With crashes, pauses, cuts, losses, copies and broken properties, and in any order of ticks."""
    cluster = Cluster(faulty_story(seed), node_class=node_class)
    worlds = {0: world(cluster)}
    for _ in range(cluster.story.ticks):
        try:
            cluster.tick()
        except UserError:
            break  # the reckless ones do not get into the states that the story was made for
        worlds[cluster.now] = world(cluster)
    ticks = list(worlds)
    for tick in [*ticks[::-3], *ticks[::5]]:
        state = cluster.trace.at(tick)
        flying = sorted(message.id for message in state.in_flight)
        network = {
            name: value for name, value in state.network.items() if value != {}
        }  # {}: there is none any more
        assert (seen(state), flying, network, state.broken) == worlds[tick], tick


def test_a_run_of_reckless_nodes_really_breaks_something():
    broken = 0
    for seed in range(6):
        cluster = Cluster(faulty_story(seed), node_class=Reckless)
        with contextlib.suppress(UserError):
            cluster.tick(cluster.story.ticks)
        broken += len(cluster.trace.broken())
    assert broken


def test_a_trace_is_plain_data():
    """What travels as JSON comes back as it was: no tuple, no number as a key."""
    cluster = Cluster(faulty_story(2))
    cluster.tick(cluster.story.ticks)
    for part in (
        cluster.trace.start,
        cluster.trace.messages,
        as_rows(cluster.trace.events)[1],
    ):
        assert json.loads(json.dumps(part)) == part


def test_events_come_back_from_their_rows_as_they_were():
    cluster = Cluster(faulty_story(2))
    cluster.tick(cluster.story.ticks)
    assert {"deliver", "lost", "crash"} <= {event.what for event in cluster.trace.events}
    assert from_rows(*json.loads(json.dumps(as_rows(cluster.trace.events)))) == cluster.trace.events


@pytest.mark.parametrize("seed", range(4))
def test_a_faulty_run_can_be_told_as_prose(seed):
    cluster = Cluster(faulty_story(seed))
    cluster.tick(cluster.story.ticks)
    cluster.set_network(delay=(1, 7))
    text = as_text(cluster.trace)
    assert "From now on messages take 1 to 7 ticks." in text
    for node in cluster.ids:
        assert node in text


def test_a_look_at_the_past_changes_nothing():
    """A view is a copy, so a change of it does not change the trace."""
    cluster = Cluster(load("leader_crash"))
    cluster.tick(100)
    before = json.dumps([cluster.trace.start, cluster.trace.events])
    state = cluster.trace.at(60)
    state.views["n1"].log.append([9, "x"])
    state.views["n1"].next_index["n2"] = 99
    state.network["down"].append("n1>n2")
    assert seen(cluster.trace.at(60)) != seen(state)
    assert json.dumps([cluster.trace.start, cluster.trace.events]) == before


def test_a_message_can_be_looked_up_with_its_fields_by_name():
    cluster = Cluster(nodes=3, seed=1)
    cluster.time_out("n1")
    cluster.set_network(delay=(2, 2))
    message = cluster.trace.message(0)
    assert (message.kind, message.src, message.dst, message.term, message.sent) == (
        "RequestVote",
        "n1",
        "n2",
        1,
        0,
    )
    assert message.fields == {"last_log_index": 0, "last_log_term": 0}
    assert message in cluster.trace.at(0).in_flight


def test_a_trace_of_no_ticks_has_a_beginning_and_nothing_else():
    trace = Cluster(nodes=3).trace
    assert trace.at(0).tick == 0
    with pytest.raises(UserError, match="The tick must be a whole number from 0 to 0, not 1"):
        trace.at(1)


@pytest.mark.parametrize("tick", [-1, 301, 2.0, "3", None, True])
def test_a_tick_that_is_not_there_is_refused_in_a_sentence(tick):
    cluster = Cluster(load("leader_crash"))
    cluster.tick(300)
    with pytest.raises(UserError, match="The tick must be a whole number from 0 to 300"):
        cluster.trace.at(tick)


def test_a_view_of_a_node_that_is_not_there_is_refused():
    with pytest.raises(UserError, match="There is no node 'n7'"):
        Cluster(nodes=3).trace.view("n7", 0)


def test_every_rule_that_fires_is_one_of_the_book():
    for name in STORIES:
        cluster = Cluster(load(name))
        cluster.tick(cluster.story.ticks)
        books = set().union(*(node_class.rules for node_class in cluster.node_classes()))
        assert {rule for _, _, rule in cluster.trace.rules()} <= books


def test_a_link_that_is_like_all_others_again_is_forgotten():
    cluster = Cluster(nodes=3)
    cluster.set_network(loss=0.5, src="n1", dst="n3")
    cluster.tick(5)
    cluster.set_network(loss=0.5)
    cluster.tick(5)
    assert cluster.trace.at(4).network["odd"] == {"n1>n3": {"loss": 0.5}}
    assert cluster.trace.at(10).network["odd"] == {}
    assert cluster.trace.at(10).network["loss"] == 0.5
