"""What a crash would break, anywhere between two effects of a step.

A node that restarts knows what is on its disk, and may get the same event again. So at every moment the disk holds a term
that does not fall, one vote in a term, and a log that is the old one or the new one up to some place; this place is not
before the first difference of the two: what stays in the log never leaves the disk. A new snapshot takes the place of the
log's first entries on the disk, and these stay until it is there. What a message speaks of is on the disk before it is sent.
"""

from collections.abc import Mapping
from typing import Any

from raftlab.checks.differential.ask import Outcome
from raftlab.messages import (
    Answer,
    AppendEntries,
    AppendEntriesReply,
    Applied,
    Effect,
    HardState,
    InstallSnapshotReply,
    LogEntry,
    RequestVote,
    RequestVoteReply,
    Save,
    SaveSnapshot,
    Send,
    Snapshot,
)
from raftlab.sim.disk import Disk as Stored

QUOTES = "''"
Wrong = tuple[str, str] | None  # the rule that is broken, and how; None if all is well


def unsafe(before: Mapping[str, Any], outcome: Outcome) -> Wrong:
    """What is wrong with the disk during a step that begins in this state."""
    disk = Disk(before, outcome.state)
    for effect in outcome.effects:
        if wrong := disk.wrong_with(effect):
            return wrong
    return disk.lacks()


class Disk:
    """A node's disk during a step.

    now: what is on it. old, new: the entries of the log before the step and after it, by index. The new ones go on with
    what the new snapshot covers, if the old log agrees with it. kept: up to this index, entries must stay on the disk
    until a snapshot covers them.
    """

    def __init__(self, before: Mapping[str, Any], after: Mapping[str, Any]):
        self.before, self.after = before, after
        was, snapshot = before["snapshot"], after["snapshot"]
        self.now = Stored(HardState(before["term"], before["voted_for"], before["log"], was))
        self.old: dict[int, LogEntry] = dict(enumerate(before["log"], was.index + 1))
        self.new: dict[int, LogEntry] = dict(enumerate(after["log"], snapshot.index + 1))
        self.end = snapshot.index + len(after["log"])
        self.agree = self.now.log.term_at(snapshot.index) == snapshot.term
        if self.agree:
            self.new |= {index: entry for index, entry in self.old.items() if index <= snapshot.index}
            self.kept = was.index + in_common(before["log"], tuple(map(self.new.get, self.old)))
        else:
            # The old log contradicts the snapshot's last entry. Nobody knows which of the earlier ones are right, so all stay.
            self.kept = max(was.index, min(self.now.log.last_index, snapshot.index - 1))

    def wrong_with(self, effect: Effect) -> Wrong:
        """What is wrong when this effect has been carried out."""
        if isinstance(effect, Save):
            return self._after_save(effect)
        if isinstance(effect, SaveSnapshot):
            return self._after_snapshot(effect.snapshot)
        if isinstance(effect, Send) and (what := self._unsaved(effect.message)):
            return "ST-P0", f"it sends {_kind(effect.message)} while {what} is not saved"
        if isinstance(effect, Answer) and isinstance(effect.result, Applied):
            index = effect.result.index
            if index > self.now.log.last_index:
                return "ST-P0", f"it answers {effect.client} while entry {index} is not saved"
        return None

    def _after_save(self, save: Save) -> Wrong:
        now = self.now
        if save.term < now.term:
            return "ST-P1", f"it saves term {save.term} after term {now.term}"
        if save.term == now.term and now.voted_for not in (None, save.voted_for):
            return "ST-P2", "it removes its vote from the disk"
        if save.term > now.term and save.voted_for not in (None, self.after["voted_for"]):
            return "ST-P2", f"on its disk, the vote of an earlier term is in term {save.term}"
        if not now.log.start < save.index <= now.log.last_index + 1:
            last = now.log.last_index
            has = f"its disk holds entries up to {last}" if last else "its disk holds no entries"
            return "ST-P3", f"it saves entries from {save.index} on, and {has}"
        now.save(save)
        return self._lost()

    def _after_snapshot(self, snapshot: Snapshot) -> Wrong:
        if snapshot not in (self.now.snapshot, self.after["snapshot"]):
            if self.before["snapshot"] == self.after["snapshot"]:
                return "SN-1", "it saves a snapshot that it does not take over"
            return "SN-1", f"it saves {other_snapshot(snapshot, self.after['snapshot'])}"
        self.now.save_snapshot(snapshot)
        return self._lost()

    def _lost(self) -> Wrong:
        """What is wrong if a crash now would lose entries, or bring back a log that the node never had."""
        log = self.now.log
        held = dict(enumerate(log, log.start + 1))
        is_new = self.agree or self.now.snapshot == self.after["snapshot"]
        is_old = self.agree or self.now.snapshot == self.before["snapshot"]
        if log.last_index >= self.kept and (
            (is_old and held.items() <= self.old.items()) or (is_new and held.items() <= self.new.items())
        ):
            return None
        return (
            "ST-P0",
            f"for a moment its disk holds {log_in_words(log.start, tuple(log))}, and a crash there would lose entries",
        )

    def _unsaved(self, message: Any) -> str:
        """What a message speaks of and a crash would lose; "" if nothing."""
        after = self.after
        if message.term == after["term"] != self.now.term:
            return f"term {message.term}"
        match message:
            case RequestVote(src=src) if after["voted_for"] == src != self.now.voted_for:
                return "its vote for itself"
            case RequestVoteReply(vote_granted=True, dst=dst) if (
                after["voted_for"] == dst != self.now.voted_for
            ):
                return "the vote"
            case AppendEntries(prev_log_index=prev, entries=new):
                sent = range(prev + 1, prev + len(new) + 1)
                if tuple(map(self.new.get, sent)) == new and not self._saved(sent):
                    return "what it sends of its log"
            case AppendEntriesReply(success=True, match_index=match) if match <= self.end:
                if not self._saved(range(after["snapshot"].index, match + 1)):
                    return "what it confirms"
            case InstallSnapshotReply(match_index=match) if match <= self.end:
                if not self._saved(range(min(match, after["snapshot"].index), match + 1)):
                    return "the snapshot"
        return ""

    def _saved(self, indexes: range) -> bool:
        """Is on the disk, at each of these indexes, what the node has there in the end?"""
        log = self.now.log
        held = dict(enumerate(log, log.start + 1))
        return all(
            index <= log.start or held.get(index) == self.new.get(index, "covered") for index in indexes
        )

    def lacks(self) -> Wrong:
        """What is not on the disk when the step is over."""
        now, after = self.now, self.after
        if now.snapshot != after["snapshot"]:
            return "SN-1", "its new snapshot is not on its disk"
        for rule, name, on_disk, has in (
            ("ST-P1", "term", now.term, after["term"]),
            ("ST-P2", "vote", now.voted_for, after["voted_for"]),
            ("ST-P3", "log", tuple(now.log), after["log"]),
        ):
            if on_disk != has:
                told = (words(has), words(on_disk)) if name == "log" else (has, on_disk)
                return rule, f"its {name} is {told[0]}, and {told[1]} on its disk"
        return None


