"""Random faulty runs: nothing wrong ever happens, and after the healing something right eventually does."""

import os
from concurrent.futures import ProcessPoolExecutor

import pytest
from faulty import disturbed, faults_of, faulty_run

from raftlab import Raft
from raftlab.messages import NotLeader
from raftlab.rules import RULES


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


def test_and_in_the_midst_of_them_every_rule_fires_and_entries_are_committed():
    """Nor would a run in which nobody ever gets anything done."""
    rules, committed = set(), 0
    for seed in range(40):
        cluster = disturbed(seed)
        rules |= {rule for _, _, rule in cluster.trace.rules()}
        committed += max(node.commit_index for node in cluster.nodes.values())
    assert {rule for rule in RULES if not rule.startswith("ST-")} <= rules
    assert committed > 150


class Asleep(Raft):
    """Never asks for votes."""

    def campaign(self):
        pass


class Silent(Raft):
    """Leads, and never sends an entry."""

    def on_propose(self, event):
        self.answer(event.client, NotLeader(None))


class Idle(Raft):
    """Never applies anything."""

    def commit(self, index, because):
        self.because(because)
        self.commit_index = index


class Stubborn(Raft):
    """Follows a leader, and refuses every entry it is sent."""

    def on_append_entries(self, msg):
        if msg.entries:
            self.leader = msg.src
            self.reset_election_timer()
            self.reply_append(msg, success=False, because="AE-2")
        else:
            super().on_append_entries(msg)


@pytest.mark.parametrize(
    ("node_class", "goal"),
    [(Asleep, "leader"), (Silent, "applied"), (Idle, "applied"), (Stubborn, "same_logs")],
)
@pytest.mark.parametrize("seed", range(5))
def test_a_run_in_which_nothing_right_happens_does_not_pass(node_class, goal, seed):
    """That nothing wrong happens is no merit of those that do nothing."""
    assert f"{goal} was not reached" in faults_of(seed, node_class)


def test_a_run_and_its_verdict_can_be_had_again():
    """Otherwise a seed that fails would help nobody."""

    def run(seed):
        cluster = faulty_run(seed, record=True)
        return cluster.done, cluster.trace.events, cluster.trace.messages

    assert run(5) == run(5)
    assert run(5)[0] != run(6)[0]
