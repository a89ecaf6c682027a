"""Raft after Figure 2 of the paper, box by box."""

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


class NiklausRaft:
    """One server."""

    def __init__(self, id, nodes, random, election_timeout=(15, 30), heartbeat_interval=5, saved=HardState()):
        self.id = id
        self.nodes = nodes
        self.random = random
        self.election_timeout = election_timeout
        self.heartbeat_interval = heartbeat_interval

        # Box "State": persistent state on all servers
        self.term = saved.term
        self.voted_for = saved.voted_for
        self.log = Log(saved.log)

        # Box "State": volatile state on all servers
        self.commit_index = 0
        self.last_applied = 0

        # Box "State": volatile state on leaders
        self.next_index = {}
        self.match_index = {}

        # Not in the figure, but needed
        self.role = Role.FOLLOWER  # 5.2: "When servers start up, they begin as followers."
        self.leader = None
        self.votes = set()
        self.waiting = {}
        self.timer = self.random_timeout()

    def step(self, event):
        effects = []

        # Rules for Servers, All Servers, second rule (5.1):
        # If RPC request or response contains term T > currentTerm: set currentTerm = T, convert to follower
        if isinstance(event, (RequestVote, RequestVoteReply, AppendEntries, AppendEntriesReply)):
            if event.term > self.term:
                self.term = event.term
                self.voted_for = None
                self.leader = None
                self.convert_to_follower()
                effects.append(self.save())

        # What has happened?
        if isinstance(event, RequestVote):
            effects.extend(self.receive_request_vote(event))
        elif isinstance(event, RequestVoteReply):
            effects.extend(self.receive_vote(event))
        elif isinstance(event, AppendEntries):
            effects.extend(self.receive_append_entries(event))
        elif isinstance(event, AppendEntriesReply):
            effects.extend(self.receive_append_result(event))
        elif isinstance(event, Propose):
            effects.extend(self.receive_command(event))
        elif isinstance(event, Tick):
            self.timer = self.timer - event.n
            if self.timer <= 0:
                if self.role == Role.LEADER:
                    effects.extend(self.send_heartbeats())
                else:
                    effects.extend(self.start_election())
        elif isinstance(event, ElectionTimeout):
            if self.role != Role.LEADER:
                effects.extend(self.start_election())
        elif isinstance(event, HeartbeatTimeout):
            if self.role == Role.LEADER:
                effects.extend(self.send_heartbeats())
        else:
            return ()

        # Rules for Servers, Leaders, last rule (5.3, 5.4)
        if self.role == Role.LEADER:
            self.look_for_n()

        # Rules for Servers, All Servers, first rule (5.3):
        # If commitIndex > lastApplied: increment lastApplied, apply log[lastApplied] to state machine
        answers = []
        while self.commit_index > self.last_applied:
            self.last_applied = self.last_applied + 1
            effects.append(Apply(self.last_applied, self.log.entry(self.last_applied)))
            if self.last_applied in self.waiting:
                client = self.waiting.pop(self.last_applied)
                if client is not None:
                    answers.append(Answer(client, Applied(self.last_applied)))
        effects.extend(answers)

        return tuple(effects)

    # ------------------------------------------------------------------ Box "RequestVote RPC"

    def receive_request_vote(self, rpc):
        # "at least as up-to-date" (5.4.1)
        if rpc.last_log_term > self.log.last_term:
            up_to_date = True
        elif rpc.last_log_term == self.log.last_term:
            up_to_date = rpc.last_log_index >= self.log.last_index
        else:
            up_to_date = False

        # 1. Reply false if term < currentTerm (5.1)
        if rpc.term < self.term:
            vote_granted = False
        # 2. If votedFor is null or candidateId, and candidate's log is at least as up-to-date as receiver's log,
        #    grant vote (5.2, 5.4)
        elif (self.voted_for is None or self.voted_for == rpc.src) and up_to_date:
            vote_granted = True
            self.voted_for = rpc.src
            self.timer = self.random_timeout()
        else:
            vote_granted = False

        # Box "State": updated on stable storage before responding to RPCs
        return [self.save(), Send(RequestVoteReply(self.id, rpc.src, self.term, vote_granted))]

    # ------------------------------------------------------------------ Box "AppendEntries RPC"

    def receive_append_entries(self, rpc):
        if self.role == Role.LEADER and rpc.term == self.term:
            return []  # Election Safety (5.2): there is no other leader in my term.

        # The last index that the log shares with the leader, if all goes well
        last_new = rpc.prev_log_index + len(rpc.entries)
        changed = False

        if rpc.term == self.term:
            # Followers (5.2): the election timeout starts again with an AppendEntries RPC from the current leader.
            self.timer = self.random_timeout()
            self.leader = rpc.src
            # Candidates (5.2): If AppendEntries RPC received from new leader: convert to follower
            if self.role == Role.CANDIDATE:
                self.convert_to_follower()

        # 1. Reply false if term < currentTerm (5.1)
        if rpc.term < self.term:
            success = False
        # 2. Reply false if log doesn't contain an entry at prevLogIndex whose term matches prevLogTerm (5.3)
        elif rpc.prev_log_index != 0 and self.log.term_at(rpc.prev_log_index) != rpc.prev_log_term:
            success = False
        else:
            success = True
            index = rpc.prev_log_index
            for entry in rpc.entries:
                index = index + 1
                # 3. If an existing entry conflicts with a new one (same index but different terms), delete the
                #    existing entry and all that follow it (5.3)
                if index <= self.log.last_index and self.log.term_at(index) != entry.term:
                    self.log.replace_from(index, [])
                    changed = True
                # 4. Append any new entries not already in the log
                if index > self.log.last_index:
                    self.log.append(entry)
                    changed = True
            # 5. If leaderCommit > commitIndex, set commitIndex = min(leaderCommit, index of last new entry)
            if rpc.leader_commit > self.commit_index and last_new > self.commit_index:
                self.commit_index = min(rpc.leader_commit, last_new)

        # Box "State": updated on stable storage before responding to RPCs
        if changed:
            saved = self.save(rpc.prev_log_index + 1)
        else:
            saved = self.save()
        reply = AppendEntriesReply(self.id, rpc.src, self.term, success, rpc.prev_log_index, last_new)
        return [saved, Send(reply)]

    # ------------------------------------------------------------------ Box "Rules for Servers": Candidates (5.2)

    def start_election(self):
        # On conversion to candidate, or if election timeout elapses: start election
        self.role = Role.CANDIDATE
        self.leader = None
        # - Increment currentTerm
        self.term = self.term + 1
        # - Vote for self
        self.voted_for = self.id
        self.votes = {self.id}
        # - Reset election timer
        self.timer = self.random_timeout()
        # - Send RequestVote RPCs to all other servers
        effects = [self.save()]
        for other in self.others():
            rpc = RequestVote(self.id, other, self.term, self.log.last_index, self.log.last_term)
            effects.append(Send(rpc))
        # If I am alone, my own vote is enough.
        if self.is_majority(len(self.votes)):
            effects.extend(self.become_leader())
        return effects

    def receive_vote(self, reply):
        # If votes received from majority of servers: become leader
        if self.role != Role.CANDIDATE:
            return []
        elif reply.term != self.term:
            return []
        elif not reply.vote_granted:
            return []
        else:
            self.votes = set(self.votes)
            self.votes.add(reply.src)
            if self.is_majority(len(self.votes)):
                return self.become_leader()
            return []

    # ------------------------------------------------------------------ Box "Rules for Servers": Leaders

    def become_leader(self):
        self.role = Role.LEADER
        self.leader = self.id
        self.waiting = {}
        # Box "State": reinitialized after election
        for node in self.nodes:
            if node == self.id:
                self.match_index[node] = self.log.last_index
            else:
                self.next_index[node] = self.log.last_index + 1
                self.match_index[node] = 0
        # Upon election: send initial empty AppendEntries RPCs (heartbeat) to each server (5.2)
        return self.send_heartbeats()

    def send_heartbeats(self):
        # repeat during idle periods to prevent election timeouts (5.2)
        self.timer = self.heartbeat_interval
        effects = []
        for other in self.others():
            effects.append(self.append_entries(other))
        return effects

    def receive_command(self, event):
        # If command received from client: append entry to local log, respond after entry applied to state machine (5.3)
        if self.role == Role.LEADER:
            self.log.append(LogEntry(self.term, event.command))
            last = self.log.last_index
            self.match_index[self.id] = last
            if event.client is not None:
                self.waiting[last] = event.client
            effects = [self.save(last)]
            # If last log index >= nextIndex for a follower: send AppendEntries RPC with log entries starting at
            # nextIndex (5.3)
            for other in self.others():
                if last >= self.next_index[other]:
                    effects.append(self.append_entries(other))
            return effects
        elif event.client is not None:
            return [Answer(event.client, NotLeader(self.leader))]
        else:
            return []

    def receive_append_result(self, reply):
        follower = reply.src
        if self.role != Role.LEADER:
            return []
        elif reply.term != self.term:
            return []
        elif reply.success:
            # If successful: update nextIndex and matchIndex for follower (5.3)
            is_news = reply.match_index > self.match_index[follower]
            if is_news:
                self.match_index[follower] = reply.match_index
            if self.next_index[follower] <= self.match_index[follower]:
                self.next_index[follower] = self.match_index[follower] + 1
            # If last log index >= nextIndex for a follower: send AppendEntries RPC
            if is_news and self.log.last_index >= self.next_index[follower]:
                return [self.append_entries(follower)]
            else:
                return []
        else:
            # If AppendEntries fails because of log inconsistency: decrement nextIndex and retry (5.3)
            # (A refusal may be old. What the follower is known to have is not sent again.)
            if self.next_index[follower] > self.match_index[follower] + 1:
                self.next_index[follower] = self.next_index[follower] - 1
                return [self.append_entries(follower)]
            else:
                return []

    def look_for_n(self):
        # If there exists an N such that N > commitIndex, a majority of matchIndex[i] >= N, and log[N].term ==
        # currentTerm: set commitIndex = N (5.3, 5.4)
        n = self.log.last_index
        while n > self.commit_index and self.log.term_at(n) == self.term:
            count = 1  # the leader itself
            for other in self.others():
                if self.match_index[other] >= n:
                    count = count + 1
            if self.is_majority(count):
                self.commit_index = n
            else:
                n = n - 1

    # ------------------------------------------------------------------ Helpers

    def voters(self):
        return self.nodes

    def others(self):
        return [node for node in sorted(self.nodes, reverse=True) if node != self.id]

    def is_majority(self, count):
        return count > len(self.nodes) / 2

    def random_timeout(self):
        # 5.2: "election timeouts are chosen randomly from a fixed interval"
        shortest = self.election_timeout[0]
        longest = self.election_timeout[1]
        return shortest + int(self.random.random() * (longest - shortest + 1))

    def convert_to_follower(self):
        if self.role == Role.LEADER:
            # The timer was the one for heartbeats.
            self.timer = self.random_timeout()
        self.role = Role.FOLLOWER
        self.votes = set()
        self.waiting = {}
        self.next_index = {}
        self.match_index = {}

    def save(self, first=None):
        if first is None:
            first = self.log.last_index + 1
        return Save(self.term, self.voted_for, first, self.log.entries_from(first))

    def append_entries(self, follower):
        previous = self.next_index[follower] - 1
        return Send(
            AppendEntries(
                self.id,
                follower,
                self.term,
                previous,
                self.log.term_at(previous),
                self.log.entries_from(previous + 1),
                self.commit_index,
            )
        )
