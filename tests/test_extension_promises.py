"""What extensions promise, under the disturbances in which the promise is easily broken: leases, quorums, reads, snapshots."""

import statistics
from dataclasses import replace

import pytest
from test_extensions import with_needs
from test_paper import sent
from textbook import entries, node, request_vote, told

from raftlab import Cluster, Raft, Story, UserError, build, load
from raftlab.checks.linearizability.judge import check_linearizability
from raftlab.messages import (
    AppendEntriesReply,
    ConfirmLeader,
    ConfirmLeaderReply,
    HeartbeatTimeout,
    InstallSnapshot,
    InstallSnapshotReply,
    RequestPreVote,
    RequestPreVoteReply,
    RequestVote,
    RequestVoteReply,
    Role,
    Tick,
)


def asks(command, node, think=0):
    return {"commands": [command], "nodes": [node], "think": (think, think), "sessions": False}


def play(story):
    cluster = Cluster(story)
    cluster.tick(story.ticks)
    return cluster


def leaders(cluster):
    return [id for id, each in cluster.nodes.items() if each.role is Role.LEADER]


# -- A question changes nobody but the node that asks ----------------------------------------------------


@pytest.mark.parametrize("term", [1, 2, 3, 9])
@pytest.mark.parametrize(
    "state",
    [
        {"leader": "n3", "timer": 12, "timeout": 20},
        {"voted_for": "n3"},
        {"role": "candidate"},
        {"role": "leader", "timer": 3},
        {"pre_votes": frozenset({"n1", "n2"})},
    ],
    ids=lambda state: ",".join(state),
)
def test_a_pre_vote_question_changes_nothing_at_its_receiver_whatever_its_term(term, state):
    """Thesis 9.6"""
    made = node(raft=build("StickyVotes", "PreVote", "CheckQuorum"), term=2, log="1:a", nodes=5, **state)
    before = {name: value for name, value in vars(made).items() if name not in ("_effects", "log")}
    effects = made.step(RequestPreVote("n2", "n1", term, term + 1, 9, 9))
    after = {name: value for name, value in vars(made).items() if name not in ("_effects", "log")}
    assert after == before
    assert [type(message) for message in sent(effects)] == [RequestPreVoteReply]
    assert sent(effects)[0].term == max(2, term)


def test_a_refusal_brings_a_later_term_to_the_node_that_asked():
    asker = node(raft=build("PreVote"), term=2, pre_votes=frozenset({"n1"}))
    asker.step(RequestPreVoteReply("n2", "n1", 5, False))
    assert (asker.term, asker.pre_votes) == (5, frozenset())


@pytest.mark.parametrize("seed", range(1, 9))
def test_nodes_in_different_terms_find_a_leader_by_asking(seed):
    """The node with the best log has the latest term. The others learn it from the answers to their own pre-vote requests."""
    start = {"n1": {"term": 1}, "n2": {"term": 4, "log": ["4:x"]}, "n3": {"term": 2}}
    story = Story(
        "terms", "Terms differ", nodes=3, seed=seed, ticks=150, start=start, extensions=("PreVote",)
    )
    assert play(story).leader()


A1 = Story(
    "question_in_lease", "A question comes while a lease holds", nodes=5, ticks=120,
    extensions=("PreVote", "StickyVotes", "LeaseReads", "NoOp"), start={"n5": {"term": 3}},
    actions=(
        (0, "set_network", (1, 1)), (0, "isolate", "n5"), (0, "time_out", "n1"),
        (10, "clients", 1, asks("x=1", "n1")),
        (30, "cut", "n1", "n4"),
        (47, "clients", 1, asks("x=2", "n4", think=2)), (47, "clients", 1, asks("x?", "n1", think=9)),
        (48, "isolate", "n1"),
        *((48, "heal", other, "n5") for other in ("n2", "n3", "n4")), (48, "time_out", "n5"),
        (49, "time_out", "n4"),
        (70, "heal"),
    ),
)  # fmt: skip


