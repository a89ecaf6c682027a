"""The handler checks: a row for each behaviour that Figure 2 requires of one node.

Each row says in one sentence what it checks. Its rule is the one that a node breaks if it fails the row.
"""

from typing import Any

from raftlab.checks.rows.free_choices import UpTo, from_next_index
from raftlab.checks.rows.handlers import Row
from raftlab.checks.rows.trials import (
    Trial,
    heartbeats,
    majorities,
    random_lengths,
    restarted,
    together,
    within_bounds,
)
from raftlab.checks.short_forms import append, appended, request_vote, vote
from raftlab.messages import ElectionTimeout, HeartbeatTimeout, Role, Tick

FOLLOWER, CANDIDATE, LEADER = Role.FOLLOWER, Role.CANDIDATE, Role.LEADER
LEADS: dict[str, Any] = {"role": "leader", "term": 2}
STANDS: dict[str, Any] = {"role": "candidate", "term": 2}
GRANTED = ("n2<- vote yes term 3",)
REFUSED = ("n2<- vote no term 3",)
HEARTBEATS = (
    "n2<- append term 2 after 1:1 nothing commit 0",
    "n3<- append term 2 after 1:1 nothing commit 0",
)
TO_BOTH = (from_next_index("n2", 2), from_next_index("n3", 2))


def matches(n2: int, own: int, count: int = 5, **others: int) -> dict[str, int]:
    """What the leader n1 knows of the logs: the match index of each of `count` nodes."""
    return dict.fromkeys((f"n{number}" for number in range(1, count + 1)), 0) | {"n1": own, "n2": n2} | others


# -- Elections ---------------------------------------------------------------------------------------------

VOTES = (
    Row("RV-2", "A node that has not voted in this term votes for the first candidate whose log is as good as its own.",
        {"term": 3}, (request_vote(3),), GRANTED, {"voted_for": "n2"}),
    Row("RV-2", "One vote a term: the second candidate is refused.", {"term": 3},
        (request_vote(3), request_vote(3, src="n3")), (*GRANTED, "n3<- vote no term 3"), {"voted_for": "n2"}),
    Row("RV-2", "The candidate that has the vote may ask again, and gets the same answer.",
        {"term": 3, "voted_for": "n2"}, (request_vote(3),), GRANTED, {"voted_for": "n2"}),
    Row("RV-2", "A node keeps the vote that it has given, even if a candidate with a better log asks later.", {"term": 3, "voted_for": "n3"},
        (request_vote(3, "9:9"),), REFUSED, {"voted_for": "n3"}),
    Row("RV-2", "A candidate votes for nobody but itself.", STANDS, (request_vote(2, "9:9"),),
        ("n2<- vote no term 2",), {"voted_for": "n1", "role": CANDIDATE}),
    Row("RV-2", "An equal log is good enough.", {"term": 3, "log": "1:a 2:b"}, (request_vote(3, "2:2"),), GRANTED,
        {"voted_for": "n2"}),
    Row("RV-1", "A request of an older term is refused, and the answer names the newer term.", {"term": 3}, (request_vote(2, "9:9"),),
        REFUSED, {"voted_for": None, "term": 3}),
    Row("UTD", "If the last terms are equal, the longer log is better: a candidate with the shorter one is refused.",
        {"term": 3, "log": "2:a 2:b"}, (request_vote(3, "2:1"),), REFUSED, {"voted_for": None}),
    Row("UTD", "A candidate whose log is longer but ends in an older term is refused.", {"term": 3, "log": "2:a"},
        (request_vote(3, "1:9"),), REFUSED, {"voted_for": None}),
    Row("UTD", "A candidate whose log is shorter but ends in a later term gets the vote.", {"term": 3, "log": "1:a 1:b 1:c"},
        (request_vote(3, "2:1"),), GRANTED, {"voted_for": "n2"}),
    Row("UTD", "If the last terms are equal, a candidate with the longer log gets the vote.", {"term": 3, "log": "2:a"},
        (request_vote(3, "2:5"),), GRANTED, {"voted_for": "n2"}),
    Row("UTD", "A candidate with an empty log gets no vote from a node that has entries.", {"term": 3, "log": "1:a"},
        (request_vote(3),), REFUSED, {"voted_for": None}),
    Row("FO-2", "A node that gives its vote restarts its election timer.", {"term": 3}, (request_vote(3),), GRANTED, timer=True),
    Row("FO-2", "A request that is refused because of the candidate's log does not restart the election timer.", {"term": 3, "log": "1:a"},
        (request_vote(3),), REFUSED, timer=False),
    Row("FO-2", "A request of an older term does not restart the election timer.", {"term": 3}, (request_vote(2),),
        REFUSED, timer=False),
    Row("FO-2", "A request that is refused because the vote is already given does not restart the election timer.", {"term": 3, "voted_for": "n3"},
        (request_vote(3),), REFUSED, timer=False),
)  # fmt: skip

