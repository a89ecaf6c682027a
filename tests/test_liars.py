"""Liars in the Lab, each compared with an honest node in its place; and how many nodes are needed against faults."""

from itertools import combinations

import pytest

from raftlab import UserError
from raftlab.lab.liars import every_harm, liars
from raftlab.models.quorums import costs, pbft_cost, raft_cost
from raftlab.sim.byzantine import LIARS


@pytest.fixture(scope="module")
def harms():
    return {each.lie: each for each in every_harm()}


def test_every_lie_has_its_row_and_breaks_first_what_its_class_says(harms):
    assert list(harms) == list(LIARS)
    for lie, liar in LIARS.items():
        assert harms[lie].first == (liar.breaks if liar.breaks.startswith("P") else "")
        assert harms[lie].does in " ".join(liar.__doc__.split())
        assert harms[lie].honest == (), "an honest node in the liar's place breaks nothing"


def test_one_lie_or_another_breaks_each_of_the_five_properties(harms):
    assert {id for each in harms.values() for id in each.all} == {"P1", "P2", "P3", "P4", "P5"}


def test_the_table_names_the_time_that_the_player_shows_and_how_it_broke():
    shown = every_harm()._repr_markdown_()
    assert "| 0.03 s: n1 and n2 both became leader of term 1. | nothing |" in shown
    assert "nothing wrong happens, but nothing gets done either" in shown
    assert shown.count("\n") == len(LIARS) + 1


def test_a_choice_shows_another_scene_and_an_honest_node_takes_the_liars_place():
    bench = liars("equivocator")
    assert bench.lab.trace.broken()
    bench.place.value = False
    assert bench.lab.trace.broken() == {}
    assert bench.story.stops == (), "what the story asks and says is true of a liar only"
    bench.which.value = "false_acker"
    assert (bench.lab.story.name, bench.lab.story.liars) == ("empty_promise", {})
    bench.place.value = True
    assert list(bench.lab.trace.broken()) == ["K1", "P4", "P5"]
    assert "image/svg+xml" in bench._repr_mimebundle_()[0]
    with pytest.raises(UserError, match="Did you mean 'double_voter'"):
        liars("double_votre")


@pytest.mark.parametrize("cost", [raft_cost(1), raft_cost(2), pbft_cost(1), pbft_cost(2)])
def test_quorums_share_so_many_nodes_and_not_one_more(cost):
    every = list(combinations(range(cost.nodes), cost.quorum))
    assert min(len(set(a) & set(b)) for a in every for b in every) == cost.common
    liars_among_them = cost.faults if cost.protocol == "PBFT" else 0
    assert cost.common - liars_among_them == cost.honest == 1
    assert cost.nodes - cost.faults >= cost.quorum, "it goes on without those who are faulty"


def test_messages_are_counted_one_by_one():
    cost = pbft_cost(1)
    nodes = range(cost.nodes)
    pre_prepare = [(0, to) for to in nodes if to]
    prepare = [(of, to) for of in nodes if of for to in nodes if to != of]
    commit = [(of, to) for of in nodes for to in nodes if to != of]
    assert cost.messages == len(pre_prepare + prepare + commit) == 24
    assert (raft_cost(1).messages, raft_cost(2).messages) == (4, 8)


def test_costs_are_a_table():
    shown = costs([1])._repr_markdown_().splitlines()
    assert shown[2:] == [
        "| 1 crashed | Raft | 3 | 2 | 1 | 1 | 4 | 2 |",
        "| 1 lying | PBFT | 4 | 3 | 2 | 1 | 24 | 3 |",
    ]
    with pytest.raises(UserError, match="number of faults must be a whole number"):
        costs([0])
    with pytest.raises(UserError, match=r"The numbers of faults must be a list such as \[1, 2, 3\], not 3\."):
        costs(3)
