"""A lecturer grades a class from docs/grading.md alone: each command that stands in it is run as it stands there."""

import csv
import io
import json
import re
import shlex
import tomllib
import zipfile
from collections import Counter
from pathlib import Path
from random import Random
from urllib.parse import unquote

import pytest
from grading_help import READ, RIGHT, TRUST, WRONG, exercise
from made_up_class import in_own_words

from raftlab.cli import main
from raftlab.exercises.items import ITEMS
from raftlab.grading.exercise import exercise_of

GUIDE_PATH = Path(__file__).parents[1] / "docs" / "grading.md"
GUIDE = GUIDE_PATH.read_text("utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
COMMANDS = [
    line for kind, text in BLOCKS if not kind for line in text.splitlines() if line.startswith("raftlab ")
]
TABLES = [text for kind, text in BLOCKS if not kind and text.startswith("person,")]
DECISIONS = TABLES[0] + "".join(text.partition("\n")[2] for text in TABLES[1:])
# What a platform calls the files of Ada and Bob, and its list of the class.
PLATFORMS = {
    "moodle": (
        ("Ada Lovelace_1234567_assignsubmission_file_/final (2).ipynb", "Bob_7_assignsubmission_file_/02_election.ipynb"),
        "Identifier,Full name,Grade\nParticipant 1234567,Ada Lovelace,\nParticipant 7,Bob,\nParticipant 8,Zoë,\n",
        "Grade",
    ),
    "canvas": (
        ("lovelaceada_1234567_99_final.ipynb", "bob_LATE_7_98_02_election-1.ipynb"),
        'Student,ID,SIS Login ID,Section,02_election (42)\n    Points Possible,,,,16\n"Lovelace, Ada",1234567,ada,1,\nBob,7,bob,1,\n"Zoë",8,zoe,1,\n',
        "02_election (42)",
    ),
}  # fmt: skip


def table(path):
    return list(csv.DictReader(io.StringIO(Path(path).read_text("utf-8"))))


def test_nbgrader_is_an_extra_of_its_own_and_the_guide_says_how_to_get_it():
    project = tomllib.loads((GUIDE_PATH.parents[1] / "pyproject.toml").read_text("utf-8"))["project"]
    with_it = [
        extra
        for extra, packages in project["optional-dependencies"].items()
        if "nbgrader" in " ".join(packages)
    ]
    assert with_it == ["nbgrader"]
    assert "nbgrader" not in " ".join(project["dependencies"])
    assert 'pip install "raftlab[nbgrader]"' in GUIDE


def test_the_guide_says_how_nbgrader_counts_an_exercise():
    """It adds up the points of all cells; the guide tells how many each kind has in every exercise."""
    for path in (GUIDE_PATH.parents[1] / "solutions").glob("*.ipynb"):
        exercise = exercise_of(path)
        points = Counter({"read": sum(each.points for each in exercise.by_hand)})
        for each in exercise.asked:
            points[ITEMS[each.item].kind] += each.points
        assert points == {"write": 40, "break": 40, "read": 20, "review": 20}
    assert "40 for the rules that learners write, 40 for the nodes that they break, 20 for the run" in GUIDE


@pytest.mark.slow
@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_command_of_the_guide_works_in_a_fresh_folder(platform, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    files, people, column = PLATFORMS[platform]
    Path("solutions").mkdir()
    Path("solutions/02_election.ipynb").write_text(json.dumps(exercise()), "utf-8")
    Path("people.csv").write_text(people, "utf-8")
    Path("mine.csv").write_text(DECISIONS, "utf-8")
    # Ada and Bob get their codes, as the guide says, and write them into their notebooks.
    assert main(["codes", "people.csv"]) == 0
    ada, bob, _ = (row["code"] for row in table("codes.csv"))
    with zipfile.ZipFile("submissions.zip", "w") as archive:
        first = READ.format(ITEMS["02.1"].asked(ada).answer)
        archive.writestr(files[0], json.dumps(exercise(RIGHT, first, ada, "A majority.")))
        archive.writestr(files[1], json.dumps(exercise(WRONG, me=bob)))
    assert len(COMMANDS) >= 4
    for command in COMMANDS:
        said = main([*shlex.split(command)[1:], *(["--trust"] if TRUST and " grade " in command else [])])
        assert said == 0, (command, capsys.readouterr())
    assert "Open results/class.html" in capsys.readouterr().out
    imported = {row.get("ID") or row["Identifier"].split()[1]: row[column] for row in table(f"results/{platform}_02_election.csv") if row.get("ID") or row.get("Identifier")}  # fmt: skip
    assert imported["1234567"] == "15", "6 and 5 points, and 4 that the lecturer gave"
    assert float(imported["7"]) == 0, "fewer than 6 points, and 10 less for being late"
    assert imported["8"] == "", "nothing was handed in"
    assert len(list(Path("results/pages").iterdir())) == 3
    for name in re.findall(r"^\| `([\w.]+)`", GUIDE, re.MULTILINE):
        assert Path("results", name).exists(), f"the guide promises {name}"
    for page in [Path("results/class.html"), *Path("results/pages").iterdir()]:
        for link in re.findall(r'href="([^"#][^"]*)"', page.read_text("utf-8")):
            assert (page.parent / unquote(link)).exists()


def test_the_words_of_a_made_up_class_change_no_argument_of_a_call():
    story = "def story_a():\n    start = {1: 2}\n    return Story('x', start=start, ticks=start == 3)\n"
    own = {in_own_words(story, Random(seed)) for seed in range(30)}
    assert story in own
    assert any(
        "    my_start = {1: 2}\n" in each and "start=my_start, ticks=my_start == 3" in each for each in own
    )
    assert not any("my_start=my_start" in each for each in own)
