"""Tests of the tests: they must find each of these small mistakes, with the rule that it breaks, and no mistake in the textbook."""

import pytest
from faulty import faults_of
from sample import a_few
from test_paper import check_saves, figure_8, rows_failed_by, rules_of
from textbook import append, entries, mutant, node, request_vote, vote

from raftlab import Raft, UserError
from raftlab.checks.scenes.elections import ELECTIONS
from raftlab.checks.scenes.logs import LOGS, the_scene_of_figure_8
from raftlab.checks.scenes.staging import begin_with
from raftlab.messages import ElectionTimeout, Propose

# Name of a mistake: (text in raft.py, text in its place, the tests that must fail).
# RV-2, AE-3, ...: rows of the table for these rules. P1 to P5: a property that breaks in a scene below.
# leader, same_logs, peace: a goal that a scene never reaches. timer: the test of the election timer.
MUTANTS = {
    # -- Votes
    "a vote is not saved": (
        "            self.voted_for = msg.src\n            self.save()  # before the reply: a node that forgot its vote in a crash could vote twice\n",
        "            self.voted_for = msg.src\n", "RV-2 ST-P0 P1"),
    "a vote is told before it is saved": (
        '            self.save()  # before the reply: a node that forgot its vote in a crash could vote twice\n            self.reset_election_timer()  # only for a granted vote: a candidate that cannot win must not delay us\n            self.reply_vote(msg, vote_granted=True, because="RV-2")',
        '            self.reset_election_timer()\n            self.reply_vote(msg, vote_granted=True, because="RV-2")\n            self.save()', "RV-2 ST-P0 P1"),
    "two votes in one term": ("elif self.voted_for not in (None, msg.src):", "elif False:", "RV-2 P1"),
    "a vote is given once, even to the same candidate": ("elif self.voted_for not in (None, msg.src):", "elif self.voted_for is not None:", "RV-2"),
    "the log of a candidate is not looked at": (
        "elif not self.log.is_covered_by(msg.last_log_index, msg.last_log_term):", "elif False:", "UTD P4"),
    "the longer log wins, whatever its last term": (
        "self.log.is_covered_by(msg.last_log_index, msg.last_log_term)", "msg.last_log_index >= self.log.last_index", "UTD P4"),
    "an equal log is not good enough": (
        "self.log.is_covered_by(msg.last_log_index, msg.last_log_term)", "self.log.is_covered_by(msg.last_log_index - 1, msg.last_log_term)", "RV-2 leader"),
    "requests of an old term are granted": (
        "        if msg.term < self.term:\n            self.reply_vote", "        if False:\n            self.reply_vote", "RV-1"),
    "old votes count": (
        "self.role is Role.CANDIDATE and msg.term == self.term and msg.vote_granted", "self.role is Role.CANDIDATE and msg.vote_granted", "CA-2 P1"),
    "refusals count": ("msg.term == self.term and msg.vote_granted", "msg.term == self.term", "CA-2 P1"),
    "a vote that comes twice counts twice": (
        "self.votes |= {msg.src}", 'self.votes |= {f"{msg.src} {len(self.votes)}"}', "CA-2 P1"),
    "a candidate counts itself twice": ("self.votes = frozenset({self.id})", 'self.votes = frozenset({self.id, "itself"})', "FO-2 CA-4 P1"),
    "half of the nodes are enough": ("return len(nodes) >= majority(len(self.voters()))", "return len(nodes) >= len(self.voters()) // 2", "CA-2 LE-4 P1"),
    "a majority of those alive is enough": ("return len(nodes) >= majority(len(self.voters()))", "return len(nodes) >= majority(len(self.votes))", "FO-2 CA-4 P1"),
    # -- Terms
    "a later term is not adopted": ('if msg.term > self.term:\n            self.because("ALL-2")', 'if False:\n            self.because("ALL-2")', "ALL-2 leader"),
    "a later term in a reply is not seen": ("        if msg.term > self.term:\n            self.because", '        if msg.term > self.term and not hasattr(msg, "success"):\n            self.because', "ALL-2"),
    "a later term is adopted, but a leader goes on leading": (
        "            self.become_follower(msg.term)\n        return True", "            self.term, self.voted_for = msg.term, None\n            self.save()\n        return True", "ALL-2 P1"),
    "the vote of an earlier term is kept": ("self.term, self.voted_for = term, None", "self.term = term", "ALL-2 ST-P2 leader"),
    "a term is not saved": (
        "            self.term, self.voted_for = term, None\n            self.save()", "            self.term, self.voted_for = term, None", "ALL-2 ST-P0"),
    "the new term of a candidate is not saved": (
        "        self.save()  # before the requests: no node may see a term that we could forget in a crash\n", "", "CA-1 ST-P0 P1"),
    "an election without a new term": ("        self.term += 1\n", "", "CA-1 FO-2 leader"),
    # -- Time
    "any candidate resets the timer": (
        "        if msg.term < self.term:\n            self.reply_vote(", "        self.reset_election_timer()\n        if msg.term < self.term:\n            self.reply_vote(", "timer"),
    "a granted vote does not reset the timer": (
        "            self.reset_election_timer()  # only for a granted vote: a candidate that cannot win must not delay us\n", "", "timer"),
    "any leader, also an old one, resets the timer": (
        "        if msg.term < self.term:\n            self.reply_append(", "        self.reset_election_timer()\n        if msg.term < self.term:\n            self.reply_append(", "timer"),
    "a leader does not reset the timer": ("        self.leader = msg.src\n        self.reset_election_timer()\n", "        self.leader = msg.src\n", "timer peace"),
    "timeouts are not random": ("int(self.random.random() * (longest - shortest + 1))", "0", "leader"),
    "heartbeats are too rare": ("self.timer = self.heartbeat_interval", "self.timer = 10 * self.heartbeat_interval", "peace"),
    "a new leader keeps silent": (
        '        self.because("LE-1")\n        self.broadcast_entries()\n\n    # -- Helpers', '        self.because("LE-1")\n\n    # -- Helpers', "CA-2 ST-L1"),
    "a candidate ignores the leader of its term": (
        '        if self.role is Role.CANDIDATE:\n            self.because("CA-3")', '        if self.role is Role.CANDIDATE:\n            return\n            self.because("CA-3")', "CA-3 peace"),
    "a candidate never tries again": (
        'if self.role is not Role.LEADER:\n            self.because("CA-4"', 'if self.role is Role.FOLLOWER:\n            self.because("CA-4"', "CA-4 leader"),
    # -- The log
    "appends of an old term are taken": ("        if msg.term < self.term:\n            self.reply_append", "        if False:\n            self.reply_append", "AE-1 P2"),
    "the entry before is not checked": ("if self.log.term_at(msg.prev_log_index) != msg.prev_log_term:", "if False:", "AE-2 P3 P5"),
    "of the entry before only the index is checked": (
        "if self.log.term_at(msg.prev_log_index) != msg.prev_log_term:", "if self.log.term_at(msg.prev_log_index) is None:", "AE-2 P3 P5"),
    "heartbeats are taken without looking at the entry before": (
        "if self.log.term_at(msg.prev_log_index) != msg.prev_log_term:", "if msg.entries and self.log.term_at(msg.prev_log_index) != msg.prev_log_term:", "AE-2 same_logs"),
    "every append cuts the log": (
        "            if term == entry.term:\n                continue  # already here: a late, shorter append must not delete the entries after it\n", "", "AE-3 P4"),
    "what contradicts the leader stays": ("if term == entry.term:", "if term is not None:", "AE-3 P5"),
    "entries are appended to whatever is there": (
        "            term = self.log.term_at(index + offset)\n", "            term, index, offset = None, self.log.last_index + 1, 0\n", "AE-3 AE-4 P3"),
    "entries are not saved": ("            self.save(from_index=index + offset)\n", "", "AE-3 AE-4 ST-P0 P4"),
    "the leader does not save its own entries": ("        self.save(from_index=index)\n", "", "LE-2 ST-P0 P4"),
    "a leader puts a new command in the place of its last entry": (
        "index = self.log.append(LogEntry(self.term, event.command))",
        "index = max(1, self.log.last_index)\n        self.log.replace_from(index, (LogEntry(self.term, event.command),))", "LE-2 P2"),
    "a new leader drops what it does not know to be committed": (
        "        self.role = Role.LEADER\n", "        self.role = Role.LEADER\n        self.log.replace_from(self.commit_index + 1, ())\n", "CA-2 P4"),
    "a follower takes commands, too": ("        if self.role is not Role.LEADER:\n            self.answer", "        if False:\n            self.answer", "LE-2"),
    "the first of several new entries is not sent": ("entries = self.log.entries_from(prev + 1)", "entries = self.log.entries_from(prev + 1)[1:]", "LE-3 same_logs"),
    "next index never goes down": ("        return msg.prev_log_index\n", "        return msg.prev_log_index + 1\n", "LE-3b same_logs"),
    "the leader steps back for every late refusal": (
        "elif msg.prev_log_index == self.next_index[msg.src] - 1 > self.match_index[msg.src]:", "elif self.next_index[msg.src] > 1:", "LE-3b"),
    "next index goes below what is known to agree": (
        "elif msg.prev_log_index == self.next_index[msg.src] - 1 > self.match_index[msg.src]:", "elif msg.prev_log_index == self.next_index[msg.src] - 1:", "LE-3b"),
    # -- Commitment
    "old entries are committed by counting (Figure 8)": ("if self.log.term_at(index) == self.term:", "if True:", "LE-4 P4 P5"),
    # The textbook's leader always sends all it has, so no scene can show this one; another leader need not.
    "committed beyond the last new entry": ("min(msg.leader_commit, last_new)", "min(msg.leader_commit, self.log.last_index)", "AE-5"),
    "whatever is appended is committed": ("min(msg.leader_commit, last_new)", "last_new", "AE-4 P5"),
    "the commit index of a follower goes back": ("last_new)) > self.commit_index", "last_new)) != self.commit_index", "AE-5"),
    # Harmless here, because the commit index never goes back; but a leader that forgets would send everything again.
    "match index goes back": ("max(self.match_index[msg.src], msg.match_index)", "msg.match_index", "LE-3a"),
    "a follower is believed to hold all that its leader holds by now": (
        "max(self.match_index[msg.src], msg.match_index)", "self.log.last_index", "LE-3a P4"),
    "match index is kept from an earlier leadership": (
        "dict.fromkeys(self.voters(), 0) | {self.id: self.log.last_index}",
        "dict.fromkeys(self.voters(), 0) | self.match_index | {self.id: self.log.last_index}", "ST-L2"),
    "next index is kept from an earlier leadership": (
        "self.next_index = dict.fromkeys(self.peers(), self.log.last_index + 1)",
        "self.next_index = dict.fromkeys(self.peers(), self.log.last_index + 1) | self.next_index", "ST-L1"),
    "only the newest committed entry is applied": ("self.last_applied += 1", "self.last_applied = self.commit_index", "ALL-1 P5"),
}  # fmt: skip


