"""All small situations of the extensions: right nodes err in none of them, and each known mistake shows in one."""

import pytest

from raftlab import Raft, build
from raftlab.checks.differential import Differential
from raftlab.checks.differential.beyond import BEYOND, Beginning, spaces_with
from raftlab.checks.differential.layer import answered
from raftlab.checks.mutants import EXTENSION_MUTANTS
from raftlab.extensions import EXTENSIONS

SETS = [(name, *beside) for name, sets in BEYOND.items() for beside in sets]


def situations(names):
    return Differential("all small situations", spaces_with(names), build(*names))


@pytest.mark.parametrize("names", SETS, ids="+".join)
def test_right_nodes_do_what_they_should_in_every_small_situation(names):
    check = situations(names)
    assert not [each for each in answered(check.spaces, check.reference) if each.outcome.error]
    assert check.run(build(*names)) is None


@pytest.mark.parametrize("name", EXTENSIONS)
def test_every_extension_has_small_situations(name):
    """UnsafeMembership is the base of Membership, and lacks one of its rules."""
    assert name in BEYOND or name == "UnsafeMembership"


@pytest.mark.parametrize("mutant", EXTENSION_MUTANTS, ids=lambda mutant: mutant.name)
def test_a_known_mistake_in_an_extension_shows_in_a_small_situation(mutant):
    names = (mutant.extension, *getattr(EXTENSIONS[mutant.extension], "needs", ()))
    assert situations(names).run(mutant.node_class()) is not None


def test_a_node_that_forgets_what_was_saved_does_not_begin_as_it_should():
    class Forgetful(Raft):
        def __init__(self, *arguments, **named):
            super().__init__(*arguments, **named)
            self.voted_for = None

    failure = Beginning().run(Forgetful)
    assert failure.schedule == ("a node begins with term 3, vote n2, 2 entries on its disk",)
    assert failure.did == "its voted_for is None"
    assert Beginning().run(Raft) is None


def test_a_node_that_holds_more_than_it_should_when_it_begins_is_found_by_its_field():
    class Heard(build("CheckQuorum")):
        def __init__(self, *arguments, **named):
            super().__init__(*arguments, **named)
            self.since_look = 1

    assert Beginning(build("CheckQuorum")).run(Heard).should == "its since_look is 0"
