"""What a row of claims is."""

from collections.abc import Callable
from typing import Any, NamedTuple

Claim = Callable[[Any], bool]


class Row(NamedTuple):
    """Questions of one story. variant: makes one from dice; given: is it still what the questions tell?"""

    name: str
    variant: Callable[[Any], Any]
    claims: dict[str, tuple[Claim, ...]]
    given: Claim = lambda run: True
