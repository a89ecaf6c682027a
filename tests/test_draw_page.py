"""Pictures on a page: light on a light page, dark on a dark one, legible on both; other figures stay as they are."""

import re
import xml.etree.ElementTree as ElementTree
from functools import cache

import numpy as np
import pytest
from IPython.core.formatters import DisplayFormatter
from matplotlib import pyplot
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text
from sample import a_few

from raftlab import Cluster, Raft, check_linearizability, compare, explore, figure_16, load, play, reach
from raftlab.colors import DARK, LIGHT
from raftlab.draw import (
    describe_logs,
    draw_cluster,
    draw_comparison,
    draw_detectors,
    draw_election_times,
    draw_generals,
    draw_links,
    draw_logs,
    draw_operations,
    draw_outage,
    draw_roles,
    draw_side_by_side,
    draw_spacetime,
    draw_terms,
    draw_topology,
    draw_utc,
    save_svg,
)
from raftlab.draw.explorations import draw_explorations
from raftlab.draw.page import ON_A_DARK_PAGE, Picture, as_html, on_page
from raftlab.draw.style import pale
from raftlab.draw.svg import bare_svg
from raftlab.experiments import Serial
from raftlab.models.cloudflare import TIMELINE, ControlPlane
from raftlab.models.generals import oral

SVG = "{http://www.w3.org/2000/svg}"


@cache
def everything():
    """A run in which a node is crashed, one is paused and a third is a candidate."""
    cluster = Cluster(load("leader_crash"))
    cluster.tick(70)
    cluster.pause("n1")
    cluster.tick(7)
    return cluster.trace


@cache
def read():
    """A history in which a read fits nowhere."""
    found = check_linearizability(play(load("stale_read")).operations())
    return found.operations, found.longest, found.stuck


@cache
def outage():
    return ControlPlane(seed=3).run()


@cache
def compared():
    return compare("omni_paxos", seeds=range(1), ticks=400, executor=Serial(), progress=False)


DRAW = {
    "cluster": lambda dark: draw_cluster(everything(), dark=dark),
    "logs": lambda dark: draw_logs(everything(), dark=dark),
    "logs after a snapshot": lambda dark: draw_logs(play(load("snapshot")), 70, dark=dark),
    "space and time": lambda dark: draw_spacetime(everything(), 40, dark=dark),
    "terms": lambda dark: draw_terms(everything(), dark=dark),
    "roles": lambda dark: draw_roles(everything(), dark=dark),
    "operations": lambda dark: draw_operations(*read(), dark=dark),
    "detectors": lambda dark: draw_detectors(play(load("two_verdicts")), about="n1", start=20, dark=dark),
    "generals": lambda dark: draw_generals(oral(4, ["L3"], "attack", 1, "retreat"), dark=dark),
    "links": lambda dark: draw_links(reach(Cluster(load("howard_abraham_1")).network), dark=dark),
    "topology": lambda dark: draw_topology(dark=dark),
    "against UTC": lambda dark: draw_utc(TIMELINE, dark=dark),
    "outage": lambda dark: draw_outage(outage(), {"success_rate": 0.75}, dark=dark),
    "side by side": lambda dark: draw_side_by_side({"a run": everything()}, dark=dark),
    "explorations": lambda dark: draw_explorations(
        {"one term": explore(Raft, max_term=1, entries=0)}, dark=dark
    ),
    "election times": lambda dark: draw_election_times(
        {"ours": figure_16((12, 24), trials=5, executor=Serial(), progress=False).times_ms}, dark=dark
    ),
    "comparison": lambda dark: draw_comparison(compared(), dark=dark),
}  # fmt: skip


def figure(name, dark=False):
    drawn = DRAW[name](dark)
    return drawn if isinstance(drawn, Figure) else drawn.figure


def on_a_dark_page(svg):
    """The SVG with the colours that a browser shows on a dark page, without the names of the variables."""
    value = dict(re.findall(r"(--raftlab-\w+): (#\w+);", ON_A_DARK_PAGE))
    svg = re.sub(r"var\((--[\w-]+), #\w+\)", lambda found: value[found[1]], svg)
    svg = re.sub(r"color-mix\(in srgb, (#\w+) 33\.3%, (#\w+)\)", lambda found: pale(found[1], found[2]), svg)
    return re.sub(r'(id="|url\(#|href="#)[^")]*', r"\1", svg)


