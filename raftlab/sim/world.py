"""The parts of a cluster that verbs and goals may use, each with its type.

`Cluster` implements `World`. They are two modules because stories are made of verbs and goals, and `Cluster` plays
stories: if verbs imported `Cluster`, the imports would be circular.
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
    snapshot_after: int  # a node takes a snapshot after so many applied entries; 0: only on request
    done: list[tuple[Any, ...]]  # the actions so far, with roles resolved

    _arrivals: dict[int, list[tuple[int, Message]]]  # tick -> what arrives then
    _held: dict[str, list[tuple[int, Message]]]  # node -> the messages that wait for it while it is paused
    _lost: dict[int, Message]
    _crash_after: dict[str, str | int]
    _clients: int  # the number of clients that have got a name so far
    _values: Iterator[int]  # the values that clients write, each once

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
        """Stop a node. Its memory and the messages that wait for it are lost.

        edited_from: if the crash came in the middle of a step, the lowest index of the log that the step has changed.
        """

    @abstractmethod
    def _step(self, id: str, event: Event, what: str, detail: Any = None) -> None:
        """Give a node an event, and carry out the effects that it returns."""

    @abstractmethod
    def _post(self, message: Message, ticks: int | None, copy_of: int | None = None) -> int:
        """Give a message its id and send it. ticks: how long it travels; None if the network loses it."""

    @abstractmethod
    def _lose(self, id: int, message: Message, reason: str) -> None:
        """Lose a message that was in flight."""

    @abstractmethod
    def _event(
        self, what: str, node: str | None = None, detail: Any = None, changes: dict[str, Any] | None = None
    ) -> None:
        """Record that something happened."""

    @abstractmethod
    def _record_fates(self) -> None:
        """Record which of the messages that were just sent are lost or duplicated."""

    @abstractmethod
    def _changed(self, what: str, id: str, detail: Any = None, edited_from: int | None = None) -> None:
        """Record a change that was made to a node from outside, and what it changed in the node's view."""

    @abstractmethod
    def _network_event(self, what: str, arguments: list[Any]) -> None:
        """Record a change that was made to the network."""

    @abstractmethod
    def _report(self, breaches: list[Breach]) -> None:
        """Record which properties are broken."""
