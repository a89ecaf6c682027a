"""The control plane behind the sick switch: how six minutes of lost packets can become hours of outage.

    the switch loses packets between n1 and n3  ->  etcd elects leaders, and cannot be written meanwhile
    a database's primary cannot report to etcd  ->  automation promotes a replica (itself a write to etcd)
    a promotion forces the rebuild of all other instances  ->  the one that remains bears all reads
    it is overloaded  ->  requests fail and wait, until the first replica is back, hours later

The members of etcd are nodes of raftlab. Everything else follows from a few rules about the present state. Only two
things happen at a fixed time: the switch falls sick, and it recovers. The model shows the mechanism; its results are
qualitative, because most of its numbers are assumed (`parameters.py`).

A tick of etcd is 10 ms, and the six minutes of the fault are played tick by tick. Later, when the switch works and
nothing disturbs etcd any more, only a tenth of a second of each minute is played.

Left out are retries of users, sessions that could not move between the sites, rush hours, and the reason why the
real elections went on for minutes, which was not published.
"""

from collections.abc import Sequence
from types import SimpleNamespace

from raftlab.models.cloudflare.databases import Database, State, answers
from raftlab.models.cloudflare.etcd import Etcd
from raftlab.models.cloudflare.outage import Happening, Outage, Point
from raftlab.models.cloudflare.parameters import MS_PER_TICK, Parameters
from raftlab.sim.errors import UserError
from raftlab.sim.systems import build

SECOND, MINUTE = 1, 60  # lengths of steps, in seconds
# The length of a step -> the ticks of etcd that are played in it.
TICKS = {SECOND: 1000 // MS_PER_TICK, MINUTE: 100 // MS_PER_TICK}
SETTLED = 60  # seconds after the fault, when nothing disturbs etcd any more
QUIET = 10 * MINUTE  # seconds that a run goes on when everything is normal again
LONGEST = 48 * 60 * MINUTE


class ControlPlane:
    """Three members of etcd, one of them behind a sick switch, and the databases and the API that depend on them.

    Args:
        parameters: the numbers; by default `Parameters()`.
        extensions: extensions of Raft, as for `build`; by default none, which is Raft as in the paper.
        fault: whether the switch falls sick at all.
        seed: the seed of all random numbers.

    Raises:
        UserError: an argument is wrong.

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
            raise UserError(
                f"The parameters must be Parameters() or Parameters().with_values(...), not {parameters!r}."
            )
        if isinstance(extensions, str) or not isinstance(extensions, Sequence):
            raise UserError(f"The extensions must be a list such as ['PreVote'], not {extensions!r}.")
        if isinstance(seed, bool) or not isinstance(seed, int):
            raise UserError(f"A seed must be a whole number, not {seed!r}.")
        build(*extensions)
        self.parameters = parameters or Parameters()
        self.extensions = tuple(each if isinstance(each, str) else each.__name__ for each in extensions)
        self.fault = fault
        self.seed = seed

    def run(self) -> Outage:
        """Run until everything is normal again, at most for two days. All runs of one object are equal."""
        run = _Run(self)
        while not run.is_over():
            run.step()
        return run.outage


class _Run:
    """The state of one run. Times are whole seconds."""

    def __init__(self, plane: ControlPlane):
        self.numbers = numbers = plane.parameters.values()
        self.databases = {
            "small": Database("small", numbers.small_demand, numbers.small_data_gb, numbers),
            "large": Database("large", numbers.large_demand, numbers.large_data_gb, numbers),
        }
        self.etcd = Etcd(plane.parameters, plane.extensions, plane.seed, self.databases)
        self.now = 0
        self.moment = 0.0  # the time in minutes, within a step exact to the tick
        self.sick_from = round(60 * numbers.healthy_minutes)
        self.sick_until = self.sick_from + round(60 * numbers.fault_minutes)
        fault = (self.sick_from / 60, self.sick_until / 60) if plane.fault else None
        self.outage = Outage([], [], [], [], [], [], fault, numbers.alarm)
        self.busy = 0  # the last time at which something was not normal
        self.alarmed = 0  # how long there has been an alarm
        self.measures = False
        # client that writes a promotion to etcd -> the database cluster
        self.promoting: dict[str, Database] = {}

    def is_over(self) -> bool:
        """Has everything been normal for a while?"""
        return self.now >= min(LONGEST, max(self.sick_until, self.busy) + QUIET)

    def step(self) -> None:
        """Play one step: a second, or a minute when etcd has settled."""
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
        """Record that something happened now."""
        self.outage.events.append(Happening(self.moment, kind, about))

    def set_switch(self) -> None:
        """Let the switch fall sick or recover, if it is time."""
        if self.outage.fault and self.now in (self.sick_from, self.sick_until):
            sick = self.now < self.sick_until
            self.etcd.set_switch(self.numbers.loss if sick else 0.0)
            self.happened("sick" if sick else "well")

    # -- etcd -------------------------------------------------------------------------------------------

    def run_etcd(self, length: int) -> float:
        """Play etcd for one step; returns the share of the step in which nothing could be written."""
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
        """Extend the last span of leadership to this moment, or begin a new one."""
        spans = self.outage.leaders
        if spans and spans[-1][2] == leader:
            spans[-1] = (spans[-1][0], self.moment, leader)
            return
        spans.append((start, self.moment, leader))
        if leader is not None:
            self.happened("leader", leader)

    def promote_what_is_written(self) -> None:
        """Carry out the promotions that etcd has committed."""
        for client in [client for client in self.promoting if client in self.etcd.returned]:
            database = self.promoting.pop(client)
            database.promote()
            self.etcd.hear_of(database.name)
            self.happened("promoted", database.name)

    # -- What depends on etcd -----------------------------------------------------------------------------

    def run_databases(self, length: int) -> None:
        """Let the automation check the reports, and continue the rebuilds."""
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
        """Record a point of each curve, which depends only on the present state."""
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
        """When the alarm has lasted for some time, take the measures of people, if there are any, until all rebuilds are done."""
        self.alarmed = self.alarmed + length if self.outage.success_rate[-1] < self.numbers.alarm else 0
        rebuilding = any(database.to_copy for database in self.databases.values())
        if self.measures:
            self.measures = rebuilding
        elif self.alarmed >= 60 * self.numbers.reaction_minutes and rebuilding:
            self.measures = bool(self.numbers.shed_share or self.numbers.second_site_replicas)
            if self.measures:
                self.happened("measures")


def service(point: Point, numbers: SimpleNamespace) -> tuple[float, float]:
    """The share of requests that succeed, and the mean time of a request in milliseconds, at a point.

    Every request is authenticated by the large cluster, some also need the small one, and some write to
    etcd. Those that only read from etcd need no leader.
    """
    small, large = answers(State(*point.small), numbers), answers(State(*point.large), numbers)
    without_small = numbers.small_share * (1 - small.share)
    without_etcd = numbers.etcd_write_share * point.read_only
    return large.share * (1 - without_small) * (1 - without_etcd), large.ms
