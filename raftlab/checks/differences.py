"""A change to raftlab's own rules, as a difference to review: numbered rows, of which some are gone and some are new.

One place of the difference matters: there nodes behave otherwise, rightly or wrongly. The other places only say the same
in other words, so that a reader must find the one that matters.
"""

import ast
import difflib
import io
import tokenize
from collections.abc import Iterable, Iterator, Mapping
from random import Random
from textwrap import dedent
from typing import NamedTuple

# An operator, and how the same is said with both sides exchanged; of members of an enumeration, without exchanging them.
TURNED: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Lt: ("{} < {}", "{1} > {0}"), ast.LtE: ("{} <= {}", "{1} >= {0}"), ast.Gt: ("{} > {}", "{1} < {0}"),
    ast.GtE: ("{} >= {}", "{1} <= {0}"), ast.Eq: ("{} == {}", "{1} == {0}"), ast.NotEq: ("{} != {}", "{1} != {0}"),
    ast.Is: ("{} is {}", "{} == {}"), ast.IsNot: ("{} is not {}", "{} != {}"),
}  # fmt: skip
SHORT = {ast.Add: "+", ast.Sub: "-", ast.BitOr: "|"}  # the operators of assignments such as x += 1
OTHER_PLACES = 2  # places that only say the same in other words


class Row(NamedTuple):
    """One line of a difference. mark: "-" if it is gone, "+" if it is new, " " if it stays.

    matters: whether it belongs to the place that matters.
    """

    number: int
    mark: str
    text: str
    matters: bool


def difference(source: str, changed: str, name: str, beside: Iterable[str], dice: Random) -> tuple[Row, ...]:
    """The difference between two texts of a module, with other places beside it, which dice choose.

    name: of the class whose methods are compared. beside: methods in which the other places may be, too, if the class has them.
    """
    before, after = methods_of(source, name), methods_of(changed, name)
    touched = [each for each in before if before[each] != after[each]]
    places = [
        (method, old, new)
        for method in dict.fromkeys((*touched, *beside))
        if method in before
        for old, new in reworded(after[method])
        if before[method].splitlines().count(old) == after[method].splitlines().count(old) == 1
    ]
    places.sort(key=lambda _: dice.random())
    others = {old: (method, new) for method, old, new in places}  # one for each line
    words = dict(list(others.items())[:OTHER_PLACES])
    for old, (method, new) in words.items():
        after[method] = after[method].replace(old, new)
    same = {*words, *(new for _, new in words.values())}
    return tuple(_rows(before, after, same))


def _rows(before: Mapping[str, str], after: Mapping[str, str], same: set[str]) -> Iterator[Row]:
    number = 0
    for method, text in before.items():
        if text == after[method]:
            continue
        for line in difflib.ndiff(text.splitlines(), after[method].splitlines()):
            mark, text = line[0], line[2:]
            if mark != "?":  # a row of ndiff that points into the row above
                number += 1
                yield Row(number, mark, text, mark != " " and text not in same)


def methods_of(source: str, name: str) -> dict[str, str]:
    """The text of each method of a class, without comments: these would say what is right."""
    lines = source.splitlines(keepends=True)
    home = next(
        each for each in ast.parse(source).body if isinstance(each, ast.ClassDef) and each.name == name
    )
    return {
        each.name: uncommented(dedent("".join(lines[each.lineno - 1 : each.end_lineno])))
        for each in home.body
        if isinstance(each, ast.FunctionDef)
    }


def uncommented(text: str) -> str:
    r"""A text of Python without its comments.

    >>> uncommented("x = 1  # one\n")
    'x = 1\n'
    """
    lines = text.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column].rstrip()
    return "".join(f"{line}\n" for line in lines if line)


def reworded(text: str) -> Iterator[tuple[str, str]]:
    """Lines of a function that can say the same in other words: each line, and the same in other words."""
    lines = text.splitlines()
    for node in ast.walk(ast.parse(text)):
        old = new = ""
        if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in TURNED:
            sides = node.left, node.comparators[0]
            if not any(isinstance(each, ast.Constant) for each in sides):
                words = [ast.get_source_segment(text, each) for each in sides]
                old, new = (form.format(*words) for form in TURNED[type(node.ops[0])])
        elif isinstance(node, ast.AugAssign) and type(node.op) in SHORT:
            target, value = (ast.get_source_segment(text, each) for each in (node.target, node.value))
            sign = SHORT[type(node.op)]
            if not isinstance(node.value, ast.BinOp | ast.IfExp | ast.BoolOp):
                old, new = f"{target} {sign}= {value}", f"{target} = {target} {sign} {value}"
        for line in lines if old else ():
            if line.count(old) == 1:
                yield line, line.replace(old, new)
