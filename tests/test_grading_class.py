"""A whole class is graded: outcomes, resuming, overrides, tables and pages."""

import ast
import csv
import io
import json
import re
import shutil
import signal
import subprocess
import textwrap
import time
import tracemalloc
import zipfile
from collections import defaultdict
from datetime import datetime
from itertools import combinations, product
from pathlib import Path
from random import Random

import psutil
import pytest
from grading_help import PYTHON, READ, RIGHT, TRUST, WRONG, exercise, hand_in, lecture

from raftlab.cli import main, time_of
from raftlab.exercises import in_child
from raftlab.exercises.answer.cells import python_of
from raftlab.exercises.answer.text import Written
from raftlab.exercises.items import ITEMS
from raftlab.exercises.result import NOT_WRITTEN
from raftlab.exercises.watch import STOPPED
from raftlab.experiments.executors import Serial
from raftlab.grading import judging
from raftlab.grading.alike import ALIKE, LONG, groups_alike, normal, phrases, shared
from raftlab.grading.class_grading import OTHER_SECRET, grade_class
from raftlab.grading.exercise import exercise_of
from raftlab.grading.grades import Grade, Row
from raftlab.grading.judging import Job, Outcome, job_of, judged, packed, plain, usual
from raftlab.grading.notebook import defined
from raftlab.grading.pages import class_page
from raftlab.grading.people import Person
from raftlab.grading.results import Results
from raftlab.grading.sandbox import Sandbox
from raftlab.grading.tables import table
from raftlab.sim.errors import UserError


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """The exercise, and a class of four: all right, right in other words, wrong, nothing."""
    folder = tmp_path_factory.mktemp("class")
    lecture(folder / "exercises")
    first = ITEMS["02.1"].asked("Ada").answer
    hand_in(folder / "in", "Ada", rule=RIGHT, read=READ.format(first), me="Ada", paragraph="Because.")
    hand_in(folder / "in", "Bob", rule=f"# mine\n\n{RIGHT}", read=READ.format("n9"), me="Bob")
    hand_in(folder / "in", "<b>Eve<b>", rule=WRONG, me="Eve")
    hand_in(folder / "in", "Fay")
    return folder


def graded(small, out, exercises=None, **settings):
    settings = {"executor": Serial(), "trust": TRUST, "progress": False, **settings}
    return grade_class(small / "in", out, notebooks=(exercises or small / "exercises").glob("*"), **settings)


@pytest.fixture(scope="module")
def results(small):
    graded(small, small / "out")
    return small / "out"


def keys_in(path):
    return [json.loads(line)["key"] for line in path.read_text().splitlines()]


def judged_before(results, out):
    """A folder for results in which all has been judged."""
    out.mkdir()
    shutil.copy(results / "outcomes.jsonl", out)
    return out


def rows(path):
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


def points(path):
    return {row["name"]: float(row["points"]) for row in rows(path / "grades.csv")}


def files(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*.*")
        if path.suffix in (".csv", ".html")
    }


# -- What is judged ---------------------------------------------------------------------------------------------------


def test_everybody_gets_points_and_the_rest_is_marked_by_hand(results):
    same_judge = ITEMS["is_quorum"].judge(Written(WRONG, "is_quorum"), "").points
    assert points(results) == {"Ada": 11, "Bob": 6, "<b>Eve<b>": same_judge, "Fay": 0}
    to_mark = {row["name"]: row["to mark"] for row in rows(results / "grades.csv")}
    assert to_mark == {"Ada": "paragraph", "Bob": "", "<b>Eve<b>": "", "Fay": ""}, "only Ada has written one"
    assert rows(results / "items.csv")[-1]["verdict"] == judging.MISSING
    eve = next(row for row in rows(results / "items.csv") if row["name"] == "<b>Eve<b>")
    assert eve["rule"] in ("CA-2", "ES")
    assert "Because." in (results / "class.html").read_text()


def test_equal_answers_are_judged_once(results):
    kept = [json.loads(line) for line in (results / "outcomes.jsonl").read_text().splitlines()]
    assert len({each["key"] for each in kept}) == len(kept)
    assert sum(each["lines"][0].startswith("is_quorum: 6 of 6") for each in kept) == 1


