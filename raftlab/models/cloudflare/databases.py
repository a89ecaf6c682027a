"""A database cluster: a primary, its replicas, and what is left of them while replicas are rebuilt.

Each instance is a queue with so many places: requests come at random and take a random time, and a
request that finds no place fails (M/M/1/K: L. Kleinrock, Queueing Systems, vol. 1, 1975, section 3.6).
"""

from math import fsum
from types import SimpleNamespace
from typing import NamedTuple


class Answers(NamedTuple):
    """How an instance, or a cluster, answers: the share of the requests, and the mean time in milliseconds."""

    share: float
    ms: float


def queue(demand: float, capacity: float, places: int) -> Answers:
    """What one instance makes of so many requests a second, if it can do so many (M/M/1/K).

    >>> queue(demand=500, capacity=1000, places=50)
    Answers(share=1.0, ms=2.0)
    >>> queue(demand=2000, capacity=1000, places=50)
    Answers(share=0.5, ms=49.0)
    """
    load = demand / capacity
    weights = [(load if load <= 1 else 1 / load) ** n for n in range(places + 1)]
    if load > 1:  # the same chances, counted from the full queue down: no number grows beyond bounds
        weights.reverse()
    total = fsum(weights)  # not sum(): Python 3.12 has changed how that rounds
    chances = [weight / total for weight in weights]  # of finding n requests there
    waiting = fsum(n * chance for n, chance in enumerate(chances))
    accepted = demand * (1 - chances[-1])
    return Answers(round(1 - chances[-1], 6), round(1000 * waiting / accepted, 3))


class State(NamedTuple):
    """All that decides how a database cluster answers."""

    demand: float
    serving: int
    copying: bool


def answers(state: State, numbers: SimpleNamespace) -> Answers:
    """What a cluster makes of its demand, which its instances share evenly; a rebuild burdens the primary."""
    primary = numbers.capacity * (1 - numbers.copy_share * state.copying)
    capacities = [primary] + [numbers.capacity] * (state.serving - 1)
    each = [
        queue(state.demand / state.serving, capacity, int(numbers.queue_places)) for capacity in capacities
    ]
    done = fsum(one.share for one in each)
    return Answers(done / len(each), fsum(one.share * one.ms for one in each) / done)


class Database:
    """One cluster. It knows of etcd only when its primary's last report was committed there.

    replicas: how many answer reads, beside the primary. to_copy: what each rebuild still has to copy, in GB.
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
        """Automation's rule: the primary has not reported for too long, and some replica could take over."""
        return silent_ms > self.numbers.report_patience_ms and not self.promoting and self.replicas > 0

    def promote(self) -> None:
        """A replica takes over. All others, the old primary among them, must be rebuilt from it."""
        self.promoting = False
        self.to_copy = [self.data_gb] * int(self.numbers.replicas)
        self.replicas = 0

    def rebuild(self, minutes: float) -> int:
        """Copy for so long, one replica after the other; how many are back by then."""
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
        """How it stands, if a share of its demand is switched off, and so many more instances answer."""
        return State(self.demand * (1 - shed), 1 + self.replicas + more, bool(self.to_copy))
