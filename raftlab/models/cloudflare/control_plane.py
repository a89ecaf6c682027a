"""The control plane behind the sick switch: how six minutes of lost packets can become hours of outage.

    the switch loses packets between n1 and n3  ->  etcd elects leaders, and cannot be written meanwhile
    a database's primary cannot report to etcd  ->  automation promotes a replica (itself a write to etcd)
    a promotion forces the rebuild of all other instances  ->  the one that remains bears all reads
    it is overloaded  ->  requests fail and wait, until the first replica is back, hours later

The members of etcd are real nodes of raftlab. All the rest are a few rules over the state of the moment; the
only thing that happens at a set time is that the switch falls sick, and that it recovers. It is a model of the
mechanism, and qualitative: most of its numbers are assumed (`parameters.py`).

Time is not scaled: a tick of etcd is 10 ms, and the six minutes are played tick by tick. Only when the switch is
well and etcd has settled, only a tenth of a second of each minute is played: nothing disturbs it any more.

Left out: retries of users, sessions that could not move between the sites, rush hours, and whatever kept the
real elections going for minutes, which was not published.
"""

from collections.abc import Sequence
from types import SimpleNamespace

from raftlab.models.cloudflare.databases import Database, State, answers
from raftlab.models.cloudflare.etcd import Etcd
from raftlab.models.cloudflare.outage import Happening, Outage, Point
from raftlab.models.cloudflare.parameters import MS_PER_TICK, Parameters
from raftlab.sim.errors import UserError
from raftlab.sim.systems import build

