"""The shortest way to a mistake: the explorer tries everything that can happen to a few nodes, the nearest first.

What nodes do before their first mistake is right, so all states on the way are states of a right Raft, and there are few.
"""

from collections.abc import Callable
from typing import Any

from raftlab.checks.explorer.capture import copied
from raftlab.checks.explorer.explore import explore
from raftlab.checks.failure import FELL_OVER
from raftlab.checks.mistake_finder import RightStep, rule_broken
from raftlab.messages import Effect, Event
from raftlab.raft import Raft
from raftlab.sim.errors import UserError
from raftlab.sim.story import Story

MOST_STATES = 30_000  # within each of these bounds
BEHIND = Story(
    "behind",
    "A follower has entries that its leader has not",
    nodes=2,
    preset="tikv",
    ticks=0,
    goals=(),
    start={"n1": {"term": 3, "log": ("1:a", "3:d")}, "n2": {"term": 2, "log": ("1:a", "2:b", "2:c")}},
)
WAYS: tuple[dict[str, Any], ...] = (
    {"start": BEHIND, "max_term": 4, "in_flight": 2, "crashes": 0, "entries": 0},
    {"nodes": 2, "max_term": 1, "in_flight": 3, "crashes": 0, "duplicates": 1, "heartbeats": True},
    {"nodes": 2, "max_term": 2, "in_flight": 2, "crashes": 1},
    {"nodes": 2, "max_term": 3, "in_flight": 2, "crashes": 0, "losses": 0},
    {"nodes": 3, "max_term": 1, "in_flight": 2, "crashes": 1, "entries": 0},
    {"nodes": 3, "max_term": 2, "in_flight": 2, "crashes": 0},
)


class MistakeError(Exception):
    """A node does what no right node may do."""


def nearest_mistake(
    rule: str, raft: type[Raft], tell: Callable[[int], object] = lambda states: None
) -> Story | None:
    """A shortest story that ends with a mistake against this rule; None if there is none within small bounds.

    tell: is called with the numbers of states that were looked at.
    """
    stopping = stopping_at(rule, raft)
    for bounds in WAYS:
        try:
            found = explore(stopping, remember=False, progress=False, max_states=MOST_STATES, **bounds)
        except (UserError, *FELL_OVER):  # such as that the code is not pure
            continue
        tell(found.distinct)
        if found.story is not None:
            return found.story
    return None


def stopping_at(rule: str, raft: type[Raft]) -> type[Raft]:
    """The class, but its nodes raise MistakeError at a mistake against this rule, and do nothing in place of another mistake."""
    reference = getattr(raft, "reference", Raft)

    class Stopping(raft):  # type: ignore[misc, valid-type]
        def step(self, event: Event) -> tuple[Effect, ...]:
            right, before = RightStep(self, event, reference), vars(copied(self))
            effects: tuple[Effect, ...] = super().step(event)
            found = right.compared(self, effects)
            if not found.differs:
                return effects
            if rule_broken(found) == rule:
                raise MistakeError(rule)
            self.__dict__ = before
            return ()

    Stopping.__name__ = raft.__name__
    return Stopping
