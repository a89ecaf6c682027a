"""The network: directed links between nodes, each with its delay, its faults and its cuts.

It decides how long a message travels and whether it arrives at all. It knows nothing of Raft and
needs only the `src` and `dst` of a message. It has its own random numbers, so that a fault of the
network does not change the timeouts of the nodes.
"""

from collections import Counter
from dataclasses import dataclass, replace
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from raftlab.sim.errors import UserError, check_number, check_pair

if TYPE_CHECKING:
    import networkx

MOST_DELAY = 20_000  # ticks: the longest delay of a message
NUMBERS = ("delay", "loss", "duplication")  # the settings of a link


@dataclass(frozen=True, slots=True)
class Link:
    """One direction of the link between two nodes. Delay: (shortest, longest) in ticks; loss, duplication: 0 to 1."""

    delay: tuple[int, int] = (1, 2)
    loss: float = 0.0
    duplication: float = 0.0
    up: bool = True


class Network:
    """All directed links between some nodes.

    `links[("n1", "n2")]` is the direction from n1 to n2. Messages are reordered only by their delays: one with a
    longer delay is overtaken.
    """

    def __init__(self, nodes: tuple[str, ...], random: Random, link: Link | None = None):
        self.nodes = nodes
        self.random = random
        self.links = dict.fromkeys(
            ((src, dst) for src in nodes for dst in nodes if src != dst), link or Link()
        )

    def travel_time(self, src: str, dst: str) -> int | None:
        """The ticks that a message sent now will take; None if it is lost. Draws random numbers only if they are needed."""
        link = self.links[src, dst]
        if not link.up or (link.loss and self.random.random() < link.loss):
            return None
        shortest, longest = link.delay
        if shortest == longest:
            return shortest
        return shortest + int(self.random.random() * (longest - shortest + 1))

    def duplicates(self, src: str, dst: str) -> bool:
        """Does a message sent now arrive a second time?"""
        duplication = self.links[src, dst].duplication
        return bool(duplication) and self.random.random() < duplication

    # -- Changes --------------------------------------------------------------------------------

    def cut(self, a: str, b: str, one_way: bool = False) -> None:
        """Lose all messages from a to b and, unless one_way, from b to a."""
        self._change([(a, b)] if one_way else [(a, b), (b, a)], up=False)

    def heal(self, a: str | None = None, b: str | None = None) -> None:
        """Heal the link between two nodes (both ways), all links of one node, or all links."""
        ways = [way for way in self.links if (a is None or a in way) and (b is None or b in way)]
        self._change(ways, up=True)

    def partition(self, groups: list[list[str]]) -> None:
        """Cut all links between different groups, and heal all links within a group."""
        where = {node: number for number, group in enumerate(groups) for node in group}
        for way in self.links:
            self._change([way], up=where[way[0]] == where[way[1]])

    def isolate(self, node: str) -> None:
        """Cut all links of one node."""
        self._change([way for way in self.links if node in way], up=False)

    def set(
        self,
        delay: tuple[int, int] | None = None,
        loss: float | None = None,
        duplication: float | None = None,
        src: str | None = None,
        dst: str | None = None,
    ) -> None:
        """Change delay (ticks), loss or duplication, of all links or of those from src and to dst."""
        changes: dict[str, object] = {}
        if delay is not None:
            changes["delay"] = check_delay(delay)
        if loss is not None:
            changes["loss"] = check_probability("loss", loss)
        if duplication is not None:
            changes["duplication"] = check_probability("duplication", duplication)
        ways = [w for w in self.links if (src is None or w[0] == src) and (dst is None or w[1] == dst)]
        self._change(ways, **changes)

    def _change(self, ways: list[tuple[str, str]], **changes: object) -> None:
        for way in ways:
            self.links[way] = replace(self.links[way], **changes)  # type: ignore[arg-type]

    # -- For pictures ------------------------------------------------------------------------------

    def down(self) -> list[str]:
        """The links that are cut, as "n1>n2", in the order of the nodes."""
        return [f"{src}>{dst}" for (src, dst), link in self.links.items() if not link.up]

    def settings(self) -> dict[str, object]:
        """The settings of most links, the links that are cut, and the links that differ from most."""
        links = list(self.links.values()) or [Link()]
        most = {name: Counter(vars_of(link)[name] for link in links).most_common(1)[0][0] for name in NUMBERS}
        odd: dict[str, dict[str, object]] = {}
        for (src, dst), link in self.links.items():
            for name, value in vars_of(link).items():
                if value != most[name]:
                    odd.setdefault(f"{src}>{dst}", {})[name] = _plain(value)
        told = {name: _plain(value) for name, value in most.items()} | {"down": self.down()}
        return told | ({"odd": odd} if odd else {})

    def graph(self) -> "networkx.DiGraph":
        """The links that are up, as a networkx graph: who can still reach whom?"""
        import networkx

        graph = networkx.DiGraph()
        graph.add_nodes_from(self.nodes)
        graph.add_edges_from((*way, vars_of(link)) for way, link in self.links.items() if link.up)
        return graph


def vars_of(link: Link) -> dict[str, object]:
    """The settings of a link, by name."""
    return {name: getattr(link, name) for name in NUMBERS}


def _plain(value: object) -> object:
    """A pair as the list that JSON makes of it."""
    return list(value) if isinstance(value, tuple) else value


def check_delay(delay: object) -> tuple[int, int]:
    """Check a range of delays in ticks: two whole numbers from 1 to MOST_DELAY, the shorter first."""
    each = partial(check_number, "each delay in ticks", least=1, most=MOST_DELAY)
    return check_pair("The delay", delay, "a pair of ticks such as (1, 3)", each)


def check_probability(name: str, value: object) -> float:
    """Check a probability: a number from 0 to 1."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise UserError(f"The {name} must be a number from 0 (never) to 1 (always), not {value!r}.")
    return float(value)
