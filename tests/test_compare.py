"""Comparisons: the same runs wherever they run, told as numbers, text, table and picture, and as a command."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from raftlab import CheckQuorum, Cluster, PreVote, Story, UserError, compare, load, reach
from raftlab.cli import main
from raftlab.draw import describe_comparison, draw_comparison, draw_links, save_svg
from raftlab.experiments import Serial
from raftlab.experiments.watch import fault_tick, run_length, watch


def small(story="cloudflare_cut", variants=((), ("PreVote",)), **more):
    return compare(story, variants, **{"seeds": range(3), "ticks": 400, "progress": False} | more)


@pytest.fixture(scope="module")
def found():
    return small(["cloudflare_cut", "cloudflare_cut_writes"])


def words_in(ax):
    from matplotlib.text import Text

    return [text.get_text() for text in ax.findobj(Text) if text.get_text()]


@pytest.fixture
def ax():
    from matplotlib.figure import Figure

    return Figure(figsize=(12, 5)).add_axes((0, 0, 1, 1))


# -- The runs -------------------------------------------------------------------------------------------------


def test_the_numbers_do_not_depend_on_where_the_runs_run(found):
    with ThreadPoolExecutor(2) as threads:
        again = small(["cloudflare_cut", "cloudflare_cut_writes"], executor=threads)
    assert (
        again.rows == found.rows == small(["cloudflare_cut", "cloudflare_cut_writes"], executor=Serial()).rows
    )


@pytest.mark.slow
def test_processes_give_the_same_numbers():
    many = {"seeds": range(30), "ticks": 300}
    assert small(**many).rows == small(**many, executor=Serial()).rows


def test_a_row_has_one_number_for_each_seed_and_each_is_that_of_its_run(found):
    row = found.rows[0]
    runs = [watch(replace(load("cloudflare_cut"), seed=seed), 400) for seed in range(3)]
    assert row.elections == tuple(run.elections for run in runs)
    assert row.leaderless_ms == tuple(run.leaderless * 10 for run in runs)
    assert row.span_ms == (400 - 30) * 10
    assert len(set(row.leaderless_ms)) > 1, "seeds differ, or there would be nothing to compare"


def test_what_is_counted_is_what_the_trace_tells():
    story = load("cloudflare_cut_writes")
    cluster = Cluster(story)
    cluster.tick(story.ticks)
    rows = [event for event in cluster.trace.events if event.changes and event.tick > 30]
    run = watch(story, story.ticks)
    assert run.elections == sum(event.changes.get("role") == "leader" for event in rows) > 0
    assert run.terms == max(view.term for view in cluster.trace.at(300).views.values()) - 1
    assert run.leader == cluster.leader()


def test_clients_go_on_writing_when_the_story_is_over():
    once = replace(
        load("cloudflare_cut"), actions=(*load("cloudflare_cut").actions, (40, "propose", "x=1", "n3"))
    )
    assert watch(load("cloudflare_cut_writes"), 2_000).longest_gap < 60
    assert watch(once, 2_000).longest_gap > 1_000, "who wrote once, writes no more"


def test_a_run_lasts_long_enough_after_the_last_thing_that_is_done():
    story = load("github_43_seconds")
    assert (fault_tick(story), run_length(story, 100)) == (600, 9_800)
    assert fault_tick(load("three_nodes")) == 0


def test_a_variant_is_named_by_what_it_has_and_played_once():
    given = [("CheckQuorum", PreVote), [PreVote, CheckQuorum], ()]
    assert [row.variant for row in small(variants=given).rows] == ["PreVote + CheckQuorum", "plain Raft"]
    assert [row.variant for row in small("frozen_leader", [()]).rows] == ["CheckQuorum + LocalReads"]


def test_a_story_of_ones_own_is_compared_too():
    """One election after the crash; the leader before it does not count."""
    own = Story(
        "own", "My own", nodes=3, ticks=100, actions=((40, "crash", "leader"), (100, "propose", "x=1"))
    )
    row = small(own, [()]).rows[0]
    assert (row.title, row.verdict, row.elections) == ("My own", "steady", (1, 1, 1))


# -- The table --------------------------------------------------------------------------------------------------


def test_the_table_is_text_markdown_and_html(found):
    text, markdown, html = repr(found), found._repr_markdown_(), found._repr_html_()
    assert (
        text.splitlines()[0]
        == "The Cloudflare chain: a link is cut, and nobody writes (3.7 s after the fault, 3 runs each)"
    )
    row = next(line for line in text.splitlines() if line.startswith("plain Raft"))
    assert re.search(r"^plain Raft +1\d \(\d+–\d+\) .* nobody writes +churns$", row)
    assert len({len(line.split("|")) for line in markdown.splitlines() if line.startswith("|")}) == 1
    assert ElementTree.fromstring(f"<div>{html}</div>").findall("table/tbody/tr/td")


def test_a_median_has_its_range_beside_it_if_the_runs_differ(found):
    row = found.rows[0]._replace(elections=(3, 1, 2), terms=(4, 4, 4), leaderless_ms=(0, 250, 1_000))
    assert row.cells()[1:4] == ["2 (1–3)", "4", "0.25 s (0–1)"]
    mixed = row._replace(verdicts=("steady", "churns", "steady"))
    assert mixed.cells()[-1] == "steady 2, churns 1"


# -- The pictures -------------------------------------------------------------------------------------------------


def test_the_picture_has_a_sign_and_a_word_for_each_verdict_and_a_legend(found, ax):
    draw_comparison(found, ax=ax)
    words = words_in(ax)
    assert words.count("↻") == 2, "once in the table, once in the legend"
    assert words.count("✓") == 4
    assert "numbers: the median of 3 runs (least–most)" in words
    assert ax.get_label() == describe_comparison(found)
    assert "and nobody writes: churns with plain Raft; steady with PreVote." in describe_comparison(found)


def test_the_links_are_drawn_as_they_are_and_the_reason_stands_above(ax):
    cluster = Cluster(nodes=4)
    cluster.crash("n4")
    cluster.cut("n1", "n2")
    cluster.set_network(loss=0.9, src="n3", dst="n2")
    network = reach(cluster.network, ["n4"])
    draw_links(network, ax=ax)
    words = words_in(ax)
    assert "0 % / 90 % lost" in words
    assert words.count("crashed") == 2
    assert words.count("quorum") == 1, "n3 alone reaches three of four, and n2 may miss its heartbeats"
    assert ax.get_label() == network.why()
    assert network.why().startswith("n3 is linked to all others that run.")


@pytest.mark.parametrize("dark", [False, True])
def test_no_words_of_the_pictures_overlap_or_leave_them(found, ax, dark):
    worst = found.rows[0]._replace(
        verdicts=("leader without commits (deadlock)", "churns", "steady"), variant="StickyVotes + PreVote + CheckQuorum",
        elections=(100, 110, 114), terms=(281, 290, 298), leaderless_ms=(27_580, 27_960, 28_970),
        longest_gap_ms=(1_010, 1_240, 1_440), lost_writes=(10, 11, 43),
    )  # fmt: skip
    draw_comparison(replace(found, rows=(worst,)), ax=ax, dark=dark)
    assert_words_apart(ax)
    ax.clear()
    for name in ("howard_abraham_2", "constrained_election", "cloudflare_lossy_90"):
        cluster = Cluster(load(name))
        cluster.tick(30)
        draw_links(reach(cluster.network), ax=ax, dark=dark)
        assert_words_apart(ax)
        ax.clear()


def assert_words_apart(ax):
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.text import Text

    FigureCanvasAgg(ax.figure).draw()
    texts = [text for text in ax.findobj(Text) if text.get_text()]
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts]
    frame = ax.patches[0].get_window_extent() if ax.patches else ax.get_window_extent()
    for place, (words, box) in enumerate(boxes):
        assert frame.x0 <= box.x0 < box.x1 <= frame.x1, f"{words!r} leaves the picture"
        for other, second in boxes[place + 1 :]:
            apart = (
                box.x1 <= second.x0
                or second.x1 <= box.x0
                or box.y1 <= second.y0 + 1
                or second.y1 <= box.y0 + 1
            )
            assert apart, f"{words!r} and {other!r} overlap"


def test_the_same_comparison_gives_the_same_bytes(found, tmp_path):
    from matplotlib.figure import Figure

    for name in ("one.svg", "two.svg"):
        save_svg(draw_comparison(found, ax=Figure().add_subplot()), tmp_path / name)
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()


# -- The command ------------------------------------------------------------------------------------------------


def test_the_command_prints_a_table_for_each_story_of_a_family_and_draws_them(tmp_path, capsys):
    picture = tmp_path / "picture.svg"
    assert main(["compare", "howard_abraham", "--seeds", "1", "--ticks", "400", "--svg", str(picture)]) == 0
    said = capsys.readouterr().out
    assert said.count("plain Raft") == 2
    assert "No node reaches all others: Raft alone never settles (3.7 s after the fault, 1 run each)" in said
    assert ElementTree.parse(picture).getroot().get("role") == "img"


def test_cloudflare_is_a_family_of_eight(capsys):
    assert main(["compare", "cloudflare", "--seeds", "1", "--ticks", "100"]) == 0
    assert capsys.readouterr().out.count("The Cloudflare chain: ") == 8


def test_a_story_in_a_file_is_compared_like_any_other(tmp_path, capsys):
    file = tmp_path / "own.json"
    file.write_text(replace(load("cloudflare_cut"), title="My own").to_json(), encoding="utf-8")
    assert main(["compare", str(file), "--seeds", "1", "--ticks", "300"]) == 0
    assert capsys.readouterr().out.startswith("My own (2.7 s after the fault")


COMMANDS = [
    (["cloudflair"], "There is no story 'cloudflair'. Did you mean 'cloudflare'?"),
    (["cloudflare", "--seeds", "0"], "The number of seeds must be a whole number from 1 to 1000, not 0."),
    (["cloudflare", "--ticks", "100000000"], "The ticks of a story must be a whole number from 1 to 20000"),
    (
        ["cloudflare", "--svg", "nowhere/picture.svg"],
        "There is no folder 'nowhere' to save 'picture.svg' in.",
    ),
]


@pytest.mark.parametrize(("arguments", "sentence"), COMMANDS)
def test_a_mistake_at_the_command_is_one_sentence_and_nothing_is_played(arguments, sentence, capsys):
    assert main(["compare", *arguments]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith(f"raftlab: {sentence}")
    assert len(told.err.splitlines()) == 1


MISTAKES = [
    (lambda: small(variants=["PreVote"]), "A variant must be a set of extensions such as ('PreVote', 'CheckQuorum'), not 'PreVote'."),
    (lambda: small(variants=[]), "Without a variant there is nothing to compare"),
    (lambda: small(variants=3), "Without a variant there is nothing to compare"),
    (lambda: reach(Cluster(nodes=3)), "reach needs a network such as cluster.network, not a Cluster."),
    (lambda: small(variants=[("PreVot",)]), "There is no extension 'PreVot'. Did you mean 'PreVote'?"),
    (lambda: small(variants=[("ReadIndex",)]), "ReadIndex does not work without NoOp; add NoOp, or leave out ReadIndex."),
    (lambda: small(seeds=[]), "Without a seed there is no run to compare"),
    (lambda: small(seeds=5), "Seeds must be whole numbers such as range(20), not 5."),
    (lambda: small(seeds=["1"]), "A seed must be a whole number, not '1'."),
    (lambda: small(ticks=0), "Ticks must be a whole number of at least 1, not 0."),
    (lambda: small(7), "compare needs a story or its name, not 7."),
    (lambda: small([]), "compare needs a story or its name, not []."),
    (lambda: small(executor="processes"), "An executor must be one of concurrent.futures, not a str."),
    (lambda: draw_comparison(7), "draw_comparison draws the result of compare, not an int."),
    (lambda: draw_links(7), "draw_links draws what reach(cluster.network) returns, not an int."),
    (lambda: reach(Cluster(nodes=3).network, ["n9"]), "There is no node 'n9'."),
    (lambda: reach(Cluster(nodes=3).network, "n1"), "The crashed nodes are a list such as ['n1'], not 'n1'."),
    (lambda: reach(Cluster(nodes=3).network, None), "The crashed nodes are a list such as ['n1'], not None."),
    (lambda: reach(Cluster(nodes=3).network, voters="n1"), "The voters are a list such as ['n1'], not 'n1'."),
    (
        lambda: small(replace(load("cloudflare_cut"), ticks=10**10)),
        "The length of a run of 'cloudflare_cut' in ticks must be a whole number from 1 to 200000, not 10000000000.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("mistake", "sentence"), MISTAKES, ids=[sentence[:45] for _, sentence in MISTAKES])
def test_a_mistake_is_one_sentence(mistake, sentence):
    with pytest.raises(UserError) as error:
        mistake()
    assert sentence in str(error.value)
    assert "\n" not in str(error.value)
