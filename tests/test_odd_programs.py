"""Programs that answer nonsense, half a line, late or never, or that die: each gets one sentence, and nothing is left running."""

import os
import re
import shlex
import signal
import subprocess
import sys
import threading
from random import Random
from textwrap import indent

import pytest

from raftlab import UserError, implement
from raftlab.cli import main
from raftlab.exercises.items import ITEMS
from raftlab.exercises.whole import ALONE, judged_program
from raftlab.messages import ElectionTimeout, RequestVote
from raftlab.remote.program import Program
from raftlab.sim.errors import NodeError

# A program that answers as it should: it says hello, begins nodes whose timers are about to run out, and then does nothing.
PROGRAM = """\
import json, os, subprocess, sys, time

def say(line):
    sys.stdout.buffer.write(line if isinstance(line, bytes) else line.encode() + b"\\n")
    sys.stdout.buffer.flush()

def step(*fields, effects="[]"):
    say('{"effects": ' + effects + ', "state": {' + ", ".join(fields) + "}}")

state = {
    "role": "follower", "term": 0, "voted_for": None, "leader": None, "votes": [], "log": [], "commit_index": 0,
    "last_applied": 0, "next_index": {}, "match_index": {}, "waiting": {}, "timer": 1, "timeout": 15,
}
sys.stdin.readline()
HELLO
for line in sys.stdin:
    for question in json.loads(line):
        if "new" in question:
            new = question["new"]
            del new["saved"]
NEW
        else:
STEP
"""
RIGHT = {
    "hello": """say('{"raftlab": 1, "name": "Mine"}')""",
    "new": """say(json.dumps({"state": {**state, **new}}))""",
    "step": "step()",
}


@pytest.fixture
def program(tmp_path):
    """Writes a program that does one thing differently: at `hello`, for a `new` node, or in a `step`. Returns its command."""

    def write(name="my node.py", **odd):
        text = PROGRAM
        for place, depth in (("hello", 0), ("new", 12), ("step", 12)):
            text = text.replace(place.upper(), indent(odd.get(place, RIGHT[place]), " " * depth))
        (tmp_path / name).write_text(text, encoding="utf-8")
        return f"{sys.executable} -S {shlex.quote(str(tmp_path / name))}"

    return write


@pytest.fixture
def impatient(monkeypatch):
    """A silence that is short."""
    monkeypatch.setattr("raftlab.remote.program.SILENCE", 0.5)


def ask_once(command):
    made = implement(command=command)
    try:
        made("n1", ("n1", "n2", "n3"), Random(1)).step(ElectionTimeout())
    finally:
        assert made.program.broken is None or made.program._process is None


