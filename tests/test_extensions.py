"""Extensions: how each differs from Raft, with a table row for each branch, and what no extension changes."""

import inspect
from itertools import combinations

import pytest
from faulty import faults_of
from hypothesis import given, settings
from hypothesis import strategies as st
from test_paper import EVENTS, TABLE, check, check_saves, figure_8, sent
from textbook import append, appended, entries, node, request_vote, told, vote

from raftlab import ETCD, SYSTEMS, Cluster, History, Raft, UserError, build, load, play, show_difference
from raftlab.extensions import EXTENSIONS
from raftlab.extensions.read_index import Waiting
from raftlab.messages import (
    AppendEntriesReply,
    Because,
    ChangeVoters,
    ConfirmLeader,
    ConfirmLeaderReply,
    ElectionTimeout,
    HardState,
    HeartbeatTimeout,
    InstallSnapshot,
    InstallSnapshotReply,
    Propose,
    Read,
    RequestPreVote,
    RequestPreVoteReply,
    RequestVote,
    RequestVoteNow,
    Role,
    Send,
    Snapshot,
    TakeSnapshot,
    Tick,
    TimeoutNow,
    TransferLeadership,
)
from raftlab.rules import EXTENSION_RULES
from raftlab.sim.systems import _composed as composed
from raftlab.sim.systems import objection

WRONG = {"LocalReads", "UnsafeMembership"}  # famous mistakes, kept to be shown


def with_needs(*names):
    """These extensions, and those that they need."""
    return tuple(
        dict.fromkeys(needed for name in names for needed in (*getattr(EXTENSIONS[name], "needs", ()), name))
    )


def legal(sets):
    return list(dict.fromkeys(frozenset(each) for each in sets if objection(tuple(each)) is None))


ALONE = legal(with_needs(name) for name in EXTENSIONS)
PAIRS = legal(with_needs(*pair) for pair in combinations(EXTENSIONS, 2))
RIGHT = [name for name in EXTENSIONS if name not in WRONG]
# All that go together: no further extension fits in.
FULL = [
    each for size in range(len(RIGHT), 0, -1) for each in combinations(RIGHT, size)
    if objection(each) is None
    and all(objection((*each, other)) is not None for other in RIGHT if other not in each)
]  # fmt: skip
NAMED = list(dict.fromkeys(frozenset(each.extensions) for each in SYSTEMS.values() if each.extensions))
SETS = list(dict.fromkeys([*ALONE, *PAIRS, *map(frozenset, FULL), *NAMED]))


def words(names):
    return "+".join(name for name in EXTENSIONS if name in names)


# -- Each extension, row by row -----------------------------------------------------------------------

LEADER = {"role": "leader", "term": 2}
VOTED = {"n1", "n2"}

