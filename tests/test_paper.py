"""Figure 2, a table row for each rule: the state before, one event, the effects in order, the state after."""

import pytest
from textbook import (
    append,
    appended,
    entries,
    mutant,
    node,
    request_vote,
    told,
    vote,
)

from raftlab import Cluster, load
from raftlab.messages import (
    ElectionTimeout,
    HardState,
    HeartbeatTimeout,
    Propose,
    Role,
    Save,
    Send,
    Tick,
)
from raftlab.raft import Raft
from raftlab.rules import PROPERTIES, RULES

# Rules that say what is remembered rather than what is done: told by tests of their own below.
STATE = {"ST-P0", "ST-P1", "ST-P2", "ST-P3", "ST-V1", "ST-V2", "ST-L1", "ST-L2"}

LEADER = {"role": "leader", "term": 2}
HEARTBEATS = [
    "n2<- append term 2 after 1:1 nothing commit 0",
    "n3<- append term 2 after 1:1 nothing commit 0",
]

# name, node before, event, effects, what is true of the node then
TABLE = [
    ("ALL-2: a later term in a request makes a leader a follower", dict(LEADER, log="1:a"),
     request_vote(3, "1:1"),
     ["ALL-2", "save term 3 vote None", "save term 3 vote n2", "RV-2", "n2<- vote yes term 3"],
     {"role": Role.FOLLOWER, "term": 3, "voted_for": "n2", "next_index": {}, "match_index": {}}),
    ("ALL-2: a later term in a reply, too", dict(LEADER), appended(5, success=False),
     ["ALL-2", "save term 5 vote None"], {"role": Role.FOLLOWER, "term": 5, "leader": None}),
    ("ALL-1: what is committed is applied, in order, once", {"term": 1, "log": "1:a 1:b 1:c", "commit_index": 1},
     append(1, "1:3", commit=3),
     ["AE-5", "ALL-1", "apply 2 b", "ALL-1", "apply 3 c", "FO-1", "n2<- appended to 3 term 1 (prev 3)"],
     {"commit_index": 3, "last_applied": 3}),
    ("FO-1: a follower answers its leader", {"term": 1}, append(1), ["FO-1", "n2<- appended to 0 term 1 (prev 0)"],
     {"leader": "n2"}),
    ("FO-2: a follower that hears nobody asks for votes", {"term": 1, "log": "1:a"}, ElectionTimeout(),
     ["FO-2", "CA-1", "save term 2 vote n1", "n2<- vote? term 2 last 1:1", "n3<- vote? term 2 last 1:1"],
     {"role": Role.CANDIDATE, "term": 2, "voted_for": "n1", "votes": frozenset({"n1"})}),
    ("CA-1: alone, one's own vote is a majority", {"nodes": 1}, ElectionTimeout(),
     ["FO-2", "CA-1", "save term 1 vote n1", "CA-2", "LE-1"], {"role": Role.LEADER}),
    ("CA-2: a majority of votes makes a leader, which is heard at once",
     {"role": "candidate", "term": 2, "log": "1:a"}, vote(2), ["CA-2", "LE-1", *HEARTBEATS],
     {"role": Role.LEADER, "next_index": {"n2": 2, "n3": 2}, "match_index": {"n1": 1, "n2": 0, "n3": 0}}),
    ("CA-2: not a vote of an older election", {"role": "candidate", "term": 2}, vote(1), [],
     {"role": Role.CANDIDATE, "votes": frozenset({"n1"})}),
    ("CA-2: not a refusal", {"role": "candidate", "term": 2}, vote(2, granted=False), [],
     {"role": Role.CANDIDATE, "votes": frozenset({"n1"})}),
    ("CA-2: not the same vote twice", {"role": "candidate", "term": 2, "nodes": 5, "votes": frozenset({"n2"})},
     vote(2), [], {"role": Role.CANDIDATE, "votes": frozenset({"n1", "n2"})}),
    ("CA-2: a majority of all, not of those that answer", {"role": "candidate", "term": 2, "nodes": 4}, vote(2), [],
     {"role": Role.CANDIDATE}),
    ("CA-3: a candidate that hears the leader of its term follows it", {"role": "candidate", "term": 2}, append(2),
     ["CA-3", "FO-1", "n2<- appended to 0 term 2 (prev 0)"], {"role": Role.FOLLOWER, "leader": "n2", "voted_for": "n1"}),
    ("CA-4: an election that brings nothing is followed by another", {"role": "candidate", "term": 2}, ElectionTimeout(),
     ["CA-4", "CA-1", "save term 3 vote n1", "n2<- vote? term 3 last 0:0", "n3<- vote? term 3 last 0:0"],
     {"term": 3, "role": Role.CANDIDATE}),
    ("RV-1: an old term is refused", {"term": 3}, request_vote(2, "9:9"), ["RV-1", "n2<- vote no term 3"],
     {"voted_for": None}),
    ("RV-2: a vote that was given is kept", {"term": 3, "voted_for": "n3"}, request_vote(3, "9:9"),
     ["RV-2", "n2<- vote no term 3"], {"voted_for": "n3"}),
    ("RV-2: the same candidate may ask again", {"term": 3, "voted_for": "n2"}, request_vote(3),
     ["save term 3 vote n2", "RV-2", "n2<- vote yes term 3"], {"voted_for": "n2"}),
    ("RV-2: an equal log is good enough", {"term": 3, "log": "1:a 2:b"}, request_vote(3, "2:2"),
     ["save term 3 vote n2", "RV-2", "n2<- vote yes term 3"], {"voted_for": "n2"}),
    ("UTD: a later last term beats length", {"term": 3, "log": "2:a"}, request_vote(3, "1:9"),
     ["UTD", "n2<- vote no term 3"], {"voted_for": None}),
    ("UTD: between equal last terms the longer log wins", {"term": 3, "log": "2:a 2:b"}, request_vote(3, "2:1"),
     ["UTD", "n2<- vote no term 3"], {"voted_for": None}),
    ("AE-1: an append of an old term is refused", {"term": 3, "leader": "n3"}, append(2, log="2:a"),
     ["AE-1", "n2<- appended no term 3 (prev 0)"], {"leader": "n3"}),
    ("AE-2: refused where the logs do not meet: no entry", {"term": 1}, append(1, "1:1", "1:b"),
     ["AE-2", "n2<- appended no term 1 (prev 1)"], {"leader": "n2"}),
    ("AE-2: refused where the logs do not meet: another term, also without entries",
     {"term": 3, "log": "1:a"}, append(3, "2:1"), ["AE-2", "n2<- appended no term 3 (prev 1)"], {}),
    ("AE-3: what contradicts the leader goes, with all that follows", {"term": 3, "log": "1:a 1:b 1:c"},
     append(3, "1:1", "2:x"), ["AE-3", "save term 3 vote None 2: 2:x", "FO-1", "n2<- appended to 2 term 3 (prev 1)"],
     {"log": "1:a 2:x"}),
    ("AE-3: a late, shorter append deletes nothing", {"term": 1, "log": "1:a 1:b 1:c"}, append(1, "0:0", "1:a"),
     ["FO-1", "n2<- appended to 1 term 1 (prev 0)"], {"log": "1:a 1:b 1:c"}),
    ("AE-4: only what is missing is appended", {"term": 1, "log": "1:a"}, append(1, "0:0", "1:a 1:b"),
     ["AE-4", "save term 1 vote None 2: 1:b", "FO-1", "n2<- appended to 2 term 1 (prev 0)"], {"log": "1:a 1:b"}),
    ("AE-5: committed up to the last new entry, not beyond", {"term": 2, "log": "1:a 1:b"},
     append(2, "1:1", commit=2), ["AE-5", "ALL-1", "apply 1 a", "FO-1", "n2<- appended to 1 term 2 (prev 1)"],
     {"commit_index": 1}),
    ("AE-5: never back", {"term": 1, "log": "1:a 1:b", "commit_index": 2}, append(1, "1:2", commit=1),
     ["FO-1", "n2<- appended to 2 term 1 (prev 2)"], {"commit_index": 2}),
    ("LE-1: a silent leader is heard again", dict(LEADER, log="1:a"), HeartbeatTimeout(), ["LE-1", *HEARTBEATS], {}),
    ("LE-2, LE-3: a command goes into the leader's log, then to everyone", dict(LEADER, log="1:a"),
     Propose("x=5", "c1"),
     ["LE-2", "save term 2 vote n1 2: 2:x=5", "LE-3", "n2<- append term 2 after 1:1 2:x=5 commit 0",
      "n3<- append term 2 after 1:1 2:x=5 commit 0"], {"log": "1:a 2:x=5"}),
    ("LE-2: the client is answered once the entry is applied", {"role": "leader", "term": 1, "nodes": 1},
     Propose("x=5", "c1"),
     ["LE-2", "save term 1 vote n1 1: 1:x=5", "LE-3", "LE-4", "ALL-1", "apply 1 x=5", "answer c1 with entry 1"],
     {"commit_index": 1}),
    ("LE-2: who does not lead says who does", {"leader": "n3"}, Propose("x=5", "c1"),
     ["answer c1: not leader, try n3"], {"log": ""}),
    ("LE-3a: a success raises what is known of a follower", dict(LEADER, log="1:a 2:b", nodes=5), appended(2, match=2),
     ["LE-3a"], {"match_index": {"n1": 2, "n2": 2, "n3": 0, "n4": 0, "n5": 0}}),
    ("LE-3a: an overtaken success takes nothing back",
     dict(LEADER, log="1:a 2:b", nodes=5, match_index={"n1": 2, "n2": 2, "n3": 0, "n4": 0, "n5": 0}),
     appended(2, match=1), ["LE-3a"], {"match_index": {"n1": 2, "n2": 2, "n3": 0, "n4": 0, "n5": 0}}),
    ("LE-3b: a refusal makes the leader step back by one and try again", dict(LEADER, log="1:a 2:b"),
     appended(2, success=False, prev=2), ["LE-3b", "n2<- append term 2 after 1:1 2:b commit 0"],
     {"next_index": {"n2": 2, "n3": 3}}),
    ("LE-3b: a late refusal says nothing new", dict(LEADER, log="1:a 2:b"), appended(2, success=False, prev=1), [],
     {"next_index": {"n2": 3, "n3": 3}}),
    ("LE-4: an entry of one's own term on a majority is committed, and all before it",
     dict(LEADER, log="1:a 2:b"), appended(2, match=2),
     ["LE-3a", "LE-4", "ALL-1", "apply 1 a", "ALL-1", "apply 2 b"], {"commit_index": 2}),
    ("LE-4: an entry of an older term is not, whoever holds it", dict(LEADER, log="1:a"), appended(2, match=1),
     ["LE-3a"], {"commit_index": 0}),
]  # fmt: skip


