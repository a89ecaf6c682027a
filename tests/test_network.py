"""The network: directed links that delay, lose, double and cut, with dice of their own."""

from collections import Counter
from random import Random

import networkx
import pytest

from raftlab import UserError
from raftlab.sim.network import Link, Network

NODES = ("n1", "n2", "n3")


class NoDice(Random):
    """Dice that must not be used."""

    def random(self):
        raise AssertionError("there was no choice, and yet a die was thrown")


@pytest.fixture
def network():
    return Network(NODES, Random("dice"))


# -- What happens to a message ------------------------------------------------------------------------


def test_every_two_nodes_have_a_way_there_and_a_way_back(network):
    assert list(network.links) == [("n1", "n2"), ("n1", "n3"), ("n2", "n1"), ("n2", "n3"), ("n3", "n1"), ("n3", "n2")]  # fmt: skip
    assert Network(("n1",), Random()).links == {}


@pytest.mark.parametrize(("shortest", "longest"), [(1, 1), (1, 3), (4, 9)])
def test_every_delay_between_the_bounds_occurs_about_as_often_and_no_other_does(network, shortest, longest):
    network.set(delay=(shortest, longest))
    seen = Counter(network.travel_time("n1", "n2") for _ in range(6000))
    assert set(seen) == set(range(shortest, longest + 1))
    assert max(seen.values()) < 1.3 * min(seen.values())


@pytest.mark.parametrize("probability", [0.0, 0.25, 1.0])
def test_loss_and_duplication_happen_as_often_as_they_are_told_to(network, probability):
    network.set(loss=probability)
    lost = sum(network.travel_time("n1", "n2") is None for _ in range(4000))
    network.set(loss=0, duplication=probability)
    doubled = sum(network.duplicates("n1", "n2") for _ in range(4000))
    for found in (lost, doubled):
        assert abs(found / 4000 - probability) < 0.03 * (0 < probability < 1) + 1e-9


def test_a_cut_link_loses_everything(network):
    network.cut("n1", "n2")
    assert network.travel_time("n1", "n2") is None


def test_where_there_is_no_choice_no_die_is_thrown():
    """Otherwise the cut of one link would change the delays of all others."""
    network = Network(NODES, NoDice(), Link(delay=(3, 3)))
    assert network.travel_time("n1", "n2") == 3
    assert not network.duplicates("n1", "n2")
    network.set(loss=0.5)
    network.cut("n1", "n2")
    assert network.travel_time("n1", "n2") is None


def test_the_same_dice_make_the_same_journeys():
    def journeys():
        network = Network(NODES, Random("7/network"), Link((1, 9), loss=0.3))
        return [network.travel_time("n1", "n3") for _ in range(50)]

    assert journeys() == journeys()


# -- What a person does to it: each deed, and which ways are cut then ------------------------------------


DEEDS = [
    ("a cut is one of both ways", [("cut", "n1", "n2")], ["n1>n2", "n2>n1"]),
    ("unless it is of one way only", [("cut", "n1", "n2", True)], ["n1>n2"]),
    ("cutting twice is cutting once", [("cut", "n1", "n2"), ("cut", "n2", "n1")], ["n1>n2", "n2>n1"]),
    ("who is isolated is cut off from all", [("isolate", "n2")], ["n1>n2", "n2>n1", "n2>n3", "n3>n2"]),
    ("a partition cuts what lies between its groups", [("partition", [["n1"], ["n2", "n3"]])],
     ["n1>n2", "n1>n3", "n2>n1", "n3>n1"]),
    ("one group is no partition", [("isolate", "n2"), ("partition", [["n1", "n2", "n3"]])], []),
    ("a partition mends what was cut before", [("cut", "n2", "n3"), ("partition", [["n1"], ["n2", "n3"]])],
     ["n1>n2", "n1>n3", "n2>n1", "n3>n1"]),
    ("healing a link mends both its ways, and no other link", [("isolate", "n2"), ("heal", "n1", "n2")],
     ["n2>n3", "n3>n2"]),
    ("healing a node mends all its links", [("partition", [["n1"], ["n2"], ["n3"]]), ("heal", "n1")], ["n2>n3", "n3>n2"]),
    ("healing mends everything", [("partition", [["n1"], ["n2"], ["n3"]]), ("heal",)], []),
    ("what is whole stays whole", [("heal",)], []),
]  # fmt: skip


