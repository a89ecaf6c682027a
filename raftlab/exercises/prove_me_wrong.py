"""Tasks in which learners find a false claim, or a true one that says something."""

from collections.abc import Callable, Iterable
from typing import Any

from raftlab.checks.claims import MenuClaim, Verdict, disprove
from raftlab.exercises.tries import Tries
from raftlab.sim.branches import History
from raftlab.sim.errors import UserError, in_short
from raftlab.sim.play import play
from raftlab.sim.story import Story
from raftlab.stories import STORIES

LONG = 8  # events: if a shorter run contradicts a claim, this is easy to see
DEEP = "Figure 8 (b)"  # the beginning from which the explorer reaches four terms
FORM = 'A claim is three words from the menus, such as ("a leader", "never", "is the only leader"), not {}.'


def claim_of(said: Any) -> MenuClaim:
    """The claim that was given. Raises UserError if it is none."""
    if isinstance(said, MenuClaim):
        return said
    if not isinstance(said, tuple | list) or len(said) != 3:
        raise UserError(FORM.format(in_short(said)))
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