def check(row, raft=Raft):
    """One row of the table, of the textbook or of a class that should fail somewhere."""
    name, before, event, effects, after = row
    made = node(raft=raft, **before)
    found = told(made.step(event))
    assert found == effects, name
    for field, value in after.items():
        is_value = tuple(made.log) == entries(value) if field == "log" else getattr(made, field) == value
        assert is_value, f"{name}: {field} is {getattr(made, field)}"


@pytest.mark.parametrize("row", TABLE, ids=[row[0] for row in TABLE])
def test_figure_2(row):
    check(row)


def test_every_rule_of_the_book_fires_somewhere_in_the_table():
    fired = {effect for row in TABLE for effect in row[3]}
    assert set(RULES) - STATE <= fired


def test_every_rule_has_a_sentence_of_its_own_and_a_section():
    rules = list(RULES.values()) + list(PROPERTIES.values())
    assert len({rule.text for rule in rules}) == len(rules)
    assert all(rule.section[0].isdigit() for rule in rules)


# -- What is remembered (ST-*) -------------------------------------------------------------------------


def test_a_node_starts_as_a_follower_in_term_0_with_an_empty_log_and_knows_nothing_committed():
    """ST-P1, ST-P2, ST-P3, ST-V1, ST-V2"""
    made = node()
    assert (made.role, made.term, made.voted_for, len(made.log)) == (Role.FOLLOWER, 0, None, 0)
    assert (made.commit_index, made.last_applied, made.leader) == (0, 0, None)


