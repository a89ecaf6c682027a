"""Odd cells, texts and folders: none of them changes a verdict, and each mistake is answered with a sentence."""

import json
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from raftlab import answer, check, hint
from raftlab.exercises.answer.cells import python_of
from raftlab.exercises.answer.text import is_textbook, load, parsed, text_of
from raftlab.exercises.whole import blanks
from raftlab.lab.progress import Progress
from raftlab.sim.errors import UserError, in_short

RIGHT = "def timeout_range(one_way_ms, nodes):\n    return 5 * one_way_ms, 40 * one_way_ms\n"
QUORUM = "def crash_quorum(n):\n    return n // 2 + 1\n"


# -- What only a notebook understands ------------------------------------------------------------------------


@pytest.fixture
def shell(monkeypatch):
    """A notebook's Python, without its history file."""
    shell = InteractiveShell(config=Config({"HistoryManager": {"enabled": False}}))
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    return shell


def test_a_function_of_a_timed_cell_is_judged_by_the_text_of_its_own_cell(shell, capsys):
    """IPython keeps no text of such a function, and other cells define the same name."""
    cells = [f"\n%%time\n{RIGHT.replace('40', number)}half = {number} / 2" for number in ("39", "40", "41")]
    found = []
    for cell in cells:
        assert shell.run_cell(cell, store_history=True).success
        found.append(shell.user_ns["timeout_range"])
    shell.run_cell(RIGHT, store_history=True)
    for function, number in zip(found, ("39", "40", "41"), strict=True):
        assert f"return 5 * one_way_ms, {number} * one_way_ms\nhalf = {number}" in text_of(function)
    assert "Wall time" in capsys.readouterr().out


def test_without_its_cell_a_timed_function_is_refused_in_a_sentence(shell, capsys):
    shell.run_cell(f"%%time\n{RIGHT}")
    with pytest.raises(UserError, match=r"^The text of this answer cannot be found\."):
        text_of(shell.user_ns["timeout_range"])


@pytest.mark.parametrize(
    "cell",
    [
        f"%%time\n{RIGHT}",
        f"\n%%capture out\n%%time\n{RIGHT}",
        f"%matplotlib inline\n{RIGHT}",
        f"!ls\n{RIGHT}\ntimeout_range?",
    ],
)
def test_a_text_with_magics_is_run_without_them(cell):
    assert load(text_of(cell), "timeout_range")(10, 5) == (50, 400)


def test_the_lines_of_a_cell_keep_their_numbers():
    for cell in (f"%%time\n{RIGHT}", f"!ls\n{RIGHT}"):
        assert python_of(cell).splitlines()[1:] == RIGHT.splitlines()
    percent = "x = (7\n% 2)"
    assert python_of(percent) == percent
    assert python_of("def broken(:") == "def broken(:"


# -- Texts that are no Python --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("x = '\ud800'", "Python cannot read the answer: character 6 is only half of a character."),
        (f"x = {'-' * 100_000}1", "Python cannot read the answer: it is nested too deeply."),
        (f"x = {'1+' * 20_000}1", "Python cannot read the answer: it is nested too deeply."),
        ("def f(:", "Python cannot read line 1 of the answer, `def f(:`: invalid syntax."),
    ],
)
def test_a_text_that_python_cannot_read_is_refused_in_a_sentence(text, sentence):
    with pytest.raises(UserError) as told:
        parsed(text)
    assert str(told.value) == sentence


def test_of_a_very_long_line_or_value_only_the_beginning_is_told():
    with pytest.raises(UserError) as told:
        parsed(f"x = {'(' * 5_000}")
    assert len(str(told.value)) < 200
    with pytest.raises(UserError) as told:
        answer("01.1", "n" * 100_000, "Ada", progress=None)
    assert len(str(told.value)) < 200
    assert in_short("n9") == "'n9'"


def test_of_an_object_whose_code_fails_the_type_is_told():
    class Silent:
        def __repr__(self):
            raise RuntimeError

    with pytest.raises(UserError, match="not <Silent instance at"):
        check("timeout_range", Silent(), progress=None)


# -- Folders in which nothing can be written -----------------------------------------------------------------


@pytest.fixture
def blocked(tmp_path, monkeypatch):
    """A folder that cannot be made, because a file of this name is there."""
    monkeypatch.chdir(tmp_path)
    Path("taken").write_text("")
    return "taken"


def test_where_no_file_can_be_written_a_verdict_is_as_elsewhere_and_a_warning_says_so(blocked):
    with pytest.warns(UserWarning, match=r"^Your answers and points are not kept: "):
        assert check("crash_quorum", QUORUM, progress=blocked).points == 5
    with pytest.warns(UserWarning, match="not kept"):
        assert hint("on_request_vote", progress=blocked).startswith("Hint 1 of 3.")
    assert Progress(blocked).answers() == {}


