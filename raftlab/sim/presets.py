"""The timing of real systems as data: milliseconds, with version, year and source.

Defaults change between versions, so version and year are always shown. All numbers were read in the
source, or follow from such numbers, as their note then says. Ranges include both ends. Delays are
raftlab's assumption (a local network, slow enough to watch), because no system's configuration
states them.
"""

from dataclasses import dataclass
from functools import partial

from raftlab.sim.errors import check_name, check_number, check_pair


@dataclass(frozen=True, slots=True)
class Preset:
    """The timing of one system. All times are whole milliseconds; `ms_per_tick` is the length of a tick.

    Raises UserError if a time is impossible; a timeout is at least one tick.
    """

    name: str
    election_timeout_ms: tuple[int, int]
    heartbeat_ms: int
    delay_ms: tuple[int, int]
    ms_per_tick: int
    version: str
    year: int
    source: str
    note: str = ""

    def __post_init__(self) -> None:
        check_number("ms_per_tick", self.ms_per_tick, 1)
        check_number("heartbeat_ms", self.heartbeat_ms, 1)
        for name, least in (("election_timeout_ms", self.ms_per_tick), ("delay_ms", 0)):
            each = partial(check_number, f"each of {name}", least=least)
            check_pair(name, getattr(self, name), "a pair of milliseconds such as (150, 300)", each)

    @property
    def election_timeout(self) -> tuple[int, int]:
        """The range of election timeouts, in ticks, both ends included."""
        shortest, longest = self.election_timeout_ms
        return shortest // self.ms_per_tick, longest // self.ms_per_tick

    @property
    def heartbeat_interval(self) -> int:
        """The time between two heartbeats, in ticks."""
        return max(1, self.heartbeat_ms // self.ms_per_tick)

    @property
    def delay(self) -> tuple[int, int]:
        """How long a message travels, in ticks (shortest, longest)."""
        shortest, longest = self.delay_ms
        return max(1, shortest // self.ms_per_tick), max(1, longest // self.ms_per_tick)


_ALL = (
    Preset(
        "lesson", (150, 300), 50, (10, 30), 10, "raftlab", 2026, "raftlab",
        "the paper's timeouts with a heartbeat and delays that one can watch",
    ),
    Preset(
        "paper", (150, 300), 75, (10, 20), 5, "extended version", 2014,
        "Ongaro and Ousterhout, In Search of an Understandable Consensus Algorithm, 9.3",
        "the heartbeat is half of the shortest timeout, as in the paper's measurements",
    ),
    Preset(
        "equal-timeouts", (150, 150), 75, (10, 20), 5, "extended version", 2014,
        "Ongaro and Ousterhout, In Search of an Understandable Consensus Algorithm, 9.3, Figure 16",
        "no randomness at all: the paper's experiment that shows why there should be some",
    ),
    Preset(
        "etcd", (1000, 2000), 100, (10, 20), 10, "3.5", 2021,
        "https://github.com/etcd-io/etcd and https://github.com/etcd-io/raft",
        "PreVote and CheckQuorum are on there",
    ),
    Preset(
        "hashicorp", (1000, 2000), 100, (10, 20), 10, "1.7.0", 2024, "https://github.com/hashicorp/raft",
        "heartbeats are random from 100 to 200 ms there; here always 100",
    ),
    Preset(
        "consul", (5000, 10000), 500, (10, 20), 10, "raft_multiplier 5, the default", 2026,
        "https://www.consul.io/docs/install/performance",
        "heartbeats are random from 500 to 1000 ms there; here always 500",
    ),
    Preset(
        "consul-production", (1000, 2000), 100, (10, 20), 10, "raft_multiplier 1", 2026,
        "https://www.consul.io/docs/install/performance",
        "heartbeats are random from 100 to 200 ms there; here always 100",
    ),
    Preset(
        "cockroachdb", (2000, 4000), 1000, (10, 20), 10, "23.2", 2023,
        "https://github.com/cockroachdb/cockroach pull requests 91947, 98584, 104042",
        "the heartbeat is derived: 2 ticks of 500 ms",
    ),
    Preset(
        "tikv", (10000, 20000), 2000, (10, 20), 10, "source read in 2026", 2026,
        "https://github.com/tikv/tikv components/raftstore/src/store/config.rs",
    ),
    Preset(
        "openraft", (150, 300), 50, (10, 20), 5, "source of August 2026", 2026,
        "https://github.com/databendlabs/openraft openraft/src/config/config.rs",
    ),
)  # fmt: skip

PRESETS: dict[str, Preset] = {preset.name: preset for preset in _ALL}


def preset_named(name: "str | Preset") -> Preset:
    """The preset of this name; a Preset is returned as it is."""
    return name if isinstance(name, Preset) else PRESETS[check_name("preset", name, PRESETS)]
