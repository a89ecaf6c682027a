"""PreVote: a node asks whether it would win before it raises its term. (thesis 9.6)

Unlike Raft:
- When its timer runs out, a node keeps its role and term and asks all others: would you vote for me?
- A node answers yes if the asking node's log is up to date and it hears no leader itself. The question changes
  nothing in it, whatever the question's term: neither its term, its vote and its timer nor the leader that it
  follows. The answer may have a later term: so a node that lags behind learns it.
- A node becomes a candidate only when a majority has answered yes. So a node that was cut off keeps its term, and
  disturbs nobody when it comes back.
- A drawback: a leader that reaches some nodes, but no majority, is protected, too. CheckQuorum removes this
  drawback.
"""

from typing import Any

from raftlab.messages import Message, RequestPreVote, RequestPreVoteReply
from raftlab.raft import Raft


class PreVote(Raft):
    """Raft in which a trial election comes before each election."""

    messages = (RequestPreVote, RequestPreVoteReply)

    def __init__(self, *arguments: Any, **named: Any):
        super().__init__(*arguments, **named)
        self.pre_votes: frozenset[str] = frozenset()

    def admit(self, msg: Message) -> bool:
        """Adopt no term from the question, but do so from its answer. (PV-2, thesis 9.6)"""
        return isinstance(msg, RequestPreVote) or super().admit(msg)

    def campaign(self) -> None:
        """Ask first. Replaces the election, which follows when a majority has said yes. (PV-1, thesis 9.6)"""
        self.because("PV-1")
        self.leader = None  # otherwise two followers of the same crashed leader would refuse each other
        self.pre_votes = frozenset({self.id})
        self.reset_election_timer()
        for peer in self.peers():
            self.send(
                RequestPreVote(
                    self.id, peer, self.term, self.term + 1, self.log.last_index, self.log.last_term
                )
            )
        self.count_pre_votes()  # in a cluster of one node, its own yes is a majority

    def on_request_pre_vote(self, msg: RequestPreVote) -> None:
        """Say whether this node would vote; promise and change nothing. (PV-2, thesis 9.6)"""
        up_to_date = self.log.is_covered_by(msg.last_log_index, msg.last_log_term)
        would_vote = msg.proposed_term > self.term and up_to_date and not self.has_live_leader()
        self.because("PV-2")
        # If the asking node lags behind, it learns our term here; otherwise it would ask for ever. If we lag behind,
        # the answer has the question's term, which distinguishes it from answers to older questions.
        self.send(RequestPreVoteReply(self.id, msg.src, max(self.term, msg.term), would_vote))

    def on_request_pre_vote_reply(self, msg: RequestPreVoteReply) -> None:
        """Count a yes. (PV-3, thesis 9.6)"""
        if self.pre_votes and msg.term == self.term and msg.vote_granted and self.leader is None:
            self.pre_votes |= {msg.src}
            self.count_pre_votes()

    def count_pre_votes(self) -> None:
        """Start the election if a majority would vote for this node. (PV-3, thesis 9.6)"""
        if self.is_quorum(self.pre_votes):
            self.because("PV-3")
            super().campaign()

    def become_candidate(self) -> None:
        """End the trial election. (CA-1, 5.2)"""
        self.pre_votes = frozenset()
        super().become_candidate()

    def become_follower(self, term: int) -> None:
        """Give up the trial election. (5.1)"""
        self.pre_votes = frozenset()
        super().become_follower(term)
