"""Liveness: a leader can still be elected from every state, so no state is a dead end."""

from raftlab.checks.explorer.search import Found, Search
from raftlab.sim.properties import Finding

DEAD_END = Finding("liveness", "No leader can come any more, whatever happens.")


def dead_end(search: Search) -> Found | None:
    """The nearest state from which no leader of the highest term can be elected; None if there is none.

    The search goes backwards from the states that have such a leader, until it reaches no more states. It stores no
    transitions, but computes them again. Most moves lead to states farther from the start, so a few rounds from the
    last level to the first are enough. A move out of the bounds counts as hope, because it was not followed.
    """
    moves = search.moves
    hopeful: dict[int, bool] = {}  # by the nodes alone
    good: set[int] = set()
    rest: list[tuple[int, int]] = []  # state, distance
    for distance in range(len(search.levels) - 1, -1, -1):
        for state in search.levels[distance]:
            nodes = state & moves.nodes
            if nodes not in hopeful:
                hopeful[nodes] = _has_hope(search, nodes)
            if hopeful[nodes]:
                good.add(state)
            else:
                rest.append((state, distance))
    while rest:
        left = []
        for state, distance in rest:
            if any(each is None or each in good for each in search.after(state)):
                good.add(state)
            else:
                left.append((state, distance))
        if len(left) == len(rest):
            state, distance = left[-1]
            return Found(DEAD_END, search.path_to(state, distance), None)
        rest = left
    return None


def _has_hope(search: Search, nodes: int) -> bool:
    """Whether a node leads the highest term, or another is in the last term, so that its next election is out of bounds."""
    locals = search.moves.locals(nodes)
    highest = max(local.node.term for local in locals)
    return any(
        local.node.term == (highest if local.leads else search.moves.bounds.max_term) for local in locals
    )
