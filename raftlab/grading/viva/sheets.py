"""Viva sheets: for each person a few questions about their own answers, of a minute each, with the replies.

Which questions a sheet has is drawn from the person's answers and a secret of the lecturer, so that nobody knows them in
advance. The same answers and the same secret always give the same sheet.
"""

import hmac
import json
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from raftlab.grading.grades import Grade
from raftlab.grading.judging import job_of, version
from raftlab.grading.pages import PAGE, file_of, template
from raftlab.grading.people import Person
from raftlab.grading.results import Records
from raftlab.grading.run import Work, sandboxed
from raftlab.grading.viva.kinds import KINDS, ask
from raftlab.grading.viva.question import Given, Question, drawn
from raftlab.sim.files import write_file

SHEETS = "viva.jsonl"
QUESTIONS = 5
FEWER = "Nothing more can be asked about what was handed in."
NONE = "Nothing can be asked: no answer was handed in that does anything."
BROKE = "The process that made this sheet ended; nothing can be asked by machine."


class Sheet(NamedTuple):
    """The questions for one person. note: why there are fewer than `QUESTIONS`; "" if there are not."""

    questions: tuple[Question, ...]
    note: str = ""

    @classmethod
    def of(cls, record: dict[str, Any]) -> "Sheet":
        """The sheet that was kept as JSON."""
        return cls(tuple(map(Question.of, record["questions"])), record["note"])


class SheetJob(NamedTuple):
    """All on which a sheet depends. draw: a text that nobody can guess who does not know the lecturer's secret."""

    given: tuple[Given, ...]
    draw: str

    @property
    def key(self) -> str:
        """A short name for it, under which the sheet is kept."""
        return sha256(json.dumps([version(), *self]).encode()).hexdigest()[:24]


def job_for(person: Person, grades: Iterable[Grade], secret: str) -> SheetJob:
    """The job of a person's sheet, from all that they handed in. What is as it was handed out is no answer."""
    given = []
    for grade in grades:
        asked = {each.item: each for each in grade.exercise.asked}
        for row in grade.rows if grade.submission else ():
            about = asked.get(row.item)
            if about and row.text.strip() not in ("", about.handed_out.strip()):
                job = job_of(
                    row.item, about.function, row.text, grade.submission.me if grade.submission else ""
                )
                given.append(Given(job, *row.outcome[:2], row.outcome.rule, about.handed_out))
    draw = hmac.new(secret.encode(), json.dumps([person.key, *given]).encode(), sha256)
    return SheetJob(tuple(given), draw.hexdigest())


def sheet_here(job: SheetJob, trust: bool) -> Sheet:
    """Make a sheet in the sandbox of this machine. Raises UserError if there is none, and answers are not trusted."""
    with sandboxed(trust):
        return sheet_of(job)


def sheet_of(job: SheetJob) -> Sheet:
    """The sheet for some answers.

    If an answer is wrong somewhere, the first question is about that. The others are of as many kinds, and about as many
    answers, as possible.
    """
    dice = Random(job.draw)
    waiting = drawn(dice, [
        (kind, each) for each in job.given for kind in KINDS if isinstance(each.item, KINDS[kind].items)
    ])  # fmt: skip
    found: list[Question] = []
    while waiting and len(found) < QUESTIONS:
        kind, given = min(waiting, key=lambda pair: _used(pair[0], pair[1], found))
        waiting.remove((kind, given))
        question = ask(kind, given, dice)
        found += [question] if question else []
    note = "" if len(found) == QUESTIONS else FEWER if found else NONE
    return Sheet(tuple(found), note)


def _used(kind: str, given: Given, found: Sequence[Question]) -> tuple[int, bool, int]:
    """How often a kind and an answer have been asked about. What was wrong comes first."""
    kinds = sum(each.kind == kind for each in found)
    return kinds, kind != "wrong situation", sum(each.about == given.job.item for each in found)


MAKING = Work(sheet_here, "viva sheet", Sheet((), BROKE))


# -- The sheets of a class --------------------------------------------------------------------------------------------


def write_sheets(
    folder: Path, grades: Iterable[Grade], secret: str, make: Callable[[list[SheetJob], Records[Sheet]], None]
) -> None:
    """Write a page for each person who handed in, and one for the class. make: makes the sheets of some jobs."""
    by_person: dict[Person, list[Grade]] = {}
    for grade in grades:
        if grade.submission:
            by_person.setdefault(grade.person, []).append(grade)
    jobs = {person: job_for(person, theirs, secret) for person, theirs in by_person.items()}
    with Records(folder / SHEETS, Sheet.of) as results:
        make(list(jobs.values()), results)
        sheets = {person: results[job.key] for person, job in jobs.items()}
    pages = folder / "viva"
    pages.mkdir(exist_ok=True)
    for old in pages.iterdir():
        if PAGE.fullmatch(old.name):
            old.unlink()
    for person, sheet in sheets.items():
        write_file(pages / file_of(person), viva_page(person, by_person[person], sheet))
    write_file(folder / "viva.html", template("viva_class.html.j2").render(sheets=sheets, file_of=file_of))


def viva_page(person: Person, grades: Sequence[Grade], sheet: Sheet) -> str:
    """The sheet of a person: the questions on its front, the replies on its back."""
    return template("viva.html.j2").render(person=person, grades=grades, sheet=sheet)
