"""How long one waits for a notebook that is run from top to bottom, its kernel started and all."""

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
    """The notebook of a folder that takes longest: all are run once to find it, then it alone."""

    def rounds(_quick: bool) -> Iterator[Sample]:
        path = max(sorted((ROOT / folder).glob("*.ipynb")), key=seconds)
        while True:
            yield Sample(seconds(path), path.stem)

    return rounds


def seconds(path: Path) -> float:
    """One run in a folder of its own, so that nobody's progress is touched."""
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
