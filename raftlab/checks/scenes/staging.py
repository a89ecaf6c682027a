"""What scenes use: a cluster in a given state, a way to find a message in flight, and what must be reached in the end."""

from collections.abc import Callable
from typing import Any

from raftlab.messages import Role
from raftlab.raft import Raft
from raftlab.sim.cluster import Cluster
from raftlab.sim.errors import UserError
from raftlab.sim.story import Story
from raftlab.sim.world import World

Begin = Callable[..., Cluster]
Scene = Callable[[Begin], Cluster]

# Ticks until all must follow one leader. In a thousand random runs correct nodes need at most 60.
PATIENCE = 400


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
    """What nodes do not reach in time although all links work: one leader for all, its log, a last command, or peace. "" if all is reached.

    Every correct Raft reaches it, whatever its dice show: if all nodes follow one leader and hear it, they do so for ever.
    """
    cluster.heal()
    if not calm(cluster):
        return f"No leader is followed by all within {PATIENCE} ticks, though nothing is wrong any more."
    terms = {node.term for node in cluster.running().values()}
    if not cluster.run_until(all_hold_the_leaders_log, within=300):
        return "The logs do not become equal within 300 ticks, though nothing is wrong any more."
    # An entry after the leader's last one stays until a new entry takes its place, so without a write the logs may differ.
    cluster.write("last", cluster.now, followed_by_all(cluster) or "leader")
    command = cluster.done[-1][2]
    if not (cluster.run_until("applied", command, within=100) and cluster.run_until("same_logs", within=100)):
        return "A last command is not applied everywhere within 100 ticks, though nothing is wrong any more."
    # By then every node that the leader does not keep from it has started an election.
    cluster.tick(cluster.timing.election_timeout[1] + cluster.timing.heartbeat_interval)
    if terms != {node.term for node in cluster.running().values()}:
        return "A new election is held, though the leader is alive and everybody hears it."
    return ""


def calm(cluster: Cluster) -> bool:
    """Let time pass until all running nodes follow one leader, and still do after ten ticks; False if that takes too long.

    After the first moment an election may still begin, of a node whose timer was about to run out. Ten ticks later
    all have heard their leader, and no older message is on its way.
    """
    until = cluster.now + PATIENCE
    while cluster.run_until(lambda now: followed_by_all(now) is not None, within=max(0, until - cluster.now)):
        before = followed_by_all(cluster), {node.term for node in cluster.running().values()}
        cluster.tick(10)
        if before == (followed_by_all(cluster), {node.term for node in cluster.running().values()}):
            return True
    return False


def followed_by_all(cluster: World) -> str | None:
    """The leader that all running nodes follow in one term; None if there is none."""
    running = cluster.running()
    for id, node in running.items():
        if node.role is Role.LEADER:
            follow = all((each.leader, each.term) == (id, node.term) for each in running.values())
            return id if follow else None
    return None


def all_hold_the_leaders_log(cluster: World) -> bool:
    """Does every running node have all entries of the leader? It may have further ones."""
    logs = {id: tuple(node.log) for id, node in cluster.running().items()}
    leader = followed_by_all(cluster)
    return leader is not None and all(log[: len(logs[leader])] == logs[leader] for log in logs.values())
