"""The explorer: every order of deliveries, losses, timeouts, crashes and commands, within bounds.

    capture     the state of a node, as a value      steps        one step of one node
    moves       the whole state, as one number       history      what an observer remembers
    search      the search, breadth first            orders       other orders of the search
    symmetry    one state for all that are alike     liveness     can a leader still be elected?
    explorer    one exploration                      found_story  what was found, as a story
    report      the result of an exploration         scenarios    explorations by name

There is no model of Raft here: every transition comes from calling the class that the cluster runs.
"""

from raftlab.checks.explorer.bounds import Bounds
from raftlab.checks.explorer.explore import explore
from raftlab.checks.explorer.report import Exploration
from raftlab.checks.explorer.scenarios import SCENARIOS

__all__ = ["SCENARIOS", "Bounds", "Exploration", "explore"]
