# harm: hang
# It waits for an input that never comes.
def is_quorum(node, nodes):
    return input("Your password: ") == ""
