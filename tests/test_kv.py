"""The replicated machine: a map of keys, which text commands write and read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raftlab.kv import KeyValue


@pytest.mark.parametrize(
    ("commands", "results"),
    [
        (["x=5", "x?"], ["ok", "5"]),
        (["x?"], ["nothing"]),
        (["x=5", "x=7", "x?"], ["ok", "ok", "7"]),
        (["x=5", "y=6", "x?", "y?"], ["ok", "ok", "5", "6"]),
        (["x=", "x?"], ["ok", ""]),
        (["x=a=b", "x?"], ["ok", "a=b"]),
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
    """What makes it a replicated machine: nothing but the commands decides."""
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
