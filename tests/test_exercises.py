"""The exercises: they are made from the solutions, each item works on its own, right answers get all points and blanks none,
and nothing gives an answer away."""

import ast
import builtins
import json
import os
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from types import FunctionType

import nbformat
import pytest
from nbclient import NotebookClient
from sample import a_few

from raftlab import (
    Cluster,
    MenuClaim,
    Story,
    UserError,
    answer,
    convict,
    disprove,
    hint,
    questions,
    suspect,
)
from raftlab.checks.by_hand.judge import HandPlayed, by_the_rules
from raftlab.checks.claims import NODES, OF_NODES
from raftlab.checks.conviction import harm_in
from raftlab.checks.mutants import KNOWN
from raftlab.checks.mutants.stories import STORIES
from raftlab.exercises.answer.text import Written, load
from raftlab.exercises.break_it import MOST_EVENTS, Suspect, check_goal, judged, mistake_of
from raftlab.exercises.handout import as_file, handout, write_all
from raftlab.exercises.items import FIGURE_2, ITEMS
from raftlab.exercises.lessons.l02_election import Believed
from raftlab.exercises.prove_me_wrong import LONG
from raftlab.exercises.questions import Question
from raftlab.exercises.result import Result
from raftlab.exercises.student import YOUR_NAME, personal_code, seed_of
from raftlab.exercises.weights import KINDS
from raftlab.lab.lessons import LESSONS, STAGES
from raftlab.lab.progress import Progress
from raftlab.sim.systems import build
from raftlab.sim.verbs import VERBS, controls

ROOT = Path(__file__).parent.parent
SOLUTIONS = sorted((ROOT / "solutions").glob("*.ipynb"))
EXERCISES = sorted((ROOT / "exercises").glob("*.ipynb"))
FIRST_SOLUTION_EVERY_TIME = a_few(SOLUTIONS, every=len(SOLUTIONS))
BOTH = SOLUTIONS + EXERCISES
NAMES = ("Ada Lovelace", "Grace Hopper", "Edsger Dijkstra", "Barbara Liskov", "Leslie Lamport", "Nancy Lynch")
WRITE, BREAK, READ, REVIEW = (
    {name: item for name, item in ITEMS.items() if item.kind == kind} for kind in KINDS
)
READINGS = sorted({item.lesson for item in READ.values()})


def read(path):
    return nbformat.read(path, as_version=4)


def names(paths):
    return [f"{path.parent.name}/{path.name}" for path in paths]


def graded(notebook):
    """The cells that give points automatically."""
    return [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")]


def run(notebook, folder):
    client = NotebookClient(
        notebook, timeout=240, allow_errors=True, resources={"metadata": {"path": str(folder)}}
    )
    client.execute()
    return notebook


def errors(notebook):
    return [
        output.ename for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs
        if output.output_type == "error"
    ]  # fmt: skip


def points(cell):
    """The points that a cell shows as its result."""
    return float(
        next(each.data["text/plain"] for each in cell.outputs if each.output_type == "execute_result")
    )


# -- Made from the solutions -----------------------------------------------------------------------------


def test_making_the_exercises_again_changes_nothing(tmp_path):
    write_all(ROOT / "solutions", tmp_path)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert made == {path.name: path.read_bytes() for path in EXERCISES}


def test_an_exercise_without_a_solution_is_deleted(tmp_path):
    (tmp_path / "99_old.ipynb").write_text("{}")
    write_all(ROOT / "solutions", tmp_path)
    assert not (tmp_path / "99_old.ipynb").exists()


def test_the_ids_of_cells_do_not_depend_on_when_they_are_made():
    for path in SOLUTIONS:
        data = json.loads(path.read_text())
        assert as_file(handout(data, path.name)) == as_file(handout(data, path.name))
        ids = [cell["id"] for cell in handout(data, path.name)["cells"]]
        assert len(set(ids)) == len(ids)


def code(source, solution=True):
    nbgrader = {"solution": solution, "grade_id": "mine"}
    return {"cells": [{"cell_type": "code", "source": source, "metadata": {"nbgrader": nbgrader}}]}


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("### BEGIN SOLUTION\nx = 1", "'### END SOLUTION' is missing"),
        ("x = 1\n### END SOLUTION", "must take turns"),
        ("### BEGIN SOLUTION\n### BEGIN SOLUTION\n### END SOLUTION", "must take turns"),
        ("x = 1", "is to be written, and has no"),
    ],
)
def test_a_marker_without_its_partner_is_reported(source, sentence):
    with pytest.raises(UserError, match=sentence):
        handout(code(source), "01.ipynb")