@pytest.mark.parametrize("item", ["02.a", "07.b"])
def test_a_story_is_judged_once_for_all_who_draw_the_same_faulty_nodes(item):
    text = "def story_a():\n    return Story('x', ticks=9)\n"
    people = [f"Person {number}" for number in range(60)]
    jobs = [job_of(item, "story_a", text, me) for me in people]
    drawn = [ITEMS[item].drawn(me)._mutant.name for me in people]
    assert [ITEMS[item].drawn(job.me)._mutant.name for job in jobs] == drawn
    assert len(set(jobs)) == len(set(drawn)) <= len(ITEMS[item].pool)
    with pytest.raises(UserError, match="Write your own name first"):
        ITEMS[item].drawn(job_of(item, "story_a", text, "").me)


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        ("27", 27),
        ("-3", -3),
        ("'n1'", "n1"),
        ('"Zoë, 2"', "Zoë, 2"),
        ("1 + 1", None),
        ("'a' 'b'", None),
        ("007", None),
        ("'\\x41'", None),
    ],
)
def test_a_number_or_a_plain_text_is_read_without_a_child(monkeypatch, value, plain):
    monkeypatch.setattr(in_child, "answer_function", lambda *_, **__: pytest.fail("a child"))
    answer = Written(f"def answer_1():\n    return {value}\n", "answer_1")
    if plain is None:
        with pytest.raises(pytest.fail.Exception, match="a child"):
            in_child.written(answer)
    else:
        assert in_child.written(answer) == plain
        with pytest.raises(pytest.fail.Exception, match="a child"):
            in_child.written(Written(str(answer), "another_name"))


def test_comments_and_blank_lines_do_not_matter_but_everything_else_does():
    assert plain("# a\ndef f(x):\n\n    # b\n    return '#no'  # c\n") == "def f(x):\n    return '#no'\n"
    assert plain('x = """a\n\n# b\n"""\n') == 'x = """a\n\n# b\n"""\n'
    assert plain("x = 1 + \\\n    2\n") == "x = 1 + \\\n    2\n"
    for odd in ("def f(:\n  'a", "\x00", "(" * 10_000, "x = 1\r\n\x0cy = 2"):
        assert plain(odd) in (odd, f"{odd}\n")


ONE = """
def longest(node, msg):
    worse = 1  # the better one
    for each in msg.entries: worse += each
    return max(worse, key=lambda this: this)
"""


def test_layout_comments_and_the_names_of_variables_do_not_matter():
    other = ONE.replace("worse", "bad").replace("each", "entry").replace(": bad", ":\n\n        bad")
    assert plain(other) != plain(ONE)
    assert usual(other) == usual(ONE)
    for there, instead in (
        ("worse", "max"),
        ("+=", "-="),
        ("msg.entries", "msg.entry"),
        ("(node, ", "(self, "),
    ):
        assert usual(ONE.replace(there, instead)) != usual(ONE)


@pytest.mark.parametrize(
    "odd",
    [
        "def f():\n    mine = 1\n    return locals()\n",
        "def f():\n    global mine\n    mine = 1\n",
        "class A:\n    mine = 1\n",
        "def f(x):\n    mine = 1\n    return f(mine=2)\n",
        "def f():\n    import mine\n    mine = mine.a\n",
        "mine = 1\ndef f():\n    mine = 2\n",
        "def f():\n    mine = 1\n    return f.__code__\n",
    ],
)
def test_a_name_that_may_be_more_than_a_variable_stays(odd):
    assert "mine = " in usual(odd)


@pytest.mark.parametrize(
    "harm", ["(" * 10_000, "x = " + "not " * 50_000 + "1", "-" * 100_000 + "1", "x = name_1 = 2"]
)
def test_what_could_hurt_the_reader_is_not_read(harm):
    assert usual(harm) == plain(harm)


@pytest.mark.slow
@pytest.mark.parametrize("item", ["replicate", "advance_commit_index", "04.a"])
def test_the_usual_form_of_a_right_answer_is_right(item):
    path = Path(__file__).parents[1] / "solutions" / "04_replication.ipynb"
    texts = {cell["id"]: "".join(cell["source"]) for cell in json.loads(path.read_text("utf-8"))["cells"]}
    asked = next(each for each in exercise_of(path).asked if each.item == item)
    form = usual(texts[asked.cell_id])
    assert "name_1" in form
    found = judged(Job(item, asked.function, form, "Ada Lovelace"))
    assert found.points == found.of


def test_a_verdict_that_names_a_line_names_one_of_the_persons_own(tmp_path, small):
    place = tmp_path / "in"
    hand_in(place, "Ada", rule="def is_quorum(node, nodes):\n    import os\n    return True\n")
    hand_in(place, "Bob", rule="# one\n# two\ndef is_quorum(node, nodes):\n    import os\n    return True\n")
    found = grade_class(
        place,
        tmp_path / "out",
        notebooks=(small / "exercises").glob("*"),
        executor=Serial(),
        trust=TRUST,
        progress=False,
    )
    ada, bob = (each.rows[0].outcome.lines[0] for each in found.grades)
    assert "line 2" in ada
    assert bob == ada.replace("line 2", "line 4")


def test_if_the_judge_itself_fails_the_others_are_graded_and_it_is_said(monkeypatch):
    class Broken:
        points = 6

        def judge(self, answer, me):
            raise ZeroDivisionError("a mistake of ours")

    monkeypatch.setitem(judging.ITEMS, "is_quorum", Broken())
    found = judged(Job("is_quorum", "is_quorum", RIGHT, ""))
    assert (found.points, found.failed) == (0, True)
    assert "a person must look" in found.lines[0]


