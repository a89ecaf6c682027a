"""Points say what was understood: a missing central idea leaves at most a fifth, and a slip at a boundary costs a fifth."""

import sys
from pathlib import Path

import pytest
from answers import RIGHT_VOTE, judged, own

from raftlab import build, check, implement, node_help, show_rule
from raftlab.checks.differential import differential
from raftlab.checks.layers import HANDLERS, SITUATIONS, run
from raftlab.checks.mutants import KNOWN
from raftlab.checks.mutants.boundaries import boundary_mutants
from raftlab.exercises.answer.text import load
from raftlab.exercises.items import BEYOND, FIGURE_2
from raftlab.exercises.points import grade_of, part_of
from raftlab.exercises.write_it import layers_of
from raftlab.rules import PROPERTIES

RULES = FIGURE_2 | BEYOND
NAMED = [(item, name) for item in RULES.values() for name in item.misconceptions]

# These break no property in a cluster that a learner's answer is part of; or another item asks for their method.
NOT_NAMED: set[str] = set()


def handlers(item):
    """The handler checks of an item."""
    return next(layer for layer in layers_of(item) if layer.name == HANDLERS)


def left(item, text):
    """The share that an answer keeps, and why, after the handler checks alone."""
    return grade_of(item, [run(handlers(item), implement(**{item.name: load(text, item.name)}))])


@pytest.mark.parametrize("item", RULES.values(), ids=RULES)
def test_every_rule_names_its_central_misconceptions(item):
    assert item.misconceptions
    assert {KNOWN[name].item for name in item.misconceptions} == {item.name}


def test_what_can_break_a_property_is_a_central_misconception():
    unsafe = {
        each.name
        for each in KNOWN.values()
        if each.item in FIGURE_2 and each.breaks in PROPERTIES and not each.extension
    }
    assert unsafe - {name for _, name in NAMED} == NOT_NAMED


@pytest.mark.parametrize(("item", "name"), NAMED, ids=[name for _, name in NAMED])
def test_a_central_misconception_leaves_at_most_a_fifth(item, name):
    share, why = grade_of(item, [run(handlers(item), KNOWN[name].node_class(item.extensions))])
    assert share <= 0.2
    assert why.startswith("The central idea of this rule is missing")


@pytest.mark.parametrize("item", RULES.values(), ids=RULES)
def test_a_rule_that_does_nothing_leaves_at_most_a_fifth(item):
    idle = type("Idle", (build(*item.extensions),), {item.name: lambda node, *given: None})
    found = run(handlers(item), idle)
    assert found.failures
    assert grade_of(item, [found])[0] <= 0.2


@pytest.mark.parametrize(
    ("item", "there", "instead"),
    [
        ("on_request_vote", "(node.log.last_term, node.log.last_index)\n", "(node.log.last_term, node.log.last_index + 1)\n"),
        ("on_tick", "self.timer <= 0", "self.timer < 0"),
        ("commit", "while self.last_applied < self.commit_index", "while self.last_applied < self.commit_index - 1"),
    ],
)  # fmt: skip
def test_a_slip_at_a_boundary_costs_a_fifth(item, there, instead):
    text = RIGHT_VOTE if item == "on_request_vote" else own(item)
    assert text.count(there) == 1
    share, why = left(FIGURE_2[item], text.replace(there, instead))
    assert (share, why) == (0.8, "It is only a slip at a boundary: it costs a fifth of the points.")


@pytest.mark.parametrize(
    ("item", "text"),
    [
        ("reset_election_timer", "def reset_election_timer(node):\n    node.timeout = node.timer = node.election_timeout[0]"),
        ("reset_election_timer", "def reset_election_timer(node):\n    node.timeout = node.timer = 30"),
        ("on_request_vote", RIGHT_VOTE.replace("(msg.last_log_term, msg.last_log_index) < (node.log.last_term, node.log.last_index)", "msg.last_log_index < node.log.last_index")),
        ("admit", "def admit(node, msg):\n    if msg.term > node.term:\n        node.term, node.voted_for = msg.term, None\n        node.save()\n    return True"),
        ("advance_commit_index", own("advance_commit_index").replace("if self.log.term_at(index) == self.term:", "if True:")),
        ("on_append_entries", own("on_append_entries").replace("self.store(msg.prev_log_index + 1, msg.entries)", "self.log.replace_from(msg.prev_log_index + 1, msg.entries); self.save(from_index=msg.prev_log_index + 1)")),
    ],
    ids=["shortest timeout", "longest timeout", "longest log", "never steps down", "Figure 8", "always cuts"],
)  # fmt: skip
def test_the_same_misconception_in_other_words_leaves_no_more(item, text):
    assert left(FIGURE_2[item], text)[0] <= 0.2


def test_any_other_mistake_costs_at_least_a_fifth_and_more_if_more_checks_fail():
    item, text = FIGURE_2["replicate"], own("replicate")
    few = left(item, text.replace("entries_from(prev + 1)", "entries_from(prev + 1)[:1]"))[0]
    many = left(item, text.replace("self.next_index[peer] - 1", "0"))[0]
    assert 0.8 >= few > many > 0.2


def test_points_are_rounded_down_to_tenths_and_a_mistake_costs_half_a_point():
    assert [part_of(8, share) for share in (1, 0.99, 0.8, 0.2, 0.19, 0)] == [8, 7.5, 6.4, 1.6, 1.5, 0]


def test_slips_are_wrong_in_one_place_each():
    slips = boundary_mutants("on_tick")
    assert (
        len(
            {each.on_tick.__code__.co_code + repr(each.on_tick.__code__.co_consts).encode() for each in slips}
        )
        > 10
    )
    assert boundary_mutants("step", ("PreVote",)) == boundary_mutants("step", ("PreVote",)), (
        "they are made once"
    )


