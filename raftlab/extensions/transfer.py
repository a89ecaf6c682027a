"""Leadership transfer: a leader hands over without waiting for a timeout. (thesis 3.10)

Unlike Raft:
- Asked to hand over, a leader takes no more commands, brings the successor's log up to date and tells it
  to start an election at once (TimeoutNow).
- The successor asks for votes in the old leader's name (RequestVoteNow): voters that hear a leader, and
  would ignore or refuse a candidate for that, listen to it.
- What is not done within an election timeout is given up, and the leader goes on.
"""

from typing import Any

from raftlab.messages import (
    AppendEntriesReply,
    Propose,
    Refused,
    RequestVoteNow,
    Role,
    Tick,
    TimeoutNow,
    TransferLeadership,
)
from raftlab.raft import Raft


class Transfer(Raft):
    """Raft whose leaders can retire."""

    messages = (TimeoutNow, RequestVoteNow)

    def __init__(self, *arguments: Any, **named: Any):
        super().__init__(*arguments, **named)
        self.successor: str | None = None
        self.patience = 0  # ticks that are left for the transfer

    def on_transfer_leadership(self, event: TransferLeadership) -> None:
        """Stop taking commands, and see whether the successor is ready. (TL-1, thesis 3.10)"""
        if self.role is Role.LEADER and event.target in self.peers():
            self.because("TL-1")
            self.successor, self.patience = event.target, self.election_timeout[0]
            self.replicate(event.target)  # also brings back an answer that says how far it has come
            self.hand_over()

    def hand_over(self) -> None:
        """No voter refuses a successor with the whole log for its log: tell it when it has that. (TL-2, thesis 3.10)"""
        if self.successor and self.match_index.get(self.successor) == self.log.last_index:
            self.because("TL-2")
            self.send(TimeoutNow(self.id, self.successor, self.term))

    def on_append_entries_reply(self, msg: AppendEntriesReply) -> None:
        """The successor may have caught up. (TL-2, thesis 3.10)"""
        super().on_append_entries_reply(msg)
        if self.role is Role.LEADER and msg.src == self.successor and msg.success:
            self.hand_over()

    def on_timeout_now(self, msg: TimeoutNow) -> None:
        """Start an election at once, whatever the timer says, in the old leader's name. (TL-2, thesis 3.10)"""
        if msg.term == self.term and self.role is Role.FOLLOWER and self.id in self.voters():
            self.because("TL-2")
            self.become_candidate()
            for peer in self.peers():
                self.send(RequestVoteNow(self.id, peer, self.term, self.log.last_index, self.log.last_term))
            self.count_votes()

    def on_request_vote_now(self, msg: RequestVoteNow) -> None:
        """It is a request for votes like any other, once it is listened to. (RV-2, 5.2)"""
        self.on_request_vote(msg)  # type: ignore[arg-type]  # it has the same fields

    def on_propose(self, event: Propose) -> None:
        """What is handed over does not grow. (TL-1, thesis 3.10)"""
        if self.successor:
            self.answer(event.client, Refused(f"leadership is being handed over to {self.successor}"))
        else:
            super().on_propose(event)

    def on_tick(self, event: Tick) -> None:
        """Give up a transfer that takes too long. (TL-3, thesis 3.10)"""
        if self.successor:
            self.patience -= event.n
            if self.patience <= 0:
                self.because("TL-3")
                self.successor = None
        super().on_tick(event)

    def become_follower(self, term: int) -> None:
        """The transfer is over: somebody else leads, or will. (TL-1, thesis 3.10)"""
        self.successor = None
        super().become_follower(term)
