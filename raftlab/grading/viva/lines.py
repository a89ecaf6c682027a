"""Questions about a line of an answer: what goes wrong without it?"""

import ast
import re
from contextlib import suppress
from random import Random

from raftlab.checks.differential.layer import failure
from raftlab.checks.differential.sentence import sentence
from raftlab.exercises.answer.text import parsed, text_of
from raftlab.grading.viva.question import Given, Question, drawn, rule_words
from raftlab.grading.viva.situations import difference, situations_of
from raftlab.sim.errors import UserError

MOST_LINES = 6  # lines of an answer that are left out in turn, until something goes wrong


def line(given: Given, dice: Random) -> Question | None:
    """What goes wrong without one line of the answer? Every line but the ones that were handed out can be drawn."""
    if given.points < given.of:
        return None
    text = text_of(given.written)
    for number, method in drawn(dice, removable(text, given.handed_out))[:MOST_LINES]:
        lines = lines_of(text)
        there = lines[number - 1]
        lines[number - 1] = f"{there[: len(there) - len(there.lstrip())]}pass"
        with suppress(UserError, NotImplementedError):  # without the line, it may not be an answer
            job = given.job._replace(text="\n".join(lines) + "\n")
            found = difference(situations_of(given.item, method), given._replace(job=job))
            if found is not None and not found.theirs.error:
                answer = (f"For example: {sentence(found)}", rule_words(failure(found).rule))
                asked = f"Line {number} of your answer is marked. What goes wrong without it?"
                return Question("line", given.job.item, asked, answer, numbered(text, number))
    return None


def removable(text: str, handed_out: str) -> list[tuple[int, str]]:
    """The learner's own lines that are a whole statement of a function, if the function has other statements, too.

    For each line, its number and the name of the innermost function.
    """
    own = {each.strip() for each in handed_out.splitlines()}
    lines, found = lines_of(text), dict[int, str]()
    tree = parsed(text)
    starts = [node.lineno for node in ast.walk(tree) if isinstance(node, ast.stmt)]
    for block in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        inside = [node for node in ast.walk(block) if isinstance(node, ast.stmt) and node is not block]
        for each in inside if len(inside) > 1 else ():
            whole = each.lineno == each.end_lineno and starts.count(each.lineno) == 1
            if (
                whole
                and isinstance(each, SIMPLE)
                and lines[each.lineno - 1].strip() not in own
                and not _is_text(each)
            ):
                found[each.lineno] = block.name
    return sorted(found.items())


def lines_of(text: str) -> list[str]:
    """The lines of a text, as Python counts them."""
    return re.split(r"\r\n|\r|\n", text)


SIMPLE = (ast.Expr, ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Return, ast.Delete)


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def numbered(text: str, marked: int) -> tuple[str, ...]:
    """Some lines of an answer with their numbers; one of them is marked."""
    lines = lines_of(text)
    return tuple(
        f"{'▶' if number == marked else ' '}{number:4}  {lines[number - 1]}"
        for number in range(max(1, marked - 3), min(len(lines), marked + 2) + 1)
    )