# extension, title, node before, event, effects, what is true of the node then
ROWS = [
    ("StickyVotes", "who hears a leader ignores a candidate and its term", {"term": 2, "leader": "n3"},
     request_vote(9, "9:9"), ["SV-1"], {"term": 2, "voted_for": None}),
    ("StickyVotes", "who has waited for the shortest timeout listens again", {"term": 2, "leader": "n3", "timeout": 30, "timer": 15},
     request_vote(3), ["ALL-2", "save term 3 vote None", "save term 3 vote n2", "RV-2", "n2<- vote yes term 3"], {"term": 3}),
    ("StickyVotes", "one tick earlier it does not", {"term": 2, "leader": "n3", "timeout": 30, "timer": 16},
     request_vote(3), ["SV-1"], {"term": 2}),
    ("StickyVotes", "a leader hears itself", dict(LEADER), request_vote(3), ["SV-1"], {"role": Role.LEADER, "term": 2}),
    ("StickyVotes", "a later term does not end the wait for the leader", {"term": 5, "waits_for_older_leader": True, "timeout": 30, "timer": 16},
     request_vote(6), ["SV-1"], {"term": 5}),
    ("StickyVotes", "the wait ends after the shortest timeout", {"term": 5, "waits_for_older_leader": True, "timeout": 30, "timer": 15},
     request_vote(6), ["ALL-2", "save term 6 vote None", "save term 6 vote n2", "RV-2", "n2<- vote yes term 6"],
     {"voted_for": "n2", "waits_for_older_leader": False}),
    ("StickyVotes", "a follower that learns of a later term still waits", {"term": 2, "leader": "n3"}, appended(5, success=False),
     ["ALL-2", "save term 5 vote None"], {"term": 5, "leader": None, "waits_for_older_leader": True}),
    ("StickyVotes", "a new timer ends the wait", {"term": 5, "waits_for_older_leader": True, "timer": 1, "nodes": 1}, Tick(1),
     ["FO-2", "CA-1", "save term 6 vote n1", "CA-2", "LE-1"], {"waits_for_older_leader": False}),
    ("StickyVotes", "one that heard no leader has none to wait for", {"term": 2}, appended(5, success=False),
     ["ALL-2", "save term 5 vote None"], {"waits_for_older_leader": False}),
    ("StickyVotes", "it is no shield against a later term in a reply", dict(LEADER), appended(5, success=False),
     ["ALL-2", "save term 5 vote None"], {"role": Role.FOLLOWER}),
    ("PreVote", "a node asks before it raises its term", {"term": 2, "log": "1:a"}, ElectionTimeout(),
     ["FO-2", "PV-1", "n2<- RequestPreVote term 2 3 1 1", "n3<- RequestPreVote term 2 3 1 1"],
     {"term": 2, "role": Role.FOLLOWER, "voted_for": None}),
    ("PreVote", "and forgets the leader that it no longer hears", {"term": 2, "leader": "n3"}, ElectionTimeout(),
     ["FO-2", "PV-1", "n2<- RequestPreVote term 2 3 0 0", "n3<- RequestPreVote term 2 3 0 0"], {"leader": None}),
    ("PreVote", "and asks again only after another timeout", {"term": 2, "timer": 1}, Tick(1),
     ["FO-2", "PV-1", "n2<- RequestPreVote term 2 3 0 0", "n3<- RequestPreVote term 2 3 0 0"], {"timer": 19}),
    ("PreVote", "what was said of an older term is void", {"term": 2, "pre_votes": frozenset({"n1", "n2"}), "nodes": 5}, append(3),
     ["ALL-2", "save term 3 vote None", "FO-1", "n2<- appended to 0 term 3 (prev 0)"], {"pre_votes": frozenset()}),
    ("PreVote", "a majority of yes makes a candidate", {"term": 2, "pre_votes": frozenset({"n1"})},
     RequestPreVoteReply("n2", "n1", 2, True),
     ["PV-3", "CA-1", "save term 3 vote n1", "n2<- vote? term 3 last 0:0", "n3<- vote? term 3 last 0:0"],
     {"term": 3, "role": Role.CANDIDATE, "pre_votes": frozenset()}),
    ("PreVote", "a refusal does not count", {"term": 2, "pre_votes": frozenset({"n1"})},
     RequestPreVoteReply("n2", "n1", 2, False), [], {"term": 2}),
    ("PreVote", "nor does a yes that comes after a leader", {"term": 2, "pre_votes": frozenset({"n1"}), "leader": "n3"},
     RequestPreVoteReply("n2", "n1", 2, True), [], {"term": 2}),
    ("PreVote", "nor one of an older term", {"term": 3, "pre_votes": frozenset({"n1"})},
     RequestPreVoteReply("n2", "n1", 2, True), [], {"term": 3}),
    ("PreVote", "nor the same yes twice, of five", {"term": 2, "pre_votes": frozenset({"n1", "n2"}), "nodes": 5},
     RequestPreVoteReply("n2", "n1", 2, True), [], {"term": 2}),
    ("PreVote", "a voter says yes to a log that is good enough, and changes nothing", {"term": 2, "log": "1:a", "voted_for": "n3"},
     RequestPreVote("n2", "n1", 2, 3, 1, 1), ["PV-2", "n2<- RequestPreVoteReply term 2 True"], {"term": 2, "voted_for": "n3"}),
    ("PreVote", "no to a worse log", {"term": 2, "log": "2:a"}, RequestPreVote("n2", "n1", 2, 3, 9, 1),
     ["PV-2", "n2<- RequestPreVoteReply term 2 False"], {}),
    ("PreVote", "no while it hears a leader", {"term": 2, "leader": "n3"}, RequestPreVote("n2", "n1", 2, 3, 9, 9),
     ["PV-2", "n2<- RequestPreVoteReply term 2 False"], {"leader": "n3"}),
    ("PreVote", "to who lags behind, no, with the term that it lacks", {"term": 5}, RequestPreVote("n2", "n1", 2, 3, 9, 9),
     ["PV-2", "n2<- RequestPreVoteReply term 5 False"], {"term": 5}),
    ("PreVote", "a later term in a question changes nothing; the answer is given in it", {"term": 2, "leader": "n3", "timer": 4},
     RequestPreVote("n2", "n1", 4, 5, 9, 9), ["PV-2", "n2<- RequestPreVoteReply term 4 True"], {"term": 2, "leader": "n3", "timer": 4}),
    ("PreVote", "nor in one that is refused", {"term": 2, "leader": "n3"},
     RequestPreVote("n2", "n1", 4, 5, 9, 9), ["PV-2", "n2<- RequestPreVoteReply term 4 False"], {"term": 2, "leader": "n3"}),
    ("PreVote", "alone, one's own yes is a majority", {"nodes": 1}, ElectionTimeout(),
     ["FO-2", "PV-1", "PV-3", "CA-1", "save term 1 vote n1", "CA-2", "LE-1"], {"role": Role.LEADER}),
    ("CheckQuorum", "a leader that hears no majority steps down", dict(LEADER, since_look=14, nodes=5, heard=frozenset({"n2"})),
     Tick(1), ["CQ-1"], {"role": Role.FOLLOWER, "term": 2, "leader": None}),
    ("CheckQuorum", "with a majority it goes on, and notes anew", dict(LEADER, since_look=14, heard=frozenset({"n2"}), timer=9),
     Tick(1), [], {"role": Role.LEADER, "heard": frozenset(), "since_look": 0}),
    ("CheckQuorum", "not before an election timeout has passed", dict(LEADER, since_look=13, timer=9), Tick(1), [],
     {"role": Role.LEADER}),
    ("CheckQuorum", "whoever speaks in the leader's term is heard", dict(LEADER), appended(2), ["LE-3a"],
     {"heard": frozenset({"n2"})}),
    ("CheckQuorum", "who speaks in an older one is not", dict(LEADER), appended(1), [], {"heard": frozenset()}),
    ("CheckQuorum", "a new leader has a whole timeout, and has heard nobody yet",
     {"role": "candidate", "term": 2, "since_look": 14, "heard": frozenset({"n2"})}, vote(2),
     ["CA-2", "LE-1", "n2<- append term 2 after 0:0 nothing commit 0", "n3<- append term 2 after 0:0 nothing commit 0"],
     {"heard": frozenset(), "since_look": 0}),
    ("CheckQuorum", "who asks for a vote does not answer", dict(LEADER), RequestVote("n2", "n1", 2, 0, 0),
     ["RV-2", "n2<- vote no term 2"], {"heard": frozenset()}),
    ("NoOp", "a new leader appends an entry that does nothing", {"role": "candidate", "term": 2, "log": "1:a"}, vote(2),
     ["CA-2", "LE-1", "n2<- append term 2 after 1:1 nothing commit 0", "n3<- append term 2 after 1:1 nothing commit 0",
      "NO-1", "LE-2", "save term 2 vote n1 2: 2:no-op", "LE-3", "n2<- append term 2 after 1:1 2:no-op commit 0",
      "n3<- append term 2 after 1:1 2:no-op commit 0"], {"log": "1:a 2:no-op"}),
    ("FastBackup", "a short log says where it ends", {"term": 3, "log": "1:a"}, append(3, "2:9"),
     ["FB-1", "AE-2", "n2<- appended no term 3 (prev 9)"], {}),
    ("FastBackup", "a leader goes there at once", dict(LEADER, log="1:a 1:b 1:c 2:d"), appended(2, success=False, prev=4, match=1),
     ["LE-3b", "FB-2", "n2<- append term 2 after 1:1 1:b 1:c 2:d commit 0"], {"next_index": {"n2": 2, "n3": 5}}),
    ("FastBackup", "never below what is known to agree",
     dict(LEADER, log="1:a 1:b 1:c 2:d", match_index={"n1": 4, "n2": 2, "n3": 0}), appended(2, success=False, prev=4, match=0),
     ["LE-3b", "FB-2", "n2<- append term 2 after 1:2 1:c 2:d commit 0"], {"next_index": {"n2": 3, "n3": 5}}),
    ("LocalReads", "a leader answers, asking nobody", dict(LEADER), Read("x?", "c1"), ["LR-0", "answer c1 with what x? is now"], {}),
    ("LocalReads", "a follower says who leads", {"leader": "n2"}, Read("x?", "c1"), ["answer c1: not leader, try n2"], {}),
    ("ReadIndex", "a leader that knows what is committed asks whether it still leads", dict(LEADER, log="2:a", commit_index=1),
     Read("x?", "c1"), ["RI-1", "n2<- ConfirmLeader term 2 1", "n3<- ConfirmLeader term 2 1"], {"round": 1}),
    ("ReadIndex", "one that has committed nothing of its own term waits", dict(LEADER, log="1:a", commit_index=1),
     Read("x?", "c1"), [], {"round": 1}),
    ("ReadIndex", "a follower confirms the leader of its term", {"term": 2}, ConfirmLeader("n2", "n1", 2, 7),
     ["RI-2", "n2<- ConfirmLeaderReply term 2 7"], {"leader": "n2"}),
    ("ReadIndex", "not one of an older term", {"term": 3}, ConfirmLeader("n2", "n1", 2, 7), [], {"leader": None}),
    ("ReadIndex", "a follower says who leads", {"leader": "n2"}, Read("x?", "c1"), ["answer c1: not leader, try n2"], {}),
    ("ReadIndex", "who confirms a leader waits for it anew", {"term": 2, "timer": 1}, ConfirmLeader("n2", "n1", 2, 7),
     ["RI-2", "n2<- ConfirmLeaderReply term 2 7"], {"timer": 19}),
    ("ReadIndex", "a confirmation of an older term confirms nothing",
     dict(LEADER, log="2:a", commit_index=1, reads=(Waiting(Read("x?", "c1"), 1, 1, frozenset({"n1"})),)),
     ConfirmLeaderReply("n2", "n1", 1, 1), [], {"reads": (Waiting(Read("x?", "c1"), 1, 1, frozenset({"n1"})),)}),
    ("LeaseReads", "who leads no more does not read, whatever its lease says",
     {"term": 2, "leader": "n2", "log": "2:a", "commit_index": 1, "clock": 5, "lease_end": 12}, Read("x?", "c1"),
     ["answer c1: not leader, try n2"], {}),
    ("LeaseReads", "a lease of another term is worth nothing in this one",
     {"role": "candidate", "term": 2, "lease_end": 12, "confirmed": frozenset({"n1", "n2"})}, vote(2),
     ["CA-2", "LE-1", "n2<- append term 2 after 0:0 nothing commit 0", "n3<- append term 2 after 0:0 nothing commit 0",
      "NO-1", "LE-2", "save term 2 vote n1 1: 2:no-op", "LE-3", "n2<- append term 2 after 0:0 2:no-op commit 0",
      "n3<- append term 2 after 0:0 2:no-op commit 0"], {"lease_end": 0, "confirmed": frozenset()}),
    ("LeaseReads", "who confirms a leader waits for it anew", {"term": 2, "timer": 1}, ConfirmLeader("n2", "n1", 2, 7),
     ["LR-1", "n2<- ConfirmLeaderReply term 2 7"], {"timer": 19, "leader": "n2"}),
    ("LeaseReads", "nobody confirms the leader of an older term", {"term": 3}, ConfirmLeader("n2", "n1", 2, 7), [], {"leader": None}),
    ("LeaseReads", "without a lease a leader cannot read", dict(LEADER, log="2:a", commit_index=1), Read("x?", "c1"),
     ["answer c1: not leader, try None"], {}),
    ("LeaseReads", "within it it answers at once", dict(LEADER, log="2:a", commit_index=1, clock=11, lease_end=12), Read("x?", "c1"),
     ["LR-1", "answer c1 with what x? is now"], {}),
    ("LeaseReads", "a lease ends", dict(LEADER, log="2:a", commit_index=1, clock=12, lease_end=12), Read("x?", "c1"),
     ["answer c1: not leader, try None"], {}),
    ("LeaseReads", "nor does it read before it has committed something itself", dict(LEADER, log="1:a", commit_index=1, clock=0, lease_end=12),
     Read("x?", "c1"), ["answer c1: not leader, try None"], {}),
    ("LeaseReads", "a majority's answer is good from when it was asked for", dict(LEADER, clock=30, round=4, round_began=24, confirmed=frozenset({"n1"})),
     ConfirmLeaderReply("n2", "n1", 2, 4), [], {"lease_end": 24 + 12}),
    ("LeaseReads", "two of five are no majority", dict(LEADER, nodes=5, clock=30, round=4, round_began=24, confirmed=frozenset({"n1"})),
     ConfirmLeaderReply("n2", "n1", 2, 4), [], {"lease_end": 0}),
    ("LeaseReads", "an answer to an older round renews nothing", dict(LEADER, clock=30, round=4, round_began=24, confirmed=frozenset({"n1"})),
     ConfirmLeaderReply("n2", "n1", 2, 3), [], {"lease_end": 0}),
    ("Transfer", "a leader brings its successor up to date", dict(LEADER, log="1:a", match_index={"n1": 1, "n2": 0, "n3": 0}),
     TransferLeadership("n2"), ["TL-1", "n2<- append term 2 after 1:1 nothing commit 0"], {"successor": "n2"}),
    ("Transfer", "nobody hands over to itself", dict(LEADER), TransferLeadership("n1"), [], {"successor": None}),
    ("Transfer", "one that is up to date is told to begin", dict(LEADER, log="1:a", match_index={"n1": 1, "n2": 1, "n3": 0}),
     TransferLeadership("n2"), ["TL-1", "n2<- append term 2 after 1:1 nothing commit 0", "TL-2", "n2<- TimeoutNow term 2"], {}),
    ("Transfer", "or as soon as it is", dict(LEADER, log="1:a", successor="n2"), appended(2, match=1),
     ["LE-3a", "TL-2", "n2<- TimeoutNow term 2"], {"role": Role.LEADER}),
    ("Transfer", "the progress of another one changes nothing",
     dict(LEADER, log="1:a", successor="n2", match_index={"n1": 1, "n2": 1, "n3": 0}), appended(2, src="n3", match=1), ["LE-3a"], {}),
    ("Transfer", "nor does a refusal", dict(LEADER, log="1:a", successor="n2", match_index={"n1": 1, "n2": 1, "n3": 0}),
     appended(2, success=False, prev=1), [], {}),
    ("Transfer", "meanwhile no command is taken", dict(LEADER, successor="n2", ticks_left=9), Propose("x=5", "c1"),
     ["answer c1: leadership is being handed over to n2"], {"log": ""}),
    ("Transfer", "what takes an election timeout is given up", dict(LEADER, successor="n2", ticks_left=1, timer=9), Tick(1), ["TL-3"],
     {"successor": None, "role": Role.LEADER}),
    ("Transfer", "a successor asks in the old leader's name, at once", {"term": 2, "leader": "n2"}, TimeoutNow("n2", "n1", 2),
     ["TL-2", "CA-1", "save term 3 vote n1", "n2<- RequestVoteNow term 3 0 0", "n3<- RequestVoteNow term 3 0 0"],
     {"role": Role.CANDIDATE, "term": 3}),
    ("Transfer", "not when an older leader says so", {"term": 3}, TimeoutNow("n2", "n1", 2), [], {"term": 3}),
    ("Transfer", "nor one that stands for election already", {"term": 2, "role": "candidate"}, TimeoutNow("n2", "n1", 2), [], {"term": 2}),
    ("Transfer", "such a request is a request for votes", {"term": 2}, RequestVoteNow("n2", "n1", 3, 0, 0),
     ["ALL-2", "save term 3 vote None", "save term 3 vote n2", "RV-2", "n2<- vote yes term 3"], {"voted_for": "n2"}),
    ("Transfer", "and is refused to a log that is worse", {"term": 2, "log": "2:a"}, RequestVoteNow("n2", "n1", 3, 9, 1),
     ["ALL-2", "save term 3 vote None", "UTD", "n2<- vote no term 3"], {"voted_for": None}),
    ("Snapshots", "the log is cut off where the state machine stands", {"term": 2, "log": "1:a 1:b 2:c", "commit_index": 2},
     TakeSnapshot("S"), ["SN-1", "snapshot of term 1 up to 2: S"], {"log": "2:c", "last_applied": 2}),
    ("Snapshots", "there is nothing to cut off twice", {"term": 2, "log": ""}, TakeSnapshot("S"), [], {}),
    ("Snapshots", "a snapshot takes the place of a log that lacks its end", {"term": 2, "log": "1:a"},
     InstallSnapshot("n2", "n1", 2, 3, 2, "S", ()),
     ["SN-3", "snapshot of term 2 up to 3: S", "restore S", "n2<- InstallSnapshotReply term 2 3"],
     {"log": "", "commit_index": 3, "last_applied": 3, "leader": "n2"}),
    ("Snapshots", "and of one that contradicts it there", {"term": 3, "log": "1:a 1:b 3:c"},
     InstallSnapshot("n2", "n1", 3, 2, 2, "S", ()),
     ["SN-3", "snapshot of term 2 up to 2: S", "restore S", "n2<- InstallSnapshotReply term 3 2"], {"log": ""}),
    ("Snapshots", "what follows a snapshot that agrees stays", {"term": 3, "log": "1:a 2:b 3:c"},
     InstallSnapshot("n2", "n1", 3, 2, 2, "S", ()),
     ["SN-3", "snapshot of term 2 up to 2: S", "restore S", "n2<- InstallSnapshotReply term 3 2"], {"log": "3:c"}),
    ("Snapshots", "an old one brings nothing", {"term": 2, "log": "1:a 1:b", "commit_index": 2},
     InstallSnapshot("n2", "n1", 2, 1, 1, "S", ()), ["SN-4", "n2<- InstallSnapshotReply term 2 1"], {"log": "1:a 1:b", "last_applied": 2}),
    ("Snapshots", "one from an older term even less", {"term": 3, "leader": "n3"},
     InstallSnapshot("n2", "n1", 2, 1, 1, "S", ()), ["AE-1", "n2<- InstallSnapshotReply term 3 0"], {"leader": "n3", "last_applied": 0}),
    ("Snapshots", "a candidate that is sent one follows", {"term": 2, "role": "candidate"},
     InstallSnapshot("n2", "n1", 2, 1, 1, "S", ()),
     ["CA-3", "SN-3", "snapshot of term 1 up to 1: S", "restore S", "n2<- InstallSnapshotReply term 2 1"], {"role": Role.FOLLOWER}),
    ("Snapshots", "a reply says how far the follower is", dict(LEADER, log="1:a 2:b", nodes=5), InstallSnapshotReply("n2", "n1", 2, 1),
     ["LE-3a"], {"match_index": {"n1": 2, "n2": 1, "n3": 0, "n4": 0, "n5": 0}}),
    ("Snapshots", "a refusal in a leader's own term reports nothing", dict(LEADER, log="1:a 2:b"), InstallSnapshotReply("n2", "n1", 2, 0),
     [], {"match_index": {"n1": 2, "n2": 0, "n3": 0}, "next_index": {"n2": 3, "n3": 3}}),
    ("Snapshots", "an older answer takes nothing back", dict(LEADER, log="1:a 2:b", match_index={"n1": 2, "n2": 2, "n3": 0}),
     InstallSnapshotReply("n2", "n1", 2, 1), [], {"match_index": {"n1": 2, "n2": 2, "n3": 0}}),
    ("Snapshots", "it says nothing to who leads no more", {"term": 2}, InstallSnapshotReply("n2", "n1", 2, 1), [], {"match_index": {}}),
    ("Snapshots", "nor in another term", dict(LEADER, log="1:a 2:b"), InstallSnapshotReply("n2", "n1", 1, 1), [],
     {"match_index": {"n1": 2, "n2": 0, "n3": 0}}),
    ("Snapshots", "nor from a node of which the leader keeps no count", dict(LEADER, next_index={"n2": 1}, match_index={"n1": 0, "n2": 0}),
     InstallSnapshotReply("n3", "n1", 2, 1), [], {"match_index": {"n1": 0, "n2": 0}}),
    ("Membership", "a configuration counts when it is in the log", dict(LEADER, log="2:a", commit_index=1, nodes=4),
     ChangeVoters(("n1", "n2", "n3"), "c1"),
     ["MC-1", "LE-2", "save term 2 vote n1 2: 2:voters n1 n2 n3", "LE-3", "n2<- append term 2 after 2:1 2:voters n1 n2 n3 commit 1",
      "n3<- append term 2 after 2:1 2:voters n1 n2 n3 commit 1"], {}),
    ("Membership", "a new node is sent the log before it has a vote", dict(LEADER, log="2:a", commit_index=1, nodes=4,
     snapshot=Snapshot(0, 0, "", ("n1", "n2", "n3"))), ChangeVoters(("n1", "n2", "n3", "n4"), "c1"),
     ["MC-6", "n4<- append term 2 after 2:1 nothing commit 1"], {"newcomer": "n4", "log": "2:a"}),
    ("Membership", "meanwhile there is no other change", dict(LEADER, log="2:a", commit_index=1, nodes=4, newcomer="n4"),
     ChangeVoters(("n1", "n2", "n3"), "c1"), ["MC-2", "answer c1: n4 is still catching up"], {}),
    ("Membership", "one node at a time", dict(LEADER, log="2:a", commit_index=1, nodes=4), ChangeVoters(("n1", "n2"), "c1"),
     ["MC-2", "answer c1: one node at a time may get a vote or lose it"], {"log": "2:a"}),
    ("Membership", "no change before the last one is committed", dict(LEADER, log="2:a 2:voters_n1_n2_n3", commit_index=1, nodes=4),
     ChangeVoters(("n1", "n2"), "c1"), ["MC-2", "answer c1: the last change is not committed yet"], {}),
    ("Membership", "none before the leader has committed something itself", dict(LEADER, log="1:a", commit_index=1, nodes=4),
     ChangeVoters(("n1", "n2", "n3"), "c1"), ["MC-3", "answer c1: the leader has not committed an entry of its own term yet"], {}),
    ("UnsafeMembership", "which was missing at first", dict(LEADER, log="1:a", commit_index=1, nodes=2),
     ChangeVoters(("n1",), "c1"), ["MC-1", "LE-2", "save term 2 vote n1 2: 2:voters n1", "LE-3", "LE-4", "ALL-1", "apply 2 voters n1",
                                   "answer c1 with entry 2"], {"commit_index": 2}),
    ("Membership", "who does not lead says who does", {"leader": "n3"}, ChangeVoters(("n1",), "c1"), ["answer c1: not leader, try n3"], {}),
    ("Membership", "as long as that is not committed, it may be needed", {"log": "1:a 1:voters_n2_n3", "term": 1}, ElectionTimeout(),
     ["FO-2", "CA-1", "save term 2 vote n1", "n2<- vote? term 2 last 1:2", "n3<- vote? term 2 last 1:2"], {"role": Role.CANDIDATE}),
    ("Membership", "its own vote does not count then", {"log": "1:voters_n2_n3", "term": 2, "role": "candidate"}, vote(2), [],
     {"role": Role.CANDIDATE}),
    ("Membership", "who has no vote does not ask for any", {"log": "1:voters_n2_n3", "term": 1, "commit_index": 1}, ElectionTimeout(), ["MC-5"],
     {"role": Role.FOLLOWER, "term": 1}),
    ("Membership", "also if the newest change took another one's", {"log": "1:voters_n2_n3 1:voters_n2", "term": 1, "commit_index": 1},
     ElectionTimeout(), ["MC-5"], {"role": Role.FOLLOWER, "term": 1}),
    ("Membership", "who never had a vote with this leader does not matter to it", dict(LEADER, next_index={"n2": 1}),
     appended(2, src="n3"), [], {"next_index": {"n2": 1}}),
    ("Membership", "a leader without a vote steps down when that is committed",
     dict(LEADER, log="2:a 2:voters_n2_n3", commit_index=1, next_index={"n2": 3, "n3": 3}, match_index={"n1": 2, "n2": 0, "n3": 2}),
     appended(2, match=2), ["LE-3a", "LE-4", "ALL-1", "apply 2 voters n2 n3", "MC-4"], {"role": Role.FOLLOWER}),
    ("Membership", "and does not count itself meanwhile",
     dict(LEADER, log="2:a 2:voters_n2_n3", commit_index=1, next_index={"n2": 3, "n3": 3}, match_index={"n1": 2, "n2": 0, "n3": 0}),
     appended(2, match=2), ["LE-3a"], {"role": Role.LEADER, "commit_index": 1}),
]  # fmt: skip


