"""What scenes use: a cluster in a given state, a way to find a message in flight, and what must be reached in the end."""

from collections.abc import Callable
from typing import Any

from raftlab.raft import Raft
from raftlab.sim.cluster import Cluster
from raftlab.sim.errors import UserError
from raftlab.sim.story import Story

Begin = Callable[..., Cluster]
Scene = Callable[[Begin], Cluster]


class CourseError(UserError):
    """These nodes cannot play the scene to its end, so it proves nothing about them."""


def begin_with(raft: type[Raft], record: bool = False, made: list[Cluster] | None = None) -> Begin:
    """A function with which a scene begins: it makes a cluster of nodes of this class.

    made: a list to which the cluster is added, so that it is known even if the scene stops early.
    """

    def begin(nodes: int = 3, leads: str | None = "n1", **start: dict[str, Any]) -> Cluster:
        """A cluster in which each message takes one tick. The node `leads` has had an election and should lead."""
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
    """The newest message of this kind that is in flight between the two nodes. Raises CourseError if there is none."""
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
    """What nodes do not reach in time although all links work: a leader, equal logs, or no further election. "" if all is reached."""
    cluster.heal()
    if not cluster.run_until("leader", cluster.now, within=600):
        return "No leader is found within 600 ticks, though nothing is wrong any more."
    if not cluster.run_until("same_logs", within=100):
        return "The logs do not become equal within 100 ticks, though nothing is wrong any more."
    cluster.tick(10)
    terms = {node.term for node in cluster.running().values()}
    # By then every node that the leader does not keep from it has started an election.
    cluster.tick(cluster.timing.election_timeout[1] + cluster.timing.heartbeat_interval)
    if terms != {node.term for node in cluster.running().values()}:
        return "A new election is held, though the leader is alive and everybody hears it."
    return ""
