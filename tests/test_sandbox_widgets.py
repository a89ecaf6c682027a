"""The two widgets of lesson 09 without a browser: what they do, and what they show without a kernel."""

import pytest

from raftlab import ProveMeWrong, UserError, YouAre
from raftlab.lab.lab import Lab
from raftlab.lab.static import static

SAFETY = ("a leader", "always", "is the only leader of its term")


def labs(widget):
    """The players that a widget shows."""
    return [each for each in widget.shown.children if isinstance(each, Lab)]


def test_the_run_against_a_claim_opens_where_the_claim_fails_and_goes_when_there_is_none():
    widget = ProveMeWrong("a leader", "always", "is the only leader")
    assert labs(widget) == []
    verdict = widget.look()
    (lab,) = labs(widget)
    assert lab.tick == verdict.story.ticks
    assert not verdict.claim(lab.trace.at(lab.tick).views)
    assert "✕" in widget.told.value
    widget.what.value = SAFETY[2]
    widget.look()
    assert labs(widget) == []
    assert "✓" in widget.told.value
    assert not widget.ask.disabled


def test_what_can_be_said_follows_who_it_is_said_of():
    widget = ProveMeWrong()
    widget.who.value = "a committed entry"
    assert "is in every log" in widget.what.options
    assert "is the only leader" not in widget.what.options
    assert widget.claim.sentence.startswith("A committed entry is always ")


def test_a_claim_that_the_menus_do_not_have_is_told_before_anything_is_shown():
    with pytest.raises(UserError, match="is the king"):
        ProveMeWrong("a leader", "always", "is the king")


def test_nothing_is_said_about_an_answer_before_the_fog_lifts():
    you = YouAre("n3")
    you.fields["term"].value, you.fields["voted_for"].value, you.fields["reply"].value = 3, "n1", "yes"
    you.answer()
    assert (you.told.value, labs(you)) == ("", [])
    assert "Event 2" in you.seen.value
    you.lift_the_fog()
    assert "1 of 1 answers are what the rules say" in you.told.value
    (lab,) = labs(you)
    assert lab.trace.nodes == ("n1", "n2", "n3")
    assert you.give.disabled


def test_every_control_has_a_name_for_a_screen_reader():
    you, claim = YouAre("n3"), ProveMeWrong()
    menus = [claim.who, claim.how, claim.what, claim.begin, claim.crashes]
    for control in (*you.fields.values(), you.give, you.lift, *menus, claim.ask):
        assert control.description


def test_without_a_kernel_a_claim_keeps_its_answer_and_its_run():
    found = static(ProveMeWrong("a leader", "always", "is the only leader"))
    assert "<strong>A leader is always the only leader.</strong>" in found["html"]
    assert "This is false: n" in found["html"]
    assert len(found["bundles"]) == 1
    true = static(ProveMeWrong(*SAFETY))
    assert "Nothing contradicts it within 3 nodes" in true["html"]
    assert true["bundles"] == {}


def test_without_a_kernel_the_hand_played_node_keeps_its_first_event_and_the_whole_run():
    found = static(YouAre("n3"))
    assert "Event 1, at tick 2: you receive from n1 a request for your vote" in found["html"]
    assert len(found["bundles"]) == 1


def test_where_no_widget_can_be_shown_there_are_words():
    assert repr(ProveMeWrong(*SAFETY)) == "<prove me wrong: A leader is always the only leader of its term.>"
    assert repr(YouAre("n3")) == "<you are n3: 0 answers>"
