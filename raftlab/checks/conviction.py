"""Does a story prove that nodes have a mistake? By what the nodes do, and not by luck.

A story is played with several dice. It proves the mistake if the faulty nodes do harm with each of them, and correct nodes
with none: neither the reference, nor other nodes that follow the same rules.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from raftlab.checks.failure import FELL_OVER
from raftlab.checks.linearizability.judge import check_linearizability
from raftlab.checks.right.variants import CORRECT_VARIANTS
from raftlab.messages import Message
from raftlab.raft import Raft
from raftlab.rules import PROPERTIES
from raftlab.sim.cluster import Cluster
from raftlab.sim.errors import UserError, check_number
from raftlab.sim.goals import goal_sentence
from raftlab.sim.story import Story
from raftlab.sim.verbs import VERBS

DICE = 8  # with so many dice a story is played, its own among them
PATIENCE = 300  # ticks after the end of a story in which faulty nodes may still reach its goals
MOST_LOSS = 0.1  # of more lost messages, luck decides what happens
MOST_TICKS = 400
MOST_NODES = 9
CLIENTS = ("clients", "propose", "write", "read")

# The kinds of harm. In "error" the code of a node raises an error.
UNSAFE = ("property", "answer", "error")
ANSWER = ("answer", "error")
GOAL = ("goal", "error")
GOALS = (*UNSAFE, "goal")
ELECTIONS = (*UNSAFE, "election")


class Harm(NamedTuple):
    """What goes wrong in a run. kind: "property", "answer", "goal", "election" or "error". what: the property or the goal."""

    kind: str
    tick: int
    sentence: str
    what: Any = None


class CorrectHarm(NamedTuple):
    """A run in which correct nodes do harm: which nodes they are, and with which seed."""

    nodes: str
    seed: int
    harm: Harm


class Trial(NamedTuple):
    """What a story shows.

    seeds: with which it was played; the first is its own. harm: what the faulty nodes do with each of them; None if they
    do no harm. correct: correct nodes that do harm. unplayable: why a run could not be played to its end, in a sentence.
    """

    story: Story
    seeds: tuple[int, ...] = ()
    harm: tuple[Harm | None, ...] = ()
    correct: CorrectHarm | None = None
    unplayable: str = ""

    @property
    def proved(self) -> bool:
        """Does the story prove the mistake?"""
        return bool(self.harm) and all(self.harm) and self.correct is None and not self.unplayable

    @property
    def lucky(self) -> tuple[int, ...]:
        """The seeds with which the faulty nodes do no harm."""
        return tuple(seed for seed, harm in zip(self.seeds, self.harm, strict=False) if harm is None)


def seeds_of(story: Story) -> tuple[int, ...]:
    """The seeds with which a story is played: its own, and the first others."""
    others = [seed for seed in range(1, DICE + 1) if seed != story.seed]
    return (story.seed, *others[: DICE - 1])


def correct_nodes(reference: type[Raft]) -> dict[str, type[Raft]]:
    """The reference and its correct variants, by what they are called."""
    name = "Raft" if reference is Raft else reference.__name__
    return {name: reference} | {name: variant(reference) for name, variant in CORRECT_VARIANTS.items()}


def check_bounded(story: Story) -> Story:
    """Return a story in which luck is bounded; otherwise raise UserError."""
    check_number("the ticks of your story", story.ticks, 0, MOST_TICKS)
    check_number("the number of nodes of your story", story.nodes, 1, MOST_NODES)
    for tick, verb, *arguments in story.actions:
        if tick > story.ticks:
            raise UserError(
                f"Your story ends at tick {story.ticks}, but its action {verb!r} is at tick {tick}: "
                f"make ticks at least {tick}, or leave the action out."
            )
        loss = arguments[1] if verb == "set_network" and len(arguments) > 1 else None
        if isinstance(loss, int | float) and MOST_LOSS < loss < 1:
            raise UserError(
                f"Your story loses {100 * loss:.3g} % of all messages. With more than {100 * MOST_LOSS:.3g} %, luck decides what "
                "happens, and that proves nothing. Cut links, or drop single messages."
            )
    return story


def tried(story: Story, faulty: type[Raft], reference: type[Raft], kinds: Sequence[str] = GOALS) -> Trial:
    """Play a story with the faulty nodes and with correct ones, and say what it shows.

    It is played no further than needed: not with other dice if nothing goes wrong with its own.

    Args:
        story: a story within the bounds of `check_bounded`.
        faulty: the class of the nodes with the mistake.
        reference: the class of correct nodes.
        kinds: which kinds of harm prove the mistake.

    Raises:
        UserError: the reference cannot play the story to its end.

    Example:
        >>> from raftlab import Story
        >>> from raftlab.checks.mutants import MUTANTS
        >>> both = Story("both", "Two stand", nodes=3, actions=[(0, "time_out", "n1"), (0, "time_out", "n2")], ticks=20)
        >>> tried(both, MUTANTS["leader counts its own vote twice"].node_class(), Raft, UNSAFE).proved
        True
    """
    seeds = seeds_of(story)
    runs = OtherDice(story, faulty)
    if harm := harm_in(story, reference, kinds):
        return Trial(story, seeds[:1], correct=CorrectHarm(_name_of(reference), story.seed, harm))
    found: list[Harm | None] = []
    try:
        for seed in seeds:
            last = runs.last_term(seed, reference) if "election" in kinds else None
            found.append(harm_in(runs.story(seed, faulty), faulty, kinds, PATIENCE, last))
            if found[0] is None:
                break
    except UserError as error:
        why = (
            "The faulty nodes cannot play your story to its end"
            if not found
            else "With another seed the story cannot be played"
        )
        return Trial(
            story,
            seeds[: len(found)],
            tuple(found),
            unplayable=f"{why}. Name nodes in it, and not roles. {error}",
        )
    trial = Trial(story, seeds[: len(found)], tuple(found))
    return trial if trial.lucky else _with_correct_nodes(trial, runs, reference, kinds)


def needed_events(
    story: Story, faulty: type[Raft], reference: type[Raft], kinds: Sequence[str] = GOALS
) -> tuple[bool, ...]:
    """For each action of a story that proves a mistake: is it needed, or is the mistake proved without it?

    Each answer comes from a replay. Raises UserError if the reference cannot play the story.
    """

    def proves(part: Story) -> bool:
        try:
            return tried(part, faulty, reference, kinds).proved
        except UserError:  # without the action, a later one cannot be played
            return False

    rows = story.actions
    return tuple(not proves(replace(story, actions=rows[:at] + rows[at + 1 :])) for at in range(len(rows)))


def _with_correct_nodes(
    trial: Trial, runs: "OtherDice", reference: type[Raft], kinds: Sequence[str]
) -> Trial:
    """The same, after all correct nodes have played the story with all dice."""
    for name, correct in correct_nodes(reference).items():
        for seed in trial.seeds:
            try:
                harm = harm_in(runs.story(seed, correct), correct, kinds)
            except UserError as error:
                return trial._replace(
                    unplayable=f"{name[0].upper()}{name[1:]} cannot play your story. {error}"
                )
            if harm:
                return trial._replace(correct=CorrectHarm(name, seed, harm))
    return trial


def _name_of(reference: type[Raft]) -> str:
    return next(iter(correct_nodes(reference)))


# -- One run ----------------------------------------------------------------------------------------------------


def harm_in(
    story: Story, raft: type[Raft], kinds: Sequence[str] = GOALS, patience: int = 0, last: int | None = None
) -> Harm | None:
    """The first harm of these kinds that nodes of a class do in a story; None if they do none.

    patience: ticks after the end of the story in which they may still reach its goals. last: the tick at which correct
    nodes begin their last term; an election that begins an election timeout later is unnecessary.
    Raises UserError if the nodes cannot play the story.
    """
    asks = "answer" in kinds and any(verb in CLIENTS for _, verb, *_ in story.actions)
    cluster = Cluster(story, node_class=raft, record=asks)
    end = story.ticks + (patience if "goal" in kinds else 0)
    highest = _highest_term(cluster)
    while True:
        if "property" in kinds and (breach := _breach(cluster)):
            return breach
        term = _highest_term(cluster)
        if last is not None and term > highest and cluster.now > last + cluster.timing.election_timeout[1]:
            why = f"with correct nodes, the last one begins at tick {last}."
            return Harm(
                "election", cluster.now, f"at tick {cluster.now} an unnecessary election begins; {why}"
            )
        highest = term
        if cluster.now >= end:
            break
        try:
            cluster.tick()
        except FELL_OVER as error:
            if "error" not in kinds:
                raise
            return Harm(
                "error",
                cluster.now,
                f"at tick {cluster.now} the code of a node raises {type(error).__name__}.",
            )
    if asks and (harm := _wrong_answer(cluster)):
        return harm
    return _missed_goal(cluster) if "goal" in kinds else None


def _breach(cluster: Cluster) -> Harm | None:
    """The first property of Figure 3 that is broken."""
    for first in cluster.invariants.broken.values():
        if first.property in PROPERTIES:
            name = PROPERTIES[first.property].text.partition(":")[0]
            why = f"{name} is broken at tick {first.tick}: {first.sentence}"
            return Harm("property", first.tick, why, first.property)
    return None


def _highest_term(cluster: Cluster) -> int:
    return max(node.term for node in cluster.nodes.values())


def _wrong_answer(cluster: Cluster) -> Harm | None:
    found = check_linearizability(cluster.trace.operations())
    if found:
        return None
    told = found.stuck.returned if found.stuck else None
    return Harm("answer", cluster.now if told is None else told, f"a client gets a wrong answer: {found.why}")


def _missed_goal(cluster: Cluster) -> Harm | None:
    for goal in cluster.story.goals:
        if goal not in cluster.reached:
            return Harm("goal", cluster.story.ticks, f"it never happens that {goal_sentence(*goal)}.", goal)
    return None


# -- The same story with other dice -----------------------------------------------------------------------------


class OtherDice:
    """A story with other dice and other nodes. A message is the same if it is of the same kind and on the same link.

    The numbers of messages in a story are those of the run with its own dice, played by the faulty nodes.
    """

    def __init__(self, story: Story, faulty: type[Raft]):
        self._story = story
        self._faulty = faulty

    def story(self, seed: int, raft: type[Raft]) -> Story:
        """The story with a seed, for nodes of a class. Raises UserError if they send no such message."""
        story = replace(self._story, seed=seed)
        for place, meant in self._messages():
            tick, verb, _, *rest = story.actions[place]
            before = replace(story, actions=story.actions[:place], ticks=tick)
            for number in _alike(_played(before, raft), *meant):
                action = (tick, verb, number, *rest)
                story = replace(story, actions=(*story.actions[:place], action, *story.actions[place + 1 :]))
                break
            else:
                kind, src, dst, _, _ = meant
                raise UserError(f"At tick {tick} no {kind.__name__} from {src} to {dst} is on its way.")
        return story

    def last_term(self, seed: int, reference: type[Raft]) -> int:
        """The last tick at which any correct nodes begin a term, with this seed."""
        return max(
            tick
            for correct in correct_nodes(reference).values()
            for tick in terms(self.story(seed, correct), correct)
        )

    def _messages(self) -> list[tuple[int, tuple[type, str, str, int, bool]]]:
        """The actions that name a message: their places, and what they mean."""
        found = []
        for place, (tick, verb, *arguments) in enumerate(self._story.actions):
            if any(control.on == "message" for control in VERBS[verb].controls) and arguments:
                cluster = _played(
                    replace(self._story, actions=self._story.actions[:place], ticks=tick), self._faulty
                )
                found.append((place, _meaning(cluster, arguments[0], lost=verb == "deliver")))
        return found


def _played(story: Story, raft: type[Raft]) -> Cluster:
    cluster = Cluster(story, node_class=raft, record=False)
    cluster.tick(story.ticks)
    return cluster


def _on_their_way(cluster: Cluster, lost: bool) -> dict[int, Message]:
    """The messages that can still arrive. lost: also those that were lost, which a person can still deliver."""
    waiting = (*cluster._arrivals.values(), *cluster._held.values())
    return dict(
        sorted({**dict(each for due in waiting for each in due), **(cluster._lost if lost else {})}.items())
    )


def _meaning(cluster: Cluster, number: Any, lost: bool) -> tuple[type, str, str, int, bool]:
    """A message by its kind, its link, and its place among all like it; and whether lost messages count.

    Raises UserError if it is not on its way.
    """
    message = cluster._take(number, keep=True, lost=lost)
    kind, src, dst = type(message), message.src, message.dst
    return kind, src, dst, [*_alike(cluster, kind, src, dst, 0, lost)].index(number), lost


def _alike(cluster: Cluster, kind: type, src: str, dst: str, place: int, lost: bool) -> Iterator[int]:
    """The numbers of the messages of a kind on a link, oldest first, from this place on."""
    alike = [
        number
        for number, each in _on_their_way(cluster, lost).items()
        if (type(each), each.src, each.dst) == (kind, src, dst)
    ]
    yield from alike[place:]


def terms(story: Story, raft: type[Raft]) -> list[int]:
    """The ticks of a story at which new terms begin; 0 is always among them. Raises UserError if it cannot be played."""
    cluster = Cluster(story, node_class=raft, record=False)
    found, highest = [0], 0
    for _ in range(story.ticks):
        cluster.tick()
        term = _highest_term(cluster)
        if term > highest:
            found.append(cluster.now)
        highest = term
    return found
