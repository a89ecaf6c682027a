"""Lesson 02: a claim about a node that is easily believed, and false."""

from random import Random
from typing import Any, NamedTuple

from raftlab.checks.claims import NODES
from raftlab.exercises.readings.asked import Hints, drawn
from raftlab.exercises.tasks_sandbox import LONG, claim_of, false_claim
from raftlab.exercises.tries import Tries
from raftlab.sim.errors import UserError
from raftlab.sim.story import Story


class Believed(NamedTuple):
    """The learner finds a false claim. who: the subject of the claim."""

    who: str
    hints: Hints = (
        'A claim with "never" is contradicted soon, because most things happen at some time. A claim that is nearly always true takes longer.',
        "A node that has lost touch does not know it: an old leader, a candidate without votes, a node with entries that no other node has.",
        f'Say "always", and choose what is true as long as every node hears the leader. The run must be at least {LONG} events long; an election alone takes fewer.',
    )
    end: str = "ProveMeWrong() shows for any claim what contradicts it."

    @property
    def text(self) -> str:
        """What the item asks for."""
        return (
            f'Find a claim about "{self.who}" that sounds right and is wrong. The shortest run that contradicts it must have '
            f'at least {LONG} events. Answer with three parts from the menus, such as ("{self.who}", "never", '
            '"has the highest term"); ProveMeWrong() shows the menus.'
        )

    def judge(self, value: Any, _story: Story) -> Tries:
        """What the explorer says of the claim. Raises UserError if it is no claim, or has another subject."""
        claim = claim_of(value)
        if claim.who != self.who:
            raise UserError(f'Your claim is to be about "{self.who}", not about "{claim.who}".')
        return false_claim(lambda: claim)


def believed(dice: Random) -> Believed:
    """The item for these dice, which draw the subject of the claim."""
    return Believed(tuple(NODES)[drawn(dice, 0, len(NODES) - 1)])
