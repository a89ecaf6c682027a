"""Raft with one small class for each role's behaviour.

The node keeps all the state. A behaviour is made for one event, knows the node, and keeps only the effects so far.
"""

import math

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


class BarbaraRaft:
    class Member:
        """What a node does in any role."""

        def __init__(self, node, effects):
            self.node = node
            self.effects = effects

        def become(self, behaviour):
            return behaviour(self.node, self.effects)

        # -- what may happen --

        def tick(self, event):
            self.node.timer -= event.n
            if self.node.timer <= 0:
                self.timer_ran_out()

        def timer_ran_out(self):
            self.become(BarbaraRaft.Candidate).run()

        def election_timeout(self, event):
            self.timer_ran_out()

        def heartbeat_timeout(self, event):
            pass

        def propose(self, event):
            if event.client is not None:
                self.effects.append(Answer(event.client, NotLeader(self.node.leader)))

        def request_vote(self, event):
            node = self.node
            granted = event.term >= node.term and self.may_vote_for(event)
            if granted:
                if node.voted_for != event.src:
                    node.voted_for = event.src
                    self.save()
                node.wait_for_election()
            self.send(RequestVoteReply(node.id, event.src, node.term, granted))

        def may_vote_for(self, event):
            log = self.node.log
            if self.node.voted_for not in (None, event.src):
                return False
            if event.last_log_term != log.last_term:
                return event.last_log_term > log.last_term
            return event.last_log_index >= log.last_index

        def request_vote_reply(self, event):
            pass

        def append_entries(self, event):
            if event.term < self.node.term:
                self.refuse(event)
            else:
                self.become(BarbaraRaft.Follower).follow(event)

        def append_entries_reply(self, event):
            pass

        # -- what it takes --

        def send(self, message):
            self.effects.append(Send(message))

        def save(self, entries=()):
            """Write term and vote, and these entries as the last of the log."""
            node = self.node
            start = node.log.last_index + 1 - len(entries)
            self.effects.append(Save(node.term, node.voted_for, start, tuple(entries)))

        def refuse(self, event):
            last = min(self.node.log.last_index, max(event.prev_log_index - 1, 0))
            self.send(
                AppendEntriesReply(self.node.id, event.src, self.node.term, False, event.prev_log_index, last)
            )

        def learn_term(self, term):
            node = self.node
            node.term = term
            node.voted_for = None
            node.leader = None
            node.role = Role.FOLLOWER
            self.save()

        def apply_committed(self):
            node = self.node
            while node.last_applied < node.commit_index:
                node.last_applied += 1
                self.effects.append(Apply(node.last_applied, node.log.entry(node.last_applied)))
                self.applied(node.last_applied)

        def applied(self, index):
            pass

    class Follower(Member):
        def follow(self, event):
            node = self.node
            node.role = Role.FOLLOWER
            node.leader = event.src
            if self.knows(event.prev_log_index, event.prev_log_term):
                self.store(event.prev_log_index + 1, event.entries)
                last = event.prev_log_index + len(event.entries)
                node.commit_index = max(node.commit_index, min(last, event.leader_commit))
                self.apply_committed()
                self.send(
                    AppendEntriesReply(node.id, event.src, node.term, True, event.prev_log_index, last)
                )
            else:
                self.refuse(event)
            node.wait_for_election()

        def knows(self, index, term):
            return index == 0 or self.node.log.term_at(index) == term

        def store(self, start, entries):
            log = self.node.log
            for offset, entry in enumerate(entries):
                if log.term_at(start + offset) != entry.term:
                    news = entries[offset:]
                    log.replace_from(start + offset, news)
                    self.save(news)
                    return

    class Candidate(Member):
        def run(self):
            node = self.node
            node.role = Role.CANDIDATE
            node.term += 1
            node.voted_for = node.id
            node.leader = None
            node.votes = {node.id}
            self.save()
            for other in node.others():
                self.send(RequestVote(node.id, other, node.term, node.log.last_index, node.log.last_term))
            node.wait_for_election()
            self.look_at_votes()

        def request_vote_reply(self, event):
            node = self.node
            if event.vote_granted and event.term == node.term and event.src in node.nodes:
                node.votes = {*node.votes, event.src}
                self.look_at_votes()

        def look_at_votes(self):
            if len(self.node.votes) >= self.node.majority():
                self.become(BarbaraRaft.Leader).take_office()

    class Leader(Member):
        def take_office(self):
            node = self.node
            node.role = Role.LEADER
            node.leader = node.id
            node.votes = set()
            node.waiting = {}
            node.next_index = {}
            node.match_index = {node.id: node.log.last_index}
            for other in node.others():
                node.next_index[other] = node.log.last_index + 1
                node.match_index[other] = 0
            self.broadcast()

        def learn_term(self, term):
            self.node.waiting.clear()
            super().learn_term(term)
            self.node.wait_for_election()

        def timer_ran_out(self):
            self.broadcast()

        def election_timeout(self, event):
            pass

        def heartbeat_timeout(self, event):
            self.broadcast()

        def append_entries(self, event):
            if event.term < self.node.term:
                self.refuse(event)

        def propose(self, event):
            node = self.node
            entry = LogEntry(node.term, event.command)
            index = node.log.append(entry)
            node.match_index[node.id] = index
            self.save([entry])
            if event.client is not None:
                node.waiting[index] = event.client
            if not self.commit():
                self.broadcast()

        def append_entries_reply(self, event):
            node = self.node
            if event.term != node.term or event.src == node.id or event.src not in node.nodes:
                return
            if event.success:
                self.succeeded(event.src, event.match_index)
            else:
                self.failed(event.src, event.prev_log_index)

        def succeeded(self, other, match):
            node = self.node
            if match > node.match_index[other]:
                node.match_index[other] = match
            if match >= node.next_index[other]:
                node.next_index[other] = match + 1
            if not self.commit() and node.next_index[other] <= node.log.last_index:
                self.replicate(other)

        def failed(self, other, refused):
            """Skip, in one go, all entries of the refused entry's term."""
            node = self.node
            floor = node.match_index[other] + 1
            index = min(refused, node.next_index[other] - 1)
            if index < floor:
                return  # an old reply: meanwhile the logs are known to agree there
            term = node.log.term_at(index)
            while index > floor and node.log.term_at(index - 1) == term:
                index -= 1
            node.next_index[other] = index
            self.replicate(other)

        def commit(self):
            """Commit what a majority has. If there is something, apply it, tell the others at once, and return True."""
            node = self.node
            for index in range(node.log.last_index, node.commit_index, -1):
                if node.log.term_at(index) < node.term:
                    return False
                if sum(1 for other in node.others() if node.match_index[other] >= index) + 1 >= node.majority():
                    node.commit_index = index
                    self.apply_committed()
                    self.broadcast()
                    return True
            return False

        def applied(self, index):
            client = self.node.waiting.pop(index, None)
            if client is not None:
                self.effects.append(Answer(client, Applied(index)))

        def broadcast(self):
            """An append to everybody, those who lack most first. All have heard of this leader then: the heartbeat can wait."""
            for other in sorted(self.node.others(), key=lambda name: (self.node.next_index[name], name)):
                self.replicate(other)
            self.node.timer = self.node.heartbeat_interval

        def replicate(self, other):
            node = self.node
            prev = node.next_index[other] - 1
            entries = node.log.entries_from(prev + 1)
            term = node.log.term_at(prev)
            self.send(AppendEntries(node.id, other, node.term, prev, term, entries, node.commit_index))

    BEHAVIOURS = {Role.FOLLOWER: Follower, Role.CANDIDATE: Candidate, Role.LEADER: Leader}

    EVENTS = {
        Tick: "tick",
        ElectionTimeout: "election_timeout",
        HeartbeatTimeout: "heartbeat_timeout",
        Propose: "propose",
        RequestVote: "request_vote",
        RequestVoteReply: "request_vote_reply",
        AppendEntries: "append_entries",
        AppendEntriesReply: "append_entries_reply",
    }

    def __init__(self, id, nodes, random, election_timeout=(15, 30), heartbeat_interval=5, saved=HardState()):
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
        self.votes = set()
        self.commit_index = 0
        self.last_applied = 0
        self.next_index = {}
        self.match_index = {}
        self.waiting = {}
        self.wait_for_election()

    def voters(self):
        return self.nodes

    def others(self):
        return [node for node in self.nodes if node != self.id]

    def majority(self):
        return len(self.nodes) // 2 + 1

    def wait_for_election(self):
        low, high = self.election_timeout
        self.timer = min(high, math.floor(low + self.random.random() * (high + 1 - low)))

    def behaviour(self, effects):
        return self.BEHAVIOURS[self.role](self, effects)

    def step(self, event):
        effects = []
        name = self.EVENTS.get(type(event))
        if name is not None:
            if getattr(event, "term", 0) > self.term:
                self.behaviour(effects).learn_term(event.term)
            getattr(self.behaviour(effects), name)(event)
        self.behaviour(effects).apply_committed()
        return tuple(effects)
