"""The five properties of Figure 3: each is broken on purpose, and told once, with tick, nodes, term and index."""

import pytest
from test_mutants import made
from textbook import entries, node

from raftlab import Cluster, Raft, Story
from raftlab.checks import scenes_elections, scenes_logs
from raftlab.checks.staging import begin_with
from raftlab.messages import LogEntry, Role
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
    """What follows from a breach is noise."""
    watch = Invariants()
    first, again = ([breach.property for told in course(watch) for breach in told] for _ in range(2))
    assert len(first) == 1
    assert first[0] not in again


# A mistake in a node, a scene in which it matters, and the one property that breaks there.
ALIVE = [
    ("P1", "two votes in one term", scenes_elections.two_candidates_in_one_term,
     "n1 and n3 both became leader of term 1."),
    ("P1", "old votes count", scenes_elections.a_vote_arrives_in_the_next_election,
     "n3 and n1 both became leader of term 2."),
    ("P2", "appends of an old term are taken", scenes_logs.an_append_of_a_deposed_leader_is_late,
     "n2, leader of term 2, rewrote its log from index 1 on."),
    ("P3", "entries are appended to whatever is there", scenes_logs.two_commands_at_once,
     "n2 holds another entry of term 1 at index 2, or another one before it, than some log did."),
    ("P4", "the log of a candidate is not looked at", scenes_logs.a_node_with_an_empty_log_stands,
     "n3 leads term 2 without 'x=1' of term 1, committed at index 1."),
    ("P4", "every append cuts the log", scenes_logs.a_short_append_is_late,
     "n2 leads term 2 without 'x=2' of term 1, committed at index 2."),
    ("P5", "whatever is appended is committed", scenes_logs.a_minority_holds_an_entry,
     "n4 applied 'x=2' of term 2 at index 1, another node 'x=1' of term 1."),
    ("P5", "only the newest committed entry is applied", scenes_logs.a_short_append_is_late,
     "n1 applied entry 2 where entry 1 was next."),
]  # fmt: skip


@pytest.mark.parametrize(
    ("id", "mistake", "scene", "sentence"), ALIVE, ids=[f"{row[0]}, {row[1]}" for row in ALIVE]
)
def test_a_mistake_in_a_live_cluster_breaks_exactly_one_property_and_is_told_once(
    id, mistake, scene, sentence
):
    cluster = scene(begin_with(made(mistake), record=True))
    (event,) = [event for event in cluster.trace.events if event.what == "broken"]
    assert event.detail == [id, sentence]
    tick = event.tick
    assert cluster.trace.broken() == {id: (tick, sentence)}
    assert tick == 0 or cluster.trace.at(tick - 1).broken == {}
    assert cluster.trace.at(tick).broken == {id: (tick, sentence)}
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
