"""All small situations of the extensions: correct nodes err in none of them, and each known mistake shows in one."""

import inspect
import textwrap

import pytest

from raftlab import build
from raftlab.checks.differential import Differential
from raftlab.checks.differential.beyond import ALLOWED_BEYOND, BEYOND, spaces_with
from raftlab.checks.differential.layer import answered
from raftlab.checks.mutants import EXTENSION_MUTANTS, Mutant
from raftlab.exercises.answer.text import home_of, load
from raftlab.exercises.implement import implement
from raftlab.exercises.items import BEYOND as ITEMS
from raftlab.exercises.write_it import layers_of
from raftlab.extensions import EXTENSIONS

SETS = [(name, *beside) for name, sets in BEYOND.items() for beside in sets]


def situations(names):
    return Differential("all small situations", spaces_with(names), build(*names), ALLOWED_BEYOND)


@pytest.mark.parametrize("names", SETS, ids="+".join)
def test_correct_nodes_do_what_they_should_in_every_small_situation(names):
    check = situations(names)
    assert not [each for each in answered(check.spaces, check.reference) if each.outcome.error]
    assert check.run(build(*names)) is None


def own_text(item):
    return textwrap.dedent(inspect.getsource(vars(home_of(item.name, item.extensions))[item.name]))


@pytest.mark.parametrize(
    "item", [each for each in ITEMS.values() if "super()" not in own_text(each)], ids=lambda each: each.name
)
def test_an_extensions_own_rule_as_an_answer_errs_in_no_small_situation(item):
    """An answer is watched, so that it is also told of names and types that cannot be."""
    made = implement(extensions=item.extensions, **{item.name: load(own_text(item), item.name)})
    assert layers_of(item)[0].checks[0].run(made) is None


@pytest.mark.parametrize("name", EXTENSIONS)
def test_every_extension_has_small_situations(name):
    """UnsafeMembership is the base of Membership, and lacks one of its rules."""
    assert name in BEYOND or name == "UnsafeMembership"


# The small situation in which it shows first is one in which a leader is told too early.
OTHER_RULE = {"a snapshot is not saved": "ST-P0"}
# Nodes of raftlab apply an entry in the step that commits it, so no small situation has an entry that waits for that.
IN_NO_SITUATION = {"a read does not wait until its entry is applied"}


@pytest.mark.parametrize("mutant", EXTENSION_MUTANTS, ids=lambda mutant: mutant.name)
def test_a_known_mistake_in_an_extension_shows_in_a_small_situation(mutant):
    names = (mutant.extension, *getattr(EXTENSIONS[mutant.extension], "needs", ()))
    found = situations(names).run(mutant.node_class())
    if mutant.name in IN_NO_SITUATION:
        assert found is None
        return
    assert found.rule == OTHER_RULE.get(mutant.name, mutant.rule), found.sentence


# -- What the rules leave open ---------------------------------------------------------------------------------

ASKED = "            self.ask_whether_it_leads(read.round)\n"
INDEX = "read = read._replace(read_index=self.commit_index)"
CONFIRMS = "msg.last_included_index))"
READS = ("ReadIndex", "NoOp"), "advance_reads"
# Predicate -> extensions, a rule, a correct variant of it that needs the predicate, and a mistake close to it.
OPEN = {
    "later_read_index": (
        *READS,
        (INDEX, "read = read._replace(read_index=self.log.last_index)"),
        (INDEX, "read = read._replace(read_index=self.last_applied - 1)"),
    ),
    "one_question_for_several_reads": (
        *READS,
        (ASKED, "            if read.round == self.reads[-1].round:\n    " + ASKED),
        (ASKED, "            if read.round == self.reads[0].round:\n    " + ASKED),
    ),
    "committed_before_the_snapshot": (
        ("Snapshots",), "on_install_snapshot",
        (CONFIRMS, "self.commit_index))"),
        (CONFIRMS, "self.log.last_index))"),
    ),
}  # fmt: skip


def test_each_of_the_predicates_has_its_two_tests():
    assert OPEN.keys() == {each.__name__ for each in ALLOWED_BEYOND}


@pytest.mark.parametrize("name", OPEN)
def test_an_open_choice_is_allowed_by_its_predicate_alone_and_a_mistake_close_to_it_is_not(name):
    names, rule, *changes = OPEN[name]
    right, wrong = (
        Mutant("", rule, "", "nothing", *change, "", "", extension=names[0]).node_class()
        for change in changes
    )
    assert situations(names).run(right) is None
    assert situations(names).run(wrong) is not None
    others = tuple(each for each in ALLOWED_BEYOND if each.__name__ != name)
    assert situations(names)._replace(allowed=others).run(right) is not None
