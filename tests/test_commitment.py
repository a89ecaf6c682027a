"""What is committed is a fact about disks: a quorum that stored an entry in the entry's own term."""

import pytest

from raftlab import STORIES, Cluster, Story, UnsafeMembership, load
from raftlab.models.copies import TWO_AT_ONCE, Copies
from raftlab.models.paxos import DUEL, Paxos


def played(story, **named):
    story = load(story) if isinstance(story, str) else story
    cluster = Cluster(story, **named)
    cluster.tick(story.ticks)
    return cluster


def test_an_entry_is_committed_before_anyone_knows():
    """When the second of three disks has the entry, it is committed. The leader hears of this two ticks later."""
    trace = played("one_write").trace
    ((event, index, term),) = trace.committed
    assert (index, term) == (1, 1)
    assert trace.events[event].tick == 18
    assert [view.commit_index for view in trace.at(18).views.values()] == [0, 0, 0]
    assert trace.at(20).views["n2"].commit_index == 1


def test_the_event_that_is_named_is_the_one_that_stored_the_deciding_copy():
    for name in STORIES:
        trace = played(name).trace
        for place, _, _ in trace.committed:
            assert place == -1 or "save" in trace.events[place].effects, name
        assert trace.committed == sorted(trace.committed)


def test_what_stands_on_a_majority_of_disks_since_a_later_term_is_not_committed():
    """Figure 8 (c) to (e): the entry of term 2 is committed only together with one of term 4."""
    trace = played("figure_8_e").trace
    *at_the_start, (event, index, term) = trace.committed
    assert at_the_start == [[-1, 1, 1]], "x=1 stands on all five disks"
    assert (index, term) == (3, 4)
    before = trace.at(trace.events[event].tick - 1).views.values()
    assert sum([2, "x=2"] in view.log for view in before) >= 3


def test_what_is_confirmed_and_not_stored_is_not_committed():
    cluster = played("empty_promise")
    assert cluster.trace.committed == []
    assert max(node.commit_index for node in cluster.nodes.values()) == 1, "a leader was deceived"


@pytest.mark.parametrize(("term", "committed"), [(1, [[-1, 2, 1]]), (2, [])])
def test_at_the_start_only_entries_of_the_term_of_the_disk_count(term, committed):
    """It is unknown in which term a disk stored an older entry."""
    start = {id: {"term": term, "log": ["1:a", "1:b"]} for id in ("n1", "n2")}
    assert Cluster(Story("start", "Start", nodes=3, start=start, goals=())).trace.committed == committed


def test_what_every_log_begins_with_is_committed_from_the_start():
    """Every later leader has it, because every node has it. (5.4.2)"""
    start = {"n1": {"term": 3, "log": ["1:a", "2:b"]}, "n2": {"term": 2, "log": ["1:a", "2:b"]}}
    every = start | {"n3": {"term": 5, "log": ["1:a", "1:c"]}}
    assert Cluster(Story("all", "All", nodes=3, start=every, goals=())).trace.committed == [[-1, 1, 1]]
    lacking = start | {"n3": {"term": 5}}
    assert Cluster(Story("two", "Two", nodes=3, start=lacking, goals=())).trace.committed == []


def test_who_has_a_vote_is_read_in_the_log_of_the_leader_of_the_term():
    """Ongaro 2015: two leaders, each with a configuration and a majority of its own."""
    trace = played("membership_bug", node_class=UnsafeMembership).trace
    assert [row[1:] for row in trace.committed] == [[1, 1], [2, 2], [3, 4]]


def test_a_fact_needs_no_leader_and_no_recorder_changes_it():
    """What Paxos has chosen is committed, too. If no node asks a quorum, nothing is ever committed."""
    story = Story(
        "paxos", "Paxos", nodes=3, seed=1, ticks=60, goals=(), actions=((1, "propose", "x=1", "n1"),)
    )
    assert len(played(story, node_class=Paxos).trace.committed) == 1
    assert played(DUEL, node_class=Paxos).invariants.commitment is not None
    assert played(TWO_AT_ONCE, node_class=Copies).trace.committed == []
    with_trace, without = played("client_write"), played("client_write", record=False)
    assert with_trace.invariants.commitment.entries == without.invariants.commitment.entries
