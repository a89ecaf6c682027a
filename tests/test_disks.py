"""Disks that fail: what a node finds after a restart, what breaks then, and what protects against it."""

from dataclasses import replace
from random import Random

import pytest
from faulty import disturb

from raftlab import Cluster, Story, UserError, convict, load
from raftlab.messages import LogEntry, Role
from raftlab.sim.disk import Disk
from raftlab.sim.verbs import VERBS
from raftlab.stories.disks import DISKS

BROKEN = {
    "lost_disk": ["P4", "P5"],
    "lost_disk_of_four": [],
    "forgotten_vote": ["P1"],
    "corrupted_entry": ["P3", "K1", "P5"],
}


def play(story: Story) -> Cluster:
    cluster = Cluster(story)
    cluster.tick(story.ticks)
    return cluster


def led(nodes: int = 3) -> Cluster:
    """n1 leads, and x=1 is applied everywhere."""
    cluster = Cluster(nodes=nodes)
    cluster.time_out("n1")
    cluster.run_until("leader")
    cluster.write("x", 1)
    cluster.run_until("applied", "x=1")
    return cluster


@pytest.mark.parametrize("name", DISKS)
def test_a_failing_disk_breaks_these_properties_in_this_order(name):
    assert list(play(load(name)).trace.broken()) == BROKEN[name]


@pytest.mark.parametrize("name", DISKS)
def test_with_a_right_disk_the_same_deeds_break_nothing(name):
    story = load(name)
    right = replace(story, actions=tuple(each for each in story.actions if not VERBS[each[1]].beyond))
    cluster = play(right)
    assert cluster.trace.broken() == {}
    assert cluster.reached


@pytest.mark.parametrize("name", [name for name in DISKS if BROKEN[name]])
def test_a_story_of_a_failing_disk_has_no_event_too_many(name):
    story = load(name)
    for place, action in enumerate(story.actions[1:], start=1):  # the first only makes it easy to follow
        shorter = replace(story, actions=story.actions[:place] + story.actions[place + 1 :])
        try:
            assert list(play(shorter).trace.broken()) != BROKEN[name], f"{action} is not needed"
        except UserError:
            continue  # a later action needs this one


# -- What each fault does ------------------------------------------------------------------------------


def test_a_lost_disk_leaves_a_new_node_under_the_old_name():
    cluster = led()
    cluster.crash("n3")
    assert cluster.trace.at(cluster.now).views["n3"].log != ()
    cluster.lose_disk("n3")
    assert not cluster.trace.at(cluster.now).views["n3"].log, "the picture shows what is on the disk"
    cluster.restart("n3")
    node = cluster.nodes["n3"]
    assert (node.term, node.voted_for, list(node.log)) == (0, None, [])


def test_a_leader_never_goes_back_behind_what_a_node_has_confirmed_but_the_next_leader_does():
    cluster = led()
    cluster.crash("n3")
    cluster.lose_disk("n3")
    cluster.restart("n3")
    assert not cluster.run_until("applied", "x=1", within=300)
    assert cluster.leader() == "n1"
    cluster.time_out("n2")
    assert cluster.run_until("applied", "x=1", within=100)


def test_a_disk_that_forgets_is_not_noticed_before_the_crash_and_is_right_after_it():
    cluster = led()
    cluster.forget_writes("n3")
    cluster.write("x", 2)
    cluster.run_until("applied", "x=2")
    assert [entry.command for entry in cluster.nodes["n3"].log] == ["x=1", "x=2"]
    cluster.crash("n3")
    assert [entry.command for entry in cluster.disks["n3"].log] == ["x=1"]
    cluster.restart("n3")
    cluster.time_out("n1" if cluster.leader() == "n2" else "n2")  # the old leader would not send x=2 again
    cluster.run_until("applied", "x=2")
    cluster.crash("n3")
    assert [entry.command for entry in cluster.disks["n3"].log] == ["x=1", "x=2"]


