"""Compare the speed of idle nodes with that of another checkout: `python -m bench.alternating FOLDER`.

Two processes, one for each checkout, take turns, so that other load on the machine slows down both. It prints the time
of this checkout divided by that of the other (both with the watcher): the median of all turns, and the quartiles. To make
the other checkout: `git worktree add --detach FOLDER f0c1dd2`.
"""

import argparse
import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
TICKS = 1_500
IDLE = """
import sys, time
from raftlab.sim.cluster import Cluster
from raftlab.sim.presets import Preset

cluster = Cluster(preset=Preset("brisk", (150, 300), 20, (10, 10), 10, "raftlab", 2026, "raftlab"), record=False)
cluster.run_until("leader")
for line in sys.stdin:
    start = time.process_time()
    cluster.tick(int(line))
    print(time.process_time() - start, flush=True)
"""


class Runner:
    """Five idle nodes in a process of their own, with the code of one checkout."""

    def __init__(self, checkout: Path):
        self.process = subprocess.Popen(
            [sys.executable, "-c", IDLE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=os.environ | {"PYTHONPATH": str(checkout)},
        )  # fmt: skip

    def seconds(self, ticks: int) -> float:
        """The processor time of so many ticks."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(ticks, file=self.process.stdin, flush=True)
        return float(self.process.stdout.readline())

    def stop(self) -> None:
        """End the process."""
        self.process.communicate()


def ratios(other: Path, turns: int, ticks: int = TICKS) -> list[float]:
    """The time here divided by the time there, turn by turn. The two begin alternately."""
    here, there = Runner(HERE), Runner(other)
    found = []
    try:
        for runner in (here, there):
            runner.seconds(ticks)  # the first turn warms up
        for turn in range(turns):
            first, second = (here, there) if turn % 2 else (there, here)
            times = {first: first.seconds(ticks), second: second.seconds(ticks)}
            found.append(times[here] / times[there])
    finally:
        here.stop()
        there.stop()
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Compare, and print one line."""
    parser = argparse.ArgumentParser(
        description="Compare the speed of idle nodes with that of another checkout."
    )
    parser.add_argument("other", type=Path, help="the folder of the other checkout")
    parser.add_argument("--turns", type=int, default=100, help="how many turns each takes")
    options = parser.parse_args(arguments)
    if not (options.other / "raftlab").is_dir():
        parser.error(f"there is no raftlab in {options.other}")
    low, middle, high = statistics.quantiles(ratios(options.other, options.turns), n=4)
    print(f"time here / time there: median {middle:.3f}, quartiles {low:.3f} and {high:.3f}")


if __name__ == "__main__":
    main()