@pytest.mark.parametrize("text", ["%x\n" * 30_000, "!a\n" * 30_000, f"{'%x' * 9}\nx?\n" * 5_000])
def test_thousands_of_lines_of_magic_take_no_time_and_are_no_python(text):
    start = time.process_time()
    assert python_of(text) == text
    assert time.process_time() - start < 30, "IPython alone takes minutes"


def test_a_cell_with_magic_is_judged_without_it():
    first = ITEMS["02.1"].asked("Ada").answer
    text = plain(f"%%time\n!ls  # here\n{READ.format(first)}")
    assert judged(Job("02.1", "answer_1", text, "Ada")).points == 5


# -- Stopping and going on -----------------------------------------------------------------------------------------------


def test_what_was_judged_is_not_judged_again(small, results, monkeypatch):
    before = (results / "outcomes.jsonl").read_bytes(), files(results)
    monkeypatch.setattr("raftlab.grading.run.judged", lambda job: pytest.fail("judged again"))
    graded(small, results)
    assert ((results / "outcomes.jsonl").read_bytes(), files(results)) == before


@pytest.mark.parametrize("torn", [b"", b'{"key": "abc", "poi', b'{"key": 3}\n{"x"', b"\xff\xfe\n"])
def test_a_torn_last_line_is_cut_off_and_judged_again(tmp_path, torn):
    path = tmp_path / "outcomes.jsonl"
    with Results(path) as kept:
        kept.add("one", Outcome(1, 2, ("yes",)))
        kept.add("two", Outcome(2, 2, ("no",), "AE-2"))
    whole = path.read_bytes()
    path.write_bytes(whole + torn)
    with Results(path) as kept:
        assert kept["one"] == Outcome(1, 2, ("yes",))
        assert kept["two"].rule == "AE-2"
        kept.add("three", Outcome(0, 2, ()))
    assert path.read_bytes().startswith(whole)
    with Results(path) as kept:
        assert {"one", "two", "three"} <= set(kept)


def test_results_that_are_a_file_are_refused(small, tmp_path):
    (tmp_path / "out").write_text("mine")
    with pytest.raises(UserError, match="out is a file; the results need a folder"):
        graded(small, tmp_path / "out")
    assert (tmp_path / "out").read_text() == "mine"


def test_what_holds_nothing_of_these_exercises_is_refused(small, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "photo.jpg").write_text("a photo")
    with pytest.raises(
        UserError, match=r"no notebook of these exercises in .*right one.*photo.jpg: This is not"
    ):
        graded(tmp_path, tmp_path / "out", small / "exercises")
    assert not (tmp_path / "out").exists()


def test_the_results_of_another_class_are_not_written_over(small, results, tmp_path):
    hand_in(tmp_path / "in", "Zoë")
    before = files(results)
    with pytest.raises(UserError, match=r"out has the results of another class, such as those of .*--out"):
        graded(tmp_path, results, small / "exercises")
    assert files(results) == before


def test_if_most_have_a_foreign_code_the_secret_may_be_another_one(small, results, tmp_path):
    (tmp_path / "people.csv").write_text("name\nAda\nBob\n<b>Eve<b>\nFay\n")
    (tmp_path / "secret.txt").write_text("the secret of another year")
    out = judged_before(results, tmp_path / "out")
    found = graded(small, out, people=tmp_path / "people.csv", secret=tmp_path / "secret.txt")
    assert OTHER_SECRET in found.summary(out)
    own = [each._replace(submission=each.submission._replace(foreign="")) for each in found.grades[:2]]
    assert OTHER_SECRET not in found._replace(grades=[*own, *found.grades[2:]]).summary(out)


def test_no_workers_are_refused(small, tmp_path):
    with pytest.raises(UserError, match="number of workers must be a whole number of at least 1, not 0"):
        graded(small, tmp_path / "out", executor=None, workers=0)


