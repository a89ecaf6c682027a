"""Whatever an answer does, its verdict comes soon and says where it stands; the process that judges, its files and its output are unhurt."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from textwrap import dedent

import pytest
from answers import RIGHT_VOTE

from raftlab import Raft, UserError, check
from raftlab.checks.layers import run
from raftlab.checks.rows.logs import ROWS
from raftlab.exercises import in_child
from raftlab.exercises.answer.text import Written
from raftlab.exercises.figure_2 import FIGURE_2
from raftlab.exercises.in_child import answer_class, fairly
from raftlab.exercises.items import ITEMS
from raftlab.exercises.write_it import layers_of
from raftlab.grading.self_test import attacks
from raftlab.remote import program
from raftlab.remote.program import OutOfTimeError

FIRST = "def on_request_vote(node, msg):\n"
QUORUM = "def crash_quorum(n):\n    return n // 2 + 1\n"


def did(text):
    """What the first handler check that fails says of an answer."""
    made = answer_class(text, "on_request_vote", "on_request_vote")
    found = next(failure for failure in (row.run(made) for row in ROWS) if failure is not None)
    made.program.end()
    return found.did


def body(lines):
    """A vote whose body is this."""
    return FIRST + "".join(f"    {line}\n" for line in lines.splitlines())


@pytest.fixture
def soon(monkeypatch):
    """Programs may compute for half a second only, so that the tests are quick."""
    monkeypatch.setattr(program, "CPU", 0.5)
    monkeypatch.setattr("raftlab.exercises.in_child.CPU", 0.5)


ENDLESS = {
    "a loop": ("while True:\n    node.term += 0", "does not end: it was stopped after 20,000 lines"),
    "a loop that catches everything": (
        "while True:\n    try:\n        node.term += 0\n    except:\n        node.term += 0",
        "does not end: it was stopped in line ., `.*` after 0.5 seconds of computing",
    ),
    "a sum of very many numbers": (
        "node.term = sum(range(10**11))",
        r"does not end: it was stopped in line 2, `node.term = sum\(range\(10\*\*11\)\)` after 0.5 seconds of computing",
    ),
    "a huge number": (
        "node.term = (7 ** (msg.term + 10_000_019)) % 10",
        r"does not end: it was stopped in line 2, `node.term = \(7 .*` after 0.5 seconds of computing",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("lines", "sentence"), ENDLESS.values(), ids=ENDLESS)
def test_what_does_not_end_is_told_with_its_line(soon, lines, sentence):
    assert re.search(sentence, did(body(lines)))


@pytest.mark.parametrize("what", ["a loop", "a sum of very many numbers"])
def test_the_verdict_on_what_does_not_end_comes_soon_and_it_is_tried_only_twice(soon, what):
    lines, sentence = ENDLESS[what]
    verdict = check("on_request_vote", body(lines), progress=None)
    assert verdict.points == 0
    assert re.search(sentence, repr(verdict))
    assert 0.5 < verdict.node_class.program.spent < 4


HARMFUL = {
    "it takes all memory": ("node.term = len([0] * 10**10)", "raised MemoryError in line 2"),
    "it ends the program": ("raise SystemExit", "the code of the node ends the program, with SystemExit"),
    "it presses the stop button": ("raise KeyboardInterrupt", "the code of the node ends the program, with KeyboardInterrupt"),
    "it calls itself": ("on_request_vote(node, msg)", "calls itself without end in line"),
    "it writes a float into the timer": ("node.timer = 7.5", "left node.timer = 7.5; it should be a whole number of ticks"),
    "it appends a tuple to the log": ("node.log.append((node, 1, 2))", r"is not a LogEntry\(term, command\) in line 2"),
    "it adds a pair to the votes": ("node.votes |= {('n2', 3)}", "it should be a set of node ids"),
    "it sends what is no message": ("node._effects.append(msg)", 'it should be an object whose "type" is one of'),
    "it says that its term is huge": ("node.term = 10**6000", "the code of the node raises ValueError|a whole number from -2"),
}  # fmt: skip


@pytest.mark.parametrize(("lines", "sentence"), HARMFUL.values(), ids=HARMFUL)
def test_what_an_answer_must_not_do_is_told_in_a_sentence(lines, sentence):
    assert re.search(sentence, did(body(lines)))


# An answer that gets at modules which the checks of its text do not let it import.
REACHES = "import enum; enum = type('enum', (), {'sys': getattr(enum, 's' + 'ys')})\n"
OS, IO = "enum.sys.modules['os']", "enum.sys.modules['io']"
GETS_OUT = {
    "it ends its process": (f"{OS}._exit(0)", "ends its own process"),
    "it starts a process": (f"{OS}.fork()", "raised BlockingIOError.* in line 3, "),
    "it opens a file": (f"{IO}.open('/etc/passwd')", "raised OSError: .*Too many open files"),
    "it kills itself": (f"{OS}.kill({OS}.getpid(), 9)", "raised PermissionError: .*leave all processes alone.* in line 3"),
    "it kills the notebook's kernel": (f"{OS}.kill({OS}.getppid(), 9)", "raised PermissionError: .*leave all processes alone"),
    "it kills whoever is in its group": (f"{OS}.killpg(0, 9)", "raised PermissionError"),
    "it kills with functions made anew": ("enum.sys.modules['_imp'].create_builtin(getattr(enum.sys.modules['posix'], '__sp' + 'ec__')).kill(0, 9)", "raised PermissionError"),
    "it lets the kernel open no file": (f"enum.sys.modules['resource'].prlimit({OS}.getppid(), 7, (0, 0))", "raised PermissionError"),
    "it makes the kernel slow": (f"{OS}.setpriority(0, {OS}.getppid(), 19)", "raised AttributeError"),
    "it changes what keeps it from other processes": (
        "main = enum.sys.modules['__main__']\nhook, main._refuse = main._refuse, None\nsetattr(hook, '__co' + 'de__', getattr(main.limit, '__co' + 'de__'))",
        "raised PermissionError: .*must not change",
    ),
    "it writes nonsense to the judge": (f"{OS}.write(1, b'full marks!')", "writes 'full marks!.*' where only answers to the judge's questions belong"),
    "it answers for a later question": (f"{OS}.write(1, b'{{\"effects\": []}}' + bytes([10]))", "writes '{\"effects\": \\[\\]}' where only answers to the judge's questions belong"),
    "it writes without end": (f"[{OS}.write(1, b'x' * 10**6) for _ in range(100)]", "answers with a line of more than"),
}  # fmt: skip


@pytest.mark.parametrize(("lines", "sentence"), GETS_OUT.values(), ids=GETS_OUT)
def test_an_answer_that_gets_at_the_system_hurts_only_itself(lines, sentence):
    assert re.search(sentence, did(REACHES + body(lines)))


# What neither ends nor answers: it waits, or it first gets rid of what could stop it.
SLEEPS, ON_TIME = (
    "waits for something in line 3, `{}`: it was stopped after 3 seconds",
    "after 0.5 seconds of computing",
)
GETS_AWAY = {
    "it sleeps": ("enum.sys.modules['time'].sleep(1000)", SLEEPS.format(r"enum.sys.modules.*sleep\(1000\)")),
    "it waits for a lock that never opens": (
        "[lock.acquire() for lock in [enum.sys.modules['_thread'].allocate_lock()] * 2]", SLEEPS.format(r"\[lock.acquire.*")
    ),
    "it reads what it will be asked": (f"{OS}.read(0, 10**6)", SLEEPS.format(".*read.*")),
    "it starts a thread": ("enum.sys.modules['_thread'].start_new_thread(sum, (range(10**11),))", "raised RuntimeError: can't start new thread in line 3"),
    "it becomes another program": (f"{OS}.execv('/bin/sh', ['sh', '-c', 'while :; do :; done'])", f"ends its own process|raised .*Error.* in line 3|{ON_TIME}"),
    "nobody counts its lines any more": ("enum.sys.settrace(None)\nwhile True: pass", f"in line 4, `while True: pass` {ON_TIME}"),
    "it is deaf to signals": (
        "[enum.sys.modules['signal'].signal(number, 1) for number in (2, 15, 24)]\nnode.term = sum(range(10**11))", ON_TIME
    ),
    "it closes what it is asked through": (f"{OS}.close(0)", "ends its own process"),
    "it closes what it answers through": (f"{OS}.close(1)", "ends its own process"),
    "it breaks what its process reads with": ("enum.sys.modules['json'].loads = None", "ends its own process"),
    "it calls itself deeper than the stack": ("enum.sys.setrecursionlimit(10**9)\non_request_vote(node, msg)", "ends its own process in line 4|calls itself without end|raised MemoryError|does not end"),
}  # fmt: skip


def right_but(lines):
    """A right vote, which first does this."""
    return REACHES + body(f"{lines}\n{dedent(RIGHT_VOTE.partition('grant.')[2].partition(chr(10))[2])}")


@pytest.fixture
def impatient(monkeypatch):
    """Programs may wait for a few seconds only."""
    monkeypatch.setattr(program, "SILENCE", 3.0)
    monkeypatch.setattr("raftlab.exercises.in_child.SILENCE", 3.0)


@pytest.mark.slow
@pytest.mark.parametrize(("lines", "sentence"), GETS_AWAY.values(), ids=GETS_AWAY)
def test_an_answer_that_gets_away_is_stopped_and_the_next_one_is_judged_as_ever(
    soon, impatient, lines, sentence
):
    before, others = here(), children()
    assert re.search(sentence, did(right_but(lines)))
    assert here() == before
    assert children() <= others, "one that an earlier test has started may have ended meanwhile"
    assert check("crash_quorum", QUORUM, progress=None).passed


def here():
    """What an answer must not change in this process."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGXCPU)
    return sys.gettrace(), [signal.getsignal(each) for each in numbers], os.getcwd(), sys.stdout


