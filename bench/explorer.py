"""The speed of the explorer in CPU time of one processor, and its memory."""

import subprocess
import sys
import time
from collections.abc import Iterator

from bench.rows import Row, Sample
from raftlab.checks.explorer import SCENARIOS, explore

MEMORY = """
import resource, sys
from raftlab.checks.explorer import SCENARIOS, explore
explore(SCENARIOS[sys.argv[1]].node_class, **SCENARIOS[sys.argv[1]].settings)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def rate(name: str, quick: bool) -> Iterator[Sample]:
    chosen = SCENARIOS[name]
    settings = {**chosen.settings, **({"max_states": 50_000} if quick else {})}
    while True:
        start = time.process_time()
        found = explore(chosen.node_class, **settings)
        seconds = time.process_time() - start
        share = 100 * found.calls / found.generated
        yield Sample(
            found.generated / seconds, f"{found.counts()}; node code ran for {share:.2g} % of the transitions"
        )


def elections(quick: bool) -> Iterator[Sample]:
    return rate("elections", quick)


def replication(quick: bool) -> Iterator[Sample]:
    return rate("replication", quick)


def memory(_quick: bool) -> Iterator[Sample]:
    """The largest memory of a process that only explores."""
    while True:
        run = subprocess.run(
            [sys.executable, "-c", MEMORY, "elections"], check=True, capture_output=True, text=True
        )
        yield Sample(int(run.stdout) / 1024)


ROWS = [
    Row("explore", "explore elections, term <= 2, at most 4 in flight", "transitions/s", 800_000, elections),
    Row(
        "explore-all",
        "explore replication, term <= 2, at most 2 in flight",
        "transitions/s",
        700_000,
        replication,
    ),
    Row("explore-memory", "  memory for the elections", "MB", 200, memory),
]
