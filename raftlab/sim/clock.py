"""A node's clock that does not keep up with the world's."""

from typing import NamedTuple


class Clock(NamedTuple):
    """Since a tick, it has moved on by so many thousandths of a tick for each tick of the world, rounded down."""

    thousandths: int
    since: int

    def shows(self, now: int) -> int:
        """How far it has moved since then."""
        return (now - self.since) * self.thousandths // 1000

    def moves(self, now: int) -> bool:
        """Whether it ticks at this tick of the world."""
        return self.shows(now) > self.shows(now - 1)

    def due(self, now: int, ticks: int) -> int:
        """The tick of the world at which it will have ticked so many times more."""
        return self.since - (-(self.shows(now) + ticks) * 1000 // self.thousandths)
