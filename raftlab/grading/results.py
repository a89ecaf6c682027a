"""A file of records, such as all outcomes: only ever appended to, so that a grader that is stopped at any moment loses nothing."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Generic, Protocol, Self, TypeVar

from raftlab.grading.judging import Outcome
from raftlab.sim.errors import UserError

try:
    import fcntl
except ImportError:  # Windows has none: there, nothing stops two graders from using one folder
    fcntl = None  # type: ignore[assignment]


class Record(Protocol):
    """What can be kept: a named tuple."""

    def _asdict(self) -> dict[str, Any]: ...


Kept = TypeVar("Kept", bound=Record)


class Records(Generic[Kept]):
    """Records by a key, in a file of one line each. In memory are only the places of the lines. of: makes one of its fields.

    A line that was not written to its end, because the grader was stopped, is cut off. Later lines replace earlier ones.
    A second grader with the same file is refused: UserError.
    """

    def __init__(self, path: Path, of: Callable[[dict[str, Any]], Kept]):
        self._of = of
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a+b")
        if fcntl is not None:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                self._file.close()
                raise UserError(
                    f"Another grader is using {path.parent}; wait until it ends, or use another folder."
                ) from None
        self._places = dict(self._read())

    def _read(self) -> Iterator[tuple[str, int]]:
        """The keys of all lines, with their places. What follows the last whole line is cut off."""
        self._file.seek(0)
        place = 0
        for line in self._file:
            if not line.endswith(b"\n") or (record := parsed(line)) is None:
                break
            yield record["key"], place
            place += len(line)
        self._file.truncate(place)

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __contains__(self, key: str) -> bool:
        return key in self._places

    def __getitem__(self, key: str) -> Kept:
        self._file.seek(self._places[key])
        record = json.loads(self._file.readline())
        del record["key"]
        return self._of(record)

    def add(self, key: str, record: Kept) -> None:
        """Append a record; when this returns, it is on the disk."""
        place = self._file.seek(0, os.SEEK_END)
        self._file.write(json.dumps({"key": key, **record._asdict()}).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        self._places[key] = place

    def forget(self, key: str) -> None:
        """Act as if there were no such record, until it is added again."""
        self._places.pop(key, None)

    def close(self) -> None:
        """Let others use the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Results(Records[Outcome]):
    """Outcomes, by the key of their job."""

    def __init__(self, path: Path):
        super().__init__(path, Outcome.of_record)


def parsed(line: bytes) -> dict[str, Any] | None:
    """The record in a line; None if it is torn."""
    try:
        record = json.loads(line)
    except ValueError:
        return None
    return record if isinstance(record, dict) and "key" in record else None
