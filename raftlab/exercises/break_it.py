"""*Break it*: nodes have a mistake whose code is not shown, and the learner proves it with a short story.

The mistake is drawn from the known ones by the learner's name. A story proves it if these nodes break a property in
it, give a client a wrong answer, or miss one of the story's goals, while Raft plays the same story without harm.
"""

from dataclasses import dataclass, field, replace
from functools import cached_property
from html import escape
from typing import Any, ClassVar

from raftlab.checks.failure import FELL_OVER
from raftlab.checks.linearizability import check_linearizability
from raftlab.checks.mutants import KNOWN
from raftlab.checks.mutants.mutant import Mutant
from raftlab.checks.mutants.stories import STORIES
from raftlab.exercises.called import written
from raftlab.exercises.display import SHOWN
from raftlab.exercises.item import Help, Kind
from raftlab.exercises.result import Result
from raftlab.exercises.student import dice_of
from raftlab.exercises.verdict import without_reasons
from raftlab.extensions import EXTENSIONS
from raftlab.raft import Raft
from raftlab.rules import PROPERTIES, RULE_BOOK
from raftlab.sim.branches import History
from raftlab.sim.cluster import Cluster
from raftlab.sim.english import plural
from raftlab.sim.errors import UserError, check_name, check_number
from raftlab.sim.goals import goal_sentence
from raftlab.sim.invariants import WATCHED
from raftlab.sim.story import Story
from raftlab.sim.systems import build
from raftlab.sim.verbs import VERBS

MOST_EVENTS = 8
MOST_TICKS = 1000
PATIENCE = (
    300  # ticks after the end of a story in which wrong nodes may still reach its goals: they may be unlucky
)
# The player of wrong nodes offers more than its lesson does, so that a learner can try everything that a story may do.
TRIED_WITH = (
    *SHOWN, "client", "partitions", "branches", "network", "nodes", "seed", "run_until", "save",
    *dict.fromkeys(control.part for verb in VERBS.values() if not verb.beyond for control in verb.controls),
)  # fmt: skip
BY_HAND = (
    "Right-click a node, a message or a link to see what you can do with it; on a touch screen, hold it. "
    "What you do to the wrong nodes is also done to the right ones."
)
NEED_AN_EXTENSION = ("snapshot", "snapshot_every", "change_voters", "transfer")
# The verbs that such a story can use. It breaks no disks, because even Raft does not tolerate that.
USABLE = tuple(name for name, verb in VERBS.items() if not verb.beyond and name not in NEED_AN_EXTENSION)
QUIET: Story = Story("three_nodes", "Wrong nodes and right ones", nodes=3)


@dataclass(frozen=True)
class BreakIt:
    """Wrong nodes, drawn from a pool, which a story of the learner must prove to be wrong.

    The nodes of "a" can break a property, and those of "b" can miss a goal, but for what `Suspect` says.

    pool: the names of the mistakes that can be drawn. have: the extensions that all these nodes have. restless: whether
    the harm is elections that nobody needs. anywhere: whether the method that has the mistake is not named.
    """

    name: str
    points: int
    pool: tuple[str, ...] = field(repr=False)
    have: tuple[str, ...] = ()
    restless: bool = False
    anywhere: bool = False
    kind: ClassVar[Kind] = "break"

    @property
    def lesson(self) -> str:
        """The number of the lesson."""
        return self.name.partition(".")[0]

    def drawn(self, me: str) -> "Suspect":
        """The wrong nodes for a name. Raises UserError if it is no name."""
        return Suspect(self, KNOWN[self.pool[int(dice_of(me, self.name).random() * len(self.pool))]])

    def help(self, me: str) -> Help:
        """The hints for the nodes that are drawn."""
        wrong = self.drawn(me)
        tried = f'Lab("leader_crash", node_class=suspect("{self.name}", me).node_class)'
        return Help(wrong.hints, f"Play stories of the lesson with these nodes: {tried}. {wrong.known}")

    def judge(self, answer: Any, me: str) -> Result:
        """The points of a story, or of a function that returns it, and why. Raises UserError if Raft cannot play it."""
        try:
            story = check_story(written(answer, Story=told_story))
        except NotImplementedError:
            return Result(self.name, 0, self.points, ("Not written yet.",))
        return judged(self.drawn(me), story)