def test_a_solution_becomes_one_line():
    made = handout(code("def f(x):\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION"), "01.ipynb")
    assert "".join(made["cells"][1]["source"]) == "def f(x):\n    raise NotImplementedError"


# -- What they look like ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", BOTH, ids=names(BOTH))
def test_markers_and_metadata_are_what_nbgrader_reads(path):
    found, seen = read(path), set()
    nbformat.validate(found)
    for cell in found.cells:
        meta = cell.metadata.get("nbgrader")
        if meta is None:
            continue
        assert meta["schema_version"] == 3
        assert meta["cell_type"] == cell.cell_type
        assert meta["grade_id"] not in seen
        seen.add(meta["grade_id"])
        kind = (meta["grade"], meta["solution"], meta["task"])
        assert kind in ((True, False, False), (False, True, False), (False, False, True))
        assert meta["locked"] is (not meta["solution"])
        assert ("points" in meta) is (meta["grade"] or meta["task"])
        assert (cell.cell_type == "markdown") is meta["task"]


@pytest.mark.parametrize("path", BOTH, ids=names(BOTH))
def test_there_are_items_of_four_kinds(path):
    found = dict.fromkeys(KINDS, 0)
    for cell in read(path).cells:
        meta = cell.metadata.get("nbgrader", {})
        kind = {
            "points_story": "break", "points_answe": "read", "paragraph": "read", "points_revie": "review",
        }  # fmt: skip
        if "points" in meta:
            found[kind.get(meta["grade_id"][:12], "write")] += meta["points"]
    assert found == {"write": 40, "break": 40, "read": 20, "review": 20}


@pytest.mark.parametrize("path", BOTH, ids=names(BOTH))
def test_cells_are_short_and_stored_without_outputs(path):
    words = 0
    for place, cell in enumerate(read(path).cells):
        assert cell.metadata["slideshow"]["slide_type"]
        if cell.cell_type == "code":
            words = 0
            assert (cell.outputs, cell.execution_count) == ([], None)
            writes = cell.metadata.get("nbgrader", {}).get("grade_id", "").startswith("write_")
            is_class = (
                "\nclass " in cell.source
            )  # a whole Raft is in one cell, but each of its rules is short
            assert len(cell.source.splitlines()) <= (250 if is_class else 22 if writes else 12)
        elif place or path.parent.name == "solutions":  # not the first cell of an exercise: it is longer
            text = cell.source.partition("=== BEGIN")[0]
            words += len(re.sub(r"\(.*?\)|[#*>!\[\]|`-]", " ", text).split())
            assert words <= 120, cell.source


