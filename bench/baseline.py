"""Take the baseline that `make bench` compares with, from a checkout of an older commit.

    git worktree add ../before COMMIT
    .venv/bin/python bench/baseline.py ../before

Every row is measured alternately in both checkouts, so that other load on the machine affects both alike. The baseline is the
median of all rounds in the older one, as turns of a plain loop (or as it is, if it is not a time). The medians of both and their
ratio are printed. Nothing else should run meanwhile.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.rows import IN_A_SECOND
from bench.run import BASELINE, ROOT, ROWS, machine


def main() -> None:
    parser = argparse.ArgumentParser(description="Take the baseline of `make bench` from another checkout.")
    parser.add_argument("checkout", type=Path, help="a checkout of the commit to compare with")
    parser.add_argument("--turns", type=int, default=3, help="how often each row is measured there and here")
    parser.add_argument(
        "--only", metavar="WORD", default="", help="take only rows with this word, keep the others"
    )
    options = parser.parse_args()
    there = options.checkout.resolve()
    git = ["git", "-C", str(there), "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(git, check=True, capture_output=True, text=True).stdout.strip()
    kept = json.loads(BASELINE.read_text(encoding="utf-8")) if options.only else {"cost": {}}
    for row in ROWS:
        if options.only not in row.name:
            continue
        costs: dict[Path, list[float]] = {there: [], ROOT: []}
        for turn in range(options.turns):
            for checkout in (there, ROOT) if turn % 2 == 0 else (ROOT, there):
                costs[checkout] += costs_of(checkout, row.name)
        if not costs[there]:
            print(f"{row.name}: not measured")
            continue
        before, now = (
            statistics.median(costs[checkout]) if costs[checkout] else 0 for checkout in (there, ROOT)
        )
        kept["cost"][row.name] = round(before, 3)
        print(
            f"{row.name}: {before:,.1f} there, {now:,.1f} here"
            + (f", ratio {now / before:.2f}" if before else "")
        )
    taken = f"taken in {options.turns} turns of 5 rounds, alternating with the present one, on {machine()}"
    kept = {"commit": commit, "taken": taken, "cost": kept["cost"]}
    BASELINE.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def costs_of(checkout: Path, name: str) -> list[float]:
    """The cost of each round of a row in the older checkout; empty if it cannot be measured."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.json"
        command = [sys.executable, str(checkout / "bench" / "run.py"), "--only", name, "--json", str(file)]
        # A process or a kernel that a row starts must import the code of that checkout, too.
        subprocess.run(
            command,
            check=True,
            cwd=checkout,
            env=os.environ | {"PYTHONPATH": str(checkout)},
            stdout=subprocess.DEVNULL,
        )
        rows = json.loads(file.read_text(encoding="utf-8"))["rows"]
    row = next(row for row in rows if row["name"] == name)
    if row["loops"] or row["unit"] not in IN_A_SECOND:
        return row["loops"] or row["values"]
    pairs = zip(row["values"], row["pace"], strict=True)  # older checkouts did not count seconds in loops
    return [value / IN_A_SECOND[row["unit"]] * pace for value, pace in pairs]


if __name__ == "__main__":
    main()
