"""A right solution in tables and expressions: what is to be done is looked up."""

from raftlab.messages import (
    AppendEntries,
    AppendEntriesReply,
    Applied,
    Apply,
    ElectionTimeout,
    HeartbeatTimeout,
    LogEntry,
    NotLeader,
    RequestVote,
    Role,
    Save,
)

BLANK = {"leader": None, "votes": frozenset()}
TIMEOUTS = {
    Role.LEADER: lambda node: node.on_heartbeat_timeout(HeartbeatTimeout()),
    Role.CANDIDATE: lambda node: node.on_election_timeout(ElectionTimeout()),
    Role.FOLLOWER: lambda node: node.on_election_timeout(ElectionTimeout()),
}
STANDS = {Role.LEADER: False, Role.CANDIDATE: True, Role.FOLLOWER: True}


def put(node, **fields):
    for name, value in fields.items():
        setattr(node, name, value)


def admit(node, msg):
    _ = node.become_follower(msg.term) if msg.term > node.term else None
    return True


def become_follower(node, term):
    if node.role is Role.LEADER:
        node.reset_election_timer()
    put(node, role=Role.FOLLOWER, next_index={}, match_index={}, waiting={}, **BLANK)
    if term > node.term:
        put(node, term=term, voted_for=None)
        node.save()


def become_candidate(node):
    put(
        node,
        role=Role.CANDIDATE,
        leader=None,
        term=node.term + 1,
        voted_for=node.id,
        votes=frozenset([node.id]),
    )
    node.save()
    node.reset_election_timer()


def become_leader(node):
    last = node.log.last_index
    put(
        node,
        role=Role.LEADER,
        leader=node.id,
        next_index=dict.fromkeys(node.peers(), last + 1),
        match_index={each: last * (each == node.id) for each in node.voters()},
    )
    node.broadcast_entries()


def campaign(node):
    node.become_candidate()
    end = (node.log.last_index, node.log.last_term)
    for request in [RequestVote(node.id, each, node.term, *end) for each in node.peers()]:
        node.send(request)
    node.count_votes()


REFUSALS = {
    "RV-1": lambda node, msg: msg.term < node.term,
    "RV-2": lambda node, msg: node.voted_for not in {None, msg.src},
    "UTD": lambda node, msg: (
        (msg.last_log_term, msg.last_log_index) < (node.log.last_term, node.log.last_index)
    ),
}


def on_request_vote(node, msg):
    refusal = next((rule for rule, refuses in REFUSALS.items() if refuses(node, msg)), None)
    if refusal is None:
        put(node, voted_for=msg.src)
        node.save()
        node.reset_election_timer()
    node.reply_vote(msg, vote_granted=refusal is None, because=refusal or "RV-2")


def on_request_vote_reply(node, msg):
    counts = (node.role, node.term, True) == (Role.CANDIDATE, msg.term, msg.vote_granted)
    votes = node.votes | {msg.src} if counts else node.votes
    put(node, votes=votes)
    if counts and node.is_quorum(votes):
        node.become_leader()


def is_quorum(node, nodes):
    needed = {1: 1, 2: 2, 3: 2, 4: 3, 5: 3, 6: 4, 7: 4, 8: 5, 9: 5, 10: 6, 11: 6}
    return len(nodes) >= needed[len(node.voters())]


def on_tick(node, event):
    put(node, timer=node.timer - event.n)
    if node.timer <= 0:
        TIMEOUTS[node.role](node)


def on_election_timeout(node, event):
    if STANDS[node.role]:
        node.campaign()


def reset_election_timer(node):
    lengths = range(node.election_timeout[0], node.election_timeout[1] + 1)
    put(node, timeout=lengths[int(len(lengths) * node.random.random())])
    put(node, timer=node.timeout)


def on_append_entries(node, msg):
    last = msg.prev_log_index + len(msg.entries)
    if msg.term < node.term:
        return answer(node, msg, False, 0)
    if node.role is Role.CANDIDATE:
        node.become_follower(node.term)
    node.reset_election_timer()
    put(node, leader=msg.src)
    if node.log.term_at(msg.prev_log_index) != msg.prev_log_term:
        return answer(node, msg, False, 0)
    at = dict(enumerate(msg.entries, start=msg.prev_log_index + 1))
    news = [index for index, entry in at.items() if node.log.term_at(index) != entry.term]
    if news:
        node.log.replace_from(news[0], [at[index] for index in at if index >= news[0]])
        node.save(from_index=news[0])
    goal = max(node.commit_index, min(msg.leader_commit, last))
    if goal != node.commit_index:
        node.commit(goal, because="AE-5")
    return answer(node, msg, True, last)


def answer(node, msg, success, match):
    node.send(AppendEntriesReply(node.id, msg.src, node.term, success, msg.prev_log_index, match))


def on_append_entries_reply(node, msg):
    known = node.match_index.get(msg.src, 0)
    match (node.role is Role.LEADER and msg.term == node.term, msg.success):
        case (True, True):
            known = max(known, msg.match_index)
            put(
                node,
                match_index=node.match_index | {msg.src: known},
                next_index=node.next_index | {msg.src: known + 1},
            )
            node.advance_commit_index()
        case (True, False) if msg.prev_log_index < node.next_index[msg.src]:
            put(node, next_index=node.next_index | {msg.src: max(known + 1, msg.prev_log_index)})
            node.replicate(msg.src)


def advance_commit_index(node):
    ranked = sorted(node.match_index.values(), reverse=True)
    middle = ranked[len(node.voters()) // 2]
    if middle > node.commit_index and node.log.term_at(middle) == node.term:
        node.commit(middle, because="LE-4")


def replicate(node, peer):
    log = dict(enumerate(node.log, start=1))
    before = node.next_index[peer] - 1
    term = log[before].term if before else 0
    new = tuple(entry for index, entry in log.items() if index > before)
    node.send(AppendEntries(node.id, peer, node.term, before, term, new, node.commit_index))


def commit(node, index, because):
    node.because(because)
    first = node.last_applied + 1
    put(node, commit_index=index, last_applied=index)
    for place, entry in enumerate(node.log.entries_from(first)[: index - first + 1], start=first):
        node._effects.append(Apply(place, entry))
        node.answer(node.waiting.pop(place, None), Applied(place))


def on_propose(node, event):
    if node.role is not Role.LEADER:
        return node.answer(event.client, NotLeader(node.leader))
    index = node.log.append(LogEntry(node.term, event.command))
    put(node, match_index={**node.match_index, node.id: index})
    node.waiting.update({index: event.client} if event.client else {})
    node.save(from_index=index)
    node.broadcast_entries()
    return node.advance_commit_index()


def save(node, from_index=None):
    start = from_index or node.log.last_index + 1
    node._effects.append(Save(node.term, node.voted_for, start, tuple(node.log)[start - 1 :]))
