"""What it costs to grade a class of two hundred that hands in all exercises, and nbgrader beside it in the same run.

A class is right answers, wrong ones, empty ones and attacks. It is graded as a lecturer does it: by one command, from a zip.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from bench.rows import CannotMeasureError, Row, Sample
from raftlab.grading.class_grading import OUTCOMES, own_items
from raftlab.grading.codes import codes_of
from raftlab.grading.exercise import Exercise, exercises_of
from raftlab.grading.grades import own_jobs, shared_jobs
from raftlab.grading.people import read_class
from raftlab.grading.results import Results
from raftlab.grading.sandbox import find_sandbox
from raftlab.grading.submissions import Submission, collect

SOLUTIONS = Path(__file__).resolve().parent.parent / "solutions"
WORKERS = 2
PEOPLE, FEW = 200, 20  # in a class, and in a quick round
BESIDE = 10  # submissions that nbgrader grades
DEAREST = "04_replication"  # the exercise that may cost more than nbgrader
TINY = "def f{0}(x):\n    return x + {0}\n", "assert f{0}(1) == {0} + 1\n"


class Cost(NamedTuple):
    """What a class has cost. seconds: from the command to its end. megabytes: the most memory of the grader itself.

    processor: processor time by exercise and person, of judges and answers; what several people share is divided among them.
    """

    people: int
    seconds: float
    megabytes: float
    processor: dict[tuple[str, str], float]

    def of(self, exercise: str) -> float:
        """The part of the seconds that an exercise has taken."""
        own = sum(spent for (name, _), spent in self.processor.items() if name == exercise)
        return self.seconds * own / sum(self.processor.values())

    @property
    def exercises(self) -> list[str]:
        """The names of the exercises."""
        return sorted({name for name, _ in self.processor})


@cache
def a_class(quick: bool) -> Cost:
    """Grade a class once, all exercises in one go; all rows are about this one run."""
    from made_up_class import main as make_class  # it reads all correct Rafts of the tests

    if find_sandbox().missing:
        raise CannotMeasureError("there is no complete sandbox here")
    people = FEW if quick else PEOPLE
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        submissions, listed, secret = (place / name for name in ("class.zip", "people.csv", "secret.txt"))
        make_class(str(SOLUTIONS), str(people), str(submissions), str(listed), str(secret))
        command = [sys.executable, "-m", "raftlab.cli", "grade", str(submissions), "--workers", str(WORKERS)]
        command += ["--class", str(listed), "--secret", str(secret)]
        command += ["--out", str(place / "results"), "--exercises", str(SOLUTIONS)]
        start = time.perf_counter()
        megabytes = peak_of(command, place)
        seconds = time.perf_counter() - start
        exercises = exercises_of(SOLUTIONS.glob("*.ipynb"))
        codes = codes_of(secret, read_class(listed).people)
        handed_in = collect(submissions, exercises.values(), people=codes.people).submissions
        with Results(place / "results" / OUTCOMES) as results:
            processor = costs_of(own_items(handed_in, exercises, codes), exercises, results)
    return Cost(people, seconds, megabytes, processor)


def peak_of(command: list[str], place: Path) -> float:
    """Run a command, and return the most memory that its own process had, in megabytes. Its workers do not count."""
    # What an earlier class has left in the user's cache is not used.
    environment = os.environ | {"RAFTLAB_CACHE": str(place)}
    peak = 0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment) as grader:
        status = Path(f"/proc/{grader.pid}/status")
        while grader.poll() is None:
            lines = status.read_text("utf-8").splitlines() if status.exists() else []
            peak = max([peak, *(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))])
            time.sleep(0.2)
    if grader.returncode:
        raise CannotMeasureError(f"the grader ended with {grader.returncode}")
    return peak / 1024


def costs_of(
    handed_in: list[Submission], exercises: dict[str, Exercise], results: Results
) -> dict[tuple[str, str], float]:
    """The processor time by exercise and person. What several people share is divided among them."""
    asked = {
        (each.exercise, each.person.key): {
            job.key for jobs in (shared_jobs, own_jobs) for job in jobs([each], exercises, results)
        }
        for each in handed_in
    }
    shared_by = Counter(key for keys in asked.values() for key in keys)
    return {who: sum(results[key].seconds / shared_by[key] for key in keys) for who, keys in asked.items()}


@cache
def nbgrader() -> float:
    """The seconds that nbgrader takes for a submission of five tiny checks, with a kernel of its own as usual."""
    if find_spec("nbgrader") is None:  # it is an extra
        raise CannotMeasureError("nbgrader is not installed")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "nbgrader_config.py").write_text('c = get_config()\nc.CourseDirectory.course_id = "tiny"\n')
        notebook = json.dumps({"cells": tiny_cells(), "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}}, "nbformat": 4, "nbformat_minor": 5})  # fmt: skip
        for folder_of in ("source", *(f"submitted/s{number}" for number in range(BESIDE))):
            (place / folder_of / "tiny").mkdir(parents=True)
            (place / folder_of / "tiny" / "tiny.ipynb").write_text(notebook, "utf-8")
        run_nbgrader(place, "generate_assignment", "tiny", "--create")
        start = time.perf_counter()
        run_nbgrader(place, "autograde", "tiny", "--create")
        return (time.perf_counter() - start) / BESIDE


def tiny_cells() -> list[dict[str, object]]:
    """Five functions of a line, each with its check."""
    plain = {"schema_version": 3, "locked": False, "grade": False, "solution": False, "task": False}
    cells = []
    for number in range(1, 6):
        check = plain | {"grade": True, "locked": True, "points": 1}
        for text, about, id in zip(
            TINY, (plain | {"solution": True}, check), (f"f{number}", f"check{number}"), strict=True
        ):
            cells.append(
                {"cell_type": "code", "id": id, "source": text.format(number), "outputs": [], "execution_count": None, "metadata": {"nbgrader": about | {"grade_id": id}}}
            )  # fmt: skip
    return cells


def run_nbgrader(place: Path, *command: str) -> None:
    """Run a command of nbgrader in a course. Raises CannotMeasureError if it fails."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))  # for alembic
    homes = dict.fromkeys(("HOME", "JUPYTER_CONFIG_DIR", "IPYTHONDIR"), str(place))
    ran = subprocess.run(
        [sys.executable, "-m", "nbgrader", *command],
        cwd=place,
        env=os.environ | homes | {"PATH": path},
        capture_output=True,
        text=True,
    )
    if ran.returncode:
        raise CannotMeasureError(f"nbgrader {command[0]} ended with {ran.returncode}: {ran.stderr[-200:]}")


