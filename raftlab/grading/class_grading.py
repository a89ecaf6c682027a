"""Grades a whole class: reads what was handed in, judges it, and writes the tables and pages."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from raftlab.exercises.item import Kind
from raftlab.grading.alike import groups_alike
from raftlab.grading.codes import Codes, codes_of
from raftlab.grading.decisions import Override, read_overrides, read_weights
from raftlab.grading.exercise import Exercise, exercises_of
from raftlab.grading.grades import Grade, grade, own_jobs, shared_jobs
from raftlab.grading.judging import Job
from raftlab.grading.pages import PAGE, class_page, file_of, person_page
from raftlab.grading.people import ClassList, Person, read_class
from raftlab.grading.read_table import read_table
from raftlab.grading.results import Results
from raftlab.grading.run import do_all, judge_all
from raftlab.grading.submissions import PLATFORMS, Collected, Submission, collect
from raftlab.grading.tables import file_for, grades_csv, import_of, items_csv, problems_csv
from raftlab.grading.viva.sheets import MAKING, write_sheets
from raftlab.sim.english import plural
from raftlab.sim.errors import UserError, check_name, check_number
from raftlab.sim.files import write_file

OUTCOMES = "outcomes.jsonl"
OTHER_SECRET = "That is more than half of them: is this the secret from which the codes were made?"


class Graded(NamedTuple):
    """What came of a class: the grades, and who did not hand in which exercise."""

    grades: list[Grade]
    collected: Collected

    @property
    def missing(self) -> list[tuple[str, Person]]:
        """The exercises that were not handed in, each with a person."""
        return [(each.exercise.name, each.person) for each in self.grades if each.submission is None]

    def summary(self, folder: Path) -> list[str]:
        """What was done, and what a person should look at, in sentences."""
        handed_in = [each for each in self.grades if each.submission]
        failed = [each for each in handed_in if each.failed]
        unmarked = [each for each in handed_in if each.unmarked]
        foreign = [each for each in handed_in if each.submission and each.submission.foreign]
        problems = len(self.collected.problems)
        late = sum(each.submission.late for each in handed_in if each.submission)
        found = [
            f"{plural(len(handed_in), 'submission')} graded, {late} of them late.",
            f"{plural(len(self.missing), 'exercise')} not handed in." if self.missing else "",
            f"{plural(problems, 'file')} could not be graded: see problems.csv." if problems else "",
            f"The judge failed at {plural(len(failed), 'submission')}: see class.html." if failed else "",
            f"{plural(len(foreign), 'submission')} without the person's own code: see class.html."
            if foreign
            else "",
            OTHER_SECRET if 2 * len(foreign) > len(handed_in) > 1 else "",
            f"{plural(len(unmarked), 'submission')} with something to mark by hand: see class.html."
            if unmarked
            else "",
            f"Open {folder / 'class.html'}; the tables and pages are beside it.",
        ]
        return [each for each in found if each]


def notebooks_here(folder: Path | None = None) -> list[Path]:
    """The exercises in a folder, or else in solutions or exercises. Raises UserError if there are none."""
    folders = [folder] if folder else [Path("solutions"), Path("exercises")]
    for each in folders:
        if found := sorted(each.glob("*.ipynb")):
            return found
    where = f"in {folder}" if folder else "here, in solutions or in exercises"
    raise UserError(f"There are no exercises {where}; name their folder with --exercises.")


def grade_class(
    submissions: str | Path,
    out: str | Path,
    *,
    notebooks: Iterable[str | Path],
    only: Sequence[str] = (),
    people: str | Path | None = None,
    secret: str | Path | None = None,
    overrides: str | Path | None = None,
    weights: str | Path | None = None,
    names: str | None = None,
    due: datetime | None = None,
    late_costs: float = 0.0,
    again: Sequence[str] = (),
    executor: Executor | None = None,
    workers: int | None = None,
    trust: bool = False,
    progress: bool = True,
    viva: bool = False,
) -> Graded:
    """Grade what a class handed in. If it is stopped, even by kill -9, start it again: it goes on where it was.

    Args:
        submissions: a folder, or a zip as Moodle and Canvas export it.
        out: the folder for the results. `outcomes.jsonl` in it keeps all that has been judged.
        notebooks: the exercises, with or without their solutions.
        only: the exercises to grade, by name; all that were handed in, if it is empty.
        people: a csv file with the names of the class: Moodle's grading worksheet, Canvas's gradebook, or your own.
        secret: a file with the secret of the class, from which its codes were made: what is drawn then comes from the class
            list, and not from the name in a notebook.
        overrides: a csv file with the columns person, exercise, item, points, reason: your own decisions, which win.
        weights: a csv file with the columns kind, weight: how much write, break, read and review count in a grade.
        names: a regular expression for the paths of files, as for `collect`.
        due: what was changed later is late. late_costs: the share of the points that this costs, from 0 to 1.
        again: items to judge again, for example after a mistake in their checks was mended.
        executor: any of concurrent.futures, such as a Dask client's; None takes `workers` processes of this machine.
        trust: whether to judge where there is no complete sandbox.
        progress: whether to show a progress bar.
        viva: whether to make a viva sheet for each person, too.

    Raises:
        UserError: something is missing or wrong; the sentence says what.
    """
    exercises = exercises_of(Path(each) for each in notebooks)
    check_settings(only, again, exercises, late_costs, workers)
    counts = read_weights(Path(weights) if weights else None)
    listed = read_class(Path(people)) if people else ClassList()
    codes = codes_of(Path(secret), listed.people) if secret else None
    collected = collect(Path(submissions), exercises.values(), names=names, due=due, people=listed.people)
    asked = {name: exercises[name] for name in only or collected.exercises}
    handed_in = own_items(collected.submissions, asked, codes)
    everybody = all_people(handed_in, listed)
    check_places(collected, submissions, Path(out), everybody)
    decided = read_overrides(Path(overrides), everybody, exercises) if overrides else {}
    how: dict[str, Any] = {"executor": executor, "workers": workers, "trust": trust, "progress": progress}
    with Results(made(Path(out)) / OUTCOMES) as results:
        judge_class(handed_in, asked, results, again, partial(judge_all, **how))
        graded = grades_of(handed_in, everybody, asked, results, decided, late_costs, counts)
    write_all(found := Graded(graded, collected), Path(out), listed, viva)
    if viva:
        write_sheets(Path(out), graded, codes.secret if codes else "", partial(do_all, MAKING, **how))
    return found


def check_places(collected: Collected, place: str | Path, out: Path, people: Iterable[Person]) -> None:
    """Raise UserError if there is nothing to grade in one place, or if the other one has the results of other people."""
    if not collected.submissions:
        first = "".join(f" {each.path}: {each.reason}" for each in collected.problems[:1])
        raise UserError(f"There is no notebook of these exercises in {place}. Is it the right one?{first}")
    path = out / "grades.csv"
    if not path.exists():
        return
    before = [(row.get("name", ""), row.get("id", "")) for row in read_table(path).rows]
    now = {word for each in people for word in each if word}
    if before and not any(word in now for pair in before for word in pair):
        raise UserError(
            f"{out} has the results of another class, such as those of {before[0][0]}. Give another folder with --out."
        )


def own_items(
    submissions: Iterable[Submission], exercises: Mapping[str, Exercise], codes: Codes | None
) -> list[Submission]:
    """The submissions of these exercises, each with the items of its own person if the class has codes."""
    found = [each for each in submissions if each.exercise in exercises]
    return [codes.own(each, exercises[each.exercise]) for each in found] if codes else found


def all_people(submissions: Iterable[Submission], listed: ClassList) -> list[Person]:
    """Who handed in, and who is on the class list, in the order of their keys."""
    found = {each.key: each for each in (*(one.person for one in submissions), *listed.people)}
    return [found[key] for key in sorted(found)]


def check_settings(
    only: Iterable[str],
    again: Iterable[str],
    exercises: dict[str, Exercise],
    late_costs: float,
    workers: int | None,
) -> None:
    """Raise UserError if one of these is no exercise, no item, no share or no number."""
    if not 0 <= late_costs <= 1:
        raise UserError(f"Being late can cost from 0 to 100 % of the points, not {100 * late_costs:g} %.")
    if workers is not None:
        check_number("the number of workers", workers, 1)
    for name in only:
        check_name("exercise", name, exercises)
    for item in again:
        check_name("item", item, [asked.item for each in exercises.values() for asked in each.asked])


def judge_class(
    submissions: Sequence[Submission],
    exercises: dict[str, Exercise],
    results: Results,
    again: Sequence[str],
    judge: Callable[[list[Job], Results], None],
) -> None:
    """Judge what is not yet in the results, and what is to be judged again."""
    for jobs_of in (shared_jobs, own_jobs):
        jobs = jobs_of(submissions, exercises, results)
        for job in jobs:
            if job.item in again:
                results.forget(job.key)
        judge(jobs, results)


def made(folder: Path) -> Path:
    """A folder, which is made if it is not there. Raises UserError if that is not possible."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise UserError(f"{folder} is a file; the results need a folder.") from None
    except OSError as error:
        raise UserError(f"{folder} cannot be made: {error.strerror}.") from None
    return folder