def in_common(old: tuple[Any, ...], new: tuple[Any, ...]) -> int:
    """How many entries both logs begin with."""
    shorter = min(len(old), len(new))
    return next((place for place in range(shorter) if old[place] != new[place]), shorter)


def _kind(message: Any) -> str:
    name = type(message).__name__
    return f"{'an' if name[0] in 'AEIOU' else 'a'} {name}"


def log_in_words(start: int, log: tuple[LogEntry, ...]) -> str:
    """A log as text, with the snapshot before it."""
    told = f"the log {words(log)}" if log else "an empty log"
    return f"a snapshot up to entry {start} and {told} after it" if start else told


def other_snapshot(one: Snapshot, other: Snapshot) -> str:
    """The first difference between a snapshot and the one that was expected, in words."""
    if one.index != other.index:
        return f"a snapshot up to entry {one.index} instead of {other.index}"
    if one.term != other.term:
        return f"a snapshot with term {one.term} instead of {other.term}"
    if one.state != other.state:
        return f"a snapshot with the state {one.state or QUOTES} instead of {other.state or QUOTES}"
    voters, others = (" ".join(each.voters) or "nobody" for each in (one, other))
    return f"a snapshot with voters {voters} instead of {others}"


def words(log: Any) -> str:
    """A log as text: [1:a 2:b]; an empty command is written as two quotes."""
    return f"[{' '.join(f'{term}:{command or QUOTES}' for term, command in log)}]"
