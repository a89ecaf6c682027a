"""Still pictures of a trace: the cluster at a tick, logs, space-time diagrams, terms over time.

Every picture has its text (`describe...`), and is the same to the byte whenever the same trace is
drawn. This package knows the trace and nothing else of raftlab; matplotlib and networkx are only
imported when something is drawn.
"""

from raftlab.draw.cluster import draw_cluster
from raftlab.draw.logs import draw_logs
from raftlab.draw.roles import draw_roles
from raftlab.draw.save import save_gif, save_svg, still
from raftlab.draw.spacetime import draw_spacetime
from raftlab.draw.terms import draw_terms
from raftlab.draw.words import describe, describe_logs, describe_roles, describe_spacetime, describe_terms

__all__ = [
    "describe", "describe_logs", "describe_roles", "describe_spacetime", "describe_terms",
    "draw_cluster", "draw_logs", "draw_roles", "draw_spacetime", "draw_terms",
    "save_gif", "save_svg", "still",
]  # fmt: skip
