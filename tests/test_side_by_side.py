"""Runs side by side: the same scene under different rules, told without a screen, too."""

import pytest

from raftlab import UserError, draw_side_by_side, load, play, side_by_side
from raftlab.sim.stops import Ask

VARIANTS = [(), ("PreVote",), ("PreVote", "CheckQuorum")]


@pytest.fixture(scope="module")
def howard_abraham():
    return side_by_side("howard_abraham_2", VARIANTS)


def leader_at_the_end(trace):
    return [node for node, view in trace.at(trace.ticks).views.items() if view.role == "leader"]


def test_one_story_under_three_sets_of_extensions_ends_in_three_ways(howard_abraham):
    assert {name: leader_at_the_end(trace) for name, trace in howard_abraham.traces.items()} == {
        "plain Raft": ["n2"],
        "PreVote": ["n4"],  # which can commit nothing, and stays
        "PreVote + CheckQuorum": ["n2"],
    }
    assert howard_abraham.traces["PreVote"].at(300).views["n4"].commit_index < 3
    assert howard_abraham.traces["PreVote + CheckQuorum"].at(300).views["n2"].commit_index > 5


def test_runs_side_by_side_ask_nothing():
    assert any(isinstance(stop, Ask) for stop in load("cloudflare_cut").stops)
    both = side_by_side(["cloudflare_cut", "cloudflare_cut_writes"])
    assert not [
        stop for each in both.histories.values() for stop in each.story.stops if isinstance(stop, Ask)
    ]


def test_several_stories_stand_under_their_titles():
    both = side_by_side(["cloudflare_cut", "cloudflare_cut_writes"])

    assert list(both.traces) == [load(name).title for name in ("cloudflare_cut", "cloudflare_cut_writes")]


def test_where_no_widget_can_be_shown_a_picture_and_words_say_the_same(howard_abraham):
    found = howard_abraham._repr_mimebundle_()
    bundle = found[0] if isinstance(found, tuple) else found

    assert bundle["image/svg+xml"].startswith("<?xml")
    for name in howard_abraham.traces:
        assert "<desc>" in bundle["image/svg+xml"]
        assert name in bundle["image/svg+xml"]
        assert f"\n{name}. Roles and terms" in bundle["text/plain"]


def test_the_picture_has_a_band_for_each_run_and_one_legend(howard_abraham):
    figure = draw_side_by_side(howard_abraham.traces)

    titles = [ax.get_title(loc="left").partition(":")[0] for ax in figure.axes]
    assert titles == list(howard_abraham.traces)
    assert [ax.get_legend() for ax in figure.axes] == [None] * 3
    assert len(figure.legends) == 1


MISTAKES = [
    (lambda: side_by_side("howard_abraham_3"), "There is no story"),
    (lambda: side_by_side("cloudflare_cut", [("PreVotes",)]), "There is no extension"),
    (lambda: side_by_side("cloudflare_cut", ["PreVote"]), "A variant must be a set of extensions"),
    (lambda: side_by_side("cloudflare_cut", [()] * 7), "room for 1 to 6 runs, not 7"),
    (lambda: side_by_side("cloudflare_cut", tick=301), "The tick must be"),
    (lambda: draw_side_by_side([play(load("cloudflare_cut"))]), "by name"),
    (lambda: draw_side_by_side({"plain Raft": "cloudflare_cut"}), "This draws a trace, not a str"),
]


@pytest.mark.parametrize(("mistake", "sentence"), MISTAKES, ids=[sentence for _, sentence in MISTAKES])
def test_a_mistake_is_one_sentence(mistake, sentence):
    with pytest.raises(UserError, match=sentence):
        mistake()