def test_two_graders_cannot_write_to_one_folder(tmp_path):
    with Results(tmp_path / "x"), pytest.raises(UserError, match="Another grader"):
        Results(tmp_path / "x")
    Results(tmp_path / "x").close()


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_after_kill_minus_9_it_goes_on_without_losing_or_repeating(tmp_path, small, results):
    place = tmp_path / "in"
    for number in range(4):
        extra = f"    assert {number} < 99\n"
        hand_in(place, f"P{number:02}", rule=RIGHT.replace("\n", f"\n{extra}", 1))
    command = [
        *PYTHON,
        str(place),
        "--exercises",
        str(small / "exercises"),
        "--workers",
        "1",
        *(["--trust"] if TRUST else []),
    ]
    kept = tmp_path / "killed" / "outcomes.jsonl"
    with subprocess.Popen([*command, "--out", str(tmp_path / "killed")]) as grader:
        while not (kept.exists() and kept.read_bytes().count(b"\n") >= 2):
            assert grader.poll() is None
            time.sleep(0.05)
        workers = psutil.Process(grader.pid).children(recursive=True)
        grader.send_signal(signal.SIGKILL)
    assert workers
    assert psutil.wait_procs(workers, timeout=60)[1] == []
    before = kept.read_bytes()
    assert not (tmp_path / "killed" / "grades.csv").exists()
    for name in ("killed", "whole"):
        subprocess.run([*command, "--out", str(tmp_path / name)], check=True, capture_output=True)
    keys = keys_in(kept)
    assert kept.read_bytes().startswith(before[: before.rfind(b"\n") + 1])
    assert len(keys) == len(set(keys))
    assert set(keys) == set(keys_in(tmp_path / "whole" / "outcomes.jsonl"))
    assert files(tmp_path / "killed") == files(tmp_path / "whole")


@pytest.mark.slow
def test_one_worker_two_and_dask_give_the_same_bytes(tmp_path, small, results):
    from distributed import Client

    for workers in (1, 2):
        graded(small, tmp_path / str(workers), executor=None, workers=workers)
        assert files(tmp_path / str(workers)) == files(results)
    with Client(n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None) as client:
        graded(small, tmp_path / "dask", executor=client.get_executor())
    assert files(tmp_path / "dask") == files(results)


@pytest.mark.slow
def test_two_hundred_submissions_need_little_memory(tmp_path, small, monkeypatch):
    """Each answer is another one and wrong, with runs as long as real ones: even so, a person costs at most 150 KB."""
    dice = Random("runs")

    def judged(job):
        runs = "" if job.item == "02.1" else packed([("a run", {"noise": dice.randbytes(10_000).hex()}, 0)])
        return Outcome(1, 6, ("wrong",), "ES", runs)

    monkeypatch.setattr("raftlab.grading.run.judged", judged)

    def peak(people):
        place = tmp_path / str(people)
        for number in range(people):
            hand_in(
                place / "in", f"P{number:03}", rule=RIGHT.replace("2", f"2 + {number}"), me=f"P{number:03}"
            )
        tracemalloc.start()
        graded(place, place / "out", exercises=small / "exercises")
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(2)  # what is loaded once
    few, many = peak(50), peak(200)
    assert (many - few) / 150 < 150_000
    assert many < 50_000_000


def test_a_run_that_many_share_is_in_memory_once():
    kept = [
        Outcome.of_record({**Outcome(1, 6, (), "", "")._asdict(), "runs": "".join(("long", " ", "run"))})
        for _ in range(2)
    ]
    assert kept[0].runs is kept[1].runs


# -- What the lecturer decides --------------------------------------------------------------------------------------------


def test_an_override_wins_and_is_said(small, results, tmp_path):
    decided = tmp_path / "decided.csv"
    decided.write_text(
        "person,exercise,item,points,reason\nada,,paragraph,4,clear\n<b>Eve<b>,77_small,is_quorum,3,a slip\n",
        encoding="utf-8",
    )
    graded(small, results, overrides=decided)
    assert points(results)["Ada"] == 15
    assert points(results)["<b>Eve<b>"] == 3
    assert next(row for row in rows(results / "grades.csv") if row["name"] == "Ada")["to mark"] == ""
    page = next((results / "pages").glob("b_Eve*")).read_text()
    assert "The lecturer set 3 points</strong>: a slip." in page
    assert "check</code> shows what the judge says: " in page
    page = next((results / "pages").glob("Ada*")).read_text()
    assert "The lecturer set 4 points</strong>: clear." in page
    assert "check</code> shows" not in page, "nobody but the lecturer judges a paragraph"
    graded(small, results)
    assert points(results)["Ada"] == 11


def test_a_time_is_read_on_this_machines_clock():
    noon = datetime(2026, 11, 30, 12)
    assert time_of("2026-11-30T12:00") == time_of(noon.astimezone().isoformat()) == noon
    with pytest.raises(UserError, match="--due must be a time such as 2026-11-30T12:00, not 'tomorrow'"):
        time_of("tomorrow")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("Zoe,,is_quorum,3,x", "line 2: nobody in this class is called 'Zoe', or several"),
        ("Ada,,commit,3,x", "line 2: there is no item 'commit' in any exercise"),
        ("Ada,,is_quorum,7,x", "line 2: the points must be a number from 0 to 6, not '7'"),
        ("Ada,,is_quorum,nan,x", "line 2: the points must be a number from 0 to 6, not 'nan'"),
    ],
)
def test_an_override_that_fits_nothing_is_refused(small, results, tmp_path, line, sentence):
    (tmp_path / "x.csv").write_text(f"person,exercise,item,points,reason\n{line}\n")
    with pytest.raises(UserError, match=sentence):
        graded(small, results, overrides=tmp_path / "x.csv")


