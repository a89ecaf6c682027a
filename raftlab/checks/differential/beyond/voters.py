"""Changes of voters: who counts, who may change that, and how a new node catches up."""

from collections.abc import Iterator
from itertools import product

from raftlab.checks.differential.ask import State
from raftlab.checks.differential.beyond.crossing import TERM, crossed, messages_of_raft
from raftlab.checks.differential.beyond.logs import agrees
from raftlab.checks.differential.spaces import (
    CANDIDATE,
    ELECTION_TIMEOUT,
    FOLLOWER,
    LEADER,
    Case,
    names,
    node,
)
from raftlab.messages import (
    AppendEntries,
    AppendEntriesReply,
    ChangeVoters,
    ElectionTimeout,
    Event,
    HeartbeatTimeout,
    InstallSnapshot,
    InstallSnapshotReply,
    LogEntry,
    Propose,
    RequestVote,
    RequestVoteReply,
    Role,
    Snapshot,
    TakeSnapshot,
    Tick,
    TimeoutNow,
    TransferLeadership,
)

SHORTEST, LONGEST = ELECTION_TIMEOUT
# What an earlier change has left behind.
CHANGED = {
    "newcomer": None,
    "joining": None,
    "rounds": 3,
    "round_end": 0,
    "round_ticks": 2,
    "silent_ticks": 4,
}


def configuration(*numbers: int) -> str:
    """The command that says who has a vote."""
    return "voters " + " ".join(f"n{number}" for number in numbers)


FOUR, THREE, WITHOUT_US, TWO, ONE = (
    configuration(*each) for each in ((1, 2, 3, 4), (1, 2, 3), (2, 3), (1, 2), (2,))
)
COMMANDS: tuple[tuple[str, ...], ...] = (
    (), ("a",), (THREE,), (WITHOUT_US,), (THREE, TWO), (THREE, WITHOUT_US), (configuration(2, 3, 4), "a"), ("a", THREE),
    (WITHOUT_US, ONE), (configuration(1), "a"), ("a", "b", THREE), (WITHOUT_US, "a", "b"), ("a", WITHOUT_US, "b"),
    ("a", "b", WITHOUT_US), ("a", WITHOUT_US), (configuration(2, 3, 4), WITHOUT_US, "a"),
)  # fmt: skip


def _configured() -> Iterator[State]:
    """Nodes of a cluster of four whose logs, or snapshots, say who has a vote."""
    for said, new, role, commit in product(COMMANDS, (False, True), (FOLLOWER, CANDIDATE, LEADER), range(3)):
        last = len(said)
        if commit <= last and not (new and (role is CANDIDATE or not said)):
            own = (
                last + 1 if not new else 1 if role is LEADER and last > 1 else last
            )  # the first entry of the node's term
            log = tuple(
                LogEntry(TERM if index >= own else 1, command) for index, command in enumerate(said, start=1)
            )
            yield _in_cluster(role, log, Snapshot(), commit)
    starts = product(
        ((), names(3), ("n2", "n3")),
        (1, TERM),
        (FOLLOWER, LEADER),
        ((), ("a",), (WITHOUT_US,), (WITHOUT_US, "a")),
    )
    for voters, at, role, said in starts:
        if WITHOUT_US in said and voters == ("n2", "n3"):
            continue  # this would change nothing
        log = tuple(LogEntry(TERM, command) for command in said)
        for commit in range(2, 3 + len(said)):
            yield _in_cluster(role, log, Snapshot(2, at, "S", voters), commit)


def _in_cluster(role: Role, log: tuple[LogEntry, ...], snapshot: Snapshot, commit: int) -> State:
    state = node(role, TERM, (), 4, commit_index=commit) | CHANGED | {"log": log, "snapshot": snapshot}
    said = [command.split()[1:] for _, command in log if command.startswith("voters")]
    voters = said[-1] if said else list(snapshot.voters or names(4))
    end = snapshot.index + len(log)
    if role is LEADER:
        state |= {
            "next_index": {peer: end + 1 for peer in voters if peer != "n1"},
            "match_index": dict.fromkeys(voters, commit) | {"n1": end},
        }
    return state


CHANGES: list[Event] = [
    *(ChangeVoters(names(count), "c1") for count in range(5)),
    *(ChangeVoters(who, "c1") for who in (("n1", "n3"), ("n2", "n3"), ("n2",), ("n3", "n1"), ("n1", "n2", "n4"), ("n1", "n2", "n3", "n5"))),
    ChangeVoters(("n1", "n2"), None),
]  # fmt: skip


def configured_nodes() -> Iterator[Case]:
    """All that can happen to nodes that know who has a vote."""
    for state in _configured():
        heard = {LEADER: _heard_by_a_leader, CANDIDATE: _heard_by_a_candidate, FOLLOWER: _heard_by_a_follower}
        yield from crossed([state], (ElectionTimeout(), HeartbeatTimeout(), Tick(1)))
        yield from crossed([state], heard[state["role"]])
        if state["role"] is FOLLOWER:
            yield from crossed([state | {"leader": "n2"}], CHANGES[:3])


def _heard_by_a_leader(state: State) -> Iterator[Event]:
    yield from (*CHANGES, Propose("x=5", "c1"), AppendEntriesReply("n2", "n1", TERM + 1, False, 0, 0))
    start = state["snapshot"].index
    for src, index in product(("n2", "n3", "n4"), range(start, start + len(state["log"]) + 1)):
        yield AppendEntriesReply(src, "n1", TERM, True, index, index)
        yield AppendEntriesReply(src, "n1", TERM, False, index, 0)


