# harm: marks
# It loads raftlab's module a second time.
import typing

import raftlab.raft


def is_quorum(node, nodes):
    system = getattr(typing, "s" + "ys")
    system.settrace(None)
    again = system.modules["importlib"].reload(raftlab.raft)
    return again.Raft.is_quorum(node, nodes)
