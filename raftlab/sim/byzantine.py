"""Nodes that lie: ordinary nodes, each of which breaks one rule on purpose.

Raft trusts its members: a node may crash, be slow or be cut off, but whatever it says is true.
Each class here takes that away in one place and is honest everywhere else. It stands in front of
any node class (`lying`), so that a liar can run with every extension. Nothing else of the
simulator knows that there are liars: who lies is found out by what becomes of the five properties.

    breaks   the property that breaks first in a scene made for it; "liveness" if nothing wrong happens,
             but nothing gets done either; "client" if only a client gets a wrong answer
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
    """A node that is not to be trusted."""

    breaks: ClassVar[str]


# -- Elections --------------------------------------------------------------------------------


class DoubleVoter(Liar):
    """Votes for every candidate that asks, even for two in the same term. (breaks RV-2)"""

    breaks = "P1"

    def on_request_vote(self, msg: RequestVote) -> None:
        """Forget for whom it has voted already."""
        if msg.term == self.term:
            self.voted_for = None
        super().on_request_vote(msg)


class Flatterer(Liar):
    """Votes as if every candidate's log were as up to date as its own. (breaks UTD)"""

    breaks = "P4"

    def step(self, event: Event) -> tuple[Effect, ...]:
        """Look into no candidate's log: take one's own for it."""
        if isinstance(event, ASKING):
            event = event._replace(last_log_index=self.log.last_index, last_log_term=self.log.last_term)
        return super().step(event)


class Boaster(Liar):
    """Asks for votes, and claims that its log is longer and newer than it is. (breaks CA-1)"""

    breaks = "P4"

    def send(self, msg: Message) -> None:
        """Ask with a log that nobody else has."""
        if isinstance(msg, ASKING):
            msg = msg._replace(last_log_index=msg.last_log_index + 100, last_log_term=msg.term)
        super().send(msg)


class Usurper(Liar):
    """Becomes the leader without asking any node for a vote. (breaks CA-2)"""

    breaks = "P1"

    def campaign(self) -> None:
        """Lead the next term, whoever else does."""
        self.become_candidate()
        self.become_leader()


# -- Leaders ----------------------------------------------------------------------------------


class Equivocator(Liar):
    """As leader, sends every second follower other commands, under the same index and term. (breaks LE-3)"""

    breaks = "P3"

    def send(self, msg: Message) -> None:
        """Change what is on its way to every second follower."""
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
        """Let followers commit whatever they get."""
        if isinstance(msg, AppendEntries):
            msg = msg._replace(leader_commit=msg.prev_log_index + len(msg.entries))
        super().send(msg)


class Rewriter(Liar):
    """As leader, deletes its newest entry from its own log while the entry is not committed. (breaks P2)"""

    breaks = "P2"

    def on_heartbeat_timeout(self, event: HeartbeatTimeout) -> None:
        """Take back the last word before speaking again."""
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
        """What is not stored cannot be applied either."""
        if index <= self.log.last_index:
            super().commit(index, because)

    def reply_append(self, msg: AppendEntries, success: bool, because: str, match_index: int = 0) -> None:
        """Confirm whatever the leader of the term has sent."""
        if msg.term == self.term:
            success, because, match_index = True, "FO-1", msg.prev_log_index + len(msg.entries)
        super().reply_append(msg, success, because, match_index)


# -- Nothing false, and nothing right -----------------------------------------------------------


class TermRaiser(Liar):
    """Answers each message from a later term than the message has. (breaks CA-1)"""

    breaks = "liveness"

    def admit(self, msg: Message) -> bool:
        """Be in a later term than whoever speaks."""
        self.become_follower(max(self.term, msg.term) + 1)
        return True


class DeafLeader(Liar):
    """Loses every reply to its appends: as leader it goes on leading, and gets nothing done. (an omission)"""

    breaks = "liveness"

    def admit(self, msg: Message) -> bool:
        """Let no reply to an append in."""
        return not isinstance(msg, AppendEntriesReply) and super().admit(msg)


# -- Clients ----------------------------------------------------------------------------------


class FalseWitness(Liar):
    """Carries out what clients ask, and gives them false answers. (breaks LE-2)"""

    breaks = "client"

    def answer(self, client: str | None, result: Result) -> None:
        """Tell of a key that nobody has written, whatever was asked."""
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
    """A node class that lies in one way, and is otherwise what it was.

    Args:
        name: which lie; a key of `LIARS`. The first line of its class says what it does.
        node_class: the honest class, `Raft` or one with extensions.

    Returns:
        A subclass of both.

    Raises:
        UserError: there is no such liar (the nearest name is suggested), or the class is not made from Raft.

    Example:
        >>> from raftlab import Cluster, Raft
        >>> cluster = Cluster(nodes=5, seed=1, classes={"n5": lying("double_voter", Raft)})
    """
    liar = LIARS[check_name("liar", name, LIARS)]
    return type(f"{liar.__name__}{check_raft(node_class).__name__}", (liar, node_class), {})
