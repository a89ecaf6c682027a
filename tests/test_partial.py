"""Partial connectivity: what each scenario does to Raft and to each set of extensions, as bands over seeds.

These tests check what the simulator shows. If a source says something else, docs/partial_connectivity.md says so.
"""

from dataclasses import replace
from typing import NamedTuple

import pytest

from raftlab import Cluster, PreVote, Story, compare, load, reach
from raftlab.experiments import Serial
from raftlab.experiments.watch import watch
from raftlab.messages import Role

DEADLOCK = "leader without commits (deadlock)"
PLAIN, STICKY, PREVOTE, CHECK = "plain Raft", "StickyVotes", "PreVote", "CheckQuorum"
STICKY_CHECK, PREVOTE_CHECK, ALL = (
    f"{STICKY} + {CHECK}",
    f"{PREVOTE} + {CHECK}",
    f"{STICKY} + {PREVOTE} + {CHECK}",
)
NEVER = (0, 0)


class Band(NamedTuple):
    """What every seed must show: how it ends, who leads then, and (least, most) of what is counted.

    elections: in all, or a minute where it churns. terms: a minute, in all where there is one election or none.
    gap: the longest time between commits, in seconds.
    """

    verdicts: str | tuple[str, ...]
    leaders: str
    elections: tuple[float, float]
    terms: tuple[float, float]
    gap: tuple[float, float] | None = (0.1, 0.3)


CLIMB = (220, 320)  # terms a minute of nodes that stand for election, in vain, as often as they can
CALM = Band("steady", "n3", NEVER, NEVER)  # the old leader stays, and writes are committed as before
MIDDLE_WINS = Band("steady", "n2", (1, 4), (1, 12), (0.2, 1))


def table(plain, sticky, prevote, check, sticky_check, both):
    """The columns of the matrix; with both PreVote and CheckQuorum, sticky votes change nothing."""
    return {PLAIN: plain, STICKY: sticky, PREVOTE: prevote, CHECK: check, STICKY_CHECK: sticky_check,
            PREVOTE_CHECK: both, ALL: both}  # fmt: skip


def chain(plain, sticky):
    """In the chain CheckQuorum alone changes nothing: every leader there has a majority."""
    return table(plain, sticky, CALM, plain, sticky, CALM)


RESTLESS = Band(("steady", "churns"), "n1 n2 n3 None", (0, 25), (0, 320), (0.1, 1.2))
NO_LEADER = Band("no leader", "n3 None", NEVER, (330, 430), (4, 60))
QUIET_NO_LEADER = NO_LEADER._replace(terms=NEVER)
ONE = (1, 1)
MATRIX = {
    "cloudflare_cut": {
        name: band._replace(gap=None)
        for name, band in chain(
            Band("churns", "n1 n3 None", (180, 260), (180, 260)), Band("steady", "n3", NEVER, CLIMB)
        ).items()
    },
    "cloudflare_cut_writes": chain(MIDDLE_WINS, Band("steady", "n3", NEVER, CLIMB)),
    "cloudflare_one_way": chain(MIDDLE_WINS, Band("steady", "n3", NEVER, CLIMB)),
    "cloudflare_lossy_50": chain(MIDDLE_WINS, RESTLESS),
    "cloudflare_lossy_90": chain(MIDDLE_WINS, RESTLESS),
    "cloudflare_lossy_97": chain(MIDDLE_WINS, RESTLESS),
    "cloudflare_flapping": chain(MIDDLE_WINS, RESTLESS),
    "howard_abraham_1": chain(
        Band("churns", "n1 n2 n3 None", (85, 130), (240, 330), (0.6, 5)), Band("steady", "n3", NEVER, CLIMB)
    ),
    "howard_abraham_2": table(
        Band("steady", "n2", (1, 4), (1, 12), (0.3, 2)),
        Band(DEADLOCK, "n4", NEVER, CLIMB, (4, 60)),
        Band(DEADLOCK, "n4", NEVER, NEVER, (4, 60)),
        Band("steady", "n2", (1, 3), (1, 10), (0.3, 2)),
        Band("steady", "n2", (1, 2), (1, 12), (0.3, 2)),
        Band("steady", "n2", ONE, (1, 2), (0.3, 1.2)),
    ),
    "quorum_loss": table(
        Band("steady", "n1", (1, 4), (1, 12), (0.3, 2)),
        Band(DEADLOCK, "n3", NEVER, CLIMB, (4, 60)),
        Band(DEADLOCK, "n3", NEVER, NEVER, (4, 60)),
        Band("steady", "n1", (1, 4), (1, 12), (0.3, 2)),
        Band("steady", "n1", (1, 4), (1, 12), (0.3, 2)),
        Band("steady", "n1", ONE, (1, 3), (0.3, 1.2)),
    ),
    "constrained_election": table(
        NO_LEADER, NO_LEADER, QUIET_NO_LEADER, NO_LEADER, NO_LEADER, QUIET_NO_LEADER
    ),
}  # fmt: skip


