"""Right variants of raft.py: each makes one choice that the paper leaves open, or says the same in another way.

A choice is a few small changes to the text of raft.py: the original text, and the text in its place. `VARIANTS` holds
each choice alone and then several at a time, drawn with fixed dice. All of them are right, so that they must get all
points. A choice that only seems right has no place here: see `test_mutants.py`.
"""

import types
from functools import cache
from itertools import count
from random import Random

from textbook import SOURCE

HOW_MANY = 200

# -- What the node decides, and when ---------------------------------------------------------------------------

DRAW = "self.timeout = self.timer = shortest + int(self.random.random() * (longest - shortest + 1))"
WAIT = "        self.timeout = self.timer = "
DICE = {
    "a timeout takes two dice, and the first counts": (
        (DRAW, DRAW + "\n        self.random.random()"),),
    "a timeout takes two dice, and the second counts": (
        (WAIT, "        self.random.random()\n" + WAIT),),
    "a timeout is counted from the longest downwards": (
        (DRAW, "self.timeout = self.timer = longest - int(self.random.random() * (longest - shortest + 1))"),),
    "a timeout is one of a list": (
        (DRAW, "lengths = list(range(shortest, longest + 1))\n        self.timeout = self.timer = lengths[int(self.random.random() * len(lengths))]"),),
    "a timeout is drawn with the sum of two dice": (
        (DRAW, "dice = (self.random.random() + self.random.random()) % 1\n        self.timeout = self.timer = shortest + int(dice * (longest - shortest + 1))"),),
    "every event takes a die": (
        ("        self._effects = []\n        kind", "        self._effects = []\n        self.random.random()\n        kind"),),
    "a new leader draws a timeout that it does not need": (
        ("        self.role = Role.LEADER\n", "        self.reset_election_timer()\n        self.role = Role.LEADER\n"),),
}  # fmt: skip

STORE = "            self.log.replace_from(index + offset, entries[offset:])\n            self.save(from_index=index + offset)\n"
SAVES = {
    "a vote is saved twice": (
        ("            self.save()  # before the reply", "            self.save()\n            self.save()  # before the reply"),),
    "the whole log is saved every time": (
        ("index = self.log.last_index + 1 if from_index is None else from_index", "index = self.log.start + 1"),),
    "term and vote are saved in every step": (
        ("        kind = type(event)\n", "        self.save()\n        kind = type(event)\n"),),
    "term and vote are saved after every step": (
        ("        return tuple(self._effects)", "        self.save()\n        return tuple(self._effects)"),),
    "an append that changes nothing is saved, too": (
        ("        last_new = msg.prev_log_index", "        self.save(from_index=msg.prev_log_index + 1)\n        last_new = msg.prev_log_index"),),
    "a refusal is saved": (
        ('            self.reply_vote(msg, vote_granted=False, because="UTD")', '            self.save()\n            self.reply_vote(msg, vote_granted=False, because="UTD")'),),
    "a candidate saves its term, and then its vote": (
        ("        self.term += 1\n        self.voted_for = self.id\n", "        self.term, self.voted_for = self.term + 1, None\n        self.save()\n        self.voted_for = self.id\n"),),
    "what contradicts the leader is deleted and saved before the new entries": (
        (STORE, "            self.log.replace_from(index + offset, ())\n            self.save(from_index=index + offset)\n" + STORE),),
    "a log is saved from the first entry of the append on": (
        ("            self.save(from_index=index + offset)\n", "            self.save(from_index=index)\n"),),
    "a new leader saves": (
        ("        self.leader = self.id\n", "        self.leader = self.id\n        self.save(from_index=self.log.start + 1)\n"),),
}  # fmt: skip

