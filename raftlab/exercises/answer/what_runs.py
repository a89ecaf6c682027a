"""Which statements of a cell are its answer: all that can run on their own.

The others only do something with the answer: they call `check`, or use a name that another cell defines. Where an answer
is judged, they cannot run, and do not have to.
"""

import ast
import builtins
from collections.abc import Collection, Iterator
from typing import NamedTuple

from raftlab import _WHERE
from raftlab.exercises.answer.purity import PURE

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
IMPORTS = (ast.Import, ast.ImportFrom)
INSIDE = (*DEFINITIONS, ast.Lambda)  # their bodies do not count as parts of the statement around them


class LeftOut(NamedTuple):
    """A statement that is not run. uses: a name that it needs and does not find. names: all names in it. binds: those that it sets."""

    line: int
    uses: str
    names: frozenset[str]
    binds: frozenset[str]


def leave_out(tree: ast.Module, words: Collection[str]) -> list[LeftOut]:
    """Remove the statements of a cell that are not part of the answer, and return them. words: names that the answer may use without defining them."""
    known = {*vars(builtins), *words}
    in_functions = {
        node.id for each in tree.body if isinstance(each, DEFINITIONS) for node in _names(each, inside=True)
    }
    kept: list[ast.stmt] = []
    left: list[LeftOut] = []
    for statement in tree.body:
        if isinstance(statement, ast.ImportFrom) and statement.module == "raftlab":
            # Names that only the cell itself uses, such as `check`, are not imported.
            statement.names = [
                each for each in statement.names if not is_tool(each.name) or each.asname in in_functions or each.name in in_functions
            ]  # fmt: skip
            if not statement.names:
                continue
        binds = set(bound(statement))
        missing = [
            name for name in reads(statement) if name not in known and name not in binds
        ]  # what a definition lacks is reported when it runs
        if missing and not isinstance(statement, (*DEFINITIONS, *IMPORTS)):
            names = frozenset(node.id for node in _names(statement, inside=True))
            left.append(LeftOut(statement.lineno, missing[0], names, frozenset(binds)))
        else:
            kept.append(statement)
            known |= binds
    tree.body = kept
    return left


def is_tool(name: str) -> bool:
    """Whether a name of raftlab is one that no rule needs, such as `check`."""
    return _WHERE.get(name, f"raftlab.{name}") not in PURE and name != "*"


def reads(statement: ast.stmt) -> Iterator[str]:
    """The names whose values a statement needs when it runs."""
    for node in _names(statement, inside=False):
        if not isinstance(node.ctx, ast.Store):
            yield node.id
    for each in ast.walk(statement):
        if isinstance(each, ast.Attribute):
            of_raftlab = isinstance(each.value, ast.Name) and each.value.id == "raftlab"
            if of_raftlab and each.attr in _WHERE and is_tool(each.attr):
                yield f"raftlab.{each.attr}"
            elif isinstance(statement, ast.Expr) and each.attr.startswith(
                "__"
            ):  # such as print(rule.__doc__)
                yield f".{each.attr}"


def bound(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement sets."""
    for each in _outside(statement):
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
            yield each.id
        elif isinstance(each, DEFINITIONS):
            yield each.name
        elif isinstance(each, ast.alias):
            yield (each.asname or each.name).partition(".")[0]
        elif isinstance(each, ast.ExceptHandler) and each.name:
            yield each.name


def definitions(tree: ast.Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """The functions and classes of a cell, including those under an `if` or a `try`."""
    return [each for top in tree.body for each in _outside(top) if isinstance(each, DEFINITIONS)]


def _names(statement: ast.AST, inside: bool) -> Iterator[ast.Name]:
    nodes = ast.walk(statement) if inside else _outside(statement)
    return (each for each in nodes if isinstance(each, ast.Name))


def _outside(node: ast.AST) -> Iterator[ast.AST]:
    """A statement and everything in it, except the bodies of functions and classes."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        for field, value in ast.iter_fields(node):
            if field != "body" or not isinstance(node, INSIDE):
                waiting += [
                    each
                    for each in (value if isinstance(value, list) else [value])
                    if isinstance(each, ast.AST)
                ]
