"""The shortest way to a mistake: the explorer tries everything that can happen to a few nodes, the shortest runs first.

Nodes do everything right before their first mistake, so only the states of a correct Raft are on the way, and these are few.
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
    """A node does what no correct node may do."""


def nearest_mistake(
    rule: str, raft: type[Raft], tell: Callable[[int], object] = lambda states: None
) -> Story | None:
    """A shortest story that ends with a mistake against this rule; None if there is none within small bounds.

    tell: is called with the number of states that were explored within each of the bounds.
    """
    stopping = stopping_at(rule, raft)
    for bounds in WAYS:
        try:
            found = explore(stopping, remember=False, progress=False, max_states=MOST_STATES, **bounds)
        except (UserError, *FELL_OVER):  # for example, because the code is not pure
            continue
        tell(found.distinct)
        if found.story is not None:
            return found.story
    return None


def stopping_at(rule: str, raft: type[Raft]) -> type[Raft]:
    """A class whose nodes raise MistakeError when they break this rule, and do nothing where they would break another one."""
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
