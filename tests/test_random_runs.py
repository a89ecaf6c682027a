"""Random runs with faults: no property ever breaks, and after the healing the goals are reached."""

import os
from concurrent.futures import ProcessPoolExecutor

import pytest
from faulty import BETWEEN, disturbed, drawn, faults_of, faulty_run

from raftlab import Raft
from raftlab.messages import NotLeader
from raftlab.rules import RULES


@pytest.mark.parametrize("seed", range(60))
def test_a_faulty_run_breaks_nothing_and_comes_right(seed):
    assert faults_of(seed) == []


def faults_of_drawn(seed):
    """A faulty run of a drawn set of extensions."""
    raft = drawn(seed)
    return [f"{raft.__name__}: {wrong}" for wrong in faults_of(seed, raft)]


@pytest.mark.parametrize("seed", range(60))
def test_a_faulty_run_of_drawn_extensions_breaks_nothing_and_comes_right(seed):
    assert faults_of_drawn(seed) == []


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize(
    ("faults", "runs"), [(faults_of, 1000), (faults_of_drawn, 2000)], ids=["Raft", "extensions"]
)
def test_thousands_of_faulty_runs_break_nothing_and_come_right(faults, runs):
    """Every fault, crashes between any two effects, and for 2,000 of them a drawn set of extensions."""
    with ProcessPoolExecutor(os.cpu_count()) as executor:
        found = {
            seed: wrong for seed, wrong in enumerate(executor.map(faults, range(runs), chunksize=20)) if wrong
        }
    assert found == {}


FAULTS = {
    "crash", "restart", "pause", "resume", "time_out", "partition", "cut", "flap", "heal", "isolate",
    "set_network", "drop", "duplicate", "deliver", "drift", "propose", "clients",
}  # fmt: skip
OPERATORS = {"snapshot", "transfer", "read", "change_voters"}


@pytest.mark.parametrize(
    ("draw", "verbs"), [(lambda seed: Raft, FAULTS), (drawn, FAULTS | OPERATORS)], ids=["Raft", "extensions"]
)
def test_the_faults_really_happen(draw, verbs):
    """A run in which nothing goes wrong would prove nothing."""
    done, between, losses, copies, slow = set(), set(), 0, 0, 0
    for seed in range(40):
        cluster = faulty_run(seed, draw(seed), record=True)
        done |= {action[1] for action in cluster.done}
        between |= {action[3] for action in cluster.done if action[1] == "crash" and len(action) > 3}
        slow += sum(action[1] == "drift" and action[3] < 0.9 for action in cluster.done)
        losses += sum(event.what == "lost" for event in cluster.trace.events)
        copies += sum(event.what == "copy" for event in cluster.trace.events)
    assert done >= verbs
    assert between == set(BETWEEN)
    assert losses > 1000
    assert copies > 100
    assert slow > 40


@pytest.mark.parametrize("draw", [lambda seed: Raft, drawn], ids=["Raft", "extensions"])
def test_nodes_restart_while_clients_are_at_work_and_these_are_answered_later(draw):
    restarts = 0
    for seed in range(40):
        cluster = faulty_run(seed, draw(seed), record=True)
        theirs = [each for each in cluster.trace.operations() if each.client in cluster.workers]
        first = min((each.invoked for each in theirs), default=0)
        last = max((each.returned or 0 for each in theirs), default=0)
        restarts += sum(action[1] == "restart" and first < action[0] < last for action in cluster.done)
    assert restarts > 40


def test_and_in_the_midst_of_them_every_rule_fires_and_entries_are_committed():
    """A run without any progress would prove nothing either."""
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
    """Nodes that do nothing break no property, so the goals must be checked, too."""
    assert f"{goal} was not reached" in faults_of(seed, node_class)


def test_a_run_and_its_verdict_can_be_had_again():
    """Otherwise a seed that fails could not be used to find the mistake."""

    def run(seed):
        cluster = faulty_run(seed, record=True)
        return cluster.done, cluster.trace.events, cluster.trace.messages

    assert run(5) == run(5)
    assert run(5)[0] != run(6)[0]
