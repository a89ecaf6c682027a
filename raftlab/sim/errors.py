"""`UserError`, the one kind of error for a user's mistakes, and the checks that raise it."""

import inspect
import math
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from difflib import get_close_matches
from functools import wraps
from reprlib import Repr
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
N = TypeVar("N", int, float)
MOST_NAMES = 40  # the most names that an error message lists
MOST_NODES = 99  # in a cluster; a tick takes longer with the square of their number
MOST_DRAWN = 9  # nodes in a picture or in the player
# The most digits of a number in a story or an error message: Python refuses to write numbers with thousands of digits.
MOST_DIGITS = 100
# Other names that people try for an argument, and the right name.
OTHER_WORDS = {
    "deeds": "actions",
    "disks": "start",
    "duration": "ticks",
    "events": "actions",
    "length": "ticks",
    "logs": "start",
    "servers": "nodes",
    "size": "nodes",
    "steps": "actions",
    "timing": "preset",
    "verbs": "actions",
}


class UserError(ValueError):
    """A mistake of the user. Its message says in one sentence what was wrong and what would be right. Nothing was changed."""

    def _render_traceback_(self) -> list[str]:
        """In a notebook, show only the message: a traceback through raftlab's code would not help."""
        return [str(self)]


class NodeError(UserError):
    """The code of a node raised an error, did not end, left wrong types in the node's fields, or answered nonsense."""


class _Brief(Repr):
    """How values are written in error messages."""

    def __init__(self) -> None:
        super().__init__()
        self.maxstring = self.maxother = 100
        self.maxlist = self.maxtuple = self.maxset = self.maxdict = 20

    def repr_int(self, x: int, level: int) -> str:
        return f"a number with more than {MOST_DIGITS} digits" if _is_long(x) else super().repr_int(x, level)


BRIEF = _Brief()


def in_short(value: object) -> str:
    """A value as Python writes it, cut where it is long. Of an object whose own code fails here, the type is told."""
    return BRIEF.repr(value)


def fell_over(error: Exception) -> str:
    """The error of a node, in one sentence."""
    told = f"{type(error).__name__}: {error}" if str(error) else repr(error)
    return f"the code of the node raises {told}"


def check_number(name: str, value: object, least: int, most: int | None = None) -> int:
    """Return `value` if it is a whole number within bounds; otherwise raise UserError."""
    too_large = isinstance(value, int) and most is not None and value > most
    if isinstance(value, bool) or not isinstance(value, int) or value < least or too_large:
        bounds = f"of at least {least}" if most is None else f"from {least} to {most}"
        raise UserError(
            f"{name[0].upper()}{name[1:]} must be a whole number {bounds}, not {in_short(value)}."
        )
    return value


def check_short(value: float) -> None:
    """Raise UserError if a story cannot hold a number, because it is too long or not finite."""
    if isinstance(value, float) and not math.isfinite(value):
        raise UserError(f"A number in a story must be finite, not {value}.")
    if isinstance(value, int) and _is_long(value):
        raise UserError(f"A number in a story has at most {MOST_DIGITS} digits; this one has more.")


def _is_long(number: int) -> bool:
    least: int = 10**MOST_DIGITS
    return abs(number) >= least


def check_drawable(nodes: int) -> None:
    """Raise UserError if a picture or the player cannot show so many nodes."""
    if nodes > MOST_DRAWN:
        raise UserError(
            f"Pictures and the player show at most {MOST_DRAWN} nodes, not {nodes}; "
            "of more, play(story) and Cluster(story) give the trace."
        )


def check_pair(name: str, value: Any, form: str, check: Callable[[object], N]) -> tuple[N, N]:
    """Return two numbers, the smaller first, or raise UserError.

    form: what they are, with an example, for the error message. check: returns one number, or raises UserError.
    """
    try:
        first, second = list(value)
    except (TypeError, ValueError):
        raise UserError(f"{name} is {form}, not {in_short(value)}.") from None
    shortest, longest = check(first), check(second)
    if shortest > longest:
        raise UserError(
            f"{name} is the wrong way round: of ({shortest}, {longest}) the shorter one must come first."
        )
    return shortest, longest


