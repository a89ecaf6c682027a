"""Raft as a function from fields to fields.

A step reads the node's fields into a frozen record, computes the record that comes next, and only then looks at
the two side by side: what differs is saved, applied and sent. Nothing below the line "from fields to fields"
changes anything.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from itertools import chain

from raftlab.log import Log
from raftlab.messages import (
    Answer,
    AppendEntries,
    AppendEntriesReply,
    Applied,
    Apply,
    ElectionTimeout,
    HardState,
    HeartbeatTimeout,
    LogEntry,
    NotLeader,
    Propose,
    RequestVote,
    RequestVoteReply,
    Role,
    Save,
    Send,
    Tick,
)

MESSAGES = (RequestVote, RequestVoteReply, AppendEntries, AppendEntriesReply)
EVENTS = (*MESSAGES, Tick, ElectionTimeout, HeartbeatTimeout, Propose)


@dataclass(frozen=True)
class Fields:
    """All that may change in a step."""

    role: Role
    term: int
    voted_for: str | None
    log: tuple[LogEntry, ...]
    leader: str | None
    votes: frozenset[str]
    commit_index: int
    last_applied: int
    next_index: Mapping[str, int]
    match_index: Mapping[str, int]
    waiting: Mapping[int, str]
    timer: int | None  # None: an election timeout is to be drawn
    beats: int = 0  # rounds of appends to everybody that this step has begun


PLAIN = tuple(field.name for field in fields(Fields) if field.name not in ("log", "beats"))


def term_at(log: tuple[LogEntry, ...], index: int) -> int | None:
    if index == 0:
        return 0
    return log[index - 1].term if 0 < index <= len(log) else None


def last_term(log: tuple[LogEntry, ...]) -> int:
    return log[-1].term if log else 0


def is_covered(log: tuple[LogEntry, ...], request: RequestVote) -> bool:
    return (request.last_log_term, request.last_log_index) >= (last_term(log), len(log))


def fits(log: tuple[LogEntry, ...], append: AppendEntries) -> bool:
    return term_at(log, append.prev_log_index) == (append.prev_log_term if append.prev_log_index else 0)


def merged(log: tuple[LogEntry, ...], append: AppendEntries) -> tuple[LogEntry, ...]:
    """The log after an append that fits: cut only where it is contradicted or where it ends."""
    for index, entry in enumerate(append.entries, append.prev_log_index + 1):
        if term_at(log, index) != entry.term:
            return log[: index - 1] + tuple(append.entries[index - append.prev_log_index - 1 :])
    return log


def first_difference(one: tuple[LogEntry, ...], other: tuple[LogEntry, ...]) -> int:
    """The lowest index at which two logs differ."""
    for index, (a, b) in enumerate(zip(one, other), 1):
        if a != b:
            return index
    return min(len(one), len(other)) + 1


class TonyRaft:
    def __init__(self, id, nodes, random, election_timeout=(15, 30), heartbeat_interval=5, saved=HardState()):
        self.id = id
        self.nodes = nodes
        self.random = random
        self.election_timeout = election_timeout
        self.heartbeat_interval = heartbeat_interval
        self.role = Role.FOLLOWER
        self.term = saved.term
        self.voted_for = saved.voted_for
        self.log = Log(saved.log)
        self.leader = None
        self.votes = frozenset()
        self.commit_index = 0
        self.last_applied = 0
        self.next_index = {}
        self.match_index = {}
        self.waiting = {}
        self.timer = self._drawn_timeout()

    def voters(self):
        return self.nodes

    def step(self, event):
        if not isinstance(event, EVENTS):
            return ()
        old = self._read()
        decided = self._after(old, event)
        new = self._with_all_applied(decided)
        if new.timer is None:
            new = replace(new, timer=self._drawn_timeout())
        self._write(old, new)
        return tuple(
            chain(
                self._saves(old, new),
                self._applies(old, new, decided.waiting),
                self._replies(new, event),
                self._requests(old, new),
            )
        )

    def _drawn_timeout(self) -> int:
        shortest, longest = self.election_timeout
        return shortest + int(self.random.random() * (longest - shortest + 1))

    def _read(self) -> Fields:
        return Fields(log=tuple(self.log), **{name: getattr(self, name) for name in PLAIN})

    def _write(self, old: Fields, new: Fields) -> None:
        for name in PLAIN:
            setattr(self, name, getattr(new, name))
        if new.log != old.log:
            index = first_difference(old.log, new.log)
            self.log.replace_from(index, new.log[index - 1 :])

    # -- What follows from the difference -----------------------------------------------------

    def _saves(self, old: Fields, new: Fields) -> Iterator[Save]:
        if (old.term, old.voted_for, old.log) != (new.term, new.voted_for, new.log):
            index = first_difference(old.log, new.log)
            yield Save(new.term, new.voted_for, index, new.log[index - 1 :])

    def _applies(self, old: Fields, new: Fields, waiting: Mapping[int, str]) -> Iterator[Apply | Answer]:
        for index in range(old.last_applied + 1, new.last_applied + 1):
            yield Apply(index, new.log[index - 1])
            if waiting.get(index) is not None:
                yield Answer(waiting[index], Applied(index))

    def _replies(self, new: Fields, event) -> Iterator[Send | Answer]:
        now = isinstance(event, MESSAGES) and event.term == new.term
        match event:
            case RequestVote():
                granted = now and new.voted_for == event.src and is_covered(new.log, event)
                yield Send(RequestVoteReply(self.id, event.src, new.term, granted))
            case AppendEntries() if not (now and new.role is Role.LEADER):
                success = now and fits(new.log, event)
                end = event.prev_log_index + len(event.entries) if success else 0
                yield Send(AppendEntriesReply(self.id, event.src, new.term, success, event.prev_log_index, end))
            case Propose(client=client) if client is not None and new.role is not Role.LEADER:
                yield Answer(client, NotLeader(new.leader))

    def _requests(self, old: Fields, new: Fields) -> Iterator[Send]:
        others = [node for node in self.nodes if node != self.id]
        if new.term > old.term and new.voted_for == self.id:
            for node in others:
                yield Send(RequestVote(self.id, node, new.term, len(new.log), last_term(new.log)))
        if new.role is Role.LEADER:
            everybody = new.beats > old.beats or len(new.log) > len(old.log)
            for node in others:
                before, after = old.next_index.get(node, 0), new.next_index[node]
                again = after < before  # it has refused
                more = before < after <= len(new.log)  # it has accepted, and lacks entries still
                if everybody or again or more:
                    yield Send(self._append(new, node))

    def _append(self, f: Fields, node: str) -> AppendEntries:
        prev = f.next_index[node] - 1
        return AppendEntries(self.id, node, f.term, prev, term_at(f.log, prev), f.log[prev:], f.commit_index)

    # -- From fields to fields ----------------------------------------------------------------

    def _after(self, f: Fields, event) -> Fields:
        if isinstance(event, MESSAGES) and event.term > f.term:
            f = self._in_term(f, event.term)
        match event:
            case RequestVote():
                return self._after_request_vote(f, event)
            case RequestVoteReply():
                return self._after_vote(f, event)
            case AppendEntries():
                return self._after_append(f, event)
            case AppendEntriesReply():
                return self._after_append_reply(f, event)
            case Tick(n):
                return self._after_ticks(f, n)
            case ElectionTimeout():
                return f if f.role is Role.LEADER else self._as_candidate(f)
            case HeartbeatTimeout():
                return self._with_heartbeat(f) if f.role is Role.LEADER else f
            case Propose():
                return self._after_proposal(f, event) if f.role is Role.LEADER else f
        return f

    def _as_follower(self, f: Fields) -> Fields:
        timer = None if f.role is Role.LEADER else f.timer
        return replace(
            f, role=Role.FOLLOWER, votes=frozenset(), next_index={}, match_index={}, waiting={}, timer=timer
        )

    def _in_term(self, f: Fields, term: int) -> Fields:
        return replace(self._as_follower(f), term=term, voted_for=None, leader=None)

    def _as_candidate(self, f: Fields) -> Fields:
        return self._counted(
            replace(
                f,
                role=Role.CANDIDATE,
                term=f.term + 1,
                voted_for=self.id,
                leader=None,
                votes=frozenset({self.id}),
                timer=None,
            )
        )

    def _counted(self, f: Fields) -> Fields:
        """A candidate becomes the leader if it has the votes."""
        if 2 * len(f.votes) <= len(self.nodes):
            return f
        end = len(f.log)
        return replace(
            self._with_heartbeat(f),
            role=Role.LEADER,
            leader=self.id,
            next_index={node: end + 1 for node in self.nodes if node != self.id},
            match_index={node: end if node == self.id else 0 for node in self.nodes},
            waiting={},
        )

    def _with_heartbeat(self, f: Fields) -> Fields:
        return replace(f, timer=self.heartbeat_interval, beats=f.beats + 1)

    def _after_ticks(self, f: Fields, n: int) -> Fields:
        f = replace(f, timer=f.timer - n)
        if f.timer > 0:
            return f
        return self._with_heartbeat(f) if f.role is Role.LEADER else self._as_candidate(f)

    def _after_request_vote(self, f: Fields, request: RequestVote) -> Fields:
        if (
            request.term == f.term
            and f.role is Role.FOLLOWER
            and f.voted_for in (None, request.src)
            and is_covered(f.log, request)
        ):
            return replace(f, voted_for=request.src, timer=None)
        return f

    def _after_vote(self, f: Fields, reply: RequestVoteReply) -> Fields:
        if f.role is Role.CANDIDATE and reply.term == f.term and reply.vote_granted and reply.src in self.nodes:
            return self._counted(replace(f, votes=frozenset(f.votes) | {reply.src}))
        return f

    def _after_append(self, f: Fields, append: AppendEntries) -> Fields:
        if append.term < f.term or f.role is Role.LEADER:
            return f
        f = replace(self._as_follower(f), leader=append.src, timer=None)
        if not fits(f.log, append):
            return f
        confirmed = min(append.leader_commit, append.prev_log_index + len(append.entries))
        return replace(f, log=merged(f.log, append), commit_index=max(f.commit_index, confirmed))

    def _after_append_reply(self, f: Fields, reply: AppendEntriesReply) -> Fields:
        if f.role is not Role.LEADER or reply.term != f.term or reply.src not in f.next_index:
            return f
        known, following = f.match_index.get(reply.src, 0), f.next_index[reply.src]
        if reply.success:
            known = max(known, reply.match_index)
            following = max(following, known + 1)
        elif reply.prev_log_index > known:  # else it is older than what is known by now
            following = max(known + 1, following - 1)
        return self._with_majority_committed(
            replace(
                f,
                match_index={**f.match_index, reply.src: known},
                next_index={**f.next_index, reply.src: following},
            )
        )

    def _after_proposal(self, f: Fields, proposal: Propose) -> Fields:
        log = (*f.log, LogEntry(f.term, proposal.command))
        waiting = f.waiting if proposal.client is None else {**f.waiting, len(log): proposal.client}
        return self._with_majority_committed(
            replace(f, log=log, match_index={**f.match_index, self.id: len(log)}, waiting=waiting)
        )

    def _with_majority_committed(self, f: Fields) -> Fields:
        stored = sorted(len(f.log) if node == self.id else f.match_index.get(node, 0) for node in self.nodes)
        index = stored[(len(stored) - 1) // 2]  # this node and all after it have the entry: a majority
        if index > f.commit_index and term_at(f.log, index) == f.term:
            return replace(f, commit_index=index)
        return f

    def _with_all_applied(self, f: Fields) -> Fields:
        if f.commit_index <= f.last_applied:
            return f
        waiting = {index: client for index, client in f.waiting.items() if index > f.commit_index}
        return replace(f, last_applied=f.commit_index, waiting=waiting)
