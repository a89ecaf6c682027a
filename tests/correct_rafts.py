"""Correct variants of raft.py: each makes one choice that the paper leaves open, or says the same in another way.

A choice is a few small changes to the text of raft.py: the original text, and the text in its place. `VARIANTS` holds
each choice alone and then several at a time, drawn with fixed dice. All of them are right, so that they must get all
points. A choice that only seems right has no place here: see `test_mutants.py`.
"""

import types
from functools import cache
from itertools import count
from random import Random

from textbook import SOURCE

from raftlab.checks.right.choices import ADVANCE, AGREE, BACK, CHOICES, FIRST, LACKS, LE_4

HOW_MANY = 200

# -- Close to a right choice, but wrong: the handler checks must not let these through --------------------------------

SAYS_MORE = "AppendEntries(self.id, peer, self.term, self.log.last_index, self.log.last_term, (), self.commit_index + 1)"
ALMOST = {
    "a commit is told at once, and one entry more": (
        (LE_4, LE_4 + f"                    for peer in self.peers():\n                        self.send({SAYS_MORE})\n"),),
    "the rest is sent at once after a success, as if the entry before it were of the present term": (
        (ADVANCE, ADVANCE + f"            if {LACKS}:\n                at = self.next_index[msg.src]\n                self.send(AppendEntries(self.id, msg.src, self.term, at - 1, self.term, self.log.entries_from(at), self.commit_index))\n"),),
    "the rest is sent at once after a success, without its first entry": (
        (ADVANCE, ADVANCE + f"            if {LACKS}:\n                self.send(AppendEntries(self.id, msg.src, self.term, msg.match_index, self.log.term_at(msg.match_index), self.log.entries_from(self.next_index[msg.src] + 1), self.commit_index))\n"),),
    "the rest is sent at once after a success of an older term": (
        ("        if self.role is not Role.LEADER or msg.term < self.term:\n            return\n",
         "        if self.role is not Role.LEADER:\n            return\n        if msg.term < self.term:\n            self.replicate(msg.src)\n            return\n"),),
    "a new leader begins two entries after its last": ((FIRST, "dict.fromkeys(self.peers(), self.log.last_index + 2)"),),
    "a new leader begins with entry 0": ((FIRST, "dict.fromkeys(self.peers(), 0)"),),
    "after a refusal a leader tries the same again": ((BACK, ""),),
    "after a refusal a leader begins with entry 0": ((BACK, "            self.next_index[msg.src] = 0\n"),),
    "after a refusal a leader waits for its heartbeat": ((BACK + "            self.replicate(msg.src)\n", BACK),),
    "after a success the next index is the match index": ((AGREE, "            self.next_index[msg.src] = self.match_index[msg.src]\n"),),
    "a leader that steps down remembers its clients": (
        ("        self.next_index, self.match_index, self.waiting = {}, {}, {}\n", "        self.next_index, self.match_index = {}, {}\n"),),
}  # fmt: skip


def source_with(*names: str) -> str | None:
    """The text of raft.py with these choices made; None if two of them change the same place, or tell a commit twice."""
    if sum(name.startswith("a commit is told at once") for name in names) > 1:
        return None
    source = SOURCE
    for name in names:
        for there, instead in (CHOICES | ALMOST)[name]:
            if source.count(there) != 1:
                return None
            source = source.replace(there, instead)
    return source


def _drawn() -> dict[str, tuple[str, ...]]:
    """Each choice alone, and then two to six of them at a time, until there are enough."""
    found = {name: (name,) for name in CHOICES}
    dice, names = Random("right variants"), list(CHOICES)
    for number in count():
        if len(found) == HOW_MANY:
            return found
        some = tuple(
            sorted({names[int(dice.random() * len(names))] for _ in range(2 + number % 5)}, key=names.index)
        )
        if len(some) > 1 and some not in found.values() and source_with(*some) is not None:
            found[" + ".join(some)] = some
    raise AssertionError


VARIANTS: dict[str, tuple[str, ...]] = _drawn()


@cache
def variant(name: str) -> type:
    """The node class of a variant, or of a mistake that is near to one."""
    source = source_with(*VARIANTS.get(name, (name,)))
    assert source is not None
    module = types.ModuleType("variant")
    exec(compile(source, "variant", "exec"), module.__dict__)
    return module.Raft


# -- Right answers for rules of extensions: the rule, and its text --------------------------------------------------

