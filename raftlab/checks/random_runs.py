"""Random runs as checks: there are many faults, then all of them are repaired, and the nodes must recover.

The list of seeds is fixed, so that the same answer is judged in the same way everywhere. `disturb` draws one fault,
repair or request; it does nothing if this is impossible at the moment.
"""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any, NamedTuple

from raftlab.checks.failure import Failure, NodeError
from raftlab.checks.scenes.scripted import briefly, failure_in, mistake_in, verdict
from raftlab.checks.scenes.staging import Begin
from raftlab.raft import Raft, majority
from raftlab.sim.cluster import Cluster
from raftlab.sim.errors import UserError

SEEDS = tuple(range(1, 31))
TICKS = 120  # with faults, in one run
RATE = 0.35  # disturbances per tick


class Dice:
    """Dice that use only `Random.random`: its sequence is the same in every version of Python."""

    def __init__(self, seed: str):
        self._random = Random(seed)

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self._random.random() < probability

    def one_of(self, things: Sequence[Any]) -> Any:
        """One of these things."""
        return things[int(self._random.random() * len(things))]

    def two_of(self, things: Sequence[Any]) -> tuple[Any, Any]:
        """Two different things of these."""
        one = self.one_of(things)
        return one, self.one_of([each for each in things if each != one])


class RandomRun(NamedTuple):
    """A random run as a check."""

    seed: int

    @property
    def name(self) -> str:
        """A name with the seed."""
        return f"random run {self.seed}"

    @property
    def rule(self) -> str:
        """Empty: which rule is broken depends on the mistake."""
        return ""

    @property
    def title(self) -> str:
        """What it is, with the seed."""
        return f"A random run with faults, seed {self.seed}"

    def run(self, raft: type[Raft]) -> Failure | None:
        """What nodes of this class do wrong in the run; None if nothing."""
        return failure_in(self.play, raft, self.name, self.title, self.seed)

    def mistake(self, raft: type[Raft]) -> Failure | None:
        """The first mistake of nodes of this class in the run, even if it does no harm there; None if there is none."""
        return mistake_in(self.play, raft, self.name, self.title, self.seed)

    def brief(self, raft: type[Raft]) -> Failure | None:
        """A failure with only a sentence, or None. This is faster, because it does not look for the first mistake."""
        return briefly(verdict(self.play, raft, record=False, made=[]), self.seed)

    def play(self, begin: Begin) -> Cluster:
        """The cluster after the run."""
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
        if node in cluster._crash_after:
            cluster.crash(node)  # a crash that was still to come comes now
        wake(cluster, node)
    return cluster


def disturb(cluster: Cluster, dice: Dice) -> None:
    """Do one random thing to the cluster: a fault, a repair or a request."""
    kinds = (repairs, faults, links, messages, messages, clients, clients)
    deed = dice.one_of(dice.one_of(kinds)(cluster, dice))
    try:
        deed()
    except NodeError:
        raise
    except UserError:
        return  # it is impossible at this moment


def repairs(cluster: Cluster, dice: Dice) -> list[Callable[[], object]]:
    """A node restarts or resumes, or all links work again."""
    down = [id for id in cluster.ids if cluster.status[id] != "running"]
    node = dice.one_of(down or cluster.ids)
    return [lambda: wake(cluster, node), cluster.heal]


def faults(cluster: Cluster, dice: Dice) -> list[Callable[[], object]]:
    """A node crashes, perhaps in the middle of a step, or pauses. A majority stays up."""
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
    """Links are cut, perhaps in one direction only, or they lose, copy and delay messages."""
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
    """A message is lost, arrives twice, at once or late; or a timer runs out."""
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
    """Restart a crashed node, or resume a paused one."""
    if cluster.status[node] == "crashed":
        cluster.restart(node)
    elif cluster.status[node] == "paused":
        cluster.resume(node)


RUNS = tuple(RandomRun(seed) for seed in SEEDS)