def test_a_pre_vote_of_a_later_term_does_not_end_a_lease():
    """n2 and n3 have just confirmed n1. The question of n5 must not make them vote for n4."""
    cluster = Cluster(A1)
    cluster.tick(58)
    assert leaders(cluster) == ["n1"]
    assert [cluster.nodes[id].leader for id in ("n2", "n3")] == ["n1", "n1"]
    cluster.tick(62)
    reads = {each.argument: each for each in cluster.trace.operations() if each.kind == "get"}
    assert check_linearizability(cluster.trace.operations())
    assert reads


@pytest.mark.parametrize(
    "late",
    [
        RequestVoteReply("n3", "n2", 5, False),
        AppendEntriesReply("n3", "n2", 5, False, 0, 0),
        RequestPreVoteReply("n3", "n2", 5, False),
    ],
    ids=lambda late: type(late).__name__,
)
def test_no_late_answer_of_a_later_term_ends_the_promise_to_a_leader(late):
    """n2 has just confirmed n1. It adopts the later term, but votes for nobody until it has waited."""
    voter = node("n2", raft=build(*with_needs("LeaseReads"), "PreVote"), term=2)
    voter.step(ConfirmLeader("n1", "n2", 2, 1))
    voter.step(late)
    assert (voter.term, voter.leader) == (5, None)
    assert sent(voter.step(request_vote(6, "9:9", src="n3", dst="n2"))) == []
    voter.timeout = voter.timer = 30
    voter.step(ConfirmLeader("n1", "n2", 5, 1))
    voter.timeout = voter.timer = 30
    voter.step(late._replace(term=7))
    for _ in range(14):
        voter.step(Tick(1))
    assert sent(voter.step(request_vote(8, "9:9", src="n3", dst="n2"))) == [], "one tick too early"
    voter.step(Tick(1))
    assert sent(voter.step(request_vote(8, "9:9", src="n3", dst="n2"))) == [
        RequestVoteReply("n2", "n3", 8, True)
    ]


def test_leases_are_refused_where_a_voter_is_not_sticky():
    leases = build(*with_needs("LeaseReads"))
    with pytest.raises(UserError, match="Raft is without StickyVotes; add StickyVotes to it"):
        Cluster(nodes=3, node_class=leases, classes={"n3": Raft})
    assert Cluster(nodes=3, node_class=leases, classes={"n3": build("StickyVotes", "PreVote")}).run_until(
        "leader"
    )


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ("Transfer", "because a successor is elected while the old leader's lease still holds"),
        (
            "UnsafeMembership",
            "because two majorities that share no node may each have a leader while a lease holds",
        ),
    ],
)
def test_what_makes_leases_unsafe_is_refused_in_a_sentence_that_says_why(other, why):
    with pytest.raises(UserError) as refused:
        build(*with_needs("LeaseReads"), other)
    assert str(refused.value) == f"LeaseReads and {other} exclude each other, {why}; choose one of them."


# -- Only an answer to a leader proves that a node follows it ----------------------------------------------


@pytest.mark.parametrize(
    ("message", "counts"),
    [
        (AppendEntriesReply("n2", "n1", 2, True, 0, 0), True),
        (AppendEntriesReply("n2", "n1", 2, False, 9, 0), True),
        (InstallSnapshotReply("n2", "n1", 2, 1), True),
        (ConfirmLeaderReply("n2", "n1", 2, 1), True),
        (RequestPreVote("n2", "n1", 2, 3, 0, 0), False),
        (RequestPreVoteReply("n2", "n1", 2, True), False),
        (RequestVoteReply("n2", "n1", 2, True), False),
        (RequestVote("n2", "n1", 2, 0, 0), False),
        (AppendEntriesReply("n2", "n1", 1, True, 0, 0), False),
    ],
    ids=str,
)
def test_check_quorum_counts_answers_to_the_leader_only(message, counts):
    """Thesis 6.2"""
    raft = build("PreVote", "CheckQuorum", "Snapshots", "NoOp", "ReadIndex")
    leader = node(raft=raft, term=2, role="leader", log="2:a 2:b")
    leader.step(message)
    assert leader.heard == (frozenset({"n2"}) if counts else frozenset())


