"""How long a cluster is without a leader, over many trials."""

from concurrent.futures import Executor
from functools import partial
from typing import Any

from raftlab.experiments.executors import spread
from raftlab.experiments.setting import Setting, check_ms, check_range_ms
from raftlab.experiments.trial import run_trial
from raftlab.experiments.trials import Trials
from raftlab.raft import Raft
from raftlab.sim.errors import check_number


def election_times(
    timeout_ms: Any = (150, 300),
    one_way_ms: Any = (10, 20),
    *,
    nodes: int = 5,
    crashed: int = 1,
    stale: int = 0,
    heartbeat_ms: float | None = None,
    disk_ms: float = 0,
    fresh: bool = False,
    give_up_ms: float = 60_000,
    ticks_across: int = 1_000,
    trials: int = 1_000,
    seed: int = 1,
    node_class: type[Raft] = Raft,
    executor: Executor | None = None,
    progress: bool = True,
) -> Trials:
    """Crash a leader many times, and see how long it takes until the others have heard of the next.

    In every trial the leader's last heartbeat reaches all nodes, and it crashes at a random moment
    before it would have sent another. In a script, call this under `if __name__ == "__main__":`,
    because the processes it starts read the script, too.

    Args:
        timeout_ms: the range of election timeouts, in milliseconds.
        one_way_ms: how long a message travels, in milliseconds; a range, or one number.
        nodes: how many nodes the cluster has, 2 to 99.
        crashed: how many of them are down in the end, the leader among them.
        stale: how many of the others cannot win, because their logs lack an entry.
        heartbeat_ms: the heartbeat interval, in milliseconds; left out, half of the shortest timeout.
        disk_ms: how long a voter writes before its vote leaves, in milliseconds.
        fresh: there has never been a leader: all timers start together, `crashed` nodes were down
            before, and time ends with the election itself. So does the thesis's simulator (9.4).
        give_up_ms: a trial that takes longer counts as infinite; milliseconds.
        ticks_across: how fine time is: at least so many ticks across the range of timeouts.
        trials: how many.
        seed: the same seed gives the same trials, whatever the executor.
        node_class: what the nodes are: Raft, or a class made from it.
        executor: any `concurrent.futures.Executor`, such as a Dask client's `client.get_executor()`;
            left out, processes of this machine, or this one alone if there are no others.
        progress: show a bar.

    Returns:
        Trials, with `times_ms`, `terms`, `median_ms`, `mean_ms`, `quantile_ms(0.99)` and so on.

    Raises:
        UserError: something of it cannot be.

    Example:
        >>> election_times((150, 300), one_way_ms=5, trials=20, progress=False).worst_ms < 1_000
        True
    """
    timeout = check_range_ms("timeout_ms", timeout_ms, least=1)
    setting = Setting(
        timeout, check_range_ms("one_way_ms", one_way_ms),
        timeout[0] / 2 if heartbeat_ms is None else check_ms("heartbeat_ms", heartbeat_ms),
        check_ms("disk_ms", disk_ms), nodes, crashed, stale, bool(fresh), check_ms("give_up_ms", give_up_ms),
        ticks_across, seed, node_class,
    )  # fmt: skip
    check_number("trials", trials, 1)
    elections = spread(partial(run_trial, setting), trials, executor, progress)
    times_ms, terms = zip(*elections, strict=True)
    return Trials(setting, times_ms, terms)


def figure_16(timeout_ms: tuple[float, float] = (150, 155), **changes: Any) -> Trials:
    """One line of the paper's Figure 16, in its own set-up. (paper 9.3, thesis 9.4)

    Five nodes; the heartbeat interval is half of the shortest timeout; two of the four that remain
    cannot win, because their logs lack an entry. A message travels 2.5 ms and a vote is written in
    6 ms, so that votes are in after 11 ms and the new leader is heard after 13.5. The thesis says
    that a round trip and a disk write took roughly 15 ms; but had votes taken 15 ms, candidates
    with timeouts of 12 ms would have given up before they were in, which its 12 to 24 ms line rules out.

    Args:
        timeout_ms: the range of election timeouts, in milliseconds.
        changes: anything else that `election_times` takes.

    Example:
        >>> figure_16((150, 200), trials=20, progress=False).worst_ms < 650
        True
    """
    setup: dict[str, Any] = {"one_way_ms": 2.5, "disk_ms": 6, "stale": 2}
    return election_times(timeout_ms, **setup | changes)
