"""The incident as it was reported: drawn from its spans, told in words."""

from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from matplotlib.axes import Axes

from raftlab import UserError, compare, draw_topology, draw_utc
from raftlab.draw.incident import clock
from raftlab.experiments import Serial, accounts
from raftlab.lab.notes import notes_of
from raftlab.lab.questions import QUESTIONS
from raftlab.models.cloudflare import IMPACT, TIMELINE, ControlPlane


@pytest.mark.parametrize("dark", [False, True])
def test_the_topology_says_which_way_was_sick_and_who_reached_whom(dark):
    ax = draw_topology(dark=dark)
    assert isinstance(ax, Axes)
    words = [text.get_text() for text in ax.texts]
    assert {"n1", "n2", "n3", "switch A: sick", "switch B: well", "★ led"} <= set(words)
    assert "Its way to n3, which led, goes through switch A" in ax.get_label()


@pytest.mark.parametrize("dark", [False, True])
def test_each_span_has_a_bar_in_both_halves(dark):
    figure = draw_utc(TIMELINE, dark=dark)
    assert [len(ax.patches) for ax in figure.axes] == [len(TIMELINE)] * 2
    assert "from 14:43 to 14:49" in figure.axes[0].get_label()
    assert "from about 14:44 to 14:49" in figure.axes[0].get_label()


def test_the_official_length_counts_from_the_impact():
    (impact,) = [span for span in TIMELINE if "impact" in span.what]
    assert impact.end - impact.start == IMPACT.value
    assert (clock(impact.start), clock(impact.end)) == ("14:47", "21:20")


@pytest.mark.parametrize("spans", [(), 5, SimpleNamespace(), "14:43", [14, 15]])
def test_what_is_no_list_of_spans_is_one_sentence(spans):
    with pytest.raises(UserError, match="a list of spans"):
        draw_utc(spans)


PUT_RIGHT = {  # what a slide says, in the lecturer's notes -> what the learner reads
    "when a leader fails, etcd uses Raft": "They use Raft for all writes",
    "imperfect information on whether they have": "the normal state of every network",
    "limbo in leader election": "n2 is connected to both others all the time",
    "the database is read-only": "Linearizable reads have to wait",
    "6 h 33 min": "faulty for six minutes",
    "conflicting information": "Raft stays safe with that",
}


@pytest.mark.parametrize("said", PUT_RIGHT)
def test_what_the_slides_say_is_put_right_where_it_is_taught(said):
    lesson = nbformat.read(Path(__file__).parents[1] / "notebooks" / "06_byzantine.ipynb", as_version=4)
    noted = [notes_of(cell) for cell in lesson.cells]
    taught = [cell.source for cell in lesson.cells]
    taught += [question.explanation for question in QUESTIONS.values() if question.lesson == "06"]
    assert any("slide says" in notes and said in notes for notes in noted)
    assert any(PUT_RIGHT[said] in text for text in taught)


@pytest.mark.slow
def test_the_accounts_of_the_outage_are_one_table_and_none_of_them_is_taken_for_another():
    found = compare("cloudflare_lossy_90", [()], seeds=range(3), ticks=600, executor=Serial(), progress=False)
    outage = ControlPlane(seed=3).run()
    report, quiet, writing, compared, model = accounts(found.rows[0], outage)
    assert (report.leaderless, report.api) == ("no writes for about 5 min", "was impaired for 6 h 33 min")
    assert quiet.leaderless.endswith("and it goes on")
    assert int(quiet.elections) > 200
    assert writing.leaderless.endswith("then n2 leads")
    assert compared.leaderless.endswith("verdict: steady"), "of etcd, and of the end of the run"
    assert (int(model.elections), outage.read_only_seconds() < 5) == (3, True), "Raft settles here, too"
    assert model.api.startswith("is degraded for 4 h"), "and the API behind it does not"
    assert outage.leaders[-1][2] == "n2"
