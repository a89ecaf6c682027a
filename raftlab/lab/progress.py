"""What a learner has done, in one small file beside the notebooks; it never leaves the machine."""

import json
import os
from pathlib import Path
from typing import Any, NamedTuple

from raftlab.lab.questions import QUESTIONS


class Lesson(NamedTuple):
    """One notebook of the course: its number, file, title, minutes, and what a learner can do after it."""

    number: str
    file: str
    title: str
    minutes: int
    gain: str


LESSONS = (
    Lesson("01", "01_roles.ipynb", "Roles", 40, "tell the three roles apart, and say what a crash leaves of a node"),
    Lesson("02", "02_election.ipynb", "Leader election, the best case", 50,
           "follow an election message by message, and say who may vote for whom"),
)  # fmt: skip


class Progress:
    """The answers that a learner has committed to: question id -> choice, confidence, whether it was right.

    folder: where the file is kept; by default `.raftlab` beside the notebook.
    """

    def __init__(self, folder: str | Path = ".raftlab"):
        self.path = Path(folder) / "progress.json"

    def answers(self) -> dict[str, Any]:
        """What was answered so far. A file that cannot be read counts as none, and is kept aside."""
        try:
            found = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError):
            found = None
        if not isinstance(found, dict):
            os.replace(self.path, self.path.with_suffix(".unreadable"))
            return {}
        return found

    def note(self, question: str, choice: int, confidence: int, right: bool) -> None:
        """Keep one answer; the first one given is what counts, later ones are tries."""
        answers = self.answers()
        answers.setdefault(question, {"choice": choice, "confidence": confidence, "right": right})
        self.path.parent.mkdir(exist_ok=True)
        aside = self.path.with_suffix(".new")
        aside.write_text(json.dumps(answers, indent=1), encoding="utf-8")
        os.replace(aside, self.path)  # a crash while writing leaves the old file whole

    def of(self, lesson: str) -> tuple[int, int, int]:
        """Of a lesson's questions: how many there are, are answered, were right at once."""
        ids = [question.id for question in QUESTIONS.values() if question.lesson == lesson]
        given = [each for id, each in self.answers().items() if id in ids]
        return len(ids), len(given), sum(bool(each.get("right")) for each in given)


class CourseMap:
    """The map of the lessons, with what each takes and how far the learner is; shows itself in a notebook."""

    def __init__(self, progress: Progress | None = None):
        self.progress = progress or Progress()

    def _repr_markdown_(self) -> str:
        rows = ["| lesson | minutes | after it you can | your answers |", "|---|---|---|---|"]
        for lesson in LESSONS:
            total, given, right = self.progress.of(lesson.number)
            done = f"{given} of {total}, {right} right at once" if given else f"none of {total} yet"
            rows.append(
                f"| [{lesson.number} {lesson.title}]({lesson.file}) | {lesson.minutes} | {lesson.gain} | {done} |"
            )
        return "\n".join(rows)

    def __repr__(self) -> str:
        return "\n".join(f"{each.number} {each.title}: {each.minutes} minutes" for each in LESSONS)


def course() -> CourseMap:
    """The map of the lessons and the learner's progress."""
    return CourseMap()
