"""`Lab`: the player, everything around it, and a method for whatever can be clicked."""

import functools
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import ipywidgets

from raftlab.lab.lessons import STAGES
from raftlab.lab.scenes import scene
from raftlab.lab.settings import Settings
from raftlab.lab.still import Still
from raftlab.lab.widget import PlayerWidget
from raftlab.player import save_page
from raftlab.raft import Raft
from raftlab.sim.branches import Branch, History
from raftlab.sim.errors import UserError, check_name, check_number
from raftlab.sim.presets import preset_named
from raftlab.sim.story import Story
from raftlab.sim.trace import Trace
from raftlab.sim.verbs import VERBS, Verb
from raftlab.stories import load

# What a Lab can show: its own parts, and those that the controls of verbs belong to.
WORDS = (
    "narration", "messages", "timers", "votes", "safety_election", "seed", "preset", "client", "log",
    "properties", "partitions", "branches", "network", "spacetime", "events", "inspector",
    "why", "run_until", "story", "nodes", "save", "everything",
    *dict.fromkeys(control.part for verb in VERBS.values() for control in verb.controls),
)  # fmt: skip


class Lab(Still, ipywidgets.VBox):
    """A cluster to step, to break and to ask, in a notebook.

    story: a story's name, a `Story`, or a `History` with its branches.
    show: what is shown: "everything", a lesson's number ("02" shows what lessons up to 02 have
        introduced), or words of `raftlab.lab.lab.WORDS`.
    tick: where to begin, in ticks. nodes (1 to 9), seed, preset: change the story's own.
    height: of the picture, in pixels; without it, as high as it needs to be.
    node_class: what the nodes are, for an algorithm of one's own.

    Whatever can be clicked has a method: `lab.crash("n1")`, `lab.partition(["n1", "n2"], ["n3"])`,
    `lab.write("x", 5)`, with the names and arguments of `Cluster`, done at the tick one looks at.
    Raises UserError, and changes nothing, if something cannot be.

    >>> lab = Lab("leader_crash", show="02")  # doctest: +SKIP
    """

    def __init__(
        self,
        story: str | Story | History = "three_nodes",
        show: str | Sequence[str] = "everything",
        *,
        tick: int = 0,
        nodes: int | None = None,
        seed: int | None = None,
        preset: str | None = None,
        height: int | None = None,
        node_class: type[Raft] | None = None,
    ):
        words = shown(show)
        if isinstance(story, str):
            story, its_class = scene(story)
            node_class = node_class or its_class
        self.node_class = node_class
        history = story if isinstance(story, History) else self._history(story, nodes, seed, preset)
        check_number("the tick", tick, 0, history.branch.trace.ticks)
        self.player = PlayerWidget(history, words, tick, height)
        self.settings = Settings(self, words)
        super().__init__([*self.settings.rows, self.player])

    # -- What there is ---------------------------------------------------------------------------------

    @property
    def history(self) -> History:
        """All branches."""
        return self.player.history

    @property
    def branch(self) -> Branch:
        """The branch one looks at."""
        return self.history.branch

    @property
    def trace(self) -> Trace:
        """What happens in this branch."""
        return self.branch.trace

    @property
    def story(self) -> Story:
        """The story of this branch, with everything that was done in it."""
        return self.branch.story

    @property
    def tick(self) -> int:
        """The tick one looks at."""
        return self.player.tick

    # -- Moving through time ------------------------------------------------------------------------------

    def go(self, tick: int) -> None:
        """Look at a tick."""
        check_number("the tick", tick, 0, self.trace.ticks)
        self.player.tick = tick
        self.player.send({"go": {"tick": tick}})

    def next_event(self) -> None:
        """Go on to the next thing that happens."""
        self._step("next_event", next((e.tick for e in self.trace.events if e.tick > self.tick), self.tick))

    def next_tick(self) -> None:
        """Go on by one tick."""
        self._step("tick", min(self.tick + 1, self.trace.ticks))

    def back(self) -> None:
        """Go back by one event."""
        earlier = [e.tick for e in self.trace.events if e.tick < self.tick]
        self._step("back", earlier[-1] if earlier else 0)

    def play(self) -> None:
        """Let the time run."""
        self.player.send({"go": "play"})

    def stop(self) -> None:
        """Let it stand still again."""
        self.player.send({"go": "pause"})

    def _step(self, way: str, tick: int) -> None:
        self.player.tick = tick  # the player corrects it, if one is on the screen
        self.player.send({"go": way})

    # -- Doing and asking -----------------------------------------------------------------------------------

    def act(self, verb: str, *arguments: Any, **named: Any) -> None:
        """Do something at the tick one looks at; see the verbs of `Cluster`."""
        branch = self.history.act(verb, *arguments, tick=self.tick, **named)
        self.player.send(self.player.shown(branch, self.tick))

    def what_if(self, message: int) -> None:
        """Fork where a message was lost, and let it arrive."""
        branch = self.history.what_if(message)
        self.player.send(self.player.shown(branch, branch.fork_tick))

    def ask(self, node: str, what: str = "leader", index: int | None = None) -> None:
        """Ask in the player why a node is not "leader", or why its entry at an index is not "committed"."""
        check_name("node", node, self.history.story.ids())
        check_name("question", what, ("leader", "committed"))
        if what == "committed":
            check_number("the entry's index", index, 1)
        self.player.send({"ask": [node, what, index]})

    def undo(self) -> None:
        """Take back what was done last."""
        self.player.send(self.player.undo())

    def select(self, branch: int) -> None:
        """Look at another branch, by its number."""
        self.history.select(branch)
        self.player.send({"current": branch, "tick": min(self.tick, self.trace.ticks)})

    def reset(
        self,
        story: str | Story | None = None,
        *,
        nodes: int | None = None,
        seed: int | None = None,
        preset: str | None = None,
    ) -> None:
        """Begin anew, with this or another story; what was done is forgotten."""
        self.player.play(self._history(story or self.history.story, nodes, seed, preset))
        self.settings.follow()

    # -- Keeping it -------------------------------------------------------------------------------------------

    def as_python(self) -> str:
        """The Python that reproduces what was done in this branch."""
        return f"{self.story.as_python()}\nLab(story)".replace("import Story", "import Lab, Story")

    def save(self, path: str | Path) -> None:
        """Write all branches as JSON. Raises UserError if the file cannot be written."""
        try:
            Path(path).write_text(self.history.to_json(), encoding="utf-8")
        except OSError as error:
            raise UserError(f"{path} cannot be written: {error.strerror}.") from None

    def load(self, path: str | Path) -> None:
        """Show the branches of a file that `save` wrote. Raises UserError, and changes nothing, if it is none."""
        try:
            text = Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is no text"
            raise UserError(f"{path} cannot be read: {reason}.") from None
        self.player.play(History.from_json(text, self.node_class))
        self.settings.follow()

    def save_page(self, path: str | Path) -> None:
        """Write one HTML file that plays all branches without a kernel and without a network."""
        save_page(self.history, path, self.player.show, self.tick)

    def _history(
        self, story: str | Story, nodes: int | None, seed: int | None, preset: str | None
    ) -> History:
        story = load(story) if isinstance(story, str) else story
        if not isinstance(story, Story):
            raise UserError(f"A story is a name or a Story, not {story!r}.")
        changes: dict[str, Any] = {"nodes": nodes, "seed": seed, "preset": preset}
        changes = {name: value for name, value in changes.items() if value is not None}
        if preset is not None:
            preset_named(preset)
        if changes.get("nodes", story.nodes) != story.nodes:
            # What was planned for nodes that are gone, or stories of a fixed start, would make no sense.
            changes |= {"actions": (), "start": {}, "stops": (), "goals": (("leader",),)}
            changes |= {"name": "free", "title": f"A free run of {nodes} nodes"}
        return History(replace(story, **changes), self.node_class)

    def still(self) -> dict[str, str]:
        """The moment one looks at, as a picture and in words."""
        from raftlab.draw import describe, still  # matplotlib is only loaded where a Lab is shown

        return {
            "text/plain": f"{self!r}\n{describe(self.trace, self.tick)}",
            "image/svg+xml": still(self.trace, self.tick),
        }

    def __repr__(self) -> str:
        return f"<Lab {self.history.story.title!r}, {len(self.history.story.ids())} nodes, tick {self.tick}>"


def shown(show: str | Sequence[str]) -> tuple[str, ...]:
    """The words of a staging. Raises UserError for a word that does not exist."""
    if isinstance(show, str):
        show = STAGES.get(show, (show,))
    if not isinstance(show, Sequence):
        raise UserError(
            f"What is shown is a lesson's number, a part of the Lab or a list of parts, not {show!r}."
        )
    return tuple(check_name("part of the Lab", word, WORDS) for word in show)


def _method(verb: Verb) -> Callable[..., None]:
    @functools.wraps(verb.do)
    def do(self: Lab, *arguments: Any, **named: Any) -> None:
        self.act(verb.name, *arguments, **named)

    return do


for _verb in VERBS.values():
    setattr(Lab, _verb.name, _method(_verb))
