"""Tasks in which learners play a node of a story by hand."""

from collections.abc import Callable, Sequence
from typing import Any

from raftlab.checks.by_hand.judge import HandPlayed
from raftlab.checks.by_hand.node import Move
from raftlab.exercises.tries import Tries
from raftlab.sim.branches import History
from raftlab.sim.errors import UserError, in_short
from raftlab.sim.story import Story
from raftlab.stories import load


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
        f'The answers are a list, with a dict for each event: [{{"term": 3, "voted_for": "n1", "reply": "yes"}}, ...], not {in_short(said)}.'
    )
