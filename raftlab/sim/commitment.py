"""Commitment: which entries are committed, computed from the disks. What a node believes plays no part.

A node has acknowledged an entry if its disk held that entry while the disk's term was the term of the
entry. Once a quorum of the voters has acknowledged an entry, it is committed, and so are all entries before
it in the same log: the winner of a later election needs the vote of one of these nodes, and none of them
votes for a log that is less up to date than its own. Section 5.4.3 of the paper shows that such a winner has
the entry. (definition: thesis, appendix B)

What follows from this definition:

- What is committed stays committed, even if a disk is lost or changed later.
- A node that confirms an entry without storing it has not acknowledged it.
- A copy that was stored in a later term does not count. In Figure 8 (c) a majority holds the entry of term 2
  and it is not committed, because the third copy was made in term 4. A follower that takes an append from a
  leader of an older term, against AE-1, acknowledges nothing either.
- At the start of a story, a node has acknowledged the entries of its log that have the term of its disk. It is
  unknown in which term it stored the older ones. So these are committed only together with an entry of a later
  term, or if every node's log begins with them: no message is on its way yet that could overwrite them. (5.4.2)
- The voters of a term are those of the newest configuration in the log of the leader of that term. The leader
  is the node that first stored an entry of the term.
"""

from collections.abc import Iterable, Mapping
from itertools import takewhile

from raftlab.extensions.membership import PREFIX, configuration
from raftlab.log import Log
from raftlab.messages import LogEntry
from raftlab.raft import majority
from raftlab.sim.disk import Disk

Committed = list[tuple[int, LogEntry]]  # index and entry, the newest first


class Commitment:
    """The facts of commitment of one cluster.

    nodes: the names of all nodes. reconfigures: whether the log says who has a vote (Membership).
    """

    def __init__(self, nodes: tuple[str, ...] = (), reconfigures: bool = False):
        self.nodes = nodes
        self.reconfigures = reconfigures
        self.entries: dict[int, LogEntry] = {}  # index -> the entry that was committed there first
        # Committed at an index where another entry was: Raft is broken.
        self._rivals: set[tuple[int, LogEntry]] = set()
        # Who has acknowledged an entry that has no quorum yet.
        self._acknowledged: dict[tuple[int, LogEntry], set[str]] = {}
        self._quorum = majority(len(nodes))
        # term -> the node that first stored an entry of it; only with Membership
        self._leader: dict[int, str] = {}
        self._voters: dict[int, tuple[str, ...]] = {}  # term -> who has a vote
        # index of a committed change -> who has a vote from then on
        self._changes: dict[int, tuple[str, ...]] = {}

    def is_committed(self, index: int, entry: LogEntry) -> bool:
        """Whether this entry is committed at this index."""
        return self.entries.get(index) == entry or (index, entry) in self._rivals

    def begin(self, disks: Mapping[str, Disk]) -> list[Committed]:
        """The entries that are committed in the logs with which a story begins, log by log, the longest log first."""
        by_length = sorted(disks.items(), key=lambda each: -each[1].log.last_index)
        found = [self.saved(id, disk, disk.log.start + 1, disk.log) for id, disk in by_length]
        if by_length:
            found.append(self._with_prefix(by_length[-1][1].log, self._held_by_all(disks)))
        return [each for each in found if each]

    def _held_by_all(self, disks: Mapping[str, Disk]) -> int:
        """The index up to which all logs hold the same entries."""
        columns = zip(*(disk.log for disk in disks.values()), strict=False)
        return sum(1 for _ in takewhile(lambda entries: len(set(entries)) == 1, columns))

    def saved(self, id: str, disk: Disk, first: int, entries: Iterable[LogEntry]) -> Committed:
        """The entries that become committed because a node has stored these entries from index `first` on."""
        newest = 0
        for index, entry in enumerate(entries, first):
            if entry.term == disk.term and self.entries.get(index) != entry:
                nodes = self._acknowledged.setdefault((index, entry), set())
                nodes.add(id)
                if self.reconfigures:
                    self._learn_voters(id, disk)
                if self._is_quorum(nodes, entry.term):
                    newest = index
        if self.reconfigures and self._leader.get(disk.term) == id:
            newest = max(newest, self._by_new_voters(disk))
        return self._with_prefix(disk.log, newest) if newest else []

    def _is_quorum(self, nodes: set[str], term: int) -> bool:
        if not self.reconfigures:
            return len(nodes) >= self._quorum
        voters = self._voters[term]
        return len(nodes.intersection(voters)) >= majority(len(voters))

    def _with_prefix(self, log: Log, newest: int) -> Committed:
        """Note as committed the entry at this index and those before it that are not noted yet; return them."""
        found: Committed = []
        for index in range(newest, log.start, -1):
            entry = log.entry(index)
            if self.is_committed(index, entry):
                break
            if self.entries.setdefault(index, entry) != entry:
                self._rivals.add((index, entry))
            self._acknowledged.pop((index, entry), None)
            if self.reconfigures and entry.command.startswith(PREFIX):
                self._changes.setdefault(index, tuple(entry.command.removeprefix(PREFIX).split()))
            found.append((index, entry))
        return found

    def voters_at(self, index: int) -> tuple[str, ...]:
        """Who has a vote by the committed entries up to this index; a snapshot up to this index should say the same."""
        if not self.reconfigures:
            return ()
        newest = max((change for change in self._changes if change <= index), default=None)
        return self.nodes if newest is None else self._changes[newest]

    # -- Voters that change -----------------------------------------------------------------------

    def _learn_voters(self, id: str, disk: Disk) -> None:
        if self._leader.setdefault(disk.term, id) == id:
            self._voters[disk.term] = configuration(disk.log, disk.snapshot, self.nodes, disk.log.last_index)

    def _by_new_voters(self, disk: Disk) -> int:
        """The newest index that is committed by the leader's newest configuration; 0 if there is none."""
        return max(
            (
                index
                for (index, entry), nodes in self._acknowledged.items()
                if entry.term == disk.term
                and disk.log.term_at(index) == entry.term
                and self._is_quorum(nodes, entry.term)
            ),
            default=0,
        )
