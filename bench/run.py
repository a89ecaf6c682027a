"""Measure what raftlab promises about its speed, and print one table (`make bench`).

Every number is the median of several rounds. Before and after each round a plain Python loop is timed
in the same process: "loops" is the number of its turns in the time of one tick, one frame or one key
press, so that numbers of different machines can be compared. The last column is that number divided by
the one of an earlier commit, which is in `baseline.json` (`baseline.py` takes it).
"""

import argparse
import json
import os
import platform
import re
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]  # bench itself, and what the tests know of browsers

from browser_help import find_chromium  # noqa: E402

from bench import browser, checks, experiments, explorer, grading, notebooks, simulator  # noqa: E402
from bench.rows import Result, Row, measure, number, rounds_of  # noqa: E402

ROWS: list[Row] = [
    *simulator.ROWS,
    *experiments.ROWS,
    *checks.ROWS,
    *explorer.ROWS,
    *notebooks.ROWS,
    *grading.ROWS,
    *browser.ROWS,
]
BASELINE = ROOT / "bench" / "baseline.json"
COLUMNS = ("what", "median", "rounds", "target", "met?", "loops", "ratio")
LEFT = ("what", "met?")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the rows that are asked for, all by default."""
    parser = argparse.ArgumentParser(description="Measure the speed of raftlab.")
    parser.add_argument("--quick", action="store_true", help="short rounds: a glance, not a measurement")
    parser.add_argument("--only", metavar="WORD", default="", help="only rows that have this word")
    parser.add_argument("--json", metavar="FILE", type=Path, help="keep the numbers in a file")
    options = parser.parse_args(arguments)
    rows = [row for row in ROWS if options.only in row.name or options.only in row.what]
    if not rows:
        parser.error(f"no row has {options.only!r} in it; there are {', '.join(row.name for row in ROWS)}")
    header = machine()
    print(header)
    results = measured(rows, options.quick)
    print(table(results))
    if options.json:
        options.json.write_text(as_json(header, results), encoding="utf-8")


def measured(rows: list[Row], quick: bool) -> list[Result]:
    results = []
    with tqdm(total=len(rows) * rounds_of(quick), leave=False, unit="round", disable=None) as bar:
        for place, row in enumerate(rows, start=1):
            bar.set_description(row.name)
            results.append(measure(row, quick, bar.update))
            bar.update(place * rounds_of(quick) - bar.n)  # a skipped row has no rounds
    return results


# -- Telling ----------------------------------------------------------------------------------------


def machine() -> str:
    """The machine in one line."""
    busy = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return (
        f"{processor()}, {os.cpu_count()} cores{busy}; {platform.system()}; "
        f"Python {platform.python_version()}; {chromium_version()}"
    )


def processor() -> str:
    """The model of the CPU, if the system says it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or platform.machine()


def chromium_version() -> str:
    chromium = find_chromium()
    if chromium is None:
        return "no Chromium"
    told = subprocess.run([chromium, "--version"], capture_output=True, text=True).stdout
    version = re.match(r"\D*[\d.]+", told)
    return version[0] if version else "a Chromium of unknown version"


def table(results: list[Result]) -> str:
    """All results, a line for each, with notes below."""
    before = json.loads(BASELINE.read_text(encoding="utf-8"))
    lines = [COLUMNS, *((*cells(result), ratio(result, before["cost"])) for result in results)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(COLUMNS))]
    text = [
        "  ".join(
            cell.ljust(width) if name in LEFT else cell.rjust(width)
            for cell, width, name in zip(line, widths, COLUMNS, strict=True)
        ).rstrip()
        for line in lines
    ]
    return "\n".join([text[0], "-" * len(text[0]), *text[1:], "", *notes(results), *about(before)])


def notes(results: list[Result]) -> list[str]:
    """Notes that do not fit into the columns."""
    told = [(each.row.what.strip(), each.note or each.skipped) for each in results]
    lines = [f"{what}: {note}" for what, note in told if note]
    if pace := [turns for each in results for turns in each.pace]:
        millions = statistics.median(pace) / 1e6
        lines.append(
            f"loops: turns of a plain Python loop that take as long; {millions:.0f} million a second here"
        )
    return lines


def cells(result: Result) -> tuple[str, ...]:
    """One line of the table."""
    row = result.row
    target = f"{'≥' if row.is_more_better else '≤'} {number(row.target)} {row.unit}"
    if result.skipped:
        return row.what, "", "", target, result.verdict, ""
    spread = f"{number(min(result.values))} – {number(max(result.values))}"
    loops = number(statistics.median(result.loops)) if result.loops else ""
    return row.what, f"{number(result.median)} {row.unit}", spread, target, result.verdict, loops


def ratio(result: Result, before: dict[str, float]) -> str:
    """The cost divided by that of the baseline: more than 1 is slower, or larger."""
    if not before.get(result.row.name) or result.cost is None:
        return ""
    return f"{result.cost / before[result.row.name]:.2f}"


def about(before: dict[str, Any]) -> list[str]:
    """What the ratios refer to."""
    return [
        f"ratio: loops (or size) divided by what they were at commit {before['commit']}; more than 1 is slower, or larger",
        f"       {before['taken']}",
    ]


def as_json(header: str, results: list[Result]) -> str:
    """All results as JSON, with every round."""
    rows = [
        {
            **{name: getattr(each.row, name) for name in ("name", "what", "unit", "target")},
            **{
                name: getattr(each, name)
                for name in ("values", "pace", "loops", "cost", "verdict", "note", "skipped")
            },
        }
        for each in results
    ]
    return json.dumps({"machine": header, "rows": rows}, indent=1, ensure_ascii=False)


if __name__ == "__main__":
    main()
