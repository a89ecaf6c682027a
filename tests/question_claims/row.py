"""A row: the claims of questions about one story."""

from collections.abc import Callable
from typing import Any, NamedTuple

Claim = Callable[[Any], bool]


class Row(NamedTuple):
    """The claims of questions about one story.

    variant: makes a random variant of the story. claims: question -> the claim of each choice. given: does a variant
    still fit the questions?
    """

    name: str
    variant: Callable[[Any], Any]
    claims: dict[str, tuple[Claim, ...]]
    given: Claim = lambda run: True