@pytest.mark.parametrize(("name", "deeds", "down"), DEEDS, ids=[row[0] for row in DEEDS])
def test_cuts(network, name, deeds, down):
    for verb, *arguments in deeds:
        getattr(network, verb)(*arguments)
    assert network.down() == down


def test_cuts_and_settings_leave_each_other_alone(network):
    network.set(delay=(4, 5), loss=0.1)
    network.cut("n1", "n2")
    network.set(duplication=0.2)
    network.heal()
    assert set(network.links.values()) == {Link((4, 5), 0.1, 0.2, up=True)}


@pytest.mark.parametrize(
    ("src", "dst", "slow"),
    [
        (None, None, 6),
        ("n1", None, 2),
        (None, "n1", 2),
        ("n1", "n3", 1),
    ],
)
def test_a_setting_is_for_all_links_or_for_those_from_or_to_one_node(network, src, dst, slow):
    network.set(delay=(8, 8), src=src, dst=dst)
    changed = [way for way, link in network.links.items() if link.delay == (8, 8)]
    assert len(changed) == slow
    assert all(src in (None, way[0]) and dst in (None, way[1]) for way in changed)


# -- What can be seen of it ------------------------------------------------------------------------------


def test_its_settings_are_plain_data(network):
    network.set(delay=(2, 4), loss=0.5)
    network.cut("n3", "n1", one_way=True)
    assert network.settings() == {"delay": [2, 4], "loss": 0.5, "duplication": 0.0, "down": ["n3>n1"]}


def test_a_link_that_differs_from_most_is_named_while_there_is_one(network):
    """A picture marks the link that differs from the others, even if it is the first."""
    network.set(loss=0.9, src="n1", dst="n2")
    network.set(delay=(22, 22), src="n3", dst="n1")
    assert network.settings()["loss"] == 0.0
    assert network.settings()["odd"] == {"n1>n2": {"loss": 0.9}, "n3>n1": {"delay": [22, 22]}}
    network.set(delay=(1, 1), loss=0.9)
    assert "odd" not in network.settings()
    assert network.settings()["loss"] == 0.9


def test_its_graph_says_who_still_reaches_whom(network):
    """A one-way cut leaves a way round; an isolated node has none."""
    network.cut("n1", "n3", one_way=True)
    graph = network.graph()
    assert set(graph.nodes) == set(NODES)
    assert not graph.has_edge("n1", "n3")
    assert graph.has_edge("n3", "n1")
    assert networkx.has_path(graph, "n1", "n3")
    network.isolate("n1")
    assert not networkx.has_path(network.graph(), "n1", "n3")
    assert network.graph().edges["n2", "n3"] == {"delay": (1, 2), "loss": 0.0, "duplication": 0.0}


# -- Mistakes ----------------------------------------------------------------------------------------------


MISTAKES = [
    ({"delay": 3}, "The delay is a pair of ticks such as (1, 3), not 3."),
    ({"delay": (1, 2, 3)}, "The delay is a pair of ticks such as (1, 3), not (1, 2, 3)."),
    ({"delay": (0, 2)}, "Each delay in ticks must be a whole number from 1 to 20000, not 0."),
    ({"delay": (1, 2.5)}, "Each delay in ticks must be a whole number from 1 to 20000, not 2.5."),
    ({"delay": (True, 2)}, "Each delay in ticks must be a whole number from 1 to 20000, not True."),
    ({"delay": (3, 2)}, "The delay is the wrong way round: of (3, 2) the shorter one must come first."),
    ({"loss": -0.1}, "The loss must be a number from 0 (never) to 1 (always), not -0.1."),
    ({"loss": 1.1}, "The loss must be a number from 0 (never) to 1 (always), not 1.1."),
    ({"loss": "0.1"}, "The loss must be a number from 0 (never) to 1 (always), not '0.1'."),
    ({"loss": float("nan")}, "The loss must be a number from 0 (never) to 1 (always), not nan."),
    ({"duplication": 2}, "The duplication must be a number from 0 (never) to 1 (always), not 2."),
    ({"duplication": True}, "The duplication must be a number from 0 (never) to 1 (always), not True."),
]


@pytest.mark.parametrize(("setting", "sentence"), MISTAKES, ids=[str(setting) for setting, _ in MISTAKES])
def test_a_setting_that_cannot_be_is_refused_in_a_sentence_and_changes_nothing(network, setting, sentence):
    before = dict(network.links)
    with pytest.raises(UserError) as error:
        network.set(**({"delay": (5, 5)} | setting))
    assert str(error.value) == sentence
    assert network.links == before
