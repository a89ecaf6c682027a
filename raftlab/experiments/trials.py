"""The results of many trials of one setting, and their statistics."""

import math
import statistics
from dataclasses import dataclass

from raftlab.experiments.setting import Setting
from raftlab.sim.errors import UserError


@dataclass(frozen=True, repr=False)
class Trials:
    """The elections of one setting, in the order of their numbers.

    times_ms: milliseconds without a leader; `math.inf` for a trial that was given up.
    terms: how many terms each election took; only the last of them had a winner.
    """

    setting: Setting
    times_ms: tuple[float, ...]
    terms: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.times_ms)

    @property
    def mean_ms(self) -> float:
        """The mean time, in milliseconds; infinite if one trial was given up."""
        return math.fsum(self.times_ms) / len(self)

    @property
    def median_ms(self) -> float:
        """The time within which half of the elections were done, in milliseconds."""
        return statistics.median(self.times_ms)

    @property
    def worst_ms(self) -> float:
        """The longest time, in milliseconds."""
        return max(self.times_ms)

    def quantile_ms(self, share: float) -> float:
        """The time within which a share (0 to 1) of the elections were done, in milliseconds.

        It is one of the measured times, without interpolation.
        """
        if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
            raise UserError(f"The share of a quantile must be a number from 0 to 1, not {share!r}.")
        return sorted(self.times_ms)[max(0, math.ceil(share * len(self)) - 1)]

    @property
    def split_vote_rate(self) -> float:
        """The share of elections whose first term had no winner."""
        return sum(terms > 1 for terms in self.terms) / len(self)

    @property
    def mean_terms(self) -> float:
        """The mean number of terms of an election."""
        return sum(self.terms) / len(self)

    def __repr__(self) -> str:
        shortest, longest = self.setting.timeout_ms
        return (
            f"{len(self):,} elections with timeouts of {shortest:g} to {longest:g} ms: "
            f"median {self.median_ms:,.0f} ms, mean {self.mean_ms:,.0f} ms, longest {self.worst_ms:,.0f} ms, "
            f"{self.mean_terms:.2f} terms on average"
        )
