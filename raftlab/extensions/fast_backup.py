"""Fast back-up: a refusal says where the logs may meet. (end of 5.3)

Unlike Raft:
- A follower that refuses an append does not leave the leader guessing entry by entry. Its refusal carries,
  as match_index, where its log ends; or, if it has another term there, where its entries of that term begin.
- The leader goes back to before that at once: one round for each term that went astray, not for each entry.
"""

from raftlab.messages import AppendEntries, AppendEntriesReply
from raftlab.raft import Raft


class FastBackup(Raft):
    """Raft that finds out quickly where two logs part."""

    def reply_append(self, msg: AppendEntries, success: bool, because: str, match_index: int = 0) -> None:
        """A refusal for a log that does not match says how far it could. (FB-1, 5.3)"""
        if because == "AE-2":
            self.because("FB-1")
            match_index = min(msg.prev_log_index, self.log.last_index)
            astray = self.log.term_at(msg.prev_log_index)
            while astray is not None and self.log.term_at(match_index) == astray:
                match_index -= 1
        super().reply_append(msg, success, because, match_index)

    def step_back(self, msg: AppendEntriesReply) -> int:
        """Go to where the logs may meet, but never below what is known to agree. (FB-2, 5.3)"""
        self.because("FB-2")
        one_earlier = super().step_back(msg)
        return max(self.match_index[msg.src] + 1, min(one_earlier, msg.match_index + 1))
