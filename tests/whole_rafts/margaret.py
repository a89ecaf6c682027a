"""Raft, written so that nothing is taken for granted.

Every handler says first under which conditions it does anything at all. Handlers are generators: they yield effects
in the order in which the world is to carry them out, and a promise is never yielded before the Save that backs it.
"""

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


class MargaretRaft:
    def __init__(self, id, nodes, random, election_timeout=(15, 30), heartbeat_interval=5, saved=HardState()):
        if id not in nodes:
            raise ValueError(f"{id} is not one of {nodes}")
        if not 0 < election_timeout[0] <= election_timeout[1]:
            raise ValueError(f"no election timeout is between {election_timeout[0]} and {election_timeout[1]}")
        self.id = id
        self.nodes = nodes
        self.random = random
        self.election_timeout = election_timeout
        self.heartbeat_interval = heartbeat_interval

        self.term = saved.term
        self.voted_for = saved.voted_for
        self.log = Log(saved.log)

        self.role = Role.FOLLOWER
        self.leader = None
        self.commit_index = 0
        self.last_applied = 0
        self.timer = 0
        self._forget_candidacy()
        self._forget_leadership()
        self._restart_election_timer()

    def voters(self):
        return self.nodes

    def step(self, event):
        return tuple(self._handle(event))

    def _handle(self, event):
        handler = self._HANDLERS.get(type(event))
        if handler is None:
            return
        if type(event) in self._MESSAGES:
            if event.dst != self.id or event.src == self.id or event.src not in self.nodes:
                return  # went astray
            if event.term > self.term:
                yield from self._adopt_term(event.term)
        yield from handler(self, event)
        yield from self._apply_committed()

    # -- Small things -------------------------------------------------------------------------

    def _others(self):
        return [node for node in self.nodes if node != self.id]

    def _is_majority(self, count):
        return count > len(self.nodes) // 2

    def _restart_election_timer(self):
        shortest, longest = self.election_timeout
        self.timer = min(longest, shortest + int((longest - shortest + 1) * self.random.random()))

    def _forget_candidacy(self):
        self.votes = set()

    def _forget_leadership(self):
        self.next_index = {}
        self.match_index = {}
        self.waiting = {}

    def _save(self, index=None):
        """Save term, vote, and the log from an index on (without one: the log is on the disk already)."""
        if index is None:
            index = self.log.last_index + 1
        return Save(self.term, self.voted_for, index, self.log.entries_from(index))

    def _become_follower(self):
        led = self.role is Role.LEADER
        self.role = Role.FOLLOWER
        self._forget_candidacy()
        self._forget_leadership()
        if led:
            self._restart_election_timer()

    def _adopt_term(self, term):
        if term <= self.term:
            return
        yield Because("ALL-2")
        self.term = term
        self.voted_for = None
        self.leader = None
        self._become_follower()
        yield self._save()

    def _apply_committed(self):
        while self.last_applied < min(self.commit_index, self.log.last_index):
            self.last_applied += 1
            index = self.last_applied
            yield Apply(index, self.log.entry(index))
            client = self.waiting.pop(index, None) if self.role is Role.LEADER else None
            if client is not None:
                yield Answer(client, Applied(index))

    # -- Time ---------------------------------------------------------------------------------

    def _on_tick(self, event):
        self.timer -= event.n
        if self.timer > 0:
            return
        if self.role is Role.LEADER:
            yield from self._on_heartbeat_timeout(event)
        else:
            yield from self._on_election_timeout(event)

    def _on_election_timeout(self, _event):
        if self.role is Role.LEADER:
            return
        yield Because("CA-4" if self.role is Role.CANDIDATE else "FO-2")
        self._forget_leadership()
        self.role = Role.CANDIDATE
        self.term += 1
        self.voted_for = self.id
        self.leader = None
        self.votes = {self.id}
        self._restart_election_timer()
        yield Because("CA-1")
        yield self._save()
        for node in reversed(self._others()):
            yield Send(RequestVote(self.id, node, self.term, self.log.last_index, self.log.last_term))
        yield from self._count_votes()

    def _on_heartbeat_timeout(self, _event):
        if self.role is not Role.LEADER:
            return
        yield Because("LE-1")
        self.timer = self.heartbeat_interval
        yield from self._append_to_all()

    # -- Votes --------------------------------------------------------------------------------

    def _on_request_vote(self, request):
        if request.term < self.term:
            yield Because("RV-1")
            yield Send(RequestVoteReply(self.id, request.src, self.term, False))
            return
        free = self.role is Role.FOLLOWER and self.voted_for in (None, request.src)
        if not free or not self.log.is_covered_by(request.last_log_index, request.last_log_term):
            yield Send(RequestVoteReply(self.id, request.src, self.term, False))
            return
        yield Because("RV-2")
        self.voted_for = request.src
        self._restart_election_timer()
        yield self._save()  # once more for a copy of the request: it costs little
        yield Send(RequestVoteReply(self.id, request.src, self.term, True))

    def _on_request_vote_reply(self, reply):
        if self.role is not Role.CANDIDATE or reply.term != self.term or not reply.vote_granted:
            return
        self.votes = {*self.votes, reply.src}
        yield from self._count_votes()

    def _count_votes(self):
        if self.role is not Role.CANDIDATE or not self._is_majority(len(self.votes & set(self.nodes))):
            return
        yield Because("CA-2")
        self.role = Role.LEADER
        self.leader = self.id
        self._forget_candidacy()
        self.next_index = {node: self.log.last_index + 1 for node in self._others()}
        self.match_index = {node: 0 for node in self.nodes}
        self.match_index[self.id] = self.log.last_index
        self.waiting = {}
        self.timer = self.heartbeat_interval
        yield Because("LE-1")
        yield from self._append_to_all()

    # -- Replication: the follower ------------------------------------------------------------

    def _on_append_entries(self, append):
        if append.term < self.term:
            yield Because("AE-1")
            yield self._refusal(append)
            return
        if self.role is Role.LEADER:
            return  # a term has one leader, and this is it
        if self.role is Role.CANDIDATE:
            yield Because("CA-3")
            self._become_follower()
        self.leader = append.src
        self._restart_election_timer()
        prev = append.prev_log_index
        if prev > self.log.last_index or (prev > 0 and self.log.term_at(prev) != append.prev_log_term):
            yield Because("AE-2")
            yield self._refusal(append)
            return
        confirmed = prev + len(append.entries)
        changed = self._first_news(append)
        if changed is not None:
            self.log.replace_from(changed, append.entries[changed - prev - 1 :])
        yield self._save(changed)  # also before the answer to a heartbeat
        yield Send(AppendEntriesReply(self.id, append.src, self.term, True, prev, confirmed))
        if min(append.leader_commit, confirmed) > self.commit_index:
            yield Because("AE-5")
            self.commit_index = min(append.leader_commit, confirmed)

    def _first_news(self, append):
        """The lowest index at which the log has another entry than the append, or none; None if it has all of them."""
        for place, entry in enumerate(append.entries):
            index = append.prev_log_index + 1 + place
            if self.log.term_at(index) != entry.term:
                return index
        return None

    def _refusal(self, append):
        return Send(
            AppendEntriesReply(
                self.id, append.src, self.term, False, append.prev_log_index, self.log.last_index
            )
        )

    # -- Replication: the leader --------------------------------------------------------------

    def _on_propose(self, proposal):
        if self.role is not Role.LEADER:
            if proposal.client is not None:
                yield Answer(proposal.client, NotLeader(self.leader))
            return
        yield Because("LE-2")
        index = self.log.append(LogEntry(self.term, proposal.command))
        self.match_index[self.id] = index
        if proposal.client is not None:
            self.waiting[index] = proposal.client
        yield self._save(index)
        yield Because("LE-3")
        yield from self._append_to_all()
        self._raise_commit_index()

    def _append_to_all(self):
        """The node that lacks the most comes first."""
        for node in sorted(self._others(), key=lambda other: (self.next_index[other], other)):
            yield self._append_to(node)

    def _append_to(self, node):
        prev = min(self.next_index[node] - 1, self.log.last_index)
        return Send(
            AppendEntries(
                self.id,
                node,
                self.term,
                prev,
                self.log.term_at(prev),
                self.log.entries_from(prev + 1),
                self.commit_index,
            )
        )

    def _on_append_entries_reply(self, reply):
        if self.role is not Role.LEADER or reply.term != self.term:
            return
        if reply.success:
            yield from self._on_success(reply)
        else:
            yield from self._on_refusal(reply)

    def _on_success(self, reply):
        if not self.match_index.get(reply.src, 0) < reply.match_index <= self.log.last_index:
            return  # nothing new
        yield Because("LE-3a")
        self.match_index[reply.src] = reply.match_index
        self.next_index[reply.src] = max(self.next_index[reply.src], reply.match_index + 1)
        if self._raise_commit_index():
            yield Because("LE-4")
            yield from self._append_to_all()  # so that they need not wait for the heartbeat to apply it

    def _on_refusal(self, reply):
        """Step back over all entries of the refused term."""
        match = self.match_index.get(reply.src, 0)
        refused = reply.prev_log_index
        if not match < refused < self.next_index[reply.src]:
            return  # late: more is known by now
        yield Because("LE-3b")
        term = self.log.term_at(refused)
        while refused > match + 1 and self.log.term_at(refused - 1) == term:
            refused -= 1
        self.next_index[reply.src] = refused
        yield self._append_to(reply.src)

    def _raise_commit_index(self):
        """Commit what a majority has, if an entry of this term is among it. Did the commit index rise?"""
        for index in range(self.log.last_index, self.commit_index, -1):
            if self.log.term_at(index) != self.term:
                return False  # and those before it are older still
            stored = 1 + sum(self.match_index.get(node, 0) >= index for node in self._others())
            if self._is_majority(stored):
                self.commit_index = index
                return True
        return False

    _MESSAGES = frozenset({RequestVote, RequestVoteReply, AppendEntries, AppendEntriesReply})
    _HANDLERS = {
        Tick: _on_tick,
        ElectionTimeout: _on_election_timeout,
        HeartbeatTimeout: _on_heartbeat_timeout,
        Propose: _on_propose,
        RequestVote: _on_request_vote,
        RequestVoteReply: _on_request_vote_reply,
        AppendEntries: _on_append_entries,
        AppendEntriesReply: _on_append_entries_reply,
    }
