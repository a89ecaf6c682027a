"""The sandbox: what runs in it harms nothing, and a protection that is missing is found by trying."""

import signal
import subprocess
import sys

import pytest

from raftlab.grading import sandbox
from raftlab.grading.sandbox import KINDS, PROTECTIONS, Limits, Sandbox, find_sandbox, probe

WHOLE = [kind for kind in ("bubblewrap", "namespaces") if probe(kind) == ()]
whole = pytest.mark.parametrize(
    "kind", WHOLE or [pytest.param("none", marks=pytest.mark.skip("no sandbox works here"))]
)
only_linux = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="there are sandboxes only on Linux"
)
PYTHON = [sys.executable, "-I", "-c"]


def output(kind, code, limits=Limits()):  # noqa: B008
    ran = subprocess.run(
        KINDS[kind]([*PYTHON, code], limits), stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    return ran.stdout.strip()


@only_linux
def test_limits_alone_are_no_sandbox_and_the_probe_says_what_is_missing():
    missing = probe("limits")
    assert {"network", "files", "others"} <= set(missing)
    assert "reach the network" in Sandbox("limits", missing).lacks


def test_the_sandbox_that_is_chosen_lacks_the_least():
    chosen = find_sandbox()
    assert chosen.kind in KINDS
    assert set(chosen.missing) <= set(PROTECTIONS)
    assert not WHOLE or chosen.missing == ()


def test_a_kind_whose_program_is_not_installed_is_not_chosen(monkeypatch):
    missing = {**KINDS, "bubblewrap": lambda command, limits: ["no-such-program", *command]}
    monkeypatch.setattr(sandbox, "KINDS", missing)
    assert probe("bubblewrap") is None


@only_linux
def test_a_kind_that_forgets_a_limit_is_found_out(monkeypatch):
    limited = KINDS["limits"]
    before = set(probe("limits"))
    without = {"limits": lambda *given: [each for each in limited(*given) if "--as=" not in each]}
    monkeypatch.setattr(sandbox, "KINDS", without)
    assert set(probe("limits")) - before == {"memory"}


@whole
def test_code_in_it_finds_no_file_of_the_lecturer(kind, tmp_path):
    (tmp_path / "answers.txt").write_text("142")
    code = f"import os; print(os.path.exists({str(tmp_path / 'answers.txt')!r}))"
    assert output("limits", code) == "True"
    assert output(kind, code) == "False"


@whole
def test_it_ends_with_the_process_that_started_it(kind):
    command = KINDS[kind]([*PYTHON, sandbox.SLEEPER], Limits())
    grader = f"import subprocess; subprocess.Popen({command!r}).wait()"
    with subprocess.Popen([*PYTHON, grader], stdout=subprocess.PIPE) as started:
        assert started.stdout.readline() == b"awake\n"
        started.send_signal(signal.SIGKILL)
        started.communicate(timeout=120)  # the output ends only when nothing that could write to it is left


@whole
def test_two_of_them_do_not_count_each_others_processes(kind):
    command = KINDS[kind]
    with subprocess.Popen(command([*PYTHON, sandbox.SLEEPER], Limits()), stdout=subprocess.PIPE) as first:
        first.stdout.readline()
        assert output(kind, "print('hello')") == "hello"
        first.kill()


@whole
def test_sets_of_names_have_the_same_order_in_every_run(kind):
    code = "import sys; print(sys.flags.hash_randomization, *{'n1', 'n2', 'n3', 'n4', 'n5'})"
    command = KINDS[kind]([sys.executable, "-s", "-P", "-c", code], Limits())
    runs = {subprocess.run(command, capture_output=True, text=True).stdout for _ in range(2)}
    assert len(runs) == 1
    assert runs.pop().startswith("0 ")


def test_where_no_kind_works_every_protection_is_missing(monkeypatch):
    monkeypatch.setattr(sandbox, "probe", lambda kind: None)
    assert find_sandbox.__wrapped__() == Sandbox("limits", tuple(PROTECTIONS))
