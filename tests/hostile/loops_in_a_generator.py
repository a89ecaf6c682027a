# harm: hang
# The rule never ends, in a place where no line of it runs.
from itertools import repeat


def is_quorum(node, nodes):
    return sum(repeat(1)) > 0
