"""One trial: a cluster loses its leader, or never had one, and elects another.

    a leader is elected, on a network without delays
    its heartbeat reaches all at once           so all timers start together: the worst case for split votes
    it crashes at a random moment before the next heartbeat     the time is measured from here ...
    another node leads, and all have heard it                   ... to here

With `fresh`, the first three lines are left out, and the time ends with the election.
"""

import math
from random import Random
from typing import Any, NamedTuple

from raftlab.experiments.setting import Setting
from raftlab.messages import Message, RequestVoteReply, Role
from raftlab.raft import Raft
from raftlab.sim.cluster import Cluster
from raftlab.sim.story import Story

OLD = "n1"  # the leader that will crash


class Election(NamedTuple):
    """The result of one election: the milliseconds without a leader (inf: given up), and the number of terms."""

    time_ms: float
    terms: int


class SlowDisks(Cluster):
    """A cluster in which a voter writes its vote to disk before it sends it, which takes time.

    A candidate writes its own vote while its requests travel (thesis 9.3), so its write adds no time.
    """

    disk_ticks = 0

    def _post(self, message: Message, ticks: int | None, copy_of: int | None = None) -> int:
        if ticks is not None and isinstance(message, RequestVoteReply) and message.vote_granted:
            ticks += self.disk_ticks
        return super()._post(message, ticks, copy_of)


def run_trial(setting: Setting, number: int) -> Election:
    """Play one election. The same number in the same setting always gives the same result."""
    dice = Random(f"{setting.seed}/{number}")
    cluster = SlowDisks(
        _story(setting, dice), preset=setting.preset, node_class=setting.node_class, record=False
    )
    for id in cluster.ids[1 : setting.crashed] if not setting.fresh else cluster.ids[: setting.crashed]:
        cluster.crash(id)
    if not setting.fresh:
        _lose_leader(cluster, setting, dice)
    cluster.disk_ticks = setting.ticks(setting.disk_ms)
    start, term = cluster.now, max(node.term for node in cluster.nodes.values())
    end = start + setting.ticks(setting.give_up_ms)
    while (leader := _winner(cluster, heard=not setting.fresh)) is None:
        if cluster.now >= end:
            return Election(math.inf, max(node.term for node in cluster.nodes.values()) - term)
        cluster.leap(end)
    return Election((cluster.now - start) / setting.ticks_per_ms, leader.term - term)


def _story(setting: Setting, dice: Random) -> Story:
    """The state in which the nodes start. The last nodes are stale: they lack an entry, so no majority votes for them."""
    start: dict[str, Any] = {}
    if setting.stale:
        full, stale = {"term": 1, "log": ["1:x=1", "1:x=2"]}, {"term": 1, "log": ["1:x=1"]}
        fresh_logs = setting.nodes - setting.stale
        start = {f"n{place + 1}": full if place < fresh_logs else stale for place in range(setting.nodes)}
    seed = int(dice.random() * 2**53)
    return Story("trial", "A trial", setting.nodes, seed, "lesson", 0, start=start, goals=())


def _lose_leader(cluster: Cluster, setting: Setting, dice: Random) -> None:
    """Elect n1, let all nodes hear it, and crash it at a random moment before its next heartbeat."""
    cluster.set_network(delay=(1, 1))
    for place in range(setting.nodes - setting.stale, setting.nodes):
        # Or n1 would learn which entry they lack, and send it.
        cluster.cut(cluster.ids[place], OLD, one_way=True)
    cluster.time_out(OLD)
    while cluster.nodes[OLD].role is not Role.LEADER:
        cluster.leap(cluster.now + 1_000)
    cluster.set_network(delay=cluster.timing.delay)
    heartbeat = cluster.timing.heartbeat_interval
    crash = cluster.now + heartbeat + int(dice.random() * heartbeat)
    while cluster.now < crash:
        cluster.leap(crash)
    cluster.crash(OLD)


def _winner(cluster: Cluster, heard: bool) -> Raft | None:
    """The leader that was elected; None if there is none. heard: only if all running nodes follow it."""
    running = cluster.running()
    for id, node in running.items():
        if node.role is Role.LEADER:
            follow = not heard or all((n.leader, n.term) == (id, node.term) for n in running.values())
            return node if follow else None
    return None
