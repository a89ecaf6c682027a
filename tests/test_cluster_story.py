"""The whole chain once: a cluster elects, loses and replaces its leader, and loses nothing else."""

from raftlab.sim.cluster import Cluster


def test_a_new_leader_is_elected_after_a_crash_and_no_written_value_is_lost():
    """Paper 5.2, 5.4: a majority goes on without the leader, with everything committed."""
    cluster = Cluster(nodes=5, seed=1)
    assert cluster.run_until("leader", within=100)
    first = cluster.leader()
    cluster.write("x", 5)
    cluster.tick(30)

    cluster.crash("leader")

    assert cluster.run_until("leader", within=200)
    assert cluster.leader() != first
    cluster.read("x")
    cluster.tick(30)
    assert cluster.answers[-1][2] == "5"
    assert cluster.trace.broken() == {}