def test_a_crash_tells_what_the_disk_has_forgotten():
    cluster = led()
    since = cluster.now
    cluster.forget_writes("n3")
    cluster.tick(7)
    cluster.crash("n3")
    assert cluster.trace.events[-1].detail == since
    cluster.restart("n3")
    cluster.crash("n3")
    assert cluster.trace.events[-1].detail is None


def test_a_damaged_entry_is_read_at_the_restart_and_not_before():
    cluster = led()
    cluster.corrupt("n3", 1)
    assert [entry.command for entry in cluster.nodes["n3"].log] == ["x=1"]
    cluster.tick(20)
    assert cluster.trace.broken() == {}
    cluster.crash("n3")
    cluster.restart("n3")
    assert [entry.command for entry in cluster.nodes["n3"].log] == ["x=0"], "one bit of the last character"


def test_what_a_node_saves_over_a_damaged_entry_mends_it():
    disk = Disk(load("lost_disk").hard_state("n1"))
    disk.log.append(LogEntry(1, "x=1"))
    disk.corrupt(1, "x=9")
    disk.log.replace_from(1, (LogEntry(1, "x=1"),))
    assert disk.read().log == (LogEntry(1, "x=1"),)


MISTAKES = [
    (lambda c: c.lose_disk("n1"), "n1 is running; this needs a node that is crashed."),
    (lambda c: c.forget_writes("n2"), "n2 is crashed; this needs a node that is running or paused."),
    (lambda c: c.forget_writes("n3"), "n3's disk only caches its writes already, since tick "),
    (lambda c: c.corrupt("n1", 2), "There is no entry 2 in the log on n1's disk; it holds entries 1 to 1."),
    (lambda c: c.corrupt("n1", 0), "The index of an entry must be a whole number of at least 1, not 0."),
    (lambda c: c.corrupt("n1", 1, "x=1"), "Entry 1 reads 'x=1' already; name another command."),
    (lambda c: c.corrupt("n1", 1, 5), "A command must be text such as 'x=5' (write) or 'x?' (read), not 5."),
    (lambda c: c.corrupt("n9", 1), "There is no node 'n9'."),
]


@pytest.mark.parametrize(("deed", "sentence"), MISTAKES, ids=[sentence[:40] for _, sentence in MISTAKES])
def test_a_mistake_is_told_in_one_sentence_and_changes_nothing(deed, sentence):
    cluster = led()
    cluster.crash("n2")
    cluster.forget_writes("n3")
    before = (list(cluster.done), cluster.disks["n1"].read(), len(cluster.trace.events))
    with pytest.raises(UserError) as told:
        deed(cluster)
    assert str(told.value).startswith(sentence)
    assert (list(cluster.done), cluster.disks["n1"].read(), len(cluster.trace.events)) == before


def test_an_entry_that_says_who_has_a_vote_cannot_be_damaged():
    cluster = Cluster(Story("fewer", "Fewer voters", nodes=3, extensions=("NoOp", "Membership"), goals=()))
    cluster.run_until("leader")
    cluster.tick(20)
    cluster.change_voters("n1", "n2")
    with pytest.raises(UserError, match=r"Entry 2 says who has a vote; choose one with a client's command\."):
        cluster.corrupt("leader", 2)


def test_a_lost_disk_takes_the_snapshot_with_it():
    cluster = Cluster(Story("cut_log", "A cut log", nodes=3, extensions=("Snapshots",), goals=()))
    cluster.run_until("leader")
    cluster.write("x", 1)
    cluster.run_until("applied", "x=1")
    cluster.snapshot("n3")
    cluster.crash("n3")
    cluster.lose_disk("n3")
    cluster.restart("n3")
    assert cluster.nodes["n3"].log.start == cluster.nodes["n3"].last_applied == 0
    assert cluster.machines["n3"].read("x?") == "nothing"


