"""Figure 2, a table row for each rule: the state before, one event, the effects in order, the state after."""

import ast
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textbook import (
    SOURCE,
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
    Apply,
    ElectionTimeout,
    HardState,
    HeartbeatTimeout,
    Propose,
    Role,
    Save,
    Send,
    Tick,
)
from raftlab.raft import Raft, majority
from raftlab.rules import PROPERTIES, RULES

# Rules that say what is remembered rather than what is done: no branch names them, but rows of the table do.
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
    ("LE-4: of an older term it is, together with a newer one", dict(LEADER, log="1:a 2:b", nodes=5,
     match_index={"n1": 2, "n2": 0, "n3": 2, "n4": 0, "n5": 0}), appended(2, match=2),
     ["LE-3a", "LE-4", "ALL-1", "apply 1 a", "ALL-1", "apply 2 b"], {"commit_index": 2}),
    ("LE-4: two of five are no majority", dict(LEADER, log="2:a", nodes=5), appended(2, match=1), ["LE-3a"],
     {"commit_index": 0}),
    ("LE-3: a heartbeat carries what a follower lacks, from its next index on",
     dict(LEADER, log="1:a 2:b", next_index={"n2": 2, "n3": 1}), HeartbeatTimeout(),
     ["LE-1", "n2<- append term 2 after 1:1 2:b commit 0", "n3<- append term 2 after 0:0 1:a 2:b commit 0"], {}),
    ("LE-3b: not below what is known to agree", dict(LEADER, log="1:a", next_index={"n2": 1, "n3": 2}),
     appended(2, success=False, prev=0), [], {"next_index": {"n2": 1, "n3": 2}}),
    ("LE-3a: as far as the reply says, however much the leader holds by now", dict(LEADER, log="1:a 2:b 2:c", nodes=5),
     appended(2, match=1), ["LE-3a"],
     {"match_index": {"n1": 3, "n2": 1, "n3": 0, "n4": 0, "n5": 0}, "next_index": {"n2": 2, "n3": 4, "n4": 4, "n5": 4}}),
    ("LE-3a: not for the reply to an older leadership of one's own", dict(LEADER, log="1:a"), appended(1, match=1), [],
     {"match_index": {"n1": 1, "n2": 0, "n3": 0}}),
    ("LE-3a: not for one who leads no more", {"term": 2, "log": "1:a"}, appended(2, match=1), [],
     {"match_index": {}}),
    ("FO-2: a leader waits for nobody", dict(LEADER), ElectionTimeout(), [], {"role": Role.LEADER, "term": 2}),
    ("LE-1: who does not lead sends no heartbeats", {"term": 2}, HeartbeatTimeout(), [], {"role": Role.FOLLOWER}),
    ("ALL-2: a candidate gives up for a later term, and has a vote again", {"role": "candidate", "term": 2},
     vote(3, granted=False), ["ALL-2", "save term 3 vote None"],
     {"role": Role.FOLLOWER, "term": 3, "voted_for": None, "votes": frozenset()}),
    ("ALL-2: an append of a later term makes a leader a follower", dict(LEADER, log="1:a"), append(3, "1:1"),
     ["ALL-2", "save term 3 vote None", "FO-1", "n2<- appended to 1 term 3 (prev 1)"],
     {"role": Role.FOLLOWER, "leader": "n2", "match_index": {}}),
    ("RV-2: a candidate votes for nobody else", {"role": "candidate", "term": 2}, request_vote(2, "9:9"),
     ["RV-2", "n2<- vote no term 2"], {"voted_for": "n1", "role": Role.CANDIDATE}),
    ("UTD: a later last term wins over a longer log", {"term": 3, "log": "1:a 1:b 1:c"}, request_vote(3, "2:1"),
     ["save term 3 vote n2", "RV-2", "n2<- vote yes term 3"], {"voted_for": "n2"}),
    ("AE-2: the very first entry follows upon nothing", {"term": 1}, append(1, "0:0", "1:a"),
     ["AE-4", "save term 1 vote None 1: 1:a", "FO-1", "n2<- appended to 1 term 1 (prev 0)"], {"log": "1:a"}),
    ("AE-3: the entries that agree before it stay as they are", {"term": 3, "log": "1:a 1:b 2:c 2:d"},
     append(3, "0:0", "1:a 1:b 3:x"),
     ["AE-3", "save term 3 vote None 3: 3:x", "FO-1", "n2<- appended to 3 term 3 (prev 0)"], {"log": "1:a 1:b 3:x"}),
    # What is remembered. What comes back after a restart stands in tests of their own below.
    ("ST-P0: a vote is written down before the candidate is told", {"term": 3, "log": "1:a"}, request_vote(3, "1:1"),
     ["save term 3 vote n2", "RV-2", "n2<- vote yes term 3"], {"voted_for": "n2"}),
    ("ST-P1: the term does not go back, whatever is heard", {"term": 3}, vote(2), [], {"term": 3}),
    ("ST-P1: the newest term is remembered, also from a request that is refused", {"term": 3, "log": "3:a"},
     request_vote(7, "2:9"), ["ALL-2", "save term 7 vote None", "UTD", "n2<- vote no term 7"], {"term": 7}),
    ("ST-P2: a new term brings a new vote", {"term": 3, "voted_for": "n3"}, append(4),
     ["ALL-2", "save term 4 vote None", "FO-1", "n2<- appended to 0 term 4 (prev 0)"], {"voted_for": None}),
    ("ST-P2: whom one follows changes nothing of whom one voted for", {"term": 3, "voted_for": "n3"}, append(3),
     ["FO-1", "n2<- appended to 0 term 3 (prev 0)"], {"voted_for": "n3", "leader": "n2"}),
    ("ST-P3: entries keep the term of the leader that took them", {"term": 5}, append(5, "0:0", "1:a 4:b"),
     ["AE-4", "save term 5 vote None 1: 1:a 4:b", "FO-1", "n2<- appended to 2 term 5 (prev 0)"], {"log": "1:a 4:b"}),
    ("ST-V1: a new leader keeps what it knows to be committed", {"role": "candidate", "term": 2, "log": "1:a",
     "commit_index": 1}, vote(2),
     ["CA-2", "LE-1", "n2<- append term 2 after 1:1 nothing commit 1", "n3<- append term 2 after 1:1 nothing commit 1"],
     {"commit_index": 1}),
    ("ST-V2: what was applied is not applied again", {"term": 1, "log": "1:a 1:b", "commit_index": 2},
     append(1, "1:2", commit=2), ["FO-1", "n2<- appended to 2 term 1 (prev 2)"], {"last_applied": 2}),
    ("ST-L1, ST-L2: a new leader guesses and knows nothing, whatever it knew in an earlier term",
     {"role": "candidate", "term": 2, "log": "1:a", "next_index": {"n2": 1, "n3": 9}, "match_index": {"n2": 1, "n3": 1}},
     vote(2), ["CA-2", "LE-1", *HEARTBEATS],
     {"next_index": {"n2": 2, "n3": 2}, "match_index": {"n1": 1, "n2": 0, "n3": 0}}),
]  # fmt: skip

