"""The watcher: it checks the five safety properties of Figure 3, and what nodes know, after every step.

It observes the nodes from outside. After each step it reads role, term, log, commit index and last applied; while
effects are carried out, it sees what is saved, applied, answered and restored. Each check costs only as much as has
changed. The watcher remembers what nodes may forget, so it finds a breach even if no node shows it any more.

For Leader Completeness (P4) an entry counts as committed when it is committed as a fact (`raftlab.sim.commitment`),
and also when a leader has committed it: even if the leader was wrong, a client may have got an answer. Whether the
leader was right is checked by Sound Knowledge (K1): what a node considers committed is committed, and what it
considers applied is applied. K1 covers commit index, last applied, the entries given to the state machine, the
answers to clients, and snapshots.
"""

from collections.abc import Mapping
from typing import NamedTuple

from raftlab.kv import KeyValue
from raftlab.log import Log
from raftlab.messages import LogEntry, Role, Snapshot
from raftlab.raft import Raft
from raftlab.rules import PROPERTIES, Rule
from raftlab.sim.commitment import Commitment, Committed
from raftlab.sim.disk import Disk
from raftlab.sim.properties import Finding, Seen, rewritten_from, rewrote, words

SOUND_KNOWLEDGE = Rule(
    "K1",
    "Sound Knowledge: what a node considers committed is committed, and what it considers applied is applied.",
    "5.3, 5.4.2",
)
# All properties that are checked.
WATCHED: dict[str, Rule] = PROPERTIES | {SOUND_KNOWLEDGE.id: SOUND_KNOWLEDGE}


class Breach(NamedTuple):
    """A broken property: its id, the tick, and a sentence that names nodes, term and index."""

    property: str
    tick: int
    sentence: str