def test_term_vote_and_log_come_back_after_a_restart_and_nothing_else_does():
    """ST-P1 to ST-V2, 5.1 to 5.3"""
    made = Raft("n1", ("n1", "n2"), node().random, saved=HardState(4, "n2", entries("1:a 4:b")))
    assert (made.term, made.voted_for, tuple(made.log)) == (4, "n2", entries("1:a 4:b"))
    assert (made.role, made.commit_index, made.last_applied, made.votes) == (Role.FOLLOWER, 0, 0, frozenset())


@pytest.mark.parametrize("row", TABLE, ids=[row[0] for row in TABLE])
def test_what_must_survive_a_crash_is_saved_before_any_message_is_sent(row):
    """ST-P0: the disk, as of the last save before each message, is what the message speaks of."""
    _, before, event, _, _ = row
    made = node(**before)
    term, voted_for, log = made.term, made.voted_for, list(made.log)
    effects = made.step(event)
    final = (made.term, made.voted_for, list(made.log))
    for effect in effects:
        if isinstance(effect, Save):
            term, voted_for = effect.term, effect.voted_for
            log[effect.index - 1 :] = effect.entries
        if isinstance(effect, Send):
            assert (term, voted_for, log) == final
    assert (term, voted_for, log) == final


def test_only_a_granted_vote_or_the_leader_of_the_term_starts_the_election_timer_anew():
    """FO-2, 5.2"""
    for event, anew in (
        (request_vote(1), True),
        (request_vote(0), False),
        (append(1), True),
        (append(0), False),
    ):
        made = node(term=1, log="")
        made.timer = 1000
        made.step(event)
        assert (made.timer < 1000) is anew, event
    refusing = node(term=1, log="1:a")
    refusing.timer = 1000
    refusing.step(request_vote(5, "0:0"))
    assert refusing.timer == 1000, "a candidate that cannot win must not hold others back"


