"""The log: entries at indexes 1, 2, 3, ... A snapshot may replace the first of them.

This class knows indexes and terms. It knows nothing of roles, messages or commitment.
"""

from collections.abc import Iterable, Iterator

from raftlab.messages import LogEntry


class Log:
    """A 1-based sequence of entries; index `start` and all before it are in a snapshot."""

    def __init__(self, entries: Iterable[LogEntry] = (), start: int = 0, start_term: int = 0):
        self.start = start
        self.start_term = start_term
        self.edited_from: int | None = start + 1  # lowest index changed since an observer set this to None
        self._entries = list(entries)

    @property
    def last_index(self) -> int:
        """The index of the newest entry; 0 if the log is empty."""
        return self.start + len(self._entries)

    @property
    def last_term(self) -> int:
        """The term of the newest entry; 0 if the log is empty."""
        return self._entries[-1].term if self._entries else self.start_term

    def term_at(self, index: int) -> int | None:
        """The term of the entry at an index; None if the log has no entry there."""
        place = index - self.start
        if place == 0:
            return self.start_term
        return self._entries[place - 1].term if 0 < place <= len(self._entries) else None

    def entry(self, index: int) -> LogEntry:
        """The entry at an index."""
        assert self.start < index <= self.last_index, f"the log has no entry {index}"
        return self._entries[index - self.start - 1]

    def entries_from(self, index: int) -> tuple[LogEntry, ...]:
        """All entries from an index on."""
        assert index > self.start, self._gone(index)
        return tuple(self._entries[index - self.start - 1 :])

    def append(self, entry: LogEntry) -> int:
        """Add one entry at the end and return its index."""
        self.replace_from(self.last_index + 1, (entry,))
        return self.last_index

    def replace_from(self, index: int, entries: Iterable[LogEntry]) -> None:
        """Delete the entry at an index and all after it, and put these entries there."""
        assert index > self.start, self._gone(index)
        assert index <= self.last_index + 1, f"entry {index} would leave a gap"
        new = list(entries)
        assert all(isinstance(one, LogEntry) for one in new), f"{new[-1]!r} is not a LogEntry(term, command)"
        del self._entries[index - self.start - 1 :]
        self._entries.extend(new)
        if self.edited_from is None or index < self.edited_from:
            self.edited_from = index

    def start_after(self, index: int, term: int) -> None:
        """Let a snapshot replace the entries up to an index. Later entries stay if the log has the snapshot's last entry; otherwise they go, too. (7)"""
        kept = self.entries_from(index + 1) if self.term_at(index) == term else None
        if kept is None:
            self.edited_from = index + 1
        self.start, self.start_term, self._entries = index, term, list(kept or ())

    def is_covered_by(self, last_index: int, last_term: int) -> bool:
        """Is a log that ends with this index and term at least as up to date as this one? Terms are compared first, then lengths. (UTD, 5.4.1)"""
        return (last_term, last_index) >= (self.last_term, self.last_index)

    def _gone(self, index: int) -> str:
        """Why the log has no entry at an index before its first one."""
        return (
            f"entry {index} is in the snapshot"
            if index > 0
            else f"there is no entry {index}: the first entry is 1"
        )

    def __iter__(self) -> Iterator[LogEntry]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        return f"Log({' '.join(f'{e.term}:{e.command}' for e in self._entries)})"