COMMIT = """        if (commit_index := min(msg.leader_commit, last_new)) > self.commit_index:
            self.commit(commit_index, because="AE-5")
"""
REPLY = '        self.reply_append(msg, success=True, match_index=last_new, because="FO-1")\n'
APPLY = """            self.apply(self.last_applied)
            self.answer(self.waiting.pop(self.last_applied, None), Applied(self.last_applied))
"""
ORDER = {
    "messages go out in the opposite order": (
        ("return [node for node in self.voters() if node != self.id]", "return [node for node in reversed(self.voters()) if node != self.id]"),),
    "messages go first to the node after this one": (
        ("return [node for node in self.voters() if node != self.id]",
         "at = self.voters().index(self.id)\n        return [*self.voters()[at + 1 :], *self.voters()[:at]]"),),
    "the timer is set before the term is saved": (
        ("        self.save()  # before the requests: no node may see a term that we could forget in a crash\n        self.reset_election_timer()\n",
         "        self.reset_election_timer()\n        self.save()  # before the requests: no node may see a term that we could forget in a crash\n"),),
    "the timer is set after the vote is sent": (
        ("            self.reset_election_timer()  # only for a granted vote: a candidate that cannot win must not delay us\n            self.reply_vote(msg, vote_granted=True, because=\"RV-2\")\n",
         "            self.reply_vote(msg, vote_granted=True, because=\"RV-2\")\n            self.reset_election_timer()  # only for a granted vote: a candidate that cannot win must not delay us\n"),),
    "a success is sent before the commit": ((COMMIT + REPLY, REPLY + COMMIT),),
    "clients are answered after all entries are applied": (
        (APPLY, "            self.apply(self.last_applied)\n            done.append(self.last_applied)\n        for at in done:\n            self.answer(self.waiting.pop(at, None), Applied(at))\n"),
        ("        self.commit_index = index\n", "        self.commit_index = index\n        done = []\n")),
    "the commit index follows the applied entries": (
        ("        self.commit_index = index\n        while self.last_applied < self.commit_index:\n", "        while self.last_applied < index:\n"),
        (APPLY, APPLY + "        self.commit_index = index\n")),
    "a leader looks for a commit before it sends a command": (
        ('        self.because("LE-3")\n        self.broadcast_entries()\n        self.advance_commit_index()', '        self.advance_commit_index()\n        self.because("LE-3")\n        self.broadcast_entries()\n        self.advance_commit_index()'),),
}  # fmt: skip

# -- What others may notice, and what is right all the same ------------------------------------------------------

