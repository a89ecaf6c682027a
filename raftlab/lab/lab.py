"""`Lab`: the player with a kernel behind it, and a method for everything that can be done in it."""

import functools
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from raftlab.lab.lessons import STAGES
from raftlab.lab.scenes import scene
from raftlab.lab.still import Still
from raftlab.lab.widget import Message, PlayerWidget
from raftlab.player import save_page
from raftlab.raft import Raft
from raftlab.sim.branches import FAR, MOST, Branch, History
from raftlab.sim.english import plural
from raftlab.sim.errors import (
    MOST_DRAWN,
    UserError,
    check_drawable,
    check_name,
    check_number,
    checks_call,
    in_short,
)
from raftlab.sim.files import read_file, write_file
from raftlab.sim.network import MOST_DELAY
from raftlab.sim.presets import PRESETS, preset_named
from raftlab.sim.story import Story
from raftlab.sim.trace import Trace
from raftlab.sim.verbs import VERBS, Verb
from raftlab.stories import TOPICS, lab_of
from raftlab.stories.sentences import AN_ELECTION

# The parts that a Lab can show: its own, and those to which the controls of verbs belong.
WORDS = (
    "narration", "messages", "timers", "votes", "safety_election", "seed", "preset", "client", "log",
    "properties", "partitions", "branches", "network", "spacetime", "events", "inspector",
    "why", "run_until", "sight", "story", "nodes", "save", "everything",
    "indexes",  # in the logs: the commit index of each node, and the leader's next index and match index of the others
    "values",  # below each node, what it has applied last; not part of "everything"
    "log_first",  # if only one fits, show the logs and not the cluster; not part of "everything"
    "ticks",  # show times in ticks, until the learner chooses seconds; not part of "everything"
    "heartbeats",  # draw each heartbeat, instead of one pulse of the leader; not part of "everything"
    *dict.fromkeys(control.part for verb in VERBS.values() for control in verb.controls),
)  # fmt: skip


