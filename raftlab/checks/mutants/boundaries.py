"""Slips at a boundary: the reference with one comparison at its boundary turned over, or with one number off by one."""

import __future__

import ast
import inspect
import sys
import textwrap
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from typing import Any

from raftlab.raft import Raft
from raftlab.sim.systems import build

OTHER_SIDE = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
# Where a number may stand: in these parts of an expression or a statement.
NUMBERS = {
    ast.Assign: ("value",), ast.AugAssign: ("value",), ast.BinOp: ("left", "right"), ast.Call: ("args",),
    ast.Compare: ("left", "comparators"), ast.keyword: ("value",), ast.Return: ("value",), ast.Subscript: ("slice",),
}  # fmt: skip


@cache
def boundary_mutants(method: str, extensions: tuple[str, ...] = ()) -> tuple[type[Raft], ...]:
    """A class of nodes for each such slip in a method, with these extensions. A method that calls super() has none."""
    reference = build(*extensions)
    home = next(each for each in reference.__mro__ if method in vars(each))
    text = textwrap.dedent(inspect.getsource(vars(home)[method]))
    if "super()" in text:
        return ()
    names = vars(sys.modules[home.__module__])
    return tuple(_made(reference, method, tree, names) for tree in slips_of(ast.parse(text)))


def _made(reference: type[Raft], method: str, tree: ast.Module, names: dict[str, Any]) -> type[Raft]:
    space = dict(names)
    exec(compile(tree, "slip", "exec", flags=__future__.annotations.compiler_flag), space)
    return type("Slip", (reference,), {method: space[method]})


def slips_of(tree: ast.Module) -> Iterator[ast.Module]:
    """The tree of a function with one slip, for each possible one."""
    for place, node in enumerate(_body(tree)):
        if isinstance(node, ast.Compare) and type(node.ops[0]) in OTHER_SIDE:
            made = deepcopy(tree)
            compare = _body(made)[place]
            compare.ops[0] = OTHER_SIDE[type(node.ops[0])]()
            yield made
        for part in NUMBERS.get(type(node), ()):
            for which, value in enumerate(_as_list(getattr(node, part))):
                for more in (1, -1) if _may_be_a_number(value) else ():
                    made = deepcopy(tree)
                    _off_by(_body(made)[place], part, which, more)
                    yield ast.fix_missing_locations(made)


def _body(tree: ast.Module) -> list[Any]:
    """All nodes of the function's body, always in the same order."""
    function: Any = tree.body[0]
    return [node for statement in function.body for node in ast.walk(statement)]


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _may_be_a_number(value: Any) -> bool:
    """If it is none after all, a node with this slip only raises an error."""
    if isinstance(value, ast.Constant):
        return type(value.value) is int
    return isinstance(value, ast.BinOp | ast.Name | ast.Attribute | ast.Call | ast.Subscript)


def _off_by(node: Any, part: str, which: int, more: int) -> None:
    old = _as_list(getattr(node, part))[which]
    new = ast.BinOp(old, ast.Add(), ast.Constant(more))
    if isinstance(getattr(node, part), list):
        getattr(node, part)[which] = new
    else:
        setattr(node, part, new)