def check_row(row, raft=None):
    """One row. Commands in the log of a row have no blanks: "voters_n1_n2" stands for that configuration."""
    extension, title, state, event, effects, after = row
    made = node(raft=raft or build(*with_needs(extension)), **state)
    spoken = [entry._replace(command=entry.command.replace("_", " ")) for entry in made.log]
    made.log.replace_from(1, spoken)
    assert told(made.step(event)) == effects, title
    for field, value in after.items():
        found = tuple(made.log) if field == "log" else getattr(made, field)
        assert found == (entries(value) if field == "log" else value), f"{title}: {field} is {found}"


@pytest.mark.parametrize("row", ROWS, ids=[f"{row[0]}: {row[1]}" for row in ROWS])
def test_unlike_raft(row):
    check_row(row)


def test_every_rule_of_an_extension_fires_in_a_row_or_a_course_below():
    fired = {effect for row in ROWS for effect in row[4]}
    assert set(EXTENSION_RULES) - fired == {"SN-2", "RI-3"}


# -- What a row is too short for ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("log", "prev", "hint"),
    [
        ("1:a", "2:9", 1),  # too short
        ("1:a 1:b 3:c 3:d", "2:4", 2),  # before the first entry of the term that went astray
        ("1:a 1:b 2:c 2:d", "3:4", 2),
        ("3:a 3:b", "2:2", 0),
    ],
)
def test_a_refusal_says_where_the_logs_may_meet(log, prev, hint):
    """5.3, the end."""
    (reply,) = sent(node(raft=build("FastBackup"), term=5, log=log).step(append(5, prev)))
    assert (reply.success, reply.match_index) == (False, hint)


