"""What scenes are played with: a cluster in a given state, and a message looked for among those on their way."""

from collections.abc import Callable
from typing import Any

from raftlab.raft import Raft
from raftlab.sim.cluster import Cluster
from raftlab.sim.errors import UserError
from raftlab.sim.story import Story

Begin = Callable[..., Cluster]
Scene = Callable[[Begin], Cluster]


class CourseError(UserError):
    """A scene that cannot be played to its end with such nodes; it proves nothing about them."""


def begin_with(raft: type[Raft], record: bool = False, made: list[Cluster] | None = None) -> Begin:
    """How a scene begins with nodes of a class. made: where the cluster is left, also if the scene breaks off."""

    def begin(nodes: int = 3, leads: str | None = "n1", **start: dict[str, Any]) -> Cluster:
        """A cluster whose messages travel one tick, and in which one node leads if that can be had."""
        story = Story("scene", "A scene", nodes=nodes, seed=1, start=start, goals=())
        cluster = Cluster(story, node_class=raft, record=record)
        if made is not None:
            made.append(cluster)
        cluster.set_network(delay=(1, 1))
        if leads:
            cluster.time_out(leads)
            cluster.tick(3)
        return cluster

    return begin


def in_flight(cluster: Cluster, kind: str, src: str, dst: str) -> int:
    """The newest such message that is on its way. Raises CourseError if there is none."""
    found = [
        id
        for due in cluster._arrivals.values()
        for id, message in due
        if (type(message).__name__, message.src, message.dst) == (kind, src, dst)
    ]
    if not found:
        raise CourseError(f"No {kind} is on its way from {src} to {dst}.")
    return max(found)


def missed(cluster: Cluster) -> str:
    """What is not reached within a generous time, everything being healed: a leader, equal logs, peace."""
    cluster.heal()
    if not cluster.run_until("leader", cluster.now, within=600):
        return "No leader is found within 600 ticks, though nothing is wrong any more."
    if not cluster.run_until("same_logs", within=100):
        return "The logs do not become equal within 100 ticks, though nothing is wrong any more."
    cluster.tick(10)
    terms = {node.term for node in cluster.running().values()}
    # By then whoever the leader does not hold back has stood for election.
    cluster.tick(cluster.timing.election_timeout[1] + cluster.timing.heartbeat_interval)
    if terms != {node.term for node in cluster.running().values()}:
        return "A new election is held, though the leader is alive and everybody hears it."
    return ""
