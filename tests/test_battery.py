"""Forty and more ways to break Raft: the watcher finds each at the first step after which it is broken.

`whole_run` says what is broken, and since when. It reads the whole run in another way than the watcher.
"""

import os
from concurrent.futures import ProcessPoolExecutor
from itertools import combinations, count, islice
from random import Random

import pytest
from faulty import disturb, drawn
from test_byzantine import SCENES as LIES
from test_invariants import SureOfItself, TakesOldAppends, led, write
from test_mutants import MUTANTS, SCENES, made
from whole_run import first_false, recorded

from raftlab import Cluster, Raft, Story, UserError, build, load
from raftlab.checks.scenes.staging import begin_with
from raftlab.extensions import EXTENSIONS
from raftlab.kv import KeyValue
from raftlab.log import Log
from raftlab.messages import (
    Answer,
    AppendEntries,
    AppendEntriesReply,
    Applied,
    Apply,
    HardState,
    InstallSnapshot,
    LogEntry,
    RequestVoteReply,
    Restore,
    Role,
    SaveSnapshot,
    Snapshot,
)
from raftlab.sim.byzantine import LIARS
from raftlab.sim.disk import Disk
from raftlab.sim.systems import SYSTEMS, extensions_of, objection

SNAPSHOTS = build("Snapshots")
BREAKING = [name for name, (_, _, convicted) in MUTANTS.items() if " P" in f" {convicted}".replace(" PV", "")]


def judged(play):
    """The step at which the watcher found each breach, and the step at which each line became false."""
    with recorded() as run:
        play()
    return run.found, first_false(run)


# -- Nodes with one thing wrong, each in the first scene in which that does harm --------------------------


def harmed(name):
    """The scenes (for judging answers) in which a mistake shows."""
    for scene in SCENES:
        with recorded() as run:
            try:
                scene(begin_with(made(name)))
            except (UserError, AssertionError, LookupError):
                continue  # not played to its end: this scene is for another mistake
        if set(run.found) & set(MUTANTS[name][2].split()):
            return run
    raise AssertionError(f"no scene shows {name}")


@pytest.mark.parametrize("name", [name for name in BREAKING if name != "entries are not saved"])
def test_a_mistake_in_a_rule_is_found_at_the_first_step(name):
    run = harmed(name)
    assert run.found == first_false(run)


@pytest.mark.parametrize("lie", [lie for lie, liar in LIARS.items() if liar.breaks.startswith("P")])
def test_a_liar_is_found_at_the_first_step(lie):
    story = load(LIES[lie])
    found, false = judged(lambda: Cluster(story).tick(story.ticks))
    assert found == false
    assert LIARS[lie].breaks in found


class EarlyAnswer(Raft):
    """Answers a client as soon as it has appended the command."""

    def on_propose(self, event):
        super().on_propose(event)
        self._effects.append(Answer(event.client, Applied(self.log.last_index)))


class EarlyApply(Raft):
    """A leader that applies a command before anyone else has it."""

    def on_propose(self, event):
        super().on_propose(event)
        self._effects.append(Apply(self.log.last_index, self.log.entry(self.log.last_index)))


class AppliesTwice(Raft):
    """Applies every entry a second time."""

    def commit(self, index, because):
        super().commit(index, because)
        self._effects.append(Apply(index, self.log.entry(index)))


class Skips(Raft):
    """Applies every second entry."""

    def step(self, event):
        return tuple(e for e in super().step(event) if not (type(e) is Apply and e.index % 2 == 0))


class AppliesAnother(Raft):
    """Applies another command than the one in its log."""

    def step(self, event):
        return tuple(
            Apply(e.index, LogEntry(e.entry.term, "x=0")) if type(e) is Apply else e
            for e in super().step(event)
        )


class CommitsBeyondItsLog(Raft):
    """Adopts the leader's commit index without a check."""

    def on_append_entries(self, msg):
        super().on_append_entries(msg)
        self.commit_index = self.last_applied = max(self.commit_index, msg.leader_commit)

    def store(self, index, entries):
        pass


class RemembersItsCommitIndex(Raft):
    """Restarts with a commit index, and does not apply the entries up to it again."""

    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        self.last_applied = self.log.last_index


class LeadsWithOneVote(Raft):
    """Considers the first vote of another node a majority."""

    def on_request_vote_reply(self, msg):
        if self.role is Role.CANDIDATE and msg.vote_granted:
            self.become_leader()


class ShortensWhatItLeads(Raft):
    """A new leader that replaces its log object by a shorter one."""

    def become_leader(self):
        self.log = Log(list(self.log)[:-1])
        super().become_leader()


class SnapshotsTooFar(SNAPSHOTS):
    """Assumes that its snapshot covers its whole log."""

    def on_take_snapshot(self, event):
        term = self.log.last_term
        self.save_snapshot(Snapshot(self.log.last_index, term, event.state))


