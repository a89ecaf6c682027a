"""The tables of a class: grades, items, problems, and the files that Moodle and Canvas import."""

import csv
import io
from collections.abc import Iterable, Sequence

from raftlab.grading.files import Problem
from raftlab.grading.grades import Grade
from raftlab.grading.people import ClassList, on_list
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
        " ".join(row.item for row in each.rows if row.override), " ".join(remarks(each)),
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


def moodle_csv(grades: Sequence[Grade], listed: ClassList) -> str:
    """Moodle's grading worksheet with the grades of one exercise; made from the worksheet itself, if that is the class list."""
    if listed.form != "moodle":
        rows = [
            (f"Participant {each.person.id}", each.person.name, each.points)
            for each in grades
            if each.person.id
        ]
        return table(("Identifier", "Full name", "Grade"), rows)
    return filled(grades, listed, "Grade")


def canvas_csv(grades: Sequence[Grade], listed: ClassList, column: str) -> str:
    """A gradebook that Canvas imports, with the grades of one exercise in a column of this name."""
    if listed.form != "canvas":
        rows = [
            (each.person.name, each.person.id, "", "", "", each.points) for each in grades if each.person.id
        ]
        return table(("Student", "ID", "SIS User ID", "SIS Login ID", "Section", column), rows)
    same = [each for each in listed.columns if each.partition(" (")[0] == column]
    return filled(grades, listed, same[0] if same else column)


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
