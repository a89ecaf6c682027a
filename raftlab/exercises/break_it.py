"""*Break it*: nodes have a mistake whose code is not shown, and the learner proves it with a short story.

The mistake is drawn from the known ones by the learner's name. A story proves it if these nodes do harm in it with all
dice, and correct nodes with none (`raftlab.checks.conviction`).
"""

from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from html import escape
from typing import Any, ClassVar

from raftlab.checks.conviction import (
    ANSWER,
    ELECTIONS,
    GOAL,
    MOST_TICKS,
    UNSAFE,
    OtherDice,
    Trial,
    check_bounded,
    tried,
)
from raftlab.checks.failure import FELL_OVER
from raftlab.checks.mutants import KNOWN
from raftlab.checks.mutants.mutant import Mutant
from raftlab.checks.mutants.stories import story_of
from raftlab.exercises.display import SHOWN
from raftlab.exercises.in_child import written
from raftlab.exercises.item import Help, Kind
from raftlab.exercises.missing import begun, missing
from raftlab.exercises.result import NOT_WRITTEN, Result
from raftlab.exercises.student import dice_of
from raftlab.exercises.verdict import without_reasons
from raftlab.extensions import EXTENSIONS
from raftlab.raft import Raft
from raftlab.rules import RULE_BOOK
from raftlab.sim.branches import History
from raftlab.sim.cluster import Cluster
from raftlab.sim.english import plural
from raftlab.sim.errors import UserError, check_name, in_short, listed
from raftlab.sim.goals import GOALS
from raftlab.sim.invariants import WATCHED
from raftlab.sim.story import Story
from raftlab.sim.systems import build
from raftlab.sim.verbs import VERBS

MOST_EVENTS = 8
NOT_SEEN = {
    UNSAFE: "Not proved: in your story the faulty nodes break no property, and give no client a wrong answer. "
    "A goal that is missed proves nothing here.",
    ELECTIONS: "Not proved: in your story the faulty nodes break no property, give no client a wrong answer, and hold no "
    "election after correct nodes have held their last one.",
    ANSWER: "Not proved: in your story the faulty nodes give no client a wrong answer. Only the answers to clients count here.",
    GOAL: "Not proved: in your story the faulty nodes reach its goal, as correct nodes do. Only the goal counts here.",
    (
        *UNSAFE,
        "goal",
    ): "Not proved: in your story the faulty nodes break no property, give no client a wrong answer, "
    "and reach all of its goals.",
}
# The first actions of a story that take luck out of it.
STEADY = {
    "every message takes one tick": ("set_network", (1, 1)),
    "no message is lost": ("set_network", (1, 1), 0),
}
# The player of faulty nodes offers more than its lesson does, so that a learner can try everything that a story may do.
TRIED_WITH = (
    *SHOWN, "client", "partitions", "branches", "network", "nodes", "seed", "run_until", "save",
    *dict.fromkeys(control.part for verb in VERBS.values() if not verb.beyond for control in verb.controls),
)  # fmt: skip
BY_HAND = (
    "Right-click a node, a message or a link to see what you can do with it; on a touch screen, hold it. "
    "What you do to the faulty nodes is also done to the correct ones."
)
NEED_AN_EXTENSION = {
    "snapshot": "Snapshots", "snapshot_every": "Snapshots", "change_voters": "Membership", "transfer": "Transfer",
}  # fmt: skip
QUIET: Story = Story("three_nodes", "Faulty nodes and correct ones", nodes=3)


