"""Transcripts of passed checks that outlive a process: one file for each kind of nodes, in the user's folder for caches.

A file belongs to one state of raftlab's code and to one version of Python, and takes the place of files from others. If
a file cannot be read or written, there are no transcripts, and the checks are run.
"""

import json
import os
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

PACKAGE = Path(__file__).parent.parent


class Part(NamedTuple):
    """Some questions, compressed; how many there are; and a digest of the answers."""

    questions: bytes
    number: int
    answers: bytes


Transcript = tuple[Part, ...]


def _code() -> str:
    """A digest of all that the questions and the answers depend on."""
    digest = blake2b(sys.version.encode(), digest_size=16)
    for path in sorted(PACKAGE.rglob("*.py")):
        digest.update(path.relative_to(PACKAGE).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


CODE = _code()  # of the code that this process runs, even if another version is installed meanwhile


def folder() -> Path:
    """Where the files are: `RAFTLAB_CACHE`, or the user's folder for caches. Raises RuntimeError if there is no such folder."""
    if own := os.environ.get("RAFTLAB_CACHE"):
        return Path(own)
    name = "LOCALAPPDATA" if os.name == "nt" else "XDG_CACHE_HOME"
    return Path(os.environ.get(name) or Path.home() / ".cache") / "raftlab"


def _file(kind: str) -> Path:
    return folder() / f"{blake2b(kind.encode(), digest_size=8).hexdigest()}.passed"


def read(kind: str) -> dict[str, list[Transcript]]:
    """The transcripts of a kind of nodes, by the name of the check.

    The first line of a file says what is in it; the questions of all parts follow, one after the other.
    """
    with suppress(OSError, RuntimeError, ValueError, TypeError, KeyError):  # there is none, or it is damaged
        head, _, questions = _file(kind).read_bytes().partition(b"\n")
        said = json.loads(head)
        if said["code"] == CODE and said["questions"] == blake2b(questions).hexdigest():
            return {check: list(_transcripts(parts, questions)) for check, parts in said["passed"].items()}
    return {}


def _transcripts(
    said: Iterable[Iterable[tuple[int, int, int, str]]], questions: bytes
) -> Iterable[Transcript]:
    """Transcripts from what a file says: where the questions of each part begin and end, how many there are, and the digest of the answers."""
    for parts in said:
        yield tuple(
            Part(questions[begin:end], number, bytes.fromhex(answers))
            for begin, end, number, answers in parts
        )


def write(kind: str, passed: Mapping[str, Iterable[Transcript]]) -> None:
    """Keep these transcripts of a kind of nodes, instead of what was kept before."""
    questions = bytearray()

    def said(part: Part) -> tuple[int, int, int, str]:
        begin = len(questions)
        questions.extend(part.questions)
        return begin, len(questions), part.number, part.answers.hex()

    what = {
        check: [[said(part) for part in each] for each in all_of_it] for check, all_of_it in passed.items()
    }
    head = {"code": CODE, "questions": blake2b(questions).hexdigest(), "passed": what}
    with suppress(OSError, RuntimeError):  # if it cannot be written, this process does without it
        file = _file(kind)
        file.parent.mkdir(parents=True, exist_ok=True)
        new = file.with_suffix(f".{uuid4().hex}")
        try:
            new.write_bytes(json.dumps(head).encode() + b"\n" + questions)
            new.replace(file)  # at once, so that no other process reads half of it
        finally:
            new.unlink(missing_ok=True)
