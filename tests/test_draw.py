"""The still pictures: the same to the byte, described in words, readable without colour; a mistake gets a helpful sentence."""

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path

import pytest
from matplotlib.font_manager import fontManager

from raftlab import Cluster, UserError, load
from raftlab.colors import term_color
from raftlab.draw import (
    describe,
    describe_logs,
    describe_roles,
    describe_spacetime,
    describe_terms,
    draw_cluster,
    draw_logs,
    draw_roles,
    draw_spacetime,
    draw_terms,
    save_gif,
    save_svg,
)
from raftlab.draw.style import drawable, know_our_font

ROOT = Path(__file__).resolve().parent.parent
FIGURES = ROOT / "notebooks" / "figures"
SVG = "{http://www.w3.org/2000/svg}"


def played(name: str, ticks: int) -> Cluster:
    cluster = Cluster(load(name))
    cluster.tick(ticks)
    return cluster


@pytest.fixture(scope="module")
def election():
    """n5 asks for votes at tick 15 and leads from tick 18 on."""
    return played("best_case_election", 40).trace


@pytest.fixture(scope="module")
def crash():
    """n2 leads until it crashes at tick 60, n4 from tick 81 on; n2 is back at tick 150."""
    return played("leader_crash", 200).trace


@pytest.fixture
def ax():
    from matplotlib.figure import Figure

    return Figure(figsize=(8, 5)).add_subplot()


def words_in(ax) -> list[str]:
    """Every text of a picture: in its Axes and in its legend."""
    from matplotlib.text import Text

    return [text.get_text() for text in ax.findobj(Text) if text.get_text()]


# -- The same picture gives the same bytes ---------------------------------------------------------------

DRAW_ALL = """
import sys
from matplotlib.figure import Figure
from raftlab import Cluster, load
from raftlab.draw import *
cluster = Cluster(load("leader_crash"))
cluster.tick(100)
for draw in (draw_cluster, draw_logs, draw_spacetime, draw_terms, draw_roles):
    save_svg(draw(cluster.trace, ax=Figure().add_subplot()), f"{sys.argv[1]}/{draw.__name__}.svg")
"""


@pytest.mark.slow
def test_two_processes_draw_the_same_bytes(tmp_path):
    for seed in ("1", "2"):
        (tmp_path / seed).mkdir()
        environment = os.environ | {"PYTHONHASHSEED": seed}
        subprocess.run([sys.executable, "-c", DRAW_ALL, tmp_path / seed], env=environment, check=True)
    first, second = (sorted((tmp_path / seed).iterdir()) for seed in ("1", "2"))
    assert len(first) == 5
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_the_users_own_settings_change_neither_the_picture_nor_themselves(election, tmp_path):
    import matplotlib
    from matplotlib.figure import Figure

    save_svg(draw_spacetime(election, ax=Figure().add_subplot()), tmp_path / "plain.svg")
    with matplotlib.rc_context({"lines.linewidth": 9, "font.size": 30, "hatch.color": "red"}):
        before = dict(matplotlib.rcParams)
        figure = Figure(figsize=(6.4, 4.8))
        save_svg(draw_spacetime(election, ax=figure.add_subplot()), tmp_path / "own.svg")
        assert dict(matplotlib.rcParams) == before
    assert (tmp_path / "plain.svg").read_bytes() == (tmp_path / "own.svg").read_bytes()


def test_a_font_that_matplotlib_has_lost_from_its_list_is_found_again(monkeypatch):
    """This happens if the list of fonts was written while matplotlib was being moved or installed."""
    others = [font for font in fontManager.ttflist if "DejaVuSans" not in font.fname]
    monkeypatch.setattr(fontManager, "ttflist", others)
    know_our_font.cache_clear()
    assert drawable("n1 ✓") == "n1 ✓"
    assert {font.style for font in fontManager.ttflist if font.name == "DejaVu Sans"} == {"normal", "oblique"}