def test_one_item_is_judged_again(small, results, tmp_path, monkeypatch):
    out, asked = judged_before(results, tmp_path / "out"), []

    def judged(job):
        asked.append(job.item)
        return Outcome(2, 6, ("judged again",))

    monkeypatch.setattr("raftlab.grading.run.judged", judged)
    graded(small, out, again=["is_quorum"])
    assert set(asked) == {"is_quorum"}
    assert points(out)["Ada"] == 7
    with pytest.raises(UserError, match="item"):
        graded(small, out, again=["is_quorums"])


def test_late_ones_lose_what_the_lecturer_says(small, results, tmp_path):
    graded(small, judged_before(results, tmp_path / "out"), due=datetime(2001, 1, 1), late_costs=0.5)
    assert points(tmp_path / "out")["Ada"] == 5.5
    page = next((tmp_path / "out" / "pages").glob("Ada*")).read_text()
    assert "Handed in late: 5.5 points are lost." in page


def test_for_single_people_the_lecturer_decides_what_being_late_costs(small, results, tmp_path):
    decided = tmp_path / "decided.csv"
    decided.write_text(
        "person,exercise,item,points,reason\nAda,,late,0,was ill\nBob,77_small,late,2,two days\n"
    )
    out = judged_before(results, tmp_path / "out")
    graded(small, out, overrides=decided, due=datetime(2001, 1, 1), late_costs=0.5)
    assert points(out)["Ada"] == 11
    assert points(out)["Bob"] == 4
    page = next((out / "pages").glob("Ada*")).read_text()
    assert "For handing in late, the lecturer took off no points</strong>: was ill." in page
    page = next((out / "pages").glob("Bob*")).read_text()
    assert "the lecturer took off 2 points</strong>: two days." in page
    assert "check</code> does not take them off" in page
    assert ">late, −2<" in (out / "class.html").read_text()
    assert {row["name"]: row["overridden"] for row in rows(out / "grades.csv")}["Bob"] == "late"
    decided.write_text("person,exercise,item,points,reason\nAda,,late,99,was ill\n")
    with pytest.raises(UserError, match="line 2: the points must be a number from 0 to 11, not '99'"):
        graded(small, out, overrides=decided)


def test_without_a_whole_sandbox_nothing_is_judged_unless_answers_are_trusted(small, tmp_path, monkeypatch):
    monkeypatch.setattr("raftlab.grading.run.find_sandbox", lambda: Sandbox("limits", ("network", "files")))
    with pytest.raises(
        UserError, match=r"could reach the network, or read and change files of this machine.*--trust"
    ):
        graded(small, tmp_path / "out", trust=False)
    monkeypatch.setattr("raftlab.grading.run.judged", lambda job: Outcome(0, 6, ("judged",)))
    assert graded(small, tmp_path / "out", trust=True).grades


# -- The class list, and the files for Moodle and Canvas ------------------------------------------------------------------


def test_the_worksheet_of_moodle_comes_back_with_the_grades(small, results, tmp_path):
    worksheet = tmp_path / "worksheet.csv"
    worksheet.write_text(
        "Identifier,Full name,Grade\nParticipant 7,ada,\nParticipant 8,Zoë,\n", encoding="utf-8"
    )
    found = graded(small, judged_before(results, tmp_path / "out"), people=worksheet)
    assert (tmp_path / "out" / "moodle_77_small.csv").read_text() == (
        "Identifier,Full name,Grade\nParticipant 7,ada,11\nParticipant 8,Zoë,\n"
    )
    assert ("77_small", Person("Zoë", "8")) in found.missing
    bob = next(each for each in found.grades if each.person.name == "Bob")
    assert bob.submission.notes == ("Bob is not on the class list.",)


def test_the_gradebook_of_canvas_comes_back_with_the_grades(small, results, tmp_path):
    book = tmp_path / "book.csv"
    book.write_text(
        'Student,ID,SIS User ID,SIS Login ID,Section,77_small (9)\nPoints Possible,,,,,16\n"Ada",7,,,1,\n'
    )
    graded(small, judged_before(results, tmp_path / "out"), people=book)
    assert (tmp_path / "out" / "canvas_77_small.csv").read_text() == (
        "Student,ID,SIS User ID,SIS Login ID,Section,77_small (9)\nPoints Possible,,,,,16\nAda,7,,,1,11\n"
    )


def test_no_name_becomes_a_formula():
    assert table(("name",), [("=1+1",), ("@x",), ("Ada",), (-1.5,)]) == "name\n'=1+1\n'@x\nAda\n-1.5\n"


PLATFORM_FILES = {
    "moodle": ("Ada L_12_assignsubmission_file_/x.ipynb", "Zoë_13_assignsubmission_file_/y.ipynb"),
    "canvas": ("lada_12_991_x.ipynb", "zoe_13_992_y.ipynb"),
    "folders": ("Ada L/x.ipynb", "Zoë/y.ipynb"),
}


