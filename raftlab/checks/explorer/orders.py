"""Two other orders of the search, for bounds with too many states for breadth first: the rarest first, and random walks.

A breach that they find is real, but there may be a shorter run to it. If they find none, there may still be one.
"""

from collections import Counter
from collections.abc import Hashable, Iterable
from heapq import heappop, heappush
from random import Random

from raftlab.checks.explorer.moves import Move, Note
from raftlab.checks.explorer.search import Found, Search
from raftlab.checks.explorer.steps import Local

FARTHEST = 1_000_000  # states, if `max_states` is not given


def best_first(search: Search, max_states: int | None) -> None:
    """Go on from a state of the kind that has been seen least often, and among these from the nearest state.

    Breadth first spends its time on the many states in which little has happened: votes are under way, or a message
    is lost. Here each combination of logs, commit indexes and leaders gets the same share of the time.
    """
    first = search.canonical(search.start)
    before: dict[int, int | None] = {first: None}
    kinds: dict[int, Hashable] = {}
    times: Counter[Hashable] = Counter()
    heap = [(0, 0, 0, first)]
    search.seen = before.keys()
    while heap and not search.found:
        if len(before) >= (max_states or FARTHEST):
            search.stopped = True
            return
        _, distance, _, state = heappop(heap)
        for reached in search.after(state):
            if reached is None or reached in before or search.found:
                continue
            before[reached] = state
            nodes = reached & search.moves.nodes
            if nodes not in kinds:
                kinds[nodes] = kind_of(search.moves.locals(nodes))
                if breach := search.judge(nodes):
                    search.found = Found(breach, way(before, reached), None)
            times[kinds[nodes]] += 1
            heappush(heap, (times[kinds[nodes]] + distance, distance + 1, len(before), reached))
        if search.moves.breaches:
            search.found = noted(search, way(before, state))
        if not len(before) % 64:
            search.again()


def kind_of(locals: Iterable[Local]) -> Hashable:
    """The kind of a state: its logs, its commit indexes and its leaders, because breaches depend on these."""
    return tuple(
        (tuple(each.node.log), each.node.commit_index, each.node.term if each.leads else 0) for each in locals
    )


def way(before: dict[int, int | None], state: int) -> list[int]:
    """All states on the way from the start to this one."""
    path, last = [state], before[state]
    while last is not None:
        path.append(last)
        last = before[last]
    return path[::-1]


def random_walks(search: Search, walks: Iterable[int], depth: int, seed: object) -> None:
    """Take random walks from the start. Each walk has its own dice, which follow from the seed and its number."""
    moves = search.moves
    search.stopped = True
    search.seen = seen = {search.canonical(search.start)}
    for walk in walks:
        dice, path = Random(f"{seed}/{walk}"), [search.canonical(search.start)]
        for _ in range(depth):
            reached = [each for each in search.after(path[-1]) if each is not None]
            if moves.breaches:
                search.found = noted(search, path)
            if search.found or not reached:
                break
            path.append(reached[int(dice.random() * len(reached))])
            seen.add(path[-1])
            nodes = path[-1] & moves.nodes
            if nodes not in search.judged:
                search.judged.add(nodes)
                if breach := search.judge(nodes):
                    search.found = Found(breach, path, None)
        search.again()
        search.tell(len(path))
        if search.found:
            return


def noted(search: Search, path: list[int]) -> Found:
    """The breach that a move out of the last state of this path makes."""
    _, note, breach = search.moves.breaches[0]
    return Found(breach, path, move_with(search, path[-1], note))


def move_with(search: Search, state: int, note: Note) -> Move:
    """The move out of a state that has this note."""
    return next(move for move, _ in search.moves.all(state) if move.note is note)
