"""Records what raftlab's own rules are asked and answer, so that a learner's first right answer is judged as quickly as later ones.

    python -m raftlab.exercises.first_transcripts

All checks of all rules are run with raftlab's own nodes, and their transcripts are kept (`raftlab.remote.transcript`).
`raftlab lab` starts this in the background, with --beside. It does nothing if the transcripts are already there.
"""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from raftlab.exercises.items import ITEMS
from raftlab.exercises.whole import Whole, judged_nodes
from raftlab.exercises.write_it import Rule, checked
from raftlab.raft import Raft
from raftlab.remote import kept, transcript
from raftlab.remote.answers import Speaker, questions_in
from raftlab.remote.nodes import class_with, whole_class
from raftlab.remote.program import VERSION, Program
from raftlab.sim.english import plural
from raftlab.sim.systems import build

try:
    import fcntl
except ImportError:  # Windows has none: there, two processes may record the same
    fcntl = None  # type: ignore[assignment]

NOTE = "first_transcripts"  # the file that says for which code they are complete; whoever holds its lock records them


class OwnNodes(Program):
    """Raftlab's own nodes in the place of a program with an answer: they are asked the same, and answer in this process."""

    def __init__(self, base: type[Raft]):
        super().__init__((), called=base.__name__)
        self.hello = {"raftlab": VERSION, "states_by_number": True, "like_raft": True}
        self._speaker = Speaker(base, base, reasons=False)

    def start(self) -> dict[str, Any]:
        """There is nothing to start."""
        return self.hello

    def say(self, questions: bytes, count: int) -> Iterator[bytes]:
        """The lines that answer these questions, one for each."""
        return self._speaker.lines(questions_in(b"[" + questions + b"]"))


def record(item: Rule | Whole) -> None:
    """Run the checks of an item with raftlab's own nodes, and keep the transcripts."""
    base = build(*item.extensions) if isinstance(item, Rule) else Raft
    program, made_by = OwnNodes(base), (build, ())
    if isinstance(item, Rule):
        checked(item, class_with(base.__name__, base, program, made_by, [item.name]))
    else:
        judged_nodes(item, whole_class(base.__name__, base, program, made_by, every_tick=False), blank=())
    transcript.keep()


def record_all() -> str:
    """Record what is not there yet, and return a sentence that says what was done."""
    items = [each for each in ITEMS.values() if isinstance(each, Rule | Whole)]
    try:
        with locked(kept.folder() / NOTE) as note:
            if note is None:
                return "Another process is recording the first transcripts."
            if note.read() == kept.CODE.encode():
                return f"The first transcripts are already in {kept.folder()}."
            for item in items:
                record(item)
            note.seek(0)
            note.truncate()
            note.write(kept.CODE.encode())
    except (OSError, RuntimeError) as error:
        return f"The first transcripts cannot be kept: {error}."
    return f"The first transcripts of {plural(len(items), 'item')} are in {kept.folder()}."


@contextmanager
def locked(path: Path) -> Iterator[BinaryIO | None]:
    """An open file that no other process has locked; None if one has. The lock ends with the process, however it ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        if fcntl is not None:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield None
                return
        file.seek(0)
        yield file


def main(arguments: Sequence[str] | None = None) -> None:
    """Record all, and print what was done."""
    parser = argparse.ArgumentParser(
        prog="python -m raftlab.exercises.first_transcripts",
        description="Make the first checks of learners quick.",
    )
    parser.add_argument(
        "--beside",
        action="store_true",
        help="compute only when nothing else does, and end when stdin is closed",
    )
    if parser.parse_args(arguments).beside:
        if hasattr(os, "nice"):
            os.nice(19)
        threading.Thread(target=_end_with_stdin, daemon=True).start()
    # As a KeyboardInterrupt, a Ctrl-C would count as an error of the nodes that answer in this process.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    print(record_all())


def _end_with_stdin() -> None:
    """End this process when its stdin is closed: then the process that has started it has ended."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    os._exit(0)


if __name__ == "__main__":
    main()
