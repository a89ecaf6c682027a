"""The picture of a history: every operation is a bar, numbers show the order, and an operation that fits nowhere has a mark without colour."""

import os
import re
import subprocess
import sys

import pytest

from raftlab import UserError, check_linearizability, draw_operations, save_svg
from raftlab.draw import describe_operations
from raftlab.draw.bars import bars_of, moments
from raftlab.sim.operations import Operation

READ = [
    Operation("A", "write", "", 100, None, 0, 100),
    Operation("B", "read", "", None, 100, 25, 75),
    Operation("C", "read", "", None, 0, 30, 60),
]
STALE = [
    Operation("A", "write", "", 200, None, 0, 100),
    Operation("B", "read", "", None, 200, 10, 30),
    Operation("C", "read", "", None, 0, 40, 90),
]
OPEN = [Operation("A", "write", "", 1, None, 0, None), Operation("A", "read", "", None, 0, 10, 20)]


@pytest.fixture
def ax():
    from matplotlib.figure import Figure

    return Figure(figsize=(9, 4)).add_subplot()


def drawn(operations, ax, **options):
    verdict = check_linearizability(operations, "register")
    return draw_operations(verdict.operations, verdict.longest, verdict.stuck, ax=ax, **options)


def words_in(ax):
    """Every text of a picture: in its Axes and in its legend."""
    from matplotlib.text import Text

    return [text.get_text() for text in ax.findobj(Text) if text.get_text()]


def bars_in(ax):
    from matplotlib.patches import Polygon

    return [patch for patch in ax.patches if isinstance(patch, Polygon)]


# -- What is drawn ---------------------------------------------------------------------------------------


def test_a_yes_shows_every_operation_with_its_place_in_the_order(ax):
    words = words_in(drawn(READ, ax))

    assert len(bars_in(ax)) == 3
    assert {"write 100", "read → 100", "read → 0", "1", "2", "3"} <= set(words)
    assert "3 operations, in an order that fits" in words
    assert not [word for word in words if "✗" in word]


def test_a_no_shows_the_operation_that_fits_nowhere_by_more_than_colour(ax):
    words = words_in(drawn(STALE, ax))

    assert {"✗ read → 0", "✗ fits nowhere", "C: read → 0 fits nowhere"} <= set(words)
    assert [bool(bar.get_hatch()) for bar in bars_in(ax)] == [False, False, True]
    assert "3" not in words


def test_an_unanswered_operation_is_open_to_the_right_and_need_not_be_in_the_order(ax):
    words = words_in(drawn(OPEN, ax))

    unanswered, answered = bars_in(ax)
    assert len(unanswered.get_xy()) == len(answered.get_xy()) + 1  # the tip of an arrow
    assert unanswered.get_linestyle() != "-"
    assert {"write 1 → ?", "never answered: open", "not in the order"} <= set(words)


def test_a_client_that_went_on_without_an_answer_has_a_second_lane():
    assert [(bar.operation, bar.lane) for bar in bars_of(OPEN, None, None)] == [(OPEN[0], 0), (OPEN[1], 1)]
    one_by_one = [OPEN[1], OPEN[1]._replace(invoked=20, returned=30)]
    assert [bar.lane for bar in bars_of(one_by_one, None, None)] == [0, 0]


def test_every_moment_lies_within_its_operation_and_after_the_one_before():
    order = [READ[2], READ[0], READ[1]]
    when = moments(order)
    assert when == sorted(set(when))
    assert all(each.invoked < moment < each.returned for each, moment in zip(order, when, strict=True))


def test_only_what_happens_between_start_and_stop_is_drawn(ax):
    drawn(STALE, ax, start=35, stop=100)
    assert len(bars_in(ax)) == 2
    assert [label.get_text() for label in ax.get_yticklabels()] == ["A", "C"]


def test_words_stay_on_the_paper_and_off_each_other(ax):
    """If there is too little room, the words are left out, but not the bar."""
    many = [Operation("A", "write", "", number, None, 2 * number, 2 * number + 1) for number in range(60)]
    drawn(many, ax)
    assert len(bars_in(ax)) == 60
    assert not [word for word in words_in(ax) if word.startswith("write")]