def check_name(kind: str, name: object, known: Iterable[str], note: str = "") -> str:
    """Return a name that exists. Otherwise raise UserError with the nearest name and, at the end, the note."""
    known = list(known)
    if isinstance(name, str) and name in known:
        return name
    lower = {each.lower(): each for each in known}
    near = get_close_matches(in_short(name).strip("'").lower(), lower, n=1)
    hint = f" Did you mean {lower[near[0]]!r}?" if near else ""
    more = f" and {len(known) - MOST_NAMES} more" if len(known) > MOST_NAMES else ""
    raise UserError(
        f"There is no {kind} {in_short(name)}.{hint} There are: {', '.join(known[:MOST_NAMES])}{more}.{note}"
    )


def check_text(name: str, text: object) -> str:
    """Return text that can be shown and saved: without control characters other than newlines, and without lone surrogates."""
    if not isinstance(text, str):
        raise UserError(f"{name} is text, not {in_short(text)}.")
    if any(unicodedata.category(each) in ("Cc", "Cs") and each != "\n" for each in text):
        raise UserError(f"{name} has a character in it that cannot be shown: {in_short(text)}; leave it out.")
    return text


def check_call(
    name: str, function: Callable[..., Any], given: Iterable[Any], named: Mapping[str, Any] | None = None
) -> None:
    """Raise UserError if a function does not take these arguments. Its first argument, the cluster, is not among them.

    This is checked apart from the call: a TypeError from inside the function would be our mistake, not the user's.
    """
    signature = inspect.signature(function)
    _check_bound(name, signature.replace(parameters=[*signature.parameters.values()][1:]), given, named or {})


def checks_call(function: Callable[P, R]) -> Callable[P, R]:
    """A decorator: if the function is called with arguments that it does not take, UserError says which it takes.

    For `__init__` the error names the class, because the user has called the class.
    """
    signature, name, of_itself = inspect.signature(function), function.__name__, 0
    if name == "__init__":
        name, of_itself = function.__qualname__.split(".")[-2], 1
        signature = signature.replace(parameters=[*signature.parameters.values()][1:])

    @wraps(function)
    def call(*given: P.args, **named: P.kwargs) -> R:
        _check_bound(name, signature, given[of_itself:], named)
        return function(*given, **named)

    return call


def _check_bound(
    name: str, signature: inspect.Signature, given: Iterable[Any], named: Mapping[str, Any]
) -> None:
    given = tuple(given)
    try:
        signature.bind(*given, **named)
    except TypeError:
        unknown = next((key for key in named if key not in signature.parameters), None)
        if unknown is not None:
            takes = f"It takes {listed(list(signature.parameters), 'nothing')}."
            if (right := OTHER_WORDS.get(unknown)) in signature.parameters:
                raise UserError(
                    f"{name}() has no argument {unknown!r}: it is called {right!r}. {takes}"
                ) from None
            near = get_close_matches(unknown, signature.parameters, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise UserError(f"{name}() has no argument {unknown!r}.{hint} {takes}") from None
        takes = ", ".join(
            parameter.name
            if parameter.default is parameter.empty
            else f"{parameter.name}={parameter.default!r}"
            for parameter in signature.parameters.values()
        )
        words = [repr(each) for each in given] + [f"{key}={value!r}" for key, value in named.items()]
        raise UserError(f"It is {name}({takes}), not {name}({', '.join(words)}).") from None


def listed(names: Collection[str], nobody: str = "nobody") -> str:
    """Join names for a sentence.

    >>> listed(["n1", "n2", "n3"]), listed(["n1"]), listed([])
    ('n1, n2 and n3', 'n1', 'nobody')
    """
    *most, last = names or (nobody,)
    return f"{', '.join(most)} and {last}" if most else last


def type_of(value: object) -> str:
    """The type of a value, with its article.

    >>> type_of(7), type_of("seven"), type_of(None)
    ('an int', 'a str', 'None')
    """
    name = type(value).__name__
    return "None" if value is None else f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"
