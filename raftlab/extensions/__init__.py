"""Extensions of Raft, one file each. Each says on top how it differs from Raft, and overrides seams of `raft.py`.

No extension imports another. In class attributes each names the others that it `needs`, and those that it
`excludes`, with the reason if it is more than a choice. `EXTENSIONS` is in the order in which their classes are put
in front of Raft: an extension that ignores messages comes before one that counts them, and one that changes the
voters before one that depends on votes.
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
