# harm: output
# It writes 100 MB to the output.
import os

for _ in range(100):
    os.write(1, b"x" * (1 << 20))


def is_quorum(node, nodes):
    return False
