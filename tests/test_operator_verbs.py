"""What operators of a cluster can do: snapshots, changes of voters, a new leader; and clocks that are wrong."""

import pytest

from raftlab import Cluster, Story, UserError


def led(*extensions, nodes=3, seed=1):
    """A cluster with a leader that all nodes follow."""
    cluster = Cluster(Story("led", "Led", nodes, seed, extensions=extensions, goals=()))
    assert cluster.run_until("leader", within=200)
    cluster.tick(10)
    return cluster


def follower(cluster):
    return next(id for id in cluster.ids if id != cluster.leader())


def events(cluster, what):
    return [event for event in cluster.trace.events if event.what == what]


# -- Snapshots ------------------------------------------------------------------------------------------


def test_a_snapshot_takes_the_place_of_the_log_and_survives_a_crash():
    cluster = led("Snapshots")
    cluster.write("x", 5)
    cluster.tick(20)
    node = follower(cluster)
    cluster.snapshot(node)
    assert (cluster.nodes[node].log.start, len(cluster.nodes[node].log)) == (1, 0)
    cluster.crash(node)
    cluster.restart(node)
    assert cluster.machines[node].values == {"x": "5"}


def test_snapshots_every_so_many_entries_keep_all_logs_short():
    cluster = led("Snapshots")
    cluster.snapshot_every(3)
    for value in range(10):
        cluster.write("x", value)
        cluster.tick(10)
    assert [len(node.log) for node in cluster.nodes.values()] == [1, 1, 1]
    assert len(events(cluster, "snapshot")) == 9
    cluster.snapshot_every(0)
    for value in range(10):
        cluster.write("x", value)
        cluster.tick(10)
    assert [len(node.log) for node in cluster.nodes.values()] == [11, 11, 11]


def test_a_node_that_was_away_gets_the_snapshot_and_the_machine_that_belongs_to_it():
    cluster = led("Snapshots")
    cluster.snapshot_every(2)
    late = follower(cluster)
    cluster.crash(late)
    for value in range(6):
        cluster.write("x", value)
        cluster.tick(10)
    cluster.restart(late)
    cluster.tick(20)
    assert any(message[0] == "InstallSnapshot" for message in cluster.trace.messages)
    assert cluster.machines[late].values == {"x": "5"}


# -- Voters and leaders -------------------------------------------------------------------------------------


def test_the_leader_is_asked_to_change_who_votes():
    cluster = led("Membership", "NoOp", "StickyVotes")
    client = cluster.change_voters("n1", "n2")
    cluster.tick(20)
    assert [cluster.nodes[id].voters() for id in ("n1", "n2")] == [("n1", "n2")] * 2
    again = cluster.change_voters("n3")
    answers = {name: text for _, name, text in cluster.answers}
    assert answers[client] is None
    assert answers[again] == "refused: one node at a time may get a vote or lose it"


def test_leadership_is_handed_over_to_whom_one_names():
    cluster = led("Transfer")
    target = follower(cluster)
    cluster.transfer(target)
    cluster.tick(10)
    assert cluster.leader() == target


# -- Reads that need no log ------------------------------------------------------------------------------------


def test_a_read_goes_through_the_log_only_where_nodes_know_no_better():
    for extensions, what, entries in (
        ((), "propose", 1),
        (("ReadIndex", "NoOp"), "read", 1),
        (("LocalReads",), "read", 0),
    ):
        cluster = led(*extensions)
        client = cluster.read("x")
        cluster.tick(20)
        assert cluster.answers[-1][1:] == (client, "nothing")
        assert len(events(cluster, what)) == 1
        assert len(cluster.nodes[cluster.leader()].log) == entries


# -- Clocks ----------------------------------------------------------------------------------------------------


def test_a_slow_clock_ticks_less_often_and_its_node_waits_longer():
    """All three are alone, so that nothing but the clock sets a timer."""
    cluster = Cluster(nodes=3, seed=1)
    for node in cluster.ids:
        cluster.isolate(node)
    cluster.drift("n2", 0.5)
    cluster.drift("n3", 0.1)
    cluster.tick(600)
    campaigns = [len([e for e in events(cluster, "timer") if e.node == node]) for node in cluster.ids]
    assert campaigns[0] > 1.7 * campaigns[1] > 5 * campaigns[2] > 0


def test_a_slow_clock_is_slow_by_exactly_its_rate_and_right_again_when_that_is_said():
    cluster = Cluster(nodes=1, seed=1)
    cluster.pause("n1")
    cluster.drift("n1", 0.3)
    cluster.resume("n1")
    timer = cluster.nodes["n1"].timer
    cluster.tick(10)
    assert cluster.nodes["n1"].timer == timer - 3
    cluster.drift("n1", 1)
    cluster.tick(5)
    assert cluster.nodes["n1"].timer == timer - 8


