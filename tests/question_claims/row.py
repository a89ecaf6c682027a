"""Rows of claims."""

from collections.abc import Callable
from typing import Any, NamedTuple

Claim = Callable[[Any], bool]


class Row(NamedTuple):
    """Questions about one story. variant: makes a random variant of the story; given: does the variant still fit the questions?"""

    name: str
    variant: Callable[[Any], Any]
    claims: dict[str, tuple[Claim, ...]]
    given: Claim = lambda run: True
