"""The five properties of Figure 3, for the simulator and for the explorer.

`Seen` is what an observer remembers of a run. Each of its methods takes one observation, remembers it, and returns
the properties that it breaks. This module never looks at nodes: the simulator and the explorer each make the
observations in their own way.
"""

from collections.abc import Sequence
from typing import NamedTuple

from raftlab.log import Log
from raftlab.messages import LogEntry


class Finding(NamedTuple):
    """A broken property: its id in `invariants.WATCHED`, and a sentence that says how it was broken."""

    property: str
    sentence: str


class Seen:
    """What an observer remembers of a run.

    leaders: term -> the node that led it.
    committed: index -> the entry that a leader has committed there, and in which term.
    facts: the same for entries that are committed as a fact.
    applied: index -> the entry that a state machine applied there first.
    leading: the present leaders, each with its term and its log.
    An observer that does not know who leads, or which entries are committed as a fact, leaves these empty.
    """

    def __init__(
        self,
        leaders: dict[int, str] | None = None,
        committed: dict[int, tuple[LogEntry, int]] | None = None,
        applied: dict[int, LogEntry] | None = None,
    ):
        self.leaders = {} if leaders is None else leaders
        self.committed = {} if committed is None else committed
        self.applied = {} if applied is None else applied
        self.facts: dict[int, tuple[LogEntry, int]] = {}
        self.leading: dict[str, tuple[int, Log]] = {}
        # index, term -> command, term before
        self._entries: dict[tuple[int, int], tuple[str, int | None]] = {}
        # index -> the state of a state machine after it, and its node
        self._states: dict[int, tuple[int, str]] = {}

    def elected(self, id: str, term: int, log: Log) -> list[Finding]:
        """P1: a term has at most one leader. P4: a leader has every entry committed in an earlier term."""
        self.leading[id] = (term, log)
        found = []
        other = self.leaders.setdefault(term, id)
        if other != id:
            found.append(Finding("P1", f"{other} and {id} both became leader of term {term}."))
        return found + self.incomplete(id)

    def incomplete(self, id: str) -> list[Finding]:
        """P4, of a node that leads: it has every entry committed in an earlier term."""
        term, log = self.leading[id]
        for known in (self.facts, self.committed):
            for index, (entry, committed_in) in known.items():
                if committed_in < term and _lacks(log, index, entry):
                    return [_incomplete(id, term, index, entry)]
        return []

    def commit(self, id: str, term: int, first: int, entries: Sequence[LogEntry]) -> list[Finding]:
        """P4, when the leader of a term has committed these entries, from index `first` on.

        No leader may have committed other entries there, and the leaders of later terms must have these.
        """
        for index, entry in enumerate(entries, first):
            known, _ = self.committed.setdefault(index, (entry, term))
            fact, fact_term = self.facts.get(index, (entry, term))
            if fact != entry and fact_term != term:
                known = fact
            if known != entry:
                return [Finding(
                    "P4", f"{id}, leader of term {term}, committed {words(entry)} at index {index}, where {words(known)} "
                    "was committed before.")]  # fmt: skip
            if found := self._lacking(term, index, entry):
                return found
        return []

    def fact(self, term: int, first: int, entries: Sequence[LogEntry]) -> list[Finding]:
        """P4, when these entries have become committed in a term as a fact, even if no node knows it yet."""
        for index, entry in enumerate(entries, first):
            known, known_term = self.facts.setdefault(index, (entry, term))
            if known != entry and known_term != term:
                return [
                    Finding(
                        "P4",
                        f"{words(entry)} is committed at index {index}, where {words(known)} was before.",
                    )
                ]
            if found := self._lacking(term, index, entry):
                return found
        return []

    def _lacking(self, term: int, index: int, entry: LogEntry) -> list[Finding]:
        """Findings about leaders of later terms whose logs lack the entry."""
        for id, (later, log) in self.leading.items():
            if later > term and _lacks(log, index, entry):
                return [_incomplete(id, later, index, entry)]
        return []

    def hold(self, id: str, log: Log, first: int) -> list[Finding]:
        """P3, for a log from index `first` on: equal index and term mean equal entries and equal entries before them."""
        for index in range(first, log.last_index + 1):
            entry = log.entry(index)
            content = (entry.command, log.term_at(index - 1))
            if self._entries.setdefault((index, entry.term), content) != content:
                return [Finding(
                    "P3", f"{id} holds another entry of term {entry.term} at index {index}, or another one before it, "
                    "than some log did.")]  # fmt: skip
        return []

    def apply(self, id: str, index: int, entry: LogEntry, expected: int) -> list[Finding]:
        """P5: no two nodes apply different entries at one index, and no node skips an entry."""
        other = self.applied.setdefault(index, entry)
        if index != expected:
            return [Finding("P5", f"{id} applied entry {index} where entry {expected} was next.")]
        if other != entry:
            return [
                Finding("P5", f"{id} applied {words(entry)} at index {index}, another node {words(other)}.")
            ]
        return []

    def reach(self, id: str, index: int, state: int) -> list[Finding]:
        """P5, for state machines: two that have applied all entries up to an index are in the same state."""
        known, other = self._states.setdefault(index, (state, id))
        if known == state:
            return []
        return [Finding("P5", f"The state machines of {other} and {id} differ after entry {index}.")]


def rewritten_from(before: Log, now: Log, first: int = 1) -> int | None:
    """The first index at which a log has changed or lost an entry; None if it has only grown.

    first: the lowest index at which the two may differ. An entry that is now in a snapshot has not changed.
    """
    for index in range(max(first, before.start + 1, now.start + 1), before.last_index + 1):
        if index > now.last_index or before.entry(index) != now.entry(index):
            return index
    return None


def rewrote(id: str, term: int, index: int) -> Finding:
    """The finding that a leader has changed its log from an index on. P2: a leader only appends to its log."""
    return Finding("P2", f"{id}, leader of term {term}, rewrote its log from index {index} on.")


def words(entry: LogEntry) -> str:
    """An entry in a sentence."""
    return f"{entry.command!r} of term {entry.term}"


def _lacks(log: Log, index: int, entry: LogEntry) -> bool:
    return index > log.start and (index > log.last_index or log.entry(index) != entry)


def _incomplete(id: str, term: int, index: int, entry: LogEntry) -> Finding:
    return Finding("P4", f"{id} leads term {term} without {words(entry)}, committed at index {index}.")
