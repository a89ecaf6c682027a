"""What a crash would break, anywhere between two effects of a step.

A node that restarts knows what is on its disk, and may get the same event again. So at every moment the disk holds a term
that does not fall, one vote in a term, and a log that is the old one or the new one up to some place; this place is not
before the first difference of the two: what stays in the log never leaves the disk. What a message speaks of is on the
disk before it is sent.
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
    InstallSnapshotReply,
    RequestVote,
    RequestVoteReply,
    Save,
    SaveSnapshot,
    Send,
)

QUOTES = "''"
Wrong = tuple[str, str] | None  # the rule that is broken, and how; None if all is well


def unsafe(before: Mapping[str, Any], outcome: Outcome) -> Wrong:
    """What is wrong with the disk during a step that begins in this state."""
    if outcome.state["snapshot"] != before["snapshot"]:
        return without_snapshot(outcome)  # the log is not the same part of the whole any more
    disk = Disk(before, outcome.state)
    for effect in outcome.effects:
        if wrong := disk.wrong_with(effect):
            return wrong
    return disk.lacks()


def without_snapshot(outcome: Outcome) -> Wrong:
    """What is wrong if a node takes a new snapshot: it is on the disk before the node says that it has it."""
    snapshot, saved = outcome.state["snapshot"], None
    for effect in outcome.effects:
        if isinstance(effect, SaveSnapshot):
            saved = effect.snapshot
        elif (
            isinstance(effect, Send)
            and isinstance(effect.message, InstallSnapshotReply)
            and saved != snapshot
        ):
            return "ST-P0", "it says that it has a snapshot that is not saved"
    return None if saved == snapshot else ("SN-1", "its new snapshot is not on its disk")


class Disk:
    """A node's disk during a step."""

    def __init__(self, before: Mapping[str, Any], after: Mapping[str, Any]):
        self.before, self.after = before, after
        self.start = before["snapshot"].index
        self.term, self.vote, self.log = before["term"], before["voted_for"], list(before["log"])
        self.kept = in_common(before["log"], after["log"])

    def wrong_with(self, effect: Effect) -> Wrong:
        """What is wrong when this effect has been carried out."""
        if isinstance(effect, Save):
            return self._after_save(effect)
        if isinstance(effect, Send) and (what := self._unsaved(effect.message)):
            return "ST-P0", f"it sends {_kind(effect.message)} while {what} is not saved"
        if isinstance(effect, Answer) and isinstance(effect.result, Applied):
            index = effect.result.index
            if index > self.start + len(self.log):
                return "ST-P0", f"it answers {effect.client} while entry {index} is not saved"
        return None

    def _after_save(self, save: Save) -> Wrong:
        if save.term < self.term:
            return "ST-P1", f"it saves term {save.term} after term {self.term}"
        if save.term == self.term and self.vote not in (None, save.voted_for):
            return "ST-P2", "it removes its vote from the disk"
        if save.term > self.term and save.voted_for not in (None, self.after["voted_for"]):
            return "ST-P2", f"on its disk, the vote of an earlier term is in term {save.term}"
        if not self.start < save.index <= self.start + len(self.log) + 1:
            return "ST-P3", f"it saves entries from {save.index} on, and on its disk are {len(self.log)}"
        self.term, self.vote = save.term, save.voted_for
        self.log[save.index - 1 - self.start :] = save.entries
        now = tuple(self.log)
        if len(now) < self.kept or now not in (self.after["log"][: len(now)], self.before["log"][: len(now)]):
            return (
                "ST-P0",
                f"for a moment its disk holds the log {words(now)}, and a crash there would lose entries",
            )
        return None

    def _unsaved(self, message: Any) -> str:
        """What a message speaks of and a crash would lose; "" if nothing."""
        after = self.after
        if message.term == after["term"] != self.term:
            return f"term {message.term}"
        match message:
            case RequestVote(src=src) if after["voted_for"] == src != self.vote:
                return "its vote for itself"
            case RequestVoteReply(vote_granted=True, dst=dst) if after["voted_for"] == dst != self.vote:
                return "the vote"
            case AppendEntries(prev_log_index=prev, entries=new):
                first = prev - self.start
                place = slice(first, first + len(new))
                if after["log"][place] == new != tuple(self.log[place]):
                    return "what it sends of its log"
            case AppendEntriesReply(success=True, match_index=match):
                place = slice(max(0, match - self.start))
                if match - self.start <= len(after["log"]) and after["log"][place] != tuple(self.log[place]):
                    return "what it confirms"
        return ""

    def lacks(self) -> Wrong:
        """What is not on the disk when the step is over."""
        for rule, name, on_disk, has in (
            ("ST-P1", "term", self.term, self.after["term"]),
            ("ST-P2", "vote", self.vote, self.after["voted_for"]),
            ("ST-P3", "log", tuple(self.log), self.after["log"]),
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


def words(log: Any) -> str:
    """A log as text: [1:a 2:b]; an empty command is written as two quotes."""
    return f"[{' '.join(f'{term}:{command or QUOTES}' for term, command in log)}]"