def made(name):
    there, instead, _ = MUTANTS[name]
    return mutant((there, instead))


# -- Scenes: short courses of events in which a mistake breaks a property of Figure 3, or nothing right happens.
#    They are those by which answers to exercises are judged. -------------------------------------------------

SCENES = (*ELECTIONS, *LOGS)


def play(scene, raft):
    """What a scene shows of a class: the properties that break, and then the goals that are never reached."""
    try:
        cluster = scene(begin_with(raft, record=True))
        broken = set(cluster.trace.broken())
        return broken or missed(cluster)
    except UserError:
        return set()  # the scene needs somebody who does not get so far: not for this mistake
    except (AssertionError, LookupError) as error:
        return {f"fell over: {error!r}"}


def missed(cluster):
    """What nodes do not reach in time although all links work: a leader, equal logs, or no further election."""
    cluster.heal()
    if not cluster.run_until("leader", cluster.now, within=600):
        return {"leader"}
    if not cluster.run_until("same_logs", within=100):
        return {"same_logs"}
    cluster.tick(20)
    terms = {node.term for node in cluster.running().values()}
    cluster.tick(100)
    later = {node.term for node in cluster.running().values()}
    return set() if terms == later else {"peace"}


def timer_is_wrong(raft):
    """FO-2: only a granted vote, or a message of the term's leader, resets the election timer."""
    for event, anew in ((request_vote(3, "1:1"), True), (request_vote(3, "0:0"), False), (request_vote(2), False),
                        (append(3), True), (append(2), False)):  # fmt: skip
        voter = node(term=3, log="1:a", raft=raft)
        voter.timer = 1000
        voter.step(event)
        if (voter.timer != 1000) is not anew:
            return True
    return False