@pytest.mark.slow
def test_the_committed_figures_are_those_that_the_script_draws(tmp_path):
    pinned = re.search(r"^matplotlib==(\S+)", (ROOT / "requirements.lock").read_text(), re.M)
    if pinned is None or pinned[1] != version("matplotlib"):
        pytest.skip("Another matplotlib than the pinned one may draw other bytes.")
    subprocess.run([sys.executable, ROOT / "docs" / "make_figures.py", tmp_path], check=True)
    drawn = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    committed = {path.name: path.read_bytes() for path in FIGURES.glob("*.svg")}
    assert drawn.keys() == committed.keys(), "run `make figures`"
    for name, content in drawn.items():
        assert content == committed[name], f"notebooks/figures/{name} is stale: run `make figures`"


# -- Every picture in words ------------------------------------------------------------------------------


def test_the_words_say_who_leads(election, crash):
    assert describe(election, 16).startswith("Tick 16: nobody leads.")
    assert "n5 is a candidate in term 1" in describe(election, 16)
    assert describe(election).startswith("Tick 40: n5 leads term 1.")
    assert "n2 is crashed" in describe(crash, 90)
    assert "n4 leads term 2" in describe_logs(crash, 90)
    assert "Tick 18: n5 becomes leader of term 1" in describe_spacetime(election)
    assert "Tick 60: n2 crashes" in describe_spacetime(crash, 50, 70)
    assert "leader in term 1 from tick 22, crashed in term 1 from tick 60" in describe_terms(crash)
    assert "In this run: " in describe_roles(election)
    assert "follower to candidate 1 time" in describe_roles(election)
    assert "In these runs: " in describe_roles([election, crash])
    assert "follower to candidate 3 times" in describe_roles([election, crash])


def test_a_run_can_be_drawn_before_anything_happened():
    trace = Cluster(nodes=3).trace
    for draw in (draw_cluster, draw_logs, draw_spacetime, draw_terms, draw_roles):
        from matplotlib.figure import Figure

        draw(trace, ax=Figure().add_subplot())
    assert describe(trace) == "Tick 0: nobody leads. The followers are n1, n2 and n3 (term 0)."


def test_the_words_name_every_cut_once():
    cluster = played("best_case_election", 30)
    cluster.cut("n1", "n3")
    cluster.cut("n2", "n4", one_way=True)
    cluster.tick(1)
    assert "Cut between n1 and n3. Cut one way: from n2 to n4." in describe(cluster.trace)


def test_a_picture_carries_its_words_into_the_file(election, ax, tmp_path):
    save_svg(draw_cluster(election, 30, ax=ax), tmp_path / "cluster.svg")
    root = ElementTree.parse(tmp_path / "cluster.svg").getroot()
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == "Tick 30: n5 leads term 1."
    assert root.findtext(f"{SVG}desc") == describe(election, 30) == ax.get_label()


def test_typed_words_break_no_file(ax, tmp_path):
    cluster = played("best_case_election", 30)
    for command in ("$x$ <b>&", "日本語\n=1", "long" * 50):
        cluster.propose(command)
    cluster.tick(10)
    save_svg(draw_logs(cluster.trace, ax=ax), tmp_path / "logs.svg", 'a <title> & "more". And so on.')
    root = ElementTree.parse(tmp_path / "logs.svg").getroot()
    assert root.findtext(f"{SVG}title") == 'a <title> & "more".'
    assert "$x$ <b>&" in words_in(ax)


@pytest.mark.parametrize("path", sorted(FIGURES.glob("*.svg")), ids=lambda path: path.stem)
def test_every_committed_figure_has_a_text_and_an_opaque_background(path):
    root = ElementTree.parse(path).getroot()
    assert len(root.findtext(f"{SVG}title") or "") > 20
    assert len(root.findtext(f"{SVG}desc") or "") > 60
    background = root.find(f"{SVG}g/{SVG}g/{SVG}path")
    assert background is not None
    assert "fill: #ffffff" in background.get("style", "")


# -- What is drawn ---------------------------------------------------------------------------------------


def test_the_axes_that_are_given_are_drawn_on(election, ax):
    for draw in (draw_cluster, draw_logs, draw_spacetime, draw_terms, draw_roles):
        assert draw(election, ax=ax) is ax
        ax.clear()


