"""Attacks on the grader: each succeeds against a grader without protection, and does nothing to ours."""

import signal
import sys

import pytest

from raftlab.grading.sandbox import find_sandbox
from raftlab.grading.self_test import LASTING, Tried, attacks, harm_of, outcome_of, self_test

sandboxed = pytest.mark.skipif(bool(find_sandbox().missing), reason="no complete sandbox works here")
ATTACKS = {each.name: each for each in attacks()}
QUICK = (
    "edits_the_tests",
    "is_equal_to_everything",
    "finds_os_and_exits",
    "finds_a_socket",
    "finds_os_and_tells",
    "takes_6_gigabytes",
)


def test_every_attack_says_which_harm_it_does_and_how():
    harms = {"marks", "files", "hang", "deaf", "crash", "output", "connection", "leftover", "secret"}
    assert {each.harm for each in ATTACKS.values()} == harms
    assert all(each.how.endswith(".") for each in ATTACKS.values())
    assert len(ATTACKS) >= 40


@sandboxed
@pytest.mark.parametrize("name", QUICK)
def test_it_succeeds_without_protection_and_not_in_the_sandbox(name):
    attack = ATTACKS[name]
    assert attack.harm in harm_of(attack, None)
    assert not harm_of(attack, find_sandbox()) & LASTING


def test_an_attack_hears_interrupts_even_if_the_grader_runs_in_the_background():
    asks = "import signal; print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)"
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        assert outcome_of([sys.executable, "-I", "-c", asks]) == (set(), b"True\n")
    finally:
        signal.signal(signal.SIGINT, before)


@sandboxed
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_no_attack_gets_through():
    found = list(self_test())
    assert [each for each in found if not isinstance(each, Tried)] == []
    assert {each.attack.name: each.faults for each in found if each.faults} == {}
    assert {each.attack.name for each in found} == set(ATTACKS)
