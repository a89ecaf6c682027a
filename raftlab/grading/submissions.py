"""Finds out what a class handed in, and who handed it in: from a folder, or from a zip as Moodle and Canvas export it.

Only what the learning platform wrote decides who handed in a file, and when. Nothing that a learner writes has any influence.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from raftlab.grading.exercise import Exercise
from raftlab.grading.files import LARGEST_ZIP, File, Problem, files_of, handed_in
from raftlab.grading.notebook import Answer, Cell, answer_in, cells_of, free_text_in, name_in, recognised
from raftlab.grading.people import Person, on_list, with_name
from raftlab.sim.english import plural
from raftlab.sim.errors import UserError, listed

# The names that a learning platform gives to what one person has handed in. They stand at the top of the folder or zip.
# Only they say who handed in a file: the learner chooses all names below them, such as those inside a zip.
PLATFORMS = {
    "Moodle": r"(?P<person>[^/]+?)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)(?:_[^/]*)?(?:/.*)?",
    "Canvas": r"(?P<person>[^/_]+)_(?:(?P<late>LATE)_)?(?P<id>\d+)_\d+_[^/]+",
}
PLAIN = r"(?P<person>[^/]+?)(?:/.*|\.[^/.]*)?"  # without a platform: a folder for each person, or a file
MOST_TOLD = 20  # files of one person that could not be graded, and other notebooks of one exercise
NOTEBOOKS = (".ipynb", ".json", ".txt", "")  # what a file may be called that is looked into


class Submission(NamedTuple):
    """One person's answers to one exercise. answers: by the name of the item.

    me: the name from which items are drawn: the one in the notebook, or the person's own code if the class has a secret.
    foreign: a sentence if the notebook then has another one. by_hand: what is marked by a person, by its name.
    notes: sentences about the file.
    """

    person: Person
    exercise: str
    path: str
    late: bool
    me: str
    answers: dict[str, Answer]
    by_hand: dict[str, Answer]
    notes: tuple[str, ...]
    foreign: str = ""


class Collected(NamedTuple):
    """All that was found: one submission at most for each person and exercise, and the files that are not submissions.

    platform: which learning platform has named the files; "" for none. named: what it calls a person, by the person's key.
    """

    submissions: list[Submission]
    problems: list[Problem]
    platform: str = ""
    named: Mapping[str, Person] = {}

    @property
    def exercises(self) -> list[str]:
        """The names of the exercises that were handed in."""
        return sorted({each.exercise for each in self.submissions})


def collect(
    place: Path,
    exercises: Collection[Exercise],
    *,
    names: str | None = None,
    due: datetime | None = None,
    people: Sequence[Person] = (),
) -> Collected:
    """Read what a class handed in.

    place: a folder or a zip. exercises: all that there are, so that each notebook is recognised. names: a regular
    expression for the paths of files in it, with a group (?P<person>...) and, if they are there, (?P<id>...) and
    (?P<late>...); None tries those of Moodle, Canvas and folders. due: what was handed in later is late.
    people: the class list, if there is one. A person on it gets the name that it has there.

    Only the platform says who handed in a file, and when. So everything in a learner's zip belongs to this learner, and
    has the time of the zip.

    Raises UserError if there is no such folder or zip, if it is empty, or if the regular expression is wrong.
    """
    problems: list[Problem] = []
    found: dict[tuple[str, str], list[tuple[datetime, datetime, Submission]]] = defaultdict(list)
    with handed_in(place, problems) as files:
        if not files and not problems:
            raise UserError(f"There are no files in {place}.")
        platform, match_of = layout_of([each.path for each in files], names, people)
        matches = [match_of(each.path) for each in files]
        named = known({person_of(match) for match in matches if match}, people)
        for outer, match in zip(files, matches, strict=True):
            if match is None:
                problems.append(Problem(None, outer.path, "This name does not say whose file it is."))
                continue
            person, notes = named[person_of(match)]
            late = bool(match.groupdict().get("late")) or (due is not None and outer.time > due)
            submissions, reasons = read_all(outer, person, exercises, late, notes)
            for each, changed in submissions:
                found[person.key, each.exercise].append((outer.time, changed, each))
            problems += reasons
    newest = [the_newest(each) for _, each in sorted(found.items(), key=itemgetter(0))]
    return Collected(newest, problems, platform, {one.key: each for each, (one, _) in named.items()})


def read_all(
    outer: File, person: Person, exercises: Collection[Exercise], late: bool, notes: tuple[str, ...]
) -> tuple[list[tuple[Submission, datetime]], list[Problem]]:
    """The notebooks in what a person handed in at once, each with the time when it was last changed; and what could not be read."""
    found, problems, left = list[tuple[Submission, datetime]](), list[Problem](), LARGEST_ZIP
    for file in files_of(outer, problems):
        left -= file.size if is_candidate(file.path) else 0
        if left < 0:
            reason = f"It has more than {LARGEST_ZIP >> 20} MB of notebooks: the rest was not read."
            problems.append(Problem(person, outer.path, reason))
            break
        try:
            exercise, cells = notebook_in(file, exercises)
        except UserError as error:
            problems.append(Problem(person, file.path, str(error)))
            continue
        found.append((submission_of(person, exercise, cells, file.path, late, notes), file.time))
    if more := problems[MOST_TOLD:]:
        reason = f"{plural(len(more), 'more file')} in it could not be graded."
        problems = [*problems[:MOST_TOLD], Problem(person, outer.path, reason)]
    return found, [each._replace(person=person) for each in problems]


def notebook_in(file: File, exercises: Collection[Exercise]) -> tuple[Exercise, list[Cell]]:
    """The exercise that a file belongs to, and its cells. Raises UserError if it is not a notebook of one of the exercises."""
    data = file.read() if is_candidate(file.path) else b""
    if not is_candidate(file.path, data):
        raise UserError("This is not a notebook (.ipynb).")
    cells = cells_of(data)
    exercise = recognised(cells, exercises)
    if exercise is None:
        raise UserError("This notebook belongs to none of the exercises.")
    return exercise, cells


def submission_of(
    person: Person, exercise: Exercise, cells: list[Cell], path: str, late: bool, notes: tuple[str, ...]
) -> Submission:
    """What one notebook answers."""
    # fmt: off
    return Submission(
        person, exercise.name, path, late, name_in(cells),
        {asked.item: answer_in(cells, asked) for asked in exercise.asked},
        {each.name: free_text_in(cells, each) for each in exercise.by_hand}, notes)
    # fmt: on


def is_candidate(path: str, data: bytes = b"{") -> bool:
    """Whether a file with this name and this content may be a notebook: it is called one, or it is JSON."""
    suffix = PurePosixPath(path).suffix.lower()
    return suffix == ".ipynb" or (suffix in NOTEBOOKS and data.lstrip()[:1] == b"{")


def layout_of(
    paths: Collection[str], names: str | None, people: Sequence[Person]
) -> tuple[str, Callable[[str], re.Match[str] | None]]:
    """The platform that has named the files ("" for none), and a function that matches a file's path as the platform writes it.

    Raises UserError if `names` cannot be used as a pattern.

    The files of a platform may stand in one folder. Without a platform, there is a folder or a file for each person.
    """
    if names is not None:
        return "", compiled(names).fullmatch
    folders = [""]
    tops = {path.partition("/")[0] for path in paths if "/" in path}
    if len(tops) == 1 and all("/" in path for path in paths) and not on_list(Person(*tops), people):
        folders += [f"{top}/" for top in tops]
    for folder in folders:
        below = [path.removeprefix(folder) for path in paths]
        for platform, pattern in ((name, re.compile(each)) for name, each in PLATFORMS.items()):
            fitting = {path.partition("/")[0] for path in below if pattern.fullmatch(path)}
            most = 2 * len(fitting) > len({path.partition("/")[0] for path in below})
            if most and (not folder or len(fitting) > 1):
                return platform, lambda path: pattern.fullmatch(path.removeprefix(folder))  # noqa: B023
    return "", re.compile(PLAIN, re.DOTALL).fullmatch


def compiled(names: str) -> re.Pattern[str]:
    """The pattern for names. Raises UserError if it cannot be used as one."""
    try:
        pattern = re.compile(names)
    except re.error as error:
        raise UserError(f"{names!r} is not a regular expression: {error}.") from None
    if "person" not in pattern.groupindex:
        raise UserError(f"{names!r} has no group (?P<person>...), which says whose file it is.")
    return pattern


def person_of(match: re.Match[str]) -> Person:
    """The person to whom a file belongs."""
    groups = match.groupdict()
    return Person(" ".join(groups["person"].replace("_", " ").split()), groups.get("id") or "")


def known(
    found: Collection[Person], people: Sequence[Person]
) -> dict[Person, tuple[Person, tuple[str, ...]]]:
    """Each person as the class list names them, and a sentence if it does not say who they are.

    found: as the platform calls them. Two of them with different ids are never one person.
    """
    listed = {each: on_list(each, people) for each in found}
    ids: dict[Person | None, set[str]] = defaultdict(set)
    for each, one in listed.items():
        ids[one].add(each.id)
    named: dict[Person, tuple[Person, tuple[str, ...]]] = {}
    for each, one in listed.items():
        if one is not None and (len(ids[one]) == 1 or each.id == one.id):
            named[each] = one, ()
        elif one is None and not with_name(each, people):
            named[each] = each, (f"{each.name} is not on the class list.",) if people else ()
        else:
            named[each] = each, (f"The class list does not say which {each.name} this is.",)
    return named


def the_newest(found: list[tuple[datetime, datetime, Submission]]) -> Submission:
    """The last of a person's notebooks of one exercise. If there are others that differ, it says so.

    found: with the times at which each was handed in, and last changed. The second time counts only within one zip.
    """
    *older, last = (
        each for *_, each in sorted(found, key=lambda each: (each[0], each[1], natural(each[2].path)))
    )
    differing = [each.path for each in older if each.answers != last.answers]
    if not differing:
        return last
    others = listed(
        [*differing[:MOST_TOLD], *([f"{len(differing) - MOST_TOLD} more"] if differing[MOST_TOLD:] else [])]
    )
    note = f"There are {len(differing) + 1} notebooks for this exercise. {last.path} is the newest, so it counts; {others} {'does' if len(differing) == 1 else 'do'} not."
    return last._replace(notes=(*last.notes, note))


def natural(path: str) -> tuple[object, ...]:
    """A key that sorts "file-2" before "file-10", and "file" before both."""
    stem, dot, suffix = path.rpartition(".")
    parts = re.split(r"(\d+)", stem if dot else suffix)
    return tuple((int(each), "") if each.isdigit() else (-1, each) for each in parts)