@pytest.mark.parametrize("platform", PLATFORM_FILES)
def test_a_table_to_import_is_made_only_for_the_platform_whose_ids_are_known(small, platform, tmp_path):
    """The class list is the lecturer's own: its ids mean nothing to a platform."""
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
        for name in PLATFORM_FILES[platform]:
            archive.writestr(name, json.dumps(exercise()))
    (tmp_path / "people.csv").write_text("name,id\nAda L,s77\nZoë,s78\nBob,s79\n", "utf-8")
    out = tmp_path / "out"
    out.mkdir()
    for name in ("moodle", "canvas"):
        (out / f"{name}_77_small.csv").write_text("of an earlier run")
    notebooks = (small / "exercises").glob("*")
    grade_class(tmp_path / "class.zip", out, notebooks=notebooks, people=tmp_path / "people.csv", executor=Serial(), trust=TRUST, progress=False)  # fmt: skip
    made = {path.name: path.read_text("utf-8").splitlines() for path in out.glob("*_77_small.csv")}
    page = (out / "class.html").read_text("utf-8")
    if platform == "moodle":
        lines = ["Identifier,Full name,Grade", "Participant 12,Ada L,0", "Participant 13,Zoë,0"]
        assert made == {"moodle_77_small.csv": lines}
    elif platform == "canvas":
        columns = "Student,ID,SIS User ID,SIS Login ID,Section,77_small"
        assert made == {"canvas_77_small.csv": [columns, "lada,12,,,,0", "zoe,13,,,,0"]}
    else:
        assert made == {}
    assert ("There is no table to import" in page) == (not made)
    assert all(f'href="{name}"' in page for name in made)


# -- Pages --------------------------------------------------------------------------------------------------------------


def test_a_page_says_what_failed_and_plays_the_run_that_shows_it(results):
    page = next((results / "pages").glob("Ada*")).read_text()
    assert "A person still has to mark: paragraph. Until then, this counts as 0." in page
    page = next((results / "pages").glob("b_Eve*")).read_text()
    assert "The rule:" in page
    assert "A person still" not in page, "there is nothing to mark"
    assert "Play both runs" in page
    assert "<b>Eve" not in page
    assert "http:" not in page.replace("http://www.w3.org", "").replace("http-equiv", "")


def test_the_class_page_shows_the_distribution_and_the_commonest_mistakes(results):
    page = (results / "class.html").read_text()
    assert "4 handed in, 4.5 points on average" in page
    assert "viva.html" not in page, "no sheets were asked for"
    assert any(
        "at most a fifth" in each["lines"][1]
        for each in map(json.loads, (results / "outcomes.jsonl").read_text().splitlines())
        if len(each["lines"]) > 1
    )
    row = re.search(r'<td class="name">is_quorum</td>(.*?)</tr>', page, re.DOTALL)[1]
    assert re.findall(r">([^<]*)</td>", row)[-2:] == ["1", "1"], "one answer is unsafe, one is not written"
    assert "is_quorum</td>" in page


def test_the_class_page_answers_first_what_a_lecturer_asks_first(results):
    """Who has few points, which item is hard, what is misunderstood, and what needs a look."""
    page = (results / "class.html").read_text()
    first = page[: page.index('<section id="77_small">')]
    assert "How it went" in first
    assert re.search(r'below half.*<td class="number">3</td>', first, re.DOTALL)
    assert "02.1 (25 %)" in first
    assert "is_quorum, 1 person: " in first
    assert '<a href="#by-hand">To mark by hand</a>: <span class="look">1</span>' in first
    everybody = page[page.index("Everybody, the fewest points first") :]
    places = [everybody.index(f">{name}<") for name in ("Fay", "Bob", "Ada")]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("item", "text", "obstacle"),
    [
        ("is_quorum", "def is_quorum(node, nodes):\n    return (\n", judging.UNREADABLE),
        ("is_quorum", "def is_quorum(node, nodes):\n    raise NotImplementedError\n", judging.UNWRITTEN),
        ("on_election_timeout", "def on_election_timeout(node):\n    campaign(node)\n", judging.UNREADABLE),
        ("02.a", "def story_a():\n    while True:\n        pass\n", judging.ENDLESS),
        ("02.1", "def answer_1():\n    raise NotImplementedError\n", judging.UNWRITTEN),
        ("02.1", READ.format("n1"), ""),
    ],
)
def test_an_outcome_says_why_an_answer_could_not_be_judged(item, text, obstacle):
    assert judged(Job(item, defined(text)[0], text, "Ada")).obstacle == obstacle


