"""Lesson 09: learners find a false claim and a true claim, and play a node by hand."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from raftlab.checks.claims import MenuClaim, Verdict, disprove
from raftlab.checks.hand_node import Move
from raftlab.checks.hand_played import HandPlayed
from raftlab.exercises.items import Item
from raftlab.exercises.tries import Tries
from raftlab.sim.branches import History
from raftlab.sim.errors import UserError
from raftlab.sim.play import play
from raftlab.sim.story import Story
from raftlab.stories import STORIES, load

# -- Claims ------------------------------------------------------------------------------------------------------------

LONG = 8  # events: if a shorter run contradicts a claim, this is easy to see
DEEP = "Figure 8 (b)"  # the beginning from which the explorer reaches four terms
FORM = 'A claim is three words from the menus, such as ("a leader", "never", "is the only leader"), not {!r}.'


def claim_of(said: Any) -> MenuClaim:
    """The claim that was given. Raises UserError if it is none."""
    if isinstance(said, MenuClaim):
        return said
    if not isinstance(said, tuple | list) or len(said) != 3:
        raise UserError(FORM.format(said))
    return MenuClaim(*said)


def run_against(verdict: Verdict) -> tuple[tuple[str, History, int], ...]:
    """The shortest run that contradicts a claim, opened at its last tick; empty if there is none."""
    story = verdict.story
    return () if story is None else (("<b>The shortest run against it</b>", History(story), story.ticks),)


def false_claim(function: Callable[..., Any]) -> Tries:
    """Try an answer: a claim that a run contradicts, but no run of fewer than LONG events."""
    verdict = disprove(claim_of(function()))
    if verdict.holds:
        return Tries(0, 2, (verdict.sentence, "Find a claim that a run contradicts."))
    if verdict.events < LONG:
        more = f"This is too easy to see: find a claim for which the shortest run that contradicts it takes at least {LONG} events."
        return Tries(1, 2, (verdict.sentence, more), run_against(verdict))
    return Tries(2, 2, (verdict.sentence,), run_against(verdict))


def true_claim(function: Callable[..., Any]) -> Tries:
    """Try an answer: a claim that no run contradicts, but that is false in some run in which a node lies."""
    claim = claim_of(function())
    verdict = disprove(claim)
    if not verdict.holds:
        wanted = "Find a claim that no run contradicts."
        return Tries(0, 2, (verdict.sentence, wanted), run_against(verdict))
    deeper = disprove(claim, DEEP)
    if not deeper.holds:
        small = f"The bounds were too small for this claim. If the run begins at {DEEP}: {deeper.sentence}"
        return Tries(1, 2, (verdict.sentence, small), run_against(deeper))
    found = moment_against(claim, [story for story in STORIES.values() if story.liars])
    if found is None:
        return Tries(1, 2, (verdict.sentence, "But the claim says little: it is true even if nodes lie."))
    story, tick, seen = found
    broken = f"It is true because of the rules: at tick {tick} of {story.name}, where a node lies, {seen}"
    return Tries(2, 2, (verdict.sentence, broken))


def moment_against(claim: MenuClaim, stories: Iterable[Story]) -> tuple[Story, int, str] | None:
    """The first moment in these stories that contradicts a claim: the story, the tick, and a sentence that says why."""
    for story in stories:
        trace = play(story)
        for tick in sorted({event.tick for event in trace.events}):
            views = trace.at(tick).views
            if not claim(views):
                return story, tick, claim.contradiction(views)
    return None


# -- A node played by hand ---------------------------------------------------------------------------------------------


def by_hand(story: str, node: str, events: int) -> Callable[[Callable[..., Any]], Tries]:
    """A function that tries answers to all events of a node in a story. events: how many there are if all answers are right."""

    def judge(function: Callable[..., Any]) -> Tries:
        game = played(load(story), node, function())
        of = max(events, len(game.judged) + (game.situation is not None))
        left = (
            () if game.situation is None else (f"You have not answered this event: {game.situation.event}.",)
        )
        if not game.judged:  # do not show the run to a learner who has not played yet
            return Tries(0, of, left)
        return Tries(game.right, of, (*game.report(), *left), whole_run(game))

    return judge


def played(story: Story, node: str, said: Any) -> HandPlayed:
    """A run in which a node is played by these answers. Raises UserError if one is impossible, and names its event."""
    game = HandPlayed(story, node)
    for number, each in enumerate(answers_of(said), start=1):
        if game.situation is None:
            break
        if isinstance(each, Move):  # an answer from an earlier game
            each = {name: getattr(each, name) for name in game.situation.asked}
        try:
            game.answer(**each)
        except UserError as error:
            raise UserError(f"Answer {number}, to the event “{game.situation.event}”: {error}") from None
    return game


def whole_run(game: HandPlayed) -> tuple[tuple[str, History, int], ...]:
    """The run with all nodes, to look at after the last answer."""
    return (("<b>The whole run</b>", History(game.so_far, node_class=game.node_class), 0),)


def answers_of(said: Any) -> Sequence[Any]:
    """The answers. Raises UserError if they are not a list of dicts or moves."""
    if isinstance(said, list | tuple) and all(isinstance(each, dict | Move) for each in said):
        return said
    raise UserError(
        f'The answers are a list, with a dict for each event: [{{"term": 3, "voted_for": "n1", "reply": "yes"}}, ...], not {said!r}.'
    )


SANDBOX = (
    (Item("false_claim", "09", 10, (), (
        "Which claims seem true to somebody who has never seen a partition or a late message?",
        "Take something that is true while all nodes hear the leader, and claim that it is always true.",
        "A leader that is cut off still believes that it leads. So claim that a leader is always the only leader.")),
     (), false_claim, "ProveMeWrong() shows for every claim whether a run contradicts it."),
    (Item("true_claim", "09", 10, (), (
        "The five properties of Figure 3 are always true. Which of them can you build from the menus?",
        "The claim must depend on the rules: if nodes lie, it must become false. Remember that the bounds are small; Figure 8 lies outside them.",
        "Election Safety: how many leaders can a term have? Claim that a leader is always the only leader of its term.")),
     (), true_claim, "ProveMeWrong() shows for every claim whether a run contradicts it."),
    (Item("played_by_hand", "09", 20, (), (
        "Look at the term first. A node adopts a later term and has a new vote in it, whatever else the message says.",
        "A node that says yes also remembers its vote. An append is accepted only if the entry before the new ones is in the log, with the same term.",
        "The new commit index is the smaller of two: the leader's commit index, and the index of the last entry in the append.")),
     (), by_hand("you_are_n3", "n3", 15), "YouAre(\"n3\") shows you one event after the other."),
)  # fmt: skip