COUNTING = (
    Row("CA-2", "A candidate with the votes of a majority becomes leader, and sends to everyone at once.", STANDS | {"log": "1:a"},
        (vote(2),), TO_BOTH, {"role": LEADER}),
    Row("CA-2", "A vote that arrives four times is one vote.", STANDS | {"nodes": 5}, (vote(2),) * 4, (),
        {"role": CANDIDATE}),
    Row("CA-2", "Three of five are a majority.", STANDS | {"nodes": 5}, (vote(2), vote(2, src="n3")), None,
        {"role": LEADER}),
    Row("CA-2", "Two of four are not a majority.", STANDS | {"nodes": 4}, (vote(2),), (), {"role": CANDIDATE}),
    Row("CA-2", "A refusal is not a vote.", STANDS, (vote(2, granted=False),), (), {"role": CANDIDATE}),
    Row("CA-2", "A vote for an older election does not count.", STANDS | {"term": 3}, (vote(2),), (),
        {"role": CANDIDATE, "term": 3}),
    Row("CA-2", "A late vote changes nothing for a node that is already leader.", LEADS | {"log": "2:a",
        "next_index": {"n2": 2, "n3": 1}}, (vote(2, src="n3"),), (), {"role": LEADER, "next_index": {"n2": 2, "n3": 1}}),
    Row("CA-2", "A follower that gets a vote stays a follower.", {"term": 2, "voted_for": "n1"},
        (vote(2), vote(2, src="n3")), (), {"role": FOLLOWER}),
    Trial("CA-2", "Of n nodes, more than half are a majority, for n = 1 to 7.", ("n = 1 to 7, any number of nodes",),
          "more than half of all voters", majorities),
)  # fmt: skip

CAMPAIGNS = (
    Row("CA-1", "A candidate raises its term, votes for itself, and asks everyone.",
        {"term": 1, "log": "1:a"}, (ElectionTimeout(),),
        ("n2<- vote? term 2 last 1:1", "n3<- vote? term 2 last 1:1"),
        {"role": CANDIDATE, "term": 2, "voted_for": "n1", "votes": {"n1"}, "leader": None}),
    Row("CA-1", "A request says how the candidate's log ends.", {"term": 4, "log": "1:a 2:b 2:c"}, (ElectionTimeout(),),
        ("n2<- vote? term 5 last 2:3", "n3<- vote? term 5 last 2:3"), {"term": 5}),
    Row("CA-1", "A candidate's own vote is one vote: two of five are not a majority.", {"nodes": 5},
        (ElectionTimeout(), vote(1)), None, {"role": CANDIDATE}),
    Row("CA-1", "In a cluster of one node, the node's own vote is a majority.", {"nodes": 1}, (ElectionTimeout(),), (),
        {"role": LEADER, "term": 1}),
    Row("CA-1", "A node that becomes a candidate restarts its election timer.", {"term": 1}, (ElectionTimeout(),), None, {},
        timer=True),
    Row("CA-4", "A candidate that has not won by its next election timeout tries again in the next term.", STANDS,
        (ElectionTimeout(),), ("n2<- vote? term 3 last 0:0", "n3<- vote? term 3 last 0:0"),
        {"role": CANDIDATE, "term": 3, "votes": {"n1"}}),
    Row("CA-4", "A candidate forgets the votes of the election before.", STANDS | {"nodes": 5, "votes": frozenset({"n2"})},
        (ElectionTimeout(), vote(3, src="n3")), None, {"role": CANDIDATE, "votes": {"n1", "n3"}}),
    Row("CA-1", "A candidate that gets no answer does not become leader.", {}, (ElectionTimeout(),),
        None, {"role": CANDIDATE}),
    Row("FO-2", "A leader does not wait for a leader: it ignores an election timeout.", LEADS, (ElectionTimeout(),), (),
        {"role": LEADER, "term": 2}),
)  # fmt: skip

