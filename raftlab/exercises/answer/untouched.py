"""Checks, before an answer is judged, that the notebook has not replaced a function of raftlab to get points."""

import sys
from collections.abc import Iterator
from types import FunctionType
from typing import Any

from raftlab.exercises.answer.text import from_a_cell
from raftlab.sim.errors import UserError


def check_untouched() -> None:
    """Raises UserError if the notebook has replaced a function of raftlab."""
    for place, function in _functions():
        if from_a_cell(function.__code__.co_filename):
            raise UserError(
                f"{place} was replaced in this notebook, so no answer can be judged. Restart the kernel and do not change "
                "raftlab itself: write your rule as a function of its own."
            )


def _functions() -> Iterator[tuple[str, FunctionType]]:
    """All functions and methods of the modules that are loaded."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "raftlab" and module is not None:
            for word, value in list(vars(module).items()):
                yield from _of(f"{name}.{word}", value)
                if isinstance(value, type) and value.__module__ == name:
                    for method, body in vars(value).items():
                        yield from _of(f"{name}.{word}.{method}", body)


def _of(place: str, value: Any) -> Iterator[tuple[str, FunctionType]]:
    if isinstance(value, FunctionType):
        yield place, value
