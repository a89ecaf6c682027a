"""The file of all outcomes: only ever appended to, so that a grader that is stopped at any moment loses nothing."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from raftlab.grading.judging import Outcome
from raftlab.sim.errors import UserError

try:
    import fcntl
except ImportError:  # Windows has none: there, nothing stops two graders from using one folder
    fcntl = None  # type: ignore[assignment]


class Results:
    """Outcomes by the key of their job, in a file of one line each. In memory are only the places of the lines.

    A line that was not written to its end, because the grader was stopped, is cut off. Later lines replace earlier ones.
    A second grader with the same file is refused: UserError.
    """

    def __init__(self, path: Path):
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

    def __getitem__(self, key: str) -> Outcome:
        self._file.seek(self._places[key])
        return outcome_of(json.loads(self._file.readline()))

    def add(self, key: str, outcome: Outcome) -> None:
        """Append an outcome; when this returns, it is on the disk."""
        place = self._file.seek(0, os.SEEK_END)
        self._file.write(json.dumps({"key": key, **outcome._asdict()}).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        self._places[key] = place

    def forget(self, key: str) -> None:
        """Act as if there were no such outcome, until it is added again."""
        self._places.pop(key, None)

    def close(self) -> None:
        """Let others use the file."""
        self._file.close()

    def __enter__(self) -> "Results":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def parsed(line: bytes) -> dict[str, Any] | None:
    """The record in a line; None if it is torn."""
    try:
        record = json.loads(line)
    except ValueError:
        return None
    return record if isinstance(record, dict) and "key" in record else None


def outcome_of(record: dict[str, Any]) -> Outcome:
    """The outcome in a record."""
    fields = {name: value for name, value in record.items() if name != "key"}
    return Outcome(**{**fields, "lines": tuple(fields["lines"])})
