"""Nodes that lie: what breaks first, what stays true, and that no other node is to blame."""

from dataclasses import replace
from itertools import combinations
from random import Random

import pytest
from faulty import disturb

from raftlab import RULES, STORIES, Cluster, Raft, Story, UserError, load
from raftlab.extensions import CheckQuorum, PreVote
from raftlab.rules import PROPERTIES
from raftlab.sim.byzantine import LIARS, lying
from raftlab.sim.systems import build

SCENES = {next(iter(story.liars.values())): name for name, story in STORIES.items() if story.liars}
# All that breaks in each scene, in this order.
BROKEN = {
    "double_voter": ["P1", "P3", "P5", "P4"],
    "flatterer": ["P4", "P5"],
    "boaster": ["P4", "P5"],
    "usurper": ["P1", "P3", "P5", "P4"],
    "equivocator": ["P3", "P5"],
    "hasty_leader": ["P5"],
    # Often said to break Leader Append-Only and nothing else. But what a leader takes back leaves an empty
    # place, and the next command gets the same index and term: two logs differ, then two machines.
    "rewriter": ["P2", "P3", "P5"],
    "false_acker": ["P4", "P5"],
    "term_raiser": [],
    "deaf_leader": [],
    "false_witness": [],
}


# A leader that is deceived about what its followers hold takes to be committed what is not; so do its followers. The
# leader that a flatterer has helped has an honest node overwrite what that node knows to be committed.
UNSOUND = {"double_voter", "usurper", "equivocator", "hasty_leader", "rewriter", "false_acker", "flatterer"}


def play(story: Story, **changes) -> Cluster:
    cluster = Cluster(replace(story, **changes))
    cluster.tick(story.ticks)
    return cluster


def test_every_liar_has_a_scene_and_says_what_it_does_and_which_rule_it_breaks():
    assert SCENES.keys() == LIARS.keys() == BROKEN.keys()
    for name, liar in LIARS.items():
        sentence, _, rule = liar.__doc__.partition(" (")
        assert sentence.endswith("."), name
        assert any(each in rule for each in (*RULES, *PROPERTIES, "omission")), name
        assert liar.breaks == (BROKEN[name] or [liar.breaks])[0]
        assert (liar.breaks in ("liveness", "client")) == (BROKEN[name] == [])


@pytest.mark.parametrize("liar", LIARS)
def test_one_liar_breaks_these_properties_in_this_order(liar):
    broken = play(load(SCENES[liar])).trace.broken()
    assert [id for id in broken if id in PROPERTIES] == BROKEN[liar]
    assert all(sentence.startswith("n") for _, sentence in broken.values()), "the node is named"


@pytest.mark.parametrize("liar", LIARS)
def test_some_lies_make_nodes_take_to_be_committed_what_is_not(liar):
    assert ("K1" in play(load(SCENES[liar])).trace.broken()) == (liar in UNSOUND)


@pytest.mark.parametrize("liar", LIARS)
def test_an_honest_node_in_the_liars_place_breaks_nothing_and_reaches_the_same_goals(liar):
    story = load(SCENES[liar])
    cluster = play(story, liars={})
    assert cluster.trace.broken() == {}
    assert set(cluster.reached) == set(story.goals) != set()


@pytest.mark.parametrize("liar", LIARS)
def test_a_liar_tells_its_lie_with_other_rules_around_it(liar):
    """NoOp shifts the entries, and FastBackup and ReadIndex send other messages, but the same property breaks first."""
    story = load(SCENES[liar])
    cluster = play(story, extensions=("NoOp", "FastBackup", "ReadIndex"))
    assert [id for id in cluster.trace.broken() if id in PROPERTIES][:1] == BROKEN[liar][:1]
    assert cluster.reached


@pytest.mark.parametrize("liar", LIARS)
def test_a_liar_can_be_made_of_every_kind_of_node(liar):
    for extension in (PreVote, CheckQuorum):
        node_class = lying(liar, build(extension))
        assert issubclass(node_class, LIARS[liar])
        assert issubclass(node_class, extension)
        Cluster(load(SCENES[liar]), classes={"n3": node_class}).tick(60)


def test_a_liar_that_does_not_exist_is_named_with_the_nearest_that_does():
    with pytest.raises(UserError, match="Did you mean 'double_voter'"):
        lying("duoble_voter", Raft)


@pytest.mark.parametrize("node_class", [None, int, "Raft"])
def test_only_what_is_made_from_raft_can_be_made_to_lie(node_class):
    with pytest.raises(UserError, match="node_class must be Raft or a subclass of it, not"):
        lying("boaster", node_class)


def test_a_story_plays_the_liars_it_names_and_no_others():
    cluster = Cluster(load("two_votes_one_term"))
    assert [id for id, node in cluster.nodes.items() if type(node) is not Raft] == ["n5"]


# -- Elections ----------------------------------------------------------------------------------------


def test_the_only_voter_that_both_leaders_share_is_the_liar():
    """Any two majorities of five share a node, but perhaps only one. If this node lies, sharing it does not help."""
    view = play(load("two_votes_one_term")).trace.at(9).views
    assert (view["n1"].role, view["n2"].role, view["n1"].term, view["n2"].term) == ("leader", "leader", 1, 1)
    assert set(view["n1"].votes) & set(view["n2"].votes) == {"n5"}


def least_overlap(nodes: int, quorum: int) -> int:
    return min(len(set(a) & set(b)) for a in combinations(range(nodes), quorum)
               for b in combinations(range(nodes), quorum))  # fmt: skip


