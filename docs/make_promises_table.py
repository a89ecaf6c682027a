"""Write docs/promises.json and docs/promises.md (`make promises`): every promise, with every legal pair of extensions."""

import json
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests"))

import promises  # noqa: E402

PAGE, NUMBERS = HERE / "promises.md", HERE / "promises.json"
HEAD = f"""# What each set of extensions promises

Written by `make promises` from `docs/promises.json`. A line is a set of extensions: plain Raft, each extension alone
with those that it needs, every legal pair, the named systems, and twenty random sets. A column is a promise.

Each line stands for {promises.RUNS} runs of three to five nodes in the timing of the lessons (a tick is 10 ms, an
election timeout {promises.SHORTEST} to {promises.LONGEST} ticks): {promises.FAULTY} ticks of random faults (cuts one way and both ways, flapping links, loss,
duplicates, delays, crashes also in the middle of a step, slow clocks, snapshots, transfers, changes of voters), and then,
with all links mended, one disturbance for each promise. A number says in how many of these runs the promise was at
stake; it was kept in all of them. "–" means that the set does not make the promise; the list below says why. In sets with
LeaseReads no node crashes, pauses or is made to time out within a lease, and no clock runs slower than 0.85 of another,
because the promise is made only under these conditions.

Each promise was also tested with nodes that have one mistake which breaks it. In every line that makes the promise, the
runs found the mistake; the last column says after how many runs at the latest.
"""


def measure() -> dict[str, Any]:
    """Play all runs, on all cores. Takes some minutes."""
    with ProcessPoolExecutor() as pool:
        lines = list(pool.map(line, promises.columns()))
        fails = list(pool.map(fail, promises.FAILS))
    return {"runs": promises.RUNS, "sets": lines, "fails": fails}


def line(names: tuple[str, ...]) -> dict[str, Any]:
    """The numbers of a set of extensions: how its runs kept each promise, and when they found each mistake."""
    counts = promises.column(names)
    found = {name: promises.caught(names, name) for name in counts}
    return {"extensions": list(names), "promises": counts, "caught": found}


def fail(asked: tuple[str, tuple[str, ...]]) -> list[Any]:
    """The result for a promise that a set does not make."""
    name, names = asked
    return [name, list(names), *promises.failures(names, name)]


def title(names: list[str]) -> str:
    """The name of a set of extensions in the table."""
    return ", ".join(names) or "plain Raft"


def page(numbers: dict[str, Any]) -> str:
    """The page with these numbers."""
    listed = list(promises.PROMISES.values())
    said = [
        f"{place}. **{each.title[0].upper()}{each.title[1:]}**: {each.bound}. Not promised where {each.otherwise}."
        for place, each in enumerate(listed, start=1)
    ]
    rows = [
        "| extensions | "
        + " | ".join(str(place) for place in range(1, len(listed) + 1))
        + " | mistakes found by run |",
        "|---" * (len(listed) + 2) + "|",
    ]
    for each_set in numbers["sets"]:
        cells = [cell(each_set["promises"].get(each.name)) for each in listed]
        caught = each_set["caught"].values()
        latest = "not all" if None in caught else max(caught, default="–")
        rows.append(f"| {title(each_set['extensions'])} | {' | '.join(cells)} | {latest} |")
    fails = [
        f"| {promises.PROMISES[name].title} | {title(names)} | {at_stake} | {broken} |"
        for name, names, at_stake, broken in numbers["fails"]
    ]
    return "\n".join(
        [HEAD, "## The promises", "", *said, "", "## The table", "", *rows, "",
         "## What is not promised, and does fail", "",
         f"The same {numbers['runs']} runs, asked for what the set does not promise.", "",
         "| what | extensions | runs at stake | broken in |", "|---|---|---|---|", *fails, ""]
    )  # fmt: skip


def cell(counts: dict[str, Any] | None) -> str:
    """The cell of a set of extensions for one promise."""
    if counts is None:
        return "–"
    broken = f", broken in {len(counts['broken'])}" if counts["broken"] else ""
    return f"{counts['at_stake']}{broken}"


if __name__ == "__main__":
    numbers = measure()
    NUMBERS.write_text(json.dumps(numbers, indent=1, ensure_ascii=False) + "\n")
    PAGE.write_text(page(numbers))