def test_a_story_that_convicts_a_faulty_node_leaves_the_disks_alone():
    with pytest.raises(UserError, match=r"must not use lose_disk: even Raft does not tolerate it\."):
        convict("01.a", replace(load("lost_disk"), goals=()), "Ada", progress=None)


# -- What masks it ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["lost_disk", "forgotten_vote", "corrupted_entry"])
def test_nobody_lies_in_these_stories(name):
    assert not load(name).liars


@pytest.mark.parametrize("nodes", [3, pytest.param(4, id="4 = 3f + 1")])
def test_of_four_nodes_one_may_forget_and_of_three_none(nodes):
    """Two quorums of 2f + 1 among 3f + 1 nodes share f + 1 (Castro and Liskov 1999); four nodes have such quorums."""
    broken = {id for seed in range(60) for id in forgetful_run(seed, nodes).invariants.broken}
    assert ("P4" in broken) == (nodes == 3)
    assert not broken or nodes == 3


def forgetful_run(seed: int, nodes: int) -> Cluster:
    """Elections and writes among nodes that crash and restart. Sometimes one restarts with an empty disk."""
    dice = Random(f"forgets/{seed}")
    cluster = Cluster(Story("forgets", "One forgets", nodes=nodes, seed=seed, goals=()), record=False)
    for tick in range(300):
        cluster.tick()
        if tick % 15 == 0 and cluster.leader():
            cluster.write("x", tick)
        if dice.random() < 0.1:
            node = cluster.ids[int(dice.random() * nodes)]
            cluster.isolate(node) if dice.random() < 0.5 else cluster.heal()
        if dice.random() < 0.05:
            cluster.crash("n2")
            cluster.lose_disk("n2")
            cluster.restart("n2")
    assert cluster.invariants.commitment.entries, "a dead run breaks nothing either"
    return cluster


@pytest.mark.parametrize(
    ("liar", "masked"), [("double_voter", True), ("flatterer", True), ("equivocator", False)]
)
def test_larger_quorums_mask_a_false_vote_and_no_false_leader(liar, masked):
    """Four nodes, n1 lies: quorums of three are enough against its votes, and not against its appends."""
    broken = {id for seed in range(40) for id in run_of_a_liar(seed, liar).invariants.broken}
    assert (broken == set()) == masked


def run_of_a_liar(seed: int, liar: str) -> Cluster:
    dice = Random(f"lies/{seed}")
    story = Story("lies", "One lies", nodes=4, seed=seed, liars={"n1": liar}, goals=())
    cluster = Cluster(story, record=False)
    for tick in range(200):
        cluster.tick()
        if tick % 15 == 0 and cluster.leader():
            cluster.write("x", tick)
        if dice.random() < 0.15:
            disturb(cluster, dice)
    assert cluster.invariants.commitment.entries, "a dead run breaks nothing either"
    return cluster


@pytest.mark.parametrize("name", ["corrupted_entry", "two_truths"])
def test_among_four_nodes_damage_and_a_false_leader_break_what_they_break_among_three(name):
    assert list(play(replace(load(name), nodes=4)).trace.broken())[:1] == ["P3"]


@pytest.mark.parametrize("lost", [2, 3])
def test_of_five_nodes_that_all_hold_an_entry_three_must_forget_before_a_node_without_it_can_lead(lost):
    cluster = Cluster(load("client_write"))
    cluster.tick(70)
    leader, *others = sorted(cluster.ids, key=lambda id: id != cluster.leader())
    cluster.crash(leader)
    for node in others[:lost]:
        cluster.crash(node)
        cluster.lose_disk(node)
        cluster.restart(node)
    for _ in range(20):
        cluster.tick(40)
        if cluster.nodes[others[0]].role is not Role.LEADER:
            cluster.time_out(others[0])
    assert ("P4" in cluster.trace.broken()) == (lost == 3)