def test_answers_that_cannot_be_judged_are_counted_as_what_they_are(small, tmp_path, monkeypatch):
    """Three cannot be read, two do not end, two break a rule, and one has written nothing."""
    outcomes = {
        "unreadable": Outcome(0, 6, ("Python cannot read line 2 of the answer.",), refused=True),
        "endless": Outcome(0, 6, ("0 of 6 points", f"is_quorum does not end: {STOPPED}."), "LE-3"),
        "wrong": Outcome(1, 6, ("1 of 6 points",), "CA-2"),
        "nothing": Outcome(0, 6, ("is_quorum: 0 of 6 points.", NOT_WRITTEN)),
    }
    monkeypatch.setattr("raftlab.grading.run.judged", lambda job: outcomes[defined(job.text)[0]])
    people = ("unreadable", "unreadable", "endless", "wrong", "nothing", "wrong", "unreadable", "endless")
    for number, what in enumerate(people):
        hand_in(tmp_path / "in", f"P{number}", rule=f"def {what}():\n    {number}\n", read=" ")
    graded(tmp_path, tmp_path / "out", small / "exercises")
    page = (tmp_path / "out" / "class.html").read_text()
    table = page[page.index("The commonest mistakes") : page.index("Everybody, the fewest")]
    told = re.findall(r'"number">(\d+)</td><td class="name">(.*?)</td><td class="words">(.*?)</td>', table)
    assert [(people, what.partition(":")[0]) for people, item, what in told] == [
        ("3", judging.UNREADABLE),
        ("2", "CA-2"),
        ("2", judging.ENDLESS),
    ]
    assert f"is_quorum, 3 people: {judging.UNREADABLE}</td>" in page[: page.index("The commonest mistakes")]
    row = re.search(r'<td class="name">is_quorum</td>(.*?)</tr>', page, re.DOTALL)[1]
    assert re.findall(r">([^<]*)</td>", row)[-1] == "1", "one has written nothing"


def test_nearly_equal_long_answers_are_marked_for_a_look():
    long = "def f(node):\n" + "".join(f"    node.field_{n} = value + {n}\n" for n in range(60))
    renamed = long.replace("value", "other").replace("\n", "  # mine\n", 20)
    other = "def f(node):\n" + "".join(f"    if node.field_{n} > {n}: return {n}\n" for n in range(40))
    assert normal(long) == normal(renamed)
    assert shared(normal(long), normal(renamed)) == 1
    assert shared(normal(long), normal(other)) < ALIKE
    assert phrases(("a",) * 3) == frozenset()


def test_people_with_nearly_the_same_long_answer_are_one_group_and_the_smallest_group_comes_first(small):
    exercise = exercise_of(small / "exercises" / "77_small.ipynb")

    def lines(form, changed=0):
        rows = [f"    node.{form}_{n} = value + {n}" for n in range(60)]
        return "\n".join(
            ["def f(node):", *rows[changed:], *(f"    node.other_{n}()" for n in range(changed))]
        )

    def grade(name, text):
        return Grade(Person(name), exercise, None, (Row("is_quorum", 6, 6, text, (), Outcome(6, 6, ())),))

    usual = [grade(f"P{n}", lines("usual", changed=n % 3)) for n in range(14)]
    copied = [grade("Ada", lines("own")), grade("Bob", f"# mine\n{lines('own').replace('value', 'it')}")]
    alone = [
        grade("Cem", lines("alone")),
        grade("Dan", "def f(node):\n    return 1\n"),
        grade("Eve", "def f(node):\n    return 1\n"),
    ]
    found = groups_alike([*usual, *copied, *alone])
    assert [(len(each.people), each.share == 1) for each in found] == [(2, True), (14, False)]
    assert [each.name for each in found[0].people] == ["Ada", "Bob"]
    page = class_page([*usual, *copied], [], [], found, [], False)
    assert "is_quorum, 2 people, 100 % the same: Ada, Bob</li>" in page
    assert "P0, P3" in page
    assert " and 2 more</li>" in page


def handed_in_by(name, exercise, item, text):
    return Grade(Person(name), exercise, None, (Row(item, 6, 6, text, (), Outcome(6, 6, ())),))


def test_rules_by_independent_authors_are_alike_only_if_they_are_too_short_to_be_compared():
    """Ten people wrote a whole Raft from the paper, and three solved the exercises, each on their own."""
    folder = Path(__file__).parent
    forms = defaultdict(lambda: defaultdict(list))
    for path in (*folder.glob("whole_rafts/*.py"), *folder.glob("solutions/*.py")):
        source = path.read_text("utf-8")
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef) and node.name != "__init__":  # no exercise asks for it
                text = textwrap.dedent(ast.get_source_segment(source, node, padded=True))
                forms[node.name][path.stem].append(normal(text))
    pairs = [
        (min(len(one), len(two)), shared(one, two) >= ALIKE)
        for authors in forms.values()
        for first, second in combinations(authors.values(), 2)
        for one, two in product(first, second)
    ]
    assert sum(shortest >= LONG for shortest, _ in pairs) > 100
    assert not any(alike for shortest, alike in pairs if shortest >= LONG)
    assert any(alike for shortest, alike in pairs if shortest >= LONG - 20), "a lower limit would accuse"


