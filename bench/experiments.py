"""How long a thousand elections take, on all processors of this machine."""

import time
from collections.abc import Iterator

from bench.rows import Row, Sample
from raftlab.experiments import figure_16, split_vote_rate


def elections(_quick: bool) -> Iterator[Sample]:
    """One line of the paper's Figure 16, processes started and all; fewer trials would measure those alone."""
    while True:
        start = time.perf_counter()
        line = figure_16((150, 155), progress=False)
        yield Sample(time.perf_counter() - start, f"{line.mean_terms:.1f} terms each, a tick of 5 µs")


def split_votes(_quick: bool) -> Iterator[Sample]:
    """Where split votes are most frequent: a bare majority of nine, and messages that take long."""
    while True:
        start = time.perf_counter()
        split_vote_rate(9, 5, 0.2, progress=False)
        yield Sample(time.perf_counter() - start)


ROWS = [
    Row("elections", "1,000 elections of Figure 16, timeouts of 150 to 155 ms", "s", 20, elections),
    Row("split-votes", "1,000 elections of 5 of 9 nodes, 67 % of votes split", "s", 20, split_votes),
]
