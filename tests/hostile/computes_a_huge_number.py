# harm: hang
# One operation takes longer than anybody waits.
def is_quorum(node, nodes):
    number = 3 ** (10**8)
    return number % 7 == number % 11
