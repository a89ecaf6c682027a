"""No false alarm: three right solutions, written independently, get all points, rule by rule and whole."""

from pathlib import Path

import pytest
from answers import judged
from sample import a_few

from raftlab.checks.layers import run
from raftlab.exercises.answer.text import is_textbook, load
from raftlab.exercises.implement import implement
from raftlab.exercises.items import FIGURE_2
from raftlab.exercises.points import points_for
from raftlab.exercises.write_it import layers_of

STYLES = {path.stem: path.read_text() for path in sorted((Path(__file__).parent / "solutions").glob("*.py"))}


def test_there_are_three_of_them():
    assert list(STYLES) == ["iterative", "table_driven", "with_helpers"]


@pytest.mark.parametrize("style", a_few(STYLES))
@pytest.mark.parametrize("item", a_few(FIGURE_2))
def test_a_right_solution_in_another_style_gets_all_points(style, item):
    """Handler checks and stories; random runs and explorations judge all of its rules together, below."""
    made = implement(**{item: load(STYLES[style], item)})
    layers = [run(layer, made) for layer in layers_of(FIGURE_2[item])[:3]]
    assert [failure for layer in layers for failure in layer.failures] == []
    assert points_for(FIGURE_2[item], layers) == FIGURE_2[item].points


@pytest.mark.slow
@pytest.mark.parametrize("style", STYLES)
def test_a_whole_raft_in_another_style_gets_all_points(style):
    rules = "".join(f"    {item} = {item}\n" for item in FIGURE_2)
    verdict = judged("raft", f"from raftlab import Raft\n{STYLES[style]}\n\nclass Mine(Raft):\n{rules}")
    assert verdict.points == 40, repr(verdict)
    assert [layer.name for layer in verdict.layers][:4] == [
        "small situations",
        "handler checks",
        "scripted stories",
        "random runs",
    ]


def test_a_whole_class_must_write_every_rule_itself():
    verdict = judged(
        "raft",
        "from raftlab import Raft\nclass Mine(Raft):\n    def is_quorum(self, nodes): return len(nodes) > 1",
    )
    assert verdict.points < 1
    assert "save: 0 of 1, not written yet" in repr(verdict)


@pytest.mark.parametrize("style", STYLES)
def test_none_of_them_is_the_textbooks_text(style):
    """Where a rule has but one line, it is hard to write it otherwise."""
    same = [item for item in FIGURE_2 if is_textbook(STYLES[style], item, item)]
    assert len(same) <= 1
