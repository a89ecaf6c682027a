"""From outcomes to grades: what everybody gets for each item, and what the lecturer has decided otherwise."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from raftlab.exercises.item import Kind
from raftlab.exercises.items import ITEMS
from raftlab.exercises.weights import KINDS, WEIGHTS, worth
from raftlab.grading.decisions import LATE, Override
from raftlab.grading.exercise import Exercise
from raftlab.grading.judging import MISSING, Job, Outcome, job_of, usual
from raftlab.grading.people import Person
from raftlab.grading.results import Results
from raftlab.grading.submissions import Submission


class Row(NamedTuple):
    """One item of one person. points: None if a person must still mark it. judged: its outcome before any override."""

    item: str
    points: float | None
    of: float
    text: str
    notes: tuple[str, ...]
    outcome: Outcome
    override: Override | None = None

    @property
    def kind(self) -> Kind:
        """What the item asks for. A paragraph is about what one has read."""
        return ITEMS[self.item].kind if self.item in ITEMS else "read"

    @property
    def judged(self) -> bool:
        """Whether the judge looks at this item. A paragraph is marked by a person only."""
        return self.item in ITEMS

    @property
    def costs(self) -> float:
        """The points that a wrong guess costs; none if the lecturer has decided otherwise."""
        return self.outcome.costs if self.override is None else 0.0


class Part(NamedTuple):
    """What a person gets for all items of one kind. points, of: as the items give them. grade, most: what counts."""

    kind: Kind
    points: float
    of: float
    grade: float
    most: float


class Grade(NamedTuple):
    """What a person gets for an exercise. submission: None if nothing was handed in.

    lost: points for being late. lateness: the lecturer's decision about them. weights: how much each kind of item counts.
    """

    person: Person
    exercise: Exercise
    submission: Submission | None
    rows: tuple[Row, ...]
    lost: float = 0.0
    weights: Mapping[Kind, float] = WEIGHTS
    lateness: Override | None = None

    @property
    def parts(self) -> tuple[Part, ...]:
        """The sums of each kind, less what wrong guesses cost; what nobody has marked yet counts as 0."""
        of = {kind: sum(row.of for row in self.rows if row.kind == kind) for kind in KINDS}
        each = worth(of, self.weights)
        got = {
            kind: sum((row.points or 0) - row.costs for row in self.rows if row.kind == kind)
            for kind in KINDS
        }
        return tuple(
            Part(kind, got[kind], of[kind], got[kind] * each[kind], of[kind] * each[kind])
            for kind in KINDS
            if of[kind]
        )

    @property
    def is_weighted(self) -> bool:
        """Do the kinds of items count otherwise than their points?"""
        return any(part.most != part.of for part in self.parts)

    @property
    def points(self) -> float:
        """The sum, with two decimals at most."""
        return max(0.0, round(sum(part.grade for part in self.parts) - self.lost, 2))

    @property
    def of(self) -> float:
        """The most that there is."""
        return round(sum(part.most for part in self.parts), 6)

    @property
    def overridden(self) -> tuple[str, ...]:
        """What the lecturer has decided."""
        return tuple(row.item for row in self.rows if row.override) + ((LATE,) if self.lateness else ())

    @property
    def unmarked(self) -> tuple[str, ...]:
        """The items that a person must still mark."""
        return tuple(row.item for row in self.rows if row.points is None)

    @property
    def failed(self) -> tuple[str, ...]:
        """The items at which the judge failed, so that a person must look."""
        return tuple(row.item for row in self.rows if row.outcome.failed and row.override is None)


# -- Which answers are judged --------------------------------------------------------------------------------------


def shared_jobs(
    submissions: Iterable[Submission], exercises: Mapping[str, Exercise], results: Results
) -> list[Job]:
    """The jobs of all answers in their usual form: answers that mean the same are one job."""
    found = {
        job.key: job
        for each in submissions
        for item, text, function in written(each, exercises[each.exercise])
        if (job := job_of(item, function, usual(text), each.me))
    }
    return list(found.values())


def own_jobs(
    submissions: Iterable[Submission], exercises: Mapping[str, Exercise], results: Results
) -> list[Job]:
    """The jobs of those answers whose verdict names a line or a variable: it must be one of their own text."""
    found = {}
    for each in submissions:
        for item, text, function in written(each, exercises[each.exercise]):
            shared, own = job_of(item, function, usual(text), each.me), job_of(item, function, text, each.me)
            if own != shared and results[shared.key].is_about_a_text:
                found[own.key] = own
    return list(found.values())


def written(submission: Submission, exercise: Exercise) -> list[tuple[str, str, str]]:
    """(item, text, function) of each answer that is there."""
    # fmt: off
    return [(asked.item, text, asked.function) for asked in exercise.asked
            if (text := submission.answers[asked.item].text).strip()]
    # fmt: on


def outcome_for(item: str, function: str, text: str, me: str, of: float, results: Results) -> Outcome:
    """The outcome of an answer, its own or the one that it shares with equal answers."""
    if not text.strip():
        return Outcome(0, of, (MISSING,))
    own, shared = job_of(item, function, text, me), job_of(item, function, usual(text), me)
    found = results[shared.key]
    return results[own.key] if found.is_about_a_text and own.key in results else found


# -- Grades -----------------------------------------------------------------------------------------------------------


def grade(
    person: Person,
    exercise: Exercise,
    submission: Submission | None,
    results: Results,
    overrides: Sequence[Override] = (),
    late_costs: float = 0.0,
    weights: Mapping[Kind, float] = WEIGHTS,
) -> Grade:
    """The grade of a person for an exercise.

    late_costs: the share of the points that is lost if it is late. weights: how much each kind of item counts.
    """
    rows = []
    for asked in exercise.asked:
        answer = submission.answers[asked.item] if submission else None
        text, notes = (answer.text, answer.notes) if answer else ("", ())
        me = submission.me if submission else ""
        outcome = outcome_for(asked.item, asked.function, text, me, asked.points, results)
        points = (
            outcome.points if outcome.of in (0, asked.points) else outcome.points / outcome.of * asked.points
        )
        rows.append(Row(asked.item, points, asked.points, text, notes, outcome))
    for each in exercise.by_hand:
        text, notes = submission.by_hand[each.name] if submission else ("", ())
        unmarked = bool(text.strip() or notes)
        nothing = Outcome(0, each.points, ("A person marks this." if unmarked else MISSING,))
        rows.append(Row(each.name, None if unmarked else 0.0, each.points, text, notes, nothing))
    decided = {each.item: each for each in overrides if each.exercise in ("", exercise.name)}
    made = [
        row._replace(points=decided[row.item].points, override=decided[row.item])
        if row.item in decided
        else row
        for row in rows
    ]
    late = submission is not None and submission.late
    found = Grade(person, exercise, submission, tuple(made), weights=weights)
    judged = tuple(row._replace(points=0) if row.override else row for row in made)
    lost = late_costs * found._replace(rows=judged).points if late else 0.0
    lateness = decided.get(LATE) if submission else None
    return found._replace(lost=lateness.points if lateness else round(lost, 2), lateness=lateness)
