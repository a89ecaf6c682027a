"""Thousands of elections against what was published: the thesis's formulas and the paper's Figure 16."""

import csv
import math
import subprocess
import sys
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import nbformat
import pytest
from nbclient import NotebookClient

from raftlab import Raft, UserError
from raftlab.experiments import (
    FIGURE_16,
    Serial,
    election_times,
    executors,
    figure_16,
    split_vote_probability,
    split_vote_rate,
)
from raftlab.experiments.published import CREDIT

HERE = Serial()  # few trials are done sooner than processes start

# Split votes in percent, nodes and available nodes by latency, as the thesis's formula has them.
LATENCIES = (0.01, 0.05, 0.1, 0.2)
TABLE = {
    (5, 4): (0.06, 1.40, 5.23, 18.08),
    (5, 3): (2.97, 14.26, 27.10, 48.80),
    (3, 2): (1.99, 9.75, 19.00, 36.00),
    (7, 6): (0.00, 0.22, 1.58, 9.89),
    (7, 4): (3.94, 18.55, 34.39, 59.04),
    (9, 8): (0.00, 0.04, 0.50, 5.63),
    (9, 7): (0.00, 0.38, 2.57, 14.80),
    (9, 6): (0.15, 3.28, 11.43, 34.46),
    (9, 5): (4.90, 22.62, 40.95, 67.23),
}
ROWS = [(*row, latency) for row in TABLE for latency in LATENCIES]


class Impatient(Raft):
    """Broken: the timeout is not random, the shortest is always taken."""

    def reset_election_timer(self):
        self.timer = self.election_timeout[0]


class Sleepy(Raft):
    """Broken: a node that has given its vote does not wait with its own election."""

    def on_request_vote(self, msg):
        timer = self.timer
        super().on_request_vote(msg)
        self.timer = timer


def quick(timeout_ms, trials=100, **changes):
    return figure_16(timeout_ms, trials=trials, executor=HERE, progress=False, **changes)


def standard_errors(nodes, available, latency, trials, **more):
    """How many standard errors the counted rate of split votes is away from the computed one."""
    expected = split_vote_probability(nodes, available, latency)
    rate = split_vote_rate(nodes, available, latency, trials=trials, progress=False, **more)
    return abs(rate - expected) / math.sqrt(expected * (1 - expected) / trials)


# -- Split votes ------------------------------------------------------------------------------------


def integral(nodes, available, latency, steps=2_000):
    """The formula as the thesis has it, its integrals by the midpoint rule."""
    s, least = available, available - nodes // 2 + 1
    width = (1 - latency) / steps
    total = latency**s
    for k in range(least, s + 1):
        for step in range(steps):
            t = (step + 0.5) * width
            q = latency / (1 - t)
            total += (
                math.comb(s - 1, k - 1) * q ** (k - 1) * (1 - q) ** (s - k) * s * (1 - t) ** (s - 1) * width
            )
    return total


@pytest.mark.parametrize(("nodes", "available"), TABLE)
def test_the_binomial_is_the_thesis_s_sum_of_integrals_and_gives_its_numbers(nodes, available):
    for latency, percent in zip(LATENCIES, TABLE[nodes, available], strict=True):
        found = split_vote_probability(nodes, available, latency)
        assert found == pytest.approx(integral(nodes, available, latency), abs=1e-6)
        assert 100 * found == pytest.approx(percent, abs=0.0101)  # some of these were cut off, not rounded


@pytest.mark.parametrize(("nodes", "available", "latency"), [(5, 3, 0.1), (5, 4, 0.2), (3, 2, 0.05)])
def test_a_few_hundred_elections_split_about_as_often_as_computed(nodes, available, latency):
    assert standard_errors(nodes, available, latency, 400, executor=HERE) < 3


@pytest.mark.slow
@pytest.mark.parametrize(("nodes", "available", "latency"), ROWS)
def test_votes_split_as_often_as_computed(nodes, available, latency):
    """4,000 trials, 10,000 ticks across the range of timeouts, seed 1."""
    assert standard_errors(nodes, available, latency, 4_000) < 3


def test_nodes_whose_timeouts_are_not_random_are_told_apart_by_their_split_votes():
    rate = split_vote_rate(
        5, 4, 0.1, trials=20, node_class=Impatient, executor=HERE, progress=False, give_up_ms=5_000
    )
    assert rate == 1


