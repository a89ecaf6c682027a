# harm: files
# It writes a file of 50 MB.

with open("@folder@/large", "wb") as file:
    file.write(bytes(50 << 20))


def is_quorum(node, nodes):
    return False
