# harm: files
# It starts 300 processes, and leaves a mark if it could.
import os
import time

for _ in range(300):
    if os.fork() == 0:
        time.sleep(1)
        os._exit(0)
open("@folder@/forked 300 times", "w").close()


def is_quorum(node, nodes):
    return False
