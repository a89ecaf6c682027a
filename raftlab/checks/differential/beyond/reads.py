"""Reads: from what a leader takes for true, after a majority has confirmed it, or while its lease holds."""

from collections.abc import Iterator
from itertools import product

from raftlab.checks.differential.ask import State
from raftlab.checks.differential.beyond.crossing import TERM, TERMS, crossed, messages_of_raft, states
from raftlab.checks.differential.spaces import CANDIDATE, FOLLOWER, LEADER, Case, log_of, node
from raftlab.extensions.read_index import Waiting
from raftlab.messages import (
    AppendEntries,
    AppendEntriesReply,
    ConfirmLeader,
    ConfirmLeaderReply,
    ElectionTimeout,
    Event,
    HeartbeatTimeout,
    Propose,
    Read,
    RequestVoteReply,
    Tick,
)

READS = (Read("x?", "c1"), Read("x?", None))
QUESTIONS = [ConfirmLeader("n2", "n1", term, round) for term in TERMS for round in (1, 2)]


def local_reads() -> Iterator[Case]:
    """A node is asked for a value."""
    yield from crossed(states(leader=(None, "n2")), READS)


# -- ReadIndex ----------------------------------------------------------------------------------------------------


def _read(round: int, read_index: int | None, *confirmed: str) -> Waiting:
    return Waiting(Read(f"{round}?", f"c{round}"), round, read_index, frozenset({"n1", *confirmed}))


QUEUES: tuple[tuple[Waiting, ...], ...] = (
    (), (_read(1, None),), (_read(1, 1),), (_read(1, 2),), (_read(2, 1),), (_read(1, 1), _read(2, 1)), (_read(1, 1), _read(2, 2)),
    (_read(1, None), _read(2, None)), (_read(1, 1, "n3"), _read(2, 1)),
)  # fmt: skip
COMMITTED = (((1,), 0), ((1,), 1), ((2,), 1), ((2,), 0), ((1, 2), 1), ((1, 2), 2), ((2, 2), 1), ((2, 2), 2))


def waiting_reads() -> Iterator[Case]:
    """Reads of a leader wait until it knows what is committed, and a majority has confirmed it."""
    for count, queue, (terms, commit) in product((3, 5, 1), QUEUES, COMMITTED):
        knows = bool(commit) and terms[commit - 1] == TERM
        noted = [each.read_index for each in queue if each.read_index is not None]
        enough = any(len(each.confirmed) > count // 2 for each in queue)
        if (
            max(noted, default=0) > commit
            or (noted and not knows)
            or (len(noted) < len(queue) and knows)
            or enough
        ):
            continue
        if count > 1 or (commit == len(terms) and not queue):
            yield from crossed([_reader(terms, count, commit, queue)], _heard_by_a_reader)


def _reader(terms: tuple[int, ...], count: int, commit: int, queue: tuple[Waiting, ...]) -> State:
    state = node(LEADER, TERM, terms, count, commit_index=commit, reads=queue, round=2)
    for peer in state["nodes"][
        (count + 1) // 2 + 1 - count % 2 :
    ]:  # those that a majority needs beside the leader
        state["match_index"][peer] = commit
    return state


def _heard_by_a_reader(state: State) -> Iterator[Event]:
    yield from (Read("z?", "c3"), HeartbeatTimeout(), Propose("x=5", "c4"))
    if len(state["nodes"]) > 1:
        last = len(state["log"])
        yield AppendEntriesReply("n2", "n1", TERM, True, last, last)
        yield AppendEntriesReply("n2", "n1", TERM + 1, False, 0, 0)
        yield AppendEntries("n2", "n1", TERM + 1, 0, 0, (), 0)
        yield ConfirmLeader("n2", "n1", TERM - 1, 1)
        yield ElectionTimeout()
        for src, term, round in product(("n2", "n3"), TERMS, (0, 1, 2, 3)):
            yield ConfirmLeaderReply(src, "n1", term, round)


def followers_of_a_reader() -> Iterator[Case]:
    """A node that does not lead is asked whether it follows, is asked for a value, and hears the rest."""
    nodes = list(states((FOLLOWER, CANDIDATE), leader=(None, "n2", "n3"), reads=((),), round=(0, 2)))
    more = (
        Read("z?", "c3"),
        ConfirmLeaderReply("n2", "n1", TERM, 2),
        AppendEntries("n2", "n1", TERM, 1, 1, log_of((2,), 2), 2),
    )
    yield from crossed(nodes, (*QUESTIONS, *more))
    yield from crossed(nodes, messages_of_raft)


# -- LeaseReads -----------------------------------------------------------------------------------------------------

NOW = 20  # on the node's clock


def leases() -> Iterator[Case]:
    """A leader asks who follows it, gets answers, and is asked for a value before, at and after the end of its lease."""
    begun, ends = (NOW, NOW - 3, NOW - 5, NOW - 6), (0, NOW - 1, NOW, NOW + 1)
    for count, terms, began, confirmed, end, timer in product(
        (3, 5, 1), ((1,), (2,)), begun, ((), ("n2",)), ends, (1, 2, 4)
    ):
        if (timer == 1 or not end) and not (count == 1 and confirmed):
            state = node(LEADER, TERM, terms, count, commit_index=1, timer=timer)
            for peer in state["nodes"][(count + 1) // 2 :]:
                state["match_index"][peer] = 1
            state |= _lease(began, end, *confirmed)
            yield from crossed([state], _heard_by_a_lessee)


def _lease(began: int, end: int, *confirmed: str) -> State:
    return {
        "clock": NOW, "round": 4, "round_began": began, "confirmed": frozenset({"n1", *confirmed}), "lease_end": end,
        "waits_for_older_leader": False,
    }  # fmt: skip


def _heard_by_a_lessee(state: State) -> Iterator[Event]:
    yield from (*READS, Tick(1), Tick(2), HeartbeatTimeout(), Propose("x=5", "c2"))
    if len(state["nodes"]) > 1:
        yield AppendEntries("n2", "n1", TERM + 1, 0, 0, (), 0)
        yield ConfirmLeader("n2", "n1", TERM - 1, 4)
        for src, term, round in product(("n2", "n3"), TERMS, (3, 4, 5)):
            yield ConfirmLeaderReply(src, "n1", term, round)


def leases_of_old() -> Iterator[Case]:
    """A node that led once, and follows or stands now: what is left of its lease is worth nothing."""
    heard: tuple[Event, ...] = (
        *READS[:1],
        *QUESTIONS,
        ConfirmLeaderReply("n2", "n1", TERM, 4),
        Tick(1),
        HeartbeatTimeout(),
        RequestVoteReply("n2", "n1", TERM, True),
    )
    for began, end in product((NOW - 5, 3), (NOW - 8, NOW + 2)):
        for state in states(
            (FOLLOWER, CANDIDATE), leader=(None, "n2", "n3"), timer=(12, 1), commit_index=(0, 1)
        ):
            yield from crossed([state | _lease(began, end, "n2")], heard)
        for terms in ((2,), (1, 2)):
            follower = node(FOLLOWER, TERM, terms, leader="n2", commit_index=len(terms))
            yield from crossed([follower | _lease(began, end)], heard)
