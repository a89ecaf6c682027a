"""Mistakes that can be seen in the text of an answer before it runs: (line, what it does and what would be right)."""

import ast
from collections.abc import Iterator

from raftlab import _WHERE
from raftlab.exercises.answer.purity import CHANGES, CLOCKS, DICE, PURE

CHANGEABLE = {
    "list",
    "dict",
    "set",
    "deque",
    "Counter",
    "OrderedDict",
    "defaultdict",
}  # the names of what makes values that can be changed
INSIDE = {"__init__"}  # the only name of this form, __...__, that an answer may use


def slips(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """What an answer does although no right answer does it."""
    for node in ast.walk(tree):
        for what in (*_imports(node), *_inside(node), *_role_as_text(node)):
            yield getattr(node, "lineno", 1), what
        if isinstance(node, ast.FunctionDef):
            yield from _changes_a_default(node)


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


def _changes_a_default(function: ast.FunctionDef) -> Iterator[tuple[int, str]]:
    """Where a function changes the list, dict or set that is the default of an argument, and so remembers something."""
    arguments = function.args
    by_place = [*arguments.posonlyargs, *arguments.args]
    defaults = [
        *zip(by_place[len(by_place) - len(arguments.defaults) :], arguments.defaults, strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    inside = [node for each in function.body for node in ast.walk(each)]
    in_place = {node.target for node in inside if isinstance(node, ast.AugAssign)}
    own = {
        node.id
        for node in inside
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node not in in_place
    }
    kept = {argument.arg for argument, value in defaults if _is_changeable(value)} - own
    for node in inside:
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=word)) if word in CHANGES:
                changed = name
            case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store() | ast.Del()):
                changed = name
            case ast.AugAssign(target=ast.Name(id=name)):
                changed = name
            case _:
                continue
        if changed in kept:
            yield (
                node.lineno,
                f"changes {changed}, the default of an argument, which keeps its value from call to call",
            )


def _is_changeable(value: ast.expr | None) -> bool:
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
        return value.func.id in CHANGEABLE
    return isinstance(value, ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp)
