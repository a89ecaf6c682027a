"""Finds out what a class handed in: in a folder, or in a zip as Moodle and Canvas export it.

Nothing is unpacked: files are read one by one, so that neither their names nor their sizes can do harm.
"""

import io
import re
import stat
import unicodedata
import zipfile
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple

from raftlab.grading.exercise import Exercise
from raftlab.grading.notebook import Answer, answer_in, cells_of, name_in, recognised
from raftlab.grading.people import Person, on_list
from raftlab.sim.errors import UserError

LARGEST = 32 << 20  # bytes of one notebook
LARGEST_ZIP = 256 << 20  # bytes of a zip in a zip
MOST_FILES = 100_000  # in one zip
# The names of files, with the person to whom they belong, in the order in which they are tried.
PATTERNS = {
    "Moodle": r"(?:.*/)?(?P<person>[^/]+?)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)(?:_?/(?:.*/)?|_)(?P<file>[^/]+)",
    "Canvas": r"(?:.*/)?(?P<person>[^/_]+)_(?:(?P<late>LATE)_)?(?P<id>\d+)_\d+_(?P<file>[^/]+)",
    "a folder for each person": r"(?P<person>[^/]+)/(?:.*/)?(?P<file>[^/]+)",
    "a file for each person": r"(?P<person>[^/]+?)(?P<file>\.[^/]*)?",
}
IGNORED = {".ipynb_checkpoints", "__MACOSX", ".git", "__pycache__"}
NOTEBOOKS = (".ipynb", ".json", ".txt", "")  # what a file may be called that is looked into
REVERSING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


class File(NamedTuple):
    """A file that was handed in. path: its place, as text; time: when it was last changed; read: returns its content."""

    path: str
    time: datetime
    read: Callable[[], bytes]


class Problem(NamedTuple):
    """A file that could not be graded, and the reason."""

    person: Person | None
    path: str
    reason: str


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
    by_hand: dict[str, str]
    notes: tuple[str, ...]
    foreign: str = ""


class Collected(NamedTuple):
    """All that was found: one submission at most for each person and exercise, and the files that are none."""

    submissions: list[Submission]
    problems: list[Problem]

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
    expression for the paths of files in it, with a group (?P<person>...) and, if they are there, (?P<id>...),
    (?P<late>...) and (?P<file>...); None tries those of Moodle, Canvas and folders. due: what was changed later is late.
    people: the class list, if there is one: a person on it is called as it says.

    Raises UserError if there is no such folder or zip, or if the regular expression is wrong.
    """
    patterns = compiled(names)
    problems: list[Problem] = []
    found: dict[tuple[str, str], list[tuple[datetime, str, Submission]]] = defaultdict(list)
    for file in files_in(place, problems):
        match = next((match for each in patterns if (match := each.fullmatch(file.path))), None)
        if match is None:
            problems.append(Problem(None, file.path, "This name does not say whose file it is."))
            continue
        person, notes = known(person_of(match), people)
        try:
            data = file.read() if is_candidate(file.path) else b""
            if not is_candidate(file.path, data):
                raise UserError("This is not a notebook (.ipynb).")
            cells = cells_of(data)
        except UserError as error:
            problems.append(Problem(person, file.path, str(error)))
            continue
        exercise = recognised(cells, exercises)
        if exercise is None:
            problems.append(Problem(person, file.path, "This notebook belongs to none of the exercises."))
            continue
        late = bool(match.groupdict().get("late")) or (due is not None and file.time > due)
        written = {cell.id: cell.text for cell in cells if cell.id}
        # fmt: off
        submission = Submission(
            person, exercise.name, file.path, late, name_in(cells),
            {asked.item: answer_in(cells, asked) for asked in exercise.asked},
            {each.name: written.get(each.cell_id, "") for each in exercise.by_hand}, notes)
        # fmt: on
        found[person.key, exercise.name].append((file.time, file.path, submission))
    return Collected([the_newest(each) for _, each in sorted(found.items())], problems)


def is_candidate(path: str, data: bytes = b"{") -> bool:
    """Whether a file with this name and this content may be a notebook: it is called one, or it is JSON."""
    suffix = PurePosixPath(path).suffix.lower()
    return suffix == ".ipynb" or (suffix in NOTEBOOKS and data.lstrip()[:1] == b"{")


def compiled(names: str | None) -> list[re.Pattern[str]]:
    """The patterns of names. Raises UserError if the one that was given is none."""
    if names is None:
        return [re.compile(each) for each in PATTERNS.values()]
    try:
        pattern = re.compile(names)
    except re.error as error:
        raise UserError(f"{names!r} is no regular expression: {error}.") from None
    if "person" not in pattern.groupindex:
        raise UserError(f"{names!r} has no group (?P<person>...), which says whose file it is.")
    return [pattern]


def person_of(match: re.Match[str]) -> Person:
    """The person to whom a file belongs."""
    groups = match.groupdict()
    return Person(" ".join(groups["person"].replace("_", " ").split()), groups.get("id") or "")


def known(person: Person, people: Sequence[Person]) -> tuple[Person, tuple[str, ...]]:
    """The person as the class list names them, and a sentence if they are not on it."""
    found = on_list(person, people)
    if found is None and people:
        return person, (f"{person.name} is not on the class list.",)
    return found or person, ()


def the_newest(found: list[tuple[datetime, str, Submission]]) -> Submission:
    """The last of a person's notebooks of one exercise. If there are others that differ, it says so."""
    *others, (_, _, last) = sorted(found, key=lambda each: (each[0], natural(each[1])))
    differing = [path for _, path, each in others if each.answers != last.answers]
    if not differing:
        return last
    note = f"There are {len(differing) + 1} notebooks of this exercise. {last.path} is the newest and counts; {' and '.join(differing)} {'does' if len(differing) == 1 else 'do'} not."
    return last._replace(notes=(*last.notes, note))


