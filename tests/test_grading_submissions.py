"""What a class hands in: folders and zips, names in any script, notebooks that something has happened to."""

import io
import json
import os
import stat
import tracemalloc
import zipfile
from datetime import datetime
from pathlib import Path

import pytest

from raftlab.grading import submissions
from raftlab.grading.exercise import exercise_of, exercises_of
from raftlab.grading.files import LARGEST
from raftlab.grading.notebook import Cell, answer_in, cells_of, free_text_in, name_in, recognised
from raftlab.grading.people import Person, on_list, read_class
from raftlab.grading.submissions import collect
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
        ("ada/04_replication/04_replication.ipynb", Person("ada"), False),
        ("ada/raft_04_2026_final.ipynb", Person("ada"), False),
        ("Ada_Lovelace.ipynb", Person("Ada Lovelace"), False),
        ("ada.lovelace.ipynb", Person("ada.lovelace"), False),
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


def test_all_that_the_platform_wrote_may_be_in_one_folder(tmp_path):
    names = ("lovelaceada_LATE_12345_6789012_raft.ipynb", "bob_7_6789013_raft.ipynb")
    place = zipped({f"submissions/{name}": SOLUTION for name in names}, tmp_path / "class.zip")
    ada, bob = sorted(collected(place).submissions, key=lambda each: -int(each.person.id))
    assert (ada.person, ada.late) == (Person("lovelaceada", "12345"), True)
    assert (bob.person, bob.late) == (Person("bob", "7"), False)


def test_a_pattern_of_ones_own(tmp_path):
    place = zipped({"2026/x17-LATE-ada.ipynb": SOLUTION}, tmp_path / "class.zip")
    (one,) = collected(
        place, names=r"\d+/(?P<id>x\d+)-(?:(?P<late>LATE)-)?(?P<person>\w+)\.ipynb"
    ).submissions
    assert (one.person, one.late) == (Person("ada", "x17"), True)
    with pytest.raises(UserError, match="not a regular expression"):
        collected(place, names="(")
    with pytest.raises(UserError, match="no group"):
        collected(place, names=r".*")


# -- What a learner calls a file says nothing about whose it is, or when it was handed in --------------------------------

ADAS = "Ada Lovelace_1_assignsubmission_file_/x.ipynb"
CLASS = [Person("Ada Lovelace", "1"), Person("Eve", "2")]


