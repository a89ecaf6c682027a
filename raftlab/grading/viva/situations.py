"""Questions about a small situation: what does the code do there, or what should it do?"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import groupby, islice
from random import Random
from typing import Any, NamedTuple

from raftlab.checks.differential import Differential, differential
from raftlab.checks.differential.ask import Outcome, outcomes
from raftlab.checks.differential.ask import Question as Asked
from raftlab.checks.differential.compare import BASIC, Comparison, same, timer_of, without_reasons
from raftlab.checks.differential.disk import words
from raftlab.checks.differential.layer import Answered, answered, failure
from raftlab.checks.differential.sentence import deed, event_in_words, field_in_words, messages_in_words
from raftlab.checks.mutants import KNOWN
from raftlab.exercises.answer.text import text_of
from raftlab.exercises.figure_2 import FIGURE_2
from raftlab.exercises.in_child import answer_class, fairly, whole_answer
from raftlab.exercises.item import Item
from raftlab.exercises.items import ITEMS
from raftlab.exercises.whole import Whole
from raftlab.exercises.write_it import Rule, layers_of
from raftlab.grading.viva.question import BOOK, Given, Question, drawn, rule_words
from raftlab.messages import Answer, Apply, Message, Role, Save, Send, Tick
from raftlab.raft import Raft
from raftlab.sim.english import plural
from raftlab.sim.errors import listed

EASY = 1500  # of the small situations of a rule: those that ask least of a reader
PER_MISTAKE = 8  # situations for each common mistake, from which one is drawn
MOST_MISTAKES = 6  # common mistakes whose situations are tried, until an answer is right in one


class Telling(NamedTuple):
    """A small situation in which a common mistake would do something else: the mistake, and what it would do."""

    asked: Answered
    mistake: str
    instead: str


def situations_of(item: Item, method: str = "") -> Differential:
    """The small situations of a rule. For a whole Raft: those of one method if it is a rule, and otherwise all of them."""
    if isinstance(item, Whole):
        return differential(method if method in FIGURE_2 else item.name)
    assert isinstance(item, Rule)
    return next(each for layer in layers_of(item) for each in layer.checks if isinstance(each, Differential))


def class_of(given: Given) -> Any:
    """The class of nodes that an answer makes. Raises UserError or NotImplementedError if it makes none."""
    text, name = text_of(given.written), given.job.function
    if isinstance(given.item, Rule):
        return answer_class(text, name, given.item.name, given.item.extensions)
    return whole_answer(text, name, tuple(FIGURE_2))


@cache
def telling(name: str) -> tuple[tuple[Telling, ...], ...]:
    """For each common mistake of an item, the easiest situations that tell it from the right rule."""
    item = ITEMS[name]
    check = situations_of(item)
    rules: list[Any] = [item] if isinstance(item, Rule) else list(FIGURE_2.values())
    asked = answered(check.spaces, check.reference)[:EASY]
    found = []
    for mistake in (each for rule in rules for each in rule.misconceptions):
        wrong = KNOWN[mistake].node_class(item.extensions if isinstance(item, Rule) else ())
        some = tuple(islice(_told_apart(check, asked, mistake, wrong), PER_MISTAKE))
        found += [some] if some else []
    return tuple(found)


def _told_apart(
    check: Differential, asked: tuple[Answered, ...], mistake: str, wrong: type[Raft]
) -> Iterator[Telling]:
    for each, outcome in zip(asked, outcomes(wrong, (each.question for each in asked)), strict=True):
        theirs = without_reasons(outcome)
        if theirs.error or same(each.outcome, theirs):
            continue
        found = check.compare(each, theirs)
        if found.differs:
            yield Telling(each, mistake, deed(found))


def situation(given: Given, dice: Random) -> Question | None:
    """What does the node do in a situation in which a common mistake would do something else, and this answer is right?"""
    if not given.points:
        return None
    check = situations_of(given.item)
    for some in drawn(dice, list(telling(given.job.item)))[:MOST_MISTAKES]:
        asked, mistake, instead = drawn(dice, list(some))[0]
        theirs = done_by(given, asked.question)
        if not theirs.error and not check.compare(asked, theirs).differs:
            rules = [each for each in asked.reasons if each in BOOK][-1:]
            common = f"A common mistake ({mistake}) would show here: {instead}."
            answer = (*does(asked.question, theirs), *map(rule_words, rules), common)
            return in_situation("situation", given, asked.question, answer)
    return None


def done_by(given: Given, asked: Asked) -> Outcome:
    """What the nodes of an answer do in a situation."""
    made = class_of(given)
    return without_reasons(fairly(made.program, lambda: next(iter(outcomes(made, [asked])))))


def wrong_situation(given: Given, dice: Random) -> Question | None:
    """What should a node do in the situation in which this answer is wrong?"""
    if not given.rule:  # it is right, or cannot be run
        return None
    check = situations_of(given.item)
    found = difference(check, given)
    if found is None:
        return None
    mine = "its code raises an error, or does not end" if found.theirs.error else deed(found)
    answer = (
        *does(found.question, found.ours),
        rule_words(failure(found).rule),
        f"The answer is wrong here: {mine}.",
    )
    return in_situation("wrong situation", given, found.question, answer)


def difference(check: Differential, given: Given) -> Comparison | None:
    """The smallest situation in which an answer does what is not allowed."""
    made = class_of(given)
    return fairly(made.program, lambda: check.difference(made, {}))


def in_situation(kind: str, given: Given, asked: Asked, answer: tuple[str, ...]) -> Question:
    """The question of what a node does, or should do."""
    event, state = asked.event, asked.state
    what = event_in_words(event)
    if isinstance(event, Message):
        sender = "" if re.search(rf"\b{event.src}\b", what) else f", from {event.src}"
        happens = f"It receives: {what}{sender}."
    else:
        happens = f"Now {what}."
    whose = "your Raft" if isinstance(given.item, Whole) else f"your function {given.item.name}"
    if kind == "situation":
        head = f"Node {state['id']} of {len(state['nodes'])} runs {whose}, and is in the state below."
        wanted = "What does it save and send, in which order, and how does its state change?"
    else:
        head = f"Here {whose} did something wrong. Node {state['id']} of {len(state['nodes'])} is in the state below."
        wanted = "What should it save and send, in which order, and how should its state change?"
    first = state["snapshot"].index + 1
    log = tuple(
        (index, f"{term}:{command}") for index, (term, command) in enumerate(state["log"], start=first)
    )
    return Question(
        kind,
        given.job.item,
        f"{head} {happens} {wanted}",
        answer,
        (),
        fields_of(state) + time_left(asked),
        log,
    )


def fields_of(state: Any) -> tuple[tuple[str, str], ...]:
    """The fields of a node that are shown: those that its role uses, and those of extensions that say something."""
    names = ["role", "term", "voted_for", "leader", "commit_index"]
    names += {Role.CANDIDATE: ["votes"], Role.LEADER: ["next_index", "match_index"], Role.FOLLOWER: []}[
        state["role"]
    ]
    names += ["snapshot"] if state["snapshot"].index else []
    names += [
        name for name in state if name not in BASIC and state[name] not in (None, 0, False, frozenset(), ())
    ]
    return tuple((name, field_in_words(name, state)) for name in names)


def time_left(asked: Asked) -> tuple[tuple[str, str], ...]:
    """How long the timer of a node still runs, where that decides what happens."""
    return (
        (("timer", f"{plural(asked.state['timer'], 'tick')} left"),) if isinstance(asked.event, Tick) else ()
    )


def does(asked: Asked, outcome: Outcome) -> tuple[str, ...]:
    """What a node does, in order, and what is different in it afterwards."""
    done = []
    for kind, some in groupby(outcome.effects, type):
        each: list[Any] = list(some)
        if kind is Send:
            done.append(f"sends {messages_in_words([one.message for one in each])}")
        elif kind is Save:
            done.append(f"saves {saved(each[-1])}")
        elif kind is Apply:
            done.append(f"applies {' and '.join(f'entry {one.index} ({one.entry.command})' for one in each)}")
        elif kind is Answer:
            done.append(f"answers {listed([one.client for one in each])}")
        else:
            done.append(kind.__name__)
    first = f"It {', then '.join(done)}." if done else "It saves nothing and sends nothing."
    before, after = asked.state, outcome.state
    shown = dict.fromkeys(
        [*(name for name, _ in fields_of(before)), *(name for name, _ in fields_of(after)), "log"]
    )
    new = [f"{name} {field_in_words(name, after)}" for name in shown if before[name] != after[name]]
    timer = timer_of(asked, after)
    new += [] if timer == "goes on" else ["a restarted timer"]
    return first, f"Afterwards it has {listed(new)}." if new else "Its state does not change."


def saved(save: Save) -> str:
    """What is saved, in words."""
    log = f" and the entries {words(save.entries)} from index {save.index} on" if save.entries else ""
    return f"term {save.term}, {f'its vote for {save.voted_for}' if save.voted_for else 'no vote'}{log}"