def test_without_axes_a_figure_is_made_that_a_notebook_shows(election):
    from matplotlib import pyplot

    for draw in (draw_cluster, draw_logs, draw_spacetime, draw_terms, draw_roles):
        figure = draw(election, dark=True).figure
        assert pyplot.fignum_exists(figure.number)
        pyplot.close(figure)


def test_roles_and_states_are_told_in_words_not_by_colour_alone(ax):
    cluster = played("leader_crash", 90)
    cluster.pause("n1")
    cluster.tick(1)
    words = words_in(draw_cluster(cluster.trace, ax=ax))
    for word in ("★ leader", "✕ crashed", "‖ paused", "term 2"):
        assert word in words
    assert "follower" not in words, "what most nodes are needs no words"


def test_a_liar_is_marked_and_named_and_without_one_nobody_is(ax):
    trace = played("two_votes_one_term", 14).trace
    words = words_in(draw_cluster(trace, ax=ax))
    assert "follower (lies)" in words
    assert "n5 lies (double voter)" in describe(trace)
    ax.clear()
    assert "lies" in words_in(draw_logs(trace, ax=ax))
    ax.clear()
    assert not [
        word for word in words_in(draw_cluster(played("leader_crash", 14).trace, ax=ax)) if "lies" in word
    ]


def test_what_is_only_in_the_snapshot_is_one_strip_and_what_follows_are_entries(ax):
    trace = played("snapshot", 70).trace
    words = words_in(draw_logs(trace, ax=ax))
    assert words.count("snapshot 1–3") == 2  # of n1, which took it, and of n3, which was sent it
    assert words.count("x=1") == 1 + 1  # of n2, and as a fact
    assert words.count("z=4") == 3 + 1
    assert "in the snapshot, and no longer in the log" in words
    assert "n3 has 4 entries, the last of term 1, 3 of them only in its snapshot" in describe_logs(trace)
    ax.clear()
    assert not [word for word in words_in(draw_logs(trace, 20, ax=ax)) if "snapshot" in word]


def test_an_entry_that_says_who_may_vote_is_never_cut_short_and_fits_its_column():
    from matplotlib.figure import Figure

    ax = Figure(figsize=(11, 10)).add_subplot()  # so large that letters have their true widths
    trace = played("membership_bug", 44).trace
    told = {text.get_text(): text for text in draw_logs(trace, ax=ax).texts}
    assert {"voters n1 n2 n3 n4 n5", "voters n2 n3 n4"} <= told.keys()
    words = told["voters n1 n2 n3 n4 n5"].get_window_extent()
    boxes = [patch.get_window_extent() for patch in ax.patches]
    assert any(box.x0 < words.x0 and words.x1 < box.x1 and box.width < 1.3 * words.width for box in boxes)
    assert "n2 has 3 entries, the last of term 4; 3 known to be committed; voters: n2, n3 and n4." in (
        describe_logs(trace)
    )


def test_a_long_snapshot_takes_no_more_room_than_the_columns_that_are_shown(ax):
    cluster = played("snapshot", 20)
    for number in range(20):
        cluster.propose(f"x={number}")
        cluster.tick(5)
    cluster.snapshot("n1")
    cluster.tick(1)
    words = words_in(draw_logs(cluster.trace, ax=ax))
    assert "… 14 earlier" in words
    assert "snapshot 1–25" in words


def test_a_link_unlike_the_others_says_what_it_does_and_for_which_way(ax):
    lossy, slow = played("cloudflare_lossy_90", 60).trace, played("two_verdicts", 60).trace
    words = words_in(draw_cluster(lossy, ax=ax))
    assert "90 % lost" in words
    assert "from n1 to n3 90 % lost; from n3 to n1 90 % lost" in describe(lossy)
    ax.clear()
    assert "n1→n3: 22 ticks" in words_in(draw_cluster(slow, ax=ax))
    ax.clear()
    assert "90 % lost" not in words_in(draw_cluster(lossy, 20, ax=ax))


def test_a_message_is_the_word_that_the_player_writes_on_it(ax):
    trace = played("handover", 60).trace
    sent = {message[0]: message[4] for message in trace.messages}
    words = words_in(draw_cluster(trace, sent["TimeoutNow"], ax=ax))
    assert "stand now" in words
    ax.clear()
    assert "vote now?" in words_in(draw_cluster(trace, sent["RequestVoteNow"], ax=ax))
    ax.clear()
    write = played("one_write", 30).trace
    assert "x=5" in words_in(draw_cluster(write, 17, ax=ax))