LEADING = (
    Row("LE-1", "A new leader sends a heartbeat to everyone at once.", STANDS | {"log": "1:a"}, (vote(2),), TO_BOTH,
        {"role": LEADER, "leader": "n1"}),
    Row("ST-L1", "A new leader guesses that all logs end like its own, whatever it knew when it was leader before.",
        STANDS | {"log": "1:a", "next_index": {"n2": 1, "n3": 9}}, (vote(2),), TO_BOTH,
        {"next_index": {"n2": UpTo(2), "n3": UpTo(2)}}),
    Row("ST-L2", "A new leader knows nothing about the other logs, whatever it knew when it was leader before.",
        STANDS | {"log": "1:a", "match_index": {"n2": 1, "n3": 1}}, (vote(2),), None,
        {"match_index": {"n1": 1, "n2": 0, "n3": 0}}),
    Row("P2", "A new leader keeps its log as it is, committed or not.", STANDS | {"log": "1:a 1:b"}, (vote(2),), None,
        {"log": "1:a 1:b", "commit_index": 0}),
    Row("ST-V1", "A new leader keeps what it knows to be committed.", STANDS | {"log": "1:a", "commit_index": 1},
        (vote(2),), None, {"commit_index": 1, "last_applied": 1}),
    Row("LE-1", "A new leader's timer is for heartbeats.", STANDS, (vote(2), Tick(5)),
        ("n2<- append term 2 after 0:0 nothing commit 0", "n3<- append term 2 after 0:0 nothing commit 0") * 2, {}),
    Row("LE-1", "When its heartbeat timer runs out, a leader sends a heartbeat to everyone.", LEADS | {"log": "1:a"}, (HeartbeatTimeout(),), HEARTBEATS, {}),
    Row("LE-1", "Only a leader sends heartbeats.", {"term": 2}, (HeartbeatTimeout(),), (), {"role": FOLLOWER}),
    Trial("LE-1", "A leader repeats its heartbeat after each heartbeat interval.", ("n1 leads, 30 ticks pass",),
          "a heartbeat every 5 ticks", heartbeats),
)  # fmt: skip

TIMERS = (
    Row("FO-2", "A follower whose election timer runs out becomes a candidate.", {"term": 1, "timer": 1}, (Tick(1),),
        ("n2<- vote? term 2 last 0:0", "n3<- vote? term 2 last 0:0"), {"role": CANDIDATE}),
    Row("FO-2", "A follower that still hears from no leader becomes a candidate.", {"term": 1, "timer": 1}, (Tick(1), Tick(1)),
        ("n2<- vote? term 2 last 0:0", "n3<- vote? term 2 last 0:0"), {"role": CANDIDATE}),
    Row("FO-2", "A follower whose leader has fallen silent becomes a candidate.", {"term": 1, "leader": "n3", "timer": 1}, (Tick(1), Tick(1)),
        ("n2<- vote? term 2 last 0:0", "n3<- vote? term 2 last 0:0"), {"role": CANDIDATE, "term": 2}),
    Row("FO-2", "A follower whose timer has not run out waits.", {"term": 1, "timer": 2}, (Tick(1),), (),
        {"role": FOLLOWER, "term": 1, "timer": 1}),
    Row("FO-2", "Several ticks can pass at once.", {"term": 1, "timer": 7}, (Tick(7),),
        ("n2<- vote? term 2 last 0:0", "n3<- vote? term 2 last 0:0"), {"role": CANDIDATE}),
    Row("FO-2", "More ticks can pass at once than are left.", {"term": 1, "timer": 3}, (Tick(7),),
        ("n2<- vote? term 2 last 0:0", "n3<- vote? term 2 last 0:0"), {"role": CANDIDATE}),
    Row("CA-4", "A candidate's election timer can run out, too.", STANDS | {"timer": 1}, (Tick(1), Tick(1)),
        ("n2<- vote? term 3 last 0:0", "n3<- vote? term 3 last 0:0"), {"role": CANDIDATE, "term": 3}),
    Row("LE-1", "A leader's timer is for heartbeats.", LEADS | {"log": "1:a", "timer": 1}, (Tick(1),), HEARTBEATS,
        {"role": LEADER, "term": 2}),
    Trial("FO-2", "An election timeout lies between its bounds.", ("the timer is set 60 times",), "15 to 30 ticks", within_bounds),
    Trial("FO-2", "Election timeouts are random.", ("the timer is set 60 times",), "many lengths", random_lengths),
    Trial("FO-2", "The timers of two nodes seldom run out together.", ("two nodes set their timers 40 times",),
          "seldom of the same length", together),
)  # fmt: skip

