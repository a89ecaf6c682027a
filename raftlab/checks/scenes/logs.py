"""Scripted stories, the second half: logs, commitment, and what a crash leaves. Each is short, and finds one mistake that is easily made.

A scene acts on a cluster of a learner's nodes, message by message, because these nodes may not do what a fixed story
expects. What was done in it is a story that can be played again. Each message takes one tick.
"""

from raftlab.checks.scenes.staging import Begin, CourseError, in_flight
from raftlab.messages import LogEntry
from raftlab.sim.cluster import Cluster


def a_leader_hears_of_a_later_term(begin: Begin) -> Cluster:
    """5.1: n1 leads term 1. n2 becomes leader of term 2, and its request makes n1 a follower."""
    cluster = begin()
    cluster.time_out("n2")
    cluster.tick(4)
    return cluster


def a_node_with_an_empty_log_stands(begin: Begin) -> Cluster:
    """5.4.1: n1 and n2 commit an entry without n3. Then n3 asks n2 for its vote."""
    cluster = begin()
    cluster.isolate("n3")
    cluster.write("x", 1)
    cluster.tick(4)
    cluster.partition(["n1"], ["n2", "n3"])
    cluster.time_out("n3")
    cluster.tick(4)
    return cluster


def a_node_with_a_longer_but_older_log_stands(begin: Begin) -> Cluster:
    """5.4.1: n3 has three uncommitted entries of term 1; the others have one of term 2, which is committed."""
    cluster = begin(n1={"term": 1}, n3={"term": 1, "log": ["1:x=1", "1:x=2", "1:x=3"]}, leads=None)
    cluster.isolate("n3")
    cluster.time_out("n1")
    cluster.tick(3)
    cluster.write("y", 1)
    cluster.tick(4)
    cluster.partition(["n1"], ["n2", "n3"])
    cluster.time_out("n3")
    cluster.time_out("n3")
    cluster.tick(4)
    return cluster


def an_append_of_a_deposed_leader_is_late(begin: Begin) -> Cluster:
    """5.1: a message that n1 sent in term 1 reaches n2 when n2 leads term 2 and has accepted another entry."""
    cluster = begin()
    cluster.write("x", 1)
    late = in_flight(cluster, "AppendEntries", "n1", "n2")
    cluster.isolate("n1")
    cluster.time_out("n2")
    cluster.tick(3)
    cluster.write("y", 2, "n2")
    cluster.deliver(late)
    cluster.tick(4)
    return cluster


def a_short_append_is_late(begin: Begin) -> Cluster:
    """5.3: n2 confirms two entries, then gets the first one again, and asks n3 for its vote."""
    cluster = begin()
    cluster.isolate("n3")
    cluster.write("x", 1)
    late = in_flight(cluster, "AppendEntries", "n1", "n2")
    cluster.drop(late)
    cluster.write("x", 2)
    cluster.tick(6)
    cluster.deliver(late)
    cluster.heal()
    cluster.time_out("n2")
    cluster.tick(4)
    return cluster


def logs_contradict_each_other_from_the_first_entry_on(begin: Begin) -> Cluster:
    """5.3: n2 has an old entry where the leader has another one, and then gets more entries."""
    new = {"term": 2, "log": ["2:x=1"]}
    cluster = begin(n1=new, n2={"term": 2, "log": ["1:z=9"]}, n3=new)
    cluster.tick(3)
    cluster.write("x", 2)
    cluster.tick(12)
    return cluster


def a_follower_restarts_and_the_leader_dies(begin: Begin) -> Cluster:
    """5.3: n2 has confirmed a committed entry. It crashes and restarts, and then n1 crashes."""
    cluster = begin()
    cluster.isolate("n3")
    cluster.write("x", 1)
    cluster.tick(3)
    cluster.crash("n2")
    cluster.restart("n2")
    cluster.crash("n1")
    cluster.heal()
    cluster.time_out("n2")
    cluster.tick(4)
    return cluster


def a_leader_restarts_and_stands_again(begin: Begin) -> Cluster:
    """5.3: n1 and n2 commit an entry. n1 crashes and restarts, and asks n3 for its vote."""
    cluster = begin()
    cluster.isolate("n3")
    cluster.write("x", 1)
    cluster.tick(3)
    cluster.crash("n1")
    cluster.restart("n1")
    cluster.heal("n1", "n3")
    cluster.time_out("n1")
    cluster.tick(4)
    return cluster


def a_follower_leads_on_before_it_hears_of_the_commit(begin: Begin) -> Cluster:
    """5.4.2: n2 has a committed entry, and does not know that it is committed."""
    cluster = begin()
    cluster.write("x", 1)
    cluster.tick(2)
    cluster.crash("n1")
    cluster.time_out("n2")
    cluster.tick(4)
    return cluster


def two_commands_at_once(begin: Begin) -> Cluster:
    """5.3: one reply commits two entries, which are applied one after the other."""
    cluster = begin()
    cluster.set_network(delay=(3, 3))
    cluster.write("x", 1)
    cluster.write("x", 2)
    cluster.tick(12)
    return cluster