def in_a_zip(*names, time=(2030, 1, 1, 0, 0, 0)):
    """The content of a zip in which each of these is a notebook, changed at this time."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name, time), SOLUTION)
    return made.getvalue()


@pytest.mark.parametrize("people", [[], CLASS], ids=["no list", "a list"])
@pytest.mark.parametrize(
    ("adas", "eves"),
    [
        (ADAS, f"Eve_2_assignsubmission_file_/{ADAS}"),
        (ADAS, "Eve_2_assignsubmission_file_/my.zip"),
        (ADAS, "Eve_2_assignsubmission_file_my.zip"),
        (ADAS, "Eve_2_assignsubmission_file_Ada Lovelace_1_assignsubmission_file_x.ipynb"),
        ("adalovelace_1_77_x.ipynb", "eve_2_78_my.zip"),
        ("adalovelace_1_77_x.ipynb", "eve_2_78_adalovelace_1_77_x.ipynb"),
        ("Ada Lovelace/x.ipynb", "Eve/my.zip"),
        ("Ada Lovelace/x.ipynb", "Eve/ada.lovelace_1_9_x.ipynb"),
        ("Ada Lovelace/x.ipynb", f"Eve/{ADAS}"),
        ("Ada Lovelace/x.ipynb", "Eve/Ada Lovelace/x.ipynb"),
        ("Ada Lovelace.ipynb", "Eve.zip"),
    ],
)
def test_nobody_can_hand_in_for_another(tmp_path, adas, eves, people):
    forged = in_a_zip(ADAS, "adalovelace_1_77_x.ipynb", "Ada Lovelace/x.ipynb")
    files = {adas: SOLUTION, eves: forged if eves.endswith(".zip") else SOLUTION}
    found = collected(zipped(files, tmp_path / "class.zip"), people=people)
    ada, eve = found.submissions
    assert (ada.path, ada.notes) == (adas, ())
    assert ada.person.name.startswith(("Ada", "ada"))
    assert eve.person.name.casefold() == "eve"


@pytest.mark.parametrize(
    "names",
    [
        ("eve_LATE_2_78_my.zip", "bob_3_79_x.ipynb"),
        ("Eve_2_assignsubmission_file_/my.zip", "Bob_3_assignsubmission_file_/x.ipynb"),
        ("Eve/my.zip", "Bob/x.ipynb"),
    ],
)
def test_a_zip_is_late_when_the_platform_got_it_late(tmp_path, names):
    eves, bobs = names
    place = tmp_path / "class.zip"
    with zipfile.ZipFile(place, "w") as archive:
        inside = in_a_zip("eve_2_78_x.ipynb", time=(2020, 1, 1, 0, 0, 0))
        archive.writestr(zipfile.ZipInfo(eves, (2026, 12, 24, 0, 0, 0)), inside)
        archive.writestr(
            zipfile.ZipInfo(bobs, (2026, 11, 30, 0, 0, 0)),
            in_a_zip("x.ipynb") if bobs.endswith(".zip") else SOLUTION,
        )
    late = {
        each.person.name.casefold(): each.late
        for each in collected(place, due=datetime(2026, 12, 1)).submissions
    }
    assert late == {"eve": True, "bob": False}


def test_of_two_notebooks_in_a_persons_zip_the_newer_one_counts(tmp_path):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(zipfile.ZipInfo("b.ipynb", (2020, 1, 1, 0, 0, 0)), SOLUTION)
        archive.writestr(
            zipfile.ZipInfo("a.ipynb", (2021, 1, 1, 0, 0, 0)),
            notebook(lambda made: cell(made, "write_commit").update(source="def commit(): 1")),
        )
    (one,) = collected(zipped({"Ada/my.zip": made.getvalue()}, tmp_path / "class.zip")).submissions
    assert one.path == "Ada/my/a.ipynb"
    assert "b.ipynb does not" in one.notes[0]


def test_a_file_in_a_persons_zip_that_cannot_be_graded_is_that_persons(tmp_path):
    place = zipped({"Eve/my.zip": in_a_zip("../x.ipynb"), "Bob/x.ipynb": SOLUTION}, tmp_path / "class.zip")
    assert [(each.person.name, each.path) for each in collected(place).problems] == [
        ("Eve", "Eve/my/../x.ipynb")
    ]


def test_a_place_without_any_file_is_told(tmp_path):
    with pytest.raises(UserError, match="There are no files in"):
        collected(zipped({}, tmp_path / "class.zip"))


@pytest.mark.parametrize(
    "people", [[], [Person("Li Wei", "3"), Person("Wei Li", "4")]], ids=["no list", "a list"]
)
def test_two_names_of_the_same_words_are_two_people(tmp_path, people):
    place = zipped({"Li Wei/x.ipynb": SOLUTION, "Wei Li/x.ipynb": SOLUTION}, tmp_path / "class.zip")
    found = collected(place, people=people).submissions
    assert [(each.person.name, each.notes) for each in found] == [("Li Wei", ()), ("Wei Li", ())]


def test_a_name_that_fits_two_people_is_told(tmp_path):
    place = zipped(
        {"wei li/x.ipynb": SOLUTION, "Ada/x.ipynb": SOLUTION, "ada/x.ipynb": SOLUTION}, tmp_path / "class.zip"
    )
    found = collected(place, people=[Person("Li Wei", "3"), Person("Wei Li", "4")]).submissions
    assert {each.person.name: each.notes for each in found} == {
        "Ada": ("Ada is not on the class list.",),
        "ada": ("ada is not on the class list.",),
        "wei li": ("The class list does not say which wei li this is.",),
    }


def test_two_people_with_one_name_are_told_apart_by_the_platforms_ids(tmp_path):
    names = ("Anna S_1_assignsubmission_file_/x.ipynb", "Anna S_2_assignsubmission_file_/x.ipynb")
    place = zipped(dict.fromkeys(names, SOLUTION), tmp_path / "class.zip")
    note = "The class list does not say which Anna S this is."
    for people, notes in (
        ([], ()),
        ([Person("Anna S")], (note,)),
        ([Person("Anna S", "1"), Person("Anna S", "2")], ()),
    ):
        found = collected(place, people=people).submissions
        assert [(each.person, each.notes) for each in found] == [(Person("Anna S", n), notes) for n in "12"]


def test_a_folder_may_be_called_by_the_id_on_the_class_list(tmp_path):
    place = zipped({"s17/x.ipynb": SOLUTION, "s18/x.ipynb": SOLUTION}, tmp_path / "class.zip")
    found = collected(place, people=[Person("Ada", "s17"), Person("Bob", "s18")]).submissions
    assert [each.person for each in found] == [Person("Ada", "s17"), Person("Bob", "s18")]


# -- ... and what is told apart ----------------------------------------------------------------------------------------


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
        "Bob/b/y.zip": "This is a zip inside a person's zip: it was not read.",
    }


def test_of_a_zip_no_more_is_read_than_a_person_can_have_written(tmp_path, monkeypatch):
    monkeypatch.setattr(submissions, "LARGEST_ZIP", 2 * len(SOLUTION))
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(5):
            archive.writestr(f"{number}.ipynb", SOLUTION)
            archive.writestr(f"a{number}.png", bytes(len(SOLUTION)))
    found = collected(
        zipped({"Ada/my.zip": made.getvalue(), "Bob/x.ipynb": SOLUTION}, tmp_path / "class.zip")
    )
    assert [each.path for each in found.submissions] == ["Ada/my/1.ipynb", "Bob/x.ipynb"]
    assert reasons(found)["Ada/my.zip"] == "It has more than 0 MB of notebooks: the rest was not read."


def test_a_thousand_odd_files_of_one_person_are_told_in_a_few_lines(tmp_path):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for number in range(1000):
            archive.writestr(f"{number}.py", "")
    (*first, last) = collected(zipped({"Ada/my.zip": made.getvalue()}, tmp_path / "class.zip")).problems
    assert len(first) == 20
    assert (last.path, last.reason) == ("Ada/my.zip", "980 more files in it could not be graded.")


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


@pytest.mark.parametrize("part", [b"{},", b"[],", b'"ab",'])
def test_json_that_would_take_all_memory_is_not_read(part):
    data = b'{"cells": [' + part * ((LARGEST - 40) // len(part)) + b"0]}"
    tracemalloc.start()
    try:
        with pytest.raises(UserError, match="millions of lists or values"):
            cells_of(data)
        assert tracemalloc.get_traced_memory()[1] < 3 * LARGEST
    finally:
        tracemalloc.stop()


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


def test_a_cell_of_a_million_spaces_takes_no_time():
    def add(made):
        place = made["cells"].index(cell(made, "write_commit"))
        made["cells"].insert(place + 1, {"cell_type": "code", "metadata": {}, "source": " " * 1_000_000})

    assert answer(notebook(add)).notes == ()
    assert name_in([Cell("code", "1", "", f"me = 'Ada'{' ' * 1_000_000}x")]) == ""


def test_an_answer_that_nobody_wrote_is_as_it_was_handed_out():
    data = (SOLUTIONS.parent / "exercises" / "04_replication.ipynb").read_bytes()
    assert "raise NotImplementedError" in answer(data).text
    assert name_in(cells_of(data)) == "your name"


def test_a_free_text_that_nobody_touched_is_empty_and_one_whose_cell_is_missing_is_told():
    (paragraph,) = REPLICATION.by_hand
    cells = cells_of((SOLUTIONS.parent / "exercises" / "04_replication.ipynb").read_bytes())
    place = next(number for number, each in enumerate(cells) if each.id == paragraph.cell_id)
    written = [*cells[:place], cells[place]._replace(text="A leader \n"), *cells[place + 1 :]]
    assert free_text_in(cells, paragraph) == ("", ())
    assert free_text_in(written, paragraph) == ("A leader \n", ())
    # Old programs drop Jupyter's ids: then the text is in the cell after the one that asks for it.
    assert free_text_in([each._replace(id="") for each in written], paragraph).text == "A leader \n"
    assert "is missing" in free_text_in(cells[: place - 1], paragraph).notes[0]


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
    assert (read_class(moodle).form, read_class(moodle).people) == ("Moodle", [Person("Ada Lovelace", "12")])
    assert (read_class(canvas).form, read_class(canvas).people) == ("Canvas", [Person("Lovelace, Ada", "12")])
    assert (read_class(own).form, read_class(own).people) == ("", [Person("José", "5")])
    (tmp_path / "none.csv").write_text("a,b\n1,2\n")
    with pytest.raises(UserError, match="no column with names"):
        read_class(tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("name,id\nAda,7\nBob,7\n", "lines 2 and 3: Ada and Bob have the same id, 7"),
        ("name\nAnna S\nBob\nAnna S\n", "lines 2 and 4: Anna S is listed twice"),
        (
            'name,id\n"' + "x" * 200_000,
            r"cannot be read as a table from line 2 on: field larger .* Is a quotation mark missing",
        ),
        ("", "no column with names"),
        ("name,id\nAda,1\nBob, Jr.,2\n", "line 3, has more cells than the first line. A cell with a comma"),
        (
            "name;id\nAda;1\nBob; Jr.;2\n",
            "line 3, has more cells than the first line. A cell with a semicolon",
        ),
        ("PK\x03\x04 a spreadsheet", "is a spreadsheet, not a csv file. Save it as csv first"),
    ],
)
def test_a_class_list_that_cannot_be_right_is_refused_in_a_sentence(tmp_path, table, sentence):
    (tmp_path / "people.csv").write_text(table)
    with pytest.raises(UserError, match=sentence):
        read_class(tmp_path / "people.csv")


def test_one_person_may_have_two_lines_and_an_odd_name(tmp_path):
    (tmp_path / "people.csv").write_text('name,id\nAda,7\nAda,7\n"Bo\nb \0",8\n\n')
    assert read_class(tmp_path / "people.csv").people == [
        Person("Ada", "7"),
        Person("Ada", "7"),
        Person("Bo b �", "8"),
    ]


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
