"""The speed of the simulator, the size of its traces, and the time of `import raftlab`."""

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator

from bench.rows import Row, Sample
from raftlab.sim.branches import History
from raftlab.sim.cluster import Cluster
from raftlab.sim.presets import Preset
from raftlab.sim.story import Story

# As many events as idle nodes can have: a heartbeat every other tick, and messages that take one tick.
BRISK = Preset("brisk", (150, 300), 20, (10, 10), 10, "raftlab", 2026, "raftlab")


def idle(quick: bool, record: bool = False, count_messages: bool = False) -> Iterator[Sample]:
    """Five nodes with a leader, without clients."""
    cluster = Cluster(preset=BRISK, record=record)
    cluster.run_until("leader")
    ticks = 2_000 if quick else 20_000 if record else 50_000
    while True:
        if record:
            # A new cluster each time, because a long trace would be another experiment.
            cluster = Cluster(preset=BRISK)
        messages = cluster._message_count
        start = time.perf_counter()
        cluster.tick(ticks)
        seconds = time.perf_counter() - start
        sent = cluster._message_count - messages
        yield Sample((sent if count_messages else ticks) / seconds)


def idle_messages(quick: bool) -> Iterator[Sample]:
    return idle(quick, count_messages=True)


def recorded(quick: bool) -> Iterator[Sample]:
    return idle(quick, record=True)


def busy(quick: bool) -> Iterator[Sample]:
    """Five writes at every tick."""
    while True:
        cluster = Cluster(preset=BRISK, record=False)
        cluster.run_until("leader")
        leader = cluster.nodes[cluster.leader()]
        start = time.perf_counter()
        for _ in range(100 if quick else 1_000):
            for _ in range(5):
                cluster.propose("x=1")
            cluster.tick()
        yield Sample(leader.commit_index / (time.perf_counter() - start))


def trace_size(_quick: bool) -> Iterator[Sample]:
    """The size of what a Lab sends to the player, and of what it saves."""
    while True:
        often, seldom = (len(History(traffic(every)).to_json()) / 1000 for every in (10, 20))
        yield Sample(often, f"with a write every 20 ticks {seldom:.0f} kB")


def traffic(every: int) -> Story:
    """A thousand ticks with a leader and a write every few ticks."""
    writes = [(tick, "propose", f"x={tick}") for tick in range(100, 1_000, every)]
    return Story("traffic", "1,000 ticks with traffic", ticks=1_000, actions=tuple(writes))


BARE = "pass"
IMPORT = "import raftlab"
FIRST_CLUSTER = "import raftlab; raftlab.Cluster"
FOREIGN = """
import sys; before = set(sys.modules); import raftlab
loaded = {name.split(".")[0] for name in set(sys.modules) - before} - {"raftlab"}
print(*sorted(loaded - set(sys.stdlib_module_names)))
"""


def import_time(quick: bool) -> Iterator[Sample]:
    """The time of a new interpreter that imports raftlab, minus that of one that does nothing."""
    while True:
        spent = {code: [] for code in (BARE, IMPORT, FIRST_CLUSTER)}
        for _ in range(3 if quick else 7):
            for code, times in spent.items():
                times.append(interpreter_ms(code))
        bare, imported, cluster = (statistics.median(times) for times in spent.values())
        note = f"a bare interpreter starts in {bare:.0f} ms; with the first use of Cluster {cluster - bare:.0f} ms"
        yield Sample(imported - bare, note)


def interpreter_ms(code: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return (time.perf_counter() - start) * 1000


def foreign_packages(_quick: bool) -> Iterator[Sample]:
    """The third-party packages that importing raftlab brings along."""
    while True:
        run = subprocess.run([sys.executable, "-c", FOREIGN], check=True, capture_output=True, text=True)
        yield Sample(len(run.stdout.split()), run.stdout.strip())


ROWS = [
    Row("idle", "5 idle nodes, heartbeat every 2 ticks, not recorded", "ticks/s", 50_000, idle),
    Row("messages", "  the messages of these", "messages/s", 200_000, idle_messages),
    Row("recorded", "  the same, recorded", "ticks/s", 10_000, recorded),
    Row("commits", "5 nodes, 5 writes a tick, not recorded", "commits/s", 10_000, busy),
    Row("size", "trace of 1,000 ticks, 5 nodes, a write every 10 ticks, as JSON", "kB", 375, trace_size),
    Row("import", "import raftlab", "ms", 60, import_time),
    Row("import-packages", "  packages of others that it loads", "packages", 0, foreign_packages),
]
