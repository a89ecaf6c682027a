"""Raft as one plain state machine: one `step`, one `match`, fields set directly."""

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


class AdaRaft:
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
        self.votes = set()
        self.commit_index = 0
        self.last_applied = 0
        self.next_index = {}
        self.match_index = {}
        self.waiting = {}
        self.timer = self.draw()

    def voters(self):
        return self.nodes

    def draw(self):
        shortest, longest = self.election_timeout
        return shortest + int(self.random.random() * (longest - shortest + 1))

    def step(self, event):
        out = []
        replies = []  # what this node answers to the sender
        to = set()  # who gets an append at the end of this step
        campaign = False

        # A later term in any message: adopt it before anything else.
        match event:
            case (
                RequestVote(term=later)
                | RequestVoteReply(term=later)
                | AppendEntries(term=later)
                | AppendEntriesReply(term=later)
            ) if later > self.term:
                if self.role is Role.LEADER:
                    self.timer = self.draw()
                self.role = Role.FOLLOWER
                self.term = later
                self.voted_for = None
                self.leader = None
                self.votes = set()
                self.next_index = {}
                self.match_index = {}
                self.waiting = {}
                out.append(Save(self.term, None, self.log.last_index + 1, ()))

        match event:
            case Tick(n):
                self.timer -= n
                if self.timer <= 0 and self.role is Role.LEADER:
                    self.timer = self.heartbeat_interval
                    to.update(self.nodes)
                elif self.timer <= 0:
                    campaign = True

            case ElectionTimeout() if self.role is not Role.LEADER:
                campaign = True

            case HeartbeatTimeout() if self.role is Role.LEADER:
                self.timer = self.heartbeat_interval
                to.update(self.nodes)

            case Propose(command, client) if self.role is Role.LEADER:
                entry = LogEntry(self.term, command)
                index = self.log.append(entry)
                self.match_index[self.id] = index
                if client is not None:
                    self.waiting[index] = client
                out.append(Save(self.term, self.voted_for, index, (entry,)))
                to.update(self.nodes)

            case Propose(_, client) if client is not None:
                out.append(Answer(client, NotLeader(self.leader)))

            case RequestVote(src, _, term, last_log_index, last_log_term):
                grant = (
                    term == self.term
                    and self.voted_for in (None, src)
                    and self.log.is_covered_by(last_log_index, last_log_term)
                )
                if grant:
                    self.voted_for = src
                    out.append(Save(self.term, self.voted_for, self.log.last_index + 1, ()))
                    self.timer = self.draw()
                replies.append(RequestVoteReply(self.id, src, self.term, grant))

            case RequestVoteReply(src, _, term, True) if term == self.term and self.role is Role.CANDIDATE:
                self.votes = set(self.votes) | {src}

            case AppendEntries(src, _, term, prev) if term < self.term:
                replies.append(AppendEntriesReply(self.id, src, self.term, False, prev, 0))

            case AppendEntries(src, _, _, prev, prev_term, entries, leader_commit) if self.role is not Role.LEADER:
                self.role = Role.FOLLOWER
                self.leader = src
                self.votes = set()
                self.timer = self.draw()
                if prev != 0 and self.log.term_at(prev) != prev_term:
                    replies.append(AppendEntriesReply(self.id, src, self.term, False, prev, 0))
                else:
                    last = prev + len(entries)
                    index = prev + 1
                    while index <= last and self.log.term_at(index) == entries[index - prev - 1].term:
                        index += 1
                    if index <= last:
                        new = tuple(entries[index - prev - 1 :])
                        self.log.replace_from(index, new)
                        out.append(Save(self.term, self.voted_for, index, new))
                    if min(leader_commit, last) > self.commit_index:
                        self.commit_index = min(leader_commit, last)
                    replies.append(AppendEntriesReply(self.id, src, self.term, True, prev, last))

            case AppendEntriesReply(src, _, term, success, _, match_index) if (
                term == self.term and self.role is Role.LEADER and src in self.nodes and src != self.id
            ):
                if success:
                    self.match_index[src] = max(self.match_index[src], match_index)
                    self.next_index[src] = max(self.next_index[src], self.match_index[src] + 1)
                    if self.next_index[src] <= self.log.last_index:
                        to.add(src)
                else:
                    # Figure 2 to the letter: decrement and retry, whatever became of older sends.
                    self.next_index[src] = max(1, self.next_index[src] - 1)
                    to.add(src)

        if campaign:
            self.role = Role.CANDIDATE
            self.term += 1
            self.voted_for = self.id
            self.leader = None
            self.votes = {self.id}
            self.timer = self.draw()
            out.append(Save(self.term, self.voted_for, self.log.last_index + 1, ()))
            if len(self.nodes) > 1:
                for node in self.nodes:
                    if node != self.id:
                        out.append(
                            Send(RequestVote(self.id, node, self.term, self.log.last_index, self.log.last_term))
                        )

        if self.role is Role.CANDIDATE and 2 * sum(node in self.votes for node in self.nodes) > len(self.nodes):
            self.role = Role.LEADER
            self.leader = self.id
            self.votes = set()
            self.waiting = {}
            self.next_index = {node: self.log.last_index + 1 for node in self.nodes if node != self.id}
            self.match_index = {node: 0 for node in self.nodes}
            self.match_index[self.id] = self.log.last_index
            self.timer = self.heartbeat_interval
            to.update(self.nodes)

        for reply in replies:
            out.append(Send(reply))

        for node in self.nodes:
            if node in to and node != self.id:
                prev = self.next_index[node] - 1
                out.append(
                    Send(
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
                )

        if self.role is Role.LEADER:
            index = self.log.last_index
            while index > self.commit_index and self.log.term_at(index) == self.term:
                stored = sum(node == self.id or self.match_index[node] >= index for node in self.nodes)
                if 2 * stored > len(self.nodes):
                    self.commit_index = index
                    break
                index -= 1

        while self.commit_index > self.last_applied:
            self.last_applied += 1
            out.append(Apply(self.last_applied, self.log.entry(self.last_applied)))
            client = self.waiting.pop(self.last_applied, None)
            if client is not None:
                out.append(Answer(client, Applied(self.last_applied)))

        return tuple(out)
