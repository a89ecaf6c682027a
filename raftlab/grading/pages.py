"""The pages of a class: one for each person, and one for the lecturer. They need no network."""

import hashlib
import html
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from raftlab.exercises.display import SHOWN
from raftlab.grading.alike import Pair
from raftlab.grading.grades import Grade
from raftlab.grading.judging import unpacked
from raftlab.grading.people import Person
from raftlab.grading.submissions import Problem
from raftlab.player.page import in_base64, module, shell
from raftlab.rules import RULE_BOOK
from raftlab.sim.invariants import WATCHED

if TYPE_CHECKING:
    from jinja2 import Template

FOLDER = Path(__file__).parent
MODULE_MARK, DATA_MARK = "@module@", "@data@"
PAGE = re.compile(r".*_[0-9a-f]{8}\.html")  # the name of a person's page
TAG = re.compile(r"<[^>]+>")
BANDS = 10  # of points, in the picture of their distribution


class Play(NamedTuple):
    """What a player of a page is given: title is what its button says."""

    title: str
    data: dict[str, Any]


def person_page(person: Person, grades: Sequence[Grade]) -> str:
    """The page of one person: for each item the points, what failed, and the run that shows it."""
    plays = {
        (grade.exercise.name, row.item): plays_of(row.outcome.runs) for grade in grades for row in grade.rows
    }
    return template("person.html.j2").render(
        person=person, grades=grades, plays=plays, player=player(),
        module_mark=MODULE_MARK, data_mark=DATA_MARK, playing=any(plays.values()),
    )  # fmt: skip


@cache
def player() -> tuple[str, str]:
    """The page around a player, and the player's code, both in Base64."""
    return in_base64(shell("A run", MODULE_MARK, DATA_MARK)), in_base64(module())


def plays_of(runs: str) -> list[Play]:
    """The players for the runs of an outcome: two runs are shown side by side, in step."""
    found = [(html.unescape(TAG.sub("", heading)), bundle, tick) for heading, bundle, tick in unpacked(runs)]
    if len(found) == 2:
        (first, one, tick), (second, two, _) = found
        return [Play("Play both runs", {"bundles": [one, two], "names": [first, second], "tick": tick})]
    return [
        Play(f"Play: {title}", {"bundle": bundle, "show": list(SHOWN), "tick": tick})
        for title, bundle, tick in found
    ]


def class_page(
    grades: Sequence[Grade],
    missing: Sequence[tuple[str, Person]],
    problems: Iterable[Problem],
    alike: Iterable[Pair],
) -> str:
    """The lecturer's page: the distribution of the points, the commonest mistakes, and what a person should look at."""
    exercises = sorted({each.exercise.name for each in grades})
    of = {
        name: [each for each in grades if each.exercise.name == name and each.submission]
        for name in exercises
    }
    return template("class.html.j2").render(
        exercises=[(name, of[name], bands(of[name]), mistakes(of[name])) for name in exercises],
        missing=missing, problems=list(problems), alike=list(alike), rules=RULE_BOOK | WATCHED, file_of=file_of,
        failed=[each for each in grades if each.failed],
        foreign=[each for each in grades if each.submission and each.submission.foreign],
        unmarked=[each for each in grades if each.unmarked],
    )  # fmt: skip


def bands(grades: Sequence[Grade]) -> list[tuple[str, int]]:
    """How many have how many points, in bands of equal width: (a band in words, people)."""
    if not grades:
        return []
    width = grades[0].of / BANDS
    counts = Counter(min(BANDS - 1, int(each.points / width)) for each in grades)
    return [(f"{band * width:g} to {(band + 1) * width:g}", counts[band]) for band in range(BANDS)]


def mistakes(grades: Sequence[Grade]) -> list[tuple[str, str, int]]:
    """The rules that most people broke: (item, rule, people)."""
    counts = Counter((row.item, row.outcome.rule) for each in grades for row in each.rows if row.outcome.rule)
    return [
        (item, rule, count)
        for (item, rule), count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    ]


def file_of(person: Person) -> str:
    """The name of a person's page. Names may be equal, and may contain anything; so it ends with a few letters of its own."""
    letters = re.sub(r"[^\w]+", "_", person.name).strip("_")[:40] or "nobody"
    return f"{letters}_{hashlib.sha256(person.key.encode()).hexdigest()[:8]}.html"


@cache
def template(name: str) -> "Template":
    """A template of this folder."""
    from jinja2 import Environment, FileSystemLoader

    made = Environment(loader=FileSystemLoader(FOLDER), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    made.filters["points"] = lambda points: "–" if points is None else f"{points:g}"
    return made.get_template(name)
