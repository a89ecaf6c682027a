"""Judges one answer, in the sandbox, and returns what is kept of it."""

import ast
import io
import json
import re
import tokenize
import traceback
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable
from contextlib import redirect_stderr
from functools import cache, lru_cache
from hashlib import sha256
from itertools import count
from os import times
from pathlib import Path
from sys import intern
from typing import Any, NamedTuple

import raftlab
from raftlab.exercises.answer.own_names import with_plain_names
from raftlab.exercises.answer.text import Written
from raftlab.exercises.break_it import BreakIt
from raftlab.exercises.items import ITEMS
from raftlab.exercises.result import NOT_WRITTEN
from raftlab.exercises.watch import STOPPED
from raftlab.sim.errors import UserError

PACKAGE = Path(raftlab.__file__).parent
OWN_NAME = re.compile(r"\bname_\d")
OF_A_TEXT = re.compile(r"\bline \d|\bname_\d")  # in a verdict: a place in the answer, or a name that it gives
LONGEST = 20_000  # characters of an answer that is compared by its meaning
MOST_WORDS, DEEPEST = 300, 20  # words of a statement, and blocks in each other, in such an answer
MISSING = "Nothing was handed in for this item."
# Why an answer could not be judged, or not to its end.
UNWRITTEN, UNREADABLE, ENDLESS = (
    "nothing was written",
    "the answer cannot be judged as it stands",
    "the answer does not end, so it was stopped",
)


class Job(NamedTuple):
    """All on which a judgement depends. me: the name from which the item is drawn; "" if it is not drawn."""

    item: str
    function: str
    text: str
    me: str

    @property
    def key(self) -> str:
        """A short name for it, under which the outcome is kept. It is another one for another version of raftlab."""
        return sha256(json.dumps([version(), *self]).encode()).hexdigest()[:24]


class Outcome(NamedTuple):
    """What is kept of a judgement.

    points: out of `of`. lines: the verdict. rule: the id of the rule that is broken, or "". runs: players, packed.
    seconds: the processor time of the judge and of the process in which the answer ran. costs: the points that a wrong guess costs.
    failed: whether the judge itself failed; then a person must look.
    refused: whether the answer cannot be read or run, so that there was nothing to judge.
    """

    points: float
    of: float
    lines: tuple[str, ...]
    rule: str = ""
    runs: str = ""
    seconds: float = 0.0
    failed: bool = False
    costs: float = 0.0
    refused: bool = False

    @classmethod
    def of_record(cls, record: dict[str, Any]) -> "Outcome":
        """The outcome that was kept as JSON. Equal runs are in memory once, however many people share them."""
        return cls(**record | {"lines": tuple(record["lines"]), "runs": intern(record["runs"])})

    @property
    def obstacle(self) -> str:
        """Why the answer could not be judged, or not to its end; "" if it was."""
        if {MISSING, NOT_WRITTEN} & set(self.lines):
            return UNWRITTEN
        if any(STOPPED in each for each in self.lines):
            return ENDLESS
        # An answer that calls another rule that is still to be written is "not written yet", with a reason.
        half_written = any(each.startswith(NOT_WRITTEN) for each in self.lines)
        return UNREADABLE if self.refused or half_written else ""

    @property
    def is_about_a_text(self) -> bool:
        """Whether the verdict speaks of a line or a name in the answer, so that it holds only for this text of it."""
        return any(OF_A_TEXT.search(each) for each in self.lines)


