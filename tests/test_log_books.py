"""The transfer task: the logs of three nodes are enough to find the cut, and the setting that was missing."""

import pytest

from raftlab import UserError, log_books


def said(node, story="log_books"):
    return [line.text for line in log_books(story).lines[node]]


def test_lines_stand_in_the_order_of_time():
    for lines in log_books().lines.values():
        assert [line.tick for line in lines] == sorted(line.tick for line in lines)
        assert lines[0].text.startswith("started; cluster n1, n2, n3; switched on: PreVote")


def test_only_the_node_that_cannot_hear_complains_of_silence():
    silence = {
        node: [line for line in said(node) if "became inactive" in line] for node in ("n1", "n2", "n3")
    }
    assert [len(lines) for lines in silence.values()] == [2, 0, 0]
    assert "n2 appended entry 5: x=5" in said("n2"), "and yet all that it says arrives"


def test_the_leader_commits_nothing_more_and_is_not_replaced():
    lines = said("n1")
    assert [line for line in lines if "committed up to" in line] == [
        "n1 committed up to entry 1",
        "n1 committed up to entry 2",
    ]
    assert [line.split()[3] for line in lines if line.startswith("request timed out")] == [
        "x=3",
        "x=4",
        "x=5",
    ]
    assert sum("became candidate" in line for node in ("n1", "n2", "n3") for line in said(node)) == 1


def test_with_the_setting_that_was_missing_it_steps_down_and_another_one_leads():
    assert "n1 stepped down: no quorum has answered it lately" in said("n1", "log_books_cured")
    assert "n2 became leader at term 2" in said("n2", "log_books_cured")
    assert "n3 elected leader n2 at term 2" in said("n3", "log_books_cured")
    assert not any("at term 3" in line for line in said("n1", "log_books_cured")), (
        "PreVote keeps its term low"
    )


def test_the_logs_read_the_same_as_text_and_on_a_page():
    books = log_books()
    text, page = repr(books), books._repr_html_()
    for lines in books.lines.values():
        for line in lines:
            assert line.text in text
            assert line.text.replace("&", "&amp;") in page


def test_a_story_that_does_not_exist_is_one_sentence():
    with pytest.raises(UserError, match="There is no story"):
        log_books("log_book")
