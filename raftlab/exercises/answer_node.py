"""A learner's answer as a node class, without running any of it here: its code runs in a child process."""

import sys
from pathlib import Path

from raftlab.raft import Raft
from raftlab.remote.nodes import class_with, whole_class
from raftlab.remote.program import CPU, SILENCE, Program, place_in
from raftlab.sim.systems import build

# -s, -P, -S: no packages but raftlab, which the child finds by itself. -B: it writes nothing.
PYTHON = (sys.executable, "-s", "-P", "-S", "-B")
CHILD = Path(__file__).with_name("child.py")


def answer_class(
    text: str,
    name: str,
    rule: str | None = None,
    extensions: tuple[str, ...] = (),
    asked: tuple[str, ...] = (),
    only: str | None = None,
) -> type[Raft]:
    """The class of nodes that an answer makes.

    text: the answer. name: what it defines. rule: the rule that it is; None: it is a whole Raft. extensions: of the
    nodes. asked: rules that a whole Raft must have itself. only: the only rule to take from it.

    Raises UserError if the answer cannot be run, and NotImplementedError if it says so itself.
    """
    about = {"text": text, "name": name, "rule": rule, "extensions": extensions, "asked": asked, "only": only}
    called = rule or name
    program = Program(
        [*PYTHON, str(CHILD)],
        {"answer": about},
        f"The code of {called}",
        lambda what, errors: told(called, text, what, errors),
    )
    hello = program.start()
    base = build(*extensions)
    rules = [each for each in hello.get("rules", ()) if isinstance(each, str)]
    made_by = (answer_class, (text, name, rule, extensions, asked, only))
    if rule is not None:
        return class_with("Yours", base, program, made_by, [rule])
    return whole_class(name, base, program, made_by, every_tick="on_tick" in rules or "step" in rules)


def told(called: str, text: str, what: str, errors: str) -> str:
    """Why the child gave no answer, in a sentence with the line of the answer, if that is known."""
    line = place_in(errors)
    lines = text.splitlines()
    where = f" in line {line}, `{lines[line - 1].strip()}`" if line and line <= len(lines) else ""
    if what == "out of time":
        return f"{called} does not end: it was stopped{where} after {CPU:g} seconds of computing."
    if what == "silent":
        return f"{called} waits for something{where}: it was stopped after {SILENCE:g} seconds."
    return f"{called} ends its own process{where}, so that it cannot answer any more."