class Invariants:
    """Watches one cluster. `broken` holds the first breach of each property of `WATCHED`.

    commitment: the facts of commitment; None for nodes that do not decide by quorums.
    knowledge: whether K1 is checked; it applies only to nodes of Raft.
    """

    def __init__(self, commitment: Commitment | None = None, knowledge: bool = False) -> None:
        self.broken: dict[str, Breach] = {}
        self.watched = tuple(WATCHED if knowledge else PROPERTIES)
        self.commitment = commitment
        self.seen = Seen()
        self.applied_to: dict[str, int] = {}  # node -> the last entry that its state machine has applied
        self._facts = commitment if knowledge else None
        self._before: dict[str, tuple[Role, int, int, int]] = {}  # role, term, commit index, last applied
        self._led: dict[str, Log] = {}  # leader -> its log at the last look
        self._replayed = KeyValue(), 0  # a machine that has applied the committed entries up to this index
        self._states: dict[int, str] = {}  # index -> the state that a snapshot up to there should hold

    # -- Observations -----------------------------------------------------------------------------

    def began(self, disks: Mapping[str, Disk]) -> list[Committed]:
        """A story begins with these disks. Returns the entries that are committed in them, log by log."""
        found = self.commitment.begin(disks) if self.commitment else []
        if self._facts is not None:
            for committed in found:
                self._become_facts(committed)
        return found

    def started(self, tick: int, node: Raft, applied: int = 0) -> list[Breach]:
        """A node starts or restarts. Its state machine has the state of a snapshot up to entry `applied`."""
        self.applied_to[node.id] = applied
        for memory in (self._before, self._led, self.seen.leading):
            memory.pop(node.id, None)
        return self.look(tick, node, edited_from=node.log.start + 1)

    def saved(
        self, tick: int, id: str, disk: Disk, first: int, entries: tuple[LogEntry, ...]
    ) -> tuple[list[Breach], Committed]:
        """A node has stored entries from index `first` on. Returns the breaches, and the entries that this commits."""
        committed = self.commitment.saved(id, disk, first, entries) if self.commitment else []
        if not committed or self._facts is None:
            return [], committed
        return self._new(tick, self._become_facts(committed)), committed

    def look(self, tick: int, node: Raft, edited_from: int | None) -> list[Breach]:
        """Check a node after a step; `edited_from` is the lowest index of its log that was changed since the last look."""
        id = node.id
        now = (node.role, node.term, node.commit_index, node.last_applied)
        before = self._before.get(id)
        if now == before and edited_from is None:
            return []
        self._before[id] = now
        found: list[Finding] = []
        if edited_from is not None:
            found += self.seen.hold(id, node.log, max(edited_from, node.log.start + 1))
        committed = node.log.start if before is None else before[2]
        if node.role is Role.LEADER:
            if before is None or (before[0], before[1]) != (Role.LEADER, node.term):
                found += self.seen.elected(id, node.term, node.log)
                self._led[id] = Log(node.log, node.log.start, node.log.start_term)
            elif edited_from is not None:
                found += self._edited(node, edited_from)
            found += self._committed(node, committed)
        elif id in self.seen.leading:
            del self.seen.leading[id]
        if self._facts is not None:
            # Entries that were checked before are checked again from where the node has changed its log.
            known = committed if edited_from is None else min(committed, edited_from - 1)
            found += self._knows(node, known)
        return self._new(tick, found) if found else []

    def applied(self, tick: int, id: str, index: int, entry: LogEntry) -> list[Breach]:
        """A node's state machine applies an entry."""
        found: list[Finding] = []
        if self._facts is not None and not self._facts.is_committed(index, entry):
            found.append(
                Finding("K1", f"{id} applied {words(entry)} at index {index}, which is not committed.")
            )
        found += self.seen.apply(id, index, entry, self.applied_to.get(id, 0) + 1)
        self.applied_to[id] = index
        return self._new(tick, found) if found else []

    def reached(self, tick: int, id: str, index: int, machine: KeyValue) -> list[Breach]:
        """A node's state machine has reached this index, by an entry or by a snapshot."""
        self.applied_to[id] = index
        found = self.seen.reach(id, index, machine.fingerprint())
        return self._new(tick, found) if found else []

    def answered(self, tick: int, id: str, client: str, index: int) -> list[Breach]:
        """A node answers a client that the entry at this index is applied."""
        if self._facts is None or index in self._facts.entries:
            return []
        return self._new(
            tick, [Finding("K1", f"{id} told {client} that entry {index} is done, but it is not committed.")]
        )

    def kept(self, tick: int, id: str, snapshot: Snapshot) -> list[Breach]:
        """A node stores a snapshot in place of the entries up to its index."""
        if self._facts is None:
            return []
        entry = self._facts.entries.get(snapshot.index)
        if entry is None or entry.term != snapshot.term:
            why = f"{id} keeps a snapshot up to entry {snapshot.index} of term {snapshot.term}, which is not committed."
        elif self._state_at(snapshot.index) not in (None, snapshot.state):
            why = f"{id} keeps a snapshot up to entry {snapshot.index} with another state than the committed entries lead to."
        elif self._facts.voters_at(snapshot.index) != snapshot.voters:
            why = f"{id} keeps a snapshot up to entry {snapshot.index} with other voters than the committed entries say."
        else:
            return []
        return self._new(tick, [Finding("K1", why)])

    def index_of(self, command: str) -> int | None:
        """The index at which a node first applied a command; None if none has."""
        return next((index for index, entry in self.seen.applied.items() if entry.command == command), None)

    # -- What follows from the observations -------------------------------------------------------

    def _become_facts(self, committed: Committed) -> list[Finding]:
        """Note that these entries became committed, in the term of the newest of them."""
        (_, newest), (first, _) = committed[0], committed[-1]
        return self.seen.fact(newest.term, first, [entry for _, entry in reversed(committed)])

    def _edited(self, node: Raft, first: int) -> list[Finding]:
        """Check a leader that has changed its log from index `first` on."""
        log, before = node.log, self._led[node.id]
        self.seen.leading[node.id] = (node.term, log)  # the node may have a new Log object
        index = rewritten_from(before, log, first)
        found = []
        if index is not None:
            found = [rewrote(node.id, node.term, index), *self.seen.incomplete(node.id)]
        if found or log.start > before.last_index:
            self._led[node.id] = Log(log, log.start, log.start_term)
        else:
            first = max(first, log.start + 1)
            before.replace_from(first, log.entries_from(first))
        return found

    def _committed(self, node: Raft, before: int) -> list[Finding]:
        """Check the entries that a leader has committed since index `before`."""
        log, last = node.log, min(node.commit_index, node.log.last_index)
        first = max(before, log.start) + 1
        if last < first:
            return []
        entries = [log.entry(index) for index in range(first, last + 1)]
        return self.seen.commit(node.id, node.term, first, entries)

    def _knows(self, node: Raft, committed: int) -> list[Finding]:
        """K1: check the entries that a node considers committed beyond this index, and its last applied."""
        assert self._facts is not None
        id, log = node.id, node.log
        for index in range(max(committed, log.start) + 1, node.commit_index + 1):
            if index > log.last_index:
                return [
                    Finding(
                        "K1",
                        f"{id} considers entry {index} committed, but its log ends with entry {log.last_index}.",
                    )
                ]
            entry = log.entry(index)
            if not self._facts.is_committed(index, entry):
                return [
                    Finding("K1", f"{id} considers {words(entry)} at index {index} committed, but it is not.")
                ]
        if node.last_applied > (applied := self.applied_to[id]):
            return [Finding("K1", f"{id} considers entry {node.last_applied} applied, but its state machine has applied "
                            f"{f'no entry after {applied}' if applied else 'none'}.")]  # fmt: skip
        return []

    def _state_at(self, index: int) -> str | None:
        """The state that the committed entries up to this index lead to; None if some of them are not known."""
        assert self._facts is not None
        if index not in self._states:
            machine, reached = self._replayed if self._replayed[1] <= index else (KeyValue(), 0)
            known = self._facts.entries
            if any(place not in known for place in range(reached + 1, index + 1)):
                return None
            for place in range(reached + 1, index + 1):
                machine.apply(known[place].command)
            self._replayed = machine, index
            self._states[index] = machine.save()
        return self._states[index]

    def _new(self, tick: int, found: list[Finding]) -> list[Breach]:
        """Report only the first breach of each property: later ones usually follow from it."""
        new = []
        for property, sentence in found:
            if property not in self.broken:
                self.broken[property] = Breach(property, tick, sentence)
                new.append(self.broken[property])
        return new
