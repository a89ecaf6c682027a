"""nbgrader's flow, with our judge in the place of its Execute step."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from grading_help import READ, RIGHT, TRUST, WRONG, exercise

from raftlab.exercises.answer.text import Written
from raftlab.exercises.items import ITEMS
from raftlab.exercises.student import personal_code
from raftlab.grading.judging import Outcome

SECRET = "the secret of a winter"
CONFIG = f"""
from raftlab.grading.nbgrader_judge import use_judge

c = get_config()
use_judge(c, people="people.csv", secret="secret.txt")
c.Judge.trust = {TRUST}
c.CourseDirectory.course_id = "raft"
c.FileNameCollectorPlugin.named_regexp = r".+/(?P<student_id>[a-z]+)_(?P<assignment_id>[a-z]+)_(?P<file_id>.+)"
"""


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_assign_collect_autograde_and_feedback(tmp_path):
    def nbgrader(*command):
        places = {
            "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
        }  # for alembic
        places |= {"HOME": str(tmp_path), "JUPYTER_CONFIG_DIR": str(tmp_path), "IPYTHONDIR": str(tmp_path)}
        ran = subprocess.run(
            [sys.executable, "-m", "nbgrader", *command],
            cwd=course,
            env={**os.environ, **places},
            capture_output=True,
            text=True,
        )
        assert ran.returncode == 0, ran.stderr[-3000:]
        return ran

    course = tmp_path / "course"
    (course / "source" / "small").mkdir(parents=True)
    (course / "nbgrader_config.py").write_text(CONFIG)
    (course / "people.csv").write_text("id,name\nada,Ada Lovelace\nbob,Bob\neve,Eve\n")
    (course / "secret.txt").write_text(SECRET)
    code = personal_code("Ada Lovelace", SECRET)
    (course / "source" / "small" / "77.ipynb").write_text(json.dumps(exercise()))
    nbgrader("generate_assignment", "small", "--create")
    released = json.loads((course / "release" / "small" / "77.ipynb").read_text())
    assert "SOLUTION" not in json.dumps(released)

    def hand_in(student, rule, read):
        made = json.loads(json.dumps(released))
        for cell in made["cells"]:
            grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
            if grade_id == "points_is_quorum":
                cell["source"] = "'full marks'"  # nbgrader puts its own back
                cell["outputs"] = [
                    {
                        "output_type": "execute_result",
                        "data": {"text/plain": "6"},
                        "metadata": {},
                        "execution_count": 1,
                    }
                ]
            if "".join(cell["source"]).startswith("me = "):
                cell["source"] = f"me = {student!r}"
            cell["source"] = {"write_is_quorum": rule, "answer_1": read}.get(grade_id, cell["source"])
        return json.dumps(made)

    downloaded = course / "downloaded" / "small" / "archive"
    downloaded.mkdir(parents=True)
    with zipfile.ZipFile(downloaded / "class.zip", "w") as archive:
        archive.writestr(
            "ada_small_77.ipynb", hand_in("ada", RIGHT, READ.format(ITEMS["02.1"].asked(code).answer))
        )
        archive.writestr("bob_small_77.ipynb", hand_in("bob", WRONG, READ.format("n9")))
        archive.writestr(
            "eve_small_77.ipynb", hand_in("eve", "import os\nos._exit(0)\n" + WRONG, "raise SystemExit")
        )
    nbgrader("zip_collect", "small")
    nbgrader("autograde", "small")
    nbgrader("generate_feedback", "small")
    nbgrader("export")
    slip = ITEMS["is_quorum"].judge(Written(WRONG, "is_quorum"), "").points
    lines = [line.split(",") for line in (course / "grades.csv").read_text().splitlines()]
    student, score = lines[0].index("student_id"), lines[0].index("score")
    assert {line[student]: float(line[score]) for line in lines[1:]} == {"ada": 11, "bob": slip, "eve": 0}
    feedback = (course / "feedback" / "bob" / "small" / "77.html").read_text()
    assert "which is nobody" in feedback, "bob wrote his name, and not his code"
    assert "A candidate with the votes of a majority becomes leader." in feedback


@pytest.mark.slow
def test_a_cell_always_ends_in_a_number_and_writes_nothing_to_stderr():
    from raftlab.grading import nbgrader_judge as judge  # it loads nbgrader, which takes long

    for outcome in (Outcome(3, 6, ("why",)), Outcome(0, 0, ("nobody knows",), failed=True)):
        said, value = judge.outputs(outcome, 12, ("a note",))
        assert (said.name, said.text.splitlines()[0]) == ("stdout", "a note")
        assert float(value.data["text/plain"]) == (6 if outcome.of else 0)
