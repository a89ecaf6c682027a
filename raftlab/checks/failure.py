"""What a check finds: all layers report a failure in this form."""

from typing import NamedTuple, Protocol

from raftlab.raft import Raft
from raftlab.sim.errors import NodeError as NodeError
from raftlab.sim.errors import fell_over as fell_over
from raftlab.sim.story import Story

FELL_OVER = (AssertionError, LookupError, TypeError, AttributeError)  # what wrong code of a node may raise


class Failure(NamedTuple):
    """A node did something else than the rule says.

    rule: an id of the rule book, or of a property of Figure 3. expectation: what should have happened, in one sentence.
    schedule: the events, in words and in order. should, did: what the node should have done, and what it did.
    story, tick: a run that shows the mistake, and the tick of the mistake. seed: the seed of that run, if it was drawn.
    consequence: the property that broke because of it, in a sentence. breach: the tick at which it broke.
    broke: the id of a property that such nodes break, in this run or in another. idle: no node has applied anything in the run, or the goal of its story is never reached.
    sentence: all of this in one sentence, if it is short enough.
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
    sentence: str = ""
    broke: str = ""
    idle: bool = False


class Check(Protocol):
    """One check of a layer."""

    @property
    def name(self) -> str:
        """Its name in a list."""

    @property
    def rule(self) -> str:
        """The rule that it checks; "" if that depends on what goes wrong."""

    def run(self, raft: type[Raft]) -> Failure | None:
        """What nodes of this class do wrong in the check; None if nothing."""