class SnapshotsOfLittle(SNAPSHOTS):
    """Keeps an empty state as its snapshot."""

    def on_take_snapshot(self, event):
        super().on_take_snapshot(event._replace(state=KeyValue().save()))


class RestoresAnother(SNAPSHOTS):
    """Keeps the snapshot that it is sent, and restores an empty state."""

    def step(self, event):
        return tuple(
            Restore(e.snapshot._replace(state=KeyValue().save())) if type(e) is Restore else e
            for e in super().step(event)
        )


class KeepsUncommitted(Raft):
    """Stores what it is sent as a snapshot."""

    def store(self, index, entries):
        super().store(index, entries)
        if entries:
            machine = KeyValue()
            for each in self.log:
                machine.apply(each.command)
            self._effects.append(
                SaveSnapshot(Snapshot(self.log.last_index, self.log.last_term, machine.save()))
            )


def writes(raft, nodes=3):
    """Two writes, the second while n3 is cut off; n1 crashes and comes back; another leads, and a third write."""
    cluster = led(raft, nodes)
    write(cluster, "x=1")
    cluster.isolate("n3")
    write(cluster, "x=2")
    for id in ("n2", "n1"):
        if hasattr(cluster.nodes[id], "on_take_snapshot") and cluster.nodes[id].last_applied:
            cluster.snapshot(id)
    cluster.heal()
    cluster.tick(30)
    cluster.crash("n1")
    cluster.restart("n1")
    for id in ("n2", "n1"):
        if cluster.nodes[id].role is not Role.LEADER:
            cluster.time_out(id)
        cluster.tick(5)
    if cluster.leader():
        write(cluster, "x=3", node="leader")
    cluster.tick(30)


WRONG = [
    (EarlyAnswer, "K1"), (EarlyApply, "K1"), (AppliesTwice, "P5"), (Skips, "P5"), (AppliesAnother, "K1"),
    (CommitsBeyondItsLog, "K1"), (RemembersItsCommitIndex, "K1"), (SureOfItself, "K1"),
    (SnapshotsOfLittle, "K1"), (RestoresAnother, "P5"), (KeepsUncommitted, "K1"),
    (ShortensWhatItLeads, "P4"),
]  # fmt: skip


@pytest.mark.parametrize(("raft", "line"), WRONG, ids=lambda each: getattr(each, "__name__", each))
def test_a_node_with_one_thing_wrong_is_found_at_the_first_step(raft, line):
    found, false = judged(lambda: writes(raft, nodes=5 if raft is KeepsUncommitted else 3))
    assert found == false
    assert line in found


def two_stand():
    cluster = Cluster(Story("two", "Two", nodes=5, goals=()), node_class=LeadsWithOneVote)
    cluster.partition(["n1", "n3"], ["n2", "n4", "n5"])
    cluster.time_out("n1")
    cluster.time_out("n2")
    cluster.tick(8)


def a_snapshot_of_the_whole_log():
    cluster = led(SnapshotsTooFar)
    write(cluster, "x=1")
    cluster.isolate("n1")
    cluster.propose("x=2", "n1")
    cluster.snapshot("n1")


def old_appends():
    cluster = led(TakesOldAppends, nodes=5)
    cluster.partition(["n1"], ["n2", "n3", "n4", "n5"])
    cluster.time_out("n3")
    cluster.tick(3)
    cluster.partition(["n1", "n2", "n4", "n5"], ["n3"])
    cluster.propose("x=1", "n1")
    cluster.tick(6)


def two_configurations():
    story = load("membership_bug")
    Cluster(story).tick(story.ticks)


# -- Forged messages ---------------------------------------------------------------------------------------


def forged(*messages, before=(), node_class=Raft):
    def play():
        cluster = led(node_class)
        write(cluster, *before)
        for message in messages:
            cluster._send(message)
        cluster.tick(3)
        write(cluster, "y=1")
        cluster.tick(20)

    return play


def a_vote_nobody_gave():
    cluster = led(nodes=5)
    cluster.partition(["n1", "n2"], ["n3", "n4", "n5"])
    cluster.time_out("n2")
    cluster.time_out("n3")
    cluster.heal()
    for voter, candidate in (("n4", "n2"), ("n5", "n2"), ("n1", "n3"), ("n5", "n3")):
        cluster._post(RequestVoteReply(voter, candidate, 2, True), 1)
    cluster.tick(4)


def an_entry_nobody_stored():
    cluster = led()
    cluster.isolate("n1")
    cluster.propose("x=1", "n1")
    cluster._post(AppendEntriesReply("n2", "n1", 1, True, 0, 1), 1)
    cluster.heal()
    for id in ("n2", "n3"):
        cluster.cut("n1", id, one_way=True)
    cluster.tick(3)
    cluster.time_out("n2")
    cluster.tick(10)
    write(cluster, "x=2", node="n2")