def within(values, band):
    return all(band[0] <= value <= band[1] for value in values)


def check_row(row, band):
    """Every seed of a row lies in its band."""
    minutes = row.span_ms / 60_000
    verdicts = band.verdicts if isinstance(band.verdicts, tuple) else (band.verdicts,)
    churns = verdicts == ("churns",)
    assert set(row.verdicts) <= set(verdicts)
    assert {str(leader) for leader in row.leaders} <= set(band.leaders.split())
    assert within([each / minutes if churns else each for each in row.elections], band.elections)
    climbs = band.terms[1] > 100
    assert within([each / minutes if climbs else each for each in row.terms], band.terms)
    assert (row.longest_gap_ms is None) == (band.gap is None)
    if band.gap:
        assert within([gap / 1000 for gap in row.longest_gap_ms], band.gap)


@pytest.fixture(scope="module")
def few():
    """All of them with three seeds, some ten seconds of the scenario each."""
    return compare(MATRIX, seeds=range(3), ticks=1_000, executor=Serial(), progress=False)


@pytest.mark.slow
@pytest.mark.parametrize("name", MATRIX)
def test_what_a_scenario_does_to_raft_and_to_each_set_of_extensions(name, few):
    rows = {row.variant: row for row in few.rows if row.story == name}
    assert rows.keys() == MATRIX[name].keys()
    for variant, band in MATRIX[name].items():
        check_row(rows[variant], band)


@pytest.mark.slow
@pytest.mark.parametrize("name", MATRIX)
def test_ten_seeds_over_a_minute_agree(name):
    for row in compare(name, seeds=range(10), ticks=6_000, progress=False).rows:
        check_row(row, MATRIX[name][row.variant])


# -- The same, looked at more closely -------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_the_limbo_never_ends_with_equal_logs_and_ends_at_once_if_a_leader_may_append(seed):
    """The middle node hears both others, so its timer never runs out; it leads only if it has the better log."""
    quiet = watch(replace(load("cloudflare_cut"), seed=seed), 1_000)
    no_op = watch(replace(load("cloudflare_cut_no_op"), seed=seed), 1_000)
    assert (quiet.verdict, quiet.elections > 25) == ("churns", True)
    assert (no_op.verdict, no_op.leader) == ("steady", "n2")
    assert 1 <= no_op.elections <= 3


class LogOnly(PreVote):
    """PreVote that compares logs, and does not ask whether a leader is heard."""

    def has_live_leader(self):
        return False


def test_a_pre_vote_that_compares_only_logs_protects_only_a_leader_with_the_better_log():
    verdicts = {
        name: watch(load(name), 1_000, LogOnly).verdict
        for name in (
            "cloudflare_cut",
            "cloudflare_cut_writes",
            "howard_abraham_1",
            "howard_abraham_2",
            "quorum_loss",
        )
    }
    assert list(verdicts.values()) == ["churns", "steady", "steady", DEADLOCK, DEADLOCK]


def played(name, *extensions, ticks=None):
    story = load(name)
    cluster = Cluster(replace(story, extensions=(*story.extensions, *extensions)))
    cluster.tick(story.ticks if ticks is None else ticks)
    return cluster


