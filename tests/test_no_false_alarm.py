"""No false alarm: every correct Raft gets all points. (Three right solutions in other styles: `test_other_styles.py`.)"""

import ast
import os
import re
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from textwrap import dedent

import pytest
from answers import judged
from correct_rafts import ALMOST, EXTENSIONS, HOW_MANY, VARIANTS, source_with, variant
from textbook import SOURCE

from raftlab import Raft
from raftlab.checks.layers import HANDLERS, layers_for, run
from raftlab.checks.random_runs import RUNS, RandomRun
from raftlab.checks.right.choices import CHOICES, DICE
from raftlab.exercises.answer.text import Written, load
from raftlab.exercises.figure_2 import FIGURE_2
from raftlab.exercises.implement import CLOSED, RULES, implement
from raftlab.exercises.items import BEYOND, ITEMS
from raftlab.exercises.write_it import layers_of

LAYERS = {layer.name: layer for layer in layers_for("raft", tuple(FIGURE_2))}


def failures(layers, raft):
    return [f"{each.rule} {each.did}" for layer in layers for each in run(layer, raft, brief=True).failures]


# -- Variants of the textbook ---------------------------------------------------------------------------------------


def test_there_are_two_hundred_and_each_choice_is_among_them_alone():
    assert len(VARIANTS) == HOW_MANY == 200
    assert all(source_with(name) is not None for name in CHOICES)
    assert {names for names in VARIANTS.values() if len(names) == 1} == {(name,) for name in CHOICES}
    assert len({source_with(*names) for names in VARIANTS.values()}) == HOW_MANY


@pytest.mark.parametrize("name", [*VARIANTS][:: HOW_MANY // 12])
def test_a_correct_variant_passes_handler_checks_stories_and_some_random_runs(name):
    rows, scenes, runs = LAYERS[HANDLERS], LAYERS["scripted stories"], LAYERS["random runs"]
    some = [rows, scenes, runs._replace(checks=runs.checks[:10])]
    assert failures(some, variant(name)) == []


@pytest.mark.parametrize("name", ["Raft", *[*VARIANTS][:: HOW_MANY // 6]])
def test_no_step_of_correct_nodes_is_taken_for_the_mistake_of_a_run(name):
    raft = Raft if name == "Raft" else variant(name)
    found = [check.mistake(raft) for check in (*LAYERS["scripted stories"].checks, *RUNS[:3])]
    assert [f"{each.rule} {each.did}, not {each.should}" for each in found if each] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", VARIANTS)
def test_a_correct_variant_passes_everything(name):
    assert failures(LAYERS.values(), variant(name)) == []


@pytest.mark.parametrize("name", ALMOST)
def test_what_is_near_to_a_right_choice_and_wrong_fails_the_handler_checks(name):
    assert failures([LAYERS[HANDLERS]], variant(name)) != []


def answers():
    """Choices that change one rule, as answers: the rule and its text."""
    found, right = [], texts_of_rules(SOURCE)
    for name in CHOICES:
        texts = texts_of_rules(source_with(name))
        changed = [rule for rule in RULES if texts[rule] != right[rule]]
        if len(changed) == 1 and changed[0] in FIGURE_2 and changed[0] not in CLOSED:
            found.append(pytest.param(changed[0], dedent(texts[changed[0]]), id=name))
    return found


def texts_of_rules(source):
    """The texts of the methods in the text of raft.py, by their names."""
    parts = re.split(r"^(?= {0,4}\S)", source, flags=re.MULTILINE)
    return {part[len("    def ") : part.index("(")]: part for part in parts if part.startswith("    def ")}


@pytest.mark.slow
@pytest.mark.parametrize(("rule", "text"), answers())
def test_a_correct_variant_of_one_rule_passes_what_its_exercise_checks(rule, text):
    item = FIGURE_2[rule]
    assert failures(layers_of(item), implement(**{rule: load(text, rule)})) == []


@pytest.mark.parametrize(
    ("item", "text"),
    [
        pytest.param(item, text, id=name, marks=pytest.mark.slow if place % 6 else ())
        for place, (name, (item, text)) in enumerate(EXTENSIONS.items())
    ],
)
def test_a_correct_variant_of_a_rule_of_an_extension_gets_all_points(item, text):
    verdict = judged(item, text)
    assert verdict.points == BEYOND[item].points, repr(verdict)


# -- Whole Rafts by authors who have not seen raft.py ---------------------------------------------------------------

WHOLE_RAFTS = {path.stem: path for path in sorted((Path(__file__).parent / "whole_rafts").glob("*.py"))}


def test_ten_authors_have_written_one():
    assert len(WHOLE_RAFTS) == 10


def whole(text):
    """The text of a whole Raft with the name of its class, which is the one that has a `step`."""
    classes = [each for each in ast.parse(text).body if isinstance(each, ast.ClassDef)]
    (name,) = [
        each.name for each in classes if "step" in {getattr(method, "name", "") for method in each.body}
    ]
    return Written(text, name)


@pytest.mark.slow
@pytest.mark.parametrize("name", WHOLE_RAFTS)
def test_a_whole_raft_written_from_the_paper_gets_all_points(name):
    verdict = ITEMS["raft"].judge(whole(WHOLE_RAFTS[name].read_text()))
    assert verdict.points == 40, repr(verdict)


# -- What random runs demand ---------------------------------------------------------------------------------------

SEEDS = int(os.environ.get("RANDOM_RUNS", "3000"))


def failing(job):
    name, seed = job
    return RandomRun(seed).brief(variant(name) if name else Raft)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_the_textbook_fails_no_random_run():
    """With RANDOM_RUNS=20000 in the environment it was run for 20,000 seeds, in 3.5 minutes: none of them failed."""
    with ProcessPoolExecutor() as executor:
        found = executor.map(failing, [("", seed) for seed in range(SEEDS)], chunksize=50)
        assert [seed for seed, failure in enumerate(found) if failure] == []


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_no_random_run_depends_on_which_dice_are_drawn():
    jobs = [(name, seed) for name in DICE for seed in range(SEEDS // 10)]
    with ProcessPoolExecutor() as executor:
        found = executor.map(failing, jobs, chunksize=50)
        assert [job for job, failure in zip(jobs, found, strict=True) if failure] == []


@pytest.mark.parametrize("seed", [373, 401, 700, 721])
def test_runs_in_which_a_leader_is_challenged_at_the_end_prove_nothing_against_it(seed):
    """Their last command once met a leader that a later candidate had already challenged."""
    assert failing(("", seed)) is None