class Lab(Still, PlayerWidget):
    """A cluster in a notebook that can be stepped, broken and asked for reasons.

    Everything that can be done in it has a method. The verbs have the names and arguments of `Cluster`, and act at the
    tick that is shown: `lab.crash("n1")`, `lab.partition(["n1", "n2"], ["n3"])`, `lab.write("x", 5)`. Other methods are
    `lab.reset`, `lab.save`, `lab.load` and `lab.undo`. `lab.observe(f, ["tick", "current"])` calls f when another tick
    or another branch is shown.

    Args:
        story: a story's name, a `Story`, or a `History` with its branches.
        show: what is shown: "everything", a lesson's number ("02" shows what lessons up to 02 have introduced), or
            words of `raftlab.lab.lab.WORDS`.
        tick: the tick that is shown first.
        nodes, seed, preset: the number of nodes, 1 to 9, the seed, and the timing; by default those of the story.
        height: the height of the player in pixels; by default as high as the room allows.
        node_class: the class of the nodes, for an algorithm of your own.

    Raises:
        UserError: an argument is wrong. Every method raises it, too, and then nothing has changed.

    Example:
        >>> lab = Lab("leader_crash", show="02")  # doctest: +SKIP
    """

    @checks_call
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
        if isinstance(story, History):
            history, node_class = story, node_class or story.node_class
        else:
            playable, its_class = _playable(story, node_class)
            history = _begun(playable, nodes, seed, preset, its_class)
        # The user's class, if one was given; other stories are played with it, too.
        self.node_class = node_class
        check_number("the tick", tick, 0, _farthest(history))
        if tick > history.branch.trace.ticks:
            history.more(tick)
        super().__init__(history, words, tick, height, CHOICES)

    # -- The present branch ----------------------------------------------------------------------------

    @property
    def branch(self) -> Branch:
        """The branch that is shown; `history` holds all of them."""
        return self.history.branch

    @property
    def trace(self) -> Trace:
        """The trace of this branch."""
        return self.branch.trace

    @property
    def story(self) -> Story:
        """The story of this branch, with everything that was done in it. To set it to another story, or its name, is a `reset`."""
        return self.branch.story

    @story.setter
    def story(self, story: str | Story) -> None:
        self.reset(story)

    # -- Moving through time ------------------------------------------------------------------------------

    def go(self, tick: int) -> None:
        """Show a tick. If the run is not that long yet, it is first continued, by at most 20,000 ticks at once."""
        check_number("the tick", tick, 0, _farthest(self.history))
        if tick > self.trace.ticks:
            self.send(self.simulated(tick, self.branch.id))
        self.send({"moves": self.look(tick), "go": {"tick": tick}})

    def next_event(self) -> None:
        """Go on to the next event."""
        self._step("next_event", next((e.tick for e in self.trace.events if e.tick > self.tick), self.tick))

    def next_tick(self) -> None:
        """Go on by one tick."""
        self._step("tick", min(self.tick + 1, self.trace.ticks))

    def back(self) -> None:
        """Go back by one event."""
        earlier = [e.tick for e in self.trace.events if e.tick < self.tick]
        self._step("back", earlier[-1] if earlier else 0)

    def play(self) -> None:
        """Let time run."""
        self.send({"go": "play"})

    def stop(self) -> None:
        """Stop time again."""
        self.send({"go": "pause"})

    def _step(self, way: str, tick: int) -> None:
        self.send({"moves": self.look(tick), "go": way})  # a player on the screen corrects the tick

    # -- Actions and questions ------------------------------------------------------------------------------

    def act(self, verb: str, *arguments: Any, **named: Any) -> None:
        """Do a verb of `Cluster` at the tick that is shown."""
        self.send(self.did(self.history.act(verb, *arguments, tick=self.tick, **named), self.tick))

    def what_if(self, message: int) -> None:
        """Make a branch where a message was lost, and let it arrive."""
        branch = self.history.what_if(message)
        self.send(self.did(branch, branch.fork_tick))

    def ask(self, node: str, what: str = "leader", index: int | None = None) -> None:
        """Ask in the player why a node is not "leader", or why its entry at an index is not "committed".

        A player that is not on the page yet answers as soon as it is.
        """
        check_name("node", node, self.history.story.ids())
        check_name("question", what, ("leader", "committed"))
        if what == "committed":
            check_number("the entry's index", index, 1)
        moves = self.move()
        self.asked = question = [node, what, index]
        self.send({"moves": moves, "ask": question})

    def undo(self) -> None:
        """Undo the last action; `reset` and `load` are actions, too."""
        self.send(self.undid())

    def redo(self) -> None:
        """Do again the action that was undone last. Raises UserError if there is none, or if something else was done since."""
        self.send(self.redid())

    def select(self, branch: int) -> None:
        """Show another branch, by its number."""
        self.history.select(branch)
        tick = min(self.tick, self.trace.ticks)
        self.send({"moves": self.look(tick), "current": branch, "tick": tick})

    def reset(
        self,
        story: str | Story | None = None,
        *,
        nodes: int | None = None,
        seed: int | None = None,
        preset: str | None = None,
    ) -> None:
        """Begin anew, with this or another story; `undo` brings back the run before.

        Args:
            story: a story's name, or a `Story`; by default the present one.
            nodes: the number of nodes, 1 to 9. If it is another than before, the actions of the story are left out.
            seed: the seed of the random numbers.
            preset: the name of a timing.
        """
        self.send(self._reset(story, nodes, seed, preset))

    def _reset(
        self,
        story: str | Story | None = None,
        nodes: int | None = None,
        seed: int | None = None,
        preset: str | None = None,
    ) -> Message:
        if story is None:
            story, its_class = self.history.story, self.history.node_class
        else:
            story, its_class = _playable(story, self.node_class)
        return self.begin(_begun(story, nodes, seed, preset, its_class))

    # -- Files ------------------------------------------------------------------------------------------------

    def as_python(self) -> str:
        """Python code of the story of this branch, with everything that was done in it."""
        return f"{self.story.as_python()}\nLab(story)".replace("raftlab import ", "raftlab import Lab, ", 1)

    def save(self, path: str | Path) -> None:
        """Write all branches as JSON."""
        write_file(path, self.history.to_json())

    def load(self, path: str | Path) -> None:
        """Show the branches of a file that `save` wrote; `undo` brings back the run before."""
        self.send(self._load(path))

    def save_page(self, path: str | Path) -> None:
        """Write one HTML file that plays all branches without a kernel and without a network."""
        save_page(self.history, path, self.show, self.tick, lab_of(self.history.bundle()))

    # -- Requests of the player -----------------------------------------------------------------------------------

    def requests(self) -> dict[str, Callable[[Message], Message]]:
        """The requests of `PlayerWidget`, and those about settings and files."""
        return super().requests() | {
            "settings": lambda asked: self._reset(**asked["settings"]),
            "as_python": lambda _: {"python": self.as_python(), "alone": True},
            "load": lambda asked: self._load(_found(_file(asked["load"], ".json"))),
            "save": lambda asked: _written(self.save, asked["save"], ".json"),
            "save_page": lambda asked: _written(self.save_page, asked["save_page"], ".html"),
        }

    def _load(self, path: str | Path) -> Message:
        return self.begin(History.from_json(read_file(path), self.history.node_class))

    # -- For places where the player cannot be shown --------------------------------------------------------------

    def words(self) -> str:
        """The moment that is shown, in words."""
        # Imported here, so that matplotlib is loaded only when a Lab is shown.
        from raftlab.draw import (
            describe,
        )

        return f"{self!r}\n{describe(self.trace, self.tick)}"

    def still(self) -> dict[str, str]:
        """The moment that is shown, as a picture."""
        from raftlab.draw import still

        return {"image/svg+xml": still(self.trace, self.tick)}

    def __repr__(self) -> str:
        return f"<Lab {self.history.story.title!r}, {plural(len(self.history.story.ids()), 'node')}, tick {self.tick}>"


