# harm: files
# It takes 6 GB of memory, and leaves a mark if it got them.
import mmap

kept = [mmap.mmap(-1, 2 << 30) for _ in range(3)]
open("@folder@/took 6 GB", "w").close()


def is_quorum(node, nodes):
    return False
