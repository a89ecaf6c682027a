"""Snapshots: the state of the state machine replaces the beginning of the log. (7)

Unlike Raft:
- The state machine gives the node its state. The node stores it, and its log begins after it.
- A leader whose log no longer holds what a follower needs sends the snapshot (InstallSnapshot), here in one
  piece. If the follower's log has the snapshot's last entry, it keeps the entries after it.
- A follower that refuses a snapshot of an older term answers with match index 0. Its answer has the later term,
  and the leader of that term must not take it for progress.
"""

from raftlab.messages import (
    AppendEntries,
    InstallSnapshot,
    InstallSnapshotReply,
    Restore,
    Role,
    SaveSnapshot,
    Snapshot,
    TakeSnapshot,
)
from raftlab.raft import Raft


class Snapshots(Raft):
    """Raft whose logs stay short."""

    messages = (InstallSnapshot, InstallSnapshotReply)

    def on_take_snapshot(self, event: TakeSnapshot) -> None:
        """Store the state after the last applied entry, and let the log begin there. (SN-1, 7)"""
        if self.last_applied > self.log.start:
            self.because("SN-1")
            term = self.log.term_at(self.last_applied) or 0
            self.save_snapshot(
                Snapshot(self.last_applied, term, event.state, self.voters_at(self.last_applied))
            )

    def voters_at(self, index: int) -> tuple[str, ...]:
        """Who had a vote by the log up to an index; empty here, because only Membership's logs say it. (7)"""
        return ()

    def save_snapshot(self, snapshot: Snapshot) -> None:
        """Store a snapshot. Keep the entries after it if the log has its last entry; otherwise keep none. (SN-1, SN-3, 7)"""
        self.snapshot = snapshot
        self.log.start_after(snapshot.index, snapshot.term)
        self.emit(SaveSnapshot(snapshot))

    def replicate(self, peer: str) -> None:
        """Send the snapshot if the peer needs entries that are no longer in the log. (SN-2, 7)"""
        if self.next_index[peer] > self.log.start:
            super().replicate(peer)
            return
        self.because("SN-2")
        snapshot = self.snapshot
        self.send(
            InstallSnapshot(
                self.id, peer, self.term, snapshot.index, snapshot.term, snapshot.state, snapshot.voters
            )
        )

    def on_install_snapshot(self, msg: InstallSnapshot) -> None:
        """Take the snapshot over if it goes beyond this node's commit index. (SN-3, SN-4, 7)"""
        if msg.term < self.term:
            self.because("AE-1")
            self.send(InstallSnapshotReply(self.id, msg.src, self.term, 0))
            return
        if self.role is Role.CANDIDATE:
            self.because("CA-3")
            self.become_follower(self.term)
        self.leader = msg.src
        self.reset_election_timer()
        if msg.last_included_index <= self.commit_index:
            self.because("SN-4")
        else:
            self.because("SN-3")
            self.commit_index = self.last_applied = msg.last_included_index
            self.save_snapshot(
                Snapshot(msg.last_included_index, msg.last_included_term, msg.state, msg.voters)
            )
            self.emit(Restore(self.snapshot))
        self.send(InstallSnapshotReply(self.id, msg.src, self.term, msg.last_included_index))

    def on_install_snapshot_reply(self, msg: InstallSnapshotReply) -> None:
        """Continue with the entries after the snapshot. (LE-3a, 7)"""
        if self.role is not Role.LEADER or msg.term != self.term or msg.src not in self.next_index:
            return
        if msg.match_index > self.match_index[msg.src]:  # neither a refusal nor an older answer
            self.because("LE-3a")
            self.match_index[msg.src] = msg.match_index
            self.next_index[msg.src] = self.match_index[msg.src] + 1
            self.advance_commit_index()

    def on_append_entries(self, msg: AppendEntries) -> None:
        """Skip entries that are in the snapshot: they are committed, so they cannot differ. (AE-2, 7)"""
        covered = self.log.start - msg.prev_log_index
        if covered > 0:
            msg = msg._replace(
                prev_log_index=self.log.start,
                prev_log_term=self.log.start_term,
                entries=msg.entries[covered:],
            )
        super().on_append_entries(msg)
