"""The rows of clients' operations below a space-time diagram: of clients of a workload, and of requests by hand."""

import json
import shutil
import subprocess

import pytest
from faulty import faulty_story

from raftlab import STORIES, Cluster, History, Story, draw_spacetime, load, play
from raftlab.player import module
from raftlab.sim.english import wish_words


def drawn(trace, *span):
    """Names of the rows, words on the picture and in its legend, and its description."""
    ax = draw_spacetime(trace, *span)
    rows = [label.get_text() for label in ax.get_yticklabels()]
    legend = ax.get_legend()
    legend = [text.get_text() for text in legend.get_texts()] if legend else []
    return rows, {text.get_text() for text in ax.texts}, legend, ax.get_label()


def test_what_a_story_or_a_hand_asks_shares_one_row():
    rows, texts, legend, told = drawn(play(load("client_write")))
    assert rows == ["n1", "n2", "n3", "n4", "n5", "", "by hand"]
    assert {"put x 5", "get x → 5"} <= texts
    assert "client: from request to answer" in legend
    assert "by hand: put x 5, ticks 30 to 35. by hand: get x → 5, ticks 60 to 63." in told


def test_what_is_never_answered_stays_open_and_the_next_question_has_a_row_of_its_own():
    rows, texts, legend, _ = drawn(play(load("minority_leader")))
    assert rows == ["n1", "n2", "n3", "n4", "n5", "", "by hand", ""]
    assert {"put x 1", "put x 2 → ?", "put x 3"} <= texts
    assert "client: never answered: open" in legend


def test_what_a_node_refuses_at_once_was_never_done_and_has_no_bar():
    cluster = Cluster(nodes=3, seed=1)
    cluster.run_until("leader")
    cluster.write("x", 1, "a follower")
    cluster.tick(20)
    assert drawn(cluster.trace)[0] == ["n1", "n2", "n3"]


def test_what_logs_hold_at_the_beginning_was_asked_by_nobody_in_the_picture():
    assert drawn(play(load("figure_7")), 0, 10)[0] == [*load("figure_7").ids()]


def test_where_nothing_is_asked_there_are_neither_rows_nor_a_legend_for_them():
    rows, _, legend, told = drawn(play(load("three_nodes")))
    assert rows == ["n1", "n2", "n3"]
    assert legend == []
    assert "by hand" not in told


OPERATIONS = """
import { Timeline } from "./player.mjs";
import { readFileSync } from "node:fs";
for (const bundle of JSON.parse(readFileSync("bundles.json"))) {
  const branch = new Timeline(bundle).branch(0).resolve();
  const tick = (event) => (event === undefined ? null : branch.tickOf(event));
  const told = branch.operations.map(({ client, words, invoked, returned }) => [client, words, tick(invoked), tick(returned)]);
  console.log(JSON.stringify(told));
}
"""


UNCERTAIN = Story(
    "uncertain", "Whose answer is it?", nodes=3, seed=1, ticks=90, goals=(),
    actions=(
        (40, "propose", "x:1->2", "leader", "twin"),
        (40, "propose", "x=3", "leader", "twin"),
        (41, "propose", "s1.1 x=4", "leader"),
        (42, "propose", "nonsense", "leader"),
        (50, "propose", "y+=1=2", "leader"),
        (60, "read", "y", "leader", "twin"),
        (61, "propose", "y=3", "a follower"),
    ),
)  # fmt: skip


def as_the_player_says(operation):
    """An operation as [client, words of the question, ticks]."""
    asked = wish_words(operation.kind, operation.key, operation.argument)
    return [operation.client, asked, operation.invoked, operation.returned]


@pytest.mark.slow
def test_the_player_and_the_trace_know_the_same_operations(tmp_path):
    """Where answers are uncertain, in all stories, and in faulty runs with both kinds of clients."""
    if not shutil.which("node"):
        pytest.skip("The player's operations are found by JavaScript, and node is not here.")
    histories = [History(story) for story in (UNCERTAIN, *STORIES.values(), *map(faulty_story, range(10)))]
    (tmp_path / "player.mjs").write_text(module(), encoding="utf-8")
    (tmp_path / "bundles.json").write_text(json.dumps([history.bundle() for history in histories]))
    (tmp_path / "operations.mjs").write_text(OPERATIONS)
    run = subprocess.run(
        ["node", "operations.mjs"], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=240
    )
    told = [json.loads(line) for line in run.stdout.splitlines()]
    expected = [
        list(map(as_the_player_says, history.branch.trace.operations(before=False))) for history in histories
    ]
    assert sum(map(len, expected)) > 500
    for found, right, history in zip(told, expected, histories, strict=True):
        assert sorted(found, key=str) == sorted(right, key=str), history.branch.trace.story.name