def test_an_election_timeout_is_random_between_its_bounds_both_included():
    made = node()
    seen = set()
    for _ in range(2000):
        made.reset_election_timer()
        seen.add(made.timer)
    assert seen == set(range(15, 31))


def test_ticks_may_come_one_by_one_or_together():
    one, many = node(), node()
    until = one.timer
    effects = [one.step(Tick(1)) for _ in range(until)]
    assert effects[:-1] == [()] * (until - 1)
    assert many.step(Tick(until)) == effects[-1]


# -- Figures 7 and 8 --------------------------------------------------------------------------------------


def test_the_six_followers_of_figure_7_converge_to_the_leaders_log():
    """5.3, Figure 7: missing and extraneous entries, and both."""
    cluster = Cluster(load("figure_7"))
    cluster.tick(150)
    logs = {id: list(each.log) for id, each in cluster.nodes.items()}
    assert set(map(tuple, logs.values())) == {tuple(logs["n1"])}
    assert [entry.term for entry in logs["n1"]] == [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 8]
    assert cluster.trace.broken() == {}


# Rejected probes of each follower of Figure 7, when next index begins at 11 and goes down by one.
@pytest.mark.parametrize(
    ("terms", "refusals"),
    [
        ("1 1 1 4 4 5 5 6 6", 1),
        ("1 1 1 4", 6),
        ("1 1 1 4 4 5 5 6 6 6 6", 0),
        ("1 1 1 4 4 5 5 6 6 6 7 7", 0),
        ("1 1 1 4 4 4 4", 5),
        ("1 1 1 2 2 2 3 3 3 3 3", 7),
    ],
    ids="abcdef",
)
def test_the_leader_of_figure_7_steps_back_as_often_as_each_follower_needs(terms, refusals):
    def log(words):
        return " ".join(f"{term}:x{index}" for index, term in enumerate(words.split()))

    leader = node("n1", nodes=2, role="leader", term=8, log=log("1 1 1 4 4 5 5 6 6 6"))
    follower = node("n2", nodes=2, term=7, log=log(terms))
    refused = 0
    (message,) = [e.message for e in leader.step(HeartbeatTimeout()) if isinstance(e, Send)]
    for _ in range(20):
        (reply,) = [e.message for e in follower.step(message) if isinstance(e, Send)]
        if reply.success:
            break
        refused += 1
        (message,) = [e.message for e in leader.step(reply) if isinstance(e, Send)]
    assert refused == refusals


