"""The explorer: every order of deliveries, losses, timeouts, crashes and commands, within bounds.

    capture     what a node is, as a value                    steps      one node, one event
    moves       the whole state as one number                 history    what an observer remembers
    search      breadth first     orders, symmetry, liveness  other ways to go, and other questions
    explorer    one exploration                               retell     what was found, as a story
    report      what came of it                           scenarios  explorations by name

No model of Raft stands here: every transition comes from calling the class that the cluster runs.
"""

from raftlab.checks.explorer.bounds import Bounds
from raftlab.checks.explorer.explore import explore
from raftlab.checks.explorer.report import Exploration
from raftlab.checks.explorer.scenarios import SCENARIOS

__all__ = ["SCENARIOS", "Bounds", "Exploration", "explore"]