def filled_with(ax, color: str) -> list:
    """The boxes and circles of a picture that have a colour."""
    from matplotlib.colors import to_hex

    return [patch for patch in ax.patches if to_hex(patch.get_facecolor()) == color]


def test_requests_are_filled_with_their_terms_colour_and_replies_are_hollow(election, ax):
    from matplotlib.colors import to_hex
    from matplotlib.patches import FancyBboxPatch

    draw_cluster(election, 16, ax=ax)
    words = words_in(ax)
    boxes = [box for box in filled_with(ax, term_color(1)) if isinstance(box, FancyBboxPatch)]
    rings = [box for box in ax.patches if to_hex(box.get_edgecolor()) == term_color(1)]
    assert words.count("vote?") == len(boxes) > 0
    assert words.count("yes") == len(rings) > 0


def test_an_entry_is_filled_where_it_is_known_to_be_committed_and_hollow_where_it_is_only_stored(ax):
    draw_logs(played("minority_leader", 105).trace, ax=ax)
    legend = fact = 1
    assert len(filled_with(ax, term_color(1))) == 5 + fact + legend
    assert len(filled_with(ax, term_color(2))) == 1 + fact  # only n5 knows of x=3


def test_what_is_lost_at_a_wall_is_drawn_once_and_counted(ax):
    words = words_in(draw_cluster(played("minority_leader", 105).trace, ax=ax))
    assert words.count("x=2") == 1
    assert "×3" in words
    assert "cut" in words


def test_a_gate_stands_behind_as_many_votes_as_are_a_majority(election, ax):
    draw_cluster(election, 16, ax=ax)
    votes = [patch.center[0] for patch in ax.patches if getattr(patch, "radius", 0) == 4.8]
    gates = [
        line.get_xdata() for line in ax.lines if line.get_linewidth() and len(set(line.get_xdata())) == 1
    ]
    assert len(votes) == 5
    assert [sum(x < gate[0] for x in votes) for gate in gates] == [3]


def test_who_has_no_vote_is_not_shown_as_one_that_was_asked():
    from raftlab.draw.history import scene_at

    votes = scene_at(played("new_node", 5).trace, 3).votes["n1"]
    assert set(votes) == {"n1", "n2", "n3"}


def test_in_another_protocol_no_votes_are_shown_and_its_messages_have_its_words(ax):
    from raftlab.models.paxos import DUEL, Paxos

    cluster = Cluster(DUEL, node_class=Paxos)
    cluster.tick(30)
    words = words_in(draw_cluster(cluster.trace, 11, ax=ax))
    assert {"promise?", "promise"} & set(words)
    assert "vote?" not in words
    assert "its votes" not in describe(cluster.trace, 11)


def test_the_space_time_diagram_of_another_protocol_has_its_words(ax):
    from raftlab.models.paxos import DUEL, Paxos

    cluster = Cluster(DUEL, node_class=Paxos)
    cluster.tick(30)
    words = words_in(draw_spacetime(cluster.trace, ax=ax))
    assert {"promise?", "promise", "x=1?", "no"} <= set(words)
    assert "vote?" not in words


def test_nodes_stand_on_a_circle_clockwise_from_the_top():
    from raftlab.draw.islands import around_the_middle

    places = around_the_middle(["n1", "n2", "n3", "n4"], (265, 246), (178, 142))
    assert [place for _, place in sorted(places.items())] == [(265, 104), (443, 246), (265, 388), (87, 246)]


@pytest.mark.parametrize("number", [1, 2, 3, 5, 7, 9])
def test_nodes_that_nothing_passes_between_stand_on_islands_of_their_own_and_none_touches_another(number):
    from itertools import combinations
    from math import dist

    from raftlab.draw.islands import layout_of

    nodes = [f"n{each + 1}" for each in range(number)]
    for size in range(1, number + 1):
        groups = [nodes[start : start + size] for start in range(0, number, size)]
        of = {node: at for at, group in enumerate(groups) for node in group}
        down = [f"{a}>{b}" for a in nodes for b in nodes if of[a] != of[b]]
        layout = layout_of(nodes, down, 0, 0, 700, 400)
        assert [island.nodes for island in layout.islands] == groups
        for node, place in layout.places.items():
            assert layout.island_of(node).holds(place)
        for a, b in combinations(layout.places.values(), 2):
            assert dist(a, b) > 2 * layout.radius


