"""Split votes: how often an election has no winner, counted in trials and computed. (thesis 9.2)"""

import math
from typing import Any

from raftlab.experiments.elections import election_times
from raftlab.raft import majority
from raftlab.sim.errors import MOST_NODES, UserError, check_number

RANGE_MS = 1_000.0


def split_vote_rate(
    nodes: int,
    available: int,
    latency: float,
    *,
    trials: int = 1_000,
    ticks_across: int = 10_000,
    **more: Any,
) -> float:
    """Count how often the first term of an election has no winner.

    All timers start together and run out within one range of time, as in the formula of
    `split_vote_probability`; the timeouts are one to two times as long as their range.

    Args:
        nodes: the number of nodes, 2 to 99.
        available: how many of them run; at least a majority.
        latency: the delay of a message, as a share of the timeout range: 0 to 0.5.
        trials: the number of elections.
        ticks_across: the ticks of the timeout range. If the timer of a node would run out in the tick in which
            a request for its vote arrives, it votes first: the coarser the ticks, the fewer split votes.
        more: `seed`, `executor`, `progress`, `node_class`, as for `election_times`.

    Returns:
        The share of elections with a split vote, 0 to 1.

    Raises:
        UserError: a value is impossible.

    Example:
        >>> 0.1 < split_vote_rate(5, 4, 0.2, trials=200, progress=False) < 0.26
        True
    """
    check_cluster(nodes, available, latency)
    return election_times(
        (RANGE_MS, 2 * RANGE_MS), latency * RANGE_MS, nodes=nodes, crashed=nodes - available, fresh=True,
        trials=trials, ticks_across=ticks_across, **more,
    ).split_vote_rate  # fmt: skip


def split_vote_probability(nodes: int, available: int, latency: float) -> float:
    """Compute the probability of a split vote if all messages take equally long.

    The vote is split if so many nodes time out within one latency of the first that the others cannot
    make it leader: c = available - majority(nodes) + 2 of them, including the first. The thesis gives a sum of
    integrals for this, which is equal to a binomial: the probability that of `available` coins, each of which shows
    heads with the probability `latency`, at least c - 1 show heads.

    Args:
        nodes: the number of nodes, 2 to 99.
        available: how many of them run; at least a majority.
        latency: the delay of a message, as a share of the timeout range: 0 to 0.5.

    Returns:
        A probability, 0 to 1.

    Raises:
        UserError: a value is impossible.

    Example:
        >>> round(split_vote_probability(5, 4, 0.2), 4)
        0.1808
    """
    check_cluster(nodes, available, latency)
    least = available - majority(nodes) + 1
    return math.fsum(
        math.comb(available, heads) * latency**heads * (1 - latency) ** (available - heads)
        for heads in range(least, available + 1)
    )


def check_cluster(nodes: int, available: int, latency: float) -> None:
    """A cluster that can elect a leader, on a network fast enough for the formula."""
    check_number("the number of nodes", nodes, 2, MOST_NODES)
    check_number("the number of available nodes", available, majority(nodes), nodes)
    if isinstance(latency, bool) or not isinstance(latency, int | float) or not 0 <= latency <= 0.5:
        raise UserError(f"The latency is a share of the timeout range from 0 to 0.5, not {latency!r}.")
