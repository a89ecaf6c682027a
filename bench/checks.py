"""The CPU time to judge answers, and to check histories: recorded ones, if they are there, and a random one."""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

from jepsen import read_map, read_register

from bench.rows import CannotMeasureError, Row, Sample
from raftlab import check
from raftlab.checks.differential import differential
from raftlab.checks.linearizability.judge import check_linearizability
from raftlab.checks.linearizability.models import Map, Model, Register
from raftlab.exercises.in_child import answer_class, whole_answer
from raftlab.exercises.items import FIGURE_2
from raftlab.remote.transcript import PASSED
from raftlab.sim.trace import Operation

SOLUTION = Path(__file__).parent.parent / "tests" / "solutions" / "iterative.py"
KINDS = 9 * ("get",) + 10 * ("append",) + ("put",)  # as in the recorded history


def whole_raft(_quick: bool) -> Iterator[Sample]:
    """Judge a whole Raft whose rules are all the learner's own, each rule and all together."""
    return judged("raft", whole_text())


def whole_raft_again(_quick: bool) -> Iterator[Sample]:
    """The same after another one that does the same."""
    return judged("raft", whole_text(), again=True)


def one_rule(_quick: bool) -> Iterator[Sample]:
    """Judge the rule that has the most to do."""
    return judged("on_append_entries", SOLUTION.read_text())


def one_rule_again(_quick: bool) -> Iterator[Sample]:
    """The same after another one that does the same."""
    return judged("on_append_entries", SOLUTION.read_text(), again=True)


def whole_text() -> str:
    """The text of such a Raft."""
    body = "".join(f"    {rule} = {rule}\n" for rule in FIGURE_2)
    return f"from raftlab import Raft\n{SOLUTION.read_text()}\n\nclass Mine(Raft):\n{body}"


def one_vote(_quick: bool) -> Iterator[Sample]:
    """Judge a rule that has less to do."""
    return judged("on_request_vote", SOLUTION.read_text())


def one_vote_again(_quick: bool) -> Iterator[Sample]:
    """The same after another one that does the same."""
    return judged("on_request_vote", SOLUTION.read_text(), again=True)


def small_situations(_quick: bool) -> Iterator[Sample]:
    """A right answer in all small situations of the rule that has the most to do, with the start of the process that runs it."""
    yield from in_situations(
        "on_append_entries",
        lambda: answer_class(SOLUTION.read_text(), "on_append_entries", "on_append_entries"),
    )


def small_situations_whole(_quick: bool) -> Iterator[Sample]:
    """A whole Raft in all small situations, with the start of the process that runs it."""
    yield from in_situations("raft", lambda: whole_answer(whole_text(), "Mine", tuple(FIGURE_2)))


def in_situations(item: str, made: Callable[[], Any]) -> Iterator[Sample]:
    """The CPU time of this process and of the answer's. What the reference does is computed only once."""
    check = differential(item)
    number = check.cases
    while True:
        start = time.process_time()
        raft = made()
        wrong = check.run(raft)
        raft.program.end()
        spent = time.process_time() - start + raft.program.spent
        yield Sample(spent * 1000, f"{number:,} situations, {'wrong' if wrong else 'right'}")


def timeout_range(_quick: bool) -> Iterator[Sample]:
    """Timeouts that suit every network: each is tried in five hundred elections."""
    return judged(
        "timeout_range",
        "def timeout_range(one_way_ms, nodes):\n    return 5 * one_way_ms, 40 * one_way_ms",
    )


def judged(item: str, answer: str, again: bool = False) -> Iterator[Sample]:
    """The CPU time to judge a right answer, with the process that runs it. What is imported or computed only once does not count.

    again: another one that does the same has passed before, in another process.
    """
    with tempfile.TemporaryDirectory() as folder:
        os.environ["RAFTLAB_CACHE"] = folder
        check(item, answer, progress=None)
        while True:
            PASSED.clear()
            for file in () if again else Path(folder).iterdir():
                file.unlink()
            here, elsewhere = spent()
            verdict = check(item, answer, progress=None)
            here, elsewhere = spent()[0] - here, spent()[1] - elsewhere
            note = f"{verdict.points:g} points; {1000 * elsewhere:,.0f} ms in the process that runs it"
            yield Sample((here + elsewhere) * 1000, note)