def test_a_damaged_file_is_put_aside_and_nothing_is_asked_of_what_it_says(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = Progress("kept").path
    file.parent.mkdir()
    file.write_text("{")
    assert check("crash_quorum", QUORUM, progress="kept").points == 5
    assert file.with_suffix(".unreadable").read_text() == "{"
    file.write_text(json.dumps({"exercise crash_quorum": {"points": "all"}, "exercise raft": 5}))
    check("crash_quorum", QUORUM, progress="kept")
    kept = {"points": 5, "lesson": "06", "of": 5, "grade": 3.75}
    assert Progress("kept").answers() == {"exercise crash_quorum": kept}


def test_a_folder_is_a_text_or_a_path_and_none_keeps_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match=r"^The folder of the progress file is a text or a path, not 5\."):
        check("crash_quorum", QUORUM, progress=5)
    assert [hint("on_request_vote", progress=None)[:11] for _ in range(2)] == ["Hint 1 of 3"] * 2
    assert not list(tmp_path.iterdir())


# -- Cells that do more than define a function -----------------------------------------------------------------


def defined(cell, name="timeout_range"):
    """What a cell defines, run on its own as where it is judged."""
    return load(cell, name)


RUNS = {
    "a list that is added to": "LATER = [5]\nLATER += [40]\n",
    "a method that is called": "LATER = []\nLATER.append(5)\nLATER.extend([40])\n",
    "a loop": "LATER = []\nfor number in (5, 40):\n    LATER.append(number)\n",
    "a condition": "if True:\n    LATER = [5, 40]\nelse:\n    LATER = []\n",
    "a try": "try:\n    from functools import reduce\nexcept ImportError:\n    reduce = None\nLATER = [reduce(max, [5]), 40]\n",
    "an assertion and a deletion": "LATER = [5, 40, 7]\ndel LATER[2]\nassert len(LATER) == 2\n",
    "a function that is called": "def both():\n    return [5, 40]\nLATER = both()\n",
    "a walrus": "(LATER := [5]).append(40)\n",
}  # fmt: skip
BY_LATER = "def timeout_range(one_way_ms, nodes):\n    return tuple(each * one_way_ms for each in LATER)\n"


@pytest.mark.parametrize("above", RUNS.values(), ids=RUNS)
def test_a_cell_runs_as_in_the_notebook(above):
    assert defined(above + BY_LATER)(10, 5) == (50, 400)


BESIDE = {
    "a check": 'from raftlab import check\nverdict = check("timeout_range", timeout_range)\nverdict\n',
    "a check by the name of raftlab": 'import raftlab\nraftlab.check("timeout_range", timeout_range)\n',
    "a check that another cell has imported": 'check("timeout_range", timeout_range)\n',
    "what another cell defines": "cluster.run_until('leader')\ntimes = cluster.times\nprint(times)\n",
    "its own try": "print(timeout_range(10, 5))\nassert timeout_range(10, 5)[0] == 50\n",
    "its name": "print(timeout_range.__doc__)\n",
    "a magic": "%timeit timeout_range(10, 5)\n",
}


@pytest.mark.parametrize("below", BESIDE.values(), ids=BESIDE)
def test_what_a_cell_does_beside_its_answer_is_no_hindrance(below):
    assert defined(text_of(RIGHT + below))(10, 5) == (50, 400)


@pytest.mark.parametrize(
    "cell", [f"if True:\n    {RIGHT.replace(chr(10), chr(10) + '    ')}\n", f"{RIGHT.replace('timeout_range', 'mine')}\ntimeout_range = mine\ndef other(): pass\n"]
)  # fmt: skip
def test_a_function_is_found_wherever_the_cell_defines_it(cell):
    assert defined(cell)(10, 5) == (50, 400)


NOT_RUN = {
    "timeout_range = lambda one_way_ms, nodes: (50, 400)": "An answer is a function with a name (def ...), not a lambda.",
    f"LATER = [5]\nLATER.append(forty)\n{BY_LATER}": "The answer uses 'LATER'. Line 2 may change it, but is not run, because it uses 'forty', which its cell does not define.",
    f"LATER = cluster.later()\n{BY_LATER}": "The answer uses 'LATER'. Line 1 may change it, but is not run, because it uses 'cluster'",
    f"LATER = [5, 40]\nassert not LATER\n{BY_LATER}": "The answer cannot be run: it raised AssertionError:  in line 2, `assert not LATER`.",
    BY_LATER: "The answer uses 'LATER', which its cell does not define.",
}  # fmt: skip


@pytest.mark.parametrize(("cell", "sentence"), NOT_RUN.items())
def test_what_of_a_cell_is_not_run_is_told_if_the_answer_needs_it(cell, sentence):
    with pytest.raises(UserError) as told:
        defined(cell)
    assert str(told.value).startswith(sentence)


def test_a_number_of_thousands_of_digits_is_read_like_any_other():
    long = (
        f"def is_quorum(node, nodes):\n    0x{'f' * 5000}\n    return 2 * len(nodes) > len(node.voters())\n"
    )
    assert not is_textbook(long, "is_quorum", "is_quorum")
    whole = f"class Mine:\n    def save(self):\n        0x{'f' * 5000}\n"
    assert "save" not in blanks(whole)


def test_a_rule_is_blank_only_if_it_does_nothing_else():
    blank = 'class Mine:\n    def save(self):\n        "Save."\n        raise NotImplementedError("later")\n'
    half = "class Mine:\n    def save(self):\n        self.term = 1\n        raise NotImplementedError\n"
    assert "save" in blanks(blank)
    assert "save" not in blanks(half)
