"""What a class hands in: folders and zips, names in any script, notebooks that something has happened to."""

import io
import json
import os
import stat
import zipfile
from datetime import datetime
from pathlib import Path

import pytest

from raftlab.grading.exercise import exercise_of, exercises_of
from raftlab.grading.notebook import Cell, answer_in, cells_of, name_in, recognised
from raftlab.grading.people import Person, on_list, read_class
from raftlab.grading.submissions import LARGEST, collect
from raftlab.sim.errors import UserError

SOLUTIONS = Path(__file__).parents[1] / "solutions"
EXERCISES = exercises_of(SOLUTIONS.glob("*.ipynb"))
SOLUTION = (SOLUTIONS / "04_replication.ipynb").read_bytes()
REPLICATION = EXERCISES["04_replication"]


def asked(item, exercise=REPLICATION):
    return next(each for each in exercise.asked if each.item == item)


def notebook(change=None):
    made = json.loads(SOLUTION)
    if change:
        change(made)
    return json.dumps(made).encode()


def cell(made, grade_id):
    return next(
        each for each in made["cells"] if each["metadata"].get("nbgrader", {}).get("grade_id") == grade_id
    )


def answer(data, item="commit"):
    return answer_in(cells_of(data), asked(item))


def zipped(files, path, flags=0):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def collected(place, **settings):
    return collect(place, EXERCISES.values(), **settings)


def reasons(found):
    return {each.path: each.reason for each in found.problems}


# -- The exercise -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(SOLUTIONS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_what_an_exercise_asks_is_read_from_its_notebook_and_gives_100_points(path):
    exercise = exercise_of(path)
    assert exercise.points + sum(each.points for each in exercise.by_hand) == 120
    assert len({each.item for each in exercise.asked}) == len(exercise.asked)


def test_a_lesson_is_no_exercise():
    with pytest.raises(UserError, match="none of its cells gives points"):
        exercise_of(SOLUTIONS.parent / "notebooks" / "index.ipynb")


@pytest.mark.parametrize("name", EXERCISES)
def test_each_notebook_is_recognised_whatever_it_is_called_and_without_its_ids(name):
    cells = cells_of((SOLUTIONS / f"{name}.ipynb").read_bytes())
    assert recognised(cells, EXERCISES.values()).name == name
    stripped = [each._replace(id="", grade_id="") for each in cells]
    assert recognised(stripped, EXERCISES.values()).name == name


# -- Layouts --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "person", "late"),
    [
        ("Ada Lovelace_1234567_assignsubmission_file_/04 (1).ipynb", Person("Ada Lovelace", "1234567"), False),
        ("Ada Lovelace_1234567_assignsubmission_file/mine.ipynb", Person("Ada Lovelace", "1234567"), False),
        ("Ada Lovelace_1234567_assignsubmission_file_my_raft.ipynb", Person("Ada Lovelace", "1234567"), False),
        ("lovelaceada_12345_6789012_my_raft-1.ipynb", Person("lovelaceada", "12345"), False),
        ("lovelaceada_LATE_12345_6789012_my_raft.ipynb", Person("lovelaceada", "12345"), True),
        ("submissions/lovelaceada_12345_6789012_raft.ipynb", Person("lovelaceada", "12345"), False),
        ("ada/04_replication/04_replication.ipynb", Person("ada"), False),
        ("Ada_Lovelace.ipynb", Person("Ada Lovelace"), False),
    ],
)  # fmt: skip
def test_a_zip_of_moodle_or_canvas_or_a_plain_one(tmp_path, path, person, late):
    found = collected(zipped({path: SOLUTION}, tmp_path / "class.zip"))
    assert not found.problems
    (one,) = found.submissions
    assert (one.person, one.exercise, one.late) == (person, "04_replication", late)
    assert one.me == "Ada Lovelace"
    assert all(each.text and not each.notes for each in one.answers.values())


def test_a_folder_for_each_person_with_a_zip_in_it(tmp_path):
    (tmp_path / "Ada").mkdir()
    zipped({"work/raft.ipynb": SOLUTION}, tmp_path / "Ada" / "my.zip")
    (tmp_path / "Bob").mkdir()
    (tmp_path / "Bob" / ".ipynb_checkpoints").mkdir()
    (tmp_path / "Bob" / ".ipynb_checkpoints" / "x.ipynb").write_bytes(b"")
    (tmp_path / "Bob" / "anything at all.json").write_bytes(SOLUTION)
    found = collected(tmp_path)
    assert not found.problems
    assert [each.person.name for each in found.submissions] == ["Ada", "Bob"]