ROWS = {row[0]: row for row in TABLE}


def check(row, raft=Raft, take=lambda made, event: made.step(event)):
    """One row of the table, of the textbook or of a class that should fail somewhere; `take` has a node take an event."""
    name, before, event, effects, after = row
    made = node(raft=raft, **before)
    found = told(take(made, event))
    assert found == effects, name
    for field, value in after.items():
        is_value = tuple(made.log) == entries(value) if field == "log" else getattr(made, field) == value
        assert is_value, f"{name}: {field} is {getattr(made, field)}"


@pytest.mark.parametrize("row", TABLE, ids=[row[0] for row in TABLE])
def test_figure_2(row):
    check(row)


def sent(effects):
    """The messages among the effects, in order."""
    return [effect.message for effect in effects if isinstance(effect, Send)]


def rules_of(name):
    """The ids before the colon of a row's name: the rules that the row is about."""
    return set(name.split(":")[0].split(", "))


def test_every_rule_of_the_book_fires_somewhere_in_the_table():
    fired = {effect for row in TABLE for effect in row[3]}
    assert set(RULES) - STATE <= fired


def test_every_rule_of_the_book_has_a_row_and_every_row_a_rule_of_the_book():
    assert set().union(*map(rules_of, ROWS)) == set(RULES)
    assert len(ROWS) == len(TABLE), "two rows have one name"


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
    """ST-P0: every message agrees with the disk, as it was after the last save before the message."""
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


