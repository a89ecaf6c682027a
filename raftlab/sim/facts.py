"""The entries that are committed as a fact at some moment of a trace, read from the trace's rows of facts."""

from collections.abc import Iterator
from typing import Any

from raftlab.sim.trace import Fold, Trace

Fact = tuple[int, int, str]  # index, term and command


class Facts:
    """The facts of a trace, read along with its events. known: the facts so far."""

    def __init__(self, trace: Trace):
        self.trace = trace
        self.known: set[Fact] = set()
        self._read = 0  # rows

    def take(self, fold: Fold) -> Fact | None:
        """Read the facts up to the last event of `fold`; return the newest entry that has become committed since, if any."""
        rows, newest = self.trace.committed, None
        while self._read < len(rows) and rows[self._read][0] < fold.count:
            event, index, term = rows[self._read]
            log = next(
                (log for log in self._logs(fold) if log[index - 1 : index] and log[index - 1][0] == term),
                None,
            )
            if log is None:
                break  # the node that stored it crashed in the middle of its step: its log appears with the next event
            self._read += 1
            newest = newest if event < 0 else (index, *log[index - 1])
            while index and (index, *log[index - 1]) not in self.known:
                self.known.add((index, *log[index - 1]))
                index -= 1
        return newest

    def _logs(self, fold: Fold) -> Iterator[list[list[Any]]]:
        """All logs, first that of the latest event's node, which may have completed a majority."""
        node = self.trace.events[fold.count - 1].node if fold.count else None
        yield from (fold.views[each]["log"] for each in ([node] if node else []) + list(self.trace.nodes))


def facts_at(trace: Trace, tick: int) -> dict[int, list[tuple[int, str]]]:
    """The entries that are committed as a fact at the end of a tick: index -> (term, command). If consensus is broken, an index has two.

    >>> from raftlab import Cluster
    >>> cluster = Cluster(nodes=1, seed=1)
    >>> cluster.tick(40)
    >>> _ = cluster.write("x", "5")
    >>> cluster.tick(2)
    >>> facts_at(cluster.trace, 42)
    {1: [(1, 'x=5')]}
    """
    fold, facts = trace.fold(), Facts(trace)
    last = sum(event.tick <= tick for event in trace.events)
    for event, _, _ in trace.committed:
        fold.apply(trace.events, min(event + 1, last))
        facts.take(fold)
    fold.apply(trace.events, last)
    facts.take(fold)
    found: dict[int, list[tuple[int, str]]] = {}
    for index, term, command in sorted(facts.known):
        found.setdefault(index, []).append((term, command))
    return found
