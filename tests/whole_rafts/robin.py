"""Raft, as short as it can be read."""

from raftlab.log import Log
from raftlab.messages import Answer, AppendEntries, AppendEntriesReply, Applied, Apply, ElectionTimeout, HardState, LogEntry
from raftlab.messages import HeartbeatTimeout, NotLeader, Propose, RequestVote, RequestVoteReply, Role, Save, Send, Tick


class RobinRaft:
    def __init__(self, id, nodes, random, election_timeout=(15, 30), heartbeat_interval=5, saved=HardState()):
        self.id, self.nodes, self.random = id, nodes, random
        self.election_timeout, self.heartbeat_interval = election_timeout, heartbeat_interval
        self.term, self.voted_for, self.log = saved.term, saved.voted_for, Log(saved.log)
        self.role, self.leader, self.votes = Role.FOLLOWER, None, set()
        self.commit_index = self.last_applied = 0
        self.next_index, self.match_index, self.waiting = {}, {}, {}
        self.wait()

    def voters(self): return self.nodes
    def others(self): return sorted({*self.nodes} - {self.id})
    def send(self, kind, dst, *rest): self.out.append(Send(kind(self.id, dst, self.term, *rest)))

    def wait(self):  # for an election timeout
        low, high = self.election_timeout
        self.timer = low + int(self.random.random() * (high + 1 - low))

    def step(self, event):
        """Handle the event, then apply what is committed; whatever there is to save goes before all of it."""
        self.out, disk, log = [], (self.term, self.voted_for), list(self.log)
        if isinstance(event, RequestVote | RequestVoteReply | AppendEntries | AppendEntriesReply) and event.term > self.term:
            self.follow(None)
            self.term, self.voted_for = event.term, None
        match event:
            case RequestVote(): self.request_vote(event)
            case RequestVoteReply(): self.vote(event)
            case AppendEntries(): self.append(event)
            case AppendEntriesReply(): self.append_reply(event)
            case Propose(): self.propose(event)
            case Tick(n):
                self.timer -= n
                if self.timer <= 0: self.heartbeat() if self.role is Role.LEADER else self.campaign()
            case ElectionTimeout() if self.role is not Role.LEADER: self.campaign()
            case HeartbeatTimeout() if self.role is Role.LEADER: self.heartbeat()
        while self.last_applied < self.commit_index:
            self.last_applied = i = self.last_applied + 1
            self.out.append(Apply(i, self.log.entry(i)))
            if i in self.waiting: self.out.append(Answer(self.waiting.pop(i), Applied(i)))
        if log != list(self.log): self.out.insert(0, Save(self.term, self.voted_for, 1, self.log.entries_from(1)))
        elif disk != (self.term, self.voted_for): self.out.insert(0, Save(self.term, self.voted_for, len(log) + 1, ()))
        return tuple(self.out)

    def follow(self, leader):
        if self.role is Role.LEADER: self.wait()
        self.role, self.leader, self.waiting = Role.FOLLOWER, leader, {}

    def campaign(self):
        self.role, self.term, self.voted_for, self.leader, self.votes = Role.CANDIDATE, self.term + 1, self.id, None, set()
        self.wait()
        for node in self.others(): self.send(RequestVote, node, self.log.last_index, self.log.last_term)
        self.vote(RequestVoteReply(self.id, self.id, self.term, True))

    def request_vote(self, m):
        granted = m.term == self.term and self.voted_for in (None, m.src) and self.log.is_covered_by(*m[3:])
        if granted: self.voted_for = m.src; self.wait()
        self.send(RequestVoteReply, m.src, granted)

    def vote(self, m):
        if self.role is not Role.CANDIDATE or m.term < self.term or not m.vote_granted: return
        self.votes = self.votes | {m.src}
        if len(self.votes) * 2 > len(self.nodes):
            self.role, self.leader, self.waiting = Role.LEADER, self.id, {}
            self.next_index = dict.fromkeys(self.others(), self.log.last_index + 1)
            self.match_index = dict.fromkeys(self.nodes, 0) | {self.id: self.log.last_index}
            self.heartbeat()

    def heartbeat(self):
        self.timer = self.heartbeat_interval
        for node in self.others(): self.feed(node)

    def feed(self, node):
        i = self.next_index[node] - 1
        self.send(AppendEntries, node, i, self.log.term_at(i), self.log.entries_from(i + 1), self.commit_index)

    def propose(self, m):
        if self.role is Role.LEADER:
            i = self.match_index[self.id] = self.log.append(LogEntry(self.term, m.command))
            if m.client is not None: self.waiting[i] = m.client
            self.commit()
            self.heartbeat()
        elif m.client is not None: self.out.append(Answer(m.client, NotLeader(self.leader)))

    def commit(self):
        """Commit what a majority has, if its last entry is of this term. Was there any?"""
        i, old = sorted(self.match_index[node] for node in self.nodes)[(len(self.nodes) - 1) // 2], self.commit_index
        if self.log.term_at(i) == self.term: self.commit_index = max(i, old)
        return self.commit_index > old

    def append(self, m):
        i = m.prev_log_index
        fits = m.term == self.term and (i == 0 or self.log.term_at(i) == m.prev_log_term)
        if m.term == self.term:
            self.follow(m.src)
            self.wait()
        if fits:
            for i, entry in enumerate(m.entries, i + 1):
                if self.log.term_at(i) != entry.term: self.log.replace_from(i, [entry])
            self.commit_index = max(self.commit_index, min(m.leader_commit, i))
        self.send(AppendEntriesReply, m.src, fits, m.prev_log_index, i)

    def append_reply(self, m):
        if self.role is not Role.LEADER or m.term < self.term: return
        match, following = self.match_index[m.src], self.next_index[m.src]
        if m.success:
            self.match_index[m.src] = match = max(match, m.match_index)
            self.next_index[m.src] = max(following, match + 1)
            if self.commit(): self.heartbeat()
            elif following <= match < self.log.last_index: self.feed(m.src)
        elif (refused := min(m.prev_log_index, following - 1)) > match:
            self.next_index[m.src] = match + 1 + (refused - match) // 2
            self.feed(m.src)
