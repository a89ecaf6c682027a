# harm: hang
# The rule never ends.
def is_quorum(node, nodes):
    while True:
        pass
