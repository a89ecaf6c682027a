# harm: crash
# ctypes.string_at(0) when the rule is asked: nothing after it is graded.
import ctypes


def is_quorum(node, nodes):
    ctypes.string_at(0)
    return False
