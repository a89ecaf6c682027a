"""Goals: something right eventually happens (liveness). A run that reaches no goal has failed."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from raftlab.messages import Role
from raftlab.sim.errors import UserError, check_call, check_name, check_number

if TYPE_CHECKING:
    from raftlab.sim.cluster import Cluster


def leader(cluster: "Cluster", after: int = 0) -> bool:
    """A leader that a majority follows, later than tick `after`."""
    return cluster.now > after and any(
        node.role is Role.LEADER
        and 2 * sum(n.leader == id and n.term == node.term for n in cluster.running().values())
        > len(cluster.ids)
        for id, node in cluster.running().items()
    )


def applied(cluster: "Cluster", command: str) -> bool:
    """Every running node has applied the command."""
    return all(
        any(entry.command == command for entry in list(node.log)[: node.last_applied])
        for node in cluster.running().values()
    )


def same_logs(cluster: "Cluster", after: int = 0) -> bool:
    """All running nodes hold the same log, later than tick `after`."""
    logs = [list(node.log) for node in cluster.running().values()]
    return cluster.now > after and len(logs) > 0 and all(log == logs[0] for log in logs)


GOALS: dict[str, tuple[Callable[..., bool], str]] = {
    "leader": (leader, "a majority follows one leader"),
    "applied": (applied, "every running node has applied {0}"),
    "same_logs": (same_logs, "all running nodes hold the same log"),
}


def goal_sentence(name: str, *arguments: object) -> str:
    """A goal in words. Raises UserError if there is no such goal, or none with such arguments."""
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
