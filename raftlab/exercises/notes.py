"""Keeps points and hints in the learner's own file. The map of the course shows them."""

from typing import Any

from raftlab.exercises.item import Item, Judged


def keep(item: Item, outcome: Judged, folder: Any) -> None:
    """Keep the points of an item, unless the learner already has more."""
    before = notes_of(item.name, folder)
    kept = before.get("points")
    points = max(outcome.points, kept) if isinstance(kept, int | float) else outcome.points
    note(item.name, {**before, "lesson": item.lesson, "points": points, "of": item.points}, folder)


def notes_of(item: str, folder: Any) -> dict[str, Any]:
    """What is kept of an item. folder: None: nothing is kept."""
    return {} if folder is None else _progress(folder).answers().get(f"exercise {item}", {})


def note(item: str, what: dict[str, Any], folder: Any) -> None:
    """Keep this of an item. folder: None: nothing is kept."""
    if folder is not None:
        _progress(folder).keep(f"exercise {item}", what)


def _progress(folder: Any) -> Any:
    from raftlab.lab.progress import Progress  # imported here, because it also imports the widgets

    return Progress(folder)
