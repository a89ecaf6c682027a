"""Compares what an answer did with what the reference did: what others notice, what holds afterwards, and what is on the disk.

How an answer does it, which rules it names and what it saves more often than necessary does not matter. Neither does
what a field holds that the node's role does not use: votes are for candidates, next_index and match_index for leaders.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from raftlab.checks.differential.ask import Outcome, Question, State
from raftlab.checks.differential.disk import unsafe
from raftlab.messages import (
    Answer,
    Applied,
    Apply,
    Because,
    Effect,
    Message,
    Refused,
    Restore,
    Role,
    Send,
    Tick,
)

ALWAYS = (
    "role", "term", "voted_for", "leader", "log", "commit_index", "last_applied", "snapshot",
)  # fmt: skip
USED_BY = {Role.CANDIDATE: ("votes",), Role.LEADER: ("next_index", "match_index"), Role.FOLLOWER: ()}
BASIC = frozenset((
    *ALWAYS, "id", "nodes", "election_timeout", "heartbeat_interval", "votes", "next_index", "match_index", "waiting",
    "timer", "timeout",
))  # fmt: skip


@dataclass
class Comparison:
    """The differences between an answer's outcome and the reference's, for one question.

    reasons: the rules that the reference followed. missing, extra: messages that only the reference, or only the answer, has sent. fields: names of fields that differ,
    and "applies", "answers", "timer". disk: the rule that is broken by what is on the disk at some moment, and how.
    What is allowed (see `allowed`) is taken out again.
    """

    question: Question
    ours: Outcome
    theirs: Outcome
    reasons: tuple[str, ...]
    missing: list[Any] = field(default_factory=list)
    extra: list[Any] = field(default_factory=list)
    fields: set[str] = field(default_factory=set)
    disk: tuple[str, str] | None = None

    @property
    def before(self) -> Mapping[str, Any]:
        """The state in which the event met the node."""
        return self.question.state

    @property
    def differs(self) -> bool:
        """Is there a difference?"""
        return bool(self.missing or self.extra or self.fields or self.disk or self.theirs.error)


def same(ours: Outcome, theirs: Outcome) -> bool:
    """Do both do exactly the same, in the same order? This is quick, and true of most outcomes."""
    return (
        theirs.state == ours.state
        and theirs.effects == ours.effects
        and [type(each) for each in theirs.effects] == [type(each) for each in ours.effects]
        and all(
            type(one.message) is type(other.message)
            for one, other in zip(ours.effects, theirs.effects, strict=True)
            if isinstance(one, Send) and isinstance(other, Send)
        )
    )


def without_reasons(outcome: Outcome) -> Outcome:
    """The outcome without the rules that the node has named."""
    return outcome._replace(effects=tuple(each for each in outcome.effects if type(each) is not Because))


def reasons_of(outcome: Outcome) -> tuple[str, ...]:
    """The rules that the node has named."""
    return tuple(each.rule for each in outcome.effects if type(each) is Because)


def compared(question: Question, ours: Outcome, theirs: Outcome, reasons: tuple[str, ...] = ()) -> Comparison:
    """All differences, allowed or not."""
    found = Comparison(question, ours, theirs, reasons)
    if theirs.error:
        return found
    one, other = _messages(ours.effects), _messages(theirs.effects)
    found.missing = [message for _, message in (one - other).elements()]
    found.extra = [message for _, message in (other - one).elements()]
    for name, kinds in (("applies", (Apply, Restore)), ("answers", (Answer,))):
        if _of(ours.effects, kinds) != _of(theirs.effects, kinds):
            found.fields.add(name)
    if early(theirs.effects):
        found.fields.add("answers")
    names = (*ALWAYS, *USED_BY[ours.state["role"]], *(each for each in ours.state if each not in BASIC))
    found.fields |= {name for name in names if _plain(ours.state, name) != _plain(theirs.state, name)}
    if unanswered(ours.state) != unanswered(theirs.state):
        found.fields.add("waiting")
    if timer_of(question, ours.state) != timer_of(question, theirs.state):
        found.fields.add("timer")
    found.disk = unsafe(question.state, theirs)
    return found


def _messages(effects: tuple[Effect, ...]) -> Counter[tuple[type, Message]]:
    return Counter((type(each.message), each.message) for each in effects if isinstance(each, Send))


def _of(effects: tuple[Effect, ...], kinds: tuple[type, ...]) -> list[tuple[type, Effect]]:
    """The effects of some kinds. In which words a client is refused does not matter."""
    return [(type(each), _without_words(each)) for each in effects if isinstance(each, kinds)]


def _without_words(effect: Effect) -> Effect:
    if (
        isinstance(effect, Answer)
        and isinstance(effect.result, Refused)
        and isinstance(effect.result.why, str)
    ):
        return effect._replace(result=Refused("in some words"))
    return effect


def early(effects: tuple[Effect, ...]) -> bool:
    """Is a client answered before its entry is applied?"""
    applied = set()
    for each in effects:
        if isinstance(each, Apply):
            applied.add(each.index)
        elif (
            isinstance(each, Answer) and isinstance(each.result, Applied) and each.result.index not in applied
        ):
            return True
    return False


def _plain(state: State, name: str) -> Any:
    """A field; what a leader notes about itself in next_index does not matter."""
    value = state[name]
    return (
        {peer: index for peer, index in value.items() if peer != state["id"]}
        if name == "next_index"
        else value
    )


def unanswered(state: State) -> dict[int, str]:
    """The clients that still wait; those of entries that are applied have been answered."""
    return {
        index: client
        for index, client in state["waiting"].items()
        if client and index > state["last_applied"]
    }


def timer_of(question: Question, state: State) -> str:
    """What has become of the timer: it goes on, starts again for an election or for a heartbeat, or stands wrong."""
    before, event = question.state, question.event
    if state["timer"] == before["timer"] - (event.n if isinstance(event, Tick) else 0):
        return "goes on"
    shortest, longest = before["election_timeout"]
    if shortest <= state["timer"] <= longest:
        # Whether a leader was heard lately is counted from the timeout's length.
        return (
            "starts again"
            if state["timeout"] in (state["timer"], None)
            else "starts again, but not its timeout"
        )
    return "heartbeat" if state["timer"] == before["heartbeat_interval"] else f"stands at {state['timer']}"