def test_a_history_alone_has_no_order(ax):
    words = words_in(draw_operations(STALE, ax=ax))
    assert "3 operations" in words
    assert not {"1", "place in the order", "not in the order"} & set(words)


def test_an_operation_may_be_there_twice_and_hold_lists(ax):
    swap = Operation("A", "cas", "", [0, 0], True, 0, 0)
    numbers = [bar.number for bar in bars_of([swap, swap], [swap, swap], None)]
    assert numbers == [1, 2]
    draw_operations([swap, swap], [swap, swap], ax=ax)


def test_light_and_dark_pictures_say_the_same():
    from matplotlib import pyplot

    light, dark = (drawn(STALE, None, dark=dark) for dark in (False, True))
    assert light.get_label() == dark.get_label()
    assert words_in(light) == words_in(dark)
    assert light.figure.get_facecolor() != dark.figure.get_facecolor()
    pyplot.close("all")


# -- The same in words, and to the byte ------------------------------------------------------------------


def test_the_words_tell_the_history_the_order_and_what_fits_nowhere(ax):
    assert drawn(STALE, ax).get_label() == (
        "3 operations of A, B and C. A: write 200, ticks 0 to 100. B: read → 200, ticks 10 to 30. "
        "C: read → 0, ticks 40 to 90. The longest order that fits: 1. A: write 200, 2. B: read → 200. "
        "C: read → 0 fits nowhere."
    )
    assert describe_operations(OPEN, [OPEN[1]]) == (
        "2 operations of A. A: write 1 → ?, from tick 0 on, never answered. A: read → 0, ticks 10 to 20. "
        "An order that fits: 1. A: read → 0."
    )


def test_of_a_long_history_the_words_tell_the_beginning():
    many = [Operation("A", "write", "", number, None, 2 * number, 2 * number + 1) for number in range(60)]
    assert describe_operations(many).endswith("A: write 19, ticks 38 to 39. and 40 more.")


DRAW = """
import sys
from matplotlib.figure import Figure
from test_draw_operations import STALE, drawn
from raftlab import save_svg
save_svg(drawn(STALE, Figure().add_subplot()), sys.argv[1])
"""


@pytest.mark.slow
def test_two_processes_draw_the_same_bytes(tmp_path):
    for seed in ("1", "2"):
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": os.path.dirname(__file__)}
        subprocess.run([sys.executable, "-c", DRAW, tmp_path / f"{seed}.svg"], env=environment, check=True)
    assert (tmp_path / "1.svg").read_bytes() == (tmp_path / "2.svg").read_bytes()


def test_the_text_goes_into_the_file(ax, tmp_path):
    save_svg(drawn(STALE, ax), tmp_path / "history.svg")
    assert "The longest order that fits" in (tmp_path / "history.svg").read_text()


# -- Mistakes --------------------------------------------------------------------------------------------

MISTAKES = {
    "nothing": (lambda: draw_operations([]), "no operation to draw"),
    "a verdict": (lambda: draw_operations(check_linearizability(READ, "register")), "a list of Operations"),
    "an order of others": (lambda: draw_operations(READ, STALE), "is not (so often) among"),
    "an order with one twice": (lambda: draw_operations(READ, [READ[0], READ[0]]), "is not (so often) among"),
    "an order against time": (lambda: draw_operations(STALE, [STALE[2], STALE[1]]), "C: read → 0, ticks 40 to 90, comes"),
    "another one is stuck": (lambda: draw_operations(READ, stuck=STALE[2]), "is not among the operations"),
    "a start after the stop": (lambda: draw_operations(READ, start=50, stop=20), "comes after the stop"),
    "a time without anything": (lambda: draw_operations(READ, start=200, stop=300), "from tick 200 to 300"),
    "no axes": (lambda: draw_operations(READ, ax="here"), "Axes"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_answered_with_one_sentence(name):
    attempt, words = MISTAKES[name]
    with pytest.raises(UserError, match=re.escape(words)) as told:
        attempt()
    assert str(told.value).endswith(".")
