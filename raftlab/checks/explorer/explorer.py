"""One exploration: where it starts, how it searches, and its result."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from raftlab.checks.explorer.bounds import Bounds
from raftlab.checks.explorer.capture import DIE
from raftlab.checks.explorer.found_story import Retelling, cluster_after, first_story
from raftlab.checks.explorer.history import History, after, between
from raftlab.checks.explorer.liveness import dead_end
from raftlab.checks.explorer.moves import Move, Moves
from raftlab.checks.explorer.orders import best_first, random_walks
from raftlab.checks.explorer.report import Exploration, roles_in
from raftlab.checks.explorer.search import Found, Search
from raftlab.checks.explorer.steps import Steps, forget_outbox
from raftlab.checks.explorer.symmetry import Symmetry
from raftlab.raft import Raft, majority
from raftlab.sim.cluster import Cluster
from raftlab.sim.errors import UserError, check_name, check_number
from raftlab.sim.properties import Finding
from raftlab.sim.story import Story
from raftlab.sim.trace import UNKNOWN, View

ORDERS = ("breadth", "directed", "random")
Claim = Callable[[Mapping[str, View]], bool]


def says(claim: Claim, views: Mapping[str, View]) -> bool:
    """Whether a claim is true of these views. Raises UserError if it fails, or answers neither True nor False."""
    try:
        answer = claim(views)
    except Exception as error:
        raise UserError(
            f"The claim could not be asked of the views of {', '.join(views)}: {type(error).__name__}: {error}."
        ) from error
    if not isinstance(answer, bool):
        raise UserError(f"A claim answers True or False, not {answer!r}.")
    return answer


@dataclass(frozen=True)
class Plan:
    """What to explore, and how: the arguments of `explore`. A plan can be sent to another process."""

    node_class: type[Any]
    bounds: Bounds
    start: Story | None = None
    claim: Claim | None = None
    symmetry: bool = False
    remember: bool = True
    liveness: bool = False
    order: str = "breadth"
    max_states: int | None = None
    depth: int = 100
    seed: object = 1

    def __post_init__(self) -> None:
        check_name("order", self.order, ORDERS)
        check_number("depth", self.depth, 1)
        if self.max_states is not None:
            check_number("max_states", self.max_states, 1)
        if self.liveness and self.order != "breadth":
            raise UserError(
                "Whether a leader can still come is only known breadth first, when all has been seen."
            )


class Explorer:
    """Everything that belongs to one exploration."""

    def __init__(self, plan: Plan):
        self.plan, self.claim = plan, plan.claim
        self.story = plan.start or first_story(plan.bounds.nodes)
        self.steps = Steps(plan.node_class, self.story.ids(), plan.bounds.within_steps)
        self.moves = Moves(self.steps, plan.bounds, plan.remember)
        self.symmetry = Symmetry(self.moves) if plan.symmetry else None
        self.start = self._start_of(cluster_after(plan.node_class, self.story))
        self._fine: set[tuple[int, int, int, int]] = set()

    def _start_of(self, cluster: Cluster) -> int:
        """The state at the end of a story."""
        if cluster.trace.broken():
            raise UserError(
                f"In the story {self.story.title!r} something is broken already; explore from before that."
            )
        if len(cluster.running()) < len(cluster.ids) or cluster.network.down():
            raise UserError(
                "An exploration begins with all nodes running and all links up; end the story so."
            )
        numbers = []
        for place, (id, node) in enumerate(cluster.nodes.items()):
            node.random = DIE
            forget_outbox(node)
            if not self.story.ticks:  # a node that has just begun is in the same state as after a restart
                numbers.append(self.steps.started(place, cluster.disks[id].read()))
            else:
                numbers.append(self.steps.number(place, node, cluster.disks[id].read(), node.last_applied))
        in_flight = [
            self.steps.message_number(message) for due in cluster._arrivals.values() for _, message in due
        ]
        return self.moves.state(numbers, in_flight) | self.moves.history_bits(remembered(cluster))

    def judge(self, state: int) -> Finding | None:
        """The first breach among nodes in these states at the same time; None if there is none."""
        locals = self.moves.locals(state)
        for place, one in enumerate(locals):
            for other in locals[place + 1 :]:
                pair = (place, one.number, self.steps.places[other.node.id], other.number)
                if pair not in self._fine:
                    if breach := between(one.node, other.node):
                        return breach
                    self._fine.add(pair)
        if self.claim is None or says(self.claim, {local.node.id: view_of(local.node) for local in locals}):
            return None
        return Finding("claim", "There is a state in which the claim is false.")

    def run(self, tell: Callable[[int], object], walks: range) -> Exploration:
        """Search in the order of the plan. walks: the numbers of the random walks to take."""
        plan, began = self.plan, time.perf_counter()
        search = Search(self.moves, self.start, self.judge, self.symmetry, tell)
        if plan.order == "random":
            random_walks(search, walks, plan.depth, plan.seed)
        elif plan.order == "directed":
            best_first(search, plan.max_states)
        else:
            search.breadth_first(plan.max_states)
        calls, generated, hopeful = self.steps.calls, search.generated, None
        complete = not search.stopped and not search.found
        if plan.liveness and complete:
            search.found = dead_end(search)
            hopeful = search.found is None
        done = Exploration(
            plan.node_class, plan.bounds, plan.order, len(search.seen), generated, calls,
            time.perf_counter() - began, complete, plan.symmetry, rules=frozenset(self.steps.rules),
            roles=roles_in(self.moves, search.seen), leader_possible=hopeful,
        )  # fmt: skip
        if search.found is None:
            return done
        moves, breach = self.way(search.found)
        retelling = Retelling(plan.node_class, self.story, moves, breach.property == "error")
        losses = sum(move.what == "lose" for move in moves)
        story = retelling.story(breach.sentence)
        return replace(done, breach=breach, story=story, events=len(moves) - losses, losses=losses)

    def way(self, found: Found) -> tuple[list[Move], Finding]:
        """The moves that lead from the start to a breach, and the breach with the names that the nodes have there."""
        canonical = self.symmetry.canonical if self.symmetry else lambda state: state
        state, moves = self.start, []
        for goal in found.path[1:]:
            move, state = next(each for each in self.moves.all(state) if canonical(each[1]) == goal)
            moves.append(move)
        if found.last is None:
            return moves, self.judge_freshly(state) or found.breach
        history = self.moves.history_of(state & self.moves.remembered)
        for move, _ in self.moves.all(state):
            breach = after(history, move.note.noticed, self.moves.remember)[1] if move.note else None
            if breach and (move.what, breach.property) == (found.last.what, found.breach.property):
                return [*moves, move], breach
        raise AssertionError("a breach that cannot be repeated")

    def judge_freshly(self, state: int) -> Finding | None:
        """Judge again, without using earlier results."""
        self._fine.clear()
        return self.judge(state)


def remembered(cluster: Cluster) -> History:
    """What an observer of a cluster remembers."""
    seen = cluster.invariants.seen
    return History(
        tuple(sorted(seen.leaders.items())),
        tuple((index, entry, term) for index, (entry, term) in sorted(seen.committed.items())),
        tuple(sorted(seen.applied.items())),
    )


def view_of(node: Raft) -> View:
    """The view of a node, as a trace would have it."""
    log = [[node.log.start_term, UNKNOWN]] * node.log.start + [list(entry) for entry in node.log]
    return View(
        node.id, "running", node.role.value, node.term, node.voted_for, node.leader, sorted(node.votes), log,
        node.commit_index, node.last_applied, dict(node.next_index), dict(node.match_index), None, node.log.start,
        list(node.voters()), majority(len(node.voters())),
    )  # fmt: skip
