"""Rows of the table of measurements, and how they are measured.

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

# A unit: frames a second here, compared with those of a page on which nothing is.
SHARE = "% of an empty page"
IN_A_SECOND = {"ms": 1000, "s": 1}


class CannotMeasureError(Exception):
    """A row cannot be measured here, and why."""


class Sample(NamedTuple):
    """The result of one round, and a note."""

    value: float
    note: str = ""


@dataclass(frozen=True)
class Row:
    """A promise: `what` reaches at least (if it is a speed) or at most (otherwise) `target` of a unit."""

    name: str
    what: str
    unit: str
    target: float
    rounds: Callable[[bool], Iterator[Sample]]  # called with True, rounds are short

    @property
    def is_speed(self) -> bool:
        """Is the unit a speed, such as ticks per second?"""
        return self.unit.endswith("/s")

    @property
    def is_more_better(self) -> bool:
        return self.is_speed or self.unit == SHARE

    def is_met(self, value: float) -> bool:
        return value >= self.target if self.is_more_better else value <= self.target

    def loops(self, value: float, loops_per_second: float) -> float | None:
        """The turns of a plain loop in the time of one tick, frame or key press; None if the value is not a time."""
        if self.is_speed:
            return loops_per_second / value
        return loops_per_second * value / IN_A_SECOND[self.unit] if self.unit in IN_A_SECOND else None


@dataclass
class Result:
    """The rounds of a row, or the reason why there are none."""

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
        """A number to compare with other runs: turns of the plain loop, or the value itself if it is not a time."""
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
    """Measure all rounds of a row. Before and after each, the speed of a plain loop is measured; `tell` is called after each."""
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
    """The speed of a plain loop, by which machines can be compared."""
    start = time.perf_counter()
    total = 0
    for turn in range(turns):
        total += turn
    return turns / (time.perf_counter() - start)


def p95(values: list[float]) -> float:
    """The 95th percentile."""
    return sorted(values)[math.ceil(0.95 * len(values)) - 1]


def number(value: float) -> str:
    """A number with at least three digits, for people."""
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.1f}"
