"""Raft as in Figure 2 of the paper, and nothing more.

`step(event)` gives a node one event: a message, a tick of the clock, a command of a client. It
returns effects: what to save, to send, to apply and to answer, in this order. A node has no clock,
no network and no disk of its own, and its only dice are the `random` that it is given. So the same
events always lead to the same effects.

    handlers     on_request_vote, on_append_entries, ...    one per message, in the paper's order
    transitions  become_follower, become_candidate, become_leader
    seams        admit, campaign, voters, is_quorum, ...    methods that extensions override

Where a rule is applied, the code names it: `because="RV-1"`. `rules.py` has a sentence for each rule.
"""

from collections.abc import Collection
from random import Random

from raftlab.log import Log
from raftlab.messages import (
    HANDLERS,
    MESSAGES,
    Answer,
    AppendEntries,
    AppendEntriesReply,
    Applied,
    Apply,
    Because,
    Effect,
    ElectionTimeout,
    Event,
    HardState,
    HeartbeatTimeout,
    LogEntry,
    Message,
    NotLeader,
    Propose,
    RequestVote,
    RequestVoteReply,
    Result,
    Role,
    Save,
    Send,
    Tick,
)
from raftlab.rules import RULE_BOOK

BECAUSE = {rule: Because(rule) for rule in RULE_BOOK}


def majority(count: int) -> int:
    """The smallest number that is more than half of `count` nodes. (5.1)"""
    return count // 2 + 1


