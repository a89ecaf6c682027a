"""The timing of real systems: numbers with version, year and source, and a cluster that uses them."""

from dataclasses import replace

import pytest

from raftlab import Cluster, UserError
from raftlab.sim.presets import PRESETS, Preset, preset_named

# As their sources say, in ms: election timeout from, to; heartbeat; version; where it stands.
# A random heartbeat counts with its shortest time.
TABLE = {
    "lesson": (150, 300, 50, "raftlab", "raftlab"),
    "paper": (150, 300, 75, "extended version", "Understandable Consensus Algorithm"),
    "equal-timeouts": (150, 150, 75, "extended version", "Figure 16"),
    "etcd": (1000, 2000, 100, "3.5", "github.com/etcd-io/raft"),
    "hashicorp": (1000, 2000, 100, "1.7.0", "github.com/hashicorp/raft"),
    "consul": (5000, 10000, 500, "raft_multiplier 5", "www.consul.io/docs/install/performance"),
    "consul-production": (1000, 2000, 100, "raft_multiplier 1", "www.consul.io/docs/install/performance"),
    "cockroachdb": (2000, 4000, 1000, "23.2", "pull requests 91947, 98584, 104042"),
    "tikv": (10000, 20000, 2000, "2026", "raftstore/src/store/config.rs"),
    "openraft": (150, 300, 50, "2026", "github.com/databendlabs/openraft"),
}
# Systems whose numbers were not read in their source, so they must not be presets.
FROM_MEMORY = ("redpanda", "kafka", "mongodb", "vault", "nomad")

every_preset = pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
HOPELESS = "equal-timeouts"
every_random_preset = pytest.mark.parametrize("preset", [p for p in PRESETS.values() if p.name != HOPELESS])


def test_the_presets_are_those_of_the_table_and_none_is_from_memory():
    assert list(PRESETS) == list(TABLE)
    assert all(name == preset.name for name, preset in PRESETS.items())
    for name in FROM_MEMORY:
        assert not any(name in preset.name or name in preset.source.lower() for preset in PRESETS.values())


@every_preset
def test_a_preset_has_the_numbers_of_its_source(preset):
    shortest, longest, heartbeat, version, source = TABLE[preset.name]
    assert preset.election_timeout_ms == (shortest, longest)
    assert preset.heartbeat_ms == heartbeat
    assert version in preset.version
    assert source in preset.source


@every_preset
def test_a_preset_says_how_old_it_is_since_values_change(preset):
    assert preset.version
    assert 2014 <= preset.year <= 2026


@pytest.mark.parametrize("name", ["hashicorp", "consul", "consul-production"])
def test_where_the_source_has_a_random_heartbeat_a_note_says_so(name):
    heartbeat = PRESETS[name].heartbeat_ms
    assert (
        f"random from {heartbeat} to {2 * heartbeat} ms there; here always {heartbeat}" in PRESETS[name].note
    )


def test_where_the_source_does_more_than_the_paper_a_note_says_so():
    assert PRESETS["etcd"].note == "PreVote and CheckQuorum are on there"


@every_preset
def test_ticks_are_exactly_the_milliseconds(preset):
    """Nothing is rounded away: a tick divides every time, and a timeout outlasts heartbeats and journeys."""
    ms = preset.ms_per_tick
    assert tuple(ticks * ms for ticks in preset.election_timeout) == preset.election_timeout_ms
    assert preset.heartbeat_interval * ms == preset.heartbeat_ms
    assert tuple(ticks * ms for ticks in preset.delay) == preset.delay_ms
    assert preset.election_timeout[0] > preset.heartbeat_interval + preset.delay[1]


@every_random_preset
def test_a_cluster_of_a_preset_elects_a_leader_in_its_time_and_keeps_it(preset):
    cluster = Cluster(nodes=5, seed=1, preset=preset.name)
    shortest, longest = preset.election_timeout

    assert cluster.run_until("leader", within=3 * longest)

    assert shortest <= cluster.now <= 3 * longest
    leader, term = cluster.leader(), cluster.nodes[cluster.leader()].term
    heard = [
        event.tick for event in cluster.trace.events if event.what == "timer" and event.detail == "election"
    ]
    cluster.tick(3 * longest)
    again = [
        event.tick for event in cluster.trace.events if event.what == "timer" and event.detail == "election"
    ]
    assert again == heard, "nobody's patience ends while heartbeats come"
    assert (cluster.leader(), cluster.nodes[leader].term) == (leader, term)
    assert cluster.trace.broken() == {}


@pytest.mark.parametrize("nodes", [2, 3, 4, 5, 9])
def test_with_equal_timeouts_nobody_is_ever_elected(nodes):
    cluster = Cluster(nodes=nodes, seed=1, preset=HOPELESS)
    assert not cluster.run_until("leader", within=2_000), "more than 10 seconds, as in Figure 16"
    assert {node.term for node in cluster.nodes.values()} == {66}, "a term for each timeout"


@every_random_preset
def test_after_a_crash_the_next_leader_comes_within_a_few_timeouts(preset):
    cluster = Cluster(nodes=5, seed=1, preset=preset.name)
    cluster.run_until("leader", within=3 * preset.election_timeout[1])
    old = cluster.leader()

    cluster.crash("leader")
    crashed = cluster.now
    assert cluster.leader() is None
    assert cluster.run_until("leader", crashed, within=5 * preset.election_timeout[1])

    assert cluster.leader() != old
    assert cluster.now - crashed >= preset.election_timeout[0] - preset.heartbeat_interval - preset.delay[1]


def test_an_unknown_preset_is_answered_with_the_nearest_name():
    with pytest.raises(UserError, match=r"There is no preset 'etc'\. Did you mean 'etcd'\?"):
        preset_named("etc")


def test_a_preset_of_ones_own_is_taken_as_it_is():
    own = Preset("own", (40, 80), 10, (10, 10), 10, "mine", 2026, "nowhere")
    cluster = Cluster(nodes=3, preset=own)
    assert cluster.timing is own
    assert cluster.run_until("leader", within=100)
    assert cluster.now <= 24


OWN = Preset("own", (150, 300), 50, (10, 30), 10, "mine", 2026, "nowhere")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (
            {"election_timeout_ms": None},
            r"election_timeout_ms is a pair of milliseconds such as \(150, 300\), not None",
        ),
        ({"election_timeout_ms": (300, 150)}, r"election_timeout_ms is the wrong way round: of \(300, 150\)"),
        (
            {"election_timeout_ms": (5, 300)},
            "Each of election_timeout_ms must be a whole number of at least 10, not 5",
        ),
        ({"delay_ms": "n9"}, "Each of delay_ms must be a whole number of at least 0, not 'n'"),
        ({"ms_per_tick": 0}, "Ms_per_tick must be a whole number of at least 1, not 0"),
        ({"heartbeat_ms": 2.5}, "Heartbeat_ms must be a whole number of at least 1, not 2.5"),
    ],
)
def test_a_preset_of_one_s_own_is_checked_when_it_is_made(wrong, sentence):
    with pytest.raises(UserError, match=sentence):
        replace(OWN, **wrong)
    assert Cluster(nodes=3, preset=OWN).run_until("leader")
