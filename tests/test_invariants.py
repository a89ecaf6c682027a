"""The five properties of Figure 3: each is broken on purpose, and reported once, with tick, nodes, term and index."""

import pytest
from test_mutants import made
from textbook import entries, node

from raftlab import Cluster, Raft, Story, build
from raftlab.checks.scenes import elections, logs
from raftlab.checks.scenes.staging import begin_with
from raftlab.log import Log
from raftlab.messages import AppendEntries, AppendEntriesReply, HardState, InstallSnapshot, LogEntry, Role
from raftlab.rules import PROPERTIES
from raftlab.sim.disk import Disk
from raftlab.sim.invariants import Invariants


def leader(id, term, log="", commit=0):
    made = node(id, 3, log, role="leader", term=term)
    made.commit_index = commit
    return made


def p1(watch):
    yield watch.look(1, leader("n1", 2), None)
    yield watch.look(2, leader("n2", 3), None)  # another term: no breach
    yield watch.look(3, leader("n3", 2), None)


def p2(watch):
    made = leader("n1", 2, "1:a 2:b")
    yield watch.started(0, node("n1", 3, "1:a 2:b", term=1))
    yield watch.look(1, made, None)
    made.log.append(LogEntry(2, "c"))
    yield watch.look(2, made, 3)  # it may append
    made.log.replace_from(2, [])
    yield watch.look(3, made, 2)


def p3(watch):
    yield watch.started(1, node("n1", 3, "1:a 2:b"))
    yield watch.started(2, node("n2", 3, "1:a"))
    yield watch.started(3, node("n3", 3, "1:z 2:b"))


def p4(watch):
    yield watch.look(1, leader("n1", 2, "2:a", commit=1), 1)
    yield watch.look(2, leader("n2", 3, "2:a"), 1)  # has it
    yield watch.look(3, leader("n3", 4, ""), None)


def p5(watch):
    yield watch.applied(1, "n1", 1, LogEntry(1, "a"))
    yield watch.applied(2, "n2", 1, LogEntry(1, "a"))
    yield watch.applied(3, "n3", 1, LogEntry(1, "b"))


def p3_at_once(watch):
    """The same place and term, but another command."""
    yield watch.started(1, node("n1", 3, "1:a 2:b"))
    yield watch.started(2, node("n2", 3, "1:a 3:c"))  # another term: no breach
    yield watch.started(3, node("n3", 3, "1:a 2:z"))


def p4_by_a_commit(watch):
    """A leader of an earlier term, which does not know that it is deposed, commits another entry there."""
    old = leader("n2", 1, "1:z")
    yield watch.look(1, old, 1)
    yield watch.look(2, leader("n1", 2, "2:a", commit=1), 1)
    old.commit_index = 1
    yield watch.look(3, old, None)


def p5_by_a_gap(watch):
    yield watch.applied(1, "n1", 1, LogEntry(1, "a"))
    yield watch.applied(2, "n1", 2, LogEntry(1, "b"))
    yield watch.applied(3, "n1", 4, LogEntry(1, "d"))


BREACHES = [
    ("P1", p1, ("n1", "n3", "term 2")),
    ("P2", p2, ("n1", "term 2", "index 2")),
    ("P3", p3, ("n3", "term 1", "index 1")),
    ("P4", p4, ("n3", "term 4", "index 1")),
    ("P5", p5, ("n3", "another node", "index 1")),
    ("P3", p3_at_once, ("n3", "term 2", "index 2")),
    ("P4", p4_by_a_commit, ("n2", "term 1", "'z' of term 1", "index 1", "'a' of term 2")),
    ("P5", p5_by_a_gap, ("n1", "entry 4", "entry 3")),
]


@pytest.mark.parametrize(("id", "course", "words"), BREACHES, ids=[row[1].__name__ for row in BREACHES])
def test_a_broken_property_is_told_when_it_breaks_and_in_which_words(id, course, words):
    watch = Invariants()
    *before, last = list(course(watch))
    assert not any(before), "nothing was wrong until then"
    assert [(breach.property, breach.tick) for breach in last] == [(id, 3)]
    for word in words:
        assert word in last[0].sentence
    assert list(watch.broken) == [id]


@pytest.mark.parametrize("course", [p1, p2, p3, p4, p5], ids=lambda course: course.__name__)
def test_a_property_that_breaks_again_is_not_told_again(course):
    """What follows from a breach is not reported again."""
    watch = Invariants()
    first, again = ([breach.property for told in course(watch) for breach in told] for _ in range(2))
    assert len(first) == 1
    assert first[0] not in again


