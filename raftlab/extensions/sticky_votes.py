"""Sticky votes: a node that hears a leader votes for no other. (6; thesis 4.2.3)

Unlike Raft:
- A node that has heard a leader within the shortest election timeout ignores requests for votes. It does not
  even adopt their term. So a node that was cut off or removed cannot depose a leader that all others hear.
- The wait does not end with the term: if another message brings a later term, the node adopts it, but it still
  ignores candidates until the shortest election timeout has passed since it heard the leader. Lease reads need that.
- A restarted node has forgotten that it heard a leader, and votes at once. The successor of a leader that hands
  over is not ignored (RequestVoteNow).
- A drawback: a leader that reaches a few nodes, but no majority, keeps those from electing another one.
  CheckQuorum removes this drawback.
"""

from raftlab.messages import Message, RequestVote, Role
from raftlab.raft import Raft


class StickyVotes(Raft):
    """Raft whose voters stay with the leader that they hear."""

    # Was a leader of an older term heard since this election timer was started?
    waits_for_older_leader = False

    def admit(self, msg: Message) -> bool:
        """Ignore a candidate while a leader is heard. (SV-1, 6)"""
        if isinstance(msg, RequestVote) and self.has_live_leader():
            self.because("SV-1")
            return False
        return super().admit(msg)

    def has_live_leader(self) -> bool:
        """Count a leader of an older term, too, until the shortest election timeout has passed. (SV-1, thesis 6.4.1)"""
        waits = self.waits_for_older_leader and self.timeout - self.timer < self.election_timeout[0]
        return waits or super().has_live_leader()

    def become_follower(self, term: int) -> None:
        """Forget the leader when a later term comes, but remember that one was heard just now. (SV-1, thesis 6.4.1)"""
        self.waits_for_older_leader = self.role is Role.FOLLOWER and self.has_live_leader()
        super().become_follower(term)

    def reset_election_timer(self) -> None:
        """End the wait for a leader of an older term. (SV-1, thesis 6.4.1)"""
        self.waits_for_older_leader = False
        super().reset_election_timer()