# Terms, votes and entries that nobody may hear of before they are on the disk.
COURSES = (
    [request_vote(1)],
    [append(1, log="1:a")],
    [vote(3, granted=False), append(3)],
    [ElectionTimeout(), vote(1), Propose("x=1")],
)


def shows_what_is_not_saved(raft):
    """ST-P0"""
    try:
        for course in COURSES:
            check_saves(course, raft)
    except AssertionError:
        return True
    return False


def convictions(raft):
    """The rules whose rows a class fails, the properties that it breaks, and the goals that it misses."""
    found = set().union(*map(rules_of, rows_failed_by(raft)))
    if shows_what_is_not_saved(raft):
        found.add("ST-P0")
    for scene in SCENES:
        found |= play(scene, raft)
    if timer_is_wrong(raft):
        found.add("timer")
    return found


def test_the_textbook_is_not_convicted_by_anything():
    assert convictions(Raft) == set()


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_a_scene_harms_no_node_that_follows_the_book(scene):
    """It is played to its end without an error, and then the goals are reached."""
    cluster = scene(begin_with(Raft, record=True))
    assert cluster.trace.broken() == {}
    assert missed(cluster) == set()


@pytest.mark.parametrize("name", a_few(MUTANTS))
def test_a_mistake_is_convicted_of_what_it_breaks(name):
    assert set(MUTANTS[name][2].split()) <= convictions(made(name))


