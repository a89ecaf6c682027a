"""Goals: what a run must reach eventually (liveness). A run that reaches none of its goals has failed."""

from collections.abc import Callable

from raftlab.messages import Role
from raftlab.raft import Raft, majority
from raftlab.sim.errors import UserError, check_call, check_name, check_number
from raftlab.sim.world import World


def leader(cluster: World, after: int = 0) -> bool:
    """Later than tick `after`, a majority of the voters follows one leader. The voters are those of the leader's log."""
    running = cluster.running()
    return cluster.now > after and any(
        node.role is Role.LEADER and _followed_by_majority(node, running) for node in running.values()
    )


def _followed_by_majority(leader: Raft, running: dict[str, Raft]) -> bool:
    """Does a majority of the voters follow this leader in its term, itself included?"""
    voters = leader.voters()
    followers = [id for id, node in running.items() if node.leader == leader.id and node.term == leader.term]
    return sum(id in voters for id in followers) >= majority(len(voters))


def applied(cluster: World, command: str) -> bool:
    """Every running node has applied the command. In a node whose log begins after it, it is in the snapshot."""
    index = cluster.invariants.index_of(command)
    return index is not None and all(
        node.last_applied >= index and (index <= node.log.start or node.log.entry(index).command == command)
        for node in cluster.running().values()
    )


def same_logs(cluster: World, after: int = 0) -> bool:
    """All running nodes hold the same log, later than tick `after`."""
    nodes = list(cluster.running().values())
    # Compare only the entries after the last snapshot of any node: earlier entries are missing in some log.
    start = max((node.log.start for node in nodes), default=0)
    if cluster.now <= after or not nodes or any(node.log.last_index < start for node in nodes):
        return False
    ends = [node.log.entries_from(start + 1) for node in nodes]
    return all(end == ends[0] for end in ends)


GOALS: dict[str, tuple[Callable[..., bool], str]] = {
    "leader": (leader, "a majority follows one leader"),
    "applied": (applied, "every running node has applied {0}"),
    "same_logs": (same_logs, "all running nodes hold the same log"),
}


def goal_sentence(name: str, *arguments: object) -> str:
    """A goal in words. Raises UserError if there is no such goal, or if it does not take these arguments."""
    check_name("goal", name, GOALS)
    check_call(name, GOALS[name][0], arguments)
    if name == "applied":
        if not isinstance(arguments[0], str):
            raise UserError(f"The goal `applied` names a command, which is text, not {arguments[0]!r}.")
    elif arguments:
        check_number(f"the tick of the goal `{name}`", arguments[0], 0)
    sentence = GOALS[name][1].format(*arguments)
    after = arguments[0] if arguments and name != "applied" else None
    return f"{sentence} (later than tick {after})" if after else sentence
