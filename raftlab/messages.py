"""The vocabulary of Raft: log entries, messages, events and effects.

A node takes one *event* and returns *effects*; nothing else goes in or out. All of them are
immutable named tuples, which are cheap to make and to compare. This file contains no rules.
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
    """The state of the state machine after the entry at `index`, and the nodes that had a vote by then. (7)"""

    index: int = 0  # type: ignore[assignment]  # hides tuple.index, which nobody needs here
    term: int = 0
    state: str = ""
    voters: tuple[str, ...] = ()


class HardState(NamedTuple):
    """Everything that a node keeps in a crash. (Figure 2, persistent state; the log may begin after a snapshot)"""

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
    """A leader sends entries; without any, it is a heartbeat. (5.3)"""

    src: str
    dst: str
    term: int
    prev_log_index: int
    prev_log_term: int
    entries: tuple[LogEntry, ...]
    leader_commit: int


class AppendEntriesReply(NamedTuple):
    """A follower answers a leader. (5.3)

    Unlike Figure 2, it says which append it answers (`prev_log_index`) and up to which entry the logs
    now agree (`match_index`). When replies arrive in another order, a success flag alone is unsafe: the
    leader would count the wrong entries as stored.
    """

    src: str
    dst: str
    term: int
    success: bool
    prev_log_index: int
    match_index: int


# -- Messages of the extensions ---------------------------------------------------------------


class RequestPreVote(NamedTuple):
    """A node asks others whether they would vote for it, before it raises its term. (thesis 9.6)

    `term` is the node's present term, so that the question changes no other node's term.
    """

    src: str
    dst: str
    term: int
    proposed_term: int
    last_log_index: int
    last_log_term: int


class RequestPreVoteReply(NamedTuple):
    """A voter says whether it would vote. (thesis 9.6)

    `term` is the question's term or the voter's own, whichever is later.
    """

    src: str
    dst: str
    term: int
    vote_granted: bool


class ConfirmLeader(NamedTuple):
    """A leader asks its followers whether they still follow it. `round` numbers its questions. (thesis 6.4)"""

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
    """A leader sends its snapshot to a follower that needs entries no longer in the leader's log. (7; here in one piece)"""

    src: str
    dst: str
    term: int
    last_included_index: int
    last_included_term: int
    state: str
    voters: tuple[str, ...]


class InstallSnapshotReply(NamedTuple):
    """A follower says up to which entry its log now agrees with the leader's. (7)"""

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
    """The successor asks for votes in the old leader's name: nodes that hear a leader may vote at once. (thesis 4.2.3)"""

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
    """The clock has moved on by n ticks. The caller guarantees that no timer runs out before the last of them."""

    n: int = 1


class ElectionTimeout(NamedTuple):
    """The election timer ran out: no leader was heard for too long."""


class HeartbeatTimeout(NamedTuple):
    """The heartbeat timer ran out: the leader has sent nothing for a heartbeat interval."""


class Propose(NamedTuple):
    """A client sends a command to this node and waits for the answer."""

    command: str
    client: str | None = None


class Read(NamedTuple):
    """A client asks for the state machine's answer to a command, without an entry in the log. (thesis 6.4)"""

    command: str
    client: str | None = None


class TakeSnapshot(NamedTuple):
    """The state machine gives the node its state, as it is after the last applied entry. (7)"""

    state: str


class ChangeVoters(NamedTuple):
    """An operator gives one node a vote, or takes it from one. `voters`: all that then have a vote. (thesis 4.1)"""

    voters: tuple[str, ...]
    client: str | None = None


class TransferLeadership(NamedTuple):
    """An operator wants another node to lead. (thesis 3.10)"""

    target: str


Event = (
    Message | Tick | ElectionTimeout | HeartbeatTimeout | Propose | Read | TakeSnapshot | ChangeVoters
    | TransferLeadership
)  # fmt: skip


# -- Effects: what a node asks the world to do, in this order ---------------------------------


class Because(NamedTuple):
    """This rule of the rule book was applied."""

    rule: str


class Save(NamedTuple):
    """Write term and vote to the disk, and replace the log from `index` on by `entries`.

    It holds only the part of the log that has changed, so that its cost does not grow with the log.
    """

    term: int
    voted_for: str | None
    index: int  # type: ignore[assignment]  # hides tuple.index, which nobody needs here
    entries: tuple[LogEntry, ...]


class SaveSnapshot(NamedTuple):
    """Write this snapshot to the disk; it replaces the log up to its index. (7)"""

    snapshot: Snapshot


class Send(NamedTuple):
    """Send this message over the network."""

    message: Message


class Apply(NamedTuple):
    """Give this committed entry to the state machine."""

    index: int  # type: ignore[assignment]  # hides tuple.index, which nobody needs here
    entry: LogEntry


class Restore(NamedTuple):
    """Put the state machine into the state of this snapshot. (7)"""

    snapshot: Snapshot


class Applied(NamedTuple):
    """The client is told what the state machine returned when it applied the entry at this index."""

    index: int  # type: ignore[assignment]  # hides tuple.index, which nobody needs here


class NotLeader(NamedTuple):
    """The client is told that this node does not lead, and which node does, if this one knows."""

    leader: str | None


class ReadNow(NamedTuple):
    """The client is told what the state machine answers to this read now; nothing is changed."""

    command: str


class Refused(NamedTuple):
    """The client is told that its request is refused for now, and why."""

    why: str


Result = Applied | NotLeader | ReadNow | Refused


class Answer(NamedTuple):
    """Send a waiting client the result of its command."""

    client: str
    result: Result


Effect = Because | Save | SaveSnapshot | Send | Apply | Restore | Answer


def handler_name(kind: type) -> str:
    """The name of the method that handles events of a kind: `on_request_vote` for RequestVote."""
    return "on" + "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in kind.__name__)


MESSAGES: frozenset[type] = frozenset(Message.__args__)
HANDLERS: dict[type, str] = {kind: handler_name(kind) for kind in Event.__args__}
