"""The legend of the cluster's picture."""

from raftlab.colors import ON_TERM, term_color
from raftlab.draw.canvas import Canvas
from raftlab.draw.history import Scene
from raftlab.draw.shapes import (
    Form,
    draw_body,
    draw_cross,
    draw_form,
    draw_lie,
    draw_tip,
    draw_vote,
    letter_of,
)
from raftlab.draw.words import spoken
from raftlab.sim.protocol import KINDS as RAFT

ROW = 22
LOSSY = (2.0, 3.0)  # the dots of a link that differs from most
MESSAGES = (
    (Form("diamond", True, "?"), "request for a vote"),
    (Form("circle", False, "+"), "vote granted"),
    (Form("circle", False, "−"), "vote refused"),
    (Form("dot", True, ""), "heartbeat"),
    (Form("square", True, "2"), "append of 2 entries"),
    (Form("square", False, "+"), "reply: success"),
    (Form("square", False, "−"), "reply: refused"),
)
# What stands in the legend only where it is in the run.
PRE_VOTES = {
    "RequestPreVote": ((Form("diamond", False, "?"), "request for a pre-vote"),),
    "RequestPreVoteReply": (
        (Form("diamond", False, "+"), "pre-vote: would vote"),
        (Form("diamond", False, "−"), "pre-vote: would not"),
    ),
    "RequestVoteNow": ((Form("diamond", True, "!"), "request after a handover"),),
}
STATES = ("follower", "candidate", "leader", "crashed", "paused")


def messages_of(kinds: tuple[str, ...]) -> list[tuple[Form, str]]:
    """The forms of messages in the legend, and their words: Raft's, and those that are sent beside or instead."""
    others = [kind for kind in kinds if kind not in RAFT]
    rows = list(MESSAGES) if len(others) < len(kinds) or not kinds else []
    for kind in others:
        rows += PRE_VOTES.get(kind, ((letter_of(kind), spoken(kind)),))
    return rows


def height_of(scene: Scene) -> float:
    """How high the legend is."""
    rows = len(messages_of(scene.kinds)) - len(MESSAGES) + bool(scene.liars) + scene.has_odd_links
    return 428 + ROW * rows


def draw_legend(canvas: Canvas, x: float, y: float, scene: Scene) -> None:
    """All signs of the cluster's picture, one below the other, from an upper left corner on."""
    canvas.box(x - 10, y - 26, 212, height_of(scene), round=6, fill=canvas.theme.paper,
               edge=canvas.theme.line, stroke=1)  # fmt: skip
    terms = [view.term for view in scene.state.views.values()]
    shown = max(terms)
    _draw_terms(canvas, x, y - 8, sorted(set(terms))[-4:])
    y += 14
    for state in STATES:
        draw_body(canvas, x + 10, y, 8, state, shown)
        _words(canvas, x, y, state)
        y += ROW
    if scene.liars:
        draw_body(canvas, x + 10, y, 6, "follower", shown)
        draw_lie(canvas, x + 10, y, 8, 2.5)
        _words(canvas, x, y, "lies: breaks a rule")
        y += ROW
    canvas.circle(x + 10, y, 7, fill=canvas.theme.paper, edge=canvas.theme.soft, stroke=3.5)
    canvas.arc(x + 10, y, 7, 0.65, 3.5, canvas.theme.faint)
    _words(canvas, x, y, "time left on its timer")
    y = _draw_votes(canvas, x, y + ROW)
    for form, words in messages_of(scene.kinds):
        draw_form(canvas, x + 10, y, form, shown, 0.82)
        _words(canvas, x, y, words)
        y += ROW
    draw_form(canvas, x + 10, y, Form("dot", True, ""), shown)
    draw_cross(canvas, x + 10, y, 6.5)
    _words(canvas, x, y, "lost")
    _draw_cuts(canvas, x, y + ROW)
    if scene.has_odd_links:
        canvas.line([(x, y + 2 * ROW), (x + 22, y + 2 * ROW)], 1.6, canvas.theme.faint, dash=LOSSY)
        _words(canvas, x, y + 2 * ROW, "link unlike the others")


def _words(canvas: Canvas, x: float, y: float, words: str) -> None:
    canvas.text(x + 32, y, words, 11.5, align="left")


def _draw_terms(canvas: Canvas, x: float, y: float, terms: list[int]) -> None:
    """Colour and number together: the one is never needed without the other."""
    canvas.text(x, y, "term", 11.5, align="left")
    for place, term in enumerate(terms):
        canvas.box(x + 32 + place * 34, y - 8, 30, 16, round=3, fill=term_color(term), stroke=0.8)
        canvas.text(x + 47 + place * 34, y, str(term), 11, bold=True, color=ON_TERM)


def _draw_votes(canvas: Canvas, x: float, y: float) -> float:
    """A dot for each voter; the y of the row below."""
    canvas.text(x, y, "its votes, a dot for each node:", 11.5, align="left")
    pairs = (
        (("granted", "granted"), ("refused", "refused")),
        (("on the way", "on its way"), ("open", "no answer")),
    )
    for row, pair in enumerate(pairs, start=1):
        for column, (vote, words) in enumerate(pair):
            left = x + 10 + column * 98
            draw_vote(canvas, left, y + row * ROW * 0.86, vote)
            canvas.text(left + 12, y + row * ROW * 0.86, words, 11.5, align="left")
    return y + 2.8 * ROW


def _draw_cuts(canvas: Canvas, x: float, y: float) -> None:
    theme = canvas.theme
    for left, right in ((0, 7), (13, 20)):
        canvas.line([(x + left, y), (x + right, y)], 1.2, theme.line, dash=(2, 2))
    for place in (7, 13):
        canvas.line([(x + place, y - 6), (x + place, y + 6)], 2.4, theme.bad)
    canvas.text(x + 27, y, "link cut", 11.5, align="left")
    x += 92
    canvas.line([(x, y), (x + 20, y)], 1.4, theme.faint)
    draw_tip(canvas, x + 24, y, (1, 0), 5, theme.faint)
    for place in (6, 10):
        canvas.line([(x + place, y - 6), (x + place, y + 6)], 2.2, theme.bad)
    canvas.text(x + 30, y, "cut one way", 11.5, align="left")