def elections(cluster, after):
    """The nodes that become leader after a tick, in the order of time."""
    rows = [event for event in cluster.trace.events if event.changes and event.tick > after]
    return [event.node for event in rows if event.changes.get("role") == "leader"]


def test_the_logs_of_the_constrained_election_are_as_drawn():
    cluster = played("constrained_election", ticks=30)
    terms = {id: [entry.term for entry in node.log] for id, node in cluster.nodes.items()}
    assert terms["n1"] == terms["n4"] == [1, 1]
    assert terms["n2"] == terms["n5"] == [1, 1, 2]
    assert terms["n3"] == [1, 1, 2, 2]
    assert cluster.nodes["n3"].commit_index == 3, "so nobody may win without the third entry"


def test_what_the_east_took_in_43_seconds_is_never_committed_and_check_quorum_makes_it_less():
    def lost(cluster):
        held = {entry.command for node in cluster.nodes.values() for entry in node.log}
        return [command for command in taken if command not in held]

    taken = [f"east={tick}" for tick in range(600, 4900, 100)]
    plain = played("github_43_seconds")
    assert plain.trace.at(4899).views["n1"].role == "leader", "43 seconds long it has no idea"
    assert plain.leader() == "n2"
    assert lost(plain) == taken
    wary = watch(replace(load("github_43_seconds"), extensions=("PreVote", "CheckQuorum")), 5_600)
    assert 1 <= wary.lost_writes <= 15
    assert plain.trace.broken() == {}, "Raft did nothing wrong"


def test_a_node_that_comes_back_with_a_huge_term_deposes_the_leader_and_cannot_win():
    plain = played("rejoin_huge_term")
    assert plain.trace.at(230).views["n2"].term > 5
    assert plain.trace.at(230).views["n1"].role == "leader"
    assert plain.trace.at(240).views["n1"].role == "follower"
    assert "n2" not in elections(plain, 230)
    assert not any(
        plain.trace.at(tick).views[id].role == "leader" for tick in range(240, 255) for id in plain.ids
    )
    calm = played("rejoin_huge_term", "PreVote")
    assert elections(calm, 30) == []
    assert {view.term for view in calm.trace.at(400).views.values()} == {1}


def test_sticky_votes_alone_do_not_help_against_a_huge_term_because_the_leader_reads_it_in_a_reply():
    sticky = played("rejoin_huge_term", "StickyVotes")
    assert elections(sticky, 230)


def test_a_flapping_leader_comes_back_again_and_again_without_pre_vote():
    plain = played("flapping_leader", ticks=1_000)
    assert elections(plain, 30).count("n1") >= 3
    calm = played("flapping_leader", "PreVote", "CheckQuorum", ticks=1_000)
    assert len(elections(calm, 30)) == 1
    assert "n1" not in elections(calm, 30)


def test_a_frozen_leader_wakes_up_leading_and_answers_from_the_past():
    cluster = played("frozen_leader")
    before = cluster.trace.at(199).views
    assert (before["n1"].role, before["n1"].status) == ("leader", "paused")
    assert [id for id, view in before.items() if view.role == "leader"] == ["n1", "n2"]
    answers = {client: text for tick, client, text in cluster.answers if tick == 200}
    assert list(answers.values()) == ["15"], "n2 has committed x=160 and more by then"
    assert cluster.trace.at(199).views["n2"].commit_index > 3
    assert not any(node == "n1" and rule == "CQ-1" for _, node, rule in cluster.trace.rules())
    assert cluster.invariants.index_of("x=0") is None, "what it took when it woke up is lost"
    assert cluster.nodes["n1"].role is Role.FOLLOWER


