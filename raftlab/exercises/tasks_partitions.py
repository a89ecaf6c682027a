"""Exercise 05: a machine that carries out each command once, even if the log has it several times."""

from collections.abc import Callable
from typing import Any

from raftlab.checks.failure import Failure
from raftlab.checks.machines import RANDOM, ROWS, EveryLog
from raftlab.exercises.items import Item
from raftlab.exercises.tries import Tries
from raftlab.kv import KeyValue

CLOSED = {KeyValue.do_once.__code__: ("do_once", frozenset({"do_once"}))}


def do_once(function: Callable[..., Any]) -> Tries:
    """Try an answer on logs with repeated commands: those in ROWS, random ones, and all short ones."""
    machine: type[KeyValue] = type("YourMachine", (KeyValue,), {"do_once": _method(function)})
    found = [*(log.run(machine) for log in (*ROWS, *RANDOM)), EveryLog().run(machine)]
    failures = [each for each in found if each is not None]
    rows = [each is None for each in found[: len(ROWS)]]
    if not failures:
        return Tries(1, 1, (f"All {len(found)} checks pass.",))
    head = f"{len(found)} checks, {len(failures)} fail{'s' if len(failures) == 1 else ''}."
    # If only random or short logs fail, the answer loses one share of the points.
    right = min(sum(rows), len(rows) - 1)
    return Tries(right, len(rows), (head, *told(failures[0])))


def _method(function: Callable[..., Any]) -> Callable[..., Any]:
    """The answer as a method of the machine. It gets its arguments by position, so their names do not matter."""

    def method(machine: KeyValue, session: str, serial: int, command: str) -> Any:
        return function(machine, session, serial, command)

    return method


def told(failure: Failure) -> tuple[str, ...]:
    """A log that the machine answers wrongly, line by line."""
    lines = [f"    {number}. {command}" for number, command in enumerate(failure.schedule, start=1)]
    if failure.seed is not None:
        lines += [f"The seed of this log: {failure.seed}."]
    return (
        f"Expected: {failure.expectation}",
        "The log, command by command:",
        *lines,
        f"Your machine {failure.did.rstrip('.')}.",
        f"It should {failure.should}.",
    )


PARTITIONS = (
    (Item("do_once", "05", 8, (), (
        "For each session, remember the last number and its answer. What should happen when a command with the same number comes again?",
        "There are three cases: a newer number, the same number, and an older one. And the session may be unknown.",
        "last, answer = machine.sessions.pop(session); if serial > last: answer = machine.do(command), and last = serial. Put (last, answer) back, so that this session is the one used last. Return the answer if serial == last now, else f\"stale: {session} is at {last}\".")),
     ("machine", "session", "serial", "command"), do_once, "Play the story asked_twice, and asked_in_session."),
)  # fmt: skip
