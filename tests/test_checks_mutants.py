"""The checks are tested: each known mistake loses points in its exercise, named by the rule that it breaks."""

import importlib.util
import re
from pathlib import Path

import pytest
from sample import a_few

from raftlab import Raft, build, explore
from raftlab.checks.layers import run
from raftlab.checks.mutants import EXTENSION_MUTANTS, MUTANTS, SESSION_MUTANTS
from raftlab.checks.mutants.mutant import changed
from raftlab.checks.random_runs import RUNS
from raftlab.checks.rows.extensions import EXTENSION_ROWS
from raftlab.checks.rows.logs import ROWS
from raftlab.checks.scenes.scripted import SCENES
from raftlab.exercises.items import FIGURE_2
from raftlab.exercises.points import points_for
from raftlab.exercises.verdict import Verdict
from raftlab.exercises.write_it import layers_of
from raftlab.extensions import EXTENSIONS
from raftlab.kv import KeyValue
from raftlab.rules import PROPERTIES, RULE_BOOK

CHECKS = {check.name: check for check in (*ROWS, *SCENES, *RUNS)}
DOCS = Path(__file__).parent.parent / "docs"


# The rule that the catalogue names is about the disk in general, or about all of a step.
IN_SITUATIONS = {"the term is not written": "ST-P1", "a leader commits, and applies nothing": "ALL-1"}


@pytest.mark.parametrize("name", a_few(MUTANTS))
def test_a_mistake_loses_points_in_its_exercise_and_is_named_by_the_rule_it_breaks(name):
    mutant = MUTANTS[name]
    item = FIGURE_2[mutant.item]
    situations, rows = layers = [run(layer, mutant.node_class()) for layer in layers_of(item)[:2]]
    assert points_for(item, layers) < item.points
    assert mutant.rule in {failure.rule for failure in rows.failures}
    (found,) = situations.failures
    assert found.rule == IN_SITUATIONS.get(mutant.name, mutant.rule), found.sentence


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=MUTANTS)
def test_a_mistake_is_shown_by_its_shortest_course_of_events(mutant):
    check = CHECKS[mutant.shown_by]
    assert check.run(mutant.node_class()) is not None
    assert check.run(Raft) is None


@pytest.mark.parametrize("item", FIGURE_2)
def test_every_item_has_a_mutant(item):
    assert item in {mutant.item for mutant in MUTANTS.values()}


def test_mutants_break_rules_of_the_book():
    for mutant in (*MUTANTS.values(), *EXTENSION_MUTANTS):
        assert mutant.rule in RULE_BOOK or mutant.rule in PROPERTIES


def test_the_known_mistakes_of_students_are_all_among_them(shared):
    """Two of these places are in the same line."""
    lines = (shared / "oracles.md").read_text().partition("## 6.")[2].partition("Which layer")[0].splitlines()
    rows = [line.split("|")[1].strip() for line in lines if line.startswith("| ")]
    wanted = [row for row in rows if row not in ("mistake", "nextIndex never decremented, or below 1")]
    assert len(wanted) > 30
    assert [row for row in wanted if row not in MUTANTS] == []
    assert {"nextIndex never decremented", "nextIndex below 1"} <= set(MUTANTS)


def test_a_mutant_whose_place_is_no_longer_there_says_so():
    with pytest.raises(AssertionError, match="admit has this 0 times: if here"):
        changed(Raft, "admit", "if here", "if there")


# -- Traced back from what broke ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "scene", "rule", "property"),
    [
        ("vote not saved", "a voter crashes after its vote", "ST-P0", "Election Safety"),
        ("grants two votes in one term", "two candidates in one term", "RV-2", "Election Safety"),
        ("majority is n // 2", "two halves", "CA-2", "Election Safety"),
        ("no up-to-date check", "a node with an empty log stands", "UTD", "Leader Completeness"),
        ("truncates after prev on every append", "a short append is late", "AE-3", "Sound Knowledge"),
        ("commits an older term's entry by counting copies", "the scene of figure 8", "LE-4", "Sound Knowledge"),
    ],
)  # fmt: skip
def test_what_breaks_is_traced_back_to_the_step_that_went_wrong(name, scene, rule, property):
    failure = CHECKS[scene].run(MUTANTS[name].node_class())
    assert f"{property} is broken" in failure.consequence
    assert failure.rule == rule
    broken = int(re.search(r"At tick (\d+)", failure.consequence)[1])
    assert failure.tick <= broken