class Suspect:
    """Nodes with a mistake: `node_class` is their class, for `Lab` and `Cluster`; `about`, the rule that they get wrong.

    story: what a cluster of such nodes plays in a notebook.
    """

    def __init__(self, item: BreakIt, mutant: Mutant, story: Story = QUIET):
        self.item = item
        self.story = story
        self._mutant = mutant

    @property
    def about(self) -> str:
        """The method that has the mistake."""
        return self._mutant.item

    @property
    def reference(self) -> type[Raft]:
        """The right nodes: Raft, with the extensions that the wrong nodes have."""
        name = self._mutant.extension
        return build(*self.item.have, name, *getattr(EXTENSIONS[name], "needs", ())) if name else Raft

    @cached_property
    def node_class(self) -> type[Raft]:
        """The class of the wrong nodes. They do not say which rule they follow, because that would give the mistake away."""
        made = without_reasons(self._mutant.node_class(self.item.have))
        made.__name__ = made.__qualname__ = "WrongNode"
        return made

    @property
    def hints(self) -> tuple[str, str, str]:
        """The three hints."""
        rule = (RULE_BOOK | WATCHED)[self._mutant.rule]
        return (
            self._falls(),
            f"The nodes break this rule: {rule.text} ({rule.id})",
            f"Bring this about: {self._mutant.schedule}.",
        )

    @property
    def known(self) -> str:
        """How short a story can be that proves the mistake."""
        return f"{plural(len(STORIES[self._mutant.name].actions), 'action')} can be enough."

    def _falls(self) -> str:
        if self._reads():
            return "Look for a client that reads an old value after another client has already been told a newer one."
        if self.item.restless:
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
        harm = "In a cluster of them, something that should happen never happens."
        if self.item.name.endswith("a"):
            harm = "A cluster of them can do what must never happen."
        if self._reads():
            harm = "A client of such nodes can read an old value."
        if self.item.restless:
            harm = "A cluster of them can hold elections that nobody needs."
        have = f" have {' and '.join(self.item.have)}. They" if self.item.have else ""
        where = "" if self.item.anywhere else f", in {self.about}"
        return f"These nodes{have} have a mistake in one place{where}. {harm}"

    def _ipython_display_(self) -> None:
        from IPython.display import HTML, display

        from raftlab.lab.lessons import STAGES
        from raftlab.lab.two_clusters import StoryCell, TwoClusters

        display(HTML(f"<p>{escape(repr(self))}</p><p>{escape(BY_HAND)}</p>"), metadata={})
        show = dict.fromkeys((*STAGES[self.item.lesson], *TRIED_WITH))
        classes = {"Wrong nodes": self.node_class, "Raft": self.reference}
        cell = StoryCell(f"def {self._function}(", self.as_cell)
        display(TwoClusters(self.story, tuple(show), classes, cell))

    @property
    def _function(self) -> str:
        """The name of the function that returns the story."""
        return f"story_{self.item.name[-1]}"

    def as_cell(self, story: Story) -> str:
        """The text of the exercise's cell for a story: a function that returns it."""
        goals = () if self.item.name.endswith("a") or self._reads() else (("leader", _last_tick(story)),)
        mine = replace(
            story, name="mine", title="My story", ticks=min(story.ticks, MOST_TICKS), stops=(), goals=goals
        )
        rows = mine.as_python().partition("story = ")[2].splitlines()
        return "\n".join(
            [f"def {self._function}():", f"    return {rows[0]}", *(f"    {row}" for row in rows[1:])]
        )


def mistake_of(wrong: Suspect) -> str:
    """What the mistake is, for a learner who has found it; a suspect itself must not show it."""
    return f"The mistake: {wrong._mutant.name}. ({wrong._mutant.rule})"


def told_story(*given: Any, **named: Any) -> Story:
    """`Story`, as an answer calls it. For a verb that does not exist, it suggests only those that an answer can use."""
    actions = named.get("actions")
    for action in actions if isinstance(actions, list | tuple) else ():
        if isinstance(action, list | tuple) and len(action) > 1 and action[1] not in tuple(VERBS):
            check_name("verb", action[1], USABLE)
    return Story(*given, **named)


def check_story(story: Any) -> Story:
    """A story that can be an answer. Raises UserError if it is none."""
    if not isinstance(story, Story):
        raise UserError(f"Return a story, such as Story(name, title, actions=...), not {story!r}.")
    if story.extensions or story.liars:
        raise UserError("Your story must have no liars and no extensions: all its nodes are the wrong nodes.")
    beyond = [verb for _, verb, *_ in story.actions if VERBS[verb].beyond]
    if beyond:
        raise UserError(f"Your story must not use {beyond[0]}: even Raft does not tolerate it.")
    check_number("the ticks of your story", story.ticks, 0, MOST_TICKS)
    return story


