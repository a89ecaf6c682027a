"""Files that a user names: read and written, or refused in one sentence."""

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
        raise UserError(f"{path} cannot be read: it is no text.") from None
    except (OSError, ValueError) as error:
        raise UserError(f"{path} cannot be read: {_reason(error)}.") from None


def check_writable(path: str | Path) -> None:
    """Find out whether a file could be written, before anything is made that would be lost otherwise.

    Raises UserError if it could not. A file that is there already stays as it is.
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
    """Why not: what the system says, or that it takes no such name."""
    if isinstance(error, UnicodeEncodeError):
        return "this system's encoding has no way to write that name (in a UTF-8 locale, such as LC_ALL=C.UTF-8, it has)"
    return getattr(error, "strerror", None) or str(error)