def test_terms_are_geometric_because_no_term_remembers_the_one_before():
    """The first term is split with the formula's p, and 1 / (1 - p) are needed on average."""
    elections = election_times(
        (1_000, 2_000), 200, crashed=2, fresh=True, trials=500, executor=HERE, progress=False
    )
    expected = 1 / (1 - split_vote_probability(5, 3, 0.2))
    assert elections.mean_terms == pytest.approx(expected, rel=0.15)


# -- Figure 16 ----------------------------------------------------------------------------------------


def test_5_ms_of_randomness_bring_a_leader_within_some_300_ms():
    assert quick((150, 155)).median_ms == pytest.approx(287, rel=0.35)


def test_without_randomness_the_votes_split_for_more_than_10_s():
    line = quick((150, 150), trials=3, give_up_ms=10_000)
    assert min(line.times_ms) > 10_000
    assert not any(map(math.isfinite, line.times_ms))


def test_nodes_whose_timeouts_are_not_random_are_told_apart_by_their_elections():
    assert quick((150, 200), trials=3, node_class=Impatient, give_up_ms=10_000).median_ms > 10_000
    assert quick((150, 200)).worst_ms < 650


@pytest.mark.slow
def test_nodes_that_do_not_wait_for_whom_they_voted_for_are_told_apart():
    honest, broken = quick((12, 24)), quick((12, 24), node_class=Sleepy)
    assert broken.mean_terms > honest.mean_terms + 0.3


def test_the_smallest_downtime_is_half_of_the_shortest_timeout():
    line = quick((150, 300))
    assert min(line.times_ms) > 75
    assert min(line.times_ms) < 150


def test_nodes_with_stale_logs_never_win_but_delay_those_who_can():
    terms = quick((150, 300)).mean_terms
    assert terms > quick((150, 300), stale=0).mean_terms + 0.3


def test_were_votes_in_after_15_ms_candidates_of_12_ms_would_give_up_before():
    """The reason for the set-up of `figure_16`: a round trip and a write of 15 ms are impossible for its fastest line."""
    assert quick((12, 24), disk_ms=10).mean_ms > 2 * 35


@pytest.mark.slow
def test_figure_16_in_its_own_set_up():
    """1,000 trials each (100 without randomness), 1,000 ticks across the range or more, seed 1."""
    assert figure_16((150, 155), progress=False).median_ms == pytest.approx(287, rel=0.25)
    assert min(figure_16((150, 150), trials=100, give_up_ms=20_000, progress=False).times_ms) > 10_000
    assert figure_16((150, 200), progress=False).worst_ms < 650
    assert figure_16((12, 24), progress=False).mean_ms == pytest.approx(35, rel=0.25)


# How far a curve may be away from the published one, measured upwards (in shares of the elections) at
# every published quantile between the shortest and the longest time. Where timeouts are short, our
# first tenth is late: the fastest votes were in some 4 ms sooner there than the set-up's 11 ms, which
# is a third of 12 ms and nothing beside 150. 150-151 is not among them, see below.
TOLERANCE = {
    "150-155": 0.1,
    "150-175": 0.1,
    "150-200": 0.1,
    "150-300": 0.1,
    "100-200": 0.1,
    "50-100": 0.15,
    "25-50": 0.15,
    "12-24": 0.2,
}


@pytest.fixture(scope="module")
def curves(shared):
    found = defaultdict(dict)
    with (shared / "data" / "fig16_quantiles.csv").open() as file:
        for row in csv.DictReader(file):
            found[row["timeouts_ms"]][float(row["quantile"])] = float(row["time_without_leader_ms"])
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", TOLERANCE)
def test_a_whole_curve_of_figure_16_is_followed(name, curves):
    """1,000 trials, seed 1."""
    shortest, longest = map(int, name.split("-"))
    line = figure_16((shortest, longest), progress=False)
    for share, time in curves[name].items():
        if 0 < share < 1:
            ours = sum(each <= time for each in line.times_ms) / len(line)
            assert ours == pytest.approx(share, abs=TOLERANCE[name]), f"at {time} ms"


