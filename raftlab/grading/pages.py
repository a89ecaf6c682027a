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
from raftlab.exercises.understood import Shown
from raftlab.grading.alike import LONG, Alike
from raftlab.grading.files import Problem
from raftlab.grading.grades import Grade, Row
from raftlab.grading.judging import UNWRITTEN, unpacked
from raftlab.grading.people import Person
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
MOST_NAMED = 12  # people with nearly the same answer who are named
# What a verdict says if at most a fifth of the points is left.
FIFTH = {each.value for each in Shown if each not in (Shown.SLIP, Shown.OTHER)}
RULES = RULE_BOOK | WATCHED


class Play(NamedTuple):
    """What a player of a page is given: title is what its button says."""

    title: str
    data: dict[str, Any]


class Result(NamedTuple):
    """How an item was answered. share: of the points, on average; full, none, fifth: how many people have all points,
    have none, or at most a fifth. unwritten: how many have written nothing.
    """

    item: str
    share: float
    full: int
    none: int
    fifth: int
    unwritten: int


class InShort(NamedTuple):
    """What a lecturer wants to know first of an exercise. of: the points that there are. low: how many people have less than half.

    results: the items, the hardest first.
    mistakes: the rules that are broken, and why answers could not be judged, as (item, rule or reason, people); the commonest first.
    """

    name: str
    grades: list[Grade]
    average: float
    of: float
    low: int
    results: list[Result]
    mistakes: list[tuple[str, str, int]]
    bands: list[tuple[str, int]]


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
    alike: Iterable[Alike],
    imports: Sequence[str],
    viva: bool,
) -> str:
    """The lecturer's page: what a person should look at, how each exercise went, the commonest mistakes, and everybody.

    imports: the tables for a learning platform. viva: whether there are viva sheets, too.
    """
    names = sorted({each.exercise.name for each in grades})
    return template("class.html.j2").render(
        exercises=[in_short(name, [each for each in grades if each.exercise.name == name and each.submission]) for name in names],
        missing=missing, problems=list(problems), alike=list(alike), rules=RULES, file_of=file_of,
        failed=[each for each in grades if each.failed],
        foreign=[each for each in grades if each.submission and each.submission.foreign],
        unmarked=[each for each in grades if each.unmarked], viva=viva, most_named=MOST_NAMED, long=LONG, imports=imports,
    )  # fmt: skip


def in_short(name: str, grades: list[Grade]) -> InShort:
    """An exercise in short. grades: of all who handed it in."""
    grades = sorted(grades, key=lambda each: (each.points, each.person.key))
    points, of = [each.points for each in grades], grades[0].of if grades else 0.0
    # fmt: off
    return InShort(name, grades, sum(points) / max(1, len(points)), of, sum(2 * each < of for each in points),
                   results_of(grades), mistakes(grades), bands(grades))
    # fmt: on


def results_of(grades: Sequence[Grade]) -> list[Result]:
    """How each item was answered, the hardest first. One that still has to be marked for somebody is left out."""
    unmarked = {item for grade in grades for item in grade.unmarked}
    rows: dict[str, list[Row]] = {}
    for grade in grades:
        for row in grade.rows:
            if row.item not in unmarked:
                rows.setdefault(row.item, []).append(row)
    found = [
        Result(
            item,
            sum(row.points or 0 for row in each) / max(1, sum(row.of for row in each)),
            sum(row.points == row.of for row in each),
            sum(row.points == 0 for row in each),
            sum(any(line.strip() in FIFTH for line in row.outcome.lines) for row in each),
            sum(row.outcome.obstacle == UNWRITTEN for row in each),
        )
        for item, each in rows.items()
    ]
    return sorted(found, key=lambda each: each.share)


def bands(grades: Sequence[Grade]) -> list[tuple[str, int]]:
    """How many have how many points, in bands of equal width: (a band in words, people)."""
    if not grades:
        return []
    width = grades[0].of / BANDS
    counts = Counter(min(BANDS - 1, int(each.points / width)) for each in grades)
    return [(f"{band * width:g} to {(band + 1) * width:g}", counts[band]) for band in range(BANDS)]


def mistakes(grades: Sequence[Grade]) -> list[tuple[str, str, int]]:
    """What most people did wrong, as (item, rule or reason, people). Among equals, rules come first.

    The rule is the one that is broken; the reason says why the answer could not be judged.
    """
    counts = Counter(
        (row.item, wrong)
        for each in grades
        for row in each.rows
        if (wrong := row.outcome.obstacle or row.outcome.rule) and wrong != UNWRITTEN
    )
    return [
        (item, rule, count)
        for (item, rule), count in sorted(
            counts.items(), key=lambda pair: (-pair[1], pair[0][1] not in RULES, pair[0])
        )
    ]


def file_of(person: Person) -> str:
    """The name of a person's page. Names may be equal, and may contain anything; so it ends with a few letters of its own."""
    letters = re.sub(r"[^\w]+", "_", person.name).strip("_")[:40] or "nobody"
    return f"{letters}_{hashlib.sha256(person.key.encode()).hexdigest()[:8]}.html"


def shown_points(points: float | None) -> str:
    """Points in a text, with two decimals at most; a dash if there are none yet."""
    return "–" if points is None else f"{round(points, 2):g}".replace("-", "−")


@cache
def template(name: str) -> "Template":
    """A template of this folder."""
    from jinja2 import Environment, FileSystemLoader

    made = Environment(loader=FileSystemLoader(FOLDER), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    made.filters["points"] = shown_points
    return made.get_template(name)
