"""The replicated machine: a map of keys, which text commands write and read, and sessions that do it once."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raftlab.kv import Command, KeyValue, parse


@pytest.mark.parametrize(
    ("commands", "results"),
    [
        (["x=5", "x?"], ["ok", "5"]),
        (["x?"], ["nothing"]),
        (["x=5", "x=7", "x?"], ["ok", "ok", "7"]),
        (["x=5", "y=6", "x?", "y?"], ["ok", "ok", "5", "6"]),
        (["x=", "x?"], ["ok", ""]),
        (["x=a=b", "x?"], ["ok", "a=b"]),
        (["x+=5", "x+=6", "x?"], ["ok", "ok", "56"]),
        (["x:nothing->5", "x:5->6", "x:5->7", "x?"], ["ok", "ok", "no, x is 6", "6"]),
        (["x:5->6", "x?"], ["no, x is nothing", "nothing"]),
        (["x=5:6->7", "x?"], ["ok", "5:6->7"]),
        (["a:b=c", "a:b?"], ["ok", "c"]),
        (["a:b", "a->b"], [None, None]),
        (["x=5 and more", "x?"], ["ok", "5 and more"]),
        (["say hello"], [None]),
        ([""], [None]),
    ],
    ids=lambda value: " ".join(map(str, value)),
)
def test_a_command_writes_reads_or_means_nothing(commands, results):
    machine = KeyValue()
    assert [machine.apply(command) for command in commands] == results


def test_a_command_without_a_meaning_changes_nothing():
    machine = KeyValue()
    machine.apply("x=5")
    machine.apply("say hello")
    machine.apply("x?")
    assert machine.values == {"x": "5"}


keys = st.sampled_from(["x", "y", "z"])
writes = st.builds("{}={}".format, keys, st.integers())
reads = st.builds("{}?".format, keys)


@given(st.lists(writes | reads))
def test_the_same_commands_give_the_same_map_and_the_same_answers(commands):
    """This makes it a replicated machine: its state depends only on the commands."""
    one, other = KeyValue(), KeyValue()
    assert [one.apply(command) for command in commands] == [other.apply(command) for command in commands]
    assert one.values == other.values


@given(st.lists(writes))
def test_a_read_returns_what_was_written_last(commands):
    machine, last = KeyValue(), {}
    for command in commands:
        machine.apply(command)
        last.update([command.split("=")])
        assert {key: machine.apply(f"{key}?") for key in "xyz"} == {
            key: last.get(key, "nothing") for key in "xyz"
        }


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("x?", Command("get", "x", None)),
        ("x=5", Command("put", "x", "5")),
        ("x+=5", Command("append", "x", "5")),
        ("x:5->6", Command("cas", "x", ("5", "6"))),
        ("no-op", None),
        ("voters n1 n2", None),
    ],
)
def test_a_text_says_what_is_to_be_done(text, command):
    assert parse(text) == command


def test_a_read_changes_nothing():
    machine = KeyValue()
    machine.apply("x=5")
    before = machine.save()
    assert (machine.read("x?"), machine.read("y?")) == ("5", "nothing")
    assert machine.save() == before


# -- Sessions (thesis 6.3) ----------------------------------------------------------------------------


def opened(*commands):
    machine = KeyValue()
    assert machine.apply("open") == "s1"
    return machine, [machine.apply(command) for command in commands]


def test_a_command_that_comes_twice_is_done_once_and_answered_twice():
    machine, answers = opened("s1.1 x+=5", "s1.1 x+=5", "s1.2 x:5->6", "s1.2 x:5->6", "x?")
    assert answers == ["ok", "ok", "ok", "ok", "6"]
    assert machine.values == {"x": "6"}


def test_without_a_session_it_is_done_twice():
    machine = KeyValue()
    assert [machine.apply("x+=5") for _ in range(2)] == ["ok", "ok"]
    assert machine.values == {"x": "55"}


def test_a_command_older_than_the_last_is_not_done_and_told_so():
    """Its answer is forgotten, because a client with a new request has got the answer or given up."""
    _, answers = opened("s1.3 x=3", "s1.2 x=2", "x?")
    assert answers == ["ok", "stale: s1 is at 3", "3"]


def test_a_session_that_nobody_opened_does_nothing():
    _, answers = opened("s2.1 x=5", "x?")
    assert answers == ["unknown session s2", "nothing"]


@pytest.mark.parametrize(
    "command", ["s1.x y=5", "c1.3 y=5", "s.3 y=5", "s1.3", "s1.99999999999999999999 y=5", "s١.1 y=5"]
)
def test_what_only_looks_like_a_session_is_a_plain_command(command):
    machine, _ = opened(command)
    assert machine.sessions == {"s1": (0, None)}


class Small(KeyValue):
    """A machine that remembers two sessions."""

    most_sessions = 2


def test_the_session_that_was_used_least_recently_goes_first_and_its_command_is_not_done_again():
    machine = Small()
    commands = ["open", "open", "s1.1 x+=1", "s2.1 x+=2", "s1.2 x+=3", "open"]
    assert [machine.apply(command) for command in commands] == ["s1", "s2", "ok", "ok", "ok", "s3"]
    assert machine.apply("s2.1 x+=2") == "unknown session s2"
    assert machine.apply("s1.2 x+=3") == "ok"
    assert machine.values == {"x": "123"}


def test_a_name_of_a_session_is_never_given_twice():
    machine = Small()
    names = [machine.apply("open") for _ in range(10)]
    assert names == [f"s{number}" for number in range(1, 11)]


sessions = st.builds("s{}.{} {}".format, st.integers(1, 4), st.integers(1, 4), writes | reads)
appends = st.builds("{}+={}".format, keys, st.integers(0, 9))
anything = st.lists(writes | reads | appends | sessions | st.just("open"), max_size=40)


@given(anything, anything)
def test_a_machine_restored_from_a_snapshot_goes_on_like_the_one_that_took_it(before, after):
    """Also which session goes next, and what a repetition is told, is part of the state."""
    one, other = Small(), Small()
    for command in before:
        one.apply(command)
    other.restore(one.save())
    assert other.save() == one.save()
    assert [other.apply(command) for command in after] == [one.apply(command) for command in after]
    assert other.save() == one.save()
    assert json.loads(one.save())


@given(st.lists(appends, min_size=1, max_size=10), st.data())
def test_in_a_session_repetitions_change_nothing_wherever_they_come(commands, data):
    """Commands as from a client: it repeats the last command until the answer, and late copies of older commands arrive."""
    once, often = KeyValue(), KeyValue()
    once.apply("open"), often.apply("open")
    numbered = [f"s1.{number} {command}" for number, command in enumerate(commands, start=1)]
    for place, command in enumerate(numbered):
        answer = once.apply(command)
        assert often.apply(command) == answer
        for copy in data.draw(st.lists(st.integers(0, place), max_size=3)):
            told = often.apply(numbered[copy])
            assert told == answer if copy == place else told.startswith("stale")
    assert often.values == once.values
