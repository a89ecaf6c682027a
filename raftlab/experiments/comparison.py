"""The table that `compare` returns: as numbers, as text, as Markdown and as HTML."""

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import NamedTuple

HEADER = (
    "variant", "elections", "terms added", "without a leader", "longest gap between commits", "writes lost", "verdict",
)  # fmt: skip


class Row(NamedTuple):
    """One story with one set of extensions. Each tuple has one item for each seed; times in milliseconds.

    longest_gap_ms: None if no client writes. span_ms: the time from the fault to the end of the run. leaders: the node
    that leads at the end, with or without a majority.
    """

    story: str
    title: str
    variant: str
    span_ms: int
    elections: tuple[int, ...]
    terms: tuple[int, ...]
    leaderless_ms: tuple[int, ...]
    longest_gap_ms: tuple[int, ...] | None
    lost_writes: tuple[int, ...]
    verdicts: tuple[str, ...]
    leaders: tuple[str | None, ...]

    @property
    def verdict(self) -> str:
        """The verdict if all seeds have the same; otherwise the number of runs with each, the most frequent first."""
        counts = Counter(self.verdicts).most_common()
        return counts[0][0] if len(counts) == 1 else ", ".join(f"{word} {count}" for word, count in counts)

    def cells(self) -> list[str]:
        """The row in words, in the order of HEADER: medians, and the range if they differ."""
        return [
            self.variant, numbers(self.elections), numbers(self.terms), seconds(self.leaderless_ms),
            "nobody writes" if self.longest_gap_ms is None else seconds(self.longest_gap_ms),
            "nobody writes" if self.longest_gap_ms is None else numbers(self.lost_writes),
            self.verdict,
        ]  # fmt: skip


@dataclass(frozen=True, repr=False)
class Comparison:
    """Stories with sets of extensions. rows: the numbers, row by row; runs: the number of seeds in each row."""

    rows: tuple[Row, ...]
    runs: int

    def tables(self) -> list[tuple[str, list[list[str]]]]:
        """For each story, the line above its table, and the cells."""
        found = []
        for _, group in groupby(self.rows, lambda row: row.story):
            rows, runs = list(group), "1 run each" if self.runs == 1 else f"{self.runs} runs each"
            above = f"{rows[0].title} ({rows[0].span_ms / 1000:.3g} s after the fault, {runs})"
            found.append((above, [row.cells() for row in rows]))
        return found

    def __repr__(self) -> str:
        return "\n\n".join(f"{above}\n{as_text(cells)}" for above, cells in self.tables())

    def _repr_markdown_(self) -> str:
        return "\n\n".join(f"**{above}**\n\n{as_markdown(cells)}" for above, cells in self.tables())

    def _repr_html_(self) -> str:
        return "".join(as_html(above, cells) for above, cells in self.tables())


def numbers(values: Sequence[float], form: str = "{:g}", unit: str = "") -> str:
    """The median and, if they are not all the same, the range: "52 (50–54)"."""
    middle, least, most = (
        form.format(each) for each in (statistics.median(values), min(values), max(values))
    )
    return f"{middle}{unit}" if least == most else f"{middle}{unit} ({least}–{most})"


def seconds(values_ms: Sequence[float]) -> str:
    """Milliseconds as seconds."""
    return numbers([value / 1000 for value in values_ms], "{:.3g}", " s")


def as_text(rows: Sequence[Sequence[str]]) -> str:
    """A table as text with aligned columns."""
    table = [HEADER, *rows]
    widths = [max(len(row[column]) for row in table) for column in range(len(HEADER))]
    lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in table]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def as_markdown(rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    return "\n".join(f"| {' | '.join(row)} |" for row in [HEADER, ["---"] * len(HEADER), *rows])


def as_html(above: str, rows: Sequence[Sequence[str]]) -> str:
    """A table in HTML."""
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in HEADER)
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(f"<td>{escape(each)}</td>" for each in row[1:])
        + "</tr>"
        for row in rows
    )
    return f"<table><caption>{escape(above)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
