"""The files in a folder or a zip, and in the zips in it.

Nothing is unpacked: files are read one by one, so that neither their names nor their sizes can do harm.
"""

import io
import re
import stat
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import IO, NamedTuple

from raftlab.grading.people import Person, shown_name
from raftlab.sim.errors import UserError

LARGEST = 32 << 20  # bytes of one notebook
LARGEST_ZIP = 256 << 20  # bytes of a zip in a zip
MOST_FILES = 100_000  # in one zip
IGNORED = {".ipynb_checkpoints", "__MACOSX", ".git", "__pycache__"}


class File(NamedTuple):
    """A file. path: its place, as text; time: when it was last changed; size: in bytes; read: returns its content."""

    path: str
    time: datetime
    size: int
    read: Callable[[], bytes]


class Problem(NamedTuple):
    """A file that could not be graded, and the reason."""

    person: Person | None
    path: str
    reason: str


@contextmanager
def handed_in(place: Path, problems: list[Problem]) -> Iterator[list[File]]:
    """All files in a folder or a zip, in the order of their paths. They can be read until the context ends."""
    if place.is_dir():
        yield list(files_in_folder(place, problems))
    elif zipfile.is_zipfile(place):
        with zipfile.ZipFile(place) as archive:
            yield list(files_in_zip(archive, "", problems))
    else:
        raise UserError(f"{place} is neither a folder nor a zip file.")


def files_in_folder(folder: Path, problems: list[Problem]) -> Iterator[File]:
    """The files in a folder. Links are not followed, so that nobody can hand in one of the lecturer's files."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if is_ignored(name) or (path.is_dir() and not path.is_symlink()):
            continue
        what = path.lstat()
        shown = shown_name(name)
        if not stat.S_ISREG(what.st_mode):
            problems.append(Problem(None, shown, "This is a link or a device, not a file."))
        else:
            read = reading(partial(io.FileIO, path), what.st_size, most_of(name))
            yield File(shown, datetime.fromtimestamp(what.st_mtime), what.st_size, read)


def files_in_zip(archive: zipfile.ZipFile, inside: str, problems: list[Problem]) -> Iterator[File]:
    """The files in a zip. inside: what comes before their names."""
    members = archive.infolist()
    if len(members) > MOST_FILES:
        reason = f"It has more than {MOST_FILES:,} files; the rest was not read."
        problems.append(Problem(None, inside or str(archive.filename), reason))
    for member in sorted(members[:MOST_FILES], key=lambda each: each.filename):
        name = member_name(member)
        if member.is_dir() or is_ignored(name):
            continue
        path = f"{inside}{shown_name(name)}"
        if reason := why_not(member, name):
            problems.append(Problem(None, path, reason))
        else:
            read = reading(partial(archive.open, member), member.file_size, most_of(name))
            yield File(path, time_of(member), member.file_size, read)


def files_of(handed_in: File, problems: list[Problem]) -> Iterator[File]:
    """The file itself, or what is in it if it is a zip."""
    if not is_zip(handed_in.path):
        yield handed_in
        return
    try:
        with zipfile.ZipFile(io.BytesIO(handed_in.read())) as archive:
            for file in files_in_zip(archive, f"{handed_in.path[:-4]}/", problems):
                if is_zip(file.path):
                    problems.append(
                        Problem(None, file.path, "This is a zip inside a person's zip: it was not read.")
                    )
                else:
                    yield file
    except (zipfile.BadZipFile, UserError, NotImplementedError, OSError) as error:
        problems.append(Problem(None, handed_in.path, f"This zip cannot be read: {error}"))


def is_zip(path: str) -> bool:
    """Whether a file has the name of a zip."""
    return path.lower().endswith(".zip")


def most_of(path: str) -> int:
    """The most bytes that are read of a file with this name."""
    return LARGEST_ZIP if is_zip(path) else LARGEST


def reading(opened: Callable[[], IO[bytes] | io.RawIOBase], size: int, most: int) -> Callable[[], bytes]:
    """A function that reads a file, but never more than `most` bytes of it, whatever size the file claims to have.

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