def test_two_files_of_one_person_on_the_class_list_are_one_persons(tmp_path):
    place = zipped(
        {"Ada L/x.ipynb": SOLUTION, "L, Ada/y.ipynb": SOLUTION, "Bob/z.ipynb": SOLUTION}, tmp_path / "a.zip"
    )
    found = collected(place, people=[Person("Ada L", "1")])
    assert [(each.person, each.notes) for each in found.submissions] == [
        (Person("Ada L", "1"), ()),
        (Person("Bob"), ("Bob is not on the class list.",)),
    ]


def test_a_pattern_of_ones_own(tmp_path):
    place = zipped({"2026/x17-LATE-ada.ipynb": SOLUTION}, tmp_path / "class.zip")
    (one,) = collected(
        place, names=r"\d+/(?P<id>x\d+)-(?:(?P<late>LATE)-)?(?P<person>\w+)\.ipynb"
    ).submissions
    assert (one.person, one.late) == (Person("ada", "x17"), True)
    with pytest.raises(UserError, match="no regular expression"):
        collected(place, names="(")
    with pytest.raises(UserError, match="no group"):
        collected(place, names=r".*")


def test_late_missing_duplicate_and_foreign_ones_are_told_apart(tmp_path):
    other = (SOLUTIONS / "02_election.ipynb").read_bytes()
    lesson = (SOLUTIONS.parent / "notebooks" / "index.ipynb").read_bytes()
    files = {
        "Ada/first.ipynb": SOLUTION,
        "Ada/second.ipynb": notebook(
            lambda made: cell(made, "write_commit").update(source="def commit(): 1")
        ),
        "Bob/elections.ipynb": other,
        "Cem/lesson.ipynb": lesson,
        "Dan/essay.pdf": b"%PDF",
        "Eve/broken.ipynb": SOLUTION[:1000],
        "Fay/empty.ipynb": b"",
        "Gus/list.ipynb": b"[]",
        "Hal/no_cells.ipynb": b"{}",
    }
    for name, data in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
        os.utime(tmp_path / name, (1_000_000_000, 1_000_000_000))
    os.utime(tmp_path / "Ada/second.ipynb", (1_000_009_000, 1_000_009_000))
    found = collected(tmp_path, due=datetime.fromtimestamp(1_000_001_000))
    ada, bob = found.submissions
    assert (ada.exercise, ada.late, ada.path) == ("04_replication", True, "Ada/second.ipynb")
    assert "first.ipynb does not" in ada.notes[0]
    assert (bob.exercise, bob.late, bob.notes) == ("02_election", False, ())
    told = reasons(found)
    assert told["Cem/lesson.ipynb"] == "This notebook belongs to none of the exercises."
    assert told["Dan/essay.pdf"] == "This is not a notebook (.ipynb)."
    assert "damaged" in told["Eve/broken.ipynb"]
    assert "damaged" in told["Fay/empty.ipynb"]
    assert "not a notebook" in told["Gus/list.ipynb"]
    assert "no cells" in told["Hal/no_cells.ipynb"]


@pytest.mark.parametrize(
    "name", ["张伟", "Зоя Космодемьянская", "علی", "José Ñandú", "अनिता", "O'Neil-Smith"]
)
def test_names_in_any_script(tmp_path, name):
    (one,) = collected(
        zipped({f"{name}_77_assignsubmission_file_/x.ipynb": SOLUTION}, tmp_path / "a.zip")
    ).submissions
    assert one.person == Person(name, "77")
    (tmp_path / "class" / name).mkdir(parents=True)
    (tmp_path / "class" / name / "x.ipynb").write_bytes(SOLUTION)
    assert collected(tmp_path / "class").submissions[0].person.name == name


def test_an_old_zip_program_writes_utf_8_without_saying_so(tmp_path):
    place = zipped({"Jose-_77_assignsubmission_file_/x.ipynb": SOLUTION}, tmp_path / "a.zip")
    place.write_bytes(place.read_bytes().replace(b"Jose-", "José".encode()))
    assert collected(place).submissions[0].person.name == "José"


