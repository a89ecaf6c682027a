"""Mistakes that can be seen in the text of an answer before it runs: (line, what it does and what would be right)."""

import ast
from collections.abc import Iterator

from raftlab import _WHERE
from raftlab.exercises.answer.purity import CLOCKS, DICE, PURE

INSIDE = {"__init__"}  # the only name of this form, __...__, that an answer may use


def slips(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """What an answer does although no right answer does it."""
    for node in ast.walk(tree):
        for what in (*_imports(node), *_inside(node), *_role_as_text(node)):
            yield getattr(node, "lineno", 1), what


def _imports(node: ast.AST) -> Iterator[str]:
    names: list[str] = []
    if isinstance(node, ast.Import):
        names = [each.name for each in node.names]
    elif isinstance(node, ast.ImportFrom):
        home = node.module or "."
        names = [home]
        if home == "raftlab":  # its names come from other modules
            names = [
                home if _WHERE.get(each.name, f"raftlab.{each.name}") in PURE else f"raftlab.{each.name}"
                for each in node.names
            ]
    for name in names:
        if name not in PURE:
            yield f"imports {name}, which a rule does not need{instead_of(name)}"


def instead_of(module: str) -> str:
    """What a node has instead of a module."""
    if module.split(".")[0] in DICE:
        return "; a node has its own dice, node.random.random()"
    return "; a node counts ticks" if module in CLOCKS else ""


def _inside(node: ast.AST) -> Iterator[str]:
    """Names such as __code__ and __globals__."""
    if (
        isinstance(node, ast.Attribute)
        and node.attr[:2] == "__" == node.attr[-2:]
        and node.attr not in INSIDE
    ):
        yield f"uses {node.attr}, which is internal to Python; a rule does not need it"


def _role_as_text(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Compare):
        sides = (node.left, *node.comparators)
        about_role = any(isinstance(each, ast.Attribute) and each.attr == "role" for each in sides)
        for each in sides:
            if about_role and isinstance(each, ast.Constant) and isinstance(each.value, str):
                yield f"compares a role with the text {each.value!r}; a role is Role.FOLLOWER, Role.CANDIDATE or Role.LEADER"
