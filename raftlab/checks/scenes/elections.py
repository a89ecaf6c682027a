"""Scripted stories, the first half: elections. Each is short, and finds one mistake that is easily made.

A scene acts on a cluster of a learner's nodes, message by message, because these nodes may not do what a fixed story
expects. What was done in it is a story that can be played again. Each message takes one tick.
"""

from raftlab.checks.scenes.staging import Begin, in_flight
from raftlab.sim.cluster import Cluster


def a_voter_crashes_after_its_vote(begin: Begin) -> Cluster:
    """5.1, 5.2: n2 votes for n1, crashes, restarts, and n3 asks it for a vote in the same term."""
    cluster = begin(leads=None)
    cluster.cut("n1", "n3")
    cluster.time_out("n1")
    cluster.tick(2)
    cluster.crash("n2")
    cluster.restart("n2")
    cluster.time_out("n3")
    cluster.tick(4)
    return cluster


def a_voter_crashes_while_it_votes(begin: Begin) -> Cluster:
    """ST-P0: n2 knows the term already. It crashes when it has sent its vote, and n3 asks it in the same term."""
    cluster = begin(leads=None, n2={"term": 1})
    cluster.cut("n1", "n3")
    cluster.time_out("n1")
    cluster.crash("n2", after="Send")
    cluster.tick()
    cluster.restart("n2")
    cluster.time_out("n3")
    cluster.tick(4)
    return cluster


def a_candidate_forgets_its_vote(begin: Begin) -> Cluster:
    """CA-1: n1 leads term 1, crashes, and votes for n3 in term 1."""
    cluster = begin(leads=None)
    cluster.cut("n1", "n3")
    cluster.time_out("n1")
    cluster.tick(2)
    cluster.crash("n1")
    cluster.restart("n1")
    cluster.heal("n1", "n3")
    cluster.time_out("n3")
    cluster.tick(4)
    return cluster


def two_candidates_in_one_term(begin: Begin) -> Cluster:
    """5.2: n1 and n3 are candidates at the same time, and n2 can vote for only one of them."""
    cluster = begin(leads=None)
    cluster.time_out("n1")
    cluster.time_out("n3")
    cluster.tick(4)
    return cluster


def two_halves(begin: Begin) -> Cluster:
    """5.2: neither half of four has a majority."""
    cluster = begin(nodes=4, leads=None)
    cluster.partition(["n1", "n2"], ["n3", "n4"])
    cluster.time_out("n1")
    cluster.time_out("n3")
    cluster.tick(4)
    return cluster


def every_message_comes_twice(begin: Begin) -> Cluster:
    """5.2: five nodes are split into two and three, with a candidate in each group, and every message arrives twice."""
    cluster = begin(nodes=5, leads=None)
    cluster.set_network(duplication=1)
    cluster.partition(["n1", "n2"], ["n3", "n4", "n5"])
    cluster.time_out("n1")
    cluster.time_out("n3")
    cluster.tick(4)
    return cluster


def a_vote_arrives_in_the_next_election(begin: Begin) -> Cluster:
    """CA-2: the vote that n2 gave to n1 in term 1 arrives in term 2, in which n2 votes for n3."""
    cluster = begin(leads=None)
    cluster.cut("n1", "n3")
    cluster.time_out("n1")
    cluster.tick()
    vote = in_flight(cluster, "RequestVoteReply", "n2", "n1")
    cluster.cut("n1", "n2")
    cluster.time_out("n1")
    cluster.time_out("n3")
    cluster.time_out("n3")
    cluster.tick(4)
    cluster.deliver(vote)
    return cluster


ELECTIONS = (
    a_voter_crashes_after_its_vote,
    a_voter_crashes_while_it_votes,
    a_candidate_forgets_its_vote,
    two_candidates_in_one_term,
    two_halves,
    every_message_comes_twice,
    a_vote_arrives_in_the_next_election,
)
