"""Runs check the keyed answers: the right choice is true in every variant of the question's story, and a wrong one is false in most."""

from random import Random

import pytest
from evidence import EVIDENCE
from question_claims import NOT_BY_RUNS, ROWS

from raftlab.lab.questions import QUESTIONS as OF_LESSONS
from raftlab.lab.questions.inventory import INVENTORY

QUESTIONS = {question.id: question for question in INVENTORY} | OF_LESSONS


def held(row, variants):
    """For each question and choice of a row: in how many variants of the story its claim is true."""
    true = {id: [0] * len(claims) for id, claims in row.claims.items()}
    drawn = found = 0
    while found < variants:
        dice = Random(f"{row.name}/{drawn}")
        drawn += 1
        assert drawn <= 4 * variants, f"{row.name}: only {found} of {drawn - 1} variants are its story"
        run = row.variant(dice)
        if not row.given(run):
            continue
        found += 1
        for id, claims in row.claims.items():
            for place, claim in enumerate(claims):
                true[id][place] += bool(claim(run))
    return true


OFTEN = [pytest.param(row, 100, id=f"{row.name}-100", marks=pytest.mark.slow) for row in ROWS]
SOME_A_FEW_TIMES = [pytest.param(row, 10, id=f"{row.name}-10") for row in ROWS[::4]]


@pytest.mark.parametrize(("row", "variants"), SOME_A_FEW_TIMES + OFTEN)
def test_the_right_choice_is_right_in_all_variants_and_each_wrong_one_wrong_in_most(row, variants):
    for id, true in held(row, variants).items():
        choices = QUESTIONS[id].choices
        assert len(true) == len(choices), id
        for choice, times in zip(choices, true, strict=True):
            told = f"{id}: {choice.text!r} is so in {times} of {variants} variants of {row.name}"
            assert times == variants if choice.right else times < variants / 2, told


def test_every_question_is_held_by_runs_or_listed_with_the_reason():
    held_by_runs = {id for row in ROWS for id in row.claims}
    assert held_by_runs | set(NOT_BY_RUNS) == set(QUESTIONS)
    assert not held_by_runs & set(NOT_BY_RUNS)


def test_every_wrong_choice_is_looked_at_where_its_evidence_is():
    looked_at = {(question, story, tick) for question, story, tick, _ in EVIDENCE}
    shown = {
        (question.id, choice.story, choice.tick): choice.right
        for question in OF_LESSONS.values() for choice in question.choices if choice.story
    }  # fmt: skip
    assert {place for place, is_right in shown.items() if not is_right} <= looked_at <= set(shown)
