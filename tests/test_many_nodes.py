"""More nodes than a picture can show: they elect and replicate like a few nodes, in the order n1, n2, ..., n10; pictures refuse them."""

import pytest

from raftlab import (
    Cluster,
    Lab,
    Story,
    UserError,
    describe,
    draw_cluster,
    draw_links,
    draw_logs,
    draw_spacetime,
    draw_terms,
    election_times,
    play,
    side_by_side,
)
from raftlab.cli import main
from raftlab.experiments import Serial
from raftlab.player import save_page
from raftlab.sim.branches import History
from raftlab.sim.narrate import as_text
from raftlab.sim.reach import reach

WRITES = ((80, "propose", "x=1"), (120, "crash", "leader"), (200, "propose", "y=2"))


def many(nodes):
    return Story("many", "Many nodes", nodes=nodes, seed=2, ticks=300, actions=WRITES)


@pytest.fixture(scope="module", params=[11, 25])
def cluster(request):
    """A story of many nodes, in which the first leader crashes between two writes."""
    cluster = Cluster(many(request.param))
    cluster.tick(300)
    return cluster


def test_many_nodes_elect_a_leader_and_replicate_what_it_is_given(cluster):
    running = [node for id, node in cluster.nodes.items() if cluster.status[id] == "running"]

    assert len(running) == len(cluster.nodes) - 1
    assert cluster.leader() is not None
    assert {tuple(entry.command for entry in node.log) for node in running} == {("x=1", "y=2")}
    assert {node.commit_index for node in running} == {2}
    assert cluster.trace.broken() == {}


def test_a_leader_of_many_needs_more_than_half_of_them(cluster):
    trace = cluster.trace
    elected = next(event for event in trace.events if event.changes.get("role") == "leader")
    won = trace.at(elected.tick).views[elected.node]

    assert len(won.votes) >= len(cluster.nodes) // 2 + 1


def test_names_are_in_the_order_in_which_one_counts(cluster):
    counted = [f"n{number}" for number in range(1, len(cluster.nodes) + 1)]

    assert list(cluster.nodes) == list(cluster.trace.nodes) == counted
    for event in cluster.trace.events:
        if votes := event.changes.get("votes"):
            assert votes == [id for id in counted if id in votes]


def test_the_trace_of_many_nodes_is_told_in_words_and_is_the_same_every_time(cluster):
    told = as_text(cluster.trace)

    assert " n10 " in told
    assert told == as_text(play(many(len(cluster.nodes))))


def test_a_story_of_many_nodes_survives_json_and_python(cluster):
    story = cluster.story

    assert Story.from_json(story.to_json()) == story
    assert eval(story.as_python().partition("story = ")[2], {"Story": Story}) == story


@pytest.mark.parametrize("draw", [draw_cluster, draw_logs, draw_spacetime, draw_terms, describe])
def test_a_picture_of_more_than_nine_nodes_is_refused_in_a_sentence(cluster, draw):
    with pytest.raises(UserError, match=rf"show at most 9 nodes, not {len(cluster.nodes)}; of more, play\("):
        draw(cluster.trace)


def test_neither_a_state_nor_links_of_more_than_nine_nodes_are_drawn(cluster):
    with pytest.raises(UserError, match="at most 9 nodes"):
        draw_cluster(cluster.trace.at(100))
    with pytest.raises(UserError, match="at most 9 nodes"):
        draw_links(reach(cluster.network))


def test_a_history_of_many_nodes_is_kept_and_read_again():
    history = History(many(11))
    again = History.from_json(history.to_json())

    assert again.branch.trace.events == history.branch.trace.events


def test_the_command_tells_the_story_of_many_nodes_and_draws_no_picture_of_it(tmp_path, capsys):
    file, picture = tmp_path / "many.json", tmp_path / "many.svg"
    file.write_text(many(11).to_json())

    assert main(["play", str(file)]) == 0
    assert " n10 " in capsys.readouterr().out
    assert main(["play", str(file), "--svg", str(picture)]) == 2
    said = capsys.readouterr()
    assert "at most 9 nodes, not 11" in said.err
    assert said.out == ""
    assert not picture.exists()


def test_the_player_and_the_lab_refuse_more_than_nine_nodes(tmp_path):
    history = History(many(11))
    for show in (Lab, lambda h: save_page(h, tmp_path / "page.html"), lambda h: side_by_side(h.story, [()])):
        with pytest.raises(UserError, match="at most 9 nodes, not 11"):
            show(history)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(UserError, match="at most 9 nodes, not 12"):
        Lab("three_nodes", nodes=12)
    lab = Lab("three_nodes")
    with pytest.raises(UserError, match="at most 9 nodes, not 10"):
        lab.reset(nodes=10)
    assert len(lab.story.ids()) == 3


def test_elections_among_many_nodes_can_be_measured():
    few, more = (
        election_times((150, 300), 10, nodes=nodes, trials=10, executor=Serial(), progress=False)
        for nodes in (5, 25)
    )
    assert 150 < few.median_ms < 400
    assert 150 < more.median_ms < 400


def test_more_than_99_nodes_are_refused():
    with pytest.raises(UserError, match="must be a whole number from 1 to 99, not 100"):
        Cluster(nodes=100)
