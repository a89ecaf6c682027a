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
    """Crash a leader many times, and measure the time until all others have heard of the next leader.

    In every trial the leader's last heartbeat reaches all nodes, and it crashes at a random moment
    before it would have sent another. In a script, call this under `if __name__ == "__main__":`,
    because the processes it starts read the script, too.

    Args:
        timeout_ms: the range of election timeouts, in milliseconds.
        one_way_ms: the delay of a message, in milliseconds; a range, or one number.
        nodes: the number of nodes, 2 to 99.
        crashed: how many of them are down after the crash, including the leader.
        stale: how many of the others cannot win, because their logs lack an entry.
        heartbeat_ms: the heartbeat interval, in milliseconds; by default half of the shortest timeout.
        disk_ms: the time of a disk write before a voter sends its vote, in milliseconds.
        fresh: start without a leader: all timers start together, `crashed` nodes are down from the
            beginning, and the time ends with the election itself, as in the thesis's simulator (9.4).
        give_up_ms: a trial that takes longer counts as infinite; in milliseconds.
        ticks_across: the resolution of time: the range of timeouts has at least so many ticks.
        trials: the number of trials.
        seed: the same seed gives the same trials with any executor.
        node_class: the class of the nodes: Raft, or a subclass of it.
        executor: any `concurrent.futures.Executor`, such as a Dask client's `client.get_executor()`;
            by default processes of this machine, or this process if no others can be started.
        progress: whether to show a progress bar.

    Returns:
        Trials, with `times_ms`, `terms`, `median_ms`, `mean_ms`, `quantile_ms(0.99)` and so on.

    Raises:
        UserError: a value is impossible, or they do not go together.

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
    """One line of the paper's Figure 16, with the paper's settings. (paper 9.3, thesis 9.4)

    There are five nodes. The heartbeat interval is half of the shortest timeout. Two of the four remaining nodes
    cannot win, because their logs lack an entry. A message takes 2.5 ms and a disk write 6 ms, so that votes arrive
    after 11 ms, and the new leader is heard after 13.5 ms. The thesis says that a round trip and a disk write took
    roughly 15 ms. But if votes had taken 15 ms, candidates with timeouts of 12 ms would have timed out before their
    votes arrived, and its line for 12 to 24 ms rules that out.

    Args:
        timeout_ms: the range of election timeouts, in milliseconds.
        changes: other arguments of `election_times`.

    Example:
        >>> figure_16((150, 200), trials=20, progress=False).worst_ms < 650
        True
    """
    setup: dict[str, Any] = {"one_way_ms": 2.5, "disk_ms": 6, "stale": 2}
    return election_times(timeout_ms, **setup | changes)
