"""Two observers, two verdicts: whether a node is suspected depends on the messages that arrive, and not on what is true."""

import re
from itertools import pairwise

import pytest

from raftlab import Cluster, Story, UserError, load
from raftlab.draw import describe_detectors, draw_detectors, save_svg
from raftlab.draw.detectors import Verdict, disagreements, verdicts


def trace_of(story, ticks=None):
    cluster = Cluster(story)
    cluster.tick(story.ticks if ticks is None else ticks)
    return cluster.trace


@pytest.fixture(scope="module")
def two():
    """n1 leads; what it says to n3 takes 22 ticks from tick 30 on; it crashes at tick 80."""
    return trace_of(load("two_verdicts"))


def calm(*actions, nodes=3, ticks=100):
    """n1 leads from tick 3 on, and every message takes one tick."""
    story = Story("calm", "Calm", nodes=nodes, ticks=ticks, goals=(), actions=(
        (0, "set_network", (1, 1)), (1, "time_out", "n1"), *actions))  # fmt: skip
    return trace_of(story)


@pytest.fixture
def ax():
    from matplotlib.figure import Figure

    return Figure(figsize=(8, 4)).add_subplot()


def words_in(ax):
    from matplotlib.text import Text

    return [text.get_text() for text in ax.findobj(Text) if text.get_text()]


# -- Verdicts -----------------------------------------------------------------------------------------


def test_two_observers_disagree_about_one_node_while_both_are_right_about_what_they_heard(two):
    found = verdicts(two, "n1", 15, 0, two.ticks)
    assert found["n2"] == [Verdict(0, 93, "trusts"), Verdict(93, 130, "suspects")]
    assert found["n3"] == [Verdict(0, 43, "trusts"), Verdict(43, 54, "suspects"),
                           Verdict(54, 114, "trusts"), Verdict(114, 130, "suspects")]  # fmt: skip
    assert two.view("n1", 50).role == "leader", "n3 suspects a node that runs, and leads"
    assert two.view("n1", 100).status == "crashed", "n3 trusts a node that is dead"
    assert disagreements(found) == [(43, 54), (93, 114)]


def test_nobody_is_told_of_a_crash_each_finds_out_by_silence():
    found = verdicts(calm((50, "crash", "n1")), "n1", 15, 0, 100)
    last_word = 50 - (50 - 7) % 5 + 1  # heartbeats at 7, 12, ..., one tick on the way
    for node in ("n2", "n3"):
        assert found[node][0] == Verdict(0, last_word + 15, "trusts")


def test_a_node_that_is_heard_in_time_is_never_suspected():
    assert {verdict.what for said in verdicts(calm(), "n1", 6, 0, 100).values() for verdict in said} == {
        "trusts"
    }


def test_a_shorter_timeout_suspects_a_node_that_only_is_slow():
    """There is no right timeout: if it is too short, running nodes are suspected; if it is too long, crashed nodes are trusted."""
    calm_trace = calm()
    assert any(verdict.what == "suspects" for verdict in verdicts(calm_trace, "n1", 4, 0, 100)["n2"])
    crashed = calm((50, "crash", "n1"))
    since = [verdicts(crashed, "n1", timeout, 0, 100)["n2"][-1].since for timeout in (6, 15, 30)]
    assert since == sorted(since)
    assert since[0] < since[-1]


def test_an_observer_that_is_down_has_no_verdict_and_waits_anew_when_it_is_back():
    trace = calm((30, "pause", "n2"), (40, "cut", "n1", "n2"), (60, "resume", "n2"))
    found = verdicts(trace, "n1", 15, 0, 100)["n2"]
    assert Verdict(30, 60, "paused") in found
    later = [verdict for verdict in found if verdict.since >= 60]
    assert later[0].what == "trusts", "it has just begun to wait"
    assert later[0].until >= 75


@pytest.mark.parametrize(("start", "stop"), [(0, 130), (35, 60), (50, 50), (100, 130)])
def test_verdicts_have_no_gaps_and_two_neighbours_never_say_the_same(two, start, stop):
    for said in verdicts(two, "n1", 15, start, stop).values():
        if start == stop:
            assert said == []
            continue
        assert (said[0].since, said[-1].until) == (start, stop)
        assert all(
            one.until == other.since and one.what != other.what and one.since < one.until
            for one, other in pairwise(said)
        )


# -- In words -----------------------------------------------------------------------------------------


def test_the_words_say_who_suspects_when_and_what_is_true_then(two):
    assert describe_detectors(two) == (
        "Who suspects n1 after 15 ticks without a word, ticks 0 to 130. n1 is crashed from tick 80 on. "
        "n2 suspects it from tick 93 on, when it is crashed. "
        "n3 suspects it from tick 43 to 54, when it is running; suspects it from tick 114 on, when it is crashed. "
        "They disagree from tick 43 to 54 and from tick 93 to 114."
    )


