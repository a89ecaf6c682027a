"""A program that answers questions about nodes, line by line: it is started, asked, watched and ended here.

Whatever it does, the process that asks it is unhurt: it gets an answer, or an error of one sentence. A program that
computes for too long, does not answer, or ends by itself is not asked again.
"""

import atexit
import json
import os
import re
import select
import signal
import subprocess
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from typing import Any, NamedTuple

from raftlab.remote.answers import in_brief, in_one_line, printable
from raftlab.sim.errors import NodeError, UserError

VERSION = 1  # of the lines that are spoken
CPU = 2.0  # seconds of computing that a program may use beyond what a right one needs
PER_QUESTION = 0.0005  # seconds: a right answer to one question, with a margin
SILENCE = 10.0  # seconds in which a program gives no answer, and neither computes nor waits for a processor
ALTOGETHER = 120.0  # the same for all questions together, and a hundredth of a second for each of them
IDLE = 5.0  # seconds after which a program that nobody asks is ended; it is started again when it is asked
LONGEST_LINE = 1_000_000  # bytes; a right answer has about five hundred
PER_ANSWER = 4_000  # bytes: all answers together may have as many for each question, and one longest line
MOST_ERRORS = 100_000  # bytes of stderr that are kept
HAS_POLL = hasattr(select, "poll")  # not on Windows, where reading and writing may wait for ever
HAS_PROC = Path("/proc/self/stat").exists()
LOOKS = 0.1  # seconds between two looks of the watchdog

Wrap = Callable[[list[str]], list[str]]
_WRAP: ContextVar[Wrap | None] = ContextVar("wrap", default=None)


@contextmanager
def launched_by(wrap: Wrap) -> Iterator[None]:
    """Within this context, programs are started by another command: wrap(command) returns it, such as one of a sandbox."""
    token = _WRAP.set(wrap)
    try:
        yield
    finally:
        _WRAP.reset(token)


class OutOfTimeError(NodeError):
    """A program computed for too long. (For one that only waited, a busy machine is no excuse, so its error is another one.)"""


class Exchange(NamedTuple):
    """Questions that were put at once, and the lines that answer them; without questions whose answers nobody has read."""

    questions: list[bytes]
    answers: list[bytes]