@pytest.mark.parametrize("name", a_few(DRAW))
def test_on_a_dark_page_a_picture_is_the_one_that_is_drawn_for_it(name):
    followed = on_a_dark_page(on_page(bare_svg(figure(name))))
    drawn = on_a_dark_page(on_page(bare_svg(figure(name, dark=True))))
    assert followed == drawn


def lightness(color):
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(color)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    darker, lighter = sorted((lightness(one), lightness(other)))
    return (lighter + 0.05) / (darker + 0.05)


def texts_and_grounds(figure):
    """Every text that can be seen, with the colour that is most of what is behind it."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    unseen = {
        text
        for ax in figure.axes
        for axis in (ax.xaxis, ax.yaxis)
        if not ax.axison
        for text in axis.findobj(Text)
    }
    texts = [text for text in figure.findobj(Text) if text.get_text().strip() and text.get_visible()]
    texts = [text for text in texts if text not in unseen]
    for text in texts:
        text.set_alpha(0)
    canvas.draw()
    pixels = np.asarray(canvas.buffer_rgba())[::-1, :, :3]  # from below, as matplotlib counts
    for text in texts:
        x, y, right, top = (max(0, int(each)) for each in text.get_window_extent().extents)
        colors, times = np.unique(pixels[y:top, x:right].reshape(-1, 3), axis=0, return_counts=True)
        if len(colors):
            yield text, to_hex(colors[times.argmax()] / 255)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", a_few(DRAW))
def test_every_text_stands_out_from_what_is_behind_it(name, dark):
    seen = list(texts_and_grounds(figure(name, dark)))
    assert seen
    for text, ground in seen:
        found = contrast(text.get_color(), ground)
        assert found >= 4.5, f"{text.get_text()!r}: {text.get_color()} on {ground} is {found:.2f}:1"


def test_what_a_learner_adds_to_a_picture_can_be_read_on_a_dark_page_too():
    ax = draw_terms(everything())
    ax.text(20, 0, "mine")
    ax.axvline(20, color="black")
    seen = on_a_dark_page(on_page(bare_svg(ax.figure)))
    assert "#000000" not in seen
    assert re.search(
        rf"<svg [^>]*fill: {DARK.ink}", seen
    )  # matplotlib does not write down that a text is black


def test_a_picture_on_a_page_has_its_words():
    trace = everything()
    html = as_html(draw_logs(trace).figure)
    root = ElementTree.fromstring(html[html.index("<svg") : html.index("</div>")])
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == "The logs at tick 77: nobody leads."
    assert root.findtext(f"{SVG}desc") == describe_logs(trace)


def test_pictures_on_one_page_share_neither_names_nor_rules():
    """In a browser the first of two equal names wins, even where it is in an output that is folded away."""
    pages = [as_html(figure(name)) for name in ("terms", "detectors", "cluster")]
    names = [set(re.findall(r'\bid="([^"]+)"', page)) for page in pages]
    for page, own in zip(pages, names, strict=True):
        assert set(re.findall(r'(?:url\(|href=")#([^")]+)', page)) <= own
        assert re.findall(r"<style>(.*?)</style>", page, re.DOTALL) == [ON_A_DARK_PAGE]
    assert not names[0] & names[1] | names[0] & names[2] | names[1] & names[2]


def test_the_same_picture_is_the_same_page_to_the_byte():
    assert as_html(figure("terms")) == as_html(figure("terms"))


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_saved_picture_has_its_colours_and_depends_on_no_page(dark, tmp_path):
    save_svg(figure("terms", dark), tmp_path / "terms.svg")
    saved = (tmp_path / "terms.svg").read_text()
    assert "var(" not in saved
    assert f"fill: {(DARK if dark else LIGHT).paper}" in saved


def test_a_notebook_shows_ours_as_html_and_the_learners_own_as_ever():
    shown, _ = DisplayFormatter().format(draw_terms(everything()).figure)
    assert '<div class="raftlab-picture">' in shown["text/html"]
    assert type(draw_utc(TIMELINE)) is Picture
    own = pyplot.figure()
    assert type(own) is Figure
    assert "text/html" not in DisplayFormatter().format(own)[0]
    ax = draw_terms(everything(), ax=own.add_subplot())
    assert "text/html" not in DisplayFormatter().format(ax.figure)[0]
