"""Keeps points and hints in the learner's own file. The map of the course shows them."""

from typing import Any

from raftlab.exercises.verdict import Verdict


def note_points(verdict: Verdict, folder: Any) -> None:
    """Keep the points of a rule."""
    item = verdict.item
    note_result(item.name, item.lesson, verdict.points, item.points, folder)


def note_result(item: str, lesson: str, points: float, of: int, folder: Any) -> None:
    """Keep the points of an item, unless the learner already has more."""
    before = notes_of(item, folder)
    note(item, {**before, "lesson": lesson, "points": max(points, before.get("points", 0)), "of": of}, folder)


def notes_of(item: str, folder: Any) -> dict[str, Any]:
    """What is kept of an item."""
    return _progress(folder).answers().get(f"exercise {item}", {})


def note(item: str, what: dict[str, Any], folder: Any) -> None:
    """Keep this of an item."""
    _progress(folder).keep(f"exercise {item}", what)


def _progress(folder: Any) -> Any:
    from raftlab.lab.progress import Progress  # imported here, because it also imports the widgets

    return Progress(folder)
