"""The clock of a node whose clock runs slow."""

from typing import NamedTuple


class Clock(NamedTuple):
    """A slow clock.

    thousandths: how far it moves in one tick of the cluster, in thousandths of a tick.
    since: the tick of the cluster from which on it runs so.
    """

    thousandths: int
    since: int

    def shows(self, now: int) -> int:
        """The ticks that this clock has counted from `since` to a tick of the cluster, rounded down."""
        return (now - self.since) * self.thousandths // 1000

    def moves(self, now: int) -> bool:
        """Whether this clock moves on by a tick at this tick of the cluster."""
        return self.shows(now) > self.shows(now - 1)

    def due(self, now: int, ticks: int) -> int:
        """The tick of the cluster at which this clock will have counted `ticks` more."""
        return self.since - (-(self.shows(now) + ticks) * 1000 // self.thousandths)
