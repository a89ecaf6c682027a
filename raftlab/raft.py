"""Raft, as Figure 2 of the paper has it, and nothing more.

A node is told what happens (`step(event)`) and says what is to be done about it (effects, in
order). It has no clock, no network, no disk and no dice but the `random` it is given, so the same
events always lead to the same effects.

    handlers     on_request_vote, on_append_entries, ...    one per message, in the paper's order
    transitions  become_follower, become_candidate, become_leader
    seams        admit, campaign, voters, is_quorum, ...    where extensions may differ

Wherever a rule fires, the branch that fires says which one: `because="RV-1"`. The sentence behind
it stands in `rules.py`.
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
    """How many of so many nodes are more than half of them. (5.1)"""
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
        saved: HardState = HardState(),  # noqa: B008 - it is immutable
    ):
        self.id = id
        self.nodes = nodes
        self.random = random
        self.election_timeout = election_timeout
        self.heartbeat_interval = heartbeat_interval
        # Persistent: what the last Save wrote. (ST-P1, ST-P2, ST-P3)
        self.term = saved.term
        self.voted_for = saved.voted_for
        self.snapshot = saved.snapshot  # what stands before the log: in Figure 2, nothing
        self.log = Log(saved.log, saved.snapshot.index, saved.snapshot.term)
        # Volatile: begins anew after every crash. (ST-V1, ST-V2)
        self.commit_index = self.log.start
        self.last_applied = self.log.start
        self.role = Role.FOLLOWER
        self.leader: str | None = None
        self.votes: frozenset[str] = frozenset()
        self.next_index: dict[str, int] = {}
        self.match_index: dict[str, int] = {}
        self.waiting: dict[int, str] = {}  # the client to answer once the entry at this index is applied
        self._effects: list[Effect] = []
        self.reset_election_timer()

    def step(self, event: Event) -> tuple[Effect, ...]:
        """Take one event; return what is to be done about it, in this order."""
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
        """What this node knows nothing of, it leaves alone."""

    # -- Time ---------------------------------------------------------------------------------

    def on_tick(self, event: Tick) -> None:
        """A node has one timer: a leader's is for heartbeats, everyone else's for elections."""
        self.timer -= event.n
        if self.timer <= 0:
            if self.role is Role.LEADER:
                self.on_heartbeat_timeout(HeartbeatTimeout())
            else:
                self.on_election_timeout(ElectionTimeout())

    def on_election_timeout(self, event: ElectionTimeout) -> None:
        """No leader was heard, and no vote given, for a whole election timeout. (FO-2, CA-4, 5.2)"""
        if self.role is not Role.LEADER:
            self.because("CA-4" if self.role is Role.CANDIDATE else "FO-2")
            self.campaign()

    def on_heartbeat_timeout(self, event: HeartbeatTimeout) -> None:
        """A leader that has been silent for a heartbeat interval speaks to everyone. (LE-1, 5.2)"""
        if self.role is Role.LEADER:
            self.because("LE-1")
            self.broadcast_entries()

    # -- Elections: RequestVote ----------------------------------------------------------------

    def campaign(self) -> None:
        """Try to become leader."""
        self.become_candidate()
        for peer in self.peers():
            self.send(RequestVote(self.id, peer, self.term, self.log.last_index, self.log.last_term))
        self.count_votes()  # alone in the cluster, one's own vote is a majority

    def on_request_vote(self, msg: RequestVote) -> None:
        """One vote a term, and only for a log no worse than ours. (RV-1, RV-2, UTD, 5.2, 5.4)"""
        if msg.term < self.term:
            self.reply_vote(msg, vote_granted=False, because="RV-1")
        elif self.voted_for not in (None, msg.src):
            self.reply_vote(msg, vote_granted=False, because="RV-2")
        elif not self.log.is_covered_by(msg.last_log_index, msg.last_log_term):
            self.reply_vote(msg, vote_granted=False, because="UTD")
        else:
            self.voted_for = msg.src
            self.save()  # before the reply: a vote lost in a crash could be given twice
            self.reset_election_timer()  # only for a granted vote: hopeless candidates must not hold us back
            self.reply_vote(msg, vote_granted=True, because="RV-2")

    def on_request_vote_reply(self, msg: RequestVoteReply) -> None:
        """Votes count for the election they were given in, and each voter counts once. (CA-2, 5.2)"""
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
        """Follow the leader of the term, and take its entries where our logs meet. (AE-1 to AE-5, 5.3)"""
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
        # Never past the last entry just confirmed: what follows it here may contradict the leader's log.
        if (commit_index := min(msg.leader_commit, last_new)) > self.commit_index:
            self.commit(commit_index, because="AE-5")
        self.reply_append(msg, success=True, match_index=last_new, because="FO-1")

    def store(self, index: int, entries: tuple[LogEntry, ...]) -> None:
        """Take a leader's entries, the first at an index: delete only what contradicts them, append only what is missing. (AE-3, AE-4, 5.3)"""
        for offset, entry in enumerate(entries):
            term = self.log.term_at(index + offset)
            if term == entry.term:
                continue  # already here: a late, shorter append must not cut off what came after it
            self.because("AE-4" if term is None else "AE-3")
            self.log.replace_from(index + offset, entries[offset:])
            self.save(from_index=index + offset)
            return

    def on_append_entries_reply(self, msg: AppendEntriesReply) -> None:
        """Learn where a follower's log agrees with ours, or step back and try again. (LE-3a, LE-3b, 5.3)"""
        if self.role is not Role.LEADER or msg.term < self.term:
            return
        if msg.success:
            self.because("LE-3a")
            # Replies may overtake each other: an older one must not take back what a newer one proved.
            self.match_index[msg.src] = max(self.match_index[msg.src], msg.match_index)
            self.next_index[msg.src] = self.match_index[msg.src] + 1
            self.advance_commit_index()
        elif msg.prev_log_index == self.next_index[msg.src] - 1 > self.match_index[msg.src]:
            self.because("LE-3b")  # only for our latest guess: a late refusal says nothing new
            self.next_index[msg.src] = self.step_back(msg)
            self.replicate(msg.src)

    def step_back(self, msg: AppendEntriesReply) -> int:
        """The next guess of where the logs may meet: one entry earlier. (LE-3b, 5.3)"""
        return msg.prev_log_index

    def advance_commit_index(self) -> None:
        """Commit the newest entry that a majority holds, if it is of our own term. (LE-4, 5.3, 5.4)"""
        for index in sorted(self.match_index.values(), reverse=True):
            if index <= self.commit_index:
                return
            if self.is_quorum([node for node, match in self.match_index.items() if match >= index]):
                # An older term's entry may still be overwritten, even on a majority (Figure 8).
                if self.log.term_at(index) == self.term:
                    self.commit(index, because="LE-4")
                return

    def replicate(self, peer: str) -> None:
        """Send a peer what it lacks from its next index on; nothing new makes a heartbeat. (LE-3, 5.3)"""
        prev = self.next_index[peer] - 1
        entries = self.log.entries_from(prev + 1)
        self.send(
            AppendEntries(
                self.id, peer, self.term, prev, self.log.term_at(prev) or 0, entries, self.commit_index
            )
        )

    # -- Clients ---------------------------------------------------------------------------------

    def on_propose(self, event: Propose) -> None:
        """Only a leader takes commands: into its own log first, then to everyone. (LE-2, 5.3)"""
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
        self.advance_commit_index()  # alone in the cluster, one's own copy is a majority

    # -- Transitions -------------------------------------------------------------------------------

    def become_follower(self, term: int) -> None:
        """Forget everything that only candidates and leaders know; a new term brings a new vote. (5.1)"""
        if self.role is Role.LEADER:
            self.reset_election_timer()  # a heartbeat timer is far too short to wait for a leader
        self.role = Role.FOLLOWER
        self.leader = None
        self.votes = frozenset()
        self.next_index, self.match_index, self.waiting = {}, {}, {}
        if term > self.term:
            self.term, self.voted_for = term, None
            self.save()

    def become_candidate(self) -> None:
        """Next term, a vote for oneself, a fresh random timer. (CA-1, 5.2)"""
        self.because("CA-1")
        self.role = Role.CANDIDATE
        self.leader = None
        self.term += 1
        self.voted_for = self.id
        self.votes = frozenset({self.id})
        self.save()  # before the requests: others must never see a term that a crash could take back
        self.reset_election_timer()

    def become_leader(self) -> None:
        """Assume that all logs end like ours, know nothing for sure, and be heard at once. (ST-L1, ST-L2, LE-1)"""
        self.role = Role.LEADER
        self.leader = self.id
        self.next_index = dict.fromkeys(self.peers(), self.log.last_index + 1)
        self.match_index = dict.fromkeys(self.voters(), 0) | {self.id: self.log.last_index}
        self.because("LE-1")
        self.broadcast_entries()

    # -- The small words the rules are written in ----------------------------------------------------

    def voters(self) -> tuple[str, ...]:
        """The nodes that have a vote."""
        return self.nodes

    def peers(self) -> list[str]:
        """The other voters."""
        return [node for node in self.voters() if node != self.id]

    def is_quorum(self, nodes: Collection[str]) -> bool:
        """Are these a majority of all voters, not only of those alive?"""
        return len(nodes) >= majority(len(self.voters()))

    def reset_election_timer(self) -> None:
        """Wait for a random time, so that two nodes seldom run out together. (5.2)"""
        shortest, longest = self.election_timeout
        self.timeout = self.timer = shortest + int(self.random.random() * (longest - shortest + 1))

    def has_live_leader(self) -> bool:
        """Was a leader heard less than the shortest election timeout ago, or is this node the leader?"""
        waited = self.timeout - self.timer
        return self.leader == self.id or (self.leader is not None and waited < self.election_timeout[0])

    def broadcast_entries(self) -> None:
        """Send everyone what they lack, and start the heartbeat timer again."""
        self.timer = self.heartbeat_interval
        for peer in self.peers():
            self.replicate(peer)

    def commit(self, index: int, because: str) -> None:
        """Raise the commit index, then apply what it now covers. (ALL-1, 5.3)"""
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
        """Say which rule has just fired."""
        self.emit(BECAUSE[rule])

    def save(self, from_index: int | None = None) -> None:
        """Have term and vote written to disk, and the log from an index on if it has changed. (ST-P0)"""
        index = self.log.last_index + 1 if from_index is None else from_index
        self.emit(Save(self.term, self.voted_for, index, self.log.entries_from(index)))

    def send(self, msg: Message) -> None:
        """Have a message sent."""
        self.emit(Send(msg))

    def apply(self, index: int) -> None:
        """Have the state machine apply the entry at an index. (ALL-1)"""
        self.emit(Apply(index, self.log.entry(index)))

    def answer(self, client: str | None, result: Result) -> None:
        """Answer a client, if one is waiting. (LE-2)"""
        if client is not None:
            self.emit(Answer(client, result))

    def reply_vote(self, msg: RequestVote, vote_granted: bool, because: str) -> None:
        """Answer a candidate, and name the rule that decided it."""
        self.because(because)
        self.send(RequestVoteReply(self.id, msg.src, self.term, vote_granted))

    def reply_append(self, msg: AppendEntries, success: bool, because: str, match_index: int = 0) -> None:
        """Answer a leader, and name the rule that decided it."""
        self.because(because)
        self.send(AppendEntriesReply(self.id, msg.src, self.term, success, msg.prev_log_index, match_index))
