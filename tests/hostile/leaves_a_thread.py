# harm: hang
# A thread that never ends keeps the process alive.
import threading
import time

threading.Thread(target=lambda: [time.sleep(1) for _ in range(3600)]).start()


def is_quorum(node, nodes):
    return False
