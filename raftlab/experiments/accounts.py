"""All accounts of the outage of 2 November 2020 in one table: the published report, and our runs.

The accounts seem to contradict each other ("etcd elected for minutes", "steady", "four hours"). But they are about
different things, and each row says about which.
"""

from typing import NamedTuple

from raftlab.experiments.comparison import Row, numbers, seconds
from raftlab.models.cloudflare.limbo import Limbo, limbo
from raftlab.models.cloudflare.outage import Outage, hours_and_minutes
from raftlab.models.cloudflare.parameters import Parameters
from raftlab.models.cloudflare.published import IMPACT, TIMELINE

HEADS = ("account", "what the link loses", "who writes", "elections", "time without a leader", "and the API")
ETCD = TIMELINE[1]
NOT_MODELLED = "is not modelled"


class Account(NamedTuple):
    """One account of the outage, as the cells of a row."""

    name: str
    lost: str
    writes: str
    elections: str
    leaderless: str
    api: str


class Accounts(list[Account]):
    """Accounts, shown as a table."""

    def _repr_markdown_(self) -> str:
        rows = [HEADS, ("---",) * len(HEADS), *self]
        return "\n".join(f"| {' | '.join(row)} |" for row in rows)

    def __repr__(self) -> str:
        return "\n".join(
            "; ".join(f"{head}: {cell}" for head, cell in zip(HEADS, row, strict=True)) for row in self
        )


def accounts(compared: Row, outage: Outage) -> Accounts:
    """The report and our runs beside each other.

    Args:
        compared: a row of `compare`, of Raft behind the sick switch.
        outage: a run of the control plane with Raft as in the paper.

    Returns:
        The accounts, the report first; a notebook shows them as a table.

    Example:
        >>> from raftlab.experiments import Serial, accounts, compare
        >>> from raftlab.models.cloudflare import ControlPlane
        >>> found = compare("cloudflare_lossy_90", [()], seeds=[1], ticks=300, executor=Serial(), progress=False)
        >>> accounts(found.rows[0], ControlPlane(seed=3).run())[-1].elections
        '3'
    """
    loss = f"{100 * Parameters().loss.value:.0f} % (assumed)"
    return Accounts([
        Account(
            "the post-mortem: etcd", "a part; how much is not known", "databases and services", "again and again",
            f"no writes for about {ETCD.end - ETCD.start:.0f} min", f"was impaired for {hours_and_minutes(IMPACT.value)}",
        ),
        _account_of("limbo: Raft, timeouts of 150 to 300 ms", limbo(writes=False)),
        _account_of("limbo: the same Raft", limbo(writes=True)),
        Account(
            f"comparison: the same Raft, {len(compared.elections)} runs", loss, "clients", numbers(compared.elections),
            f"{seconds(compared.leaderless_ms)} of {compared.span_ms / 1000:.3g} s; verdict: {compared.verdict}", NOT_MODELLED,
        ),
        Account(
            "outage model: Raft, timeouts of 1 to 2 s", loss, "databases and services", f"{outage.count('leader') - 1}",
            f"{outage.read_only_seconds():.1f} s of 6 min", f"is degraded for {hours_and_minutes(outage.degraded_minutes())}",
        ),
    ])  # fmt: skip


def _account_of(name: str, found: Limbo) -> Account:
    how_long = f"{found.leaderless:.1f} s of {found.seconds} s"
    end = "and it goes on" if found.ended is None else f"then {found.elected[-1][1]} leads"
    return Account(
        name, "all", "a client" if found.writes else "nobody", f"{len(found.elected)}", f"{how_long}, {end}", NOT_MODELLED
    )  # fmt: skip