class Raft:
    """One node of a cluster that agrees on a log."""

    messages: tuple[type, ...] = (RequestVote, RequestVoteReply, AppendEntries, AppendEntriesReply)
    rules = RULE_BOOK

    def __init__(
        self,
        id: str,
        nodes: tuple[str, ...],
        random: Random,
        election_timeout: tuple[int, int] = (15, 30),  # ticks, both ends included
        heartbeat_interval: int = 5,  # ticks
        saved: HardState = HardState(),  # noqa: B008 - a default that is immutable does no harm
    ):
        self.id = id
        self.nodes = nodes
        self.random = random
        self.election_timeout = election_timeout
        self.heartbeat_interval = heartbeat_interval
        # Persistent: what the last Save wrote. (ST-P1, ST-P2, ST-P3)
        self.term = saved.term
        self.voted_for = saved.voted_for
        self.snapshot = saved.snapshot  # takes the place of the log's first entries; empty in Figure 2
        self.log = Log(saved.log, saved.snapshot.index, saved.snapshot.term)
        # Volatile: a restarted node begins with these values again. (ST-V1, ST-V2)
        self.commit_index = self.log.start
        self.last_applied = self.log.start
        self.role = Role.FOLLOWER
        self.leader: str | None = None
        self.votes: frozenset[str] = frozenset()
        self.next_index: dict[str, int] = {}
        self.match_index: dict[str, int] = {}
        self.waiting: dict[int, str] = {}  # index -> the client to answer when that entry is applied
        self._effects: list[Effect] = []
        self.reset_election_timer()

    def step(self, event: Event) -> tuple[Effect, ...]:
        """Handle one event and return its effects, in the order in which they are to be carried out."""
        self._effects = []
        kind = type(event)
        if kind not in MESSAGES or self.admit(event):  # type: ignore[arg-type]
            getattr(self, HANDLERS[kind], self.ignore)(event)
        return tuple(self._effects)

    def admit(self, msg: Message) -> bool:
        """A node that sees a later term adopts it and becomes a follower. (ALL-2, 5.1)"""
        if msg.term > self.term:
            self.because("ALL-2")
            self.become_follower(msg.term)
        return True

    def ignore(self, event: Event) -> None:
        """Do nothing about an event that this node has no handler for."""

    # -- Time ---------------------------------------------------------------------------------

    def on_tick(self, event: Tick) -> None:
        """Count down the node's one timer: for heartbeats if it leads, for elections otherwise."""
        self.timer -= event.n
        if self.timer <= 0:
            if self.role is Role.LEADER:
                self.on_heartbeat_timeout(HeartbeatTimeout())
            else:
                self.on_election_timeout(ElectionTimeout())

    def on_election_timeout(self, event: ElectionTimeout) -> None:
        """Start an election: for a whole election timeout no leader was heard and no vote given. (FO-2, CA-4, 5.2)"""
        if self.role is not Role.LEADER:
            self.because("CA-4" if self.role is Role.CANDIDATE else "FO-2")
            self.campaign()

    def on_heartbeat_timeout(self, event: HeartbeatTimeout) -> None:
        """A leader sends heartbeats when it has sent nothing for a heartbeat interval. (LE-1, 5.2)"""
        if self.role is Role.LEADER:
            self.because("LE-1")
            self.broadcast_entries()

    # -- Elections: RequestVote ----------------------------------------------------------------

    def campaign(self) -> None:
        """Become a candidate and ask all other voters for their votes. (CA-1, 5.2)"""
        self.become_candidate()
        for peer in self.peers():
            self.send(RequestVote(self.id, peer, self.term, self.log.last_index, self.log.last_term))
        self.count_votes()  # in a cluster of one node, its own vote is a majority

    def on_request_vote(self, msg: RequestVote) -> None:
        """Give one vote in each term, and only to a candidate whose log is at least as up to date. (RV-1, RV-2, UTD, 5.2, 5.4)"""
        if msg.term < self.term:
            self.reply_vote(msg, vote_granted=False, because="RV-1")
        elif self.voted_for not in (None, msg.src):
            self.reply_vote(msg, vote_granted=False, because="RV-2")
        elif not self.log.is_covered_by(msg.last_log_index, msg.last_log_term):
            self.reply_vote(msg, vote_granted=False, because="UTD")
        else:
            self.voted_for = msg.src
            self.save()  # before the reply: a node that forgot its vote in a crash could vote twice
            self.reset_election_timer()  # only for a granted vote: a candidate that cannot win must not delay us
            self.reply_vote(msg, vote_granted=True, because="RV-2")

    def on_request_vote_reply(self, msg: RequestVoteReply) -> None:
        """Count a vote, if it is of the current election; each voter counts once. (CA-2, 5.2)"""
        if self.role is Role.CANDIDATE and msg.term == self.term and msg.vote_granted:
            self.votes |= {msg.src}
            self.count_votes()

    def count_votes(self) -> None:
        """A candidate with the votes of a majority becomes leader. (CA-2, 5.2)"""
        if self.is_quorum(self.votes):
            self.because("CA-2")
            self.become_leader()

    # -- Replication: AppendEntries --------------------------------------------------------------

    def on_append_entries(self, msg: AppendEntries) -> None:
        """Follow the leader of the term, and store its entries if our log has the entry before them. (AE-1 to AE-5, 5.3)"""
        if msg.term < self.term:
            self.reply_append(msg, success=False, because="AE-1")
            return
        if self.role is Role.CANDIDATE:
            self.because("CA-3")
            self.become_follower(self.term)
        self.leader = msg.src
        self.reset_election_timer()
        if self.log.term_at(msg.prev_log_index) != msg.prev_log_term:
            self.reply_append(msg, success=False, because="AE-2")
            return
        self.store(msg.prev_log_index + 1, msg.entries)
        last_new = msg.prev_log_index + len(msg.entries)
        # Not beyond the last entry that this append confirms: later entries here may contradict the leader's log.
        if (commit_index := min(msg.leader_commit, last_new)) > self.commit_index:
            self.commit(commit_index, because="AE-5")
        self.reply_append(msg, success=True, match_index=last_new, because="FO-1")

    def store(self, index: int, entries: tuple[LogEntry, ...]) -> None:
        """Store a leader's entries from `index` on: delete only what contradicts them, append only what is missing. (AE-3, AE-4, 5.3)"""
        for offset, entry in enumerate(entries):
            term = self.log.term_at(index + offset)
            if term == entry.term:
                continue  # already here: a late, shorter append must not delete the entries after it
            self.because("AE-4" if term is None else "AE-3")
            self.log.replace_from(index + offset, entries[offset:])
            self.save(from_index=index + offset)
            return

    def on_append_entries_reply(self, msg: AppendEntriesReply) -> None:
        """Learn up to which entry a follower's log agrees with ours, or try again with an earlier one. (LE-3a, LE-3b, 5.3)"""
        if self.role is not Role.LEADER or msg.term < self.term:
            return
        if msg.success:
            self.because("LE-3a")
            # Replies may overtake each other: an older one must not lower what a newer one has proved.
            self.match_index[msg.src] = max(self.match_index[msg.src], msg.match_index)
            self.next_index[msg.src] = self.match_index[msg.src] + 1
            self.advance_commit_index()
        elif msg.prev_log_index == self.next_index[msg.src] - 1 > self.match_index[msg.src]:
            self.because("LE-3b")  # only if it refuses our latest guess: a late refusal says nothing new
            self.next_index[msg.src] = self.step_back(msg)
            self.replicate(msg.src)

    def step_back(self, msg: AppendEntriesReply) -> int:
        """The next index to try after a refusal: one entry earlier. (LE-3b, 5.3)"""
        return msg.prev_log_index

    def advance_commit_index(self) -> None:
        """Commit the newest entry that a majority has stored, if it is of our own term. (LE-4, 5.3, 5.4)"""
        for index in sorted(self.match_index.values(), reverse=True):
            if index <= self.commit_index:
                return
            if self.is_quorum([node for node, match in self.match_index.items() if match >= index]):
                # An entry of an older term may still be overwritten, even if a majority has it (Figure 8).
                if self.log.term_at(index) == self.term:
                    self.commit(index, because="LE-4")
                return

    def replicate(self, peer: str) -> None:
        """Send a peer the entries from its next index on. If there are none, this is a heartbeat. (LE-3, 5.3)"""
        prev = self.next_index[peer] - 1
        entries = self.log.entries_from(prev + 1)
        self.send(
            AppendEntries(
                self.id, peer, self.term, prev, self.log.term_at(prev) or 0, entries, self.commit_index
            )
        )

    # -- Clients ---------------------------------------------------------------------------------

    def on_propose(self, event: Propose) -> None:
        """A leader appends the command to its own log and sends it to all; other nodes refuse it. (LE-2, 5.3)"""
        if self.role is not Role.LEADER:
            self.answer(event.client, NotLeader(self.leader))
            return
        self.because("LE-2")
        index = self.log.append(LogEntry(self.term, event.command))
        self.save(from_index=index)
        if event.client is not None:
            self.waiting[index] = event.client
        self.match_index[self.id] = index
        self.because("LE-3")
        self.broadcast_entries()
        self.advance_commit_index()  # in a cluster of one node, its own copy is a majority

    # -- Transitions -------------------------------------------------------------------------------

    def become_follower(self, term: int) -> None:
        """Forget what only candidates and leaders need. In a new term the node has not voted yet. (5.1)"""
        if self.role is Role.LEADER:
            self.reset_election_timer()  # the heartbeat timer is far shorter than an election timeout
        self.role = Role.FOLLOWER
        self.leader = None
        self.votes = frozenset()
        self.next_index, self.match_index, self.waiting = {}, {}, {}
        if term > self.term:
            self.term, self.voted_for = term, None
            self.save()

    def become_candidate(self) -> None:
        """Raise the term, vote for oneself, and start the election timer again. (CA-1, 5.2)"""
        self.because("CA-1")
        self.role = Role.CANDIDATE
        self.leader = None
        self.term += 1
        self.voted_for = self.id
        self.votes = frozenset({self.id})
        self.save()  # before the requests: no node may see a term that we could forget in a crash
        self.reset_election_timer()

    def become_leader(self) -> None:
        """Guess that all logs end where ours does, know nothing of them yet, and send heartbeats at once. (ST-L1, ST-L2, LE-1)"""
        self.role = Role.LEADER
        self.leader = self.id
        self.next_index = dict.fromkeys(self.peers(), self.log.last_index + 1)
        self.match_index = dict.fromkeys(self.voters(), 0) | {self.id: self.log.last_index}
        self.because("LE-1")
        self.broadcast_entries()

    # -- Helpers that the rules are written with -----------------------------------------------------

    def voters(self) -> tuple[str, ...]:
        """The nodes that have a vote."""
        return self.nodes

    def peers(self) -> list[str]:
        """The other voters."""
        return [node for node in self.voters() if node != self.id]

    def is_quorum(self, nodes: Collection[str]) -> bool:
        """Are these nodes a majority of all voters, including those that have crashed?"""
        return len(nodes) >= majority(len(self.voters()))

    def reset_election_timer(self) -> None:
        """Wait for a random time, so that the timers of two nodes seldom run out together. (5.2)"""
        shortest, longest = self.election_timeout
        self.timeout = self.timer = shortest + int(self.random.random() * (longest - shortest + 1))

    def has_live_leader(self) -> bool:
        """Is this node the leader, or has it heard one less than the shortest election timeout ago?"""
        waited = self.timeout - self.timer
        return self.leader == self.id or (self.leader is not None and waited < self.election_timeout[0])

    def broadcast_entries(self) -> None:
        """Send each peer the entries that it lacks, and start the heartbeat timer again."""
        self.timer = self.heartbeat_interval
        for peer in self.peers():
            self.replicate(peer)

    def commit(self, index: int, because: str) -> None:
        """Raise the commit index, then apply the entries up to it and answer the clients that wait for them. (ALL-1, 5.3)"""
        self.because(because)
        self.commit_index = index
        while self.last_applied < self.commit_index:
            self.because("ALL-1")
            self.last_applied += 1
            self.apply(self.last_applied)
            self.answer(self.waiting.pop(self.last_applied, None), Applied(self.last_applied))

    def emit(self, effect: Effect) -> None:
        """Add an effect to those that this step returns; they are carried out in this order."""
        self._effects.append(effect)

    def because(self, rule: str) -> None:
        """Record which rule was applied."""
        self.emit(BECAUSE[rule])

    def save(self, from_index: int | None = None) -> None:
        """Save term and vote to disk, and the log from an index on if it has changed. (ST-P0)"""
        index = self.log.last_index + 1 if from_index is None else from_index
        self.emit(Save(self.term, self.voted_for, index, self.log.entries_from(index)))

    def send(self, msg: Message) -> None:
        """Send a message."""
        self.emit(Send(msg))

    def apply(self, index: int) -> None:
        """Let the state machine apply the entry at an index. (ALL-1)"""
        self.emit(Apply(index, self.log.entry(index)))

    def answer(self, client: str | None, result: Result) -> None:
        """Answer a client, if one is waiting. (LE-2)"""
        if client is not None:
            self.emit(Answer(client, result))

    def reply_vote(self, msg: RequestVote, vote_granted: bool, because: str) -> None:
        """Answer a candidate, and name the rule behind the answer."""
        self.because(because)
        self.send(RequestVoteReply(self.id, msg.src, self.term, vote_granted))

    def reply_append(self, msg: AppendEntries, success: bool, because: str, match_index: int = 0) -> None:
        """Answer a leader, and name the rule behind the answer."""
        self.because(because)
        self.send(AppendEntriesReply(self.id, msg.src, self.term, success, msg.prev_log_index, match_index))
