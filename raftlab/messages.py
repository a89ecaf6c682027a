"""What can be said in Raft: log entries, messages, events and effects.

A node takes one *event* and returns *effects*; nothing else crosses its border. All of them
are immutable tuples with names, cheap to make and to compare. This file knows no rule.
"""

from enum import Enum
from typing import NamedTuple


class Role(Enum):
    """What a node is at the moment. (5.1)"""

    FOLLOWER = "follower"
    CANDIDATE = "candidate"
    LEADER = "leader"


class LogEntry(NamedTuple):
    """A command and the term in which a leader took it. (5.3)"""

    term: int
    command: str


class Snapshot(NamedTuple):
    """What the entries up to an index have made of the state machine, and of who has a vote. (7)"""

    index: int = 0  # type: ignore[assignment]  # hides tuple.index, which nobody needs here
    term: int = 0
    state: str = ""
    voters: tuple[str, ...] = ()


class HardState(NamedTuple):
    """All that survives a crash. (Figure 2, persistent state; the log may begin after a snapshot)"""

    term: int = 0
    voted_for: str | None = None
    log: tuple[LogEntry, ...] = ()
    snapshot: Snapshot = Snapshot()


# -- Messages: what nodes say to each other ---------------------------------------------------


class RequestVote(NamedTuple):
    """A candidate asks for a vote. (5.2)"""

    src: str
    dst: str
    term: int
    last_log_index: int
    last_log_term: int


class RequestVoteReply(NamedTuple):
    """A voter answers a candidate. (5.2)"""

    src: str
    dst: str
    term: int
    vote_granted: bool


class AppendEntries(NamedTuple):
    """A leader sends entries, or none: then it is a heartbeat. (5.3)"""

    src: str
    dst: str
    term: int
    prev_log_index: int
    prev_log_term: int
    entries: tuple[LogEntry, ...]
    leader_commit: int


class AppendEntriesReply(NamedTuple):
    """A follower answers a leader. (5.3)

    Unlike Figure 2: it says which append it answers and how far the logs now agree. A bare
    success flag is unsafe when replies are reordered: the leader would credit the wrong entries.
    """

    src: str
    dst: str
    term: int
    success: bool
    prev_log_index: int
    match_index: int


# -- Messages of the extensions ---------------------------------------------------------------


class RequestPreVote(NamedTuple):
    """A node asks whether it would be voted for, before it raises its term. (thesis 9.6)

    `term` is its term as it stands, so that the question alone changes nobody's.
    """

    src: str
    dst: str
    term: int
    proposed_term: int
    last_log_index: int
    last_log_term: int


class RequestPreVoteReply(NamedTuple):
    """A voter says whether it would vote. (thesis 9.6)

    `term` is the later one of the question's term and the voter's own.
    """

    src: str
    dst: str
    term: int
    vote_granted: bool


class ConfirmLeader(NamedTuple):
    """A leader asks whether it still is one; rounds are counted. (thesis 6.4)"""

    src: str
    dst: str
    term: int
    round: int


class ConfirmLeaderReply(NamedTuple):
    """A follower confirms the leader of its term. (thesis 6.4)"""

    src: str
    dst: str
    term: int
    round: int


class InstallSnapshot(NamedTuple):
    """A leader sends what its log has forgotten. (7; in one piece here)"""

    src: str
    dst: str
    term: int
    last_included_index: int
    last_included_term: int
    state: str
    voters: tuple[str, ...]


class InstallSnapshotReply(NamedTuple):
    """A follower says how far its log now agrees. (7)"""

    src: str
    dst: str
    term: int
    match_index: int


class TimeoutNow(NamedTuple):
    """A leader asks its successor to start an election at once. (thesis 3.10)"""

    src: str
    dst: str
    term: int


class RequestVoteNow(NamedTuple):
    """The successor asks for votes in the old leader's name: its voters must not wait. (thesis 4.2.3)"""

    src: str
    dst: str
    term: int
    last_log_index: int
    last_log_term: int


