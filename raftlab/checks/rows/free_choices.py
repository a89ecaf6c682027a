"""Where the paper leaves a choice: what a handler check accepts besides the textbook's way.

A leader may send more appends than the textbook's: the rest at once after a success, or its new commit index. It may
begin earlier in the log. All that matters is that every append is truthful.
"""

import re
from collections.abc import Iterable, Iterator

from raftlab.checks.differential.allowed import truthful
from raftlab.checks.differential.ask import State
from raftlab.checks.short_forms import told
from raftlab.messages import AppendEntries, AppendEntriesReply, Effect, Event, Role, Send


class UpTo(int):
    """Any index from 1 to this one: `{"n2": UpTo(3)}` is equal to `{"n2": 1}`, {"n2": 2} and {"n2": 3}."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, int) and 1 <= other <= int(self)

    __hash__ = int.__hash__

    def __repr__(self) -> str:
        return f"1 to {int(self)}"


def from_next_index(dst: str, term: int) -> str:
    """What a row writes for a truthful append that begins at the next index, wherever that is."""
    return f"{dst}<- append term {term} from its next index on"


def freely_sent(
    before: State, after: State, event: Event, effects: Iterable[Effect]
) -> Iterator[tuple[str, str]]:
    """The truthful appends of a step: as short text, and what may stand for it in a row; "" if it may be missing there."""
    success = isinstance(event, AppendEntriesReply) and event.success and event.term == after["term"]
    commits = {before["commit_index"], after["commit_index"]}
    for effect in effects if after["role"] is Role.LEADER else ():
        if not isinstance(effect, Send) or not isinstance(effect.message, AppendEntries):
            continue
        message, end = effect.message, after["snapshot"].index + len(after["log"])
        if truthful(after, message, commits):
            if success:
                yield told([effect])[0], ""
            elif message.prev_log_index + len(message.entries) == end:
                yield told([effect])[0], from_next_index(message.dst, message.term)


def as_expected(noticed: list[str], free: Iterable[tuple[str, str]], expected: Iterable[str]) -> list[str]:
    """What was noticed, with the texts of a row in place of what a node may choose freely."""
    noticed, wanted = list(noticed), list(expected)
    for text, instead in free:
        if text in wanted:
            wanted.remove(text)
        elif instead in wanted:
            noticed[noticed.index(text)] = instead
        elif not instead:
            noticed.remove(text)
    return [_in_the_words_of(expected, text) for text in noticed]


REFUSAL = re.compile(r"answer \S+: (?!not leader)")


def _in_the_words_of(expected: Iterable[str], text: str) -> str:
    """A refusal in the words of a row, if the row has one for the same client: a node may give its reason in any words."""
    if start := REFUSAL.match(text):
        return next((each for each in expected if each.startswith(start[0]) and REFUSAL.match(each)), text)
    return text