@pytest.mark.parametrize(
    "extensions", [("StickyVotes",), ("PreVote",), ("StickyVotes", "PreVote", "CheckQuorum")]
)
def test_what_protects_a_leader_also_protects_one_that_those_who_write_cannot_reach(extensions):
    """It has its majority, so not even CheckQuorum finds fault with it."""
    story = load("unreachable_leader")
    assert watch(story, 1_000).verdict == "steady"
    protected = watch(replace(story, extensions=extensions), 1_000)
    assert (protected.verdict, protected.leader, protected.leaderless) == (DEADLOCK, "n3", 0)


# -- Why --------------------------------------------------------------------------------------------------------

WHY = {  # who reaches all, who reaches a majority, who would be left in peace, who is cut off
    "cloudflare_cut": ("n2", "n1 n2 n3", "n2", ""),
    "cloudflare_lossy_90": ("n1 n2 n3", "n1 n2 n3", "n2", ""),
    "cloudflare_one_way": ("n2", "n1 n2 n3", "n1 n2", ""),
    "howard_abraham_1": ("", "n1 n2 n3", "", ""),
    "howard_abraham_2": ("n2", "n1 n2 n3", "n2", ""),
    "quorum_loss": ("n1", "n1", "n1", ""),
    "constrained_election": ("", "n1", "n1", "n3"),
}


@pytest.mark.parametrize("name", WHY)
def test_networkx_says_who_could_lead_and_who_would_be_left_in_peace(name):
    cluster = played(name, ticks=30)
    found = reach(cluster.network, [id for id, status in cluster.status.items() if status == "crashed"])
    parts = (found.fully_connected, found.quorum_connected, found.undisturbed, found.cut_off)
    assert tuple(map(" ".join, parts)) == WHY[name]


@pytest.mark.parametrize(
    "name", ["cloudflare_cut_writes", "howard_abraham_1", "howard_abraham_2", "quorum_loss"]
)
def test_raft_alone_settles_on_a_node_that_would_be_left_in_peace_or_never(name):
    undisturbed = WHY.get(name, WHY["cloudflare_cut"])[2].split()
    run = watch(load(name), 1_500)
    assert run.verdict == ("steady" if undisturbed else "churns")
    assert not undisturbed or run.leader in undisturbed


@pytest.fixture
def shrunk():
    """Five nodes of which only n1 and n5 still have a vote; n5 leads."""
    log = {f"n{number}": {"term": 1, "log": ["1:voters n1 n5"]} for number in range(1, 6)}
    cluster = Cluster(
        Story("shrunk", "Two voters of five", 5, extensions=("StickyVotes", "NoOp", "Membership"), start=log)
    )
    cluster.time_out("n5")
    return cluster


def test_a_leader_needs_a_majority_of_those_that_have_a_vote(shrunk):
    assert shrunk.run_until("leader", within=500), "n5 leads and n1 follows: that is a majority of two"
    assert shrunk.leader() == "n5"


def test_followers_without_a_vote_are_no_majority(shrunk):
    shrunk.run_until("leader")
    shrunk.isolate("n1")
    shrunk.tick(100)
    assert shrunk.leader() == "n5", "without CheckQuorum nothing makes it step down"
    assert not shrunk.run_until("leader", within=100)


def test_only_voters_can_lead_and_only_they_count_for_a_quorum(shrunk):
    found = reach(shrunk.network, voters=shrunk.nodes["n5"].voters())
    assert found.quorum_connected == ("n1", "n5")
    shrunk.cut("n1", "n5")
    assert reach(shrunk.network, voters=("n1", "n5")).quorum_connected == (), (
        "each still reaches n2, n3 and n4"
    )


def test_why_is_said_in_sentences():
    cluster = Cluster(nodes=3)
    assert (
        reach(cluster.network)
        .why()
        .startswith("n1, n2 and n3 are linked to all others. n1, n2 and n3 can gather")
    )
    cluster.partition(["n1"], ["n2"], ["n3"])
    assert reach(cluster.network).why() == (
        "No node is linked to all others. Nobody can gather a quorum, so nobody can be elected, and nothing new can be committed."
    )
    cluster.heal()
    cluster.set_network(loss=1.0, src="n1")
    assert reach(cluster.network).quorum_connected == ("n2", "n3"), "a link that loses everything is no link"
