"""Questions about a run that was read: which event did the question ask for? Which run contradicts a claim?"""

from random import Random
from typing import Any, NamedTuple

from raftlab.checks.claims import disprove
from raftlab.exercises.in_child import written
from raftlab.exercises.lessons.l02_election import Believed
from raftlab.exercises.prove_me_wrong import claim_of
from raftlab.exercises.questions import Question as ReadQuestion
from raftlab.exercises.read_it import ReadIt
from raftlab.grading.viva.question import BOOK, Given, Question, rule_words
from raftlab.sim.narrate import Narration, telling_rules
from raftlab.sim.play import play
from raftlab.sim.trace import Trace

AROUND = 3  # events of a run that are quoted before and after the one that is asked for
LETTERS = "abcdef"  # of these events


def reading(given: Given, dice: Random) -> Question | None:
    """Which event of the run did the question ask for? Or, for a false claim: which run contradicts it?"""
    item = given.item
    assert isinstance(item, ReadIt)
    said, asked = written(given.written), item.asked(given.job.me)
    if isinstance(asked, Believed):
        return claim(given, said)
    if not isinstance(asked, ReadQuestion) or "t which tick" not in asked.text:
        return None
    run = item.reading(given.job.me)
    trace = play(run.story, node_class=run.node_class)
    rows = told_by(trace)
    there = [place for place, row in enumerate(rows) if row.tick == asked.answer]
    if not there:
        return None
    first = max(0, there[0] - 1 - int(dice.random() * AROUND))
    lines = [
        f"{letter}. {row.text}"
        for letter, row in zip(LETTERS, rows[first : first + 2 * AROUND], strict=False)
    ]
    heaviest = max((rows[place] for place in there), key=lambda row: row.weight)
    which = "Which of these events is it" + (", and which rule applies there?" if heaviest.rules else "?")
    answer = (
        f"At tick {asked.answer}: {' '.join(lines[place - first] for place in there if place - first < len(lines))}",
        *map(rule_words, heaviest.rules),
        f"The answer was {'right' if given.points else 'wrong'}.",
    )
    text = f"“{asked.text}” You answered {said!r}. {which}"
    return Question("reading", given.job.item, text, answer, tuple(lines))


class Told(NamedTuple):
    """An event of a run in words. weight: how important it is."""

    tick: int
    text: str
    weight: int
    rules: tuple[str, ...]


def told_by(trace: Trace) -> list[Told]:
    """The events of a run that matter. What has just been told is not told again."""
    found: list[Told] = []
    for event, each in zip(trace.events, Narration(trace).sentences(), strict=True):
        if each.weight and each.text not in [row.text for row in found[-2 * AROUND :]]:
            rules = tuple(rule for rule in telling_rules(trace, event) if rule in BOOK)
            found.append(Told(event.tick, each.text, each.weight, rules))
    return found


def claim(given: Given, said: Any) -> Question | None:
    """For a claim that is false: a run that contradicts it."""
    made = claim_of(said)
    verdict = disprove(made)
    if verdict.story is None:
        return None
    trace = play(verdict.story)
    told = [
        each.text
        for event, each in zip(trace.events, Narration(trace).sentences(), strict=True)
        if event.node and each.weight
    ]
    text = f"You claimed: “{made.sentence}” Describe a run in which this is not true."
    return Question("reading", given.job.item, text, (verdict.sentence, " ".join(told)))