@pytest.mark.slow
def test_1_ms_of_randomness_takes_two_to_four_times_as_long_with_perfect_clocks(curves):
    """Real disks and schedulers add randomness of their own, in the size of this millisecond; we add none."""
    line = figure_16((150, 151), progress=False)
    for share, time in curves["150-151"].items():
        if 0.2 <= share <= 0.99:
            assert 2 < line.quantile_ms(share) / time < 4


@pytest.mark.slow
def test_what_is_drawn_beside_our_curves_is_what_the_published_curves_say(curves):
    for line in FIGURE_16.values():
        shortest, longest = line.timeout_ms
        for share, time in line.quantiles.items():
            assert curves[f"{shortest}-{longest}"][share] == pytest.approx(time, rel=0.04)
    assert "Ongaro" in CREDIT


# -- A wide area network --------------------------------------------------------------------------------


@pytest.mark.parametrize(("crashed", "mean"), [(1, 475), (2, 650)])
def test_over_a_wide_area_the_mean_is_about_the_thesis_s(crashed, mean):
    elections = election_times(
        (300, 600), (30, 40), crashed=crashed, fresh=True, trials=200, executor=HERE, progress=False
    )
    assert elections.mean_ms == pytest.approx(mean, rel=0.2)


@pytest.mark.slow
@pytest.mark.parametrize(("crashed", "mean", "most"), [(1, 475, 1_500), (2, 650, 3_000)])
def test_over_a_wide_area_elections_take_as_long_as_the_thesis_simulated(crashed, mean, most):
    """10,000 trials, 1,200 ticks across the range, seed 1. Fresh timers and an end with the election, as there."""
    elections = election_times(
        (300, 600), (30, 40), crashed=crashed, fresh=True, trials=10_000, progress=False
    )
    assert elections.mean_ms == pytest.approx(mean, rel=0.1)
    assert elections.quantile_ms(0.999) < most


@pytest.mark.slow
@pytest.mark.parametrize(("crashed", "mean"), [(1, 475), (2, 650)])
def test_counted_from_a_crash_to_the_first_heartbeat_the_wide_area_is_the_same(crashed, mean):
    elections = election_times((300, 600), (30, 40), crashed=crashed, trials=4_000, progress=False)
    assert elections.mean_ms == pytest.approx(mean, rel=0.1)


# -- Anywhere, any time ---------------------------------------------------------------------------------


def some(**changes):
    return election_times(one_way_ms=5, trials=130, progress=False, **changes)


@pytest.fixture(scope="module")
def serial():
    return some(executor=HERE)


def test_processes_and_threads_bring_the_same_elections(serial, monkeypatch):
    monkeypatch.setattr(executors.os, "cpu_count", lambda: 2)
    with executors.default_executor(abs, chunks=6) as processes:
        assert isinstance(processes, ProcessPoolExecutor)
    with ThreadPoolExecutor(2) as threads:
        assert some(executor=threads) == serial
    assert some() == serial


def test_a_dask_client_brings_the_same_elections(serial):
    from distributed import Client

    with Client(n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None) as client:
        assert some(executor=client.get_executor()) == serial


def test_another_seed_brings_other_elections_and_no_trial_depends_on_how_many_there_are(serial):
    assert some(executor=HERE, seed=2).times_ms != serial.times_ms
    fewer = election_times(one_way_ms=5, trials=30, executor=HERE, progress=False)
    assert fewer.times_ms == serial.times_ms[:30]


def test_where_there_are_no_processes_trials_run_here(serial, monkeypatch):
    def nowhere(method):
        raise NotImplementedError

    monkeypatch.setattr(executors.multiprocessing, "get_context", nowhere)
    assert isinstance(executors.default_executor(some, 100), Serial)
    assert some() == serial


@pytest.mark.slow
def test_a_script_that_its_processes_would_start_again_is_told_so_once(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import os\nfrom raftlab import UserError, compare\nos.cpu_count = lambda: 2\n"
        "try:\n    compare('cloudflare_cut', [()], range(50), 10, progress=False)\n"
        "except UserError as error:\n    print(error)\n"
    )
    found = subprocess.run([sys.executable, script], capture_output=True, text=True)
    assert found.stderr == ""
    assert found.stdout.count("\n") == 1
    assert "call this under \"if __name__ == '__main__':\"" in found.stdout