# A mistake in a node, a scene in which it matters, and the one property that breaks there.
ALIVE = [
    ("P1", "two votes in one term", elections.two_candidates_in_one_term,
     "n1 and n3 both became leader of term 1."),
    ("P1", "old votes count", elections.a_vote_arrives_in_the_next_election,
     "n3 and n1 both became leader of term 2."),
    ("P2", "appends of an old term are taken", logs.an_append_of_a_deposed_leader_is_late,
     "n2, leader of term 2, rewrote its log from index 1 on."),
    ("P3", "entries are appended to whatever is there", logs.two_commands_at_once,
     "n2 holds another entry of term 1 at index 2, or another one before it, than some log did."),
    ("P4", "the log of a candidate is not looked at", logs.a_node_with_an_empty_log_stands,
     "n3 leads term 2 without 'x=1' of term 1, committed at index 1."),
    ("P4", "every append cuts the log", logs.a_short_append_is_late,
     "n2 leads term 2 without 'x=2' of term 1, committed at index 2."),
    ("P5", "whatever is appended is committed", logs.a_minority_holds_an_entry,
     "n4 applied 'x=2' of term 2 at index 1, another node 'x=1' of term 1."),
    ("P5", "only the newest committed entry is applied", logs.a_short_append_is_late,
     "n1 applied entry 2 where entry 1 was next."),
]  # fmt: skip


def properties(broken):
    return {id: how for id, how in broken.items() if id in PROPERTIES}


@pytest.mark.parametrize(
    ("id", "mistake", "scene", "sentence"), ALIVE, ids=[f"{row[0]}, {row[1]}" for row in ALIVE]
)
def test_a_mistake_in_a_live_cluster_breaks_exactly_one_property_and_is_told_once(
    id, mistake, scene, sentence
):
    cluster = scene(begin_with(made(mistake), record=True))
    (event,) = [
        event for event in cluster.trace.events if event.what == "broken" and event.detail[0] in PROPERTIES
    ]
    assert event.detail == [id, sentence]
    tick = event.tick
    assert properties(cluster.trace.broken()) == {id: (tick, sentence)}
    assert tick == 0 or properties(cluster.trace.at(tick - 1).broken) == {}
    assert properties(cluster.trace.at(tick).broken) == {id: (tick, sentence)}
    assert scene(begin_with(Raft, record=True)).trace.broken() == {}


def test_entries_are_applied_in_order():
    watch = Invariants()
    assert watch.applied(1, "n1", 1, LogEntry(1, "a")) == []
    (breach,) = watch.applied(2, "n1", 3, LogEntry(1, "c"))
    assert breach.sentence == "n1 applied entry 3 where entry 2 was next."


def test_what_a_node_forgets_in_a_crash_is_still_remembered():
    watch = Invariants()
    watch.look(1, leader("n1", 2), None)
    watch.started(2, node("n1", 3, term=2))
    assert [breach.property for breach in watch.look(3, leader("n2", 2), None)] == ["P1"]


def test_a_breach_of_a_run_stands_in_its_trace_once():
    class Usurper(Raft):
        """Leads whenever its timer runs out."""

        def campaign(self):
            self.become_candidate()
            self.become_leader()

    story = Story("usurpers", "Usurpers", nodes=3, actions=((1, "time_out", "n1"), (1, "time_out", "n2")))
    cluster = Cluster(story, node_class=Usurper)
    cluster.tick(100)
    told = [event for event in cluster.trace.events if event.what == "broken" and event.detail[0] == "P1"]
    assert len(told) == 1
    assert cluster.trace.broken()["P1"] == (1, "n1 and n2 both became leader of term 1.")
    assert cluster.trace.at(0).broken == {}
    assert "P1" in cluster.trace.at(1).broken


def test_the_checks_cost_what_has_changed_and_not_what_there_is():
    """Looking again at a node in which nothing changed must not look at its log."""
    made = node("n1", 3, " ".join(["1:a"] * 500), term=1)
    watch = Invariants()
    watch.started(0, made)
    made.log.entry = None  # any look at an entry would fail
    assert watch.look(1, made, None) == []
    assert made.role is Role.FOLLOWER
    assert len(entries("1:a")) == 1


# -- What a node says of itself is not believed -----------------------------------------------------------


def led(node_class=Raft, nodes=3, classes=None):
    """n1 leads, and messages take one tick."""
    cluster = Cluster(Story("led", "Led", nodes=nodes, goals=()), node_class=node_class, classes=classes)
    cluster.set_network(delay=(1, 1))
    cluster.time_out("n1")
    cluster.tick(4)
    assert cluster.leader() == "n1"
    return cluster


