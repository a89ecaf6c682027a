"""A Lab with two clusters: what is done to one of them happens in the other, too."""

from dataclasses import replace

import pytest

from raftlab import Raft, Story, UserError
from raftlab.checks.mutants import MUTANTS
from raftlab.checks.mutants.stories import STORIES
from raftlab.lab.two_clusters import StoryCell, TwoClusters

WRONG = MUTANTS["counts refusals"].node_class(())
QUIET = Story("quiet", "Nothing is done", nodes=3)


def both(story=QUIET):
    cell = StoryCell("def mine(", lambda story: f"def mine(): return {story.actions}")
    return TwoClusters(story, ("everything",), {"Wrong": WRONG, "Right": Raft}, cell)


@pytest.fixture
def told(monkeypatch):
    """The messages that Labs send to their pages."""
    told = []
    monkeypatch.setattr("ipywidgets.Widget.send", lambda _, content, buffers=None: told.append(content))
    return told


def played_by(other):
    """The actions in the run that the page gets."""
    return other["bundle"]["branches"][0]["story"]["actions"]


def test_a_deed_happens_in_both(told):
    lab = both()
    lab.time_out("n1")
    lab.time_out("n2")
    assert played_by(told[-1]["other"]) == [[0, "time_out", "n1"], [0, "time_out", "n2"]]
    wrong, right = lab.traces.values()
    assert [event.what for event in wrong.events[:2]] == [event.what for event in right.events[:2]]
    lab.undo()
    assert played_by(told[-1]["other"]) == [[0, "time_out", "n1"]]
    lab.redo()
    assert len(played_by(told[-1]["other"])) == 2


def test_both_are_simulated_equally_far_and_only_what_is_new_is_told(told):
    lab = both()
    lab.go(600)
    assert {trace.ticks for trace in lab.traces.values()} == {600}
    more = next(each["other"]["append"] for each in told if "other" in each)
    assert more["ticks"] == 600
    assert len(more["events"]) < len(lab.traces["Right"].events), (
        "what the page has already is not told again"
    )
    lab.go(10)
    assert "other" not in told[-1]


def test_another_branch_and_another_number_of_nodes_are_played_by_both(told):
    lab = both()
    lab.crash("n1")
    lab.select(0)
    assert played_by(told[-1]["other"]) == []
    lab.reset(nodes=5)
    assert told[-1]["other"]["bundle"]["nodes"] == ["n1", "n2", "n3", "n4", "n5"]


def flying(trace, tick):
    """The numbers of the messages that are on their way at a tick."""
    return {number for number, (_, _, _, _, sent, due, *_) in enumerate(trace.messages) if sent <= tick < due}


def test_what_the_other_nodes_cannot_do_is_told_in_a_sentence(told):
    """Two faulty nodes lead, so they have a message in flight that the correct nodes do not have. Undo brings the correct nodes back."""
    lab = both(
        Story("two", "Two candidates", nodes=3, actions=((0, "time_out", "n1"), (0, "time_out", "n2")))
    )
    wrong, right = lab.traces.values()
    tick, only = next(
        (tick, number)
        for tick in range(20, 200)
        for number in sorted(flying(wrong, tick) - flying(right, tick))
    )
    lab.go(tick)
    lab.drop(only)
    refusal = told[-1]["other"]["refusal"]
    assert refusal.startswith("Right cannot play this story: undo takes back what was done last.")
    assert refusal.endswith(f"Message {only} is not in flight at tick {tick}.")
    assert list(lab.traces) == ["Wrong"]
    assert refusal in str(lab.get_state("other"))
    with pytest.raises(UserError, match="Right cannot play this story"):  # it would be no proof
        lab.answer({"my_story": True})
    lab.undo()
    assert "bundle" in told[-1]["other"]


def test_a_view_that_comes_later_is_told_of_both():
    lab = both()
    lab.crash("n1")
    assert played_by(lab.answer({"all": True})["other"]) == [[0, "crash", "n1"]]
    assert played_by(lab.get_state("other")["other"]) == [[0, "crash", "n1"]]
    assert lab.get_state("other")["other"]["names"] == ["Wrong", "Right"]


def test_what_was_done_becomes_the_text_of_a_cell():
    lab = both()
    with pytest.raises(UserError, match="Nothing has been done yet"):
        lab.answer({"my_story": True})
    lab.crash("n2")
    told = lab.answer({"my_story": True})["story"]
    assert (told["cell"], told["text"]) == ("def mine(", "def mine(): return ((0, 'crash', 'n2'),)")
    assert lab.answer({"as_python": True})["python"] == told["text"], "which can be copied, too"


def test_where_no_widget_is_shown_both_are_told():
    words = both().words()
    assert "Wrong. " in words
    assert "Right. " in words
    assert "<svg" in both().still()["image/svg+xml"]


def test_a_deed_after_which_a_node_falls_over_is_told_with_its_place_in_a_story():
    """Nodes that do not check the previous entry raise an error when entries would leave a gap in their logs."""
    name = "the entry before is not checked"
    story, wrong = STORIES[name], MUTANTS[name].node_class(())
    *before, last = story.actions
    cell = StoryCell("def mine(", repr)
    lab = TwoClusters(
        replace(story, actions=tuple(before)), ("everything",), {"Wrong": wrong, "Right": Raft}, cell
    )
    tick, verb, *arguments = last
    request = {"do": verb, "args": arguments, "tick": tick, "branch": 0}
    with pytest.raises(UserError, match=r"Then a node falls over \(AssertionError\)") as refusal:
        lab.answer(request)
    assert str(refusal.value).endswith(f"In a story, this action is {last!r}.")
    assert len(lab.history.branches) == 1, "nothing has changed"