@dataclass(frozen=True)
class BreakIt:
    """Nodes with a mistake, drawn from a pool. The learner writes a story that proves that they are faulty.

    The nodes of a pool do several kinds of harm, and each says which it does. So no story proves more than a third of
    the mistakes of a pool.

    pool: the names of the mistakes that can be drawn. have: the extensions that all these nodes have. anywhere: whether
    the method that has the mistake is not named.
    """

    name: str
    points: int
    pool: tuple[str, ...] = field(repr=False)
    have: tuple[str, ...] = ()
    anywhere: bool = False
    kind: ClassVar[Kind] = "break"

    @property
    def lesson(self) -> str:
        """The number of the lesson."""
        return self.name.partition(".")[0]

    def drawn(self, me: str) -> "Suspect":
        """The faulty nodes for a name. Raises UserError if it is no name."""
        return Suspect(self, KNOWN[self.pool[self.place_of(me)]])

    def place_of(self, me: str) -> int:
        """The place in the pool that a name draws. Raises UserError if it is not a name."""
        return int(dice_of(me, self.name).random() * len(self.pool))

    @property
    def usable(self) -> tuple[str, ...]:
        """The verbs that a story can use. It breaks no disks, because even Raft does not tolerate that."""
        lacking = {verb for verb, extension in NEED_AN_EXTENSION.items() if extension not in self.have}
        return tuple(name for name, verb in VERBS.items() if not verb.beyond and name not in lacking)

    def told_story(self, *given: Any, **named: Any) -> Story:
        """`Story`, as an answer calls it. For a verb that does not exist, it suggests only those that an answer can use."""
        actions = named.get("actions")
        for action in actions if isinstance(actions, list | tuple) else ():
            if isinstance(action, list | tuple) and len(action) > 1 and action[1] not in tuple(VERBS):
                check_name("verb", action[1], self.usable)
        return Story(*given, **named)

    def help(self, me: str) -> Help:
        """The hints for the nodes that are drawn."""
        faulty = self.drawn(me)
        tried = f'Lab("leader_crash", node_class=suspect("{self.name}", me).node_class)'
        return Help(faulty.hints, f"Play stories of the lesson with these nodes: {tried}. {faulty.known}")

    def judge(self, answer: Any, me: str) -> Result:
        """The points of a story, or of a function that returns it, and why. Raises UserError if Raft cannot play it."""
        try:
            story = check_story(written(answer, Story=self.told_story))
        except NotImplementedError:
            return Result(self.name, 0, self.points, (NOT_WRITTEN,))
        faulty = self.drawn(me)
        return judged(faulty, check_goal(story, faulty))


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
        """The correct nodes: Raft, with the extensions that the faulty nodes have."""
        name = self._mutant.extension
        return build(*self.item.have, *([name, *getattr(EXTENSIONS[name], "needs", ())] if name else ()))

    @property
    def goal(self) -> str:
        """The name of the goal that the nodes can miss; "" if they do another kind of harm."""
        return str(self.shortest.goals[0][0]) if self.shortest.goals else ""

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of harm that prove the mistake."""
        if self.goal:
            return GOAL
        if self._reads():
            return ANSWER
        return ELECTIONS if self._is_restless() else UNSAFE

    @cached_property
    def node_class(self) -> type[Raft]:
        """The class of the faulty nodes. They do not say which rule they follow, because that would give the mistake away."""
        made = without_reasons(self._mutant.node_class(self.item.have))
        made.__name__ = made.__qualname__ = "FaultyNode"
        return made

    @property
    def hints(self) -> tuple[str, str, str]:
        """The three hints."""
        rule = (RULE_BOOK | WATCHED)[self._mutant.rule]
        return (
            self._falls(),
            f"Make a node follow this rule, and watch what it does instead: {rule.text} ({rule.id})",
            f"Bring this about: {self._mutant.schedule}. {self._enough()}",
        )

    @property
    def shortest(self) -> Story:
        """A short story that proves the mistake."""
        return story_of(self._mutant.name, self.item.have)

    @property
    def known(self) -> str:
        """How short a story can be that proves the mistake."""
        count = len(self.shortest.actions)
        return f"{plural(count, 'action')} can be enough." if count else "No action is needed."

    def _enough(self) -> str:
        """The number of nodes and the actions of a short story, as a hint."""
        verbs = dict.fromkeys(verb for _, verb, *_ in self.shortest.actions)
        used = listed([*verbs, *(["start"] if self.shortest.start else [])])
        return f"With {self.shortest.nodes} nodes, this is enough: {used}."

    def _falls(self) -> str:
        if self.goal:
            return f"Look for a run in which it never happens that {GOALS[self.goal][1].format('a command')}."
        if self._reads():
            return "Look for a client that reads an old value after another client has already been told a newer one."
        if self._is_restless():
            return "Look for an election while a majority still hears from a leader."
        return f"Look for a run that breaks this property: {WATCHED[self._mutant.breaks].text}"

    def _reads(self) -> bool:
        return any(verb == "read" for _, verb, *_ in self.shortest.actions)

    def _is_restless(self) -> bool:
        return self._mutant.breaks == "liveness" and not self.goal and not self._reads()

    def __repr__(self) -> str:
        harm = "A cluster of them can do what must never happen."
        if self.goal:
            missed = GOALS[self.goal][1].format("a command")
            harm = f'In a cluster of them, something that should happen never happens: the goal "{self.goal}" ({missed}).'
        elif self._reads():
            harm = "A client of such nodes can read an old value."
        elif self._is_restless():
            harm = "A cluster of them can hold unnecessary elections."
        have = f" have {listed(list(self.item.have))}. They" if self.item.have else ""
        where = "" if self.item.anywhere else f", in {self.about}"
        return f"These nodes{have} have a mistake in one place{where}. {harm}"

    def _ipython_display_(self) -> None:
        from IPython.display import HTML, display

        from raftlab.lab.lessons import STAGES
        from raftlab.lab.two_clusters import StoryCell, TwoClusters

        display(HTML(f"<p>{escape(repr(self))}</p><p>{escape(BY_HAND)}</p>"), metadata={})
        show = dict.fromkeys((*STAGES[self.item.lesson], *TRIED_WITH))
        classes = {"Faulty nodes": self.node_class, "Raft": self.reference}
        cell = StoryCell(f"def {self._function}(", self.as_cell)
        display(TwoClusters(self.story, tuple(show), classes, cell))

    @property
    def _function(self) -> str:
        """The name of the function that returns the story."""
        return f"story_{self.item.name[-1]}"

    def as_cell(self, story: Story) -> str:
        """The text of the exercise's cell for a story: a function that returns it."""
        goals = ((self.goal, _ends_with(self.goal, story)),) if self.goal else ()
        mine = replace(
            story, name="mine", title="My story", ticks=min(story.ticks, MOST_TICKS), stops=(), goals=goals
        )
        rows = mine.as_python().partition("story = ")[2].splitlines()
        return "\n".join(
            [f"def {self._function}():", f"    return {rows[0]}", *(f"    {row}" for row in rows[1:])]
        )


