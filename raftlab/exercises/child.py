"""The program that runs a learner's answer, in a process of its own. `raftlab.remote.program` starts and asks it.

    python child.py

The first line says which answer it is. Before the answer is run, the process gives up what it does not need: it can
then start no process and no thread, open no file, touch no other process, and use no more memory than it is allowed.
From then on it only answers questions about nodes. Each of its lines begins with a number (0, 1, 2 and so on), so that a line which the
answer itself writes is noticed. The process that asks trusts nothing that it says.
"""

import faulthandler
import gc
import json
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

MEMORY = 1 << 30  # bytes
COMPUTING = 120  # seconds, if nobody is left to end it
ERRORS = 2  # the number of the stream on which it says where it stood when it was ended
NOBODY = 65_534  # the user that root becomes


def main() -> None:
    """Answer lines until there are no more."""
    sys.path.insert(0, str(Path(__file__).parent.parent.parent))
    questions, answers = sys.stdin.buffer, sys.stdout.buffer
    from raftlab.exercises.running import loaded
    from raftlab.remote.answers import questions_in

    first = json.loads(questions.readline())
    sys.stdin = sys.stdout = sys.stderr = _Nowhere()  # what an answer prints
    limit()
    leave_others_alone()
    hello, speaking = loaded(first["answer"])
    said = {"raftlab": first["raftlab"], "states_by_number": True, **hello}
    answers.write(b"0 " + json.dumps(said).encode() + b"\n")
    answers.flush()
    gc.freeze()  # what exists now stays, so it need not be searched again and again
    number = 0
    while speaking is not None and (line := questions.readline()):
        for answer in speaking.lines(questions_in(line)):
            number += 1
            answers.write(b"%d %b" % (number, answer))
        answers.flush()


def limit() -> None:
    """Give up what no answer needs. Windows has no such limits: there only the process that asks can end this one."""
    faulthandler.enable(ERRORS)
    try:
        import resource
    except ImportError:
        return
    import os

    faulthandler.register(signal.SIGXCPU, ERRORS, chain=True)  # say where it stands, and end
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)  # no limit holds for root
    # No file at all: otherwise an answer could close a stream and open a file in its place.
    for name, most in (
        ("RLIMIT_CORE", 0), ("RLIMIT_FSIZE", 0), ("RLIMIT_NPROC", 0), ("RLIMIT_NOFILE", 0),
        ("RLIMIT_AS", MEMORY), ("RLIMIT_CPU", COMPUTING),
    ):  # fmt: skip
        if hasattr(resource, name):
            kind = getattr(resource, name)
            hard = resource.getrlimit(kind)[1]
            most = most if hard == resource.RLIM_INFINITY else min(most, hard)
            with suppress(ValueError, OSError):  # macOS knows some of these limits, and refuses them
                resource.setrlimit(kind, (most, most))


# With these, a process can slow down others of the same user. No audit hook hears of them.
SLOWING = ("setpriority", "sched_setaffinity", "sched_setparam", "sched_setscheduler")


def leave_others_alone() -> None:
    """Give up what could end, stop or slow down a learner's other processes, the kernel of the notebook above all.

    An audit hook stays for as long as the process lives, and hears of a call whichever way the function was found. What
    slows others down is only taken out of its modules: an answer that makes such a module anew has it again.
    """
    import os

    for name in SLOWING:
        for module in (os, sys.modules.get("posix")):
            if hasattr(module, name):
                delattr(module, name)
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook. All that it refuses stands in its code, and no name from outside: an answer could give that another meaning."""
    if event in {
        "os.kill", "os.killpg", "signal.pthread_kill", "resource.prlimit", "resource.setrlimit",
        "_winapi.OpenProcess", "_winapi.TerminateProcess",
    }:  # fmt: skip
        raise PermissionError("An answer must leave all processes alone, its own included.")
    if (
        event == "object.__setattr__"
        and arguments[1] == "__code__"
        and arguments[0].__code__.co_name == "_refuse"
    ):
        raise PermissionError("An answer must not change what keeps it from other processes.")


class _Nowhere:
    """A stream into which everything can be written, and which has nothing to read."""

    def write(self, text: Any) -> int:
        """Forget it."""
        return len(text)

    def flush(self) -> None:
        """There is nothing to do."""

    def read(self, *_: Any) -> str:
        """There is nothing to read."""
        return ""

    readline = read


if __name__ == "__main__":
    main()