def ticks_until_it_steps_down(seed, one_way):
    cuts = tuple((40, "cut", "n1", id, *one_way) for id in ("n3", "n4", "n5"))
    story = Story(
        "hears_all", "A leader that reaches one node", seed=seed, ticks=1500, extensions=("PreVote", "CheckQuorum"),
        actions=((0, "set_network", (1, 1)), (0, "time_out", "n1"), *cuts),
    )  # fmt: skip
    cluster = Cluster(story, record=False)
    cluster.tick(40)
    assert cluster.leader() == "n1"
    cluster.run_until(lambda world: world.nodes["n1"].role is not Role.LEADER, within=200)
    return cluster.now - 40


@pytest.mark.parametrize("one_way", [(True,), ()], ids=["one way", "both ways"])
def test_a_leader_that_reaches_no_majority_steps_down_within_two_timeouts_whomever_it_hears(one_way):
    waited = [ticks_until_it_steps_down(seed, one_way) for seed in range(1, 21)]
    assert max(waited) <= 2 * 15 + 2  # two shortest timeouts, and the answers that were under way
    assert statistics.median(waited) <= 30


def test_a_removed_node_does_not_count_as_a_majority_for_check_quorum():
    leader = node(raft=build("CheckQuorum", "Membership"), term=2, role="leader", nodes=3, since_look=14)
    leader.log.append(entries("2:v")[0]._replace(command="voters n1 n2 n4"))
    leader.heard = frozenset({"n3"})
    leader.step(Tick(1))
    assert leader.role is Role.FOLLOWER


# -- A read is answered or refused ---------------------------------------------------------------------------


def reading(*more):
    story = Story("reads", "Reads", nodes=3, extensions=("ReadIndex", "NoOp", *more))
    cluster = Cluster(story)
    cluster.set_network((1, 1))
    cluster.time_out("n1")
    cluster.tick(30)
    return cluster


def test_a_read_whose_questions_are_lost_is_asked_again_with_the_heartbeats():
    """Thesis 6.4"""
    cluster = reading()
    client = cluster.read("x", "n1")
    under_way = [each for due in cluster._arrivals.values() for each in due]
    for id, message in under_way:
        if isinstance(message, ConfirmLeader):
            cluster.drop(id)
    cluster.tick(12)
    assert [answer for _, name, answer in cluster.answers if name == client] == ["nothing"]


@pytest.mark.parametrize("seed", range(1, 41))
def test_no_read_hangs_after_half_of_the_messages_were_lost_for_a_while(seed):
    story = Story("lossy", "Loss", nodes=3, seed=seed, extensions=("ReadIndex", "NoOp"))
    cluster = Cluster(story, record=False)
    cluster.time_out("n1")
    cluster.tick(30)
    asked = cluster.leader()
    cluster.set_network((1, 3), loss=0.5)
    client = cluster.read("x", asked)
    cluster.tick(3)
    cluster.set_network((1, 3), loss=0)
    cluster.tick(40)
    assert [name for _, name, _ in cluster.answers].count(client) == 1


@pytest.mark.parametrize("reads", ["ReadIndex", "LeaseReads"])
@pytest.mark.parametrize("role", ["candidate", "leader"])
def test_neither_a_candidate_nor_a_leader_confirms_another_leader(reads, role):
    made = node(raft=build(*with_needs(reads)), term=2, role=role)
    assert sent(made.step(ConfirmLeader("n2", "n1", 2, 1))) == []