# -- Rows ----------------------------------------------------------------------------------------------------------


def once(value: Callable[[Cost], tuple[float, str]]) -> Callable[[bool], Iterator[Sample]]:
    """One round of one number about the class, and a note."""

    def rounds(quick: bool) -> Iterator[Sample]:
        cost = a_class(quick)
        measured, note = value(cost)
        yield Sample(measured, f"{cost.people} people, {WORKERS} processes, one round{note}")

    return rounds


def told(exercises: Iterable[tuple[str, float]]) -> str:
    """Seconds by exercise, in words."""
    return "; " + ", ".join(f"{name[:2]} {seconds:.0f} s" for name, seconds in exercises)


def whole(cost: Cost) -> tuple[float, str]:
    """The time of all exercises."""
    return cost.seconds, f"; {sum(cost.processor.values()):.0f} s of processor time for judges and answers"


def median(cost: Cost) -> tuple[float, str]:
    """The time of an exercise, in the median."""
    each = [(name, cost.of(name)) for name in cost.exercises]
    return statistics.median(seconds for _, seconds in each), told(each)


def replication(cost: Cost) -> tuple[float, str]:
    """The time of exercise 04."""
    return cost.of(DEAREST), ""


def dearest(cost: Cost) -> tuple[float, str]:
    """The processor time of the dearest submission but those of exercise 04, as a share of what nbgrader takes."""
    beside = nbgrader()
    others = {who: spent for who, spent in cost.processor.items() if who[0] != DEAREST}
    (exercise, _), most = max(others.items(), key=lambda pair: pair[1])
    above = sum(spent > beside for spent in others.values())
    return (
        100 * most / beside,
        f"; {most:.1f} s in {exercise}, {statistics.median(others.values()):.1f} s in the median; {above} of {len(others)} cost more than nbgrader's {beside:.1f} s",
    )


def memory(cost: Cost) -> tuple[float, str]:
    """The most memory of the grader."""
    return cost.megabytes, ""


ROWS = [
    Row("class", "200 people, all exercises in one go", "s", 1500, once(whole)),
    Row("class-median", "200 submissions of an exercise, median", "s", 120, once(median)),
    Row("class-04", "200 submissions of exercise 04", "s", 360, once(replication)),
    Row("class-dearest", "dearest submission but 04's", "% of nbgrader's five tiny checks", 100, once(dearest)),
    Row("class-memory", "memory of the grader of 200 people", "MB", 500, once(memory)),
]  # fmt: skip
