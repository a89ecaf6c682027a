"""Sticky votes: who hears a leader needs no candidate. (6; thesis 4.2.3)

Unlike Raft:
- A node that has heard a leader within the shortest election timeout ignores requests for votes. It
  does not even adopt their term, so a node that was cut off, or removed, cannot depose a leader
  that everyone else hears.
- The price: a leader that can reach a few nodes, but no majority, keeps those from electing another
  one. CheckQuorum pays it.
"""

from raftlab.messages import Message, RequestVote
from raftlab.raft import Raft


class StickyVotes(Raft):
    """Raft whose voters stay with the leader they hear."""

    def admit(self, msg: Message) -> bool:
        """Take no notice of a candidate while a leader is heard. (SV-1, 6)"""
        if isinstance(msg, RequestVote) and self.has_live_leader():
            self.because("SV-1")
            return False
        return super().admit(msg)
