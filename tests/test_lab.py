"""The Lab without a page: what its methods do, what its player may ask for, and what it says if something is impossible."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from raftlab import Cluster, History, Lab, Story, draw_logs, load, save_gif
from raftlab.exercises.notebook import suspect
from raftlab.lab.widget import MOST_KEPT
from raftlab.models.paxos import Paxos
from raftlab.sim.errors import UserError
from raftlab.sim.presets import PRESETS
from raftlab.sim.verbs import VERBS
from raftlab.stories import STORIES


@pytest.fixture
def lab():
    """A Lab of five nodes, and the messages that it sends to its pages."""
    lab = Lab("three_nodes", nodes=5, seed=3)
    lab.told = []
    lab.send = lab.told.append
    return lab


def shows(lab, tick, moves=None):
    """The page reports that it shows this tick, and which move of the kernel it has shown last: all of them, if none is given."""
    lab._on_request(lab, {"look": tick, "moves": lab.moves if moves is None else moves}, [])


def titles(lab):
    """What is played, and how many nodes it has."""
    return lab.history.story.title, lab.history.story.nodes


# -- Begin anew, load, and back again -----------------------------------------------------------------------


def test_a_story_of_islands_goes_on_with_other_nodes_as_a_free_run():
    lab = Lab("three_islands")
    lab.reset(nodes=7)
    assert titles(lab) == ("A free run of 7 nodes", 7)
    lab.reset(nodes=1)
    assert titles(lab) == ("A free run of 1 node", 1)
    lab.reset("leader_crash", nodes=3)  # it goes on working, whatever was played before
    assert titles(lab) == ("A free run of 3 nodes", 3)


def test_a_story_of_ones_own_is_loaded_and_undo_takes_the_load_back(lab, tmp_path):
    Lab(Story("mine", "A story of my own", nodes=4)).save(tmp_path / "mine.json")
    lab.crash("n2")
    before = lab.story
    lab.load(tmp_path / "mine.json")
    assert titles(lab) == ("A story of my own", 4)
    assert lab.told[-1]["bundle"]["title"] == "A story of my own"
    lab.undo()
    assert lab.story == before
    assert lab.told[-1]["bundle"]["title"] == lab.history.story.title
    lab.undo()  # and then what was done before it
    assert (lab.story.actions, lab.can_undo) == ((), False)


def test_undo_after_begin_anew_leads_back_to_the_tick_one_looked_at(lab):
    lab.go(40)
    lab.reset(seed=8)
    assert (lab.tick, lab.story.seed, lab.can_undo) == (0, 8, True)
    lab.undo()
    assert (lab.tick, lab.story.seed, lab.can_undo) == (40, 3, False)
    with pytest.raises(UserError, match="There is nothing to undo"):
        lab.undo()


def test_a_deed_in_the_new_run_is_taken_back_before_the_run_itself(lab):
    lab.reset(seed=8)
    lab.crash("n1")
    lab.undo()
    assert (lab.story.seed, lab.story.actions) == (8, ())
    lab.undo()
    assert lab.story.seed == 3


def test_redo_leads_forth_again_through_deeds_and_runs(lab):
    lab.crash("n1")
    lab.reset(seed=8)
    lab.crash("n2")
    for _ in range(3):
        lab.undo()
    assert (lab.story.seed, lab.story.actions, lab.can_redo) == (3, (), True)
    lab.redo()
    assert [action[1:] for action in lab.story.actions] == [("crash", "n1")]
    lab.redo()
    assert (lab.story.seed, lab.story.actions) == (8, ())
    lab.redo()
    assert [action[1:] for action in lab.story.actions] == [("crash", "n2")]
    with pytest.raises(UserError, match="There is nothing to do again"):
        lab.redo()


def test_after_another_run_what_was_undone_is_gone(lab):
    lab.crash("n1")
    lab.undo()
    lab.reset(seed=8)
    lab.undo()
    assert (lab.story.seed, lab.can_redo) == (3, True), "the other run can be had again"
    lab.redo()
    assert (lab.story.seed, lab.can_redo) == (8, False)


def test_runs_are_kept_for_undo_but_not_without_end(lab, monkeypatch):
    assert MOST_KEPT >= 10
    monkeypatch.setattr("raftlab.lab.widget.MOST_KEPT", 4)
    for seed in range(4 + 3):
        lab.reset(seed=seed)
    for _ in range(4):
        lab.undo()
    assert (lab.story.seed, lab.can_undo) == (2, False)


def test_nodes_of_ones_own_play_the_next_story_too():
    lab = Lab(node_class=Paxos)
    lab.reset(nodes=3)
    assert lab.history.node_class is Paxos
    wrong = suspect("01.a", "Ada")
    lab = Lab(History(load("three_nodes"), wrong.node_class))
    lab.reset("leader_crash")
    assert lab.history.node_class is wrong.node_class


def test_a_model_gives_way_to_raft_where_a_story_of_raft_is_asked_for():
    lab = Lab("paxos_round")
    assert lab.history.node_class is Paxos
    lab.reset(seed=5)
    assert lab.history.node_class is Paxos
    lab.reset("leader_crash")
    assert lab.history.node_class is None


def test_a_liar_that_is_gone_lies_no_more():
    lab = Lab(Story("lies", "Two liars", nodes=5, liars={"n2": "double_voter", "n5": "double_voter"}))
    lab.reset(nodes=3)
    assert dict(lab.history.story.liars) == {"n2": "double_voter"}


# -- Going beyond what was simulated -----------------------------------------------------------------------


def test_going_beyond_the_end_simulates_on_and_tells_the_page_only_what_is_new(lab):
    assert lab.trace.ticks == 300
    events = len(lab.trace.events)
    lab.go(1000)
    more, go = lab.told
    assert (lab.tick, lab.trace.ticks) == (1000, 1000)
    assert more["append"]["ticks"] == 1000
    assert len(more["append"]["events"]) == len(lab.trace.events) - events
    assert go == {"moves": lab.moves, "go": {"tick": 1000}}


def test_a_lab_may_begin_beyond_the_end_of_its_story():
    assert Lab("three_nodes", tick=400).trace.ticks == 400


@pytest.mark.parametrize("tick", [-1, 20_301, 2.5, "soon"])
def test_a_tick_that_cannot_be_reached_is_refused_and_nothing_moves(lab, tick):
    with pytest.raises(UserError, match=r"^The tick must be a whole number from 0 to 20300, not "):
        lab.go(tick)
    assert (lab.tick, lab.trace.ticks, lab.told) == (0, 300, [])


# -- What the page may ask for -----------------------------------------------------------------------------


def test_the_form_offers_every_story_that_can_be_drawn_and_every_timing(lab):
    offered = {each["name"]: each for each in lab.choices["stories"]}
    assert offered.keys() == {name for name, story in STORIES.items() if story.nodes <= 9}
    assert offered["three_islands"]["nodes"] == 9
    assert [name for name, _ in lab.choices["presets"]] == list(PRESETS)


def test_the_form_begins_another_run(lab):
    answer = lab.answer({"settings": {"story": "best_case_election", "seed": 5, "preset": "etcd"}})
    assert answer["bundle"]["title"] == load("best_case_election").title
    assert (lab.story.seed, lab.story.preset, lab.story.nodes) == (
        5,
        "etcd",
        load("best_case_election").nodes,
    )
    lab.answer({"settings": {"nodes": 1}})
    assert titles(lab) == ("A free run of 1 node", 1)
    lab.answer({"settings": {}})
    assert lab.can_undo


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"nodes": 12}, "Pictures and the player show at most 9 nodes, not 12"),
        ({"nodes": "many"}, "The number of nodes must be a whole number of at least 1, not 'many'."),
        ({"seed": 0.5}, "A seed must be a whole number, not 0.5."),
        ({"story": "leader_cash"}, "There is no story 'leader_cash'. Did you mean 'leader_crash'?"),
        ({"preset": "etc"}, "There is no preset 'etc'. Did you mean 'etcd'?"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence_and_the_run_goes_on(lab, settings, sentence):
    before = lab.history
    lab._on_request(lab, {"id": "1", "settings": settings}, [])
    (answer,) = lab.told
    assert answer["re"] == "1"
    assert answer["error"].startswith(sentence)
    assert lab.history is before
    lab.answer({"do": "crash", "args": ["n1"], "tick": 0})
    assert lab.story.actions == ((0, "crash", "n1"),)


def test_a_story_that_is_set_begins_anew_and_undo_brings_back_the_run(lab):
    before = lab.story
    lab.story = "leader_crash"
    assert (lab.story.name, lab.tick) == ("leader_crash", 0)
    lab.undo()
    assert lab.story == before
    with pytest.raises(UserError, match=r"^A story must be a name or a Story, not 3\.$"):
        lab.story = 3


def test_a_story_that_cannot_be_played_with_another_seed_is_refused_and_changes_nothing():
    lab = Lab("leader_crash")
    lab.crash("n1")
    history = lab.history
    with pytest.raises(
        UserError, match=r"^With seed 2 this story cannot be played\. At tick 150 of .* Try another seed"
    ):
        lab.reset(seed=2)
    assert lab.history is history
    assert lab.can_undo
    with pytest.raises(UserError, match=r"^With seed 2 this story cannot be played\."):
        Lab("leader_crash", seed=2)


@pytest.mark.parametrize("loss", [2, "half", -0.1])
def test_a_loss_that_cannot_be_is_not_made_one_that_can(lab, loss):
    with pytest.raises(UserError, match=r"^The loss must be a number from 0 \(never\) to 1 \(always\), not "):
        lab.answer({"do": "set_network", "args": [[1, 3], loss, 0], "tick": 0})


def test_files_are_named_without_their_ending_or_with_it(lab, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert lab.answer({"save": "mine"})["note"] == "Written: mine.json, in the folder of this notebook."
    lab.answer({"save_page": "mine.html"})
    assert sorted(each.name for each in tmp_path.iterdir()) == ["mine.html", "mine.json"]
    assert lab.answer({"load": "mine.json"})["bundle"]["title"] == lab.history.story.title
    with pytest.raises(UserError, match=r"^The file needs a name\.$"):
        lab.answer({"save": " "})
    with pytest.raises(
        UserError, match=r"^no/such/folder\.json cannot be written: No such file or directory\.$"
    ):
        lab.answer({"save": "no/such/folder"})
    with pytest.raises(UserError, match=r"^There is no other\.json in the folder of this notebook\.$"):
        lab.answer({"load": "other"})
    for outside in ("../../other.json", str(tmp_path / "other")):
        for word in ("load", "save", "save_page"):
            with pytest.raises(UserError, match="is not in the folder of this notebook"):
                lab.answer({word: outside})


def test_the_python_that_the_player_shows_makes_the_same_run(lab):
    lab.answer({"do": "crash", "args": ["n1"], "tick": 10})
    scope = {}
    exec(lab.answer({"as_python": True})["python"], scope)
    assert scope["story"] == lab.story


def test_everything_that_the_form_does_is_also_a_method(lab):
    for name in ("reset", "load", "save", "save_page", "as_python", "undo", "select", "what_if", *VERBS):
        assert callable(getattr(lab, name)), name


# -- A page that reports late -------------------------------------------------------------------------------


def test_a_question_is_asked_also_if_the_page_reports_just_then_what_it_showed_before(lab):
    """In a notebook another thread receives the reports, also between two lines of `ask`."""
    before = lab.moves
    lab.observe(lambda _: shows(lab, 0, moves=before), ["asked"])
    lab.ask("n1")
    assert lab.told[-1]["ask"] == lab.asked == ["n1", "leader", None]
    shows(lab, 0, moves=lab.told[-1]["moves"])
    assert lab.asked is None, "now the page has shown it"


def test_a_report_from_before_a_move_does_not_take_the_move_back(lab):
    before = lab.moves
    for move in (
        lambda: lab.go(40), lambda: lab.crash("n1"), lab.next_event, lambda: lab.select(0), lab.undo, lab.redo, lab.reset
    ):  # fmt: skip
        move()
        tick = lab.tick
        shows(lab, 7, moves=before)
        assert lab.tick == tick
        before = lab.told[-1]["moves"]
        assert before == lab.moves


def test_a_question_asked_after_something_was_done_is_there_for_a_new_page(lab):
    lab.crash("n2")
    lab.ask("n1")
    shows(lab, 0, moves=0)  # the page shows first the run as it was when the Lab was made
    assert lab.answer({"all": True})["ask"] == ["n1", "leader", None]


def test_more_of_a_branch_that_has_just_been_undone_is_refused_in_one_sentence(lab):
    lab.crash("n2")
    lab.undo()
    with pytest.raises(UserError, match=r"There is no branch 1; there are 0\."):
        lab.answer({"more": 1, "until": 900})


# -- For those who observe ----------------------------------------------------------------------------------


def test_a_notebook_can_observe_where_one_looks(lab):
    seen = []
    lab.observe(lambda change: seen.append((change.name, change.new)), ["tick", "current"])
    lab.go(20)
    shows(lab, 25)
    lab.crash("n1")
    assert seen == [("tick", 20), ("tick", 25), ("current", 1)]


def test_a_lab_says_what_it_takes():
    with pytest.raises(
        UserError, match=r"^Lab\(\) has no argument 'node'\. Did you mean 'nodes'\? It takes story, show"
    ):
        Lab(node=3)


# -- Files that cannot be written, and texts that cannot be drawn ---------------------------------------------


def test_a_film_that_cannot_be_saved_is_refused_before_a_frame_is_drawn(tmp_path):
    cluster = Cluster(nodes=3, seed=1)
    cluster.tick(30)
    drawn = []
    (tmp_path / "folder.gif").mkdir()
    with pytest.raises(UserError, match=r"folder\.gif cannot be written: Is a directory\.$"):
        save_gif(cluster.trace, tmp_path / "folder.gif", draw=lambda *_, **__: drawn.append(1))
    assert not drawn
    kept = tmp_path / "kept.gif"
    kept.write_bytes(b"of before")
    cluster.tick(2000)
    with pytest.raises(UserError, match="2031 frames"):
        save_gif(cluster.trace, kept)
    assert kept.read_bytes() == b"of before"


def test_where_the_system_cannot_write_a_name_a_sentence_says_so(tmp_path):
    code = "from raftlab import Lab\nfrom raftlab.sim.errors import UserError\n" \
        "try: Lab('three_nodes').save_page('\\u00e9.html')\nexcept UserError as error: print(error)"  # fmt: skip
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "utf-8"}
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", cwd=tmp_path,
        env={**os.environ, **plain, "PYTHONPATH": str(Path(__file__).parents[1])},
    )  # fmt: skip
    assert found.stdout.startswith("é.html cannot be written: this system's encoding has no way to write"), (
        found
    )


def test_a_log_with_a_blank_command_can_be_drawn():
    story = Story("blank", "A blank", nodes=1, start={"n1": {"term": 1, "log": ["1: "]}})
    assert draw_logs(Cluster(story).trace).get_label()