PEERS = st.sampled_from(["n2", "n3"])
EVENTS = st.one_of(
    st.builds(request_vote, st.integers(0, 5), st.sampled_from(["0:0", "1:1", "2:2", "3:3", "4:4"]), PEERS),
    st.builds(vote, st.integers(0, 5), st.booleans(), PEERS),
    st.builds(append, st.integers(0, 5), st.sampled_from(["0:0", "1:1", "2:2", "1:2"]),
              st.sampled_from(["", "1:a", "2:a 3:b", "2:c 2:d 2:e"]), st.integers(0, 3), PEERS),
    st.builds(appended, st.integers(0, 5), st.booleans(), st.integers(0, 2), st.integers(0, 2), PEERS),
    st.builds(Tick, st.sampled_from([1, 5, 30])),
    st.just(ElectionTimeout()), st.just(HeartbeatTimeout()), st.just(Propose("x=1", "c1")),
)  # fmt: skip


def shows_only_what_is_saved(message, disk):
    """May a node that crashes now, and wakes up with this disk, have sent this message?"""
    term, voted_for, log = disk
    last_index = len(log)
    match type(message).__name__:
        case "RequestVote":
            ok = (voted_for, message.last_log_index) == (message.src, last_index)
        case "RequestVoteReply":
            ok = voted_for == message.dst if message.vote_granted else True
        case "AppendEntries":
            until = message.prev_log_index + len(message.entries)
            ok = tuple(log[message.prev_log_index : until]) == message.entries
        case "AppendEntriesReply":
            ok = not message.success or message.match_index <= last_index
        case _:
            ok = True  # an extension's: its own tests look at it
    return ok and message.term == term


@given(st.lists(EVENTS, max_size=40))
@settings(max_examples=300, deadline=None)
def test_no_message_ever_shows_what_a_crash_could_take_back(events):
    """ST-P0: votes, terms and entries, over whole courses of events."""
    check_saves(events)


def check_saves(events, raft=Raft):
    """Follow a node through these events, together with a disk that has only what the node saved."""
    made = node(raft=raft)
    disk = (0, None, [])
    for event in events:
        if made.role is Role.LEADER and type(event).__name__ == "AppendEntries" and event.term == made.term:
            continue  # Election Safety: nobody else leads this term
        if type(event).__name__ == "AppendEntriesReply" and event.match_index > made.log.last_index:
            continue  # nobody confirms what was never sent
        if type(event).__name__ == "AppendEntries" and event.prev_log_index + 1 <= made.commit_index:
            continue  # Leader Completeness: no leader contradicts what is committed
        for effect in made.step(event):
            if isinstance(effect, Save):
                assert effect.term >= disk[0], "the term on a disk does not go back"
                kept = disk[1] if effect.term == disk[0] else None
                assert kept in (None, effect.voted_for), "a vote on a disk is not taken back"
                disk = (effect.term, effect.voted_for, disk[2][: effect.index - 1] + list(effect.entries))
            elif isinstance(effect, Send):
                assert shows_only_what_is_saved(effect.message, disk), effect.message
        assert disk == (made.term, made.voted_for, list(made.log)), "what is not sent yet is saved as well"


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
    (message,) = sent(leader.step(HeartbeatTimeout()))
    for _ in range(20):
        (reply,) = sent(follower.step(message))
        if reply.success:
            break
        refused += 1
        (message,) = sent(leader.step(reply))
    assert refused == refusals


FIGURE_7 = {
    "a": ("1 1 1 4 4 5 5 6 6", True),
    "b": ("1 1 1 4", True),
    "c": ("1 1 1 4 4 5 5 6 6 6 6", False),  # longer
    "d": ("1 1 1 4 4 5 5 6 6 6 7 7", False),  # later
    "e": ("1 1 1 4 4 4 4", True),
    "f": ("1 1 1 2 2 2 3 3 3 3 3", True),
}


@pytest.mark.parametrize("follower", FIGURE_7)
def test_the_leader_of_figure_7_could_be_elected_by_exactly_those_whose_logs_are_not_ahead(follower):
    """5.4.1: four of six grant their vote; with its own, five of seven."""
    terms, granted = FIGURE_7[follower]
    log = " ".join(f"{term}:x{index}" for index, term in enumerate(terms.split()))
    made = node("n2", nodes=7, term=7, log=log)
    (reply,) = sent(made.step(request_vote(8, "6:10", src="n1", dst="n2")))
    assert reply.vote_granted is granted


def figure_8(raft):
    """Figure 8 a to e, step by step: s1 leads term 2, s5 term 3, s1 term 4; then s5 leads again.

    Returns the entries that somebody has applied at index 2, in order.
    """
    s1 = node("n1", 5, "1:a 2:b", raft, "leader", term=4)  # (c): leads term 4, entry 2 is of term 2
    s2, s3 = (node(f"n{i}", 5, log, raft, term=4) for i, log in ((2, "1:a 2:b"), (3, "1:a")))
    applied = replicate(s1, s2, s3)
    assert [tuple(s2.log), tuple(s3.log)] == [entries("1:a 2:b")] * 2, "a majority holds the old entry"
    s5 = node("n5", 5, "1:a 3:c", raft, "leader", term=5)  # (d): and still s5 may win, and overwrite it
    replicate(s5, s2, s3)
    assert s3.step(append(5, "1:1", "3:c", commit=2, src="n5", dst="n3"))
    return [*applied, s3.log.entry(2)]