def test_the_words_tell_of_observers_that_are_down_and_of_agreement():
    told = describe_detectors(calm((40, "crash", "n3"), (60, "restart", "n3")))
    assert "n3 is crashed from tick 40 to 60" in told
    assert told.endswith("They never disagree.")


# -- The picture --------------------------------------------------------------------------------------


def test_every_message_that_arrives_is_a_stroke_on_the_row_of_its_receiver(two, ax):
    draw_detectors(two, ax=ax)
    strokes = {int(line.get_ydata()[0]): list(line.get_xdata())
               for line in ax.lines if line.get_marker() == "|" and len(line.get_xdata())}  # fmt: skip
    for row, node in ((1, "n2"), (2, "n3")):
        assert strokes[row] == [event.tick for event in two.events if event.what == "deliver" and event.node == node
                                and two.messages[event.detail][1] == "n1"]  # fmt: skip


def test_what_is_suspected_is_told_without_colour(two, ax):
    """A hatched band with words for a suspicion, a plain line for trust, a thick one for what is true."""
    from matplotlib.patches import Rectangle

    draw_detectors(two, ax=ax)
    bands = [patch for patch in ax.patches if isinstance(patch, Rectangle) and patch.get_hatch()]
    assert sorted((band.get_x(), band.get_x() + band.get_width()) for band in bands) == [
        (43, 54), (93, 130), (114, 130)]  # fmt: skip
    words = words_in(ax)
    assert words.count("suspects n1") + words.count("?") == 3
    assert {"n1 itself", "n2", "n3", "✕ crashed"} <= set(words)


@pytest.mark.parametrize("dark", [False, True])
def test_the_legend_explains_every_sign_and_stays_below_the_picture(two, dark):
    ax = draw_detectors(two, dark=dark)
    figure = ax.figure
    figure.canvas.draw()
    legend = ax.get_legend()
    assert [text.get_text() for text in legend.get_texts()] == [
        "a message from n1 arrives", "trusts n1", "? suspects n1: silent for 15 ticks", "n1 is running",
        "‖ paused (no line: ✕ crashed)", "background: they disagree",
    ]  # fmt: skip
    box = legend.get_window_extent()
    assert box.y1 < ax.xaxis.label.get_window_extent().y0
    assert box.x1 <= figure.bbox.x1
    assert box.y0 >= figure.bbox.y0


@pytest.mark.parametrize("width", [4, 16])
def test_words_in_a_band_stay_inside_it(two, width):
    from matplotlib.figure import Figure

    ax = draw_detectors(two, ax=Figure(figsize=(width, 4)).add_subplot())
    ax.figure.canvas.draw()
    bands = [patch.get_window_extent() for patch in ax.patches if patch.get_hatch()]
    for text in ax.texts:
        if text.get_text() in ("suspects n1", "?"):
            box = text.get_window_extent()
            assert any(band.x0 <= box.x0 and box.x1 <= band.x1 for band in bands), text.get_text()


def test_the_label_says_in_words_what_is_drawn(two, ax):
    assert draw_detectors(two, ax=ax).get_label() == describe_detectors(two)


def test_the_headline_counts_the_ticks_of_disagreement(two, ax):
    assert draw_detectors(two, ax=ax).get_title(loc="left") == "Is n1 alive? For 32 ticks the others disagree"
    assert "All agree" in draw_detectors(calm(), ax=ax).get_title(loc="left")


def test_two_drawings_of_one_trace_are_the_same_to_the_byte(two, tmp_path):
    from matplotlib.figure import Figure

    for name in ("one.svg", "other.svg"):
        save_svg(draw_detectors(two, ax=Figure().add_subplot()), tmp_path / name)
    one, other = sorted(tmp_path.iterdir())
    assert one.read_bytes() == other.read_bytes()


MISTAKES = [
    (lambda trace: draw_detectors(trace, "n4"), "There is no node 'n4'."),
    (lambda trace: draw_detectors(trace, "n1", 0), "The timeout must be a whole number of at least 1, not 0."),
    (lambda trace: draw_detectors(trace, "n1", 2.5), "The timeout must be a whole number of at least 1, not 2.5."),
    (lambda trace: draw_detectors(trace, start=9, stop=3), "The start (tick 9) comes after the stop (tick 3)"),
    (lambda trace: draw_detectors(trace, stop=999), "The stop must be a whole number from 0 to 130"),
    (lambda trace: draw_detectors(Cluster(nodes=3)), "It has one: give its .trace."),
    (lambda trace: draw_detectors(trace, ax="here"), "ax must be Axes of matplotlib"),
    (lambda trace: describe_detectors(trace, 1), "There is no node 1."),
]  # fmt: skip


@pytest.mark.parametrize(("mistake", "sentence"), MISTAKES, ids=[sentence for _, sentence in MISTAKES])
def test_a_mistake_is_one_sentence(two, mistake, sentence):
    with pytest.raises(UserError, match=re.escape(sentence)):
        mistake(two)
