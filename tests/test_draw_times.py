"""The picture of election times: each curve has its own name, dash and mark, and there is a description in words."""

import math
import os
import subprocess
import sys

import pytest

from raftlab import UserError
from raftlab.colors import DARK
from raftlab.draw import describe_election_times, draw_election_times, save_svg
from raftlab.draw.times import DASHES, MARKS
from raftlab.experiments import FIGURE_16

OURS = {"150-150 ms": [math.inf, math.inf], "150-155 ms": [90, 160, 290, 310], "12-24 ms": [20, 30, math.inf]}
PUBLISHED = {name: FIGURE_16[name].quantiles for name in OURS}


@pytest.fixture
def ax():
    from matplotlib.figure import Figure

    return Figure(figsize=(9, 5.6), layout="constrained").add_subplot()


def test_a_curve_reaches_the_share_of_elections_that_were_done(ax):
    draw_election_times(OURS, ax=ax)
    ends = [(line.get_xdata()[-1], line.get_ydata()[-1]) for line in ax.lines]
    assert ends == [(310, 1), (30, pytest.approx(2 / 3))]  # and none for a line that was given up


def test_published_times_are_marks_at_their_shares(ax):
    draw_election_times({}, PUBLISHED, "D. Ongaro, CC BY", ax=ax)
    for line, quantiles in zip(ax.lines, PUBLISHED.values(), strict=True):
        assert dict(zip(line.get_ydata(), line.get_xdata(), strict=True)) == quantiles


def test_the_legend_names_every_line_and_says_what_lines_and_marks_are_and_whose(ax):
    draw_election_times(OURS, PUBLISHED, "D. Ongaro, CC BY", ax=ax)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [
        "150-150 ms (all given up)", "150-155 ms", "12-24 ms", "line: simulated",
        "mark: published, D. Ongaro, CC BY",
    ]  # fmt: skip


def test_ten_lines_are_told_apart_without_colour(ax):
    draw_election_times({name: [10, 20] for name in FIGURE_16}, ax=ax)
    looks = [(handle.get_linestyle(), handle.get_marker()) for handle in ax.get_legend().legend_handles]
    assert len({mark for _, mark in looks}) == len(MARKS)
    pairs = {(place % len(DASHES), place % len(MARKS)) for place in range(len(FIGURE_16))}
    assert len(pairs) == len(FIGURE_16)


def test_dark_is_light_on_dark(ax):
    from matplotlib.colors import to_hex

    draw_election_times(OURS, ax=ax, dark=True)
    assert to_hex(ax.get_facecolor()) == DARK.paper
    assert {to_hex(text.get_color()) for text in ax.get_legend().get_texts()} == {DARK.ink}


def test_no_text_is_cut_off_and_the_legend_covers_nothing(ax):
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    draw_election_times({name: [10, 600_000] for name in FIGURE_16}, PUBLISHED, "D. Ongaro, CC BY", ax=ax)
    canvas = FigureCanvasAgg(ax.figure)
    canvas.draw()
    legend = ax.get_legend().get_window_extent()
    width, height = canvas.get_width_height()
    assert legend.x0 >= 0
    assert legend.y0 >= 0
    assert legend.x1 <= width
    assert legend.y1 <= ax.xaxis.label.get_window_extent().y0 < height


def test_the_words_say_what_the_picture_shows(ax):
    draw_election_times(OURS, PUBLISHED, "D. Ongaro, CC BY", ax=ax)
    told = ax.get_label()
    assert told == describe_election_times(OURS, PUBLISHED, "D. Ongaro, CC BY")
    assert "150-150 ms: 2 elections, 2 given up, published (D. Ongaro, CC BY): none within 13.8 s" in told
    assert "150-155 ms: 4 elections, half within 160 ms, all within 310 ms" in told
    assert "12-24 ms: 3 elections, half within 30 ms, 1 given up" in told
    assert "half within 287 ms, 90 % within 610 ms" in told


def test_two_processes_draw_the_same_bytes(tmp_path):
    code = (
        "import sys; from matplotlib.figure import Figure; from raftlab.draw import *; "
        "save_svg(draw_election_times({'a': [10, 20], 'b': [30]}, ax=Figure().add_subplot()), sys.argv[1])"
    )
    for seed in ("1", "2"):
        place = str(tmp_path / f"{seed}.svg")
        subprocess.run(
            [sys.executable, "-c", code, place], env=os.environ | {"PYTHONHASHSEED": seed}, check=True
        )
    assert (tmp_path / "1.svg").read_bytes() == (tmp_path / "2.svg").read_bytes()


def test_its_svg_is_read_aloud(ax, tmp_path):
    save_svg(draw_election_times(OURS, ax=ax), tmp_path / "times.svg")
    assert "<title>Share of elections done within a time.</title>" in (tmp_path / "times.svg").read_text()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (({},), "Give the times as"),
        (([1, 2],), "Give the times as"),
        (({"a": []},), "The line 'a' has no times"),
        (({"a": "fast"},), "The line 'a' has no times"),
        (({"a": [0]},), "A time must be a number of milliseconds above 0, not 0"),
        (({"a": [1]}, {"a": {0.5: "x"}}), "A time must be a number of milliseconds above 0, not 'x'"),
        (({"a": [1]}, None, "", "canvas"), "ax must be Axes of matplotlib"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_a_sentence(wrong, sentence):
    with pytest.raises(UserError, match=sentence):
        draw_election_times(*wrong)
