"""The picture of an outage: two views of one run, published facts apart from simulated ones, and a description in words."""

import os
import subprocess
import sys
from itertools import combinations
from types import SimpleNamespace

import pytest

from raftlab import UserError
from raftlab.colors import DARK
from raftlab.draw import describe_outage, draw_outage

PUBLISHED = {"success_rate": 0.75, "slowdown": 80, "impact": 65}


def happening(minute, kind, about=""):
    return SimpleNamespace(
        minute=minute, kind=kind, about=about, sentence=lambda: f"Minute {minute}: {kind} {about}."
    )


def made_up(**changes):
    """A run as plain data: the drawing must not need the model."""
    run = {
        "minutes": [1.0, 2.0, 3.0, 60.0, 120.0],
        "success_rate": [1.0, 0.9, 0.6, 0.6, 1.0],
        "latency": [2.0, 2.0, 50.0, 50.0, 2.0],
        "leaders": [(0.0, 1.1, "n3"), (1.1, 1.2, None), (1.2, 120.0, "n2")],
        "events": [
            happening(1.2, "promoted", "large"),
            happening(30, "measures"),
            happening(60, "rebuilt", "large"),
        ],
        "fault": (1.0, 3.0),
        "summary": lambda: ["It was bad."],
    }
    return SimpleNamespace(**run | changes)


@pytest.fixture
def figure():
    from matplotlib.figure import Figure

    return Figure(figsize=(11, 7.4), layout="constrained")


def words_in(figure):
    from matplotlib.text import Text

    return [text.get_text() for text in figure.findobj(Text) if text.get_text()]


def legend_of(figure):
    return [text.get_text() for text in figure.legends[0].get_texts()]


def test_the_curves_are_the_run_s_in_minutes_and_in_hours(figure):
    draw_outage(made_up(), figure=figure)
    for row, values in ((1, [100, 100, 90, 60, 60, 100]), (2, [1, 1, 1, 25, 25, 1])):
        for column, scale in ((0, 1), (1, 60)):
            line = max(figure.axes[2 * row + column].lines, key=lambda line: len(line.get_xdata()))
            assert list(line.get_ydata()) == values
            assert list(line.get_xdata()) == [minute / scale for minute in (0, 1, 2, 3, 60, 120)]


def test_each_leader_has_a_lane_and_nobody_has_one_too(figure):
    draw_outage(made_up(), figure=figure)
    lanes = [text.get_text() for text in figure.axes[0].get_yticklabels()]
    assert lanes == ["n1", "n2", "n3", "nobody leads", "large databases", "people"]
    bars = [(lanes[round(bar.get_y() + bar.get_height() / 2)], bar.get_x(), bar.get_width())
            for bar in figure.axes[0].patches if bar.get_height() < 1]  # fmt: skip
    assert bars == [
        ("n3", 0, 1.1), ("nobody leads", 1.1, pytest.approx(0.1)), ("n2", 1.2, pytest.approx(118.8)),
    ]  # fmt: skip


def test_the_fault_is_shaded_in_every_panel_and_only_where_there_is_one(figure):
    draw_outage(made_up(fault=None), figure=figure)
    assert "the switch is sick" not in legend_of(figure)
    figure.clear()
    draw_outage(made_up(), figure=figure)
    assert "the switch is sick" in legend_of(figure)
    for ax, end in zip(figure.axes, (3, 3 / 60) * 3, strict=True):
        assert end in [pytest.approx(patch.get_x() + patch.get_width()) for patch in ax.patches]


def test_published_numbers_are_lines_of_their_own_that_say_so(figure):
    draw_outage(made_up(), PUBLISHED, figure=figure)
    assert "published: 75 % (not fitted)" in words_in(figure)
    assert "published: 80 times (not fitted)" in words_in(figure)
    assert words_in(figure).count("published: 1 h 5 min of impact (not fitted)") == 1
    (impact,) = [line for line in figure.axes[3].lines if line.get_marker() == "|"]
    assert list(impact.get_xdata()) == [2 / 60, 67 / 60], "from when it is first felt, in hours"
    dashed = [line for ax in figure.axes for line in ax.lines if list(line.get_xdata()) == [0, 1]]
    assert sorted(line.get_ydata()[0] for line in dashed) == [75, 75, 80, 80]
    figure.clear()
    draw_outage(made_up(), figure=figure)
    assert not [word for word in words_in(figure) if "published" in word]


