"""*Break it*: a node is wrong somewhere, its code is not shown, and a short story is to convict it.

The wrong node is drawn from the known mistakes by the learner's name. A story convicts it if, played with such
nodes, it breaks a property, tells a client what cannot be, or misses one of the story's goals, while Raft passes
the same story.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import Any

from raftlab.checks.failure import FELL_OVER
from raftlab.checks.linearizability import check_linearizability
from raftlab.checks.mutants import Mutant
from raftlab.checks.scenes_mutants import STORIES
from raftlab.exercises.called import written
from raftlab.exercises.marked import Marked
from raftlab.exercises.pools import ANYWHERE, HAVE, KNOWN, POOLS, RESTLESS
from raftlab.exercises.shown import SHOWN, show_text
from raftlab.exercises.student import NO_NAME, YOUR_NAME, NoName, dice_of
from raftlab.exercises.untouched import check_untouched
from raftlab.exercises.verdict import without_reasons
from raftlab.extensions import EXTENSIONS
from raftlab.raft import Raft
from raftlab.rules import PROPERTIES, RULE_BOOK
from raftlab.sim.branches import History
from raftlab.sim.cluster import Cluster
from raftlab.sim.errors import UserError, check_name, check_number
from raftlab.sim.goals import goal_sentence
from raftlab.sim.invariants import WATCHED
from raftlab.sim.story import Story
from raftlab.sim.systems import build
from raftlab.sim.verbs import VERBS

MOST_EVENTS = 8
MOST_TICKS = 1000
PATIENCE = (
    300  # ticks beyond a story's own in which wrong nodes may still reach its goals: bad luck convicts nobody
)
POINTS = 20
# What the player of wrong nodes shows beyond what its lesson shows: all that a story that convicts may do can be tried there.
TRIED_WITH = (
    *SHOWN, "client", "partitions", "branches", "network", "nodes", "seed", "run_until", "save",
    *dict.fromkeys(control.part for verb in VERBS.values() if not verb.beyond for control in verb.controls),
)  # fmt: skip
BY_HAND = (
    "Right-click a node, a message or a link to see what you can do with it, or hold it with a finger. What you do to the "
    "wrong nodes happens to the right ones, too. A story counts time in ticks: ⋯ and “times in ticks” show them."
)
QUIET = Story("three_nodes", "Wrong nodes and right ones", nodes=3)


class Suspect:
    """A wrong node: `node_class` is its class, for `Lab` and `Cluster`; `about` the rule that it gets wrong.

    story: what a cluster of such nodes plays where it is shown.
    """

    def __init__(self, item: str, mutant: Mutant, story: Story = QUIET):
        self.item = item
        self.story = story
        self._mutant = mutant

    @property
    def about(self) -> str:
        """The method in which one place is wrong."""
        return self._mutant.item

    @property
    def reference(self) -> type[Raft]:
        """The nodes that make no mistake: Raft, with the extension that these have."""
        name = self._mutant.extension
        return build(*self._has(), name, *getattr(EXTENSIONS[name], "needs", ())) if name else Raft

    def _has(self) -> tuple[str, ...]:
        return HAVE.get(self.item[:2], ())

    @cached_property
    def node_class(self) -> type[Raft]:
        """Nodes that are wrong; they are silent about their reasons."""
        made = without_reasons(self._mutant.node_class(self._has()))
        made.__name__ = made.__qualname__ = "WrongNode"
        return made

    @property
    def hints(self) -> tuple[str, str, str]:
        """What is told, one sentence at a time."""
        rule = (RULE_BOOK | WATCHED)[self._mutant.rule]
        return (
            self._falls(),
            f"It breaks this rule: {rule.text} ({rule.id})",
            f"Try this: {self._mutant.schedule}.",
        )

    @property
    def known(self) -> str:
        """How short a story can be that convicts these nodes."""
        return f"A story of {counted(len(STORIES[self._mutant.name].actions))} is known that convicts these."

    def _falls(self) -> str:
        if self._reads():
            return "Look for a client that reads an old value after another client has already been told a newer one."
        if self.item in RESTLESS:
            return "Look for an election while a majority still hears from a leader."
        harm = WATCHED.get(self._mutant.breaks)
        return (
            f"This property breaks: {harm.text}"
            if harm
            else "Look for something that should happen and never does."
        )

    def _reads(self) -> bool:
        return self._mutant.breaks == "linearizability"

    def __repr__(self) -> str:
        kind = "does what must never happen" if self.item.endswith("a") else "leaves something undone"
        kind = "answers a read with what is no longer true" if self._reads() else kind
        kind = "holds elections that nobody needs" if self.item in RESTLESS else kind
        have = f" have {' and '.join(self._has())}; they" if self._has() else ""
        where = "" if self.item[:2] in ANYWHERE else f", in what {self.about} does"
        return f"These nodes{have} are wrong in one place{where}. A cluster of them {kind}."

    def _ipython_display_(self) -> None:
        from IPython.display import display

        from raftlab.lab.lessons import STAGES
        from raftlab.lab.two_clusters import StoryCell, TwoClusters

        show_text(f"{self!r}\n{BY_HAND}", passed=True)
        show = dict.fromkeys((*STAGES[self.item[:2]], *TRIED_WITH))
        classes = {"Wrong nodes": self.node_class, "Raft": self.reference}
        cell = StoryCell(f"def {self._function}(", self.as_cell)
        display(TwoClusters(self.story, tuple(show), classes, cell))

    @property
    def _function(self) -> str:
        """What the function is called in whose body the story stands."""
        return f"story_{self.item[-1]}"

    def as_cell(self, story: Story) -> str:
        """The cell of the exercise with a story in it: a function that returns it."""
        goals = () if self.item.endswith("a") or self._reads() else (("leader", _last_tick(story)),)
        mine = replace(
            story, name="mine", title="My story", ticks=min(story.ticks, MOST_TICKS), stops=(), goals=goals
        )
        rows = mine.as_python().partition("story = ")[2].splitlines()
        return "\n".join(
            [f"def {self._function}():", f"    return {rows[0]}", *(f"    {row}" for row in rows[1:])]
        )


def mistake_of(wrong: Suspect) -> str:
    """What is wrong, for the learner who has found it; a suspect itself must not show it."""
    return f"The mistake: {wrong._mutant.name}. ({wrong._mutant.rule})"


def suspect(item: str, me: str, story: Story | Callable[[], Story] = QUIET) -> Suspect | NoName:
    """The wrong node that is drawn for a name.

    A notebook shows a cluster of such nodes beside a cluster of right ones. What is done to the wrong nodes happens to the
    right ones, too, and the button *make this my story* writes it into the cell of the exercise.

    Args:
        item: "01.a" or "01.b" for lesson 01, and so on.
        me: the learner's name.
        story: what both clusters play, or a function that returns it; left out, three nodes to which nothing is done.

    Raises:
        UserError: there is no such item, no name, or no such story.

    Example:
        >>> suspect("01.a", "Ada Lovelace").node_class.__name__
        'WrongNode'
    """
    check_name("item", item, POOLS)
    if me == YOUR_NAME:
        return NO_NAME
    wrong = drawn(item, me)
    wrong.story = check_story(written(story, Story=Story))
    return wrong


def drawn(item: str, me: str) -> Suspect:
    """The wrong node of an item for a name. Raises UserError if it is none."""
    pool = POOLS[item]
    return Suspect(item, KNOWN[pool[int(dice_of(me, item).random() * len(pool))]])


def convict(item: str, story: Story | Callable[[], Story], me: str, *, progress: Any = ".raftlab") -> Marked:
    """Play a story with the wrong nodes of an item and with Raft: does it tell the one from the other?

    Args:
        item: "01.a" or "01.b" for lesson 01, and so on.
        story: a story of at most 8 actions, or a function that returns it. Longer ones get half the points.
        me: the learner's name, from which the wrong node is drawn.
        progress: the folder in which the points are kept; None keeps none.

    Raises:
        UserError: there is no such item, no name, or the story is none that Raft can play.

    Example:
        >>> from raftlab import Story
        >>> convict("01.a", Story("quiet", "Nothing happens"), "Ada", progress=None).points
        0
    """
    check_name("item", item, POOLS)
    check_untouched()
    try:
        told = check_story(written(story, Story=Story))
    except NotImplementedError:
        return Marked(item, 0, POINTS, ("Not written yet.",)).kept(progress)
    return judged(drawn(item, me), told).kept(progress)


def check_story(story: Any) -> Story:
    """A story that may convict. Raises UserError."""
    if not isinstance(story, Story):
        raise UserError(f"Return a story, Story(name, title, actions=...), not {story!r}.")
    if story.extensions or story.liars:
        raise UserError(
            "A story that convicts has no liars and no extensions: the wrong nodes are all its nodes."
        )
    beyond = [verb for _, verb, *_ in story.actions if VERBS[verb].beyond]
    if beyond:
        raise UserError(f"A story that convicts leaves out {beyond[0]}: Raft itself does not bear it.")
    check_number("the ticks of a story that convicts", story.ticks, 0, MOST_TICKS)
    return story


def judged(wrong: Suspect, story: Story) -> Marked:
    """The points of a story, and why."""
    try:
        should, _ = course(story, wrong.reference, wrong.reference)
    except UserError as error:
        raise UserError(f"Raft cannot play this story to its end, so it proves nothing. {error}") from error
    last = terms(story, wrong.reference)[-1] if wrong.item in RESTLESS and not should else None
    if should:
        sentence = "Raft itself fails in this story, so it proves nothing: "
        return Marked(wrong.item, 0, POINTS, (sentence + should, _hint(wrong)))
    try:
        did, tick = course(story, wrong.node_class, wrong.reference, last)
    except UserError as error:
        sentence = (
            f"With the wrong nodes the story cannot be played to its end; name nodes, not roles. {error}"
        )
        return Marked(wrong.item, 0, POINTS, (sentence, _hint(wrong)))
    runs = _runs(story, wrong, tick)
    if not did:
        sentence = (
            "Not convicted: the wrong nodes break no property in this story, tell no client what cannot be, "
            "and reach all of its goals."
        )
        return Marked(wrong.item, 0, POINTS, (sentence, _hint(wrong)), runs)
    count = len(story.actions)
    sentences = (
        f"Convicted, with {counted(count)}: {did} Raft passes.",
        mistake_of(wrong),
    )
    if count > MOST_EVENTS:
        return Marked(
            wrong.item,
            POINTS / 2,
            POINTS,
            (*sentences, f"Half of the points: {MOST_EVENTS} actions are enough."),
            runs,
        )
    return Marked(wrong.item, POINTS, POINTS, sentences, runs)


def course(
    story: Story, raft: type[Raft], right: type[Raft] = Raft, last: int | None = None
) -> tuple[str, int]:
    """What goes wrong when a story is played with such nodes, in a sentence, and when; "" if nothing does.

    last: the tick at which right ones begin their last term, where later ones are wrong. Raises UserError if it
    cannot be played with them.
    """
    asks = any(verb in ("clients", "propose", "write", "read") for _, verb, *_ in story.actions)
    cluster = Cluster(story, node_class=raft, record=asks)
    try:
        cluster.tick(story.ticks + (0 if raft is right else PATIENCE))
    except FELL_OVER as error:
        return f"a node falls over ({type(error).__name__}).", cluster.now
    broken = {id: each for id, each in cluster.invariants.broken.items() if id in PROPERTIES}
    for id, breach in sorted(broken.items(), key=lambda each: each[1].tick):
        name = PROPERTIES[id].text.partition(":")[0]
        return f"{name} is broken at tick {breach.tick}: {breach.sentence}", breach.tick
    if asks and not (found := check_linearizability(cluster.trace.operations())):
        told = found.stuck.returned if found.stuck else None
        return f"a client is told what cannot be: {found.why}", story.ticks if told is None else told
    for goal in story.goals:
        if goal not in cluster.reached:
            return f"it is never reached that {goal_sentence(*goal)}.", story.ticks
    if last is not None:
        allowed = last + cluster.timing.election_timeout[1]  # until then it may be bad luck
        for tick in terms(story, raft):
            if tick > allowed:
                why = f"among right ones, the last begins at tick {last}."
                return f"an election begins at tick {tick} that nobody needs: {why}", tick
    return "", story.ticks


def terms(story: Story, raft: type[Raft]) -> list[int]:
    """The ticks of a story at which new terms begin; 0 is always among them. Raises UserError if it cannot be played."""
    cluster = Cluster(story, node_class=raft, record=False)
    found, highest = [0], 0
    for _ in range(story.ticks):
        cluster.tick()
        term = max(node.term for node in cluster.nodes.values())
        if term > highest:
            found.append(cluster.now)
        highest = term
    return found


def _last_tick(story: Story) -> int:
    """The tick of the last deed of a story."""
    return story.actions[-1][0] if story.actions else 0


def counted(actions: int) -> str:
    """So many actions, in words."""
    return f"{actions} {'action' if actions == 1 else 'actions'}"


def _hint(wrong: Suspect) -> str:
    return f'A hint: hint("{wrong.item}", me).'


def _runs(story: Story, wrong: Suspect, tick: int) -> tuple[tuple[str, History, int], ...]:
    """Both runs, to be looked at."""
    try:
        played = History(story, node_class=wrong.node_class)
    except (UserError, *FELL_OVER):
        return ()
    return (
        (f"<b>With the wrong nodes</b>, at tick {tick}. They give no reasons.", played, tick),
        (
            f"<b>With {wrong.reference.__name__}</b>, at tick {tick}.",
            History(story, node_class=wrong.reference),
            tick,
        ),
    )
