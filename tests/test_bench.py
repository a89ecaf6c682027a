"""`make bench`: every promise about speed has a row, and the table says plainly which are kept."""

import json
import re

import pytest

from bench import alternating, run
from bench.rows import SHARE, CannotMeasureError, Row, Sample, measure, p95

PROMISES = {
    "idle": (50_000, "ticks/s"),
    "messages": (200_000, "messages/s"),
    "recorded": (10_000, "ticks/s"),
    "commits": (10_000, "commits/s"),
    "size": (375, "kB"),
    "import": (60, "ms"),
    "import-packages": (0, "packages"),
    "elections": (20, "s"),
    "split-votes": (20, "s"),
    "whole": (3_000, "ms"),
    "whole-again": (3_000, "ms"),
    "vote": (1_000, "ms"),
    "vote-again": (1_000, "ms"),
    "rule": (1_000, "ms"),
    "rule-again": (1_000, "ms"),
    "situations": (1_000, "ms"),
    "situations-whole": (3_000, "ms"),
    "timeouts": (1_000, "ms"),
    "etcd": (2_000, "ms"),
    "fifty": (400, "ms"),
    "drawn": (1_800, "ms"),
    "explore": (800_000, "transitions/s"),
    "explore-all": (700_000, "transitions/s"),
    "explore-memory": (200, "MB"),
    "lesson": (30, "s"),
    "solution": (20, "s"),
    "class": (1500, "s"),
    "class-median": (120, "s"),
    "class-04": (360, "s"),
    "class-dearest": (100, "% of nbgrader's five tiny checks"),
    "class-memory": (500, "MB"),
    "frames": (92, "% of an empty page"),
    "frames-large": (85, "% of an empty page"),
    "steps": (33, "ms"),
    "crash": (120, "ms"),
    "scrub-long": (33, "ms"),
}


def row_of(unit, target, *values):
    """A row whose rounds give these values."""
    return Row("row", "something", unit, target, lambda quick: (Sample(value) for value in values))


def told(row):
    """The line of the table about a row."""
    return run.table([measure(row, quick=True)]).splitlines()[2]


def test_every_promise_about_speed_has_a_row_with_its_target():
    assert {row.name: (row.target, row.unit) for row in run.ROWS} == PROMISES


@pytest.mark.parametrize(
    ("unit", "kept", "broken"),
    [("ticks/s", 1_200, 750), (SHARE, 1_200, 750), ("ms", 800, 1_250), ("kB", 1_000, 1_250)],
)
def test_a_speed_must_reach_its_target_and_anything_else_must_not_exceed_it(unit, kept, broken):
    assert "✓ met" in told(row_of(unit, 1_000, kept, kept))
    assert "✗ missed by 25 %" in told(row_of(unit, 1_000, broken, broken))


def test_the_median_of_the_rounds_decides_and_their_range_is_told():
    line = told(row_of("ms", 100, 50, 130))

    assert "90 ms" in line
    assert "50 – 130" in line
    assert "✓ met" in line


def test_what_cannot_be_measured_here_is_skipped_with_the_reason():
    def nowhere(quick):
        raise CannotMeasureError("there is no Chromium or Chrome on this machine")
        yield

    table = run.table([measure(Row("row", "something", "ms", 1, nowhere), quick=True)])

    assert "skipped" in table
    assert "something: there is no Chromium or Chrome on this machine" in table


def test_without_a_chromium_the_rows_of_the_browser_are_skipped(monkeypatch):
    monkeypatch.setattr(run.browser, "find_chromium", lambda: None)
    for row in run.browser.ROWS:
        assert "no Chromium" in measure(row, quick=True).skipped


def test_a_number_is_also_told_in_turns_of_a_plain_loop_so_that_machines_compare():
    assert row_of("ticks/s", 1).loops(50_000, 20e6) == 400
    assert row_of("ms", 1).loops(10, 20e6) == 200_000
    assert row_of("kB", 1).loops(300, 20e6) is None


def test_p95_is_what_95_of_100_stay_within():
    assert p95(list(range(100, 0, -1))) == 95
    assert p95([7]) == 7


def test_one_row_can_be_measured_alone_and_kept(capsys, tmp_path):
    kept = tmp_path / "kept.json"

    run.main(["--quick", "--only", "import-packages", "--json", str(kept)])

    machine, _, _, line, *_ = capsys.readouterr().out.splitlines()
    assert "Python" in machine
    assert "0 packages" in line
    assert "✓ met" in line
    (row,) = json.loads(kept.read_text())["rows"]
    assert row["values"] == [0, 0]


def test_a_word_that_no_row_has_is_refused_with_the_names_there_are(capsys):
    with pytest.raises(SystemExit):
        run.main(["--only", "swiftness"])
    assert "no row has 'swiftness' in it; there are idle, messages" in capsys.readouterr().err


@pytest.mark.parametrize("place", [None, "/nowhere"])
def test_without_the_recorded_histories_their_rows_are_skipped_and_the_others_measured(monkeypatch, place):
    """Wherever the bench is started, it measures what it can, and says of the rest why not."""
    monkeypatch.delenv("RAFTLAB_SHARED", raising=False)
    if place:
        monkeypatch.setenv("RAFTLAB_SHARED", place)
    rows = {row.name: row for row in run.ROWS}

    results = run.measured([rows["etcd"], rows["fifty"], rows["import-packages"]], quick=True)

    assert [each.verdict for each in results] == ["skipped", "skipped", "✓ met"]
    assert run.table(results).count("the recorded histories are not here: ") == 2


def test_a_row_that_cannot_even_be_made_is_skipped_too():
    def nowhere(quick):
        raise CannotMeasureError("there is no place for it")

    assert (
        measure(Row("row", "something", "ms", 1, nowhere), quick=True).skipped == "there is no place for it"
    )


def test_the_ratio_says_how_much_longer_it_takes_than_at_the_earlier_commit():
    slow, large = (measure(row_of(unit, 1, 300, 300), quick=True) for unit in ("s", "kB"))
    slow.loops = [3_000_000, 3_000_000]

    assert run.ratio(slow, {"row": 2_000_000}) == "1.50"
    assert run.ratio(large, {"row": 400}) == "0.75"
    assert run.ratio(large, {"another": 400}) == ""


def test_the_baseline_names_its_commit_and_how_it_was_taken_and_knows_these_rows_only():
    before = json.loads(run.BASELINE.read_text())

    assert re.fullmatch("[0-9a-f]{7}", before["commit"])
    assert "alternating" in before["taken"]
    assert before["cost"].keys() <= PROMISES.keys()
    assert before["commit"] in run.table([])


def test_two_checkouts_take_turns_in_one_run(capsys):
    """Against itself, a checkout is about as fast as itself; what counts here is that every turn is measured."""
    assert len(alternating.ratios(run.ROOT, 4, alternating.IDLE, 40)) == 4
    alternating.main([str(run.ROOT), "--turns", "3"])
    assert capsys.readouterr().out.startswith("time here / time there: median ")
    with pytest.raises(SystemExit):
        alternating.main([str(run.ROOT / "docs")])
    assert "there is no raftlab in" in capsys.readouterr().err
