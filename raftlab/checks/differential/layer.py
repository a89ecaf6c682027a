"""The differential check of an item: all questions about it, put to the answer and to the reference."""

from collections.abc import Iterator
from functools import cache
from heapq import merge
from itertools import islice
from typing import Any, NamedTuple

from raftlab.checks.differential.allowed import Predicate, allow
from raftlab.checks.differential.ask import Outcome, Question, State, outcomes
from raftlab.checks.differential.beyond.causes import cause_beyond
from raftlab.checks.differential.causes import cause
from raftlab.checks.differential.compare import (
    Comparison,
    compared,
    reasons_of,
    same,
    timer_of,
    without_reasons,
)
from raftlab.checks.differential.crashes import Life, lives, wrong_in
from raftlab.checks.differential.questions import SPACES, Space, questions
from raftlab.checks.differential.safety import breaks
from raftlab.checks.differential.sentence import event_in_words, sentence, state_in_words
from raftlab.checks.differential.spaces import ELECTION_TIMEOUT
from raftlab.checks.failure import Failure
from raftlab.checks.short_forms import told
from raftlab.messages import Role
from raftlab.raft import Raft
from raftlab.remote.answers import Handed
from raftlab.rules import RULE_BOOK
from raftlab.sim.invariants import WATCHED

BATCHES = (
    64,
    256,
    1024,
)  # how many questions are put at once: first few, because a mistake usually shows at once
ENOUGH = 40  # restarts of a timer, after which all of its few lengths must have appeared


class Answered(NamedTuple):
    """A question and the reference's outcome.

    cost: how much it asks of a reader. restarts: whose timer starts again in it; "" if none does.
    """

    cost: tuple[int, ...]
    question: Question
    outcome: Outcome
    reasons: tuple[str, ...]
    restarts: str


@cache
def answered(spaces: tuple[Space, ...], reference: Any = Raft) -> tuple[Answered, ...]:
    """All questions of these spaces, with the reference's outcomes; those that are easy to explain come first."""
    return tuple(merge(*(_answered(space, reference) for space in spaces), key=lambda each: each.cost))


@cache
def _answered(space: Space, reference: Any) -> list[Answered]:
    found = []
    further = further_fields(reference)
    asked = [
        (cost, question._replace(state={**further, **question.state})) for cost, question in questions(space)
    ]
    for (cost, question), outcome in zip(
        asked, outcomes(reference, [each for _, each in asked]), strict=True
    ):
        kind = f"{outcome.state['role'].value} {type(question.event).__name__}"
        again = (
            outcome.state["role"] is not Role.LEADER and timer_of(question, outcome.state) == "starts again"
        )
        found.append(
            Answered(cost, question, without_reasons(outcome), reasons_of(outcome), kind if again else "")
        )
    return found


@cache
def _lives(spaces: tuple[Space, ...], reference: Any) -> list[Life]:
    return lives((each.question, each.outcome, each.reasons) for each in answered(spaces, reference))


def further_fields(reference: Any) -> State:
    """The fields that a node has besides those of Figure 2, as they are when it begins: its extensions may look at them in any situation."""
    node, plain = (each("n1", ("n1",), Handed(0)) for each in (reference, Raft))
    return {name: value for name, value in vars(node).items() if name not in vars(plain)}


