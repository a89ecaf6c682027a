"""The tables of a class: grades, items, problems, and what a learning platform imports."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from raftlab.grading.files import Problem
from raftlab.grading.grades import Grade
from raftlab.grading.people import ClassList, Person, on_list
from raftlab.grading.submissions import Collected
from raftlab.sim.english import plural

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A csv file. A text that a spreadsheet would take for a formula gets an apostrophe in front."""
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([[cell(each) for each in row] for row in rows])
    return made.getvalue()


def cell(value: object) -> object:
    """The content of a cell."""
    if isinstance(value, float):
        return f"{value:g}"
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def grades_csv(grades: Iterable[Grade]) -> str:
    """A line for each person and exercise."""
    columns = (
        "name",
        "id",
        "exercise",
        "points",
        "of",
        "late",
        "lost for being late",
        "to mark",
        "overridden",
        "notes",
    )
    return table(columns, ((
        each.person.name, each.person.id, each.exercise.name, each.points, each.of,
        "late" if each.submission and each.submission.late else "", each.lost or "", " ".join(each.unmarked),
        " ".join(each.overridden), " ".join(remarks(each)),
    ) for each in grades))  # fmt: skip


def remarks(grade: Grade) -> list[str]:
    """What a lecturer should know about a grade."""
    if grade.submission is None:
        return ["Nothing was handed in."]
    found = [f"The judge failed at {item}." for item in grade.failed]
    moved = sum(bool(row.notes) for row in grade.rows)
    return [
        *found,
        *([grade.submission.foreign] if grade.submission.foreign else []),
        *grade.submission.notes,
        *([f"There are notes on {plural(moved, 'answer')}: see items.csv."] if moved else []),
    ]


def items_csv(grades: Iterable[Grade]) -> str:
    """A line for each person and item."""
    columns = (
        "name",
        "id",
        "exercise",
        "item",
        "points",
        "of",
        "rule",
        "verdict",
        "overridden because",
        "notes",
    )
    return table(columns, ((
        each.person.name, each.person.id, each.exercise.name, row.item, "" if row.points is None else row.points, row.of,
        row.outcome.rule, row.outcome.lines[0] if row.outcome.lines else "", row.override.reason if row.override else "",
        " ".join(row.notes),
    ) for each in grades for row in each.rows))  # fmt: skip


def problems_csv(problems: Iterable[Problem]) -> str:
    """A line for each file that could not be graded."""
    return table(("name", "id", "file", "reason"), (
        (each.person.name if each.person else "", each.person.id if each.person else "", each.path, each.reason)
        for each in problems
    ))  # fmt: skip


class Import(NamedTuple):
    """A table for a learning platform to import. file: its name."""

    file: str
    text: str


def import_of(grades: Sequence[Grade], listed: ClassList, collected: Collected) -> Import | None:
    """The grades of one exercise for the platform whose ids are known: from its class list, or else from the names of its files.

    None if neither is a platform's: ids of another list would be wrong there.
    """
    platform, exercise = listed.form or collected.platform, grades[0].exercise.name
    if not platform:
        return None
    column = exercise if platform == "Canvas" else "Grade"
    if listed.form == platform:
        same = [each for each in listed.columns if each.partition(" (")[0] == column]
        text = filled(grades, listed, same[0] if same else column)
    else:
        text = of_files(platform, [each for each in grades if each.submission], collected.named, column)
    return Import(file_for(platform, exercise), text)


def file_for(platform: str, exercise: str) -> str:
    """The name of the file that a platform imports."""
    return f"{platform.lower()}_{exercise}.csv"


def of_files(platform: str, grades: Sequence[Grade], named: Mapping[str, Person], column: str) -> str:
    """A table for those who have handed in, with the names and ids that the platform has given to their files."""
    people = [(named[each.person.key], each.points) for each in grades]
    if platform == "Moodle":
        rows = [(f"Participant {person.id}", person.name, points) for person, points in people]
        return table(("Identifier", "Full name", column), rows)
    more = ("SIS User ID", "SIS Login ID", "Section")
    return table(
        ("Student", "ID", *more, column),
        [(person.name, person.id, "", "", "", points) for person, points in people],
    )


def filled(grades: Sequence[Grade], listed: ClassList, column: str) -> str:
    """The lecturer's own table, as it was, with the points in one column."""
    points = {each.person.key: each.points for each in grades if each.submission is not None}
    columns = [*listed.columns, *([column] if column not in listed.columns else [])]
    rows = []
    for person, row in listed.rows:
        found = on_list(person, [each.person for each in grades]) if person else None
        rows.append(
            [
                points.get(found.key, row.get(each, "")) if each == column and found else row.get(each, "")
                for each in columns
            ]
        )
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerows(
        [columns, *([f"{each:g}" if isinstance(each, float) else each for each in row] for row in rows)]
    )
    return made.getvalue()
