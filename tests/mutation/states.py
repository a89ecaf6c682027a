"""Does a mutant reach the same states as the correct nodes? The explorer counts them: from nodes that have just begun, and
from a cluster with a leader, with crashes also between two effects of a step, with copies, and with a command."""

from functools import cache
from typing import Any

from mutation.generate import Generated
from mutation.judge import extended, extensions_about, limited, sets_with
from raftlab import Raft, Story, build, explore

SECONDS = 120  # of computing for one mutant; most take one or two
LED = Story("led", "A cluster with a leader", nodes=3, seed=1, ticks=9, actions=((0, "time_out", "n1"),))
BOUNDS: tuple[dict[str, Any], ...] = (
    {"max_term": 2, "in_flight": 2, "entries": 0, "crashes": 1, "within_steps": True},
    {"max_term": 1, "in_flight": 2, "entries": 1, "crashes": 1, "within_steps": True},
    {
        "start": LED,
        "max_term": 1,
        "in_flight": 3,
        "entries": 1,
        "crashes": 1,
        "losses": 1,
        "within_steps": True,
    },
    {"start": LED, "max_term": 2, "in_flight": 2, "entries": 1, "losses": 1, "crashes": 0, "duplicates": 1},
)


def same_states(mutant: Generated) -> bool:
    """Whether all explorations find as many states as with the correct nodes."""
    function = mutant.function
    sets = [sets_with(name)[0] for name in extensions_about(function)] or [()]
    with limited(SECONDS):
        return all(counts(extended(names, function)) == right_counts(names) for names in sets)


@cache
def right_counts(names: tuple[str, ...]) -> list[Any]:
    """The counts of the correct nodes."""
    return counts(build(*names))


def counts(raft: type[Raft]) -> list[Any]:
    """How many states each exploration finds, by role and term; or the breach."""
    found = [explore(raft, progress=False, **bounds) for bounds in BOUNDS]
    return [each.breach or (each.distinct, each.roles) for each in found]