def test_the_legend_names_what_is_there_and_no_two_signs_need_colour(figure):
    draw_outage(made_up(), PUBLISHED, figure=figure)
    assert legend_of(figure) == [
        "the switch is sick", "it leads etcd", "nobody leads: etcd can only be read", "a replica is promoted",
        "a replica is back", "people help", "replicas are rebuilt", "simulated",
    ]  # fmt: skip
    handles = figure.legends[0].legend_handles
    marks = [handle.get_marker() for handle in handles if getattr(handle, "get_marker", None)]
    assert [mark for mark in marks if mark != "None"] == ["v", "^", "D"]
    assert handles[2].get_hatch()
    figure.legends.clear()
    figure.clear()
    draw_outage(made_up(events=[]), figure=figure)
    assert legend_of(figure)[3:] == ["simulated"]


def test_the_left_side_shows_the_part_that_is_asked_for(figure):
    draw_outage(made_up(), zoom=(10, 20), figure=figure)
    start, end = figure.axes[0].get_xlim()
    assert 9.5 < start < 10 < 20 < end < 20.5
    figure.clear()
    draw_outage(made_up(), figure=figure)
    assert figure.axes[0].get_xlim()[1] == pytest.approx(4, abs=0.1), "the fault, and a minute more"


@pytest.mark.parametrize("dark", [False, True])
def test_no_text_is_cut_off_and_no_two_overlap(figure, dark):
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.colors import to_hex

    draw_outage(made_up(), PUBLISHED, figure=figure, dark=dark)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    width, height = canvas.get_width_height()
    texts = [*figure.legends[0].get_texts()]
    for ax in figure.axes:
        texts += [ax.xaxis.label, ax._left_title, *ax.texts]
        for axis, (low, high) in ((ax.xaxis, ax.get_xlim()), (ax.yaxis, sorted(ax.get_ylim()))):
            texts += [tick.label1 for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high]
    boxes = [
        (text.get_text(), text.get_window_extent())
        for text in texts
        if text.get_text() and text.get_visible()
    ]
    assert len(boxes) > 40
    for words, box in boxes:
        assert 0 <= box.x0 < box.x1 <= width, words
        assert 0 <= box.y0 < box.y1 <= height, words
    for (words, box), (others, other) in combinations(boxes, 2):
        assert not box.overlaps(other), f"{words} covers {others}"
    if dark:
        assert to_hex(figure.get_facecolor()) == DARK.paper
        assert {to_hex(text.get_color()) for text in figure.legends[0].get_texts()} == {DARK.ink}


def test_the_words_say_what_the_picture_shows(figure):
    draw_outage(made_up(), PUBLISHED, figure=figure)
    told = figure.axes[0].get_label()
    assert told == describe_outage(made_up(), PUBLISHED)
    assert told == (
        "An outage against time, simulated. It was bad. Minute 1.2: promoted large. Minute 30: measures . "
        "Minute 60: rebuilt large. Published beside it, and not fitted: success rate 75%, 80 times as slow, 1 h 5 min of impact."
    )


@pytest.mark.slow
def test_the_bytes_are_the_same_with_any_hash_seed(tmp_path):
    code = (
        "import sys; sys.path.insert(0, 'tests'); from test_draw_outage import *; from raftlab.draw import save_svg; from matplotlib.figure import Figure\n"
        "save_svg(draw_outage(made_up(), PUBLISHED, figure=Figure(figsize=(11, 7.4))), sys.argv[1], 'An outage.')"
    )
    for seed in ("1", "2"):
        subprocess.run([sys.executable, "-c", code, tmp_path / f"{seed}.svg"], check=True,
                       env=os.environ | {"PYTHONHASHSEED": seed})  # fmt: skip
    assert (tmp_path / "1.svg").read_bytes() == (tmp_path / "2.svg").read_bytes()


def test_without_a_figure_one_is_made_that_a_notebook_shows():
    from matplotlib import pyplot

    figure = draw_outage(made_up())
    assert figure.number in pyplot.get_fignums()
    pyplot.close(figure)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: draw_outage("bad"), r"draw_outage draws the result of ControlPlane\(\)\.run\(\), not a str"),
        (lambda: draw_outage(made_up(minutes=[], success_rate=[], latency=[])), "has no curves to draw"),
        (lambda: draw_outage(made_up(latency=[1.0])), "its lists have 1 and 5 points"),
        (lambda: draw_outage(made_up(), {"slow": 80}), "Published numbers must be like"),
        (lambda: draw_outage(made_up(), 80), "Published numbers must be like"),
        (
            lambda: draw_outage(made_up(), zoom=(5, 2)),
            r"zoom must be \(start, end\) in minutes, between 0 and 120",
        ),
        (lambda: draw_outage(made_up(), zoom="all"), r"zoom must be \(start, end\)"),
        (lambda: draw_outage(made_up(), figure="here"), "figure must be a Figure of matplotlib"),
    ],
)
def test_a_mistake_is_told_in_one_sentence(call, sentence):
    with pytest.raises(UserError, match=sentence):
        call()
