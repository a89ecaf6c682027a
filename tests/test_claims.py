"""Claims about Raft, from menus or as functions: contradicted by a shortest run, or not within these bounds."""

import re

import pytest
from sample import a_few

from raftlab import Raft, UserError, load, play
from raftlab.checks.claims import HOW, SUBJECTS, MenuClaim, disprove, predicates
from raftlab.checks.explorer.scenarios import CountsCopies

# Claim, where it begins, events of the shortest way against it; what the properties of Figure 3 say has none.
CLAIMS = [
    ("the node with the longest log", "always", "is the newest leader", "new nodes", 13),
    ("the node with the highest term", "always", "is the newest leader", "new nodes", 7),
    ("a leader", "always", "is the only leader", "new nodes", 10),
    ("an entry that a majority holds", "always", "is in the log of the newest leader", "Figure 8 (b)", 14),
    ("an entry that a majority holds", "always", "is committed", "new nodes", 8),
    ("an entry that all nodes hold", "always", "is committed", "new nodes", 9),
    ("a committed entry", "always", "is in every log", "new nodes", 9),
    ("a committed entry", "always", "is known by every node to be committed", "new nodes", 9),
    ("a leader", "always", "has every committed entry", "new nodes", 15),
    ("a leader", "always", "is the only leader of its term", "new nodes", None),
    ("the leader of the newest term", "always", "has every committed entry", "new nodes", None),
    ("a committed entry", "always", "is in the log of the newest leader", "new nodes", None),
    ("a committed entry", "always", "is in a majority of the logs", "new nodes", None),
    ("an entry that one node holds", "never", "is committed", "new nodes", None),
]  # fmt: skip


@pytest.mark.parametrize(("who", "how", "what", "begin", "events"), a_few(CLAIMS))
def test_a_claim_is_contradicted_by_a_shortest_run_or_by_none_within_the_bounds(
    who, how, what, begin, events
):
    claim = MenuClaim(who, how, what)
    verdict = disprove(claim, begin)
    assert verdict.sentence.startswith(claim.sentence)
    if events is None:
        assert verdict.holds
        assert verdict.story is None
        assert "Nothing contradicts it within 3 nodes, terms up to 2" in verdict.sentence
        return
    assert f"The shortest run against it takes {events} events." in verdict.sentence
    trace = play(verdict.story)
    assert not claim(trace.at(trace.ticks).views)
    assert next(iter(claim.against(trace.at(trace.ticks).views)))
    assert trace.broken() == {}, "the claim is wrong, not Raft"
    assert verdict.story.title == f"Not so: {claim.sentence}"


def test_a_claim_names_who_contradicts_it():
    sentence = disprove(MenuClaim("a leader", "always", "is the only leader")).sentence
    assert "This is false: n" in sentence
    assert "is a leader, but it is not the only leader." in sentence
    sentence = disprove(MenuClaim("a candidate", "never", "has voted for itself")).sentence
    assert (
        "is a candidate, and it has voted for itself. The shortest run against it takes 1 event." in sentence
    )


def test_where_nobody_leads_there_is_nothing_to_be_said_about_leading():
    sentence = disprove(MenuClaim("a node that has voted", "never", "is the newest leader")).sentence
    assert "The shortest run against it takes 4 events." in sentence, "an election, not only a candidate"
    assert disprove(MenuClaim("a candidate", "never", "is the newest leader")).holds


def test_a_claim_may_be_any_function_of_the_views():
    def nobody_leads(views):
        return all(view.role != "leader" for view in views.values())

    verdict = disprove(nobody_leads, entries=0)
    assert verdict.sentence == "Your claim. This is false. The shortest run against it takes 4 events."
    assert disprove(nobody_leads, entries=0, max_term=0).holds


@pytest.mark.parametrize("who", SUBJECTS)
def test_every_claim_of_the_menus_can_be_asked_of_every_moment(who):
    trace = play(load("minority_leader"))
    moments = [trace.at(tick).views for tick in (0, 16, 40, 101, 150, 299)]
    for what in predicates(who):
        for how in HOW:
            claim = MenuClaim(who, how, what)
            for moment in moments:
                against = list(claim.against(moment))
                assert claim(moment) is (not against)
                if against:
                    assert str(against[0]) in claim.contradiction(moment)


@pytest.mark.slow
def test_in_a_cluster_that_counts_copies_even_a_committed_entry_is_lost():
    claim = MenuClaim("a committed entry", "always", "is in the log of the newest leader")
    verdict = disprove(claim, "Figure 8 (b)", node_class=CountsCopies)
    assert not verdict.holds
    right = disprove(claim, "Figure 8 (b)", node_class=Raft)
    assert right.holds
    assert "terms up to 4" in right.sentence


@pytest.mark.parametrize(
    ("mistake", "sentence"),
    [
        (lambda: MenuClaim("the longest log", "always", "is committed"), "the node with the longest log"),
        (lambda: MenuClaim("a leader", "often", "is the only leader"), "often"),
        (lambda: MenuClaim("a leader", "always", "is committed"), "is committed"),
        (lambda: disprove(MenuClaim("a leader", "always", "is the only leader"), "Figure 7"), "Figure 8"),
    ],
)
def test_what_the_menus_do_not_have_is_answered_in_a_sentence(mistake, sentence):
    with pytest.raises(UserError, match=sentence):
        mistake()


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        (
            lambda views: views["n9"],
            "The claim could not be asked of the views of n1, n2, n3: KeyError: 'n9'.",
        ),
        (lambda views, term: True, "missing 1 required positional argument: 'term'"),
        (lambda views: None, "A claim answers True or False, not None."),
        ("nobody leads", "A claim is a function of the views"),
    ],
)
def test_a_claim_that_cannot_be_asked_or_answers_neither_yes_nor_no_is_told_in_a_sentence(claim, sentence):
    with pytest.raises(UserError, match=re.escape(sentence)):
        disprove(claim, entries=0)
