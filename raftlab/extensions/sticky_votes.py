"""Sticky votes: who hears a leader needs no candidate. (6; thesis 4.2.3)

Unlike Raft:
- A node that has heard a leader within the shortest election timeout ignores requests for votes. It
  does not even adopt their term, so a node that was cut off, or removed, cannot depose a leader
  that everyone else hears.
- This outlives the term: if some other message brings a later term, the node adopts it, but it still waits
  until the shortest election timeout has passed since it heard the leader. Leases rest on that.
- A restart forgets it, as it forgets the leader. A leader that hands over is heard all the same.
- The price: a leader that can reach a few nodes, but no majority, keeps those from electing another
  one. CheckQuorum pays it.
"""

from raftlab.messages import Message, RequestVote, Role
from raftlab.raft import Raft


class StickyVotes(Raft):
    """Raft whose voters stay with the leader they hear."""

    waits_for_older_leader = False  # since this election timer was started

    def admit(self, msg: Message) -> bool:
        """Take no notice of a candidate while a leader is heard. (SV-1, 6)"""
        if isinstance(msg, RequestVote) and self.has_live_leader():
            self.because("SV-1")
            return False
        return super().admit(msg)

    def has_live_leader(self) -> bool:
        """Also a leader of an older term counts until the shortest timeout has passed. (SV-1, thesis 6.4.1)"""
        waits = self.waits_for_older_leader and self.timeout - self.timer < self.election_timeout[0]
        return waits or super().has_live_leader()

    def become_follower(self, term: int) -> None:
        """A later term makes a follower forget its leader, but not that it has just heard one. (SV-1, thesis 6.4.1)"""
        self.waits_for_older_leader = self.role is Role.FOLLOWER and self.has_live_leader()
        super().become_follower(term)

    def reset_election_timer(self) -> None:
        """With a new timer the wait for an older leader is over. (SV-1, thesis 6.4.1)"""
        self.waits_for_older_leader = False
        super().reset_election_timer()