@cache
def version() -> str:
    """A short name for this version of raftlab: outcomes of another one do not count."""
    found = sha256()
    for path in sorted(PACKAGE.rglob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()[:16]


def job_of(item: str, function: str, text: str, me: str) -> Job:
    """The judgement of an answer. A rule is judged once for everybody, and a story once for all who draw the same faulty nodes.

    Other items are drawn from a name.
    """
    asked = ITEMS[item]
    if asked.kind == "write":
        return Job(item, function, text, "")
    return Job(item, function, text, stand_in(asked, me) if isinstance(asked, BreakIt) else me)


@lru_cache(10_000)
def stand_in(item: BreakIt, me: str) -> str:
    """One name for all names that draw the same faulty nodes. A text that is not a name stays as it is."""
    try:
        pool = item.place_of(me)
    except UserError:
        return me
    return next(name for name in map(str, count()) if item.place_of(name) == pool)


def plain(text: str) -> str:
    """The text of an answer without comments and blank lines. A text that is not Python stays as it is.

    Tokens are read, and no syntax tree is made: a text can be nested so deeply that this ends the process.
    """
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError, ValueError):
        return text
    lines = text.split("\n")
    ends = {each.start[0]: each.start[1] for each in tokens if each.type == tokenize.COMMENT}
    code = [each for each in tokens if each.type != tokenize.COMMENT and each.string.strip()]
    rows = sorted({row for each in code for row in range(each.start[0], each.end[0] + 1)})
    return "".join(f"{cut(lines[row - 1], ends.get(row))}\n" for row in rows)


@lru_cache(10_000)
def usual(text: str) -> str:
    """The same answer in the usual layout, and with plain names for its variables: answers that mean the same are equal.

    A text that is not Python, or is so long or nested so deeply that reading it could end the process, is only made plain.
    """
    short = plain(text)
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(short).readline))
    except (tokenize.TokenError, SyntaxError, ValueError):
        return short
    if len(short) > LONGEST or not is_shallow(tokens) or OWN_NAME.search(short):
        return short
    try:
        return ast.unparse(with_plain_names(ast.parse(short))) + "\n"
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return short


def is_shallow(tokens: Iterable[tokenize.TokenInfo]) -> bool:
    """Whether no statement has very many words, and not very many blocks are in each other."""
    words = depth = 0
    for each in tokens:
        words = 0 if each.type == tokenize.NEWLINE else words + 1
        depth += (each.type == tokenize.INDENT) - (each.type == tokenize.DEDENT)
        if words > MOST_WORDS or depth > DEEPEST:
            return False
    return True


def cut(line: str, end: int | None) -> str:
    """A line up to its comment, which begins at this place; None for no comment."""
    return line if end is None else line[:end].rstrip()


def judged(job: Job) -> Outcome:
    """Judge an answer. Whatever the answer does, and even if the judge has a mistake, there is an outcome."""
    item, start = ITEMS[job.item], spent()
    if not job.text.strip():
        return Outcome(0, item.points, (MISSING,))
    try:
        with redirect_stderr(io.StringIO()):  # progress bars
            found = item.judge(Written(job.text, job.function), job.me)
            outcome = kept(found, item.points)
    except UserError as error:
        outcome = Outcome(0, item.points, (str(error),), refused=True)
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        reason = f"{type(error).__name__} in line {where.lineno} of {where.name}: {error}"
        outcome = Outcome(
            0, item.points, ("The judge failed; a person must look at this answer.", reason), failed=True
        )
    return outcome._replace(seconds=round(spent() - start, 3))


def spent() -> float:
    """The processor time of this process and of those that it started and that have ended."""
    found = times()
    return found.user + found.system + found.children_user + found.children_system


def kept(found: Any, of: float) -> Outcome:
    """What is kept of a verdict, or of the result of another item: with runs only if something is wrong."""
    failure = getattr(found, "failure", None)
    runs = (
        [] if found.passed else [(heading, history.bundle(), tick) for heading, history, tick in found.runs]
    )
    # fmt: off
    return Outcome(found.points, of, tuple(repr(found).splitlines()), failure.rule if failure else "",
                   packed(runs) if runs else "", costs=getattr(found, "costs", 0.0))
    # fmt: on


def packed(runs: list[tuple[str, dict[str, Any], int]]) -> str:
    """Players as text: (heading, bundle, tick) each."""
    return b64encode(zlib.compress(json.dumps(runs, separators=(",", ":")).encode())).decode()


def unpacked(runs: str) -> list[tuple[str, dict[str, Any], int]]:
    """The players in a text."""
    return (
        [(heading, bundle, tick) for heading, bundle, tick in json.loads(zlib.decompress(b64decode(runs)))]
        if runs
        else []
    )