def judged(wrong: Suspect, story: Story) -> Result:
    """The points of a story, and why."""
    try:
        should, _ = course(story, wrong.reference, wrong.reference)
    except UserError as error:
        raise UserError(f"Raft cannot play your story to its end, so it proves nothing. {error}") from error
    last = terms(story, wrong.reference)[-1] if wrong.item.restless and not should else None
    if should:
        sentence = "Even Raft fails in your story, so it proves nothing: "
        return Result(wrong.item.name, 0, wrong.item.points, (sentence + should, _hint(wrong)))
    try:
        did, tick = course(story, wrong.node_class, wrong.reference, last)
    except UserError as error:
        sentence = (
            f"The wrong nodes cannot play your story to its end. Name nodes in it, and not roles. {error}"
        )
        return Result(wrong.item.name, 0, wrong.item.points, (sentence, _hint(wrong)))
    runs = _runs(story, wrong, tick)
    if not did:
        sentence = (
            "Not proved: in your story the wrong nodes break no property, give no client a wrong answer, "
            "and reach all of its goals."
        )
        return Result(wrong.item.name, 0, wrong.item.points, (sentence, _hint(wrong)), runs)
    count = len(story.actions)
    sentences = (
        f"Proved, with {plural(count, 'action')}: {did} Raft plays the same story without harm.",
        mistake_of(wrong),
    )
    if count > MOST_EVENTS:
        return Result(
            wrong.item.name,
            wrong.item.points / 2,
            wrong.item.points,
            (*sentences, f"You get half of the points, because {MOST_EVENTS} actions are enough."),
            runs,
        )
    return Result(wrong.item.name, wrong.item.points, wrong.item.points, sentences, runs)


def course(
    story: Story, raft: type[Raft], right: type[Raft] = Raft, last: int | None = None
) -> tuple[str, int]:
    """What goes wrong when nodes of a class play a story: a sentence ("" if nothing goes wrong), and the tick.

    last: the tick at which right nodes begin their last term, if a later election counts as wrong; else None.
    Raises UserError if the nodes cannot play the story.
    """
    asks = any(verb in ("clients", "propose", "write", "read") for _, verb, *_ in story.actions)
    cluster = Cluster(story, node_class=raft, record=asks)
    try:
        cluster.tick(story.ticks + (0 if raft is right else PATIENCE))
    except FELL_OVER as error:
        return f"the code of a node raises {type(error).__name__}.", cluster.now
    broken = {id: each for id, each in cluster.invariants.broken.items() if id in PROPERTIES}
    for id, breach in sorted(broken.items(), key=lambda each: each[1].tick):
        name = PROPERTIES[id].text.partition(":")[0]
        return f"{name} is broken at tick {breach.tick}: {breach.sentence}", breach.tick
    if asks and not (found := check_linearizability(cluster.trace.operations())):
        told = found.stuck.returned if found.stuck else None
        return f"a client gets a wrong answer: {found.why}", story.ticks if told is None else told
    for goal in story.goals:
        if goal not in cluster.reached:
            return f"it never happens that {goal_sentence(*goal)}.", story.ticks
    if last is not None:
        allowed = last + cluster.timing.election_timeout[1]  # until then it may be bad luck
        for tick in terms(story, raft):
            if tick > allowed:
                why = f"with right nodes, the last one begins at tick {last}."
                return f"at tick {tick} an election begins that nobody needs; {why}", tick
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
    """The tick of the last action of a story."""
    return story.actions[-1][0] if story.actions else 0


def _hint(wrong: Suspect) -> str:
    return f'For a hint, run hint("{wrong.item.name}", me).'


def _runs(story: Story, wrong: Suspect, tick: int) -> tuple[tuple[str, History, int], ...]:
    """The run of the wrong nodes and that of the right ones, for players."""
    try:
        played = History(story, node_class=wrong.node_class)
    except (UserError, *FELL_OVER):
        return ()
    return (
        (f"<b>The wrong nodes</b>, at tick {tick}. They do not say which rules they follow.", played, tick),
        (
            f"<b>{wrong.reference.__name__}</b>, at tick {tick}.",
            History(story, node_class=wrong.reference),
            tick,
        ),
    )