SECOND, MINUTE = 1, 60  # steps
TICKS = {SECOND: 1000 // MS_PER_TICK, MINUTE: 100 // MS_PER_TICK}  # of etcd that are played in each step
SETTLED = 60  # seconds after the fault from which on nothing disturbs etcd any more
QUIET = 10 * MINUTE  # how long a run goes on after everything is over
LONGEST = 48 * 60 * MINUTE


class ControlPlane:
    """Three members of etcd, one of them behind a sick switch, and what depends on them.

    Args:
        parameters: the numbers; left out, `Parameters()`.
        extensions: of Raft, by name or as classes, as for `build`; none is Raft as in the paper.
        fault: whether the switch falls sick at all.
        seed: of all dice.

    Raises:
        UserError: something of that cannot be.

    Example:
        >>> from raftlab.models.cloudflare import ControlPlane
        >>> ControlPlane(fault=False).run().is_flat()
        True
    """

    def __init__(
        self, parameters: Parameters | None = None, extensions: Sequence[str | type] = (), fault: bool = True,
        seed: int = 1,
    ):  # fmt: skip
        if parameters is not None and not isinstance(parameters, Parameters):
            raise UserError(f"The parameters are Parameters(), perhaps with_values, not {parameters!r}.")
        if isinstance(extensions, str) or not isinstance(extensions, Sequence):
            raise UserError(f"The extensions are a list such as ['PreVote'], not {extensions!r}.")
        if isinstance(seed, bool) or not isinstance(seed, int):
            raise UserError(f"A seed is a whole number, not {seed!r}.")
        build(*extensions)
        self.parameters = parameters or Parameters()
        self.extensions = tuple(each if isinstance(each, str) else each.__name__ for each in extensions)
        self.fault = fault
        self.seed = seed

    def run(self) -> Outage:
        """Let it happen, until everything is as before, or for two days. Every run is the same."""
        run = _Run(self)
        while not run.is_over():
            run.step()
        return run.outage


class _Run:
    """One run: where everything stands. Times in whole seconds."""

    def __init__(self, plane: ControlPlane):
        self.numbers = numbers = plane.parameters.values()
        self.databases = {
            "small": Database("small", numbers.small_demand, numbers.small_data_gb, numbers),
            "large": Database("large", numbers.large_demand, numbers.large_data_gb, numbers),
        }
        self.etcd = Etcd(plane.parameters, plane.extensions, plane.seed, self.databases)
        self.now = 0
        self.moment = 0.0  # the same in minutes, and within a step to the tick
        self.sick_from = round(60 * numbers.healthy_minutes)
        self.sick_until = self.sick_from + round(60 * numbers.fault_minutes)
        fault = (self.sick_from / 60, self.sick_until / 60) if plane.fault else None
        self.outage = Outage([], [], [], [], [], [], fault, numbers.alarm)
        self.busy = 0  # when there was last something to do
        self.alarmed = 0  # for how long
        self.measures = False
        self.promoting: dict[str, Database] = {}  # who writes it to etcd -> the cluster

    def is_over(self) -> bool:
        """Everything is as before, for a while."""
        return self.now >= min(LONGEST, max(self.sick_until, self.busy) + QUIET)

    def step(self) -> None:
        """A second, or, when etcd has settled, a minute."""
        self.moment = self.now / 60
        self.set_switch()
        settled = self.now >= self.sick_until + SETTLED and not self.promoting and self.etcd.followed()
        length = MINUTE if settled else SECOND
        read_only = self.run_etcd(length)
        self.run_databases(length)
        self.now += length
        self.record(read_only)
        self.run_people(length)

    def happened(self, kind: str, about: str = "") -> None:
        """Note it, at this moment."""
        self.outage.events.append(Happening(self.moment, kind, about))

    def set_switch(self) -> None:
        """The one thing that happens because of the time."""
        if self.outage.fault and self.now in (self.sick_from, self.sick_until):
            sick = self.now < self.sick_until
            self.etcd.set_switch(self.numbers.loss if sick else 0.0)
            self.happened("sick" if sick else "well")

    # -- etcd -------------------------------------------------------------------------------------------

    def run_etcd(self, length: int) -> float:
        """Let its members and clients go on; returns for what share of the step it could not be written."""
        read_only = 0
        for tick in range(1, TICKS[length] + 1):
            self.etcd.tick()
            leader = self.etcd.followed()
            read_only += leader is None
            start, self.moment = self.moment, (self.now + length * tick / TICKS[length]) / 60
            self.note_leader(leader, start)
            self.promote_what_is_written()
        return read_only / TICKS[length]

    def note_leader(self, leader: str | None, start: float) -> None:
        """Lengthen the last span to this moment, or begin a new one."""
        spans = self.outage.leaders
        if spans and spans[-1][2] == leader:
            spans[-1] = (spans[-1][0], self.moment, leader)
            return
        spans.append((start, self.moment, leader))
        if leader is not None:
            self.happened("leader", leader)

    def promote_what_is_written(self) -> None:
        """A promotion counts when etcd has committed it."""
        for client in [client for client in self.promoting if client in self.etcd.returned]:
            database = self.promoting.pop(client)
            database.promote()
            self.etcd.hear_of(database.name)
            self.happened("promoted", database.name)

    # -- What depends on it -------------------------------------------------------------------------------

    def run_databases(self, length: int) -> None:
        """Automation looks at the reports; rebuilds go on."""
        for name, database in self.databases.items():
            if database.needs_promotion(self.etcd.silent_ms(name)):
                database.promoting = True
                self.promoting[self.etcd.write_once(f"primary of {name}=a replica")] = database
                self.happened("decided", name)
            for _ in range(database.rebuild(length / 60)):
                self.happened("rebuilt", name)
            if database.promoting or database.to_copy:
                self.busy = self.now

    def record(self, read_only: float) -> None:
        """A point of each curve, from the state alone."""
        shed = self.numbers.shed_share * self.measures
        more = int(self.numbers.second_site_replicas) * self.measures
        small, large = self.databases["small"].state(shed), self.databases["large"].state(shed, more)
        point = Point(small, large, read_only)
        success_rate, latency = service(point, self.numbers)
        self.outage.minutes.append(self.now / 60)
        self.outage.points.append(point)
        self.outage.success_rate.append(success_rate)
        self.outage.latency.append(latency)

    def run_people(self, length: int) -> None:
        """After an alarm of some length people take measures, if there are any, and keep to them until all rebuilds are done."""
        self.alarmed = self.alarmed + length if self.outage.success_rate[-1] < self.numbers.alarm else 0
        rebuilding = any(database.to_copy for database in self.databases.values())
        if self.measures:
            self.measures = rebuilding
        elif self.alarmed >= 60 * self.numbers.reaction_minutes and rebuilding:
            self.measures = bool(self.numbers.shed_share or self.numbers.second_site_replicas)
            if self.measures:
                self.happened("measures")


def service(point: Point, numbers: SimpleNamespace) -> tuple[float, float]:
    """What share of the requests succeeds, and how many milliseconds one takes, as things stand.

    Every request is authenticated by the large cluster, some also need the small one, and some write to
    etcd. Those that only read from etcd need no leader.
    """
    small, large = answers(State(*point.small), numbers), answers(State(*point.large), numbers)
    without_small = numbers.small_share * (1 - small.share)
    without_etcd = numbers.etcd_write_share * point.read_only
    return large.share * (1 - without_small) * (1 - without_etcd), large.ms