def a_minority_holds_an_entry(begin: Begin) -> Cluster:
    """5.3: an entry that only two of five hold is overwritten, so no node may have applied it."""
    cluster = begin(nodes=5)
    cluster.partition(["n1", "n2"], ["n3", "n4", "n5"])
    cluster.write("x", 1)
    cluster.tick(2)
    cluster.time_out("n3")
    cluster.tick(3)
    cluster.write("x", 2, "n3")
    cluster.tick(4)
    return cluster


def a_follower_confirms_before_it_has_everything(begin: Begin) -> Cluster:
    """5.3: n2 confirms the first entry when the leader has two. No majority has the second one when n1 crashes."""
    cluster = begin()
    cluster.isolate("n3")
    cluster.write("x", 1)
    cluster.tick()
    cluster.write("x", 2)
    cluster.drop(in_flight(cluster, "AppendEntries", "n1", "n2"))
    cluster.tick()
    cluster.crash("n1")
    cluster.heal()
    cluster.time_out("n2")
    cluster.tick(4)
    return cluster


def the_scene_of_figure_8(begin: Begin) -> Cluster:
    """5.4.2: n1 brings its old entry to a majority, accepts a new one, and crashes. n5 is elected, and overwrites the old entry."""
    old, older, newer = ({"term": 3, "log": log} for log in (["1:a", "2:b"], ["1:a"], ["1:a", "3:c"]))
    cluster = begin(nodes=5, leads=None, n1=old, n2=old, n3=older, n4=older, n5=newer)
    cluster.isolate("n5")
    cluster.isolate("n4")
    cluster.time_out("n1")  # (c) n1 leads term 4, with the votes of n2 and n3
    cluster.tick(8)
    if tuple(cluster.nodes["n3"].log) != (LogEntry(1, "a"), LogEntry(2, "b")):
        raise CourseError("No majority holds the old entry; this mistake takes another course.")
    cluster.crash("n1", after="Save")
    cluster.write("x", 4, "n1")  # its own entry goes no further than its disk
    cluster.heal()
    cluster.time_out("n5")
    cluster.time_out("n5")  # (d) n5 leads term 5
    cluster.tick(4)
    cluster.write("x", 5, "n5")
    cluster.tick(12)
    return cluster


def a_leader_crashes(begin: Begin) -> Cluster:
    """5.2: the leader crashes, and the others must elect another one."""
    cluster = begin()
    cluster.crash("n1")
    cluster.tick(2)
    return cluster


def all_timers_run_out_together(begin: Begin) -> Cluster:
    """5.2: the first vote of four nodes is split, and random timeouts lead to a leader in the end."""
    cluster = begin(nodes=4, leads=None)
    cluster.align_timers()
    return cluster


def a_candidate_loses(begin: Begin) -> Cluster:
    """5.2: n1 wins, although n3 starts an election, too. After that, nobody has a reason to start another."""
    cluster = begin(leads=None)
    cluster.time_out("n1")
    cluster.tick()
    cluster.time_out("n3")
    return cluster


def logs_have_grown_apart(begin: Begin) -> Cluster:
    """5.3, like Figure 7: one follower lacks entries, another has too many."""
    old = ["1:a", "1:b", "1:c"]
    return begin(
        n1={"term": 3, "log": [*old, "3:d"]},
        n2={"term": 3},
        n3={"term": 3, "log": [*old, "2:x", "2:y"]},
    )


# Events that a scene does not need to show its mistake, but that are there for the reader; and the reason.
FOR_THE_READER = {
    "a follower restarts and the leader dies": {
        ("isolate", "n3"): "otherwise n3 fails at the gap on its disk before anything is lost",
        ("crash", "n1"): "otherwise n1 fails at the gap on its disk before anything is lost",
    },
    "a follower confirms before it has everything": {
        ("crash", "n1"): "otherwise n2 stands although its leader is well, and the reader asks why",
    },
    "the scene of figure 8": {
        ("isolate", "n4"): "only three nodes, a bare majority, have the old entry, as in Figure 8",
        ("propose", "x=4", "n1", "c1"): "n1 crashes after it has stored its new entry, as in Figure 8",
        ("propose", "x=5", "n5", "c2"): "the old entry is overwritten, as in Figure 8",
    },
}

LOGS = (
    a_leader_hears_of_a_later_term,
    a_node_with_an_empty_log_stands,
    a_node_with_a_longer_but_older_log_stands,
    an_append_of_a_deposed_leader_is_late,
    a_short_append_is_late,
    logs_contradict_each_other_from_the_first_entry_on,
    a_follower_restarts_and_the_leader_dies,
    a_leader_restarts_and_stands_again,
    a_follower_leads_on_before_it_hears_of_the_commit,
    two_commands_at_once,
    a_minority_holds_an_entry,
    a_follower_confirms_before_it_has_everything,
    the_scene_of_figure_8,
    a_leader_crashes,
    all_timers_run_out_together,
    a_candidate_loses,
    logs_have_grown_apart,
)
