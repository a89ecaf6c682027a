"""Nodes that would go on for ever are judged soon, too: how much is tried depends on what nodes do, never on a clock."""

import pytest
from wrong_answers import CENTRAL, text

from raftlab import Raft, implement
from raftlab.checks.layers import Layer, Work, run
from raftlab.checks.random_runs import RUNS
from raftlab.checks.scenes.scripted import SCENES
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


def test_how_long_a_goal_is_missed_is_not_waited_for_again_to_explain_the_mistake():
    wrong = nodes("on_request_vote", "always refuses")
    briefly, explained = Work(), Work()
    assert SCENES[0].brief(briefly.counting(wrong)) is not None
    assert SCENES[0].run(explained.counting(wrong)).rule == "RV-2"
    assert explained.steps < 1.5 * briefly.steps


@pytest.mark.slow
@pytest.mark.parametrize(
    ("item", "title"),
    [
        ("on_append_entries_reply", "sends again, and does not step back"),
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
