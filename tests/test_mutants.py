"""The tests are tested: each of these one-line mistakes must be convicted, and the textbook must not."""

import pytest
from faulty import faults_of
from test_paper import TABLE, check, figure_8
from textbook import entries, mutant, node, request_vote, told

from raftlab import Cluster, Raft, Story

# what is wrong, what stands in raft.py, what stands there instead
MUTANTS = {
    "a vote is not saved": (
        "            self.voted_for = msg.src\n            self.save()  # before the reply: a vote lost in a crash could be given twice\n",
        "            self.voted_for = msg.src\n"),
    "two votes in one term": ("elif self.voted_for not in (None, msg.src):", "elif False:"),
    "the log of a candidate is not looked at": (
        "elif not self.log.is_covered_by(msg.last_log_index, msg.last_log_term):", "elif False:"),
    "requests of an old term are granted": ("        if msg.term < self.term:\n            self.reply_vote", "        if False:\n            self.reply_vote"),
    "appends of an old term are taken": ("        if msg.term < self.term:\n            self.reply_append", "        if False:\n            self.reply_append"),
    "the entry before is not checked": ("if self.log.term_at(msg.prev_log_index) != msg.prev_log_term:", "if False:"),
    "every append cuts the log": ("            if term == entry.term:\n                continue  # already here: a late, shorter append must not cut off what came after it\n", ""),
    "what contradicts the leader stays": ("if term == entry.term:", "if term is not None:"),
    "committed beyond the last new entry": ("min(msg.leader_commit, last_new)", "min(msg.leader_commit, self.log.last_index)"),
    "old entries are committed by counting (Figure 8)": ("if self.log.term_at(index) == self.term:", "if True:"),
    "match index goes back": ("max(self.match_index[msg.src], msg.match_index)", "msg.match_index"),
    "a majority of those heard is enough": ("return len(nodes) > len(self.voters()) // 2", "return len(nodes) >= len(self.voters()) // 2"),
    "a later term is not adopted": ("if msg.term > self.term:\n            self.because(\"ALL-2\")", "if False:\n            self.because(\"ALL-2\")"),
    "a candidate ignores the leader of its term": ("        if self.role is Role.CANDIDATE:\n            self.because(\"CA-3\")", "        if self.role is Role.CANDIDATE:\n            return\n            self.because(\"CA-3\")"),
    "old votes count": ("self.role is Role.CANDIDATE and msg.term == self.term and msg.vote_granted", "self.role is Role.CANDIDATE and msg.vote_granted"),
    "refusals count": ("msg.term == self.term and msg.vote_granted", "msg.term == self.term"),
    "the vote of an earlier term is kept": ("self.term, self.voted_for = term, None", "self.term = term"),
    "a term is not saved": ("            self.term, self.voted_for = term, None\n            self.save()", "            self.term, self.voted_for = term, None"),
    "the new term of a candidate is not saved": ("        self.save()  # before the requests: others must never see a term that a crash could take back\n", ""),
    "entries are not saved": ("            self.save(from_index=index + offset)\n", ""),
    "the leader does not save its own entries": ("        self.save(from_index=index)\n", ""),
    "the leader steps back for every late refusal": ("elif msg.prev_log_index == self.next_index[msg.src] - 1 > self.match_index[msg.src]:", "elif self.next_index[msg.src] > 1:"),
    "next index never goes down": ("            self.next_index[msg.src] -= 1\n", ""),
    "a new leader keeps silent": ("        self.because(\"LE-1\")\n        self.broadcast_entries()\n\n    # -- The small", "        self.because(\"LE-1\")\n\n    # -- The small"),
    "a refused candidate resets the timer": ("        if msg.term < self.term:\n            self.reply_vote(", "        self.reset_election_timer()\n        if msg.term < self.term:\n            self.reply_vote("),
}  # fmt: skip


def convictions(raft):
    """Which rows of the table, scripts and random runs a class fails."""
    found = []
    for row in TABLE:
        try:
            check(row, raft)
        except (AssertionError, KeyError, TypeError):
            found.append(row[0])
    try:
        if len(set(figure_8(raft))) > 1:
            found.append("Figure 8")
    except AssertionError:
        found.append("Figure 8 could not be played")
    if timer_is_wrong(raft):
        found.append("the timer is reset by a hopeless candidate")
    if not found:
        found += [f"run {seed}: {wrong}" for seed in range(10) if (wrong := faults_of(seed, raft))]
    return found


def timer_is_wrong(raft):
    made = node(term=3, log="1:a", raft=raft)
    made.timer = 1000
    made.step(request_vote(3, "0:0"))
    return made.timer != 1000


def test_the_textbook_is_not_convicted():
    assert convictions(Raft) == []


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mistake_is_convicted(name):
    assert convictions(mutant(MUTANTS[name]))


# -- The most famous ones by what they break, not only by how they differ ---------------------------------


def breaks(raft, story):
    cluster = Cluster(story, node_class=raft)
    cluster.tick(story.ticks)
    return cluster.trace.broken()


DOUBLE_VOTE = Story(
    "double_vote", "A voter forgets its vote", nodes=3, seed=1, ticks=40,
    actions=(
        (1, "partition", ["n1", "n2"], ["n3"]),
        (1, "time_out", "n1"),
        (4, "crash", "n2"),
        (5, "restart", "n2"),
        (5, "partition", ["n1"], ["n2", "n3"]),
        (6, "time_out", "n3"),
    ),
)  # fmt: skip


def test_an_unsaved_vote_gives_two_leaders_of_one_term():
    """Paper 5.1, 5.2: n2 votes for n1, crashes before its vote is known, and votes for n3 in the same term."""
    changed = mutant(MUTANTS["a vote is not saved"])
    assert "P1" not in breaks(Raft, DOUBLE_VOTE)
    assert "P1" in breaks(changed, DOUBLE_VOTE)


def test_counting_old_entries_commits_what_is_later_overwritten():
    """Paper 5.4.2, Figure 8"""
    wrong = mutant(MUTANTS["old entries are committed by counting (Figure 8)"])
    assert set(figure_8(wrong)) == set(entries("2:b 3:c"))
    assert len(set(figure_8(Raft))) == 1


def test_effects_are_told_in_the_order_in_which_they_must_happen():
    made = node(term=1)
    assert told(made.step(request_vote(2)))[1:] == [
        "save term 2 vote None", "save term 2 vote n2", "RV-2", "n2<- vote yes term 2",
    ]  # fmt: skip
