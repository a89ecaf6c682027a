"""The time to grade a class of two hundred, as a lecturer does it: right answers, wrong ones, empty ones and attacks."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.rows import CannotMeasureError, Row, Sample
from raftlab.grading.sandbox import find_sandbox

SOLUTIONS = Path(__file__).resolve().parent.parent / "solutions"
WORKERS = "2"


def class_of(exercise: str) -> Callable[[bool], Iterator[Sample]]:
    """The time to grade an exercise on two processes, once: it takes as long as many rounds of others. Quick: a tenth of the class."""

    def rounds(quick: bool) -> Iterator[Sample]:
        from made_up_class import main as make_class  # it reads all correct Rafts of the tests

        if find_sandbox().missing:
            raise CannotMeasureError("there is no complete sandbox here")
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder)
            files = {name: str(place / name) for name in ("class.zip", "people.csv", "secret.txt")}
            people = "20" if quick else "200"
            make_class(str(SOLUTIONS / f"{exercise}.ipynb"), people, *files.values())
            command = [sys.executable, "-m", "raftlab.cli", "grade", files["class.zip"], "--workers", WORKERS]
            command += ["--class", files["people.csv"], "--secret", files["secret.txt"]]
            command += ["--out", str(place / "results"), "--exercises", str(SOLUTIONS)]
            start = time.perf_counter()
            # What an earlier class has left in the user's cache is not used.
            subprocess.run(
                command, check=True, capture_output=True, env=os.environ | {"RAFTLAB_CACHE": str(place)}
            )
            yield Sample(time.perf_counter() - start, f"{people} submissions, {WORKERS} processes, one round")

    return rounds


ROWS = [
    Row("class", "200 submissions of exercise 02", "s", 120, class_of("02_election")),
    Row("class-04", "200 submissions of exercise 04", "s", 360, class_of("04_replication")),
]