def children():
    """The processes in Python that this one has started."""
    return {each for each in program._children(os.getpid()) if "python" in running(each)}


def running(pid):
    """The command of a process; "" if it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


def test_who_sleeps_is_not_tried_again_because_no_busy_machine_is_the_reason(impatient, monkeypatch):
    launches, launch = [], program.Program._launch
    monkeypatch.setattr(program.Program, "_launch", lambda made: launches.append(launch(made)))
    sleeps = f"{REACHES}def crash_quorum(n):\n    enum.sys.modules['time'].sleep(1000)\n"
    verdict = check("crash_quorum", sleeps, progress=None)
    assert "waits for something in line 3" in repr(verdict)
    assert len(launches) == 1


def test_an_answer_that_sleeps_says_where_and_the_next_one_is_judged_as_ever(impatient):
    lines, sentence = GETS_AWAY["it sleeps"]
    assert re.search(sentence, did(right_but(lines)))
    assert check("crash_quorum", QUORUM, progress=None).passed


def test_who_computes_is_not_silent_however_long_it_takes(monkeypatch):
    """On a slow machine even a right answer may take longer than one may be silent."""
    monkeypatch.setattr(program, "SILENCE", 0.2)
    assert found_in(right_but("sum(range(10**7))")) is None


def test_what_an_answer_writes_to_stderr_is_no_hindrance():
    assert found_in(right_but(f"[{OS}.write(2, b'x' * 10**6) for _ in range(100)]")) is None


def found_in(text):
    """What the first handler check finds in an answer."""
    made = answer_class(text, "on_request_vote", "on_request_vote")
    found = ROWS[0].run(made)
    made.program.end()
    return found


def test_short_sleeps_are_bounded_altogether(monkeypatch):
    monkeypatch.setattr(program, "ALTOGETHER", 0.5)
    sentence = "waits for something in line 3, `enum.sys.modules.*sleep"
    assert re.search(sentence, did(right_but("enum.sys.modules['time'].sleep(0.2)")))


# -- Raftlab's own rule --------------------------------------------------------------------------------------


def test_in_the_child_of_an_answer_the_code_of_the_rule_that_is_asked_does_not_exist():
    """So nothing there can find it, whatever it looks through."""
    asks = """
        import weakref
        from raftlab.exercises.running import loaded
        from raftlab.extensions.membership import Membership
        from raftlab.raft import Raft
        text = "def is_quorum(node, nodes): return True"
        codes = [weakref.ref(each.is_quorum.__code__) for each in (Raft, Membership)]
        loaded({"text": text, "name": "is_quorum", "rule": "is_quorum", "extensions": ["NoOp"]})
        print([code() for code in codes])
    """
    ran = subprocess.run([sys.executable, "-c", dedent(asks)], capture_output=True, check=True)
    assert ran.stdout == b"[None, None]\n"


NAMED = r"is what you are asked to write|raised \w+: .* in line \d+, `"
STEALS = {each.name: each for each in attacks() if "solution" in each.name or "another" in each.name}
STEALS_QUICKLY = ("calls_the_solution", "closes_a_stream_and_reads_the_solution")


@pytest.mark.parametrize(
    "name", [pytest.param(each, marks=() if each in STEALS_QUICKLY else pytest.mark.slow) for each in STEALS]
)
def test_an_answer_that_goes_for_the_solution_gets_nothing_and_is_told_so(name):
    verdict = check("is_quorum", STEALS[name].text, progress=None)
    assert verdict.points == 0
    assert re.search(NAMED, " ".join(repr(verdict).split()))


def test_what_a_majority_is_cannot_be_asked_of_raftlab():
    """It is all that is left to write of is_quorum."""
    text = "from raftlab.raft import majority\ndef is_quorum(node, nodes):\n    return len(nodes) >= majority(len(node.voters()))\n"
    verdict = check("is_quorum", text, progress=None)
    assert verdict.points == 0
    assert "majority is what you are asked to write" in repr(verdict)


def test_a_module_within_a_module_is_refused_by_name():
    text = "import typing\ndef is_quorum(node, nodes):\n    typing.sys.settrace(None)\n    return True\n"
    with pytest.raises(
        UserError, match=r"is_quorum uses the module sys, which a rule does not need, in line 3\."
    ):
        check("is_quorum", text, progress=None)


def test_the_ways_to_the_solution_are_many():
    assert len(STEALS) >= 16


MINE = """
import typing

