"""What a check finds: all layers report a failure in this form."""

from typing import NamedTuple, Protocol

from raftlab.raft import Raft
from raftlab.sim.errors import UserError
from raftlab.sim.story import Story

FELL_OVER = (AssertionError, LookupError, TypeError, AttributeError)  # what wrong code of a node may raise


class NodeError(UserError):
    """The code of a node did what no node may do: it raised an error, did not end, or left wrong types in its fields."""


def fell_over(error: Exception) -> str:
    """The error of a node, in one sentence."""
    told = f"{type(error).__name__}: {error}" if str(error) else repr(error)
    return f"the code of the node raises {told}"


class Failure(NamedTuple):
    """A node did something else than the rule says.

    rule: an id of the rule book, or of Figure 3. expectation: what should have happened, in one sentence.
    schedule: what happened, in words, in order. should, did: what was expected of the node and what it did.
    story, tick: a run that shows it, and when the mistake is made. seed: of that run, if it was drawn.
    consequence: which property broke because of it, in a sentence; breach: the tick at which it did.
    """

    rule: str
    expectation: str
    schedule: tuple[str, ...]
    should: str
    did: str
    story: Story | None = None
    tick: int | None = None
    seed: int | None = None
    consequence: str = ""
    breach: int | None = None

    @property
    def opens(self) -> int:
        """The tick at which to look: where a property breaks, or else where the mistake is made."""
        return next((tick for tick in (self.breach, self.tick) if tick is not None), 0)


class Check(Protocol):
    """One thing that a layer checks."""

    @property
    def name(self) -> str:
        """What it is called in a list."""

    @property
    def rule(self) -> str:
        """The rule it is about; "" where that depends on what goes wrong."""

    def run(self, raft: type[Raft]) -> Failure | None:
        """What such nodes do wrong in it; None if nothing."""
