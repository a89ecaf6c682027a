"""The names that a text gives to its own variables: two texts that differ only in these are the same answer."""

import ast
import builtins

OWN = "name_{}"
# With these, a text could find out what its variables are called.
LOOKS_AT_NAMES = {"locals", "vars", "dir", "globals", "eval", "exec", "compile"}
# What binds names in other ways than variables do. A text with one of these stays as it is.
OTHER_BINDINGS = (ast.ClassDef, ast.Global, ast.Nonlocal, ast.Match)


def with_plain_names(tree: ast.Module) -> ast.Module:
    """The tree with its own variables called name_1, name_2, ...; the tree itself if they cannot be told apart from other names.

    The arguments of functions keep their names, because a call may name them.
    """
    nodes = list(ast.walk(tree))
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    hidden = any(isinstance(node, ast.Attribute) and node.attr.startswith("__") for node in nodes)
    if hidden or names & LOOKS_AT_NAMES or any(isinstance(node, OTHER_BINDINGS) for node in nodes):
        return tree
    return _Renamed(_own(nodes)).visit(tree)


def _own(nodes: list[ast.AST]) -> set[str]:
    """The names of variables of functions, and of nothing else."""
    stored = {node.id for node in nodes if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    others = set(vars(builtins))
    for node in nodes:
        match node:
            case ast.Module():
                others |= {each.id for top in node.body if not isinstance(top, ast.FunctionDef)
                           for each in ast.walk(top) if isinstance(each, ast.Name)}  # fmt: skip
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                others.add(node.name)
            case ast.arg() | ast.keyword():
                others.add(node.arg or "")
            case ast.alias():
                others.add((node.asname or node.name).partition(".")[0])
            case ast.ExceptHandler():
                others.add(node.name or "")
    return stored - others


class _Renamed(ast.NodeTransformer):
    """Gives names in the order in which they are met."""

    def __init__(self, names: set[str]):
        self.names = names
        self.given: dict[str, str] = {}

    def visit_Name(self, node: ast.Name) -> ast.Name:
        if node.id in self.names:
            node.id = self.given.setdefault(node.id, OWN.format(len(self.given) + 1))
        return node
