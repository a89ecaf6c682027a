"""A class with codes: what is drawn for everybody comes from the class list and a secret of the lecturer."""

import csv
import io

import pytest
from grading_help import READ, TRUST, hand_in, lecture

from raftlab.cli import main
from raftlab.exercises.items import ITEMS
from raftlab.exercises.student import personal_code, seed_of
from raftlab.experiments.executors import Serial
from raftlab.grading.class_grading import grade_class
from raftlab.grading.codes import Codes
from raftlab.grading.exercise import exercise_of
from raftlab.grading.notebook import Answer
from raftlab.grading.people import Person
from raftlab.grading.submissions import Submission
from raftlab.sim.errors import UserError

SECRET = "the secret of a winter"


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return exercise_of(lecture(tmp_path_factory.mktemp("small") / "exercises") / "77_small.ipynb")


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A lecturer's folder, with the exercise, a class list and a secret."""
    monkeypatch.chdir(tmp_path)
    lecture(tmp_path / "exercises")
    (tmp_path / "people.csv").write_text("id,name\n1,Ada Lovelace\n2,Bob\n", "utf-8")
    (tmp_path / "secret.txt").write_text(f"{SECRET}\n", "utf-8")
    return tmp_path


def answered(code):
    """The right answer to the question that is drawn from this code."""
    return READ.format(ITEMS["02.1"].asked(code).answer)


def graded(course):
    return grade_class(
        course / "in", course / "out", notebooks=(course / "exercises").glob("*"), people="people.csv",
        secret="secret.txt", executor=Serial(), trust=TRUST, progress=False,
    )  # fmt: skip


def test_a_lecturer_makes_codes_and_hands_them_out(course, capsys):
    (course / "secret.txt").unlink()
    assert main(["codes", "people.csv"]) == 0
    assert "secret.txt is new" in capsys.readouterr().out
    first = (course / "codes.csv").read_text("utf-8")
    assert main(["codes", "people.csv"]) == 0
    assert "is new" not in capsys.readouterr().out
    assert (course / "codes.csv").read_text("utf-8") == first, "the same secret, the same codes"
    codes = [row["code"] for row in csv.DictReader(io.StringIO(first))]
    assert [code.partition(" #")[0] for code in codes] == ["Ada Lovelace", "Bob"]
    assert (course / "secret.txt").stat().st_mode & 0o077 == 0, "nobody else can read it"


def test_what_is_drawn_comes_from_the_list_and_the_secret_whatever_the_notebook_says(course):
    ada, bob = (personal_code(name, SECRET) for name in ("Ada Lovelace", "Bob"))
    assert ITEMS["02.1"].asked(ada).answer != ITEMS["02.1"].asked(bob).answer
    hand_in(course / "in", "Lovelace, Ada", me=f"  {ada.upper()}", read=answered(ada))
    hand_in(course / "in", "Bob", me=ada, read=answered(ada))
    mine, his = graded(course).grades
    assert mine.points == 5
    assert mine.submission.foreign == ""
    assert his.points == 0
    sentence = "The notebook has the code of Ada Lovelace instead of the code of Bob. Only the items drawn for Bob count."
    page = next((course / "out" / "pages").glob("Bob*")).read_text("utf-8")
    for where in (
        page,
        (course / "out" / "class.html").read_text("utf-8"),
        (course / "out" / "grades.csv").read_text("utf-8"),
    ):
        assert sentence in where


@pytest.mark.parametrize(
    ("me", "said"),
    [
        ("Ada", "The notebook has 'Ada', which is nobody's code, instead of the code of Bob"),
        (
            "Ada #0123456789",
            "The notebook has 'Ada #0123456789', which is nobody's code, instead of the code of Bob",
        ),
        ("your name", "The notebook of Bob has no code. Only the items drawn for Bob count."),
        ("", "The notebook of Bob has no code. Only the items drawn for Bob count."),
    ],
)
def test_a_name_without_its_code_a_mistyped_code_and_none_are_named(small, me, said):
    codes = Codes(SECRET, (Person("Ada"), Person("Bob")))
    blank = {each.item: Answer(each.handed_out) for each in small.asked}
    found = Submission(Person("Bob"), "77_small", "bob.ipynb", False, me, blank, {}, ())
    assert codes.own(found, small).foreign == "", "nothing was written"
    found = codes.own(found._replace(answers=blank | {"02.1": Answer(READ.format("n1"))}), small)
    assert found.foreign.startswith(said)
    assert found.me == personal_code("Bob", SECRET)


def test_only_the_code_counts_and_a_mistyped_one_is_noticed():
    code = personal_code('Ada "the first" Lovelace', SECRET)
    assert code == personal_code("LOVELACE, Ada the first", SECRET).replace(
        "LOVELACE, Ada the first", "Ada the first Lovelace"
    )
    assert seed_of(code) == seed_of(f"Ada {code[-11:].upper()}") != seed_of("Ada the first Lovelace")
    for wrong in (code[:-1], f"{code}0", f"{code[:-1]}{'1' if code[-1] == '0' else '0'}", "Ada #", "#"):
        with pytest.raises(UserError, match="is mistyped: copy it again"):
            seed_of(wrong)


@pytest.mark.parametrize(
    ("people", "secret", "sentence"),
    [
        (None, SECRET, "The secret needs the class list"),
        ("name\n", SECRET, "There is nobody in people.csv"),
        ("name\nBob\n", "spring", "The secret in secret.txt has 6 characters; it must have at least 12"),
        ("name\nBob\n", None, "secret.txt cannot be read"),
        ("name\nyour name\n", SECRET, "'your name' is not a name"),
    ],
)
def test_bad_input_gets_a_sentence(course, capsys, people, secret, sentence):
    hand_in(course / "in", "Your Name")
    (course / "secret.txt").unlink()
    if secret:
        (course / "secret.txt").write_text(secret)
    if people:
        (course / "people.csv").write_text(people)
    options = ["--out", "out", *(["--class", "people.csv"] if people else []), "--secret", "secret.txt"]
    assert main(["grade", "in", *options, *(["--trust"] if TRUST else [])]) == 2
    assert sentence in capsys.readouterr().err
