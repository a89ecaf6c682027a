"""The cost of tolerating faults: the number of nodes, the size of a quorum, the messages for one write.

Crashes: Raft, with majorities. Lies: PBFT of M. Castro and B. Liskov, "Practical Byzantine Fault Tolerance", OSDI
1999, with 3f + 1 nodes and quorums of 2f + 1. The counts are for the best case: the leader works and no message is
lost. Only messages between nodes are counted.
"""

from collections.abc import Iterable
from typing import NamedTuple

from raftlab.raft import majority
from raftlab.sim.errors import UserError, check_number


class Cost(NamedTuple):
    """The cost of tolerating some number of faulty nodes.

    common: how many nodes two quorums share at least. honest: how many of these are honest at least.
    messages: the messages for one write. delays: how many of them come one after the other before the leader may
    answer.
    """

    protocol: str
    faults: int
    nodes: int
    quorum: int
    common: int
    honest: int
    messages: int
    delays: int


class Costs(tuple[Cost, ...]):
    """Several costs, which a notebook shows as a table."""

    def _repr_markdown_(self) -> str:
        rows = [
            "| tolerates | protocol | nodes | quorum | two quorums share at least | honest ones among them | messages for a write | message delays |",
            "|---|---|---|---|---|---|---|---|",
        ]
        for each in self:
            kind = "crashed" if each.protocol == "Raft" else "lying"
            rows.append(
                f"| {each.faults} {kind} | {each.protocol} | {each.nodes} | {each.quorum} | {each.common} "
                f"| {each.honest} | {each.messages} | {each.delays} |"
            )
        return "\n".join(rows)

    def __repr__(self) -> str:
        return "\n".join(map(str, self))


def raft_cost(faults: int) -> Cost:
    """Raft: an append to each follower, a reply from each. Raises UserError if faults is less than 1.

    >>> raft_cost(1).nodes, raft_cost(1).messages
    (3, 4)
    """
    check_number("the number of faults", faults, 1, 1000)
    nodes = 2 * faults + 1
    quorum = majority(nodes)
    common = 2 * quorum - nodes
    return Cost("Raft", faults, nodes, quorum, common, common, 2 * (nodes - 1), 2)


def pbft_cost(faults: int) -> Cost:
    """PBFT: pre-prepare to each backup; prepare from each backup to all others; commit from each node to all others.

    Raises UserError if faults is less than 1.

    >>> pbft_cost(1).nodes, pbft_cost(1).quorum, pbft_cost(1).messages
    (4, 3, 24)
    """
    check_number("the number of faults", faults, 1, 1000)
    nodes, quorum = 3 * faults + 1, 2 * faults + 1
    others = nodes - 1
    common = 2 * quorum - nodes
    return Cost(
        "PBFT", faults, nodes, quorum, common, common - faults, others + others * others + nodes * others, 3
    )


def costs(faults: Iterable[int] = (1, 2, 3)) -> Costs:
    """The costs of Raft for so many crashes, and of PBFT for so many liars.

    Raises UserError if these are not whole numbers of at least 1.

    >>> [each.nodes for each in costs([1, 2])]
    [3, 4, 5, 7]
    """
    if not isinstance(faults, Iterable):
        raise UserError(f"The numbers of faults must be a list such as [1, 2, 3], not {faults!r}.")
    return Costs(cost(number) for number in faults for cost in (raft_cost, pbft_cost))