def write(cluster, *commands, node="n1"):
    for command in commands:
        cluster.propose(command, node)
        cluster.tick(8)


class SureOfItself(Raft):
    """After a restart it believes that all entries on its disk are applied, although its state machine is empty."""

    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        self.commit_index = self.last_applied = self.log.last_index


def test_a_node_that_comes_back_with_an_empty_state_machine_and_a_full_index_is_found_at_once():
    cluster = led(classes={"n3": SureOfItself})
    write(cluster, "x=1", "y=1")
    cluster.crash("n3")
    assert cluster.trace.broken() == {}
    cluster.restart("n3")
    back = cluster.now
    assert cluster.trace.broken() == {
        "K1": (back, "n3 considers entry 2 applied, but its state machine has applied none.")
    }
    write(cluster, "z=1")
    assert cluster.machines["n3"].values == {"z": "1"}
    assert cluster.trace.broken()["P5"][1] == "n3 applied entry 3 where entry 1 was next."


@pytest.mark.parametrize(
    ("index", "broken"),
    [
        (1, ["K1", "P5"]),  # what it replaces is committed, and another node has applied it
        (9, ["K1"]),  # nobody has an entry 9
    ],
)
def test_a_forged_snapshot_is_found_when_it_is_taken_over(index, broken):
    cluster = led(build("Snapshots"))
    cluster.cut("n1", "n3", one_way=True)
    write(cluster, "x=1")
    forged = InstallSnapshot("n2", "n3", 1, index, 1, '[{"x": "666"}, {}, 0]', ())
    cluster._send(forged)
    assert cluster.trace.broken() == {}
    cluster.tick()
    assert cluster.machines["n3"].values == {"x": "666"}
    assert {id: tick for id, (tick, _) in cluster.trace.broken().items()} == dict.fromkeys(
        broken, cluster.now
    )


def test_a_forged_snapshot_with_other_voters_is_found_when_it_is_kept():
    cluster = led(build("Snapshots", "Membership"))
    write(cluster, "x=1")
    cluster.change_voters("n1", "n2")
    cluster.tick(8)
    cluster.snapshot("n1")
    assert cluster.trace.broken() == {}
    right = cluster.nodes["n1"].snapshot
    assert right.voters == ("n1", "n2")
    cluster._send(InstallSnapshot("n1", "n3", 1, right.index, right.term, right.state, ("n3",)))
    cluster.tick()
    assert cluster.trace.broken() == {
        "K1": (
            cluster.now,
            "n3 keeps a snapshot up to entry 2 with other voters than the committed entries say.",
        )
    }


def test_a_forged_append_that_overwrites_a_committed_entry_is_found_when_it_is_stored():
    cluster = led()
    write(cluster, "x=1", "y=1")
    assert cluster.nodes["n3"].commit_index == 2
    cluster._send(AppendEntries("n2", "n3", 1, 1, 1, (LogEntry(1, "y=1"),), 0))  # what is there already
    cluster.tick()
    assert cluster.trace.broken() == {}
    cluster._send(AppendEntries("n2", "n3", 5, 1, 1, (LogEntry(5, "y=666"),), 0))
    cluster.tick()
    assert cluster.trace.broken() == {
        "K1": (cluster.now, "n3 considers 'y=666' of term 5 at index 2 committed, but it is not.")
    }


def test_a_snapshot_on_a_disk_that_has_changed_is_found_when_the_node_comes_back():
    cluster = led(build("Snapshots"))
    write(cluster, "x=1")
    cluster.snapshot("n3")
    cluster.crash("n3")
    disk = cluster.disks["n3"]
    disk.snapshot = disk.snapshot._replace(state='[{"x": "2"}, {}, 0]')
    cluster.restart("n3")
    assert cluster.trace.broken() == {
        "P5": (cluster.now, "The state machines of n1 and n3 differ after entry 1.")
    }


class TakesOldAppends(Raft):
    """Stores and confirms what a leader of an older term sends. (breaks AE-1)"""

    def on_append_entries(self, msg):
        if msg.term < self.term and self.role is not Role.LEADER:
            self.store(msg.prev_log_index + 1, msg.entries)
            last = msg.prev_log_index + len(msg.entries)
            self.send(AppendEntriesReply(self.id, msg.src, msg.term, True, msg.prev_log_index, last))
        else:
            super().on_append_entries(msg)


