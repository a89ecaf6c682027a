# harm: hang
# It never ends, already when it is read.
while True:
    pass


def is_quorum(node, nodes):
    return False