def _heard_by_a_candidate(state: State) -> Iterator[Event]:
    for src in ("n2", "n3", "n4"):
        yield RequestVoteReply(src, "n1", TERM, True)


def _heard_by_a_follower(state: State) -> Iterator[Event]:
    yield from messages_of_raft(state)
    yield from CHANGES[:3]
    end, at = state["snapshot"].index + len(state["log"]), (state["snapshot"], *state["log"])[-1].term
    for commit in (0, end, end + 1):
        yield AppendEntries("n2", "n1", TERM, end, at, (LogEntry(TERM, TWO),), commit)


# -- A new node ---------------------------------------------------------------------------------------------------------

JOINING = ChangeVoters(names(4), "c1")


def catching_up() -> Iterator[Case]:
    """A leader of three with a fourth node that is to get a vote: before, at and after the end of a round, and of its patience."""
    ticks, silences = (0, SHORTEST - 1, SHORTEST, SHORTEST + 3), (0, LONGEST - 1, LONGEST - 2)
    for rounds, end, passed, silent, match in product((1, 2, 9, 10), (1, 2), ticks, silences, range(3)):
        if not silent or (rounds in (1, 10) and not match):
            yield from crossed([_with_a_newcomer(rounds, end, passed, silent, match)], _heard_meanwhile)


def _with_a_newcomer(rounds: int, end: int, passed: int, silent: int, match: int) -> State:
    return node(LEADER, TERM, (), 4, commit_index=2, timer=3 if rounds == 10 else 1 + match) | {
        "log": (LogEntry(1, THREE), LogEntry(TERM, "a"), LogEntry(TERM, "b")), "waiting": {3: "c0"},
        "next_index": {"n2": 4, "n3": 4, "n4": match + 1}, "match_index": {"n1": 3, "n2": 2, "n3": 0, "n4": match},
        "newcomer": "n4", "joining": JOINING, "rounds": rounds, "round_end": end, "round_ticks": passed, "silent_ticks": silent,
    }  # fmt: skip


def _heard_meanwhile(state: State) -> Iterator[Event]:
    match = state["match_index"]["n4"]
    yield from (Tick(1), Tick(2), HeartbeatTimeout(), Propose("x=5", "c2"))
    yield from (ChangeVoters(("n1", "n2"), "c3"), ChangeVoters(JOINING.voters, "c3"))
    yield from (RequestVote("n4", "n1", 1, 0, 0), AppendEntries("n2", "n1", TERM + 1, 0, 0, (), 0))
    yield from (
        AppendEntriesReply("n2", "n1", TERM, True, 3, 3),
        AppendEntriesReply("n2", "n1", TERM + 1, False, 0, 0),
    )
    yield from (
        AppendEntriesReply("n4", "n1", TERM, False, match, 0),
        InstallSnapshotReply("n4", "n1", TERM, 1),
    )
    for index in range(match, 4):
        yield AppendEntriesReply("n4", "n1", TERM, True, index, index)


def more_voters() -> Iterator[Case]:
    """A fourth node has just got its vote, so that a majority has less of the log than before; what is committed stays so."""
    log = tuple(LogEntry(TERM, command) for command in (THREE, "a", "b", FOUR))
    for second, third, fourth in product((3, 4), (0, 2, 3), (2, 3)):
        state = node(LEADER, TERM, (), 4, commit_index=3) | CHANGED | {
            "log": log, "match_index": {"n1": 4, "n2": second, "n3": third, "n4": fourth},
            "next_index": {"n2": second + 1, "n3": third + 1, "n4": fourth + 1},
        }  # fmt: skip
        yield from crossed([state], _confirmed)


def _confirmed(state: State) -> Iterator[Event]:
    for peer in ("n2", "n3", "n4"):
        for index in range(state["match_index"][peer], 5):
            yield AppendEntriesReply(peer, "n1", TERM, True, index, index)


# -- With other extensions ------------------------------------------------------------------------------------------------


def successors() -> Iterator[Case]:
    """A node is to take over, and perhaps has no vote."""
    for state in _configured():
        idle = state | {"successor": None, "ticks_left": 0}
        yield from crossed(
            [idle], (TimeoutNow("n2", "n1", TERM), TransferLeadership("n2"), TransferLeadership("n4"))
        )


def snapshots_of_voters() -> Iterator[Case]:
    """A snapshot says who had a vote."""
    for state in _configured():
        yield from crossed([state], (TakeSnapshot("T"),))
        sent = InstallSnapshot("n2", "n1", TERM, 3, TERM, "T", ("n2", "n3"))
        if state["role"] is FOLLOWER and agrees(state, sent):
            yield from crossed([state], (sent,))


def snapshots_for_a_newcomer() -> Iterator[Case]:
    """A node that is to get a vote is sent a snapshot first, and says how far it has come."""
    for passed, timer in product((0, SHORTEST), (1, 3)):
        state = _with_a_newcomer(2, 2, passed, 0, 0) | {
            "snapshot": Snapshot(2, TERM, "S", names(3)), "log": (LogEntry(TERM, "b"),), "timer": timer,
        }  # fmt: skip
        yield from crossed([state], (Tick(1), HeartbeatTimeout(), ChangeVoters(("n1", "n2"), "c3")))
        yield from crossed([state], [InstallSnapshotReply("n4", "n1", TERM, index) for index in (0, 1, 2)])
