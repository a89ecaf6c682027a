"""The parameters of the model of the control plane: numbers, each with its unit and its source, or the word "assumed".

Little was published, so most are assumed: the model shows in which direction things change, not by how much. No number
was chosen to give the published outcome. That outcome is in `published.py`, which the model does not read.
"""

# ruff: noqa: RUF009 - a Parameter is immutable, so one default for all is safe

from dataclasses import dataclass, fields, replace
from types import SimpleNamespace
from typing import Any, NamedTuple

from raftlab.sim.errors import UserError, check_name

NOTES = "public notes on the post-mortem of 2020-11-27, https://blog.cloudflare.com/a-byzantine-failure-in-the-real-world/"
SUMMARY = "https://www.postmortems.app/postmortem/1f3d306d-cb11-4acb-8118-2733b8acb635"
ETCD = "default in https://etcd.io/docs/latest/tuning/; what Cloudflare had set was not published"


class Parameter(NamedTuple):
    """A number, its unit, and its source."""

    value: float
    unit: str
    source: str


def assumed(value: float, unit: str, why: str = "") -> Parameter:
    """A number that was not published."""
    return Parameter(value, unit, f"assumed: {why}" if why else "assumed")


@dataclass(frozen=True)
class Parameters:
    """All parameters of the model. Counts are whole numbers, shares are from 0 to 1, all others are at least 0.

    Example:
        >>> parameters = Parameters().with_values(loss=0.5)
        >>> parameters.loss.value, parameters.halved("loss").loss.value
        (0.5, 0.25)
        >>> Parameters().fault_minutes.source.startswith("public notes")
        True
    """

    # The switch
    healthy_minutes: Parameter = assumed(1, "minutes", "to see what health looks like before the fault")
    fault_minutes: Parameter = Parameter(6, "minutes", NOTES)
    loss: Parameter = assumed(0.9, "share", "published is only that a part of the packets was dropped")

    # etcd
    heartbeat_ms: Parameter = Parameter(100, "ms", ETCD)
    election_timeout_ms: Parameter = Parameter(1000, "ms", f"{ETCD}; drawn from here to twice as much")
    delay_ms: Parameter = assumed(10, "ms", "from here to twice as much")

    # The services around it
    api_write_interval_ms: Parameter = assumed(500, "ms")
    etcd_write_share: Parameter = assumed(0.1, "share", "of the requests; reading works without a leader")
    report_interval_ms: Parameter = assumed(1000, "ms")
    request_timeout_ms: Parameter = assumed(1000, "ms", "after that, a write to etcd has failed")
    report_patience_ms: Parameter = assumed(
        1500,
        "ms",
        f"one late report can be enough; published is only that promotion was too eager ({SUMMARY})",
    )

    # The databases: a small cluster that some requests need, a large one that every request needs
    replicas: Parameter = assumed(2, "count", "of each cluster, beside its primary; all of them answer reads")
    capacity: Parameter = assumed(1000, "requests/s", "of one instance")
    queue_places: Parameter = assumed(50, "count", "in an instance; who finds no place fails")
    small_demand: Parameter = assumed(400, "requests/s", "one instance can bear it alone")
    large_demand: Parameter = assumed(1200, "requests/s", "one instance cannot bear it alone")
    small_share: Parameter = assumed(0.3, "share", "of the requests that need the small cluster, too")
    small_data_gb: Parameter = assumed(50, "GB")
    large_data_gb: Parameter = assumed(1500, "GB")
    copy_gb_per_hour: Parameter = assumed(360, "GB/hour", "100 MB/s, one replica after the other")
    copy_share: Parameter = assumed(0.2, "share", "of a primary's capacity that a rebuild takes")

    # What people do about it: by default, nothing
    alarm: Parameter = assumed(0.95, "share", "the success rate below which something is wrong")
    reaction_minutes: Parameter = assumed(60, "minutes", "of alarm, until they have found out what helps")
    shed_share: Parameter = assumed(
        0, "share", "of the demand that is switched off; published without a size"
    )
    second_site_replicas: Parameter = assumed(
        0, "count", "of the large cluster, to which reads are steered; published without a size"
    )

    def __post_init__(self) -> None:
        for field in fields(self):
            _check(field.name, getattr(self, field.name))
        if self.copy_share.value == 1:
            raise UserError("A rebuild must leave the primary some capacity; copy_share should be below 1.")
        if self.heartbeat_ms.value >= self.election_timeout_ms.value:
            raise UserError("heartbeat_ms should be below election_timeout_ms, or no leader could stay.")
        if self.report_patience_ms.value <= self.report_interval_ms.value + 5 * self.delay_ms.value:
            raise UserError(
                "report_patience_ms should be longer than a report takes (report_interval_ms and some delay_ms), "
                "or automation would replace healthy primaries."
            )

    def with_values(self, **values: float) -> "Parameters":
        """These parameters with some other values, whose source is then "assumed".

        Raises UserError if there is no such parameter, or if the value is impossible.
        """
        changes: dict[str, Any] = {}
        for name, value in values.items():
            check_name("parameter", name, self.names())
            changes[name] = assumed(value, getattr(self, name).unit, "for this run")
        return replace(self, **changes)

    def halved(self, name: str) -> "Parameters":
        """These parameters with half of one value; half of a count is rounded down."""
        check_name("parameter", name, self.names())
        value, unit, _ = getattr(self, name)
        return self.with_values(**{name: value // 2 if unit == "count" else value / 2})

    def values(self) -> SimpleNamespace:
        """The numbers by name, without units and sources."""
        return SimpleNamespace(**{name: getattr(self, name).value for name in self.names()})

    def table(self) -> list[str]:
        """A line for each parameter: its name, value, unit and source."""
        return [
            f"{name} = {value:g}{'' if unit in ('share', 'count') else ' ' + unit} ({source})"
            for name in self.names()
            for value, unit, source in [getattr(self, name)]
        ]

    @classmethod
    def names(cls) -> list[str]:
        """The names of all parameters."""
        return [field.name for field in fields(cls)]


MAY_BE_ZERO = ("share", "GB")  # units of parameters that may be 0; all others must be above 0
OFF_BY_DEFAULT = ("second_site_replicas", "healthy_minutes", "fault_minutes", "reaction_minutes")
IN_TICKS = ("heartbeat_ms", "election_timeout_ms", "delay_ms", "api_write_interval_ms", "report_interval_ms",
            "request_timeout_ms", "report_patience_ms")  # fmt: skip
MS_PER_TICK = 10


def _check(name: str, parameter: object) -> None:
    """Raise UserError if a parameter's value does not fit its unit."""
    if not isinstance(parameter, Parameter):
        raise UserError(f"{name} should be a Parameter with value, unit and source, not {parameter!r}.")
    value, unit, _ = parameter
    number = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < float("inf")
    zero = unit in MAY_BE_ZERO or name in OFF_BY_DEFAULT
    if not number or (value == 0 and not zero):
        raise UserError(f"{name} should be a number {'of at least' if zero else 'above'} 0, not {value!r}.")
    if unit == "share" and value > 1:
        raise UserError(f"{name} is a share, from 0 to 1, not {value!r}.")
    if unit == "count" and value != int(value):
        raise UserError(f"{name} is a count, so a whole number, not {value!r}.")
    if name in IN_TICKS and value < MS_PER_TICK:
        raise UserError(f"{name} should be at least {MS_PER_TICK} ms, one tick of the clock, not {value!r}.")