def mistake_of(faulty: Suspect) -> str:
    """What the mistake is, for a learner who has found it; a suspect itself must not show it."""
    return f"The mistake: {faulty._mutant.name}. ({faulty._mutant.rule})"


def check_story(story: Any) -> Story:
    """A story that can be an answer. Raises UserError if it is none."""
    if not isinstance(story, Story):
        raise UserError(f"Return a story, such as Story(name, title, actions=...), not {in_short(story)}.")
    if story.extensions or story.liars:
        raise UserError(
            "Your story must have no liars and no extensions: all its nodes are the faulty nodes."
        )
    beyond = [verb for _, verb, *_ in story.actions if VERBS[verb].beyond]
    if beyond:
        raise UserError(f"Your story must not use {beyond[0]}: even Raft does not tolerate it.")
    return check_bounded(story)


def check_played(story: Story, reference: type[Raft]) -> None:
    """Check that correct nodes can play a story. Raises UserError if they cannot."""
    try:
        Cluster(story, node_class=reference, record=False).tick(story.ticks)
    except UserError as error:
        raise UserError(f"Raft cannot play your story to its end, so it proves nothing. {error}") from error


def check_goal(story: Story, faulty: Suspect) -> Story:
    """A story that has the goal which these nodes can miss, and no other. Raises UserError if it has not."""
    if faulty.goal and [name for name, *_ in story.goals] != [faulty.goal]:
        what, example = ("command", '"a"') if faulty.goal == "applied" else ("tick", "60")
        raise UserError(
            f'Give your story one goal, goals=(("{faulty.goal}", {example}),), with a {what} of yours. '
            "That is the goal which these nodes can miss."
        )
    return story


def _ends_with(goal: str, story: Story) -> str | int:
    """What a goal says at the end of a story: its last command, or the tick of its last action."""
    if goal == "applied":
        return next((each[2] for each in reversed(story.actions) if each[1] == "propose"), "a")
    return story.actions[-1][0] if story.actions else 0