@pytest.mark.parametrize("faults", [1, 2])
def test_majorities_may_share_a_single_node_but_two_thirds_share_more_nodes_than_may_lie(faults):
    """Castro and Liskov 1999: n = 3f + 1 nodes, quorums of 2f + 1, and f + 1 in common, of which one is honest."""
    assert least_overlap(2 * faults + 1, faults + 1) == 1
    assert least_overlap(3 * faults + 1, 2 * faults + 1) == faults + 1
    assert least_overlap(3 * faults, 2 * faults) == faults, (
        "one node fewer, and the common ones may all be liars"
    )


def test_a_usurper_whose_log_is_old_breaks_leader_completeness_and_not_election_safety():
    """Often said to break Election Safety. That takes another leader in the same term; alone in a later one,
    the usurper is the only leader of its term, and what breaks first is P4: it lacks what was committed."""
    story = replace(load("boastful_candidate"), liars={"n3": "usurper"})
    assert list(play(story).trace.broken()) == ["P4", "P5"]


def test_a_liar_that_sees_no_second_candidate_does_no_harm():
    """Not every lie is told in every run: with no rival there is only one vote to give."""
    story = Story("calm", "Calm", nodes=5, ticks=80, liars={"n5": "double_voter"}, actions=(
        (0, "set_network", (1, 1)), (1, "time_out", "n1"), (10, "propose", "x=1", "n1")), goals=(("applied", "x=1"),))  # fmt: skip
    cluster = play(story)
    assert cluster.reached
    assert not cluster.trace.broken()


# -- Liveness -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("liar", ["term_raiser", "deaf_leader", "false_witness"])
def test_safety_holds_with_all_other_faults(liar):
    """Many seeds with every fault: these liars only break liveness."""
    led = 0
    for seed in range(60):
        dice = Random(f"lies/{seed}")
        story = Story("lies", "Lies and faults", nodes=5, seed=seed, liars={"n1": liar}, goals=())
        cluster = Cluster(story, record=False)
        for _ in range(200):
            cluster.tick()
            if dice.random() < 0.15:
                disturb(cluster, dice)
            led += cluster.leader() is not None
        assert cluster.invariants.broken == {}, f"seed {seed}"
    assert led > 500, "a dead run breaks nothing either"


def reigns(seed: int, extensions: tuple[str, ...], liars: dict[str, str]) -> tuple[int, int, int]:
    """In 400 ticks: the longest time for which there was a leader, entries committed, the highest term."""
    story = Story("reigns", "Who reigns", seed=seed, extensions=extensions, liars=liars, goals=())
    cluster, longest, reign = Cluster(story, record=False), 0, 0
    for tick in range(400):
        cluster.tick()
        reign = reign + 1 if cluster.leader() else 0
        longest = max(longest, reign)
        if tick % 10 == 0 and cluster.leader():
            cluster.write("x", tick)
    nodes = cluster.nodes.values()
    return longest, max(node.commit_index for node in nodes), max(node.term for node in nodes)


@pytest.mark.parametrize("extensions", [(), ("PreVote",), ("PreVote", "CheckQuorum", "StickyVotes")], ids=str)
def test_no_leader_outlives_a_liar_that_raises_terms_and_pre_vote_does_not_help(extensions):
    """PreVote makes honest nodes ask before they raise their term; a liar does not ask.

    A write that comes just between an election and the liar's next word can be committed: the liar stops
    leaders, and nearly all progress.
    """
    for seed in range(6):
        longest, committed, term = reigns(seed, extensions, {"n5": "term_raiser"})
        assert longest <= 6, "a heartbeat to the liar and its answer, three ticks each at most"
        assert committed <= 2
        assert term > 80
        longest, committed, term = reigns(seed, extensions, {})
        assert longest > 300
        assert committed > 30
        assert term < 5


def test_in_the_scene_of_the_term_raiser_there_is_no_leader_until_it_crashes():
    cluster = Cluster(load("endless_terms"))
    for _ in range(150):
        assert cluster.leader() is None
        cluster.tick()
    assert max(node.term for node in cluster.nodes.values()) > 20
    assert cluster.run_until("leader", within=100)


def test_a_deaf_leader_stays_in_office_and_commits_nothing():
    cluster = Cluster(load("deaf_leader"))
    cluster.tick(119)
    assert cluster.leader() == "n1"
    assert {len(node.log) for node in cluster.nodes.values()} == {1}, "all hold the entry"
    assert {node.commit_index for node in cluster.nodes.values()} == {0}, "and none may commit it"


def test_check_quorum_ends_the_reign_of_a_deaf_leader():
    """A leader can notice an omission by itself, if it checks, but not a lie."""
    cluster = Cluster(replace(load("deaf_leader"), extensions=("CheckQuorum",)))
    cluster.tick(119)
    assert cluster.leader() in ("n2", "n3")
    assert cluster.propose("x=3")
    assert cluster.run_until("applied", "x=3", within=30)


# -- Clients ------------------------------------------------------------------------------------------


def test_a_false_witness_deceives_the_client_and_nobody_else():
    cluster = play(load("false_witness"))
    honest = play(load("false_witness"), liars={})
    assert [told for _, _, told in cluster.answers] == ["nothing", "nothing"]
    assert [told for _, _, told in honest.answers] == ["ok", "5"]
    assert {machine.values["x"] for machine in cluster.machines.values()} == {"5"}
    assert cluster.trace.broken() == {}


@pytest.mark.parametrize("name", [*SCENES.values(), "two_verdicts"])
def test_a_scene_is_short_and_speaks(name):
    story = load(name)
    assert len(story.actions) <= 8
    assert story.stops
