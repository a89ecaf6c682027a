"""All small situations of the extensions: nodes of Figure 2 with the fields that an extension adds, and the events it is about.

    crossing    states crossed with events        elections  PreVote, StickyVotes, CheckQuorum, Transfer
    reads       LocalReads, ReadIndex, LeaseReads  logs       FastBackup, NoOp, Snapshots
    voters      Membership
    allowed     what the rules leave open          causes     the rule that a difference breaks

Each space is complete over the values that the code of its extension tells apart: before, at and after each bound, the
same and another node, an older, the same and a later term.
"""

from collections.abc import Collection

from raftlab.checks.differential.beyond import elections, logs, reads, voters
from raftlab.checks.differential.beyond.allowed import ALLOWED_BEYOND
from raftlab.checks.differential.questions import Space

__all__ = ["ALLOWED_BEYOND", "BEYOND", "spaces_with"]

# The spaces of each extension, by the further extensions that its nodes have in them.
BEYOND: dict[str, dict[tuple[str, ...], tuple[Space, ...]]] = {
    "CheckQuorum": {(): (elections.leaders_that_look_around, elections.answers_to_leaders)},
    "FastBackup": {
        (): (logs.refused_appends, logs.refusals),
        ("Snapshots",): (logs.refused_after_a_snapshot,),
    },
    "LeaseReads": {("NoOp", "StickyVotes"): (reads.leases, reads.leases_of_old)},
    "LocalReads": {(): (reads.local_reads,)},
    "Membership": {(): (voters.configured_nodes, voters.catching_up, voters.more_voters)},
    "NoOp": {(): (logs.elected,)},
    "PreVote": {(): (elections.trial_elections, elections.pre_vote_requests, elections.pre_vote_replies)},
    "ReadIndex": {("NoOp",): (reads.waiting_reads, reads.followers_of_a_reader)},
    "Snapshots": {
        (): (logs.taken, logs.installed, logs.sent_on, logs.overlapping, logs.long_logs_cut),
        ("Membership",): (voters.snapshots_of_voters, voters.snapshots_for_a_newcomer),
    },
    "StickyVotes": {(): (elections.heard_leaders,)},
    "Transfer": {
        (): (elections.handing_over, elections.taking_over),
        ("NoOp",): (elections.taking_over,),
        ("Membership",): (voters.successors,),
    },
}


def spaces_with(extensions: Collection[str]) -> tuple[Space, ...]:
    """All spaces for nodes that have these extensions."""
    return tuple(
        space
        for name in extensions
        for beside, spaces in BEYOND.get(name, {}).items()
        if set(beside) <= set(extensions)
        for space in spaces
    )
