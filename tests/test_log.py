"""The log behaves like a plain list that begins at 1."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raftlab.log import Log
from raftlab.messages import LogEntry

some = st.lists(st.builds(LogEntry, st.integers(1, 4), st.sampled_from("abc")), max_size=6)


@given(some, st.lists(st.tuples(st.integers(1, 8), some), max_size=6))
def test_a_log_is_a_list_that_begins_at_1(first, edits):
    log, model = Log(first), list(first)
    for index, new in edits:
        index = min(index, len(model) + 1)
        log.replace_from(index, new)
        model[index - 1 :] = new
        assert list(log) == model
        assert log.last_index == len(log) == len(model)
        assert log.last_term == (model[-1].term if model else 0)
        for each in range(len(model) + 3):
            expected = 0 if each == 0 else model[each - 1].term if each <= len(model) else None
            assert log.term_at(each) == expected
        assert log.entries_from(1) == tuple(model)
        for each in range(1, len(model) + 2):
            assert log.entries_from(each) == tuple(model[each - 1 :])
        assert [log.entry(each) for each in range(1, len(model) + 1)] == model


@given(some, some)
def test_appending_one_by_one_or_all_at_once_is_the_same(first, new):
    one, other = Log(first), Log(first)
    for entry in new:
        assert one.append(entry) == one.last_index
    other.replace_from(other.last_index + 1, new)
    assert list(one) == list(other) == [*first, *new]


@given(some, some, st.integers(1, 7), st.integers(0, 3), st.integers(0, 4))
def test_a_log_after_a_snapshot_is_the_end_of_a_longer_one(first, new, index, start, start_term):
    """For entries that are there, both give the same answers."""
    short = Log(first, start, start_term)
    long = Log([*[LogEntry(start_term, "old")] * start, *first])
    index = min(start + index, short.last_index + 1)
    for log in (short, long):
        log.replace_from(index, new)
    assert (short.last_index, short.entries_from(start + 1)) == (
        long.last_index,
        long.entries_from(start + 1),
    )
    assert [short.term_at(each) for each in range(start + 1, long.last_index + 2)] == [
        long.term_at(each) for each in range(start + 1, long.last_index + 2)
    ]
    if long.last_index > start:
        assert short.last_term == long.last_term


@given(some, some)
def test_of_two_logs_one_may_be_elected_by_the_other_or_both(one, other):
    """UTD, 5.4.1: there is always a node that can win."""
    a, b = Log(one), Log(other)
    a_may, b_may = b.is_covered_by(a.last_index, a.last_term), a.is_covered_by(b.last_index, b.last_term)
    assert a_may or b_may
    assert (a_may and b_may) == ((a.last_index, a.last_term) == (b.last_index, b.last_term))


@given(some, st.integers(0, 5), st.integers(0, 6))
def test_the_later_last_term_wins_then_length(entries, last_term, last_index):
    """UTD, 5.4.1"""
    log = Log(entries)
    if last_term != log.last_term:
        assert log.is_covered_by(last_index, last_term) is (last_term > log.last_term)
    else:
        assert log.is_covered_by(last_index, last_term) is (last_index >= log.last_index)


def test_a_log_may_begin_after_a_snapshot():
    log = Log([LogEntry(3, "c")], start=2, start_term=1)
    assert (log.last_index, log.term_at(2), log.term_at(3), log.term_at(1)) == (3, 1, 3, None)
    assert Log([], start=2, start_term=1).last_term == 1


def test_a_gap_or_an_entry_that_is_not_there_is_a_programming_error():
    for wrong in (
        lambda: Log().replace_from(2, ()),
        lambda: Log().entry(1),
        lambda: Log(start=3).entries_from(3),
    ):
        with pytest.raises(AssertionError):
            wrong()


def test_the_log_notes_from_where_on_it_was_edited():
    log = Log([LogEntry(1, "a"), LogEntry(1, "b")])
    assert log.edited_from == 1, "nobody has looked at a new log"
    log.edited_from = None
    log.append(LogEntry(1, "c"))
    log.replace_from(2, [LogEntry(2, "x")])
    assert log.edited_from == 2
