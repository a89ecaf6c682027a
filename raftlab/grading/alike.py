"""Answers that are so alike that a person should look at both."""

import io
import keyword
import tokenize
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from itertools import combinations
from typing import NamedTuple

from raftlab.grading.grades import Grade, Row
from raftlab.grading.people import Person

ALIKE = 0.9  # the share of words that two answers have in common, in the same order
LONG = 60  # words and signs, about seven lines; shorter answers are often alike by chance
PHRASE = 8  # words
COMMON = 0.5  # the share of phrases that two answers have in common at least, if they are alike


class Alike(NamedTuple):
    """People whose answers to one item are nearly the same. share: how much of each answer is the same as in another answer of the group; 1 for all of it."""

    item: str
    people: tuple[Person, ...]
    share: float


def groups_alike(grades: Iterable[Grade]) -> list[Alike]:
    """Long answers that are nearly the same apart from the names of variables, comments and layout, the smallest groups first.

    In a small group, somebody may have copied. An answer that half of the class has written is just the usual one.
    Only rules and free texts are compared: the shortest story or the right review is the same for all who find it.
    """
    answers: dict[str, dict[tuple[str, ...], list[Person]]] = {}
    for grade in grades:
        for row in grade.rows:
            if is_own(row, grade) and len(words := words_of(row)) >= LONG:
                answers.setdefault(row.item, {}).setdefault(words, []).append(grade.person)
    found = [
        Alike(item, tuple(person for words in group for person in forms[words]), share)
        for item, forms in answers.items()
        for group, share in _joined(list(forms))
    ]
    several = [each for each in found if len(each.people) > 1]
    return sorted(
        several, key=lambda each: (len(each.people), -each.share, each.item, [one.key for one in each.people])
    )


def is_own(row: Row, grade: Grade) -> bool:
    """Whether a row is a rule or a free text that its person has written, and not only what was handed out."""
    handed_out = next((each.handed_out for each in grade.exercise.asked if each.item == row.item), "")
    return (row.kind == "write" or not row.judged) and row.text.strip() != handed_out.strip()


def words_of(row: Row) -> tuple[str, ...]:
    """The words by which an answer is compared: those of a program, or of a text."""
    return normal(row.text) if row.judged else tuple(row.text.lower().split())


def _joined(forms: Sequence[tuple[str, ...]]) -> list[tuple[list[tuple[str, ...]], float]]:
    """Groups in which each text is like another one of the group, with the smallest share for which two texts were joined."""
    groups = {form: ([form], 1.0) for form in forms}
    parts = {form: phrases(form) for form in forms}
    for one, two in combinations(forms, 2):
        first, second = groups[one], groups[two]
        # Comparing the phrases is fast, and leaves few pairs to compare word by word.
        few = len(parts[one] & parts[two]) < COMMON * max(len(parts[one]), len(parts[two]))
        if first is second or few or (share := shared(one, two)) < ALIKE:
            continue
        joined = (first[0] + second[0], min(first[1], second[1], round(share, 3)))
        groups |= dict.fromkeys(joined[0], joined)
    return list({id(each): each for each in groups.values()}.values())


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