# Rejected probes of each follower of Figure 7: by decrement 1 6 0 0 5 7, and now no more than it has stray terms.
@pytest.mark.parametrize(
    ("terms", "refusals"),
    [
        ("1 1 1 4 4 5 5 6 6", 1), ("1 1 1 4", 1), ("1 1 1 4 4 5 5 6 6 6 6", 0),
        ("1 1 1 4 4 5 5 6 6 6 7 7", 0), ("1 1 1 4 4 4 4", 2), ("1 1 1 2 2 2 3 3 3 3 3", 2),
    ],
    ids="abcdef",
)  # fmt: skip
def test_fast_back_up_needs_a_round_for_a_term_not_for_an_entry(terms, refusals):
    def log(text):
        return " ".join(f"{term}:x{index}" for index, term in enumerate(text.split()))

    raft = build("FastBackup")
    leader = node("n1", nodes=2, raft=raft, role="leader", term=8, log=log("1 1 1 4 4 5 5 6 6 6"))
    follower = node("n2", nodes=2, raft=raft, term=7, log=log(terms))
    (message,), refused = sent(leader.step(HeartbeatTimeout())), 0
    while not (reply := sent(follower.step(message))[0]).success:
        refused += 1
        (message,) = sent(leader.step(reply))
    assert refused == refusals
    assert [entry.term for entry in follower.log][:10] == [1, 1, 1, 4, 4, 5, 5, 6, 6, 6]


def reading(log="2:a", commit_index=1, nodes=3):
    return node(raft=build("NoOp", "ReadIndex"), nodes=nodes, log=log, commit_index=commit_index, **LEADER)