@pytest.mark.parametrize("rate", [0.9, 0.5, 0.3, 0.123])
def test_the_trace_says_when_a_slow_timer_will_run_out(rate):
    cluster = Cluster(nodes=3, seed=1)
    cluster.drift("n1", rate)
    cluster.isolate("n1")
    due = cluster.trace.view("n1", 0).timer[1]
    cluster.tick(due)
    assert [event.tick for event in events(cluster, "timer") if event.node == "n1"] == [due]


def test_a_clock_stays_slow_when_its_node_restarts():
    cluster = Cluster(nodes=3, seed=1)
    cluster.drift("n1", 0.2)
    cluster.crash("n1")
    cluster.restart("n1")
    timer = cluster.nodes["n1"].timer
    cluster.tick(10)
    assert cluster.nodes["n1"].timer == timer - 2


@pytest.mark.parametrize("action", [(0, "drift", "n1", 0.4), (0, "snapshot_every", 1)])
def test_leaps_do_not_miss_what_slow_clocks_and_snapshots_do(action):
    writes = tuple((tick, "propose", "x=1", "leader") for tick in range(100, 200, 40))
    story = Story("leapt", "Leapt", 3, 1, extensions=("Snapshots",), actions=(action, *writes), goals=())
    ticked, leapt = Cluster(story), Cluster(story)
    ticked.tick(300)
    while leapt.now < 300:
        leapt.leap(until=300)
    assert leapt.trace.events == ticked.trace.events


# -- What cannot be ----------------------------------------------------------------------------------------------

MISTAKES = [
    (lambda c: c.snapshot("n1"), "n1 is Raft and cannot do that; it needs the extension Snapshots."),
    (lambda c: c.snapshot_every(5), "n1 is Raft and cannot do that; it needs the extension Snapshots."),
    (lambda c: c.snapshot_every(-1), "The number of entries must be a whole number of at least 0, not -1."),
    (lambda c: c.change_voters("n1"), "is Raft and cannot do that; it needs the extension Membership."),
    (lambda c: c.transfer("n1"), "is Raft and cannot do that; it needs the extension Transfer."),
    (lambda c: c.drift("n1", 2), "The rate of a clock must be a number from 0.001 to 1 (right), not 2."),
    (lambda c: c.drift("n1", "slow"), "The rate of a clock must be a number from 0.001 to 1 (right), not 'slow'."),
    (lambda c: c.drift("n1", 0), "The rate of a clock must be a number from 0.001 to 1 (right), not 0."),
    (lambda c: c.drift("n9", 0.5), "There is no node 'n9'."),
]  # fmt: skip


@pytest.mark.parametrize(("mistake", "sentence"), MISTAKES, ids=[sentence[:50] for _, sentence in MISTAKES])
def test_a_mistake_is_one_sentence_and_changes_nothing(mistake, sentence):
    cluster = led()
    before = (len(cluster.trace.events), list(cluster.done), dict(cluster.clocks), cluster.snapshot_after)
    with pytest.raises(UserError) as error:
        mistake(cluster)
    assert sentence in str(error.value)
    assert (len(cluster.trace.events), cluster.done, cluster.clocks, cluster.snapshot_after) == before


def test_a_leader_need_not_be_asked_to_hand_over_to_itself_nor_a_node_for_the_same_snapshot_twice():
    cluster = led("Transfer", "Snapshots", "Membership")
    with pytest.raises(UserError, match="leads already; name another node"):
        cluster.transfer("leader")
    with pytest.raises(UserError, match="has applied nothing that is not in its snapshot already"):
        cluster.snapshot("leader")
    with pytest.raises(UserError, match="There is no node 'n7'"):
        cluster.change_voters("n1", "n7")
    with pytest.raises(UserError, match="n2 is named twice; a node has one vote"):
        cluster.change_voters("n1", "n2", "n2")
    assert cluster.done == []


@pytest.mark.parametrize(
    "say", [
        lambda c: c.propose("voters n1"), lambda c: c.write("voters n9", 1),
        lambda c: c.clients(1, {"commands": ["voters n9=1"]}), lambda c: c.corrupt("n1", 1, "voters n9"),
    ], ids=["propose", "write", "clients", "corrupt"],
)  # fmt: skip
def test_no_client_says_who_has_a_vote_where_nodes_read_that_in_their_logs(say):
    plain, cluster = led(), led("Membership")
    for each in (plain, cluster):
        each.propose("x=1", "leader")
        each.tick(8)
    say(plain)  # a command like any other
    done = list(cluster.done)
    with pytest.raises(
        UserError, match=r"^In a log, 'voters n\d(=1)?' would say who has a vote, so no client may write it;"
    ):
        say(cluster)
    assert cluster.done == done
