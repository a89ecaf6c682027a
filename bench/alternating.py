"""Compare the speed of this checkout with that of another one: `python -m bench.alternating FOLDER`.

Two processes, one for each checkout, take turns, so that other load on the machine slows down both. It prints the time
of this checkout divided by that of the other: the median of all turns, and the quartiles. The work is that of idle nodes
(both with the watcher) or, with `--work maps` or `--work registers`, that of checking the recorded histories of
RAFTLAB_SHARED. To make the other checkout: `git worktree add --detach FOLDER f0c1dd2`.
"""

import argparse
import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
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
HISTORIES = """
import sys, time
from jepsen import read_map, read_register
from bench.checks import recorded
from raftlab.checks.linearizability.judge import check_linearizability
from raftlab.checks.linearizability.models import Map, Register

files, read, model = {{"maps": ("c*.txt", read_map, Map("")), "registers": ("*.log", read_register, Register(None))}}["{work}"]
histories = [read(path.read_text()) for path in sorted(recorded().glob(files))]
for line in sys.stdin:
    start = time.process_time()
    for _ in range(int(line)):
        for operations in histories:
            check_linearizability(operations, model)
    print(time.process_time() - start, flush=True)
"""
# What is done in a turn: the program, and how much of it.
WORKS = {
    "idle": (IDLE, 1_500),
    "maps": (HISTORIES.format(work="maps"), 1),
    "registers": (HISTORIES.format(work="registers"), 5),
}


class Runner:
    """A program in a process of its own, with the code of one checkout."""

    def __init__(self, checkout: Path, program: str):
        path = os.pathsep.join(map(str, (checkout, checkout / "tests")))
        # Python looks for modules in the present folder first, so that must be the checkout, too.
        self.process = subprocess.Popen(
            [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=os.environ | {"PYTHONPATH": path}, cwd=checkout,
        )  # fmt: skip

    def seconds(self, amount: int) -> float:
        """The processor time of so much work."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(amount, file=self.process.stdin, flush=True)
        return float(self.process.stdout.readline())

    def stop(self) -> None:
        """End the process."""
        self.process.communicate()


def ratios(other: Path, turns: int, program: str, amount: int) -> list[float]:
    """The time here divided by the time there, turn by turn. The two begin alternately."""
    here, there = Runner(HERE, program), Runner(other, program)
    found = []
    try:
        for runner in (here, there):
            runner.seconds(amount)  # the first turn warms up
        for turn in range(turns):
            first, second = (here, there) if turn % 2 else (there, here)
            times = {first: first.seconds(amount), second: second.seconds(amount)}
            found.append(times[here] / times[there])
    finally:
        here.stop()
        there.stop()
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Compare, and print one line."""
    parser = argparse.ArgumentParser(
        description="Compare the speed of this checkout with that of another one."
    )
    parser.add_argument("other", type=Path, help="the folder of the other checkout")
    parser.add_argument("--turns", type=int, default=100, help="how many turns each takes")
    parser.add_argument("--work", choices=WORKS, default="idle", help="what is done in each turn")
    options = parser.parse_args(arguments)
    if not (options.other / "raftlab").is_dir():
        parser.error(f"there is no raftlab in {options.other}")
    low, middle, high = statistics.quantiles(
        ratios(options.other.resolve(), options.turns, *WORKS[options.work]), n=4
    )
    print(f"time here / time there: median {middle:.3f}, quartiles {low:.3f} and {high:.3f}")


if __name__ == "__main__":
    main()
