"""The limbo: three nodes of plain Raft, with the link between two of them cut.

When the node at one end of the cut link leads, the node at the other end hears no leader, and deposes it through the
node in the middle. While no client writes, all logs are equal, and this goes on as long as the link is cut: the middle
node always hears one of the ends, or votes for it, before its own timer runs out. With writes it ends soon. The middle
node has every committed entry, but one of the ends does not, so that end can no longer win. Sooner or later the middle
node wins, and both ends hear it.

This is a property of Raft without extensions. It says nothing about the system that Cloudflare used.
"""

from typing import NamedTuple

from raftlab.messages import Effect, Role
from raftlab.raft import Raft
from raftlab.sim.cluster import Cluster
from raftlab.sim.errors import check_number
from raftlab.sim.goals import leader as majority_follows_one
from raftlab.sim.story import Story

CUT = 30  # the tick of the cut: by then n3 leads, and all nodes follow it
MIDDLE = "n2"


class Limbo(NamedTuple):
    """What happened after the cut. elected: (seconds since the cut, node), in order.

    leaderless: the seconds, in total, in which no majority followed a leader.
    """

    writes: bool
    seconds: int
    elected: tuple[tuple[float, str], ...]
    leaderless: float

    @property
    def ended(self) -> float | None:
        """The seconds until the middle node led and no other leader was elected after it. None: the elections did not end."""
        if not self.elected or self.elected[-1][1] != MIDDLE:
            return None
        return self.elected[-1][0]

    def sentence(self) -> str:
        """The result in words."""
        way = "Clients write" if self.writes else "No client writes"
        count = f"{len(self.elected)} leader{'s were' if len(self.elected) != 1 else ' was'} elected"
        if self.ended is None:
            nodes = " and ".join(sorted({node for _, node in self.elected}))
            return f"{way}: {count} in {self.seconds} s, {nodes} in turn, and the elections have not ended."
        return f"{way}: {count}. From {self.ended:.1f} s on {MIDDLE}, in the middle, leads, and no election follows."

    def _repr_markdown_(self) -> str:
        return self.sentence()


def limbo_story(writes: bool, seed: int = 1) -> Story:
    """The limbo as a story: n3 leads, and the link between n1 and n3 is cut. writes: whether a client writes.

    Example:
        >>> from raftlab import play
        >>> from raftlab.models.cloudflare import limbo_story
        >>> play(limbo_story(writes=False)).broken()
        {}
    """
    client = ((CUT, "clients", 1, {"operations": ["put"]}),) if writes else ()
    return Story(
        "limbo_writes" if writes else "limbo", "The limbo, with writes" if writes else "The limbo", nodes=3, seed=seed,
        actions=((1, "time_out", "n3"), *client, (CUT, "cut", "n1", "n3")),
        goals=(("leader",), ("leader", CUT)),
    )  # fmt: skip


def limbo(writes: bool, seed: int = 1, seconds: int = 60) -> Limbo:
    """Cut the link between n1 and n3 while n3 leads, and record for so many seconds which nodes are elected.

    Raises:
        UserError: the seconds are not a whole number of at least 1.

    Example:
        >>> from raftlab.models.cloudflare import limbo
        >>> limbo(writes=False).ended is None, limbo(writes=True).elected[-1][1]
        (True, 'n2')
    """
    check_number("seconds", seconds, 1)
    cluster = _Watched(limbo_story(writes, seed), record=False)
    ticks_per_second = 1000 // cluster.timing.ms_per_tick
    cluster.tick(CUT)
    leaderless = 0
    for _ in range(seconds * ticks_per_second):
        cluster.tick()
        leaderless += not majority_follows_one(cluster)
    elected = tuple(
        ((tick - CUT) / ticks_per_second, node) for tick, node in cluster.elected.values() if tick > CUT
    )
    return Limbo(writes, seconds, elected, leaderless / ticks_per_second)


class _Watched(Cluster):
    """A cluster that records its elections."""

    def __init__(self, story: Story, record: bool):
        self.elected: dict[int, tuple[int, str]] = {}  # term -> (tick, node)
        super().__init__(story, record=record)

    def _after_step(self, node: Raft, effects: tuple[Effect, ...], what: str, detail: object) -> None:
        super()._after_step(node, effects, what, detail)
        if node.role is Role.LEADER:
            self.elected.setdefault(node.term, (self.now, node.id))
