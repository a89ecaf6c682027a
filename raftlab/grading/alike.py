"""Answers that are so alike that a person should look at both."""

import io
import keyword
import tokenize
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from itertools import combinations
from typing import NamedTuple

from raftlab.grading.grades import Grade
from raftlab.grading.people import Person

ALIKE = 0.9  # the share of words that two answers have in common, in the same order
LONG = 150  # words; shorter answers are often alike by chance
PHRASE = 8  # words
COMMON = 0.5  # the share of phrases that two answers have in common at least, if they are alike


class Pair(NamedTuple):
    """Two people's answers to one item, and how much of them is the same: 1 for all."""

    item: str
    first: Person
    second: Person
    share: float


def pairs_alike(grades: Iterable[Grade]) -> list[Pair]:
    """Long answers that are nearly the same apart from the names of variables, comments and layout, the most alike first."""
    answers: dict[str, list[tuple[Person, tuple[str, ...], frozenset[tuple[str, ...]]]]] = {}
    for grade in grades:
        for row in grade.rows:
            if len(words := normal(row.text)) >= LONG:
                answers.setdefault(row.item, []).append((grade.person, words, phrases(words)))
    found = []
    for item, given in answers.items():
        for (one, first, some), (two, second, others) in combinations(given, 2):
            # Comparing the phrases is fast, and leaves few pairs to compare word by word.
            if len(some & others) >= COMMON * max(len(some), len(others)):
                share = shared(first, second)
                found += [Pair(item, one, two, round(share, 3))] if share >= ALIKE else []
    return sorted(found, key=lambda pair: (-pair.share, pair.item, pair.first.key, pair.second.key))


def shared(first: Sequence[str], second: Sequence[str]) -> float:
    """The share of words that two answers have in common, in the same order."""
    return SequenceMatcher(None, first, second, autojunk=False).ratio()


def phrases(words: Sequence[str]) -> frozenset[tuple[str, ...]]:
    """Each sequence of a few words in a text."""
    return frozenset(tuple(words[place : place + PHRASE]) for place in range(len(words) - PHRASE + 1))


def normal(text: str) -> tuple[str, ...]:
    """The words of an answer, without comments, layout and texts. The names of variables are all the same; those of fields stay."""
    words: list[str] = []
    try:
        for each in tokenize.generate_tokens(io.StringIO(text).readline):
            if each.type == tokenize.NAME and not keyword.iskeyword(each.string) and words[-1:] != ["."]:
                words.append("name")
            elif each.type in (tokenize.NAME, tokenize.OP, tokenize.NUMBER):
                words.append(each.string)
    except (tokenize.TokenError, SyntaxError, ValueError):
        return tuple(text.split())
    return tuple(words)
