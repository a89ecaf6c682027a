"""Lesson 02: something that is easily believed of a node, and is not so."""

from random import Random
from typing import Any, NamedTuple

from raftlab.checks.claims import NODES
from raftlab.exercises.readings.asked import Hints, drawn
from raftlab.exercises.tasks_sandbox import LONG, claim_of, false_claim
from raftlab.exercises.tried import Tried
from raftlab.sim.errors import UserError
from raftlab.sim.story import Story


class Believed(NamedTuple):
    """A false claim to be found. who: of whom."""

    who: str
    hints: Hints = (
        '"Never" is contradicted soon, as most things do happen; what is nearly always so takes longer.',
        "Who has lost touch does not know it: an old leader, a node that has stood in vain, entries that nobody else has.",
        f'Say "always", and take what is true as long as everybody hears the leader. The run has to be {LONG} events long: an election alone takes fewer.',
    )
    end: str = "ProveMeWrong() tells you of any claim what contradicts it."

    @property
    def text(self) -> str:
        """What the claim is to be about."""
        return (
            f'Say something of "{self.who}" that is easily believed and not so: a claim that some run contradicts, the '
            f'shortest in at least {LONG} events. Answer with three words of the menus, as ("{self.who}", "never", '
            '"has the highest term"); ProveMeWrong() shows them.'
        )

    def tried(self, value: Any, _story: Story) -> Tried:
        """What the explorer says. Raises UserError if it is no claim, or about somebody else."""
        claim = claim_of(value)
        if claim.who != self.who:
            raise UserError(f'Your claim is to be about "{self.who}", not about "{claim.who}".')
        return false_claim(lambda: claim)


def believed(dice: Random) -> Believed:
    """A claim to be found, about a node of these dice."""
    return Believed(tuple(NODES)[drawn(dice, 0, len(NODES) - 1)])
