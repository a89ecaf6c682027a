"""Three members of etcd with a sick switch between two of them, as a cluster of raftlab.

n3 leads, and the sick switch is between n1 and n3. A client that writes asks one member after the other.
"""

from collections.abc import Iterable
from typing import Any

from raftlab.models.cloudflare.parameters import MS_PER_TICK, Parameters
from raftlab.sim.cluster import Cluster
from raftlab.sim.goals import leader as majority_follows_one
from raftlab.sim.presets import Preset
from raftlab.sim.story import Story

SICK = (("n1", "n3"), ("n3", "n1"))


class Etcd(Cluster):
    """The three members and their clients: the primary of each database, which reports, and the API, which writes."""

    def __init__(
        self, parameters: Parameters, extensions: tuple[str, ...], seed: int, reporters: Iterable[str]
    ):
        numbers = parameters.values()
        timeout, delay = round(numbers.election_timeout_ms), round(numbers.delay_ms)
        timing = Preset(
            "control plane", (timeout, 2 * timeout), round(numbers.heartbeat_ms), (delay, 2 * delay), MS_PER_TICK,
            "the model's", 2020, parameters.election_timeout_ms.source,
        )  # fmt: skip
        story = Story(
            "control_plane", "etcd behind a sick switch", nodes=3, seed=seed, extensions=extensions, goals=(),
            actions=((1, "time_out", "n3"),),
        )  # fmt: skip
        self.returned: dict[str, int] = {}  # client -> the tick at which its last write was committed
        self._followed: str | None = None
        self._stepped = True
        super().__init__(story, preset=timing, record=False)
        self.tick(2 * timing.election_timeout[1])
        pause = round(numbers.request_timeout_ms) // MS_PER_TICK
        # Without sessions: a put that is carried out twice does no harm.
        self.settings = {"operations": ["put"], "timeout": pause, "sessions": False}
        self.reporter = {name: self._writer(numbers.report_interval_ms, pause, name) for name in reporters}
        self._writer(numbers.api_write_interval_ms, pause, "api")

    def _writer(self, interval_ms: float, patience: int, key: str) -> str:
        every = round(interval_ms) // MS_PER_TICK
        client = self.clients(
            1, self.settings | {"keys": [key], "think": [every, every], "patience": patience}
        )[0]
        self.returned[client] = self.now
        return client

    def write_once(self, command: str) -> str:
        """Add a client that writes this once and never gives up; returns its name."""
        return self.clients(1, self.settings | {"commands": [command], "think": [1, 1]})[0]

    def _event(self, what: str, node: str | None = None, detail: Any = None, changes: Any = None) -> None:
        if what == "return":
            self.returned[detail["client"]] = self.now

    def silent_ms(self, database: str) -> int:
        """The milliseconds since the last report of a database was committed."""
        return (self.now - self.returned[self.reporter[database]]) * MS_PER_TICK

    def hear_of(self, database: str) -> None:
        """Note that a database has a new primary, whose time to report begins now."""
        self.returned[self.reporter[database]] = self.now

    def followed(self) -> str | None:
        """The leader that a majority follows. None if there is none: then nothing is committed, and etcd can only be read."""
        if self._stepped:  # otherwise no node has changed since the last call
            self._followed = self.leader() if majority_follows_one(self) else None
            self._stepped = False
        return self._followed

    def _after_step(self, *arguments: Any) -> None:
        super()._after_step(*arguments)
        self._stepped = True

    def set_switch(self, loss: float) -> None:
        """From now on let the switch lose this share of the messages that pass it."""
        for src, dst in SICK:
            self.set_network(loss=loss, src=src, dst=dst)
