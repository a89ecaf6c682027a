"""Mutants of raft.py and the extensions are generated, and each is found by its exercise and as a whole Raft."""

import re
from collections import Counter
from itertools import count
from pathlib import Path

import pytest
from mutation import library, operators
from mutation.beginnings import Beginning
from mutation.equivalent import no_mistake, reasons
from mutation.generate import Generated, all_mutants, behaviour, mutants
from mutation.judge import SITUATIONS, SURVIVES, WHOLE, Endless, extension_of, items, judgements, limited
from mutation.power import drawn, judged
from mutation.texts import FILES, Function, functions

from raftlab import Raft, build

HANDLER = '''    def on_ping(self, msg):
        """Answer. (RV-1)"""
        self.because("RV-1")
        if msg.term >= self.term and self.log:
            self.voted_for = msg.src
            self.save()
            self.send(Pong(self.id, 0))
'''
PING = Function("raft.py", "Raft", "on_ping", HANDLER)


def made_by(operators_of, name):
    """What an operator makes of the handler: the lines that are new, or that come earlier than they did."""
    found = set()
    for change in operators_of.changes(PING):
        if change.operator == name:
            start = HANDLER[: change.start].count("\n")
            before = HANDLER.splitlines()
            after = PING.changed(change).text.splitlines()
            found.add("; ".join(line.strip() for line in after[start : len(after) - len(before) + start + 1]))
    return found


@pytest.mark.parametrize(
    ("operator", "line"),
    [
        ("comparison", "if msg.term > self.term and self.log:"),
        ("comparison", "if msg.term == self.term and self.log:"),
        ("boundary", "if msg.term >= self.term - 1 and self.log:"),
        ("constant", "self.send(Pong(self.id, 1))"),
        ("condition", "if True:"),
        ("condition", "if self.log:"),
        ("condition", "if msg.term >= self.term or self.log:"),
        ("wrong variable", "if self.term >= self.term and self.log:"),
        ("wrong variable", "self.voted_for = self.id"),
        ("wrong variable", "self.send(Pong(msg.src, 0))"),
        ("one effect too many", "self.send(Pong(self.id, 0)); self.send(Pong(self.id, 0))"),
        ("moved save", "self.send(Pong(self.id, 0))"),
    ],
)
def test_our_operators_make_the_slips_of_people(operator, line):
    assert line in made_by(operators, operator)


def test_a_line_or_a_save_is_dropped():
    texts = {
        change.operator: PING.changed(change).text
        for change in operators.changes(PING)
        if change.operator in ("dropped save", "dropped line")
    }
    assert texts["dropped save"] == HANDLER.replace("            self.save()\n", "")
    assert "self.save()" in texts["dropped line"]


@pytest.mark.parametrize(
    ("operator", "line"),
    [
        ("mutmut swap_op", "if msg.term >= self.term or self.log:"),
        ("mutmut number", "self.send(Pong(self.id, 1))"),
        ("mutmut assignment", "self.voted_for = None"),
        ("mutmut arg_removal", "self.send(Pong(None, 0))"),
    ],
)
def test_the_library_makes_what_it_makes_of_any_program(operator, line):
    assert line in made_by(library, operator)


@pytest.mark.parametrize(
    ("there", "instead"),
    [
        ('"""Answer. (RV-1)"""', '"""Reply."""'),
        ('because("RV-1")', 'because("RV-2")'),
        ("self, msg", "self, msg: Ping"),
    ],
)
def test_what_only_a_reader_sees_makes_no_mutant(there, instead):
    assert behaviour(PING) == behaviour(PING._replace(text=HANDLER.replace(there, instead)))


@pytest.mark.parametrize("file", ["extensions/check_quorum.py", "extensions/no_op.py"])
def test_every_mutant_does_something_else_and_has_a_name_of_its_own(file):
    made = mutants(file)
    assert len(made) > 6
    assert len({each.name for each in made}) == len(made)
    assert len({(each.function.title, behaviour(each.function)) for each in made}) == len(made)
    assert all(behaviour(each.function) != behaviour(each.original) for each in made)


def test_a_mutant_is_the_same_text_but_for_one_place():
    made = mutants("extensions/check_quorum.py")
    mutant = next(each for each in made if each.change[1] == "if self.since_look > self.election_timeout[0]:")
    assert mutant.original.text.replace(*mutant.change, 1) == mutant.function.text


