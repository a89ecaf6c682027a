"""Finds the mistake in a run: the first step at which a node does what no correct node may do.

A property often breaks long after the mistake. So the reference repeats every step of every node, from the same state and
with the same dice, and the two are compared as in the differential check. What the paper leaves open is no mistake.
"""

from copy import deepcopy
from functools import cache
from random import Random
from typing import Any, NamedTuple, cast

from raftlab.checks.differential.allowed import ALLOWED, allow
from raftlab.checks.differential.ask import Outcome, Question, made, state_of
from raftlab.checks.differential.beyond import ALLOWED_BEYOND
from raftlab.checks.differential.beyond.causes import cause_beyond
from raftlab.checks.differential.causes import LATER, cause
from raftlab.checks.differential.compare import (
    BASIC,
    Comparison,
    compared,
    reasons_of,
    same,
    timer_of,
    without_reasons,
)
from raftlab.checks.differential.layer import further_fields
from raftlab.checks.short_forms import event_words, told
from raftlab.messages import Effect, Event, LogEntry, Role, Tick
from raftlab.raft import Raft
from raftlab.remote.answers import Handed
from raftlab.sim.cluster import Cluster


class Difference(NamedTuple):
    """The first step that differs: its tick, node and event, what the node and the reference did, and the rule."""

    tick: int
    node: str
    event: str
    did: str
    should: str
    rule: str


class MistakeFinder:
    """Compares every step of one cluster with the reference. `first` is the first mistake; None until there is one."""

    def __init__(self) -> None:
        self.first: Difference | None = None
        self.cluster: Cluster | None = None

    def watching(self, raft: type[Raft]) -> type[Raft]:
        """The class, but each step is compared with a step of its `reference` (Raft, if it names none)."""
        finder, reference = self, getattr(raft, "reference", Raft)

        class Watched(raft):  # type: ignore[misc, valid-type]
            def step(self, event: Event) -> tuple[Effect, ...]:
                if finder.first is not None:
                    return super().step(event)
                right = (QuietTick if is_quiet(self, event, reference) else RightStep)(self, event, reference)
                try:
                    effects: tuple[Effect, ...] = super().step(event)
                except Exception as error:
                    finder._note(right.failed(str(error)))
                    raise
                found = right.compared(self, effects)
                if found.differs:
                    finder._note(found)
                return effects

        Watched.__name__ = raft.__name__
        return Watched

    def _note(self, it: Comparison) -> None:
        now = self.cluster.now if self.cluster is not None else 0
        event = event_words(it.question.event)
        self.first = Difference(now, it.before["id"], event, *what_differs(it), rule_broken(it))


class RightStep:
    """What the reference makes of an event, in the state in which a node is now. node: before its own step."""

    def __init__(self, node: Any, event: Event, reference: Any = Raft):
        self.allowed = ALLOWED if reference is Raft else (*ALLOWED, *ALLOWED_BEYOND)
        self._names = _names(reference)
        self._question = Question(_copied(state_of(node, self._names)), event)
        self._decide(node, event, reference)

    def _decide(self, node: Any, event: Event, reference: Any) -> None:
        self.twin = twin_of(node, reference)
        self.effects = self.twin.step(event)
        self._ours = Outcome(self.effects, state_of(self.twin, self._names))

    def _thrown(self, dice: Random) -> bool:
        """Have both the node and its twin thrown their dice?"""
        return cast(Ahead, self.twin.random).thrown(dice)

    @property
    def rule(self) -> str | None:
        """The rule that decides: the last one that the reference names and that few kinds of steps follow; None if there is none."""
        rules = reasons_of(self._ours)
        return next((rule for rule in reversed(rules) if rule not in LATER), rules[-1] if rules else None)

    def compared(self, node: Any, effects: tuple[Effect, ...]) -> Comparison:
        """The differences after the node's own step that are not allowed."""
        found = self._compared(Outcome(tuple(effects), state_of(node, self._names)))
        timers = {timer_of(self._question, each.state) for each in (found.ours, found.theirs)}
        if timers == {"goes on", "starts again"} and self._thrown(node.random):
            # Both have drawn a new length, with other dice, and one of them by chance what its timer showed before.
            found.fields.discard("timer")
        return found

    def failed(self, error: str) -> Comparison:
        """The difference if the node's own step raises an error."""
        return self._compared(Outcome((), {}, error=error))

    def _compared(self, theirs: Outcome) -> Comparison:
        ours, theirs = without_reasons(self._ours), without_reasons(theirs)
        if not theirs.error and same(ours, theirs):
            return Comparison(self._question, ours, theirs, ())
        return allow(compared(self._question, ours, theirs, reasons_of(self._ours)), self.allowed)