def test_a_read_is_answered_when_a_majority_has_confirmed_the_leader():
    """Thesis 6.4"""
    leader = reading(nodes=5)
    leader.step(Read("x?", "c1"))
    assert told(leader.step(ConfirmLeaderReply("n2", "n1", 2, 1))) == []
    assert told(leader.step(ConfirmLeaderReply("n2", "n1", 2, 1))) == [], "who confirms twice counts once"
    assert told(leader.step(ConfirmLeaderReply("n3", "n1", 2, 1))) == [
        "RI-3",
        "answer c1 with what x? is now",
    ]
    assert leader.reads == ()


def test_an_answer_to_an_older_question_does_not_confirm_a_newer_read():
    """Thesis 6.4: the leader may have been deposed in between."""
    leader = reading()
    leader.step(Read("x?", "c1"))
    leader.step(Read("y?", "c2"))
    assert told(leader.step(ConfirmLeaderReply("n2", "n1", 2, 1))) == [
        "RI-3",
        "answer c1 with what x? is now",
    ]
    assert told(leader.step(ConfirmLeaderReply("n2", "n1", 2, 2))) == [
        "RI-3",
        "answer c2 with what y? is now",
    ]


def test_a_read_waits_for_an_entry_of_the_leaders_own_term():
    """Thesis 6.4: until then the leader does not know what is committed."""
    leader = reading(log="1:a 2:no-op", commit_index=1)
    leader.step(Read("x?", "c1"))
    effects = told(leader.step(appended(2, match=2)))
    assert effects[-3:] == ["RI-1", "n2<- ConfirmLeader term 2 1", "n3<- ConfirmLeader term 2 1"]
    assert told(leader.step(ConfirmLeaderReply("n3", "n1", 2, 1))) == [
        "RI-3",
        "answer c1 with what x? is now",
    ]


def test_a_leader_asks_again_with_every_heartbeat_once_for_all_its_reads():
    """Thesis 6.4; questions and answers may be lost."""
    leader = reading()
    leader.step(Read("x?", "c1"))
    leader.step(Read("y?", "c2"))
    again = [each for each in sent(leader.step(HeartbeatTimeout())) if isinstance(each, ConfirmLeader)]
    assert [(each.dst, each.round) for each in again] == [("n2", 2), ("n3", 2)]
    assert told(leader.step(ConfirmLeaderReply("n2", "n1", 2, 2)))[1::2] == [
        "answer c1 with what x? is now",
        "answer c2 with what y? is now",
    ]
    assert not [each for each in sent(leader.step(HeartbeatTimeout())) if isinstance(each, ConfirmLeader)]


def test_who_is_deposed_answers_none_of_its_reads():
    """It does not lose them either, because the clients are told to ask another node."""
    leader = reading()
    leader.step(Read("x?", "c1"))
    leader.step(Read("y?", "c2"))
    refused = [each for each in told(leader.step(append(3, "2:1"))) if each.startswith("answer")]
    assert refused == ["answer c1: not leader, try None", "answer c2: not leader, try None"]
    assert leader.reads == ()
    assert told(leader.step(ConfirmLeaderReply("n2", "n1", 2, 1))) == []


def test_a_leader_sends_its_snapshot_to_whom_its_log_cannot_help():
    """Section 7"""
    leader = node(
        raft=build("Snapshots"), log="1:a 2:b 2:c", commit_index=2, next_index={"n2": 2, "n3": 4}, **LEADER
    )
    leader.step(TakeSnapshot("S"))
    assert told(leader.step(HeartbeatTimeout())) == [
        "LE-1", "SN-2", "n2<- InstallSnapshot term 2 2 2 S ()", "n3<- append term 2 after 2:3 nothing commit 2",
    ]  # fmt: skip


def test_an_append_that_begins_within_the_snapshot_is_taken_from_its_end_on():
    """Section 7: what the snapshot covers is committed, so it cannot differ."""
    follower = node(raft=build("Snapshots"), term=2, log="1:a 2:b", commit_index=2)
    follower.step(TakeSnapshot("S"))
    assert told(follower.step(append(2, "0:0", "1:a 2:b 2:c"))) == [
        "AE-4", "save term 2 vote None 3: 2:c", "FO-1", "n2<- appended to 3 term 2 (prev 2)",
    ]  # fmt: skip
    assert told(follower.step(append(2, "0:0", "1:a")))[-1] == "n2<- appended to 2 term 2 (prev 2)"


def test_a_restart_begins_with_the_snapshot():
    saved = HardState(2, None, entries("2:c"), Snapshot(2, 1, "S", ("n1", "n2")))
    made = build("Snapshots", "Membership")("n1", ("n1", "n2", "n3"), node().random, saved=saved)
    assert (made.commit_index, made.last_applied, made.log.last_index) == (2, 2, 3)
    assert made.voters() == ("n1", "n2")


def test_a_snapshot_knows_who_had_a_vote():
    """Thesis 4.1, 5.1"""
    made = node(raft=build("Snapshots", "Membership"), term=2, log="1:a", commit_index=0)
    made.log.append(entries("2:b")[0]._replace(command="voters n1 n2"))
    made.commit_index = made.last_applied = 2
    made.step(TakeSnapshot("S"))
    assert (made.snapshot.voters, made.voters()) == (("n1", "n2"), ("n1", "n2"))
    made.step(InstallSnapshot("n2", "n1", 2, 5, 2, "T", ("n1", "n2", "n3")))
    assert made.voters() == ("n1", "n2", "n3")


def test_a_configuration_that_is_overwritten_counts_no_more():
    """Thesis 4.1"""
    made = node(raft=build("Membership"), term=2, log="1:a")
    made.log.append(entries("2:b")[0]._replace(command="voters n1"))
    assert made.voters() == ("n1",)
    made.step(append(3, "1:1", "3:x"))
    assert made.voters() == ("n1", "n2", "n3")


def joining(**state):
    """A leader of n1 to n3 that has been asked to give n4 a vote; it holds two entries."""
    leader = node(raft=build("Membership"), nodes=4, log="2:a 2:b", **({"commit_index": 2} | LEADER | state))
    leader.snapshot = Snapshot(voters=("n1", "n2", "n3"))
    leader.step(ChangeVoters(("n1", "n2", "n3", "n4"), "c1"))
    return leader


def test_a_new_node_gets_its_vote_when_it_has_caught_up():
    """Thesis 4.2.1"""
    leader = joining()
    effects = told(leader.step(appended(2, src="n4", match=2)))
    assert effects[1:3] == ["MC-1", "LE-2"]
    assert leader.voters() == ("n1", "n2", "n3", "n4")
    assert leader.newcomer is None


def test_a_new_node_does_not_count_before_it_has_a_vote():
    """Thesis 4.2.1: with n4 there would be two of four, without it there is one of three."""
    leader = joining(commit_index=1)
    leader.round_end = 9
    leader.step(appended(2, src="n4", match=2))
    assert leader.commit_index == 1


def test_a_round_that_takes_too_long_is_followed_by_another_one():
    """Thesis 4.2.1: what was written meanwhile is to reach it, too."""
    leader = joining()
    for _ in range(15):
        leader.step(appended(2, src="n4", success=False, prev=9))  # it answers, but is not there yet
        leader.step(Tick(1))
    leader.step(Propose("x=1"))
    leader.step(appended(2, src="n4", match=2))
    assert (leader.rounds, leader.round_end, leader.round_ticks) == (2, 3, 0)
    assert leader.voters() == ("n1", "n2", "n3")
    leader.step(appended(2, src="n4", match=3))
    assert leader.voters() == ("n1", "n2", "n3", "n4")


def test_a_new_node_that_is_too_slow_for_ten_rounds_is_refused():
    """Thesis 4.2.1"""
    leader, effects = joining(), ()
    for _ in range(10):
        for _ in range(15):
            leader.step(appended(2, src="n4", success=False, prev=9))
            leader.step(Tick(1))
        effects = told(leader.step(appended(2, src="n4", match=2)))
    assert effects == ["LE-3a", "MC-6", "answer c1: n4 has not caught up with the leader's log in 10 rounds"]
    assert (leader.newcomer, leader.voters()) == (None, ("n1", "n2", "n3"))