def replicate(leader, *followers, rounds=4):
    """Let messages go back and forth; returns what the leader has applied at index 2."""
    effects, applied = leader.step(HeartbeatTimeout()), []
    for _ in range(rounds):
        replies = [
            reply
            for follower in followers
            for message in sent(effects)
            if message.dst == follower.id
            for reply in sent(follower.step(message))
        ]
        effects = [effect for reply in replies for effect in leader.step(reply)]
        applied += [effect.entry for effect in effects if isinstance(effect, Apply) and effect.index == 2]
    return applied


@pytest.mark.parametrize("count", range(1, 20))
def test_a_majority_is_the_smallest_group_of_which_any_two_share_a_node(count):
    least = majority(count)
    assert 2 * least > count, "two such groups have more members than there are nodes"
    assert 2 * (least - 1) <= count, "two smaller ones fit beside each other"


def test_an_old_entry_on_a_majority_is_not_committed_for_it_may_still_be_overwritten():
    """5.4.2, Figure 8"""
    assert len(set(figure_8(Raft))) == 1


# -- The table itself is tested: rules that have changed places are noticed -----------------------------------


def places():
    """Where raft.py names a rule: (the method, the rule, from, to)."""
    line_starts = [0, *(match.end() for match in re.finditer("\n", SOURCE))]
    found = []
    for method in ast.walk(ast.parse(SOURCE)):
        if isinstance(method, ast.FunctionDef):
            for each in ast.walk(method):
                if isinstance(each, ast.Constant) and each.value in RULES:
                    start = line_starts[each.lineno - 1] + each.col_offset
                    found.append((method.name, each.value, start, start + len(each.value) + 2))
    return sorted(found, key=lambda place: place[2])


def renamed(*changes):
    """A Raft that names other rules: (place, rule) for each place that is to be changed."""
    source = SOURCE
    for (_, was, start, end), now in sorted(changes, key=lambda change: -change[0][2]):
        assert source[start:end] == f'"{was}"'
        source = f'{source[:start]}"{now}"{source[end:]}'
    return mutant((SOURCE, source))


def rows_failed_by(raft):
    failed = set()
    for name, row in ROWS.items():
        try:
            check(row, raft)
        except (AssertionError, LookupError, TypeError):
            failed.add(name)
    return failed


PLACES = places()
SWAPS = [
    (one, other)
    for number, one in enumerate(PLACES)
    for other in PLACES[number + 1 :]
    if one[0] == other[0] and one[1] != other[1]
]


def test_every_rule_that_something_is_done_for_is_named_in_some_branch():
    assert {rule for _, rule, _, _ in PLACES} == set(RULES) - STATE
    assert rows_failed_by(Raft) == set()


@pytest.mark.parametrize("place", PLACES, ids=[f"{rule} in {method}" for method, rule, _, _ in PLACES])
def test_a_branch_that_names_another_rule_is_noticed(place):
    for rule in ("AE-1", "LE-2"):
        if rule != place[1]:
            assert rows_failed_by(renamed((place, rule)))


@pytest.mark.parametrize(
    ("one", "other"), SWAPS, ids=[f"{one[1]} and {other[1]} in {one[0]}" for one, other in SWAPS]
)
def test_two_rules_of_a_method_that_changed_places_are_noticed(one, other):
    assert rows_failed_by(renamed((one, other[1]), (other, one[1])))


# Also across methods: rules that are easily taken for each other.
@pytest.mark.parametrize(
    ("there", "instead"),
    [("RV-1", "AE-1"), ("CA-2", "CA-3"), ("FO-1", "FO-2"), ("LE-4", "AE-5"), ("LE-1", "LE-3"), ("AE-2", "UTD")],
)  # fmt: skip
def test_two_rules_that_changed_places_everywhere_are_noticed(there, instead):
    changes = [(place, instead) for place in PLACES if place[1] == there]
    changes += [(place, there) for place in PLACES if place[1] == instead]
    rows = rows_failed_by(renamed(*changes))
    assert any(there in rules_of(name) for name in rows)
    assert any(instead in rules_of(name) for name in rows)