# -- Disks ---------------------------------------------------------------------------------------------------


def restarted(change, *, then="n3"):
    """n2 comes back with another disk, and `then` stands for election while n1 is down."""

    def play():
        cluster = led(SNAPSHOTS)
        cluster.isolate("n3")
        write(cluster, "x=1", "x=2")
        cluster.snapshot("n2")
        write(cluster, "x=3")
        cluster.crash("n2")
        cluster.disks["n2"] = change(cluster.disks["n2"].read())
        cluster.restart("n2")
        cluster.crash("n1")
        cluster.heal()
        cluster.time_out(then)
        cluster.tick(6)
        if cluster.leader():
            write(cluster, "y=1", node="leader")
        cluster.restart("n1")
        cluster.tick(40)

    return play


def lost(disk):
    return Disk(HardState())


def without_its_last_write(disk):
    return Disk(disk._replace(log=disk.log[:-1]))


def with_another_entry(disk):
    return Disk(disk._replace(log=(*disk.log[:-1], LogEntry(disk.log[-1].term, "x=9"))))


def with_another_snapshot(disk):
    return Disk(disk._replace(snapshot=disk.snapshot._replace(state='[{"x": "7"}, {}, 0]')))


def a_vote_that_is_forgotten_by_the_disk():
    cluster = led(nodes=5)
    cluster.partition(["n2", "n4", "n3"], ["n1", "n5"])
    cluster.time_out("n2")
    cluster.tick(3)
    cluster.crash("n3")
    cluster.disks["n3"].voted_for = None
    cluster.restart("n3")
    cluster.partition(["n2", "n4"], ["n1", "n5", "n3"])
    cluster.time_out("n5")
    cluster.tick(4)


# -- Memory, and state machines ------------------------------------------------------------------------------


def changed(change, *, commands=("x=1",)):
    def play():
        cluster = led()
        write(cluster, *commands)
        change(cluster)
        cluster.tick(12)
        write(cluster, "x=2", node="leader")
        write(cluster, "x=3", node="leader")

    return play


def set_memory(id, **values):
    def change(cluster):
        for name, value in values.items():
            setattr(cluster.nodes[id], name, value)

    return change


def becomes_leader(cluster):
    cluster.nodes["n2"].become_leader()


def its_log_is_cut(cluster):
    cluster.nodes["n1"].log.replace_from(1, ())


def its_entry_is_another(cluster):
    cluster.nodes["n2"].log.replace_from(1, [LogEntry(1, "x=8")])


class Deaf(KeyValue):
    """Does nothing, and answers that it has done it."""

    def do(self, text):
        return "ok"


class Stutters(KeyValue):
    """Does everything twice."""

    def apply(self, command):
        super().apply(command)
        return super().apply(command)


class Forgets(KeyValue):
    """Knows the newest key only."""

    def do(self, text):
        self.values = {}
        return super().do(text)


def machine(kind, *commands):
    def play():
        cluster = led()
        cluster.machines["n2"] = kind()
        write(cluster, *commands)

    return play


def loses_its_values(cluster):
    cluster.machines["n3"].values.clear()


