"""A whole Raft is judged in parts: first each rule together with raftlab's other rules, and then all rules together."""

from pathlib import Path

import pytest
from answers import judged

from raftlab import Raft
from raftlab.exercises.implement import partly
from raftlab.exercises.items import FIGURE_2, ITEMS
from raftlab.exercises.whole import ALONE, TOGETHER
from raftlab.sim.errors import UserError

RULES = (Path(__file__).parent / "solutions" / "iterative.py").read_text()


def whole(rules=RULES, written=tuple(FIGURE_2), base="Raft"):
    """The text of a class with these rules in it."""
    body = "".join(f"    {each} = {each}\n" for each in written)
    return f"from raftlab import Raft\n{rules}\n\nclass Mine({base}):\n{body}"


def test_all_points_are_the_rules_and_what_they_do_together():
    assert sum(ALONE.values()) + sum(TOGETHER.values()) == ITEMS["raft"].points
    assert ALONE.keys() == FIGURE_2.keys()


def test_a_right_rule_counts_before_the_others_are_written():
    written = ["is_quorum", "campaign"]
    verdict = judged("raft", whole(written=written))
    assert verdict.points == sum(ALONE[item] for item in written)
    assert not verdict.passed
    assert verdict.failed == 0
    told = repr(verdict)
    assert "on_append_entries: 0 of 4, not written yet" in told
    assert "all rules together: 0 of 14, because some are not written yet" in told
    assert 'hint("raft")' in told


def test_what_raises_not_implemented_error_is_not_written():
    blank = "class Mine(Raft):\n    def save(self, from_index=None):\n        raise NotImplementedError\n"
    verdict = judged("raft", f"from raftlab import Raft\n{blank}")
    assert (verdict.points, repr(verdict)) == (0, "raft: 0 of 40 points.\nNot written yet.")


@pytest.mark.slow
def test_one_wrong_rule_is_named_and_costs_its_own_points_and_some_of_the_rest():
    there = "    if msg.term > node.term:\n        node.become_follower(msg.term)\n"
    assert RULES.count(there) == 1
    verdict = judged("raft", whole(RULES.replace(there, "")))
    told = verdict.parts
    assert told[0].startswith("admit: 0")
    assert {each.partition(":")[0] for each in told} - {"admit"} <= TOGETHER.keys()
    assert verdict.points < ITEMS["raft"].points - 1
    assert verdict.failure.rule == "ALL-2"
    assert verdict.histories() is not None


def test_a_rule_that_is_unsafe_in_a_small_situation_keeps_a_fifth_of_its_own_points():
    """Its handler checks alone would call it a slip."""
    there = "node.match_index[node.id] = index\n"
    assert RULES.count(there) == 1
    text = whole(
        RULES.replace(there, "node.match_index[node.id] = index + 1\n"), written=["save", "on_propose"]
    )
    told = judged("raft", text).parts
    assert next(each for each in told if each.startswith("on_propose")).startswith("on_propose: 0.2 of 1")


def test_a_rule_that_delegates_gives_nothing():
    text = "from raftlab import Raft\nclass Mine(Raft):\n    def is_quorum(self, nodes):\n        return super().is_quorum(nodes)\n"
    verdict = judged("raft", text)
    assert verdict.points == 0


def test_of_a_class_in_part_one_rule_is_its_own_and_all_others_are_raftlabs():
    namespace = {}
    exec(whole(), namespace)
    made = partly(namespace["Mine"], "commit")
    assert made.on_tick is Raft.on_tick
    assert made.commit is not Raft.commit


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("def raft(node): pass", "A whole Raft is a class"),
        ("from raftlab import Raft\nclass Mine(Raft):\n    def commit(self): pass", "commit takes"),
        ("from raftlab import Raft\nclass Mine(Raft):\n    def on_tick(self, event): print(1)", "on_tick prints"),
    ],
)  # fmt: skip
def test_what_is_no_whole_raft_is_told_in_a_sentence(text, sentence):
    with pytest.raises(UserError, match=sentence):
        judged("raft", text)
