"""One node is played by hand: the player sees only this node, and is judged rule by rule at the end."""

import pytest

from raftlab import UserError, load, play
from raftlab.checks.by_hand.judge import HandPlayed, by_the_rules


def to_the_end(game, answer=by_the_rules):
    while game.situation:
        game.answer(**answer(game))
    return game


@pytest.fixture(scope="module")
def right():
    return to_the_end(HandPlayed(load("you_are_n3")))


def test_playing_by_the_rules_is_always_right_and_the_run_is_as_without_a_player(right):
    assert right.right == len(right.judged) == len(right.moves)
    assert [each.did for each in right.judged if not each.right] == []
    assert right.run == right.story
    by_hand, without = play(right.run, node_class=right.node_class), play(right.story)
    for tick in range(right.story.ticks):
        assert by_hand.at(tick).views == without.at(tick).views


def test_the_scene_asks_for_most_rules_of_a_follower_and_of_a_candidate(right):
    rules = {each.rule for each in right.judged}
    assert rules >= {"RV-2", "AE-1", "AE-2", "AE-3", "AE-4", "AE-5", "CA-1", "CA-2"}
    assert len(right.judged) <= 20, "heartbeats that change nothing are not asked again and again"


def test_in_the_fog_only_the_node_itself_and_its_message_are_seen():
    situation = HandPlayed(load("you_are_n3")).situation
    assert (
        situation.event
        == "you receive from n1 a request for your vote in term 3, from a log that ends with entry 2 of term 2"
    )
    assert situation.state == "follower, term 1, not voted in it; log 1:x=1 1:x=9; commit index 0"
    assert situation.asked == ("term", "role", "voted_for", "reply")


def test_an_answer_is_judged_by_the_rule_that_decides_and_carried_out_all_the_same():
    game = HandPlayed(load("you_are_n3"))
    game.answer(term=3, voted_for="n1", reply="yes")
    twice = game.answer(voted_for="n2", reply="yes")
    assert not twice.right
    assert twice.rule == "RV-2"
    assert "reply yes" in twice.did
    assert "reply no" in twice.should
    report = "\n".join(game.report())
    assert "✓ tick 2" in report
    assert "✕ tick 4" in report
    assert (
        "You: term 3, role follower, vote n2, reply yes. The rules say: term 3, role follower, vote n1, reply no."
        in report
    )
    assert (
        "A node votes once in each term, for the first candidate that asks and whose log is at least as up to date as its own. (RV-2, 5.2, 5.4)"
        in report
    )
    to_the_end(game)
    trace = play(game.so_far, node_class=game.node_class)
    assert trace.broken()["P1"][1].startswith("n1 and n2 both became leader of term 3")


WRONG = [
    ({"reply": "yes"}, "ALL-2", "a later term is not adopted"),
    ({"term": 3, "reply": "no"}, "UTD", "a good candidate is refused"),
    ({"term": 3, "voted_for": "n1"}, "RV-2", "a vote is given and not sent"),
    ({"term": 3, "reply": "yes"}, "RV-2", "a vote is sent and not kept"),
    ({"term": 3, "voted_for": "n2", "reply": "yes"}, "RV-2", "one is told, another is kept"),
    ({"term": 0, "voted_for": "n1", "reply": "yes"}, "ST-P1", "the term goes back"),
]


@pytest.mark.parametrize(("fields", "rule", "why"), WRONG, ids=[each[2] for each in WRONG])
def test_a_wrong_answer_names_its_rule(fields, rule, why):
    judged = HandPlayed(load("you_are_n3")).answer(**fields)
    assert (judged.right, judged.rule) == (False, rule), why


def test_storing_what_must_be_refused_ends_in_two_logs_that_disagree_and_is_found():
    def takes_everything(game):
        fields = by_the_rules(game)
        if "log" in fields:
            fields |= {"log": "as the message says", "reply": "yes"}
        return fields

    game = to_the_end(HandPlayed(load("you_are_n3")), takes_everything)
    first = next(each for each in game.judged if not each.right)
    assert first.rule == "AE-2"
    assert game.right < len(game.judged)


def test_a_node_that_does_nothing_is_told_so_at_every_event_and_hurts_nobody():
    game = to_the_end(HandPlayed(load("you_are_n3")), lambda game: {})
    assert game.right == 0
    assert play(game.so_far, node_class=game.node_class).broken() == {}


MISTAKES = [
    (lambda game: game.answer(vote="n1"), "There is no thing to answer with 'vote'"),
    (lambda game: game.answer(reply="perhaps"), "perhaps"),
    (lambda game: game.answer(voted_for="n9"), "n9"),
    (lambda game: game.answer(term=-1), "The term must be a whole number"),
    (lambda game: game.answer(commit_index=1), "commit_index"),
    (lambda game: HandPlayed(load("you_are_n3"), "n4"), "n4"),
]


@pytest.mark.parametrize(("mistake", "sentence"), MISTAKES)
def test_a_mistake_is_answered_in_a_sentence_and_nothing_is_lost(mistake, sentence):
    game = HandPlayed(load("you_are_n3"))
    with pytest.raises(UserError, match=sentence):
        mistake(game)
    assert game.moves == ()
    assert game.situation.number == 1


def test_a_story_that_crashes_the_node_cannot_be_played():
    with pytest.raises(UserError, match="In this story n1 crashes or is paused"):
        HandPlayed(load("you_are_n3"), "n1")


def test_after_the_end_there_is_nothing_to_answer(right):
    with pytest.raises(UserError, match="The run is over"):
        right.answer()
