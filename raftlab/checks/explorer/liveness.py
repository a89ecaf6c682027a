"""From every state a leader can still come: no state is a dead end."""

from raftlab.checks.explorer.search import Found, Search
from raftlab.sim.properties import Finding

DEAD_END = Finding("liveness", "No leader can come any more, whatever happens.")


def dead_end(search: Search) -> Found | None:
    """The nearest state from which no leader of the highest term can come; None if there is none.

    Backwards from those that have one, until no more are reached. No edges are kept, they are worked out
    again: of a state most moves lead to states farther away, so a few rounds from the last level to the
    first are enough. A way out of the bounds counts as hope, because nobody has looked where it leads.
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
    """Whether somebody leads the highest term, or could go on only beyond the bounds."""
    locals = search.moves.locals(nodes)
    highest = max(local.node.term for local in locals)
    return any(
        local.node.term == (highest if local.leads else search.moves.bounds.max_term) for local in locals
    )
