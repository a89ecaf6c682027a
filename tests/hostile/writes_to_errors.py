# harm: output
# It writes 100 MB to the errors.
import sys


def is_quorum(node, nodes):
    sys.stderr.write("x" * (100 << 20))
    return False