class Differential(NamedTuple):
    """All questions of some spaces as one check."""

    name: str
    spaces: tuple[Space, ...]
    reference: Any = Raft  # a class; Any, because mypy does not know that classes can be looked up
    allowed: tuple[Predicate, ...] | None = None  # what the rules leave open; None: what Figure 2 leaves open

    @property
    def cases(self) -> int:
        """How many situations there are."""
        return len(answered(self.spaces, self.reference))

    @property
    def rule(self) -> str:
        """Empty: which rule is broken depends on the mistake."""
        return ""

    def run(self, raft: type[Raft]) -> Failure | None:
        """The smallest situation in which nodes of this class do what is not allowed; None if there is none.

        It also says whether they are unsafe in any situation, and then which property they can break.
        """
        drawn: dict[str, list[int]] = {}
        first = None
        for wrong in self._wrong(raft, drawn):
            first = first or failure(min(wrong, key=_hidden))
            if broke := next(filter(None, map(breaks, wrong)), ""):
                return first._replace(broke=broke)
        return first or dice(drawn) or self.crash(raft)

    def brief(self, raft: type[Raft]) -> Failure | None:
        """The same, but it does not look for an unsafe situation. This is faster."""
        drawn: dict[str, list[int]] = {}
        found = self.difference(raft, drawn)
        return failure(found) if found is not None else dice(drawn) or self.crash(raft)

    def crash(self, raft: type[Raft]) -> Failure | None:
        """What nodes of this class do wrong after a crash in the middle of a step, or when an event comes again; None if nothing."""
        for life in _lives(self.spaces, self.reference):
            if wrong := wrong_in(life, raft, self.reference, self._compared):
                when, found = wrong
                told = failure(found)
                return told._replace(sentence=f"{when}{told.sentence}", broke=breaks(found))
        return None

    def difference(self, raft: type[Raft], drawn: dict[str, list[int]]) -> Comparison | None:
        """What nodes of this class do in that situation, and what they should do. drawn: gets the timers that start again."""
        return next((min(wrong, key=_hidden) for wrong in self._wrong(raft, drawn)), None)

    def _wrong(self, raft: type[Raft], drawn: dict[str, list[int]]) -> Iterator[list[Comparison]]:
        """All that nodes of this class do wrong, some comparisons at a time, the smallest situations first."""
        for batch in _batches(answered(self.spaces, self.reference)):
            wrong = []
            for each, outcome in zip(batch, outcomes(raft, [each.question for each in batch]), strict=True):
                theirs = without_reasons(outcome)
                if each.restarts and not theirs.error:
                    drawn.setdefault(each.restarts, []).append(theirs.state["timer"])
                if not same(each.outcome, theirs):
                    found = self.compare(each, theirs)
                    if found.differs:
                        wrong.append(found)
                if theirs.error:
                    break  # it would fail, or not end, again and again
            if wrong:
                yield wrong
                if wrong[-1].theirs.error:
                    return

    def compare(self, asked: Answered, theirs: Outcome) -> Comparison:
        """The differences between an outcome and the reference's, without those that are allowed."""
        return self._compared(asked.question, asked.outcome, theirs, asked.reasons)

    def _compared(
        self, question: Question, ours: Outcome, theirs: Outcome, reasons: tuple[str, ...]
    ) -> Comparison:
        return allow(compared(question, ours, theirs, reasons), self.allowed)


def _batches(asked: tuple[Answered, ...]) -> Iterator[tuple[Answered, ...]]:
    rest, sizes = iter(asked), iter(BATCHES)
    while batch := tuple(islice(rest, next(sizes, BATCHES[-1]))):
        yield batch


def _hidden(it: Comparison) -> int:
    """How hard a difference is to notice: a message can be seen, a field cannot."""
    seen = it.missing or it.extra or (it.disk is not None and it.disk[0] == "ST-P0" and not it.fields)
    return 0 if seen else 1


def failure(it: Comparison) -> Failure:
    """What a comparison has found."""
    rule, event = cause_beyond(it) or cause(it), it.question.event
    unsaved = it.disk[1] if it.disk and rule == it.disk[0] else ""
    should = "save first, then send" if rule == "ST-P0" else "save what has changed"
    return Failure(
        rule,
        (RULE_BOOK | WATCHED)[rule].text,
        (state_in_words(it.before, event), event_in_words(event)),
        should if unsaved else _told(it.ours),
        it.theirs.error or unsaved or _told(it.theirs),
        sentence=sentence(it),
    )


def _told(outcome: Outcome) -> str:
    return ", ".join(told(outcome.effects)) or "nothing that other nodes notice"


def dice(drawn: dict[str, list[int]]) -> Failure | None:
    """A failure if a timer that starts again often does not get every length."""
    shortest, longest = ELECTION_TIMEOUT
    for who, lengths in drawn.items():
        missing = set(range(shortest, longest + 1)) - set(lengths)
        if len(lengths) >= ENOUGH and missing:
            role = who.partition(" ")[0]
            did = f"of {len(lengths)} election timers of a {role}, none is {min(missing)} ticks long"
            return Failure(
                "FO-2", RULE_BOOK["FO-2"].text, (), "every length from the shortest to the longest", did,
                sentence=f"Election timeouts are drawn between {shortest} and {longest} ticks: {did}.",
            )  # fmt: skip
    return None


def differential(item: str) -> Differential:
    """The differential check of an item."""
    return Differential(f"all small situations of {item}", SPACES[item])