class QuietTick(RightStep):
    """A tick at which the timer of a node goes on, and nothing else happens. Most ticks are like this, and they need no twin."""

    def _decide(self, node: Any, event: Tick, reference: Any) -> None:  # type: ignore[override]
        state = self._question.state
        self._ours = Outcome((), {**state, "timer": state["timer"] - event.n})

    def _thrown(self, dice: Random) -> bool:
        return False


def is_quiet(node: Any, event: Event, reference: Any) -> bool:
    """Is this a tick at which the reference only lets the timer of the node go on?"""
    plain = reference.step is Raft.step and reference.on_tick is Raft.on_tick
    return plain and type(event) is Tick and event.n < node.timer


def twin_of(node: Any, reference: Any = Raft) -> Raft:
    """The reference in the same state, with dice that show the same."""
    twin = made(reference, _copied(state_of(node, _names(reference))), Handed(0))
    twin.random = Ahead.of(node.random)
    return twin


class Ahead(Random):
    """Dice that show what other dice will show next. The others are not thrown, and only copied when they are needed."""

    _dice: Random
    _copy: Random | None = None
    _first: float | None = None

    @classmethod
    def of(cls, dice: Random) -> "Ahead":
        """Such dice for these."""
        made = cls(0)
        made._dice = dice
        return made

    def random(self) -> float:
        """The next number."""
        if self._copy is None:
            self._copy = _same(self._dice)
            self._first = number = self._copy.random()
            return number
        return self._copy.random()

    def thrown(self, dice: Random) -> bool:
        """Have the others been thrown since a number was shown here?"""
        return self._first is not None and _same(dice).random() != self._first


def _same(dice: Random) -> Random:
    """Dice that show the same."""
    if type(dice) is not Random:
        return deepcopy(dice)
    copy = Random(0)
    copy.setstate(dice.getstate())  # much faster than deepcopy
    return copy


@cache
def _names(reference: Any) -> frozenset[str]:
    """The fields that are compared: those of Figure 2, and those of the extensions of the reference, a class."""
    return BASIC | further_fields(reference).keys()


def _copied(state: dict[str, Any]) -> dict[str, Any]:
    """A copy of a state that stays as it is while the node goes on."""
    return {name: value.copy() if isinstance(value, dict | set) else value for name, value in state.items()}


# -- In words ------------------------------------------------------------------------------------------------------


def rule_broken(it: Comparison) -> str:
    """The most specific rule that is broken."""
    return cause_beyond(it) or cause(it)


TOLD_ALWAYS = {"role", "term", "voted_for", "log"}  # also if others notice the mistake at once


def what_differs(it: Comparison) -> tuple[str, str]:
    """What a node did, and what it should have done."""
    ours, theirs = it.ours, it.theirs
    if theirs.error:
        return f"it fails: {theirs.error}", _told(ours)
    if it.disk and (it.disk[0] == "ST-P0" or not (it.missing or it.extra or it.fields)):
        return it.disk[1], "save first, then send" if it.disk[0] == "ST-P0" else "save what has changed"
    did, should = [], []
    fields = it.fields - {"applies", "answers", "timer"}
    if it.missing or it.extra or it.fields & {"applies", "answers"}:
        did.append(_told(theirs))
        should.append(_told(ours))
        fields &= TOLD_ALWAYS
    for name in sorted(fields, key=_place):
        did.append(f"{name.replace('_', ' ')} {_plain(theirs.state[name])}")
        should.append(f"{name.replace('_', ' ')} {_plain(ours.state[name])}")
    if not did:
        did.append(f"its timer {timer_of(it.question, theirs.state)}")
        should.append(f"its timer {timer_of(it.question, ours.state)}")
    return "; ".join(did), "; ".join(should)


def _told(outcome: Outcome) -> str:
    return ", ".join(told(outcome.effects)) or "nothing that other nodes notice"


_FIELDS = list(vars(Raft("n1", ("n1",), Handed(0))))


def _place(name: str) -> tuple[int, str]:
    """Fields are told in the order in which a node has them."""
    return _FIELDS.index(name) if name in _FIELDS else len(_FIELDS), name


def _plain(value: Any) -> str:
    if isinstance(value, Role):
        return value.value
    if isinstance(value, frozenset | set):
        return " ".join(sorted(value, key=lambda id: (len(id), id))) or "none"  # n10 after n9
    if isinstance(value, dict):
        return " ".join(f"{key}={each}" for key, each in value.items()) or "none"
    if isinstance(value, tuple) and all(isinstance(each, LogEntry) for each in value):
        return " ".join(f"{term}:{command}" for term, command in value) or "empty"
    return str(value)
