"""ReadIndex: reads without a place in the log. (8; thesis 6.4)

Unlike Raft:
- A leader that has committed an entry of its own term knows what is committed. For a read it notes that
  index, asks everyone whether it still leads, and answers when a majority has said so and the index is
  applied. Nothing is written.
- Questions and answers may be lost, so it asks again whenever it sends heartbeats or entries. If it steps down before, the client
  is sent away at once: nothing was done, so it may ask another node.
- The question is a message of its own, so that AppendEntries stays as it is in the paper.
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
    """A read that is not answered yet. read_index: what must be applied first; None until that is known."""

    read: Read
    round: int
    read_index: int | None
    confirmed: frozenset[str]


class ReadIndex(Raft):
    """Raft that reads from its leader, and makes sure that it is one."""

    needs = ("NoOp",)
    excludes: ClassVar[dict[str, str]] = {"LocalReads": "", "LeaseReads": ""}  # there is one way to read
    messages = (ConfirmLeader, ConfirmLeaderReply)

    def __init__(self, *arguments: Any, **named: Any):
        super().__init__(*arguments, **named)
        self.reads: tuple[Waiting, ...] = ()
        self.round = 0

    def on_read(self, event: Read) -> None:
        """Only a leader reads; it counts its questions, so that no old answer confirms a new read. (thesis 6.4)"""
        if self.role is not Role.LEADER:
            self.answer(event.client, NotLeader(self.leader))
            return
        self.round += 1
        self.reads += (Waiting(event, self.round, None, frozenset({self.id})),)
        self.advance_reads()

    def broadcast_entries(self) -> None:
        """With heartbeats and entries, ask again on behalf of the reads that still wait. (RI-2, thesis 6.4)"""
        # Not with heartbeats alone: a leader that is written to all the time needs none.
        super().broadcast_entries()
        asked = [read.round for read in self.reads if read.read_index is not None]
        if asked:
            self.ask_whether_it_leads(max(asked))

    def ask_whether_it_leads(self, round: int) -> None:
        """Ask everyone; an answer counts for this round and all before it. (RI-2, thesis 6.4)"""
        for peer in self.peers():
            self.send(ConfirmLeader(self.id, peer, self.term, round))

    def on_confirm_leader(self, msg: ConfirmLeader) -> None:
        """Whoever has no later term confirms the leader that asks. (RI-2, thesis 6.4)"""
        if msg.term == self.term and self.role is Role.FOLLOWER:
            self.leader = msg.src
            self.reset_election_timer()
            self.because("RI-2")
            self.send(ConfirmLeaderReply(self.id, msg.src, self.term, msg.round))

    def on_confirm_leader_reply(self, msg: ConfirmLeaderReply) -> None:
        """A confirmation counts for all reads that had begun when it was asked for. (RI-2, thesis 6.4)"""
        if self.role is Role.LEADER and msg.term == self.term:
            self.reads = tuple(
                read._replace(confirmed=read.confirmed | {msg.src})
                if read.read_index is not None and read.round <= msg.round
                else read
                for read in self.reads
            )
            self.advance_reads()

    def advance_reads(self) -> None:
        """Note the index, ask, and answer, as far as each read has come. (RI-1, RI-2, RI-3, thesis 6.4)"""
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
        """What is committed may be what a read has waited for. (RI-1, RI-3, thesis 6.4)"""
        super().commit(index, because)
        if self.role is Role.LEADER:
            self.advance_reads()

    def become_follower(self, term: int) -> None:
        """A node that leads no more answers no reads: it tells the clients to ask elsewhere. (thesis 6.4)"""
        super().become_follower(term)
        for read in self.reads:
            self.answer(read.read.client, NotLeader(None))
        self.reads = ()
