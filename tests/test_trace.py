"""The trace: what it says of any tick is what was true then."""

import pytest

from raftlab import Cluster, UserError, load
from raftlab.stories import STORIES


def truth(cluster):
    """What is true of a live cluster now, in the words of a trace."""
    found = {}
    for id, node in cluster.nodes.items():
        found[id] = {
            "status": cluster.status[id],
            "role": node.role.value,
            "term": node.term,
            "voted_for": node.voted_for,
            "leader": node.leader,
            "votes": [each for each in cluster.ids if each in node.votes],
            "log": [list(entry) for entry in node.log],
            "commit_index": node.commit_index,
            "last_applied": node.last_applied,
            "next_index": dict(node.next_index),
            "match_index": dict(node.match_index),
            "due": cluster.now + node.timer if cluster.status[id] == "running" else None,
        }
    return found


def seen(state):
    return {
        id: {**{name: value for name, value in vars(view).items() if name not in ("id", "timer")},
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


@pytest.mark.parametrize("tick", [-1, 301, 2.0, "3", None])
def test_a_tick_that_is_not_there_is_refused_in_a_sentence(tick):
    cluster = Cluster(load("leader_crash"))
    cluster.tick(300)
    with pytest.raises(UserError, match="The tick must be a whole number from 0 to 300"):
        cluster.trace.at(tick)


def test_a_view_of_a_node_that_is_not_there_is_refused():
    with pytest.raises(UserError, match="There is no node 'n7'"):
        Cluster(nodes=3).trace.view("n7", 0)


def test_every_rule_that_fires_is_one_of_the_book():
    from raftlab.rules import RULES

    for name in STORIES:
        cluster = Cluster(load(name))
        cluster.tick(cluster.story.ticks)
        assert {rule for _, _, rule in cluster.trace.rules()} <= set(RULES)
