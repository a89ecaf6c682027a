"""Read and write files that a user names; if that fails, UserError says why."""

from pathlib import Path

from raftlab.sim.errors import UserError


def write_file(path: str | Path, content: str | bytes) -> None:
    """Write a file, text as UTF-8. Raises UserError if it cannot be written."""
    try:
        Path(path).write_bytes(content.encode() if isinstance(content, str) else content)
    except (OSError, ValueError) as error:
        raise UserError(f"{path} cannot be written: {_reason(error)}.") from None


def read_file(path: str | Path) -> str:
    """The text of a file. Raises UserError if it cannot be read."""
    try:
        return Path(path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise UserError(f"{path} cannot be read: it is not a text file.") from None
    except (OSError, ValueError) as error:
        raise UserError(f"{path} cannot be read: {_reason(error)}.") from None


def check_writable(path: str | Path) -> None:
    """Check whether a file can be written, before its content is made.

    Raises UserError if it cannot. An existing file stays as it is.
    """
    try:
        is_new = not Path(path).exists()
        with Path(path).open("ab"):
            pass
        if is_new:
            Path(path).unlink()
    except (OSError, ValueError) as error:
        raise UserError(f"{path} cannot be written: {_reason(error)}.") from None


def _reason(error: OSError | ValueError) -> str:
    """The reason: the system's message, or that it cannot encode the name."""
    if isinstance(error, UnicodeEncodeError):
        return "this system's encoding has no way to write that name (in a UTF-8 locale, such as LC_ALL=C.UTF-8, it has)"
    return getattr(error, "strerror", None) or str(error)
