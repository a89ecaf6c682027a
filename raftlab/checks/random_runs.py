"""Seeded random runs: everything goes wrong that can, then all is healed, and it must come right.

A fixed list of seeds, so that the same answer is judged in the same way everywhere. `disturb` draws one thing
that people or the world do to a cluster; what cannot be done at the moment is left out.
"""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any, NamedTuple

from raftlab.checks.failure import Failure, NodeError
from raftlab.checks.scripted import briefly, convict, verdict
from raftlab.checks.staging import Begin
from raftlab.raft import Raft, majority
from raftlab.sim.cluster import Cluster
from raftlab.sim.errors import UserError

SEEDS = tuple(range(1, 31))
TICKS = 120  # of trouble in one run
RATE = 0.35  # disturbances per tick


class Dice:
    """Only `Random.random` is drawn: the one sequence that every Python keeps."""

    def __init__(self, seed: str):
        self._random = Random(seed)

    def chance(self, probability: float) -> bool:
        """Does it happen?"""
        return self._random.random() < probability

    def one_of(self, things: Sequence[Any]) -> Any:
        """One of them."""
        return things[int(self._random.random() * len(things))]

    def two_of(self, things: Sequence[Any]) -> tuple[Any, Any]:
        """Two different ones."""
        one = self.one_of(things)
        return one, self.one_of([each for each in things if each != one])


class RandomRun(NamedTuple):
    """A random run as a check."""

    seed: int

    @property
    def name(self) -> str:
        """Its seed."""
        return f"random run {self.seed}"

    @property
    def rule(self) -> str:
        """Empty: which rule is broken depends on the mistake."""
        return ""

    def run(self, raft: type[Raft]) -> Failure | None:
        """What goes wrong in it with nodes of this class."""
        return convict(self.play, raft, self.name, f"A random run with faults, seed {self.seed}", self.seed)

    def brief(self, raft: type[Raft]) -> Failure | None:
        """Whether something goes wrong; where it began is not looked for, which is faster."""
        return briefly(verdict(self.play, raft, record=False, made=[]), self.seed)

    def play(self, begin: Begin) -> Cluster:
        """The run itself."""
        return played(self.seed, begin)


def played(seed: int, begin: Begin) -> Cluster:
    """A run with faults, which are repaired at the end."""
    dice = Dice(f"checks/{seed}")
    cluster = begin(nodes=dice.one_of((3, 3, 5)), leads=None)
    cluster.set_network(delay=(1, 3))
    for _ in range(TICKS):
        cluster.tick()
        if dice.chance(RATE):
            disturb(cluster, dice)
        if cluster.invariants.broken:
            return cluster
    cluster.heal()
    cluster.set_network(delay=(1, 2), loss=0, duplication=0)
    for node in cluster.ids:
        wake(cluster, node)
    # Entries that were never committed go when something new takes their place: without a write, logs may differ.
    cluster.run_until("leader", cluster.now, within=300)
    if cluster.leader() is not None:
        cluster.write("last", seed)
    return cluster


def disturb(cluster: Cluster, dice: Dice) -> None:
    """One thing that goes wrong, or is asked, or is put right."""
    kinds = (repairs, faults, links, messages, messages, clients, clients)
    deed = dice.one_of(dice.one_of(kinds)(cluster, dice))
    try:
        deed()
    except NodeError:
        raise
    except UserError:
        return  # this cannot be done just now


def repairs(cluster: Cluster, dice: Dice) -> list[Callable[[], object]]:
    """A node restarts or goes on, or all links work again."""
    down = [id for id in cluster.ids if cluster.status[id] != "running"]
    node = dice.one_of(down or cluster.ids)
    return [lambda: wake(cluster, node), cluster.heal]


def faults(cluster: Cluster, dice: Dice) -> list[Callable[[], object]]:
    """Nodes crash, in the middle of a step, too; a majority stays up."""
    down = [id for id in cluster.ids if cluster.status[id] != "running"]
    node = dice.one_of(cluster.ids)
    if len(cluster.ids) - len(down) <= majority(len(cluster.ids)):
        return [lambda: wake(cluster, dice.one_of(down))]
    return [
        lambda: cluster.crash(node),
        lambda: cluster.crash("leader"),
        lambda: cluster.crash(node, "Send"),
        lambda: cluster.crash(node, "Save"),
        lambda: cluster.pause(node),
    ]


def links(cluster: Cluster, dice: Dice) -> list[Callable[[], object]]:
    """Links are cut, one way too, or lose, copy and delay what they carry."""
    one, other = dice.two_of(cluster.ids)
    return [
        lambda: cluster.isolate("leader"),
        lambda: cluster.isolate(one),
        lambda: cluster.cut(one, other),
        lambda: cluster.cut(one, other, one_way=True),
        lambda: cluster.set_network(
            delay=(1, dice.one_of((2, 4, 9))), loss=dice.one_of((0, 0.2)), duplication=dice.one_of((0, 0.3))
        ),
    ]


def messages(cluster: Cluster, dice: Dice) -> list[Callable[[], object]]:
    """A message is lost, comes twice, comes at once, or comes late; a timer runs out."""
    flying = [id for due in cluster._arrivals.values() for id, _ in due]
    late = list(cluster._lost)[-20:]
    node = dice.one_of(cluster.ids)
    deeds: list[Callable[[], object]] = [lambda: cluster.time_out(node)]
    if flying:
        message = dice.one_of(flying)
        deeds += [
            lambda: cluster.drop(message),
            lambda: cluster.duplicate(message),
            lambda: cluster.deliver(message),
        ]
    if late:
        old = dice.one_of(late)
        deeds += [lambda: cluster.deliver(old)] * 2
    return deeds


def clients(cluster: Cluster, dice: Dice) -> list[Callable[[], object]]:
    """A client writes, through the leader or through another node."""
    node = dice.one_of(cluster.ids)
    return [lambda: cluster.write("x", cluster.now), lambda: cluster.write("y", cluster.now, node)]


def wake(cluster: Cluster, node: str) -> None:
    """Restart what has crashed, resume what is paused."""
    if cluster.status[node] == "crashed":
        cluster.restart(node)
    elif cluster.status[node] == "paused":
        cluster.resume(node)


RUNS = tuple(RandomRun(seed) for seed in SEEDS)
