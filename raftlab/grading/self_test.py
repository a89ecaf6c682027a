"""`raftlab grade --self-test`: attacks on the grader. Each first succeeds against a grader without protection.

An attack is an answer in tests/hostile. Its first line says which harm it does, its second line how. It is tried three times:
against `unprotected.py`, where it must do this harm; in the sandbox without any judge, where it must do none that lasts; and
as a submission in a class, where it must get nothing, and everybody else what they get without it.
"""

import json
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from raftlab.grading.judging import Outcome, job_of
from raftlab.grading.results import Results
from raftlab.grading.run import judge_all
from raftlab.grading.sandbox import PACKAGE, Limits, Sandbox, find_sandbox
from raftlab.sim.errors import UserError

HOSTILE = PACKAGE.parent / "tests" / "hostile"
UNPROTECTED = "unprotected.py"
RIGHT = "def is_quorum(node, nodes):\n    return len(nodes) > len(node.voters()) // 2\n"
WRONG = "def is_quorum(node, nodes):\n    return False\n"
SECRET = "the answer is 142"
MUCH = 50 << 20  # bytes of output
PATIENCE = 4.0  # seconds that an answer may take which is to end
LATER = 2.5  # seconds after which a process that was left behind has done its harm
LASTING = {"files", "connection", "leftover", "secret"}  # harm that a sandbox alone must prevent


class Attack(NamedTuple):
    """An attack: its name, the harm that it does, how it does it, and its text with places for the folder and the port."""

    name: str
    harm: str
    how: str
    text: str


def attacks() -> list[Attack]:
    """All attacks. Raises UserError if they are not there, because raftlab was installed without its tests."""
    paths = [path for path in sorted(HOSTILE.glob("*.py")) if path.name != UNPROTECTED]
    if not paths:
        raise UserError("The self-test needs raftlab's tests: run it in a checkout of raftlab.")
    return [attack_in(path) for path in paths]


def attack_in(path: Path) -> Attack:
    """The attack in a file."""
    text = path.read_text(encoding="utf-8")
    harm, how = (line.removeprefix("# ").removeprefix("harm: ") for line in text.splitlines()[:2])
    return Attack(path.stem, harm, how, text)


class Target:
    """What an attack may harm: a lecturer's folder, and a server. `text` puts both into an attack."""

    def __init__(self, folder: Path, server: socket.socket):
        self.folder = folder
        self.port = server.getsockname()[1]
        self.connections = 0
        self._server = server
        # fmt: off
        for name, content in (("tests/test_is_quorum.py", "assert True"), ("course/ada.ipynb", "{}"), ("gradebook.csv", ""),
                              ("secret.txt", SECRET)):
            # fmt: on
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(content)
        self._before = self._files()
        threading.Thread(target=self._accept, daemon=True).start()

    def text(self, attack: Attack) -> str:
        """The attack on this target."""
        return attack.text.replace("@folder@", str(self.folder)).replace("@port@", str(self.port))

    def harmed(self) -> set[str]:
        """The harm that was done to it."""
        # fmt: off
        return ({"files"} if self._files() != self._before else set()) | ({"connection"} if self.connections else set())
        # fmt: on

    def _files(self) -> dict[str, int]:
        return {str(path): path.stat().st_size for path in self.folder.rglob("*")}

    def _accept(self) -> None:
        while True:
            try:
                self._server.accept()[0].close()
            except OSError:
                return
            self.connections += 1


@contextmanager
def target() -> Iterator[Target]:
    """A target, in a folder that everybody may write to, so that only the sandbox protects it."""
    with TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as server:
        made = Target(Path(folder), server)
        for path in (Path(folder), *Path(folder).rglob("*")):
            path.chmod(0o777)
        yield made


