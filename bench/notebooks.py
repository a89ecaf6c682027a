"""The time to run a notebook from top to bottom, including the start of its kernel."""

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from bench.rows import Row, Sample
from raftlab.lab.export import QUIET

ROOT = Path(__file__).resolve().parent.parent


def longest_of(folder: str) -> Callable[[bool], Iterator[Sample]]:
    """The time of the slowest notebook of a folder. All are run once to find it, then only this one."""

    def rounds(_quick: bool) -> Iterator[Sample]:
        path = max(sorted((ROOT / folder).glob("*.ipynb")), key=seconds)
        while True:
            yield Sample(seconds(path), path.stem)

    return rounds


def seconds(path: Path) -> float:
    """The time of one run, in a folder of its own, so that no learner's progress is changed."""
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        resources = {"metadata": {"path": folder}}
        notebook = nbformat.read(path, as_version=4)
        NotebookClient(notebook, timeout=300, resources=resources, extra_arguments=QUIET).execute()
    return time.perf_counter() - start


ROWS = [
    Row("lesson", "the longest lesson from top to bottom", "s", 30, longest_of("notebooks")),
    Row("solution", "the longest solution from top to bottom", "s", 20, longest_of("solutions")),
]
