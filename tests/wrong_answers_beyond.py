"""Wrong answers to the rules of PreVote, Snapshots, Membership and Transfer, as learners write them.

As in `wrong_answers.py`: CENTRAL answers are unsafe, or do not do what the rule is for. SLIGHT ones lack a part, and the
nodes are safe and get something done all the same.
"""

RIGHT = {
    "on_request_pre_vote": """
def on_request_pre_vote(node, msg):
    up_to_date = node.log.is_covered_by(msg.last_log_index, msg.last_log_term)
    yes = msg.proposed_term > node.term and up_to_date and not node.has_live_leader()
    node.send(RequestPreVoteReply(node.id, msg.src, max(node.term, msg.term), yes))
""",
    "on_request_pre_vote_reply": """
def on_request_pre_vote_reply(node, msg):
    if node.pre_votes and msg.term == node.term and msg.vote_granted and node.leader is None:
        node.pre_votes |= {msg.src}
        node.count_pre_votes()
""",
    "advance_reads": """
def advance_reads(node):
    waiting = []
    for read in node.reads:
        if read.read_index is None and node.log.term_at(node.commit_index) == node.term:
            read = read._replace(read_index=node.commit_index)
            for peer in node.peers():
                node.send(ConfirmLeader(node.id, peer, node.term, read.round))
        if read.read_index is not None and node.is_quorum(read.confirmed) and node.last_applied >= read.read_index:
            node.answer(read.read.client, ReadNow(read.read.command))
        else:
            waiting.append(read)
    node.reads = tuple(waiting)
""",
    "on_confirm_leader_reply": """
def on_confirm_leader_reply(node, msg):
    if node.role is not Role.LEADER or msg.term != node.term:
        return
    reads = []
    for read in node.reads:
        if read.read_index is not None and read.round <= msg.round:
            read = read._replace(confirmed=read.confirmed | {msg.src})
        reads.append(read)
    node.reads = tuple(reads)
    node.advance_reads()
""",
    "save_snapshot": """
def save_snapshot(node, snapshot):
    node.snapshot = snapshot
    node.log.start_after(snapshot.index, snapshot.term)
    node.emit(SaveSnapshot(snapshot))
""",
    "on_install_snapshot": """
def on_install_snapshot(node, msg):
    index, term = msg.last_included_index, msg.last_included_term
    if msg.term < node.term:
        node.send(InstallSnapshotReply(node.id, msg.src, node.term, 0))
        return
    if node.role is Role.CANDIDATE:
        node.become_follower(node.term)
    node.leader = msg.src
    node.reset_election_timer()
    if index > node.commit_index:
        node.commit_index = node.last_applied = index
        node.save_snapshot(Snapshot(index, term, msg.state, msg.voters))
        node.emit(Restore(node.snapshot))
    node.send(InstallSnapshotReply(node.id, msg.src, node.term, index))
""",
    "objection": """
def objection(node, voters):
    if node.log.term_at(node.commit_index) != node.term:
        return "MC-3", "nothing of this term is committed"
    if len(set(voters) ^ set(node.voters())) != 1 or not voters:
        return "MC-2", "one node at a time"
    if node.newcomer:
        return "MC-2", "another node is catching up"
    for index in range(node.commit_index + 1, node.log.last_index + 1):
        if node.log.entry(index).command.startswith("voters "):
            return "MC-2", "the last change is not committed"
    return None
""",
    "hand_over": """
def hand_over(node):
    if node.successor is None:
        return
    if node.match_index.get(node.successor) == node.log.last_index:
        node.send(TimeoutNow(node.id, node.successor, node.term))
""",
}
ANSWER = "    node.send(RequestPreVoteReply(node.id, msg.src, max(node.term, msg.term), yes))\n"
INSTALLED = "    node.send(InstallSnapshotReply(node.id, msg.src, node.term, index))\n"
NEW = "msg.last_included_index, msg.last_included_term, msg.state, msg.voters"
PENDING = "range(node.commit_index + 1, node.log.last_index + 1)"
READY = "node.match_index.get(node.successor) == node.log.last_index"

