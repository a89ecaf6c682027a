"""Who reaches whom over a broken network, and what follows: who can gather a quorum, and who can lead in peace.

Raft forwards nothing: two nodes that both reach a third one do not reach each other. But terms travel
on: a node that does not hear the leader raises its term, and any path to the leader brings that term there.
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
    """What the links between some nodes allow. Names of nodes are in their order.

    losses: (src, dst) -> the share of messages that get lost, for every link that is not cut.
    fully_connected: linked in both directions to every other node that runs.
    quorum_connected: voters linked in both directions to a majority of the voters, counting itself: these could lead.
    undisturbed: quorum-connected, and no node that can miss its heartbeats can bring it a higher term.
    cut_off: could not lead itself, and is linked in both directions to no node that could.
    """

    nodes: tuple[str, ...]
    crashed: tuple[str, ...]
    losses: dict[tuple[str, str], float]
    fully_connected: tuple[str, ...]
    quorum_connected: tuple[str, ...]
    undisturbed: tuple[str, ...]
    cut_off: tuple[str, ...]

    def why(self) -> str:
        """In a few sentences: who reaches all, who could lead, and whether it would be left in peace."""
        others = "all others that run" if self.crashed else "all others"
        parts = [f"{listed(self.fully_connected, 'No node')} {are(self.fully_connected)} linked to {others}"]
        if not self.quorum_connected:
            return f"{parts[0]}. Nobody can gather a quorum, so nobody can be elected, and nothing new can be committed."
        parts.append(f"{listed(self.quorum_connected)} can gather a quorum")
        if self.cut_off:
            parts.append(f"{listed(self.cut_off)} {are(self.cut_off)} cut off from whoever could lead")
        if self.undisturbed:
            parts.append(
                f"{listed(self.undisturbed)} could lead undisturbed, if the log allows it: whoever can bring the "
                "leader a higher term hears its heartbeats"
            )
        else:
            parts.append("Whoever leads, somebody can miss its heartbeats and bring it a higher term")
        return ". ".join(parts) + "."


def reach(network: Network, crashed: Collection[str] = (), voters: Collection[str] | None = None) -> Reach:
    """Ask networkx who reaches whom.

    Args:
        network: as it is now; a link that loses everything counts as cut, one that loses less as up.
        crashed: nodes that do not run.
        voters: the nodes that have a vote; all, unless the membership was changed.

    Raises:
        UserError: it is no network, or a crashed node or a voter is none of its nodes.

    Example:
        >>> from raftlab import Cluster
        >>> cluster = Cluster(nodes=3)
        >>> cluster.cut("n1", "n3")
        >>> reach(cluster.network).why().partition(".")[0]
        'n2 is linked to all others'
    """
    import networkx

    if not isinstance(network, Network):
        raise UserError(f"reach looks at cluster.network, not at {type_of(network)}.")
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
    """Can anybody from whom word comes to the leader miss its heartbeats?"""
    return any(not ways.has_edge(leader, node) or ways.edges[leader, node]["loss"] for node in heard)


def are(nodes: Collection[str]) -> str:
    """The verb that fits."""
    return "are" if len(nodes) > 1 else "is"
