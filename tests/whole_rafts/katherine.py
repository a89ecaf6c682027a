"""Raft, Figure 2. One method per message; everything that goes out is collected in self._out during a step."""

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


class KatherineRaft:
    def __init__(self, id, nodes, random, election_timeout=(15, 30), heartbeat_interval=5, saved=HardState()):
        self.id = id
        self.nodes = nodes
        self.random = random
        self.election_timeout = election_timeout
        self.heartbeat_interval = heartbeat_interval

        # persistent
        self.term = saved.term
        self.voted_for = saved.voted_for
        self.log = Log(saved.log)

        # volatile
        self.role = Role.FOLLOWER
        self.leader = None
        self.votes = set()
        self.commit_index = 0
        self.last_applied = 0

        # leader only
        self.next_index = {}
        self.match_index = {}
        self.waiting = {}

        self.reset_election_timer()

        # scratch space of one step, set anew by each
        self._out = []
        self._on_disk = None  # (term, voted_for)
        self._dirty_from = None  # first log index that the disk does not have

    def voters(self):
        return self.nodes

    def step(self, event):
        handler = self._handlers.get(type(event))
        if handler is None:
            return ()

        self._out = []
        self._on_disk = (self.term, self.voted_for)
        self._dirty_from = None

        handler(self, event)
        self.apply_committed()
        self.persist()

        out, self._out = self._out, []
        return tuple(out)

    # --- timers ---

    def on_tick(self, tick):
        self.timer -= tick.n
        if self.timer > 0:
            return
        if self.role == Role.LEADER:
            self.broadcast()
            return
        self.campaign()

    def on_election_timeout(self, _):
        if self.role == Role.LEADER:
            return
        self.campaign()

    def on_heartbeat_timeout(self, _):
        if self.role != Role.LEADER:
            return
        self.broadcast()

    def reset_election_timer(self):
        shortest, longest = self.election_timeout
        self.timer = shortest + int(self.random.random() * (longest - shortest + 1))

    # --- changes of role ---

    def campaign(self):
        self.role = Role.CANDIDATE
        self.term += 1
        self.voted_for = self.id
        self.leader = None
        self.votes = {self.id}
        self.reset_election_timer()

        if self.has_majority(len(self.votes)):
            self.become_leader()
            return
        for peer in self.peers():
            self.send(RequestVote(self.id, peer, self.term, self.log.last_index, self.log.last_term))

    def become_leader(self):
        self.role = Role.LEADER
        self.leader = self.id
        self.next_index = {}
        self.match_index = {self.id: self.log.last_index}
        self.waiting = {}
        for peer in self.peers():
            self.next_index[peer] = self.log.last_index + 1
            self.match_index[peer] = 0
        self.broadcast()

    def step_down(self, term):
        """Enter a later term as a follower."""
        if self.role == Role.LEADER:
            self.reset_election_timer()
            self.waiting = {}
        self.role = Role.FOLLOWER
        self.term = term
        self.voted_for = None
        self.leader = None

    # --- votes ---

    def on_request_vote(self, req):
        if req.term > self.term:
            self.step_down(req.term)

        granted = self.may_vote_for(req)
        if granted:
            self.voted_for = req.src
            self.reset_election_timer()
        self.send(RequestVoteReply(self.id, req.src, self.term, granted))

    def may_vote_for(self, req):
        if req.term < self.term:
            return False
        if self.voted_for is not None and self.voted_for != req.src:
            return False
        if req.last_log_term != self.log.last_term:
            return req.last_log_term > self.log.last_term
        return req.last_log_index >= self.log.last_index

    def on_request_vote_reply(self, reply):
        if reply.term > self.term:
            self.step_down(reply.term)
            return
        if reply.term < self.term or self.role != Role.CANDIDATE or not reply.vote_granted:
            return

        self.votes = {*self.votes, reply.src}
        if self.has_majority(len(self.votes)):
            self.become_leader()

    # --- replication, follower ---

    def on_append_entries(self, req):
        if req.term > self.term:
            self.step_down(req.term)
        if req.term < self.term or self.role == Role.LEADER:
            self.refuse(req)
            return

        self.role = Role.FOLLOWER
        self.leader = req.src
        self.reset_election_timer()

        if req.prev_log_index > 0 and self.log.term_at(req.prev_log_index) != req.prev_log_term:
            self.refuse(req)
            return

        self.store(req.prev_log_index, req.entries)
        match = req.prev_log_index + len(req.entries)
        if req.leader_commit > self.commit_index:
            self.commit_index = max(self.commit_index, min(req.leader_commit, match))
        self.apply_committed()
        self.send(AppendEntriesReply(self.id, req.src, self.term, True, req.prev_log_index, match))

    def store(self, prev, entries):
        for offset, entry in enumerate(entries):
            index = prev + 1 + offset
            if self.log.term_at(index) == entry.term:
                continue
            self.log.replace_from(index, entries[offset:])
            self._dirty_from = index
            return

    def refuse(self, req):
        # The match index of a refusal is nothing but a hint: this may be how far we agree.
        hint = max(0, min(self.log.last_index, req.prev_log_index - 1))
        self.send(AppendEntriesReply(self.id, req.src, self.term, False, req.prev_log_index, hint))

    # --- replication, leader ---

    def on_propose(self, req):
        if self.role != Role.LEADER:
            if req.client is not None:
                self._out.append(Answer(req.client, NotLeader(self.leader)))
            return

        index = self.log.append(LogEntry(self.term, req.command))
        self._dirty_from = index
        self.match_index[self.id] = index
        if req.client is not None:
            self.waiting[index] = req.client
        self.persist()
        if self.advance():
            self.apply_committed()
        self.broadcast()

    def on_append_entries_reply(self, reply):
        if reply.term > self.term:
            self.step_down(reply.term)
            return
        if reply.term < self.term or self.role != Role.LEADER:
            return
        if not reply.success:
            self.back_off(reply)
            return
        old_news = reply.match_index <= self.match_index[reply.src]
        if not old_news:
            self.match_index[reply.src] = reply.match_index
            self.next_index[reply.src] = max(self.next_index[reply.src], reply.match_index + 1)
        if self.advance():
            self.apply_committed()
            self.broadcast()  # tell everybody at once
            return
        if not old_news and self.next_index[reply.src] <= self.log.last_index:
            self.send_append(reply.src)

    def back_off(self, reply):
        peer = reply.src
        lowest = self.match_index[peer] + 1
        highest = min(self.next_index[peer] - 1, reply.prev_log_index)
        if highest < lowest:
            return  # an old refusal; the peer has agreed to more since then
        # The hint may be anything, so never let it out of the bounds.
        self.next_index[peer] = max(lowest, min(highest, reply.match_index + 1))
        self.send_append(peer)

    def advance(self):
        """Commit what a majority has. Says whether there was anything new."""
        stored = sorted(self.log.last_index if n == self.id else self.match_index[n] for n in self.nodes)
        index = stored[(len(stored) - 1) // 2]
        if index <= self.commit_index or self.log.term_at(index) != self.term:
            return False
        self.commit_index = index
        return True

    def broadcast(self):
        """Send appends to all, which also puts off the next heartbeat."""
        self.timer = self.heartbeat_interval
        for peer in self.peers():
            self.send_append(peer)

    def send_append(self, peer):
        following = self.next_index[peer]
        self.send(
            AppendEntries(
                src=self.id,
                dst=peer,
                term=self.term,
                prev_log_index=following - 1,
                prev_log_term=self.log.term_at(following - 1),
                entries=self.log.entries_from(following),
                leader_commit=self.commit_index,
            )
        )

    # --- helpers ---

    def apply_committed(self):
        while self.last_applied < self.commit_index:
            self.persist()
            self.last_applied += 1
            self._out.append(Apply(self.last_applied, self.log.entry(self.last_applied)))
            if self.role != Role.LEADER:
                continue
            client = self.waiting.pop(self.last_applied, None)
            if client is not None:
                self._out.append(Answer(client, Applied(self.last_applied)))

    def persist(self):
        """Save what has changed since the step began, or since the last call."""
        if self._dirty_from is None and self._on_disk == (self.term, self.voted_for):
            return
        first = self.log.last_index + 1 if self._dirty_from is None else self._dirty_from
        self._out.append(Save(self.term, self.voted_for, first, self.log.entries_from(first)))
        self._dirty_from = None
        self._on_disk = (self.term, self.voted_for)

    def send(self, message):
        self.persist()
        self._out.append(Send(message))

    def peers(self):
        """All others, beginning with the one after us."""
        me = self.nodes.index(self.id)
        return self.nodes[me + 1 :] + self.nodes[:me]

    def has_majority(self, count):
        return count >= len(self.nodes) // 2 + 1

    _handlers = {
        Tick: on_tick,
        ElectionTimeout: on_election_timeout,
        HeartbeatTimeout: on_heartbeat_timeout,
        RequestVote: on_request_vote,
        RequestVoteReply: on_request_vote_reply,
        AppendEntries: on_append_entries,
        AppendEntriesReply: on_append_entries_reply,
        Propose: on_propose,
    }