def test_a_verdict_says_what_was_understood_and_a_run_that_is_unsafe_leaves_a_fifth():
    always = RIGHT_VOTE.replace("taken = node.voted_for not in (None, msg.src)", "taken = False")
    half = "def is_quorum(node, nodes):\n    return len(nodes) >= len(node.voters()) / 2"
    for item, text, points in (("on_request_vote", always, 2), ("is_quorum", half, 1.2)):
        verdict = judged(item, text)
        assert verdict.points == points
        assert (
            "Such nodes break a property that Raft guarantees: at most a fifth of the points is left"
            in repr(verdict)
        )


def test_a_timeout_that_never_has_the_longest_length_costs_a_fifth():
    text = own("reset_election_timer").replace("(longest - shortest + 1)", "(longest - shortest)")
    assert judged("reset_election_timer", text).points == 8


@pytest.mark.parametrize(
    "drawn",
    [
        "node.random.randint(*node.election_timeout)",
        "node.random.choice(range(lo, hi + 1))",
        "lo + node.random.getrandbits(16) % (hi - lo + 1)",
    ],
)
def test_a_timeout_may_be_drawn_in_any_way_if_every_length_is_drawn(drawn):
    text = f"def reset_election_timer(node):\n    lo, hi = node.election_timeout\n    node.timeout = node.timer = {drawn}"
    assert (
        differential("reset_election_timer").run(
            implement(reset_election_timer=load(text, "reset_election_timer"))
        )
        is None
    )


def told(item, text):
    """The share that an answer keeps after small situations and handler checks, why, and the first mistake that is told."""
    made = implement(extensions=item.extensions, **{item.name: load(text, item.name)})
    layers = [run(layer, made) for layer in layers_of(item) if layer.name in (SITUATIONS, HANDLERS)]
    first = layers[0].failures[0]
    return *grade_of(item, layers), first.rule, first.sentence


LEADS_WITH_NO_OP = """
def become_leader(node):
    node.role, node.leader = Role.LEADER, node.id
    node.save(from_index=node.log.append(LogEntry(node.term, "no-op")))
    node.next_index = {peer: node.log.last_index + 1 for peer in node.peers()}
    node.match_index = dict.fromkeys(node.voters(), 0) | {node.id: node.log.last_index}
    node.broadcast_entries()
"""
PAIRS = """
def on_request_vote_reply(node, msg):
    if node.role is Role.CANDIDATE and msg.term == node.term and msg.vote_granted:
        node.votes |= {(msg.src, 1)}
        if node.is_quorum(node.votes):
            node.become_leader()
"""


@pytest.mark.parametrize(
    ("item", "text", "most", "why", "rule", "words"),
    [
        ("become_leader", LEADS_WITH_NO_OP, 0.8, "", "LE-2", "its log is then [2:no-op] instead of []"),
        ("become_candidate", own("become_candidate").replace("self.reset_election_timer()", "self.timer = self.timeout"),
            0.2, "The central idea", "FO-2", "election timers of a candidate, none is 15 ticks long"),
        ("on_request_vote_reply", PAIRS, 0.8, "", "CA-2", "left node.votes = {'n1', ('n2', 1)}; it should be a set of node ids"),
        ("on_propose", own("on_propose").replace("LogEntry(self.term, event.command)", "[LogEntry(self.term, event.command)]"),
            0.2, "The central idea", "LE-3", "is not a LogEntry(term, command) in line"),
        ("advance_reads", "def advance_reads(node):\n    node.reads = ()", 0.2, "The central idea", "RI-3", "it forgets the read of c"),
    ],
    ids=["a no-op is no harm", "equal timeouts", "votes that are pairs", "a list as an entry", "reads are dropped"],
)  # fmt: skip
def test_a_mistake_is_named_by_what_is_wrong_and_weighs_what_it_should(item, text, most, why, rule, words):
    share, reason, named, sentence = told(RULES[item], text)
    assert 0.1 < share <= most or most == 0.2 >= share
    assert reason.startswith(why)
    assert bool(reason) is bool(why)
    assert (named, words in sentence) == (rule, True), sentence


# -- While an exercise asks for a rule, it is not shown ----------------------------------------------------------------


def test_a_rule_that_an_exercise_asks_for_is_shown_when_the_answer_has_all_points(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys.modules["raftlab.lab.show_rule"], "_asked", {})
    assert "self.voted_for = msg.src" in repr(show_rule("RV-2"))
    node_help()
    for shown in (repr(show_rule("RV-2")), show_rule("RV-2")._repr_markdown_()):
        assert "voted_for" not in shown
        assert "A node votes once in each term" in shown
        assert 'hint("on_request_vote")' in shown
    for rule, item in (
        ("AE-3", "on_append_entries"),
        ("AE-4", "on_append_entries"),
        ("CA-2", "on_request_vote_reply"),
    ):
        shown = repr(show_rule(rule))
        assert "self." not in shown, "a helper would give it away"
        assert f'hint("{item}")' in shown
    assert "PX-4" in repr(show_rule("PX-4")), "no exercise asks for it"
    check("on_request_vote", RIGHT_VOTE)
    assert "self.voted_for = msg.src" in repr(show_rule("RV-2"))


def test_only_the_sentence_of_a_rule_is_shown_if_a_lesson_wants_no_code():
    """Lesson 02 shows the rule that its exercise asks for."""
    for shown in (repr(show_rule("RV-2", code=False)), show_rule("RV-2", code=False)._repr_markdown_()):
        assert "A node votes once in each term" in shown
        assert "self." not in shown
    assert 'show_rule(\\"RV-2\\", code=False)' in Path("notebooks/02_election.ipynb").read_text()
