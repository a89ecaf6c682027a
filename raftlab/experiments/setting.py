"""The setting of a trial: what all trials of an experiment have in common, and its resolution in ticks."""

import math
from dataclasses import dataclass
from functools import partial

from raftlab.raft import Raft, majority
from raftlab.sim.errors import MOST_NODES, UserError, check_number, check_pair
from raftlab.sim.presets import Preset
from raftlab.sim.systems import check_raft


@dataclass(frozen=True)
class Setting:
    """Everything on which a trial depends, besides its number. Times in milliseconds.

    Raises UserError if the values do not go together: no node could win, no leader could stay, or votes would always
    come too late.
    """

    timeout_ms: tuple[float, float]
    one_way_ms: tuple[float, float]
    heartbeat_ms: float
    disk_ms: float
    nodes: int
    crashed: int
    stale: int
    fresh: bool
    give_up_ms: float
    ticks_across: int
    seed: int
    node_class: type[Raft] = Raft

    def __post_init__(self) -> None:
        check_number("the number of nodes", self.nodes, 2, MOST_NODES)
        check_number(
            "the number of crashed nodes",
            self.crashed,
            0 if self.fresh else 1,
            self.nodes - majority(self.nodes),
        )
        # At least one node must be able to win, and the stale nodes must not be a majority that can elect one of them.
        most = min(self.nodes - self.crashed - 1, majority(self.nodes) - 1)
        check_number("the number of stale nodes", self.stale, 0, most)
        check_number("ticks_across", self.ticks_across, 1)
        check_number("the seed", self.seed, 0)
        if self.heartbeat_ms >= self.timeout_ms[0]:
            raise UserError(
                f"No leader could stay: its heartbeats come every {self.heartbeat_ms:g} ms, and timers run out after "
                f"{self.timeout_ms[0]:g} ms. heartbeat_ms should be shorter than the shortest of timeout_ms."
            )
        earliest = 2 * self.one_way_ms[0] + self.disk_ms
        if earliest > self.timeout_ms[1]:
            raise UserError(
                f"No node could ever win: votes are back after {earliest:g} ms at the earliest, and a candidate "
                f"waits for {self.timeout_ms[1]:g} ms at most. Use a shorter one_way_ms or a longer timeout_ms."
            )
        check_raft(self.node_class)

    @property
    def ticks_per_ms(self) -> int:
        """Ticks per millisecond: at least 10, and at least `ticks_across` over the whole range of timeouts."""
        shortest, longest = self.timeout_ms
        return max(10, math.ceil(self.ticks_across / (longest - shortest))) if longest > shortest else 10

    def ticks(self, ms: float) -> int:
        """Milliseconds in ticks."""
        return round(ms * self.ticks_per_ms)

    @property
    def preset(self) -> Preset:
        """The timing in the form that a cluster needs. A preset has whole milliseconds; here, each of them is a tick."""
        shortest, longest = (max(1, self.ticks(ms)) for ms in self.one_way_ms)
        return Preset(
            "experiment", (self.ticks(self.timeout_ms[0]), self.ticks(self.timeout_ms[1])),
            max(1, self.ticks(self.heartbeat_ms)), (shortest, longest), 1, "raftlab", 2026, "raftlab",
        )  # fmt: skip


def check_ms(name: str, value: object, least: float = 0) -> float:
    """Check a time in milliseconds, which need not be a whole number."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value < math.inf:
        raise UserError(f"{name} must be a time in milliseconds, {least:g} or more, not {value!r}.")
    return value


def check_range_ms(name: str, value: object, least: float = 0) -> tuple[float, float]:
    """Check a range of times in milliseconds; one number stands for a range from it to itself."""
    if isinstance(value, int | float):
        return check_ms(name, value, least), value
    each = partial(check_ms, name, least=least)
    return check_pair(name, value, "a pair of milliseconds such as (150, 300)", each)