def test_random_runs_alone_miss_the_two_most_famous_mistakes_and_stories_find_them():
    for name in ("vote not saved", "commits an older term's entry by counting copies"):
        wrong = MUTANTS[name].node_class()
        assert any(scene.run(wrong) for scene in SCENES)
        assert not any(each.run(wrong) for each in RUNS)


@pytest.mark.parametrize("name", ["counts refusals", "appends without looking at what is there"])
def test_a_run_that_shows_a_mistake_is_short(name):
    mutant = MUTANTS[name]
    item = FIGURE_2[mutant.item]
    layers = [run(layer, mutant.node_class()) for layer in layers_of(item)]
    verdict = Verdict(item, mutant.node_class(), layers, points_for(item, layers), "", False)
    assert len(verdict.run.story.actions) <= 8


HIDDEN = [mutant for mutant in MUTANTS.values() if mutant.breaks == "nothing"]


@pytest.mark.slow
@pytest.mark.parametrize("mutant", HIDDEN, ids=lambda mutant: mutant.name)
def test_a_mistake_that_other_rules_hide_breaks_nothing_in_a_cluster(mutant):
    for entries, in_flight in ((0, 3), (1, 2)):
        found = explore(
            mutant.node_class(),
            max_term=2,
            in_flight=in_flight,
            entries=entries,
            crashes=1,
            symmetry=True,
        )
        assert found.story is None


# -- Beyond Figure 2 -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EXTENSION_ROWS)
def test_an_extension_passes_its_handler_checks(name):
    raft = build(name, *getattr(EXTENSIONS[name], "needs", ()))
    assert [row.name for row in EXTENSION_ROWS[name] if row.run(raft)] == []


@pytest.mark.parametrize("mutant", EXTENSION_MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mistake_in_an_extension_is_named_by_the_rule_it_breaks(mutant):
    failures = {row.name: row.run(mutant.node_class()) for row in EXTENSION_ROWS[mutant.extension]}
    assert failures[mutant.shown_by].rule == mutant.rule


@pytest.mark.parametrize("mutant", SESSION_MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mistake_with_sessions_tells_a_client_what_cannot_be(mutant):
    assert mutant.told(KeyValue) == mutant.answers
    assert mutant.told(mutant.machine()) != mutant.answers


# -- The table in the docs -------------------------------------------------------------------------------------------


def made_page():
    spec = importlib.util.spec_from_file_location("make_mutants_table", DOCS / "make_mutants_table.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.page()


@pytest.mark.parametrize(
    "mutant", [*MUTANTS.values(), *EXTENSION_MUTANTS, *SESSION_MUTANTS], ids=lambda each: each.name
)
def test_what_shows_a_mistake_is_told_in_words(mutant):
    """It helps to find the mistake: it says which node does what, and not just "two commits"."""
    assert len(mutant.schedule.split()) >= 4
    assert mutant.schedule[0].islower() or mutant.schedule.split("(")[0] in ("RequestVote", "TimeoutNow")
    assert not mutant.schedule.endswith(".")


def test_the_table_of_the_docs_names_every_mutant():
    page = (DOCS / "mutants.md").read_text()
    for mutant in (*MUTANTS.values(), *EXTENSION_MUTANTS, *SESSION_MUTANTS):
        assert f"| {mutant.name} |" in page


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_table_of_the_docs_is_up_to_date():
    assert (DOCS / "mutants.md").read_text() == made_page()
