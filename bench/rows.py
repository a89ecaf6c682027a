"""What a row of the table is, and how one is measured.

A row's `rounds` makes its scene once and then yields one sample a round, for as long as it is asked.
"""

import math
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

SHARE = (
    "% of an empty page"  # a unit: frames a second here, compared with those of a page on which nothing is
)
IN_A_SECOND = {"ms": 1000, "s": 1}


class CannotMeasureError(Exception):
    """A row cannot be measured here, and why."""


class Sample(NamedTuple):
    """What one round measured, and what else is worth telling."""

    value: float
    note: str = ""


@dataclass(frozen=True)
class Row:
    """A promise: `what` has at least (a speed) or at most (anything else) `target` of a unit."""

    name: str
    what: str
    unit: str
    target: float
    rounds: Callable[[bool], Iterator[Sample]]  # asked with True, rounds are short

    @property
    def is_speed(self) -> bool:
        """Ticks and so on a second."""
        return self.unit.endswith("/s")

    @property
    def is_more_better(self) -> bool:
        return self.is_speed or self.unit == SHARE

    def is_met(self, value: float) -> bool:
        return value >= self.target if self.is_more_better else value <= self.target

    def loops(self, value: float, loops_per_second: float) -> float | None:
        """How many turns of a plain loop pass in the time that one tick, frame or key press takes; None if it is no time."""
        if self.is_speed:
            return loops_per_second / value
        return loops_per_second * value / IN_A_SECOND[self.unit] if self.unit in IN_A_SECOND else None


@dataclass
class Result:
    """The rounds of a row, or why there are none."""

    row: Row
    values: list[float] = field(default_factory=list)
    loops: list[float] = field(default_factory=list)
    pace: list[float] = field(default_factory=list)  # turns of the plain loop a second, around each round
    note: str = ""
    skipped: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def cost(self) -> float | None:
        """What can be compared with other runs: turns of the plain loop, or the value where it is no time."""
        if self.skipped or not self.values:
            return None
        return statistics.median(self.loops) if self.loops else self.median

    @property
    def verdict(self) -> str:
        if self.skipped:
            return "skipped"
        if self.row.is_met(self.median):
            return "✓ met"
        if not self.row.target:
            return "✗ missed"
        percent = abs(self.median / self.row.target - 1) * 100
        return f"✗ missed by {number(percent)} %"


def measure(row: Row, quick: bool, tell: Callable[[], object] = lambda: None) -> Result:
    """Measure all rounds of a row, each between two looks at how fast a plain loop is; `tell` hears of each."""
    result = Result(row)
    try:
        with closing(row.rounds(quick)) as rounds:
            before = loops_per_second()
            for value, note in islice(rounds, rounds_of(quick)):
                after = loops_per_second()
                result.note = note
                result.values.append(value)
                result.pace.append((before + after) / 2)
                loops = row.loops(value, result.pace[-1])
                result.loops += [] if loops is None else [loops]
                before = after
                tell()
    except CannotMeasureError as reason:
        result.skipped = str(reason)
    return result


def rounds_of(quick: bool) -> int:
    return 2 if quick else 5


def loops_per_second(turns: int = 1_000_000) -> float:
    """The baseline: what every machine can be compared by."""
    start = time.perf_counter()
    total = 0
    for turn in range(turns):
        total += turn
    return turns / (time.perf_counter() - start)


def p95(values: list[float]) -> float:
    """What 95 of 100 stay within."""
    return sorted(values)[math.ceil(0.95 * len(values)) - 1]


def number(value: float) -> str:
    """Three digits or more, as people read them."""
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.1f}"
