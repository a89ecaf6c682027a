"""For courses that use nbgrader: our judge takes the place of the step in which nbgrader would run a learner's notebook.

In the course's `nbgrader_config.py`:

    from raftlab.grading.nbgrader_judge import use_judge

    use_judge(get_config())

If the class has a secret: `use_judge(get_config(), people="people.csv", secret="secret.txt")`.
"""

from functools import cache
from pathlib import Path
from typing import Any

from nbgrader.converters import Autograde
from nbgrader.preprocessors import Execute, NbGraderPreprocessor
from nbgrader.utils import is_grade
from traitlets import Bool, Unicode

from raftlab.grading.codes import codes_of
from raftlab.grading.exercise import Exercise, exercise_of
from raftlab.grading.judging import MISSING, Outcome, job_of
from raftlab.grading.notebook import answer_in, cells_of, name_in
from raftlab.grading.people import Person, on_list, read_class
from raftlab.grading.run import judged_here
from raftlab.sim.errors import UserError

once = cache(judged_here)  # equal answers are judged once


class Judge(NbGraderPreprocessor):
    """Writes into each cell that gives points what the judge gives: a number, after the reasons. No kernel is started.

    What is asked is read from the assignment in the course's source folder.
    """

    trust = Bool(False, help="Whether to judge where there is no complete sandbox.").tag(config=True)

    people = Unicode("", help="The class list, if the class has a secret.").tag(config=True)
    secret = Unicode("", help="The file with the secret of the class.").tag(config=True)

    def drawn_from(self, student: str, me: str) -> tuple[str, str]:
        """What a student's items are drawn from, and a sentence if it is not the name in the notebook, `me`.

        student: called as in nbgrader, by the id or the name on the class list.
        """
        if not self.secret:
            return me, ""
        people = read_class(Path(self.people)).people
        person = on_list(Person(student, student), people)
        if person is None:
            raise UserError(
                f"{student} is not on the class list {self.people}, so there is no code to draw from."
            )
        codes = codes_of(Path(self.secret), people)
        return codes.code(person), codes.foreign(me, person)

    def preprocess(self, notebook: Any, resources: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """The notebook with the outputs of its cells that give points."""
        from nbformat import writes

        about = resources["nbgrader"]
        course = Path(resources["metadata"]["path"]).resolve().parents[2]  # .../autograded/student/assignment
        exercise = source_of(course / "source" / about["assignment"] / f"{about['notebook']}.ipynb")
        cells = cells_of(writes(notebook).encode())
        asked = {each.points_id: each for each in exercise.asked}
        me, foreign = self.drawn_from(about["student"], name_in(cells))
        for cell in notebook.cells:
            if cell.cell_type != "code":
                continue
            cell.outputs, cell.execution_count = [], None
            found = asked.get(cell.metadata.get("nbgrader", {}).get("grade_id"))
            if is_grade(cell) and found is not None:
                answer = answer_in(cells, found)
                job = job_of(found.item, found.function, answer.text, me)
                outcome = (
                    once(job, self.trust) if answer.text.strip() else Outcome(0, found.points, (MISSING,))
                )
                notes = (foreign, *answer.notes) if foreign and job.me else answer.notes
                cell.outputs = outputs(outcome, found.points, notes)
        return notebook, resources


@cache
def source_of(path: Path) -> Exercise:
    """The exercise of an assignment. Raises UserError if its source is not there."""
    if not path.exists():
        raise UserError(f"The source of the assignment is missing: {path}.")
    return exercise_of(path)


def outputs(outcome: Outcome, of: float, notes: tuple[str, ...]) -> list[Any]:
    """The outputs of a cell: the reasons, and the points as the last value.

    nbgrader takes a value that is no number for full marks, and a line on stderr for none. So there is always a number.
    """
    from nbformat.v4 import new_output

    points = outcome.points / outcome.of * of if outcome.of else 0.0
    reasons = "\n".join((*notes, *outcome.lines))
    # fmt: off
    return [new_output("stream", name="stdout", text=f"{reasons}\n"),
            new_output("execute_result", data={"text/plain": f"{points:g}"}, execution_count=1)]
    # fmt: on


def use_judge(config: Any, people: str | Path = "", secret: str | Path = "") -> None:
    """Let nbgrader's autograde judge answers with raftlab. config: what `get_config()` gives in nbgrader_config.py.

    people, secret: the class list and the file with the secret of the class, if items are drawn from them.

    Raises UserError if only one of the two is given.
    """
    if bool(people) != bool(secret):
        raise UserError(
            "Give use_judge both people=, the class list, and secret=, the file with the secret; or neither."
        )
    config.Judge.people, config.Judge.secret = str(people), str(secret)
    usual = Autograde.autograde_preprocessors.default_args[0]
    config.Autograde.autograde_preprocessors = [Judge if each is Execute else each for each in usual]
    config.OverwriteCells.add_missing_cells = True  # a cell that gives points cannot be deleted