TERMS = (
    Row("ALL-2", "A leader that receives a request of a later term becomes a follower, and can vote in that term.", LEADS | {"log": "1:a"},
        (request_vote(3, "1:1"),), GRANTED,
        {"role": FOLLOWER, "term": 3, "voted_for": "n2"}),
    Row("ALL-2", "A leader that becomes a follower forgets its clients: another leader's entry is no answer to them.",
        LEADS | {"log": "2:a", "waiting": {1: "c1"}}, (append(3, log="3:x", commit=1),),
        ("apply 1 x", "n2<- appended to 1 term 3 (prev 0)"), {"role": FOLLOWER}),
    Row("ALL-2", "A leader that receives a reply of a later term becomes a follower.", LEADS, (appended(5, success=False),), (),
        {"role": FOLLOWER, "term": 5, "leader": None, "voted_for": None}),
    Row("ALL-2", "A node adopts a later term even from a request that it then refuses.", {"term": 3, "log": "3:a"},
        (request_vote(7, "2:9"),), ("n2<- vote no term 7",), {"term": 7, "voted_for": None}),
    Row("ST-P2", "In a new term a node has a new vote.", {"term": 2, "voted_for": "n3"}, (request_vote(3),), GRANTED,
        {"term": 3, "voted_for": "n2"}),
    Row("ALL-2", "A candidate that learns of a later term becomes a follower.",
        STANDS | {"nodes": 5, "votes": frozenset({"n3"})}, (vote(3, granted=False),), (),
        {"role": FOLLOWER, "term": 3, "voted_for": None}),
    Row("ALL-2", "A leader that sees an append of a later term follows its sender.", LEADS | {"log": "1:a"},
        (append(3, "1:1"),), ("n2<- appended to 1 term 3 (prev 1)",), {"role": FOLLOWER, "leader": "n2", "term": 3}),
    Row("ST-P1", "A node's term never goes back.", {"term": 3}, (vote(2),), (), {"term": 3}),
    Row("ALL-2", "A message of the node's own term changes neither its role nor its vote.", LEADS | {"log": "2:a"},
        (appended(2, match=0),), (), {"role": LEADER, "voted_for": "n1", "term": 2}),
    Row("ALL-2", "A leader that steps down waits for an election timeout, not for the short time between two heartbeats.",
        LEADS | {"timer": 5}, (appended(5, success=False), Tick(10)), (), {"role": FOLLOWER}),
    Row("ST-P2", "A node that follows a leader keeps the vote that it has given in this term.", {"term": 3, "voted_for": "n3"},
        (append(3),), ("n2<- appended to 0 term 3 (prev 0)",), {"voted_for": "n3", "leader": "n2"}),
)  # fmt: skip

DISK = (
    Trial("ST-P0", "After a restart, the term, the vote and the log are those that were saved; all else is as in a new node.",
          ("n1 starts from a disk with term 4, a vote for n2, log 1:a 4:b",),
          "term 4, voted for n2, log 1:a 4:b, follower, nothing committed or applied", restarted),
)  # fmt: skip
