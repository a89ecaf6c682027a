"""`explore(Raft)` looks at everything that can happen within bounds, in every order."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace
from typing import Any

from raftlab.checks.explorer.bounds import BOUNDS, Bounds
from raftlab.checks.explorer.explorer import Claim, Explorer, Plan
from raftlab.checks.explorer.report import Exploration
from raftlab.raft import Raft
from raftlab.sim.bar import progress_bar
from raftlab.sim.errors import UserError, check_name, check_number, type_of
from raftlab.sim.story import Story, check_node_class, check_story

BATCH = 25  # walks that are done by one call


def explore(
    node_class: type[Raft] = Raft,
    *,
    start: Story | None = None,
    claim: Claim | None = None,
    symmetry: bool = False,
    remember: bool = True,
    liveness: bool = False,
    order: str = "breadth",
    max_states: int | None = None,
    walks: int = 200,
    depth: int = 100,
    seed: object = 1,
    executor: Executor | None = None,
    progress: bool = True,
    **bounds: Any,
) -> Exploration:
    """Look at everything that can happen to some nodes within bounds: deliveries, losses, copies, timeouts, ...

    Args:
        node_class: any class of nodes that a cluster can run.
        start: a story at whose end the exploration begins. By default it begins with nodes that have never
            heard of each other.
        claim: also look for a state in which this function of the views (node -> View) is false.
        symmetry: look at only one of all states that differ only in the names of nodes. The code of a node
            must not depend on names.
        remember: also take into account what has happened before. Otherwise only leaders and logs that exist
            at the same time are compared (see `history`).
        liveness: also ask whether a leader can still be elected from every state.
        order: "breadth" finds the shortest run. "directed" goes on from the kind of state that has been seen
            least often: it finds longer runs sooner, but not the shortest one. "random" takes random walks.
        max_states: stop when this many states have been seen (not for random walks).
        walks, depth, seed: how many random walks, how many moves in each, and the seed of their dice.
        executor: an executor of concurrent.futures that does the work. By default it is done in this process.
            An executor shares out the walks; it does not change what they find.
        progress: show a progress bar if it takes longer than a second.
        bounds: nodes, max_term, in_flight, entries, heartbeats, reads, losses, duplicates, crashes,
            within_steps, as in `Bounds`.

    Raises:
        UserError: the bounds are impossible; the node class is not pure, or its state cannot be compared;
            or, with symmetry, its nodes depend on names.

    Example:
        >>> from raftlab import Raft
        >>> explore(Raft, max_term=1, entries=0).verdict
        'no violation within 3 nodes, terms up to 1, at most 2 messages in flight, no commands, any losses, no copies, any crashes.'
    """
    for name in bounds:
        check_name("bound", name, BOUNDS)
    if start is not None:
        bounds["nodes"] = check_story(start).nodes
    if claim is not None and not callable(claim):
        raise UserError(f"A claim is a function of the views (node -> View), or a MenuClaim, not {claim!r}.")
    plan = Plan(
        check_node_class(node_class) or Raft,
        Bounds(**bounds),
        start,
        claim,
        symmetry,
        remember,
        liveness,
        order,
        max_states,
        depth,
        seed,
    )
    return _spread(plan, walks, executor, progress)


def _spread(plan: Plan, walks: int, executor: Executor | None, progress: bool) -> Exploration:
    """Explore; random walks are done in batches."""
    check_number("walks", walks, 1)
    if executor is not None and not isinstance(executor, Executor):
        raise UserError(f"An executor is one of concurrent.futures, not {type_of(executor)}.")
    batches = [range(1)]
    if plan.order == "random":
        batches = [range(first, min(first + BATCH, walks)) for first in range(0, walks, BATCH)]
    unit = " batches" if executor else " states"
    with progress_bar(unit=unit, delay=1, disable=not progress) as bar:
        if executor is None:
            done = (run(plan, batch, bar.update) for batch in batches)
        else:
            done = executor.map(run, [plan] * len(batches), batches)  # type: ignore[assignment]
        return merged(list(done))


def run(plan: Plan, walks: range, tell: Callable[[int], object] = lambda count: None) -> Exploration:
    """Explore one batch, in this process or in another one."""
    return Explorer(plan).run(tell, walks)


def merged(parts: list[Exploration]) -> Exploration:
    """The results of several batches together: the first breach among them, and the sums of the counts.

    A state that two batches have seen counts twice: they do not know of each other.
    """
    if len(parts) == 1:
        return parts[0]
    first = next((part for part in parts if part.breach), parts[0])
    roles: Counter[tuple[str, int]] = Counter()
    for part in parts:
        roles.update(part.roles)
    return replace(
        first,
        distinct=sum(part.distinct for part in parts),
        generated=sum(part.generated for part in parts),
        calls=sum(part.calls for part in parts),
        seconds=sum(part.seconds for part in parts),
        rules=frozenset().union(*(part.rules for part in parts)),
        roles=dict(sorted(roles.items(), key=lambda each: (each[0][1], each[0][0]))),
    )