# For each rule: a text of one of its lines and what stands instead; or None and a whole body.
CENTRAL = {
    "on_request_pre_vote": {
        "does nothing": (None, "pass"),
        "always agrees": ("yes))", "True))"),
        "always refuses": ("yes))", "False))"),
        "the opposite": ("yes))", "not yes))"),
        "looks at no log": (" and up_to_date", ""),
        "the log the other way round": (" and up_to_date", " and not up_to_date"),
        "agrees although it hears a leader": (" and not node.has_live_leader()", ""),
        "agrees only if it hears a leader": ("and not node.has_live_leader()", "and node.has_live_leader()"),
        "adopts the term of the question": ("    node.send", "    if msg.proposed_term > node.term:\n        node.become_follower(msg.proposed_term)\n    node.send"),
        "gives its vote": ("    node.send", "    if yes:\n        node.voted_for = msg.src\n        node.save()\n    node.send"),
        "refuses once it has voted": ("yes = ", "yes = node.voted_for is None and "),
        "answers with the term of the election": ("max(node.term, msg.term)", "max(node.term, msg.proposed_term)"),
        # A node with the best log may then ask for ever, in a term that all others have left.
        "answers with the term of the question": ("max(node.term, msg.term)", "msg.term"),
        "only a leader has a leader": ("not node.has_live_leader()", "node.role is not Role.LEADER"),
        "only last terms": ("node.log.is_covered_by(msg.last_log_index, msg.last_log_term)", "msg.last_log_term >= node.log.last_term"),
        "adopts a later term": ("    up_to_date =", "    if msg.term > node.term:\n        node.become_follower(msg.term)\n    up_to_date ="),
        "answers with a vote": ("RequestPreVoteReply(node.id, msg.src, max(node.term, msg.term), yes)", "RequestVoteReply(node.id, msg.src, node.term, yes)"),
    },
    "on_request_pre_vote_reply": {
        "does nothing": (None, "pass"),
        "counts refusals": (" and msg.vote_granted", ""),
        "counts only refusals": ("and msg.vote_granted", "and not msg.vote_granted"),
        "notes them, and does not count": ("        node.count_pre_votes()\n", ""),
        "counts, and does not note them": ("        node.pre_votes |= {msg.src}\n", ""),
        "counts itself again": ("{msg.src}", "{msg.dst}"),
        "one yes is enough": ("node.count_pre_votes()", "node.become_candidate()"),
        "forgets its own": ("node.pre_votes |= {msg.src}", "node.pre_votes = frozenset({msg.src})"),
        "takes each yes for a vote": ("node.pre_votes |= {msg.src}", "node.votes |= {msg.src}"),
        "counts only as a candidate": ("if node.pre_votes", "if node.role is Role.CANDIDATE and node.pre_votes"),
        "leads": ("node.count_pre_votes()", "if node.is_quorum(node.pre_votes):\n            node.become_leader()"),
    },
    "advance_reads": {
        "does nothing": (None, "pass"),
        "answers all at once": ("read.read_index is not None and node.is_quorum(read.confirmed) and node.last_applied >= read.read_index", "True"),
        "needs no majority": (" and node.is_quorum(read.confirmed)", ""),
        "one confirmation is enough": ("node.is_quorum(read.confirmed)", "len(read.confirmed) > 1"),
        "needs everybody": ("node.is_quorum(read.confirmed)", "len(read.confirmed) == len(node.voters())"),
        "reads at once after its election": (" and node.log.term_at(node.commit_index) == node.term", ""),
        "looks at the last entry": ("node.log.term_at(node.commit_index)", "node.log.last_term"),
        "does not wait for the state machine": (" and node.last_applied >= read.read_index", ""),
        "reads what is applied": ("read_index=node.commit_index", "read_index=node.last_applied"),
        "asks nobody": ("                node.send(ConfirmLeader(node.id, peer, node.term, read.round))", "                pass"),
        "asks in no round": ("node.term, read.round", "node.term, 0"),
        "answers with an entry": ("ReadNow(read.read.command)", "Applied(read.read_index)"),
    },
    "on_confirm_leader_reply": {
        "does nothing": (None, "pass"),
        "any round": (" and read.round <= msg.round", ""),
        "later reads only": ("read.round <= msg.round", "read.round >= msg.round"),
        "one read too many": ("read.round <= msg.round", "read.round <= msg.round + 1"),
        "any term": (" or msg.term != node.term", ""),
        "forgets the others": ("read.confirmed | {msg.src}", "frozenset({msg.src})"),
        "one is enough": ("read.confirmed | {msg.src}", "frozenset(node.voters())"),
        "counts itself": ("{msg.src}", "{msg.dst}"),
        "does not go on": ("    node.advance_reads()\n", ""),
    },
    "save_snapshot": {
        "does nothing": (None, "pass"),
        "only remembers it": (None, "node.snapshot = snapshot"),
        "does not save it": ("    node.emit(SaveSnapshot(snapshot))\n", ""),
        "does not remember it": ("    node.snapshot = snapshot\n", ""),
        "keeps its log": ("    node.log.start_after(snapshot.index, snapshot.term)\n", ""),
        "drops all that follows": ("node.log.start_after(snapshot.index, snapshot.term)", "node.log.start_after(snapshot.index, snapshot.term)\n    if node.log.last_index > snapshot.index:\n        node.log.replace_from(snapshot.index + 1, ())"),
        "keeps all that follows": ("snapshot.index, snapshot.term)", "snapshot.index, node.log.term_at(snapshot.index) or snapshot.term)"),
        "the term of the node": ("snapshot.index, snapshot.term", "snapshot.index, node.term"),
        "the last term of its log": ("snapshot.index, snapshot.term", "snapshot.index, node.log.last_term"),
        "an entry too few": ("snapshot.index, snapshot.term", "snapshot.index - 1, snapshot.term"),
        "an entry too many": ("snapshot.index, snapshot.term", "snapshot.index + 1, snapshot.term"),
        "saves the old one": (None, "node.emit(SaveSnapshot(node.snapshot))\n    node.snapshot = snapshot\n    node.log.start_after(snapshot.index, snapshot.term)"),
        "saves it as usual": ("node.emit(SaveSnapshot(snapshot))", "node.save()"),
        "keeps three entries that follow": ("    node.log.start_after(snapshot.index, snapshot.term)\n", "    node.log.start_after(snapshot.index, snapshot.term)\n    if node.log.last_index > snapshot.index + 3:\n        node.log.replace_from(snapshot.index + 4, ())\n"),
        "clears the disk first": ("    node.snapshot = snapshot\n", "    node.emit(Save(node.term, node.voted_for, node.log.start + 1, ()))\n    node.snapshot = snapshot\n"),
        "deletes what follows on the disk": ("SaveSnapshot(snapshot))\n", "SaveSnapshot(snapshot))\n    node.emit(Save(node.term, node.voted_for, snapshot.index + 1, ()))\n"),
        "deletes what follows on the disk, and writes it again": ("SaveSnapshot(snapshot))\n", "SaveSnapshot(snapshot))\n    node.emit(Save(node.term, node.voted_for, snapshot.index + 1, ()))\n    node.save(snapshot.index + 1)\n"),
        "saves it with the term of the node": ("SaveSnapshot(snapshot)", "SaveSnapshot(snapshot._replace(term=node.term))"),
        "saves it up to the end of its log": ("SaveSnapshot(snapshot)", "SaveSnapshot(snapshot._replace(index=node.log.last_index))"),
        "saves it without the state": ("SaveSnapshot(snapshot)", "SaveSnapshot(snapshot._replace(state=''))"),
        "saves it without who has a vote": ("SaveSnapshot(snapshot)", "SaveSnapshot(snapshot._replace(voters=()))"),
        "makes it again without who has a vote": ("node.snapshot = snapshot", "node.snapshot = snapshot = Snapshot(snapshot.index, snapshot.term, snapshot.state)"),
        "takes its vote from the disk": ("SaveSnapshot(snapshot))\n", "SaveSnapshot(snapshot))\n    node.emit(Save(node.term, None, node.log.last_index + 1, ()))\n"),
        "only if it is later than its log": ("    node.snapshot", "    if snapshot.index <= node.log.last_index:\n        return\n    node.snapshot"),
    },
    "on_install_snapshot": {
        "takes over what it has": ("index > node.commit_index", "index >= node.commit_index"),
        "does nothing": (None, "pass"),
        "always refuses": (None, "node.send(InstallSnapshotReply(node.id, msg.src, node.term, 0))"),
        "only says that it has it": (None, "node.send(InstallSnapshotReply(node.id, msg.src, node.term, msg.last_included_index))"),
        "takes old ones over": ("index > node.commit_index", "True"),
        "looks only at the end of its log": ("index > node.commit_index", "index > node.log.last_index"),
        "takes only old ones over": ("index > node.commit_index", "index < node.commit_index"),
        "does not look at the term": ("msg.term < node.term", "False"),
        "refuses in its own term": ("msg.term < node.term", "msg.term <= node.term"),
        "confirms what it refuses": ("node.term, 0))", "node.term, msg.last_included_index))"),
        "confirms in the old term": ("node.term, 0))", "msg.term, msg.last_included_index))"),
        "never confirms": (INSTALLED, ""),
        "confirms its whole log": ("node.term, index))", "node.term, node.log.last_index))"),
        "confirms before it saves": ("    if index >", f"{INSTALLED}    if index >"),
        "does not save it": ("        node.save_snapshot(Snapshot(index, term, msg.state, msg.voters))\n        node.emit(Restore(node.snapshot))\n", f"        node.snapshot = Snapshot({NEW})\n        node.emit(Restore(node.snapshot))\n"),
        "keeps its state": ("        node.emit(Restore(node.snapshot))\n", ""),
        "restores the old state": ("        node.save_snapshot", "        node.emit(Restore(node.snapshot))\n        node.save_snapshot"),
        "commits nothing": ("        node.commit_index = node.last_applied = index\n", ""),
        "applies it again": ("node.commit_index = node.last_applied = index", "node.commit_index = index"),
        "forgets who has a vote": ("msg.state, msg.voters", "msg.state, ()"),
        "throws its log away before it saves": ("        node.commit_index = node.last_applied", "        if node.log.term_at(index) != term and len(node.log):\n            node.log.replace_from(node.log.start + 1, ())\n            node.save(node.log.start + 1)\n        node.commit_index = node.last_applied"),
        "saves old ones": ("    if index >", f"    node.emit(SaveSnapshot(Snapshot({NEW})))\n    if index >"),
        "gives it its own term": ("Snapshot(index, term,", "Snapshot(index, node.term,"),
    },
    "objection": {
        "only one change in its life": (PENDING, "range(node.log.start + 1, node.log.last_index + 1)"),
        "lets the last voter go": (" or not voters", ""),
        "allows everything": (None, "return None"),
        "does nothing": (None, "pass"),
        "forbids everything": (None, 'return "MC-2", "no"'),
        "before anything is committed": ("node.log.term_at(node.commit_index) != node.term", "False"),
        "looks at the last entry": ("node.log.term_at(node.commit_index)", "node.log.last_term"),
        "is content with any commit": ("node.log.term_at(node.commit_index) != node.term", "node.commit_index == 0"),
        "several at once": ("len(set(voters) ^ set(node.voters())) != 1 or not voters", "not voters"),
        "two at once": (") != 1", ") > 2"),
        "compares how many": ("len(set(voters) ^ set(node.voters())) != 1", "abs(len(voters) - len(node.voters())) != 1"),
        "only nodes that are added": ("set(voters) ^ set(node.voters())", "set(voters) - set(node.voters())"),
        "only nodes that are removed": ("set(voters) ^ set(node.voters())", "set(node.voters()) - set(voters)"),
        "while another node catches up": ("    if node.newcomer:\n", "    if False:\n"),
        "while the newcomer is not among them": ("if node.newcomer:", "if node.newcomer in voters:"),
        "while the last change is pending": (PENDING, "()"),
        "if only the last entry is no change": (PENDING, "[node.log.last_index] if node.log.last_index > node.commit_index else []"),
        "forgets the last entry": (PENDING, "range(node.commit_index + 1, node.log.last_index)"),
        "forgets the first entry": (PENDING, "range(node.commit_index + 2, node.log.last_index + 1)"),
        "looks for a command": ('startswith("voters ")', 'startswith("change")'),
    },
    "hand_over": {
        "is content with any entry": (READY, "node.match_index.get(node.successor, 0) > 0"),
        "is content with a guess": (READY, "node.next_index[node.successor] > node.log.last_index"),
        "is content with any entry of the last term": (READY, "node.log.term_at(node.match_index.get(node.successor, 0)) == node.log.last_term"),
        "an entry too early": ("== node.log.last_index", ">= node.log.last_index - 1"),
        "waits for what is committed": ("== node.log.last_index", ">= node.commit_index"),
        "does nothing": (None, "pass"),
        "does not wait": (f"    if {READY}:\n", "    if True:\n"),
        "waits until it is behind": (READY, READY.replace("==", "!=")),
        "looks at its own log": (READY, "node.match_index.get(node.id) == node.log.last_index"),
        "tells itself": ("TimeoutNow(node.id, node.successor", "TimeoutNow(node.id, node.id"),
        "in the term before": ("node.term))", "node.term - 1))"),
        "tells everybody": ("        node.send(TimeoutNow(node.id, node.successor, node.term))\n", "        for peer in node.peers():\n            node.send(TimeoutNow(node.id, peer, node.term))\n"),
    },
}  # fmt: skip
SLIGHT = {
    "on_request_pre_vote": {
        "answers only with a yes": (ANSWER, f"    if yes:\n    {ANSWER}"),
        # It costs another round: the voter learns the term from the answer to its own question.
        "answers with its own term": ("max(node.term, msg.term)", "node.term"),
        "forgets its leader": ("    node.send", "    node.leader = None\n    node.send"),
        "starts its timer again": ("    node.send", "    node.reset_election_timer()\n    node.send"),
        "agrees in any term": ("msg.proposed_term > node.term and ", ""),
        "agrees to an election in its own term": ("msg.proposed_term > ", "msg.proposed_term >= "),
    },
    "on_request_pre_vote_reply": {
        "counts without having asked": ("node.pre_votes and ", ""),
        "counts although it hears a leader": (" and node.leader is None", ""),
        "counts answers of any term": (" and msg.term == node.term", ""),
    },
    "advance_reads": {
        "only the first read": ("in node.reads:", "in node.reads[:1]:"),
        "keeps what it has answered": ("        else:\n            waiting", "        if True:\n            waiting"),
        "only what is applied this far": ("last_applied >=", "last_applied =="),
    },
    "on_confirm_leader_reply": {
        "only this round": ("read.round <= msg.round", "read.round == msg.round"),
        "reads that it has not asked for": ("read.read_index is not None and ", ""),
        "only the first read": ("in node.reads:", "in node.reads[:1]:"),
    },
    "on_install_snapshot": {
        "refuses without a word": ("        node.send(InstallSnapshotReply(node.id, msg.src, node.term, 0))\n", ""),
        "a candidate stays one": ("        node.become_follower(node.term)\n", "        pass\n"),
        "knows no leader": ("    node.leader = msg.src\n", ""),
        "never starts its timer again": ("    node.reset_election_timer()\n", ""),
    },
    "hand_over": {
        "in the name of the successor": ("TimeoutNow(node.id, ", "TimeoutNow(node.successor, "),
        "in the next term": ("node.term))", "node.term + 1))"),
        "steps down": ("node.term))", "node.term))\n        node.become_follower(node.term)"),
    },
}  # fmt: skip


def text_beyond(item, wrong):
    """The text of a wrong answer."""
    there, instead = wrong
    right = RIGHT[item]
    if there is None:
        return f"{right.splitlines()[1]}\n    {instead}\n"
    assert right.count(there) == 1, (item, there)
    return right.replace(there, instead)