def test_the_answers_worth_copying_are_compared():
    """Every whole Raft, and at least two rules of every exercise but 03 and 06, whose rules are short."""
    compared = {}
    for path in sorted((Path(__file__).parents[1] / "solutions").glob("*.ipynb")):
        solved = {
            each["id"]: "".join(each["source"]) for each in json.loads(path.read_text("utf-8"))["cells"]
        }
        exercise = exercise_of(path)
        twice = [
            handed_in_by(name, exercise, asked.item, f"# {name}\n{solved[asked.cell_id]}")
            for asked in exercise.asked
            for name in ("Ada", "Bob")
        ]
        compared[path.stem[:2]] = {each.item for each in groups_alike(twice)}
    assert compared["08"] == {"raft"}
    assert {name for name, items in compared.items() if len(items) < 2} == {"03", "06", "08"}
    assert all(ITEMS[item].kind == "write" for items in compared.values() for item in items)


def test_free_texts_are_compared_by_their_words_and_what_was_handed_out_is_nobodys(small):
    exercise = exercise_of(small / "exercises" / "77_small.ipynb")
    texts = {name: " ".join(f"{name}{n}" for n in range(70)) for name in ("ada", "bob")}
    copied = handed_in_by("Cem", exercise, "paragraph", texts["ada"].upper())
    own = [handed_in_by(name, exercise, "paragraph", text) for name, text in texts.items()]
    assert [[one.name for one in each.people] for each in groups_alike([*own, copied])] == [["ada", "Cem"]]
    template = "def is_quorum(node, nodes):\n" + "    1 + 1\n" * 30
    asked = tuple(each._replace(handed_out=template) for each in exercise.asked)
    blank = [handed_in_by(name, exercise._replace(asked=asked), "is_quorum", template) for name in texts]
    assert groups_alike(blank) == []


# -- The command -----------------------------------------------------------------------------------------------------------


def test_the_command_says_where_the_results_are(small, results, tmp_path, capsys):
    judged_before(results, tmp_path / "out")
    options = ["--exercises", str(small / "exercises"), "--out", str(tmp_path / "out"), "--workers", "1"]
    assert main(["grade", str(small / "in"), *options, *(["--trust"] if TRUST else [])]) == 0
    said = capsys.readouterr().out
    assert "4 submissions graded, 0 of them late." in said
    assert "class.html" in said
    assert main(["grade", str(tmp_path / "nothing"), *options]) == 2
    assert "neither a folder nor a zip" in capsys.readouterr().err


@pytest.mark.slow
def test_a_class_from_the_zip_of_moodle_to_the_table_that_moodle_imports(tmp_path, capsys):
    """As the guide says it: the zip, the worksheet, one command."""
    solutions = Path(__file__).parents[1] / "solutions"
    solved = (solutions / "01_roles.ipynb").read_text(encoding="utf-8")
    hostile = json.loads(solved)
    for number, cell in enumerate(
        each for each in hostile["cells"] if each["metadata"].get("nbgrader", {}).get("solution")
    ):
        name = defined("".join(cell["source"]))[0]
        harm = "while True:\n        pass" if number == 0 else "raise SystemExit"
        cell["source"] = f"def {name}(*everything):\n    {harm}\n"
    files = {
        "Ada Lovelace_101_assignsubmission_file_/Exercise 1 (final).ipynb": solved,
        "Зоя К_102_assignsubmission_file_/01_roles.ipynb": (
            solutions.parent / "exercises" / "01_roles.ipynb"
        ).read_text("utf-8"),
        "Mallory_103_assignsubmission_file_/x.ipynb": json.dumps(hostile),
        "Bob_104_assignsubmission_file_/x.ipynb": solved[:5000],
    }
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    worksheet = tmp_path / "worksheet.csv"
    people = ((101, "Ada Lovelace"), (102, "Зоя К"), (103, "Mallory"), (104, "Bob"), (105, "Eve"))
    worksheet.write_text(
        "Identifier,Full name,Grade\n" + "".join(f"Participant {n},{name},\n" for n, name in people), "utf-8"
    )
    out = tmp_path / "out"
    options = [
        "--class",
        str(worksheet),
        "--exercises",
        str(solutions),
        "--out",
        str(out),
        *(["--trust"] if TRUST else []),
    ]
    assert main(["grade", str(tmp_path / "class.zip"), *options]) == 0
    assert "1 file could not be graded" in capsys.readouterr().out
    grade = {row["Full name"]: row["Grade"] for row in rows(out / "moodle_01_roles.csv")}
    assert grade == {"Ada Lovelace": "95", "Зоя К": "0", "Mallory": "0", "Bob": "", "Eve": ""}
    assert len(list((out / "pages").iterdir())) == 5