def natural(path: str) -> tuple[object, ...]:
    """A key that sorts "file-2" before "file-10", and "file" before both."""
    stem, dot, suffix = path.rpartition(".")
    parts = re.split(r"(\d+)", stem if dot else suffix)
    return tuple((int(each), "") if each.isdigit() else (-1, each) for each in parts)


# -- Files in folders and zips -----------------------------------------------------------------------------------------


def files_in(place: Path, problems: list[Problem]) -> Iterator[File]:
    """All files in a folder or a zip, also those in zips in it, in the order of their paths."""
    if place.is_dir():
        yield from files_in_folder(place, problems)
    elif zipfile.is_zipfile(place):
        with zipfile.ZipFile(place) as archive:
            yield from files_in_zip(archive, "", problems)
    else:
        raise UserError(f"{place} is neither a folder nor a zip file.")


def files_in_folder(folder: Path, problems: list[Problem]) -> Iterator[File]:
    """The files in a folder. Links are not followed, so that nobody hands in a file of the lecturer's."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if is_ignored(name) or (path.is_dir() and not path.is_symlink()):
            continue
        what = path.lstat()
        shown = shown_name(name)
        if not stat.S_ISREG(what.st_mode):
            problems.append(Problem(None, shown, "This is a link or a device, not a file."))
        elif path.suffix.lower() == ".zip":
            yield from files_in_inner_zip(shown, path.read_bytes, problems)
        else:
            yield File(
                shown, datetime.fromtimestamp(what.st_mtime), reading(partial(io.FileIO, path), what.st_size)
            )


def files_in_zip(archive: zipfile.ZipFile, inside: str, problems: list[Problem]) -> Iterator[File]:
    """The files in a zip. inside: what comes before their names."""
    members = archive.infolist()
    if len(members) > MOST_FILES:
        problems.append(
            Problem(
                None,
                inside or str(archive.filename),
                f"It has more than {MOST_FILES:,} files; the rest was not read.",
            )
        )
    for member in sorted(members[:MOST_FILES], key=lambda each: each.filename):
        name = member_name(member)
        if member.is_dir() or is_ignored(name):
            continue
        path = f"{inside}{shown_name(name)}"
        if reason := why_not(member, name):
            problems.append(Problem(None, path, reason))
        elif name.lower().endswith(".zip"):
            read = reading(partial(archive.open, member), member.file_size, LARGEST_ZIP)
            yield from files_in_inner_zip(path, read, problems, deep=bool(inside))
        else:
            yield File(path, time_of(member), reading(partial(archive.open, member), member.file_size))


def files_in_inner_zip(
    path: str, read: Callable[[], bytes], problems: list[Problem], deep: bool = False
) -> Iterator[File]:
    """The files of a zip in a folder or in another zip. deep: it is in a zip that is itself in one; then it is not read."""
    if deep:
        problems.append(Problem(None, path, "This is a zip in a zip in a zip: it was not read."))
        return
    try:
        with zipfile.ZipFile(io.BytesIO(read())) as archive:
            yield from files_in_zip(archive, f"{path.removesuffix('.zip')}/", problems)
    except (zipfile.BadZipFile, UserError, NotImplementedError, OSError) as error:
        problems.append(Problem(None, path, f"This zip cannot be read: {error}"))


def reading(
    opened: Callable[[], IO[bytes] | io.RawIOBase], size: int, most: int = LARGEST
) -> Callable[[], bytes]:
    """A function that reads a file, but never more than `most` bytes of it, whatever size it says that it has.

    The function raises UserError if the file is larger, or cannot be read.
    """

    def read() -> bytes:
        if size > most:
            raise UserError(f"The file is larger than {most >> 20} MB.")
        try:
            with opened() as file:
                data = file.read(most + 1)
        except (
            zipfile.BadZipFile,
            OSError,
            EOFError,
            NotImplementedError,
            RuntimeError,
            ValueError,
        ) as error:
            raise UserError(f"The file cannot be read: {error}") from None
        if len(data) > most:
            raise UserError(f"The file is larger than {most >> 20} MB.")
        return data

    return read


def member_name(member: zipfile.ZipInfo) -> str:
    """The name of a file in a zip. Old programs write it in UTF-8 without saying so, and Python then reads it as cp437."""
    name = member.filename
    if not member.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("utf-8")
        except (UnicodeEncodeError, UnicodeDecodeError):
            return name.replace("\\", "/")
    return name.replace("\\", "/")


def why_not(member: zipfile.ZipInfo, name: str) -> str:
    """Why a file of a zip is not read; "" if it is."""
    if name.startswith("/") or ".." in name.split("/") or re.match(r"[A-Za-z]:", name):
        return "This name leads out of the zip: the file was not read."
    if member.flag_bits & 0x1:
        return "This file is encrypted."
    if stat.S_IFMT(member.external_attr >> 16) not in (0, stat.S_IFREG):
        return "This is a link or a device, not a file."
    return ""


def time_of(member: zipfile.ZipInfo) -> datetime:
    """When a file of a zip was last changed, as the zip says."""
    try:
        return datetime(*member.date_time)
    except ValueError:
        return datetime(1980, 1, 1)


def is_ignored(name: str) -> bool:
    """Whether a file belongs to a program and not to a person."""
    parts = name.split("/")
    return bool(IGNORED & set(parts)) or parts[-1].startswith("._") or parts[-1] in (".DS_Store", "Thumbs.db")


def shown_name(name: str) -> str:
    """A name that can be written to any file: letters are composed, and what is no letter in any encoding is replaced."""
    safe = name.encode("utf-8", "replace").decode()
    return unicodedata.normalize("NFC", "".join("�" if is_unsafe(each) else each for each in safe))


def is_unsafe(letter: str) -> bool:
    """Whether a letter can change how the text around it is shown: controls, and what reverses the direction of writing."""
    return unicodedata.category(letter) in ("Cc", "Cs", "Co", "Cn") or letter in REVERSING


def of_exercise(submissions: Iterable[Submission], name: str) -> list[Submission]:
    """The submissions of one exercise."""
    return [each for each in submissions if each.exercise == name]
