"""The time of a thousand elections on all processors of this machine."""

import time
from collections.abc import Iterator

from bench.rows import Row, Sample
from raftlab.experiments import figure_16, split_vote_rate


def elections(_quick: bool) -> Iterator[Sample]:
    """One line of the paper's Figure 16, including the start of processes; with fewer trials, that would be most of the time."""
    while True:
        start = time.perf_counter()
        line = figure_16((150, 155), progress=False)
        yield Sample(time.perf_counter() - start, f"{line.mean_terms:.1f} terms each, a tick of 5 µs")


def split_votes(_quick: bool) -> Iterator[Sample]:
    """The case with the most split votes: a bare majority of nine nodes, and slow messages."""
    while True:
        start = time.perf_counter()
        split_vote_rate(9, 5, 0.2, progress=False)
        yield Sample(time.perf_counter() - start)


ROWS = [
    Row("elections", "1,000 elections of Figure 16, timeouts of 150 to 155 ms", "s", 20, elections),
    Row("split-votes", "1,000 elections of 5 of 9 nodes, 67 % of votes split", "s", 20, split_votes),
]
