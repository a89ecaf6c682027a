"""The picture of how large explorations are."""

import pytest
from matplotlib.colors import to_hex

from raftlab import Raft, UserError, explore
from raftlab.colors import DARK
from raftlab.draw.explorations import describe_explorations, draw_explorations


@pytest.fixture(scope="module")
def found():
    return {f"terms up to {last}": explore(Raft, max_term=last, entries=0) for last in (1, 2)}


def test_every_number_stands_at_its_bar_and_in_the_words(found):
    ax = draw_explorations(found)
    written = {text.get_text() for text in ax.texts}
    told = describe_explorations(found)
    assert ax.get_label() == told
    for each in found.values():
        for number in (each.distinct, each.generated, each.calls):
            assert f"{number:,}" in written
            assert f"{number:,} " in told
    assert [label.get_text() for label in ax.get_yticklabels()] == list(found)


def test_bars_are_told_apart_without_colour_and_the_legend_names_them(found):
    ax = draw_explorations(found, dark=True)
    assert len({bars.patches[0].get_hatch() for bars in ax.containers}) == 3
    assert [text.get_text() for text in ax.figure.legends[0].get_texts()] == [
        "different states", "transitions out of them", "times that code of a node ran",
    ]  # fmt: skip
    assert to_hex(ax.get_facecolor()) == DARK.paper


@pytest.mark.parametrize("wrong", [{}, [1], {"one": 3}])
def test_what_is_no_exploration_is_refused_in_a_sentence(wrong):
    with pytest.raises(UserError, match="exploration"):
        draw_explorations(wrong)
