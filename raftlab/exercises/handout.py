"""Makes exercises from solutions: the same notebooks, without the answers (`make exercises`).

The lines between `### BEGIN SOLUTION` and `### END SOLUTION` become `raise NotImplementedError`. The lines between
`=== BEGIN MARK SCHEME ===` and `=== END MARK SCHEME ===` are left out, and so is the learner's name. These markers are
nbgrader's own, so that its tools can read the solutions, too. Notebooks are JSON, so no library is needed to read them.
"""

import hashlib
import json
import re
import sys
from copy import deepcopy
from pathlib import Path
from typing import Any

from raftlab.exercises.student import YOUR_NAME
from raftlab.sim.errors import UserError

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
SCHEME = re.compile(r"\n*=== BEGIN MARK SCHEME ===.*?=== END MARK SCHEME ===", re.DOTALL)
NAME = re.compile(r"^me = .*$", re.MULTILINE)
INSTEAD = "raise NotImplementedError"
HEAD = """**How this works.** This notebook is yours: you write your answers into it. First write your name in the cell that asks for it, or the code that you were given for this course. Then take one item after another, in any order: write your answer where `raise NotImplementedError` stands, run that cell, and run the next one. It tells you what is right, what is not, and how many points you have. You can change a rule or a story and run both again as often as you like. Only in *Review it* and *Read it* does each wrong answer cost points. If you hand the notebook in, what counts is the answers that it contains then.

Stuck? `hint("...")` gives up to three hints for each item. Nothing that you do here leaves your computer.

**The lesson:** [{file}](../notebooks/{file})

<!-- `make exercises` makes this file from solutions/{file}. To change it for everybody, change that file. -->"""


def handout(solution: dict[str, Any], file: str) -> dict[str, Any]:
    """The exercise for a solution; both are notebooks as JSON. file: the name of both.

    Raises UserError if a marker lacks its partner, or if a cell that learners write has no marker.
    """
    made = deepcopy(solution)
    for cell in made["cells"]:
        cell["source"] = lines(blank(text(cell), cell, file))
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    made["cells"].insert(0, head(file))
    return made


def head(file: str) -> dict[str, Any]:
    """The first cell: it says how an exercise works, and links to the lesson."""
    return {
        "cell_type": "markdown",
        "id": hashlib.sha256(file.encode()).hexdigest()[:8],
        "metadata": {"slideshow": {"slide_type": "skip"}},
        "source": lines(HEAD.format(file=file)),
    }


def blank(source: str, cell: dict[str, Any], file: str) -> str:
    """The text of a cell without the answer."""
    if cell["cell_type"] == "markdown":
        return SCHEME.sub("", source)
    kept: list[str] = []
    inside = False
    for line in source.splitlines():
        marker = line.strip()
        if marker in (BEGIN, END):
            if inside is (marker == BEGIN):
                raise UserError(f"{file}: {BEGIN!r} and {END!r} must take turns; one of them is missing.")
            inside = marker == BEGIN
            kept += [line.replace(BEGIN, INSTEAD)] if inside else []
        elif not inside:
            kept.append(line)
    if inside:
        raise UserError(f"{file}: {END!r} is missing.")
    asked = cell["metadata"].get("nbgrader", {})
    if asked.get("solution") and INSTEAD not in "\n".join(kept):
        raise UserError(f"{file}: the cell {asked['grade_id']!r} is to be written, and has no {BEGIN!r}.")
    return NAME.sub(f'me = "{YOUR_NAME}"', "\n".join(kept))


def text(cell: dict[str, Any]) -> str:
    """The source of a cell: a file may hold it as one text or as lines."""
    return "".join(cell["source"])


def lines(source: str) -> list[str]:
    """The source of a cell as it is stored."""
    return source.splitlines(keepends=True)


def as_file(notebook: dict[str, Any]) -> str:
    """A notebook as Jupyter stores it."""
    return json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def write_all(solutions: Path, exercises: Path) -> list[Path]:
    """Write an exercise for every solution, and delete exercises without a solution. Returns the files that were written."""
    exercises.mkdir(exist_ok=True)
    found = sorted(solutions.glob("*.ipynb"))
    for old in exercises.glob("*.ipynb"):
        if old.name not in {path.name for path in found}:
            old.unlink()
    written = []
    for path in found:
        made = handout(json.loads(path.read_text(encoding="utf-8")), path.name)
        (exercises / path.name).write_text(as_file(made), encoding="utf-8")
        written.append(exercises / path.name)
    return written


if __name__ == "__main__":
    for each in write_all(Path(sys.argv[1]), Path(sys.argv[2])):
        print(each)
