"""The operators of mutmut, a mutation library: they are not ours, so they also find what we did not think of."""

from collections.abc import Iterator
from typing import Any

import libcst
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.mutators import mutation_operators

from mutation.texts import Change, Function, Places


def changes(function: Function) -> Iterator[Change]:
    """All changes that the library makes of a function. Some of them are no Python, or change nothing."""
    indented = function.text.startswith(" ")
    text = f"if True:\n{function.text}" if indented else function.text
    lines_before = int(indented)
    wrapper = MetadataWrapper(libcst.parse_module(text))
    places, where = Places(function.text), wrapper.resolve(PositionProvider)
    for node in _within(wrapper.module):
        for kind, operator in mutation_operators:
            if isinstance(node, kind) and node in where:
                span = where[node]
                if span.start.line <= lines_before:
                    continue
                start, end = (
                    places.at_character(each.line - lines_before, each.column)
                    for each in (span.start, span.end)
                )
                for other in operator(node):
                    yield Change(
                        f"mutmut {operator.__name__.removeprefix('operator_')}",
                        start,
                        end,
                        _code(wrapper, other),
                    )


def _code(wrapper: MetadataWrapper, node: libcst.CSTNode) -> str:
    return wrapper.module.code_for_node(node).strip()


def _within(module: libcst.Module) -> Iterator[libcst.CSTNode]:
    """All nodes but those of annotations."""

    class Visitor(libcst.CSTVisitor):
        def __init__(self) -> None:
            super().__init__()
            self.found: list[libcst.CSTNode] = []

        def on_visit(self, node: Any) -> bool:
            if isinstance(node, libcst.Annotation):
                return False
            self.found.append(node)
            return True

    visitor = Visitor()
    module.visit(visitor)
    return iter(visitor.found)