EXTENSIONS: dict[str, tuple[str, str]] = {
    "reads are answered one after the other, in order": ("advance_reads", '''
def advance_reads(node):
    queue = list(node.reads)
    for place, read in enumerate(queue):
        if read.read_index is None and node.log.term_at(node.commit_index) == node.term:
            queue[place] = read = read._replace(read_index=node.commit_index)
            for peer in node.peers():
                node.send(ConfirmLeader(node.id, peer, node.term, read.round))
    while queue and queue[0].read_index is not None and node.is_quorum(queue[0].confirmed) and node.last_applied >= queue[0].read_index:
        node.answer(queue[0].read.client, ReadNow(queue[0].read.command))
        queue.pop(0)
    node.reads = tuple(queue)
'''),
    "reads that wait are asked for together": ("advance_reads", '''
def advance_reads(node):
    asks = node.log.term_at(node.commit_index) == node.term
    fresh = [read.round for read in node.reads if read.read_index is None] if asks else []
    reads = [read._replace(read_index=node.commit_index) if read.round in fresh else read for read in node.reads]
    if fresh:
        for peer in node.peers():
            node.send(ConfirmLeader(node.id, peer, node.term, max(fresh)))
    waiting = []
    for read in reads:
        done = read.read_index is not None and node.is_quorum(read.confirmed) and node.last_applied >= read.read_index
        if done:
            node.answer(read.read.client, ReadNow(read.read.command))
        else:
            waiting.append(read)
    node.reads = tuple(waiting)
'''),
    "a read waits for all that is committed by its answer": ("advance_reads", '''
def advance_reads(node):
    waiting = []
    for read in node.reads:
        if node.log.term_at(node.commit_index) == node.term:
            if read.read_index is None:
                for peer in node.peers():
                    node.send(ConfirmLeader(node.id, peer, node.term, read.round))
            read = read._replace(read_index=node.commit_index)
        if read.read_index is None or not node.is_quorum(read.confirmed) or node.last_applied < read.read_index:
            waiting.append(read)
        else:
            node.answer(read.read.client, ReadNow(read.read.command))
    node.reads = tuple(waiting)
'''),
    "a confirmation is counted read by read": ("on_confirm_leader_reply", '''
def on_confirm_leader_reply(node, msg):
    if node.role is not Role.LEADER or msg.term != node.term:
        return
    reads = []
    for read in node.reads:
        if read.read_index is not None and msg.round >= read.round:
            read = read._replace(confirmed=frozenset([*read.confirmed, msg.src]))
        reads.append(read)
    node.reads = tuple(reads)
    node.advance_reads()
'''),
    "pre-vote: three reasons to say no": ("on_request_pre_vote", '''
def on_request_pre_vote(node, msg):
    answer = True
    if msg.proposed_term <= node.term:
        answer = False
    if (msg.last_log_term, msg.last_log_index) < (node.log.last_term, node.log.last_index):
        answer = False
    if node.has_live_leader():
        answer = False
    node.send(RequestPreVoteReply(node.id, msg.src, max(node.term, msg.term), answer))
'''),
    "pre-vote: a yes that is known already is not counted again": ("on_request_pre_vote_reply", '''
def on_request_pre_vote_reply(node, msg):
    if msg.term != node.term or not msg.vote_granted:
        return
    if node.leader is not None or not node.pre_votes or msg.src in node.pre_votes:
        return
    node.pre_votes = node.pre_votes | {msg.src}
    node.count_pre_votes()
'''),
    "check quorum: the count is kept while it steps down": ("check_quorum", '''
def check_quorum(node):
    hears = set(node.heard)
    hears.add(node.id)
    node.heard, node.since_look = frozenset(), 0
    if not node.is_quorum(hears):
        node.become_follower(node.term)
'''),
    "a snapshot: the log is cut by hand": ("save_snapshot", '''
def save_snapshot(node, snapshot):
    goes_on = node.log.term_at(snapshot.index) == snapshot.term
    rest = [node.log.entry(index) for index in range(snapshot.index + 1, node.log.last_index + 1)] if goes_on else []
    node.log.start_after(snapshot.index, snapshot.term)
    node.log.replace_from(snapshot.index + 1, rest)
    node.emit(SaveSnapshot(snapshot))
    node.snapshot = snapshot
'''),
    "a snapshot is on the disk before the log is cut": ("save_snapshot", '''
def save_snapshot(node, snapshot):
    node.emit(SaveSnapshot(snapshot))
    node.snapshot = snapshot
    node.log.start_after(snapshot.index, snapshot.term)
'''),
    "a snapshot is saved twice, and the rest of the log once more": ("save_snapshot", '''
def save_snapshot(node, snapshot):
    node.emit(SaveSnapshot(snapshot))
    node.snapshot = snapshot
    node.log.start_after(snapshot.index, snapshot.term)
    node.emit(SaveSnapshot(snapshot))
    node.save(snapshot.index + 1)
'''),
    "a snapshot: entries that contradict it go first": ("save_snapshot", '''
def save_snapshot(node, snapshot):
    if node.log.last_index > snapshot.index and node.log.term_at(snapshot.index) != snapshot.term:
        node.log.replace_from(snapshot.index + 1, ())
        node.save(snapshot.index + 1)
    node.snapshot = snapshot
    node.log.start_after(snapshot.index, snapshot.term)
    node.emit(SaveSnapshot(snapshot))
'''),
    "a snapshot of the leader: what is old comes first": ("on_install_snapshot", '''
def on_install_snapshot(node, msg):
    def confirm(index):
        node.send(InstallSnapshotReply(node.id, msg.src, node.term, index))

    if msg.term < node.term:
        return confirm(0)
    node.become_follower(node.term)
    node.leader = msg.src
    node.reset_election_timer()
    if msg.last_included_index > node.commit_index:
        node.save_snapshot(Snapshot(msg.last_included_index, msg.last_included_term, msg.state, msg.voters))
        node.commit_index = node.last_applied = msg.last_included_index
        node.emit(Restore(node.snapshot))
    confirm(msg.last_included_index)
'''),
    "a snapshot of the leader is confirmed before the state machine has it": ("on_install_snapshot", '''
def on_install_snapshot(node, msg):
    if msg.term < node.term:
        node.send(InstallSnapshotReply(node.id, msg.src, node.term, 0))
        return
    if node.role is not Role.FOLLOWER:
        node.become_follower(node.term)
    new = msg.last_included_index > node.commit_index
    if new:
        node.save_snapshot(Snapshot(msg.last_included_index, msg.last_included_term, msg.state, msg.voters))
    node.send(InstallSnapshotReply(node.id, msg.src, node.term, msg.last_included_index))
    if new:
        node.emit(Restore(node.snapshot))
        node.commit_index = max(node.commit_index, node.snapshot.index)
        node.last_applied = node.commit_index
    node.leader = msg.src
    node.reset_election_timer()
'''),
    "a snapshot of the leader is saved after the state machine has it": ("on_install_snapshot", '''
def on_install_snapshot(node, msg):
    if msg.term < node.term:
        node.send(InstallSnapshotReply(node.id, msg.src, node.term, 0))
        return
    if node.role is Role.CANDIDATE:
        node.become_follower(node.term)
    node.leader = msg.src
    node.reset_election_timer()
    if msg.last_included_index > node.commit_index:
        snapshot = Snapshot(msg.last_included_index, msg.last_included_term, msg.state, msg.voters)
        node.emit(Restore(snapshot))
        node.commit_index = node.last_applied = snapshot.index
        node.save_snapshot(snapshot)
    node.send(InstallSnapshotReply(node.id, msg.src, node.term, msg.last_included_index))
'''),
    "an old snapshot of the leader: all that is committed is confirmed": ("on_install_snapshot", '''
def on_install_snapshot(node, msg):
    if msg.term < node.term:
        node.send(InstallSnapshotReply(node.id, msg.src, node.term, 0))
        return
    if node.role is Role.CANDIDATE:
        node.become_follower(node.term)
    node.leader = msg.src
    node.reset_election_timer()
    if msg.last_included_index > node.commit_index:
        node.commit_index = node.last_applied = msg.last_included_index
        node.save_snapshot(Snapshot(msg.last_included_index, msg.last_included_term, msg.state, msg.voters))
        node.emit(Restore(node.snapshot))
    node.send(InstallSnapshotReply(node.id, msg.src, node.term, node.commit_index))
'''),
    "a change of voters: the reasons to refuse it in another order": ("objection", '''
def objection(node, voters):
    late = [node.log.entry(index) for index in range(node.commit_index + 1, node.log.last_index + 1)]
    if any(entry.command.split(" ")[0] == "voters" for entry in late):
        return "MC-2", "an earlier change is not committed"
    if node.newcomer is not None:
        return "MC-2", "a node is catching up"
    gained, lost = set(voters) - set(node.voters()), set(node.voters()) - set(voters)
    if len(gained) + len(lost) != 1 or len(voters) == 0:
        return "MC-2", "only one node at a time"
    if node.log.term_at(node.commit_index) != node.term:
        return "MC-3", "no entry of this term is committed"
    return None
'''),
    "a change of voters: the log is looked through from its end": ("objection", '''
def objection(node, voters):
    if node.log.term_at(node.commit_index) != node.term:
        return ("MC-3", "wait for an entry of this term")
    now = node.voters()
    added = [each for each in voters if each not in now]
    removed = [each for each in now if each not in voters]
    if not voters or len(added + removed) != 1 or node.newcomer:
        return ("MC-2", "one at a time")
    index = node.log.last_index
    while index > node.commit_index:
        if node.log.entry(index).command.startswith("voters "):
            return ("MC-2", "one after the other")
        index -= 1
'''),
    "a change of voters: who has a vote is compared": ("objection", '''
def objection(node, voters):
    if node.log.term_at(node.commit_index) != node.term:
        return "MC-3", "wait for an entry of this term"
    if not voters or len(set(voters) ^ set(node.voters())) != 1 or node.newcomer:
        return "MC-2", "one at a time"
    if node.voters_at(node.commit_index) != node.voters_at(node.log.last_index):
        return "MC-2", "one after the other"
'''),
    "leadership is handed over by a node that asks who it is": ("hand_over", '''
def hand_over(node):
    successor = node.successor
    if node.role is not Role.LEADER or successor is None or successor == node.id:
        return
    if node.match_index.get(successor, -1) >= node.log.last_index:
        node.send(TimeoutNow(node.id, successor, node.term))
'''),
}  # fmt: skip
