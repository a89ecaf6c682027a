"""What those can do who run a cluster: snapshots, voters, a new leader; and clocks that are wrong."""

from typing import TYPE_CHECKING, Any

from raftlab.messages import ChangeVoters, TakeSnapshot, TransferLeadership
from raftlab.sim.clock import Clock
from raftlab.sim.errors import UserError, check_name, check_number


class OperatorVerbs:
    """These verbs of a cluster; what they act on stands in `Cluster`."""

    clocks: dict[str, Clock]  # of the nodes whose clocks are slow
    snapshot_after: int

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

    def snapshot(self, node: str) -> None:
        """Let a node take a snapshot of what it has applied; its log begins after it. (7)

        Raises UserError if the node does not run, knows no snapshots, or has applied nothing since the last.
        """
        id = self._node(node, "running")
        self._can(id, "on_take_snapshot", "Snapshots")
        if self.nodes[id].last_applied == self.nodes[id].log.start:
            raise UserError(f"{id} has applied nothing that is not in its snapshot already.")
        self.done.append((self.now, "snapshot", id))
        self._take_snapshot(id)

    def snapshot_every(self, entries: int) -> None:
        """From now on let every node take a snapshot whenever it has applied so many entries since the last; 0: no more."""
        check_number("the number of entries", entries, 0)
        if not any(hasattr(node, "on_take_snapshot") for node in self.nodes.values()):
            self._can(self.ids[0], "on_take_snapshot", "Snapshots")
        self._did("snapshot_every", entries)
        self.snapshot_after = entries

    def _take_snapshots(self) -> None:
        for id, node in self.running().items():
            is_due = node.last_applied - node.log.start >= self.snapshot_after
            if is_due and hasattr(node, "on_take_snapshot"):
                self._take_snapshot(id)

    def _take_snapshot(self, id: str) -> None:
        self._step(id, TakeSnapshot(self.machines[id].save()), "snapshot")

    def change_voters(self, *voters: str) -> str:
        """Ask the leader that these nodes, and no others, have a vote; returns the name under which it answers.

        Raises UserError if there is no leader, if it knows only fixed voters, or if one is no node or named twice. What
        Raft does not allow, such as two changes at once, the leader refuses in its answer.
        """
        id = self._node("leader")
        self._can(id, "on_change_voters", "Membership")
        for place, voter in enumerate(voters):
            if check_name("node", voter, self.ids) in voters[:place]:
                raise UserError(f"{voter} is named twice; a node has one vote.")
        client = self._client(None)
        self.done.append((self.now, "change_voters", *voters))
        told = {"voters": list(voters), "client": client}
        self._step(id, ChangeVoters(tuple(voters), client), "change_voters", told)
        return client

    def transfer(self, target: str) -> None:
        """Ask the leader to hand over to another node. (thesis 3.10)

        Raises UserError if there is no leader, if it cannot do that, or if it is the target itself.
        """
        id, target = self._node("leader"), self._node(target)
        self._can(id, "on_transfer_leadership", "Transfer")
        if id == target:
            raise UserError(f"{id} leads already; name another node.")
        self.done.append((self.now, "transfer", target))
        self._step(id, TransferLeadership(target), "transfer", [target])

    def drift(self, node: str, rate: float) -> None:
        """Let a node's clock run slow from now on, also after a restart.

        rate: how fast it runs, from 0.001 to 1, which is right: with 0.5 only every second tick counts.
        """
        id = self._node(node)
        if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0.001 <= rate <= 1:
            raise UserError(f"The rate of a clock is a number from 0.001 to 1 (right), not {rate!r}.")
        self.done.append((self.now, "drift", id, rate))
        self.clocks.pop(id, None)
        if rate < 1:
            self.clocks[id] = Clock(round(1000 * rate), self.now)
        changes = None
        if self._recorder and self.status[id] == "running":  # its timer is due later now
            changes = self._recorder.changes(self.now, self.nodes[id], None, self.ticked)
        self._event("drift", id, rate, changes)

    def _can(self, id: str, handler: str, extension: str) -> None:
        """Refuse what a node has no handler for."""
        if not hasattr(self.nodes[id], handler):
            raise UserError(
                f"{id} is {type(self.nodes[id]).__name__} and cannot do that; it needs the extension {extension}."
            )
