"""PreVote: a node asks whether it would win before it raises its term. (thesis 9.6)

Unlike Raft:
- When its timer runs out, a node stays in its role and term and asks everyone: would you vote for me?
- Others say yes if its log is good enough and they hear no leader themselves. The question changes nothing at
  them, whatever its term: not their term, their vote, their timer, nor the leader that they hear. Only the
  answer may carry a later term: a node that lags behind learns it there.
- Only with a majority of yes does it become a candidate. A node that is cut off therefore keeps its
  term, and disturbs nobody when it comes back.
- The price: a leader that some can hear, but that reaches no majority, is protected, too. CheckQuorum
  pays it.
"""

from typing import Any

from raftlab.messages import Message, RequestPreVote, RequestPreVoteReply
from raftlab.raft import Raft


class PreVote(Raft):
    """Raft in which an election is won twice: first on trial."""

    messages = (RequestPreVote, RequestPreVoteReply)

    def __init__(self, *arguments: Any, **named: Any):
        super().__init__(*arguments, **named)
        self.pre_votes: frozenset[str] = frozenset()

    def admit(self, msg: Message) -> bool:
        """The question is exempt from the term rule, its answer is not. (PV-2, thesis 9.6)"""
        return isinstance(msg, RequestPreVote) or super().admit(msg)

    def campaign(self) -> None:
        """Ask first. Replaces the election, which follows if a majority says yes. (PV-1, thesis 9.6)"""
        self.because("PV-1")
        self.leader = None  # or two followers that both wait for the same dead leader would refuse each other
        self.pre_votes = frozenset({self.id})
        self.reset_election_timer()
        for peer in self.peers():
            self.send(
                RequestPreVote(
                    self.id, peer, self.term, self.term + 1, self.log.last_index, self.log.last_term
                )
            )
        self.count_pre_votes()  # alone in the cluster, one's own yes is a majority

    def on_request_pre_vote(self, msg: RequestPreVote) -> None:
        """Say whether we would vote; promise and change nothing. (PV-2, thesis 9.6)"""
        good_log = self.log.is_covered_by(msg.last_log_index, msg.last_log_term)
        would_vote = msg.proposed_term > self.term and good_log and not self.has_live_leader()
        self.because("PV-2")
        # A node that lags behind must learn our term, or it would ask for ever. But if we lag behind, our answer
        # must be told from one to an older question.
        self.send(RequestPreVoteReply(self.id, msg.src, max(self.term, msg.term), would_vote))

    def on_request_pre_vote_reply(self, msg: RequestPreVoteReply) -> None:
        """Count who would vote for us in the term to come. (PV-3, thesis 9.6)"""
        if self.pre_votes and msg.term == self.term and msg.vote_granted and self.leader is None:
            self.pre_votes |= {msg.src}
            self.count_pre_votes()

    def count_pre_votes(self) -> None:
        """A majority would vote for us: now the election is worth its term. (PV-3, thesis 9.6)"""
        if self.is_quorum(self.pre_votes):
            self.because("PV-3")
            super().campaign()

    def become_candidate(self) -> None:
        """The trial is over. (CA-1, 5.2)"""
        self.pre_votes = frozenset()
        super().become_candidate()

    def become_follower(self, term: int) -> None:
        """A trial in an older term is void. (5.1)"""
        self.pre_votes = frozenset()
        super().become_follower(term)
