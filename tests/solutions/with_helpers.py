"""A right solution in small functions, which several rules share."""

from raftlab.messages import (
    AppendEntries,
    AppendEntriesReply,
    Applied,
    ElectionTimeout,
    HeartbeatTimeout,
    LogEntry,
    NotLeader,
    RequestVote,
    RequestVoteReply,
    Role,
    Save,
)


def leads(node):
    return node.role is Role.LEADER


def others(node):
    return [each for each in node.nodes if each != node.id]


def more_than_half(node, some):
    return len(set(some)) > len(node.nodes) / 2


def end_of_log(node):
    return node.log.last_term, node.log.last_index


def enter(node, role, leader=None, votes=()):
    node.role, node.leader, node.votes = role, leader, frozenset(votes)


def adopt(node, term):
    node.term, node.voted_for = term, None
    node.save()


def admit(node, msg):
    newer = msg.term > node.term
    if newer:
        node.become_follower(msg.term)
    return True


def become_follower(node, term):
    led = leads(node)
    enter(node, Role.FOLLOWER)
    node.next_index, node.match_index, node.waiting = {}, {}, {}
    if led:
        node.reset_election_timer()
    if node.term < term:
        adopt(node, term)


def become_candidate(node):
    enter(node, Role.CANDIDATE, votes=[node.id])
    node.term, node.voted_for = node.term + 1, node.id
    node.reset_election_timer()
    node.save()


def become_leader(node):
    enter(node, Role.LEADER, node.id, node.votes)
    node.next_index = dict.fromkeys(others(node), node.log.last_index + 1)
    node.match_index = dict.fromkeys(node.nodes, 0)
    node.match_index[node.id] = node.log.last_index
    node.broadcast_entries()


def ask(node, peer):
    term, index = end_of_log(node)
    node.send(RequestVote(node.id, peer, node.term, index, term))


def campaign(node):
    node.become_candidate()
    for peer in others(node):
        ask(node, peer)
    if more_than_half(node, node.votes):
        node.become_leader()


def is_free(node, candidate):
    return node.voted_for is None or node.voted_for == candidate


def is_good(node, msg):
    return (msg.last_log_term, msg.last_log_index) >= end_of_log(node)


def on_request_vote(node, msg):
    grants = msg.term == node.term and is_free(node, msg.src) and is_good(node, msg)
    if grants:
        node.reset_election_timer()
        node.voted_for = msg.src
        node.save()
    node.send(RequestVoteReply(src=node.id, dst=msg.src, term=node.term, vote_granted=grants))


def on_request_vote_reply(node, msg):
    if node.role is Role.CANDIDATE and msg.term == node.term and msg.vote_granted:
        node.votes = frozenset([*node.votes, msg.src])
        if more_than_half(node, node.votes):
            node.become_leader()


def is_quorum(node, nodes):
    return more_than_half(node, nodes)


def on_tick(node, event):
    node.timer -= event.n
    if node.timer <= 0 and leads(node):
        node.on_heartbeat_timeout(HeartbeatTimeout())
    elif node.timer <= 0:
        node.on_election_timeout(ElectionTimeout())


def on_election_timeout(node, event):
    if leads(node):
        return
    node.campaign()


def reset_election_timer(node):
    shortest, longest = node.election_timeout
    node.timeout = shortest + int((longest + 1 - shortest) * node.random.random())
    node.timer = node.timeout


def refuse(node, msg):
    node.send(AppendEntriesReply(node.id, msg.src, node.term, False, msg.prev_log_index, 0))


def confirm(node, msg, until):
    node.send(AppendEntriesReply(node.id, msg.src, node.term, True, msg.prev_log_index, until))


def follow(node, leader):
    if node.role is not Role.FOLLOWER:
        node.become_follower(node.term)
    node.leader = leader
    node.reset_election_timer()


def first_difference(node, index, entries):
    for place, entry in enumerate(entries):
        if node.log.term_at(index + place) != entry.term:
            return place
    return len(entries)


def take(node, index, entries):
    known = first_difference(node, index, entries)
    if known < len(entries):
        node.log.replace_from(index + known, entries[known:])
        node.save(from_index=index + known)


def on_append_entries(node, msg):
    if msg.term < node.term:
        refuse(node, msg)
        return
    follow(node, msg.src)
    if node.log.term_at(msg.prev_log_index) != msg.prev_log_term:
        refuse(node, msg)
        return
    take(node, msg.prev_log_index + 1, msg.entries)
    until = msg.prev_log_index + len(msg.entries)
    confirm(node, msg, until)
    if min(until, msg.leader_commit) > node.commit_index:
        node.commit(min(until, msg.leader_commit), because="AE-5")


def learn(node, peer, match):
    node.match_index[peer] = max(match, node.match_index[peer])
    node.next_index[peer] = node.match_index[peer] + 1


def on_append_entries_reply(node, msg):
    if not leads(node) or msg.term < node.term:
        return
    if msg.success:
        learn(node, msg.src, msg.match_index)
        node.advance_commit_index()
    else:
        node.next_index[msg.src] = max(1, node.next_index[msg.src] - 1, node.match_index[msg.src] + 1)
        node.replicate(msg.src)


def holders(node, index):
    return [each for each, match in node.match_index.items() if match >= index]


def advance_commit_index(node):
    index = node.log.last_index
    while index > node.commit_index and not more_than_half(node, holders(node, index)):
        index -= 1
    if index > node.commit_index and node.log.term_at(index) == node.term:
        node.commit(index, because="LE-4")


def replicate(node, peer):
    prev = node.next_index[peer] - 1
    new = node.log.entries_from(prev + 1)
    node.send(AppendEntries(node.id, peer, node.term, prev, node.log.term_at(prev), new, node.commit_index))


def apply_next(node):
    node.last_applied += 1
    node.apply(node.last_applied)
    node.answer(node.waiting.pop(node.last_applied, None), Applied(node.last_applied))


def commit(node, index, because):
    node.because(because)
    node.commit_index = index
    while node.commit_index > node.last_applied:
        apply_next(node)


def take_command(node, command, client):
    index = node.log.append(LogEntry(node.term, command))
    node.save(from_index=index)
    node.match_index[node.id] = index
    if client:
        node.waiting[index] = client


def on_propose(node, event):
    if leads(node):
        take_command(node, event.command, event.client)
        node.broadcast_entries()
        node.advance_commit_index()
    else:
        node.answer(event.client, NotLeader(node.leader))


def save(node, from_index=None):
    first = node.log.last_index + 1 if from_index is None else from_index
    node.emit(Save(node.term, node.voted_for, first, node.log.entries_from(first)))