def test_a_new_node_that_does_not_answer_is_refused():
    leader = joining()
    for _ in range(29):
        leader.step(Tick(1))
    assert leader.newcomer == "n4"
    assert told(leader.step(Tick(1)))[-2:] == [
        "MC-6",
        "answer c1: n4 has not answered for an election timeout",
    ]
    assert (leader.newcomer, leader.joining) == (None, None)


def test_a_new_node_hears_heartbeats_while_it_catches_up():
    assert "n4" in [message.dst for message in sent(joining().step(HeartbeatTimeout()))]


def test_a_leader_that_is_deposed_says_that_nothing_has_changed():
    leader = joining()
    assert "answer c1: the leader stepped down before n4 had caught up" in told(leader.step(append(3, "2:2")))
    assert (leader.newcomer, leader.joining) == (None, None)


def test_a_transfer_is_heard_by_voters_that_stick_to_their_leader():
    """Thesis 4.2.3"""
    voter = node(raft=build("StickyVotes", "Transfer"), term=2, leader="n3")
    assert told(voter.step(RequestVoteNow("n2", "n1", 3, 0, 0)))[-1] == "n2<- vote yes term 3"


def test_a_lease_is_asked_for_with_every_heartbeat():
    """Thesis 6.4.1"""
    leader = node(raft=build(*with_needs("LeaseReads")), log="2:a", commit_index=1, clock=40, **LEADER)
    asked = [
        message for message in sent(leader.step(HeartbeatTimeout())) if isinstance(message, ConfirmLeader)
    ]
    assert [(message.dst, message.round) for message in asked] == [("n2", 1), ("n3", 1)]
    leader.step(ConfirmLeaderReply("n3", "n1", 2, 1))
    assert leader.lease_end == 40 + int(15 / 1.2)


# -- Building -------------------------------------------------------------------------------------------


def test_the_order_in_which_extensions_are_named_makes_no_difference():
    assert build("PreVote", "CheckQuorum") is build(
        EXTENSIONS["CheckQuorum"], EXTENSIONS["PreVote"], "PreVote"
    )
    assert build() is Raft
    assert ETCD.node_class is build("CheckQuorum", "StickyVotes", "PreVote")


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (["ReadIndex"], "ReadIndex does not work without NoOp; add NoOp, or leave out ReadIndex."),
        (
            ["NoOp", "ReadIndex", "LocalReads"],
            "ReadIndex and LocalReads exclude each other; choose one of them.",
        ),
        (["NoOp", "StickyVotes", "LeaseReads", "Transfer"], "LeaseReads and Transfer exclude each other"),
        (["Membership", "UnsafeMembership"], "Membership and UnsafeMembership exclude each other"),
        (["Prevote"], "There is no extension 'Prevote'. Did you mean 'PreVote'?"),
        ([5], "There is no extension '5'."),
    ],
)
def test_what_does_not_go_together_is_refused_in_one_sentence(names, sentence):
    with pytest.raises(UserError) as refused:
        build(*names)
    assert str(refused.value).startswith(sentence)


SEAMS = {
    "__init__", "admit", "campaign", "voters", "is_quorum", "replicate", "commit", "step_back", "reply_append",
    "become_follower", "become_candidate", "become_leader", "has_live_leader", "reset_election_timer",
    "broadcast_entries", "advance_commit_index",
}  # fmt: skip
# Overrides that replace; their docstrings say so, or the whole method is a refusal in front of `super()`.
REPLACES = {("PreVote", "campaign")}


@pytest.mark.parametrize("name", EXTENSIONS)
def test_an_extension_overrides_nothing_but_seams_and_goes_on_with_super(name):
    for method, value in vars(EXTENSIONS[name]).items():
        if not inspect.isfunction(value) or not hasattr(Raft, method):
            continue
        assert method in SEAMS or method.startswith("on_"), f"{method} is no seam"
        source = inspect.getsource(value)
        if f"super().{method}(" not in source:
            assert (name, method) in REPLACES or method in ("voters", "is_quorum"), method
            assert method in ("voters", "is_quorum") or "Replaces" in source


def own_words(name):
    """The methods and attributes that an extension adds to Raft."""
    alone = type(name, (EXTENSIONS[name],), {})
    methods = {word for each in alone.__mro__ if each not in Raft.__mro__ for word in vars(each)}
    added = methods | set(vars(node(raft=alone))) - set(vars(node()))
    return {word for word in added if not word.startswith("__") and not hasattr(Raft, word)} - {
        "needs",
        "excludes",
    }


def test_no_two_extensions_that_go_together_use_one_name_for_two_things():
    """They are one object: a second `begin_round` would replace the first."""
    for one, other in combinations(EXTENSIONS, 2):
        if objection(with_needs(one, other)) is None:
            # A seam: who had a vote by then.
            shared = {"voters_at"} if {one, other} & {"Snapshots"} else set()
            assert not (own_words(one) & own_words(other)) - shared, (one, other)


@pytest.mark.parametrize("name", EXTENSIONS)
def test_an_extension_says_on_top_what_it_does_unlike_raft(name):
    assert "Unlike Raft:" in inspect.getmodule(EXTENSIONS[name]).__doc__


def test_the_textbook_mentions_no_extension():
    source = inspect.getsource(inspect.getmodule(Raft)).lower()
    for word in [
        *EXTENSIONS,
        "pre-vote",
        "prevote",
        "lease",
        "membership",
        "read index",
        "no-op",
        "transfer",
    ]:
        assert word.lower() not in source, word


@pytest.mark.parametrize("name", EXTENSIONS)
def test_the_difference_to_raft_is_shown_from_the_source(name):
    shown = show_difference(name)
    for each in shown.differences:
        assert each.after in inspect.cleandoc(inspect.getsource(EXTENSIONS[name])) or "def" in each.after
        assert each.method in repr(shown)
        assert each.method in shown._repr_html_()
    assert shown.differences


def test_the_cure_of_the_membership_bug_is_one_method():
    (cure,) = show_difference("Membership").differences
    assert cure.method == "objection"
    assert "an entry of its own term" in cure.after
    assert "an entry of its own term" not in cure.before


@pytest.mark.parametrize(("names", "sentence"), [
    (("LeaseReads",), "LeaseReads does not work without NoOp; add NoOp, or leave out LeaseReads."),
    (("ReadIndex", "LocalReads", "NoOp"), "ReadIndex and LocalReads exclude each other; choose one of them."),
])  # fmt: skip
def test_a_class_put_together_by_hand_is_refused_where_build_would_refuse_it(names, sentence):
    by_hand = type("ByHand", tuple(EXTENSIONS[name] for name in names), {})
    mine = type("Mine", (by_hand,), {})
    for call in (
        lambda: build(*names),
        lambda: Cluster(node_class=by_hand),
        lambda: Cluster(node_class=mine),
        lambda: Cluster(classes={"n1": by_hand}),
        lambda: play(load("three_nodes"), node_class=by_hand),
        lambda: History(load("three_nodes"), node_class=by_hand),
    ):
        with pytest.raises(UserError) as refused:
            call()
        assert str(refused.value) == sentence


def test_a_legal_class_put_together_by_hand_runs():
    by_hand = type("ByHand", (EXTENSIONS["Membership"], EXTENSIONS["FastBackup"]), {})
    assert Cluster(nodes=3, seed=1, node_class=by_hand).run_until("leader")


def test_an_extension_that_is_none_is_refused_with_the_nearest_name():
    with pytest.raises(UserError, match="Did you mean 'PreVote'"):
        show_difference("Prevote")
    with pytest.raises(
        UserError, match=r"There is no method 'on_instal_snapshot'\. Did you mean 'on_install_snapshot'"
    ):
        show_difference("Snapshots", "on_instal_snapshot")


def test_of_a_long_extension_one_can_be_shown_only_what_matters():
    shown = show_difference("Snapshots", "replicate", "on_install_snapshot")
    assert [each.method for each in shown.differences] == ["replicate", "on_install_snapshot"]
    assert "on_take_snapshot" not in repr(shown)


# -- What no extension changes: the paper ---------------------------------------------------------------


