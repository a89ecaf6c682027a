"""An answer whose nodes never come to an end has its verdict soon, too: how much is tried depends on what nodes do, never on a clock."""

import pytest
from wrong_answers import CENTRAL, text

from raftlab import Raft, implement
from raftlab.checks.layers import Layer, Work, run
from raftlab.checks.random_runs import RUNS
from raftlab.checks.scenes.scripted import SCENES
from raftlab.checks.scenes.staging import PATIENCE
from raftlab.exercises.answer.text import load
from raftlab.exercises.items import FIGURE_2
from raftlab.exercises.write_it import BUDGET, checked, layers_of


def nodes(item, title):
    """Nodes with one wrong rule."""
    return implement(**{item: load(text(item, CENTRAL[item][title]), item)})


def test_when_one_run_has_failed_and_many_steps_are_done_the_rest_is_not_played():
    told = []
    runs = run(
        Layer("random runs", RUNS[:5]),
        nodes("on_request_vote", "always refuses"),
        tell=told.append,
        budget=300,
    )
    assert len(runs.failures) == len(runs.checks) == 3
    assert runs.counted() == "3 of 3 fail; the other 2 would take too long"
    assert sum(told) == 5  # the progress bar comes to its end


def test_as_long_as_no_run_fails_all_are_played():
    runs = run(Layer("random runs", RUNS[:3]), Raft, budget=1)
    assert runs.counted() == "all 3 pass"


def test_correct_nodes_take_fewer_steps_than_there_may_be():
    layers = [
        layer for layer in layers_of(FIGURE_2["on_tick"]) if layer.name in ("scripted stories", "random runs")
    ]
    for layer in layers:
        work = Work()
        run(layer, work.counting(Raft))
        assert 1_000 < work.steps < 0.6 * BUDGET


def test_the_run_of_a_failure_does_not_show_for_how_long_a_goal_is_missed_after_the_mistake():
    failures = run(Layer("scripted stories", SCENES[:3]), nodes("on_request_vote", "always refuses")).failures
    assert failures
    assert all(each.tick <= each.story.ticks < PATIENCE for each in failures)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("item", "title"),
    [
        ("on_append_entries_reply", "sends again, and steps not back"),
        ("on_tick", "does nothing"),
        ("campaign", "is no candidate"),
    ],
)
def test_nodes_that_elect_nobody_or_send_the_same_for_ever_are_judged_in_a_bounded_number_of_steps(
    item, title
):
    work = Work()
    layers = checked(FIGURE_2[item], work.counting(nodes(item, title)))
    assert any(layer.untried for layer in layers)
    assert work.steps < 6 * BUDGET
