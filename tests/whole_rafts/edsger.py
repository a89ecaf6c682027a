"""Raft as many small pure functions. The node only looks up, calls them, and assigns the results.

What must be on the disk is found by comparison: the disk at the beginning of the step against the node now.
The effects are gathered in a list `out`, which is handed from method to method.
"""

from functools import reduce
from itertools import takewhile

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

# -- Numbers ------------------------------------------------------------------------------------


def timeout_from(dice, shortest, longest):
    """A whole number in [shortest, longest], from dice in [0, 1). High dice make short timeouts."""
    return longest - int(dice * (longest - shortest + 1))


def quorum(size):
    return size // 2 + 1


def others(nodes, me):
    return tuple(sorted(node for node in nodes if node != me))


# -- Disk ---------------------------------------------------------------------------------------


def shared_length(old, new):
    """How many entries two logs have in common, from their beginning."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new)))


def difference(old, new):
    """The Save that turns one disk into another, or None if they are equal."""
    if old == new:
        return None
    if old.log == new.log:
        return Save(new.term, new.voted_for, len(new.log) + 1, ())
    keep = shared_length(old.log, new.log)
    return Save(new.term, new.voted_for, keep + 1, new.log[keep:])


# -- Votes --------------------------------------------------------------------------------------


def vote_is_free(voted_for, candidate):
    return voted_for is None or voted_for == candidate


def up_to_date(theirs, mine):
    """Both are (last term, last index)."""
    return theirs >= mine


def has_won(votes, nodes):
    return len(frozenset(nodes) & frozenset(votes)) >= quorum(len(nodes))


# -- Logs ---------------------------------------------------------------------------------------


def last_of(log):
    return log.last_term, log.last_index


def fits(log, index, term):
    return index == 0 or log.term_at(index) == term


def merged(old, prev, new):
    """The log after an append: the old one up to the first contradiction, and nothing lost without one."""
    here = old[prev : prev + len(new)]
    agree = all(mine.term == other.term for mine, other in zip(here, new))
    if agree and len(here) == len(new):
        return old
    same = sum(1 for _ in takewhile(lambda pair: pair[0].term == pair[1].term, zip(here, new)))
    return old[: prev + same] + tuple(new[same:])


def majority_match(matches):
    """The highest index that a majority has reached."""
    return sorted(matches, reverse=True)[quorum(len(matches)) - 1]


def risen_commit(commit, reached, term_there, term):
    return reached if reached > commit and term_there == term else commit


def followed_commit(commit, leader_commit, confirmed):
    return max(commit, min(leader_commit, confirmed))


def halved(matched, refused):
    """A next index halfway between what is known to match and what is known not to. matched < refused."""
    return matched + 1 + (refused - matched - 1) // 2


# -- Messages -----------------------------------------------------------------------------------


def append_for(me, node, term, log, following, commit):
    prev = following - 1
    return AppendEntries(me, node, term, prev, log.term_at(prev), log.entries_from(following), commit)


def refusal(me, message, term):
    return AppendEntriesReply(me, message.src, term, False, message.prev_log_index, message.prev_log_index)


def consent(me, message, term):
    confirmed = message.prev_log_index + len(message.entries)
    return AppendEntriesReply(me, message.src, term, True, message.prev_log_index, confirmed)


def with_item(mapping, key, value):
    return {**mapping, key: value}


def without(mapping, keys):
    return {key: value for key, value in mapping.items() if key not in keys}


class EdsgerRaft:
    def __init__(self, id, nodes, random, election_timeout=(15, 30), heartbeat_interval=5, saved=HardState()):
        self.id, self.nodes, self.random = id, nodes, random
        self.election_timeout, self.heartbeat_interval = election_timeout, heartbeat_interval
        self.role, self.leader, self.votes = Role.FOLLOWER, None, frozenset()
        self.term, self.voted_for, self.log = saved.term, saved.voted_for, Log(saved.log)
        self.commit_index = self.last_applied = 0
        self.next_index, self.match_index, self.waiting = {}, {}, {}
        self._restart_timer()

    def voters(self):
        return self.nodes

    def step(self, event):
        disk = self._disk()
        out = []
        if isinstance(event, (RequestVote, RequestVoteReply, AppendEntries, AppendEntriesReply)):
            if event.term > self.term:
                self._adopt(event.term)
        if isinstance(event, Tick):
            self._tick(event, disk, out)
        elif isinstance(event, ElectionTimeout):
            self._election(disk, out)
        elif isinstance(event, HeartbeatTimeout):
            self._heartbeat(out)
        elif isinstance(event, Propose):
            self._propose(event, disk, out)
        elif isinstance(event, RequestVote):
            self._vote(event, disk, out)
        elif isinstance(event, RequestVoteReply):
            self._count_vote(event, disk, out)
        elif isinstance(event, AppendEntries):
            self._take_append(event, disk, out)
        elif isinstance(event, AppendEntriesReply):
            self._count_copy(event, disk, out)
        if not any(isinstance(effect, Save) for effect in out):
            self._persist(disk, out)
        self._apply(out)
        return tuple(out)

    # -- Events --

    def _tick(self, event, disk, out):
        self.timer = self.timer - event.n
        if self.timer <= 0:
            self._heartbeat(out)
            self._election(disk, out)

    def _election(self, disk, out):
        if self.role is Role.LEADER:
            return
        self._restart_timer()
        self.role, self.leader = Role.CANDIDATE, None
        self.term, self.voted_for, self.votes = self.term + 1, self.id, frozenset({self.id})
        self._persist(disk, out)
        term, index = last_of(self.log)
        out.extend(Send(RequestVote(self.id, node, self.term, index, term)) for node in others(self.nodes, self.id))
        self._lead_if_won(out)

    def _heartbeat(self, out):
        if self.role is Role.LEADER:
            self.timer = self.heartbeat_interval
            self._send_appends(out)

    def _propose(self, event, disk, out):
        if self.role is not Role.LEADER:
            if event.client is not None:
                out.append(Answer(event.client, NotLeader(self.leader)))
            return
        self.log = Log((*self.log, LogEntry(self.term, event.command)))
        self.match_index = with_item(self.match_index, self.id, self.log.last_index)
        if event.client is not None:
            self.waiting = with_item(self.waiting, self.log.last_index, event.client)
        self._persist(disk, out)
        self._commit(out)
        self._send_appends(out)

    def _vote(self, event, disk, out):
        granted = (
            event.term == self.term
            and vote_is_free(self.voted_for, event.src)
            and up_to_date((event.last_log_term, event.last_log_index), last_of(self.log))
        )
        if granted:
            self._restart_timer()
            self.voted_for = event.src
        self._persist(disk, out)
        out.append(Send(RequestVoteReply(self.id, event.src, self.term, granted)))

    def _count_vote(self, event, disk, out):
        if self.role is Role.CANDIDATE and event.term == self.term and event.vote_granted:
            self.votes = frozenset(self.votes) | {event.src}
            self._lead_if_won(out)

    def _take_append(self, event, disk, out):
        if event.term < self.term or self.role is Role.LEADER:
            out.append(Send(refusal(self.id, event, self.term)))
            return
        self._restart_timer()
        self.role, self.leader, self.votes = Role.FOLLOWER, event.src, frozenset()
        if not fits(self.log, event.prev_log_index, event.prev_log_term):
            self._persist(disk, out)
            out.append(Send(refusal(self.id, event, self.term)))
            return
        entries = tuple(self.log)
        after = merged(entries, event.prev_log_index, event.entries)
        if after is not entries:
            self.log = Log(after)
        self._persist(disk, out)
        confirmed = event.prev_log_index + len(event.entries)
        self.commit_index = followed_commit(self.commit_index, event.leader_commit, confirmed)
        self._apply(out)
        out.append(Send(consent(self.id, event, self.term)))

    def _count_copy(self, event, disk, out):
        if self.role is not Role.LEADER or event.term != self.term or event.src not in others(self.nodes, self.id):
            return
        matched, following = self.match_index[event.src], self.next_index[event.src]
        if event.success:
            matched = max(matched, event.match_index)
            self.match_index = with_item(self.match_index, event.src, matched)
            self.next_index = with_item(self.next_index, event.src, max(following, matched + 1))
            if self._commit(out):
                self._send_appends(out)
            return
        refused = min(event.prev_log_index, following - 1)
        if refused > matched:  # else it is old news
            self.next_index = with_item(self.next_index, event.src, halved(matched, refused))
            self._send_append(event.src, out)

    # -- Steps that several events share --

    def _disk(self):
        return HardState(self.term, self.voted_for, tuple(self.log))

    def _persist(self, disk, out):
        save = difference(disk, self._disk())
        if save is not None:
            out.append(save)

    def _restart_timer(self):
        self.timer = timeout_from(self.random.random(), *self.election_timeout)

    def _adopt(self, term):
        if self.role is Role.LEADER:
            self._restart_timer()
        self.role, self.term, self.voted_for, self.leader = Role.FOLLOWER, term, None, None
        self.votes, self.next_index, self.match_index, self.waiting = frozenset(), {}, {}, {}

    def _lead_if_won(self, out):
        if not has_won(self.votes, self.nodes):
            return
        peers, last = others(self.nodes, self.id), self.log.last_index
        self.role, self.leader, self.timer = Role.LEADER, self.id, self.heartbeat_interval
        self.next_index = dict.fromkeys(peers, last + 1)
        self.match_index = with_item(dict.fromkeys(peers, 0), self.id, last)
        self.waiting = {}
        self._send_appends(out)

    def _send_append(self, node, out):
        out.append(
            Send(append_for(self.id, node, self.term, self.log, self.next_index[node], self.commit_index))
        )

    def _send_appends(self, out):
        for node in others(self.nodes, self.id):
            self._send_append(node, out)

    def _commit(self, out):
        """Raise the commit index as far as a majority allows, and apply. Did it rise?"""
        matches = [self.log.last_index if node == self.id else self.match_index[node] for node in self.nodes]
        reached = majority_match(matches)
        before = self.commit_index
        self.commit_index = risen_commit(before, reached, self.log.term_at(reached), self.term)
        self._apply(out)
        return self.commit_index > before

    def _apply(self, out):
        """Apply all that is committed; then answer those who waited for it."""
        ready = range(self.last_applied + 1, self.commit_index + 1)
        out.extend(Apply(index, self.log.entry(index)) for index in ready)
        out.extend(Answer(self.waiting[index], Applied(index)) for index in ready if self.waiting.get(index) is not None)
        self.waiting = without(self.waiting, ready)
        self.last_applied = reduce(max, ready, self.last_applied)