Message = (
    RequestVote | RequestVoteReply | AppendEntries | AppendEntriesReply | RequestPreVote | RequestPreVoteReply | ConfirmLeader
    | ConfirmLeaderReply | InstallSnapshot | InstallSnapshotReply | TimeoutNow | RequestVoteNow
)  # fmt: skip


# -- Events: what can happen to a node, besides the arrival of a message ----------------------


class Tick(NamedTuple):
    """The clock has moved on by n ticks, of which only the last can be due."""

    n: int = 1


class ElectionTimeout(NamedTuple):
    """The election timer ran out: no leader was heard for too long."""


class HeartbeatTimeout(NamedTuple):
    """It is time for a leader to be heard again."""


class Propose(NamedTuple):
    """A client hands a command to this node and waits for the answer."""

    command: str
    client: str | None = None


class Read(NamedTuple):
    """A client wants to know what the state machine says to this, without a place in the log. (thesis 6.4)"""

    command: str
    client: str | None = None


class TakeSnapshot(NamedTuple):
    """The state machine hands over its state, as of the last applied entry. (7)"""

    state: str


class ChangeVoters(NamedTuple):
    """Someone who runs the cluster gives one node a vote, or takes one node's. (thesis 4.1)"""

    voters: tuple[str, ...]
    client: str | None = None


class TransferLeadership(NamedTuple):
    """Someone who runs the cluster wants another node to lead. (thesis 3.10)"""

    target: str


Event = (
    Message | Tick | ElectionTimeout | HeartbeatTimeout | Propose | Read | TakeSnapshot | ChangeVoters
    | TransferLeadership
)  # fmt: skip


# -- Effects: what a node asks the world to do, in this order ---------------------------------


class Because(NamedTuple):
    """This rule of the rule book has just fired."""

    rule: str


class Save(NamedTuple):
    """Write to stable storage: term, vote, and the log from `index` on, as `entries`.

    It carries only what changed, so that its cost does not grow with the log.
    """

    term: int
    voted_for: str | None
    index: int  # type: ignore[assignment]  # hides tuple.index, which nobody needs here
    entries: tuple[LogEntry, ...]


class SaveSnapshot(NamedTuple):
    """Write to stable storage: this instead of the log up to its index. (7)"""

    snapshot: Snapshot


class Send(NamedTuple):
    """Hand this message to the network."""

    message: Message


class Apply(NamedTuple):
    """Give this committed entry to the state machine."""

    index: int  # type: ignore[assignment]  # hides tuple.index, which nobody needs here
    entry: LogEntry


class Restore(NamedTuple):
    """Put the state machine into the state of this snapshot. (7)"""

    snapshot: Snapshot


class Applied(NamedTuple):
    """The answer to a client is whatever applying the entry at this index returned."""

    index: int  # type: ignore[assignment]  # hides tuple.index, which nobody needs here


class NotLeader(NamedTuple):
    """The answer to a client that asked a node which does not lead; a hint where to go."""

    leader: str | None


class ReadNow(NamedTuple):
    """The answer to a client is what the state machine says to this now; nothing is changed."""

    command: str


class Refused(NamedTuple):
    """The answer to a client whose wish cannot be granted now, and why."""

    why: str


Result = Applied | NotLeader | ReadNow | Refused


class Answer(NamedTuple):
    """Tell a waiting client how its command went."""

    client: str
    result: Result


Effect = Because | Save | SaveSnapshot | Send | Apply | Restore | Answer


def handler_name(kind: type) -> str:
    """The method that takes events of a kind: `on_request_vote` for RequestVote."""
    return "on" + "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in kind.__name__)


MESSAGES: frozenset[type] = frozenset(Message.__args__)
HANDLERS: dict[type, str] = {kind: handler_name(kind) for kind in Event.__args__}