def as_in_the_paper(raft):
    """How a node of this class takes an event of a row of the paper, without what its extensions add to it.

    A voter that sticks to its leader has lost it, a trial election is won at once, a follower's refusal
    has nothing better to offer than one entry earlier.
    """
    parts = {each.__name__ for each in raft.__mro__}

    def take(made, event):
        if "StickyVotes" in parts and isinstance(event, RequestVote):
            made.leader = None
        if "FastBackup" in parts and isinstance(event, AppendEntriesReply) and not event.success:
            event = event._replace(match_index=event.prev_log_index - 1)
        effects = list(made.step(event))
        asked = [message for message in sent(effects) if isinstance(message, RequestPreVote)]
        for message in asked:
            effects += made.step(RequestPreVoteReply(message.dst, made.id, made.term, True))
            if made.role is Role.CANDIDATE:
                break
        if Because("NO-1") in effects:
            del effects[effects.index(Because("NO-1")) :]
            made.match_index[made.id] -= 1
        return [each for each in effects if not is_an_extensions(each)]

    return take


def is_an_extensions(effect):
    if isinstance(effect, Because):
        return effect.rule in EXTENSION_RULES
    return isinstance(effect, Send) and type(effect.message) not in Raft.messages


@pytest.mark.parametrize("names", SETS, ids=words)
def test_figure_2_holds_with_every_legal_set_of_extensions(names):
    raft = build(*names)
    wrong = {}
    for row in TABLE:
        try:
            check(row, raft, as_in_the_paper(raft))
        except AssertionError as error:
            wrong[row[0]] = str(error).splitlines()[0]
    assert wrong == {}


@pytest.mark.parametrize("names", SETS, ids=words)
def test_the_logs_of_figure_7_come_together_with_every_legal_set(names):
    """5.3, Figure 7"""
    cluster = Cluster(load("figure_7"), node_class=build(*names))
    cluster.tick(150)
    logs = {tuple(entry.term for entry in each.log) for each in cluster.nodes.values()}
    assert len(logs) == 1
    assert logs.pop()[:11] == (1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 8)
    assert cluster.trace.broken() == {}


@pytest.mark.parametrize("names", SETS, ids=words)
def test_an_old_entry_is_not_committed_by_counting_with_any_legal_set(names):
    """5.4.2, Figure 8"""
    assert len(set(figure_8(build(*names)))) == 1


@pytest.mark.parametrize("names", [*map(frozenset, FULL), *NAMED], ids=words)
@given(events=st.lists(EVENTS, max_size=30))
@settings(max_examples=40, deadline=None)
def test_no_message_shows_what_a_crash_could_take_back_with_extensions_either(names, events):
    """ST-P0"""
    check_saves(events, build(*names))


def test_the_sets_are_each_alone_every_legal_pair_all_that_go_together_and_the_named_systems():
    assert {name for each in ALONE for name in each} == set(EXTENSIONS)
    assert len(PAIRS) > 50
    assert all(len(each) >= 7 for each in FULL)
    assert {name for each in FULL for name in each} == set(RIGHT)
    assert frozenset({"StickyVotes", "PreVote", "CheckQuorum"}) in SETS


@pytest.mark.parametrize("names", [each for each in SETS if not each & WRONG], ids=words)
def test_a_faulty_run_with_extensions_breaks_nothing_and_comes_right(names):
    wrong = faults_of(sum(map(ord, words(names))) % 1000, build(*names))
    if "Membership" in names and "StickyVotes" not in names:
        # Who has lost its vote without knowing may depose leaders for ever (thesis 4.2.3): then nothing need come right.
        wrong = [each for each in wrong if not each.endswith("was not reached")]
    assert wrong == []


# -- The bug of 2015 --------------------------------------------------------------------------------------


def played(name, *extensions):
    cluster = Cluster(load(name), node_class=build(*extensions))
    cluster.tick(cluster.story.ticks)
    return cluster


def test_single_server_changes_as_first_published_lose_a_committed_configuration():
    """Thesis 4.1, errata: two leaders change the same configuration, and their majorities share no node."""
    broken = played("membership_bug", "UnsafeMembership").trace.broken()
    assert broken["P4"][1] == "n1 leads term 5 without 'voters n2 n3 n4' of term 4, committed at index 3."


@pytest.mark.parametrize(
    "extensions", [("Membership",), ("NoOp", "Membership"), ("UnsafeMembership", "NoOp")], ids=words
)
def test_an_entry_of_the_leaders_own_term_cures_it(extensions):
    """Ongaro 2015. A no-op alone happens to help in this course, because it changes what can be committed."""
    assert played("membership_bug", *extensions).trace.broken() == {}


def test_both_changes_are_refused_then():
    answers = [answer for _, _, answer in played("membership_cured", "Membership").answers if answer]
    assert sum("own term" in answer for answer in answers) == 2


# -- The tests are tested: mutants of every extension -----------------------------------------------------

