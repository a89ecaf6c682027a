"""The five safety properties of Figure 3, checked after every step, each at the cost of what changed.

An observer outside the nodes: it reads role, term, log and commit index, and what is applied. It
remembers what a node may forget, so a breach is found even when its traces are gone.
"""

from typing import NamedTuple

from raftlab.messages import LogEntry, Role
from raftlab.raft import Raft
from raftlab.sim.commitment import Commitment


class Breach(NamedTuple):
    """A property was broken: which, at which tick, and a sentence that names nodes, term and index."""

    property: str
    tick: int
    sentence: str


class Invariants:
    """Watches one cluster. `broken` holds the first breach of each property."""

    def __init__(self, commitment: Commitment | None = None) -> None:
        self.broken: dict[str, Breach] = {}
        self.commitment = commitment
        self._seen: dict[str, tuple[Role, int, int]] = {}  # node -> role, term, commit index
        self._leader_of: dict[int, str] = {}  # term -> node
        self._led: dict[str, tuple[int, int]] = {}  # leader -> term, last index when last looked at
        # index, term -> command, term before
        self._entries: dict[tuple[int, int], tuple[str, int | None]] = {}
        self._committed: dict[int, tuple[LogEntry, int]] = {}  # index -> entry, term it was committed in
        self._applied: dict[int, LogEntry] = {}
        self._last_applied: dict[str, int] = {}

    def started(self, tick: int, node: Raft) -> list[Breach]:
        """A node begins, or begins again: it has a log from its disk, and has applied nothing."""
        self._last_applied[node.id] = node.last_applied
        self._seen.pop(node.id, None)
        self._led.pop(node.id, None)
        return self.look(tick, node, edited_from=node.log.start + 1)

    def look(self, tick: int, node: Raft, edited_from: int | None) -> list[Breach]:
        """Look at a node after a step; `edited_from` is the lowest index of its log written since."""
        now = (node.role, node.term, node.commit_index)
        before = self._seen.get(node.id)
        if now == before and edited_from is None:
            return []
        self._seen[node.id] = now
        breaches: list[Breach | None] = []
        if edited_from is not None:
            breaches.append(self._log_matching(tick, node, edited_from))
        if node.role is Role.LEADER:
            elected = before is None or (before[0], before[1]) != (Role.LEADER, node.term)
            if elected:
                breaches += [self._election_safety(tick, node), self._leader_completeness(tick, node)]
            else:
                breaches.append(self._leader_append_only(tick, node, edited_from))
            self._led[node.id] = (node.term, node.log.last_index)
            breaches.append(self._commit(tick, node, 0 if before is None else before[2]))
        return [breach for breach in breaches if breach]

    def applied(self, tick: int, node: str, index: int, entry: LogEntry) -> list[Breach]:
        """A node gave an entry to its state machine. (P5)"""
        expected = self._last_applied.get(node, 0) + 1
        self._last_applied[node] = index
        other = self._applied.setdefault(index, entry)
        if index != expected:
            breach = self._breach("P5", tick, f"{node} applied entry {index} where entry {expected} was next")
        elif other != entry:
            breach = self._breach(
                "P5", tick, f"{node} applied {_words(entry)} at index {index}, another node {_words(other)}"
            )
        else:
            return []
        return [breach] if breach else []

    def restored(self, node: str, index: int) -> None:
        """A node took over a snapshot: all up to this index counts as applied."""
        self._last_applied[node] = index

    def index_of(self, command: str) -> int | None:
        """The index at which a command was first applied by anyone."""
        return next((index for index, entry in self._applied.items() if entry.command == command), None)

    # -- The properties ---------------------------------------------------------------------------

    def _election_safety(self, tick: int, node: Raft) -> Breach | None:
        """P1: at most one leader in a term."""
        other = self._leader_of.setdefault(node.term, node.id)
        if other == node.id:
            return None
        return self._breach("P1", tick, f"{other} and {node.id} both became leader of term {node.term}")

    def _leader_append_only(self, tick: int, node: Raft, edited_from: int | None) -> Breach | None:
        """P2: while it leads, a node's log only grows."""
        last_index = self._led[node.id][1]
        if edited_from is None or edited_from > last_index:
            return None
        return self._breach(
            "P2", tick, f"{node.id}, leader of term {node.term}, rewrote its log from index {edited_from} on"
        )

    def _log_matching(self, tick: int, node: Raft, edited_from: int) -> Breach | None:
        """P3: index and term name one entry and one entry before it, hence one whole prefix."""
        for index in range(edited_from, node.log.last_index + 1):
            entry = node.log.entry(index)
            content = (entry.command, node.log.term_at(index - 1))
            if self._entries.setdefault((index, entry.term), content) != content:
                return self._breach(
                    "P3",
                    tick,
                    f"{node.id} holds another entry of term {entry.term} at index {index}, or another one "
                    "before it, than some log did",
                )
        return None

    def _leader_completeness(self, tick: int, node: Raft) -> Breach | None:
        """P4: a new leader has every entry committed in an earlier term."""
        for index, (entry, term) in self._committed.items():
            if term < node.term and (breach := self._lacks(tick, node.id, node, index, entry)):
                return breach
        return None

    def _commit(self, tick: int, node: Raft, commit_before: int) -> Breach | None:
        """Remember what a leader commits, for all later leaders (P4)."""
        first, last = max(commit_before, node.log.start) + 1, min(node.commit_index, node.log.last_index)
        for index in range(first, last + 1):
            entry = node.log.entry(index)
            known, _ = self._committed.setdefault(index, (entry, node.term))
            if known != entry:
                return self._breach(
                    "P4",
                    tick,
                    f"{node.id}, leader of term {node.term}, committed {_words(entry)} at index {index}, "
                    f"where {_words(known)} was committed before",
                )
        return None

    def _lacks(self, tick: int, id: str, node: Raft, index: int, entry: LogEntry) -> Breach | None:
        if index <= node.log.start or (index <= node.log.last_index and node.log.entry(index) == entry):
            return None
        return self._breach(
            "P4", tick, f"{id} leads term {node.term} without {_words(entry)}, committed at index {index}"
        )

    def _breach(self, property: str, tick: int, sentence: str) -> Breach | None:
        """Only the first breach of a property is told: what follows from it is noise."""
        if property in self.broken:
            return None
        self.broken[property] = Breach(property, tick, f"{sentence}.")
        return self.broken[property]


def _words(entry: LogEntry) -> str:
    return f"{entry.command!r} of term {entry.term}"
