"""Nodes that lie: ordinary nodes, each of which breaks one rule on purpose.

Raft trusts its members: a node may crash, be slow or be cut off, but all that it says is true. Each class
here breaks this assumption in one place and is honest everywhere else. It is put in front of any node class
(`lying`), so that a liar can run with every extension. No other part of the simulator treats liars in a
special way: what a lie does shows in the five properties.

    breaks   the property that breaks first in the liar's scene; "liveness" if nothing wrong happens, but the
             cluster makes no progress; "client" if only a client gets a wrong answer
"""

from typing import ClassVar

from raftlab.messages import (
    AppendEntries,
    AppendEntriesReply,
    Applied,
    Effect,
    Event,
    HeartbeatTimeout,
    LogEntry,
    Message,
    ReadNow,
    RequestPreVote,
    RequestVote,
    RequestVoteNow,
    Result,
    Role,
)
from raftlab.raft import Raft
from raftlab.sim.errors import check_name
from raftlab.sim.systems import check_raft

ASKING = (RequestVote, RequestPreVote, RequestVoteNow)


class Liar(Raft):
    """A node that breaks a rule on purpose."""

    breaks: ClassVar[str]


# -- Elections --------------------------------------------------------------------------------


class DoubleVoter(Liar):
    """Votes for every candidate that asks, even for two in the same term. (breaks RV-2)"""

    breaks = "P1"

    def on_request_vote(self, msg: RequestVote) -> None:
        """Forget an earlier vote, then answer."""
        if msg.term == self.term:
            self.voted_for = None
        super().on_request_vote(msg)


class Flatterer(Liar):
    """Votes as if every candidate's log were as up to date as its own. (breaks UTD)"""

    breaks = "P4"

    def step(self, event: Event) -> tuple[Effect, ...]:
        """Answer as if the candidate's log ended like this node's own."""
        if isinstance(event, ASKING):
            event = event._replace(last_log_index=self.log.last_index, last_log_term=self.log.last_term)
        return super().step(event)


class Boaster(Liar):
    """Asks for votes, and claims that its log is longer and newer than it is. (breaks CA-1)"""

    breaks = "P4"

    def send(self, msg: Message) -> None:
        """Claim a longer and newer log in requests for votes."""
        if isinstance(msg, ASKING):
            msg = msg._replace(last_log_index=msg.last_log_index + 100, last_log_term=msg.term)
        super().send(msg)


class Usurper(Liar):
    """Becomes the leader without asking any node for a vote. (breaks CA-2)"""

    breaks = "P1"

    def campaign(self) -> None:
        """Become leader of the next term at once."""
        self.become_candidate()
        self.become_leader()


# -- Leaders ----------------------------------------------------------------------------------


class Equivocator(Liar):
    """As leader, sends every second follower other commands, under the same index and term. (breaks LE-3)"""

    breaks = "P3"

    def send(self, msg: Message) -> None:
        """Send every second follower other commands."""
        if isinstance(msg, AppendEntries) and self.peers().index(msg.dst) % 2:
            msg = msg._replace(entries=tuple(self.forged(entry) for entry in msg.entries))
        super().send(msg)

    def forged(self, entry: LogEntry) -> LogEntry:
        """The same write with another value."""
        return entry._replace(command=f"{entry.command}!") if "=" in entry.command else entry


class HastyLeader(Liar):
    """As leader, calls all that it sends committed, no matter which nodes have it. (breaks LE-4)"""

    breaks = "P5"

    def send(self, msg: Message) -> None:
        """Send a commit index that covers all entries of the append."""
        if isinstance(msg, AppendEntries):
            msg = msg._replace(leader_commit=msg.prev_log_index + len(msg.entries))
        super().send(msg)


class Rewriter(Liar):
    """As leader, deletes its newest entry from its own log while the entry is not committed. (breaks P2)"""

    breaks = "P2"

    def on_heartbeat_timeout(self, event: HeartbeatTimeout) -> None:
        """Delete the newest uncommitted entry, then send heartbeats."""
        if self.role is Role.LEADER and self.log.last_index > self.commit_index:
            self.log.replace_from(self.log.last_index, ())
            self.save()
        super().on_heartbeat_timeout(event)


# -- Followers --------------------------------------------------------------------------------


class FalseAcker(Liar):
    """Confirms every append, and stores none of its entries. (breaks AE-2, AE-4)"""

    breaks = "P4"

    def store(self, index: int, entries: tuple[LogEntry, ...]) -> None:
        """Store nothing."""

    def commit(self, index: int, because: str) -> None:
        """Commit nothing: entries that are not stored cannot be applied."""
        if index <= self.log.last_index:
            super().commit(index, because)

    def reply_append(self, msg: AppendEntries, success: bool, because: str, match_index: int = 0) -> None:
        """Confirm everything that the leader of the term has sent."""
        if msg.term == self.term:
            success, because, match_index = True, "FO-1", msg.prev_log_index + len(msg.entries)
        super().reply_append(msg, success, because, match_index)


# -- Nodes that stop all progress ---------------------------------------------------------------


class TermRaiser(Liar):
    """Answers each message from a later term than the message has. (breaks CA-1)"""

    breaks = "liveness"

    def admit(self, msg: Message) -> bool:
        """Raise the term above that of the message."""
        self.become_follower(max(self.term, msg.term) + 1)
        return True


class DeafLeader(Liar):
    """Loses every reply to its appends: as leader it goes on leading, and gets nothing done. (an omission)"""

    breaks = "liveness"

    def admit(self, msg: Message) -> bool:
        """Drop replies to appends."""
        return not isinstance(msg, AppendEntriesReply) and super().admit(msg)


# -- Clients ----------------------------------------------------------------------------------


class FalseWitness(Liar):
    """Carries out what clients ask, and gives them false answers. (breaks LE-2)"""

    breaks = "client"

    def answer(self, client: str | None, result: Result) -> None:
        """Give the client the value of a key that nobody has written."""
        wrong = ReadNow("no such key?")
        super().answer(client, wrong if isinstance(result, Applied | ReadNow) else result)


LIARS: dict[str, type[Liar]] = {
    "double_voter": DoubleVoter,
    "flatterer": Flatterer,
    "boaster": Boaster,
    "usurper": Usurper,
    "equivocator": Equivocator,
    "hasty_leader": HastyLeader,
    "rewriter": Rewriter,
    "false_acker": FalseAcker,
    "term_raiser": TermRaiser,
    "deaf_leader": DeafLeader,
    "false_witness": FalseWitness,
}


def lying(name: str, node_class: type[Raft] = Raft) -> type[Raft]:
    """A node class that lies in one way, and is otherwise unchanged.

    Args:
        name: a key of `LIARS`. The docstring of its class says what it does.
        node_class: the honest class, `Raft` or one with extensions.

    Returns:
        A subclass of both.

    Raises:
        UserError: there is no such liar (the nearest name is suggested), or the class is not a subclass of Raft.

    Example:
        >>> from raftlab import Cluster, Raft
        >>> cluster = Cluster(nodes=5, seed=1, classes={"n5": lying("double_voter", Raft)})
    """
    liar = LIARS[check_name("liar", name, LIARS)]
    return type(f"{liar.__name__}{check_raft(node_class).__name__}", (liar, node_class), {})
