"""The result of a run of the control plane: curves over time, events, and both in sentences."""

from dataclasses import dataclass
from itertools import pairwise
from math import fsum
from typing import NamedTuple

SENTENCES = {
    "sick": "the switch falls sick",
    "well": "the switch is well again",
    "leader": "{} leads etcd",
    "decided": "automation wants to replace the primary of the {} cluster",
    "promoted": "a replica of the {} cluster is promoted; all its other instances must be rebuilt",
    "rebuilt": "a replica of the {} cluster is back",
    "measures": "people shed load, or steer reads to the second site",
}


class Happening(NamedTuple):
    """An event of the run and its minute. about: the node or the database cluster of the event, if there is one."""

    minute: float
    kind: str
    about: str = ""

    def sentence(self) -> str:
        """The event in words, with its time."""
        return f"Minute {self.minute:.2f}: {SENTENCES[self.kind].format(self.about)}."


class Point(NamedTuple):
    """The state during a step of the run. Success rate and latency depend on nothing else.

    small, large: the database clusters (`databases.State`). read_only: the share of the step in which nothing could be
    written to etcd.
    """

    small: tuple[float, int, bool]
    large: tuple[float, int, bool]
    read_only: float


@dataclass
class Outage:
    """The curves of a run over time. All are results of the model; none is a given function of time.

    Attributes:
        minutes: the end of each step, in minutes since the beginning. A step is a second until etcd has settled,
            later a minute.
        success_rate: the share of the API's requests that succeeded in each step.
        latency: the mean time of a request's read from the large database cluster, in milliseconds.
        points: the states from which success rate and latency follow.
        leaders: (start, end, node), times in minutes: the leader that a majority followed; None: there was none.
        events: the events, in order.
        fault: (start, end) in minutes of the time when the switch was sick; None if it never was.
        alarm: the success rate below which the service counts as degraded.
    """

    minutes: list[float]
    success_rate: list[float]
    latency: list[float]
    points: list[Point]
    leaders: list[tuple[float, float, str | None]]
    events: list[Happening]
    fault: tuple[float, float] | None
    alarm: float

    @property
    def read_only(self) -> list[tuple[float, float]]:
        """(start, end) in minutes of each time in which no node led etcd, so that it could only be read."""
        return [(start, end) for start, end, leader in self.leaders if leader is None]

    def lowest_success_rate(self) -> float:
        """The lowest success rate, a share."""
        return min(self.success_rate)

    def slowdown(self) -> float:
        """The longest latency, as a multiple of that without a fault."""
        return max(self.latency) / self.latency[0]

    def degraded_minutes(self) -> float:
        """The minutes in which the success rate was below the alarm."""
        steps = zip(pairwise([0.0, *self.minutes]), self.success_rate, strict=True)
        return fsum(end - start for (start, end), rate in steps if rate < self.alarm)

    def read_only_seconds(self) -> float:
        """The seconds, in total, in which nothing could be written to etcd."""
        return 60 * fsum(end - start for start, end in self.read_only)

    def count(self, kind: str) -> int:
        """The number of events of a kind: "leader", "promoted", "rebuilt", ..."""
        return sum(event.kind == kind for event in self.events)

    def is_flat(self) -> bool:
        """Were all curves constant?"""
        return len(set(self.success_rate)) == len(set(self.latency)) == 1

    def summary(self) -> list[str]:
        """The run in a few sentences."""
        sick = "The switch was well all the time." if self.fault is None else (
            f"The switch was sick for {hours_and_minutes(self.fault[1] - self.fault[0])}."
        )  # fmt: skip
        promoted = [event.about for event in self.events if event.kind == "promoted"]
        return [
            sick,
            f"etcd could only be read for {self.read_only_seconds():.1f} seconds in all, the longest piece being "
            f"{60 * max((end - start for start, end in self.read_only), default=0):.1f}; "
            f"in the end {self.leaders[-1][2] or 'nobody'} led it.",
            f"Automation promoted a replica in: {', '.join(promoted) or 'no cluster'}.",
            f"The success rate fell to {100 * self.lowest_success_rate():.0f} %, a request took up to "
            f"{self.slowdown():.0f} times as long as in health, and the service was degraded for "
            f"{hours_and_minutes(self.degraded_minutes())}.",
            "Most parameters are assumed: this shows how one thing leads to another, not how large it is.",
        ]


def hours_and_minutes(minutes: float) -> str:
    """A duration in words.

    >>> hours_and_minutes(393), hours_and_minutes(0.1)
    ('6 h 33 min', '6 s')
    """
    if minutes < 1:
        return f"{60 * minutes:.0f} s"
    hours, rest = divmod(round(minutes), 60)
    return f"{hours} h {rest} min" if hours else f"{rest} min"
