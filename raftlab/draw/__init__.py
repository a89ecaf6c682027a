"""Still pictures of a trace: the cluster at a tick, logs, space-time diagrams, terms over time.

Every picture has a text alternative (`describe...`). The same trace always gives the same bytes. This
package uses the trace and no other part of raftlab. matplotlib and networkx are imported only when
something is drawn.
"""

from raftlab.draw.cluster import draw_cluster
from raftlab.draw.comparison import describe_comparison, draw_comparison
from raftlab.draw.detectors import describe_detectors, draw_detectors
from raftlab.draw.generals import describe_generals, draw_generals
from raftlab.draw.incident import draw_topology, draw_utc
from raftlab.draw.links import draw_links
from raftlab.draw.logs import describe_logs, draw_logs
from raftlab.draw.operations import describe_operations, draw_operations
from raftlab.draw.outage import describe_outage, draw_outage
from raftlab.draw.roles import draw_roles
from raftlab.draw.save import save_gif, save_svg, still
from raftlab.draw.side_by_side import draw_side_by_side
from raftlab.draw.spacetime import draw_spacetime
from raftlab.draw.terms import draw_terms
from raftlab.draw.times import describe_election_times, draw_election_times
from raftlab.draw.words import describe, describe_roles, describe_spacetime, describe_terms

__all__ = [
    "describe",
    "describe_comparison",
    "describe_detectors",
    "describe_election_times",
    "describe_generals",
    "describe_logs",
    "describe_operations",
    "describe_outage",
    "describe_roles",
    "describe_spacetime",
    "describe_terms",
    "draw_cluster",
    "draw_comparison",
    "draw_detectors",
    "draw_election_times",
    "draw_generals",
    "draw_links",
    "draw_logs",
    "draw_operations",
    "draw_outage",
    "draw_roles",
    "draw_side_by_side",
    "draw_spacetime",
    "draw_terms",
    "draw_topology",
    "draw_utc",
    "save_gif",
    "save_svg",
    "still",
]  # fmt: skip
