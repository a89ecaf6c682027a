"""A made-up class that hands in an exercise, or all of a folder: right and wrong answers, empty ones and attacks, each with its own draws.

    python tests/made_up_class.py solutions/02_election.ipynb 200 submissions.zip people.csv secret.txt

writes the zip that Moodle would give, the class list and the secret.
"""

import ast
import json
import re
import sys
import textwrap
import zipfile
from functools import cache
from pathlib import Path
from random import Random

from correct_rafts import source_with
from textbook import SOURCE

from raftlab.checks.mutants import KNOWN
from raftlab.checks.right.choices import CHOICES
from raftlab.exercises.handout import handout, lines, text
from raftlab.exercises.items import ITEMS
from raftlab.exercises.student import personal_code
from raftlab.grading.exercise import exercise_of

SECRET = "the secret of a made-up class"
HOSTILE = Path(__file__).parent / "hostile"
FIRST = (
    "Ada",
    "Bela",
    "Chloé",
    "Dmitri",
    "Eun-ji",
    "Fatima",
    "Göran",
    "Hiro",
    "Inês",
    "Jan",
    "Kofi",
    "Lê",
    "Мария",
    "Nuño",
)
LAST = (
    "Abe",
    "Brandt",
    "Cruz",
    "Đặng",
    "Evans",
    "Fischer",
    "García",
    "Hopper",
    "Ivanov",
    "Jónsdóttir",
    "Kim",
    "Lovelace",
    "Müller",
    "O'Brien",
    "Świątek",
)
EMPTY, HARMFUL, WEAK = 0.1, 0.05, 0.25  # shares of the class; the others are mostly right
WRONG = {"weak": 0.5, "good": 0.1}  # the share of wrong answers of a person


def main(solution: str, count: str, submissions: str, people: str, secret: str) -> None:
    """Write the three files. solution: an exercise with its answers, or a folder of them."""
    paths = sorted(Path(solution).glob("*.ipynb")) if Path(solution).is_dir() else [Path(solution)]
    members = names(int(count))
    Path(secret).write_text(f"{SECRET}\n", encoding="utf-8")
    rows = [f"Participant {number},{name}," for number, name in enumerate(members, start=1001)]
    Path(people).write_text("\n".join(["Identifier,Full name,Grade", *rows, ""]), encoding="utf-8")
    with zipfile.ZipFile(submissions, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, name in enumerate(members, start=1001):
            for path in paths:
                made = json.dumps(handed_in(path, name, Random(f"class {name}")))
                archive.writestr(f"{name}_{number}_assignsubmission_file_/{path.name}", made)


def names(count: int) -> list[str]:
    """So many names, all different."""
    all_names = [f"{first} {last}" for last in LAST for first in FIRST]
    return Random("names").sample(all_names, count)


def handed_in(path: Path, name: str, dice: Random) -> dict:
    """What one person hands in."""
    draw = dice.random()
    kind = (
        "empty"
        if draw < EMPTY
        else "harmful"
        if draw < EMPTY + HARMFUL
        else "weak"
        if draw < EMPTY + HARMFUL + WEAK
        else "good"
    )
    me = personal_code(name, SECRET)
    notebook = handout(json.loads(path.read_text("utf-8")), path.name)
    if kind == "empty":
        return notebook
    asked = {each.answer_id: each for each in exercise_of(path).asked}
    solved = {cell["id"]: text(cell) for cell in json.loads(path.read_text("utf-8"))["cells"]}
    for cell in notebook["cells"]:
        found = asked.get(cell["metadata"].get("nbgrader", {}).get("grade_id"))
        if found:
            answer = answer_to(found.item, found.function, solved[cell["id"]], me, kind, dice)
            cell["source"] = lines(answer)
        elif text(cell).startswith("me = "):
            cell["source"] = lines(f"me = {me!r}")
    return notebook


def answer_to(item: str, function: str, solved: str, me: str, kind: str, dice: Random) -> str:
    """An answer as this kind of person writes it, with a comment of their own."""
    if kind == "harmful":
        return dice.choice(attacks()).replace("def is_quorum(", f"def {function}(")
    wrong = dice.random() < WRONG[kind]
    asks = ITEMS[item].kind
    if asks == "write":
        found = dice.choice(wrong_forms(item) if wrong and wrong_forms(item) else right_forms(item, solved))
    elif asks == "break" and not wrong:
        found = story_cell(item, function, me)
    elif (
        asks == "read"
        and not wrong
        and hasattr(ITEMS[item], "asked")
        and hasattr(ITEMS[item].asked(me), "answer")
    ):
        found = f"def {function}():\n    return {ITEMS[item].asked(me).answer!r}\n"
    else:
        found = solved
    return f"# {me}, {dice.random():.6f}\n{in_own_words(found, dice)}"


def in_own_words(answer: str, dice: Random) -> str:
    """The answer with names for its variables that this person likes."""
    likes = dice.choice(("{}", "my_{}", "the_{}", "{}_now", "{}2"))
    own = {
        node.id
        for node in ast.walk(ast.parse(answer))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    for name in sorted(own - {"MAX", "_"}):  # in a call, name=... is not the variable
        answer = re.sub(rf"(?<![.\w]){name}\b(?!=[^=])", likes.format(name), answer)
    return answer


@cache
def attacks() -> list[str]:
    """Attacks that a learner might hand in."""
    return [path.read_text("utf-8") for path in sorted(HOSTILE.glob("*.py")) if path.stem != "unprotected"]


@cache
def right_forms(item: str, solved: str) -> list[str]:
    """The rule as the solution has it, as the textbook has it, and as correct variants of the textbook have it."""
    sources = [SOURCE, *(source for name in CHOICES if (source := source_with(name)))]
    found = dict.fromkeys([solved, *(rule for source in sources if (rule := method(source, item)))])
    # What a learner must write in another cell cannot be called.
    return [
        each
        for each in found
        if "self._effects" not in each
        and "super()" not in each
        and ("count_votes" in solved or "count_votes" not in each)
    ]


@cache
def method(source: str, name: str) -> str:
    """The text of a method of Raft as a function; "" for none."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return textwrap.dedent("\n".join(source.splitlines()[node.lineno - 1 : node.end_lineno])) + "\n"
    return ""


@cache
def wrong_forms(item: str) -> list[str]:
    """The rule with each of the known mistakes."""
    return [mutant.text() for mutant in KNOWN.values() if mutant.item == mutant.where == item]


def story_cell(item: str, function: str, me: str) -> str:
    """The shortest story for what is drawn."""
    drawn = ITEMS[item].drawn(me)
    shortest = drawn.shortest
    rows = shortest.as_python().partition("story = ")[2].splitlines()
    return "\n".join([f"def {function}():", f"    return {rows[0]}", *(f"    {row}" for row in rows[1:]), ""])


if __name__ == "__main__":
    main(*sys.argv[1:])
