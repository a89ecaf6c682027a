"""A right solution that spells everything out: loops, flags, messages made by hand."""

from raftlab.messages import (
    Answer,
    AppendEntries,
    AppendEntriesReply,
    Applied,
    Apply,
    ElectionTimeout,
    HeartbeatTimeout,
    LogEntry,
    NotLeader,
    RequestVote,
    RequestVoteReply,
    Role,
    Save,
)


def admit(node, msg):
    if msg.term > node.term:
        node.become_follower(msg.term)
    return True


def become_follower(node, term):
    was_leader = node.role == Role.LEADER
    node.role = Role.FOLLOWER
    node.leader = None
    node.votes = set()
    node.next_index = {}
    node.match_index = {}
    node.waiting = {}
    if was_leader:
        node.reset_election_timer()
    if term > node.term:
        node.term = term
        node.voted_for = None
        node.save()


def become_candidate(node):
    node.reset_election_timer()
    node.term = node.term + 1
    node.role = Role.CANDIDATE
    node.voted_for = node.id
    node.leader = None
    node.votes = set()
    node.votes.add(node.id)
    node.save()


def become_leader(node):
    node.role = Role.LEADER
    node.leader = node.id
    node.next_index = {}
    node.match_index = {}
    for each in node.voters():
        if each == node.id:
            node.match_index[each] = node.log.last_index
        else:
            node.match_index[each] = 0
            node.next_index[each] = node.log.last_index + 1
    node.timer = node.heartbeat_interval
    for each in node.voters():
        if each != node.id:
            node.replicate(each)


def campaign(node):
    node.become_candidate()
    for each in node.voters():
        if each != node.id:
            node.send(RequestVote(node.id, each, node.term, node.log.last_index, node.log.last_term))
    if len(node.voters()) == 1:
        node.become_leader()


def on_request_vote(node, msg):
    grant = True
    if msg.term < node.term:
        grant = False
    if node.voted_for is not None and node.voted_for != msg.src:
        grant = False
    if msg.last_log_term < node.log.last_term:
        grant = False
    if msg.last_log_term == node.log.last_term and msg.last_log_index < node.log.last_index:
        grant = False
    if grant:
        if node.voted_for is None:
            node.voted_for = msg.src
            node.save()
        node.reset_election_timer()
    node.send(RequestVoteReply(node.id, msg.src, node.term, grant))


def on_request_vote_reply(node, msg):
    if node.role != Role.CANDIDATE:
        return
    if msg.term != node.term:
        return
    if not msg.vote_granted:
        return
    node.votes = set(node.votes)
    node.votes.add(msg.src)
    count = 0
    for each in node.voters():
        if each in node.votes:
            count = count + 1
    if count * 2 > len(node.voters()):
        node.become_leader()


def is_quorum(node, nodes):
    count = 0
    for _ in nodes:
        count += 1
    return 2 * count >= len(node.voters()) + 1


def on_tick(node, event):
    node.timer = node.timer - event.n
    if node.timer > 0:
        return
    if node.role == Role.LEADER:
        node.on_heartbeat_timeout(HeartbeatTimeout())
    else:
        node.on_election_timeout(ElectionTimeout())


def on_election_timeout(node, event):
    if node.role == Role.FOLLOWER or node.role == Role.CANDIDATE:
        node.campaign()


def reset_election_timer(node):
    shortest, longest = node.election_timeout
    ticks = shortest
    share = node.random.random()
    while ticks < longest and share >= (ticks - shortest + 1) / (longest - shortest + 1):
        ticks = ticks + 1
    node.timer = ticks
    node.timeout = ticks


def on_append_entries(node, msg):
    if msg.term < node.term:
        node.send(AppendEntriesReply(node.id, msg.src, node.term, False, msg.prev_log_index, 0))
        return
    if node.role == Role.CANDIDATE:
        node.become_follower(msg.term)
    node.leader = msg.src
    node.reset_election_timer()
    if msg.prev_log_index > node.log.last_index or node.log.term_at(msg.prev_log_index) != msg.prev_log_term:
        node.send(AppendEntriesReply(node.id, msg.src, node.term, False, msg.prev_log_index, 0))
        return
    index = msg.prev_log_index
    changed_from = None
    for entry in msg.entries:
        index = index + 1
        if index > node.log.last_index:
            node.log.append(entry)
            if changed_from is None:
                changed_from = index
        elif node.log.term_at(index) != entry.term:
            node.log.replace_from(index, [entry])
            if changed_from is None:
                changed_from = index
    if changed_from is not None:
        node.save(from_index=changed_from)
    last = msg.prev_log_index + len(msg.entries)
    limit = msg.leader_commit
    if limit > last:
        limit = last
    if limit > node.commit_index:
        node.commit(limit, because="AE-5")
    node.send(AppendEntriesReply(node.id, msg.src, node.term, True, msg.prev_log_index, last))


def on_append_entries_reply(node, msg):
    """As Figure 2 has it: each refusal, also a late one, makes the leader step back by one."""
    if node.role != Role.LEADER or msg.term != node.term:
        return
    if msg.success:
        if msg.match_index > node.match_index[msg.src]:
            node.match_index[msg.src] = msg.match_index
        node.next_index[msg.src] = node.match_index[msg.src] + 1
        node.advance_commit_index()
    else:
        if node.next_index[msg.src] > 1:
            node.next_index[msg.src] = node.next_index[msg.src] - 1
        node.replicate(msg.src)


def advance_commit_index(node):
    best = node.commit_index
    for index in range(node.commit_index + 1, node.log.last_index + 1):
        if node.log.term_at(index) != node.term:
            continue
        count = 0
        for each in node.voters():
            if node.match_index[each] >= index:
                count = count + 1
        if count > len(node.voters()) // 2:
            best = index
    if best > node.commit_index:
        node.commit(best, because="LE-4")


def replicate(node, peer):
    first = node.next_index[peer]
    new = []
    for index in range(first, node.log.last_index + 1):
        new.append(node.log.entry(index))
    before = 0
    if first > 1:
        before = node.log.term_at(first - 1)
    node.send(AppendEntries(node.id, peer, node.term, first - 1, before, tuple(new), node.commit_index))


def commit(node, index, because):
    node.because(because)
    node.commit_index = index
    for each in range(node.last_applied + 1, index + 1):
        node.last_applied = each
        node._effects.append(Apply(each, node.log.entry(each)))
        if each in node.waiting:
            client = node.waiting.pop(each)
            node._effects.append(Answer(client, Applied(each)))


def on_propose(node, event):
    if node.role != Role.LEADER:
        if event.client is not None:
            node._effects.append(Answer(event.client, NotLeader(node.leader)))
        return
    index = node.log.last_index + 1
    node.log.replace_from(index, [LogEntry(node.term, event.command)])
    node.save(index)
    if event.client is not None:
        node.waiting[index] = event.client
    node.match_index[node.id] = index
    for each in node.voters():
        if each != node.id:
            node.replicate(each)
    node.timer = node.heartbeat_interval
    node.advance_commit_index()


def save(node, from_index=None):
    entries = ()
    index = node.log.last_index + 1
    if from_index is not None:
        index = from_index
        entries = tuple(node.log.entry(each) for each in range(from_index, node.log.last_index + 1))
    node._effects.append(Save(node.term, node.voted_for, index, entries))