AGREE = "            self.next_index[msg.src] = self.match_index[msg.src] + 1\n"
ADVANCE = AGREE + "            self.advance_commit_index()\n"
REFUSED = "        elif msg.prev_log_index == self.next_index[msg.src] - 1 > self.match_index[msg.src]:\n"
BACK = "            self.next_index[msg.src] = self.step_back(msg)\n"
LE_4 = '                    self.commit(index, because="LE-4")\n'
LACKS = "self.next_index[msg.src] <= self.log.last_index"
FIRST = "dict.fromkeys(self.peers(), self.log.last_index + 1)"
IN_ALL = '        self.because("LE-3")\n        self.broadcast_entries()\n'
LEADERS = {
    "a commit is told at once": ((LE_4, LE_4 + "                    self.broadcast_entries()\n"),),
    "a commit is told at once, and the heartbeats go on as before": (
        (LE_4, LE_4 + "                    for peer in self.peers():\n                        self.replicate(peer)\n"),),
    "a commit is told at once to the node that made it possible": (
        (ADVANCE, AGREE + "            before = self.commit_index\n            self.advance_commit_index()\n            if self.commit_index > before:\n                self.replicate(msg.src)\n"),),
    "the rest is sent at once after a success": (
        (ADVANCE, ADVANCE + f"            if {LACKS}:\n                self.replicate(msg.src)\n"),),
    "the rest is sent at once after a success, before a commit": (
        (ADVANCE, AGREE + f"            if {LACKS}:\n                self.replicate(msg.src)\n            self.advance_commit_index()\n"),),
    "a success is answered with an append while the follower lacks entries or commits": (
        (ADVANCE, ADVANCE + f"            if {LACKS} or msg.match_index == self.commit_index > msg.prev_log_index:\n                self.replicate(msg.src)\n"),),
    "a leader tells no later commit index than the last entry that it sends": (
        ("entries, self.commit_index\n", "entries, min(self.commit_index, prev + len(entries))\n"),),
    "a command goes at once to those only that lack nothing else": (
        (IN_ALL, "        for peer in self.peers():\n            if self.next_index[peer] == index:\n                self.replicate(peer)\n"),),
    "a command does not delay the next heartbeat": (
        (IN_ALL, "        for peer in self.peers():\n            self.replicate(peer)\n"),),
    "a new leader begins with its last entry": ((FIRST, "dict.fromkeys(self.peers(), max(1, self.log.last_index))"),),
    "a new leader begins after its commit index": ((FIRST, "dict.fromkeys(self.peers(), self.commit_index + 1)"),),
    "a new leader begins with the first entry": ((FIRST, "dict.fromkeys(self.peers(), self.log.start + 1)"),),
    "a success never lowers the next index": (
        (AGREE, "            self.next_index[msg.src] = max(self.next_index[msg.src], self.match_index[msg.src] + 1)\n"),),
    "after a refusal a leader goes back to what is known to agree": ((BACK, "            self.next_index[msg.src] = self.match_index[msg.src] + 1\n"),),
    "after a refusal a leader goes half of the way back": (
        (BACK, "            self.next_index[msg.src] = (self.match_index[msg.src] + 1 + msg.prev_log_index) // 2\n"),),
    "after a refusal a leader goes two entries back": (
        (BACK, "            self.next_index[msg.src] = max(self.match_index[msg.src] + 1, msg.prev_log_index - 1)\n"),),
    "a late refusal lowers the next index": (
        (REFUSED, "        elif self.next_index[msg.src] - 1 > self.match_index[msg.src]:\n"),
        (BACK, "            self.next_index[msg.src] -= 1\n")),
    "a late refusal lowers the next index to its own": (
        (REFUSED, "        elif self.next_index[msg.src] > msg.prev_log_index > self.match_index[msg.src]:\n"),),
    "every refusal lowers the next index, even below what is known to agree": (
        (REFUSED, "        else:\n"), (BACK, "            self.next_index[msg.src] = max(1, self.next_index[msg.src] - 1)\n")),
    "every refusal is answered with an append": (
        (REFUSED, "        else:\n"),
        (BACK, "            if msg.prev_log_index == self.next_index[msg.src] - 1 > self.match_index[msg.src]:\n                self.next_index[msg.src] = msg.prev_log_index\n")),
}  # fmt: skip

CONSISTENT = "        if self.log.term_at(msg.prev_log_index) != msg.prev_log_term:\n"
REFUSE = '            self.reply_append(msg, success=False, because="AE-2")\n'
FOLLOWERS = {
    "a refusal says how long the log is": ((REFUSE, '            self.reply_append(msg, success=False, because="AE-2", match_index=self.log.last_index)\n'),),
    "a refusal says what is committed": ((REFUSE, '            self.reply_append(msg, success=False, because="AE-2", match_index=self.commit_index)\n'),),
    "a refusal says where the append began": ((REFUSE, '            self.reply_append(msg, success=False, because="AE-2", match_index=msg.prev_log_index)\n'),),
    "an old append is refused with the length of the log": (
        ('because="AE-1")\n            return', 'because="AE-1", match_index=self.log.last_index)\n            return'),),
    "an append below the commit index is confirmed up to it, and not looked at": (
        (CONSISTENT, '        if msg.prev_log_index < self.commit_index:\n            self.reply_append(msg, success=True, match_index=self.commit_index, because="FO-1")\n            return\n' + CONSISTENT),),
    "an append is confirmed at least up to the commit index": (
        (REPLY, REPLY.replace("match_index=last_new", "match_index=max(last_new, self.commit_index)")),),
    "the same candidate gets its vote again without another look": (
        ("        elif not self.log.is_covered_by", '        elif self.voted_for == msg.src:\n            self.reply_vote(msg, vote_granted=True, because="RV-2")\n        elif not self.log.is_covered_by'),),
    "the same candidate gets its vote again without another look, and the timer restarts": (
        ("        elif not self.log.is_covered_by", '        elif self.voted_for == msg.src:\n            self.reset_election_timer()\n            self.reply_vote(msg, vote_granted=True, because="RV-2")\n        elif not self.log.is_covered_by'),),
    "logs are compared before votes": (
        ('        elif self.voted_for not in (None, msg.src):\n            self.reply_vote(msg, vote_granted=False, because="RV-2")\n        elif not self.log.is_covered_by(msg.last_log_index, msg.last_log_term):\n            self.reply_vote(msg, vote_granted=False, because="UTD")\n',
         '        elif not self.log.is_covered_by(msg.last_log_index, msg.last_log_term):\n            self.reply_vote(msg, vote_granted=False, because="UTD")\n        elif self.voted_for not in (None, msg.src):\n            self.reply_vote(msg, vote_granted=False, because="RV-2")\n'),),
    "the leader of the term is noted after a refusal": (
        ("        self.leader = msg.src\n        self.reset_election_timer()\n" + CONSISTENT, "        self.reset_election_timer()\n        self.leader = msg.src\n" + CONSISTENT),),
}  # fmt: skip

