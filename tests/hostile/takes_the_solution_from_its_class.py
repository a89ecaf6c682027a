# harm: marks
# It takes raftlab's own rule out of the names of its class.
import typing

from raftlab.raft import Raft


def is_quorum(node, nodes):
    system = getattr(typing, "s" + "ys")
    system.settrace(None)
    return vars(Raft)["is_quorum"](node, nodes)
