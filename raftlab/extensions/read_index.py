"""ReadIndex: reads without an entry in the log. (8; thesis 6.4)

Unlike Raft:
- A leader that has committed an entry of its own term knows which entries are committed. For a read it notes its
  commit index and asks all others whether they still follow it. It answers when a majority has confirmed that and
  the entries up to the index are applied. Nothing is written.
- Questions and answers may be lost, so it asks again whenever it sends heartbeats or entries. If it steps down
  first, it refuses the read at once. The client may ask another node, because a read changes nothing.
- The question is a message of its own (ConfirmLeader), so that AppendEntries stays as it is in the paper.
"""

from typing import Any, ClassVar, NamedTuple

from raftlab.messages import (
    ConfirmLeader,
    ConfirmLeaderReply,
    NotLeader,
    Read,
    ReadNow,
    Role,
)
from raftlab.raft import Raft


class Waiting(NamedTuple):
    """A read that is not answered yet. read_index: the entry that must be applied first; None while that is not known."""

    read: Read
    round: int
    read_index: int | None
    confirmed: frozenset[str]


class ReadIndex(Raft):
    """Raft whose leaders make sure that they still lead before they answer a read."""

    needs = ("NoOp",)
    excludes: ClassVar[dict[str, str]] = {"LocalReads": "", "LeaseReads": ""}  # other ways to answer reads
    messages = (ConfirmLeader, ConfirmLeaderReply)

    def __init__(self, *arguments: Any, **named: Any):
        super().__init__(*arguments, **named)
        self.reads: tuple[Waiting, ...] = ()
        self.round = 0

    def on_read(self, event: Read) -> None:
        """Note a read, if this node leads. Each read has a number, so that no older answer confirms it. (thesis 6.4)"""
        if self.role is not Role.LEADER:
            self.answer(event.client, NotLeader(self.leader))
            return
        self.round += 1
        self.reads += (Waiting(event, self.round, None, frozenset({self.id})),)
        self.advance_reads()

    def broadcast_entries(self) -> None:
        """Ask again for the reads that still wait, with all heartbeats and entries. (RI-2, thesis 6.4)"""
        # Not only with heartbeats: a leader that gets commands all the time sends none.
        super().broadcast_entries()
        rounds = [read.round for read in self.reads if read.read_index is not None]
        if rounds:
            self.ask_whether_it_leads(max(rounds))

    def ask_whether_it_leads(self, round: int) -> None:
        """Ask all other voters; an answer counts for this round and all before it. (RI-2, thesis 6.4)"""
        for peer in self.peers():
            self.send(ConfirmLeader(self.id, peer, self.term, round))

    def on_confirm_leader(self, msg: ConfirmLeader) -> None:
        """Confirm the leader, if it leads this node's term. (RI-2, thesis 6.4)"""
        if msg.term == self.term and self.role is Role.FOLLOWER:
            self.leader = msg.src
            self.reset_election_timer()
            self.because("RI-2")
            self.send(ConfirmLeaderReply(self.id, msg.src, self.term, msg.round))

    def on_confirm_leader_reply(self, msg: ConfirmLeaderReply) -> None:
        """Count an answer for all reads that had begun when the question was asked. (RI-2, thesis 6.4)"""
        if self.role is Role.LEADER and msg.term == self.term:
            self.reads = tuple(
                read._replace(confirmed=read.confirmed | {msg.src})
                if read.read_index is not None and read.round <= msg.round
                else read
                for read in self.reads
            )
            self.advance_reads()

    def advance_reads(self) -> None:
        """For each read, do what is possible now: note the index and ask, or answer. (RI-1, RI-2, RI-3, thesis 6.4)"""
        waiting = []
        for read in self.reads:
            if read.read_index is None and self.log.term_at(self.commit_index) == self.term:
                self.because("RI-1")
                read = read._replace(read_index=self.commit_index)
                self.ask_whether_it_leads(read.round)
            if (
                read.read_index is not None
                and self.is_quorum(read.confirmed)
                and self.last_applied >= read.read_index
            ):
                self.because("RI-3")
                self.answer(read.read.client, ReadNow(read.read.command))
            else:
                waiting.append(read)
        self.reads = tuple(waiting)

    def commit(self, index: int, because: str) -> None:
        """Look at the waiting reads again when an entry was committed. (RI-1, RI-3, thesis 6.4)"""
        super().commit(index, because)
        if self.role is Role.LEADER:
            self.advance_reads()

    def become_follower(self, term: int) -> None:
        """Refuse the waiting reads: this node no longer leads. (thesis 6.4)"""
        super().become_follower(term)
        for read in self.reads:
            self.answer(read.read.client, NotLeader(None))
        self.reads = ()
