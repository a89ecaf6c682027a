"""Leadership transfer: a leader hands over to a successor, and nobody waits for a timeout. (thesis 3.10)

Unlike Raft:
- A leader that is asked to hand over accepts no more commands, brings the successor's log up to date and tells
  the successor to start an election at once (TimeoutNow).
- The successor asks for votes in the old leader's name (RequestVoteNow). With PreVote or StickyVotes, voters that
  hear a leader ignore or refuse other candidates, but not this one.
- A transfer that takes longer than an election timeout is given up, and the leader goes on.
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
    """Raft whose leaders can hand over to a successor."""

    messages = (TimeoutNow, RequestVoteNow)

    def __init__(self, *arguments: Any, **named: Any):
        super().__init__(*arguments, **named)
        self.successor: str | None = None
        self.ticks_left = 0  # until the transfer is given up

    def on_transfer_leadership(self, event: TransferLeadership) -> None:
        """Accept no more commands, and hand over as soon as the successor's log is up to date. (TL-1, thesis 3.10)"""
        if self.role is Role.LEADER and event.target in self.peers():
            self.because("TL-1")
            self.successor, self.ticks_left = event.target, self.election_timeout[0]
            self.replicate(event.target)  # its reply says how far the successor's log has come
            self.hand_over()

    def hand_over(self) -> None:
        """Tell the successor to stand if it has the whole log: then no voter refuses it for its log. (TL-2, thesis 3.10)"""
        if self.successor and self.match_index.get(self.successor) == self.log.last_index:
            self.because("TL-2")
            self.send(TimeoutNow(self.id, self.successor, self.term))

    def on_append_entries_reply(self, msg: AppendEntriesReply) -> None:
        """Hand over if the successor has caught up. (TL-2, thesis 3.10)"""
        super().on_append_entries_reply(msg)
        if self.role is Role.LEADER and msg.src == self.successor and msg.success:
            self.hand_over()

    def on_timeout_now(self, msg: TimeoutNow) -> None:
        """Start an election at once, without waiting for the timer, in the old leader's name. (TL-2, thesis 3.10)"""
        if msg.term == self.term and self.role is Role.FOLLOWER and self.id in self.voters():
            self.because("TL-2")
            self.become_candidate()
            for peer in self.peers():
                self.send(RequestVoteNow(self.id, peer, self.term, self.log.last_index, self.log.last_term))
            self.count_votes()

    def on_request_vote_now(self, msg: RequestVoteNow) -> None:
        """Treat it like any other request for a vote. Only rules that ignore candidates do not apply to it. (RV-2, 5.2)"""
        self.on_request_vote(msg)  # type: ignore[arg-type]  # it has the fields of a RequestVote

    def on_propose(self, event: Propose) -> None:
        """Refuse commands while leadership is being handed over. (TL-1, thesis 3.10)"""
        if self.successor:
            self.answer(event.client, Refused(f"leadership is being handed over to {self.successor}"))
        else:
            super().on_propose(event)

    def on_tick(self, event: Tick) -> None:
        """Give up a transfer that takes too long. (TL-3, thesis 3.10)"""
        if self.successor:
            self.ticks_left -= event.n
            if self.ticks_left <= 0:
                self.because("TL-3")
                self.successor = None
        super().on_tick(event)

    def become_follower(self, term: int) -> None:
        """End the transfer: another node leads, or will. (TL-1, thesis 3.10)"""
        self.successor = None
        super().become_follower(term)