def harm_of(attack: Attack, sandbox: Sandbox | None) -> set[str]:
    """The harm that an attack does to a grader that runs it in its own process, in this sandbox or in none.

    Besides harm to the target: "marks" for full marks, "crash" if nothing after it is graded, "hang" if it does not end,
    "deaf" if it does not end when it is interrupted, "output" for very much of it, "secret" if the secret is told,
    "leftover" if files change later.
    """
    with target() as at:
        answers = json.dumps({attack.name: at.text(attack), "the next": RIGHT})
        command = [
            sys.executable,
            "-s",
            "-P",
            "-c",
            (HOSTILE / UNPROTECTED).read_text(encoding="utf-8"),
            answers,
        ]
        if sandbox is not None:
            command = sandbox._replace(limits=Limits(cpu=3, memory=1 << 30)).wrap(command)
        found, said = outcome_of(command)
        text = said.decode(errors="replace")
        found |= {"marks"} if points_in(text, attack.name) == "6" else set()
        found |= {"crash"} if points_in(text, "the next") != "6" and "hang" not in found else set()
        found |= {"output"} if len(said) > MUCH else set()
        found |= {"secret"} if SECRET in text else set()
        found |= at.harmed()
        if attack.harm == "leftover":
            time.sleep(LATER)
            found |= {"leftover"} if "files" in at.harmed() else set()
        return found


def points_in(output: str, name: str) -> str:
    """The last points that the output says for this answer; "" for none."""
    found: list[str] = re.findall(rf"^{name}\n(?:.*\n)*?points: (\d+)$", output, re.MULTILINE)
    return found[-1] if found else ""


def outcome_of(command: Sequence[str]) -> tuple[set[str], bytes]:
    """Run a command: whether it hangs, whether it is deaf to an interrupt, and its output. Its input is open and empty."""
    found = set()
    with (
        hearing_interrupts(),
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        ) as started,
    ):
        said: list[bytes] = []
        reader = threading.Thread(target=lambda: said.append(started.stdout.read()))  # type: ignore[union-attr]
        reader.start()
        for more in ("hang", "deaf"):
            try:
                started.wait(PATIENCE if more == "hang" else 1.0)
                break
            except subprocess.TimeoutExpired:
                found.add(more)
                started.send_signal(signal.SIGINT)
        started.kill()
        started.wait()
        if started.stdin is not None:
            started.stdin.close()
        reader.join(PATIENCE)
    return found, b"".join(said)


@contextmanager
def hearing_interrupts() -> Iterator[None]:
    """Let programs that are started here hear interrupts, even if this one was started in the background and ignores them."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


# -- The three tries ----------------------------------------------------------------------------------------------------


class Tried(NamedTuple):
    """What came of an attack: the harm without protection and in the sandbox, and what the judge said of it in a class.

    deserved: the points of the same answer without the attack.
    """

    attack: Attack
    unprotected: set[str]
    sandboxed: set[str]
    judged: Outcome
    deserved: float

    @property
    def faults(self) -> list[str]:
        """What went wrong, in sentences."""
        lasting = self.sandboxed & LASTING
        found = [
            ""
            if self.attack.harm in self.unprotected
            else "It did no harm without protection, so it proves nothing.",
            f"In the sandbox it did harm: {', '.join(sorted(lasting))}." if lasting else "",
            "It was given more points than the same answer without the attack."
            if self.judged.points > self.deserved
            else "",
            "The judge failed." if self.judged.failed else "",
            "Its verdict tells the secret." if SECRET in "\n".join(self.judged.lines) else "",
        ]
        return [each for each in found if each]


def self_test(names: Sequence[str] = (), workers: int | None = None) -> Iterator[Tried | str]:
    """Try all attacks, or those with these names. Yields what came of each, and sentences about harm to others.

    Raises UserError if there is no complete sandbox here.
    """
    sandbox = find_sandbox()
    if sandbox.missing:
        raise UserError(f"There is no complete sandbox here: an answer could {', or '.join(sandbox.lacks)}.")
    chosen = [each for each in attacks() if each.name in names or not names]
    with target() as at, TemporaryDirectory() as folder, Results(Path(folder) / "outcomes.jsonl") as results:
        jobs = {each.name: job_of("is_quorum", "is_quorum", at.text(each), "") for each in chosen}
        honest, harmless = (job_of("is_quorum", "is_quorum", text, "") for text in (RIGHT, WRONG))
        judge_all([*jobs.values(), honest, harmless], results, workers=workers, progress=sys.stderr.isatty())
        if results[honest.key].points != results[honest.key].of:
            yield "A right answer in the same class did not get full points."
        deserved = results[harmless.key].points
        for each in chosen:
            yield Tried(
                each, harm_of(each, None), harm_of(each, sandbox), results[jobs[each.name].key], deserved
            )
        if harm := at.harmed():
            yield f"While the class was judged, there was harm: {', '.join(sorted(harm))}."