class Program:
    """A program that is started when it is first asked.

    command: with its arguments. about: what it is, in the first line that it gets. called: its name in errors.
    told: makes a sentence of what went wrong ("out of time", "silent", "ended") and of what it wrote to stderr.
    """

    def __init__(
        self,
        command: Sequence[str],
        about: dict[str, Any] | None = None,
        called: str = "The node",
        told: Callable[[str, str], str] | None = None,
    ):
        self.command, self.about, self.called = list(command), about or {}, called
        self.broken: NodeError | None = None
        self.spent = 0.0  # seconds of computing of the processes that have ended
        self.hello: dict[str, Any] = {}
        self._told = told
        self._process: subprocess.Popen[bytes] | None = None
        self._unread = bytearray()  # what it has written to stdout
        self._errors = b""  # the end of what it has written to stderr
        self._lock = threading.RLock()
        self._questions = self._answered = self._said = 0  # said: bytes of all answers
        self._numbers_lines = "answer" in self.about  # as the child of a learner's answer does
        self._began = 0.0  # seconds of computing when it was ready
        self._waited = 0.0  # seconds in which it was waited for
        self._asked_at: float | None = None
        self._used_at = time.monotonic()
        # What was asked at the last look (when), and since when it has been silent, if it had computed nothing.
        self._looked: tuple[float | None, float] = (None, 0.0)
        self._stopped, self._stopped_after = "", 0.0  # why, and after how many seconds of computing
        self._wrap = _WRAP.get()
        self._notes: list[Exchange] | None = None

    # -- Asking ------------------------------------------------------------------------------------------------

    def ask(self, questions: Sequence[bytes]) -> Iterator[bytes]:
        """The line that answers each of these questions, which are JSON. Raises NodeError when there is none."""
        noted = Exchange([], [])
        if self._notes is not None:
            self._notes.append(noted)
        # The answers come first, so that they are read to their end.
        for answer, question in zip(self.say(b",".join(questions), len(questions)), questions, strict=True):
            noted.questions.append(question)
            noted.answers.append(answer)
            yield answer

    def say(self, questions: bytes, count: int) -> Iterator[bytes]:
        """The same for questions that are already joined by commas. count: how many they are."""
        with self._lock:
            self.start()
            yield from self._lines(b"[" + questions + b"]\n", count)

    @contextmanager
    def noting(self) -> Iterator[list[Exchange]]:
        """Within this context, all questions and their answers are noted in a list."""
        notes: list[Exchange] = []
        self._notes = notes
        try:
            yield notes
        finally:
            self._notes = None

    def another(self) -> "Program | None":
        """The same program once more; None if a second one would only cost time.

        That is so in a sandbox, where many answers are judged at once, and on one processor.
        """
        if self._wrap is not None or os.cpu_count() == 1:
            return None
        return Program(self.command, self.about, self.called, self._told)

    def start(self) -> dict[str, Any]:
        """Start it, unless it runs; return what it says of itself. Raises UserError if it cannot be started."""
        with self._lock:
            if self.broken is not None:
                raise self.broken
            if self._process is None:
                self._launch()
                line = json.dumps({"raftlab": VERSION, **self.about}).encode() + b"\n"
                (answer,) = self._lines(line, 1)
                self._began = self.computed()
                self._greeted(answer)
            return self.hello

    def _launch(self) -> None:
        command = self._wrap(self.command) if self._wrap else self.command
        try:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0,
                start_new_session=True, env=_environment(self.about),
            )  # fmt: skip
        except OSError as error:
            raise UserError(f"The program {self.command[0]!r} cannot be started: {error.strerror}.") from None
        self._unread, self._errors = bytearray(), b""
        self._questions = self._answered = self._said = 0
        self._began = self._waited = 0.0
        self._stopped, self._stopped_after = "", 0.0
        for stream in (self._process.stdin, self._process.stderr) if HAS_POLL else ():
            assert stream is not None
            os.set_blocking(stream.fileno(), False)
        _WATCHDOG.watch(self)

    def _greeted(self, line: bytes) -> None:
        try:
            hello = json.loads(line)
        except (ValueError, RecursionError):
            hello = None
        if type(hello) is not dict:
            self._break(
                NodeError(
                    f"{self.called} begins with {in_brief(line)}; it should begin with one JSON object, and write what is for people to stderr."
                )
            )
        for word, kind in (("refused", UserError), ("unwritten", NotImplementedError), ("error", NodeError)):
            if word in hello:
                self.end()
                sentence = in_one_line(str(hello[word]))
                raise kind(f"{self.called} cannot be judged: {sentence}" if word == "refused" else sentence)
        if hello.get("raftlab") != VERSION:
            self._break(
                NodeError(
                    f"{self.called} speaks version {hello.get('raftlab')!r} of the protocol; it should be {VERSION}."
                )
            )
        self.hello = hello

    def _lines(self, line: bytes, count: int) -> Iterator[bytes]:
        """Say one line, and return so many lines of answer."""
        self._questions += count
        self._asked_at = began = time.monotonic()
        try:
            try:
                self._write(line)
            except OSError:  # it has ended, and the next line says so
                self._fail()
            for _ in range(count):
                answer = self._read_line()
                if not answer.endswith(b"\n"):
                    self._fail(answer)
                self._said += len(answer)
                if self._said > (most := LONGEST_LINE + PER_ANSWER * self._questions):
                    self._break(NodeError(f"{self.called} answers with more than {most:,} bytes altogether."))
                self._asked_at = time.monotonic()
                yield self._without_number(answer) if self._numbers_lines else answer
            self._used_at = time.monotonic()
            self._waited += self._used_at - began
            self._asked_at = None
        except (NodeError, GeneratorExit):
            self.end()  # what is not read would be taken for the next answer
            raise
        except BaseException:  # also the Stop button of a notebook
            self.end()
            raise

    def _without_number(self, answer: bytes) -> bytes:
        """An answer of a learner's code without the number before it. Raises NodeError if it is not the next number."""
        number, _, rest = answer.partition(b" ")
        if number != b"%d" % self._answered:
            self._break(
                NodeError(
                    f"{self.called} writes {in_brief(answer)} where only answers to the judge's questions belong."
                )
            )
        self._answered += 1
        return rest

    def _write(self, line: bytes) -> None:
        """Write to its stdin. Raises OSError if it has ended or is stopped."""
        stream, left = self._running.stdin, memoryview(line)
        assert stream is not None
        while left:
            written = stream.write(left)  # None: the pipe is full
            left = left[written or 0 :]
            if written is None and not self._ready(stream, select.POLLOUT):
                raise BrokenPipeError

    def _read_line(self) -> bytes:
        """The next line of its stdout; what there is of it, if the program has ended or is stopped, or if the line is too long."""
        stream, looked, unread = self._running.stdout, 0, self._unread
        assert stream is not None
        while not (end := unread.find(b"\n", looked) + 1) and len(unread) < LONGEST_LINE:
            looked = len(unread)
            more = stream.read(1 << 16) if not HAS_POLL or self._ready(stream, select.POLLIN) else b""
            if not more:
                break
            unread += more
        line = bytes(unread[: end or len(unread)])
        del unread[: len(line)]
        return line

    def _ready(self, stream: Any, what: int) -> bool:
        """Wait until something can be read from a stream, or written to it. False: the program is stopped.

        What it writes to stderr is read meanwhile: it would wait for that if the pipe were full.
        """
        errors = self._running.stderr
        assert errors is not None
        both = select.poll()
        both.register(stream, what)
        both.register(errors, select.POLLIN)
        while not self._stopped:
            ready = [place for place, _ in both.poll(1000 * LOOKS)]
            if errors.fileno() in ready and not self._read_errors():
                both.unregister(errors)
            if stream.fileno() in ready:
                return True
        return False

    def _read_errors(self) -> bytes:
        """Read what it has written to stderr, and keep the end of it. Nothing: there will be no more, or not now."""
        errors = self._running.stderr
        assert errors is not None
        more: bytes = errors.read(1 << 16) or b""
        self._errors = (self._errors + more)[-MOST_ERRORS:]
        return more

    def _fail(self, answer: bytes = b"") -> None:
        """Say why no answer came. Raises NodeError. answer: the part of it that came."""
        if len(answer) >= LONGEST_LINE:
            self._break(NodeError(f"{self.called} answers with a line of more than {LONGEST_LINE:,} bytes."))
        # It is about to end: it has closed its stdout, or is told to say where it stands.
        with suppress(subprocess.TimeoutExpired):
            self._running.wait(1)
        code = self._running.poll()
        _kill(self._running)  # or a process that it has started could keep its stderr open
        while self._read_errors():
            pass
        what = self._stopped or "ended"
        errors = self._errors.decode(errors="replace")
        told = self._told(what, errors) if self._told else self._plainly(what, errors, answer, code)
        self._break((OutOfTimeError if what == "out of time" else NodeError)(told))

    def _break(self, error: NodeError) -> None:
        self.broken = error
        self.end()
        raise error

    def _plainly(self, what: str, errors: str, answer: bytes, code: int | None) -> str:
        """What went wrong with a program of somebody else's. answer: the part of it that came. code: its exit code."""
        if what == "out of time":
            return f"{self.called} was stopped, because it computed for more than {CPU:g} seconds."
        if what == "silent" and answer:
            return f"{self.called} wrote {in_brief(answer)} and did not end this line within {SILENCE:g} seconds."
        if what == "silent":
            return f"{self.called} did not answer within {SILENCE:g} seconds; it should flush its output after each answer."
        when = f"in the middle of the line {in_brief(answer)}" if answer else "before it answered"
        return f"{self.called} ended {when} ({error_in(errors) or _ending(code)})."

    @property
    def _running(self) -> "subprocess.Popen[bytes]":
        assert self._process is not None
        return self._process

    # -- Time ----------------------------------------------------------------------------------------------------

    def computed(self) -> float:
        """How many seconds the running process has computed, with all that it has started.

        Only Linux says that of another process. Elsewhere, all the time in which it was waited for counts.
        """
        if not HAS_PROC:
            return self._waited + (time.monotonic() - self._asked_at if self._asked_at is not None else 0.0)
        return _computed(self._process.pid) if self._process is not None else 0.0

    def look(self, now: float) -> None:
        """Called by the watchdog: end the process if it is out of time, or if nobody has asked it for long."""
        asked_at = self._asked_at
        if asked_at is None:
            kept = self.hello.get("keeps_state")  # it would forget its nodes
            if now - self._used_at > IDLE and not kept and self._lock.acquire(blocking=False):
                try:
                    if self._asked_at is None:
                        self.end()
                finally:
                    self._lock.release()
        elif self.computed() - self._began > CPU + PER_QUESTION * self._questions:
            self._stop("out of time")
        elif self._silent_since(asked_at, now) < now - SILENCE or self._dawdles(now - asked_at):
            self._stop("silent")

    def _dawdles(self, waited: float) -> bool:
        """Does it wait a little in each of many questions? waited: seconds for the answer to the present one."""
        busy = _busy(self._process.pid) if self._process is not None else 0.0
        return self._waited + waited - busy > ALTOGETHER + 0.01 * self._questions

    def _silent_since(self, asked_at: float, now: float) -> float:
        """When its silence began: time in which it computes, or waits for a processor of a busy machine, does not count."""
        process = self._process
        busy = _busy(process.pid) if process is not None else 0.0
        if self._looked[0] != asked_at:  # this question is looked at for the first time
            self._looked = (asked_at, now - busy)
        return self._looked[1] + busy

    def _stop(self, why: str) -> None:
        """Let it say where it stands, as far as it can, and end it."""
        process = self._process
        if process is None or self._stopped:
            return
        self._stopped, self._stopped_after = why, self.computed()
        if hasattr(signal, "SIGXCPU"):
            # A child of ours answers this signal with a traceback, and ends.
            _signal(_innermost(process.pid), signal.SIGXCPU)
            with suppress(subprocess.TimeoutExpired):
                process.wait(1)
        _kill(process)  # this one, and no other that has been started meanwhile

    # -- The end --------------------------------------------------------------------------------------------------

    def end(self) -> None:
        """End the process and all that it has started."""
        process = self._process
        if process is None:
            return
        self.spent += max(
            self.computed(), self._stopped_after
        )  # this cannot be read any more if it was stopped
        _kill(process)
        self._process, self._asked_at = None, None
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                _close(stream)

    def __del__(self) -> None:
        self.end()


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and all that it has started."""
    if hasattr(os, "killpg"):
        left = _descendants(process.pid)  # also those that have left its group
        _signal(-process.pid, signal.SIGKILL)
        for pid in left:
            _signal(pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()


def _close(stream: Any) -> None:
    try:
        stream.close()
    except OSError:  # what was not yet written has nobody to read it
        return


def _signal(pid: int, number: int) -> None:
    try:
        os.killpg(-pid, number) if pid < 0 else os.kill(pid, number)
    except (ProcessLookupError, PermissionError):  # it has ended already, or is another user's
        return


def _environment(about: dict[str, Any]) -> dict[str, str] | None:
    """The environment of a learner's answer: nothing but a fixed order of sets. Other programs get that of this process."""
    if "answer" not in about:
        return None
    kept = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}  # Windows needs it
    return kept | {"PYTHONHASHSEED": "0"}


