"""What came of trying an answer."""

from typing import NamedTuple

from raftlab.sim.branches import History


class Tried(NamedTuple):
    """How many of how many tries came out right, and sentences that say what did not, or what comes of it.

    runs: to look at, each with its heading (HTML) and the tick at which it opens.
    """

    right: int
    of: int
    sentences: tuple[str, ...]
    runs: tuple[tuple[str, History, int], ...] = ()
