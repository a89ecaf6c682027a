"""A database cluster: a primary and its replicas, some of which may be rebuilding.

Each instance is a queue with a fixed number of places: requests come at random times and take random times, and a
request that finds no free place fails (M/M/1/K: L. Kleinrock, Queueing Systems, vol. 1, 1975, section 3.6).
"""

from math import fsum
from types import SimpleNamespace
from typing import NamedTuple


class Answers(NamedTuple):
    """How an instance or a cluster answers: the share of requests that succeed, and their mean time in milliseconds."""

    share: float
    ms: float


def queue(demand: float, capacity: float, places: int) -> Answers:
    """How one instance answers. demand, capacity: requests per second; places: the length of the queue (M/M/1/K).

    >>> queue(demand=500, capacity=1000, places=50)
    Answers(share=1.0, ms=2.0)
    >>> queue(demand=2000, capacity=1000, places=50)
    Answers(share=0.5, ms=49.0)
    """
    load = demand / capacity
    weights = [(load if load <= 1 else 1 / load) ** n for n in range(places + 1)]
    if load > 1:  # count from the full queue down: the same probabilities, without huge numbers
        weights.reverse()
    total = fsum(weights)  # not sum(), whose rounding differs from Python 3.12 on
    chances = [weight / total for weight in weights]  # the probabilities of finding n requests in the queue
    waiting = fsum(n * chance for n, chance in enumerate(chances))
    accepted = demand * (1 - chances[-1])
    return Answers(round(1 - chances[-1], 6), round(1000 * waiting / accepted, 3))


class State(NamedTuple):
    """All numbers on which a cluster's answers depend."""

    demand: float
    serving: int
    copying: bool


def answers(state: State, numbers: SimpleNamespace) -> Answers:
    """How a cluster answers. Its instances share the demand evenly; a rebuild takes a part of the primary's capacity."""
    primary = numbers.capacity * (1 - numbers.copy_share * state.copying)
    capacities = [primary] + [numbers.capacity] * (state.serving - 1)
    each = [
        queue(state.demand / state.serving, capacity, int(numbers.queue_places)) for capacity in capacities
    ]
    done = fsum(one.share for one in each)
    return Answers(done / len(each), fsum(one.share * one.ms for one in each) / done)


class Database:
    """One cluster. All it knows of etcd is how long ago its primary's last report was committed there.

    replicas: how many replicas answer reads, besides the primary. to_copy: the GB that each rebuild still has to copy.
    """

    def __init__(self, name: str, demand: float, data_gb: float, numbers: SimpleNamespace):
        self.name = name
        self.demand = demand
        self.data_gb = data_gb
        self.numbers = numbers
        self.replicas = int(numbers.replicas)
        self.to_copy: list[float] = []
        self.promoting = False

    def needs_promotion(self, silent_ms: float) -> bool:
        """The rule of the automation: the primary has not reported for too long, and a replica could take over."""
        return silent_ms > self.numbers.report_patience_ms and not self.promoting and self.replicas > 0

    def promote(self) -> None:
        """Let a replica take over. All other instances, including the old primary, must be rebuilt from it."""
        self.promoting = False
        self.to_copy = [self.data_gb] * int(self.numbers.replicas)
        self.replicas = 0

    def rebuild(self, minutes: float) -> int:
        """Copy for so many minutes, one replica after the other; returns how many replicas were completed."""
        gigabytes = self.numbers.copy_gb_per_hour * minutes / 60
        back = 0
        while self.to_copy and gigabytes >= self.to_copy[0]:
            gigabytes -= self.to_copy.pop(0)
            back += 1
        if self.to_copy:
            self.to_copy[0] -= gigabytes
        self.replicas += back
        return back

    def state(self, shed: float = 0, more: int = 0) -> State:
        """The state of the cluster. shed: the share of its demand that is switched off; more: additional instances that answer."""
        return State(self.demand * (1 - shed), 1 + self.replicas + more, bool(self.to_copy))
