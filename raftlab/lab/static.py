"""Widgets as plain HTML, for readers without a kernel: a still picture with its words, and the data to play it.

After `be_static()`, a kernel shows its widgets in this form; `raftlab.lab.export` makes pages of it.
"""

from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from html import escape
from io import BytesIO
from json import dumps
from typing import TYPE_CHECKING, Any

import ipywidgets

from raftlab.checks.claims import disprove
from raftlab.lab.answering import offered
from raftlab.lab.lab import Lab
from raftlab.lab.lessons import STAGES
from raftlab.lab.markdown import as_html
from raftlab.lab.moment import moment_at
from raftlab.lab.predict import Prediction
from raftlab.lab.prove_me_wrong import ProveMeWrong
from raftlab.lab.questions import Question
from raftlab.lab.questions.kinds import Click, Number, Order
from raftlab.lab.recall import Recall
from raftlab.lab.scenes import scene_that_asks_nothing
from raftlab.lab.side_by_side import SideBySide
from raftlab.lab.you_are import YouAre
from raftlab.player.page import in_base64
from raftlab.sim.branches import History

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SCREEN = 96  # pixels per inch
STATIC = "application/vnd.raftlab.static+json"


class Static:
    """The HTML of some widgets, and the bundles that they play: key -> bundle, each only once."""

    def __init__(self) -> None:
        self.html: list[str] = []
        self.bundles: dict[str, str] = {}

    def add(self, widget: ipywidgets.Widget) -> None:
        """Add the HTML of a widget, or of the widgets in it."""
        if isinstance(widget, Lab):
            self.add_player(widget.history, widget.show, widget.tick, widget.event)
        elif isinstance(widget, SideBySide):
            self.add_side_by_side(widget)
        elif isinstance(widget, Prediction):
            self.add_question(widget.question)
        elif isinstance(widget, Recall):
            self.add(widget.head)
            for each in widget.questions:
                self.add_question(each.question)
        elif isinstance(widget, ProveMeWrong):
            self.add_claim(widget)
        elif isinstance(widget, YouAre):
            self.html.append(f"<div>{widget.seen.value}</div>")
            whole = History(widget.game.run, node_class=widget.game.node_class)
            self.add_folded("The whole run", f"From here on {widget.game.node} keeps the rules.", whole, 0)
        elif isinstance(widget, ipywidgets.HTML):
            self.html.append(f"<div>{widget.value}</div>")
        elif isinstance(widget, ipywidgets.Label):
            self.html.append(f"<p>{escape(widget.value)}</p>")
        elif isinstance(widget, ipywidgets.Box):
            for child in widget.children:
                self.add(child)

    def add_player(self, history: History, show: Iterable[str], tick: int, event: int | None = None) -> None:
        """Add a player of a history at a tick; event: the event of this tick whose sentence is shown."""
        from raftlab.draw import describe, still

        trace = history.branch.trace
        title = history.story.title.rstrip(".")
        options = {"show": list(show), "tick": tick, "event": event}
        self._add_figure([history.bundle()], still(trace, tick), title, describe(trace, tick), options)

    def add_side_by_side(self, widget: SideBySide) -> None:
        """Add several histories that can be played in step."""
        from raftlab.draw import describe_terms
        from raftlab.draw.side_by_side import still_side_by_side

        told = " ".join(f"{name}: {describe_terms(trace)}" for name, trace in widget.traces.items())
        title, options = (
            f"Side by side: {'; '.join(widget.names)}",
            {"names": list(widget.names), "tick": widget.tick},
        )
        self._add_figure(widget.bundles, still_side_by_side(widget.traces), title, told, options)

    def add_question(self, question: Question) -> None:
        """Add a question. Below each choice, folded, is what is said about it, with the event that contradicts it."""
        self.html.append(f'<div class="raftlab-question"><p><strong>{escape(question.text)}</strong></p>')
        self._add_what_there_is(question)
        show = (*STAGES[question.lesson], *question.besides)
        if question.run is not None:
            self.add_player(History(*scene_that_asks_nothing(question.run[0])), show, question.run[1])
        for choice in [question.choices[place] for place in question.mixed()]:
            sign = "✓ Yes." if choice.right else "✕ Not so."
            is_number = choice.right and isinstance(question, Number)
            summary = "the right number" if is_number else choice.text
            self.html.append(f"<details><summary>{escape(summary)}</summary>")
            right_number = f"{choice.text}. " if is_number else ""
            self.html.append(f"<p><strong>{sign}</strong> {right_number}{escape(choice.answer)}</p>")
            if choice.right and isinstance(question, Order):
                self._add_list("ol", question.steps)
            if choice.story is not None:
                history = History(*scene_that_asks_nothing(choice.story))
                moment = moment_at(history.branch.trace, choice.tick, choice.says)
                self.html.append(f"<p>Look, at {moment.time}: {escape(moment.sentence)}</p>")
                self.add_player(history, show, choice.tick, moment.event)
            self.html.append("</details>")
        if question.explanation:
            self.html.append(
                f"<details><summary>The answer</summary>{as_html(question.explanation)}</details>"
            )
        self.html.append("</div>")

    def _add_what_there_is(self, question: Question) -> None:
        """Add the steps to put in order, or the nodes to click."""
        if isinstance(question, Order | Click):
            self._add_list("ul", offered(question))

    def _add_list(self, kind: str, items: Iterable[str]) -> None:
        self.html.append(f"<{kind}>{''.join(f'<li>{escape(item)}</li>' for item in items)}</{kind}>")

    def add_claim(self, widget: ProveMeWrong) -> None:
        """Add a claim. Below it, folded, is the explorer's verdict, with the run that it has found."""
        verdict = widget.verdict or disprove(widget.claim, widget.begin.value)
        self.html.append(f"<p>A claim: <strong>{escape(widget.claim.sentence)}</strong></p>")
        found = None if verdict.story is None else History(verdict.story)
        self.add_folded("What speaks against it?", verdict.sentence, found, found.story.ticks if found else 0)

    def add_folded(self, head: str, text: str, history: History | None, tick: int) -> None:
        """Add words and a run that are folded until a reader opens them."""
        self.html.append(f"<details><summary>{escape(head)}</summary><p>{escape(text)}</p>")
        if history is not None:
            self.add_player(history, STAGES["09"], tick)
        self.html.append("</details>")

    def _add_figure(
        self, bundles: Iterable[Any], still: str, title: str, words: str, options: dict[str, Any]
    ) -> None:
        """Add a picture with its title. Its text alternative can also be opened below it."""
        play = escape(dumps({"keys": [self._keep(bundle) for bundle in bundles], **options}))
        self.html.append(
            f'<figure class="raftlab-play" data-play="{play}">'
            f'<img src="data:image/svg+xml;base64,{in_base64(still)}" alt="{escape(f"{title}. {words}")}">'
            f'<figcaption><button type="button" hidden>▶ Play this</button> {escape(title)}'
            f'<details class="raftlab-words"><summary>In words</summary>{escape(words)}</details></figcaption></figure>'
        )

    def _keep(self, bundle: Any) -> str:
        data = in_base64(dumps(bundle, separators=(",", ":")))
        key = sha256(data.encode()).hexdigest()[:12]
        self.bundles[key] = data
        return key


