# harm: leftover
# A process of its own lives on after the grader and writes a file.
import subprocess
import sys

late = "import time; time.sleep(1.5); open('@folder@/written later', 'w').close()"
subprocess.Popen([sys.executable, "-c", late], start_new_session=True)


def is_quorum(node, nodes):
    return False
