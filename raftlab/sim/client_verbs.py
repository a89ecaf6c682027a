"""What clients can do: write and read by hand, or keep asking as a workload (`raftlab.sim.clients`)."""

from collections.abc import Iterator, Mapping
from random import Random
from typing import TYPE_CHECKING, Any

from raftlab.messages import Applied, NotLeader, Propose, Read, ReadNow, Refused, Result
from raftlab.sim.clients import Ask, Client
from raftlab.sim.errors import UserError, check_number, check_text
from raftlab.sim.workload import check_workload


class ClientVerbs:
    """These verbs of a cluster; what they act on stands in `Cluster`."""

    workers: dict[str, Client]  # the clients of a workload
    _clients: int
    _values: Iterator[int]

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

    def propose(self, command: str, node: str = "leader", client: str | None = None) -> str:
        """Hand a client's command to a node; returns the client's name, under which it will be answered."""
        if not isinstance(command, str) or not command:
            raise UserError(f"A command is text such as 'x=5' (write) or 'x?' (read), not {command!r}.")
        check_text("A command", command)
        id = self._node(node, "running")
        client = self._client(client)
        self.done.append((self.now, "propose", command, id, client))
        self._ask(id, Propose(command, client), "propose")
        return client

    def write(self, key: str, value: object, node: str = "leader") -> str:
        """Have a client write a value under a key."""
        return self.propose(f"{key}={value}", node)

    def read(self, key: str, node: str = "leader", client: str | None = None) -> str:
        """Have a client read a key; returns the client's name, under which it will be answered.

        Nodes that know how to read without a place in the log do so (ReadIndex, LeaseReads, LocalReads);
        with all others a read goes through the log, as every command does.
        """
        check_text("A key", key)
        id = self._node(node, "running")
        if not hasattr(self.nodes[id], "on_read"):
            return self.propose(f"{key}?", id, client)
        client = self._client(client)
        self.done.append((self.now, "read", key, id, client))
        self._ask(id, Read(f"{key}?", client), "read")
        return client

    def clients(self, count: int = 1, settings: Mapping[str, Any] | None = None) -> list[str]:
        """Let clients come who ask one thing after the other, until `stop_clients`; returns their names.

        What they ask and are told is the history in the trace: `trace.operations()`.

        Args:
            count: how many, 1 to 20.
            settings: how they behave: any of the fields of `raftlab.sim.workload.Workload`, by name.

        Raises:
            UserError: a setting that does not exist, or cannot be.

        Example:
            >>> from raftlab import Cluster
            >>> cluster = Cluster(nodes=3, seed=1)
            >>> cluster.clients(2, {"keys": ["x"], "operations": ["get", "put"]})
            ['c1', 'c2']
            >>> cluster.tick(200)
            >>> len(cluster.trace.operations()) > 10
            True
        """
        check_number("the number of clients", count, 1, 20)
        workload = check_workload(settings or {}, self.ids, self.timing.election_timeout[1])
        values = {name: getattr(workload, name) for name in settings or {}}
        told = {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
        self._did("clients", count, *([told] if told else []))
        names = [self._client(None) for _ in range(count)]
        for name in names:
            dice, pause = Random(f"{self.story.seed}/clients/{name}"), self.timing.heartbeat_interval
            self.workers[name] = Client(name, workload, self.ids, dice, self._values, pause, self.now)
        return names

    def stop_clients(self) -> None:
        """Let the clients begin nothing new; what they are waiting for, they still wait for."""
        self._did("stop_clients")
        for client in self.workers.values():
            client.stopped = True

    def _client(self, name: str | None) -> str:
        """A client's name; counted even where it is given: a replay must go on with the next."""
        check_text("The name of a client", name or "")
        self._clients += 1
        return name or f"c{self._clients}"

    def _ask(self, id: str, event: Propose | Read, what: str) -> None:
        self._step(id, event, what, {"command": event.command, "client": event.client})

    # -- Workloads --------------------------------------------------------------------------------------

    def _let_clients_act(self) -> None:
        """Every client of a workload has its turn, in the order in which they came."""
        for client in self.workers.values():
            for deed in client.act(self.now):
                if not isinstance(deed, Ask):
                    self._event(deed.what, detail=deed.detail)
                elif self.status[deed.node] == "running":
                    reads = deed.command.endswith("?") and hasattr(self.nodes[deed.node], "on_read")
                    event = Read if reads else Propose
                    self._ask(deed.node, event(deed.command, deed.token), "read" if reads else "propose")

    def _told(self, node: str, client: str, result: Result) -> str | None:
        """What a client hears from a node."""
        match result:
            case Applied():
                text = self._results[node]
            case ReadNow(command):
                text = self.machines[node].read(command)
            case Refused(why):
                text = f"refused: {why}"
            case NotLeader(leader):
                text = f"not the leader; try {leader}" if leader else "not the leader, and knows none"
        if worker := self.workers.get(client.partition(".")[0]):
            worker.hear(client, result, text)
        return text
