"""Which nodes reach which over a network with faults, which can gather a quorum, and which could lead undisturbed.

Raft does not forward messages: two nodes that both reach a third one do not thereby reach each other. But terms
spread: a node that does not hear the leader raises its term, and over any path that term comes to the leader.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from raftlab.raft import majority
from raftlab.sim.errors import UserError, check_name, listed, type_of
from raftlab.sim.network import Network

if TYPE_CHECKING:
    import networkx


@dataclass(frozen=True)
class Reach:
    """What the links between some nodes allow. Nodes are listed in their order.

    losses: (src, dst) -> the share of messages that get lost, for every direction of a link that is not cut.
    fully_connected: linked in both directions to every other node that runs.
    quorum_connected: voters linked in both directions to a majority of the voters, counting itself: these could lead.
    undisturbed: quorum-connected, and no node that may miss its heartbeats can bring it a higher term.
    cut_off: not quorum-connected, nor linked in both directions to any node that is.
    """

    nodes: tuple[str, ...]
    crashed: tuple[str, ...]
    losses: dict[tuple[str, str], float]
    fully_connected: tuple[str, ...]
    quorum_connected: tuple[str, ...]
    undisturbed: tuple[str, ...]
    cut_off: tuple[str, ...]

    def why(self) -> str:
        """In a few sentences: which nodes reach all others, which could lead, and which could lead undisturbed."""
        others = "all others that run" if self.crashed else "all others"
        parts = [f"{listed(self.fully_connected, 'No node')} {are(self.fully_connected)} linked to {others}"]
        if not self.quorum_connected:
            return f"{parts[0]}. Nobody can gather a quorum, so nobody can be elected, and nothing new can be committed."
        parts.append(f"{listed(self.quorum_connected)} can gather a quorum")
        if self.cut_off:
            parts.append(f"{listed(self.cut_off)} {are(self.cut_off)} cut off from all nodes that could lead")
        if self.undisturbed:
            parts.append(
                f"{listed(self.undisturbed)} could lead undisturbed, if the log allows it: every node that can bring "
                "the leader a higher term hears its heartbeats"
            )
        else:
            parts.append(
                "Any leader can be disturbed: some node can miss its heartbeats and bring it a higher term"
            )
        return ". ".join(parts) + "."


def reach(network: Network, crashed: Collection[str] = (), voters: Collection[str] | None = None) -> Reach:
    """Find out which nodes reach which, with networkx.

    Args:
        network: the network as it is now; a link that loses all messages counts as cut, one that loses fewer as up.
        crashed: the nodes that do not run.
        voters: the nodes that have a vote; by default all.

    Raises:
        UserError: `network` is no Network, or a crashed node or a voter is not one of its nodes.

    Example:
        >>> from raftlab import Cluster
        >>> cluster = Cluster(nodes=3)
        >>> cluster.cut("n1", "n3")
        >>> reach(cluster.network).why().partition(".")[0]
        'n2 is linked to all others'
    """
    import networkx

    if not isinstance(network, Network):
        raise UserError(f"reach needs a network such as cluster.network, not {type_of(network)}.")
    voters = network.nodes if voters is None else voters
    for what, some in (("crashed nodes", crashed), ("voters", voters)):
        if isinstance(some, str) or not isinstance(some, Collection):
            raise UserError(f"The {what} are a list such as ['n1'], not {some!r}.")
        for node in some:
            check_name("node", node, network.nodes)
    ways = network.graph()
    ways.remove_edges_from([way for way in ways.edges if ways.edges[way]["loss"] >= 1])
    losses = {way: ways.edges[way]["loss"] for way in ways.edges}
    ways.remove_nodes_from(crashed)
    links = ways.to_undirected(reciprocal=True)
    running = tuple(node for node in network.nodes if node not in crashed)
    quorum = tuple(
        node for node in running
        if node in voters and sum(each in voters for each in (node, *links[node])) >= majority(len(voters))
    )  # fmt: skip
    return Reach(
        network.nodes, tuple(node for node in network.nodes if node in crashed), losses,
        tuple(node for node in running if links.degree(node) == len(running) - 1),
        quorum,
        tuple(node for node in quorum if not _disturbing(ways, node, networkx.ancestors(ways, node))),
        tuple(node for node in running if not any(other in quorum for other in (node, *links[node]))),
    )  # fmt: skip


def _disturbing(ways: "networkx.DiGraph", leader: str, heard: Collection[str]) -> bool:
    """Can a node that reaches the leader, directly or through others, miss the leader's heartbeats?"""
    return any(not ways.has_edge(leader, node) or ways.edges[leader, node]["loss"] for node in heard)


def are(nodes: Collection[str]) -> str:
    """The verb that fits: "is" or "are"."""
    return "are" if len(nodes) > 1 else "is"
