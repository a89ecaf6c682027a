"""The public names, and where each of them is defined. `__init__.py`, type checkers and editors read this file."""

from raftlab.checks.claims import MenuClaim as MenuClaim, disprove as disprove
from raftlab.checks.explorer import explore as explore
from raftlab.checks.by_hand.judge import HandPlayed as HandPlayed
from raftlab.checks.linearizability.judge import check_linearizability as check_linearizability
from raftlab.draw import (
    describe as describe,
    draw_cluster as draw_cluster,
    draw_comparison as draw_comparison,
    draw_detectors as draw_detectors,
    draw_election_times as draw_election_times,
    draw_links as draw_links,
    draw_logs as draw_logs,
    draw_operations as draw_operations,
    draw_outage as draw_outage,
    draw_roles as draw_roles,
    draw_side_by_side as draw_side_by_side,
    draw_spacetime as draw_spacetime,
    draw_terms as draw_terms,
    draw_topology as draw_topology,
    draw_utc as draw_utc,
    save_gif as save_gif,
    save_svg as save_svg,
)
from raftlab.exercises.implement import implement as implement
from raftlab.exercises.node_help import node_help as node_help
from raftlab.exercises.notebook import (
    answer as answer,
    check as check,
    convict as convict,
    hint as hint,
    proposed as proposed,
    questions as questions,
    review as review,
    suspect as suspect,
)
from raftlab.exercises.review_it import Review as Review
from raftlab.experiments import (
    FIGURE_16 as FIGURE_16,
    compare as compare,
    election_times as election_times,
    figure_16 as figure_16,
    split_vote_probability as split_vote_probability,
    split_vote_rate as split_vote_rate,
)
from raftlab.extensions.check_quorum import CheckQuorum as CheckQuorum
from raftlab.extensions.fast_backup import FastBackup as FastBackup
from raftlab.extensions.lease_reads import LeaseReads as LeaseReads
from raftlab.extensions.local_reads import LocalReads as LocalReads
from raftlab.extensions.membership import Membership as Membership, UnsafeMembership as UnsafeMembership
from raftlab.extensions.no_op import NoOp as NoOp
from raftlab.extensions.pre_vote import PreVote as PreVote
from raftlab.extensions.read_index import ReadIndex as ReadIndex
from raftlab.extensions.snapshots import Snapshots as Snapshots
from raftlab.extensions.sticky_votes import StickyVotes as StickyVotes
from raftlab.extensions.transfer import Transfer as Transfer
from raftlab.lab import (
    Lab as Lab,
    ProveMeWrong as ProveMeWrong,
    YouAre as YouAre,
    course as course,
    inventory as inventory,
    log_books as log_books,
    predict as predict,
    recall as recall,
    show_difference as show_difference,
    show_rule as show_rule,
    sick_switch as sick_switch,
    side_by_side as side_by_side,
    two_majorities as two_majorities,
)
from raftlab.player import save_page as save_page
from raftlab.raft import Raft as Raft
from raftlab.rules import PROPERTIES as PROPERTIES, RULES as RULES
from raftlab.sim.branches import History as History
from raftlab.sim.cluster import Cluster as Cluster
from raftlab.sim.errors import UserError as UserError
from raftlab.sim.play import play as play
from raftlab.sim.presets import PRESETS as PRESETS
from raftlab.sim.reach import reach as reach
from raftlab.sim.stops import Ask as Ask, Stop as Stop
from raftlab.sim.story import Story as Story
from raftlab.sim.systems import (
    ETCD as ETCD,
    HASHICORP as HASHICORP,
    PAPER as PAPER,
    SYSTEMS as SYSTEMS,
    build as build,
)
from raftlab.sim.trace import Trace as Trace
from raftlab.stories import STORIES as STORIES, load as load

__version__: str
_WHERE: dict[str, str]