CLIENTS = {
    "an answered client stays noted": (
        ("self.waiting.pop(self.last_applied, None)", "self.waiting.get(self.last_applied)"),),
    "a client of None is noted, too": (
        ("        if event.client is not None:\n            self.waiting[index] = event.client\n", "        self.waiting[index] = event.client\n"),),
    "a client is noted before the entry is saved": (
        ("        self.save(from_index=index)\n        if event.client is not None:\n            self.waiting[index] = event.client\n",
         "        if event.client is not None:\n            self.waiting[index] = event.client\n        self.save(from_index=index)\n"),),
}  # fmt: skip

LEFTOVERS = {
    "a follower keeps the votes of its last election": (("        self.votes = frozenset()\n        self.next_index, self", "        self.next_index, self"),),
    "a follower keeps what it knew of the other logs": (
        ("        self.next_index, self.match_index, self.waiting = {}, {}, {}\n", "        self.waiting = {}\n"),),
    "a candidate forgets what it knew of the other logs": (
        ("        self.role = Role.CANDIDATE\n", "        self.role = Role.CANDIDATE\n        self.next_index, self.match_index = {}, {}\n"),),
    "a new leader forgets the votes": (("        self.role = Role.LEADER\n", "        self.role = Role.LEADER\n        self.votes = frozenset()\n"),),
}  # fmt: skip

# -- The same in other words ----------------------------------------------------------------------------------------