OTHERS = [
    ("the first vote of another is a majority", two_stand, "P1"),
    ("followers take appends of an older term", old_appends, "P4"),
    ("a snapshot of entries that are not committed", a_snapshot_of_the_whole_log, "K1"),
    ("two configurations at once", two_configurations, "P4"),
    ("votes that nobody gave", a_vote_nobody_gave, "P1"),
    ("a reply of a node that stored nothing", an_entry_nobody_stored, "K1"),
    ("an append with another entry", forged(AppendEntries("n2", "n3", 1, 0, 0, (LogEntry(1, "x=5"),), 0), before=["x=1"]), None),
    ("an append with an entry that nobody has taken",
     forged(AppendEntries("n1", "n3", 1, 0, 0, (LogEntry(1, "x=5"),), 0)), "P3"),
    ("an append that says too much is committed",
     forged(AppendEntries("n1", "n3", 1, 0, 0, (LogEntry(1, "x=5"),), 1)), "K1"),
    ("a snapshot with another state",
     forged(InstallSnapshot("n1", "n3", 1, 2, 1, '[{"x": "666"}, {}, 0]', ()), before=["x=1"], node_class=SNAPSHOTS), "K1"),
    ("a snapshot of what is not there",
     forged(InstallSnapshot("n1", "n3", 1, 9, 1, '[{"x": "666"}, {}, 0]', ()), node_class=SNAPSHOTS), "K1"),
    ("a lost disk", restarted(lost), "P4"),
    ("a disk that has forgotten its last write", restarted(without_its_last_write, then="n2"), "P4"),
    ("a disk with another entry", restarted(with_another_entry, then="n2"), "P3"),
    ("a disk with another snapshot", restarted(with_another_snapshot, then="n2"), "P5"),
    ("a disk that has forgotten a vote", a_vote_that_is_forgotten_by_the_disk, "P1"),
    ("a commit index that grows in memory", changed(set_memory("n3", commit_index=3)), "K1"),
    ("a last applied that grows in memory", changed(set_memory("n3", last_applied=2, commit_index=2)), "K1"),
    ("a last applied that falls in memory", changed(set_memory("n3", last_applied=0)), "P5"),
    ("a role that changes in memory", changed(becomes_leader), "P1"),
    ("a leader's log that is cut in memory", changed(its_log_is_cut), "P2"),
    ("a follower's log that changes in memory", changed(its_entry_is_another), "P3"),
    ("a match index that grows in memory", changed(set_memory("n1", match_index={"n1": 9, "n2": 9, "n3": 9})), None),
    ("a state machine that does nothing", machine(Deaf, "x=1"), "P5"),
    ("a state machine that does everything twice", machine(Stutters, "x=1", "x+=2"), "P5"),
    ("a state machine that knows one key", machine(Forgets, "x=1", "y=1"), "P5"),
    ("a state machine that loses its values", changed(loses_its_values, commands=("y=1",)), "P5"),
]  # fmt: skip


@pytest.mark.parametrize(("play", "line"), [row[1:] for row in OTHERS], ids=[row[0] for row in OTHERS])
def test_further_mistakes_are_found_at_the_first_step(play, line):
    found, false = judged(play)
    assert found == false
    if line is None:
        assert found == {}
    else:
        assert line in found


# -- And nothing is found in runs of nodes that are right ------------------------------------------------------

WRONG_ON_PURPOSE = "UnsafeMembership"


def legal_sets():
    """Each extension alone, with what it needs; every legal pair; the named systems; and Raft itself."""
    names = [name for name in EXTENSIONS if name != WRONG_ON_PURPOSE]
    wanted = [
        (),
        *((name,) for name in names),
        *combinations(names, 2),
        *(each.extensions for each in SYSTEMS.values()),
    ]
    sets = {tuple(each for each in EXTENSIONS if each in completed(names)): None for names in wanted}
    return [names for names in sets if not objection(names)]


def completed(names):
    """These extensions, with those that they need."""
    found = set(names)
    for name in names:
        found |= set(getattr(EXTENSIONS[name], "needs", ()))
    return found


def right_run(case):
    """A short run with every fault: what was found broken in it, and how many entries were committed."""
    names, seed = case
    raft, dice = build(*names), Random(f"right/{names}/{seed}")
    story = Story("right", "Right", nodes=dice.choice([1, 2, 3, 3, 4, 5]), seed=seed, goals=())
    cluster = Cluster(story, node_class=raft, record=False)
    if dice.random() < 0.5:
        cluster.clients(2, {"keys": ["a", "b"], "patience": 40})
    if "Snapshots" in names and dice.random() < 0.5:
        cluster.snapshot_every(dice.randint(1, 4))
    for _ in range(200):
        cluster.tick()
        if dice.random() < 0.3 and len(cluster.ids) > 1:
            disturb(cluster, dice)
    return dict(cluster.invariants.broken), len(cluster.invariants.commitment.entries)


def found_in(cases, executor=None):
    """What is found in these runs. Most of them must have committed something, or they would prove nothing."""
    done = list(executor.map(right_run, cases, chunksize=50) if executor else map(right_run, cases))
    assert sum(committed > 0 for _, committed in done) > 0.7 * len(done)
    return {case: broken for case, (broken, _) in zip(cases, done, strict=True) if broken}


@pytest.mark.slow
def test_in_a_run_of_every_legal_pair_nothing_is_found():
    assert found_in([(names, seed) for names in legal_sets() for seed in range(3)]) == {}


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_in_ten_thousand_right_runs_nothing_is_found():
    """Equally many runs of each legal set and of about three hundred random sets."""
    sets = dict.fromkeys([*legal_sets(), *(extensions_of(drawn(seed)) for seed in range(2_000))])
    cases = list(islice(((names, seed) for seed in count() for names in sets), 10_000))
    assert len(cases) // len(sets) >= 20
    with ProcessPoolExecutor(os.cpu_count()) as executor:
        assert found_in(cases, executor) == {}


@pytest.mark.parametrize("seed", range(6))
def test_both_readings_find_nothing_in_a_right_run(seed):
    found, false = judged(lambda: right_run((extensions_of(drawn(seed)), seed)))
    assert found == false == {}