# -- Zips that mean harm ----------------------------------------------------------------------------------------------


def test_a_zip_that_climbs_out_writes_nothing_and_is_told(tmp_path):
    place = tmp_path / "in" / "class.zip"
    place.parent.mkdir()
    zipped(
        {
            "../evil.ipynb": SOLUTION,
            "/tmp/evil.ipynb": SOLUTION,
            "C:/evil.ipynb": SOLUTION,
            "Ada/x.ipynb": SOLUTION,
        },
        place,
    )
    found = collected(place)
    assert [each.person.name for each in found.submissions] == ["Ada"]
    assert set(reasons(found).values()) == {"This name leads out of the zip: the file was not read."}
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["class.zip", "in"]


def test_a_zip_bomb_is_not_inflated(tmp_path):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.ipynb", bytes(LARGEST + 1))
    deep = io.BytesIO()
    with zipfile.ZipFile(deep, "w") as archive:
        archive.writestr("y.zip", inner.getvalue())
    found = collected(
        zipped({"Ada/a.zip": inner.getvalue(), "Bob/b.zip": deep.getvalue()}, tmp_path / "class.zip")
    )
    assert not found.submissions
    assert reasons(found) == {
        "Ada/a/x.ipynb": "The file is larger than 32 MB.",
        "Bob/b/y.zip": "This is a zip in a zip in a zip: it was not read.",
    }


def test_a_size_that_lies_is_found_while_reading(tmp_path):
    place = zipped({"Ada/x.ipynb": bytes(LARGEST + 10)}, tmp_path / "a.zip")
    size = (LARGEST + 10).to_bytes(4, "little")
    place.write_bytes(place.read_bytes().replace(size, (10).to_bytes(4, "little")))
    (problem,) = collected(place).problems
    assert "cannot be read" in problem.reason or "larger" in problem.reason or "damaged" in problem.reason


def test_links_encrypted_files_and_damaged_zips_are_told(tmp_path):
    link = zipfile.ZipInfo("Ada/x.ipynb")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    place = zipped(
        {link: "/etc/passwd", "Bob/x.zip": b"PK no zip", "Cem/y.ipynb": SOLUTION}, tmp_path / "a.zip"
    )
    assert set(reasons(collected(place))) == {"Ada/x.ipynb", "Bob/x.zip"}
    (tmp_path / "class" / "Ada").mkdir(parents=True)
    (tmp_path / "class" / "Ada" / "x.ipynb").symlink_to(SOLUTIONS / "04_replication.ipynb")
    found = collected(tmp_path / "class")
    assert not found.submissions
    assert reasons(found) == {"Ada/x.ipynb": "This is a link or a device, not a file."}


def test_what_is_neither_a_folder_nor_a_zip(tmp_path):
    with pytest.raises(UserError, match="neither a folder nor a zip"):
        collected(tmp_path / "nothing")


# -- Notebooks that something has happened to --------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_odd_encodings(encoding):
    assert answer(SOLUTION.decode().encode(encoding)).text.startswith("from raftlab.messages import Applied")


def test_a_file_that_old_windows_wrote():
    data = SOLUTION.decode().replace("Ada Lovelace", "José").encode("cp1252", "replace")
    assert name_in(cells_of(data)) == "José"


@pytest.mark.parametrize(
    "data", [b'{"cells": ' + b"[" * 100_000, b'{"cells": [' + b"9" * 10_000 + b"]}", b'{"cells": 3}']
)
def test_json_that_means_harm(data):
    with pytest.raises(UserError, match=r"damaged|no cells"):
        cells_of(data)


def test_cells_of_wrong_types_count_as_empty():
    data = b'{"cells": [3, {"cell_type": [], "id": 3, "source": {"a": 1}, "metadata": []}, {"source": ["a", 3, "\\ud800"]}]}'
    assert [each.text for each in cells_of(data)] == ["", "a?"]


def test_stripped_metadata():
    def strip(made):
        for each in made["cells"]:
            each["metadata"] = {}
            del each["id"]

    found = answer(notebook(strip))
    assert "node.commit_index = index" in found.text
    assert found.notes == (
        "The answer was found in a cell that has lost its id, because that cell defines commit.",
    )