# -- What the system knows of a process ------------------------------------------------------------------------------


def _computed(pid: int) -> float:
    """Seconds of computing of a process and its children; 0 if the process has ended, or if the system does not say."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    ticks = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return ticks + sum(map(_computed, _children(pid)))


def _children(pid: int) -> list[int]:
    try:
        return list(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))
    except OSError:
        return []


def _busy(pid: int) -> float:
    """Seconds in which a process and its children computed or waited for a processor; 0 if the system does not say."""
    total = sum(map(_busy, _children(pid)))
    for each in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        with suppress(OSError):  # it has ended
            computed, queued, _ = map(int, each.read_text().split())
            total += (computed + queued) / 1e9
    return total


def _descendants(pid: int) -> list[int]:
    return [each for child in _children(pid) for each in (child, *_descendants(child))]


def _innermost(pid: int) -> int:
    """The process that a sandbox has started in the end; without a sandbox, the process itself."""
    children = _children(pid)
    return _innermost(children[0]) if children else pid


class _Watchdog:
    """A thread that looks at all programs that run."""

    def __init__(self) -> None:
        self._programs: weakref.WeakSet[Program] = weakref.WeakSet()
        self._thread: threading.Thread | None = None

    def watch(self, program: Program) -> None:
        """Look at this program from now on."""
        self._programs.add(program)
        if self._thread is None or not self._thread.is_alive():  # after a fork, it is not
            self._thread = threading.Thread(target=self._run, name="raftlab's watchdog", daemon=True)
            self._thread.start()

    def end_all(self) -> None:
        """End all programs. Otherwise, one that does not look at its stdin would outlive this process."""
        for program in list(self._programs):
            program.end()

    def _run(self) -> None:
        while True:
            time.sleep(LOOKS)
            for program in list(self._programs):
                program.look(time.monotonic())


_WATCHDOG = _Watchdog()
atexit.register(_WATCHDOG.end_all)
PLACE = re.compile(r'File "(<your answer [0-9a-f]{8}>)", line (\d+)')


def place_in(errors: str) -> int | None:
    """The line of a learner's answer at which a traceback on stderr begins; None if it names none."""
    found = PLACE.search(errors)
    return int(found[2]) if found else None


# -- Words -----------------------------------------------------------------------------------------------------------

# Such as "ValueError: no vote", "panic: no vote", "thread 'main' panicked at", "Exception in thread". Places in the code are indented.
NAMES_ERROR = re.compile(r"(?=\S).*(error|exception|panic)", re.IGNORECASE)


def error_in(errors: str) -> str:
    """The line of a program's stderr that names its error: the last one of those, or else the last one of all."""
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    named = [line.strip() for line in errors.splitlines() if NAMES_ERROR.match(line)]
    return printable((named or lines or [""])[-1][:200])


def _ending(code: int | None) -> str:
    """How a program ended that wrote nothing to stderr."""
    if code is None:
        return "it closed its stdout"
    if code < 0:
        return f"signal {-code}"
    return f"exit code {code}, and nothing on stderr"
