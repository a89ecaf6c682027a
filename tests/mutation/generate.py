"""All mutants: what the operators make of each function, without what is no Python, no change, or no matter of behaviour.

No matter of behaviour is what only a reader sees: docstrings and types, the sentences in refusals, and the names of rules
(`because`). A wrong name would be a wrong explanation, but the node would do the same. Nor is the timing that a node has if
it is given none.
"""

import ast
import hashlib
import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from mutation import library, operators
from mutation.texts import FILES, Function, functions

RULE_ID = re.compile(r"(XX)?[a-z]{2,3}(-[a-z]?\d[a-z]?)?(XX)?$", re.IGNORECASE)
LEFT_OUT = {"because"}  # a function that only names rules


class Generated(NamedTuple):
    """A mutant. function: with the change in its text. operators: those that make it."""

    name: str
    original: Function
    function: Function
    operators: tuple[str, ...]

    @property
    def change(self) -> tuple[str, str]:
        """The lines that differ: as they are, and as they are in the mutant. Of a new line, the one before it, too."""
        one, other = (
            [line.strip() for line in each.text.splitlines()] for each in (self.original, self.function)
        )
        first = 0
        while first < min(len(one), len(other)) and one[first] == other[first]:
            first += 1
        last = 0
        while last < min(len(one), len(other)) - first and one[-1 - last] == other[-1 - last]:
            last += 1
        if first + last == len(one):  # nothing is gone
            first -= 1
        return "\n".join(one[first : len(one) - last]), "\n".join(other[first : len(other) - last])


@cache
def mutants(file: str) -> tuple[Generated, ...]:
    """All mutants of a file, in the order of its lines."""
    return tuple(
        each for function in functions(file) if function.name not in LEFT_OUT for each in _of(function)
    )


def all_mutants() -> list[Generated]:
    """All mutants of all files."""
    return [each for file in FILES for each in mutants(file)]


def _of(function: Function) -> Iterator[Generated]:
    made: dict[str, tuple[Function, dict[str, None], int]] = {}
    seen = {behaviour(function)}
    for change in (*operators.changes(function), *library.changes(function)):
        other = function.changed(change)
        try:
            does = behaviour(other)
        except SyntaxError:
            continue
        if does not in seen:
            made.setdefault(does, (other, {}, change.start))[1][change.operator] = None
    for does, (other, by, _) in sorted(made.items(), key=lambda each: each[1][2]):
        hashed = hashlib.sha1(f"{function.title} {does}".encode()).hexdigest()[:6]
        yield Generated(f"{function.title} {hashed}", function, other, tuple(by))


def behaviour(function: Function) -> str:
    """What a function does, as text: the same for two functions that differ only in what a reader sees."""
    return ast.unparse(_Bare().visit(function.tree()))


class _Bare(ast.NodeTransformer):
    """Leaves out docstrings, types, the names of rules and sentences."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        if node.name == "__init__":  # the timing of a node that is given none is no rule
            node.args.defaults = [ast.Constant(None) for _ in node.args.defaults]
        self.generic_visit(node)
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        self.generic_visit(node)
        node.annotation = ast.Constant(None)
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        named = isinstance(node.value, ast.Call) and ast.unparse(node.value.func) == "self.because"
        if named or isinstance(node.value, ast.Constant):
            return ast.Pass()
        self.generic_visit(node)
        return node

    def visit_keyword(self, node: ast.keyword) -> ast.AST:
        if node.arg == "because":
            node.value = ast.Constant(None)
        self.generic_visit(node)
        return node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        return ast.Constant("")

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if isinstance(node.value, str) and (RULE_ID.match(node.value) or re.search(r"\w \w", node.value)):
            return ast.Constant("")
        return node

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        for name in ("body", "orelse", "finalbody"):
            body = getattr(node, name, None)
            if isinstance(body, list) and body and isinstance(body[0], ast.stmt):
                kept = [each for each in body if not isinstance(each, ast.Pass)]
                setattr(node, name, kept or [ast.Pass()])
        return node