def said_of(command, capsys, *words):
    """What the command line says of such a program: one line, and nothing else."""
    assert main([*(words or ("play", "three_nodes")), "--node", command]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith("raftlab: ")
    return err


ODD = [
    # What is no answer
    ({"hello": "say('hello')"}, "begins with 'hello'; it should begin with one JSON object"),
    ({"hello": "say('Raft 1.0, ready!')\n" + RIGHT["hello"]}, "begins with 'Raft 1.0, ready!'.* write what is for people to stderr"),
    ({"hello": """say('{"raftlab": 7}')"""}, "speaks version 7 of the protocol; it should be 1"),
    ({"hello": """say('{"raftlab": 1, "name": 5}')"""}, "should say its name, a text, and its extensions, a list"),
    ({"hello": r"""say('{"raftlab": 1, "name": "\\u001b[2J"}')"""}, "should say its name, a text, and its extensions, a list"),
    ({"hello": """say('{"raftlab": 1, "extensions": ["Nope"]}')"""}, "There is no extension 'Nope'"),
    ({"new": "say('[]')"}, r"answers '\[\]'; it should answer with one JSON object in a line"),
    ({"new": """say('{"state": {}}')"""}, "begins a node without election_timeout and heartbeat_interval and role and term"),
    ({"step": "say('I am the leader now!')\nstep()"}, "answers 'I am the leader now!'; it should answer with one JSON object"),
    ({"step": "say(b'\\xff\\xfe{}\\n')"}, "it should answer with one JSON object in a line"),
    ({"step": "say('')"}, "answers ''; it should answer with one JSON object in a line"),
    ({"step": """say('{"error": "I am tired."}')"""}, "I am tired[.]"),
    ({"step": r"""say('{"error": "\\u001b[2J"}')"""}, "\N{REPLACEMENT CHARACTER}\\[2J"),
    ({"step": """say('{"error": ""}')"""}, "answers with the error ''; it should be a sentence"),
    ({"step": """step('"role": "king"')"""}, "role is 'king'; it should be \"follower\" or \"candidate\" or \"leader\""),
    ({"step": """step('"term": 1.5')"""}, "term is 1.5; it should be a whole number"),
    ({"step": """step('"term": true')"""}, "term is True; it should be a whole number"),
    ({"step": """step('"term": 1' + 30 * '0')"""}, "it should be a whole number from -2..53 to 2..53"),
    ({"step": """step('"term": 1' + 5000 * '0')"""}, "it should answer with one JSON object in a line"),
    ({"step": """step('"log": [[1]]')"""}, r"log is \[1\]; it should be an entry, \[term, command\]"),
    ({"step": r"""step('"log": [[1, "\\ud800"]]')"""}, "log has a character in it that cannot be shown"),
    ({"step": r"""step('"log": [[1, "\\u001b[2J"]]')"""}, "log has a character in it that cannot be shown"),
    ({"step": """step('"votes": ["n9"]')"""}, "votes of n1 names 'n9'; it should name a node of n1 n2 n3"),
    ({"step": """step('"id": "n2"')"""}, "n1 changes its id, which must stay as it is"),
    ({"step": """step('"waiting": {"a": "c1"}')"""}, "it should be an object whose names are numbers"),
    ({"step": """step(effects='[{"type": "Save"}]')"""}, "Save is a Save without term and voted_for and index and entries"),
    ({"step": """step(effects='[{"type": "Explode"}]')"""}, 'it should be an object whose "type" is one of Because, Save'),
    ({"step": """step(effects='[{"type": "Send", "message": {"type": "RequestVoteReply", "src": "n1", "dst": "n1", "term": 1, "vote_granted": true}}]')"""},
     "n1 sends to 'n1'; it should send to another node"),
    ({"step": "say('[' * 100_000)"}, "it should answer with one JSON object in a line"),
    ({"step": """say('{"drawn": -1}')"""}, "says that it has drawn -1 dice"),
    ({"step": "say(b'[' + bytes(100_000_000))"}, "answers with a line of more than 1,000,000 bytes"),
    # The end
    ({"hello": "sys.exit()"}, r"ended before it answered \(exit code 0, and nothing on stderr\)"),
    ({"step": "sys.exit('out of ideas')"}, r"ended before it answered \(out of ideas\)"),
    ({"step": "raise ValueError('no\\x1b[31m')"}, "ended before it answered \\(ValueError: no\N{REPLACEMENT CHARACTER}\\[31m\\)"),
    ({"step": "os.kill(os.getpid(), 9)"}, r"ended before it answered \(signal 9\)"),
    ({"step": "say(b'{\"effects\"')\nsys.exit()"}, "ended in the middle of the line '{\"effects\"' \\(exit code 0"),
    ({"step": "os.close(1)\ntime.sleep(1000)"}, r"ended before it answered \(it closed its stdout\)"),
]  # fmt: skip


@pytest.mark.parametrize(("odd", "sentence"), ODD)
def test_what_is_no_answer_is_told_in_a_sentence(odd, sentence, program, capsys):
    command = program(**odd)
    with pytest.raises(UserError, match=sentence):
        ask_once(command)
    assert re.search(sentence, said_of(command, capsys))


def test_answers_that_are_long_altogether_do_not_fill_the_memory_of_the_one_who_asks():
    """Each of them is shorter than the longest line."""
    long = "print('{\"raftlab\": 1}', flush=True)\nwhile True: print(900_000 * 'x')"
    program = Program([sys.executable, "-c", long])
    with pytest.raises(NodeError, match="The node answers with more than 1,404,000 bytes altogether"):
        for _ in program.ask([b"{}"] * 100):
            pass


NEVER = [
    ({"hello": "time.sleep(1000)"}, "did not answer within 0.5 seconds; it should flush its output after each answer"),
    ({"step": "time.sleep(1000)"}, "did not answer within 0.5 seconds"),
    ({"step": "say(b'{}')\ntime.sleep(1000)"}, "wrote '{}' and did not end this line within 0.5 seconds"),
]  # fmt: skip


@pytest.mark.parametrize(("odd", "sentence"), NEVER)
def test_an_answer_that_never_comes_is_told_in_a_sentence(odd, sentence, program, impatient, capsys):
    assert re.search(sentence, said_of(program(**odd), capsys))


def test_an_answer_that_comes_late_is_an_answer(program):
    ask_once(program(step="time.sleep(0.3)\nstep()"))


def test_a_program_that_computes_without_end_is_stopped(program, monkeypatch):
    monkeypatch.setattr("raftlab.remote.program.CPU", 0.2)
    with pytest.raises(UserError, match=r"it computed for more than 0[.]2 seconds"):
        ask_once(program(step="while True: pass"))


@pytest.mark.parametrize(
    "words", [("check",), ("explore", "replication"), ("compare", "cloudflare_cut", "--seeds", "1")]
)
def test_each_command_tells_that_the_program_ended(words, program, capsys):
    assert main([*words, "--node", program(step="sys.exit('out of ideas')")]) in (1, 2)
    out, err = capsys.readouterr()
    assert (out + err).count("Traceback") == 0
    assert "ended before it answered (out of ideas)" in out + err


def test_a_program_that_writes_much_to_stderr_is_heard_all_the_same(program):
    much = "sys.stderr.write('I am here.\\n' * 100_000)\n"
    ask_once(program(step=f"{much}step()"))
    with pytest.raises(UserError, match=r"ended before it answered \(I am gone[.]\)"):
        ask_once(program(step=f"{much}sys.exit('I am gone.')"))


@pytest.mark.parametrize(
    ("errors", "named"),
    [
        ("panic: out of range\n\ngoroutine 1 [running]:\nmain.main()\n\t/tmp/raft.go:5 +0x1d\nexit status 2", "panic: out of range"),
        ("raft.mjs:3\nthrow x\n^\n\nTypeError: no log\n    at file:///raft.mjs:3:7\n\nNode.js v18.19.0", "TypeError: no log"),
        ('Exception in thread "main" java.lang.IllegalStateException: no log\n\tat Raft.main(Raft.java:3)', 'Exception in thread "main" java.lang.IllegalStateException: no log'),
    ],
    ids=["Go", "JavaScript", "Java"],
)  # fmt: skip
def test_the_line_that_names_the_error_is_told(errors, named, program):
    with pytest.raises(UserError, match=re.escape(f"ended before it answered ({named}).")):
        ask_once(program(step=f"sys.exit({errors!r})"))


DIES_LATER = """\
import sys
from raftlab.raft import Raft
from raftlab.remote.answers import Speaker, questions_in

sys.stdin.readline()
print('{"raftlab": 1, "name": "Mine"}', flush=True)
speaker = Speaker(Raft)
for line in sys.stdin:
    if '"Propose"' in line:
        sys.exit("no commands here")
    sys.stdout.buffer.writelines(speaker.lines(questions_in(line.encode())))
    sys.stdout.buffer.flush()
"""


def test_a_program_that_dies_in_a_check_keeps_the_points_of_the_rules_in_which_it_lives(tmp_path):
    (tmp_path / "node.py").write_text(DIES_LATER, encoding="utf-8")
    verdict = judged_program(ITEMS["raft"], f"{sys.executable} {shlex.quote(str(tmp_path / 'node.py'))}")
    told = repr(verdict)
    assert 0 < verdict.points < sum(ALONE.values())
    assert "ended before it answered (no commands here)" in told
    assert (
        "It got through the checks of become_follower, become_candidate, become_leader, on_request_vote"
        in told
    )
    assert not verdict.passed


def test_a_program_that_is_not_there_is_named(tmp_path, capsys):
    (tmp_path / "notes.txt").write_text("no program")
    for command, sentence in (
        ("no-such-raft --fast", "The program 'no-such-raft' cannot be started: No such file or directory."),
        (str(tmp_path / "notes.txt"), "notes.txt' cannot be started: Permission denied."),
        ("  ", "The command is empty; it should name a program, such as 'node raft.mjs'."),
        ("node 'raft.mjs", 'The command "node \'raft.mjs" cannot be split into words: No closing quotation.'),
    ):
        assert sentence in said_of(command, capsys)
    for odd in (["node", "raft.mjs"], "node\0"):
        with pytest.raises(UserError, match=r"The command (is text|has a character)"):
            implement(command=odd)


def test_a_command_may_have_spaces_and_quotation_marks(program):
    ask_once(program(name='it\'s "my" node.py'))


def test_a_program_that_was_stopped_is_not_asked_again(program):
    made = implement(command=program(step="sys.exit()"))
    node = made("n1", ("n1", "n2", "n3"), Random(1))
    for _ in range(3):
        with pytest.raises(UserError, match="ended before it answered"):
            node.step(RequestVote("n2", "n1", 1, 0, 0))
    assert made.program._process is None


# -- Nothing is left running -------------------------------------------------------------------------------------------


STARTS = """\
long = subprocess.Popen(["sleep", "1000"], start_new_session=OTHER)
open(PIDS, "w").write(f"{os.getpid()} {long.pid} ")
"""


def starts(file, other_session=False):
    """Code that starts another program, and notes the numbers of both processes. other_session: one that leaves the group."""
    return STARTS.replace("PIDS", repr(str(file))).replace("OTHER", str(other_session))


def running(file):
    """The processes of that file that still run."""
    left = subprocess.run(
        ["ps", "-o", "stat=", "-p", ",".join(file.read_text().split())],
        capture_output=True,
        text=True,
        check=False,
    )
    return [each for each in left.stdout.split() if each[0] != "Z"]


@pytest.mark.parametrize("other_session", [False, True])
def test_a_program_that_hangs_is_ended_with_all_that_it_has_started(
    other_session, program, tmp_path, monkeypatch
):
    """What it has started holds its stdout and stderr open."""
    pids = tmp_path / "pids"
    command = program(step=f"{starts(pids, other_session)}time.sleep(1000)")
    node = implement(command=command)("n1", ("n1", "n2", "n3"), Random(1))
    monkeypatch.setattr("raftlab.remote.program.SILENCE", 2)  # long enough to start what it starts
    with pytest.raises(UserError, match="did not answer"):
        node.step(ElectionTimeout())
    assert running(pids) == []


def test_the_stop_button_ends_the_program_and_all_that_it_has_started(program, tmp_path):
    """The button raises KeyboardInterrupt in the process that waits."""
    pids = tmp_path / "pids"
    command = program(step=f"{starts(pids)}time.sleep(1000)")
    node = implement(command=command)("n1", ("n1", "n2", "n3"), Random(1))

    def press():
        while not (pids.exists() and pids.read_text().endswith(" ")):
            pass
        os.kill(os.getpid(), signal.SIGINT)

    button = threading.Thread(target=press)
    button.start()
    with pytest.raises(KeyboardInterrupt):
        node.step(ElectionTimeout())
    button.join()
    assert type(node).program._process is None
    assert running(pids) == []


def test_the_command_line_leaves_no_program_behind(program, tmp_path):
    """Even one that does not look whether there are more questions, and starts others."""
    pids = tmp_path / "pids"
    command = program(hello=f"{starts(pids)}{RIGHT['hello']}", new="say('{}')\ntime.sleep(1000)")
    ended = subprocess.run(
        [sys.executable, "-m", "raftlab.cli", "play", "three_nodes", "--node", command],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (2, "")
    assert re.fullmatch("raftlab: .* begins a node without .*[.]\n", ended.stderr)
    assert running(pids) == []


def test_ctrl_c_ends_a_command_with_a_sentence(program, tmp_path):
    pids = tmp_path / "pids"
    command = program(step=f"{starts(pids)}time.sleep(1000)")
    # A command in the background would inherit that interrupts are ignored.
    heard = signal.signal(signal.SIGINT, signal.default_int_handler)
    played = subprocess.Popen(
        [sys.executable, "-m", "raftlab.cli", "play", "three_nodes", "--node", command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    signal.signal(signal.SIGINT, heard)
    while not (pids.exists() and pids.read_text().endswith(" ")):
        assert played.poll() is None
    played.send_signal(signal.SIGINT)
    assert played.communicate() == ("", "\nraftlab: stopped.\n")
    assert (played.returncode, running(pids)) == (130, [])
