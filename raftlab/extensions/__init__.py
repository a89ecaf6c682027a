"""Extensions of Raft: one file each, "Unlike Raft: ...", over the seams of `raft.py`.

None of them knows another. Each says in class attributes which others it `needs`, and which it `excludes`,
with the reason if it is more than a choice; in what order they stand in front of Raft is decided here, once: what takes no notice of a message
comes before what counts it, and what changes who votes before what is decided by votes.
"""

from raftlab.extensions.check_quorum import CheckQuorum
from raftlab.extensions.fast_backup import FastBackup
from raftlab.extensions.lease_reads import LeaseReads
from raftlab.extensions.local_reads import LocalReads
from raftlab.extensions.membership import Membership, UnsafeMembership
from raftlab.extensions.no_op import NoOp
from raftlab.extensions.pre_vote import PreVote
from raftlab.extensions.read_index import ReadIndex
from raftlab.extensions.snapshots import Snapshots
from raftlab.extensions.sticky_votes import StickyVotes
from raftlab.extensions.transfer import Transfer
from raftlab.raft import Raft

EXTENSIONS: dict[str, type[Raft]] = {
    extension.__name__: extension
    for extension in (
        StickyVotes, PreVote, CheckQuorum, ReadIndex, LeaseReads, LocalReads, Transfer, NoOp,
        Membership, UnsafeMembership, Snapshots, FastBackup,
    )
}  # fmt: skip