def test_a_helper_that_gives_an_answer_away_is_judged_with_the_answer():
    by_title = {each.title: each for file in FILES for each in functions(file)}
    assert [item.name for item in items(by_title["Raft.on_request_vote"])] == ["on_request_vote"]
    assert [item.name for item in items(by_title["Raft.store"])] == ["on_append_entries"]
    assert [item.name for item in items(by_title["ReadIndex.on_confirm_leader_reply"])] == [
        "on_confirm_leader_reply"
    ]
    assert items(by_title["LeaseReads.on_confirm_leader_reply"]) == []
    assert extension_of(by_title["UnsafeMembership.objection"]) == "Membership"


@pytest.mark.slow
@pytest.mark.parametrize("title", ["Raft.is_quorum", "Raft.admit"])
def test_what_is_no_mutant_is_found_by_no_quick_layer(title):
    """So a mutant is found for what it does, and not because its text could not be run."""
    function = next(each for each in functions("raft.py") if each.title == title)
    right = Generated("", function, function, ())
    assert [each.layer for each in judgements(right, thorough=False)] == [SURVIVES, SURVIVES]


def test_a_judgement_without_end_is_stopped(monkeypatch):
    monkeypatch.setattr("mutation.judge.SECONDS", 0.05)
    with pytest.raises(Endless), limited():
        all(each >= 0 for each in count())


# -- How a node begins --------------------------------------------------------------------------------------------


def test_a_node_that_forgets_what_was_saved_does_not_begin_as_it_should():
    class Forgetful(Raft):
        def __init__(self, *arguments, **named):
            super().__init__(*arguments, **named)
            self.voted_for = None

    failure = Beginning(Raft).run(Forgetful)
    assert failure.schedule == ("a node begins with term 3, vote n2, 2 entries on its disk",)
    assert failure.did == "its voted_for is None"
    assert Beginning(Raft).run(Raft) is None


def test_a_node_that_holds_more_than_it_should_when_it_begins_is_found_by_its_field():
    class Heard(build("CheckQuorum")):
        def __init__(self, *arguments, **named):
            super().__init__(*arguments, **named)
            self.since_look = 1

    assert Beginning(build("CheckQuorum")).run(Heard).should == "its since_look is 0"


# -- Their power --------------------------------------------------------------------------------------------------

PAGE = (Path(__file__).parent.parent / "docs" / "generated_mutants.md").read_text(encoding="utf-8")
DRAWN, BATCHES = 150, 5


def test_the_page_lists_the_mutants_that_are_no_mistake():
    """If it does not, `make mutants` writes it again."""
    listed = PAGE[PAGE.index("## Why a mutant is no mistake") : PAGE.index("## What survives")]
    assert set(re.findall(r"[\w.]+ [0-9a-f]{6}\b", listed)) == set(reasons())


@pytest.mark.slow
def test_the_page_counts_the_mutants_of_each_function():
    rows = re.findall(r"^\| `([A-Za-z_.]+)` \| (\d+) \|", PAGE[PAGE.index("\n### ") :], re.MULTILINE)
    assert {title: int(count) for title, count in rows} == Counter(
        each.function.title for each in all_mutants()
    )


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("batch", range(BATCHES))
def test_drawn_mutants_are_found_by_their_exercise_and_as_a_whole_raft(batch, tmp_path):
    """Another text of raft.py or of an extension draws others; `make mutants` judges all."""
    found = judged(drawn(DRAWN)[batch::BATCHES], 1, tmp_path / "found.jsonl")
    missed = [
        (name, each.item)
        for name, each_judged in found.items()
        for each in each_judged
        if each.survives and not no_mistake(name, each.item)
    ]
    assert missed == []


@pytest.mark.slow
def test_what_is_right_as_an_answer_and_wrong_with_an_extension_is_found_as_a_whole():
    partly = [each for each in all_mutants() if each.name in reasons() and not no_mistake(each.name, WHOLE)]
    assert len(partly) > 5
    for each in partly:
        *items, whole = judgements(each, thorough=False)
        assert all(each.survives for each in items)
        assert whole.layer == SITUATIONS, each.name


@pytest.mark.slow
def test_the_mutants_that_are_no_mistake_are_few_and_each_has_a_reason():
    """A name that is not there any more is that of a function that has changed: read its mutants again."""
    names = {each.name for each in all_mutants()}
    assert set(reasons()) <= names
    assert len(reasons()) < 0.1 * len(names)
    assert all(reason.endswith(".") for reason in reasons().values())


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_mutant_that_is_no_mistake_raises_no_alarm(tmp_path):
    listed = [each for each in all_mutants() if each.name in reasons()]
    for name, found in judged(listed[::8], 1, tmp_path / "found.jsonl", thorough=True).items():
        assert found[-1].survives is no_mistake(name, found[-1].item), name
