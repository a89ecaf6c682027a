"""Raft through a table of handlers: each kind of event has one, and each gets a fresh Outbox to write in."""

from dataclasses import InitVar, dataclass, field
from itertools import chain, dropwhile, islice, zip_longest
from typing import Any

from raftlab.log import Log
from raftlab.messages import (
    Answer,
    AppendEntries,
    AppendEntriesReply,
    Applied,
    Apply,
    Because,
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

WITH_TERM = (RequestVote, RequestVoteReply, AppendEntries, AppendEntriesReply)


@dataclass
class Outbox:
    """The effects of one step, sorted as they leave: answers at once, disk, applications, then the network."""

    saves: list = field(default_factory=list)
    applications: list = field(default_factory=list)
    sends: list = field(default_factory=list)

    def flush(self) -> tuple:
        return tuple(chain(self.saves, self.applications, self.sends))


@dataclass(frozen=True)
class Place:
    """A point in a log."""

    index: int
    term: int

    def is_in(self, log: Log) -> bool:
        return self.index == 0 or log.term_at(self.index) == self.term


@dataclass(eq=False, repr=False)
class GraceRaft:
    id: str
    nodes: tuple
    random: Any
    election_timeout: tuple = (15, 30)
    heartbeat_interval: int = 5
    saved: InitVar[HardState] = HardState()

    timer: int = field(init=False, default=0)
    role: Role = field(init=False, default=Role.FOLLOWER)
    leader: Any = field(init=False, default=None)
    votes: set = field(init=False, default_factory=set)
    commit_index: int = field(init=False, default=0)
    last_applied: int = field(init=False, default=0)
    next_index: dict = field(init=False, default_factory=dict)
    match_index: dict = field(init=False, default_factory=dict)
    waiting: dict = field(init=False, default_factory=dict)

    def __post_init__(self, saved):
        self.timer = self.new_timeout()
        self.term, self.voted_for = saved.term, saved.voted_for
        self.log = Log(saved.log)

    def voters(self):
        return self.nodes

    def step(self, event):
        box = Outbox()
        handler = self.HANDLERS.get(type(event))
        if handler is not None:
            if isinstance(event, WITH_TERM) and event.term > self.term:
                self.see_later_term(event.term, box)
            handler(self, event, box)
        self.apply(box)
        return box.flush()

    # Timers

    def on_tick(self, event, box):
        self.timer -= event.n
        if self.timer > 0:
            return
        if self.role is Role.LEADER:
            self.on_heartbeat_timeout(event, box)
        else:
            self.on_election_timeout(event, box)

    def on_heartbeat_timeout(self, _, box):
        if self.role is Role.LEADER:
            self.timer = self.heartbeat_interval
            box.sends.append(Because("LE-1"))
            box.sends.extend(map(self.append_to, self.peers()))

    def on_election_timeout(self, _, box):
        if self.role is Role.LEADER:
            return
        box.saves.append(Because("CA-4" if self.role is Role.CANDIDATE else "FO-2"))
        self.role = Role.CANDIDATE
        self.leader = None
        self.term += 1
        self.voted_for = self.id
        self.votes = {self.id}
        self.save(box)
        self.timer = self.new_timeout()
        box.sends.append(Because("CA-1"))
        for peer in self.peers():
            box.sends.append(
                Send(RequestVote(self.id, peer, self.term, self.log.last_index, self.log.last_term))
            )
        self.lead_if_elected(box)

    # Clients

    def on_propose(self, event, box):
        if self.role is not Role.LEADER:
            if event.client is not None:
                box.saves.append(Answer(event.client, NotLeader(self.leader)))
            return
        box.saves.append(Because("LE-2"))
        index = self.log.append(LogEntry(self.term, event.command))
        self.match_index[self.id] = index
        if event.client is not None:
            self.waiting[index] = event.client
        self.save(box, index)
        box.sends.append(Because("LE-3"))
        box.sends.extend(map(self.append_to, self.peers()))
        self.commit()

    # Votes

    def on_request_vote(self, event, box):
        if event.term < self.term:
            granted = False
            box.sends.append(Because("RV-1"))
        else:
            granted = self.voted_for in {None, event.src} and self.log.is_covered_by(
                event.last_log_index, event.last_log_term
            )
            box.sends.append(Because("RV-2"))
        if granted:
            self.voted_for = event.src
            self.timer = self.new_timeout()
        self.save(box)  # also for a refusal, and for a vote that was given before
        box.sends.append(Send(RequestVoteReply(self.id, event.src, self.term, granted)))

    def on_request_vote_reply(self, event, box):
        if self.role is Role.CANDIDATE and event.term == self.term and event.vote_granted:
            self.votes = set(self.votes) | {event.src}
            self.lead_if_elected(box)

    def lead_if_elected(self, box):
        if 2 * len(set(self.votes) & set(self.nodes)) <= len(self.nodes):
            return
        box.sends.append(Because("CA-2"))
        self.role = Role.LEADER
        self.leader = self.id
        self.waiting = {}
        self.next_index = {peer: self.log.last_index + 1 for peer in self.peers()}
        self.match_index = {peer: 0 for peer in self.peers()} | {self.id: self.log.last_index}
        self.on_heartbeat_timeout(None, box)

    # Followers

    def on_append_entries(self, event, box):
        if event.term < self.term:
            box.sends.append(Because("AE-1"))
            self.reply(event, False, box)
            return
        if self.role is Role.LEADER:
            return  # cannot be: a term has one leader
        if self.role is Role.CANDIDATE:
            box.saves.append(Because("CA-3"))
        self.role = Role.FOLLOWER
        self.leader = event.src
        self.timer = self.new_timeout()
        if not Place(event.prev_log_index, event.prev_log_term).is_in(self.log):
            box.sends.append(Because("AE-2"))
            self.reply(event, False, box)
            return
        mine = (entry.term for entry in islice(self.log, event.prev_log_index, None))
        theirs = (entry.term for entry in event.entries)
        pairs = enumerate(islice(zip_longest(theirs, mine), len(event.entries)))
        different = next(dropwhile(lambda pair: pair[1][0] == pair[1][1], pairs), None)
        if different is None:
            self.save(box)  # nothing new; written all the same
        else:
            box.saves.append(Because("AE-4" if different[1][1] is None else "AE-3"))
            self.log.replace_from(event.prev_log_index + 1, event.entries)
            self.save(box, event.prev_log_index + 1)
        confirmed = event.prev_log_index + len(event.entries)
        self.commit_index = max(self.commit_index, min(event.leader_commit, confirmed))
        self.reply(event, True, box)

    def reply(self, event, success, box):
        match = event.prev_log_index + len(event.entries) if success else self.log.last_index
        box.sends.append(
            Send(AppendEntriesReply(self.id, event.src, self.term, success, event.prev_log_index, match))
        )

    # Leaders

    def on_append_entries_reply(self, event, box):
        if self.role is not Role.LEADER or event.term != self.term or event.src not in self.peers():
            return
        peer = event.src
        if event.success:
            box.saves.append(Because("LE-3a"))
            self.match_index[peer] = max(self.match_index[peer], event.match_index)
            self.next_index[peer] = max(self.next_index[peer], self.match_index[peer] + 1)
            self.commit()
        elif self.match_index[peer] < event.prev_log_index < self.next_index[peer]:
            box.saves.append(Because("LE-3b"))
            self.next_index[peer] = event.prev_log_index
            box.sends.append(self.append_to(peer))

    def append_to(self, peer):
        start = self.next_index[peer]
        return Send(
            AppendEntries(
                self.id,
                peer,
                self.term,
                start - 1,
                self.log.term_at(start - 1),
                self.log.entries_from(start),
                self.commit_index,
            )
        )

    def commit(self):
        everybody = {**self.match_index, self.id: self.log.last_index}
        for index in range(self.commit_index + 1, self.log.last_index + 1):
            stored = sum(everybody[node] >= index for node in self.nodes)
            if 2 * stored > len(self.nodes) and self.log.term_at(index) == self.term:
                self.commit_index = index

    # Everybody

    def see_later_term(self, term, box):
        box.saves.append(Because("ALL-2"))
        if self.role is Role.LEADER:
            self.timer = self.new_timeout()
            self.waiting = {}
        self.role = Role.FOLLOWER
        self.term = term
        self.voted_for = None
        self.leader = None
        self.save(box)

    def save(self, box, index=None):
        """Write term and vote, and the log from `index` on; without an index, the log has not changed."""
        start = self.log.last_index + 1 if index is None else index
        box.saves.append(Save(self.term, self.voted_for, start, self.log.entries_from(start)))

    def apply(self, box):
        fresh = range(self.last_applied + 1, self.commit_index + 1)
        if fresh:
            box.applications.append(Because("ALL-1"))
        for index in fresh:
            self.last_applied = index
            box.applications.append(Apply(index, self.log.entry(index)))
            client = self.waiting.pop(index, None)
            if client is not None:
                box.applications.append(Answer(client, Applied(index)))

    def peers(self):
        """All others, from the last one to the first."""
        return [node for node in reversed(self.nodes) if node != self.id]

    def new_timeout(self):
        shortest, longest = self.election_timeout
        return range(shortest, longest + 1)[int(self.random.random() * (longest - shortest + 1))]

    HANDLERS = {
        Tick: on_tick,
        ElectionTimeout: on_election_timeout,
        HeartbeatTimeout: on_heartbeat_timeout,
        Propose: on_propose,
        RequestVote: on_request_vote,
        RequestVoteReply: on_request_vote_reply,
        AppendEntries: on_append_entries,
        AppendEntriesReply: on_append_entries_reply,
    }
