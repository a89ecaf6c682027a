"""Nodes that lie, live: what each of them breaks, beside an honest node in its place."""

from dataclasses import replace
from typing import NamedTuple

import ipywidgets

from raftlab.lab.lab import Lab
from raftlab.lab.panel import Panel
from raftlab.rules import PROPERTIES
from raftlab.sim.byzantine import LIARS
from raftlab.sim.errors import check_name
from raftlab.sim.play import play
from raftlab.sim.story import Story
from raftlab.sim.trace import Trace
from raftlab.stories import STORIES

SCENES: dict[str, Story] = {
    next(iter(story.liars.values())): story for story in STORIES.values() if len(story.liars) == 1
}
NOTHING = {
    "liveness": "nothing wrong happens, but nothing gets done either",
    "client": "the nodes agree, but a client gets a wrong answer",
}


class Harm(NamedTuple):
    """What one lie did in its scene.

    does: the lie. node: who tells it. story: the scene's name. first: the property that broke first, "" if none.
    seconds, sentence: when, and how. all: every property that broke. honest: those that break with an honest node.
    """

    lie: str
    does: str
    node: str
    story: str
    first: str
    seconds: float
    sentence: str
    all: tuple[str, ...]
    honest: tuple[str, ...]


class HarmTable(tuple[Harm, ...]):
    """What all lies do; shows itself as a table in a notebook."""

    def _repr_markdown_(self) -> str:
        rows = ["| the lie | breaks | how | with an honest node instead |", "|---|---|---|---|"]
        for each in self:
            broken = ", ".join(_name(id) for id in each.all) or "no property"
            how = f"{each.seconds:.2f} s: {each.sentence}" if each.first else f"{each.sentence}."
            honest = ", ".join(each.honest) or "nothing"
            rows.append(f"| {each.does} (`{each.story}`) | {broken} | {how} | {honest} |")
        return "\n".join(rows)

    def __repr__(self) -> str:
        return "\n".join(
            f"{each.does} Breaks: {', '.join(each.all) or 'no property'}. {each.sentence}" for each in self
        )


def every_harm() -> HarmTable:
    """Play the scene of every liar, with the liar and with an honest node in its place.

    >>> [each.first for each in every_harm() if each.lie == "equivocator"]
    ['P3']
    """
    return HarmTable(harm(lie) for lie in LIARS)


def harm(lie: str) -> Harm:
    """What one lie does in its scene; a name of `raftlab.sim.byzantine.LIARS`."""
    story = SCENES[lie]
    trace = play(story)
    broken = _properties(trace)
    first = next(iter(broken), "")
    tick, sentence = broken.get(first, (0, NOTHING.get(LIARS[lie].breaks, "")))
    honest = _properties(play(replace(story, liars={})))
    seconds = tick * trace.ms_per_tick / 1000
    return Harm(
        lie, _does(lie), _liar(story), story.name, first, seconds, sentence, tuple(broken), tuple(honest)
    )


class Liars(Panel):
    """A Lab with two choices above it: who lies, and whether an honest node takes the liar's place."""

    def __init__(self, lie: str):
        self.which = ipywidgets.Dropdown(
            options=[(_does(each), each) for each in SCENES],
            value=lie,
            layout={"width": "98%"},
        )
        self.which.description = "The lie"
        self.place = ipywidgets.ToggleButtons(
            options=[("it lies", True), ("it is honest", False)], value=True
        )
        self.place.style.button_width = "auto"
        self.lab = Lab(self.story, show="06b")
        for widget in (self.which, self.place):
            widget.observe(lambda _: self.lab.reset(self.story), "value")
        super().__init__([self.which, self.place, self.lab])

    @property
    def story(self) -> Story:
        """The scene that is chosen. What its stops say and ask is true of the liar only: an honest node has none of them."""
        scene = SCENES[self.which.value]
        if self.place.value:
            return scene
        return replace(scene, liars={}, stops=(), goals=(), title=f"The same with an honest {_liar(scene)}")

    def words(self) -> str:
        """Those of the Lab."""
        return self.lab.words()

    def still(self) -> dict[str, str]:
        """What the Lab shows."""
        return self.lab.still()


def liars(lie: str = "equivocator") -> Liars:
    """Choose a liar, and play its scene with it or with an honest node in its place.

    lie: where to begin, a name of `raftlab.sim.byzantine.LIARS`. Raises UserError if it is none.

    >>> liars("flatterer").story.name
    'flattered_candidate'
    """
    return Liars(check_name("liar", lie, SCENES))


def _does(lie: str) -> str:
    """The lie in a sentence: the first of its class."""
    return (LIARS[lie].__doc__ or "").partition(" (")[0].replace("\n", " ")


def _liar(scene: Story) -> str:
    return next(iter(scene.liars))


def _properties(trace: Trace) -> dict[str, tuple[int, str]]:
    """The properties of Figure 3 that break in a run: the tick of each, and how it breaks."""
    return {id: how for id, how in trace.broken().items() if id in PROPERTIES}


def _name(id: str) -> str:
    return PROPERTIES[id].text.partition(":")[0]
