"""Raft as a state machine in the manner of a TLA+ specification.

    Next == the first action in ACTIONS whose guard holds

An action is a guard and an effect. The guard is a predicate on the node and the event that it has in hand (None, if there
is none left). The effect changes the node, and returns what is left of the event: the event itself, if other
actions have still to see it, or None, if it is consumed. A step ends when no action is enabled.
"""

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

MESSAGE = (RequestVote, RequestVoteReply, AppendEntries, AppendEntriesReply)
EVENT = (*MESSAGE, Tick, ElectionTimeout, HeartbeatTimeout, Propose)


class LeslieRaft:
    def __init__(self, id, nodes, random, election_timeout=(15, 30), heartbeat_interval=5, saved=HardState()):
        self.id, self.nodes, self.random = id, nodes, random
        self.election_timeout, self.heartbeat_interval = election_timeout, heartbeat_interval
        self.term, self.voted_for, self.log = saved.term, saved.voted_for, Log(saved.log)
        self.role, self.leader, self.votes = Role.FOLLOWER, None, frozenset()
        self.commit_index, self.last_applied = 0, 0
        self.next_index, self.match_index, self.waiting = {}, {}, {}
        self.timer = self.some_timeout()

    def step(self, event):
        out = []
        enabled = True
        while enabled:
            enabled = False
            for guard, effect in ACTIONS:
                if guard(self, event):
                    event = effect(self, event, out)
                    enabled = True
                    break
        return tuple(out)

    # ---- operators: they change nothing, except that a timeout uses up a random number

    def voters(self):
        return self.nodes

    def others(self):
        return [n for n in self.nodes if n != self.id]

    def is_quorum(self, number):
        return 2 * number > len(self.nodes)

    def some_timeout(self):
        low, high = self.election_timeout
        return low + int(self.random.random() * (high - low + 1))

    def stored_by(self, index):
        """How many nodes are known to have the entry at this index."""
        return 1 + sum(self.match_index[n] >= index for n in self.others())

    def committable(self):
        """{i in commit_index + 1 .. Len(log): log[i].term = term /\\ a quorum has it}"""
        new = range(self.commit_index + 1, self.log.last_index + 1)
        return [i for i in new if self.log.term_at(i) == self.term and self.is_quorum(self.stored_by(i))]

    def log_fits(self, m):
        return m.prev_log_index == 0 or self.log.term_at(m.prev_log_index) == m.prev_log_term

    def conflicts(self, m):
        """The indexes at which the log contradicts the append."""
        numbered = enumerate(m.entries, m.prev_log_index + 1)
        return [i for i, e in numbered if self.log.term_at(i) not in (None, e.term)]

    def last_of(self, m):
        return m.prev_log_index + len(m.entries)

    def save(self, index=None):
        index = self.log.last_index + 1 if index is None else index
        return Save(self.term, self.voted_for, index, self.log.entries_from(index))

    def append_for(self, n):
        prev = self.next_index[n] - 1
        entries = self.log.entries_from(prev + 1)
        return Send(AppendEntries(self.id, n, self.term, prev, self.log.term_at(prev), entries, self.commit_index))

    def appends(self):
        return [self.append_for(n) for n in self.others()]


# ---- guards


def is_from_later_term(s, e):
    return type(e) in MESSAGE and e.term > s.term


def is_tick(s, e):
    return type(e) is Tick


def is_election_timeout(s, e):
    return type(e) is ElectionTimeout and s.role is not Role.LEADER


def is_heartbeat_timeout(s, e):
    return type(e) is HeartbeatTimeout and s.role is Role.LEADER


def is_request_to_grant(s, e):
    return (
        type(e) is RequestVote
        and e.term == s.term
        and s.voted_for in (None, e.src)
        and s.log.is_covered_by(e.last_log_index, e.last_log_term)
    )


def is_request(s, e):
    return type(e) is RequestVote


def is_vote(s, e):
    return type(e) is RequestVoteReply and e.term == s.term and e.vote_granted and s.role is Role.CANDIDATE


def is_stale_append(s, e):
    return type(e) is AppendEntries and e.term < s.term


def is_append_to_candidate(s, e):
    return type(e) is AppendEntries and e.term == s.term and s.role is Role.CANDIDATE


def is_append(s, e):
    return type(e) is AppendEntries and e.term == s.term and s.role is Role.FOLLOWER


def is_append_after_gap(s, e):
    return is_append(s, e) and not s.log_fits(e)


def is_append_with_conflict(s, e):
    return is_append(s, e) and s.conflicts(e) != []


def is_append_with_news(s, e):
    return is_append(s, e) and s.last_of(e) > s.log.last_index


def is_success(s, e):
    return type(e) is AppendEntriesReply and e.term == s.term and s.role is Role.LEADER and e.success


def is_refusal(s, e):
    # A refusal at or below the match index is old, and so is one of an append that went out before the last refusal.
    return (
        type(e) is AppendEntriesReply
        and e.term == s.term
        and s.role is Role.LEADER
        and not e.success
        and s.match_index[e.src] < e.prev_log_index < s.next_index[e.src]
    )


def is_command(s, e):
    return type(e) is Propose and s.role is Role.LEADER


def is_misdirected_command(s, e):
    return type(e) is Propose and s.role is not Role.LEADER


