"""Fast back-up: a refusal says where the logs may meet. (end of 5.3)

Unlike Raft:
- When a follower refuses an append, its match_index says up to which entry the logs may agree: the end of its
  log, or, if it has an entry of another term at prev_log_index, the entry before its first one of that term.
- The leader continues from there at once. It needs one round for each wrong term, not one for each entry.
"""

from raftlab.messages import AppendEntries, AppendEntriesReply
from raftlab.raft import Raft


class FastBackup(Raft):
    """Raft whose leaders quickly find out up to where two logs agree."""

    def reply_append(self, msg: AppendEntries, success: bool, because: str, match_index: int = 0) -> None:
        """When the logs do not match, say up to which entry they may. (FB-1, 5.3)"""
        if because == "AE-2":
            self.because("FB-1")
            match_index = min(msg.prev_log_index, self.log.last_index)
            wrong_term = self.log.term_at(msg.prev_log_index)
            while wrong_term is not None and self.log.term_at(match_index) == wrong_term:
                match_index -= 1
        super().reply_append(msg, success, because, match_index)

    def step_back(self, msg: AppendEntriesReply) -> int:
        """Go back to where the logs may agree, but not behind what the follower has confirmed. (FB-2, 5.3)"""
        self.because("FB-2")
        one_earlier = super().step_back(msg)
        return max(self.match_index[msg.src] + 1, min(one_earlier, msg.match_index + 1))
