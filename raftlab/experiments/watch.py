"""One run of a story: its elections, terms, leaders, commits and lost writes after its first fault."""

from dataclasses import replace
from itertools import pairwise
from typing import Any, NamedTuple

from raftlab.messages import Effect, Role
from raftlab.raft import Raft
from raftlab.sim.cluster import Cluster
from raftlab.sim.goals import leader as majority_follows_one
from raftlab.sim.story import Story

# The verbs of clients; all other verbs act on nodes or links.
ASKING = ("propose", "read", "clients", "stop_clients")
FAULTS = ("crash", "pause", "partition", "cut", "isolate", "flap", "set_network")
STEADY = "steady"
CHURNS = "churns"
NO_LEADER = "no leader"
DEADLOCK = "leader without commits (deadlock)"


class Run(NamedTuple):
    """What happened after the fault. Times in ticks; `compare` explains the verdicts.

    elections: the number of leaders that were elected. terms: by how much the highest term of all nodes grew.
    leaderless: how long no majority followed a leader. longest_gap: the longest time without a commit; None if no client
    wrote. lost_writes: the number of writes that a leader accepted and that no log holds any more.
    leader: the node that leads at the end, with or without a majority.
    """

    elections: int
    terms: int
    leaderless: int
    longest_gap: int | None
    lost_writes: int
    verdict: str
    leader: str | None


class Watched(Cluster):
    """A cluster that records when leaders were elected, when entries were committed, and which writes leaders accepted."""

    def __init__(self, story: Story, node_class: type[Raft] | None):
        self.elected: dict[int, int] = {}  # term -> tick
        self.commits: list[int] = []  # the ticks of commits
        self.taken: list[str] = []  # the commands that leaders have accepted
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
    """The tick of the first action on nodes or links. Actions at tick 0 set the scene and are no faults."""
    return next((tick for tick, verb, *_ in story.actions if tick and verb in FAULTS), 0)


def last_action(story: Story) -> int:
    """The tick of the last action on nodes or links."""
    return max((tick for tick, verb, *_ in story.actions if verb not in ASKING), default=0)


def run_length(story: Story, ticks: int) -> int:
    """The length of a run: at least that of the story, and at least twice the time until the last action on nodes or links."""
    return max(ticks, story.ticks, 2 * last_action(story))


def watch(story: Story, ticks: int, node_class: type[Raft] | None = None) -> Run:
    """Play a story for so many ticks, or longer if `run_length` says so, and report what happened after its fault.

    node_class: the class of the nodes; by default that of the story.
    """
    ticks = run_length(story, ticks)
    fault, middle = fault_tick(story), (last_action(story) + ticks) // 2
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
    """The writes of a story. After its end they go on at the same rate, and to the same nodes in turn."""

    def __init__(self, story: Story):
        planned = [(tick, *rest, "leader") for tick, verb, *rest in story.actions if verb == "propose"]
        self.nodes = list(dict.fromkeys(node for _, _, node, *_ in planned))
        ticks = sorted({tick for tick, *_ in planned})
        self.last, self.pace = ticks[-1] if ticks else 0, ticks[-1] - ticks[-2] if len(ticks) > 1 else 0
        self.clients = any(verb == "clients" for _, verb, *_ in story.actions)

    def after(self, tick: int) -> bool:
        """Whether there are writes after a tick."""
        return self.clients or self.pace > 0 or self.last > tick

    def go_on(self, cluster: Cluster) -> None:
        """Write if it is time."""
        turns, rest = divmod(cluster.now - self.last, self.pace) if self.pace else (0, 0)
        if turns > 0 and rest == 0:
            node = self.nodes[turns % len(self.nodes)]
            node = (cluster.leader() or "") if node == "leader" else node
            if cluster.status.get(node) == "running":
                cluster.propose(f"x={cluster.now}", node)


def _lost(cluster: Watched) -> int:
    """The number of writes that a leader accepted, that no node applied, and that are in no log any more."""
    held = {entry.command for node in cluster.nodes.values() for entry in node.log}
    return sum(
        command not in held and cluster.invariants.index_of(command) is None for command in cluster.taken
    )


def _verdict(cluster: Cluster, elections: bool, commits: bool, led: bool) -> str:
    """The verdict on a run.

    elections: whether leaders were still elected; commits: whether writes were committed; led: whether a majority ever
    followed a leader.
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
    """Does a node follow the leader of its term?"""
    leader = running.get(node.leader or "")
    return leader is not None and (leader.role, leader.term) == (Role.LEADER, node.term)