def test_a_cut_one_way_parts_islands_unless_there_is_another_way_back(ax):
    from raftlab.draw.islands import groups_of

    assert groups_of(["n1", "n2"], {"n1>n2"}) == [["n1"], ["n2"]]
    assert groups_of(["n1", "n2", "n3"], {"n1>n2"}) == [["n1", "n2", "n3"]]
    cluster = Cluster(nodes=2, seed=1)
    cluster.cut("n1", "n2", one_way=True)
    assert "cut" in words_in(draw_cluster(cluster.trace, ax=ax))
    tips = [patch for patch in ax.patches if len(getattr(patch, "xy", ())) == 4]
    assert len(tips) == 1, "an arrow passes the wall, the way that works"


def test_the_first_row_of_the_logs_shows_committed_entries_even_if_no_node_knows_it(ax):
    trace = played("minority_leader", 105).trace
    words = words_in(draw_logs(trace, ax=ax))
    assert words.count("x=3") == 4, "on three nodes, and as a fact"
    assert words.count("committed") == 1 + 1, "what the row is called; and what that means"
    assert words.index("committed") < words.index("x=1"), (
        "it stands before the entries, not beside the next index"
    )
    signs = 2
    assert words.count("≠") == signs + 1, "n1 and n2 hold something else; and what that means"
    assert "Entry 1 (x=1, term 1) and entry 2 (x=3, term 2) are committed" in describe_logs(trace)
    ax.clear()
    assert "nothing is committed yet" in words_in(draw_logs(Cluster(nodes=3).trace, ax=ax))
    ax.clear()
    assert "committed" not in words_in(draw_logs(trace.at(105), ax=ax)), "a state alone does not tell"


def test_answers_to_heartbeats_are_left_out_as_in_the_player(ax):
    cluster = Cluster(nodes=3, seed=1)
    cluster.tick(60)
    trace = cluster.trace
    answers = [
        each for each in map(trace.message, range(len(trace.messages))) if each.kind == "AppendEntriesReply"
    ]
    tick = answers[-1].sent
    assert "AppendEntriesReply" in [each.kind for each in trace.at(tick).in_flight]
    assert "ok" not in words_in(draw_cluster(trace, tick, ax=ax))
    ax.clear()
    assert "ok" not in words_in(draw_spacetime(trace, 30, 60, ax=ax))
    cluster.write("x", "5")
    cluster.tick(20)
    ax.clear()
    assert "ok" in words_in(draw_spacetime(cluster.trace, 60, 80, ax=ax)), "of this one something comes"


def test_votes_are_granted_on_the_way_and_refused():
    from raftlab.draw.history import scene_at

    trace = played("split_vote", 60).trace
    seen = {
        vote
        for tick in range(61)
        for votes in scene_at(trace, tick).votes.values()
        for vote in votes.values()
    }
    assert seen == {"granted", "on the way", "refused"}


def test_a_vote_that_comes_when_the_election_is_won_was_granted_all_the_same():
    from raftlab.draw.history import scene_at

    late = played("three_nodes", 60).trace  # n2 leads from tick 20; n1's vote comes at tick 24
    assert scene_at(late, 23).votes["n2"] == {"n1": "on the way", "n2": "granted", "n3": "granted"}
    assert scene_at(late, 24).votes["n2"] == {"n1": "granted", "n2": "granted", "n3": "granted"}


def test_a_state_and_its_trace_show_the_same_roles(election, ax):
    from_trace = words_in(draw_cluster(election, 30, ax=ax))
    ax.clear()
    from_state = words_in(draw_cluster(election.at(30), ax=ax))
    assert from_state.count("★ leader") == from_trace.count("★ leader") == 1