def static(widget: ipywidgets.Widget) -> dict[str, Any]:
    """The static form of a widget: {"html": ..., "bundles": {key: a bundle in Base64}}.

    >>> static(Lab("three_nodes"))["html"].startswith('<figure class="raftlab-play"')
    True
    """
    found = Static()
    found.add(widget)
    return {"html": "\n".join(found.html), "bundles": found.bundles}


def picture(figure: "Figure") -> dict[str, Any]:
    """The static form of a matplotlib figure: the picture with its text alternative, from the labels of its Axes.

    Our own figures follow the colours of the page. Other figures keep their colours.
    """
    from raftlab.draw.page import Picture, as_html

    return {"html": as_html(figure) if isinstance(figure, Picture) else _as_image(figure), "bundles": {}}


def _as_image(figure: "Figure") -> str:
    from raftlab.draw.svg import words_of

    drawn = BytesIO()
    figure.savefig(
        drawn, format="png", dpi=1.5 * SCREEN, bbox_inches="tight", facecolor=figure.get_facecolor()
    )
    width = SCREEN * figure.get_figwidth()
    return (
        f'<img src="data:image/png;base64,{b64encode(drawn.getvalue()).decode()}" alt="{escape(words_of(figure))}" '
        f'style="width: {width:.0f}px; max-width: 100%">'
    )


def be_static() -> None:
    """From now on let this kernel show widgets and figures as plain HTML. Without a kernel this does nothing."""
    from IPython import get_ipython
    from matplotlib.figure import Figure

    shell = get_ipython()
    if shell is not None:
        formatter = shell.display_formatter.mimebundle_formatter
        formatter.for_type(ipywidgets.Widget, lambda widget, *_, **__: {STATIC: static(widget)})
        formatter.for_type(Figure, lambda figure, *_, **__: {STATIC: picture(figure)})
