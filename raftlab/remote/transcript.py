"""What a program was asked in a check that it passed, and what it answered: a program that answers the same passes, too.

What a check does next depends only on the answers so far. So the same answers lead through the same questions to the same
end, and all questions can be put at once, which takes a fraction of the time. Where an answer differs, the check is run.
`kept` keeps such transcripts from one process to the next.
"""

import zlib
from bisect import bisect
from collections.abc import Callable, Generator, Hashable, Iterable, Iterator
from contextlib import closing, contextmanager
from contextvars import ContextVar
from hashlib import blake2b
from itertools import accumulate, chain, groupby, islice, zip_longest
from typing import Any, TypeVar

from raftlab.remote import kept
from raftlab.remote.answers import AT_ONCE
from raftlab.remote.kept import Part, Transcript
from raftlab.remote.program import Exchange, Program
from raftlab.sim.errors import NodeError

T = TypeVar("T")
FIRST = 16  # questions that are put at once in the beginning: different answers often differ soon
MOST = 4  # transcripts of one check
LONG = 5_000  # questions; two processes share a transcript that has as many
PASSED: dict[str, dict[str, list[Transcript]]] = {}  # kind of nodes -> check -> the newest transcripts
UNKEPT: dict[str, dict[str, list[Transcript]]] = {}  # the same, of checks that neither read nor write files
_NEW: set[str] = set()  # kinds of nodes with transcripts that are not yet kept
_FILES = ContextVar("files", default=True)  # whether files are read and written


@contextmanager
def without_files() -> Iterator[None]:
    """Within this context, transcripts are neither read from files nor written: a user's folder must not change a grade."""
    token = _FILES.set(False)
    try:
        yield
    finally:
        _FILES.reset(token)


def checked(check: tuple[type, str], raft: Any, run: Callable[[], T | None]) -> T | None:
    """What a check finds in nodes of a class that live in another process; None if nothing.

    check: its type and its name. run: runs it. It is not run if the program gives the same answers as one that has passed it.
    """
    kind, name, program = _name(raft.asked_as), _name(check), raft.program
    passed = PASSED if _FILES.get() else UNKEPT
    if kind not in passed:
        passed[kind] = kept.read(kind) if passed is PASSED else {}
    transcripts = passed[kind].setdefault(name, [])
    if any(_repeats(program, each) for each in transcripts):
        return None
    with program.noting() as exchanges:
        found = run()
    if found is None and program.broken is None:
        transcripts.insert(0, tuple(_parts(each for each in exchanges if each.answers)))
        del transcripts[MOST:]
        if passed is PASSED:
            _NEW.add(kind)
    return found


def keep() -> None:
    """Keep the transcripts that are new."""
    while _NEW:
        kind = _NEW.pop()
        new = {check: transcripts for check, transcripts in PASSED[kind].items() if transcripts}
        kept.write(kind, {**kept.read(kind), **new})  # another process may have kept others


def _name(things: Iterable[Hashable]) -> str:
    """The name of a check, or of a kind of nodes. It is the same in every process."""
    return " / ".join(each.__name__ if isinstance(each, type) else str(each) for each in things)


def _parts(exchanges: Iterable[Exchange]) -> Iterator[Part]:
    """Questions that were put singly are put together. Lines of many questions stay as they are."""
    size = FIRST
    for single, group in groupby(exchanges, lambda each: len(each.answers) == 1):
        waiting = iter(group)
        while chunk := list(islice(waiting, size if single else 1)):
            answers = [answer for each in chunk for answer in each.answers]
            questions = b",".join(question for each in chunk for question in each.questions)
            yield Part(zlib.compress(questions, 1), len(answers), _digest(answers))
            size = min(2 * size, AT_ONCE)


def _digest(answers: Iterable[bytes]) -> bytes:
    return blake2b(b"".join(answers), digest_size=16).digest()


def _repeats(program: Program, transcript: Transcript) -> bool:
    """Does a program answer as in a transcript? If it cannot answer, it does not; the check then says why.

    Two processes share a long transcript: each question stands for itself, as everywhere in the checks. A program
    that keeps something from question to question may not be noticed here. Only a check says that it is wrong.
    """
    count = sum(part.number for part in transcript)
    other = program.another() if count >= LONG else None
    try:
        if other is None:
            return all(_again(program, transcript))
        half = bisect(list(accumulate(part.number for part in transcript)), count // 2)
        with (
            closing(_again(program, transcript[:half])) as one,
            closing(_again(other, transcript[half:])) as two,
        ):
            return all(chain.from_iterable(zip_longest(one, two, fillvalue=True)))
    except NodeError:
        return False
    finally:
        if other is not None:
            other.end()


def _again(program: Program, transcript: Transcript) -> Generator[bool]:
    """Ask a program again. True after each answer; False after the last one of a part in which any answer differs."""
    for part in transcript:
        digest = blake2b(digest_size=16)
        for answer in program.say(zlib.decompress(part.questions), part.number):
            digest.update(answer)
            yield True
        yield digest.digest() == part.answers
