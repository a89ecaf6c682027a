"""A learner's progress, in a small file beside the notebooks. It never leaves the machine."""

import json
import os
import re
import warnings
from collections.abc import Collection
from pathlib import Path
from typing import Any

from raftlab.lab.lessons import CORE_HOURS, LESSONS
from raftlab.lab.questions import QUESTIONS
from raftlab.sim.errors import UserError, in_short

FOLDER = ".raftlab"
ASKED = re.compile(r"""\bpredict\(["']([\w.]+)["']\)""")  # where a lesson asks a question


class Progress:
    """The answers of a learner: question id -> choice, confidence, whether it was right, and the answer as given.

    folder: the folder of the file; by default `.raftlab` beside the lessons, for the exercises, too.
    Where no file can be written, a warning says so, and everything else goes on.
    """

    def __init__(self, folder: str | Path = FOLDER):
        if not isinstance(folder, str | Path):
            raise UserError(f"The folder of the progress file is a text or a path, not {in_short(folder)}.")
        lessons = Path("..") / "notebooks"
        self.lessons = lessons if lessons.is_dir() else Path()
        self.path = (self.lessons if folder == FOLDER else Path()) / folder / "progress.json"

    def answers(self) -> dict[str, Any]:
        """All answers so far; none if there is no file, or none that can be read. A damaged file is renamed."""
        try:
            found = json.loads(self.path.read_text(encoding="utf-8"))
        except OSError:
            return {}
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            self._replace(self.path, self.path.with_suffix(".unreadable"))
            return {}
        return {name: what for name, what in found.items() if isinstance(what, dict)}

    def note(self, question: str, choice: int, confidence: int, right: bool, given: Any) -> None:
        """Save the first answer to a question; later ones are not saved.

        choice: the index of the choice. given: the answer as given: an index, a number, steps or a node.
        """
        if question not in self.answers():
            self.keep(question, {"choice": choice, "confidence": confidence, "right": right, "given": given})

    def keep(self, name: str, what: dict[str, Any]) -> None:
        """Save this under a name, in place of an earlier value."""
        answers = self.answers() | {name: what}
        aside = self.path.with_suffix(f".{os.getpid()}")  # another notebook may be writing, too
        try:
            self.path.parent.mkdir(exist_ok=True)
            aside.write_text(json.dumps(answers, indent=1), encoding="utf-8")
        except OSError as error:
            self._warn(error)
        else:
            self._replace(aside, self.path)  # so a crash while writing does not damage the old file

    def _replace(self, file: Path, other: Path) -> None:
        try:
            os.replace(file, other)
        except OSError as error:
            self._warn(error)

    def _warn(self, error: OSError) -> None:
        warnings.warn(f"Your answers and points are not kept: {self.path}: {error.strerror}.", stacklevel=3)

    def of(self, ids: Collection[str]) -> tuple[int, int, int]:
        """The number of these questions, of those answered, and of those that were right at once."""
        given = [each for id, each in self.answers().items() if id in ids]
        return len(ids), len(given), sum(bool(each.get("right")) for each in given)

    def points(self, lesson: str) -> tuple[float, int]:
        """For the exercises of a lesson that were tried: the points so far, less what wrong guesses cost, and the most that there can be."""
        tried = [each for each in self.answers().values() if each.get("lesson") == lesson and "of" in each]
        points = sum(each["points"] - each.get("costs", 0) for each in tried)
        return max(0, points), sum(each["of"] for each in tried)

    def grade(self, lesson: str) -> float:
        """What these points count in the grade of the exercise, of 100, by raftlab's own weights; 0 if it has none."""
        kept = [each for each in self.answers().values() if each.get("lesson") == lesson]
        return max(0.0, sum(each.get("grade", 0) for each in kept))


def optional_questions(lesson: Path) -> set[str]:
    """The ids of the questions in the sections of a lesson that are headed "(optional)"; none where the lesson is not found."""
    if not lesson.exists():
        return set()
    cells = json.loads(lesson.read_text(encoding="utf-8"))["cells"]
    text = "\n".join("".join(cell["source"]) for cell in cells)
    sections = re.split("^## ", text, flags=re.MULTILINE)[1:]
    return {
        id
        for each in sections
        if each.partition("\n")[0].endswith("(optional)")
        for id in ASKED.findall(each)
    }


class CourseMap:
    """The map of the lessons, with their minutes and the learner's progress, shown as a table."""

    def __init__(self, progress: Progress | None = None):
        self.progress = progress or Progress()

    def _repr_markdown_(self) -> str:
        rows = [
            f"**The core path:** lessons 00 to 06, without the sections headed “(optional)”, about {CORE_HOURS} hours.",
            "",
            "| lesson | core path | whole | your answers |",
            "|:---|---:|---:|:---|",
        ]
        for lesson in LESSONS:
            ids = {question.id for question in QUESTIONS.values() if question.lesson == lesson.number}
            optional = ids & optional_questions(self.progress.lessons / lesson.file) if lesson.core else set()
            total, given, right = self.progress.of(ids - optional)
            done = f"{given} of {total}, {right} right at once" if given else f"none of {total} yet"
            if optional:
                done += "; optional: {1} of {0}".format(*self.progress.of(optional))
            points, of = self.progress.points(lesson.number)
            done += f"; {points:g} of {of} points in the exercises tried" if of else ""
            if grade := self.progress.grade(lesson.number):
                done += f", which is {grade:.3g} of 100 in the grade"
            rows.append(
                f'| [{lesson.number} {lesson.title}]({lesson.file} "After it you can {lesson.gain}.") '
                f"| {lesson.core or '–'} | {lesson.minutes} min | {done} |"
            )
        return "\n".join(rows)

    def __repr__(self) -> str:
        return "\n".join(f"{each.number} {each.title}: {each.minutes} minutes" for each in LESSONS)


def course() -> CourseMap:
    """The map of the lessons and the learner's progress."""
    return CourseMap()