def grades_of(
    submissions: Sequence[Submission],
    people: Sequence[Person],
    exercises: dict[str, Exercise],
    results: Results,
    decided: dict[str, list[Override]],
    late_costs: float,
    weights: Mapping[Kind, float],
) -> list[Grade]:
    """The grades of everybody for every exercise, in the order of exercises and people."""
    found = {(each.person.key, each.exercise): each for each in submissions}
    return [
        grade(
            person,
            exercise,
            found.get((person.key, name)),
            results,
            decided.get(person.key, ()),
            late_costs,
            weights,
        )
        for name, exercise in exercises.items()
        for person in people
    ]


def write_all(found: Graded, folder: Path, listed: ClassList, viva: bool) -> None:
    """Write the tables and the pages. Pages of an earlier run are removed. viva: whether there will be viva sheets."""
    grades = found.grades
    write_file(folder / "grades.csv", grades_csv(grades))
    write_file(folder / "items.csv", items_csv(grades))
    write_file(folder / "problems.csv", problems_csv(found.collected.problems))
    imports = list[str]()
    for name in sorted({each.exercise.name for each in grades}):
        of = [each for each in grades if each.exercise.name == name]
        for platform in PLATFORMS:  # an earlier run may have had another list
            (folder / file_for(platform, name)).unlink(missing_ok=True)
        if to_import := import_of(of, listed, found.collected):
            write_file(folder / to_import.file, to_import.text)
            imports.append(to_import.file)
    write_file(
        folder / "class.html",
        class_page(grades, found.missing, found.collected.problems, groups_alike(grades), imports, viva),
    )
    pages = made(folder / "pages")
    for old in pages.iterdir():
        if PAGE.fullmatch(old.name):
            old.unlink()
    by_person: dict[str, list[Grade]] = {}
    for each in grades:
        by_person.setdefault(each.person.key, []).append(each)
    for theirs in by_person.values():
        write_file(pages / file_of(theirs[0].person), person_page(theirs[0].person, theirs))