WORDS = {
    "votes are a set": (
        ("self.votes |= {msg.src}", "self.votes = set(self.votes) | {msg.src}"),
        ("self.votes = frozenset({self.id})", "self.votes = {self.id}")),
    "votes are added one by one": (
        ("            self.votes |= {msg.src}\n            self.count_votes()\n", "            if msg.src not in self.votes:\n                self.votes = frozenset([*self.votes, msg.src])\n            self.count_votes()\n"),),
    "next and match index are made in loops": (
        ("        self.next_index = " + FIRST + "\n", "        self.next_index = {}\n        for peer in self.peers():\n            self.next_index[peer] = self.log.last_index + 1\n"),
        ("        self.match_index = dict.fromkeys(self.voters(), 0) | {self.id: self.log.last_index}\n",
         "        self.match_index = {node: 0 for node in self.voters()}\n        self.match_index[self.id] = self.log.last_index\n")),
    "the commit index is the middle of the match indexes": (
        ("        for index in sorted(self.match_index.values(), reverse=True):\n            if index <= self.commit_index:\n                return\n            if self.is_quorum([node for node, match in self.match_index.items() if match >= index]):\n",
         "        held = sorted(self.match_index.values())\n        for index in (held[(len(held) - 1) // 2],):\n            if index > self.commit_index:\n"),),
    "the commit index is sought entry by entry from the end": (
        ("for index in sorted(self.match_index.values(), reverse=True):\n            if index <= self.commit_index:\n                return\n", "for index in range(self.log.last_index, self.commit_index, -1):\n"),),
    "the commit index is sought entry by entry from the beginning": (
        ("        for index in sorted(self.match_index.values(), reverse=True):\n            if index <= self.commit_index:\n                return\n            if self.is_quorum([node for node, match in self.match_index.items() if match >= index]):\n                # An entry of an older term may still be overwritten, even if a majority has it (Figure 8).\n                if self.log.term_at(index) == self.term:\n" + LE_4 + "                return\n",
         "        best = 0\n        for index in range(self.commit_index + 1, self.log.last_index + 1):\n            if self.is_quorum([node for node, match in self.match_index.items() if match >= index]) and self.log.term_at(index) == self.term:\n                best = index\n        for index in [best] if best else []:\n                if index:\n" + LE_4),),
    "entries are compared whole": (
        ("            term = self.log.term_at(index + offset)\n            if term == entry.term:\n", "            term = self.log.term_at(index + offset)\n            if term is not None and self.log.entry(index + offset) == entry:\n"),),
    "entries are stored in a while loop": (
        ("        for offset, entry in enumerate(entries):\n            term = self.log.term_at(index + offset)\n            if term == entry.term:\n                continue  # already here: a late, shorter append must not delete the entries after it\n",
         "        offset = 0\n        while offset < len(entries) and self.log.term_at(index + offset) == entries[offset].term:\n            offset += 1\n        while offset < len(entries):\n            term = self.log.term_at(index + offset)\n"),),
    "a new suffix is put together and stored at once": (
        (STORE, "            kept = tuple(self.log)[index - 1 - self.log.start : index - 1 - self.log.start + offset]\n            self.log.replace_from(index, (*kept, *entries[offset:]))\n            self.save(from_index=index)\n"),),
    "a quorum is counted": (
        ("return len(nodes) >= majority(len(self.voters()))", "return sum(node in nodes for node in self.voters()) * 2 > len(self.voters())"),),
    "ticks are counted one by one": (
        ("        self.timer -= event.n\n", "        for _ in range(event.n):\n            self.timer = self.timer - 1\n"),),
    "events are told apart by match": (
        ("            if self.role is Role.LEADER:\n                self.on_heartbeat_timeout(HeartbeatTimeout())\n            else:\n                self.on_election_timeout(ElectionTimeout())\n",
         "            match self.role:\n                case Role.LEADER:\n                    self.on_heartbeat_timeout(HeartbeatTimeout())\n                case _:\n                    self.on_election_timeout(ElectionTimeout())\n"),),
    "refusals of votes return early": (
        ('            self.reply_vote(msg, vote_granted=False, because="RV-1")\n        elif self.voted_for', '            self.reply_vote(msg, vote_granted=False, because="RV-1")\n            return\n        if self.voted_for'),),
    "any append makes a follower": (
        ('        if self.role is Role.CANDIDATE:\n            self.because("CA-3")\n            self.become_follower(self.term)\n', "        self.become_follower(self.term)\n"),),
    "a candidate becomes a follower without the transition": (
        ('            self.because("CA-3")\n            self.become_follower(self.term)\n', "            self.role = Role.FOLLOWER\n            self.votes = frozenset()\n"),),
    "effects are a tuple": (
        ("        self._effects.append(effect)", "        self._effects = [*self._effects, effect]"),),
    "no rule is named": (("        self.emit(BECAUSE[rule])", "        return"),),
}  # fmt: skip

# -- Near to a right choice, and wrong: the handler checks must not let these through ---------------------------------

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

CHOICES = DICE | SAVES | ORDER | LEADERS | FOLLOWERS | CLIENTS | LEFTOVERS | WORDS


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
    "leadership is handed over by a node that asks who it is": ("hand_over", '''
def hand_over(node):
    successor = node.successor
    if node.role is not Role.LEADER or successor is None or successor == node.id:
        return
    if node.match_index.get(successor, -1) >= node.log.last_index:
        node.send(TimeoutNow(node.id, successor, node.term))
'''),
}  # fmt: skip