# The choices in the forms of the player. When a story is chosen, the forms are filled with its values.
CHOICES: dict[str, Any] = {
    "most_delay": MOST_DELAY,
    "stories": [
        {
            "name": name,
            "topic": topic,
            **{each: getattr(story, each) for each in ("title", "nodes", "seed", "preset")},
        }
        for topic, stories in TOPICS.items()
        for name, story in stories.items()
        if story.nodes <= MOST_DRAWN
    ],
    "presets": [[name, f"{each.name} ({each.version}, {each.year})"] for name, each in PRESETS.items()],
    "most_nodes": MOST_DRAWN,
}


def shown(show: str | Sequence[str]) -> tuple[str, ...]:
    """The words of a `show` argument. Raises UserError for a word that does not exist."""
    if isinstance(show, str):
        show = STAGES.get(show, (show,))
    if not isinstance(show, Sequence):
        raise UserError(
            f"show must be a lesson's number, a part of the Lab or a list of parts, not {in_short(show)}."
        )
    return tuple(check_name("part of the Lab", word, WORDS) for word in show)


def _playable(story: str | Story, node_class: type[Raft] | None) -> tuple[Story, type[Raft] | None]:
    """A story, which may be given by its name, and the class of its nodes: node_class, or that of the named scene."""
    if isinstance(story, str):
        story, its_class = scene(story)
        return story, node_class or its_class
    if not isinstance(story, Story):
        raise UserError(f"A story must be a name or a Story, not {in_short(story)}.")
    return story, node_class


def _changed(story: Story, nodes: int | None, seed: int | None, preset: str | None) -> Story:
    """A story with another number of nodes, seed or timing, if these are given."""
    given = {"nodes": nodes, "seed": seed, "preset": preset}
    changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if preset is not None:
        preset_named(preset)
    if nodes is not None:
        check_drawable(check_number("the number of nodes", nodes, 1))
    if nodes is not None and nodes != story.nodes:
        # The story's actions, start and sentences are for its own nodes, so they are dropped.
        liars = {node: lie for node, lie in story.liars.items() if int(node[1:]) <= nodes}
        changes |= {"actions": (), "start": {}, "stops": AN_ELECTION, "goals": (("leader",),), "liars": liars}
        changes |= {"name": "free", "title": f"A free run of {plural(nodes, 'node')}"}
    elif any(value != getattr(story, name) for name, value in changes.items()):
        # The run will be another, so sentences that name a node may be wrong.
        changes |= {"stops": tuple(stop for stop in story.stops if not stop.names_a_node)}
    return replace(story, **changes)


def _begun(
    story: Story, nodes: int | None, seed: int | None, preset: str | None, node_class: type[Raft] | None
) -> History:
    """Play a story with other settings. Raises UserError if they make one of its actions impossible."""
    changed = _changed(story, nodes, seed, preset)
    try:
        return History(changed, node_class)
    except UserError as refusal:
        others = [
            words
            for words, is_other in (
                (f"seed {changed.seed}", changed.seed != story.seed),
                (f"the timing {changed.preset!r}", changed.preset != story.preset),
            )
            if is_other
        ]
        if not others:
            raise
        raise UserError(
            f"With {' and '.join(others)} this story cannot be played. {refusal} Try another seed."
        ) from None


def _farthest(history: History) -> int:
    """The last tick that can be shown. A run that was made by other rules ends with its recording."""
    ticks = history.branch.trace.ticks
    return ticks if history.is_recorded else min(ticks + FAR, MOST)


def _file(name: str, ending: str) -> str:
    """The name of a file that the user typed, with its ending. Raises UserError if it is empty or in another folder."""
    if not name.strip():
        raise UserError("The file needs a name.")
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise UserError(f"{name} is not in the folder of this notebook, where the files of the player are.")
    return name if name.endswith(ending) else name + ending


def _found(path: str) -> str:
    if not Path(path).exists():
        raise UserError(f"There is no {path} in the folder of this notebook.")
    return path


def _written(write: Callable[[str], None], name: str, ending: str) -> Message:
    path = _file(name, ending)
    write(path)
    return {"note": f"Written: {path}, in the folder of this notebook.", "alone": True}


def _method(verb: Verb) -> Callable[..., None]:
    @functools.wraps(verb.do)
    def do(self: Lab, *arguments: Any, **named: Any) -> None:
        self.act(verb.name, *arguments, **named)

    return do


for _verb in VERBS.values():
    setattr(Lab, _verb.name, _method(_verb))
