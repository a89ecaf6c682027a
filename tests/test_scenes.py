"""The stories of the models: what goes wrong without agreement, and how Paxos solves it."""

import pytest

from raftlab import Lab, check_linearizability, play
from raftlab.lab.scenes import WITH_A_MISTAKE, scene
from raftlab.models.scenes import SCENES
from raftlab.rules import PROPERTIES
from raftlab.sim.cluster import Cluster
from raftlab.stories import STORIES


def played(name):
    story, node_class = scene(name)
    return play(story, node_class=node_class)


def logs(trace, tick):
    return {node: [command for _, command in view.log] for node, view in trace.at(tick).views.items()}


@pytest.mark.parametrize("name", SCENES)
def test_golden(name, golden):
    """Each run as prose, for eyes and for diffs; `make golden` writes it again."""
    golden(name, played(name))


@pytest.mark.parametrize("name", WITH_A_MISTAKE)
def test_a_story_with_a_mistake_loses_a_committed_entry_and_without_it_does_not(name):
    story = WITH_A_MISTAKE[name][0]
    assert name not in STORIES
    broken = [id for id in played(name).broken() if id in PROPERTIES]  # Sound Knowledge may fall before
    assert broken[0] == "P4"
    assert not played(story).broken()
    assert Lab(name, show="04b").trace.story.name == name


def test_names_of_models_are_not_names_of_raft_stories_and_a_lab_knows_both():
    assert not set(SCENES) & set(STORIES)
    assert list(Lab("two_copies", show="00").trace.at(0).views) == ["n1", "n2"]
    assert Lab("paxos_duel", show="00b").trace.at(40).views["n1"].term > 3
    assert Lab("three_nodes").trace.at(0).views.keys() == {"n1", "n2", "n3"}


def test_without_agreement_two_writes_at_once_leave_two_different_copies_though_nothing_is_lost():
    trace = played("two_at_once")
    assert logs(trace, 60) == {"n1": ["x=1", "x=2"], "n2": ["x=2", "x=1"]}
    assert [op.result for op in trace.operations() if op.kind == "get"] == ["2", "1"]
    assert "P5" in trace.broken()


def test_without_agreement_a_cut_leaves_two_different_copies_that_never_become_alike():
    trace = played("two_copies")
    assert logs(trace, 10) == {"n1": ["x=1"], "n2": ["x=1"]}
    assert logs(trace, 120) == {"n1": ["x=1", "x=2"], "n2": ["x=1", "x=3"]}
    verdict = check_linearizability(trace.operations())
    assert not verdict.ok
    assert (verdict.stuck.client, verdict.stuck.result) == ("Bob", "1")


def test_a_copy_that_restarts_has_what_it_had_written_down():
    story, node_class = scene("two_copies")
    cluster = Cluster(story, node_class=node_class)
    cluster.tick(60)
    cluster.crash("n1")
    cluster.restart("n1")
    cluster.tick(2)
    cluster.read("x", "n1", "Ann")
    assert cluster.answers[-1][1:] == ("Ann", "2")


def test_in_paxos_a_value_is_chosen_before_its_proposer_knows():
    trace = played("paxos_round")
    assert [view.commit_index for view in trace.at(10).views.values()] == [0, 1, 1]
    assert [view.commit_index for view in trace.at(13).views.values()] == [1, 1, 1]


def test_in_paxos_a_value_that_may_have_been_chosen_is_proposed_again_and_another_need_not_be():
    for name, chosen in (("paxos_survivor", "X"), ("paxos_free", "Y")):
        view = played(name).at(39).views["n3"]
        assert (view.commit_index, view.log[0][1]) == (1, chosen)


def test_with_dice_a_duel_ends_and_without_it_does_not():
    assert all(view.commit_index == 1 for view in played("paxos_duel").at(300).views.values())
    assert all(view.commit_index == 0 for view in played("paxos_duel_for_ever").at(300).views.values())