# extension: (what stands in its file, what stands there instead)
MUTANTS = {
    "StickyVotes": [
        ("if isinstance(msg, RequestVote) and self.has_live_leader():", "if False:"),
        ("if isinstance(msg, RequestVote) and self.has_live_leader():", "if isinstance(msg, RequestVote) and self.leader:"),
        ("if isinstance(msg, RequestVote) and self.has_live_leader():", "if self.has_live_leader():"),
        ("self.waits_for_older_leader and self.timeout - self.timer < self.election_timeout[0]", "False"),
        (" and self.timeout - self.timer < self.election_timeout[0]", ""),
        ("self.role is Role.FOLLOWER and self.has_live_leader()", "False"),
        ("self.waits_for_older_leader = self.role is", "self.waits_for_older_leader = True or self.role is"),
        ("        self.waits_for_older_leader = False\n", ""),
    ],
    "PreVote": [
        ("isinstance(msg, RequestPreVote) or super().admit(msg)", "super().admit(msg)"),
        ("max(self.term, msg.term), would_vote", "self.term, would_vote"),
        ("max(self.term, msg.term), would_vote", "msg.term, would_vote"),
        ("self.pre_votes = frozenset({self.id})\n        self.reset_election_timer()", "self.pre_votes = frozenset({self.id})"),
        ("        self.pre_votes = frozenset()\n        super().become_follower", "        super().become_follower"),
        ("        self.leader = None  # otherwise", "        # otherwise"),
        ("up_to_date and not self.has_live_leader()", "up_to_date"),
        ("msg.proposed_term > self.term and up_to_date", "up_to_date"),
        ("self.term and up_to_date and", "self.term and"),
        (" and msg.vote_granted and self.leader is None", " and self.leader is None"),
        (" and msg.vote_granted and self.leader is None", " and msg.vote_granted"),
        ("self.pre_votes and msg.term == self.term and", "self.pre_votes and"),
        ("self.term, self.term + 1, self.log", "self.term + 1, self.term + 1, self.log"),
        ("if self.is_quorum(self.pre_votes):", "if True:"),
        ("        self.pre_votes = frozenset()\n        super().become_candidate()", "        super().become_candidate()"),
    ],
    "CheckQuorum": [
        ("        self.heard, self.since_look = frozenset(), 0\n        super()", "        super()"),
        ("if not self.is_quorum(self.heard | {self.id}):", "if False:"),
        ("if not self.is_quorum(self.heard | {self.id}):", "if not self.is_quorum(self.heard):"),
        ("and msg.term == self.term", ""),
        (" and isinstance(msg, FOLLOWS)", ""),
        ("self.since_look >= self.election_timeout[0]", "True"),
        ("        self.heard, self.since_look = frozenset(), 0\n\n    def become_leader", "\n    def become_leader"),
    ],
    "NoOp": [("        self.on_propose(Propose(NO_OP))", "        pass")],
    "FastBackup": [
        ("max(self.match_index[msg.src] + 1, min(one_earlier, msg.match_index + 1))", "one_earlier"),
        ("max(self.match_index[msg.src] + 1, min(one_earlier, msg.match_index + 1))", "min(one_earlier, msg.match_index + 1)"),
        ("match_index = min(msg.prev_log_index, self.log.last_index)", "match_index = msg.prev_log_index - 1"),
        ("wrong_term is not None and self.log.term_at(match_index) == wrong_term", "False"),
    ],
    "ReadIndex": [
        ("            self.reset_election_timer()\n", ""),
        ("if self.role is Role.LEADER and msg.term == self.term:", "if self.role is Role.LEADER:"),
        ("self.log.term_at(self.commit_index) == self.term", "True"),
        ("and self.is_quorum(read.confirmed)", ""),
        ("read.read_index is not None and read.round <= msg.round", "read.read_index is not None"),
        ("read.confirmed | {msg.src}", "frozenset(self.nodes)"),
        ("            self.answer(read.read.client, NotLeader(None))\n        self.reads = ()", "            self.answer(read.read.client, NotLeader(None))"),
        ("            self.answer(read.read.client, NotLeader(None))\n", "            pass\n"),
        ("            self.ask_whether_it_leads(max(rounds))", "            pass"),
        ("max(rounds)", "min(rounds)"),
        ("if msg.term == self.term and self.role is Role.FOLLOWER:", "if self.role is Role.FOLLOWER:"),
    ],
    "LeaseReads": [
        ("        self.lease_end, self.confirmed, self.round_began = 0, frozenset(), self.clock\n", ""),
        ("if self.role is not Role.LEADER or not knows", "if not knows"),
        ("            self.reset_election_timer()\n", ""),
        ("if msg.term == self.term and self.role is Role.FOLLOWER:", "if self.role is Role.FOLLOWER:"),
        ("if self.is_quorum(self.confirmed):", "if True:"),
        (" or self.clock >= self.lease_end", ""),
        ("self.role is not Role.LEADER or not knows", "self.role is not Role.LEADER"),
        ("self.lease_end = self.round_began +", "self.lease_end = self.clock +"),
        (" and msg.round == self.round", ""),
        ("/ self.clock_drift_bound", ""),
    ],
    "Transfer": [
        ("msg.src == self.successor and msg.success", "msg.success"),
        ("msg.src == self.successor and msg.success", "msg.src == self.successor"),
        ("self.role is Role.FOLLOWER and self.id", "self.id"),
        ("self.match_index.get(self.successor) == self.log.last_index", "True"),
        ("        if self.successor:\n            self.answer(event.client", "        if False:\n            self.answer(event.client"),
        ("if self.ticks_left <= 0:", "if False:"),
        ("if msg.term == self.term and self.role is Role.FOLLOWER and", "if self.role is Role.FOLLOWER and"),
        ("if self.role is Role.LEADER and event.target in self.peers():", "if self.role is Role.LEADER:"),
    ],
    "Snapshots": [
        (" or msg.term != self.term or", " or"),
        (" or msg.src not in self.next_index:", ":"),
        ("if msg.match_index > self.match_index[msg.src]:", "if True:"),
        ("self.term, 0))", "self.term, msg.last_included_index))"),
        ("if msg.last_included_index <= self.commit_index:", "if False:"),
        ("if msg.term < self.term:", "if False:"),
        ("            self.emit(Restore(self.snapshot))\n", ""),
        ("        self.emit(SaveSnapshot(snapshot))\n", ""),
        ("if covered > 0:", "if False:"),
        ("if self.next_index[peer] > self.log.start:", "if True:"),
        ("if self.last_applied > self.log.start:", "if True:"),
    ],
    "Membership": [
        ("elif new := [node for node in event.voters if node not in self.voters()]:", "elif new := []:"),
        ("        if self.newcomer:\n            return \"MC-2\"", "        if False:\n            return \"MC-2\""),
        ("self.round_ticks < self.election_timeout[0]", "True"),
        ("        elif self.rounds < ROUNDS:", "        elif True:"),
        ("            self.silent_ticks = 0\n", "            pass\n"),
        ("self.silent_ticks >= self.election_timeout[1]", "False"),
        ("        if self.newcomer:\n            self.replicate(self.newcomer)\n", ""),
        ("self.round_end, self.round_ticks = self.log.last_index, 0", "self.round_end, self.round_ticks = 2, 0"),
        ("        self.give_up(f\"the leader stepped", "        str(f\"the leader stepped"),
        (" and self.id in self.voters_at(index - 1)", ""),
        ("if msg.src in self.next_index or self.role is not Role.LEADER:", "if True:"),
        ("if self.log.term_at(self.commit_index) != self.term:", "if False:"),
        ("if len(set(voters) ^ set(self.voters())) != 1 or not voters:", "if False:"),
        ("return self.voters_at(self.log.last_index)", "return self.voters_at(self.commit_index)"),
        ("[node for node in nodes if node in voters]", "nodes"),
        ("if self.id in self.voters() or self.is_losing_its_vote():", "if True:"),
        ("if self.id in self.voters() or self.is_losing_its_vote():", "if self.id in self.voters():"),
        ("            self.because(\"MC-4\")\n            self.become_follower(self.term)\n", "            self.because(\"MC-4\")\n"),
        ("self.log.entry(index).command.startswith(PREFIX)\n", "False\n"),
        ("return snapshot.voters or nodes", "return nodes"),
    ],
}  # fmt: skip


COURSES = {
    "FastBackup": [
        lambda: test_a_refusal_says_where_the_logs_may_meet("1:a", "2:9", 1),
        lambda: test_a_refusal_says_where_the_logs_may_meet("1:a 1:b 3:c 3:d", "2:4", 2),
    ],
    "ReadIndex": [
        test_a_read_is_answered_when_a_majority_has_confirmed_the_leader,
        test_an_answer_to_an_older_question_does_not_confirm_a_newer_read,
        test_a_read_waits_for_an_entry_of_the_leaders_own_term,
        test_who_is_deposed_answers_none_of_its_reads,
        test_a_leader_asks_again_with_every_heartbeat_once_for_all_its_reads,
    ],
    "LeaseReads": [test_a_lease_is_asked_for_with_every_heartbeat],
    "Transfer": [test_a_transfer_is_heard_by_voters_that_stick_to_their_leader],
    "Snapshots": [
        test_a_leader_sends_its_snapshot_to_whom_its_log_cannot_help,
        test_an_append_that_begins_within_the_snapshot_is_taken_from_its_end_on,
    ],
    "Membership": [
        test_a_new_node_gets_its_vote_when_it_has_caught_up,
        test_a_new_node_does_not_count_before_it_has_a_vote,
        test_a_round_that_takes_too_long_is_followed_by_another_one,
        test_a_new_node_that_is_too_slow_for_ten_rounds_is_refused,
        test_a_new_node_that_does_not_answer_is_refused,
        test_a_new_node_hears_heartbeats_while_it_catches_up,
        test_a_leader_that_is_deposed_says_that_nothing_has_changed,
        test_a_snapshot_knows_who_had_a_vote,
        test_a_configuration_that_is_overwritten_counts_no_more,
    ],
}


def mutated(name, there, instead):
    """The extension with one place of its file changed."""
    module = inspect.getmodule(EXTENSIONS[name])
    source = inspect.getsource(module)
    assert there in source, there
    namespace = {"__name__": "mutant"}
    exec(compile(source.replace(there, instead, 1), "mutant", "exec"), namespace)
    return namespace[name]


def convicted(name):
    """Does a row or a course of this extension fail?"""
    for prove in [lambda row=row: check_row(row) for row in ROWS if row[0] == name] + COURSES.get(name, []):
        try:
            prove()
        except (AssertionError, AttributeError, KeyError, IndexError, ValueError):
            return True
    return False


@pytest.fixture
def instead_of(monkeypatch):
    """Replaces an extension by a class, for one test."""

    def put(name, extension):
        monkeypatch.setitem(EXTENSIONS, name, extension)
        composed.cache_clear()

    yield put
    monkeypatch.undo()
    composed.cache_clear()


@pytest.mark.parametrize(
    ("name", "change"),
    [(name, change) for name, changes in MUTANTS.items() for change in changes],
    ids=[f"{name}-{number}" for name, changes in MUTANTS.items() for number, _ in enumerate(changes, 1)],
)
def test_a_mistake_in_an_extension_is_convicted(name, change, instead_of):
    assert not convicted(name)
    instead_of(name, mutated(name, *change))
    assert convicted(name), change


def test_every_extension_has_mutants_but_the_wrong_ones():
    assert set(MUTANTS) == set(EXTENSIONS) - WRONG