def judged(faulty: Suspect, story: Story) -> Result:
    """The points of a story, and why."""
    name, points = faulty.item.name, faulty.item.points
    check_played(story, faulty.reference)
    trial = tried(story, faulty.node_class, faulty.reference, faulty.kinds)
    if not trial.proved:
        steps = (
            missing(story, faulty.node_class, faulty.shortest, faulty.kinds) if _is_harmless(trial) else ()
        )
        return Result(
            name, 0, points, (_why_not(trial, faulty), _hint(faulty)), _runs(trial, faulty), steps=steps
        )
    count, harm = len(story.actions), trial.harm[0]
    assert harm is not None
    sentences = (
        f"Proved, with {plural(count, 'action')}: {harm.sentence} The same happens with all {len(trial.seeds)} seeds that were tried, "
        "and correct nodes do no harm with any of them.",
        mistake_of(faulty),
    )
    if count <= MOST_EVENTS:
        return Result(name, points, points, sentences, _runs(trial, faulty))
    long = f"Your story is too long: it has {count} actions, and {MOST_EVENTS} are enough."
    half = "You get half of the points."
    return Result(name, points / 2, points, (*sentences, f"{long} {half}"), _runs(trial, faulty))


def _is_harmless(trial: Trial) -> bool:
    """Do the faulty nodes do no harm with the story's own dice, and neither do correct ones?"""
    return trial.correct is None and not trial.unplayable and trial.harm[0] is None


def _why_not(trial: Trial, faulty: Suspect) -> str:
    """Why a story proves nothing."""
    if trial.correct:
        nodes, seed, fault = trial.correct
        dice = "" if seed == trial.story.seed else f" with another seed (seed={seed})"
        return f"Even correct nodes fail in your story{dice}, so it proves nothing. {nodes[0].upper()}{nodes[1:]}: {fault.sentence}"
    if trial.unplayable:
        return trial.unplayable
    harm = trial.harm[0]
    if harm is None:
        return f"{NOT_SEEN[faulty.kinds]} {begun(trial.story, faulty.node_class, faulty.reference)}"
    lucky = listed([f"seed={seed}" for seed in trial.lucky])
    return (
        f"Not proved, because your story depends on luck: {harm.sentence} But with {len(trial.lucky)} of {len(trial.seeds)} "
        f"seeds the faulty nodes do no harm ({lucky}).{_against_luck(trial, faulty)}"
    )


def _against_luck(trial: Trial, faulty: Suspect) -> str:
    """What takes the luck out of a story, if that is enough."""
    for what, action in STEADY.items():
        steady = replace(trial.story, actions=((0, *action), *trial.story.actions))
        with suppress(UserError):
            if tried(steady, faulty.node_class, faulty.reference, faulty.kinds).proved:
                return f" Begin your story with {(0, *action)!r}: then {what}."
    return " Leave nothing to luck: say in your story when timers run out, which links are cut, and how long messages take."


def _hint(faulty: Suspect) -> str:
    return f'For a hint, run hint("{faulty.item.name}", me).'


def _runs(trial: Trial, faulty: Suspect) -> tuple[tuple[str, History, int], ...]:
    """The run of the faulty nodes and that of correct ones, for players; or the run that shows why a story proves nothing."""
    story, correct = trial.story, trial.correct
    seed = correct.seed if correct else (trial.lucky or trial.seeds or (story.seed,))[0]
    harm = correct.harm if correct else trial.harm[0] if trial.harm else None
    tick = min(harm.tick if harm else story.ticks, story.ticks)
    with_dice = "" if seed == story.seed else f", with seed={seed}"
    runs = OtherDice(story, faulty.node_class)
    try:
        return tuple(
            (
                f"<b>{heading}</b>{with_dice}, at tick {tick}.{more}",
                History(runs.story(seed, nodes), node_class=nodes),
                tick,
            )
            for heading, more, nodes in (
                ("The faulty nodes", " They do not say which rules they follow.", faulty.node_class),
                (faulty.reference.__name__, "", faulty.reference),
            )
        )
    except (UserError, *FELL_OVER):
        return ()
