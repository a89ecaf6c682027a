"""Right changes to raft.py: each makes one choice that the paper leaves open, or says the same in another way.

A choice is one change, or a few, to the text of raft.py: the original text, and the text in its place. Learners review
some of them; the tests give all of them full points.
"""

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
    "a leader tells a peer no later commit index than that peer has confirmed": (
        ("entries, self.commit_index\n", "entries, min(self.commit_index, self.match_index[peer])\n"),),
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

CHOICES = DICE | SAVES | ORDER | LEADERS | FOLLOWERS | CLIENTS | LEFTOVERS | WORDS

# -- Beyond Figure 2: the extension whose text is changed, and the changes ---------------------------------------------

ASKS = "        self.pre_votes = frozenset({self.id})\n        self.reset_election_timer()\n"
CHOICES_BEYOND: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "a yes that is known already is not counted again": ("PreVote", (
        ("msg.vote_granted and self.leader is None:", "msg.vote_granted and self.leader is None and msg.src not in self.pre_votes:"),)),
    "the questions go out in the opposite order": ("PreVote", (
        ("for peer in self.peers():", "for peer in reversed(self.peers()):"),)),
    "a voter saves before it says whether it would vote": ("PreVote", (
        ('        self.because("PV-2")\n', '        self.because("PV-2")\n        self.save()\n'),)),
    "the log is not compared if the term is not later": ("PreVote", (
        ("        up_to_date = self.log.is_covered_by(msg.last_log_index, msg.last_log_term)\n"
         "        would_vote = msg.proposed_term > self.term and up_to_date and not self.has_live_leader()\n",
         "        would_vote = msg.proposed_term > self.term and not self.has_live_leader()\n"
         "        if would_vote:\n"
         "            would_vote = self.log.is_covered_by(msg.last_log_index, msg.last_log_term)\n"),)),
    "a new node is sent its entries before the others": ("UnsafeMembership", (
        ("        super().broadcast_entries()\n        if self.newcomer:\n            self.replicate(self.newcomer)\n",
         "        if self.newcomer:\n            self.replicate(self.newcomer)\n        super().broadcast_entries()\n"),)),
    "whether a leader has lost its vote is looked up at the new commit index": ("UnsafeMembership", (
        ("self.id not in self.voters_at(self.commit_index)", "self.id not in self.voters_at(index)"),)),
    "the voters of a quorum are counted in a set": ("UnsafeMembership", (
        ("super().is_quorum([node for node in nodes if node in voters])", "super().is_quorum(set(nodes) & set(voters))"),)),
    "a leader saves before it changes voters": ("UnsafeMembership", (
        ('        self.because("MC-1")\n', '        self.because("MC-1")\n        self.save()\n'),)),
    "a successor saves once more before it asks": ("Transfer", (
        ("            self.become_candidate()\n", "            self.become_candidate()\n            self.save()\n"),)),
    "the others are asked in the opposite order in the old leader's name": ("Transfer", (
        ("for peer in self.peers():", "for peer in reversed(self.peers()):"),)),
}  # fmt: skip