def is_of_no_use(s, e):
    return type(e) in EVENT


def is_elected(s, e):
    return e is None and s.role is Role.CANDIDATE and s.is_quorum(len(s.votes))


def can_commit(s, e):
    return e is None and s.role is Role.LEADER and s.committable() != []


def can_apply(s, e):
    return e is None and s.commit_index > s.last_applied


# ---- effects


def update_term(s, e, out):
    if s.role is Role.LEADER:
        s.timer = s.some_timeout()
    s.term, s.voted_for, s.role, s.leader = e.term, None, Role.FOLLOWER, None
    s.votes, s.next_index, s.match_index, s.waiting = frozenset(), {}, {}, {}
    out.append(s.save())
    return e


def count_down(s, e, out):
    s.timer -= e.n
    if s.timer > 0:
        return None
    return HeartbeatTimeout() if s.role is Role.LEADER else ElectionTimeout()


def start_election(s, e, out):
    s.term, s.voted_for, s.role, s.leader = s.term + 1, s.id, Role.CANDIDATE, None
    s.votes = frozenset({s.id})
    s.timer = s.some_timeout()
    out.append(s.save())
    out += [Send(RequestVote(s.id, n, s.term, s.log.last_index, s.log.last_term)) for n in s.others()]


def send_heartbeats(s, e, out):
    s.timer = s.heartbeat_interval
    out += s.appends()


def grant(s, e, out):
    s.timer = s.some_timeout()
    if s.voted_for is None:
        s.voted_for = e.src
        out.append(s.save())
    out.append(Send(RequestVoteReply(s.id, e.src, s.term, True)))


def deny(s, e, out):
    out.append(Send(RequestVoteReply(s.id, e.src, s.term, False)))


def count_vote(s, e, out):
    s.votes = frozenset(s.votes) | {e.src}


def refuse_append(s, e, out):
    out.append(Send(AppendEntriesReply(s.id, e.src, s.term, False, e.prev_log_index, 0)))


def give_up(s, e, out):
    s.role, s.votes = Role.FOLLOWER, frozenset()
    return e


def refuse_append_of_leader(s, e, out):
    s.leader, s.timer = e.src, s.some_timeout()
    refuse_append(s, e, out)


def delete_conflict(s, e, out):
    first = min(s.conflicts(e))
    s.log.replace_from(first, ())
    out.append(s.save(first))
    return e


def append_news(s, e, out):
    first = s.log.last_index + 1
    s.log.replace_from(first, e.entries[first - e.prev_log_index - 1 :])
    out.append(s.save(first))
    return e


def accept_append(s, e, out):
    s.leader, s.timer = e.src, s.some_timeout()
    s.commit_index = max(s.commit_index, min(e.leader_commit, s.last_of(e)))
    out.append(Send(AppendEntriesReply(s.id, e.src, s.term, True, e.prev_log_index, s.last_of(e))))


def note_success(s, e, out):
    s.match_index[e.src] = max(s.match_index[e.src], e.match_index)
    s.next_index[e.src] = max(s.next_index[e.src], e.match_index + 1)


def step_back(s, e, out):
    # match_index < prev_log_index < next_index, so that half the way from match index + 1 is always lower.
    s.next_index[e.src] = (s.match_index[e.src] + 1 + e.prev_log_index) // 2
    out.append(s.append_for(e.src))


def take_command(s, e, out):
    index = s.log.last_index + 1
    s.log.replace_from(index, [LogEntry(s.term, e.command)])
    s.match_index[s.id] = index
    if e.client is not None:
        s.waiting[index] = e.client
    out.append(s.save(index))
    out += s.appends()


def turn_away(s, e, out):
    if e.client is not None:
        out.append(Answer(e.client, NotLeader(s.leader)))


def drop(s, e, out):
    return None


def lead(s, e, out):
    s.role, s.leader, s.votes = Role.LEADER, s.id, frozenset()
    s.next_index = {n: s.log.last_index + 1 for n in s.others()}
    s.match_index = {n: s.log.last_index if n == s.id else 0 for n in s.nodes}
    s.waiting = {}
    s.timer = s.heartbeat_interval
    out += s.appends()


def commit(s, e, out):
    s.commit_index = max(s.committable())


def apply_next(s, e, out):
    s.last_applied += 1
    out.append(Apply(s.last_applied, s.log.entry(s.last_applied)))
    client = s.waiting.pop(s.last_applied, None)
    if client is not None:
        out.append(Answer(client, Applied(s.last_applied)))


# ---- Next

ACTIONS = (
    (is_from_later_term, update_term),
    (is_tick, count_down),
    (is_election_timeout, start_election),
    (is_heartbeat_timeout, send_heartbeats),
    (is_request_to_grant, grant),
    (is_request, deny),
    (is_vote, count_vote),
    (is_stale_append, refuse_append),
    (is_append_to_candidate, give_up),
    (is_append_after_gap, refuse_append_of_leader),
    (is_append_with_conflict, delete_conflict),
    (is_append_with_news, append_news),
    (is_append, accept_append),
    (is_success, note_success),
    (is_refusal, step_back),
    (is_command, take_command),
    (is_misdirected_command, turn_away),
    (is_of_no_use, drop),
    (is_elected, lead),
    (can_commit, commit),
    (can_apply, apply_next),
)
