"""What verbs and goals may touch of a cluster: its parts, each with its type.

`Cluster` has all of it. It is written down apart from `Cluster` so that verbs and goals, which stories are
made of, need not import the cluster that plays the stories.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any

from raftlab.kv import KeyValue
from raftlab.messages import Event, Message
from raftlab.raft import Raft
from raftlab.sim.clients import Client
from raftlab.sim.clock import Clock
from raftlab.sim.disk import Disk
from raftlab.sim.invariants import Breach, Invariants
from raftlab.sim.network import Network
from raftlab.sim.presets import Preset


class World(ABC):
    """Nodes, their disks, the network between them, and the clients."""

    now: int
    seed: int
    timing: Preset
    ids: tuple[str, ...]
    nodes: dict[str, Raft]
    status: dict[str, str]  # node -> "running", "paused" or "crashed"
    disks: dict[str, Disk]
    machines: dict[str, KeyValue]
    clocks: dict[str, Clock]  # of the nodes whose clocks are slow
    network: Network
    flapping: dict[tuple[str, str], tuple[int, int, int]]  # link -> ticks up, ticks down, since when
    invariants: Invariants
    workers: dict[str, Client]  # the clients of a workload
    snapshot_after: int  # applied entries; 0: only when somebody asks for it
    done: list[tuple[Any, ...]]  # the actions so far, with roles resolved

    _arrivals: dict[int, list[tuple[int, Message]]]  # tick -> what arrives then
    _held: dict[str, list[tuple[int, Message]]]  # node -> what waits for it while it is paused
    _lost: dict[int, Message]
    _crash_after: dict[str, str | int]
    _clients: int  # how many have been named so far
    _values: Iterator[int]  # what clients write

    @abstractmethod
    def running(self) -> dict[str, Raft]:
        """The nodes that are neither crashed nor paused."""

    @abstractmethod
    def leader(self) -> str | None:
        """The running leader of the highest term, if there is one."""

    @abstractmethod
    def _start(self, id: str) -> list[Breach]:
        """Build a node from its disk."""

    @abstractmethod
    def _crash(self, id: str, edited_from: int | None = None) -> None:
        """Stop a node: what it has in memory, and what waits for it, is lost.

        edited_from: where the step that the crash has cut short began to change the log.
        """

    @abstractmethod
    def _step(self, id: str, event: Event, what: str, detail: Any = None) -> None:
        """Give a node an event, and carry out what it wants done."""

    @abstractmethod
    def _post(self, message: Message, ticks: int | None, copy_of: int | None = None) -> int:
        """Give a message its id and put it on its way; without ticks it is lost where it stands."""

    @abstractmethod
    def _lose(self, id: int, message: Message, reason: str) -> None:
        """Lose a message that was in flight."""

    @abstractmethod
    def _event(
        self, what: str, node: str | None = None, detail: Any = None, changes: dict[str, Any] | None = None
    ) -> None:
        """Record that something happened."""

    @abstractmethod
    def _tell_fates(self) -> None:
        """Record which of the messages just sent were lost or copied."""

    @abstractmethod
    def _changed(self, what: str, id: str, detail: Any = None, edited_from: int | None = None) -> None:
        """Record that something was done to a node, with what it changed in the node's view."""

    @abstractmethod
    def _network_event(self, what: str, arguments: list[Any]) -> None:
        """Record that something was done to the network."""

    @abstractmethod
    def _report(self, breaches: list[Breach]) -> None:
        """Record which properties are broken."""