def test_a_script_that_is_piped_in_does_all_by_itself():
    code = "import os\nfrom raftlab import compare\nos.cpu_count = lambda: 2\nprint(len(compare('cloudflare_cut', [()], range(50), 10, progress=False).rows))"
    found = subprocess.run([sys.executable, "-"], input=code, capture_output=True, text=True)
    assert (found.stdout, found.stderr) == ("1\n", "")


def test_a_class_of_a_notebook_stays_in_the_notebook_s_process(monkeypatch):
    class Mine(Raft):
        pass

    assert isinstance(executors.default_executor(Mine, 100), Serial)
    assert len(some(node_class=Mine)) == 130


def test_a_bar_tells_how_far_it_is_and_only_on_stderr(capsys, monkeypatch):
    import tqdm.std

    class Bar(tqdm.std.tqdm):
        def update(self, n=1):
            steps.append(n)
            super().update(n)

    steps = []
    monkeypatch.setattr(tqdm.std, "tqdm", Bar)
    figure_16((150, 300), trials=60, executor=HERE)
    out, err = capsys.readouterr()
    assert out == ""
    assert "/60" in err
    assert sum(steps) == 60
    assert len(steps) > 2


def test_a_bar_in_a_notebook_stands_in_an_output_of_its_own_and_leaves_it_empty(tmp_path):
    class Watching(NotebookClient):
        def process_message(self, message, cell, index):
            shown.append(message["content"].get("data", {}).get("text/html", ""))
            return super().process_message(message, cell, index)

    shown = []
    code = "from raftlab import figure_16; print(len(figure_16((150, 300), trials=60)))"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    Watching(notebook, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert any("/60" in each for each in shown)
    bar, printed = notebook.cells[0].outputs
    assert bar.data["text/html"] == ""
    assert printed.text == "60\n"


def test_nothing_is_told_where_no_bar_is_wanted(capsys):
    quick((150, 300), trials=30)
    assert capsys.readouterr() == ("", "")


def test_importing_experiments_loads_no_package_of_others():
    assert "raftlab.experiments" in sys.modules
    code = (
        "import sys, raftlab.experiments; print(*{'tqdm', 'dask', 'numpy', 'matplotlib'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == ""


def test_trials_answer_what_one_asks_of_them():
    line = quick((150, 155))
    assert line.quantile_ms(0) == min(line.times_ms)
    assert line.quantile_ms(1) == line.worst_ms
    assert sum(time <= line.quantile_ms(0.9) for time in line.times_ms) >= 90
    assert repr(line).startswith("100 elections with timeouts of 150 to 155 ms: median ")
    with pytest.raises(UserError, match="a number from 0 to 1, not 50"):
        line.quantile_ms(50)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"timeout_ms": (300, 150)}, "timeout_ms is the wrong way round"),
        ({"timeout_ms": "fast"}, "timeout_ms is a pair of milliseconds"),
        ({"timeout_ms": (0, 10)}, "timeout_ms must be a time in milliseconds, 1 or more, not 0"),
        ({"one_way_ms": -1}, "one_way_ms must be a time in milliseconds, 0 or more, not -1"),
        ({"crashed": 3}, "number of crashed nodes must be a whole number from 1 to 2, not 3"),
        ({"stale": 4}, "number of stale nodes must be a whole number from 0 to 2, not 4"),
        ({"heartbeat_ms": 150}, "No leader could stay: its heartbeats come every 150 ms"),
        (
            {"timeout_ms": (1, 2)},
            "votes are back after 20 ms at the earliest, and a candidate waits for 2 ms at most",
        ),
        ({"disk_ms": 281}, "votes are back after 301 ms at the earliest"),
        ({"trials": 0}, "Trials must be a whole number of at least 1, not 0"),
        ({"seed": "x"}, "The seed must be a whole number"),
        ({"node_class": "Raft"}, "node_class must be Raft or a subclass of it"),
        ({"executor": "dask"}, "An executor must be one of concurrent.futures, not a str"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(wrong, sentence):
    with pytest.raises(UserError, match=sentence):
        election_times(**{"progress": False, "trials": 1} | wrong)


def test_a_cluster_without_a_majority_has_no_split_votes_to_count():
    with pytest.raises(UserError, match="available nodes must be a whole number from 3 to 5, not 2"):
        split_vote_probability(5, 2, 0.1)
    with pytest.raises(UserError, match=r"a share of the timeout range from 0 to 0\.5, not 20"):
        split_vote_rate(5, 4, 20)
