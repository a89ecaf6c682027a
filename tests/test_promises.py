"""docs/promises.md agrees with its numbers, no promise in it is broken, and some of its runs are played again."""

import json
import re
import sys
from pathlib import Path
from random import Random

import promises
import pytest

from raftlab.stories import STORIES

sys.path.insert(0, str(Path(__file__).parent.parent / "docs"))

from make_promises_table import NUMBERS, PAGE, page

KEPT = json.loads(NUMBERS.read_text())
SETS = {tuple(line["extensions"]): line for line in KEPT["sets"]}


def test_the_page_is_what_the_numbers_say():
    assert page(KEPT) == PAGE.read_text()


def test_the_table_has_each_extension_alone_every_legal_pair_the_named_systems_and_twenty_drawn_sets():
    assert list(SETS) == promises.columns()
    assert KEPT["runs"] == promises.RUNS == 200
    for names, line in SETS.items():
        assert list(line["promises"]) == promises.made_by(names)


def test_every_promise_was_at_stake_in_at_least_fifty_runs_and_kept_in_all():
    for names, line in SETS.items():
        for name, counts in line["promises"].items():
            assert counts["at_stake"] >= promises.AT_STAKE, (names, name)
            assert counts["broken"] == [], (names, name)


def test_a_planted_mistake_is_found_wherever_the_promise_is_made():
    for names, line in SETS.items():
        assert list(line["caught"]) == list(line["promises"])
        assert None not in line["caught"].values(), names


def test_what_is_not_promised_fails():
    assert [(name, tuple(names)) for name, names, _, _ in KEPT["fails"]] == list(promises.FAILS)
    for name, names, at_stake, broken in KEPT["fails"]:
        assert name not in promises.made_by(names)
        assert at_stake >= promises.AT_STAKE, (name, names)
        assert 0 < broken <= at_stake, (name, names)


def test_every_story_that_is_named_exists():
    named = {story for each in promises.PROMISES.values() for story in re.findall(r"`(\w+)`", each.otherwise)}
    assert named <= STORIES.keys()


def test_every_promise_is_made_by_a_set_and_not_made_by_another():
    for name in promises.PROMISES:
        made = [name in line["promises"] for line in SETS.values()]
        assert any(made)
        assert not all(made)


DRAWN = Random("drawn columns").sample(promises.columns(), 4)


@pytest.mark.slow
@pytest.mark.parametrize("names", DRAWN, ids="+".join)
def test_a_drawn_set_keeps_its_promises(names):
    for name, counts in promises.column(names, runs=60).items():
        assert counts["broken"] == [], name
        assert counts["at_stake"] >= 15, name


@pytest.mark.slow
@pytest.mark.parametrize("names", DRAWN[:2], ids="+".join)
def test_in_a_drawn_set_planted_mistakes_are_found(names):
    for name in promises.made_by(names):
        assert promises.caught(names, name), name
