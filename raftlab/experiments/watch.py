"""One run of a story, watched from its first fault on: elections, terms, leaders, commits, writes lost."""

from dataclasses import replace
from itertools import pairwise
from typing import Any, NamedTuple

from raftlab.messages import Effect, Role
from raftlab.raft import Raft
from raftlab.sim.cluster import Cluster
from raftlab.sim.goals import leader as majority_follows_one
from raftlab.sim.story import Story

ASKING = ("propose", "read", "clients", "stop_clients")  # everything else is done to the cluster
FAULTS = ("crash", "pause", "partition", "cut", "isolate", "flap", "set_network")
STEADY = "steady"
CHURNS = "churns"
NO_LEADER = "no leader"
DEADLOCK = "leader without commits (deadlock)"


class Run(NamedTuple):
    """What happened after the fault. Times in ticks; the verdicts are explained at `compare`.

    elections: how many leaders were elected. terms: by how much the highest term of all nodes grew.
    leaderless: how long no leader had a majority following it. longest_gap: the longest time in which
    nothing was committed; None if no client wrote. lost_writes: what a leader took and no log holds any more.
    leader: who leads in the end, with or without a majority.
    """

    elections: int
    terms: int
    leaderless: int
    longest_gap: int | None
    lost_writes: int
    verdict: str
    leader: str | None


class Watched(Cluster):
    """A cluster that notes when a leader was elected, when something was committed, and who took which write."""

    def __init__(self, story: Story, node_class: type[Raft] | None):
        self.elected: dict[int, int] = {}  # term -> tick
        self.commits: list[int] = []  # ticks
        self.taken: list[str] = []  # commands
        self._highest = 0
        super().__init__(story, node_class=node_class, record=False)

    def _after_step(self, node: Raft, effects: tuple[Effect, ...], what: str, detail: Any) -> None:
        super()._after_step(node, effects, what, detail)
        if node.role is Role.LEADER:
            self.elected.setdefault(node.term, self.now)
            if what == "propose":
                self.taken.append(detail["command"])
        if node.commit_index > self._highest:
            self._highest = node.commit_index
            self.commits.append(self.now)


def fault_tick(story: Story) -> int:
    """When something first breaks; what a story sets up at tick 0 is no fault."""
    return next((tick for tick, verb, *_ in story.actions if tick and verb in FAULTS), 0)


def last_deed(story: Story) -> int:
    """When something was last done to nodes or links: from then on the cluster is left alone."""
    return max((tick for tick, verb, *_ in story.actions if verb not in ASKING), default=0)


def run_length(story: Story, ticks: int) -> int:
    """How long to play it: at least to its end, and as long after the last deed as it took till then."""
    return max(ticks, story.ticks, 2 * last_deed(story))


def watch(story: Story, ticks: int, node_class: type[Raft] | None = None) -> Run:
    """Play a story for so many ticks, or longer if it needs that, and tell what happened after its fault.

    node_class: what the nodes are; left out, what the story says.
    """
    ticks = run_length(story, ticks)
    fault, middle = fault_tick(story), (last_deed(story) + ticks) // 2
    cluster = Watched(replace(story, stops=(), goals=()), node_class)
    cluster.tick(fault)
    term, leaderless, led_late = highest_term(cluster), 0, False
    writes = _Writes(story)
    while cluster.now < ticks:
        cluster.tick()
        writes.go_on(cluster)
        led = majority_follows_one(cluster)
        leaderless += not led
        led_late |= led and cluster.now > middle
    commits = [tick for tick in cluster.commits if tick > fault]
    elections_late = any(tick > middle for tick in cluster.elected.values())
    commits_late = any(tick > middle for tick in commits) or not writes.after(middle)
    gaps = [after - before for before, after in pairwise([fault, *commits, ticks])]
    return Run(
        sum(tick > fault for tick in cluster.elected.values()),
        highest_term(cluster) - term,
        leaderless,
        max(gaps) if writes.after(fault) else None,
        _lost(cluster),
        _verdict(cluster, elections_late, commits_late, led_late),
        cluster.leader(),
    )


def highest_term(cluster: Cluster) -> int:
    """The highest term that any node has reached."""
    return max(node.term for node in cluster.nodes.values())


class _Writes:
    """The writes of a story, which go on at the same pace, and to the same nodes in turn, when it is over."""

    def __init__(self, story: Story):
        planned = [(tick, *rest, "leader") for tick, verb, *rest in story.actions if verb == "propose"]
        self.nodes = list(dict.fromkeys(node for _, _, node, *_ in planned))
        ticks = sorted({tick for tick, *_ in planned})
        self.last, self.pace = ticks[-1] if ticks else 0, ticks[-1] - ticks[-2] if len(ticks) > 1 else 0
        self.clients = any(verb == "clients" for _, verb, *_ in story.actions)

    def after(self, tick: int) -> bool:
        """Whether anything is written later than that."""
        return self.clients or self.pace > 0 or self.last > tick

    def go_on(self, cluster: Cluster) -> None:
        """Write, if it is time to."""
        turns, rest = divmod(cluster.now - self.last, self.pace) if self.pace else (0, 0)
        if turns > 0 and rest == 0:
            node = self.nodes[turns % len(self.nodes)]
            node = (cluster.leader() or "") if node == "leader" else node
            if cluster.status.get(node) == "running":
                cluster.propose(f"x={cluster.now}", node)


def _lost(cluster: Watched) -> int:
    """Writes that a leader accepted, that no node applied, and that are in no log any more."""
    held = {entry.command for node in cluster.nodes.values() for entry in node.log}
    return sum(
        command not in held and cluster.invariants.index_of(command) is None for command in cluster.taken
    )


def _verdict(cluster: Cluster, elections: bool, commits: bool, led: bool) -> str:
    """How it was when it should have settled.

    Were leaders still elected, was committed what was written, and did a majority ever follow one?
    """
    if elections:
        return CHURNS
    if majority_follows_one(cluster) and commits:
        return STEADY
    running = cluster.running()
    if any(id != node.leader and _is_led(node, running) for id, node in running.items()):
        return DEADLOCK
    return CHURNS if led else NO_LEADER


def _is_led(node: Raft, running: dict[str, Raft]) -> bool:
    """Does it follow a node that leads its term?"""
    leader = running.get(node.leader or "")
    return leader is not None and (leader.role, leader.term) == (Role.LEADER, node.term)