def figure_8(raft):
    """Figure 8 a to e, step by step: s1 leads term 2, s5 term 3, s1 term 4; then s5 leads again.

    Returns the entries that somebody has applied at index 2, in order.
    """
    applied = []
    s1 = node("n1", 5, "1:a 2:b", raft, "leader", term=4)  # (c): leads term 4, entry 2 is of term 2
    followers = [node(f"n{i}", 5, log, raft, term=4) for i, log in ((2, "1:a 2:b"), (3, "1:a"))]
    effects = list(s1.step(HeartbeatTimeout()))
    for _ in range(4):  # s1 replicates its old entry to s2 and s3
        sent = [e.message for e in effects if isinstance(e, Send)]
        replies = [
            e.message
            for f in followers
            for m in sent
            if m.dst == f.id
            for e in f.step(m)
            if isinstance(e, Send)
        ]
        effects = [e for reply in replies for e in s1.step(reply)]
        applied += [e.entry for e in effects if type(e).__name__ == "Apply" and e.index == 2]
    assert [tuple(f.log) for f in followers] == [entries("1:a 2:b")] * 2, "a majority holds the old entry"
    s5 = node("n5", 5, "1:a 3:c", raft, "leader", term=5)  # (d): and still s5 may win, and overwrite it
    effects = list(s5.step(HeartbeatTimeout()))
    for _ in range(4):
        sent = [e.message for e in effects if isinstance(e, Send)]
        replies = [
            e.message
            for f in followers
            for m in sent
            if m.dst == f.id
            for e in f.step(m)
            if isinstance(e, Send)
        ]
        effects = [e for reply in replies for e in s5.step(reply)]
    assert followers[1].step(append(5, "1:1", "3:c", commit=2, src="n5", dst="n3"))
    applied.append(followers[1].log.entry(2))
    return applied


def test_an_old_entry_on_a_majority_is_not_committed_for_it_may_still_be_overwritten():
    """5.4.2, Figure 8"""
    assert len(set(figure_8(Raft))) == 1


# -- The table itself is tested: rules that have changed places are noticed -----------------------------------


SWAPPED = [
    ('vote_granted=False, because="RV-1"', 'vote_granted=False, because="UTD"'),
    ('self.reply_append(msg, success=False, because="AE-1")', 'self.reply_append(msg, success=False, because="AE-2")'),
    ('self.because("AE-4" if term is None else "AE-3")', 'self.because("AE-3" if term is None else "AE-4")'),
    ('self.because("CA-4" if self.role is Role.CANDIDATE else "FO-2")', 'self.because("FO-2" if self.role is Role.CANDIDATE else "CA-4")'),
    ('self.because("LE-3a")', 'self.because("LE-3b")'),
    ('self.because("LE-2")', 'self.because("LE-3")'),
    ('because="AE-5"', 'because="LE-4"'),
    ('self.because("CA-2")', 'self.because("CA-3")'),
]  # fmt: skip


@pytest.mark.parametrize(("there", "instead"), SWAPPED, ids=[there for there, _ in SWAPPED])
def test_a_rule_named_in_the_wrong_branch_is_noticed(there, instead):
    wrong = mutant((there, instead))
    failures = 0
    for row in TABLE:
        try:
            check(row, wrong)
        except AssertionError:
            failures += 1
    assert failures
