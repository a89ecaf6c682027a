"""Random faulty runs: nothing wrong ever happens, and after the healing something right eventually does."""

import os
from concurrent.futures import ProcessPoolExecutor

import pytest
from faulty import faults_of, faulty_run

from raftlab import Raft


@pytest.mark.parametrize("seed", range(60))
def test_a_faulty_run_breaks_nothing_and_comes_right(seed):
    assert faults_of(seed) == []


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_thousand_faulty_runs_break_nothing_and_come_right():
    with ProcessPoolExecutor(os.cpu_count()) as executor:
        found = {
            seed: wrong
            for seed, wrong in enumerate(executor.map(faults_of, range(1000), chunksize=20))
            if wrong
        }
    assert found == {}


def test_the_faults_really_happen():
    """A run in which nothing goes wrong would prove nothing."""
    done, losses = set(), 0
    for seed in range(40):
        cluster = faulty_run(seed, record=True)
        done |= {action[1] for action in cluster.done}
        losses += sum(event[1] == "lost" for event in cluster.trace.events)
    assert done >= {
        "crash", "restart", "pause", "resume", "time_out", "partition", "cut", "flap", "heal", "isolate",
        "set_network", "drop", "duplicate", "deliver", "propose",
    }  # fmt: skip
    assert losses > 1000


def test_a_dead_run_does_not_pass():
    class Asleep(Raft):
        def campaign(self):
            """Never ask for votes."""

    assert "leader was not reached" in faults_of(1, Asleep)