@pytest.mark.parametrize("path", SOLUTIONS, ids=names(SOLUTIONS))
def test_a_rule_takes_at_most_fifteen_lines(path):
    for cell in read(path).cells:
        for inside in re.findall(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", cell.source, re.DOTALL):
            assert len(inside.splitlines()) - 1 <= 15


@pytest.mark.parametrize("path", EXERCISES, ids=names(EXERCISES))
def test_an_exercise_says_what_it_is_and_leads_back_to_its_lesson(path):
    cells = read(path).cells
    assert cells[0].source.startswith("**How this works.**"), "it speaks to the learner"
    assert f"<!-- `make exercises` makes this file from solutions/{path.name}." in cells[0].source
    assert f"](../notebooks/{path.name})" in cells[0].source
    assert path.name in {lesson.file for lesson in LESSONS}
    for cell in cells:
        if cell.cell_type == "markdown":
            for target in re.findall(r"\]\((?!https:)([^)#]+)\)", cell.source):
                assert (path.parent / target).exists(), target


@pytest.mark.parametrize("path", SOLUTIONS, ids=names(SOLUTIONS))
def test_every_item_of_the_lesson_is_asked_with_its_points(path):
    number, text = path.name[:2], "\n".join(cell.source for cell in read(path).cells)
    wanted = {item.name: item.points for item in WRITE.values() if item.lesson == number}
    asked = {cell.metadata.nbgrader.grade_id: cell.metadata.nbgrader.points for cell in graded(read(path))}
    assert {f"points_{name}": each for name, each in wanted.items()}.items() <= asked.items()
    for item in (*BREAK.values(), *READ.values(), *REVIEW.values()):
        assert item.lesson != number or f'"{item.name}"' in text
    assert text.count("about ") >= len(wanted) + 3, "an expected time for each"


# -- Nothing is given away ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", SOLUTIONS, ids=names(SOLUTIONS))
def test_an_exercise_contains_nothing_of_its_solution(path):
    text = (ROOT / "exercises" / path.name).read_text()
    assert "SOLUTION" not in text
    assert "MARK SCHEME" not in text
    blank = [
        line.strip()
        for cell in read(ROOT / "exercises" / path.name).cells
        for line in cell.source.splitlines()
    ]
    for cell in read(path).cells:
        hidden = re.findall(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", cell.source, re.DOTALL)
        hidden += re.findall(r"=== BEGIN MARK SCHEME ===\n(.*?)=== END", cell.source, re.DOTALL)
        for line in "".join(hidden).splitlines():
            assert line.strip() not in blank or not line.strip(), line
    for mutant in KNOWN.values():
        assert mutant.name not in text, "no text names the mistake of a faulty node"
    assert f'me = \\"{YOUR_NAME}\\"' in text


@pytest.mark.parametrize("item", BREAK)
def test_a_faulty_node_does_not_tell_what_is_wrong_with_it(item):
    for name in NAMES:
        wrong = suspect(item, name)
        assert KNOWN.keys().isdisjoint(re.split(r"[.'\"]", repr(wrong)))
        public = [repr(getattr(wrong, each)) for each in dir(wrong) if each[0] != "_"]
        names = [each.__name__ for each in wrong.node_class.__mro__]
        assert not any(mistake in " ".join([*public, *names]) for mistake in KNOWN)
        assert names[0] == "FaultyNode"


# -- They work ------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("path", SOLUTIONS, ids=names(SOLUTIONS))
def test_a_solution_scores_full_in_under_a_minute(path, tmp_path):
    notebook = read(path)
    before = os.times()
    run(notebook, tmp_path)
    after = os.times()  # only the kernel's own time counts, and not other work of the machine
    worked = after.children_user + after.children_system - before.children_user - before.children_system
    assert 0 < worked < 60, "it takes half of that if the machine does nothing else"
    assert errors(notebook) == []
    assert [points(cell) for cell in graded(notebook)] == [
        c.metadata.nbgrader.points for c in graded(notebook)
    ]
    lesson = path.name[:2]
    assert Progress(tmp_path / ".raftlab").points(lesson) == (115, 115), "five are given by a human"


@pytest.mark.slow
@pytest.mark.parametrize("path", EXERCISES, ids=names(EXERCISES))
def test_a_blank_scores_nothing_and_fails_in_no_other_way(path, tmp_path):
    notebook = run(read(path), tmp_path)
    assert set(errors(notebook)) <= {"NotImplementedError"}
    assert {points(cell) for cell in graded(notebook)} == {0}
    assert "Not written yet" in str(notebook)


@pytest.mark.parametrize("path", EXERCISES, ids=names(EXERCISES))
def test_every_blank_raises_not_implemented_error(path):
    asked = [cell for cell in read(path).cells if cell.metadata.get("nbgrader", {}).get("solution")]
    assert len(asked) >= 6
    for cell in asked:
        for function in to_be_written(cell.source):
            with pytest.raises(NotImplementedError):
                function(*[None] * function.__code__.co_argcount)


def to_be_written(source):
    """The last function that a cell defines; if a class is last, all its functions."""
    defined = {}
    exec(source, defined)
    last = next(
        each for each in reversed(defined.values()) if isinstance(each, FunctionType) or type(each) is type
    )
    if isinstance(last, FunctionType):
        return [last]
    return [each for each in vars(last).values() if isinstance(each, FunctionType)]


def test_a_class_is_handed_out_with_a_blank_in_each_of_its_rules():
    cells = read(ROOT / "exercises" / "08_find_the_bug.ipynb").cells
    rules = to_be_written(next(cell.source for cell in cells if "class MyRaft" in cell.source))
    assert {each.__name__ for each in rules} == {*FIGURE_2, "store"}


def alone(notebook):
    """For every graded cell, all that its item needs: the cells at the top of the notebook, and its own cells."""
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    top = [each for each in cells if each.startswith(("from raftlab import", "me ="))]
    for cell in graded(notebook):
        place = cells.index(cell.source)
        yield [*top, cells[place - 1], cell.source]


@pytest.mark.parametrize("path", SOLUTIONS, ids=names(SOLUTIONS))
def test_each_item_can_be_done_without_the_others(path):
    for cells in alone(read(path)):
        defined = {"display", *dir(builtins)}
        for node in ast.walk(ast.parse("\n".join(cells))):
            if isinstance(node, ast.FunctionDef):
                defined |= {node.name, *(each.arg for each in node.args.args)}
            elif isinstance(node, ast.ClassDef):
                defined.add(node.name)
            elif isinstance(node, ast.ImportFrom):
                defined |= {each.name for each in node.names}
            elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                defined.add(node.id)
        used = {
            node.id for node in ast.walk(ast.parse("\n".join(cells)))
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
        }  # fmt: skip
        assert used <= defined, cells


# -- A name draws them ------------------------------------------------------------------------------------------


def test_a_name_gives_the_same_seed_with_any_capitals():
    assert seed_of("Ada Lovelace") == seed_of("  ada  lovelace ")
    assert len({seed_of(name) for name in NAMES}) == len(NAMES)
    for wrong in ("", " ", YOUR_NAME, 5, None):
        with pytest.raises(UserError, match="Write your own name"):
            seed_of(wrong)


def right_answer(asked):
    """An answer that gets all points: computed from the trace, found in the menus, or by the rules."""
    if isinstance(asked, Question):
        return asked.answer
    if isinstance(asked, Believed):
        return next(
            words for words in ((asked.who, "always", what) for what in OF_NODES)
            if disprove(MenuClaim(*words)).events >= LONG
        )  # fmt: skip
    game, given = HandPlayed(asked.story, asked.node), []
    while game.situation:
        given.append(by_the_rules(game))
        game.answer(**given[-1])
    return given


@pytest.mark.parametrize("lesson", a_few(READINGS))
def test_two_names_have_different_questions_with_different_answers(lesson):
    asked = [questions(lesson, name) for name in NAMES]
    assert len({each.story.to_json() for each in asked}) == len(NAMES)
    items = [item for item in READ.values() if item.lesson == lesson]
    answers = {tuple(repr(right_answer(item.asked(name))) for item in items) for name in NAMES}
    assert len(answers) == len(NAMES)


def test_a_question_does_not_contain_its_answer():
    for lesson in READINGS:
        shown = questions(lesson, MINE)
        assert {type(each) for each in shown.questions} == {str}
        assert len(shown.questions) == len([item for item in READ.values() if item.lesson == lesson])


def test_questions_and_suspects_need_a_name_first():
    assert "Write your own name" in repr(questions("01", YOUR_NAME))
    assert "Write your own name" in repr(suspect("01.a", YOUR_NAME))
    with pytest.raises(UserError, match="Write your own name"):
        answer("01.1", "n1", YOUR_NAME, progress=None)


def test_a_class_draws_with_the_secret_of_its_lecturer():
    mine = personal_code(" Ada  Lovelace", "secret of spring")
    assert mine.startswith("Ada Lovelace #")
    assert mine == personal_code("Ada Lovelace", "secret of spring")
    drawn = {
        mistake_of(BREAK["02.a"].drawn(personal_code("Ada Lovelace", f"secret {number}")))
        for number in range(9)
    }
    assert len(drawn) > 2, "another secret draws something else"
    for name, secret in (("", "secret"), ("your name", "secret"), ("Ada", ""), ("Ada", None)):
        with pytest.raises(UserError):
            personal_code(name, secret)


# -- Break it ---------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_short_story_proves_the_mistake_of_every_faulty_node_that_can_be_drawn():
    for item in BREAK.values():
        for name in item.pool:
            wrong = Suspect(item, KNOWN[name])
            marked = judged(wrong, check_goal(wrong.shortest, wrong))
            assert marked.points == 20, (name, marked)
            assert name in repr(marked), "a learner who has found the mistake is told what it was"


@pytest.mark.slow
def test_a_quiet_story_proves_no_mistake():
    quiet = Story("quiet", "Nothing is done", nodes=3, ticks=200)
    for item in (each for each in BREAK.values() if each.name.endswith("b")):
        for faulty in (Suspect(item, KNOWN[name]) for name in item.pool):
            assert judged(faulty, with_its_goal(faulty, quiet)).points == 0


def with_its_goal(faulty, story):
    """The story, with the goal that the suspect names instead of its own."""
    commands = [each[2] for each in story.actions if each[1] == "propose"] or ["a"]
    at_end = (
        commands[-1] if faulty.goal == "applied" else max((tick for tick, *_ in story.actions), default=100)
    )
    return check_goal(replace(story, goals=((faulty.goal, at_end),) if faulty.goal else ()), faulty)


MINE = next(name for name in NAMES if "counts its own vote twice" in mistake_of(suspect("01.a", name)))
RIGHT = STORIES["leader counts its own vote twice"]
SILENT = Suspect(BREAK["01.b"], KNOWN["candidate never starts a second election"])


def test_the_points_and_the_reason_are_shown_and_the_points_are_kept(tmp_path):
    wrong = convict("01.a", Story("quiet", "Nothing is done"), MINE, progress=tmp_path)
    assert (wrong.points, wrong.passed) == (0, False)
    assert "Not proved" in repr(wrong)
    assert 'hint("01.a", me)' in repr(wrong)
    assert len(wrong.runs) == 2, "the run of the faulty nodes, and Raft's"
    right = convict("01.a", RIGHT, MINE, progress=tmp_path)
    assert (right.points, right.passed) == (20, True)
    assert "Election Safety is broken at tick 0" in repr(right)
    assert right.runs[0][2] == 0, "the run opens at the breach"
    convict("01.a", Story("quiet", "Nothing is done"), MINE, progress=tmp_path)
    assert Progress(tmp_path).points("01") == (20, 20), "points that one has are kept"


@pytest.mark.parametrize("goals", [(), (("leader", 60), ("same_logs", 60))])
def test_a_story_has_the_one_goal_that_the_suspect_names(goals):
    sentence = r'one goal, goals=\(\("leader", 60\),\), with a tick of yours. That is the goal which these nodes can miss'
    assert 'the goal "leader" (a majority follows one leader)' in repr(SILENT)
    with pytest.raises(UserError, match=sentence):
        check_goal(Story("many", "Many goals", goals=goals), SILENT)
    one = Story("one", "One goal", goals=(("leader", 9),))
    assert check_goal(one, SILENT) is one


def test_a_story_that_is_too_long_gets_half_of_the_points():
    idle = tuple((10, "heal") for _ in range(MOST_EVENTS))
    long = Story("long", "Much is done", nodes=3, ticks=40, actions=RIGHT.actions + idle, goals=())
    marked = convict("01.a", long, MINE, progress=None)
    assert marked.points == 10
    assert "too long: it has 10 actions, and 8 are enough" in repr(marked)


def test_a_story_in_which_raft_fails_proves_nothing():
    never = Story("never", "Too short", ticks=3)
    marked = judged(SILENT, never)
    assert marked.points == 0
    assert "Even correct nodes fail in your story, so it proves nothing. Raft: it never happens" in repr(
        marked
    )


@pytest.mark.parametrize(
    ("story", "sentence"),
    [
        (3, "Return a story"),
        (None, "Return a story"),
        (lambda: RIGHT, "not a lambda"),
        (Story("l", "A liar", liars={"n1": "double_voter"}), "no liars"),
        (Story("x", "More than Raft", extensions=("PreVote",)), "no extensions"),
        (Story("e", "Too long", ticks=5000), "ticks"),
    ],
)
def test_an_answer_that_is_no_proper_story_is_refused_in_a_sentence(story, sentence):
    with pytest.raises(UserError, match=sentence):
        convict("01.a", story, MINE, progress=None)


def test_a_story_that_raft_cannot_play_to_its_end_proves_nothing(tmp_path):
    """n1 is cut off. If it is wrong, it becomes leader, so that “the leader” can crash; if it is right, there is no leader."""
    alone = ((0, "isolate", "n1"), (0, "time_out", "n1"), (1, "crash", "leader"))
    story = Story("alone", "The leader crashes", nodes=3, ticks=40, actions=alone, goals=())
    wrong = Suspect(BREAK["01.a"], KNOWN["leader counts its own vote twice"])
    assert harm_in(story, wrong.node_class).sentence.startswith("Election Safety is broken")
    proves_nothing = (
        r"^Raft cannot play your story to its end, so it proves nothing\. .*At tick 1 .*no leader"
    )
    with pytest.raises(UserError, match=proves_nothing):
        judged(wrong, story)
    with pytest.raises(UserError, match=proves_nothing):
        convict("01.a", story, MINE, progress=tmp_path)
    assert Progress(tmp_path).points("01") == (0, 0), "it costs no points, and gives none"


def test_for_an_unknown_verb_the_error_lists_only_verbs_that_the_story_can_use():
    text = 'def story_a():\n    return Story("s", "A slip", actions=[(1, "cras", "n1")])'
    with pytest.raises(UserError, match=r"no verb 'cras'\. Did you mean 'crash'") as caught:
        convict("01.a", load(text, "story_a", {"Story": Story}), MINE, progress=None)
    listed = str(caught.value).partition("There are: ")[2].rstrip(".").split(", ")
    assert {"crash", "time_out", "partition", "propose", "set_network"} <= set(listed)
    cluster = Cluster(nodes=3, seed=1)
    assert cluster.run_until("leader")
    follower = next(node.id for node in cluster.nodes.values() if node.id != node.leader)
    arguments = {"snapshot_every": (1,), "change_voters": ("n1", "n2")}
    for verb in VERBS.keys() - set(listed):
        if not VERBS[verb].beyond:
            with pytest.raises(UserError, match="needs the extension"):
                getattr(cluster, verb)(*arguments.get(verb, (follower,)))


def test_everything_that_a_story_may_do_can_be_tried_on_the_suspects(monkeypatch):
    lab = on_display(suspect("01.a", "Ada"), monkeypatch)
    allowed = [each for each in controls() if not VERBS[each["verb"]].beyond]
    assert len(allowed) > 15
    assert {each["part"] for each in allowed} <= set(lab.show)
    assert set(STAGES["01"]) <= set(lab.show), "and so can everything that the lesson has shown"
    lab.crash("n1")
    assert lab.story.actions == ((0, "crash", "n1"),)


def on_display(wrong, monkeypatch):
    """The player that a notebook shows for a suspect."""
    displayed = []
    monkeypatch.setattr("IPython.display.display", lambda *shown, **_: displayed.extend(shown))
    wrong._ipython_display_()
    return displayed[-1]


def test_actions_by_hand_become_a_story_that_proves_the_mistake(monkeypatch):
    lab = on_display(suspect("01.a", MINE), monkeypatch)
    for _, verb, *arguments in RIGHT.actions:
        lab.act(verb, *arguments)
    told = lab.answer({"my_story": True})["story"]
    notebook = read(ROOT / "exercises" / "01_roles.ipynb")
    assert [told["cell"] in cell.source for cell in notebook.cells].count(True) == 1
    assert lab.as_python() == told["text"]
    scope = {"Story": Story}
    exec(told["text"], scope)
    assert scope["story_a"]().actions == RIGHT.actions
    assert convict("01.a", scope["story_a"](), MINE, progress=None).points == 20


def test_there_is_no_story_before_the_first_action(monkeypatch):
    lab = on_display(SILENT, monkeypatch)
    with pytest.raises(UserError, match="Nothing has been done yet"):
        lab.answer({"my_story": True})
    lab.crash("n1")
    assert "goals=(('leader', 0),)" in lab.as_python(), "the learner writes the tick of the goal"


def test_a_written_story_can_be_tried_on_the_suspects(monkeypatch):
    lab = on_display(suspect("01.a", MINE, RIGHT), monkeypatch)
    assert (lab.story.nodes, lab.story.actions) == (RIGHT.nodes, RIGHT.actions)
    assert list(lab.traces) == ["Faulty nodes", "Raft"]
    with pytest.raises(UserError, match="Return a story"):
        suspect("01.a", MINE, 3)


@pytest.mark.parametrize("path", FIRST_SOLUTION_EVERY_TIME, ids=names(SOLUTIONS))
def test_the_example_story_proves_no_mistake_whatever_goal_it_is_given(path):
    source = next(cell.source for cell in read(path).cells if cell.source.startswith("example = "))
    scope = {"Story": Story, "Lab": lambda *_, **__: None, "build": build}
    exec(source, scope)
    for item in (each for each in BREAK.values() if each.lesson == path.name[:2]):
        right = Suspect(item, KNOWN[item.pool[0]]).reference
        assert harm_in(scope["example"], right) is None
        for faulty in (Suspect(item, KNOWN[name]) for name in item.pool):
            assert judged(faulty, with_its_goal(faulty, scope["example"])).points == 0, (item, faulty)


def test_an_unknown_item_is_refused():
    with pytest.raises(UserError, match=r"There is no item '01[.]c'"):
        convict("01.c", RIGHT, MINE, progress=None)


# -- Read it, and hints ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("item", a_few(READ))
def test_a_question_is_answered_by_what_its_trace_shows(item):
    for name in NAMES:
        question = READ[item].asked(name)
        right = right_answer(question)
        assert answer(item, right, name, progress=None).points == READ[item].points
        if not isinstance(question, Question):
            continue
        others = ("n1", "n2", "n3") if question.answers_with_a_node() else (0, 7777)
        for other in set(others) - {question.answer}:
            marked = answer(item, other, name, progress=None)
            assert marked.points == 0
            assert str(question.answer) not in marked.sentences[-1].replace(item, "").replace(repr(other), "")


def test_guessing_costs_points_and_the_same_answer_again_costs_nothing(tmp_path):
    right = READ["01.1"].asked(MINE).answer
    wrong = [node for node in ("n1", "n2", "n3", "n4", "n5") if node != right]

    def points(given):
        return answer("01.1", given, MINE, progress=tmp_path).points

    assert [points(each) for each in (wrong[0], wrong[0], right, right)] == [0, 0, 3.7, 3.7]
    assert [points(each) for each in (wrong[1], right)] == [0, 2.5]
    assert [points(each) for each in (*wrong[2:], right)] == [0, 0, 0]
    assert "You tried 4 other answers first: 0 of 5 points are left." in repr(
        answer("01.1", right, MINE, progress=tmp_path)
    )
    assert Progress(tmp_path).points("01") == (3.7, 5), "points that one has are kept"
    assert answer("01.1", right, MINE, progress=None).points == 5


@pytest.mark.slow
@pytest.mark.parametrize("item", [name for name in READ if isinstance(READ[name].asked(MINE), Question)])
def test_the_same_answer_for_everybody_wins_next_to_nothing(item):
    """What a guess would win is measured with 60 names, so a little more than nothing can be chance."""
    drawn = Counter(READ[item].asked(f"learner {number}").answer for number in range(60))
    choices = READ[item].asked(MINE).choices(READ[item].reading(MINE).story)
    share = max(drawn.values()) / 60
    assert share - (1 - share) / (choices - 1) < 0.25


# -- A claim, and a node played by hand ----------------------------------------------------------------------


@pytest.mark.slow
def test_for_every_subject_there_is_a_false_claim_that_is_easily_believed():
    for who in NODES:
        asked = Believed(who)
        good = asked.judge(right_answer(asked), None)
        assert good.right == good.of
        example = asked.judge((who, "never", "has the highest term"), None)  # the example in the item's text
        assert example.right < example.of


def test_a_claim_with_another_subject_is_refused_and_costs_nothing(tmp_path):
    who = READ["02.3"].asked(MINE).who
    other = next(each for each in NODES if each != who)
    with pytest.raises(UserError, match=f'about "{who}", not about "{other}"'):
        answer("02.3", (other, "always", "is the only leader"), MINE, progress=tmp_path)
    assert Progress(tmp_path).answers() == {}


@pytest.mark.slow
def test_different_learners_in_the_fog_need_different_answers():
    drawn = [READ["04.2"].asked(f"student {number}") for number in range(20)]
    assert all(8 <= each.events <= 11 for each in drawn)
    answers = [right_answer(each) for each in drawn]
    assert len({repr(each) for each in answers}) == len(drawn)
    for mine, theirs in zip(drawn, answers[1:], strict=False):
        assert copied(mine, theirs) < 10


def copied(mine, theirs):
    """The points for the answers of another learner; 0 if they do not even fit this run."""
    try:
        return mine.judge(theirs, None).points(10)
    except UserError:
        return 0


def test_in_the_fog_no_answer_is_judged_before_all_are_given():
    right = right_answer(READ["04.2"].asked(MINE))
    wrong = [{**right[0], "reply": "no"}]
    for given in ([], right[:3], wrong):
        told = answer("04.2", given, MINE, progress=None)
        assert (told.points, told.runs) == (0, ())
        assert f"{len(given)} answered" in repr(told)
        assert f"Event {len(given) + 1}, at tick" in repr(told)
        assert not set("✓✕") & set(repr(told))


def test_at_the_end_a_wrong_answer_names_the_rule_but_not_the_right_answer():
    asked = READ["04.2"].asked(MINE)
    game = HandPlayed(asked.story, asked.node)
    game.answer(**by_the_rules(game) | {"reply": "no"})
    while game.situation:
        game.answer(**by_the_rules(game))
    told = answer("04.2", game.moves, MINE, progress=None)
    assert 5 < told.points < 10
    assert repr(told).count("✕") == 1
    assert "The rules say" not in repr(told)
    assert re.search(r"✕.*\((AE|RV|UTD)", repr(told))
    assert len(told.runs) == 1


def test_an_answer_of_the_wrong_kind_is_refused_and_costs_nothing(tmp_path):
    with pytest.raises(UserError, match="There is no node 5"):
        answer("01.1", 5, MINE, progress=tmp_path)
    with pytest.raises(UserError, match="must be a whole number"):
        answer("01.2", "n1", MINE, progress=tmp_path)
    with pytest.raises(UserError, match=r"There is no question '01[.]9'"):
        answer("01.9", 1, MINE, progress=tmp_path)
    assert Progress(tmp_path).answers() == {}


@pytest.mark.parametrize("item", [*BREAK, *READ, *REVIEW])
def test_three_hints_one_at_a_time(item, tmp_path):
    told = [hint(item, MINE, progress=tmp_path) for _ in range(4)]
    assert [each[:11] for each in told[:3]] == ["Hint 1 of 3", "Hint 2 of 3", "Hint 3 of 3"]
    assert told[3].startswith("There are no more hints.")
    with pytest.raises(UserError, match="Write your own name"):
        hint(item, progress=tmp_path)


def test_an_item_that_is_not_written_has_no_points(tmp_path):
    def blank():
        raise NotImplementedError

    for marked in (
        convict("01.a", blank, YOUR_NAME, progress=tmp_path),
        answer("01.1", blank, YOUR_NAME, progress=None),
    ):
        assert isinstance(marked, Result)
        assert (marked.points, marked.sentences) == (0, ("Not written yet.",))


def test_exercises_and_lessons_keep_their_points_in_one_file(tmp_path, monkeypatch):
    for folder in ("notebooks", "exercises"):
        (tmp_path / folder).mkdir()
    monkeypatch.chdir(tmp_path / "exercises")
    convict("01.a", RIGHT, MINE)
    assert not (tmp_path / "exercises" / ".raftlab").exists()
    monkeypatch.chdir(tmp_path / "notebooks")
    assert Progress().points("01") == (20, 20)


def test_the_text_of_a_cell_is_judged_as_the_function_that_is_asked_for_in_it():
    text = "HALF = 71\n\n\ndef twice(number):\n    return 2 * number\n\n\ndef answer_1():\n    return twice(HALF)\n"
    assert ITEMS["04.1"].judge(Written(text, "answer_1"), "Ada Lovelace").passed
    assert not ITEMS["04.1"].judge(Written(text.replace("71", "70"), "answer_1"), "Ada Lovelace").passed
