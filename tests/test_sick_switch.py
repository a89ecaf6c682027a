"""The switch of lesson 06: the learner makes it sick and repairs it, at the shown tick."""

import pytest

from raftlab import sick_switch


def leaders(bench, start):
    """The leaders from a tick on, one after the other."""
    trace = bench.lab.trace
    led = [
        (view.term, node)
        for tick in range(start, trace.ticks + 1)
        for node, view in trace.at(tick).views.items()
        if view.role == "leader"
    ]
    return [node for _, node in sorted(set(led))]


@pytest.mark.parametrize("writes", [False, True])
def test_while_it_is_well_nobody_is_deposed(writes):
    assert leaders(sick_switch(writes), 30) == ["n3"]


def test_when_it_loses_all_the_ends_lead_in_turn_while_nobody_writes():
    bench = sick_switch()
    bench.set(1.0)
    assert set(leaders(bench, 30)) == {"n1", "n3"}
    assert len(leaders(bench, 30)) >= 4


def test_with_a_client_that_writes_the_middle_wins():
    bench = sick_switch(writes=True)
    bench.set(1.0)
    assert leaders(bench, 30)[-1] == "n2"


def test_both_directions_fall_sick_together_and_get_well_together():
    bench = sick_switch()
    bench.set(0.9)
    assert bench.lab.trace.at(40).network["odd"] == {"n1>n3": {"loss": 0.9}, "n3>n1": {"loss": 0.9}}
    bench.lab.go(100)
    bench.set(0.0)
    assert not bench.lab.trace.at(110).network["odd"]
    assert bench.lab.trace.at(90).network["odd"], "the past stays as it was"


def test_the_button_says_what_is_true_at_the_shown_tick():
    bench = sick_switch()
    bench.how_sick.value = 0.5
    bench.switch.click()
    assert bench.switch.description == "repair the switch"
    assert "is sick and loses 50 %" in bench.said.value
    bench.lab.go(29)
    assert bench.switch.description == "make the switch sick"
    assert "works" in bench.said.value


def test_while_it_is_sick_another_choice_acts_at_once_and_while_it_is_well_it_waits():
    bench = sick_switch()
    bench.how_sick.value = 0.97
    assert bench.loss == 0.0
    bench.how_sick.value = 0.9
    bench.switch.click()
    bench.lab.go(200)
    bench.lab.go(30)
    bench.how_sick.value = 1.0
    assert bench.lab.trace.at(31).network["odd"]["n1>n3"] == {"loss": 1.0}
    assert [bench.loss, len(leaders(bench, 30)) >= 4] == [1.0, True]


def test_where_no_widget_can_be_shown_a_picture_and_words_say_the_same():
    found = sick_switch()._repr_mimebundle_()
    bundle = found[0] if isinstance(found, tuple) else found
    assert "<desc>" in bundle["image/svg+xml"]
    assert "n3 leads" in bundle["text/plain"]