def test_periods_have_no_gaps(crash):
    from raftlab.draw.history import periods

    for lived in periods(crash, 30, 170).values():
        assert (lived[0].since, lived[-1].until) == (30, 170)
        assert all(before.until == after.since for before, after in pairwise(lived))


def test_long_logs_show_their_end(ax):
    cluster = played("best_case_election", 30)
    for number in range(20):
        cluster.propose(f"x={number}")
    cluster.tick(30)
    words = words_in(draw_logs(cluster.trace, ax=ax))
    assert "… 9 earlier" in words
    assert "x=19" in words
    assert "x=3" not in words


@pytest.mark.slow
def test_a_film_has_a_frame_for_every_tick_asked_for(election, tmp_path):
    from PIL import Image

    save_gif(election, tmp_path / "run.gif", start=14, stop=20, every=2, ms_per_frame=100)
    with Image.open(tmp_path / "run.gif") as film:
        assert film.n_frames == 4
        assert film.info["duration"] == 100
    save_gif(election, tmp_path / "logs.gif", start=20, stop=21, draw=draw_logs)
    with Image.open(tmp_path / "logs.gif") as film:
        assert film.n_frames == 2


# -- What it costs, and mistakes -------------------------------------------------------------------------


def test_matplotlib_is_only_imported_when_something_is_drawn():
    code = "import sys, raftlab.draw; print([m for m in ('matplotlib', 'networkx', 'PIL', 'tqdm') if m in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


MISTAKES = {
    "no such tick": (lambda trace, _: draw_cluster(trace, 99), "from 0 to 40"),
    "half a tick": (lambda trace, _: draw_logs(trace, 1.5), "whole number"),
    "a negative tick": (lambda trace, _: describe(trace, -1), "from 0 to 40"),
    "True as a tick": (lambda trace, _: describe(trace, True), "whole number"),
    "another tick than the state's": (lambda trace, _: draw_cluster(trace.at(30), 31), "tick 30"),
    "a cluster": (lambda *_: draw_cluster(Cluster(nodes=3)), "its .trace"),
    "a word": (lambda *_: draw_terms("trace"), "not a str"),
    "a state over time": (lambda trace, _: draw_spacetime(trace.at(30)), "draws a trace"),
    "a start after the stop": (lambda trace, _: draw_spacetime(trace, 20, 10), "comes after"),
    "no axes": (lambda trace, _: draw_cluster(trace, ax="here"), "Axes"),
    "no axes over time": (lambda trace, _: draw_terms(trace, ax=3), "Axes"),
    "roles of nothing": (lambda *_: draw_roles(7), "draws a trace"),
    "no picture": (lambda trace, path: save_svg(trace, path / "a.svg"), "save_svg saves"),
    "no folder": (lambda trace, path: save_gif(trace, path / "none" / "a.gif"), "no folder"),
    "no path": (lambda trace, _: save_gif(trace, 5), "name of a file"),
    "a name too long for a file": (
        lambda trace, path: save_gif(trace, path / f"{300 * chr(97)}.gif", 30, 31),
        "cannot be written",
    ),
    "a film that is no GIF": (
        lambda trace, path: save_gif(trace, path / "a.mp4", 30, 31),
        "must end in .gif",
    ),
    "a picture that is no SVG": (
        lambda trace, path: save_svg(draw_cluster(trace), path / "a.png"),
        "must end in .svg",
    ),
    "a film that ends before it begins": (
        lambda trace, path: save_gif(trace, path / "a.gif", 9, 3),
        "comes after",
    ),
    "a film without steps": (lambda trace, path: save_gif(trace, path / "a.gif", every=0), "at least 1"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_answered_with_one_sentence(name, election, tmp_path):
    attempt, words = MISTAKES[name]
    with pytest.raises(UserError, match=re.escape(words)) as told:
        attempt(election, tmp_path)
    assert str(told.value).endswith(".")
    assert "\n" not in str(told.value)
    assert not list(tmp_path.iterdir())


def test_an_endless_film_is_refused_with_what_would_do(tmp_path):
    trace = Cluster(nodes=1).trace
    trace.ticks = 10_000
    with pytest.raises(UserError, match=r"more than 2000; try every=6\."):
        save_gif(trace, tmp_path / "long.gif")
