"""Leaping over ticks in which nothing is due: where a tick is a microsecond, most are empty."""

from typing import TYPE_CHECKING, Any

from raftlab.messages import Tick
from raftlab.raft import Raft
from raftlab.sim.errors import check_number


class Leap:
    """The one method; what it looks at stands in `Cluster`."""

    now: int
    ticked: int

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

    def leap(self, until: int) -> None:
        """Go to the next tick at which anything can happen, but no further than to `until`.

        Whatever is leapt over, `tick` would have found empty, so both lead to the same run. Only
        what cannot be foreseen is ticked through: goals not yet reached, flapping links, clients
        at work, snapshots every so often, slow clocks, and nodes with a clock of their own making.

        Raises UserError if `until` is not a later tick.

        >>> from raftlab import Cluster, Story
        >>> cluster = Cluster(Story("quiet", "Nobody looks", goals=()))
        >>> cluster.leap(until=1_000)
        >>> cluster.leader(), any(node.term for node in cluster.nodes.values())
        (None, True)
        """
        check_number("the tick to leap to", until, self.now + 1)
        empty = self._next_due(until) - 1 - self.now
        if empty > 0:
            tick = Tick(empty)
            for id, node in self.nodes.items():
                if self.status[id] == "running":
                    node.step(tick)
            self.now = self.ticked = self.now + empty
        self._tick()

    def _next_due(self, until: int) -> int:
        """The first tick that may not be empty, or `until` if that comes first."""
        running = [node for id, node in self.nodes.items() if self.status[id] == "running"]
        foreseen = all(type(node).on_tick is Raft.on_tick for node in running)
        working = self.clocks or self.snapshot_after or any(not each.done for each in self.workers.values())
        if self.flapping or working or not foreseen or len(self.reached) < len(self.story.goals):
            return self.now + 1
        due = [self.now + node.timer for node in running]
        due += self._arrivals
        due += [rows[0][0] for rows in (self._script, self._stops) if rows]
        return min([*due, until])