def test_counting_old_entries_commits_what_is_later_overwritten():
    """5.4.2, Figure 8, between three nodes by hand: the same index is applied with two entries."""
    wrong = made("old entries are committed by counting (Figure 8)")
    assert set(figure_8(wrong)) == set(entries("2:b 3:c"))
    assert len(set(figure_8(Raft))) == 1


def test_the_scene_of_figure_8_says_who_lost_what_and_when():
    wrong = made("old entries are committed by counting (Figure 8)")
    broken = the_scene_of_figure_8(begin_with(wrong, record=True)).trace.broken()
    assert broken["P4"][1] == "n5 leads term 5 without 'b' of term 2, committed at index 2."
    assert "'c' of term 3 at index 2" in broken["P5"][1]
    assert broken["P4"][0] < broken["P5"][0]


# Random runs find these by themselves. They miss the most famous ones, hence the scenes.
@pytest.mark.parametrize(
    "name",
    [
        "two votes in one term", "the log of a candidate is not looked at", "refusals count",
        "a candidate counts itself twice", "half of the nodes are enough", "a majority of those alive is enough",
        "a later term is not adopted", "a later term is adopted, but a leader goes on leading",
        "the vote of an earlier term is kept", "an election without a new term", "timeouts are not random",
        "a candidate never tries again", "an equal log is not good enough",
        "of the entry before only the index is checked", "what contradicts the leader stays",
        "entries are appended to whatever is there", "entries are not saved",
        "a leader puts a new command in the place of its last entry",
        "a new leader drops what it does not know to be committed",
        "the first of several new entries is not sent", "next index never goes down",
        "only the newest committed entry is applied",
    ],
)  # fmt: skip
def test_random_runs_alone_convict(name):
    wrong = made(name)
    assert any(faults_of(seed, wrong) for seed in range(60))