def test_leader_completeness_also_holds_for_who_leads_when_an_entry_is_committed():
    """n1 of term 1 commits x=1 with the help of followers that are in term 2, where n3 leads without it."""
    cluster = led(TakesOldAppends, nodes=5)
    cluster.cut("n1", "n3")
    for id in ("n4", "n5"):
        cluster.cut(id, "n1", one_way=True)
    cluster.time_out("n3")
    cluster.cut("n2", "n1", one_way=True)
    cluster.tick(3)
    assert cluster.nodes["n3"].role is cluster.nodes["n1"].role is Role.LEADER
    for id in ("n2", "n4", "n5"):
        cluster.heal(id, "n1")
        cluster.cut(id, "n3")
    cluster.propose("x=1", "n1", "Ann")
    assert cluster.trace.broken() == {}
    while not cluster.answers:
        assert cluster.trace.broken() == {}
        cluster.tick()
    assert cluster.trace.broken() == {
        "P4": (cluster.now, "n3 leads term 2 without 'x=1' of term 1, committed at index 1."),
        "K1": (cluster.now, "n1 applied 'x=1' of term 1 at index 1, which is not committed."),
    }
    assert cluster.trace.committed == [], "no quorum stored it while in term 1"


def test_an_entry_that_becomes_committed_late_must_be_in_the_log_of_who_leads_a_later_term():
    """No node claims anything, but with the third disk the entry is committed, and the leader of term 2 lacks it."""
    watch = Cluster(Story("five", "Five", nodes=5, goals=())).invariants
    newer = leader("n3", 2)
    assert watch.look(1, newer, None) == []
    for tick, id in enumerate(("n1", "n2", "n4"), start=2):
        disk = Disk(HardState(1, None, entries("1:a")))
        found, committed = watch.saved(tick, id, disk, 1, entries("1:a"))
        assert bool(found) == bool(committed) == (id == "n4")
    assert [breach.property for breach in found] == ["P4"]


# -- And nobody who is right is blamed ------------------------------------------------------------------------


class WritesAnew(Raft):
    """A leader that writes its newest entry a second time before it speaks: the same one."""

    def on_heartbeat_timeout(self, event):
        if self.role is Role.LEADER and self.log.last_index:
            self.log.replace_from(self.log.last_index, [self.log.entry(self.log.last_index)])
            self.save(from_index=self.log.last_index)
        super().on_heartbeat_timeout(event)


class ExchangesItsLog(Raft):
    """Replaces its log object by a new one whenever it stores or appends entries."""

    def save(self, from_index=None):
        super().save(from_index)
        self.log = Log(self.log, self.log.start, self.log.start_term)


@pytest.mark.parametrize("raft", [WritesAnew, ExchangesItsLog])
def test_what_changes_nothing_breaks_nothing(raft):
    cluster = led(raft)
    write(cluster, "x=1", "x=2")
    cluster.crash("n1")
    cluster.time_out("n2")
    cluster.tick(6)
    write(cluster, "x=3", node="n2")
    cluster.restart("n1")
    cluster.tick(20)
    assert cluster.trace.broken() == {}
    assert {machine.values["x"] for machine in cluster.machines.values()} == {"3"}
    for id in cluster.ids:
        assert cluster.trace.view(id, cluster.now).log == [list(each) for each in cluster.nodes[id].log]


class ExchangesItForAWrongOne(Raft):
    """A leader whose new log object lacks its newest entry."""

    def on_heartbeat_timeout(self, event):
        if self.role is Role.LEADER and self.log.last_index:
            self.log = Log(list(self.log)[:-1])
        super().on_heartbeat_timeout(event)


def test_a_log_object_that_is_exchanged_is_looked_at():
    cluster = led(ExchangesItForAWrongOne)
    cluster.propose("x=1", "n1")
    cluster.tick(6)
    assert cluster.trace.broken()["P2"][1] == "n1, leader of term 1, rewrote its log from index 1 on."


def test_a_restart_from_a_snapshot_and_a_follower_that_is_sent_one_break_nothing():
    cluster = led(build("Snapshots"))
    cluster.isolate("n3")
    write(cluster, "x=1", "y=1", "z=1")
    cluster.snapshot("n1")
    cluster.snapshot("n2")
    cluster.crash("n2")
    cluster.restart("n2")
    cluster.heal()
    cluster.tick(60)
    assert max(node.log.start for node in cluster.nodes.values()) == cluster.nodes["n3"].log.start == 3
    write(cluster, "x=2", node="leader")
    assert cluster.trace.broken() == {}
    assert len({machine.fingerprint() for machine in cluster.machines.values()}) == 1