@pytest.mark.parametrize("reads", ["ReadIndex", "LeaseReads"])
def test_a_leader_that_is_written_to_all_the_time_reads_all_the_same(reads):
    """Each write starts its heartbeat timer anew, so that it never runs out."""
    cluster = Cluster(Story("busy", "Busy", nodes=3, extensions=with_needs(reads)), record=False)
    cluster.set_network((1, 1))
    cluster.time_out("n1")
    cluster.tick(12)
    for _ in range(20):
        cluster.propose("x=1", "n1")
        cluster.tick(2)
    under_way = {id for due in cluster._arrivals.values() for id, _ in due}
    client = cluster.read("x", "n1")
    for id, message in [each for due in cluster._arrivals.values() for each in due]:
        if id not in under_way and isinstance(message, ConfirmLeader):
            cluster.drop(id)
    for _ in range(4):
        cluster.propose("x=1", "n1")
        cluster.tick(2)
    assert [answer for _, name, answer in cluster.answers if name == client] == ["1"]


# -- A snapshot takes nothing back -----------------------------------------------------------------------------


def test_a_refused_snapshot_tells_a_later_leader_nothing():
    """n2 led term 1, and leads term 3 when the refusal of its old snapshot arrives: n1 still has an empty log."""
    raft = build("Snapshots")
    follower = node("n1", raft=raft, term=3)
    (refusal,) = sent(follower.step(InstallSnapshot("n2", "n1", 1, 2, 1, "S", ())))
    assert refusal == InstallSnapshotReply("n1", "n2", 3, 0)
    leader = node("n2", raft=raft, term=3, role="leader", log="1:a 1:b 3:c")
    leader.step(refusal)
    assert (leader.match_index["n1"], leader.next_index["n1"]) == (0, 4)
    for _ in range(8):  # heartbeats, until the logs have met
        for message in sent(leader.step(HeartbeatTimeout())):
            for reply in sent(follower.step(message)) if message.dst == "n1" else ():
                for again in sent(leader.step(reply)):
                    follower.step(again)
    assert tuple(follower.log) == tuple(leader.log)


@pytest.mark.parametrize("term", [2, 3])
def test_an_older_snapshot_takes_nothing_back(term):
    follower = node(raft=build("Snapshots"), term=2)
    follower.step(InstallSnapshot("n2", "n1", 2, 2, 2, "new", ()))
    effects = told(follower.step(InstallSnapshot("n2", "n1", term, 1, 1, "old", ())))
    assert (follower.commit_index, follower.last_applied, follower.log.start) == (2, 2, 2)
    assert "restore old" not in effects


# -- A removed node ------------------------------------------------------------------------------------------------


def new_leaders(seed, *cures):
    """The nodes that become leader in the 1,500 ticks after n4 is removed without hearing of it, and the share of time without a leader."""
    story = replace(load("removed_node"), seed=seed, extensions=("NoOp", "Membership", *cures))
    cluster = Cluster(story, record=False)
    cluster.tick(45)
    seen, nobody = set(leading(cluster)), 0
    before = len(seen)
    for _ in range(1500):
        cluster.tick()
        seen |= leading(cluster)
        nobody += not leading(cluster)
    return len(seen) - before, nobody / 1500


def leading(cluster):
    return {(node.term, id) for id, node in cluster.nodes.items() if node.role is Role.LEADER}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_removed_node_that_does_not_know_it_deposes_one_leader_after_another(seed):
    """Thesis 4.2.3"""
    changes, leaderless = new_leaders(seed)
    assert changes >= 20
    assert 0.3 < leaderless < 0.5


@pytest.mark.parametrize("cures", [("PreVote",), ("StickyVotes",), ("PreVote", "StickyVotes")], ids="+".join)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_pre_vote_and_sticky_votes_each_keep_it_from_that(seed, cures):
    assert new_leaders(seed, *cures) == (0, 0)