def test_a_moved_answer():
    def move(made):
        own = cell(made, "write_commit")
        made["cells"].append({"cell_type": "code", "metadata": {}, "source": own["source"]})
        own["source"] = asked("commit").handed_out

    found = answer(notebook(move))
    assert "node.commit_index = index" in found.text
    assert "in a cell that is not its own" in found.notes[0]


def test_a_deleted_answer():
    found = answer(notebook(lambda made: made["cells"].remove(cell(made, "write_commit"))))
    assert found == ("", ("The cell of this answer is missing, and no other cell defines commit.",))


def test_a_duplicated_answer():
    def twice(made):
        own = cell(made, "write_commit")
        made["cells"].append({**own, "source": "def commit(node, index, because):\n    second"})

    found = answer(notebook(twice))
    assert "second" in found.text
    assert "the last one counts" in found.notes[0]


def test_a_split_answer():
    def cut(made):
        own = cell(made, "write_commit")
        place = made["cells"].index(own)
        lines = "".join(own["source"]).splitlines(keepends=True)
        own["source"] = lines[:8]
        made["cells"].insert(place + 1, {**own, "source": lines[8:], "metadata": {}})

    found = answer(notebook(cut))
    assert any("seems to be split" in note for note in found.notes)


def test_an_answer_that_nobody_wrote_is_as_it_was_handed_out():
    data = (SOLUTIONS.parent / "exercises" / "04_replication.ipynb").read_bytes()
    assert "raise NotImplementedError" in answer(data).text
    assert name_in(cells_of(data)) == "your name"


def test_an_answer_that_is_too_long_is_not_read():
    found = answer(
        notebook(lambda made: cell(made, "write_commit").update(source="def commit(): 1\n" + "#" * 200_000))
    )
    assert found.text == ""
    assert "longer than 100,000 characters" in found.notes[0]


# -- The class list ----------------------------------------------------------------------------------------------------


def test_the_class_lists_of_moodle_canvas_and_ones_own(tmp_path):
    moodle = tmp_path / "moodle.csv"
    moodle.write_text(
        "\ufeffIdentifier,Full name,Email address,Grade\nParticipant 12,Ada Lovelace,a@x,\n", encoding="utf-8"
    )
    canvas = tmp_path / "canvas.csv"
    canvas.write_text(
        'Student,ID,SIS User ID,SIS Login ID,Section,Raft (9)\n"    Points Possible",,,,,100\n"Lovelace, Ada",12,,ada,1,\n'
    )
    own = tmp_path / "own.csv"
    own.write_bytes("name;id\nJosé;5\n".encode("cp1252"))
    assert (read_class(moodle).form, read_class(moodle).people) == ("moodle", [Person("Ada Lovelace", "12")])
    assert (read_class(canvas).form, read_class(canvas).people) == ("canvas", [Person("Lovelace, Ada", "12")])
    assert (read_class(own).form, read_class(own).people) == ("", [Person("José", "5")])
    (tmp_path / "none.csv").write_text("a,b\n1,2\n")
    with pytest.raises(UserError, match="no column with names"):
        read_class(tmp_path / "none.csv")


def test_a_person_is_found_on_the_list_by_id_or_by_name():
    people = [Person("Lovelace, Ada", "12"), Person("Bob", "13"), Person("Bob", "14")]
    assert on_list(Person("somebody", "13"), people) == people[1]
    assert on_list(Person("ada lovelace"), people) == people[0]
    assert on_list(Person("Bob"), people) is None


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ('me = "Conor O\'Brien"', "Conor O'Brien"),
        ("me = 'Zoë \"Z\" Müller'  # that is me", 'Zoë "Z" Müller'),
        ('me: str = "Ada";', "Ada"),
        ("me = \"Ada'", ""),
    ],
)
def test_a_name_may_hold_the_other_kind_of_quotes(line, name):
    assert name_in([Cell("code", "1", "", f"# Your name\n{line}\n")]) == name


def test_a_class_list_may_have_old_line_ends_and_ids_of_several_numbers(tmp_path):
    table = tmp_path / "people.csv"
    table.write_bytes(b"name,id\rAda,2024-001\rBob,2024-002\r")
    assert read_class(table).people == [Person("Ada", "2024-001"), Person("Bob", "2024-002")]
