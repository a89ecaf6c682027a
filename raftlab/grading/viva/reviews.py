"""Questions about a change that was reviewed: which of its lines matter?"""

from random import Random

from raftlab.checks.differences import Row
from raftlab.checks.mutants import KNOWN
from raftlab.exercises.in_child import written
from raftlab.exercises.review_it import REASONS, Review, ReviewIt, check_review
from raftlab.grading.viva.question import Given, Question, rule_words
from raftlab.sim.errors import listed

MOST_ROWS = 10  # lines of a difference that are quoted


def review(given: Given, dice: Random) -> Question | None:
    """Which lines of the change that was reviewed matter, and is it right?"""
    item = given.item
    assert isinstance(item, ReviewIt)
    proposed = item.proposed(given.job.me)
    said = check_review(written(given.written, Review=Review, Story=item.to_break.told_story), item)
    shown = some_of([row for row in proposed.rows if row.mark != " "])
    matters = listed([str(row.number) for row in shown if row.matters])
    wrong = [name for name in item.wrong if proposed.is_about(name)]
    reasons = [each for name in item.right if proposed.is_about(name) for each in item.right[name]]
    if "same" in reasons:  # then nothing in it matters
        return None
    verdict = [rule_words(each) for name in wrong for each in item.broken_by(name)[:1]]
    verdict += [f"What shows it: {KNOWN[name].schedule}." for name in wrong]
    mine = "it is right" if said.right else f"line {said.wrong_line} is wrong, and breaks {said.breaks}"
    answer = (
        f"These lines matter: {matters}. The others are only reworded.",
        "The change is wrong." if wrong else "The change is right.", *verdict, *map(REASONS.__getitem__, reasons),
        f"The review said that {mine}.",
    )  # fmt: skip
    text = (
        "These lines are from the change that you reviewed. Which of them matter, and which are only reworded? "
        "What follows from those that matter?"
    )
    lines = tuple(f"{row.number:4} {row.mark} {row.text.rstrip()}" for row in shown)
    return Question("review", given.job.item, text, answer, lines)


def some_of(changed: list[Row]) -> list[Row]:
    """The changed lines that matter, and as many other changed places as there is room for."""
    places: list[list[Row]] = []
    for row in changed:
        if places and row.number == places[-1][-1].number + 1:
            places[-1].append(row)
        else:
            places.append([row])
    places.sort(key=lambda place: not any(row.matters for row in place))
    found: list[Row] = []
    for place in places:
        if any(row.matters for row in place) or len(found) + len(place) <= MOST_ROWS:
            found += place
    return sorted(found, key=lambda row: row.number)
