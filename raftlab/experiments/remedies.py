"""Remedies for the outage: play the same fault again with one thing changed, and compare."""

from collections.abc import Sequence
from concurrent.futures import Executor
from functools import partial
from statistics import median
from typing import NamedTuple

from raftlab.experiments.executors import spread
from raftlab.models.cloudflare.control_plane import ControlPlane
from raftlab.models.cloudflare.outage import Outage, hours_and_minutes
from raftlab.models.cloudflare.parameters import Parameters
from raftlab.sim.errors import UserError, check_number

# name -> (extensions of Raft, changed parameters). It was published that promotion later became less eager and needed no
# rebuilds, and that on the day load was shed and reads were steered to a second site. All sizes here are assumed.
REMEDIES: dict[str, tuple[tuple[str, ...], dict[str, float]]] = {
    "nothing": ((), {}),
    "CheckQuorum": (("CheckQuorum",), {}),
    "CheckQuorum, StickyVotes": (("CheckQuorum", "StickyVotes"), {}),
    "PreVote": (("PreVote",), {}),
    "PreVote, CheckQuorum, StickyVotes": (("PreVote", "CheckQuorum", "StickyVotes"), {}),
    "no eager promotion": ((), {"report_patience_ms": 30_000}),
    "promotion without rebuild": ((), {"small_data_gb": 0, "large_data_gb": 0}),
    "load is shed": ((), {"shed_share": 0.4}),
    "reads steered to a second site": ((), {"second_site_replicas": 2}),
}


class Row(NamedTuple):
    """Many runs with one remedy. All values except the counts are medians over the runs.

    hit: the number of runs in which a primary was replaced. elections: those after the first one.
    lowest_success_rate: a share. slowdown: a multiple of the latency without a fault.
    """

    remedy: str
    runs: int
    hit: int
    elections: float
    read_only_seconds: float
    lowest_success_rate: float
    slowdown: float
    degraded_minutes: float

    def sentence(self) -> str:
        """The row in a sentence."""
        return (
            f"{self.remedy}: a replica was promoted in {self.hit} of {self.runs} runs; median: elections {self.elections:g}, "
            f"{self.read_only_seconds:.1f} s read-only, success rate down to {100 * self.lowest_success_rate:.0f} %, "
            f"{self.slowdown:.0f} times as slow, degraded for {hours_and_minutes(self.degraded_minutes)}"
        )


class Rows(list[Row]):
    """Rows, shown as a table."""

    def _repr_markdown_(self) -> str:
        head = (
            "what is changed",
            "replaced a primary",
            "elections",
            "etcd read-only",
            "lowest success rate",
            "time of a request",
            "degraded",
        )
        lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
        for row in self:
            cells = (
                row.remedy, f"{row.hit} of {row.runs} runs", f"{row.elections:g}", f"{row.read_only_seconds:.1f} s",
                f"{100 * row.lowest_success_rate:.0f} %", f"{row.slowdown:.0f} ×", hours_and_minutes(row.degraded_minutes),
            )  # fmt: skip
            lines.append(f"| {' | '.join(cells)} |")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return "\n".join(row.sentence() for row in self)


def remedies(
    seeds: Sequence[int] = range(1, 6),
    parameters: Parameters | None = None,
    names: Sequence[str] | None = None,
    executor: Executor | None = None,
    progress: bool = True,
) -> Rows:
    """Play the fault with each remedy, once for each seed; returns a row for each remedy.

    Each run takes two or three seconds.

    Args:
        seeds: one run for each.
        parameters: the parameters of the model; by default `Parameters()`.
        names: the remedies; by default all of REMEDIES.
        executor: any `concurrent.futures.Executor`; by default processes of this machine, or this process if no
            others can be started.
        progress: whether to show a progress bar.

    Raises:
        UserError: there is no such remedy, or no seed, or `parameters` is not a Parameters.

    Example:
        >>> from raftlab.experiments import remedies
        >>> [row.hit for row in remedies(seeds=[1], names=["PreVote"], progress=False)]
        [0]
    """
    seeds = list(seeds) if isinstance(seeds, Sequence) and not isinstance(seeds, str) else []
    for seed in seeds:
        check_number("a seed", seed, 0)
    if not seeds:
        raise UserError("Give the seeds as a list of whole numbers, such as [1, 2, 3].")
    if parameters is not None and not isinstance(parameters, Parameters):
        raise UserError(
            f"The parameters must be Parameters() or Parameters().with_values(...), not {parameters!r}."
        )
    names = list(REMEDIES) if names is None else names
    if isinstance(names, str) or not isinstance(names, Sequence):
        raise UserError(f"The names of remedies must be a list such as ['PreVote'], not {names!r}.")
    unknown = [name for name in names if not isinstance(name, str) or name not in REMEDIES]
    if unknown:
        raise UserError(f"There is no remedy {unknown[0]!r}. There are: {'; '.join(REMEDIES)}.")
    task = partial(_run, names, seeds, parameters or Parameters())
    runs = spread(task, len(names) * len(seeds), executor, progress, chunk=1)
    each_remedy = [runs[start : start + len(seeds)] for start in range(0, len(runs), len(seeds))]
    return Rows(map(_row, names, each_remedy))


def _run(names: Sequence[str], seeds: Sequence[int], parameters: Parameters, number: int) -> Outage:
    """The run with this number, when all runs of all remedies and seeds are numbered."""
    remedy, seed = divmod(number, len(seeds))
    extensions, changes = REMEDIES[names[remedy]]
    return ControlPlane(parameters.with_values(**changes), extensions, seed=seeds[seed]).run()


def _row(name: str, runs: Sequence[Outage]) -> Row:
    return Row(
        name,
        len(runs),
        sum(run.count("promoted") > 0 for run in runs),
        median(run.count("leader") - 1 for run in runs),
        median(run.read_only_seconds() for run in runs),
        median(run.lowest_success_rate() for run in runs),
        median(run.slowdown() for run in runs),
        median(run.degraded_minutes() for run in runs),
    )