def spent() -> tuple[float, float]:
    """The CPU time of this process, and of those that it has started and that have ended."""
    times = os.times()
    return times.user + times.system, times.children_user + times.children_system


def etcd(_quick: bool) -> Iterator[Sample]:
    """Check all recorded logs of a register in etcd, of which many are not linearizable."""
    histories = [read_register(path.read_text()) for path in sorted(recorded().glob("etcd_*.log"))]
    yield from checked(histories, Register(None))


def fifty_clients(_quick: bool) -> Iterator[Sample]:
    """Check a history of a map with fifty clients, which is linearizable."""
    yield from checked([read_map((recorded() / "c50-ok.txt").read_text())], Map(""))


def drawn(quick: bool) -> Iterator[Sample]:
    """Check a random history of the same kind. With more clients it soon takes very long, because there are many possible orders."""
    return checked([history(clients=25, operations=500 if quick else 1_700)], Map(""))


def recorded() -> Path:
    place = os.environ.get("RAFTLAB_SHARED")
    if not place:
        raise CannotMeasureError("the recorded histories are not here: RAFTLAB_SHARED is not set")
    folder = Path(place) / "data" / "linearizability"
    if not folder.is_dir():
        raise CannotMeasureError(f"the recorded histories are not here: there is no folder {folder}")
    return folder


def checked(histories: list[list[Operation]], model: Model) -> Iterator[Sample]:
    while True:
        start = time.process_time()
        verdicts = [check_linearizability(operations, model) for operations in histories]
        ms = (time.process_time() - start) * 1000
        count = sum(map(len, histories))
        yield Sample(
            ms, f"{count:,} operations; {sum(each.ok for each in verdicts)} of {len(verdicts)} linearizable"
        )


def history(clients: int, operations: int) -> list[Operation]:
    """Clients of a real map with ten keys, all of which ask something at nearly all times."""
    dice = Random("a history")
    free_at = [0.0] * clients
    asked = []
    for number in range(operations):
        client = min(range(clients), key=free_at.__getitem__)
        invoked = int(free_at[client]) + 1
        moment = invoked + dice.random() * 50
        free_at[client] = moment + dice.random() * 50 + 1
        asked.append((moment, number, client, invoked, int(free_at[client])))
    values: dict[str, str] = {}
    made = []
    for _, number, client, invoked, returned in sorted(asked):
        key = f"k{int(dice.random() * 10)}"
        kind = KINDS[int(dice.random() * len(KINDS))]
        result = values.get(key, "") if kind == "get" else None
        if kind != "get":
            values[key] = (values.get(key, "") if kind == "append" else "") + f"{number} "
        made.append(
            Operation(
                f"c{client}", kind, key, None if kind == "get" else f"{number} ", result, invoked, returned
            )
        )
    return made


ROWS = [
    Row("whole", "is it right? a whole Raft", "ms", 3_000, whole_raft),
    Row("whole-again", "  one that does the same as another one", "ms", 3_000, whole_raft_again),
    Row("rule", "  on_append_entries", "ms", 1_000, one_rule),
    Row("rule-again", "  one that does the same as another one", "ms", 1_000, one_rule_again),
    Row("vote", "  on_request_vote", "ms", 1_000, one_vote),
    Row("vote-again", "  one that does the same as another one", "ms", 1_000, one_vote_again),
    Row(
        "situations",
        "  one rule in all small situations, with the start of a process",
        "ms",
        1_000,
        small_situations,
    ),
    Row("situations-whole", "  a whole Raft in all small situations", "ms", 3_000, small_situations_whole),
    Row("timeouts", "  an answer for timeout_range", "ms", 1_000, timeout_range),
    Row("etcd", "is it linearizable? all recorded etcd logs", "ms", 2_000, etcd),
    Row("fifty", "  a recorded history of 50 clients", "ms", 400, fifty_clients),
    Row("drawn", "  a drawn history of 25 clients, 1,700 operations", "ms", 1_800, drawn),
]