from raftlab.raft import Raft

class MyRaft(Raft):
{rules}
"""


@pytest.mark.slow
def test_a_whole_raft_cannot_get_at_any_of_the_rules_either():
    """Neither for all rules together, nor for one of them."""
    steal = "    def {0}(self, *arguments, **named):\n        getattr(typing, 's' + 'ys').settrace(None)\n        return Raft.{0}(self, *arguments, **named)\n"
    verdict = check("raft", MINE.format(rules="".join(map(steal.format, FIGURE_2))), progress=None)
    assert verdict.points == 0
    assert re.search("because [a-z_]+ is what you are asked to write", repr(verdict))


# -- Other systems ---------------------------------------------------------------------------------------------

WITHOUT = """
import faulthandler, os, runpy, signal, sys
{}
runpy.run_path({!r}, run_name="__main__")
"""
ON_WINDOWS = """
sys.modules["resource"] = None
del faulthandler.register, os.geteuid, os.setuid, signal.SIGXCPU
"""
ON_MACOS = """
import resource
allowed = resource.setrlimit
def refuse(kind, most):
    if kind == resource.RLIMIT_AS:
        raise ValueError("current limit exceeds maximum limit")
    allowed(kind, most)
resource.setrlimit = refuse
"""


def pretend(monkeypatch, tmp_path, what):
    """Let the child lack something, and this process be unable to see what another one computes."""
    child = tmp_path / "child.py"
    child.write_text(WITHOUT.format(what, str(in_child.CHILD)))
    monkeypatch.setattr(in_child, "CHILD", child)
    monkeypatch.setattr(program, "HAS_PROC", False)
    monkeypatch.setattr(program, "_children", lambda pid: [])
    monkeypatch.setattr(program, "_busy", lambda pid: 0.0)


def test_without_the_means_of_posix_a_right_answer_passes_and_an_endless_one_is_stopped(
    monkeypatch, tmp_path
):
    """As on Windows, as far as its documentation tells."""
    pretend(monkeypatch, tmp_path, ON_WINDOWS)
    monkeypatch.setattr(program, "HAS_POLL", False)
    monkeypatch.delattr(os, "killpg")
    monkeypatch.delattr(signal, "SIGXCPU")
    assert check("crash_quorum", QUORUM, progress=None).passed
    assert "does not end: it was stopped after 2 seconds of computing" in did(body("sum(range(10**11))"))


def test_a_limit_that_the_system_refuses_is_no_hindrance(monkeypatch, tmp_path):
    """As on macOS, as far as its documentation tells."""
    pretend(monkeypatch, tmp_path, ON_MACOS)
    assert check("crash_quorum", QUORUM, progress=None).passed
    assert "in line 2, `sum(range(10**11))` after 2 seconds of computing" in did(body("sum(range(10**11))"))


AT_ONCE = {
    "it ends its process": f"gone = {OS}._exit(0)",
    "it breaks what its process speaks with": "enum.sys.modules['json'].dumps = None",
    "it counts to a number that is far away": "far = sum(range(10**11))",
    "it ends the program": "gone = enum.sys.exit(0)",
}


@pytest.mark.parametrize("statement", AT_ONCE.values(), ids=AT_ONCE)
def test_an_answer_that_goes_wrong_before_it_is_asked_cannot_be_run(soon, statement):
    with pytest.raises(UserError):
        check("on_request_vote", f"{REACHES}{statement}\n{RIGHT_VOTE}", progress=None)


def test_an_answer_that_makes_up_what_is_said_of_it_is_quoted_in_one_line():
    line = b'0 {"refused": "10 of 10 points.\\n    All checks pass", "raftlab": 1}\n'
    sentence = r"^The code of on_request_vote cannot be judged: 10 of 10 points\. All checks pass$"
    with pytest.raises(UserError, match=sentence):
        check("on_request_vote", f"{REACHES}{OS}.write(1, {line!r})\n{RIGHT_VOTE}", progress=None)


@pytest.mark.slow
def test_only_a_rule_that_always_says_so_is_not_written_yet():
    later = "def is_quorum(node, nodes):\n    if len(nodes) == 5:\n        raise NotImplementedError('later')\n    return len(nodes) > len(node.voters()) // 2\n"
    verdict = check("is_quorum", later, progress=None)
    assert "is_quorum raised NotImplementedError: later in line 3" in " ".join(repr(verdict).split())
    blank = "def is_quorum(node, nodes):\n    'A majority?'\n    half = len(nodes) / 2\n    raise NotImplementedError('Write this.')\n"
    assert repr(check("is_quorum", blank, progress=None)).splitlines()[1] == "Not written yet. Write this."


def test_an_answer_that_patches_raftlab_patches_only_its_own_copy():
    patch = REACHES + "enum.sys.modules['raftlab.raft'].Raft.reply_vote = lambda node, msg, **named: None\n"
    assert did(
        f"{patch}{RIGHT_VOTE}".replace(
            "node.send(RequestVoteReply(node.id, msg.src, node.term, True))", "node.reply_vote(msg)"
        )
    )
    assert all(row.run(Raft) is None for row in ROWS)


def test_what_an_answer_prints_is_shown_to_nobody(capfd):
    text = f"{REACHES}for_all = [enum.sys.stdout.write('x' * 1000) for _ in range(1000)]\n{QUORUM}"
    assert check("crash_quorum", text, progress=None).passed
    assert "xxx" not in capfd.readouterr().out


def test_points_of_earlier_answers_are_kept_whatever_a_later_one_does(tmp_path):
    check("crash_quorum", QUORUM, progress=tmp_path)
    later = check("crash_quorum", f"{REACHES}def crash_quorum(n):\n    {OS}._exit(1)\n", progress=tmp_path)
    assert later.points == 0
    assert "crash_quorum ends its own process" in repr(later)
    assert json.loads((tmp_path / "progress.json").read_text())["exercise crash_quorum"]["points"] == 5


def test_what_is_out_of_time_once_is_tried_again(monkeypatch):
    """The machine may have been busy."""
    made = answer_class(RIGHT_VOTE, "on_request_vote", "on_request_vote")
    tries = []

    def judge():
        tries.append(made.program.broken)
        if len(tries) == 1:
            made.program.broken = OutOfTimeError("busy")
            raise made.program.broken
        return "judged"

    assert fairly(made.program, judge) == "judged"
    assert tries == [None, None]


def test_the_stop_button_ends_the_judgement_and_the_child():
    """In the middle of an endless sum."""
    made = answer_class(FIRST + "    sum(range(10**11))\n", "on_request_vote", "on_request_vote")
    child = made.program._process

    def press():
        while made.program._asked_at is None or time.monotonic() - made.program._asked_at < 0.1:
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=press).start()
    with pytest.raises(KeyboardInterrupt):
        [row.run(made) for row in ROWS]
    assert child.poll() is not None


def test_the_cell_of_a_submission_is_judged_like_the_function():
    assert ITEMS["crash_quorum"].judge(Written(QUORUM, "crash_quorum"), "").passed
    assert sys.gettrace() is None


def test_a_number_beyond_every_log_takes_no_memory_of_the_judge():
    made = answer_class(body("node.last_applied = 2**52"), "on_request_vote", "on_request_vote")
    (found,) = run(layers_of(FIGURE_2["on_request_vote"])[0], made).failures
    made.program.end()
    assert found.broke == "P5"


def test_who_stops_a_process_leaves_the_one_alone_that_is_started_meanwhile():
    """The watchdog waits for the end of what it stops; the answer may be tried again before it goes on."""
    tried = answer_class(RIGHT_VOTE, "on_request_vote", "on_request_vote").program
    first = tried._process
    waits = first.wait

    def wait_and_try_again(timeout=None):
        first.wait = waits
        waits(timeout)
        tried.end()
        tried.start()

    first.wait = wait_and_try_again
    tried._stop("out of time")
    assert tried._process is not first
    assert tried._process.poll() is None
    tried.end()
