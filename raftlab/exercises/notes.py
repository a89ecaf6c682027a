"""Keeps points and hints in the learner's own file. The map of the course shows them."""

from typing import Any

from raftlab.exercises.item import Item, Judged


def keep(item: Item, outcome: Judged, folder: Any) -> None:
    """Keep the points of an item, unless the learner already has more."""
    before = notes_of(item.name, folder)
    points = max(outcome.points, before.get("points", 0))
    note(item.name, {**before, "lesson": item.lesson, "points": points, "of": item.points}, folder)


def notes_of(item: str, folder: Any) -> dict[str, Any]:
    """What is kept of an item."""
    return _progress(folder).answers().get(f"exercise {item}", {})


def note(item: str, what: dict[str, Any], folder: Any) -> None:
    """Keep this of an item."""
    _progress(folder).keep(f"exercise {item}", what)


def _progress(folder: Any) -> Any:
    from raftlab.lab.progress import Progress  # imported here, because it also imports the widgets

    return Progress(folder)
