"""Explorations as checks: every order of events within small bounds. Their size is fixed."""

from typing import Any, NamedTuple

from raftlab.checks.explorer.explore import explore
from raftlab.checks.failure import FELL_OVER, Failure, fell_over
from raftlab.checks.scenes.scripted import told_again
from raftlab.raft import Raft
from raftlab.sim.errors import UserError

# States that are looked at: correct nodes reach fewer than 24,000. Faulty ones may reach more and more, for example with ever longer logs.
MOST = 100_000
PURE = "What a node does depends only on its state and on the event."


class Explored(NamedTuple):
    """An exploration as a check. bounds: as for `explore`."""

    name: str
    bounds: dict[str, Any]

    @property
    def rule(self) -> str:
        """Empty: which rule is broken depends on the mistake."""
        return ""

    def run(self, raft: type[Raft]) -> Failure | None:
        """The shortest run that breaks a property of Figure 3; None if there is none within the bounds, or among the first states."""
        try:
            found = explore(raft, progress=False, max_states=MOST, **self.bounds)
            if found.story is None:
                return None
            return told_again(found.story, raft, None)
        except UserError as error:  # from the node, or from the explorer because the code is not pure
            return Failure("", PURE, (self.name,), "no property breaks", str(error))
        except FELL_OVER as error:
            return Failure("", PURE, (self.name,), "no property breaks", fell_over(error))


EXPLORATIONS = (
    Explored(
        "every order of two elections, with a crash, even in the middle of a step",
        {"max_term": 2, "in_flight": 2, "entries": 0, "crashes": 1, "within_steps": True},
    ),
    Explored(
        "every order of an election of four nodes",
        {"nodes": 4, "max_term": 1, "in_flight": 3, "entries": 0, "crashes": 0},
    ),
    Explored(
        "every order of an election and a command, with a crash",
        {"max_term": 1, "in_flight": 2, "entries": 1, "crashes": 1},
    ),
)
