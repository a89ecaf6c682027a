"""Handler checks: each is about one rule, and says what a node in a given state must do when something happens.

A row says what others can notice (messages, applied entries, answers to clients) and what is true of the node
afterwards. It does not matter how a solution does this, which rules it names, or whether it saves something twice.
Every row also checks the disk: no message may depend on data that a crash could still lose.
"""

import inspect
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from raftlab.checks.differential.ask import Outcome, State, state_of
from raftlab.checks.differential.disk import Wrong, unsafe
from raftlab.checks.failure import FELL_OVER, Failure, NodeError, fell_over
from raftlab.checks.rows.free_choices import as_expected, freely_sent
from raftlab.checks.short_forms import as_seen, entries, event_words, node_in, told
from raftlab.messages import LogEntry, Role, Snapshot
from raftlab.raft import Raft
from raftlab.rules import RULE_BOOK

UNSEEN = 1000  # ticks: longer than a timer is after any reset, so that a reset can be seen


class Row(NamedTuple):
    """One check. `does` is what other nodes notice, as `short_forms.told` writes it; `then` is what must be true of the node afterwards.

    timer: whether the election timer must restart (True), must not (False), or does not matter (None).
    """

    rule: str
    expectation: str
    before: dict[str, Any]
    events: tuple[Any, ...]
    does: tuple[str, ...] | None
    then: dict[str, Any] = {}  # noqa: RUF012 - rows are only read
    timer: bool | None = None

    @property
    def name(self) -> str:
        """The rule, and what it requires."""
        return f"{self.rule}: {self.expectation}"

    def run(self, raft: type[Raft]) -> Failure | None:
        """What a node of this class does wrong here."""
        schedule = [as_seen(node_in(Raft, self.before))]
        try:
            return self._played(raft, schedule)
        except NodeError as error:
            return self._failure(schedule, str(error))
        except FELL_OVER as error:
            return self._failure(schedule, fell_over(error))

    def _played(self, raft: type[Raft], schedule: list[str]) -> Failure | None:
        made = node_in(raft, self.before)
        lost: Wrong = None
        if self.timer is not None:
            made.timer = UNSEEN
        noticed: list[str] = []
        free: list[tuple[str, str]] = []
        for event in self.events:
            schedule.append(event_words(event))
            before = fields_of(made)
            effects = made.step(event)
            after = fields_of(made)
            noticed += told(effects)
            free += freely_sent(before, after, event, effects)
            lost = lost or unsafe(before, Outcome(effects, after))
            if lost and lost[0] == "ST-P0":
                return Failure(lost[0], PROMISE, tuple(schedule), "save first, then send", lost[1])
        if wrong := self._wrong(made, as_expected(noticed, free, self.does or ())):
            return self._failure(schedule, wrong)
        if lost:
            return Failure(
                lost[0], RULE_BOOK[lost[0]].text, tuple(schedule), "save what has changed", lost[1]
            )
        return None

    def _failure(self, schedule: list[str], did: str) -> Failure:
        return Failure(self.rule, self.expectation, tuple(schedule), self._should(), did)

    def _wrong(self, made: Raft, noticed: list[str]) -> str:
        """The differences in words; empty if there are none."""
        parts = []
        if self.does is not None and not same(noticed, list(self.does)):
            parts.append(", ".join(noticed) or "nothing that other nodes notice")
        for field, value in self.then.items():
            found: Any = getattr(made, field)
            found = tuple(found) if field == "log" else set(found) if field == "votes" else found
            if field == "snapshot":  # which voters it names is the concern of Membership
                found = found._replace(voters=value.voters)
            if found != (entries(value) if field == "log" else value):
                parts.append(f"{field} is {plain(found)}")
        if self.timer is not None and (made.timer != UNSEEN - ticks(self.events)) is not self.timer:
            parts.append("the election timer goes on" if self.timer else "the election timer restarts")
        return "; ".join(parts)

    def _should(self) -> str:
        parts = [", ".join(self.does) or "nothing that other nodes notice"] if self.does is not None else []
        parts += [f"{field} is {plain(value)}" for field, value in self.then.items()]
        if self.timer is not None:
            parts.append("the election timer restarts" if self.timer else "the election timer goes on")
        return "; ".join(parts)


PROMISE = "A node saves everything that a message relies on before it sends the message."


def fields_of(made: Raft) -> State:
    """The fields of a node that must be on its disk, and those that its appends mention."""
    names = ("id", "role", "term", "voted_for", "commit_index", "next_index", "match_index")
    return state_of(made, names) | {"snapshot": getattr(made, "snapshot", Snapshot())}


def needs(check: Any, method: str, reference: type[Raft] = Raft) -> bool:
    """Does the reference call this method in this check?"""
    return method in _used(check.name, check, reference)


@cache
def _spying(reference: Any) -> tuple[type[Raft], set[str]]:
    """The reference, and the set of its methods that have been called."""
    used: set[str] = set()

    def noting(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any, **named: Any) -> Any:
            used.add(name)
            return function(*arguments, **named)

        return run

    names = [
        name for name in dir(reference) if name[0] != "_" and inspect.isfunction(getattr(reference, name))
    ]
    methods = {name: noting(name, getattr(reference, name)) for name in names}
    return type("Spying", (reference,), methods), used


_USED: dict[tuple[type[Raft], str], frozenset[str]] = {}


def _used(name: str, check: Any, reference: Any) -> frozenset[str]:
    if (reference, name) not in _USED:
        spying, used = _spying(reference)
        used.clear()
        if isinstance(check, Row):
            made = node_in(spying, check.before)
            used.clear()  # every row calls what builds a node
            for event in check.events:
                made.step(event)
        else:
            check.run(spying)
        _USED[reference, name] = frozenset(used)
    return _USED[reference, name]


def same(noticed: list[str], expected: list[str]) -> bool:
    """Whether both are the same, in any order. Only what reaches the state machine and the clients has one order."""
    ordered = [
        [each for each in what if "<-" not in each and not each.startswith("snapshot ")]
        for what in (noticed, expected)
    ]
    return sorted(noticed) == sorted(expected) and ordered[0] == ordered[1]


def ticks(events: tuple[Any, ...]) -> int:
    """How far the clock has moved in these events."""
    return sum(event.n for event in events if type(event).__name__ == "Tick")


def plain(value: Any) -> str:
    """A value as a student would write it."""
    if isinstance(value, Role):
        return value.value
    if isinstance(value, list | tuple) and all(isinstance(each, LogEntry) for each in value):
        return " ".join(f"{term}:{command}" for term, command in value) or "empty"
    if isinstance(value, set | frozenset):
        return "{" + ", ".join(sorted(map(str, value))) + "}"
    if isinstance(value, Snapshot):
        return f"of term {value.term} up to {value.index}: {value.state}"
    return repr(value) if not isinstance(value, str) else value or "empty"
