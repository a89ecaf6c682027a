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


class HardState(NamedTuple):
    """All that survives a crash. (Figure 2, persistent state)"""

    term: int = 0
    voted_for: str | None = None
    log: tuple[LogEntry, ...] = ()


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


Message = RequestVote | RequestVoteReply | AppendEntries | AppendEntriesReply


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


Event = Message | Tick | ElectionTimeout | HeartbeatTimeout | Propose


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


class Send(NamedTuple):
    """Hand this message to the network."""

    message: Message


class Apply(NamedTuple):
    """Give this committed entry to the state machine."""

    index: int  # type: ignore[assignment]  # hides tuple.index, which nobody needs here
    entry: LogEntry


class Applied(NamedTuple):
    """The answer to a client is whatever applying the entry at this index returned."""

    index: int  # type: ignore[assignment]  # hides tuple.index, which nobody needs here


class NotLeader(NamedTuple):
    """The answer to a client that asked a node which does not lead; a hint where to go."""

    leader: str | None


class Answer(NamedTuple):
    """Tell a waiting client how its command went."""

    client: str
    result: Applied | NotLeader


Effect = Because | Save | Send | Apply | Answer
