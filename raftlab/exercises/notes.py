"""Keeps points and hints in the learner's own file. The map of the course shows them."""

from typing import Any

from raftlab.exercises.item import Item, Judged
from raftlab.exercises.points import lost_by_guesses, part_of
from raftlab.exercises.result import Result
from raftlab.sim.english import plural


def keep(item: Item, outcome: Judged, folder: Any, worth: float) -> None:
    """Keep the points of an item, unless the learner already has more, and a wrong answer that could be a guess.

    worth: what one point is worth in the grade.
    """
    before = notes_of(item.name, folder)
    kept = before.get("points")
    points = max(outcome.points, kept) if isinstance(kept, int | float) else outcome.points
    costs = 0.0 if points else getattr(outcome, "costs", 0.0)
    now = {
        **before,
        "lesson": item.lesson,
        "points": points,
        "of": item.points,
        "grade": (points - costs) * worth,
    }
    now.pop("costs", None)
    if costs:
        now["costs"] = costs
    if wrong := _guesses(before, outcome):
        now["wrong"] = wrong
    if steps := getattr(outcome, "steps", ()):
        now["lacks"], now["step"] = steps[0], getattr(outcome, "step", 0)
    note(item.name, now, folder)


def after_guesses(item: Item, outcome: Result, folder: Any) -> Result:
    """The outcome, with fewer points if other answers have been tried before this one. The same answer again costs nothing."""
    others = [each for each in _guesses(notes_of(item.name, folder), outcome) if each != outcome.guess]
    if not outcome.points or not others:
        return outcome
    share = outcome.points / item.points - lost_by_guesses(len(others), outcome.choices)
    left = part_of(item.points, max(0.0, share))
    tried = f"You tried {plural(len(others), 'other answer')} first: {left:g} of {outcome.points:g} points are left."
    outcome.points, outcome.sentences = left, (*outcome.sentences, tried)
    return outcome


def with_step(item: Item, outcome: Result, folder: Any) -> Result:
    """The outcome, with a more exact hint if the last answer lacked the same."""
    kept, last = notes_of(item.name, folder), len(outcome.steps) - 1
    if outcome.steps and kept.get("lacks") == outcome.steps[0]:
        outcome.step = min(kept["step"] + 1, last)
    if outcome.step < last and folder is not None:
        outcome.more = " If your next story lacks the same, you are told more."
    return outcome


def _guesses(kept: dict[str, Any], outcome: Judged) -> list[str]:
    """The different wrong answers so far, this one included."""
    tried = kept.get("wrong")
    wrong: list[str] = tried if isinstance(tried, list) else []
    guess = getattr(outcome, "guess", "")
    return [*wrong, guess] if guess and guess not in wrong else wrong


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
